"""Every test here runs on both databases, unless it says which one it is about."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from things import things

from servers import Postgres
from toancanh.settings import Settings
from toancanh.store import State, open_state


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    if request.param == "sqlite":
        return Settings(home=tmp_path)
    server: Postgres = request.getfixturevalue("postgres")
    return Settings(home=tmp_path, state=server.new_database())


@pytest.fixture
async def state(settings: Settings) -> AsyncIterator[State]:
    opened = open_state(settings)
    await opened.open()
    await opened.write(things.create)
    yield opened
    await opened.close()
