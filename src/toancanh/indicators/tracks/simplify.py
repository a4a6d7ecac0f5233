"""Fewer positions for the same way: what can be told from its neighbours, by place and moment, is left out."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
_DEGREE = 111_195.0
"""Metres of a degree of latitude on a ball of 6,371 km."""


def needed(ms: Floats, lon: Floats, lat: Floats, starts: Places, metres: float, most: int) -> tuple[Places, float]:
    """Return which positions are needed so that whoever moves evenly from one to the next is never `metres` away.

    Where these are more than `most`, the distance is as much larger as it has to be; it is returned too, in metres. The two ends of each way
    are always needed.

    The positions of one way follow each other; `starts` are the indices at which ways begin. This is the method of Douglas
    and Peucker with the distance at the same moment (Meratnia and de By, 2004, "top-down time ratio"), all ways at once.
    """
    x, y = lon * _DEGREE * np.cos(np.radians(lat)), lat * _DEGREE
    first, last = starts, np.append(starts[1:], len(ms)) - 1
    worth = np.zeros(len(ms))
    worth[first] = worth[last] = np.inf
    whole = np.full(len(first), np.inf)
    while len(first := first[open_ := last - first > 1]):
        last, whole = last[open_], whole[open_]
        many = last - first - 1
        begins = np.cumsum(many) - many
        inner = np.arange(int(many.sum())) + np.repeat(first + 1 - begins, many)
        off = _off(ms, x, y, inner, np.repeat(first, many), np.repeat(last, many))
        farthest = np.maximum.reduceat(off, begins)
        at = np.flatnonzero(off == np.repeat(farthest, many))
        owner = np.searchsorted(begins, at, side="right") - 1
        split = farthest > metres * metres
        middle = inner[at[np.unique(owner, return_index=True)[1]]][split]
        first, last, whole = first[split], last[split], np.minimum(whole, farthest)[split]
        worth[middle] = whole
        first, last, whole = np.concatenate([first, middle]), np.concatenate([middle, last]), np.tile(whole, 2)
    found = np.flatnonzero(worth)
    most = max(most, int(np.isinf(worth).sum()))
    if len(found) <= most:
        return found, metres
    limit = float(np.partition(worth, len(worth) - most - 1)[len(worth) - most - 1])
    return np.flatnonzero(worth > limit), float(np.sqrt(limit))


def _off(ms: Floats, x: Floats, y: Floats, at: Places, low: Places, high: Places) -> Floats:
    """Return the square of how far each position is from where even motion would be at its moment."""
    span = ms[high] - ms[low]
    part = np.divide(ms[at] - ms[low], span, out=np.zeros(len(at)), where=span > 0)
    dx = x[at] - x[low] - part * (x[high] - x[low])
    dy = y[at] - y[low] - part * (y[high] - y[low])
    found: Floats = dx * dx + dy * dy
    return found
