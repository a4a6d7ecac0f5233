"""The whole route table, in the order of the reference."""

from toancanh.api.rest import (
    admin,
    boards,
    city,
    datasets,
    displays,
    geography,
    indicators,
    layers,
    ledger,
    people,
    records,
    session,
    source_desk,
    sources,
    stream,
    system,
    tracks,
    walls,
)
from toancanh.api.routing import AnyRoute

ROUTES: tuple[AnyRoute, ...] = (
    *session.ROUTES,
    *city.ROUTES,
    *datasets.ROUTES,
    *records.ROUTES,
    *sources.ROUTES,
    *source_desk.ROUTES,
    *indicators.ROUTES,
    *stream.ROUTES,
    *boards.ROUTES,
    *walls.ROUTES,
    *displays.ROUTES,
    *layers.ROUTES,
    *tracks.ROUTES,
    *geography.ROUTES,
    *ledger.ROUTES,
    *people.ROUTES,
    *admin.ROUTES,
    *system.ROUTES,
)
