"""Making a city's folder, like one of the shipped ones."""

import shutil
from pathlib import Path

import toancanh
from toancanh.domain import Conflict, Text, UnknownName

_SHIPPED = Path(toancanh.__file__).parent / "cities"
CITIES: tuple[str, ...] = tuple(sorted(path.parent.name for path in _SHIPPED.glob("*/city.yaml")))
"""The shipped cities."""


def make_city(folder: Path, like: str, *, demo: bool = True) -> None:
    """Write city.yaml, units.yaml and packs/ into `folder`; raise Conflict when there is a city already."""
    if like not in CITIES:
        raise UnknownName(
            Text(vi=f"Không có thành phố mẫu “{like}”.", en=f"There is no shipped city '{like}'."),
            Text(vi=f"Hãy chọn trong: {', '.join(CITIES)}.", en=f"Choose from: {', '.join(CITIES)}."),
        )
    if (folder / "city.yaml").exists():
        raise Conflict(
            Text(vi=f"{folder} đã là thư mục của một thành phố.", en=f"{folder} is the folder of a city already."),
            Text(vi="Hãy chọn thư mục khác.", en="Choose another folder."),
        )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "packs").mkdir(exist_ok=True)
    for path in sorted((_SHIPPED / like).glob("*.yaml")):
        if path.name != "city.yaml":
            shutil.copyfile(path, folder / path.name)
    lines = (_SHIPPED / like / "city.yaml").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith(("demo:", "#"))]
    text = "\n".join([*kept, f"demo: {str(demo).lower()}"]) + "\n"
    (folder / "city.yaml").write_text(text, encoding="utf-8")
