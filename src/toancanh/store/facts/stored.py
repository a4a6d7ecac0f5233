"""Reading from the engine's own catalogue which tables there are, and how they look."""

import json

from toancanh.store.facts.ddl import StoredTable
from toancanh.store.facts.driver import Raw

STORED_SQL = """
SELECT t.name, c.columns, c.keys, i.names, p.names, t.rows, t.comment
FROM (
  SELECT name, ifNull(total_rows, 0) AS rows, comment FROM system.tables WHERE database = currentDatabase() AND NOT is_temporary) AS t
INNER JOIN (
  SELECT table, groupArray((name, type)) AS columns, groupArrayIf(name, is_in_sorting_key) AS keys
  FROM system.columns WHERE database = currentDatabase() GROUP BY table) AS c ON c.table = t.name
LEFT JOIN (
  SELECT table, groupArray(name) AS names FROM system.data_skipping_indices
  WHERE database = currentDatabase() GROUP BY table) AS i ON i.table = t.name
LEFT JOIN (
  SELECT table, groupArray(name) AS names FROM system.projections
  WHERE database = currentDatabase() GROUP BY table) AS p ON p.table = t.name
ORDER BY 1
"""


def read_stored(raw: Raw) -> dict[str, StoredTable]:
    """Return the tables in the answer to STORED_SQL (format JSONCompact), by name."""
    return {
        name: StoredTable(
            dict(columns), frozenset(keys), frozenset(indexes), frozenset(projections), int(rows), comment
        )
        for name, columns, keys, indexes, projections, rows, comment in json.loads(bytes(raw.view))["data"]
    }
