"""Boards: those of packs, and those that people save."""

from running import API, City

BOARD = {
    "title": {"vi": "Của tôi", "en": "Mine"},
    "widgets": [
        {"id": "pm25", "kind": "line", "at": {"x": 0, "y": 0, "w": 6, "h": 3}, "indicators": ["environment.pm25"]}
    ],
}


def test_boards_of_packs_carry_full_names(city: City) -> None:
    with city.client(None) as client:
        listed = {board["id"] for board in client.get(f"{API}/boards").json()["items"]}
        assert "environment.overview" in listed
        board = client.get(f"{API}/boards/environment.overview").json()
        named = [name for widget in board["widgets"] for name in widget["indicators"]]
        assert named
        assert all("." in name for name in named)
        assert client.get(f"{API}/boards/environment.nothing").status_code == 404


def test_a_saved_board_belongs_to_its_owner(city: City) -> None:
    with city.client(None) as client:
        assert client.post(f"{API}/boards", json=BOARD).status_code == 401
    with city.client("demo-officer") as client:
        assert client.post(f"{API}/boards", json=BOARD).status_code == 403
    with city.client("demo-operator") as client, city.client("demo-leader") as other:
        assert client.post(f"{API}/boards", json=BOARD | {"widgets": []}).status_code == 422
        wrong = BOARD | {"widgets": [BOARD["widgets"][0] | {"indicators": ["environment.pm52"]}]}  # type: ignore[index,operator]
        assert client.post(f"{API}/boards", json=wrong).json()["code"] == "unknown_name"

        saved = client.post(f"{API}/boards", json=BOARD)
        assert saved.status_code == 201
        name = saved.json()["id"]
        assert client.get(f"{API}/boards/{name}").json()["title"] == BOARD["title"]
        assert other.get(f"{API}/boards/{name}").status_code == 404

        shared = client.put(f"{API}/boards/{name}", json=BOARD | {"shared": True, "version": 1}).json()
        assert shared["version"] == 2
        assert other.get(f"{API}/boards/{name}").status_code == 200
        assert other.put(f"{API}/boards/{name}", json=BOARD).status_code == 403
        late = client.put(f"{API}/boards/{name}", json=BOARD | {"version": 1})
        assert late.status_code == 409
        assert late.json()["version"] == 2

        assert other.delete(f"{API}/boards/{name}").status_code == 403
        assert client.delete(f"{API}/boards/{name}").status_code == 204
        assert client.get(f"{API}/boards/{name}").status_code == 404


def test_a_board_travels_as_yaml(city: City) -> None:
    with city.client("demo-officer") as client:
        assert client.post(f"{API}/boards/read", json={"text": "title: x"}).status_code == 403
    with city.client("demo-operator") as client:
        for name in [board["id"] for board in client.get(f"{API}/boards").json()["items"]]:
            sent = client.get(f"{API}/boards/{name}/yaml")
            assert sent.headers["content-type"].startswith("application/yaml")
            read = client.post(f"{API}/boards/read", json={"file": "mine.yaml", "text": sent.text}).json()
            assert read["issues"] == []
            whole = client.get(f"{API}/boards/{name}").json()
            assert {key: whole[key] for key in read["board"]} == read["board"]
        wrong = """title: {vi: Sai, en: Wrong}
widgets:
  - {id: a, kind: lines, at: {x: 0, y: 0, w: 6, h: 3}}
"""
        found = client.post(f"{API}/boards/read", json={"file": "../mine.yaml", "text": wrong}).json()
        assert found["board"] is None
        assert (found["issues"][0]["file"], found["issues"][0]["line"]) == ("mine.yaml", 3)
        unknown = wrong.replace("lines", "line").replace("at:", "indicators: [environment.pm52], at:")
        issue = client.post(f"{API}/boards/read", json={"text": unknown}).json()["issues"][0]
        assert issue["line"] == 3
        assert "environment.pm25" in issue["remedy"]["en"]
        assert client.get(f"{API}/boards/saved.none/yaml").status_code == 404
