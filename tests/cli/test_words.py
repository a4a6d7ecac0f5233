"""Words of the command line against a running city: data on stdout, hints on stderr, exit codes that mean something."""

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from running import AIR, API, City
from toancanh.cli.main import WORDS, cli, main


def word(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(cli, [*arguments], input=typed)


def code(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stop:
        main([*arguments])
    told = capsys.readouterr()
    return int(stop.value.code or 0), told.out, told.err


def test_help_lists_every_word_and_every_word_has_help() -> None:
    told = word("--help").output
    for name in WORDS:
        if name != "docs":
            assert f"  {name} " in told
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        assert command.help


def test_load_map_query_and_load_again(city: City, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = tmp_path / "stations.csv"
    lines = [f"CLI,2026-01-15T{step // 6:02}:{step % 6}0:00+07:00,{step + 1}.5,x" for step in range(24)]
    rows.write_text("\n".join(["tram,luc,bui,ghi", *lines, "CLI,hôm qua,1,x"]) + "\n", encoding="utf-8")
    mapping = tmp_path / "cli_file.yaml"
    mapping.write_text("station: {field: tram}\ntime: {field: luc}\npm25: {field: bui}\n", encoding="utf-8")
    reach = ("--url", city.url, "--key", city.token("demo-admin"))

    status, out, err = code(capsys, "load", str(rows), "--into", AIR, "--map", str(mapping), *reach)
    assert status == 0, err
    assert out.split() == ["sent", "25", "accepted", "24", "quarantined", "1", "duplicates", "0"]
    assert "25: time" in err
    _, out, _ = code(capsys, "load", str(rows), "--into", AIR, "--source", "environment.cli_file", *reach)
    assert out.split()[:2] == ["sent", "25"]
    with city.client() as client:
        found = client.get(f"{API}/datasets/{AIR}/records", params={"station": "CLI", "limit": 100}).json()["rows"]
    assert len(found) == 24

    asked = ("query", "environment.pm25", "--where", "station=CLI", "--from", "2026-01-14T17:00:00Z",
             "--to", "2026-01-14T21:00:00Z", "--format", "json", *reach)  # fmt: skip
    status, out, err = code(capsys, *asked)
    assert status == 0, err
    (row,) = json.loads(out)
    assert row["environment.pm25"] == pytest.approx(13.0)
    assert "environment.pm25" in err

    days = ("query", "environment.pm25", "--where", "station=CLI", "--grain", "hour", "--format", "json", *reach)
    for start, end, hours in (("2026-01-15", "2026-01-16", 4), ("2026-01-14", "2026-01-15", 0)):
        status, out, err = code(capsys, *days, "--from", start, "--to", end)
        assert status == 0, err
        assert len([row for row in json.loads(out) if row["environment.pm25"] is not None]) == hours
    assert code(capsys, *days, "--from", "2026-01-32")[0] == 2


def test_refusals_have_exit_codes_and_speak_both_languages(
    city: City, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    public = ("--url", city.url, "--key", "wrong")
    status, out, err = code(capsys, "user", "list", *public)
    assert (status, out) == (3, "")
    assert "Đăng nhập lại." in err or "đăng nhập" in err
    assert "Sign in" in err
    officer = ("--url", city.url, "--key", city.token("demo-officer"))
    assert code(capsys, "user", "list", *officer)[0] == 3
    admin = ("--url", city.url, "--key", city.token("demo-admin"))
    status, _, err = code(capsys, "query", "environment.pm52", *admin)
    assert status == 2
    assert "environment.pm25" in err
    assert code(capsys, "query", "environment.pm25", "--url", "http://127.0.0.1:9", "--key", "x")[0] == 4
    assert code(capsys, "nothing")[0] == 2
    (tmp_path / "x.docx").write_text("x")
    assert code(capsys, "load", str(tmp_path / "x.docx"), "--into", AIR, *admin)[0] == 2


def test_people_and_keys(city: City, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text(city.token("demo-admin") + "\n")
    admin = ("--url", city.url, "--key", f"@{secret}")
    status, out, err = code(
        capsys, "user", "add", "cli.user", "--role", "officer", "--password", "thuyền ra cửa biển", *admin
    )
    assert status == 0, err
    assert out.startswith("usr_")
    assert code(capsys, "user", "passwd", "cli.user", "--password", "thuyền về bến cũ", *admin)[0] == 0
    assert "cli.user" in code(capsys, "user", "list", "--format", "csv", *admin)[1]
    status, key, _ = code(capsys, "key", "add", "cli stations", "--dataset", AIR, *admin)
    assert status == 0
    _, listed, _ = code(capsys, "key", "list", "--format", "json", *admin)
    made = next(one for one in json.loads(listed) if one["name"] == "cli stations")
    with city.client(None, headers={"authorization": f"Bearer {key.strip()}"}) as client:
        assert client.get(f"{API}/session").json()["viewer"]["kind"] == "key"
    assert code(capsys, "key", "revoke", made["id"], *admin)[0] == 0


def test_doctor_looks_at_a_running_city(
    city: City, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOANCANH_HOME", str(city.home))
    _, out, _ = code(capsys, "doctor", "--url", city.url, "--key", city.token("demo-admin"))
    assert "facts: ok" in out
    assert "✓" in out


def test_backup_of_a_running_city(city: City, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    import tarfile

    admin = ("--url", city.url, "--key", city.token("demo-admin"))
    target = tmp_path / "city.tar"
    status, out, err = code(capsys, "backup", str(target), *admin)
    assert status == 0, err
    assert out.strip() == str(target)
    with tarfile.open(target) as tar:
        assert {"backup.json", "state.ndjson", "facts.tar", "city/city.yaml"} <= set(tar.getnames())
    assert code(capsys, "backup", str(target), *admin)[0] == 2


def test_a_new_pack_passes_its_check(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, out, err = code(capsys, "pack", "new", "harbour", "--into", str(tmp_path))
    assert status == 0, err
    assert out.strip() == str(tmp_path / "harbour")
    status, out, err = code(capsys, "check", str(tmp_path / "harbour"), "--no-tests")
    assert status == 0, out + err
    (tmp_path / "harbour" / "pack.yaml").write_text("title: [\n")
    status, out, _ = code(capsys, "check", str(tmp_path / "harbour"), "--no-tests")
    assert status == 1
    assert "pack.yaml:" in out
