"""One-stop dossiers, asked for and sent, into the columns of the dossiers pack."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest
from ruamel.yaml import YAML
from web_peer import Asked, Says, web

import toancanh.connectors.one_stop
import toancanh.packs
from toancanh.connectors.one_stop.answer import answer
from toancanh.connectors.one_stop.dossiers import flat
from toancanh.connectors.one_stop.manifest import CONNECTOR, Settings
from toancanh.domain import InvalidInput, NotAllowed, NotAuthenticated, SourceFailed
from toancanh.sdk import Connector, Knock, Span
from toancanh.testing import ConnectorSuite, gather

RECORDED = (Path(toancanh.connectors.one_stop.__file__).parent / "recorded" / "dong_bo.json").read_bytes()
PACK = Path(toancanh.packs.__path__[0]) / "dossiers"
NOW = datetime(2026, 3, 16, 3, 0, tzinfo=UTC)
YAML_SAFE = YAML(typ="safe", pure=True)


class TestOneStop(ConnectorSuite):
    connector: ClassVar[Connector] = CONNECTOR
    settings: ClassVar[Mapping[str, Any]] = {"url": "https://x.example/api", "push_token": "bí mật 1"}


class System:
    """A one-stop system that wants a session, and tells of dossiers by when they changed."""

    def __init__(self, dossiers: list[dict[str, Any]]) -> None:
        self.dossiers = dossiers
        self.sessions = 0
        self.good = ""

    def __call__(self, asked: Asked) -> Says:
        told = asked.json()
        assert "authorization" not in asked.headers
        if asked.path == "/login":
            if told != {"username": "ioc", "password": "mật"}:
                return Says({"error_code": 1, "message": "Sai tài khoản"})
            self.sessions += 1
            self.good = f"s{self.sessions}"
            return Says({"error_code": 0, "message": "", "session": self.good})
        if told["session"] != self.good:
            return Says({"error_code": "-1", "message": "Phiên hết hạn"})
        found = [one for one in self.dossiers if told["TuNgay"] <= one["NgayCapNhat"] <= told["DenNgay"]]
        start = 2 * (int(told["page"]) - 1) if "page" in told else 0
        return Says({"error_code": "00", "result": found[start : start + 2] if "page" in told else found})


def dossier(n: int, at: datetime, **more: Any) -> dict[str, Any]:
    local = (at + timedelta(hours=7)).strftime("%Y%m%d%H%M%S")
    return {
        "MaHoSo": f"H22-{n}", "MaTTHC": "1.001", "TrangThaiHoSo": "4", "DonViXuLy": "Xã", "NgayTiepNhan": "20260301080000",
        "NgayCapNhat": local, **more,
    }  # fmt: skip


def settings(url: str, **more: Any) -> dict[str, Any]:
    return {
        "url": f"{url}/api",
        "session_url": f"{url}/login",
        "user": "ioc",
        "password": "mật",
        "unit_code": "H22",
        **more,
    }


def codes(found: list[Any]) -> list[str]:
    return [msgspec.json.decode(row)["MaHoSo"] for one in found for row in one.body.split(b"\n") if row != b"[]"]


def test_what_changed_is_asked_for_page_by_page() -> None:
    now = datetime.now(UTC)
    system = System([dossier(n, now - timedelta(hours=n)) for n in range(5)])
    with web(system) as peer:
        found = gather(CONNECTOR, settings(peer.url, page_name="page"))
        assert sorted(codes(found)) == [f"H22-{n}" for n in range(5)]
        assert [one.cursor is None for one in found] == [True, True, True, False]
        question = peer.asked[1].json()
        assert (question["service"], question["madonvi"], question["page"]) == ("DongBoHoSoMC", "H22", "1")
        system.dossiers.append(dossier(9, datetime.now(UTC) - timedelta(seconds=5)))
        again = gather(CONNECTOR, settings(peer.url, overlap=60), cursor=found[-1].cursor)
        assert set(codes(again)) >= {"H22-9"}
        assert set(codes(again)) <= {"H22-9", "H22-0"}
        span = Span(now - timedelta(hours=3, minutes=1), now - timedelta(hours=1, minutes=30))
        assert sorted(codes(gather(CONNECTOR, settings(peer.url), span=span))) == ["H22-2", "H22-3"]


def test_what_the_system_says_is_told() -> None:
    with web(System([])) as peer:
        with pytest.raises(SourceFailed, match="Sai tài khoản") as caught:
            gather(CONNECTOR, settings(peer.url, password="sai"))
        assert caught.value.details["kind"] == "refused"
    for says, words in (
        (Says({"error_code": "05", "message": "Quá tải"}), "error_code 05: Quá tải"),
        (Says({"error_code": 0}), "'result' is missing"),
        (Says(body=b"<html>", media="text/html"), "JSON"),
    ):
        with web(lambda asked, says=says: says) as peer, pytest.raises(SourceFailed, match=words):
            gather(CONNECTOR, {"url": peer.url})


def test_a_source_that_only_waits_asks_nobody() -> None:
    assert gather(CONNECTOR, {"push_token": "t"}) == []


def knock(body: bytes, query: Mapping[str, str] | None = None, **headers: str) -> Knock:
    return Knock("POST", "/", query or {}, {"content-type": "application/json", **headers}, body, NOW)


TAKES = Settings.model_validate({"push_token": "ma-thu-nghiem"})


def test_the_lists_of_a_dossier_are_counted() -> None:
    first, second = (msgspec.json.decode(row) for row in answer(TAKES, knock(RECORDED)).body.split(b"\n"))
    shown = {
        name: first[name] for name in ("TrangThaiHoSo", "NgayTiepNhan", "NgayTra", "SoLanBoSung", "NgayBoSung", "Gia")
    }
    assert shown == {
        "TrangThaiHoSo": "4", "NgayTiepNhan": "2026-03-15T08:30:00", "NgayTra": None, "SoLanBoSung": 1,
        "NgayBoSung": "2026-03-15T14:00:00", "Gia": 150000,
    }  # fmt: skip
    assert (first["ThanhPhanDuocSoHoa"], first["CoKetQuaDienTu"], first["MaDonViGui"]) == ("1", "0", "000.00.01.H22")
    assert (second["TrangThaiHoSo"], second["NgayHenTra"], second["CoKetQuaDienTu"]) == (
        "10",
        "2026-03-13T17:00:00",
        "1",
    )
    assert second["NgayCapNhat"] == "2026-03-12T15:00:00+07:00"
    assert (second["SoLanBoSung"], second["Gia"]) == (0, 0)
    bare = flat(
        {"MaHoSo": "x", "NgayTiepNhan": "hôm qua", "DanhSachLePhi": [{"Gia": "miễn"}], "TrangThaiHoSo": None}, NOW, None
    )
    assert (bare["NgayTiepNhan"], bare["NgayCapNhat"]) == ("hôm qua", NOW.isoformat(timespec="milliseconds"))
    assert "Gia" not in bare
    assert flat("lạ", NOW, None) == "lạ"


def test_who_sends_must_show_it() -> None:
    told = json.loads(RECORDED)
    body = json.dumps({**told, "session": ""}).encode()
    assert answer(TAKES, knock(body, authorization="Bearer ma-thu-nghiem")).rows == 2
    plain = json.dumps(told["data"]).encode()
    sent = answer(TAKES, knock(plain, {"MaDinhDanhDV": "H22"}, authorization="Bearer ma-thu-nghiem"))
    assert msgspec.json.decode(sent.body.split(b"\n")[0])["MaDonViGui"] == "H22"
    for wrong in (body, plain, json.dumps({**told, "session": "khác"}).encode()):
        with pytest.raises(NotAuthenticated):
            answer(TAKES, knock(wrong))
    with pytest.raises(NotAuthenticated):
        answer(Settings.model_validate({}), knock(RECORDED))
    with pytest.raises(NotAllowed):
        answer(TAKES.model_copy(update={"unit_code": "H31"}), knock(RECORDED))
    for wrong, words in (
        (json.dumps({**told, "service": "CapNhatTienDoHoSoMC"}).encode(), "CapNhatTienDoHoSoMC"),
        (b'{"session": "ma-thu-nghiem"}', "'data' is missing"),
        (b'{"session": "ma-thu-nghiem", "data": "x"}', "no records"),
        (b"{", "JSON"),
        (b"", "JSON"),
    ):
        with pytest.raises(InvalidInput, match=words):
            answer(TAKES, knock(wrong))
    empty = answer(TAKES, knock(b'{"session": "ma-thu-nghiem", "data": []}'))
    assert (empty.body, empty.rows) == (b"[]", 0)


def test_steps_of_handling_have_their_own_time() -> None:
    steps = Settings.model_validate({"push_token": "t", "service": "CapNhatTienDoHoSoMC"})
    data = [{"MaHoSo": "H22-1", "ThoiDiemXuLy": "20260316080000", "TrangThai": "06", "NoiDungXuLy": "Yêu cầu nộp phí"}]
    sent = answer(steps, knock(json.dumps({"session": "t", "service": "CapNhatTienDoHoSoMC", "data": data}).encode()))
    told = msgspec.json.decode(sent.body)
    assert (told["TrangThai"], told["ThoiDiemXuLy"], told["NgayCapNhat"]) == (
        "6",
        "2026-03-16T08:00:00",
        "2026-03-16T08:00:00",
    )


@pytest.fixture
def declared() -> tuple[dict[str, Any], dict[str, Any]]:
    """The pack's own source and dataset."""
    source = YAML_SAFE.load(PACK / "sources" / "one_stop_system.yaml")
    dataset = YAML_SAFE.load(PACK / "datasets" / "dossier.yaml")
    source["dataset"] = "thing"
    return source, dataset


