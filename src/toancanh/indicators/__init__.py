"""The one way to read facts: questions, records, tiles, freshness and quality."""

from toancanh.indicators.answers import Answer
from toancanh.indicators.coverage import Coverage, CoverageRequest
from toancanh.indicators.fields import FieldState, Worst
from toancanh.indicators.formats import MEDIA, Export
from toancanh.indicators.freshness import Freshness, SeriesFreshness, SourceFreshness
from toancanh.indicators.indicators import Indicators
from toancanh.indicators.records import Page, RecordColumn, RecordsRequest
from toancanh.indicators.sheets import Language
from toancanh.indicators.tiles.tiles import Tile
from toancanh.indicators.tracks.tracks import TrackSet, TracksRequest

__all__ = [
    "MEDIA", "Answer", "Coverage", "CoverageRequest", "Export", "FieldState", "Freshness", "Indicators", "Language", "Page", "RecordColumn",
    "RecordsRequest", "SeriesFreshness", "SourceFreshness", "Tile", "TrackSet", "TracksRequest", "Worst",
]  # fmt: skip
