"""Meaning of layers and boards: what can be drawn, and where it stands."""

from collections.abc import Iterator

from toancanh.catalog.checks.meaning_measure import LENGTHS
from toancanh.catalog.checks.names import dataset_of
from toancanh.catalog.checks.saying import doubtful, wrong
from toancanh.catalog.draft import Document, Draft
from toancanh.catalog.reading import Path
from toancanh.domain import Issue
from toancanh.domain.declarations import Board, Dataset, Indicator, Layer, Widget

_NEEDS = {
    "map": "layers", "records": "dataset", "feed": "dataset", "timeline": "dataset", "text": "text", "page": "url", "camera": "title",
    "number": "indicators", "bullet": "indicators", "line": "indicators", "bar": "indicators", "area": "indicators",
    "heat": "indicators", "ranking": "indicators", "pie": "indicators", "table": "indicators",
}  # fmt: skip


def check_layer_meaning(draft: Draft, document: Document) -> Iterator[Issue]:
    """Yield what makes no sense in a layer."""
    layer = document.model
    assert isinstance(layer, Layer)
    found = dataset_of(draft, document, layer.dataset) if layer.dataset else None
    if found is not None:
        if layer.kind == "points" and (found[1].place is None or found[1].place.lon is None):
            yield wrong(
                document, ("dataset",), "Tập dữ liệu này không có toạ độ để vẽ điểm.", "This dataset has no coordinates to draw points at.",
                "Thêm place: {lon: …, lat: …} cho tập dữ liệu.", "Add place: {lon: …, lat: …} to the dataset.",
            )  # fmt: skip
        if layer.kind == "tracks":
            yield from _tracks(document, found[1])
        if layer.show == "current" and found[1].kind != "entity":
            yield wrong(
                document, ("show",), "`show: current` cần tập dữ liệu kiểu entity.", "`show: current` needs a dataset of kind entity.",
                "Dùng show: last.", "Use show: last.",
            )  # fmt: skip
        if layer.show == "last" and not found[1].series and not found[1].key:
            yield wrong(
                document, ("show",), "`show: last` cần tập dữ liệu có chuỗi (series).", "`show: last` needs a dataset with a series.",
                "Dùng show: records.", "Use show: records.",
            )  # fmt: skip
    indicator = draft.model("indicators", draft.find("indicators", layer.indicator or "", document.pack), Indicator)
    if indicator is None:
        return
    measured = dataset_of(draft, document, _absolute(indicator.dataset, layer.indicator or "", document))
    if layer.kind == "areas" and measured is not None and measured[1].place is None:
        yield wrong(
            document, ("indicator",), "Chỉ tiêu này không tính được theo địa bàn.", "This indicator cannot be split by area.",
            "Thêm `place` cho tập dữ liệu của nó.", "Add `place` to its dataset.",
        )  # fmt: skip


def _tracks(document: Document, dataset: Dataset) -> Iterator[Issue]:
    if dataset.place is None or dataset.place.lon is None:
        yield wrong(
            document, ("dataset",), "Tập dữ liệu này không có toạ độ để vẽ đường đi.", "This dataset has no coordinates to draw tracks of.",
            "Thêm place: {lon: …, lat: …} cho tập dữ liệu.", "Add place: {lon: …, lat: …} to the dataset.",
        )  # fmt: skip
    if dataset.kind == "event" and not dataset.series:
        yield wrong(
            document, ("dataset",), "Tập dữ liệu này không nói vật nào ở đâu: thiếu chuỗi (series).",
            "This dataset does not say which thing was where: it has no series.",
            "Thêm series: [cột tên của vật] cho tập dữ liệu.", "Add series: [the column that names a thing] to the dataset.",
        )  # fmt: skip
    time = dataset.columns.get(dataset.time)
    if time is not None and time.type != "time":
        yield wrong(
            document, ("dataset",), f"Đường đi cần giờ, mà cột “{dataset.time}” chỉ có ngày.", f"Tracks need moments; the column '{dataset.time}' has days.",
            "Khai báo cột thời gian có type: time.", "Declare a time column of type: time.",
        )  # fmt: skip


def _absolute(dataset: str, indicator: str, document: Document) -> str:
    pack = indicator.partition(".")[0] if "." in indicator else document.pack
    return dataset if "." in dataset else f"{pack}.{dataset}"


