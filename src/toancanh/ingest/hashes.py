"""SQL hashes that tell records apart. The same expression runs over rows on their way in and over rows stored before.

They are never kept outside memory, so a changed declaration simply gives other numbers on both sides. Inside a tuple
the engine hashes null unlike any value, and a column the same way whether or not it may be null.
"""

from toancanh.domain.declarations import Dataset
from toancanh.store import identifier

DOOR = "~"
"""First character of the ids that are made at the door; such an id comes again only with the same time."""


def identity_sql(dataset: Dataset, *, named: bool = True) -> str:
    """Return SQL (UInt64) that is equal for two rows when they are the same record.

    The same record: an event with the same sender's id, else with the same key; an entity with the same key, time and
    content. It reads the dataset's columns and `_sent_id`; where rows are not `named`, senders gave no ids.
    """
    if dataset.kind == "entity":
        return _hash(*dict.fromkeys((*dataset.key, dataset.time, *dataset.sent)))
    sent = "xxh3(tuple('id', _sent_id))"
    if not dataset.key:
        return sent
    return f"if(_sent_id = '', {_hash(*dataset.key)}, {sent})" if named else _hash(*dataset.key)


def content_sql(dataset: Dataset) -> str:
    """Return SQL (UInt64) that is equal for two rows when their senders filled in the same."""
    return _hash(*dataset.sent)


def _hash(*names: str) -> str:
    return f"xxh3(tuple({', '.join(map(identifier, names))}))"
