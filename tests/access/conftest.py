"""Access over both databases, with cheap hashes and a clock that tests turn."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from servers import Postgres
from toancanh.access import Access, Passwords
from toancanh.settings import Settings
from toancanh.store import State, open_state, tables


@dataclass
class Clock:
    moment: datetime = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def turn(self, **by: float) -> None:
        self.moment += timedelta(**by)


def cheap() -> Passwords:
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def database(postgres: Postgres) -> str:
    return postgres.new_database()


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    if request.param == "sqlite":
        return Settings(home=tmp_path, fsync=False)
    return Settings(home=tmp_path, fsync=False, state=request.getfixturevalue("database"))


@pytest.fixture
async def state(settings: Settings) -> AsyncIterator[State]:
    opened = open_state(settings)
    await opened.open()
    if opened.kind == "postgresql":
        every = ", ".join(f'"{name}"' for name in tables.metadata.tables)
        await opened.write(lambda connection: connection.exec_driver_sql(f"TRUNCATE {every}") and None)
    yield opened
    await opened.close()


@pytest.fixture
async def access(state: State, settings: Settings, clock: Clock) -> AsyncIterator[Access]:
    made = Access(state, settings, passwords=cheap(), now=clock)
    await made.start()
    yield made
    await made.close()