def check_board_meaning(draft: Draft, document: Document) -> Iterator[Issue]:
    """Yield what makes no sense on a board."""
    board = document.model
    assert isinstance(board, Board)
    taken: dict[tuple[int, int], str] = {}
    for index, widget in enumerate(board.widgets):
        path: Path = ("widgets", index)
        yield from _widget(draft, document, path, widget)
        spot = widget.at
        if spot.x + spot.w > 12:
            yield wrong(
                document, (*path, "at"), f"Ô “{widget.id}” tràn ra ngoài 12 cột.", f"'{widget.id}' runs past the 12 columns.",
                "x + w không quá 12.", "x + w must be at most 12.",
            )  # fmt: skip
        cells = [(x, y) for x in range(spot.x, spot.x + spot.w) for y in range(spot.y, spot.y + spot.h)]
        under = next((taken[cell] for cell in cells if cell in taken), None)
        if under is not None:
            yield wrong(
                document, (*path, "at"), f"Ô “{widget.id}” đè lên ô “{under}”.", f"'{widget.id}' lies over '{under}'.",
                "Đổi x, y, w hoặc h.", "Change x, y, w or h.",
            )  # fmt: skip
        taken.update(dict.fromkeys(cells, widget.id))


def _widget(draft: Draft, document: Document, path: Path, widget: Widget) -> Iterator[Issue]:
    needed = _NEEDS.get(widget.kind)
    if needed is not None and not getattr(widget, needed):
        yield wrong(
            document, path, f"Ô kiểu {widget.kind} cần `{needed}`.", f"A widget of kind {widget.kind} needs `{needed}`.",
            f"Thêm `{needed}`.", f"Add `{needed}`.",
        )  # fmt: skip
    if widget.kind == "status" and not widget.indicators and not widget.dataset:
        yield wrong(
            document, path, "Ô kiểu status cần `dataset` hoặc `indicators`.", "A widget of kind status needs `dataset` or `indicators`.",
            "Thêm `dataset`, hoặc `indicators` và `by`.", "Add `dataset`, or `indicators` and `by`.",
        )  # fmt: skip
    if widget.kind in ("ranking", "pie") and not widget.by:
        yield wrong(
            document, path, f"Ô kiểu {widget.kind} cần `by`.", f"A widget of kind {widget.kind} needs `by`.",
            "Thêm by: [cột hoặc area:commune].", "Add by: [a column or area:commune].",
        )  # fmt: skip
    shown = dataset_of(draft, document, widget.dataset) if widget.kind == "timeline" and widget.dataset else None
    if shown is not None and shown[1].kind != "event":
        yield doubtful(
            document, (*path, "dataset"), "Dòng thời gian của tập dữ liệu kiểu entity vẽ từng phiên bản, không phải từng sự kiện.",
            "A timeline of a dataset of kind entity draws versions, not happenings.",
            "Dùng tập dữ liệu kiểu event, hoặc kiểu ô feed.", "Use a dataset of kind event, or a feed.", "form",
        )  # fmt: skip
    for number, name in enumerate(widget.indicators):
        indicator = draft.model("indicators", draft.find("indicators", name, document.pack), Indicator)
        if indicator is None:
            continue
        if widget.grain is not None and LENGTHS[widget.grain] < LENGTHS[indicator.per]:
            yield wrong(
                document, (*path, "grain"), f"Bước {widget.grain} mịn hơn chỉ tiêu “{name}” ({indicator.per}).",
                f"The step {widget.grain} is finer than '{name}' ({indicator.per}).", "Tăng `grain`.", "Make `grain` coarser.",
            )  # fmt: skip
        if widget.compare == "target" and not indicator.targets:
            yield wrong(
                document, (*path, "compare"), f"Chỉ tiêu “{name}” không có mục tiêu để so.", f"'{name}' has no target to compare with.",
                "Thêm `targets` cho chỉ tiêu, hoặc so với previous.", "Add `targets` to it, or compare with previous.",
            )  # fmt: skip
        if widget.kind == "pie" and indicator.unit == "%":
            yield doubtful(
                document, (*path, "indicators"), f"Tỷ lệ “{name}” không phải là phần của một tổng, nên sẽ vẽ bằng thanh.",
                f"Shares such as '{name}' are no parts of one whole, so they will be drawn as bars.",
                "Dùng chỉ tiêu đếm hoặc cộng, hoặc kiểu ô bar.", "Use an indicator that counts or sums, or a bar.", "form",
            )  # fmt: skip
        if number and len(widget.indicators) > 1 and widget.kind in ("number", "pie", "heat", "status"):
            yield doubtful(
                document, (*path, "indicators"), f"Ô kiểu {widget.kind} chỉ vẽ chỉ tiêu đầu.", f"A widget of kind {widget.kind} draws its first indicator only.",
                "Tách thành nhiều ô.", "Make several widgets.",
            )  # fmt: skip
            break
