"""Every mistake is found, with file, line and remedy: each row breaks the scaffolded pack in one place."""

from atexit import register
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import mkdtemp

import pytest

from toancanh.catalog import CaseFailure, Report, check_packs, scaffold_pack
from toancanh.domain import InvalidInput, Text


@dataclass(frozen=True)
class Mistake:
    """In `file`, `old` becomes `new` (the file itself goes away where `new` is None)."""

    file: str
    old: str
    new: str | None
    problem: str
    remedy: str
    severity: str = "error"


MISTAKES = [
    # syntax
    Mistake("datasets/reading.yaml", "series: [meter]", "series: [meter", "not YAML", "indentation"),
    Mistake("datasets/reading.yaml", "series: [meter]", "key: [meter]", "'key' stands here twice (first on line 5)", "Join"),
    Mistake("datasets/reading.yaml", "type: code", "type: *code", "not YAML", "quotes"),
    Mistake("datasets/reading.yaml", "type: code", "type: !!python/name:os.system code", "tag", "Leave the tag out"),
    Mistake("datasets/reading.yaml", "range: [0, 200], required: true", "range: [00, 200], required: true", "begins with a zero", '"00"'),
    Mistake("boards/overview.yaml", "last: 7d", "last: 7d\n---\na: 1", "another document", "indentation"),
    # shape
    Mistake("datasets/reading.yaml", "series: [meter]", "serie: [meter]", "no key 'serie'", "'series'"),
    Mistake("datasets/reading.yaml", "range: [102, 118]", "rang: [102, 118]", "no key 'rang'", "'range'"),
    Mistake("datasets/reading.yaml", "kind: event", "kind: events", "'events' cannot be used for 'kind'", "'event' or 'entity'"),
    Mistake("datasets/reading.yaml", "kind: event", "", "'kind' is missing", "Add 'kind:'"),
    Mistake("datasets/reading.yaml", "time: time", "time: 5", "'time' must be a text", '"5"'),
    Mistake("datasets/reading.yaml", "every: 5m", "every: 5 minutes", "is not a duration", "packs.md"),
    Mistake("datasets/reading.yaml", "{vi: Số đo, en: Readings}", "{vi: Số đo, và đo, en: Readings}", "no key 'và đo'", "in quotes"),
    Mistake("pack.yaml", "icon: gauge", "icon: Gauge!", "does not have the form of 'icon'", "^[a-z]"),
    Mistake("rules/too_high.yaml", "kind: indicator", "kind: indicators", "kind in 'watches'", "'indicator'"),
    Mistake("indicators/high_share.yaml", "    denominator: count()", "    denominator: count()\n    approved: {by: {vi: Sở, en: Office}, on: 2999-01-01}", "lies in the future", "once it was given"),
    Mistake("indicators/high_share.yaml", "    denominator: count()\n", "", "exactly one of", "packs.md"),
    Mistake("playbooks/too_high.md", "role: operator", "rolle: operator", "no key 'rolle'", "'role'"),
    # names
    Mistake("indicators/high_share.yaml", "dataset: reading", "dataset: readings", "no dataset 'readings'", "'reading'"),
    Mistake("indicators/high_share.yaml", "dataset: reading", "dataset: environment.air_quality", "no dataset", "names there are"),
    Mistake("indicators/high_share.yaml", "dimensions: [meter]", "dimensions: [metre]", "no column 'metre'", "'meter'"),
    Mistake("datasets/reading.yaml", "key: [meter, time]", "key: [meter, times]", "no column 'times'", "'time'"),
    Mistake("datasets/reading.yaml", "{lon: lon, lat: lat}", "{lon: long, lat: lat}", "no column 'long'", "'lon'"),
    Mistake("datasets/reading.yaml", "columns: [peak]", "columns: [pek]", "no column 'pek'", "'peak'"),
    Mistake("sources/meters.yaml", "  value: {field", "  valeu: {field", "no column 'valeu'", "'value'"),
    Mistake("layers/meters.yaml", "label: meter", "label: name", "no column 'name'", "names there are"),
    Mistake("boards/overview.yaml", "layers: [meters]", "layers: [meter]", "no layer 'meter'", "'meters'"),
    Mistake("boards/overview.yaml", "by: [meter], grain", "by: [area:communes], grain", "no dimension", "'area:commune'"),
    Mistake("boards/overview.yaml", 'order: "-high_share"', 'order: "-high"', "no dimension 'high'", "'high_share'"),
    Mistake("boards/overview.yaml", "columns: [time, meter, value, peak]", "columns: [time, metr]", "no column 'metr'", "'meter'"),
    Mistake("rules/too_high.yaml", "playbook: too_high", "playbook: too_hihg", "no playbook", "'too_high'"),
    Mistake("rules/too_high.yaml", "per: [meter]}", "per: [metr]}", "no dimension 'metr'", "'meter'"),
    Mistake("pack.yaml", "headline: [high_share]", "headline: [high]", "no indicator 'high'", "'high_share'"),
    Mistake("pack.yaml", "board: overview", "board: overwiev", "no board", "'overview'"),
    Mistake("pack.yaml", "board: overview", "board: overview\nneeds: [weather]", "no pack 'weather'", "city.yaml"),
    Mistake("words.yaml", "mean_value:", "mean_valu:", "no indicator 'mean_valu'", "'mean_value'"),
    Mistake("tests/limit.yaml", "peak: 72", "peek: 72", "no column 'peek'", "'peak'"),
    Mistake("tests/limit.yaml", "[high_share]", "[high_shar]", "no indicator 'high_shar'", "'high_share'"),
    # meaning
    Mistake("datasets/reading.yaml", "type: number, unit: °, range: [6, 24]", "type: number, unit: deg0, range: [6, 24]", "no unit of measure", "Did you mean"),
    Mistake("datasets/reading.yaml", "range: [102, 118]", "range: [118, 102]", "range makes no sense", "[least, greatest]"),
    Mistake("datasets/reading.yaml", "type: code, required: true", 'type: code, required: true, pattern: "("', "pattern cannot be read", "RE2"),
    Mistake("datasets/reading.yaml", "type: code, required: true", 'type: code, required: true, pattern: "(a{90}){90}"', "too big", "1000"),
    Mistake("datasets/reading.yaml", "key: [meter, time]", "key: [meter]", "could keep one record", "Add the time"),
    Mistake("datasets/reading.yaml", "key: [meter, time]", "key: [meter, time, value]", "cannot be part of `key`", "code, text"),
    Mistake("sources/meters.yaml", "unit: dB", "unit: kg", "cannot be converted", "same quantity"),
    Mistake("indicators/high_share.yaml", "from: 10, below: 30", "from: 9, below: 30", "overlap", "`from` equals"),
    Mistake("indicators/high_share.yaml", "bands:", "figure: band\nbands:", "a title for every band", "leave out `figure`"),
    Mistake("indicators/high_share.yaml", "from: 10, below: 30", "from: 11, below: 30", "leave a gap", "`from` equals"),
    Mistake("indicators/high_share.yaml", "direction: down", "direction: up", "against direction", "good"),
    Mistake("indicators/high_share.yaml", "- {value: 10}", "- {value: 10}\n  - {value: 20, valid_from: 2026-01-01}", "validities overlap", "valid_to"),
    Mistake("indicators/mean_value.yaml", "per: hour", "per: hour\nwindow: 30m", "shorter than the step", "Remove"),
    Mistake("indicators/mean_value.yaml", "per: hour", "per: hour\nlookback: 2h", "`lookback` only goes with", "`window`"),
    Mistake("indicators/mean_value.yaml", "per: hour", "per: hour\nof: current", "kind entity", "of: records"),
    Mistake("rules/too_high.yaml", "opens: {above: 30, for: 1h}", "opens: {above: 30, below: 3}", "Exactly one", "above"),
    Mistake("rules/too_high.yaml", "closes: {below: 20", "closes: {below: 40", "closes below something not higher", "30"),
    Mistake("rules/too_high.yaml", "{value} {unit} of", "{values} {unit} of", "nothing to fill in for {values}", "{value}"),
    Mistake("boards/overview.yaml", "at: {x: 3, y: 0, w: 3, h: 3}", "at: {x: 2, y: 0, w: 3, h: 3}", "lies over 'share'", "Change x"),
    Mistake("boards/overview.yaml", "at: {x: 6, y: 7, w: 6, h: 3}", "at: {x: 7, y: 7, w: 6, h: 3}", "past the 12 columns", "at most 12"),
    Mistake("boards/overview.yaml", "by: [meter], grain: hour", "by: [meter], grain: minute", "finer than 'mean_value'", "coarser"),
    Mistake("boards/overview.yaml", "compare: previous", "compare: target", "no target", "targets"),
    Mistake("boards/overview.yaml", "kind: records, dataset: reading", "kind: feed", "kind feed needs `dataset`", "Add `dataset`"),
    Mistake("boards/overview.yaml", "kind: records, dataset: reading", "kind: status", "`dataset` or `indicators`", "and `by`"),
    Mistake("boards/overview.yaml", "kind: records, dataset", "kind: timeline, by: [metre], dataset", "no dimension 'metre'", "'meter'"),
    Mistake("boards/overview.yaml", "kind: records, dataset: reading", "kind: camera", "kind camera needs `title`", "Add `title`"),
    Mistake("boards/overview.yaml", "kind: ranking, indicators", "kind: pie, indicators", "no parts of one whole", "a bar", "warning"),
    Mistake("layers/meters.yaml", "kind: points", "kind: track", "'track' cannot be used for 'kind'", "'tracks'"),
    Mistake("layers/meters.yaml", "kind: points", "kind: tracks\ngap: soon", "not a duration", "packs.md"),
    Mistake("layers/meters.yaml", "kind: points", "kind: points\nshow: current", "needs a dataset of kind entity", "show: last"),
    Mistake("pack.yaml", "default: 70", "default: seventy", "not of type number", "Change"),
    # languages
    Mistake("pack.yaml", "What the meters of the field noise show.", "Các thiết bị đo của lĩnh vực noise đang cho thấy điều gì.", "copy", "Translate", "warning"),
    Mistake("datasets/reading.yaml", "Một lần đo của một thiết bị.", "Mot lan do cua mot thiet bi", "no diacritics", "diacritics", "warning"),
    Mistake("rules/too_high.yaml", "{value} {unit} số đo", "{value} số đo", "different {…}", "the same"),
    # expressions
    Mistake("indicators/mean_value.yaml", "avg(value)", "avg(valeu)", "no column 'valeu'", "'value'"),
    Mistake("indicators/mean_value.yaml", "avg(value)", "avgg(value)", "'avgg' is not allowed", "avg"),
    Mistake("indicators/mean_value.yaml", "avg(value)", "file('/etc/passwd')", "'file' is not allowed", "functions.md"),
    Mistake("indicators/mean_value.yaml", "value: avg(value)", "sql: mean.sql\n    total: avg", "no file 'mean.sql'", "Declare"),
    Mistake("datasets/reading.yaml", "derive: value > param_limit", "derive: value > param_limt", "no parameter", "'param_limit'"),
    Mistake("datasets/reading.yaml", "expression: peak >= value", "expression: max(peak) >= value", "record by record", "numerator"),
    Mistake("layers/meters.yaml", "when: lon is not null", "when: lon is not null -- here", "comments", "description"),
    Mistake("layers/meters.yaml", "when: lon is not null", "when: toHour(time) > 6", "counts in UTC", "toHour(city_time(time))", "warning"),
    Mistake("demo/reading.sql", "AS peak", "AS peek", "no column 'peek'", "'peak'"),
    Mistake("demo/reading.sql", "FROM drawn", "FROM drawn, numbers(10)", "kind of JOIN", "JOIN"),
    Mistake("demo/reading.sql", "round(level + 12 * noise, 1) AS value,", "", "leaves out 'value'", "AS value"),
    # tests
    Mistake("tests/mean.yaml", "", None, "No test exercises this indicator", "tests/", "warning"),
    Mistake("tests/limit.yaml", "  - {row: 4, column: peak}\n", "", "No test breaks the check", "rejected", "warning"),
    Mistake("tests/limit.yaml", "row: 4", "row: 9", "only 4 records", "from 1"),
    Mistake("tests/limit.yaml", "given:", "replay: x.csv\ngiven:", "Exactly one of given and replay", "given"),
]  # fmt: skip


