"""Boards of the shipped city, over both databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import toancanh
from servers import Postgres
from toancanh.catalog import Catalog, load_catalog
from toancanh.settings import Settings
from toancanh.store import State, open_state
from toancanh.views import Boards


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load_catalog(Path(toancanh.__file__).parent / "cities" / "haiphong")


@pytest.fixture(params=["sqlite", "postgresql"])
async def state(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[State]:
    settings = Settings(home=tmp_path, fsync=False)
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        settings = Settings(home=tmp_path, state=server.new_database())
    opened = open_state(settings)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def boards(catalog: Catalog, state: State) -> Boards:
    return Boards(lambda: catalog, state)
