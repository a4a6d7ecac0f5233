"""Plans, made once for each form of input and kept."""

import json
from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, datetime

from toancanh.domain import InvalidInput, InvalidPack, Text, Unavailable
from toancanh.ingest.convert import ENGINE_TYPES, quoted, string
from toancanh.ingest.fields import Asked, Filled, cleaned_fields, fill, from_expression
from toancanh.ingest.plan import Plan, build
from toancanh.ingest.subject import Places, Shape, Subject
from toancanh.store import Facts

_KEPT = 500


class Planner:
    """Makes plans, asks the engine for the types of mapping expressions, and keeps what it made."""

    def __init__(self, facts: Facts, places: Places) -> None:
        self._facts = facts
        self._places = places
        self._plans: OrderedDict[tuple[str, str | None, Shape], Plan] = OrderedDict()

    async def plan(self, subject: Subject, shape: Shape) -> Plan:
        """Return the plan for input of this shape. Raises InvalidInput where values never fit, InvalidPack."""
        key = (subject.dataset_id, subject.source_id, shape)
        found = self._plans.get(key)
        if found is None:
            found = build(subject, shape, await self._filled(subject, shape), self._places)
            self._plans[key] = found
            if len(self._plans) > _KEPT:
                self._plans.popitem(last=False)
        return found

    async def _filled(self, subject: Subject, shape: Shape) -> Mapping[str, Filled]:
        filled = fill(subject, shape)
        asked = {name: how for name, how in filled.items() if isinstance(how, Asked)}
        types = await self._types(subject, shape, asked) if asked else {}
        done = {}
        for name, how in filled.items():
            mapped = subject.mapped(name)
            if isinstance(how, Asked) and mapped is not None:
                done[name] = from_expression(how, types[name], mapped, name)
            elif isinstance(how, Filled):
                done[name] = how
        return done

    async def _types(self, subject: Subject, shape: Shape, asked: Mapping[str, Asked]) -> dict[str, str]:
        """Return the engine's type of each expression."""
        empty = ", ".join(
            f"CAST(NULL, {string(ENGINE_TYPES[item.kind])}) AS {quoted(item.name)}" for item in shape.fields
        )
        cells = f"SELECT {cleaned_fields(shape, subject)} FROM (SELECT {empty})"
        wanted = ", ".join(f"toTypeName({how.sql}) AS {quoted(name)}" for name, how in asked.items())
        try:
            answer = await self._facts.query(
                f"SELECT {wanted} FROM ({cells})", {"now": datetime.now(UTC)}, format="JSONEachRow"
            )
        except Unavailable:
            raise
        except InvalidInput as error:
            raise InvalidPack(
                Text(
                    vi=f"Ánh xạ của nguồn {subject.source_id} không chạy được: {error.message.vi}",
                    en=f"The map of the source {subject.source_id} does not run: {error.message.en}",
                ),
                Text(vi="Hãy sửa biểu thức trong tệp của nguồn.", en="Correct the expression in the source's file."),
            ) from error
        types: dict[str, str] = json.loads(bytes(answer.view))
        return types
