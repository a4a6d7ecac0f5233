"""Values of PostgreSQL as they are: JSON stays text, and a time that Python cannot hold stays readable."""

from typing import Any

from psycopg import DataError, adapt, pq
from psycopg.types.string import TextLoader

_TIMES = ("date", "timestamp", "timestamptz")


def keep_as_they_are(connection: Any) -> None:
    """Change how a connection hands out JSON, and dates that lie outside of the years 1 to 9999 (`infinity`)."""
    adapters = connection.adapters
    for name in ("json", "jsonb"):
        adapters.register_loader(name, TextLoader)
    for name in _TIMES:
        usual = adapters.get_loader(adapters.types[name].oid, pq.Format.TEXT)
        adapters.register_loader(name, type("Lenient", (_Lenient,), {"usual": usual}))


class _Lenient(adapt.Loader):
    """Loads as usual, and gives the text where that fails."""

    usual: Any

    def __init__(self, oid: int, context: Any = None) -> None:
        super().__init__(oid, context)
        self._usual = self.usual(oid, context)

    def load(self, data: Any) -> Any:
        try:
            return self._usual.load(data)
        except DataError:
            return bytes(data).decode()
