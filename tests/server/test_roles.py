"""Which parts a process plays."""

import pytest

from toancanh.domain import InvalidInput
from toancanh.server.platform import roles_of
from toancanh.settings import Settings


def test_roles_are_all_or_a_list_of_known_ones() -> None:
    assert roles_of(Settings()) == {"serve", "work", "demo"}
    assert roles_of(Settings(role="serve, work")) == {"serve", "work"}
    for wrong in ("", "serve,play", "all,serve"):
        with pytest.raises(InvalidInput):
            roles_of(Settings(role=wrong))
