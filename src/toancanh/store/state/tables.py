"""The tables of the state store: what people set up and decide, and the accounts of what came in.

Moments are aware and in UTC. Where a hash must cover a text (audit), it is kept as the very text that was hashed.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware moment to the microsecond. Stored in UTC; a time without zone is refused with ValueError."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return `timestamp with time zone` where there is one."""
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return `value` in UTC, as the dialect keeps it."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored moment, aware and in UTC."""
        if value is None:
            return None
        return value.astimezone(UTC) if dialect.name == "postgresql" else value.replace(tzinfo=UTC)


Document = JSON().with_variant(JSONB(), "postgresql")
"""JSON values that nobody hashes."""
Counter = BigInteger().with_variant(Integer(), "sqlite")
"""A 64-bit number; SQLite counts by itself only in a column called INTEGER."""

users = Table(
    "users",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("username", String(64), nullable=False, unique=True, doc="NFC, lower case."),
    Column("name", String(200), nullable=False),
    Column("password", Text, nullable=False, doc="Argon2id, in the PHC string format."),
    Column("unit", String(35), doc="Code of the unit that the person belongs to."),
    Column("active", Boolean, nullable=False),
    Column("demo", Boolean, nullable=False, doc="Works only in demo mode on loopback."),
    Column("otp_secret", String(64), doc="Base32; null while one-time codes are off."),
    Column("otp_step", BigInteger, doc="Time step of the newest code used: a code works once."),
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("username", String(64), primary_key=True, doc="As typed, known or not."),
    Column("count", Integer, nullable=False),
    Column("until", Moment, nullable=False, doc="No attempt is looked at before."),
    Column("last", Moment, nullable=False, index=True),
)

