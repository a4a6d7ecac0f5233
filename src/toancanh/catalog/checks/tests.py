"""Tests: every indicator and check is exercised by a case, and every case expects something of real records."""

from collections.abc import Iterator

from toancanh.catalog.checks.names import dataset_of
from toancanh.catalog.checks.saying import doubtful, told, wrong
from toancanh.catalog.draft import Document, Draft
from toancanh.catalog.guard.names import unknown
from toancanh.domain import Issue
from toancanh.domain.declarations import Case, Dataset, Indicator


def check_tests(draft: Draft) -> list[Issue]:
    """Return the issues of cases, and of what no case exercises."""
    issues = [issue for document, case in draft.of("tests", Case) for issue in _case(draft, document, case)]
    tested = tested_indicators(draft)
    for document, _ in draft.of("indicators", Indicator):
        if document.full not in tested:
            issues.append(_untested(document))
    for document, dataset in draft.of("datasets", Dataset):
        issues += _checks(draft, document, dataset)
    return issues


def _untested(document: Document) -> Issue:
    return doubtful(
        document, (), "Chỉ tiêu này không có bài kiểm thử nào.", "No test exercises this indicator.",
        "Thêm tests/….yaml có `values` hỏi chỉ tiêu này.", "Add tests/….yaml whose `values` ask for it.", "untested",
    )  # fmt: skip


def tested_indicators(draft: Draft) -> set[str]:
    """Return the full names of the indicators whose values some case expects."""
    found: set[str] = set()
    for document, case in draft.of("tests", Case):
        for expectation in case.values:
            asked = expectation.query.get("indicators") or []
            for name in asked if isinstance(asked, list) and expectation.rows else []:
                full = draft.find("indicators", str(name), document.pack)
                if full is not None:
                    found.add(full)
    return found


def tested_checks(draft: Draft, full: str, dataset: Dataset) -> set[str]:
    """Return the names of the checks of a dataset that the rejections of some case can come from."""
    cases = [
        case
        for document, case in draft.of("tests", Case)
        if draft.find("datasets", case.dataset, document.pack) == full
    ]
    blamed = {rejection.column for case in cases for rejection in case.rejected}
    return {
        check.name
        for check in dataset.checks
        if (check.otherwise == "flag" and cases)
        or (blamed and (not check.columns or None in blamed or blamed & set(check.columns)))
    }


def _checks(draft: Draft, document: Document, dataset: Dataset) -> Iterator[Issue]:
    tested = tested_checks(draft, document.full, dataset)
    for index, check in enumerate(dataset.checks):
        if check.name not in tested:
            yield doubtful(
                document, ("checks", index), f"Không có bài kiểm thử nào làm hỏng phép kiểm “{check.name}”.", f"No test breaks the check '{check.name}'.",
                "Thêm một bản ghi sai vào tests/ với `rejected`.", "Add a bad record to tests/ with `rejected`.", "untested",
            )  # fmt: skip


def _case(draft: Draft, document: Document, case: Case) -> Iterator[Issue]:
    if bool(case.given) == (case.replay is not None):
        yield wrong(
            document, (), "Cần đúng một trong hai: given hoặc replay.", "Exactly one of given and replay is needed.",
            "given: [bản ghi…] hoặc replay: tệp.csv.", "given: [records…] or replay: file.csv.",
        )  # fmt: skip
    if case.replay is not None and f"tests/{case.replay}" not in draft.packs[document.pack].files:
        files = [name.partition("/")[2] for name in draft.packs[document.pack].files if name.startswith("tests/")]
        yield told(document, ("replay",), unknown("file", case.replay, files))
    if not case.values and not case.rejected and not case.alerts and case.accepted is None:
        yield wrong(
            document, (), "Bài kiểm thử này không mong đợi gì.", "This test expects nothing.",
            "Thêm values, rejected, alerts hoặc accepted.", "Add values, rejected, alerts or accepted.",
        )  # fmt: skip
    rows = len(case.given)
    for index, rejection in enumerate(case.rejected):
        if rows and rejection.row > rows:
            yield wrong(
                document, ("rejected", index, "row"), f"Chỉ có {rows} bản ghi.", f"There are only {rows} records.",
                "Hàng đếm từ 1.", "Rows count from 1.",
            )  # fmt: skip
    if rows and case.accepted is not None and case.accepted + len(case.rejected) > rows:
        yield wrong(
            document, ("accepted",), "Nhận và loại cộng lại nhiều hơn số bản ghi.", "More are accepted and rejected than are given.",
            "Sửa accepted hoặc rejected.", "Change accepted or rejected.",
        )  # fmt: skip
    found = dataset_of(draft, document, case.dataset)
    source = draft.find("sources", case.source, document.pack) if case.source else None
    if found is not None and source is not None:
        declared = draft.docs["sources"][source]
        target = (declared.parsed.value or {}).get("dataset") if isinstance(declared.parsed.value, dict) else None
        if target is not None and draft.find("datasets", str(target), declared.pack) != found[0]:
            yield wrong(
                document, ("source",), "Nguồn này không đổ vào tập dữ liệu của bài kiểm thử.", "This source does not feed the test's dataset.",
                "Sửa dataset hoặc source.", "Change dataset or source.",
            )  # fmt: skip
