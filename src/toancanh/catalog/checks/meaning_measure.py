"""Meaning of indicators and rules: units, bands, validity, coverage, windows, hysteresis."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from toancanh.catalog.checks.names import dataset_of
from toancanh.catalog.checks.saying import doubtful, told, wrong
from toancanh.catalog.draft import Document, Draft
from toancanh.catalog.reading import Path
from toancanh.domain import Grain, Issue, UnknownName, unit_of
from toancanh.domain.declarations import (
    Band,
    ChangeWatch,
    ClusterWatch,
    Dataset,
    GeofenceWatch,
    Indicator,
    IndicatorWatch,
    RecordWatch,
    Rule,
    Threshold,
    Validity,
)

LENGTHS = {
    Grain.MINUTE: timedelta(minutes=1), Grain.QUARTER_HOUR: timedelta(minutes=15), Grain.HOUR: timedelta(hours=1),
    Grain.DAY: timedelta(days=1), Grain.WEEK: timedelta(weeks=1), Grain.MONTH: timedelta(days=30),
    Grain.QUARTER: timedelta(days=91), Grain.YEAR: timedelta(days=365),
}  # fmt: skip
"""About how long each step of time is, for comparing."""
_RANK = {"good": 0, "watch": 1, "bad": 2}
_FILLED = re.compile(r"\{(\w+)\}")


def check_indicator_meaning(draft: Draft, document: Document) -> Iterator[Issue]:
    """Yield what makes no sense in an indicator."""
    indicator = document.model
    assert isinstance(indicator, Indicator)
    found = dataset_of(draft, document, indicator.dataset)
    dataset = found[1] if found else None
    try:
        unit_of(indicator.unit)
    except UnknownName as error:
        yield told(document, ("unit",), error)
    yield from _bands(document, indicator.bands, indicator.direction)
    if indicator.figure == "band" and not (indicator.bands and all(band.title for band in indicator.bands)):
        yield wrong(
            document, ("figure",), "`figure: band` cần mọi mức có tên.", "`figure: band` needs a title for every band.",
            "Thêm `title` cho từng mức trong `bands`, hoặc bỏ `figure`.", "Give each of the `bands` a `title`, or leave out `figure`.",
        )  # fmt: skip
    yield from _validity(document, ("formulae",), indicator.formulae, gaps=True)
    yield from _validity(document, ("targets",), indicator.targets)
    yield from _formulae(document, indicator)
    yield from _spans(document, indicator, dataset)
    if indicator.of != "records" and dataset is not None and dataset.kind != "entity":
        yield wrong(
            document, ("of",), f"`of: {indicator.of}` cần tập dữ liệu kiểu entity.", f"`of: {indicator.of}` needs a dataset of kind entity.",
            "Dùng of: records.", "Use of: records.",
        )  # fmt: skip


def _bands(document: Document, bands: Sequence[Band], direction: str) -> Iterator[Issue]:
    ranks = []
    for index, band in enumerate(bands):
        path: Path = ("bands", index)
        low = band.from_
        if low is not None and band.below is not None and band.below <= low:
            yield wrong(
                document, path, f"Mức từ {low} đến dưới {band.below} là rỗng.", f"The band from {low} to below {band.below} is empty.",
                "`from` phải nhỏ hơn `below`.", "`from` must be less than `below`.",
            )  # fmt: skip
        before = bands[index - 1].below if index else None
        if index and (before is None or low is None or low != before):
            what_vi, what_en = (
                ("chồng lên", "overlap")
                if before is None or low is None or low < before
                else ("hở so với", "leave a gap after")
            )
            yield wrong(
                document, path, f"Mức này {what_vi} mức trước (trước: dưới {before}; này: từ {low}).",
                f"This band and the one before {what_en} (before: below {before}; this: from {low}).",
                "Xếp từ thấp lên cao; `from` của mức sau bằng `below` của mức trước.", "Order them from low to high; `from` equals `below` of the band before.",
            )  # fmt: skip
        if band.state in _RANK:
            ranks.append((index, _RANK[band.state]))
    for (_, one), (index, other) in pairwise(ranks):
        if (direction == "down" and other < one) or (direction == "up" and other > one):
            yield wrong(
                document, ("bands", index), f"Trạng thái đi ngược với direction: {direction}.", f"The states run against direction: {direction}.",
                "down: trị số lớn là xấu; up: trị số lớn là tốt; none: tuỳ.", "down: great values are bad; up: great values are good; none: either.",
            )  # fmt: skip
    if (
        bands
        and direction != "none"
        and not any(band.from_ is None for band in bands)
        and not any(band.below is None for band in bands)
    ):
        yield doubtful(
            document, ("bands",), "Các mức không phủ hết hai đầu.", "The bands leave both ends open.",
            "Bỏ `from` của mức đầu, hay `below` của mức cuối.", "Leave out `from` of the first or `below` of the last.",
        )  # fmt: skip


def _validity(document: Document, path: Path, items: Sequence[Validity], *, gaps: bool = False) -> Iterator[Issue]:
    order = sorted(range(len(items)), key=lambda index: items[index].valid_from or date.min)
    for one, other in pairwise(order):
        end, start = items[one].valid_to, items[other].valid_from
        if end is None or start is None or start <= end:
            yield wrong(
                document, (*path, other), "Thời hạn hiệu lực chồng lên nhau.", "The validities overlap.",
                "Đặt valid_to của cái trước ngay trước valid_from của cái sau.", "Let valid_to of the earlier end the day before valid_from of the later.",
            )  # fmt: skip
        elif gaps and start - end > timedelta(days=1):
            yield doubtful(
                document, (*path, other), f"Từ {end} đến {start} không có công thức nào hiệu lực.", f"No formula is in force between {end} and {start}.",
                "Sửa ngày hiệu lực, nếu không cố ý.", "Change the dates, unless this is meant.",
            )  # fmt: skip


def _formulae(document: Document, indicator: Indicator) -> Iterator[Issue]:
    for index, formula in enumerate(indicator.formulae):
        path: Path = ("formulae", index)
        if formula.sql is not None and formula.when is not None:
            yield wrong(
                document, (*path, "when"), "`when` không dùng với `sql`.", "`when` does not go with `sql`.",
                "Viết điều kiện vào WHERE của tệp .sql.", "Write the condition into WHERE of the .sql file.",
            )  # fmt: skip
        if formula.sql is None and formula.total is not None:
            yield wrong(
                document,
                (*path, "total"),
                "`total` chỉ dùng với `sql`.",
                "`total` only goes with `sql`.",
                "Bỏ `total`.",
                "Remove `total`.",
            )
        if formula.value is not None and formula.scale != 1:
            yield wrong(
                document, (*path, "scale"), "`scale` chỉ nhân tỷ số numerator/denominator.", "`scale` only multiplies numerator/denominator.",
                "Nhân ngay trong `value`.", "Multiply in `value`.",
            )  # fmt: skip
        for number, basis in enumerate(formula.legal):
            if basis.issued and basis.valid_from and basis.issued > basis.valid_from:
                yield doubtful(
                    document, (*path, "legal", number), "Văn bản có hiệu lực trước ngày ký.", "The instrument is in force before it was signed.",
                    "Kiểm tra ngày.", "Check the dates.",
                )  # fmt: skip
        if formula.approved and formula.approved.on > _latest_day():
            yield wrong(
                document, (*path, "approved", "on"), "Ngày phê duyệt ở tương lai.", "The day of approval lies in the future.",
                "Chỉ khai sau khi đã được phê duyệt.", "Declare an approval once it was given.",
            )  # fmt: skip


def _latest_day() -> date:
    """Return today's date where it is latest on Earth."""
    return (datetime.now(UTC) + timedelta(hours=14)).date()


