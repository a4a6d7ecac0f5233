"""Units of measure. A value is converted once, at the door, into the unit its column declares.

`factor` and `offset` map a value to the SI-coherent base of its quantity: base = value * factor + offset
(BIPM, The International System of Units, 9th edition).
"""

import difflib
from dataclasses import dataclass

from toancanh.domain.errors import InvalidInput, UnknownName
from toancanh.domain.text import Text


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure: its symbol, what it measures, and the way to the base unit of that quantity."""

    symbol: str
    quantity: str
    factor: float = 1.0
    offset: float = 0.0


_TABLE: tuple[tuple[str, str, float], ...] = (
    ("1", "ratio", 1.0), ("%", "ratio", 0.01), ("‰", "ratio", 0.001),
    ("lần", "count", 1.0), ("người", "persons", 1.0), ("nghìn người", "persons", 1e3), ("triệu người", "persons", 1e6),
    ("hồ sơ", "dossiers", 1.0), ("bản ghi", "records", 1.0), ("trạm", "stations", 1.0), ("vụ", "cases", 1.0), ("doanh nghiệp", "enterprises", 1.0),
    ("lượt", "visits", 1.0), ("phản ánh", "tickets", 1.0), ("chiếc", "items", 1.0), ("cây", "trees", 1.0),
    ("điểm", "points", 1.0), ("AQI", "air quality index", 1.0), ("WQI", "water quality index", 1.0), ("cấp", "level", 1.0),
    ("s", "time", 1.0), ("ms", "time", 1e-3), ("min", "time", 60.0), ("h", "time", 3600.0), ("d", "time", 86400.0),
    ("ngày làm việc", "working time", 1.0), ("giờ làm việc", "working time", 0.125),
    ("µg/m³", "mass concentration", 1e-9), ("mg/m³", "mass concentration", 1e-6), ("g/m³", "mass concentration", 1e-3),
    ("mg/l", "mass concentration", 1e-3), ("µg/l", "mass concentration", 1e-6), ("g/l", "mass concentration", 1.0),
    ("ppm", "volume fraction", 1e-6), ("ppb", "volume fraction", 1e-9),
    ("m", "length", 1.0), ("mm", "length", 1e-3), ("cm", "length", 1e-2), ("km", "length", 1e3), ("hải lý", "length", 1852.0),
    ("m²", "area", 1.0), ("ha", "area", 1e4), ("km²", "area", 1e6),
    ("m³", "volume", 1.0), ("l", "volume", 1e-3), ("m³/s", "flow", 1.0), ("m³/h", "flow", 1 / 3600), ("l/s", "flow", 1e-3),
    ("m/s", "speed", 1.0), ("km/h", "speed", 1 / 3.6), ("kn", "speed", 1852 / 3600),
    ("kg", "mass", 1.0), ("g", "mass", 1e-3), ("tấn", "mass", 1e3), ("t/d", "mass flow", 1e3 / 86400),
    ("Pa", "pressure", 1.0), ("hPa", "pressure", 100.0), ("kPa", "pressure", 1e3), ("mbar", "pressure", 100.0),
    ("mm/h", "rainfall rate", 1e-3 / 3600), ("°", "angle", 1.0), ("NTU", "turbidity", 1.0), ("pH", "acidity", 1.0),
    ("µS/cm", "conductivity", 1e-4), ("mS/cm", "conductivity", 0.1), ("MPN/100ml", "bacterial count", 1.0),
    ("dB", "sound level", 1.0), ("W", "power", 1.0), ("kW", "power", 1e3), ("MW", "power", 1e6),
    ("Wh", "energy", 3600.0), ("kWh", "energy", 3.6e6), ("MWh", "energy", 3.6e9), ("J", "energy", 1.0),
    ("V", "voltage", 1.0), ("A", "current", 1.0), ("Hz", "frequency", 1.0),
    ("B", "data", 1.0), ("kB", "data", 1e3), ("MB", "data", 1e6), ("GB", "data", 1e9),
    ("đồng", "money (VND)", 1.0), ("nghìn đồng", "money (VND)", 1e3), ("triệu đồng", "money (VND)", 1e6),
    ("tỷ đồng", "money (VND)", 1e9), ("nghìn tỷ đồng", "money (VND)", 1e12), ("USD", "money (USD)", 1.0),
    ("triệu USD", "money (USD)", 1e6), ("tỷ USD", "money (USD)", 1e9), ("TEU", "containers", 1.0), ("GT", "gross tonnage", 1.0),
)  # fmt: skip

_ALIASES = {
    "ug/m3": "µg/m³", "μg/m³": "µg/m³", "mg/m3": "mg/m³", "g/m3": "g/m³", "m2": "m²", "m3": "m³", "km2": "km²", "m3/s": "m³/s",
    "celsius": "°C", "degC": "°C", "degF": "°F", "VND": "đồng", "nmi": "hải lý", "knot": "kn", "t": "tấn", "uS/cm": "µS/cm",
    "minute": "min", "hour": "h", "day": "d", "deg": "°", "m3/h": "m³/h",
}  # fmt: skip

UNITS: dict[str, Unit] = {symbol: Unit(symbol, quantity, factor) for symbol, quantity, factor in _TABLE} | {
    "K": Unit("K", "temperature"),
    "°C": Unit("°C", "temperature", 1.0, 273.15),
    "°F": Unit("°F", "temperature", 5 / 9, 459.67 * 5 / 9),
}


def unit_of(symbol: str) -> Unit:
    """Return the unit written as `symbol` or one of its aliases; raise UnknownName with the nearest symbol."""
    found = UNITS.get(_ALIASES.get(symbol, symbol))
    if found:
        return found
    near = difflib.get_close_matches(symbol, [*UNITS, *_ALIASES], n=1, cutoff=0.4)
    hint = near[0] if near else "1"
    raise UnknownName(
        Text(vi=f"Không có đơn vị đo “{symbol}”.", en=f"There is no unit of measure '{symbol}'."),
        Text(
            vi=f"Có phải ý bạn là “{hint}”? Danh mục: docs/reference/units.md.",
            en=f"Did you mean '{hint}'? See docs/reference/units.md.",
        ),
        nearest=hint,
    )


def conversion(source: str, target: str) -> tuple[float, float]:
    """Return (factor, offset) with target = source * factor + offset; raise InvalidInput if the quantities differ."""
    one, other = unit_of(source), unit_of(target)
    if one.quantity != other.quantity:
        raise InvalidInput(
            Text(
                vi=f"Không đổi được “{one.symbol}” ({one.quantity}) sang “{other.symbol}” ({other.quantity}).",
                en=f"'{one.symbol}' ({one.quantity}) cannot be converted to '{other.symbol}' ({other.quantity}).",
            ),
            Text(vi="Hãy chọn hai đơn vị của cùng một đại lượng.", en="Choose two units of the same quantity."),
        )
    return _exact(one.factor / other.factor), _exact((one.offset - other.offset) / other.factor)


def _exact(number: float) -> float:
    """Drop the last digit's noise: 1e-6 / 1e-9 is 1000, not 999.9999999999999."""
    return float(f"{number:.14g}")