@cache
def whole() -> Path:
    """Return a scaffolded pack to copy from."""
    folder = Path(mkdtemp())
    register(rmtree, folder)
    return scaffold_pack("noise", folder)


def broken(folder: Path, mistake: Mistake) -> tuple[Report, int]:
    """Return the report on the pack with the mistake in it, and the line on which the mistake stands."""
    target = copytree(whole(), folder / "noise")
    path = target / mistake.file
    text = path.read_text(encoding="utf-8")
    assert mistake.old in text
    if mistake.new is None:
        path.unlink()
        return check_packs(target), 0
    path.write_text(text.replace(mistake.old, mistake.new, 1), encoding="utf-8")
    return check_packs(target), text[: text.index(mistake.old)].count("\n") + 1


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda each: f"{each.file}: {each.problem}")
def test_the_mistake_is_found(mistake: Mistake, tmp_path: Path) -> None:
    report, line = broken(tmp_path, mistake)
    said = "\n".join(f"{issue.file}:{issue.line}: {issue.problem.en} {issue.remedy.en}" for issue in report.issues)
    found = [
        issue for issue in report.issues if mistake.problem in issue.problem.en and mistake.remedy in issue.remedy.en
    ]
    assert found, said
    issue = found[0]
    assert issue.severity == mistake.severity
    assert issue.problem.vi != issue.problem.en
    if mistake.new is not None and mistake.file.endswith(".yaml") and "this indicator" not in issue.problem.en:
        assert issue.file.endswith(mistake.file) or "test" in issue.problem.en, said
    if issue.file.endswith(mistake.file) and mistake.file.endswith(".yaml"):
        assert issue.line == 0 or abs(issue.line - line) <= 8, (issue.line, line)
    assert report.passes is (mistake.severity == "warning")
    assert report.scores["noise"].total < 100 or issue.code in ("zone", "form")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("place: {lon: lon, lat: lat}\n", "", "no coordinates to draw tracks of"),
        ("series: [meter]\n", "", "does not say which thing was where"),
        ("type: time, required", "type: date, required", "the column 'time' has days"),
    ],
)
def test_tracks_need_a_place_a_thing_and_a_moment(old: str, new: str, problem: str, tmp_path: Path) -> None:
    target = scaffold_pack("noise", tmp_path)
    layer, dataset = target / "layers" / "meters.yaml", target / "datasets" / "reading.yaml"
    layer.write_text(layer.read_text().replace("kind: points", "kind: tracks").replace("show: last\n", ""))
    assert old in dataset.read_text(), dataset.read_text()
    dataset.write_text(dataset.read_text().replace(old, new))
    assert [issue for issue in check_packs(target).issues if problem in issue.problem.en]


