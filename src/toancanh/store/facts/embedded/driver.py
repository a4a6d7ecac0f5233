"""chDB as a driver: the engine in this process, used the way it was measured to be safe."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from toancanh.domain import InvalidInput, Text, ToanCanhError
from toancanh.store.facts.arrow import stream_bytes
from toancanh.store.facts.ddl import Placing, StoredTable, change_sql, create_sql, define_sql, renew_sql
from toancanh.store.facts.driver import Options, Question, Raw
from toancanh.store.facts.embedded.engine import Engine, acquire, release
from toancanh.store.facts.embedded.handles import ENGINE_ERRORS, Handles
from toancanh.store.facts.embedded.pieces import joined
from toancanh.store.facts.embedded.source import input_sql, readable
from toancanh.store.facts.faults import fault, not_open
from toancanh.store.facts.protocol import Setting
from toancanh.store.facts.schema import DictionarySpec, TableSpec
from toancanh.store.facts.session import reading, table_settings, working
from toancanh.store.facts.stored import STORED_SQL, read_stored
from toancanh.store.facts.values import identifier, literal

_PLANNING: dict[str, Setting] = {
    "merge_tree_generic_exclusion_search_max_steps": 128,
    "max_threads_for_indexes": 1,
    "use_partition_minmax_for_primary_key_pruning": 0,
}
"""The engine compares a question's hours with every mark of a table before it takes the projection that answers it, which
took most of such a question's time and grew with the table. The parts are left out by their times all the same."""


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
        self._placing = Placing(table_settings(options))
        self._engine: Engine | None = None
        self._readers: Handles | None = None
        self._workers: Handles | None = None

    def open(self) -> None:
        """Start the engine, or join it when it runs on the same folder already."""
        engine = acquire(self._folder, memory=self._options.memory)
        try:
            with engine.handle() as handle:
                handle.query(f"CREATE DATABASE IF NOT EXISTS {identifier(self._database)}")
            self._workers = Handles(engine, self._database, working(self._options))
            self._readers = Handles(engine, self._database, reading(self._options) | _PLANNING)
            with self._workers.use() as handle:
                handle.query("SELECT 1", "Null")
        except RuntimeError as error:
            release(engine)
            raise fault(error) from error
        except ToanCanhError:
            release(engine)
            raise
        self._engine = engine

    def select(self, question: Question) -> Raw:
        """See `Driver.select`."""
        return self._ask(question, question.sql)

    def chunks(self, question: Question) -> Iterator[bytes]:
        """See `Driver.chunks`. A handle is taken for as long as the iterator lives."""
        return joined(question.format, self._chunks(question))

    def transform(self, question: Question, body: bytes | memoryview | Path, format: str, structure: str) -> Raw:
        """See `Driver.transform`."""
        with readable(body) as path:
            return self._ask(question, input_sql(question.sql, path, format, structure), stored=False)

    def insert(self, table: str, block: pa.RecordBatch, token: str) -> None:
        """See `Driver.insert`. chDB's own send_insert is no way: it says "stored" when the table refused the rows."""
        columns = ", ".join(map(identifier, block.schema.names))
        with readable(stream_bytes(block)) as path, _open(self._workers).use() as handle:
            handle.query(
                f"INSERT INTO {identifier(table)} ({columns}) FROM INFILE {literal(path)} "
                f"SETTINGS insert_deduplication_token = {literal(token)} FORMAT ArrowStream",
                "Null",
            )

    def command(self, sql: str, params: Mapping[str, str]) -> None:
        """See `Driver.command`."""
        with _open(self._workers).use() as handle:
            handle.query(sql, "Null", dict(params))

    def kill(self, tag: str) -> None:
        """See `Driver.kill`."""
        self.command(f"KILL QUERY WHERE startsWith(Settings['log_comment'], {literal(tag)}) ASYNC", {})

    def explain_ast(self, sql: str) -> str:
        """See `Driver.explain_ast`."""
        handles = _open(self._readers)
        with handles.use(stored=False) as handle:
            if _class(handle, sql)["statement_count"] > 1:
                raise _several()
            text: str = handle.query(f"EXPLAIN AST {sql}", "TSVRaw").bytes().decode()
        return text

    def stored(self) -> dict[str, StoredTable]:
        """See `Driver.stored`."""
        return read_stored(self.select(Question(STORED_SQL, {}, "JSONCompact", {}, "apply")))

    def create(self, spec: TableSpec) -> list[str]:
        """See `Driver.create`."""
        return [create_sql(spec, self._placing)]

    def change(self, spec: TableSpec, stored: StoredTable) -> list[str]:
        """See `Driver.change`."""
        return change_sql(spec, stored, self._placing)

    def renew(self, spec: TableSpec) -> list[str]:
        """See `Driver.renew`."""
        return renew_sql(spec, self._placing)

    def define(self, spec: DictionarySpec) -> list[str]:
        """See `Driver.define`."""
        return [define_sql(spec, self._placing, self._database)]

    def system(self, table: str) -> str:
        """See `Driver.system`."""
        return f"system.{table}"

    def free_disk(self) -> int:
        """See `Driver.free_disk`."""
        return shutil.disk_usage(self._folder).free

    def purge(self) -> None:
        """See `Driver.purge`."""
        self.command("SYSTEM JEMALLOC PURGE", {})

    def backup(self, path: Path) -> None:
        """See `Driver.backup`."""
        file = f"File({literal(str(path.absolute()))})"
        self.command(f"BACKUP DATABASE {identifier(self._database)} AS facts TO {file}", {})

    def restore(self, path: Path) -> None:
        """See `Driver.restore`."""
        file = f"File({literal(str(path.absolute()))})"
        self.command(f"RESTORE DATABASE facts AS {identifier(self._database)} FROM {file}", {})

    def close(self) -> None:
        """See `Driver.close`."""
        engine, self._engine = self._engine, None
        if engine is None:
            return
        if self._temporary:
            self.command(f"DROP DATABASE IF EXISTS {identifier(self._database)} SYNC", {})
        for handles in (self._readers, self._workers):
            _open(handles).close()
        release(engine, keep=self._temporary)

    def _chunks(self, question: Question) -> Iterator[bytes]:
        handles = _open(self._readers)
        handle, empty = handles.new(), True
        try:
            _only_reading(handle, question.sql)
            with handle.send_query(_tagged(question.sql, question), question.format, dict(question.params)) as found:
                for piece in found:
                    empty = False
                    yield piece.bytes()
        except ENGINE_ERRORS as error:
            raise fault(error) from error
        finally:
            handles.drop(handle)
        if empty:
            yield bytes(self.select(question).view)

    def _ask(self, question: Question, sql: str, *, stored: bool = True) -> Raw:
        with _open(self._readers).use(stored=stored) as handle:
            _only_reading(handle, sql)
            result = handle.query(_tagged(sql, question), question.format, dict(question.params))
        held = result.get_memview()
        return Raw(held.view(), (result, held), result.rows_read())


