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
        assert [(one["file"], one["line"]) for one in found["issues"]] == [("mine.yaml", 3)]
        assert "lines" in found["issues"][0]["problem"]["en"]
        none = client.post(f"{API}/boards/read", json={"text": wrong.partition("widgets")[0] + "widgets: []"}).json()
        assert ["at least 1" in one["problem"]["en"] for one in none["issues"]] == [True]
        unknown = wrong.replace("lines", "line").replace("at:", "indicators: [environment.pm52], at:")
        issue = client.post(f"{API}/boards/read", json={"text": unknown}).json()["issues"][0]
        assert issue["line"] == 3
        assert "environment.pm25" in issue["remedy"]["en"]
        assert client.get(f"{API}/boards/saved.none/yaml").status_code == 404


def test_versions_are_listed_opened_and_restored(city: City) -> None:
    with city.client("demo-operator") as client, city.client("demo-leader") as other, city.client(None) as public:
        name = client.post(f"{API}/boards", json=BOARD | {"note": "Bản đầu"}).json()["id"]
        wider = [BOARD["widgets"][0] | {"at": {"x": 0, "y": 0, "w": 12, "h": 3}}]  # type: ignore[index,operator]
        client.put(f"{API}/boards/{name}", json=BOARD | {"widgets": wider, "version": 1})
        first = client.get(f"{API}/boards/{name}/versions", params={"limit": 1}).json()
        assert [one["version"] for one in first["items"]] == [2]
        assert [one["id"] for one in first["items"][0]["changes"]["moved"]] == ["pm25"]
        rest = client.get(f"{API}/boards/{name}/versions", params={"limit": 1, "cursor": first["next"]}).json()
        assert [(one["version"], one["note"]) for one in rest["items"]] == [(1, "Bản đầu")]
        assert rest["next"] is None
        assert client.get(f"{API}/boards/{name}/versions", params={"cursor": "x"}).status_code == 422
        assert client.get(f"{API}/boards/{name}", params={"version": 1}).json()["widgets"][0]["at"]["w"] == 6
        assert client.get(f"{API}/boards/{name}", params={"version": 9}).status_code == 404
        for path in (f"{name}/versions", name):
            assert other.get(f"{API}/boards/{path}").status_code == 404
        assert public.get(f"{API}/boards/{name}/versions").status_code == 401
        back = client.post(f"{API}/boards/{name}/restore", json={"version": 1}).json()
        assert (back["version"], back["widgets"][0]["at"]["w"]) == (3, 6)
        assert client.delete(f"{API}/boards/{name}").status_code == 204
        assert client.get(f"{API}/boards/{name}/versions").status_code == 404


def test_a_board_is_shared_with_a_unit_and_the_people_of_the_units_below(city: City) -> None:
    with city.client() as admin, city.client("demo-leader") as client:
        admin.post(
            f"{API}/users",
            json={
                "username": "ward-officer", "name": "Cán bộ phường", "password": "mat-khau-rat-dai-1",
                "unit": "HP.X10507", "grants": [{"role": "operator"}],
            },
        ).raise_for_status()  # fmt: skip
        signed = admin.post(f"{API}/session", json={"username": "ward-officer", "password": "mat-khau-rat-dai-1"})
        share = {"kind": "unit", "code": "HP.UBND", "edit": True}
        with city.client(None, headers={"authorization": f"Bearer {signed.json()['token']}"}) as member:
            name = client.post(f"{API}/boards", json=BOARD).json()["id"]
            assert member.get(f"{API}/boards/{name}").status_code == 404
            shared = client.put(f"{API}/boards/{name}", json=BOARD | {"shares": [share]}).json()
            assert (shared["shares"], shared["may"]) == ([share], "manage")
            assert member.get(f"{API}/boards/{name}").json()["may"] == "edit"
            assert member.put(f"{API}/boards/{name}", json=BOARD).json()["shares"] == [share]
            assert member.put(f"{API}/boards/{name}", json=BOARD | {"shares": []}).status_code == 403
            assert member.delete(f"{API}/boards/{name}").status_code == 403
        with city.client("demo-operator") as outsider:
            assert outsider.get(f"{API}/boards/{name}").status_code == 404
            assert name not in {board["id"] for board in outsider.get(f"{API}/boards?limit=1000").json()["items"]}
        wrong = client.post(f"{API}/boards", json=BOARD | {"shares": [{"kind": "unit", "code": "HP.X"}]})
        assert wrong.status_code == 422
