"""Bodies on their way in: compressed, streamed, too large, damaged, in other encodings, too many at once."""

import asyncio
import gzip
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import zstandard

from conftest import CSV, JSON, NDJSON, Lab, codes, ndjson
from toancanh.domain import SYSTEM, InvalidInput, Overloaded, TooLarge, UnsupportedFormat
from toancanh.ingest import landing


def many(count: int, station: str = "A") -> list[dict[str, Any]]:
    return [
        {
            "station": f"{station}{n // 1000}",
            "time": f"2026-01-01T00:{n // 60 % 60:02}:{n % 60:02}.{n % 1000:03}Z",
            "value": n % 100,
        }
        for n in range(count)
    ]


async def pieces(body: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


def landed(lab: Lab) -> list[Path]:
    return list((lab.settings.home / "data" / "landing").iterdir())


@pytest.mark.parametrize("encoding", ["identity", "gzip", "zstd"])
@pytest.mark.parametrize("memory", [1 << 20, 1000])
def test_streamed_and_compressed(lab: Lab, encoding: str, memory: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landing, "IN_MEMORY", memory)
    body = ndjson(many(200))
    body = {"identity": bytes, "gzip": gzip.compress, "zstd": zstandard.compress}[encoding](body)
    receipt = lab.send("reading", pieces(body, 137), content_encoding=encoding)
    assert receipt.accepted == 200
    assert landed(lab) == []
    assert lab.ingest.health().inflight == 0


def test_zstd_of_several_frames_and_gzip_of_several_members(lab: Lab) -> None:
    halves = ndjson(many(100)[:50]) + b"\n", ndjson(many(100)[50:])
    assert lab.send("reading", b"".join(map(zstandard.compress, halves)), content_encoding="zstd").accepted == 100
    assert lab.send("reading", b"".join(map(gzip.compress, halves)), content_encoding="gzip").duplicates == 100


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_damaged_compression_keeps_nothing(lab: Lab, encoding: str) -> None:
    whole = {"gzip": gzip.compress, "zstd": zstandard.compress}[encoding](ndjson(many(500)))
    for body in (whole[:-20], whole[:10] + b"xxxxxxxxxx" + whole[20:], b"not compressed"):
        with pytest.raises(InvalidInput):
            lab.send("reading", body, content_encoding=encoding)
    assert lab.count("reading") == 0
    with pytest.raises(UnsupportedFormat):
        lab.send("reading", whole, content_encoding="br")


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_a_bomb_is_refused_before_it_fills_the_disk(lab: Lab, encoding: str) -> None:
    bomb = {"gzip": gzip.compress, "zstd": zstandard.compress}[encoding](bytes(64 << 20))
    with pytest.raises(TooLarge):
        lab.send("reading", bomb, content_encoding=encoding)
    assert landed(lab) == []


def test_a_body_past_the_limit(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab.ingest, "_ground", landing.Ground(lab.ingest._ground.folder, 1000, 0))
    for body in (ndjson(many(50)), pieces(ndjson(many(50)), 100)):
        with pytest.raises(TooLarge):
            lab.send("reading", body)
    with pytest.raises(TooLarge):
        lab.send("reading", gzip.compress(ndjson(many(50))), content_encoding="gzip")
    assert lab.ingest.health().inflight == 0


def test_senders_are_told_to_wait_when_too_much_is_under_way(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    body = ndjson(many(100))
    monkeypatch.setattr(lab.ingest, "_gate", landing.Gate(3 * len(body)))

    async def crowd() -> list[Any]:
        sent = (lab.ingest.receive("lab.reading", body, content_type=NDJSON, viewer=SYSTEM) for _ in range(10))
        return await asyncio.gather(*sent, return_exceptions=True)

    answers = lab.run(crowd())
    refused = [answer for answer in answers if isinstance(answer, Overloaded)]
    assert len(refused) == 7
    assert 1 <= refused[0].details["retry_after"] <= 60
    assert sum(answer.sent for answer in answers if not isinstance(answer, Overloaded)) == 300
    assert lab.account()["sent"] == 300
    assert lab.ingest.health().inflight == 0


def test_senders_whose_rows_travel_together_get_their_own_receipts(lab: Lab) -> None:
    """Good, bad and broken bodies arrive at once; nobody's row is counted for somebody else."""
    bodies = [
        ndjson(many(3, "A")),
        ndjson([{"station": "B", "time": "2026-01-01"}]),
        b'{"station": "C", "time": "2026-01-01"',
        ndjson([{"station": "D", "time": "never"}, {"station": "D", "time": "2026-01-01"}]),
        b'{"station": "E", "time": "2026-01-01"}, {"station": "E", "time": "2026-01-02"}\n\n',
        b'{"station": "F", "time": "2026-01-01", "value": {"a": [',
        b"]}}",
        ndjson(many(2, "G")),
    ]

    async def together() -> list[Any]:
        sent = (lab.ingest.receive("lab.reading", body, content_type=NDJSON, viewer=SYSTEM) for body in bodies)
        return await asyncio.gather(*sent)

    found = [(receipt.accepted, receipt.quarantined, codes(receipt)) for receipt in lab.run(together())]
    assert found == [
        (3, 0, []),
        (1, 0, []),
        (0, 1, [(1, None, "syntax")]),
        (1, 1, [(1, "time", "time")]),
        (0, 1, [(1, None, "syntax")]),
        (0, 1, [(1, None, "syntax")]),
        (0, 1, [(1, None, "syntax")]),
        (2, 0, []),
    ]
    assert lab.account()["sent"] == 12


def test_many_single_records_are_stored_in_few_commits(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    inserts = []
    insert = lab.stores.facts.insert

    async def counted(table: str, batch: Any) -> None:
        inserts.append(batch.num_rows)
        await insert(table, batch)

    monkeypatch.setattr(lab.stores.facts, "insert", counted)

    async def crowd() -> list[Any]:
        sent = (lab.ingest.receive("lab.reading", ndjson([row]), content_type=JSON, viewer=SYSTEM) for row in many(300))
        return await asyncio.gather(*sent)

    assert sum(receipt.accepted for receipt in lab.run(crowd())) == 300
    assert len(inserts) <= 5
    assert sum(inserts) == 300


def test_ten_thousand_malformed_bodies(lab: Lab) -> None:
    """None of them is answered with anything but a receipt that names its rows, or an error that the sender can mend."""
    seeds = [
        (NDJSON, b'{"station": "A", "time": "2026-01-01T00:00:00Z", "value": 1}\n{"station": "A"}'),
        (JSON, b'[{"station": "A", "time": "2026-01-01T00:00:00Z", "value": 1}, {"station": "B"}]'),
        (CSV, b'station,time,value\nA,2026-01-01,1\n"B",2026-01-02,"2,5"\n'),
    ]
    noise = os.urandom(4096)

    def spoiled(n: int) -> tuple[str, bytes]:
        type_, seed = seeds[n % 3]
        at = 1 + n * 7919 % (len(seed) - 1)
        junk = noise[n % 4000 : n % 4000 + 1 + n % 5]
        return type_, [
            seed[:at] + junk + seed[at:],
            seed[:at],
            seed[:at] + seed[at + 1 :],
            seed[:at] + b'"' + seed[at:],
        ][n % 4]

    async def one(n: int) -> tuple[int, int]:
        type_, body = spoiled(n)
        try:
            receipt = await lab.ingest.receive("lab.reading", body, content_type=type_, viewer=SYSTEM)
        except InvalidInput:
            return 0, 1
        bad = {error.row for error in receipt.errors}
        assert all(error.problem.vi and error.code for error in receipt.errors)
        assert len(bad) >= receipt.quarantined
        return 1, 0

    async def all_of_them() -> tuple[int, int]:
        read = refused = 0
        for start in range(0, 10_000, 500):
            for one_read, one_refused in await asyncio.gather(*(one(n) for n in range(start, start + 500))):
                read, refused = read + one_read, refused + one_refused
        return read, refused

    read, refused = lab.run(all_of_them())
    assert read + refused == 10_000
    assert read > 1000
    assert refused > 1000
    assert lab.account()["stored"] == lab.count("reading")
    assert lab.ingest.health().inflight == 0


def test_the_rest_of_a_damaged_file_counts_as_one_row(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toancanh.ingest.textual.line_blocks.__defaults__", (2000,))
    monkeypatch.setattr("toancanh.ingest.textual.LONGEST_ROW", 4000)
    body = ndjson(many(100)) + b"\n" + b"x" * 10_000
    receipt = lab.send("reading", body)
    assert receipt.accepted == 100
    assert codes(receipt) == [(101, None, "truncated")]
    assert lab.account()["sent"] == 101


def test_declared_charsets(lab: Lab) -> None:
    sheet = "station,time\nTrạm,2026-01-01\n"
    lab.send("reading", sheet.encode("utf-16-le"), "text/csv; charset=utf-16le")
    assert lab.stored("reading", "station") == [{"station": "Trạm"}]
    with pytest.raises(UnsupportedFormat):
        lab.send("reading", sheet, "text/csv; charset=klingon")
    with pytest.raises(UnsupportedFormat):
        lab.send("reading", sheet, "text/csv; charset=zlib")
    with pytest.raises(InvalidInput):
        lab.send("reading", b"station,time\n\xd8\x00\n", "text/csv; charset=utf-16le")
