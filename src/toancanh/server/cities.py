"""Making a city's folder, like a shipped one or from nothing but the code of its area."""

import shutil
from pathlib import Path

from toancanh.catalog import CITIES as SHIPPED
from toancanh.domain import Area, Conflict, Text, UnknownName
from toancanh.geography import Geography

CITIES: tuple[str, ...] = tuple(sorted(path.parent.name for path in SHIPPED.glob("*/city.yaml")))
"""The shipped cities."""
_SCHEMA = "# Keys: docs/reference/packs.md"


def make_city(folder: Path, like: str, *, demo: bool = True) -> None:
    """Write city.yaml, units.yaml and packs/ into `folder`, as a shipped city has them; raise Conflict, UnknownName."""
    if like not in CITIES:
        raise UnknownName(
            Text(vi=f"Không có thành phố mẫu “{like}”.", en=f"There is no shipped city '{like}'."),
            Text(vi=f"Hãy chọn trong: {', '.join(CITIES)}.", en=f"Choose from: {', '.join(CITIES)}."),
        )
    _prepare(folder)
    for path in sorted((SHIPPED / like).glob("*.yaml")):
        if path.name != "city.yaml":
            shutil.copyfile(path, folder / path.name)
    lines = (SHIPPED / like / "city.yaml").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith(("demo:", "#"))]
    _write(folder, [*kept, f"demo: {str(demo).lower()}"])


def found_city(folder: Path, area: str) -> Area:
    """Write city.yaml and an empty packs/ for the area with this code; return it. Raises NotFound, Conflict."""
    found = Geography().get(area)
    _prepare(folder)
    _write(
        folder,
        [
            f'title: {{vi: "{found.full_name}", en: "{found.name_en}"}}',
            f'area: "{found.code}"',
            "packs: [environment, dossiers, platform]",
            "demo: false",
        ],
    )
    return found


def _prepare(folder: Path) -> None:
    if (folder / "city.yaml").exists():
        raise Conflict(
            Text(vi=f"{folder} đã là thư mục của một thành phố.", en=f"{folder} is the folder of a city already."),
            Text(vi="Hãy chọn thư mục khác.", en="Choose another folder."),
        )
    (folder / "packs").mkdir(parents=True, exist_ok=True)


def _write(folder: Path, lines: list[str]) -> None:
    (folder / "city.yaml").write_text("\n".join([_SCHEMA, *lines]) + "\n", encoding="utf-8")