def test_an_envelope_fills_the_columns_of_the_pack(town: Callable[..., Any], declared: Any) -> None:
    source, dataset = declared
    source["settings"] = {"push_token": "ma-thu-nghiem"}
    place = town(source, dataset)
    place.read()
    receipt = place.run(place.intake.answer("town.source", knock(RECORDED)))
    assert (receipt.accepted, receipt.errors) == (2, ())
    second, first = place.stored(order="received_at")
    assert (first["code"], first["status"], first["channel"]) == ("000.00.01.H22-260315-0001", "4", "2")
    assert (first["supplements"], first["fee"], first["paid_online"]) == (1, 150000, True)
    assert (first["parts_digitised"], first["result_electronic"], second["result_electronic"]) == (True, False, True)
    assert first["received_at"].astimezone(UTC) == datetime(2026, 3, 15, 1, 30, tzinfo=UTC)
    assert first["supplement_asked_at"].astimezone(UTC) == datetime(2026, 3, 15, 7, 0, tzinfo=UTC)
    assert place.run(place.intake.answer("town.source", knock(RECORDED))).duplicates == 2
    told = json.loads(RECORDED)
    told["data"] = [{**told["data"][0], "TrangThaiHoSo": "11"}, "lạ"]
    assert place.run(place.intake.answer("town.source", knock(json.dumps(told).encode()))).quarantined == 2
    assert place.account() == {"sent": 6, "received": 6, "stored": 2, "quarantined": 2, "duplicated": 2}
    assert place.standing().problem is None


