"""chDB as a driver: the engine in this process, used the way it was measured to be safe."""

import shutil
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from toancanh.domain import InvalidInput, Text, Unavailable
from toancanh.store.facts.arrow import stream_bytes
from toancanh.store.facts.ddl import Placing, StoredTable, change_sql, create_sql
from toancanh.store.facts.driver import Options, Question, Raw
from toancanh.store.facts.embedded.engine import Engine, acquire, release
from toancanh.store.facts.embedded.handles import Handles
from toancanh.store.facts.embedded.source import input_sql, readable
from toancanh.store.facts.faults import fault
from toancanh.store.facts.protocol import Setting
from toancanh.store.facts.schema import TableSpec
from toancanh.store.facts.session import reading, table_settings, working
from toancanh.store.facts.stored import STORED_SQL, read_stored
from toancanh.store.facts.values import identifier, literal

_READ_ONLY = "READ_ONLY"


class EmbeddedDriver:
    """The engine in this process on `folder`, working in one `database`.

    `temporary` drops the database at the end and leaves the engine running for the next one.
    """

    kind = "chdb"

    def __init__(self, folder: Path, options: Options, *, database: str = "default", temporary: bool = False) -> None:
        self._folder = folder
        self._options = options
        self._database = database
        self._temporary = temporary
        self._engine: Engine | None = None
        self._readers: Handles | None = None
        self._workers: Handles | None = None
        self._parser: Any = None
        self._parsing = threading.Lock()

    def open(self) -> None:
        """Start the engine, or join it when it runs on the same folder already."""
        engine = acquire(self._folder, memory=self._options.memory)
        try:
            with engine.handle() as handle:
                handle.query(f"CREATE DATABASE IF NOT EXISTS {identifier(self._database)}")
            self._workers = Handles(engine, self._database, working(self._options))
            self._readers = Handles(engine, self._database, reading(self._options))
            self._parser = self._readers.new()
        except RuntimeError as error:
            release(engine)
            raise fault(error) from error
        self._engine = engine

    def select(self, question: Question) -> Raw:
        """See `Driver.select`."""
        handle = _set(self._readers).mine()
        return self._run(handle, question, _tagged(question.sql, question))

    def chunks(self, question: Question) -> Iterator[bytes]:
        """See `Driver.chunks`. The handle is taken for as long as the iterator lives."""
        handles = _set(self._readers)
        self._check(question.sql)
        handle, empty = handles.new(), True
        try:
            with handle.send_query(_tagged(question.sql, question), question.format, dict(question.params)) as found:
                for piece in found:
                    empty = False
                    yield piece.bytes()
            if empty:
                yield bytes(self._run(handle, question, _tagged(question.sql, question)).view)
        except RuntimeError as error:
            raise fault(error) from error
        finally:
            handles.drop(handle)

    def transform(self, question: Question, body: bytes | memoryview | Path, format: str, structure: str) -> Raw:
        """See `Driver.transform`."""
        handle = _set(self._readers).mine()
        with readable(body) as path:
            sql = input_sql(question.sql, path, format, structure)
            return self._run(handle, question, _tagged(sql, question), stored=False)

    def insert(self, table: str, block: pa.RecordBatch, token: str) -> None:
        """See `Driver.insert`."""
        handle = _set(self._workers).mine()
        columns = ", ".join(map(identifier, block.schema.names))
        sql = f"INSERT INTO {identifier(table)} ({columns}) SETTINGS insert_deduplication_token = {literal(token)}"
        try:
            with handle.send_insert(sql, "ArrowStream") as inserter:
                inserter.append(stream_bytes(block))
                inserter.finish()
        except RuntimeError as error:
            raise fault(error) from error

    def command(self, sql: str, params: Mapping[str, str]) -> None:
        """See `Driver.command`."""
        try:
            _set(self._workers).mine().query(sql, "Null", dict(params))
        except RuntimeError as error:
            raise fault(error) from error

    def kill(self, tag: str) -> None:
        """See `Driver.kill`."""
        self.command(f"KILL QUERY WHERE startsWith(Settings['log_comment'], {literal(tag)}) ASYNC", {})

    def explain_ast(self, sql: str) -> str:
        """See `Driver.explain_ast`."""
        with self._parsing:
            if self._parser is None:
                raise _not_open()
            if self._parser._conn.classify_query(sql)["statement_count"] > 1:
                raise _several()
            try:
                text: str = self._parser.query(f"EXPLAIN AST {sql}", "TSVRaw").bytes().decode()
            except RuntimeError as error:
                raise fault(error, stored=False) from error
            return text

    def stored(self) -> dict[str, StoredTable]:
        """See `Driver.stored`."""
        return read_stored(self.select(Question(STORED_SQL, {}, "JSONCompact", {}, "apply")))

    def create(self, spec: TableSpec) -> list[str]:
        """See `Driver.create`."""
        return [create_sql(spec, Placing(table_settings(self._options)))]

    def change(self, spec: TableSpec, stored: StoredTable) -> list[str]:
        """See `Driver.change`."""
        return change_sql(spec, stored, Placing(table_settings(self._options)))

    def free_disk(self) -> int:
        """See `Driver.free_disk`."""
        return shutil.disk_usage(self._folder).free

    def purge(self) -> None:
        """See `Driver.purge`."""
        self.command("SYSTEM JEMALLOC PURGE", {})

    def backup(self, path: Path) -> None:
        """See `Driver.backup`."""
        self.command(
            f"BACKUP DATABASE {identifier(self._database)} AS facts TO File({literal(str(path.absolute()))})", {}
        )

    def restore(self, path: Path) -> None:
        """See `Driver.restore`."""
        self.command(
            f"RESTORE DATABASE facts AS {identifier(self._database)} FROM File({literal(str(path.absolute()))})", {}
        )

    def close(self) -> None:
        """See `Driver.close`."""
        engine, self._engine = self._engine, None
        if engine is None:
            return
        if self._temporary:
            self.command(f"DROP DATABASE IF EXISTS {identifier(self._database)} SYNC", {})
        with self._parsing:
            self._parser = None
        for handles in (self._readers, self._workers):
            _set(handles).close()
        release(engine, keep=self._temporary)

    def _run(self, handle: Any, question: Question, sql: str, *, stored: bool = True) -> Raw:
        self._check(sql)
        try:
            result = handle.query(sql, question.format, dict(question.params))
        except RuntimeError as error:
            raise fault(error, stored=stored) from error
        held = result.get_memview()
        return Raw(held.view(), (result, held), result.rows_read())

    def _check(self, sql: str) -> None:
        """Let one reading statement through and nothing else, whatever the caller thought it was."""
        found = _set(self._readers).mine()._conn.classify_query(sql)
        if found["statement_count"] > 1:
            raise _several()
        if found["statement_count"] == 1 and found["query_class"].name != _READ_ONLY:
            raise InvalidInput(
                Text(vi="Ở đây chỉ chạy câu lệnh đọc dữ liệu.", en="Only a statement that reads may run here."),
                Text(vi="Dùng insert hoặc command để thay đổi kho.", en="Use insert or command to change the store."),
            )


def _tagged(sql: str, question: Question) -> str:
    settings: dict[str, Setting] = {**question.settings, "log_comment": question.tag}
    return f"{sql}\nSETTINGS " + ", ".join(f"{name} = {literal(value)}" for name, value in settings.items())


def _set(handles: Handles | None) -> Handles:
    if handles is None:
        raise _not_open()
    return handles


def _not_open() -> Unavailable:
    return Unavailable(
        Text(vi="Kho dữ kiện chưa mở hoặc đã đóng.", en="The facts store is not open."),
        Text(vi="Khởi động lại nền tảng.", en="Start the platform again."),
    )


def _several() -> InvalidInput:
    return InvalidInput(
        Text(vi="Chỉ được một câu lệnh mỗi lần.", en="Only one statement at a time."),
        Text(vi="Bỏ dấu chấm phẩy và phần sau nó.", en="Remove the semicolon and what follows it."),
    )