def test_the_line_is_the_one_of_the_mistake(tmp_path: Path) -> None:
    report, line = broken(tmp_path, Mistake("datasets/reading.yaml", "range: [102, 118]", "rang: [102, 118]", "", ""))
    assert [issue.line for issue in report.issues if issue.code == "unknown_key"] == [line]


def test_stray_files_are_named(tmp_path: Path) -> None:
    target = scaffold_pack("noise", tmp_path)
    (target / "dataset").mkdir()
    (target / "dataset" / "x.yaml").write_text("a: 1\n")
    (target / "datasets" / "Bad-Name.yaml").write_text((target / "datasets" / "reading.yaml").read_text())
    problems = {issue.problem.en: issue.remedy.en for issue in check_packs(target).issues}
    assert "Did you mean 'datasets'" in problems["The file 'dataset/x.yaml' means nothing in a pack."]
    assert "a-z" in problems["The file name 'Bad-Name' cannot be a name."]


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    target = scaffold_pack("noise", tmp_path)
    (target / "words.yaml").write_bytes("indicators: {mean_value: {vi: [độ ồn]}}".encode("cp1258", "replace"))
    assert any("not UTF-8" in issue.problem.en for issue in check_packs(target).issues)


def test_nitric_oxide_is_a_key(tmp_path: Path) -> None:
    target = scaffold_pack("noise", tmp_path)
    path = target / "datasets" / "reading.yaml"
    path.write_text(
        path.read_text().replace(
            "columns:\n", "columns:\n  no: {title: {vi: NO, en: NO}, type: number, unit: µg/m³}\n", 1
        )
    )
    report = check_packs(target)
    assert report.passes
    assert report.catalog is not None
    assert "no" in report.catalog.datasets["noise.reading"].columns


