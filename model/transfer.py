"""Transfer of rural labour 农村劳动力转移: farm workers look for their first non-farm work, here or away.

    chance to look this month = transfer_rate (an area's intercept) / 12 · (labour demand ÷ its start) + placements offered ÷ farm workers

Those who look and find nothing here go away with probability `labour_export` 劳务输出. A person is counted once, at the first
non-farm work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from model import states as s
from model.blocks import go_elsewhere, rows_where
from model.luck import draw64, uniform

if TYPE_CHECKING:
    from model.city import City


def transfer_chance(city: City) -> np.ndarray:
    """Monthly probability that a farm worker looks for non-farm work, by area."""
    farm = np.maximum(city.stock("farm"), 1.0)
    offered = city.setting.control("rural_transfer_service", city.month) / 12 * city.setting.parameter("transfer_service_response")
    return np.minimum(city.setting.by_area("transfer_rate") / 12 * city.demand_index() + offered / farm, 1.0)


@njit(cache=True)
def export(rows, identity, traits, area, state, spell, scheme, counted, key, chance):  # type: ignore[no-untyped-def]
    """Farm workers of `rows`, who found nothing here, go away with probability `chance`; counted[area]: first transfers among them."""
    for j in range(rows.size):
        i = rows[j]
        if uniform(draw64(key, identity[i])) < chance:
            if not traits[i] & s.NONFARM_BEFORE:
                counted[area[i]] += 1
            traits[i] |= s.NONFARM_BEFORE
            go_elsewhere(i, state, spell, scheme)


def send_away(city: City) -> None:
    """Labour export of those who searched from the farm and were not hired."""
    people = city.people
    rows = rows_where(people.note, s.FARM_SEARCHING, s.FARM_SEARCHING, people.n)
    rows = rows[people.state[rows] == s.FARM]
    counted = np.zeros(len(city.setting.areas), np.int64)
    export(rows, people.id, people.traits, people.area, people.state, people.spell, people.scheme, counted, city.key("export"),
           city.setting.parameter("labour_export"))
    city.flow("transfers_out", counted)
