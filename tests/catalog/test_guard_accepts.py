"""What people really write passes the guard, and means on the engine what it meant before."""

import pytest
from catalog_engine import Engine

from toancanh.catalog import Guard

COLUMNS = {
    "id": "integer", "a": "number", "b": "number", "n": "integer", "t": "time", "u": "time", "d": "date",
    "status": "code", "name": "text", "ok": "boolean", "xs": "json", "doc": "json",
}  # fmt: skip
SAMPLE = """
SELECT 1 AS id, 12.5::Nullable(Float64) AS a, 3.0::Nullable(Float64) AS b, 7::Nullable(Int64) AS n,
  toDateTime64('2026-02-13 08:30:15.250', 3, 'UTC') AS t, toDateTime64('2026-02-24 10:00:00', 3, 'UTC')::Nullable(DateTime64(3, 'UTC')) AS u,
  toDate32('2026-02-13') AS d, 'open' AS status, 'Phường Hải An'::Nullable(String) AS name, true AS ok, [3, 1, 2] AS xs, '{"k": [1, 2], "v": "x"}' AS doc
UNION ALL SELECT 2, NULL, 0, -4, toDateTime64('2025-12-31 23:59:59.999', 3, 'UTC'), NULL, toDate32('2025-12-31'), 'closed', NULL, false, [], '{}'
UNION ALL SELECT 3, -0.5, NULL, NULL, toDateTime64('2026-06-01 17:00:00', 3, 'UTC'), toDateTime64('2026-06-01 16:00:00', 3, 'UTC'), toDate32('2026-06-02'), '', 'O''Brien \\\\ "x"', true, [5], 'not json'
UNION ALL SELECT 4, 1e9, 1e-9, 100, toDateTime64('2024-02-29 00:00:00', 3, 'UTC'), toDateTime64('2024-02-29 12:00:00', 3, 'UTC'), toDate32('2024-02-29'), 'open', '  đường Lê Lợi ', false, [2, 2, 9], '{"k": null}'
"""  # a table is easier to read in long lines

ROW = r"""
a
`a`
"a"
a + b
a - b * 2
(a - b) * 2
a / nullIf(b, 0)
-a
- a + b
-(-a)
a * -1
2 - -3
n % 3
n div 3
intDiv(n, 3)
-n % 3
a > 1
a >= 1 and b < 5
a > 1 or b > 1 and ok
(a > 1 or b > 1) and ok
not ok
not a > 1
not (a > 1 and ok)
not ok and a > 1
a = b
a == b
a <> b
a != b
a is null
a is not null
not a is null
name is null or name = ''
a between 1 and 20
a between 1 and 20 and ok
not a between 1 and 20
n in (7, 100)
n not in (7, 100)
not n in (7)
status in ('open', 'closed')
status in ['open', 'closed']
(status, n) in (('open', 7), ('closed', 1))
status like 'o%'
status not like 'o%'
name ilike '%HẢI%'
status || '-' || toString(n)
status || 'x' = 'openx'
if(a > 1, 'high', 'low')
a > 1 ? 'high' : 'low'
a > 10 ? 'a' : (a > 1 ? 'b' : 'c')
multiIf(a > 10, 1, a > 1, 2, 3)
case when a > 10 then 'cao' when a > 0 then 'thấp' else 'không' end
case status when 'open' then 1 when 'closed' then 2 end
case when a > 1 then null else b end
coalesce(a, b, 0)
ifNull(a, 0)
least(a, b)
greatest(a, b, 1)
round(a, 1)
floor(a / 3)
abs(n)
sqrt(abs(a))
pow(a, 2)
exp(b / 100)
toInt32(n)
id::Int32
n::Nullable(Int32)
cast(n as Nullable(Float64))
CAST(n, 'Nullable(Float64)')
toString(a)
toFloat64OrNull('1.5') + 1
toInt64OrNull(name)
toDate(t)
toDate32(t)
toStartOfHour(t)
toStartOfDay(toTimeZone(t, 'Asia/Ho_Chi_Minh'))
toHour(toTimeZone(t, 'Asia/Ho_Chi_Minh'))
toDayOfWeek(t)
toYYYYMM(t)
toStartOfInterval(t, interval 15 minute)
toStartOfInterval(t, toIntervalMinute(15))
t + interval 1 hour
t - interval 90 minute
interval 2 day + t
t + toIntervalDay(n)
t > u
u - t
dateDiff('minute', t, u)
dateDiff('day', t, u) > 3
addDays(t, 3)
subtractHours(t, 5)
dateTrunc('month', t)
formatDateTime(t, '%d/%m/%Y')
toUnixTimestamp(t)
parseDateTimeBestEffortOrNull('2026-01-02T03:04:05Z')
parseDateTime64BestEffortOrNull('2026-01-02 03:04:05.678', 3, 'Asia/Ho_Chi_Minh')
toDateTime64('2026-01-01 00:00:00', 3, 'UTC') < t
length(name)
lengthUTF8(name)
lower(status)
upperUTF8(name)
trim(name)
trimBoth(name)
substring(status, 1, 2)
substringUTF8(name, 1, 6)
left(status, 2)
leftPad(toString(id), 5, '0')
startsWith(status, 'op')
position(name, 'Hải') > 0
positionCaseInsensitiveUTF8(name, 'hải')
concat(status, '-', toString(id))
format('{}/{}', status, toString(id))
replaceAll(name, ' ', '_')
replaceRegexpAll(name, '\\s+', ' ')
match(status, '^o[a-z]+$')
extract(name, '([A-Z])')
splitByChar(',', 'a,b,c')[2]
splitByString(' ', assumeNotNull(name))
arrayStringConcat(arrayMap(x -> toString(x), xs), ';')
removeAccentsUTF8(name)
empty(status)
notEmpty(status) and status != 'closed'
'O''Brien' = 'O\'Brien'
name = 'O\'Brien \\ "x"'
'dòng 1\ndòng 2\ttab'
'100%'
'a\%b' like 'a\%b'
xs[1]
xs[-1]
xs[id]
[1, 2, 3][2]
length(xs)
has(xs, 2)
indexOf(xs, 2)
arraySum(xs)
arraySum(x -> x * 2, xs)
arrayMap(x -> x + 1, xs)
arrayMap((x, i) -> x * i, xs, arrayEnumerate(xs))
arrayFilter(x -> x > 1, xs)
arrayExists(x -> x = 2 and ok, xs)
arrayCount(x -> x > 1, xs)
arraySort(x -> -x, xs)
arrayFold((acc, x) -> acc + x, xs, 0::Int64)
arrayFirst(x -> x > 1, xs)
arrayMap(x -> arrayCount(y -> y > x, xs), xs)
arrayZip(xs, xs)[1].2
(1, 'a').2
tuple(a, b).1
tupleElement((a, b), 2)
map('x', 1, 'y', 2)['y']
range(5)
range(1, 5)[2]
transform(status, ['open', 'closed'], [1, 2], 0)
transform(status, ['open', 'closed'], ['mở', 'đóng'], 'khác')
JSONExtractString(doc, 'v')
JSONExtractInt(doc, 'k', 1)
JSONExtractArrayRaw(doc, 'k')
isValidJSON(doc)
greatCircleDistance(106.6, 20.8, 105.8, 21.0)
pointInPolygon((106.6, 20.8), [(106.0, 20.0), (107.0, 20.0), (107.0, 21.0), (106.0, 21.0)])
cityHash64(id, status)
sipHash64(id) % 100
bitAnd(id, 1) = 1
isFinite(a / b)
null
true
1.5e3 + .5 + 2.
1000000000000
ok and not (status = 'closed') and (a is null or a > 0)
if(ok, if(a > 1, 'x', 'y'), null)
assumeNotNull(a) * 1.0
COALESCE(a, 0)
IF(ok, 1, 2)
a*b+a/(b+1)-n%2
a - b - n
a - (b - n)
a / b / 2
id = 1 or id = 2 or id = 3
status = 'open' and name is not null and t >= toDateTime64('2026-01-01', 3, 'UTC')
toDecimal64(12.345, 2)
widthBucket(a, 0, 100, 10)
levenshteinDistance(status, 'opens')
damerauLevenshteinDistance(status, 'poen') <= 1
hex(id)
toStartOfMonth(d) = toDate('2026-02-01')
age('year', toDate32('2000-01-01'), d)
toMonday(d)
"""

