"""A ClickHouse HTTP interface on loopback in front of the embedded engine.

It takes what clickhouse-connect really sends (statements, settings, parameters, external tables, insert bodies) and
gives what servers give (formats, summaries, errors with their codes, errors half-way), so that the client's wire formats
and the engine's answers are real; only the server between them is ours.
"""

import json
import os
import re
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from toancanh.store.facts.embedded.engine import Engine, acquire, release
from toancanh.store.facts.embedded.source import readable
from toancanh.store.facts.values import identifier, literal

NOT_SETTINGS = {
    "database",
    "query",
    "query_id",
    "wait_end_of_query",
    "session_id",
    "buffer_size",
    "client_protocol_version",
}
TAG = "abcdefghijklmnop"
ROWS_JOINED = ("CSV", "TSV", "JSONEachRow", "JSONCompactEachRow")
INSERT = re.compile(rb"^\s*(INSERT\s+INTO\s+.*?)\s+FORMAT\s+(\w+)\s*\n", re.IGNORECASE | re.DOTALL)
FORMAT = re.compile(r"\s+FORMAT\s+(\w+)\s*$", re.IGNORECASE)


class Loopback(ThreadingHTTPServer):
    """The server; `port` is where it listens."""

    daemon_threads = False
    allow_reuse_address = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.engine: Engine = acquire(folder, memory=2 << 30)
        self.port: int = self.server_address[1]


@contextmanager
def loopback(folder: Path) -> Iterator[Loopback]:
    """A running server over the engine on `folder`."""
    server = Loopback(folder)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        release(server.engine, keep=True)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Loopback
    timeout = 30

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._answer(b"Ok.\n", 1)

    def do_POST(self) -> None:
        asked = {
            name: values[-1] for name, values in parse_qs(urlsplit(self.path).query, keep_blank_values=True).items()
        }
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with closing(self.server.engine.connect()) as handle:
            try:
                self._run(handle, asked, body)
            except UnicodeDecodeError as error:
                self._refuse(error.object.decode(errors="replace"))
            except RuntimeError as error:
                self._refuse(str(error))
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

    def _run(self, handle: Any, asked: dict[str, str], body: bytes) -> None:
        handle.query(f"USE {identifier(asked.get('database') or 'default')}")
        files: dict[str, bytes] = {}
        if self.headers.get_content_type() == "multipart/form-data":
            fields, files = _parts(self.headers["Content-Type"], body)
            asked, body = asked | fields, b""
        statement = asked.get("query", "").encode()
        statement = statement + b"\n" + body if statement and body else statement or body
        params = {name.removeprefix("param_"): value for name, value in asked.items() if name.startswith("param_")}
        outside = {f"{name}_{what}" for name in files for what in ("format", "structure", "types")}
        settings = {
            name: value
            for name, value in asked.items()
            if name not in NOT_SETTINGS | outside and not name.startswith("param_") and value != ""
        }
        insert = INSERT.match(statement)
        if insert:
            self._insert(handle, insert, statement[insert.end() :], settings)
            return
        with _tables(asked, files) as tables:
            self._select(handle, statement.decode(), params, settings, tables, bool(asked.get("wait_end_of_query")))

    def _insert(self, handle: Any, insert: re.Match[bytes], data: bytes, settings: dict[str, str]) -> None:
        with readable(data) as path:
            sql = f"{insert[1].decode()} FROM INFILE {literal(path)} {_settings(settings)} FORMAT {insert[2].decode()}"
            handle.query(sql, "Null")
        self._answer(b"", 0)

    def _select(
        self,
        handle: Any,
        sql: str,
        params: dict[str, str],
        settings: dict[str, str],
        tables: dict[str, str],
        whole: bool,
    ) -> None:
        format = FORMAT.search(sql)
        sql = FORMAT.sub("", sql)
        for name, function in tables.items():
            sql = re.sub(rf"\b{name}\b", lambda _, function=function: function, sql)
        kind = handle._conn.classify_query(sql)
        if kind["statement_count"] > 1:
            raise RuntimeError(
                "Code: 62. DB::Exception: Syntax error: Multi-statements are not allowed. (SYNTAX_ERROR)"
            )
        if settings.get("readonly") == "2" and kind["query_class"].name not in ("READ_ONLY", "UNKNOWN"):
            raise RuntimeError("Code: 164. DB::Exception: Cannot execute query in readonly mode. (READONLY)")
        settings = {name: value for name, value in settings.items() if name != "readonly"}
        reading = kind["query_class"].name == "READ_ONLY" and not re.match(
            r"\s*(EXPLAIN|DESCRIBE|SHOW)", sql, re.IGNORECASE
        )
        sql = f"{sql}\n{_settings(settings)}" if reading else sql
        name = format[1] if format else "TSV"
        if whole or name not in ROWS_JOINED:
            result = handle.query(sql, name, params)
            self._answer(result.bytes(), result.rows_read())
        else:
            self._stream(handle, sql, name, params)

    def _stream(self, handle: Any, sql: str, format: str, params: dict[str, str]) -> None:
        pieces = iter(handle.send_query(sql, format, params))
        first = next(pieces, None)
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.send_header("X-ClickHouse-Exception-Tag", TAG)
        self.end_headers()
        try:
            while first is not None:
                self._chunk(first.bytes())
                first = next(pieces, None)
        except RuntimeError as error:
            told = str(error).encode()
            self._chunk(
                f"__exception__\r\n{TAG}\r\n".encode() + told + f"\n{len(told)} {TAG}\r\n__exception__\r\n".encode()
            )
        self._chunk(b"")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def _answer(self, data: bytes, rows: int) -> None:
        self.send_response(200)
        self.send_header("X-ClickHouse-Summary", json.dumps({"result_rows": str(rows)}))
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _refuse(self, text: str) -> None:
        found = re.search(r"Code: (\d+)", text)
        data = f"{text} (version 26.9.2.1)\n".encode()
        self.send_response(500)
        self.send_header("X-ClickHouse-Exception-Code", found[1] if found else "1001")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _settings(settings: dict[str, str]) -> str:
    return "SETTINGS " + ", ".join(f"{name} = {literal(value)}" for name, value in settings.items()) if settings else ""


def _parts(content_type: str, body: bytes) -> tuple[dict[str, str], dict[str, bytes]]:
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    fields, files = {}, {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        data = part.get_payload(decode=True)
        if part.get_filename() is None:
            fields[name] = data.decode()
        else:
            files[name] = data
    return fields, files


@contextmanager
def _tables(asked: dict[str, str], files: dict[str, bytes]) -> Iterator[dict[str, str]]:
    """The external tables of a question, as functions that read them."""
    open_files = []
    try:
        found = {}
        for name, data in files.items():
            descriptor = os.memfd_create(name, os.MFD_CLOEXEC)
            open_files.append(descriptor)
            os.write(descriptor, data)
            shape = literal(asked[f"{name}_structure"])
            found[name] = f"file('/proc/self/fd/{descriptor}', {literal(asked[f'{name}_format'])}, {shape})"
        yield found
    finally:
        for descriptor in open_files:
            os.close(descriptor)
