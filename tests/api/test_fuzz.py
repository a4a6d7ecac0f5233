"""Nothing that anybody sends gives a 5xx, hangs, or leaves the account unbalanced.

`TOANCANH_FUZZ_BODIES` and `TOANCANH_FUZZ_EXAMPLES` ask for more bodies and for more examples of every operation.
"""

import json
import logging
import os
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Any

import httpx
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from fuzz import SETS, Tally, judged, make
from fuzz.bodies import CSV, NDJSON, sheet
from fuzz.columnar import ARROW, arrow
from fuzz.openapi import CHECKS, read
from fuzz.values import DOSSIER, records
from running import API, City
from toancanh.api import ROUTES

BODIES = int(os.environ.get("TOANCANH_FUZZ_BODIES", "400"))
EXAMPLES = int(os.environ.get("TOANCANH_FUZZ_EXAMPLES", "3"))
OPERATIONS = [route.name for route in ROUTES if route.name != "stream"]
"""The stream never ends; what it says is tested by itself."""
SENDERS, SLICE = 4, 1000
_LOG = logging.getLogger(__name__)


def account(client: httpx.Client) -> Counter[str]:
    """Return the ledger's sums over the datasets that bodies are sent to; it must balance."""
    found = client.get(f"{API}/ledger").json()
    assert found["balanced"] is True
    sums: Counter[str] = Counter()
    for line in found["items"]:
        if line["dataset"] in SETS:
            sums.update({name: line[name] for name in ("sent", "received", "stored", "quarantined", "duplicated")})
    return sums


def waiting(client: httpx.Client) -> list[str]:
    """Return the identifiers of all rows that are in quarantine, or were."""
    found: list[str] = []
    for dataset in SETS:
        cursor: dict[str, str] | None = {}
        while cursor is not None:
            page = client.get(f"{API}/quarantine", params={"limit": 1000, "dataset": dataset} | cursor)
            assert page.status_code == 200, page.text
            found += [row["id"] for row in page.json()["items"]]
            cursor = {"cursor": page.json()["next"]} if page.json()["next"] else None
    return found


def send(city: City, numbers: range) -> Tally:
    """Send bodies one after the other."""
    tally = Tally()
    with city.client() as client:
        for number in numbers:
            body = make(number)
            started = perf_counter()
            try:
                path = f"{API}/datasets/{body.dataset}/records"
                answer = client.post(path, content=body.content, headers=body.headers())
            except Exception as error:
                tally.failures.append(f"{number} {body.kind}: {type(error).__name__} {str(error)[:300]}")
                continue
            finally:
                tally.slowest = sorted([*tally.slowest, (perf_counter() - started, f"{number} {body.kind}")])[-10:]
            tally.statuses[f"{body.kind} {answer.status_code}"] += 1
            for wrong in judged(body, answer):
                _LOG.error("%s %s: %s", number, body.kind, wrong)
                tally.failures.append(f"{number} {body.kind}: {wrong}")
            if answer.status_code == 201:
                receipt = answer.json()
                tally.rows.update({name: receipt[name] for name in ("accepted", "quarantined", "duplicates")})
                tally.codes.update(error["code"] for error in receipt["errors"])
    return tally


@pytest.mark.parametrize("first", range(0, BODIES, SLICE))
def test_malformed_bodies_are_told_apart_row_by_row_and_the_account_balances(city: City, first: int) -> None:
    last = min(first + SLICE, BODIES)
    with city.client() as client:
        before, held = account(client), set(waiting(client))
        with ThreadPoolExecutor(SENDERS) as senders:
            each = list(senders.map(lambda at: send(city, range(first + at, last, SENDERS)), range(SENDERS)))
        failures = [failure for tally in each for failure in tally.failures]
        statuses: Counter[str] = sum((tally.statuses for tally in each), Counter())
        rows: Counter[str] = sum((tally.rows for tally in each), Counter())
        codes: Counter[str] = sum((tally.codes for tally in each), Counter())
        _LOG.info("%s, %s, %s", sorted(statuses.items()), rows, codes)
        _LOG.info("slowest %s", sorted((one for tally in each for one in tally.slowest), reverse=True)[:10])
        assert not failures, f"{len(failures)} of {last - first}:\n" + "\n".join(failures[:50])
        gained = account(client) - before
        assert gained["sent"] == gained["received"] == rows.total()
        assert (gained["stored"], gained["quarantined"], gained["duplicated"]) == (
            rows["accepted"],
            rows["quarantined"],
            rows["duplicates"],
        )
        assert client.get("/health").json()["status"] == "ok"
        assert len(set(waiting(client)) - held) == rows["quarantined"]