AGGREGATE = r"""
count()
count(*)
COUNT(*)
count(a)
count(distinct status)
uniqExact(status)
sum(a)
avg(b)
min(a) + max(a)
max(t)
sumIf(a, ok)
countIf(a > 1 and ok)
countIf(ok) / count()
100 * countIf(ok) / nullIf(count(), 0)
avgIf(a, status = 'open')
avgOrNullIf(a, status = 'none')
sumOrNull(a)
quantile(0.5)(n)
quantileExact(0.9)(n)
quantiles(0.5, 0.9)(n)
quantileExactIf(0.5)(n, ok)
median(n)
stddevPop(n)
argMax(status, t)
argMin(a, t)
argMaxIf(status, t, ok)
any(status) in ('open', 'closed', '')
arraySort(groupUniqArray(status))
length(groupArray(2)(status))
arraySort(groupArray(id))
sumDistinct(n)
uniqIf(status, ok)
corr(id, n)
round(avg(b), 2)
if(count() >= 3, avg(n), null)
sum(a * b)
sum(if(ok, 1, 0))
arrayMax(groupArray(id))
topK(1)(status)
maxIntersections(id, id)
greatest(max(a), 0)
sumArray(xs)
countIf(not ok) > 0 and sum(n) > 0
case when count() > 3 then max(n) else min(n) end
deltaSum(n)
boundingRatio(id, id)
dateDiff('minute', min(t), max(t))
"""


CHUNK = 20


def chunks(text: str) -> list[list[str]]:
    found = text.strip().splitlines()
    return [found[start : start + CHUNK] for start in range(0, len(found), CHUNK)]


def differing(engine: Engine, texts: list[str], safe: list[str]) -> list[str]:
    """Return the expressions whose values differ from those of what the guard made of them."""
    pairs = ", ".join(
        f"[toString(tuple({text})), toString(tuple({sql}))]" for text, sql in zip(texts, safe, strict=True)
    )
    rows = engine.ask(f"SELECT {pairs} FROM ({SAMPLE})")
    return [text for index, text in enumerate(texts) if any(row[index][0] != row[index][1] for row in rows)]


@pytest.mark.parametrize("texts", chunks(ROW), ids=lambda texts: texts[0])
def test_a_row_expression_means_the_same(texts: list[str], engine: Engine) -> None:
    guard = Guard(explain=engine.explain)
    assert differing(engine, texts, [guard.scalar(text, COLUMNS) for text in texts]) == []


@pytest.mark.parametrize("texts", chunks(AGGREGATE), ids=lambda texts: texts[0])
def test_an_aggregate_means_the_same(texts: list[str], engine: Engine) -> None:
    guard = Guard(explain=engine.explain)
    assert differing(engine, texts, [guard.aggregate(text, COLUMNS) for text in texts]) == []


def test_there_are_enough_of_them() -> None:
    assert sum(len(chunk) for chunk in chunks(ROW) + chunks(AGGREGATE)) > 200
