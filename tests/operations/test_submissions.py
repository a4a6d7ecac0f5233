"""Figures that people enter, through the API of a running city: drafts, checks, two pairs of eyes, corrections, deputies."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import openpyxl
import pytest

from running import API, City, running_city
from toancanh.domain import SYSTEM, Grant, Text, Unavailable
from toancanh.store import table_name

CLIENTS: dict[str, httpx.Client] = {}
FORM, UNIT = "economy.monthly", "HP.STC"
FIGURES = [
    {"item": "iip", "value": 112.4},
    {"item": "retail", "value": 24_500},
    {"item": "revenue", "value": 13_000.5, "note": "Chưa gồm ghi thu, ghi chi"},
]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with running_city(tmp_path_factory.mktemp("office")) as city:
        for name, title, grant in (
            ("can-bo", "Trần Thị Bình", Grant("officer", units=(UNIT,))),
            ("truong-phong", "Lê Văn Cường", Grant("leader", units=(UNIT,))),
            ("tong-hop", "Phạm Minh Đức", Grant("steward")),
            ("thay-the", "Vũ Thị Hoa", Grant("viewer")),
        ):
            access = city.platform.services.access
            made = city.run(access.create_user(SYSTEM, username=name, name=title, password="mat-khau-dai-1", unit=UNIT))
            city.run(access.give(SYSTEM, made.id, grant))
        yield city
        while CLIENTS:
            CLIENTS.popitem()[1].close()


def client(city: City, who: str) -> httpx.Client:
    if who not in CLIENTS:
        given = {"username": who, "password": "mat-khau-dai-1"}
        token = httpx.post(f"{city.url}{API}/session", json=given, timeout=30).json()["token"]
        CLIENTS[who] = city.client(None, headers={"authorization": f"Bearer {token}"})
    return CLIENTS[who]


class Desk:
    """What somebody does with the sheet of one month."""

    def __init__(self, city: City, who: str, period: str, unit: str = UNIT) -> None:
        self.http, self.at = client(city, who), f"{API}/submissions/{FORM}/{unit}/{period}"

    def look(self) -> dict[str, Any]:
        return self.ok(self.http.get(self.at))

    def save(self, rows: list[dict[str, Any]], status: str = "estimate") -> dict[str, Any]:
        return self.ok(self.http.put(self.at, json={"rows": rows, "status": status, "version": self.look()["version"]}))

    def step(self, step: str, reason: str | None = None) -> dict[str, Any]:
        return self.ok(self.ask(step, reason))

    def ask(self, step: str, reason: str | None = None, version: int | None = None) -> httpx.Response:
        there = self.look()["version"] if version is None else version
        return self.http.post(f"{self.at}/steps", json={"step": step, "version": there, "reason": reason})

    def ok(self, answer: httpx.Response) -> dict[str, Any]:
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


def stored(city: City, month: str) -> dict[str, tuple[float | None, str]]:
    sql = (
        "SELECT item, argMax(tuple(value), approved_at).1 AS value, argMax(status, approved_at) AS status "
        f"FROM {table_name(FORM)} WHERE month = '{month}' GROUP BY item"
    )
    rows = city.run(city.platform.services.stores.facts.table(sql)).to_pylist()
    return {row["item"]: (row["value"], row["status"]) for row in rows}


def test_a_month_goes_from_draft_to_locked_and_is_corrected(office: City) -> None:
    month = "2026-08-01"
    officer, head, steward = (Desk(office, who, month) for who in ("can-bo", "truong-phong", "tong-hop"))
    blank = officer.look()
    assert (blank["state"], blank["version"], blank["writable"], blank["steps"]) == ("draft", 0, True, [])
    assert [row["item"] for row in blank["rows"]][:2] == ["iip", "retail"]
    assert blank["late"]
    saved = officer.save(FIGURES)
    assert (saved["version"], saved["remarks"], saved["steps"]) == (1, [], ["submit"])
    assert officer.step("submit")["state"] == "submitted"
    assert not officer.look()["late"]
    assert officer.ask("check").status_code == 403
    assert head.ask("approve").status_code == 409
    assert head.step("check")["state"] == "checked"
    assert head.ask("approve").status_code == 403
    approved = steward.step("approve")
    assert approved["state"] == "approved"
    assert approved["receipt"]
    assert stored(office, month) == {
        "iip": (112.4, "estimate"),
        "retail": (24_500.0, "estimate"),
        "revenue": (13_000.5, "estimate"),
    }
    assert steward.step("lock")["state"] == "locked"
    refused = officer.ask("correct")
    assert refused.status_code == 422
    assert "lý do" in refused.json()["detail"]
    again = officer.step("correct", "Cục Thống kê công bố số chính thức")
    assert (again["revision"], again["state"], again["version"]) == (2, "draft", 6)
    assert stored(office, month)["retail"] == (24_500.0, "estimate")
    officer.save([{"item": "iip", "value": 112.4}, {"item": "retail", "value": 24_800}], "official")
    officer.step("submit")
    head.step("check")
    final = steward.step("approve")
    assert stored(office, month) == {
        "iip": (112.4, "official"),
        "retail": (24_800.0, "official"),
        "revenue": (None, "official"),
    }
    assert [(one["step"], one["revision"]) for one in final["history"]] == [
        ("submit", 1), ("check", 1), ("approve", 1), ("lock", 1), ("correct", 2), ("submit", 2), ("check", 2), ("approve", 2)
    ]  # fmt: skip
    assert final["history"][4]["reason"] == "Cục Thống kê công bố số chính thức"


def test_wrong_figures_are_kept_and_marked_and_not_submitted(office: City) -> None:
    officer = Desk(office, "can-bo", "2026-07-01")
    wrong = [
        {"item": "iip", "value": "một trăm"},
        {"item": "retail", "value": -5},
        {"item": "cpi", "value": 3},
        {"item": "fdi", "value": "1.234,5"},
    ]
    saved = officer.save(wrong)
    assert {(one["row"], one["column"], one["grave"]) for one in saved["remarks"]} == {
        (0, "value", True),
        (1, "value", True),
        (9, "item", True),
    }
    assert officer.look()["rows"][0]["value"] == "một trăm"
    refused = officer.ask("submit")
    assert refused.status_code == 422
    assert len(refused.json()["cells"]) == 3
    assert "3 ô chưa đúng" in refused.json()["detail"]
    unknown = officer.http.put(officer.at, json={"rows": [{"item": "iip", "giá trị": 3}], "version": 1})
    assert unknown.status_code == 422
    assert "giá trị" in unknown.json()["detail"]


def test_odd_figures_need_an_explanation(office: City) -> None:
    before = Desk(office, "can-bo", "2026-02-01")
    before.save([{"item": "retail", "value": 20_000}, {"item": "fdi", "value": 100}])
    before.step("submit")
    Desk(office, "truong-phong", "2026-02-01").step("check")
    Desk(office, "tong-hop", "2026-02-01").step("approve")
    officer = Desk(office, "can-bo", "2026-03-01")
    tried = officer.ok(officer.http.post(f"{officer.at}/try", json={"rows": [{"item": "retail", "value": 2_000}]}))
    assert officer.look()["version"] == 0
    told = {(one["row"], one["code"]): one["text"]["vi"] for one in tried["remarks"]}
    assert told == {
        (1, "odd"): "Giảm 90 % so với kỳ trước (20.000).",
        (7, "left_out"): "Kỳ trước có số liệu (100).",
    }
    assert tried["before"][1] == {"value": 20_000.0, "note": None}
    officer.save([{"item": "retail", "value": 2_000}])
    refused = officer.ask("submit")
    assert refused.status_code == 422
    assert refused.json()["kind"] == "unexplained"
    sent = officer.step("submit", "Chợ trung tâm đóng cửa sửa chữa")
    assert sent["history"][-1]["reason"] == "Chợ trung tâm đóng cửa sửa chữa"
    head = Desk(office, "truong-phong", "2026-03-01")
    assert head.ask("return").status_code == 422
    assert head.step("return", "Kiểm tra lại số của quận")["state"] == "returned"
    assert officer.look()["steps"] == ["submit"]


def test_a_month_comes_in_by_excel(office: City) -> None:
    officer = Desk(office, "can-bo", "2026-01-01")
    officer.save([{"item": "retail", "value": 20_000}, {"item": "fdi", "value": 300}])
    answer = officer.http.get(f"{officer.at}/workbook")
    assert answer.headers["content-disposition"] == f'attachment; filename="{FORM}-{UNIT}-2026-01-01.xlsx"'
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book["Biểu"]
    assert sheet["A2"].value == "Sở Tài chính · Tháng 1/2026"
    sheet["C6"], sheet["C7"], sheet["C8"] = 111.5, None, "không rõ"
    target = io.BytesIO()
    book.save(target)
    media = {"content-type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
    read = officer.ok(officer.http.post(f"{officer.at}/workbook", content=target.getvalue(), headers=media))
    values = {row["item"]: row.get("value") for row in read["rows"]}
    assert (values["iip"], values["retail"], values["revenue"], values["fdi"]) == (111.5, 20_000, "không rõ", 300)
    assert [(one["row"], one["column"]) for one in read["remarks"] if one["grave"]] == [(2, "value")]
    assert read["told"] == []
    assert officer.look()["version"] == 1
    refused = officer.http.post(f"{officer.at}/workbook", content=b"PK", headers=media)
    assert refused.status_code == 422


def test_two_people_do_not_overwrite_each_other(office: City) -> None:
    one, other = Desk(office, "can-bo", "2026-06-01"), Desk(office, "tong-hop", "2026-06-01")
    first = one.save(FIGURES)
    other.save([*FIGURES[:1], {"item": "retail", "value": 23_000}])
    late = one.http.put(one.at, json={"rows": FIGURES, "status": "estimate", "version": first["version"]})
    assert late.status_code == 409
    assert late.json()["version"] == 2
    assert one.ask("submit", version=1).status_code == 409
    assert one.look()["rows"][1]["value"] == 23_000


def test_what_is_asked_for_and_who_is_late(office: City) -> None:
    officer = client(office, "can-bo")
    with office.client(None) as nobody:
        found = officer.get(f"{API}/submissions", params={"dataset": FORM}).json()
        asked = {one["period"]: one for one in found["items"]}
        assert asked["2026-06-01"]["name"]["vi"] == "Tháng 6/2026"
        assert asked["2026-06-01"]["due"] == "2026-07-07T10:00:00Z"
        assert found["late"] == sum(one["late"] for one in found["items"]) >= 1
        late = officer.get(f"{API}/submissions", params={"late": True}).json()["items"]
        assert {one["period"] for one in late} == {period for period, one in asked.items() if one["late"]}
        assert all(one["state"] in (None, "draft", "returned") for one in late)
        assert all((one["late_days"] > 0) == one["late"] for one in asked.values() if one["due"] < "2026-11-01")
        assert all(one["waits"] == (one["state"] in (None, "draft", "returned")) for one in late)
        head = client(office, "truong-phong").get(f"{API}/submissions", params={"state": "submitted"}).json()["items"]
        assert all(one["waits"] for one in head)
        assert not any(
            one["waits"] for one in officer.get(f"{API}/submissions", params={"state": "submitted"}).json()["items"]
        )
        assert nobody.get(f"{API}/submissions").status_code == 401
        forms = officer.get(f"{API}/forms").json()["items"]
        assert [form["id"] for form in forms] == [FORM]
        assert forms[0]["statuses"] == ["estimate", "preliminary", "official"]
        assert officer.get(f"{API}/submissions/{FORM}/{UNIT}/2026-06-02").status_code == 422
        assert officer.get(f"{API}/submissions/{FORM}/HP.XXX/2026-06-01").status_code == 404
        assert officer.get(f"{API}/submissions/{FORM}/HP.SXD/2026-06-01").status_code == 403


def test_a_deputy_acts_for_somebody_and_the_step_says_so(office: City) -> None:
    month = "2026-05-01"
    deputy = Desk(office, "thay-the", month)
    officer, head = Desk(office, "can-bo", month), Desk(office, "truong-phong", month)
    officer.save(FIGURES)
    officer.step("submit")
    assert deputy.http.get(deputy.at).status_code == 403
    listed = head.http.get(f"{API}/delegations").json()
    hoa = next(one["id"] for one in listed["colleagues"] if one["name"] == "Vũ Thị Hoa")
    now = datetime.now(UTC)
    span = {"start": (now - timedelta(hours=1)).isoformat(), "end": (now + timedelta(days=3)).isoformat()}
    backwards = {"start": span["end"], "end": span["start"]}
    new = {"taker": hoa, "action": "approve", "reason": "Đi công tác"}
    assert head.http.post(f"{API}/delegations", json=new | backwards).status_code == 422
    made = head.http.post(f"{API}/delegations", json=new | span)
    assert made.status_code == 201
    access = office.platform.services.access
    office.run(access.give(SYSTEM, hoa, Grant("display")))
    assert deputy.step("check")["history"][-1]["behalf"] == "Lê Văn Cường"
    assert head.http.delete(f"{API}/delegations/{made.json()['id']}").status_code == 204
    assert deputy.ask("return", "thử").status_code == 403
    assert head.http.delete(f"{API}/delegations/{made.json()['id']}").status_code == 404


def test_what_a_crash_left_behind_is_stored_later(office: City, monkeypatch: pytest.MonkeyPatch) -> None:
    month = "2026-04-01"
    officer, head, steward = (Desk(office, who, month) for who in ("can-bo", "truong-phong", "tong-hop"))
    officer.save(FIGURES)
    officer.step("submit")
    head.step("check")
    ingest = office.platform.services.ingest

    async def dies(*_: Any, **__: Any) -> None:
        raise Unavailable(Text(vi="Hết chỗ.", en="No room."))

    with monkeypatch.context() as broken:
        broken.setattr(ingest, "receive", dies)
        steward.http.post(f"{steward.at}/steps", json={"step": "approve", "version": head.look()["version"]})
        office.run(office.platform.services.submissions.catch_up())
    assert steward.look()["state"] == "approved"
    assert stored(office, month) == {}
    office.run(office.platform.services.submissions.catch_up())
    office.run(office.platform.services.submissions.catch_up())
    assert steward.look()["receipt"]
    assert len(stored(office, month)) == 3
