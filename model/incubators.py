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
from model.arithmetic import log
from model.compiler import lent
from model.luck import draw64, uniform

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


@njit(cache=True)
def free_places(young, month, area, origin, founded, places):  # type: ignore[no-untyped-def]
    """Firms of `young` that have grown out leave; takes the hosted off `places` (by area), and returns those who wait for what is free."""
    out, k = np.empty(young.size, np.int64), 0
    for f in young:
        if month - np.int64(founded[f]) >= HOSTED_UNTIL:
            origin[f] &= 255 - s.HOSTED
        places[area[f]] -= origin[f] & s.HOSTED != 0
    for f in young:
        out[k] = f
        k += places[area[f]] > 0 and month - np.int64(founded[f]) < ADMITTED_UNTIL and not origin[f] & s.INCUBATED
    return out[:k].copy()


@njit(cache=True)
def race(waiting, identity, target, key):  # type: ignore[no-untyped-def]
    """Exponential times of the firms `waiting` (rows), of a rate in proportion to the staff that they want: who comes first."""
    out = np.empty(waiting.size)
    for j in range(waiting.size):
        f = waiting[j]
        out[j] = -log(max(uniform(draw64(key, identity[f])), 1e-18)) / target[f]
    return out


@lent
def admit(running, area, origin, free):  # type: ignore[no-untyped-def]
    """The first of `running` (rows of firms, in the order of the race) take the `free` places of their areas."""
    for f in running:
        if free[area[f]] > 0:
            free[area[f]] -= 1
            origin[f] |= s.HOSTED | s.INCUBATED


@njit(cache=True)
def count_hosted(young, area, origin, staff, areas):  # type: ignore[no-untyped-def]
    """Hosted firms, and who works in them, the founder among them: rows by area, int64 (2, areas)."""
    out = np.zeros((2, areas), np.int64)
    for f in young:
        if origin[f] & s.HOSTED:
            out[0, area[f]] += 1
            out[1, area[f]] += staff[f] + 1
    return out


def host(city: City) -> None:
    """Firms that have grown out leave, free places are given away, and the hosted are counted."""
    firms, t = city.firms, city.month
    young = young_startups(firms.n, t, firms.alive, firms.origin, firms.founded)
    places = city.whole_rows("incubator_places", city.setting.control("incubator_places", t))
    waiting = free_places(young, t, firms.area, firms.origin, firms.founded, places)
    if waiting.size:
        times = race(waiting, firms.id, firms.target, city.key("incubator"))
        admit(waiting[np.argsort(times, kind="stable")], firms.area, firms.origin, places)
    city.flows(("incubated_firms", "incubated_staff"), count_hosted(young, firms.area, firms.origin, firms.staff, places.size))
