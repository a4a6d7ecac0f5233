"""A process of its own with a facts store; tests start it, read what it prints, and sometimes kill it.

python store_program.py WORD HOME [ARGUMENTS]; every line printed is one JSON value.
"""

import asyncio
import faulthandler
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow as pa

from toancanh.domain import ToanCanhError
from toancanh.settings import Settings
from toancanh.store import ColumnSpec, Facts, Limits, TableSpec, open_facts

BLOCK = 200
COLUMNS = (ColumnSpec("batch", "Int64"), ColumnSpec("row", "Int64"), ColumnSpec("text", "String"))
SLOW = "SELECT count() FROM numbers(100000000000) WHERE NOT ignore(sipHash64(number))"


def say(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def block(number: int, rows: int = BLOCK) -> pa.Table:
    texts = [os.urandom(40).hex() for _ in range(rows)]
    return pa.table({"batch": [number] * rows, "row": list(range(rows)), "text": texts})


def spec(name: str = "blocks") -> TableSpec:
    return TableSpec(name, COLUMNS, ("batch", "row"), projections={"count": "SELECT batch, count() GROUP BY batch"})


async def rows(facts: Facts, sql: str) -> list[list[object]]:
    found: list[list[object]] = json.loads(bytes(await facts.query(sql)))["data"]
    return found


def error_of(error: ToanCanhError) -> dict[str, object]:
    remedy = error.remedy.vi if error.remedy else ""
    return {"code": error.code, "en": error.message.en, "vi": error.message.vi, "remedy": remedy, **error.details}


async def write(facts: Facts, first: str, named: str = "") -> None:
    """Say what is stored, then store block after block, saying so after each, until killed.

    `named` blocks have tokens, and `first` is sent again; without them it is not sent when it is there.
    """
    await facts.apply([spec()])
    stored = dict(await rows(facts, "SELECT toString(batch), count() FROM blocks GROUP BY batch"))
    say(stored)
    number = int(first) + (first in stored and not named)
    while True:
        await facts.insert("blocks", block(number), token=f"t{number}" if named else None)
        say(number)
        number += 1


async def fill(facts: Facts, *names: str) -> None:
    """Store one block in each table, and say where its only part lies."""
    for name in names:
        await facts.apply([spec(name)])
        await facts.insert(name, block(1, 300), token="1")
        say(await rows(facts, f"SELECT path FROM system.parts WHERE active AND table = '{name}'"))


async def look(facts: Facts, *names: str) -> None:
    """Say how the store is, and what reading each table gives."""
    for name in names:
        health = await facts.health()
        say({"status": health.status, "detached": health.detached, "problems": [text.vi for text in health.problems]})
        try:
            say(await rows(facts, f"SELECT count(), sum(length(text)) FROM {name}"))
        except ToanCanhError as error:
            say(error_of(error))
    say([text.vi for text in (await facts.health()).problems])


async def overfill(facts: Facts) -> None:
    """Store until the disk is full; say the error, whether every stored block is whole, and what is there after clearing.

    The block that was refused is sent again then, with the same token.
    """
    await facts.apply([spec()])
    number, stored = 0, 0
    while True:
        try:
            await facts.insert("blocks", block(number, 20_000), token=str(number))
        except ToanCanhError as error:
            say(error_of(error))
            break
        number, stored = number + 1, stored + 20_000
    say((await rows(facts, "SELECT count() FROM blocks"))[0][0] == stored)
    health = await facts.health()
    say([health.status, [text.vi for text in health.problems]])
    await facts.command("TRUNCATE TABLE blocks")
    await facts.insert("blocks", block(number, 20_000), token=str(number))
    say(await rows(facts, "SELECT count() FROM blocks"))


async def hold(facts: Facts) -> None:
    """Keep the store open until a line comes in."""
    say("open")
    await asyncio.to_thread(sys.stdin.readline)


async def signals(facts: Facts) -> None:
    """Say which signals are blocked here and in a child, whether crashes are still reported, and how fast SIGTERM comes.

    It ends the process while a question runs, closing nothing.
    """
    here = await asyncio.to_thread(Path("/proc/self/status").read_text)
    say(_blocked(here))
    child = await asyncio.create_subprocess_exec("/bin/cat", "/proc/self/status", stdout=subprocess.PIPE)
    say(_blocked((await child.communicate())[0].decode()))
    caught = int(next(line for line in here.splitlines() if line.startswith("SigCgt"))[7:], 16)
    say(bool(caught >> (signal.SIGSEGV - 1) & 1) and faulthandler.is_enabled())
    loop, got = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, got.set)
    slow = asyncio.create_task(facts.query(SLOW, limits=Limits(seconds=2)))
    await asyncio.sleep(0.1)
    start = loop.time()
    signal.raise_signal(signal.SIGTERM)
    await got.wait()
    say(loop.time() - start < 1)
    say(not slow.done())
    sys.exit(0)


def _blocked(status: str) -> list[int]:
    mask = int(next(line for line in status.splitlines() if line.startswith("SigBlk"))[7:], 16)
    return [number for number in range(1, 65) if mask >> (number - 1) & 1]


async def main(word: str, home: str, *arguments: str) -> None:
    settings = {"free_disk": 1 << 20} if word != "overfill" else {"free_disk": int(arguments[0]), "fsync": False}
    facts = open_facts(Settings(home=Path(home), facts_memory=1 << 30, **settings))
    try:
        await facts.open()
    except ToanCanhError as error:
        say(error_of(error))
        return
    words = {"write": write, "fill": fill, "look": look, "hold": hold, "signals": signals}
    if word == "overfill":
        await overfill(facts)
    else:
        await words[word](facts, *arguments)
    await facts.close()


if __name__ == "__main__":
    faulthandler.enable()
    asyncio.run(main(*sys.argv[1:]))
