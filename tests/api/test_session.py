"""Signing in, and what cookies may do."""

import httpx

from running import API, City


def test_a_session_begins_and_ends(city: City) -> None:
    with city.client(None) as client:
        refused = client.post(f"{API}/session", json={"username": "demo-officer", "password": "wrong"})
        assert refused.status_code == 401
        assert refused.json()["code"] == "not_authenticated"
        assert client.get(f"{API}/session").json()["viewer"]["id"] == "public"

        begun = client.post(f"{API}/session", json={"username": "demo-officer", "password": "demo"})
        assert begun.status_code == 200
        assert begun.json()["viewer"]["roles"] == ["officer"]
        cookie = begun.headers["set-cookie"]
        assert cookie.startswith("toancanh_session=")
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        found = client.get(f"{API}/session").json()
        assert found["viewer"]["kind"] == "user"
        assert found["expires"] is not None

        assert client.delete(f"{API}/session").status_code == 204
        assert client.get(f"{API}/session").json()["viewer"]["id"] == "public"


def test_a_token_that_is_not_valid_is_refused(city: City) -> None:
    with city.client(None) as client:
        refused = client.get(f"{API}/datasets", headers={"authorization": "Bearer nothing"})
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Bearer")
        assert client.get(f"{API}/datasets", headers={"authorization": "Basic eDp5"}).status_code == 401


def test_a_session_that_is_over_is_not_answered_as_the_public_until_somebody_signs_out(city: City) -> None:
    with city.client(None) as browser:
        token = browser.post(f"{API}/session", json={"username": "demo-leader", "password": "demo"}).json()["token"]
        with city.client(None) as elsewhere:
            elsewhere.delete(f"{API}/session", headers={"authorization": f"Bearer {token}"})
        over = browser.get(f"{API}/datasets")
        assert (over.status_code, over.json()["code"]) == (401, "session_ended")
        assert browser.get(f"{API}/session").json()["code"] == "session_ended"
        for door in (f"{API}/city", "/health", "/docs"):
            assert browser.get(door).status_code == 200
        assert browser.delete(f"{API}/session").status_code == 204
        assert browser.get(f"{API}/datasets").status_code == 200
        assert browser.get(f"{API}/session").json()["viewer"]["kind"] == "public"


def test_over_an_old_session_one_can_sign_in_anew(city: City) -> None:
    stale = {"cookie": "toancanh_session=stale"}
    with city.client(None) as browser:
        begun = browser.post(f"{API}/session", json={"username": "demo-leader", "password": "demo"}, headers=stale)
        assert begun.status_code == 200
        assert browser.get(f"{API}/session").json()["viewer"]["name"] == begun.json()["viewer"]["name"]


def test_a_page_of_another_site_cannot_act_with_the_cookie(city: City) -> None:
    cookie = {"cookie": f"toancanh_session={city.token('demo-admin')}"}
    body = {"name": "x", "grants": [{"role": "sender"}]}
    with city.client(None) as client:
        for headers in (
            {"origin": "https://evil.example"},
            {"origin": "null"},
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site"},
        ):
            refused = client.post(f"{API}/keys", json=body, headers=cookie | headers)
            assert refused.status_code == 403
            assert refused.json()["code"] == "cross_origin"
        assert (
            client.post(
                f"{API}/session",
                json={"username": "demo-admin", "password": "demo"},
                headers={"origin": "https://evil.example"},
            ).status_code
            == 403
        )
        own = {"origin": city.url, "sec-fetch-site": "same-origin"}
        assert client.post(f"{API}/keys", json=body, headers=cookie | own).status_code == 201
        assert client.post(f"{API}/keys", json=body, headers=cookie).status_code == 201
        bearer = {"authorization": f"Bearer {city.token('demo-admin')}", "origin": "https://evil.example"}
        assert client.post(f"{API}/keys", json=body, headers=bearer).status_code == 201


def test_a_form_cannot_sign_in(city: City) -> None:
    answer = httpx.post(f"{city.url}{API}/session", data={"username": "demo-admin", "password": "demo"}, timeout=30)
    assert answer.status_code == 415
    assert answer.json()["accepted"] == ["application/json"]
