"""The functions that expressions may call, and the limits on their arguments. What is not listed here is refused.

Left out on purpose: whatever reads a file, an address, a dictionary, a setting or the machine; whatever is not a pure
function of its arguments (clocks, random numbers); whatever makes much out of little (repeat, replicate); whatever takes
a function's or type's name as text.
"""

from dataclasses import dataclass

from toancanh.domain import Text


@dataclass(frozen=True, slots=True)
class Group:
    """Functions that belong together in the reference."""

    title: Text
    names: tuple[str, ...]


def _group(vi: str, en: str, names: str) -> Group:
    return Group(Text(vi=vi, en=en), tuple(names.split()))


ROW: tuple[Group, ...] = (
    _group(
        "Số học",
        "Arithmetic",
        "plus minus multiply divide intDiv intDivOrZero modulo moduloOrZero positiveModulo negate abs sign gcd lcm "
        "round floor ceil ceiling trunc roundBankers roundDown exp log ln log2 log10 sqrt cbrt pow power exp2 exp10 "
        "sin cos tan asin acos atan atan2 hypot degrees radians pi e sigmoid tanh erf factorial "
        "least greatest max2 min2 isFinite isInfinite isNaN ifNotFinite bitAnd bitOr bitXor bitNot bitShiftLeft "
        "bitShiftRight bitTest bitCount divideOrNull moduloOrNull widthBucket",
    ),
    _group(
        "So sánh và lô-gic",
        "Comparison and logic",
        "equals notEquals less greater lessOrEquals greaterOrEquals and or not xor if multiIf in notIn has",
    ),
    _group(
        "Giá trị trống",
        "Missing values",
        "isNull isNotNull coalesce ifNull nullIf assumeNotNull toNullable isZeroOrNull",
    ),
    _group(
        "Chuyển kiểu",
        "Conversion",
        "toInt8 toInt16 toInt32 toInt64 toUInt8 toUInt16 toUInt32 toUInt64 toFloat32 toFloat64 toString toBool "
        "toInt8OrNull toInt16OrNull toInt32OrNull toInt64OrNull toUInt8OrNull toUInt16OrNull toUInt32OrNull "
        "toUInt64OrNull toFloat32OrNull toFloat64OrNull toInt32OrZero toInt64OrZero toFloat64OrZero toInt64OrDefault "
        "toFloat64OrDefault toDecimal64OrNull toDecimal64 toDate toDateOrNull toDate32 toDate32OrNull toDateTime "
        "toDateTimeOrNull toDateTime64 toDateTime64OrNull toLowCardinality "
        "parseDateTimeBestEffort parseDateTimeBestEffortOrNull parseDateTimeBestEffortUS "
        "parseDateTimeBestEffortUSOrNull parseDateTime64BestEffort parseDateTime64BestEffortOrNull parseDateTime "
        "parseDateTimeOrNull parseDateTimeInJodaSyntaxOrNull fromUnixTimestamp fromUnixTimestamp64Milli "
        "fromUnixTimestamp64Second toUnixTimestamp toUnixTimestamp64Milli toUnixTimestamp64Second",
    ),
    _group(
        "Thời gian",
        "Time",
        "toTimeZone toYear toQuarter toMonth toDayOfYear toDayOfMonth toDayOfWeek toHour toMinute toSecond toISOYear "
        "toISOWeek toWeek toStartOfYear toStartOfISOYear toStartOfQuarter toStartOfMonth toLastDayOfMonth "
        "toStartOfWeek toLastDayOfWeek toMonday toStartOfDay toStartOfHour toStartOfMinute toStartOfSecond "
        "toStartOfFiveMinutes toStartOfTenMinutes toStartOfFifteenMinutes toStartOfInterval toYYYYMM toYYYYMMDD "
        "toYYYYMMDDhhmmss toTime toRelativeYearNum toRelativeMonthNum toRelativeWeekNum toRelativeDayNum "
        "toRelativeHourNum toRelativeMinuteNum toRelativeSecondNum toDaysSinceYearZero dateTrunc "
        "dateDiff age addYears addQuarters addMonths addWeeks addDays addHours addMinutes addSeconds addMilliseconds "
        "subtractYears subtractQuarters subtractMonths subtractWeeks subtractDays subtractHours subtractMinutes "
        "subtractSeconds makeDate makeDate32 makeDateTime makeDateTime64 formatDateTime formatDateTimeInJodaSyntax "
        "dateName monthName timeSlot toIntervalYear toIntervalQuarter toIntervalMonth toIntervalWeek toIntervalDay "
        "toIntervalHour toIntervalMinute toIntervalSecond",
    ),
    _group(
        "Chữ",
        "Text",
        "empty notEmpty length lengthUTF8 char_length lower upper lowerUTF8 upperUTF8 removeAccentsUTF8 reverseUTF8 "
        "concat concatWithSeparator format substring substringUTF8 substringIndex left leftUTF8 right rightUTF8 "
        "leftPad leftPadUTF8 rightPad rightPadUTF8 trim trimBoth trimLeft trimRight ltrim rtrim "
        "startsWith startsWithUTF8 endsWith endsWithUTF8 position positionUTF8 positionCaseInsensitive "
        "positionCaseInsensitiveUTF8 locate countSubstrings countSubstringsCaseInsensitiveUTF8 hasToken "
        "like notLike ilike notILike match extract extractAll extractGroups replace replaceOne replaceAll "
        "replaceRegexpOne replaceRegexpAll translateUTF8 normalizeUTF8NFC normalizeUTF8NFKC isValidUTF8 toValidUTF8 "
        "multiSearchAny multiSearchAnyCaseInsensitiveUTF8 splitByChar splitByString splitByWhitespace "
        "splitByNonAlpha alphaTokens arrayStringConcat ngramDistanceUTF8 ngramSearchUTF8 levenshteinDistance "
        "damerauLevenshteinDistance jaroWinklerSimilarity soundex initcapUTF8 ascii char hex unhex "
        "base64Encode base64Decode tryBase64Decode domain domainWithoutWWW protocol path cutQueryString "
        "decodeURLComponent extractURLParameter",
    ),
    _group(
        "Mảng, bộ và bảng tra",
        "Arrays, tuples and look-ups",
        "array tuple tupleElement map mapKeys mapValues mapContains arrayElement arrayElementOrNull "
        "arrayMap arrayFilter arrayExists arrayAll arrayCount arrayFirst arrayFirstOrNull arrayFirstIndex arrayLast "
        "arrayLastOrNull arrayLastIndex arraySum arrayAvg arrayMin arrayMax arrayProduct arrayCumSum arrayDifference "
        "arraySort arrayReverseSort arrayReverse arrayDistinct arrayUniq arrayConcat arraySlice arrayPushBack "
        "arrayPushFront arrayPopBack arrayPopFront arrayEnumerate arrayZip arrayFlatten arrayCompact arrayIntersect "
        "arrayFold arrayDotProduct arrayWithConstant hasAny hasAll indexOf countEqual transform range",
    ),
    _group(
        "JSON",
        "JSON",
        "isValidJSON JSONHas JSONLength JSONType JSONExtractString JSONExtractInt JSONExtractUInt JSONExtractFloat "
        "JSONExtractBool JSONExtractRaw JSONExtractArrayRaw JSONExtractKeys JSON_VALUE",
    ),
    _group(
        "Không gian",
        "Places",
        "greatCircleDistance geoDistance greatCircleAngle pointInEllipses pointInPolygon geoToH3 h3ToParent "
        "geohashEncode",
    ),
    _group(
        "Băm",
        "Hashes",
        "cityHash64 sipHash64 xxHash64 murmurHash3_64 intHash32 intHash64 halfMD5 MD5 SHA256",
    ),
)  # fmt: skip

