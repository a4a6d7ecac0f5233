"""Finding areas as people type them: with or without diacritics and type words, with or without the province."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from toancanh.domain import Area, Level
from toancanh.geography.names import exact_key, name_key, spellings
from toancanh.geography.register import LEVELS, Register, living


@dataclass(frozen=True, slots=True)
class _Entry:
    area: Area
    names: tuple[str, ...]
    words: str
    exact: tuple[str, ...]


class Search:
    """An index of all names of all times. Asking takes a few milliseconds: every entry is looked at."""

    def __init__(self, register: Register) -> None:
        self._entries = []
        for area in register:
            above = register.chain(area.code, area.until or date.max)[1:]
            names = tuple(name_key(text) for text in spellings(area))
            words = " " + " ".join([*names, *(name_key(parent.full_name) for parent in above)])
            exact = tuple(exact_key(text) for text in spellings(area))
            self._entries.append(_Entry(area, names, words, exact))

    def find(
        self,
        text: str,
        day: date | None = None,
        level: Level | None = None,
        limit: int = 20,
        within: Sequence[str] = (),
        near: Collection[str] = (),
    ) -> list[Area]:
        """Return the areas whose name fits `text`, best first. What follows a comma must fit the areas above.

        Without `day`, areas of all times; of equal fits those that still exist come first, and of these the codes in `near`.
        `within` keeps only these codes.
        """
        main, *others = [name_key(part) for part in text.split(",")]
        tokens = sorted((" " + token for part in (main, *others) for token in part.split()), key=len, reverse=True)
        if not tokens:
            return []
        rarest, *further = tokens
        exact = exact_key(text.split(",", 1)[0])
        allowed = set(within)
        scored = []
        for entry in self._entries:
            if rarest not in entry.words or not all(token in entry.words for token in further):
                continue
            area = entry.area
            if (
                (level and area.level != level)
                or (day and not living(area, day))
                or (allowed and area.code not in allowed)
            ):
                continue
            score = _score(main, entry.names)
            if score is not None:
                rank = (
                    score,
                    exact not in entry.exact,
                    area.until is not None,
                    area.code not in near,
                    LEVELS.index(area.level),
                    area.name,
                    area.code,
                )
                scored.append((*rank, -area.since.toordinal(), area))
        best: dict[str, Area] = {}
        for *_, area in sorted(scored, key=lambda found: found[:-1]):
            best.setdefault(area.code, area)
        return list(best.values())[:limit]


def _score(main: str, names: tuple[str, ...]) -> int | None:
    if main in names:
        return 0
    if any(name.startswith(main) for name in names):
        return 1
    if any(" " + main in name for name in names):
        return 2
    first = main.split(" ", 1)[0]
    return 3 if any(name.startswith(first) or " " + first in name for name in names) else None
