"""Walls and displays through the API: who may do what, keys that only look, heartbeats, the stream."""

import json
from typing import Any

import httpx

from running import API, City

WALL: dict[str, Any] = {
    "title": {"vi": "Thử", "en": "Trial"},
    "items": [{"board": "environment.overview", "dwell": 30}, {"board": "dossiers.overview", "dwell": 60}],
}
BEAT = {"board": "environment.overview", "width": 1920, "height": 1080, "since": "2026-11-22T00:00:00Z"}


def make(client: httpx.Client, name: str) -> None:
    assert client.post(f"{API}/walls", json={"id": name, **WALL}).status_code == 201
    new = {"name": name, "title": "Màn hình thử", "wall": name}
    assert client.post(f"{API}/displays", json=new).status_code == 201


def link(client: httpx.Client, name: str, role: str = "display") -> str:
    made = client.post(f"{API}/displays/{name}/link", json={"grants": [{"role": role}]})
    assert made.status_code == 201, made.text
    assert made.json()["path"] == f"/wall/{name}#token={made.json()['token']}"
    return str(made.json()["token"])


def screen(city: City, token: str) -> httpx.Client:
    return city.client(None, headers={"authorization": f"Bearer {token}"})


def test_who_may_do_what(city: City) -> None:
    new = {"id": "rights", **WALL}
    with city.client(None) as nobody, city.client("demo-officer") as officer, city.client("demo-leader") as leader:
        assert nobody.get(f"{API}/walls").status_code == 401
        assert nobody.post(f"{API}/walls", json=new).status_code == 401
        assert officer.get(f"{API}/walls").status_code == 200
        assert officer.post(f"{API}/walls", json=new).status_code == 403
        assert leader.post(f"{API}/walls", json=new).status_code == 201
        assert leader.post(f"{API}/walls", json=new).status_code == 409
        assert officer.post(f"{API}/walls/rights/control", json={"do": "next"}).status_code == 403
        display = {"name": "rights", "title": "Thử", "wall": "rights"}
        assert leader.post(f"{API}/displays", json=display).status_code == 403
        assert leader.post(f"{API}/displays/rights/link", json={}).status_code == 403


def test_a_wall_is_checked_and_versioned(city: City) -> None:
    with city.client("demo-operator") as client:
        private = {"title": {"vi": "Riêng", "en": "Own"}, "widgets": [{"id": "t", "kind": "text", "at": {"x": 0, "y": 0, "w": 4, "h": 2}, "text": {"vi": "a", "en": "a"}}]}  # fmt: skip
        own = client.post(f"{API}/boards", json=private).json()["id"]
        for items in (
            [],
            [{"board": "environment.nothing"}],
            [{"board": own}],
            [{"board": "environment.overview", "dwell": 1}],
        ):
            assert client.post(f"{API}/walls", json={"id": "checked", **WALL, "items": items}).status_code == 422
        assert client.post(f"{API}/walls", json={"id": "Không gian", **WALL}).status_code == 422
        assert client.post(f"{API}/walls", json={"id": "checked", **WALL}).status_code == 201
        changed = client.put(f"{API}/walls/checked", json={**WALL, "items": WALL["items"][:1], "version": 1}).json()
        assert (changed["version"], len(changed["items"])) == (2, 1)
        late = client.put(f"{API}/walls/checked", json={**WALL, "version": 1})
        assert (late.status_code, late.json()["version"]) == (409, 2)
        assert client.delete(f"{API}/walls/checked").status_code == 204
        assert client.get(f"{API}/walls/checked").status_code == 404


def test_a_presenter_steers(city: City) -> None:
    with city.client("demo-operator") as client:
        assert client.post(f"{API}/walls", json={"id": "steered", **WALL}).status_code == 201

        def do(**command: Any) -> Any:
            answer = client.post(f"{API}/walls/steered/control", json=command)
            assert answer.status_code == 200, answer.text
            return answer.json()["control"]

        assert do(do="hold")["held"] == {"board": "environment.overview", "item": 0}
        assert do(do="next")["held"] == {"board": "dossiers.overview", "item": 1}
        assert do(do="show", board="platform.overview")["held"] == {"board": "platform.overview", "item": None}
        assert do(do="resume")["held"] is None
        assert do(do="alarm", text="Bão số 4", seconds=60)["alarm"]["text"] == "Bão số 4"
        assert do(do="clear")["alarm"] is None
        wrong = client.post(f"{API}/walls/steered/control", json={"do": "show", "board": "environment.nothing"})
        assert wrong.status_code == 422
    with city.client("demo-admin") as admin:
        told = admin.get(f"{API}/audit", params={"action": "wall.alarm"}).json()["items"][0]
        assert (told["object"], told["details"]["text"]) == ("steered", "Bão số 4")