AGGREGATE: tuple[Group, ...] = (
    _group(
        "Đếm, cộng, trung bình",
        "Counts, sums, means",
        "count sum sumKahan avg avgWeighted min max any anyLast anyHeavy first_value last_value argMin argMax "
        "uniq uniqExact uniqCombined uniqCombined64 uniqHLL12 singleValueOrNull",
    ),
    _group(
        "Phân vị",
        "Quantiles",
        "median medianExact quantile quantiles quantileExact quantileExactLow quantileExactHigh quantilesExact "
        "quantileExactInclusive quantilesExactInclusive quantileExactExclusive quantileExactWeighted quantileTDigest "
        "quantilesTDigest quantileInterpolatedWeighted",
    ),
    _group(
        "Thống kê",
        "Statistics",
        "stddevPop stddevSamp stddevPopStable stddevSampStable varPop varSamp varPopStable varSampStable covarPop "
        "covarSamp corr corrStable skewPop skewSamp kurtPop kurtSamp simpleLinearRegression entropy cramersV "
        "rankCorr mannWhitneyUTest welchTTest studentTTest exponentialMovingAverage exponentialTimeDecayedAvg "
        "boundingRatio deltaSum deltaSumTimestamp histogram maxIntersections maxIntersectionsPosition",
    ),
    _group(
        "Gom nhóm",
        "Collections",
        "groupArray groupArrayLast groupUniqArray groupArraySorted groupArrayMovingAvg groupArrayMovingSum topK "
        "topKWeighted groupBitAnd groupBitOr groupBitXor windowFunnel retention",
    ),
)  # fmt: skip