def test_a_folder_without_packs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="There is no pack"):
        check_packs(tmp_path)


def test_tests_of_packs_are_run_by_whoever_can(tmp_path: Path) -> None:
    target = scaffold_pack("noise", tmp_path)
    seen: list[str] = []

    def run_case(catalog: object, name: str) -> list[CaseFailure]:
        seen.append(name)
        failure = CaseFailure(("values", 0, "rows", 0), Text(vi="Sai.", en="Wrong."), Text(vi="Sửa.", en="Mend."))
        return [failure] if name == "noise.mean" else []

    report = check_packs(target, run_case=run_case)
    assert sorted(seen) == ["noise.limit", "noise.mean"] == sorted(report.cases)
    (issue,) = report.errors
    assert (issue.code, issue.file.rpartition("/")[2], issue.line) == ("failed_test", "mean.yaml", 20)
    assert not report.passes


def test_only_what_was_asked_for_is_judged(tmp_path: Path) -> None:
    target = scaffold_pack("noise", tmp_path)
    head = target / "pack.yaml"
    head.write_text(head.read_text() + "needs: [environment]\n")
    report = check_packs(target)
    assert report.passes
    assert set(report.scores) == {"noise"}
    assert report.catalog is not None
    assert "environment.air_quality" in report.catalog.datasets


def test_the_shipped_packs_pass() -> None:
    report = check_packs()
    assert [issue for issue in report.issues if issue.severity == "error"] == []
    assert all(score.total >= 80 for score in report.scores.values())
