"""TXT files of automatic monitoring stations, as Circular 10/2021/TT-BTNMT has them sent every five minutes.

The name says who: province, place and station, then the moment, `HP_NMNHIETDIEN_KHI01_20260131080500.txt`. Each line has five
fields with tabs between: parameter, value, unit, moment (yyyyMMddHHmmss), status (00 measuring, 01 calibrating, 02 fault).
"""

import re
from collections.abc import Iterator
from typing import Any

STATION_FILE = re.compile(r"^(?P<place>[^/]+)_(?P<moment>\d{14})\.txt$", re.IGNORECASE)
_MOMENT = re.compile(r"^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$")


def station_rows(data: bytes, name: str) -> Iterator[dict[str, Any]]:
    """Yield one record per line; a line that is none is given as it is, under `line`."""
    about = _about(name)
    for number, line in enumerate(_text(data).splitlines(), 1):
        if not line.strip():
            continue
        fields = [field.strip() for field in line.split("\t")]
        if len(fields) < 5:
            yield about | {"row": number, "line": line}
            continue
        parameter, value, unit, moment, status = fields[:5]
        yield about | {
            "row": number,
            "parameter": parameter,
            "value": value,
            "unit": unit,
            "time": _written(moment),
            "status": status,
        }


def _about(name: str) -> dict[str, Any]:
    found = STATION_FILE.match(name)
    place = (found["place"] if found else name.rsplit(".", 1)[0]).split("_")
    return {
        "province": place[0],
        "site": "_".join(place[1:-1]),
        "station": place[-1],
        "file_time": _written(found["moment"]) if found else None,
    }


def _written(moment: str) -> str:
    """Return a moment as ISO 8601 without zone; what is none stays as it is."""
    found = _MOMENT.match(moment)
    return "{}-{}-{}T{}:{}:{}".format(*found.groups()) if found else moment


def _text(data: bytes) -> str:
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1258"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode(errors="replace")
