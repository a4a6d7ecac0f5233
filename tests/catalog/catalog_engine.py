"""The engine as the catalog's tests use it."""

import asyncio
import json
from collections.abc import Callable
from typing import Any


class Engine:
    """A scratch engine: `ask` runs SQL and gives rows, `explain` only parses."""

    def __init__(self, runner: asyncio.Runner, facts: Any) -> None:
        self._runner = runner
        self._facts = facts
        self.explain: Callable[[str], str] = facts.explain_ast

    def ask(self, sql: str, params: dict[str, Any] | None = None) -> list[list[Any]]:
        async def run() -> bytes:
            payload = await self._facts.query(sql, params)
            return bytes(payload.view)

        rows: list[list[Any]] = json.loads(self._runner.run(run()))["data"]
        return rows
