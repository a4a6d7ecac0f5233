"""What is acknowledged stays: killed processes, damaged files, full disks."""

import json
import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_facts_process import program, said

BLOCK = 200


@pytest.mark.parametrize("named", ["", "named"])
def test_killed_again_and_again_nothing_acknowledged_is_lost_or_doubled(tmp_path: Path, named: str) -> None:
    chance = random.Random(7)
    acknowledged = 0
    for _ in range(5):
        with program("write", tmp_path, str(acknowledged + 1), named) as writer:
            assert writer.stdout is not None
            stored = json.loads(writer.stdout.readline())
            whole = {str(number): BLOCK for number in range(1, acknowledged + 1)}
            assert stored in (whole, whole | {str(acknowledged + 1): BLOCK})
            wanted = acknowledged + chance.randint(1, 25)
            while acknowledged < wanted:
                acknowledged = json.loads(writer.stdout.readline())
            writer.kill()
            for line in writer.stdout:
                acknowledged = json.loads(line)
    with program("write", tmp_path, str(acknowledged + 1)) as writer:
        assert writer.stdout is not None
        stored = json.loads(writer.stdout.readline())
        assert {number: stored[number] for number in map(str, range(1, acknowledged + 1))} == {
            str(number): BLOCK for number in range(1, acknowledged + 1)
        }
        assert set(stored.values()) == {BLOCK}


def test_damage_is_noticed_and_named(tmp_path: Path) -> None:
    (cut,), (flipped,), _ = (rows[0] for rows in said("fill", tmp_path, "cut", "flipped", "whole"))
    file = column_file(Path(cut))
    with file.open("r+b") as handle:
        handle.truncate(file.stat().st_size // 2)
    file = column_file(Path(flipped))
    data = bytearray(file.read_bytes())
    for position in range(len(data) // 2, len(data) // 2 + 64):
        data[position] ^= 0xFF
    file.write_bytes(data)

    at_start, cut_rows, _, broken, after, whole_rows, at_end = said("look", tmp_path, "cut", "flipped", "whole")
    assert at_start["status"] == "degraded"
    assert [name.startswith("cut/broken-on-start") for name in at_start["detached"]] == [True]
    assert "cut/broken-on-start" in at_start["problems"][0]
    assert cut_rows == [[0, 0]]
    assert broken["code"] == "corrupt_data"
    assert broken["part"] == f"flipped/{Path(flipped).name}"
    assert "flipped" in broken["vi"]
    assert broken["remedy"]
    assert len(after["problems"]) == 2
    assert whole_rows[0][0] == 300
    assert any("flipped" in problem for problem in at_end)


def column_file(part: Path) -> Path:
    """The file that holds the columns of a small part, or the largest column of a wide one."""
    return max(part.glob("*.bin"), key=lambda path: path.stat().st_size)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[tuple[Path, int]]:
    """A disk of 96 MiB, and how many bytes must stay free on it; without the right to mount, all that is free here."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", str(tmp_path)], check=False, capture_output=True
    )
    if mounted.returncode == 0:
        yield tmp_path, 16 << 20
        subprocess.run(["umount", "-l", str(tmp_path)], check=True)
    else:
        yield tmp_path, shutil.disk_usage(tmp_path).free - (48 << 20)


def test_a_full_disk_stops_records_and_nothing_else(small_disk: tuple[Path, int]) -> None:
    home, floor = small_disk
    refused, all_there, (status, problems), cleared = said("overfill", home, str(floor))
    assert refused["code"] == "unavailable"
    assert "đầy" in refused["vi"]
    assert refused["remedy"]
    assert all_there
    assert status == "degraded"
    assert "MiB" in problems[0]
    assert cleared == [[20_000]]
