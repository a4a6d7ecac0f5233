"""Reading tables and queries: one statement, in the order of watermark and key, streamed in batches."""

import datetime as dt
import hashlib
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.dialects import mssql

from toancanh.connectors.sql import marks
from toancanh.connectors.sql.columns import batch_of, joined, stream_of
from toancanh.connectors.sql.manifest import Settings
from toancanh.connectors.sql.place import Place, Row
from toancanh.connectors.sql.session import Session, opened
from toancanh.connectors.sql.statements import Origin
from toancanh.domain import InvalidInput, Text
from toancanh.sdk import Delivery, Job, Span, malformed

SLICE = 2000
"""Rows that are fetched at once."""
LARGEST = 8 << 20
"""Bytes of columns from which on a delivery is full."""
_ARROW = "application/vnd.apache.arrow.stream"
_MYSQL_TIMESTAMP = 7
"""The type of MySQL that is kept in UTC; sessions of this connector are in UTC."""
Statement = sa.Select[Any]


async def read(settings: Settings, job: Job) -> AsyncGenerator[Delivery, None]:
    """Yield what is new since the cursor, or in a range of time, or all there is. Raises SourceFailed, InvalidInput."""
    origin = Origin(settings)
    async with opened(settings, job) as session:
        place = Place(settings, job)
        for statement, counts in await _statements(session, origin, settings, job, place):
            stream = Stream(session.where, statement, settings, place, counts=counts, trial=job.trial)
            session.at_end(stream.close)
            while (delivery := await session.run(stream.delivery)) is not None:
                yield delivery


class Stream:
    """A statement that was sent, and its rows as deliveries. Lives in the thread of the session."""

    def __init__(
        self, where: str, statement: Statement, settings: Settings, place: Place, *, counts: bool, trial: bool
    ) -> None:
        self._where = where
        self._statement = statement
        self._place = place
        self._counts = counts
        self._most = min(settings.batch, 200) if trial else settings.batch
        self._slice = min(SLICE, self._most)
        self._result: sa.CursorResult[Any] | None = None
        self._names: list[str] = []
        self._zoned: tuple[int, ...] = ()
        self._held: tuple[Sequence[Row], pa.RecordBatch | None] | None = None

    def delivery(self, connection: sa.Connection) -> Delivery | None:
        """Return the next delivery, None after the last row. Raises SourceFailed."""
        batches: list[pa.RecordBatch] = []
        schema, rows, size = None, 0, 0
        while rows < self._most and size < LARGEST:
            came = self._next(connection)
            if came is None:
                break
            passed, batch = came
            if batch is not None:
                both = batch.schema if schema is None else joined(schema, batch.schema)
                if both is None:
                    self._held = passed, batch
                    break
                schema = both
                batches.append(batch)
                rows, size = rows + batch.num_rows, size + batch.nbytes
            self._note(passed)
        if schema is None:
            return None
        body = stream_of(batches, schema)
        cursor = self._place.cursor() if self._counts else None
        name = hashlib.sha256(body).hexdigest() if cursor is not None else None
        return Delivery(body, _ARROW, cursor=cursor, name=name, rows=rows)

    def close(self) -> None:
        """End the statement."""
        if self._result is not None:
            self._result.close()

    def _next(self, connection: sa.Connection) -> tuple[Sequence[Row], pa.RecordBatch | None] | None:
        """Return (rows, those that are fresh as columns), None after the last."""
        if self._held is not None:
            held, self._held = self._held, None
            return held
        result = self._result or self._send(connection)
        rows: Sequence[Row] = result.fetchmany(self._slice)
        if not rows:
            return None
        if self._zoned:
            rows = [_placed(row, self._zoned) for row in rows]
        with self._ordered():
            fresh = self._place.fresh(rows) if self._counts else rows
        return rows, batch_of(self._names, fresh) if fresh else None

    def _send(self, connection: sa.Connection) -> sa.CursorResult[Any]:
        options = {"stream_results": True, "yield_per": self._slice}
        self._result = connection.execute(self._statement, execution_options=options)
        self._names = list(self._result.keys())
        self._zoned = _in_utc(connection, self._result)
        twice = sorted({name for name in self._names if self._names.count(name) > 1})
        if twice:
            raise malformed(self._where, f"{', '.join(twice)} × 2")
        try:
            self._place.find(self._names)
        except ValueError as error:
            raise malformed(self._where, f"{error}: {', '.join(self._names)}") from error
        return self._result

    def _note(self, rows: Sequence[Row]) -> None:
        if self._counts:
            with self._ordered():
                self._place.passed(rows)

    @contextmanager
    def _ordered(self) -> Iterator[None]:
        try:
            yield
        except TypeError as error:
            raise malformed(self._where, f"watermark, key: {error}") from error


