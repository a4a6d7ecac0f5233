"""Folders on other machines: a real OpenSSH server, and FTP over TLS."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from file_servers import Ftps, Sshd, running
from test_files import HEAD, QUICK, THING, put, rows_of

from toancanh.connectors.files.manifest import CONNECTOR
from toancanh.domain import InvalidInput, SourceFailed
from toancanh.testing import gather


@pytest.fixture
def there(tmp_path: Path) -> Path:
    (tmp_path / "there").mkdir()
    return tmp_path / "there"


@pytest.fixture
def sshd(tmp_path: Path) -> Iterator[Sshd]:
    with running(Sshd(tmp_path / "sshd")) as server:
        yield server


@pytest.fixture
def ftps(tmp_path: Path, there: Path) -> Iterator[Ftps]:
    with running(Ftps(tmp_path / "ftps", there)) as server:
        yield server


@pytest.fixture(params=["sftp", "ftps"])
def server(request: pytest.FixtureRequest, there: Path) -> tuple[Any, dict[str, Any]]:
    """A server, and the settings that reach its folder `there`."""
    if request.param == "sftp":
        one: Sshd = request.getfixturevalue("sshd")
        found = {"folder": one.address(there), "user": one.user, "key": one.key, "host_key": one.host_key}
        return one, found | QUICK
    other: Ftps = request.getfixturevalue("ftps")
    found = {"folder": f"ftps://127.0.0.1:{other.port}/", "user": other.user, "authority": other.authority}
    return other, found | {"password": other.password} | QUICK


def test_a_folder_over_there(town: Callable[..., Any], server: tuple[Any, dict[str, Any]], there: Path) -> None:
    peer, settings = server
    secret = {name: settings.pop(name) for name in ("key", "password") if name in settings}
    place = town(
        {
            "connector": "files",
            "every": "1s",
            "settings": {**settings, **secret, "after": "move", "broken": "move", "recursive": True},
        },
        THING,
    )
    put(there, "đơn vị/a.csv", HEAD + "a,2026-01-01 08:00,1\n")
    put(there, "b.zip", b"PK\x05\x06")
    place.read()
    place.until(lambda: place.count() == 1)
    place.until((there / "loi" / "b.zip.txt").exists)
    place.until((there / "da_nhan" / "a.csv").exists)
    peer.stop()
    place.run(place.intake.now("town.source"))
    place.until(lambda: (place.standing().problem or {}).get("kind") == "unreachable")
    put(there, "a.csv", HEAD + "b,2026-01-01 08:00,1\n")
    peer.start()
    place.run(place.intake.now("town.source"))
    place.until(lambda: place.count() == 2)
    place.until(lambda: len(list((there / "da_nhan").iterdir())) == 2)
    assert place.account() == {"sent": 2, "received": 2, "stored": 2, "quarantined": 0, "duplicated": 0}


def test_what_stays_is_read_once_over_there(server: tuple[Any, dict[str, Any]], there: Path) -> None:
    put(there, "a.ndjson", json.dumps({"n": 1}))
    _, settings = server
    (first,) = gather(CONNECTOR, settings)
    assert rows_of([first]) == [{"n": 1}]
    assert gather(CONNECTOR, settings, cursor=first.cursor) == []


@pytest.mark.parametrize("key", ["public", "line", "host_key"])
def test_the_host_key_in_any_of_its_forms(sshd: Sshd, there: Path, key: str) -> None:
    put(there, "a.ndjson", json.dumps({"n": 1}))
    known = f"[127.0.0.1]:{sshd.port} {sshd.public}" if key == "line" else getattr(sshd, key)
    settings = {"folder": sshd.address(there), "user": sshd.user, "key": sshd.key, "host_key": known, **QUICK}
    assert len(gather(CONNECTOR, settings)) == 1


@pytest.mark.parametrize("known", [None, "SHA256:AAAAC3NzaC1lZDI1NTE5AAAAIH0000000000000000", "ssh-ed25519 AAAA"])
def test_another_host_key_is_refused_and_shown(sshd: Sshd, there: Path, known: str | None) -> None:
    settings = {"folder": sshd.address(there), "user": sshd.user, "key": sshd.key, "host_key": known}
    with pytest.raises(SourceFailed, match="SHA256:") as told:
        gather(CONNECTOR, settings)
    assert told.value.details["kind"] == "refused"
    assert sshd.host_key in told.value.message.vi


def test_who_may_not_come_in_is_refused(sshd: Sshd, there: Path, tmp_path: Path) -> None:
    other = Sshd(tmp_path / "other")
    settings = {"folder": sshd.address(there), "user": sshd.user, "host_key": sshd.host_key}
    for key in (None, other.key):
        with pytest.raises(SourceFailed) as told:
            gather(CONNECTOR, settings | {"key": key})
        assert told.value.details["kind"] == "refused"
    with pytest.raises(InvalidInput, match="private SSH key"):
        gather(CONNECTOR, settings | {"key": "-----BEGIN nothing"})
    with pytest.raises(SourceFailed, match="refuses"):
        gather(CONNECTOR, settings | {"key": sshd.key, "folder": sshd.address(there / "nowhere")})


def test_ftps_checks_whom_it_speaks_to(ftps: Ftps) -> None:
    settings = {"folder": f"ftps://127.0.0.1:{ftps.port}/", "user": ftps.user, "password": ftps.password}
    with pytest.raises(SourceFailed, match="CERTIFICATE_VERIFY_FAILED") as told:
        gather(CONNECTOR, settings)
    assert told.value.details["kind"] == "refused"
    with pytest.raises(SourceFailed) as told:
        gather(CONNECTOR, settings | {"authority": ftps.authority, "password": "wrong"})
    assert told.value.details["kind"] == "refused"
    with pytest.raises(InvalidInput, match="authority"):
        gather(CONNECTOR, settings | {"authority": "-----BEGIN nothing"})
