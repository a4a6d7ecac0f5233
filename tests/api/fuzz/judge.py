"""What an answer to any body must be: a problem that says what to do, or a receipt that adds up and blames precisely."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from fuzz.bodies import Body

WHOLE_ROW = frozenset({"syntax", "encoding", "truncated", "unreadable", "fields", "conflict", "scope"})
"""Problems that no single column is to blame for."""
MOST_ERRORS = 100


@dataclass(slots=True)
class Tally:
    """What became of everything sent."""

    statuses: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    slowest: list[tuple[float, str]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def judged(body: Body, answer: httpx.Response) -> Iterator[str]:
    """Yield what is wrong with an answer."""
    found = answer.json()
    if answer.status_code == 201:
        yield from _receipt(body, found)
    elif 400 <= answer.status_code < 500:
        if not all(found[name].strip() for name in ("detail", "detail_en", "title", "title_en")):
            yield f"says nothing: {found}"
    else:
        yield f"answers {answer.status_code}: {answer.text[:300]}"


def _receipt(body: Body, found: dict[str, Any]) -> Iterator[str]:
    accepted, quarantined, duplicates = (int(str(found[name])) for name in ("accepted", "quarantined", "duplicates"))
    rows = accepted + quarantined + duplicates
    errors: list[dict[str, Any]] = found["errors"]
    blamed = {int(str(error["row"])) for error in errors}
    if min(accepted, quarantined, duplicates) < 0:
        yield f"counts below nothing: {found}"
    if body.rows is not None and rows != body.rows:
        yield f"{body.rows} rows were sent, {rows} are accounted for: {_short(found)}"
    if not min(quarantined, 1) <= len(errors) <= MOST_ERRORS:
        yield f"{quarantined} rows are in quarantine, {len(errors)} errors tell why"
    if len(errors) < MOST_ERRORS and not quarantined <= len(blamed) <= quarantined + duplicates:
        yield f"{len(blamed)} rows are blamed: {_short(found)}"
    if blamed and not 1 <= min(blamed) <= max(blamed) <= rows:
        yield f"rows {sorted(blamed)[:5]} of {rows} are blamed"
    if body.spoilt is not None:
        if not blamed <= body.spoilt:
            yield f"good rows {sorted(blamed - body.spoilt)[:5]} are blamed: {errors[:3]}"
        if body.rows is not None and accepted < body.rows - len(body.spoilt):
            yield f"only {accepted} of {body.rows - len(body.spoilt)} good rows are stored"
    for error in errors:
        problem = error["problem"]
        if not (problem["vi"].strip() and problem["en"].strip() and problem["vi"] != problem["en"]):
            yield f"does not tell the problem: {error}"
        if not error["column"] and error["code"] not in WHOLE_ROW and error["code"] != "unknown_column":
            yield f"blames no column: {error}"


def _short(found: dict[str, object]) -> str:
    return str(
        {name: found[name] for name in ("accepted", "quarantined", "duplicates")}
        | {"errors": str(found["errors"])[:300]}
    )