WINDOW: tuple[Group, ...] = (
    _group(
        "Hàm cửa sổ (trong tệp .sql)",
        "Window functions (in .sql files)",
        "row_number rank dense_rank percent_rank cume_dist ntile lag lead lagInFrame leadInFrame nth_value",
    ),
)

COMBINATORS = ("If", "OrNull", "OrDefault", "Distinct", "ArgMin", "ArgMax", "Array", "ForEach")
"""Suffixes that an aggregate function may carry, one after another."""

CASELESS = frozenset(
    [
        "count",
        "sum",
        "avg",
        "min",
        "max",
        "any",
        "if",
        "coalesce",
        "ifNull",
        "nullIf",
        "least",
        "greatest",
        "abs",
        "round",
        "floor",
        "ceil",
        "ceiling",
        "sqrt",
        "exp",
        "ln",
        "log",
        "log2",
        "log10",
        "pow",
        "power",
        "sin",
        "cos",
        "tan",
        "asin",
        "acos",
        "atan",
        "atan2",
        "pi",
        "sign",
        "substring",
        "lower",
        "upper",
        "concat",
        "replace",
        "length",
        "left",
        "right",
        "trim",
        "ltrim",
        "rtrim",
        "position",
        "locate",
        "like",
        "ilike",
        "format",
        "cast",
        "and",
        "or",
        "not",
        "xor",
        "mod",
        "char_length",
        "first_value",
        "last_value",
        "row_number",
        "rank",
        "dense_rank",
        "lag",
        "lead",
        "ntile",
        "nth_value",
        "percent_rank",
        "cume_dist",
        "extract",
        "reverse",
    ]
)
"""Functions that SQL, and the engine, know in any case."""

LAMBDAS = frozenset(
    [
        "arrayMap",
        "arrayFilter",
        "arrayExists",
        "arrayAll",
        "arrayCount",
        "arrayFirst",
        "arrayFirstOrNull",
        "arrayFirstIndex",
        "arrayLast",
        "arrayLastOrNull",
        "arrayLastIndex",
        "arraySum",
        "arrayAvg",
        "arrayMin",
        "arrayMax",
        "arrayProduct",
        "arrayCumSum",
        "arrayDifference",
        "arraySort",
        "arrayReverseSort",
        "arrayFold",
        "arrayCompact",
    ]
)
"""Functions whose first argument may be a lambda."""

BOUNDS: dict[str, dict[int, int]] = {
    "leftPad": {1: 256}, "leftPadUTF8": {1: 256}, "rightPad": {1: 256}, "rightPadUTF8": {1: 256},
    "arrayWithConstant": {0: 1_000}, "range": {0: 2_000, 1: 2_000, 2: 2_000}, "factorial": {0: 20},
    "toDecimal64": {1: 18}, "toDecimal64OrNull": {1: 18},
    "topK": {0: 1000}, "topKWeighted": {0: 1000}, "histogram": {0: 100}, "groupArraySorted": {0: 10_000},
    "groupArray": {0: 1_000_000}, "groupArrayLast": {0: 1_000_000}, "groupUniqArray": {0: 1_000_000},
    "groupArrayMovingAvg": {0: 100_000}, "groupArrayMovingSum": {0: 100_000}, "ntile": {0: 1000}, "uniqCombined": {0: 20},
    "uniqCombined64": {0: 20},
}  # fmt: skip
"""Arguments that must be written-out whole numbers up to a limit (for parameterised aggregates: their parameters)."""

