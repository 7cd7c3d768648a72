"""Incubators 创业孵化载体: places for young firms, which close less readily while they are hosted.

Each month the free places of an area go to its start-ups of under two years that were not hosted yet, by a race in which a firm's chance
is in proportion to the staff that it wants (incubators choose whom they think promising: assumption). A firm stays until it is three
years old. While hosted, its exit hazard is multiplied by 1 + incubator_exit_effect (`demand.move`). How many jobs there are in an
incubated firm is what comes of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from model import states as s
from model.arithmetic import log_of

if TYPE_CHECKING:
    from model.city import City

ADMITTED_UNTIL, HOSTED_UNTIL = 24, 36       # months of age of a firm


def host(city: City) -> None:
    """Firms that have grown out leave, free places are given away, and the hosted are counted."""
    firms, n, t = city.firms, city.firms.n, city.month
    startups = firms.alive[:n] & (firms.origin[:n] & s.STARTUP > 0)
    young = np.flatnonzero(startups & (t - firms.founded[:n].astype(np.int64) <= HOSTED_UNTIL))
    age = t - firms.founded[young].astype(np.int64)
    grown = young[age >= HOSTED_UNTIL]
    firms.origin[grown] &= 255 - s.HOSTED
    places = city.whole_rows("incubator_places", city.setting.control("incubator_places", t))
    if places.any():
        waiting = young[(age < ADMITTED_UNTIL) & (firms.origin[young] & s.INCUBATED == 0)]
        u = np.maximum(city.draws_uniform("incubator", firms.id[waiting]), 1e-18)
        order = waiting[np.argsort(-log_of(u) / firms.target[waiting], kind="stable")]
        for a in np.flatnonzero(places):
            taken = int(np.count_nonzero((firms.origin[young] & s.HOSTED > 0) & (firms.area[young] == a)))
            chosen = order[firms.area[order] == a][: max(int(places[a]) - taken, 0)]
            firms.origin[chosen] |= s.HOSTED | s.INCUBATED
    hosted = young[firms.origin[young] & s.HOSTED > 0]
    areas = len(city.weight)
    city.flow("incubated_firms", np.bincount(firms.area[hosted], minlength=areas))
    city.flow("incubated_staff", np.bincount(firms.area[hosted], firms.staff[hosted] + 1.0, minlength=areas))
