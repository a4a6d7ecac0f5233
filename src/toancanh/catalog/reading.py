"""YAML 1.2 with the line of every key: plain values only, no anchors, no tags, no key twice."""

import re
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from toancanh.domain import Text

Path = tuple[str | int, ...]
_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_ZEROS = re.compile(r"[-+]?0[0-9]+")
_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ["str", "int", "float", "bool", "null", "timestamp", "map", "seq", "value", "merge"]
)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "Null": None, "NULL": None, "true": True, "True": True,
          "TRUE": True, "false": False, "False": False, "FALSE": False}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a text could not be read: line (from 1), problem, remedy."""

    line: int
    problem: Text
    remedy: Text


@dataclass(slots=True)
class Parsed:
    """The plain value of a text, the line (from 1) at which each path begins, and what is wrong."""

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    seen: set[int] = field(default_factory=set, repr=False)

    def line(self, path: Path) -> int:
        """Return the line of `path`, or of the nearest thing around it that has one."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_yaml(text: str) -> Parsed:
    """Return what `text` holds. Times and dates stay texts; `no`, `yes`, `on`, `off` are texts too, as YAML 1.2 has it."""
    parsed = Parsed()
    try:
        node = _compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = error.problem or error.context or "?"
        _trouble(
            parsed,
            (mark.line + 1) if mark else 1,
            f"Không đúng cú pháp YAML: {said}.",
            f"This is not YAML: {said}.",
            "Kiểm tra thụt dòng, dấu hai chấm và dấu nháy ở dòng này và dòng trước.",
            "Check indentation, colons and quotes on this line and the one before.",
        )
        return parsed
    except (YAMLError, ValueError, RecursionError) as error:
        said = str(error).splitlines()[0][:200]
        _trouble(
            parsed,
            1,
            f"Không đọc được YAML: {said}.",
            f"The YAML cannot be read: {said}.",
            "Bỏ ký tự điều khiển và lưu tệp bằng UTF-8.",
            "Remove control characters and save the file as UTF-8.",
        )
        return parsed
    if node is not None:
        parsed.value = _value(node, (), parsed)
    parsed.seen.clear()
    return parsed


def _compose(text: str) -> Node | None:
    """Return the nodes of `text`: by the fast parser where it is there, by the exact YAML 1.2 one where that refuses."""
    try:
        return YAML(typ="safe").compose(text)  # type: ignore[no-any-return]  # ruamel declares Any
    except MarkedYAMLError:
        return YAML(typ="safe", pure=True).compose(text)  # type: ignore[no-any-return]  # as above


_ANCHOR = (
    "Không dùng bí danh (*) trong gói.",
    "Aliases (*) are not used in packs.",
    "Viết lại giá trị ở mỗi chỗ, hoặc khai báo tham số trong pack.yaml.",
    "Write the value in each place, or declare a parameter in pack.yaml.",
)


def _trouble(parsed: Parsed, line: int, vi: str, en: str, remedy_vi: str, remedy_en: str) -> None:
    parsed.troubles.append(Trouble(line, Text(vi=vi, en=en), Text(vi=remedy_vi, en=remedy_en)))


def _value(node: Node, path: Path, parsed: Parsed) -> Any:
    parsed.lines.setdefault(path, node.start_mark.line + 1)
    if id(node) in parsed.seen:
        _trouble(parsed, node.start_mark.line + 1, *_ANCHOR)
        return None
    parsed.seen.add(id(node))
    if node.tag and str(node.tag) not in _TAGS:
        line = node.start_mark.line + 1
        _trouble(
            parsed,
            line,
            f"Không dùng thẻ {node.tag}.",
            f"The tag {node.tag} is not used.",
            "Bỏ thẻ đi.",
            "Leave the tag out.",
        )
        return None
    if isinstance(node, MappingNode):
        return _mapping(node, path, parsed)
    if isinstance(node, SequenceNode):
        return [_value(child, (*path, index), parsed) for index, child in enumerate(node.value)]
    return _scalar(node, parsed) if isinstance(node, ScalarNode) else None


def _mapping(node: MappingNode, path: Path, parsed: Parsed) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, ScalarNode):
            _trouble(
                parsed,
                line,
                "Khoá phải là chữ.",
                "A key must be a plain word.",
                "Bỏ ngoặc ở khoá.",
                "Write the key without brackets.",
            )
            continue
        key = str(key_node.value)
        if key in found:
            _trouble(
                parsed,
                line,
                f"Khoá “{key}” xuất hiện hai lần (lần đầu ở dòng {parsed.lines[(*path, key)]}).",
                f"The key '{key}' stands here twice (first on line {parsed.lines[(*path, key)]}).",
                "Gộp hai chỗ làm một, hoặc đổi tên một khoá.",
                "Join the two, or rename one.",
            )
            continue
        parsed.lines[(*path, key)] = line
        found[key] = _value(value_node, (*path, key), parsed)
    return found


def _scalar(node: ScalarNode, parsed: Parsed) -> Any:
    text = str(node.value)
    if node.style:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    if _ZEROS.fullmatch(text):
        line = node.start_mark.line + 1
        _trouble(
            parsed, line, f"Số {text} có số 0 đứng đầu.", f"The number {text} begins with a zero.",
            f'Nếu là mã, viết "{text}"; nếu là số, bỏ số 0.', f'If it is a code, write "{text}"; if a number, drop the zero.',
        )  # fmt: skip
        return text
    if _FLOAT.fullmatch(text):
        return float(text)
    return text
