"""Names of administrative units, and what the merger texts say about them. Used by build_areas.py."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import NamedTuple

# What the merger texts say, read by hand where a name alone misleads: (new code, name in the text) -> former codes, why.
READINGS: dict[tuple[str, str], tuple[tuple[str, ...], str]] = {
    ("05086", "Xã Mỵ Hòa"): (("05083",), "the list spells it Mi Hòa; Mỹ Hòa of Tân Lạc lies 25 km away"),
    ("23368", "xã Đăk Long"): (
        ("23368",),
        "Đắk Long of Đắk Glei, same code; the one of Đắk Hà is named with its district",
    ),
    ("24301", "Xã Ea Drơng"): (
        ("24292",),
        "the list spells it Ea D'Rơng, of Cư M'gar; Ea Drông of Buôn Hồ became 24328",
    ),
    ("26080", "Xã Xuân Hòa"): (("26083",), "the ward of Long Khánh, which the text calls a commune"),
    ("26080", "Xã Phú Bình"): (("26086",), "the ward of Long Khánh, which the text calls a commune"),
    ("10843", "Xã Hòa Bình"): (("10798",), "Kim Thành adjoins; Hòa Bình of Vĩnh Bảo lies 20 km away and went to 11911"),
    ("31231", "Thị trấn Thạnh An"): (("31231",), "the list spells it Thanh An; the commune Thạnh An went to 31246"),
    ("01165", "Xã Tân Phước"): (("01174",), "the second text says Thượng Bình"),
    ("03388", "Xã Lản Nhì Thàng"): (("03391",), "Lả Nhì Thàng of Phong Thổ"),
    ("03151", "Xã Sá Tổng"): (("03178",), "Xá Tổng of Mường Chà"),
    ("04660", "Thị trấn Nông trường Liên Sơn"): (("04621",), "of Văn Chấn"),
    ("00733", "Xã Sà Phìn"): (("00736",), "the list spells it Xà Phìn"),
    ("02824", "Xã Nàn Sín"): (("02836",), "the list spells it Nàn Xín; Nàn Sán is another"),
    ("03244", "Xã Xá Nhè"): (("03244",), "the list calls it Sáng Nhè"),
    ("18007", "Xã Hưng Yên Nam"): (("18007",), "the list calls it Hưng Yên; Hưng Yên Bắc is another"),
    ("23377", "Xã Pờ Y"): (("23395",), "the list calls it Bờ Y"),
    ("31108", "Huyện Kiên Hải"): (("31108", "31111", "31114", "31115"), "a whole district: its four communes"),
}
ADDED = {"02215": (("02488",), "Xã Trung Môn stands in the second text only")}
NOT_UNITS = ("Trường bắn TB1", "Khu vực bãi bồi ven biển")

TYPES = ("thị trấn", "phường", "xã", "đặc khu", "huyện", "quận", "thành phố", "thị xã", "tỉnh", "thủ đô")
TONES = "\u0300\u0301\u0303\u0309\u0323"
OLD_STYLE = {
    new: old
    for vowel, second in (("o", "aáàảãạ"), ("o", "eéèẻẽẹ"), ("u", "yýỳỷỹỵ"))
    for new, old in ((vowel + second[i], {"o": "óòỏõọ", "u": "úùủũụ"}[vowel][i - 1] + second[0]) for i in range(1, 6))
}


@dataclass
class Unit:
    """A unit of one of the raw lists."""

    code: str
    level: str
    full_name: str
    name_en: str
    parent: str = ""
    name: str = field(init=False)
    kind: str = field(init=False)

    def __post_init__(self) -> None:
        self.kind, self.name = split_type(self.full_name)
        self.name = tidy(self.name)
        self.full_name = f"{self.kind.capitalize()} {self.name}"


def tidy(name: str) -> str:
    """Spell as the resolutions do: tone on the first vowel of oa, oe, uy; capitals; straight apostrophes."""
    words = []
    for word in unicodedata.normalize("NFC", name).replace("’", "'").replace("N.T", "NT").split():
        tail = word[-2:]
        if tail in OLD_STYLE and not word[:-2].lower().endswith("q"):
            word = word[:-2] + OLD_STYLE[tail]
        words.append(word[0].upper() + word[1:])
    return " ".join(words)


def split_type(full: str) -> tuple[str, str]:
    full = " ".join(unicodedata.normalize("NFC", full).split())
    for kind in TYPES:
        if full.lower().startswith(kind + " "):
            return kind.replace("thủ đô", "thành phố"), full[len(kind) + 1 :]
    return "", full


def toned(name: str) -> str:
    """Fold case, spaces, i/y and where the tone mark stands, but keep the tones: Thuỷ = thủy, Ea Bar = EaBar."""
    out = []
    for word in re.split(r"[\s'’.\-–]+", unicodedata.normalize("NFC", name).lower()):
        parts = unicodedata.normalize("NFD", word)
        letters = "".join(char for char in parts if char not in TONES)
        out.append(str(int(letters)) if letters.isdigit() else letters.replace("y", "i"))
        out.append("".join(char for char in parts if char in TONES))
    return "".join(out)


def plain(name: str) -> str:
    """Fold diacritics too, and the spellings of state farms and Roman numerals."""
    text = re.sub(r"\bnông trường\b", "nt", unicodedata.normalize("NFC", name).lower())
    text = re.sub(r"\bii\b", "2", re.sub(r"\biv\b", "4", re.sub(r"^phường\s", "", text)))
    bare = "".join(char for char in unicodedata.normalize("NFD", toned(text)) if not unicodedata.combining(char))
    return bare.replace("đ", "d")


class Claim(NamedTuple):
    """What a merger text says: all of, a part of, or the rest of `old` is in `new`."""

    old: str
    new: str
    rest: bool
    how: str


def split_text(text: str) -> list[tuple[str, str, bool]]:
    """Cut a merger text into (unit, district or province it belongs to, whether only the rest of it comes)."""
    items, depth, item = [], 0, ""
    for char in text + ",":
        depth += (char == "(") - (char == ")")
        if char in ",;" and depth == 0:
            items.append(item.strip())
            item = ""
        else:
            item += char
    found = []
    kind = ""
    for item in filter(None, items):
        notes = re.findall(r"\(([^()]*)\)", item)
        base = re.sub(r"\([^()]*\)?", "", item).strip()
        own, name = split_type(base)
        kind = own or kind
        hint = next((note for note in notes if "còn lại" not in note and "Giữ nguyên" not in note), "")
        base = base if own or base in NOT_UNITS else f"{kind} {name}"
        found.append((base, hint.removeprefix("thuộc "), any("còn lại" in note for note in notes)))
    return found


@dataclass
class Matcher:
    """Finds the former units that the merger texts name, inside the right former provinces."""

    former: dict[str, Unit]
    provinces: dict[str, list[str]]
    by_name: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    district: dict[str, str] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    unmatched: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        seats = {unit.parent for unit in self.former.values() if unit.level == "commune"}
        for unit in self.former.values():
            if unit.level == "commune" or (unit.level == "district" and unit.code not in seats):
                self.district[unit.code] = unit.parent if unit.level == "commune" else unit.code
                province = self.former[self.district[unit.code]].parent
                for key in {toned(unit.name), plain(unit.name)}:
                    self.by_name[province, key].append(unit.code)

    def candidates(self, province: str, item: str, hint: str) -> tuple[list[str], str]:
        kind, name = split_type(item)
        for key, how in ((toned(name), "name"), (plain(name), "name without diacritics")):
            codes = [code for old in self.provinces[province] for code in self.by_name.get((old, key), ())]
            if how == "name":
                codes = [code for code in codes if toned(self.former[code].name) == key]
            if codes:
                break
        codes = [code for code in codes if self.former[code].kind == kind] or codes
        if hint and len(codes) > 1:
            where = plain(split_type(hint)[1])
            near = [code for code in codes if plain(self.former[self.district[code]].name) == where]
            codes, how = (near or codes), how + " and district"
        return codes, how

    def match(self, unit: Unit, text: str) -> None:
        items = split_text(text)
        home: Counter[str] = Counter()
        if unit.code in self.district:
            home[self.district[unit.code]] += 1
        waiting = []
        for item, hint, rest in items:
            if (unit.code, item) in READINGS:
                codes: Iterable[str] = READINGS[unit.code, item][0]
                self.claims.extend(Claim(code, unit.code, rest, "read by hand") for code in codes)
                continue
            found, how = self.candidates(unit.parent, item, hint)
            if len(found) == 1:
                home[self.district[found[0]]] += 1
                self.claims.append(Claim(found[0], unit.code, rest, how))
            else:
                waiting.append((item, rest, found))
        for item, rest, found in waiting:
            best = sorted(found, key=lambda code: -home[self.district[code]])[:2]
            if len(best) == 2 and home[self.district[best[0]]] > home[self.district[best[1]]]:
                self.claims.append(Claim(best[0], unit.code, rest, "name, in the districts of its neighbours"))
            elif (code := None if found else self.alike(item, home)) is not None:
                self.claims.append(Claim(code, unit.code, rest, "like name, in the districts of its neighbours"))
            else:
                self.unmatched.append((unit.code, item))

    def alike(self, item: str, home: Counter[str]) -> str | None:
        """Return the unit of the same districts whose spelling is nearest, if it is near and the second is not."""
        name = plain(split_type(item)[1])
        scored = sorted(
            (-SequenceMatcher(None, name, plain(self.former[code].name)).ratio(), code)
            for code, district in self.district.items()
            if home[district]
        )
        first, second = (*scored, (0.0, ""), (0.0, ""))[:2]
        return first[1] if first[0] <= -0.75 and first[0] - second[0] <= -0.05 else None
