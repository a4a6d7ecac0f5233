"""Who may see what, as access compiles it, joined with areas of all times."""

from collections.abc import Mapping
from typing import Any

from toancanh.access import Below, Filter, record, require, row_filter, units_below, visible_columns
from toancanh.catalog import Catalog
from toancanh.domain import Viewer
from toancanh.geography import Geography
from toancanh.indicators.sight import Sight
from toancanh.store import State, table_name

_REMEMBERED = 4096


class Viewing:
    """Says what a viewer sees of each dataset. Viewers with the same grants share what was worked out."""

    def __init__(self, catalog: Catalog, geography: Geography, state: State | None) -> None:
        self._catalog, self._state = catalog, state
        self._below = Below(geography.below, units_below(catalog.units))
        self._known: dict[tuple[object, str], Sight] = {}

    def of(self, viewer: Viewer, dataset: str) -> Sight:
        """Return what `viewer` sees of a dataset. Raises NotAllowed, NotAuthenticated."""
        key = (viewer.grants, dataset)
        found = self._known.get(key)
        if found is None:
            declared = self._catalog.datasets[dataset]
            require(viewer, "read", dataset, declared)
            rows: Filter = row_filter(viewer, dataset, declared, self._below)
            columns = visible_columns(viewer, dataset, declared, self._below)
            found = Sight(
                id=dataset,
                dataset=declared,
                table=table_name(dataset),
                columns=dict(columns),
                whole=columns.whole,
                condition="" if rows.sql == "1" else rows.sql,
                params={**rows.params, **columns.params},
                opened=columns.opened,
                purposes=columns.purposes,
            )
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[key] = found
        return found

    async def show(self, viewer: Viewer, sight: Sight, columns: frozenset[str], details: Mapping[str, Any]) -> None:
        """Write into the audit log that personal columns are about to be shown, where `columns` holds any."""
        opened = [name for name in sight.opened if name in columns]
        if opened and self._state is not None:
            told = {**details, "columns": opened, "purposes": list(sight.purposes)}
            await self._state.write(lambda connection: record(connection, viewer, "personal.open", sight.id, told))
