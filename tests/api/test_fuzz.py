"""Nothing that anybody sends gives a 5xx, hangs, or leaves the account unbalanced.

`TOANCANH_FUZZ_BODIES` and `TOANCANH_FUZZ_EXAMPLES` ask for more bodies and for more examples of every operation.
"""

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

import httpx

from fuzz import SETS, Tally, judged, make
from running import API, City

BODIES = int(os.environ.get("TOANCANH_FUZZ_BODIES", "600"))
SENDERS = 4


def account(client: httpx.Client) -> Counter[str]:
    """Return the ledger's sums over the datasets that bodies are sent to; it must balance."""
    found = client.get(f"{API}/ledger").json()
    assert found["balanced"] is True
    sums: Counter[str] = Counter()
    for line in found["items"]:
        if line["dataset"] in SETS:
            sums.update({name: line[name] for name in ("sent", "received", "stored", "quarantined", "duplicated")})
    return sums


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
                tally.slowest = max(tally.slowest, perf_counter() - started)
            tally.statuses[f"{body.kind} {answer.status_code}"] += 1
            tally.failures += [f"{number} {body.kind}: {wrong}" for wrong in judged(body, answer)]
            if answer.status_code == 201:
                receipt = answer.json()
                tally.rows.update({name: receipt[name] for name in ("accepted", "quarantined", "duplicates")})
                tally.codes.update(error["code"] for error in receipt["errors"])
    return tally


def test_malformed_bodies_are_told_apart_row_by_row_and_the_account_balances(city: City) -> None:
    with city.client() as client:
        before = account(client)
        with ThreadPoolExecutor(SENDERS) as senders:
            each = list(senders.map(lambda first: send(city, range(first, BODIES, SENDERS)), range(SENDERS)))
        failures = [failure for tally in each for failure in tally.failures]
        statuses: Counter[str] = sum((tally.statuses for tally in each), Counter())
        rows: Counter[str] = sum((tally.rows for tally in each), Counter())
        print(*sorted(statuses.items()), rows, sum((tally.codes for tally in each), Counter()), sep="\n")
        print("slowest", [tally.slowest for tally in each])
        assert not failures, f"{len(failures)} of {BODIES}:\n" + "\n".join(failures[:50])
        gained = account(client) - before
        assert gained["sent"] == gained["received"] == rows.total()
        assert (gained["stored"], gained["quarantined"], gained["duplicated"]) == (
            rows["accepted"],
            rows["quarantined"],
            rows["duplicates"],
        )
        assert client.get("/health").json()["status"] == "ok"
        shown = client.get(f"{API}/quarantine", params={"limit": 1000})
        assert shown.status_code == 200