def test_a_session_that_ends_and_a_system_that_dies(town: Callable[..., Any], declared: Any) -> None:
    source, dataset = declared
    now = datetime.now(UTC)
    system = System([dossier(n, now - timedelta(hours=n + 1)) for n in range(3)])
    with web(system) as peer:
        source |= {"settings": settings(peer.url, overlap=0, page_name="page"), "every": "1s"}
        place = town(source, dataset)
        place.read()
        place.until(lambda: place.count() == 3)
        peer.stop()
        place.until(lambda: place.standing().problem)
        system.dossiers.append(dossier(7, datetime.now(UTC) + timedelta(seconds=1)))
        system.good = "another"
        peer.start()
        place.run(place.intake.now("town.source"))
        place.until(lambda: place.count() == 4)
        place.until(lambda: place.standing().problem is None)
        place.restart()
        system.dossiers.append(dossier(8, datetime.now(UTC) + timedelta(seconds=1), TrangThaiHoSo="99"))
        place.until(lambda: len(place.waiting()) == 1)
        account = place.account()
        assert (account["stored"], account["quarantined"]) == (4, 1)


def test_a_session_that_ends_between_pages_is_renewed() -> None:
    now = datetime.now(UTC)
    system = System([dossier(n, now - timedelta(hours=n + 1)) for n in range(5)])
    pages: list[str] = []

    def answering(asked: Asked) -> Says:
        if asked.path == "/api":
            pages.append(asked.json()["page"])
            if pages == ["1", "2"]:
                system.good = "ended"
        return system(asked)

    with web(answering) as peer:
        assert len(codes(gather(CONNECTOR, settings(peer.url, page_name="page")))) == 5
        assert system.sessions == 2