def test_a_screens_key_looks_and_does_nothing_else(city: City) -> None:
    with city.client("demo-admin") as admin:
        make(admin, "bound")
        for role in ("sender", "admin", "leader"):
            refused = admin.post(f"{API}/displays/bound/link", json={"grants": [{"role": role}]})
            assert refused.status_code == 422
        make(admin, "other")
        token = link(admin, "bound")
        with screen(city, token) as itself:
            playing = itself.get(f"{API}/displays/bound").json()
            assert (playing["itself"], playing["plays"]["id"]) == (True, "bound")
            assert itself.get(f"{API}/boards/environment.overview").status_code == 200
            assert itself.post(f"{API}/walls/bound/control", json={"do": "next"}).status_code == 403
            assert itself.post(f"{API}/boards", json={}).status_code == 403
            assert itself.post(f"{API}/displays/other/heartbeat", json=BEAT).status_code == 403
            assert admin.get(f"{API}/displays/bound").json()["state"] == "unknown"
            beat = itself.post(f"{API}/displays/bound/heartbeat", json=BEAT)
            assert beat.json()["every"] == 20
        seen = admin.get(f"{API}/displays/bound").json()
        assert (seen["state"], seen["linked"], seen["itself"], seen["report"]["width"]) == ("good", True, False, 1920)
        assert admin.post(f"{API}/displays/bound/heartbeat", json=BEAT).status_code == 403

        newer = link(admin, "bound")
        with screen(city, token) as former, screen(city, newer) as itself:
            assert former.get(f"{API}/displays/bound").status_code == 401
            assert itself.get(f"{API}/displays/bound").status_code == 200
            assert admin.delete(f"{API}/displays/bound/link").status_code == 204
            assert itself.get(f"{API}/displays/bound").status_code == 401
        assert admin.get(f"{API}/displays/bound").json()["linked"] is False


def test_a_screen_with_open_data_only_still_sees_its_wall(city: City) -> None:
    with city.client("demo-admin") as admin, city.client(None) as nobody:
        make(admin, "lobby")
        assert nobody.get(f"{API}/displays/lobby").status_code == 401
        with screen(city, link(admin, "lobby", "viewer")) as itself:
            assert itself.get(f"{API}/displays/lobby").json()["plays"]["id"] == "lobby"
            assert itself.get(f"{API}/walls").status_code == 403
        assert admin.delete(f"{API}/walls/lobby").status_code == 204
        assert admin.get(f"{API}/displays/lobby").json()["plays"] is None
        assert admin.delete(f"{API}/displays/lobby").status_code == 204
        assert admin.get(f"{API}/displays/lobby").status_code == 404


def test_a_link_becomes_a_cookie_that_every_heartbeat_renews(city: City) -> None:
    with city.client("demo-admin") as admin, city.client(None) as browser:
        make(admin, "claimed")
        token = link(admin, "claimed")
        own = admin.headers["authorization"].removeprefix("Bearer ")
        for wrong in ("tck_nothing", own):
            assert browser.post(f"{API}/displays/claimed/session", json={"token": wrong}).status_code == 401
        strange = {"origin": "https://elsewhere.example"}
        assert (
            browser.post(f"{API}/displays/claimed/session", json={"token": token}, headers=strange).status_code == 403
        )
        kept = browser.post(f"{API}/displays/claimed/session", json={"token": token}).headers["set-cookie"]
        assert "HttpOnly" in kept
        assert "Max-Age=34560000" in kept
        assert browser.get(f"{API}/displays/claimed").json()["itself"] is True
        assert "Max-Age=34560000" in browser.post(f"{API}/displays/claimed/heartbeat", json=BEAT).headers["set-cookie"]


def test_every_change_is_told_at_once(city: City) -> None:
    with city.client("demo-admin") as admin, city.client(None) as listener:
        make(admin, "told")
        with listener.stream("GET", f"{API}/stream?topics=wall.changed") as stream:
            lines = stream.iter_lines()
            next(lines)
            admin.post(f"{API}/walls/told/control", json={"do": "hold"})
            admin.put(f"{API}/displays/told", json={"title": "Khác", "wall": None})
            wanted = [{"wall": "told", "display": ""}, {"wall": "", "display": "told"}]
            said: list[Any] = []
            for line in lines:
                if line.startswith("data: "):
                    said.append(json.loads(line[6:]))
                if all(one in said for one in wanted):
                    break
