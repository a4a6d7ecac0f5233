"""The one Settings object: read once from the environment by the composition root, and handed down."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from toancanh.domain import InvalidInput, Text

PREFIX = "TOANCANH_"


class Settings(BaseModel):
    """What an operator may choose. Each field is the environment variable TOANCANH_<FIELD>; unknown ones are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    home: Path = Field(Path("var/city"), description="The city's folder: city.yaml, its own packs, and its data.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8080, ge=1, le=65535, description="Port to listen on.")
    facts: str = Field(
        "chdb:",
        description="Facts store: chdb: (a folder of the home), chdb::memory: (vanishes at the end), or "
        "clickhouse://user:password@host:8123/database?cluster=NAME (servers; without cluster: one of them).",
    )
    state: str = Field(
        "sqlite:",
        description="State store: sqlite: (a file of the home), or postgresql+psycopg://user:password@host/database.",
    )
    bus: str = Field("local:", description="Bus between processes: local:.")
    blobs: str = Field("file:", description="Raw payloads and attachments: file: (a folder of the home).")
    role: str = Field("all", description="Parts that this process plays: all, or a list of serve, work, demo.")
    demo: bool = Field(False, description="Demo accounts (loopback only) and simulated records.")
    public_url: str | None = Field(None, description="Address under which people reach the platform, behind a proxy.")
    max_body: int = Field(1 << 30, ge=1024, description="Largest body accepted, in bytes.")
    inflight: int = Field(
        256 << 20, ge=1 << 20, description="Bytes of deliveries being worked on at once; beyond it senders get 429."
    )
    facts_memory: int = Field(4 << 30, ge=256 << 20, description="Memory that the embedded engine may take, in bytes.")
    query_seconds: int = Field(30, ge=1, description="Longest time that one question may take.")
    free_disk: int = Field(
        1 << 30,
        ge=1 << 20,
        description="Below this much free disk no record is accepted, so that reading and clearing still work.",
    )
    fsync: bool = Field(True, description="Whether a receipt waits for the disk. Switch off only for tests.")
    secret_key: str | None = Field(
        None,
        description="Key that seals the passwords of sources (32 random bytes in URL-safe Base64); without it, a file "
        "data/secret.key of the home, made at the first start. Several processes need the same one.",
    )
    session_hours: int = Field(12, ge=1, description="How long a session lasts.")
    log: Literal["debug", "info", "warning", "error"] = Field("info", description="How much is logged.")


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Return the settings in `environ`; raise InvalidInput naming the variable that is wrong."""
    given = {name.removeprefix(PREFIX).lower(): value for name, value in environ.items() if name.startswith(PREFIX)}
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + "_".join(str(part) for part in first["loc"]).upper()
        raise InvalidInput(
            Text(
                vi=f"Biến môi trường {name} không hợp lệ: {first['msg']}.",
                en=f"The environment variable {name} is not valid: {first['msg']}.",
            ),
            Text(vi="Xem docs/reference/settings.md.", en="See docs/reference/settings.md."),
        ) from error
