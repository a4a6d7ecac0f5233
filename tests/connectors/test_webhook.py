"""Requests of strangers: who shows a right signature is let in, once; everybody else is turned away and told of."""

import base64
import hmac
import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import httpx
import pytest

from running import AIR, API, City
from toancanh.connectors.webhook.answer import answer
from toancanh.connectors.webhook.manifest import CONNECTOR, Settings
from toancanh.domain import Conflict, InvalidInput, NotAuthenticated, UnsupportedFormat
from toancanh.sdk import Connector, Knock
from toancanh.testing import ConnectorSuite

BODY = b'{"events": [{"code": "a", "time": "2026-01-01T00:00:00Z", "value": 1}]}'
NOW = datetime(2026, 1, 1, tzinfo=UTC)
THING = {
    "kind": "event",
    "time": "time",
    "columns": {
        "code": {"title": {"vi": "Mã", "en": "Code"}, "type": "code", "required": True},
        "time": {"title": {"vi": "Lúc", "en": "Time"}, "type": "time", "required": True},
        "value": {"title": {"vi": "Trị", "en": "Value"}, "type": "number"},
    },
}


class TestWebhook(ConnectorSuite):
    connector: ClassVar[Connector] = CONNECTOR
    settings: ClassVar[Mapping[str, Any]] = {"secret": "bí mật 1", "records": "events"}


def signature(content: bytes, secret: bytes = "khóa".encode(), how: str = "sha256") -> bytes:
    return hmac.new(secret, content, how).digest()


def knock(body: bytes = BODY, at: datetime = NOW, media: str = "application/json", **headers: str) -> Knock:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return Knock("POST", "/", {}, {"content-type": media, **told}, body, at)


def stamped(body: bytes = BODY, at: datetime = NOW, now: datetime = NOW) -> Knock:
    moment = str(int(at.timestamp()))
    said = signature(moment.encode() + b"." + body).hex()
    return knock(body, now, x_timestamp=moment, x_signature=f"sha256={said}")


SIGNED = Settings.model_validate({"secret": "khóa", "records": "events"})
GITHUB = Settings.model_validate(
    {"secret": "khóa", "signature_header": "X-Hub-Signature-256", "signed": "${body}", "timestamp_header": None}
)
STRIPE = Settings.model_validate(
    {"secret": "khóa", "signature_header": "Stripe-Signature", "timestamp_header": "Stripe-Signature"}
)
STANDARD = Settings.model_validate(
    {
        "secret": "whsec_" + base64.b64encode(b"raw").decode(), "signature_header": "webhook-signature",
        "timestamp_header": "webhook-timestamp", "id_header": "webhook-id", "signed": "${id}.${timestamp}.${body}",
    }
)  # fmt: skip


def test_known_ways_of_signing_are_let_in() -> None:
    assert json.loads(answer(SIGNED, stamped()).body) == json.loads(BODY)["events"]
    for said in (signature(BODY).hex(), signature(BODY).hex().upper(), base64.b64encode(signature(BODY)).decode()):
        assert answer(GITHUB, knock(x_hub_signature_256=said)).body == b"[%s]" % BODY
        assert answer(GITHUB, knock(x_hub_signature_256=f"sha256={said}")).content_type == "application/json"
    moment = str(int(NOW.timestamp()))
    said = f"t={moment},v1={'0' * 64},v1={signature(f'{moment}.'.encode() + BODY).hex()}"
    assert answer(STRIPE, knock(stripe_signature=said)).body
    right = base64.b64encode(signature(f"msg_1.{moment}.".encode() + BODY, b"raw")).decode()
    ids = {"webhook_id": "msg_1", "webhook_timestamp": moment}
    assert answer(STANDARD, knock(webhook_signature=f"v1,AAAA v1,{right}", **ids)).body
    iso = NOW.isoformat()
    said = signature(iso.encode() + b"." + BODY).hex()
    assert answer(SIGNED, knock(x_timestamp=iso, x_signature=said)).body
    strong = SIGNED.model_copy(update={"algorithm": "sha512"})
    said = signature(iso.encode() + b"." + BODY, how="sha512").hex()
    assert answer(strong, knock(x_timestamp=iso, x_signature=said)).body


