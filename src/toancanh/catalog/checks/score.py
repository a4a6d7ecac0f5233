"""The score of a pack, from 0 to 100: computed from what is there, never written by anyone."""

from collections.abc import Iterable
from dataclasses import dataclass

from toancanh.catalog.checks.tests import tested_checks, tested_indicators
from toancanh.catalog.draft import Draft
from toancanh.domain import Issue, Text
from toancanh.domain.declarations import Case, Dataset, Demo, Indicator, Pack, Rule, Source, Words


@dataclass(frozen=True, slots=True)
class ScorePart:
    """One part of the score: `value` from 0 to 1 counts `weight` points; `advice` says what raises it."""

    name: str
    title: Text
    value: float
    weight: int
    advice: Text


@dataclass(frozen=True, slots=True)
class Score:
    """The score of one pack and its parts."""

    pack: str
    parts: tuple[ScorePart, ...]

    @property
    def total(self) -> int:
        """From 0 to 100."""
        return round(
            100 * sum(part.value * part.weight for part in self.parts) / sum(part.weight for part in self.parts)
        )


def score_pack(draft: Draft, pack: str, issues: Iterable[Issue]) -> Score:
    """Return the score of `pack`; `issues` are its own."""
    datasets = {document.full: each for document, each in draft.of("datasets", Dataset) if document.pack == pack}
    indicators = {document.full: each for document, each in draft.of("indicators", Indicator) if document.pack == pack}
    rules = [rule for document, rule in draft.of("rules", Rule) if document.pack == pack]
    head = draft.model("pack", f"{pack}.pack", Pack)
    words = draft.model("words", f"{pack}.words", Words)
    demos = {draft.find("datasets", demo.dataset, document.pack) for document, demo in draft.of("demo", Demo)}
    fed = {draft.find("datasets", source.dataset, document.pack) for document, source in draft.of("sources", Source)}
    tested = tested_indicators(draft)
    checks = [(full, check) for full, dataset in datasets.items() for check in dataset.checks]
    broken = {(full, name) for full, dataset in datasets.items() for name in tested_checks(draft, full, dataset)}
    found = list(issues)
    files = draft.packs[pack].files
    spoken = [name for name, each in (words.indicators.items() if words else ()) if each.vi and each.en]
    legal = [bool(head and head.legal)] + [
        any(formula.legal for formula in each.formulae) or bool(head and head.legal) for each in indicators.values()
    ]
    judged = [bool(each.bands or each.targets) or each.direction == "none" for each in indicators.values()]
    documented = ["README.md" in files] + [each.description is not None for each in indicators.values()]
    documented += [column.description is not None or column.unit is not None or column.codes is not None or column.type in ("time", "date", "boolean")
                   for dataset in datasets.values() for column in dataset.columns.values()]  # fmt: skip
    cases = [document for document, _ in draft.of("tests", Case) if document.pack == pack]
    parts = (
        ("sound", 20, [not any(issue.severity == "error" for issue in found)], *_SOUND),
        ("tested", 25, [full in tested for full in indicators] + [(full, check.name) in broken for full, check in checks] or [bool(cases)], *_TESTED),
        ("documented", 10, documented, *_DOCUMENTED),
        ("legal", 10, legal, *_LEGAL),
        ("languages", 10, [not any(issue.code == "language" for issue in found)], *_LANGUAGES),
        ("promised", 10, [dataset.expect is not None for dataset in datasets.values()], *_PROMISED),
        ("judged", 5, judged, *_JUDGED),
        ("demo", 5, [full in demos or full not in fed for full in datasets], *_DEMO),
        ("acted on", 3, [rule.playbook is not None for rule in rules if rule.severity in ("high", "critical")] or [bool(rules)], *_ACTED),
        ("words", 2, [full.partition(".")[2] in spoken for full in indicators], *_WORDS),
    )  # fmt: skip
    return Score(
        pack,
        tuple(ScorePart(name, title, _share(values), weight, advice) for name, weight, values, title, advice in parts),
    )


def _share(values: list[bool]) -> float:
    return sum(values) / len(values) if values else 1.0


def _say(title_vi: str, title_en: str, advice_vi: str, advice_en: str) -> tuple[Text, Text]:
    return Text(vi=title_vi, en=title_en), Text(vi=advice_vi, en=advice_en)


_SOUND = _say("Không lỗi", "Sound", "Sửa mọi lỗi.", "Mend every error.")
_TESTED = _say(
    "Có kiểm thử", "Tested", "Viết bài kiểm thử cho mọi chỉ tiêu và phép kiểm.", "Test every indicator and check."
)
_DOCUMENTED = _say(
    "Có mô tả",
    "Documented",
    "Thêm README.md và description cho chỉ tiêu, cột.",
    "Add README.md and descriptions of indicators and columns.",
)
_LEGAL = _say(
    "Có căn cứ pháp lý",
    "Legal basis",
    "Ghi `legal` cho gói hoặc công thức.",
    "Give `legal` for the pack or its formulae.",
)
_LANGUAGES = _say(
    "Đủ hai ngôn ngữ", "Both languages", "Sửa các cảnh báo về ngôn ngữ.", "Mend the warnings about languages."
)
_PROMISED = _say("Hứa nhịp gửi", "Promised rhythm", "Thêm `expect` cho tập dữ liệu.", "Add `expect` to datasets.")
_JUDGED = _say("Có mức hoặc mục tiêu", "Bands or targets", "Thêm `bands` hoặc `targets`.", "Add `bands` or `targets`.")
_DEMO = _say("Có dữ liệu mô phỏng", "Demo records", "Thêm demo/….yaml và .sql.", "Add demo/….yaml and .sql.")
_ACTED = _say("Có kịch bản", "Playbooks", "Gắn `playbook` cho quy tắc nghiêm trọng.", "Give grave rules a `playbook`.")
_WORDS = _say("Có từ đồng nghĩa", "Words", "Thêm words.yaml cho mọi chỉ tiêu.", "Add words.yaml for every indicator.")