def _spans(document: Document, indicator: Indicator, dataset: Dataset | None) -> Iterator[Issue]:
    files = any(formula.sql is not None for formula in indicator.formulae)
    step = LENGTHS[indicator.per]
    if indicator.window is not None and indicator.window < step:
        yield wrong(
            document, ("window",), "`window` ngắn hơn bước thời gian `per`.", "`window` is shorter than the step `per`.",
            "Bỏ `window` hoặc giảm `per`.", "Remove `window` or make `per` finer.",
        )  # fmt: skip
    if indicator.lookback is not None and not files:
        yield wrong(
            document,
            ("lookback",),
            "`lookback` chỉ dùng với tệp .sql.",
            "`lookback` only goes with a .sql file.",
            "Dùng `window`.",
            "Use `window`.",
        )
    promise = dataset.expect if dataset is not None else None
    if (
        indicator.coverage is not None
        and indicator.coverage.expected is None
        and dataset is not None
        and promise is None
    ):
        yield wrong(
            document, ("coverage",), "Không biết cần bao nhiêu bản ghi: tập dữ liệu không hứa nhịp gửi.",
            "How many records are needed is not known: the dataset promises no rhythm.",
            "Thêm `expected`, hoặc `expect` cho tập dữ liệu.", "Add `expected`, or `expect` to the dataset.",
        )  # fmt: skip
    if (
        indicator.of == "records"
        and promise is not None
        and step < promise.every
        and indicator.window is None
        and not files
    ):
        yield doubtful(
            document, ("per",), f"Bước {indicator.per} ngắn hơn nhịp gửi của tập dữ liệu.", f"The step {indicator.per} is finer than the dataset's rhythm.",
            "Tăng `per`.", "Make `per` coarser.",
        )  # fmt: skip