def _tagged(sql: str, question: Question) -> str:
    settings: dict[str, Setting] = {**question.settings, "log_comment": question.tag}
    return f"{sql}\nSETTINGS " + ", ".join(f"{name} = {literal(value)}" for name, value in settings.items())


def _open(handles: Handles | None) -> Handles:
    if handles is None:
        raise not_open()
    return handles


def _class(handle: Any, sql: str) -> dict[str, Any]:
    found: dict[str, Any] = handle._conn.classify_query(sql)
    return found


def _only_reading(handle: Any, sql: str) -> None:
    """Let one reading statement through and nothing else, whatever the caller thought it was."""
    found = _class(handle, sql)
    if found["statement_count"] > 1:
        raise _several()
    if found["statement_count"] == 1 and found["query_class"].name != "READ_ONLY":
        raise InvalidInput(
            Text(vi="Ở đây chỉ chạy câu lệnh đọc dữ liệu.", en="Only a statement that reads may run here."),
            Text(vi="Dùng insert hoặc command để thay đổi kho.", en="Use insert or command to change the store."),
        )


def _several() -> InvalidInput:
    return InvalidInput(
        Text(vi="Chỉ được một câu lệnh mỗi lần.", en="Only one statement at a time."),
        Text(vi="Bỏ dấu chấm phẩy và phần sau nó.", en="Remove the semicolon and what follows it."),
    )