LITERAL: dict[str, tuple[int, ...]] = {
    "match": (1,), "extract": (1,), "extractAll": (1,), "extractGroups": (1,), "replaceRegexpOne": (1, 2),
    "replaceRegexpAll": (1, 2), "replaceAll": (2,), "replaceOne": (2,), "like": (1,), "notLike": (1,), "ilike": (1,), "notILike": (1,), "format": (0,),
    "toTimeZone": (1,), "dateTrunc": (0,), "dateDiff": (0,), "age": (0,), "dateName": (0,), "formatDateTime": (1,),
    "formatDateTimeInJodaSyntax": (1,), "parseDateTime": (1,), "parseDateTimeOrNull": (1,),
    "parseDateTimeInJodaSyntaxOrNull": (1,), "splitByChar": (0,), "splitByString": (0,), "translateUTF8": (1, 2),
    "JSON_VALUE": (1,),
}  # fmt: skip
"""Arguments that must be written-out texts: patterns, formats, zones, units."""

PATTERNS = frozenset({"match", "extract", "extractAll", "extractGroups", "replaceRegexpOne", "replaceRegexpAll"})
"""Functions whose argument 1 is an RE2 pattern."""

MACROS: tuple[tuple[str, str, Text], ...] = (
    ("now_", "now_()", Text(vi="Thời điểm của câu hỏi hay của lần nhận bản ghi.", en="The moment of the question, or of the delivery.")),
    ("city_time", "city_time(t)", Text(vi="Thời điểm theo giờ của thành phố.", en="A time in the city's zone.")),
    ("fold", "fold(text)", Text(vi="Chữ thường không dấu, để so sánh và tìm kiếm.", en="Lower case without diacritics, for comparing and searching.")),
    ("working_minutes", "working_minutes(a, b)", Text(vi="Số phút làm việc từ a đến b theo lịch làm việc; trống khi ra ngoài lịch.", en="Working minutes from a to b by the calendar; null outside it.")),
    ("working_days", "working_days(a, b)", Text(vi="Số ngày làm việc (có phần lẻ) từ a đến b.", en="Working days, with fractions, from a to b.")),
    ("working_day", "working_day(t)", Text(vi="Ngày ấy có phải ngày làm việc không.", en="Whether the day of t is a working day.")),
    ("add_working_days", "add_working_days(t, n)", Text(vi="Thời điểm khi đủ n ngày làm việc kể từ t.", en="The moment at which n working days have passed since t.")),
)  # fmt: skip
"""Words of our own, expanded by the guard: name, how to write it, what it says."""

ROW_NAMES = frozenset(name for group in ROW for name in group.names)
AGGREGATE_NAMES = frozenset(name for group in AGGREGATE for name in group.names)
WINDOW_NAMES = frozenset(name for group in WINDOW for name in group.names)
MACRO_NAMES = frozenset(name for name, _, _ in MACROS)
_LOWER = {name.lower(): name for name in ROW_NAMES | AGGREGATE_NAMES | WINDOW_NAMES if name in CASELESS}


def canonical(name: str) -> str:
    """Return the spelling the engine knows: `COUNT` -> `count`; other names come back unchanged."""
    return _LOWER.get(name.lower(), name)


def aggregate_base(name: str) -> str | None:
    """Return the aggregate function inside `name` without its combinators ("avgOrNullIf" -> "avg"), or None."""
    left = name
    for _ in range(4):
        if left in AGGREGATE_NAMES:
            return left
        suffix = next((end for end in COMBINATORS if left.endswith(end)), None)
        if suffix is None:
            return None
        left = canonical(left.removesuffix(suffix))
    return left if left in AGGREGATE_NAMES else None