def check_rule_meaning(draft: Draft, document: Document) -> Iterator[Issue]:
    """Yield what makes no sense in a rule."""
    rule = document.model
    assert isinstance(rule, Rule)
    compares = isinstance(rule.watches, IndicatorWatch | RecordWatch | ChangeWatch | ClusterWatch)
    yield from _opens(document, rule.opens, compares)
    if rule.closes is not None:
        yield from _closes(document, rule.opens, rule.closes, compares)
    known = {"value", "unit", "time", "area", *rule.watches.per}
    for language in ("vi", "en"):
        for name in _FILLED.findall(getattr(rule.say, language)):
            if name not in known:
                yield wrong(
                    document, ("say", language), f"Không có gì để điền vào {{{name}}}.", f"There is nothing to fill in for {{{name}}}.",
                    "Dùng: " + ", ".join(f"{{{each}}}" for each in sorted(known)), "Use: " + ", ".join(f"{{{each}}}" for each in sorted(known)),
                )  # fmt: skip
    if isinstance(rule.watches, IndicatorWatch) and rule.watches.grain is not None:
        full = draft.find("indicators", rule.watches.indicator, document.pack)
        indicator = draft.model("indicators", full, Indicator)
        if indicator is not None and LENGTHS[rule.watches.grain] < LENGTHS[indicator.per]:
            yield wrong(
                document, ("watches", "grain"), f"Bước {rule.watches.grain} mịn hơn chỉ tiêu ({indicator.per}).",
                f"The step {rule.watches.grain} is finer than the indicator's ({indicator.per}).", "Bỏ `grain`.", "Remove `grain`.",
            )  # fmt: skip
    if isinstance(rule.watches, GeofenceWatch | ChangeWatch) and rule.severity == "critical" and rule.playbook is None:
        yield doubtful(
            document, ("playbook",), "Cảnh báo nghiêm trọng mà không có kịch bản.", "A critical alert without a playbook.",
            "Thêm playbook.", "Add a playbook.",
        )  # fmt: skip


def _opens(document: Document, opens: Threshold, compares: bool) -> Iterator[Issue]:
    sides = sum(side is not None for side in (opens.above, opens.below))
    if compares and sides != 1:
        yield wrong(
            document, ("opens",), "Cần đúng một trong hai: above hoặc below.", "Exactly one of above and below is needed.",
            "Viết opens: {above: …} hoặc {below: …}.", "Write opens: {above: …} or {below: …}.",
        )  # fmt: skip
    if not compares and sides:
        yield wrong(
            document, ("opens",), "Loại theo dõi này không so với ngưỡng.", "This kind of watch is not compared with a threshold.",
            "Bỏ above và below.", "Remove above and below.",
        )  # fmt: skip


def _closes(document: Document, opens: Threshold, closes: Threshold, compares: bool) -> Iterator[Issue]:
    if not compares:
        return
    if opens.above is not None and (closes.below is None or closes.above is not None or closes.below > opens.above):
        yield wrong(
            document, ("closes",), f"Mở khi trên {opens.above} thì phải đóng khi dưới một mức không cao hơn {opens.above}.",
            f"What opens above {opens.above} closes below something not higher than {opens.above}.",
            f"Viết closes: {{below: {opens.above:g}}} hoặc thấp hơn.", f"Write closes: {{below: {opens.above:g}}} or lower.",
        )  # fmt: skip
    if opens.below is not None and (closes.above is None or closes.below is not None or closes.above < opens.below):
        yield wrong(
            document, ("closes",), f"Mở khi dưới {opens.below} thì phải đóng khi trên một mức không thấp hơn {opens.below}.",
            f"What opens below {opens.below} closes above something not lower than {opens.below}.",
            f"Viết closes: {{above: {opens.below:g}}} hoặc cao hơn.", f"Write closes: {{above: {opens.below:g}}} or higher.",
        )  # fmt: skip
