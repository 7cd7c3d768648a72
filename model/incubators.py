"""Incubators 创业孵化载体: places for young firms, which close less readily while they are hosted.

Each month the free places of an area go to its start-ups of under two years that were not hosted yet, by a race in which a firm's chance
is in proportion to the staff that it wants (incubators choose whom they think promising: assumption). A firm stays until it is three
years old. While hosted, its exit hazard is multiplied by 1 + incubator_exit_effect (`demand.move`). How many jobs there are in an
incubated firm is what comes of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from model import states as s
from model.arithmetic import log_of

if TYPE_CHECKING:
    from model.city import City

ADMITTED_UNTIL, HOSTED_UNTIL = 24, 36       # months of age of a firm


@njit(cache=True)
def young_startups(n, month, alive, origin, founded):  # type: ignore[no-untyped-def]
    """Rows of the living start-ups of up to HOSTED_UNTIL months, int64."""
    out, k = np.empty(n, np.int64), 0
    for f in range(n):
        out[k] = f
        k += alive[f] and origin[f] & s.STARTUP != 0 and month - np.int64(founded[f]) <= HOSTED_UNTIL
    return out[:k].copy()


def host(city: City) -> None:
    """Firms that have grown out leave, free places are given away, and the hosted are counted."""
    firms, t, areas = city.firms, city.month, len(city.weight)
    young = young_startups(firms.n, t, firms.alive, firms.origin, firms.founded)
    age, where = t - firms.founded[young].astype(np.int64), firms.area[young]
    firms.origin[young[age >= HOSTED_UNTIL]] &= 255 - s.HOSTED
    places = city.whole_rows("incubator_places", city.setting.control("incubator_places", t))
    free = places - np.bincount(where[firms.origin[young] & s.HOSTED > 0], minlength=areas)
    waiting = young[(free[where] > 0) & (age < ADMITTED_UNTIL) & (firms.origin[young] & s.INCUBATED == 0)]
    if waiting.size:
        u = np.maximum(city.draws_uniform("incubator", firms.id[waiting]), 1e-18)
        order = waiting[np.argsort(-log_of(u) / firms.target[waiting], kind="stable")]
        for a in np.flatnonzero(free > 0):
            chosen = order[firms.area[order] == a][: free[a]]
            firms.origin[chosen] |= s.HOSTED | s.INCUBATED
    hosted = young[firms.origin[young] & s.HOSTED > 0]
    city.flow("incubated_firms", np.bincount(firms.area[hosted], minlength=areas))
    city.flow("incubated_staff", np.bincount(firms.area[hosted], firms.staff[hosted] + 1.0, minlength=areas))
