"""Names as people write them: keys that fold case, diacritics, punctuation and type words, in Python and in the engine."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

from toancanh.domain import Area, fold
from toancanh.geography.register import COUNTRY, Register
from toancanh.geography.succession import Succession

SHORT = {
    "p": "phường",
    "f": "phường",
    "x": "xã",
    "tt": "thị trấn",
    "đk": "đặc khu",
    "q": "quận",
    "h": "huyện",
    "tx": "thị xã",
    "tp": "thành phố",
    "t": "tỉnh",
}
"""Type words as people shorten them."""
ALIASES = {
    "79": ("HCM", "TPHCM", "TP HCM", "Sài Gòn"),
    "x79": ("HCM", "TPHCM", "TP HCM", "Sài Gòn"),
    "01": ("TPHN", "TP HN"),
    "46": ("Thừa Thiên Huế", "Thừa Thiên - Huế"),
    "x77": ("BRVT", "BR-VT"),
}
"""Further names by which people call an area."""
_RANK = {"country": 0, "province": 1, "commune": 2, "district": 3}
_PROVINCE, _COMMUNE = _RANK["province"], _RANK["commune"]
_LATE = {
    old: new
    for vowels, last in (("oóòỏõọ", "a"), ("oóòỏõọ", "e"), ("uúùủũụ", "y"))
    for old, new in zip(
        (vowel + last for vowel in vowels[1:]),
        (vowels[0] + tone for tone in {"a": "áàảãạ", "e": "éèẻẽẹ", "y": "ýỳỷỹỵ"}[last]),
        strict=True,
    )
}


class _Plain(dict[int, str]):
    """Letter → folded letter, filled in as letters are met."""

    def __missing__(self, letter: int) -> str:
        found = re.sub("[^0-9a-z]", " ", fold(chr(letter)) or ("" if unicodedata.combining(chr(letter)) else " "))
        self[letter] = found
        return found


_PLAIN = _Plain()
_PLAIN_SHORT = {fold(key): fold(word) for key, word in SHORT.items()}
_GLUED = re.compile("^([pq])([0-9])")
_ZEROS = re.compile(" 0+([1-9])")
_GAPS = re.compile(r"[\W_]+")


@lru_cache(maxsize=1 << 16)
def name_key(text: str) -> str:
    """Return the key under which a name is found whatever its case, diacritics, punctuation and short type words.

    "P. Hải An", "phuong hai an" and "PHƯỜNG  HẢI-AN" have the same key.
    """
    return _tail(" ".join(text.translate(_PLAIN).split()), _PLAIN_SHORT)


@lru_cache(maxsize=1 << 16)
def exact_key(text: str) -> str:
    """Return the key that keeps diacritics, for the few names of one place that differ in nothing else."""
    return _tail(_GAPS.sub(" ", unicodedata.normalize("NFC", text).lower()).strip(), SHORT)


def _tail(key: str, words: dict[str, str]) -> str:
    key = _ZEROS.sub(r" \1", _GLUED.sub(r"\1 \2", key))
    head, space, rest = key.partition(" ")
    return words[head] + " " + rest if space and head in words else key


def name_key_sql(text: str) -> str:
    """Return SQL for `name_key` of the expression `text`, a low-cardinality string: each distinct value is folded once."""
    plain = f"replaceAll(lowerUTF8(removeAccentsUTF8({text})), 'đ', 'd')"
    return _tail_sql(f"trimBoth(replaceRegexpAll({plain}, '[^0-9a-z]+', ' '))", _PLAIN_SHORT)


def exact_key_sql(text: str) -> str:
    """Return SQL for `exact_key` of the expression `text`."""
    return _tail_sql(
        f"trimBoth(replaceRegexpAll(lowerUTF8(normalizeUTF8NFC({text})), '[^\\\\p{{L}}\\\\p{{N}}]+', ' '))", SHORT
    )


def _tail_sql(sql: str, words: dict[str, str]) -> str:
    sql = f"replaceRegexpOne({sql}, '^([pq])([0-9])', '\\\\1 \\\\2')"
    sql = f"replaceRegexpAll({sql}, ' 0+([1-9])', ' \\\\1')"
    for head, word in words.items():
        sql = f"replaceRegexpOne({sql}, '^{head} ', '{word} ')"
    return sql


def spellings(area: Area) -> list[str]:
    """Return the names under which an area is looked up: with and without its type word, and the aliases."""
    return [area.full_name, area.name, *ALIASES.get(area.code, ())]


def both_styles(text: str) -> set[str]:
    """Return `text` with the tone of oa, oe, uy on the first and on the second vowel."""
    words = [
        word[:-2] + _LATE.get(word[-2:], word[-2:]) if not word[:-2].endswith("q") else word for word in text.split(" ")
    ]
    return {text, " ".join(words)}


HOLDERS = "^"
"""The scope in which only provinces and districts are looked up: what the column of the province holds."""


class NameBook:
    """Which area a name means inside a scope, in each epoch.

    A scope is "" for the whole country, or an area; it holds every area that ever lay in it. In an epoch a name means
    the area that lived then; failing that, the only one of another time; never one of several.
    """

    def __init__(self, register: Register, succession: Succession) -> None:
        self._register = register
        self._succession = succession
        self._epochs = range(len(succession.epochs))
        self._lived = {code: succession.epochs_of(code) for code in register.spans}
        self._rank = {code: _RANK[spans[-1].level] for code, spans in register.spans.items()}
        self._above: dict[tuple[str, int], list[str]] = {}

    def rows(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield each key ("scope|name", or "scope|=name" with diacritics) with the code it means in each epoch."""
        found: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(dict)
        for code, spans in self._register.spans.items():
            scopes = self._scopes(code)
            for text in {name for span in spans for name in spellings(span)}:
                key, exact = name_key(text), exact_key(text)
                for scope in scopes:
                    found[scope, key].setdefault(code, set()).add(exact)
        for (scope, key), meanings in found.items():
            if len(meanings) == 1:
                yield f"{scope}|{key}", tuple(meanings) * len(self._epochs)
                continue
            chosen = self._choose(scope, meanings)
            if any(chosen):
                yield f"{scope}|{key}", chosen
            if len(set.union(*meanings.values())) > 1:
                yield from self._exact(scope, meanings)

    def _exact(self, scope: str, meanings: dict[str, set[str]]) -> Iterator[tuple[str, tuple[str, ...]]]:
        by_text: dict[str, dict[str, None]] = defaultdict(dict)
        for code, texts in meanings.items():
            for spelling in {style for text in texts for style in both_styles(text)}:
                by_text[spelling][code] = None
        for text, codes in by_text.items():
            chosen = self._choose(scope, codes)
            if any(chosen):
                yield f"{scope}|={text}", chosen

    def _choose(self, scope: str, codes: Iterable[str]) -> tuple[str, ...]:
        """Return the one that is meant in each epoch, "" where it could be several.

        A province goes before all else, so a bare name that a former province had never means a commune of today.
        """
        everyone = list(codes)
        provinces = [code for code in everyone if self._rank[code] == _PROVINCE] if scope in ("", HOLDERS) else []
        if provinces and (scope == HOLDERS or any(self._register.get(code).until is None for code in provinces)):
            everyone = provinces
        chosen = []
        for epoch in self._epochs:
            one = self._only([code for code in everyone if epoch in self._lived[code]] or everyone)
            chosen.append("" if provinces and one not in provinces else one)
        return tuple(chosen)

    def _only(self, codes: list[str]) -> str:
        if len(codes) == 1:
            return codes[0]
        ranks = sorted((self._rank[code], code) for code in codes)
        return ranks[0][1] if ranks[0][0] < ranks[1][0] else ""

    def _scopes(self, code: str) -> list[str]:
        scopes = {"", *(() if self._rank[code] == _COMMUNE else (HOLDERS,))}
        for epoch in self._epochs:
            scopes.update(self._holders(self._succession.restate(code, epoch).area, epoch))
        scopes.discard(code)
        return sorted(scopes)

    def _holders(self, code: str, epoch: int) -> list[str]:
        """Return the provinces and districts among `code` and what is above it; siblings share the answer."""
        area = self._register.get(code, self._succession.last_day(epoch))
        if area.level == "commune":
            return self._holders(area.parent or COUNTRY, epoch)
        found = self._above.get((code, epoch))
        if found is None:
            found = [] if area.parent is None else [code, *self._holders(area.parent, epoch)]
            self._above[code, epoch] = found
        return found