@pytest.mark.parametrize(
    ("settings", "asked"),
    [
        (SIGNED, knock()),
        (SIGNED, knock(x_signature="", x_timestamp="")),
        (SIGNED, knock(x_signature=signature(BODY).hex(), x_timestamp=str(int(NOW.timestamp())))),
        (SIGNED, stamped(at=NOW - timedelta(seconds=301))),
        (SIGNED, stamped(at=NOW + timedelta(seconds=301))),
        (SIGNED, knock(x_timestamp="soon", x_signature=signature(b"soon." + BODY).hex())),
        (SIGNED, knock(x_timestamp="9" * 16, x_signature=signature(b"9" * 16 + b"." + BODY).hex())),
        (GITHUB, knock(BODY + b" ", x_hub_signature_256=signature(BODY).hex())),
        (GITHUB, knock(x_hub_signature_256=signature(BODY, b"other").hex())),
        (GITHUB, knock(x_hub_signature_256="sha256=")),
        (GITHUB, knock(x_hub_signature_256="sha256=é\udcff")),
        (STANDARD, knock(webhook_signature="v1,AAAA", webhook_id="a", webhook_timestamp="1")),
    ],
)
def test_strangers_are_turned_away(settings: Settings, asked: Knock) -> None:
    with pytest.raises(NotAuthenticated):
        answer(settings, asked)


def test_tokens_and_passwords() -> None:
    token = Settings.model_validate({"token": "mã-1"})
    as_sent = "mã-1".encode().decode("latin-1")
    for given in ("Bearer mã-1", "bearer  mã-1", "mã-1", f"Bearer {as_sent}"):
        assert answer(token, knock(authorization=given)).body
    for given in ("Bearer mã-2", "", "Basic bcOjLTE="):
        with pytest.raises(NotAuthenticated):
            answer(token, knock(authorization=given))
    own = Settings.model_validate({"token": "t", "token_header": "X-Token", "user": "u", "password": "p:q"})
    basic = "Basic " + base64.b64encode(b"u:p:q").decode()
    assert answer(own, knock(authorization=basic, x_token="t")).body
    for wrong in ({"authorization": basic}, {"x_token": "t"}, {"authorization": "Basic !!", "x_token": "t"}):
        with pytest.raises(NotAuthenticated):
            answer(own, knock(**wrong))


def test_nobody_is_let_in_who_shows_nothing() -> None:
    wrong: list[dict[str, Any]] = [{}, {"user": "u"}, {"secret": "s", "timestamp_header": None}]
    wrong += [{"secret": "s", "signed": "${id}.${body}"}, {"secret": "s", "signed": "x"}]
    for given in wrong:
        with pytest.raises(ValueError, match=r"needed|header|pattern"):
            Settings.model_validate(given)


def test_the_name_is_what_nobody_can_change() -> None:
    def standard(event: str, moment: int) -> str | None:
        content = f"{event}.{moment}.".encode() + BODY
        said = "v1," + base64.b64encode(signature(content, b"raw")).decode()
        return answer(STANDARD, knock(webhook_signature=said, webhook_id=event, webhook_timestamp=str(moment))).name

    at = int(NOW.timestamp())
    assert standard("a", at) == standard("a", at + 5) != standard("b", at)
    assert answer(SIGNED, stamped()).name == answer(SIGNED, stamped(now=NOW + timedelta(seconds=9))).name
    assert answer(SIGNED, stamped()).name != answer(SIGNED, stamped(at=NOW + timedelta(seconds=9))).name
    named = GITHUB.model_copy(update={"id_header": "X-Id"})
    said = signature(BODY).hex()
    first = answer(named, knock(x_hub_signature_256=said, x_id="1")).name
    assert first == answer(named, knock(x_hub_signature_256=said, x_id="2")).name


def test_all_forms_are_taken() -> None:
    token = {"token": "t"}

    def told(body: bytes, media: str, **more: Any) -> tuple[str, bytes]:
        found = answer(Settings.model_validate(token | more), knock(body, media=media, authorization="t"))
        return found.content_type, found.body

    assert told(b'{"a":1}\n{"a":2}', "application/x-ndjson") == ("application/x-ndjson", b'{"a":1}\n{"a":2}')
    assert told(b"a,b\n1,2\n", "text/csv") == ("text/csv", b"a,b\n1,2\n")
    xml = b"<r><e a='1'><b>2</b></e></r>"
    assert told(xml, "application/xml", records="r/e") == ("application/x-ndjson", b'{"a":"1","b":"2"}')
    form = b"payload=%7B%22a%22%3A1%7D"
    media = "application/x-www-form-urlencoded"
    assert told(form, media, records="payload") == ("application/json", b'[{"a":1}]')
    assert told(b'[{"a":1}]', "", format="json") == ("application/json", b'[{"a":1}]')
    assert told(b"[]", "application/json") == ("application/json", b"[]")
    for body, media in ((b"{", "application/json"), (b"5", "application/json"), (b"<a>", "text/xml")):
        with pytest.raises(InvalidInput, match="no records"):
            told(body, media)
    with pytest.raises(InvalidInput, match="'events' is missing"):
        told(b"{}", "application/json", records="events")
    with pytest.raises(UnsupportedFormat):
        answer(Settings.model_validate(token), knock(authorization="t", content_encoding="gzip"))