async def _statements(
    session: Session, origin: Origin, settings: Settings, job: Job, place: Place
) -> list[tuple[Statement, bool]]:
    """Return the statements of one reading, and of each whether its rows move the cursor."""
    if job.span is not None:
        return [(await _in_span(session, origin, settings, job, job.span), False)]
    if not origin.order:
        return [(origin.select(), False)]
    if place.after is not None:
        return [(origin.ordered().where(_beyond(origin, settings, place.after)), True)]
    if settings.watermark is None:
        return [(origin.ordered(), True)]
    watermark = origin.column(settings.watermark)
    if place.start is not None:
        return [(origin.ordered().where(watermark >= bound(place.start, settings)), True)]
    return [(origin.select().where(watermark.is_(None)), False), (origin.ordered().where(watermark.is_not(None)), True)]


async def _in_span(session: Session, origin: Origin, settings: Settings, job: Job, span: Span) -> Statement:
    if settings.watermark is None:
        raise InvalidInput(
            Text(
                vi="Không có cột mốc nên không lấy lại theo thời gian được.",
                en="There is no watermark to tell a range by.",
            ),
            Text(vi="Đặt thiết lập “watermark” là cột thời điểm.", en="Set 'watermark' to a column with times."),
            kind="settings",
            setting="watermark",
        )
    watermark = origin.column(settings.watermark)
    one = origin.sample(settings.watermark)
    sample = await session.run(lambda connection: connection.execute(one).scalar())
    if sample is None:
        return origin.select().where(sa.false())
    first, last = marks.at(sample, span.start, job.zone), marks.at(sample, span.end, job.zone, end=True)
    return origin.ordered().where(watermark >= bound(first, settings), watermark < bound(last, settings))


def _beyond(origin: Origin, settings: Settings, after: Sequence[Any]) -> sa.ColumnElement[bool]:
    """Return the condition for rows after one, column by column of the order."""
    pairs = [(origin.column(name), bound(value, settings)) for name, value in zip(origin.order, after, strict=True)]
    last, value = pairs[-1]
    found = last > value
    for column, value in reversed(pairs[:-1]):
        found = sa.and_(column >= value, sa.or_(column > value, found))
    return found


def bound(value: Any, settings: Settings) -> sa.ColumnElement[Any]:
    """Return a value as a parameter of its own type."""
    if settings.system == "mssql" and isinstance(value, dt.datetime):
        type_: Any = mssql.DATETIME2 if value.tzinfo is None else mssql.DATETIMEOFFSET
        return sa.cast(sa.literal(value.isoformat(" "), sa.String()), type_)
    if isinstance(value, dt.datetime):
        return sa.literal(value, sa.DateTime(timezone=value.tzinfo is not None))
    return sa.literal(value)


def _in_utc(connection: sa.Connection, result: sa.CursorResult[Any]) -> tuple[int, ...]:
    """Return the columns whose times the driver gives in UTC without saying so."""
    if connection.dialect.name != "mysql" and connection.dialect.name != "mariadb":
        return ()
    described = result.cursor.description if result.cursor is not None else ()
    return tuple(position for position, column in enumerate(described) if column[1] == _MYSQL_TIMESTAMP)


def _placed(row: Row, positions: Sequence[int]) -> Row:
    found = list(row)
    for position in positions:
        if isinstance(found[position], dt.datetime):
            found[position] = found[position].replace(tzinfo=dt.UTC)
    return found