sessions = Table(
    "sessions",
    metadata,
    Column("hash", String(64), primary_key=True, doc="SHA-256 of the token, hex."),
    Column("user", String(32), ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created", Moment, nullable=False),
    Column("seen", Moment, nullable=False),
    Column("expires", Moment, nullable=False, index=True),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("hash", String(64), nullable=False, unique=True, doc="SHA-256 of the key, hex."),
    Column("hint", String(16), nullable=False, doc="First characters of the key, to recognise it by."),
    Column("name", String(200), nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("created", Moment, nullable=False),
    Column("expires", Moment),
    Column("revoked", Moment),
    Column("last_used", Moment),
)

grants = Table(
    "grants",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("principal", String(32), nullable=False, index=True, doc="Id of a user or of an API key."),
    Column("role", String(32), nullable=False),
    Column("units", Document, nullable=False),
    Column("areas", Document, nullable=False),
    Column("datasets", Document, nullable=False),
    Column("purpose", Text),
    Column("created_by", String(64), nullable=False),
    Column("created", Moment, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False, doc="1, 2, 3… without a gap."),
    Column("at", Moment, nullable=False, index=True),
    Column("actor", String(64), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("action", String(64), nullable=False),
    Column("object", Text, nullable=False),
    Column("details", Text, nullable=False, doc="Canonical JSON, the very text that was hashed."),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

receipts = Table(
    "receipts",
    metadata,
    Column("receipt", String(32), primary_key=True),
    Column("dataset", String(127), nullable=False),
    Column("source", String(255), nullable=False),
    Column("principal", String(64), nullable=False),
    Column("idempotency_key", Text),
    Column("body_hash", String(64)),
    Column("accepted", BigInteger, nullable=False),
    Column("quarantined", BigInteger, nullable=False),
    Column("duplicates", BigInteger, nullable=False),
    Column("errors", Document, nullable=False),
    Column("received", Moment, nullable=False),
    UniqueConstraint("dataset", "principal", "idempotency_key"),
    Index(None, "dataset", "received"),
)

ledger = Table(
    "ledger",
    metadata,
    Column("day", Date, primary_key=True),
    Column("dataset", String(127), primary_key=True),
    Column("source", String(255), primary_key=True),
    *(
        Column(name, BigInteger, nullable=False, server_default="0")
        for name in ("sent", "received", "stored", "quarantined", "duplicated", "delivered")
    ),
    Index(None, "dataset", "day"),
)

ledger_checkpoints = Table(
    "ledger_checkpoints",
    metadata,
    Column("dataset", String(127), primary_key=True),
    Column("source", String(255), primary_key=True),
    Column("day", Date, nullable=False, doc="Last day whose account was compared with the facts."),
    Column("stored", BigInteger, nullable=False, doc="Records in the facts up to and with that day."),
    Column("at", Moment, nullable=False),
)

quarantine_decisions = Table(
    "quarantine_decisions",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("row", String(20), nullable=False, index=True, doc="Id of the quarantined row, an unsigned 64-bit number."),
    Column("dataset", String(127), nullable=False, index=True),
    Column("decision", String(16), nullable=False, doc="released or discarded."),
    Column("reason", Text),
    Column("decided_by", String(64), nullable=False),
    Column("decided", Moment, nullable=False),
)

boards = Table(
    "boards",
    metadata,
    Column("id", String(127), primary_key=True),
    Column("owner", String(64), nullable=False, index=True),
    Column("shared", Boolean, nullable=False),
    Column("declaration", Document, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
)

board_versions = Table(
    "board_versions",
    metadata,
    Column("board", String(127), ForeignKey("boards.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("declaration", Document, nullable=False),
    Column("author", String(64), nullable=False),
    Column("name", String(200), nullable=False, doc="What the author was called then."),
    Column("at", Moment, nullable=False),
    Column("note", Text),
    Column("restored", Integer, doc="The earlier version that this one repeats."),
)

board_shares = Table(
    "board_shares",
    metadata,
    Column("board", String(127), ForeignKey("boards.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(8), primary_key=True, doc="role or unit."),
    Column("code", String(64), primary_key=True, doc="Name of the role, code of the unit."),
    Column("edit", Boolean, nullable=False),
    Index(None, "kind", "code"),
)

walls = Table(
    "walls",
    metadata,
    Column("id", String(63), primary_key=True),
    Column("declaration", Document, nullable=False),
    Column("version", Integer, nullable=False),
    Column("control", Document, nullable=False, doc="How the playlist runs: anchor, held board, raised alarm."),
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
)

displays = Table(
    "displays",
    metadata,
    Column("name", String(63), primary_key=True),
    Column("title", String(200), nullable=False),
    Column("place", String(200), doc="Where it hangs."),
    Column("wall", String(63), index=True, doc="What it plays; null for nothing."),
    Column("key", String(32), doc="API key of the screen itself, if it was linked."),
    Column("seen", Moment, doc="When it last reported."),
    Column("report", Document, doc="What it said then."),
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
)

source_states = Table(
    "source_states",
    metadata,
    Column("source", String(127), primary_key=True),
    Column("paused_by", String(64), doc="Who paused it; null while it runs."),
    Column("cursor", Document, doc="Where to go on; only its connector understands it."),
    Column("owner", String(64), doc="The process that reads it now."),
    Column("held_until", Moment, doc="Until when that process holds it, unless it says so again."),
    Column("due", Moment, doc="When it is asked next; null for at once."),
    Column("asked", Moment, doc="When it was last read without a failure."),
    Column("failures", Integer, nullable=False, server_default="0", doc="Failures since it last answered."),
    Column("problem", Document, doc="What failed last: kind, vi, en, since."),
    Column("spans", Document, nullable=False, doc="Ranges of time to have again: from, to, by."),
)

source_runs = Table(
    "source_runs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("source", String(127), nullable=False),
    Column("why", String(16), nullable=False, doc="schedule or span."),
    Column("began", Moment, nullable=False, index=True),
    Column("ended", Moment, doc="Null while it goes on."),
    Column("deliveries", BigInteger, nullable=False),
    Column("stored", BigInteger, nullable=False),
    Column("quarantined", BigInteger, nullable=False),
    Column("duplicated", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("problem", Document, doc="What ended it: kind, vi, en."),
    Index(None, "source", "began"),
)

source_secrets = Table(
    "source_secrets",
    metadata,
    Column("source", String(127), primary_key=True),
    Column("name", String(63), primary_key=True, doc="Name of the setting."),
    Column("sealed", Text, nullable=False, doc="A Fernet token; the key is not in this store."),
    Column("changed", Moment, nullable=False),
    Column("changed_by", String(64), nullable=False),
)

submissions = Table(
    "submissions",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("dataset", String(127), nullable=False),
    Column("unit", String(35), nullable=False),
    Column("period", Date, nullable=False, doc="First day of the period."),
    Column("revision", Integer, nullable=False, doc="1, 2, 3…: each correction is one."),
    Column("state", String(16), nullable=False, index=True),
    Column("status", String(16), doc="estimate, preliminary or official, where the form asks for it."),
    Column("rows", Document, nullable=False, doc="Objects of column and value, in the order of the form."),
    Column("version", Integer, nullable=False, doc="Grows with every change."),
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    Column("changed_by", String(64), nullable=False),
    Column("approved", Moment, doc="When it was approved: the version's time in the facts."),
    Column("receipt", String(32), doc="Receipt of the records; null until they are stored."),
    UniqueConstraint("dataset", "unit", "period", "revision"),
    Index(None, "unit", "period"),
)

submission_steps = Table(
    "submission_steps",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("submission", String(32), ForeignKey("submissions.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("name", String(200), nullable=False, doc="What the actor was called then."),
    Column("behalf", String(64), doc="For whom the actor acted."),
    Column("behalf_name", String(200)),
    Column("step", String(16), nullable=False),
    Column("before", String(16), nullable=False),
    Column("after", String(16), nullable=False),
    Column("reason", Text),
)

delegations = Table(
    "delegations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("giver", String(64), nullable=False, index=True),
    Column("giver_name", String(200), nullable=False),
    Column("taker", String(64), nullable=False, index=True),
    Column("taker_name", String(200), nullable=False),
    Column("action", String(16), nullable=False, doc="send or approve."),
    Column("start", Moment, nullable=False),
    Column("end", Moment, nullable=False),
    Column("reason", Text),
    Column("created", Moment, nullable=False),
    Column("revoked", Moment),
)

outbox = Table(
    "outbox",
    metadata,
    Column("seq", Counter, primary_key=True, autoincrement=True),
    Column("topic", String(64), nullable=False),
    Column("payload", Text, nullable=False, doc="The event as JSON."),
    Column("created", Moment, nullable=False),
    sqlite_autoincrement=True,
)

kv = Table(
    "kv",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("value", Document, nullable=False),
    Column("changed", Moment, nullable=False),
)
