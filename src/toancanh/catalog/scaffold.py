"""`toancanh pack new`: a pack that works, to be changed into another."""

from pathlib import Path

from toancanh.catalog.schemas import schema_text, schemas
from toancanh.domain import Conflict, InvalidInput, Text

TEMPLATE = Path(__file__).parent / "template"
SCHEMAS = ".schemas"
"""Folder beside the packs that holds the schemas for editors."""


def scaffold_pack(name: str, folder: Path) -> Path:
    """Write a working pack called `name` into `folder`, with the schemas that its files point to; return its folder.

    Raises InvalidInput for a name that cannot be one, Conflict where such a folder exists.
    """
    plain = (
        name.isascii()
        and name.replace("_", "a").isalnum()
        and name[:1].isalpha()
        and name == name.lower()
        and len(name) < 64
    )
    if not plain:
        raise InvalidInput(
            Text(vi=f"“{name}” không dùng làm tên gói được.", en=f"'{name}' cannot be the name of a pack."),
            Text(
                vi="Dùng chữ thường a-z, số và _, bắt đầu bằng chữ.",
                en="Use a-z, digits and _, beginning with a letter.",
            ),
        )
    target = folder / name
    if target.exists():
        raise Conflict(
            Text(vi=f"Đã có {target}.", en=f"{target} exists already."),
            Text(vi="Chọn tên khác, hoặc xoá thư mục ấy.", en="Choose another name, or remove that folder."),
        )
    for path in sorted(TEMPLATE.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            place = target / path.relative_to(TEMPLATE)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(path.read_text(encoding="utf-8").replace("NAME", name), encoding="utf-8")
    write_schemas(folder / SCHEMAS)
    return target


def write_schemas(folder: Path) -> None:
    """Write every JSON Schema into `folder`, for editors."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        (folder / name).write_text(schema_text(schema), encoding="utf-8")
