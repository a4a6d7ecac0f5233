"""Syntax: every file of a pack can be read, and stands where it means something."""

from pathlib import Path, PurePosixPath

from toancanh.catalog.draft import Document, shown
from toancanh.catalog.files import KINDS, SINGLE, PackFiles
from toancanh.catalog.guard.names import nearest
from toancanh.catalog.reading import Parsed, read_yaml
from toancanh.domain import Issue, Text

_FREE = ("README.md", "LICENSE", "NOTICE", "CHANGELOG.md")


def read_pack(pack: PackFiles, *, skip: tuple[str, ...] = ()) -> tuple[list[Document], list[Issue]]:
    """Return every document of `pack` that could be read, and what is wrong with the others; folders in `skip` are left."""
    documents, issues = [], []
    for inside, file in pack.files.items():
        place = PurePosixPath(inside)
        folder = place.parts[0] if len(place.parts) > 1 else ""
        if folder in skip or inside in _FREE:
            continue
        if folder == "" and inside in SINGLE:
            document, found = read_document(pack.name, place.stem, place.stem, file)
        elif (
            folder in KINDS and len(place.parts) == 2 and place.suffix == (".md" if folder == "playbooks" else ".yaml")
        ):
            document, found = read_document(pack.name, folder, place.stem, file)
        else:
            stray = _stray(place, file)
            issues += [stray] if stray else []
            continue
        issues += found
        documents.append(document)
    return documents, issues


def read_document(pack: str, kind: str, name: str, file: Path, text: str | None = None) -> tuple[Document, list[Issue]]:
    """Return the document in `file` (or in `text`, in its place), and what is wrong with its syntax."""
    try:
        text = file.read_text(encoding="utf-8-sig") if text is None else text
    except UnicodeDecodeError as error:
        problem = Text(
            vi=f"Tệp không phải UTF-8 (byte {error.start}).", en=f"The file is not UTF-8 (byte {error.start})."
        )
        remedy = Text(vi="Lưu lại tệp bằng UTF-8.", en="Save it as UTF-8.")
        return Document(pack, kind, name, file, Parsed()), [Issue(shown(file), 1, problem, remedy, "syntax")]
    body, offset = "", 0
    if file.suffix == ".md":
        text, body, offset = _front_matter(text)
    document = Document(pack, kind, name, file, read_yaml(text), body=body, offset=offset)
    issues = [
        Issue(shown(file), each.line + offset, each.problem, each.remedy, "syntax") for each in document.parsed.troubles
    ]
    if not _identifier(name):
        issues.append(
            Issue(
                shown(file),
                0,
                Text(vi=f"Tên tệp “{name}” không dùng làm tên được.", en=f"The file name '{name}' cannot be a name."),
                Text(
                    vi="Dùng chữ thường a-z, số và _, bắt đầu bằng chữ.",
                    en="Use a-z, digits and _, beginning with a letter.",
                ),
                "syntax",
            )
        )
    return document, issues


def _front_matter(text: str) -> tuple[str, str, int]:
    """Return (YAML head, Markdown body, lines before the head)."""
    if not text.startswith("---\n"):
        return "", text, 0
    head, _, body = text[4:].partition("\n---")
    return head + "\n", body.partition("\n")[2], 1


def _stray(place: PurePosixPath, file: Path) -> Issue | None:
    """Return an issue where a file has no meaning in a pack, None where it belongs to another file."""
    folder = place.parts[0] if len(place.parts) > 1 else ""
    if folder in ("indicators", "demo") and place.suffix == ".sql":
        return None
    if folder == "tests":
        return None
    known = [*KINDS, *SINGLE, *_FREE]
    near = nearest(folder or place.name, known)
    hint_vi = f"Có phải ý bạn là “{near}”? " if near else ""
    hint_en = f"Did you mean '{near}'? " if near else ""
    return Issue(
        shown(file),
        0,
        Text(vi=f"Tệp “{place}” không có nghĩa trong gói.", en=f"The file '{place}' means nothing in a pack."),
        Text(
            vi=hint_vi
            + "Tệp .yaml nằm trong datasets, sources, indicators, rules, layers, boards, demo hay tests; .md trong playbooks.",
            en=hint_en
            + "Put .yaml files into datasets, sources, indicators, rules, layers, boards, demo or tests; .md into playbooks.",
        ),
        "syntax",
    )


def _identifier(name: str) -> bool:
    return (
        name.isascii()
        and name.replace("_", "a").isalnum()
        and name[:1].isalpha()
        and name == name.lower()
        and len(name) < 64
    )