def test_deliveries_that_are_stored_together_do_not_harm_each_other(city: City) -> None:
    def send_one(number: int) -> tuple[int, int, int]:
        rows = records(DOSSIER, 900_000 + number, 3)
        if number % 3 == 0:
            media, content = ARROW, arrow(pa.Table.from_pylist([row | {"status": True} for row in rows]))
        elif number % 3 == 1:
            media, content = CSV, sheet([list(row.values()) for row in rows], list(rows[0]))
        else:
            media, content = NDJSON, "\n".join(json.dumps(row) for row in rows).encode()
        with city.client() as client:
            path = f"{API}/datasets/{DOSSIER}/records"
            answer = client.post(path, content=content, headers={"content-type": media})
        assert answer.status_code == 201, answer.text
        receipt = answer.json()
        return number % 3, receipt["accepted"], receipt["quarantined"]

    city.token("demo-admin")
    with ThreadPoolExecutor(16) as senders:
        assert set(senders.map(send_one, range(48))) == {(0, 0, 3), (1, 3, 0), (2, 3, 0)}


@pytest.fixture(scope="module")
def schema(city: City) -> Iterator[Any]:
    """The document, with names of what there is; only what is made here is offered to be changed or removed."""
    name, made = f"fuzz-{uuid.uuid4().hex[:8]}", []
    with city.client() as client:

        def ids(what: str) -> list[str]:
            found = client.get(f"{API}/{what}", params={"limit": 5}).json()["items"]
            return [one.get("id") or one["code"] for one in found]

        def make_one(what: str, **fields: Any) -> str:
            answer = client.post(f"{API}/{what}", json=fields)
            assert answer.status_code == 201, answer.text
            made.append((what, answer.json()["id"]))
            return str(answer.json()["id"])

        before = {what: everything(client, what) for what in ("boards", "users", "keys", "grants")}
        user = make_one("users", username=name, name=name, password=uuid.uuid4().hex)
        grant = make_one("grants", principal=user, role="viewer")
        key = make_one("keys", name=name, grants=[{"role": "sender", "datasets": [SETS[0]]}])
        board = next(route.example for route in ROUTES if route.name == "save_board")
        own = make_one("boards", **board)
        sent = client.post(
            f"{API}/datasets/{SETS[0]}/records", content=b"{}", headers={"content-type": "application/json"}
        )
        names = {
            **{
                f"{API}/{what}/{{id}} id": ids(what)
                for what in ("datasets", "indicators", "sources", "boards", "layers")
            },
            f"{API}/datasets/{{id}}/records id": list(SETS),
            f"{API}/areas/{{code}} code": ["31", *ids("areas")],
            f"{API}/areas/{{code}}/geometry code": ["31", *ids("areas")],
            f"{API}/units/{{code}} code": ids("units"),
            f"{API}/receipts/{{id}} id": [sent.json()["receipt"]],
            f"{API}/users/{{id}} id": [user],
            f"{API}/keys/{{id}} id": [key],
            f"{API}/grants/{{id}} id": [grant],
            "change_board id": [own],
            "remove_board id": [own],
            "put_source id": ["environment.fuzz"],
            "/tiles/{layer}/{z}/{x}/{y}.mvt layer": ["areas.province", *ids("layers")],
            "/tiles/{layer}/{z}/{x}/{y}.mvt z": ["5"],
            "/tiles/{layer}/{z}/{x}/{y}.mvt x": ["25"],
            "/tiles/{layer}/{z}/{x}/{y}.mvt y": ["14"],
            "/docs/{file} file": ["reference.js"],
            "indicators": ids("indicators"),
            "columns": ["station", "area", "area:commune", "unit", "time", "source", "status"],
        }
        yield read(city.spec.document, names)
        for what, known in before.items():
            for one in everything(client, what) - known:
                client.delete(f"{API}/{what}/{one}")


def everything(client: httpx.Client, what: str) -> set[str]:
    """Return the identifiers of all of a kind."""
    return {one["id"] for one in client.get(f"{API}/{what}", params={"limit": 1000}).json()["items"]}


@pytest.mark.parametrize("who", [None, "demo-admin"], ids=["public", "admin"])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_answers_whatever_it_is_asked_as_it_says(
    city: City, schema: Any, operation: str, who: str | None
) -> None:
    found = schema.find_operation_by_id(operation)
    cases = st.one_of(
        found.as_strategy(generation_mode=GenerationMode.POSITIVE),
        found.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    )
    token = city.token(who) if who is not None and operation != "sign_out" else None
    headers = {"authorization": f"Bearer {token}"} if token else {}

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def ask(case: Any) -> None:
        answer = case.call(base_url=city.url, headers=headers, timeout=30)
        case.validate_response(answer, checks=CHECKS)

    ask()
