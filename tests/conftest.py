"""Fixtures that the tests of several rooms share."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from servers import postgres

if TYPE_CHECKING:
    from running import City

__all__ = ["city", "postgres"]
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")
"""No test depends on how fast the machine is."""


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator["City"]:
    """A whole running platform; tests that ask for it share one."""
    from running import running_city

    with running_city(tmp_path_factory.mktemp("city")) as found:
        yield found
