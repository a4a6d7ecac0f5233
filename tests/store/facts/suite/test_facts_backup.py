"""A backup is one file, and any empty store can be made from it."""

from pathlib import Path
from typing import Any

import pytest
from facts_samples import AIR, air

from toancanh.domain import Conflict
from toancanh.store import Facts, scratch, table_spec

NAME = "environment__air"


def test_a_backup_makes_the_same_store_again(facts: Facts, run: Any, tmp_path: Path) -> None:
    run(facts.apply([table_spec("environment.air", AIR)]))
    run(facts.insert(NAME, air(1000), token="1"))
    everything = f"SELECT count(), sum(cityHash64(tuple(* EXCEPT _flags))), uniqExact(_id) FROM {NAME}"
    before = bytes(run(facts.query(everything, format="CSV")))
    file = tmp_path / "bản sao.tar"
    run(facts.backup(file))
    with pytest.raises(Conflict):
        run(facts.backup(file))
    fresh = scratch()
    run(fresh.open())
    run(fresh.restore(file))
    assert bytes(run(fresh.query(everything, format="CSV"))) == before
    assert run(fresh.apply([table_spec("environment.air", AIR)])) == []
    run(fresh.insert(NAME, air(2000).slice(1000), token="2"))
    assert run(fresh.health()).rows == {NAME: 2000}
    with pytest.raises(Conflict):
        run(fresh.restore(file))
    run(fresh.close())


def test_the_health_of_a_sound_store(facts: Facts, run: Any) -> None:
    run(facts.apply([table_spec("environment.air", AIR)]))
    run(facts.insert(NAME, air(10), token="1"))
    health = run(facts.health())
    assert health.status == "ok"
    assert health.version.count(".") >= 2
    assert health.free_disk > 0
    assert health.detached == ()
    assert health.problems == []
    assert health.rows == {NAME: 10}