def test_what_comes_again_is_stored_once(town: Callable[..., Any]) -> None:
    settings = {"secret": "khóa", "records": "events"}
    place = town({"connector": "webhook", "settings": settings}, THING)

    def send(asked: Knock) -> Any:
        return place.run(place.intake.answer("town.source", asked))

    first = send(stamped())
    assert send(stamped(now=NOW + timedelta(seconds=60))) == first
    assert place.count() == 1
    place.restart()
    assert send(stamped(now=NOW + timedelta(seconds=90))) == first
    assert send(stamped(at=NOW + timedelta(seconds=90), now=NOW + timedelta(seconds=90))).accepted == 1
    bad = b'{"events": [{"code": "b", "time": "never"}, 7]}'
    assert send(stamped(bad)).quarantined == 2
    assert place.account() == {"sent": 4, "received": 4, "stored": 2, "quarantined": 2, "duplicated": 0}


def test_an_event_with_the_same_id_and_another_body_is_a_conflict(town: Callable[..., Any]) -> None:
    settings = {"token": "t", "id_header": "X-Id", "records": "events"}
    place = town({"connector": "webhook", "settings": settings}, THING)
    place.run(place.intake.answer("town.source", knock(authorization="t", x_id="1")))
    with pytest.raises(Conflict):
        place.run(place.intake.answer("town.source", knock(BODY.replace(b": 1", b": 2"), authorization="t", x_id="1")))


def test_settings_that_go_together_are_looked_at_when_the_secrets_are_there(city: City) -> None:
    declaration = {
        "title": {"vi": "Dịch vụ", "en": "Service"},
        "dataset": "air_quality",
        "connector": "http_poll",
        "settings": {"url": "https://x.example", "token_url": "https://x.example/token", "client_id": "id"},
    }
    address = f"{API}/sources/environment.service"
    with city.client() as admin:
        wrong = {**declaration, "settings": {**declaration["settings"], "size": 0}}
        assert admin.put(address, json={"declaration": wrong}).status_code == 422
        declared = admin.put(address, json={"declaration": declaration, "secrets": {"client_secret": "s"}})
        assert declared.status_code == 200, declared.text
        assert admin.delete(address).status_code == 204


def test_a_stranger_with_a_right_signature_sends_to_a_running_city(city: City) -> None:
    address = f"{API}/sources/environment.hook"
    declaration = {
        "title": {"vi": "Trạm tự gửi", "en": "Station that sends"},
        "dataset": "air_quality",
        "connector": "webhook",
        "settings": {"records": "items"},
        "map": {"station": {"field": "ma_tram"}, "time": {"field": "thoi_diem"}},
    }
    body = b'{"items": [{"ma_tram": "HOOK", "thoi_diem": "2026-02-01T00:00:00Z", "pm25": 12.5}]}'
    with city.client() as admin:
        declared = admin.put(address, json={"declaration": declaration, "secrets": {"secret": "khóa"}})
        assert declared.status_code == 200, declared.text
        assert "khóa" not in declared.text
    try:
        with city.client(None) as sender:

            def send(secret: str, **more: str) -> httpx.Response:
                moment = str(int(time.time()))
                said = signature(moment.encode() + b"." + body, secret.encode()).hex()
                headers = {"content-type": "application/json", "x-timestamp": moment, "x-signature": said, **more}
                return sender.post(f"{address}/deliveries", content=body, headers=headers)

            good = send("khóa")
            assert good.status_code == 201, good.text
            assert (good.json()["accepted"], good.json()["source"]) == (1, "environment.hook")
            assert send("khóa", authorization="Basic eDp5").status_code == 201
            for _ in range(3):
                wrong = send("sai")
                assert (wrong.status_code, wrong.json()["code"]) == (401, "not_authenticated")
            assert sender.post(f"{API}/datasets/{AIR}/records", content=body).status_code in (401, 403, 415)
            assert sender.post(f"{address}/deliveries", content=b"{", headers={}).status_code == 401
        with city.client() as admin:
            rows = admin.get(f"{API}/audit", params={"action": "source.refused"}).json()["items"]
            mine = [row for row in rows if row["object"] == "environment.hook"]
            assert len(mine) == 1
            assert mine[0]["actor"] == "public"
            assert mine[0]["details"]["count"] == 1
            kept = admin.get(f"{API}/datasets/{AIR}/records", params={"station": "HOOK", "columns": "pm25"}).json()
            assert kept["rows"]
    finally:
        with city.client() as admin:
            assert admin.delete(address).status_code == 204
