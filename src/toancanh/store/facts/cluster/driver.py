"""ClickHouse servers as a driver, through clickhouse-connect."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import clickhouse_connect
import pyarrow as pa
from clickhouse_connect.driver.exceptions import ClickHouseError, OperationalError
from clickhouse_connect.driver.external import ExternalData
from urllib3.exceptions import HTTPError

from toancanh.domain import Text, ToanCanhError, Unavailable
from toancanh.store.facts.arrow import stream_bytes
from toancanh.store.facts.cluster.address import Address
from toancanh.store.facts.cluster.body import pieces
from toancanh.store.facts.cluster.tables import LOCAL, change, create, define, distributed_sql, placing, renew
from toancanh.store.facts.ddl import StoredTable
from toancanh.store.facts.driver import Options, Question, Raw
from toancanh.store.facts.faults import fault, not_open
from toancanh.store.facts.protocol import Setting
from toancanh.store.facts.schema import DictionarySpec, TableSpec
from toancanh.store.facts.session import reading, working
from toancanh.store.facts.stored import STORED_SQL, read_stored
from toancanh.store.facts.values import identifier, literal

_INPUT = "_input"
_SECONDS = 3900


class _Written:
    """A parameter that is encoded already: the client writes it as it is."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        return self._text


class ClusterDriver:
    """Servers at `address`. Without a cluster name it is one server with plain tables."""

    kind = "clickhouse"

    def __init__(self, address: Address, options: Options) -> None:
        self._address = address
        self._options = options
        self._placing = placing(options, address.cluster)
        self._client: Any = None
        self._fronts: set[str] = set()

    def open(self) -> None:
        """Connect, and make the database when there is none."""
        at = self._address
        with self._errors():
            client = clickhouse_connect.get_client(
                host=at.host,
                port=at.port,
                username=at.user,
                password=at.password,
                secure=at.secure,
                send_receive_timeout=_SECONDS,
                autogenerate_session_id=False,
                dedicated_pool=True,
                show_clickhouse_errors="scrub",
            )
            client.raw_query(f"CREATE DATABASE IF NOT EXISTS {identifier(at.database)}{self._placing.everywhere}")
            client.database = at.database
        self._client = client

    def select(self, question: Question) -> Raw:
        """See `Driver.select`."""
        return self._ask(question, question.sql)

    def chunks(self, question: Question) -> Iterator[bytes]:
        """See `Driver.chunks`."""
        with self._errors():
            response = self._request(question, question.sql, {})
            try:
                yield from pieces(response)
            finally:
                response.close()

    def transform(self, question: Question, body: bytes | memoryview | Path, format: str, structure: str) -> Raw:
        """See `Driver.transform`. The body travels as an external table of the question."""
        data = body.read_bytes() if isinstance(body, Path) else bytes(body)
        external = ExternalData(file_name=_INPUT, data=data, fmt=format, structure=structure)
        return self._ask(question, question.sql.replace("{input}", _INPUT), external, stored=False)

    def insert(self, table: str, block: pa.RecordBatch, token: str) -> None:
        """See `Driver.insert`. On a cluster each machine stores its share; a retry heals what a crash left undone."""
        settings = working(self._options) | {"insert_deduplication_token": token, "distributed_foreground_insert": 1}
        with self._errors():
            self._connected().raw_insert(
                identifier(table),
                [identifier(name) for name in block.schema.names],
                bytes(stream_bytes(block)),
                settings=_texts(settings),
                fmt="ArrowStream",
            )

    def command(self, sql: str, params: Mapping[str, str]) -> None:
        """See `Driver.command`."""
        with self._errors():
            self._connected().raw_query(sql, _written(sql, params), settings=_texts(working(self._options)))

    def kill(self, tag: str) -> None:
        """See `Driver.kill`."""
        self.command(
            f"KILL QUERY{self._placing.everywhere} WHERE startsWith(Settings['log_comment'], {literal(tag)}) ASYNC", {}
        )

    def explain_ast(self, sql: str) -> str:
        """See `Driver.explain_ast`."""
        with self._errors(stored=False):
            tree: bytes = self._connected().raw_query(f"EXPLAIN AST {sql}", settings={"readonly": "2"}, fmt="TSVRaw")
        return tree.decode()

    def stored(self) -> dict[str, StoredTable]:
        """See `Driver.stored`. On a cluster these are the tables of one machine, under the names that everybody uses."""
        found = read_stored(self.select(Question(STORED_SQL, {}, "JSONCompact", {}, "apply")))
        if not self._address.cluster:
            return found
        self._fronts = {name for name in found if not name.endswith(LOCAL)}
        return {name.removesuffix(LOCAL): table for name, table in found.items() if name.endswith(LOCAL)}

    def create(self, spec: TableSpec) -> list[str]:
        """See `Driver.create`."""
        return create(spec, self._placing)

    def change(self, spec: TableSpec, stored: StoredTable) -> list[str]:
        """See `Driver.change`."""
        changes = change(spec, stored, self._placing)
        lost = self._address.cluster and spec.name not in self._fronts
        return [distributed_sql(spec, self._placing), *changes] if lost else changes

    def renew(self, spec: TableSpec) -> list[str]:
        """See `Driver.renew`."""
        return renew(spec, self._placing)

    def define(self, spec: DictionarySpec) -> list[str]:
        """See `Driver.define`."""
        return define(spec, self._placing, self._address)

    def system(self, table: str) -> str:
        """See `Driver.system`."""
        name = f"system.{table}"
        return f"clusterAllReplicas({literal(self._address.cluster)}, {name})" if self._address.cluster else name

    def free_disk(self) -> int:
        """See `Driver.free_disk`."""
        sql = f"SELECT min(unreserved_space) FROM {self.system('disks')}"
        raw = self.select(Question(sql, {}, "JSONCompact", {}, "health"))
        return int(json.loads(bytes(raw.view))["data"][0][0])

    def purge(self) -> None:
        """See `Driver.purge`. Servers look after their own memory."""

    def backup(self, path: Path) -> None:
        """See `Driver.backup`. The path is one of the servers', inside what their `backups.allowed_path` allows."""
        name, file = identifier(self._address.database), f"File({literal(str(path))})"
        self.command(f"BACKUP DATABASE {name} AS facts{self._placing.everywhere} TO {file}", {})

    def restore(self, path: Path) -> None:
        """See `Driver.restore`."""
        name, file = identifier(self._address.database), f"File({literal(str(path))})"
        self.command(f"RESTORE DATABASE facts AS {name}{self._placing.everywhere} FROM {file}", {})

    def close(self) -> None:
        """See `Driver.close`."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _connected(self) -> Any:
        if self._client is None:
            raise not_open()
        return self._client

    def _ask(self, question: Question, sql: str, external: ExternalData | None = None, *, stored: bool = True) -> Raw:
        with self._errors(stored=stored):
            response = self._request(question, sql, {"wait_end_of_query": 1}, external)
            data: bytes = response.read()
        rows = json.loads(response.headers.get("X-ClickHouse-Summary", "{}")).get("result_rows", 0)
        return Raw(memoryview(data), data, int(rows))

    def _request(
        self, question: Question, sql: str, more: Mapping[str, Setting], external: ExternalData | None = None
    ) -> Any:
        settings = {**reading(self._options), **_CLUSTERED, **question.settings, **more}
        settings |= {"readonly": 2, "log_comment": question.tag}
        return self._connected().raw_stream(
            sql, _written(sql, question.params), settings=_texts(settings), fmt=question.format, external_data=external
        )

    @contextmanager
    def _errors(self, *, stored: bool = True) -> Iterator[None]:
        try:
            yield
        except (OperationalError, HTTPError, OSError) as error:
            raise self._unreachable(error) if "Code: " not in str(error) else fault(error, stored=stored) from error
        except ClickHouseError as error:
            raise fault(error, stored=stored) from error

    def _unreachable(self, error: Exception) -> ToanCanhError:
        place = f"{self._address.host}:{self._address.port}"
        return Unavailable(
            Text(
                vi=f"Không kết nối được máy chủ ClickHouse {place}.",
                en=f"The ClickHouse server {place} cannot be reached.",
            ),
            Text(
                vi="Kiểm tra máy chủ, mạng và TOANCANH_FACTS.",
                en="Check the server, the network and TOANCANH_FACTS.",
            ),
            reason=str(error),
        )


_CLUSTERED: dict[str, Setting] = {"distributed_product_mode": "global", "optimize_skip_unused_shards": 1}


def _texts(settings: Mapping[str, Setting]) -> dict[str, str]:
    return {name: str(value) for name, value in settings.items()}


def _written(sql: str, params: Mapping[str, str]) -> dict[str, _Written] | None:
    """Only what the SQL names is sent: the client would format the SQL itself if it found no name in it."""
    return {name: _Written(value) for name, value in params.items() if f"{{{name}:" in sql.replace(" ", "")} or None
