"""Transfer of rural labour 农村劳动力转移: farm workers look for their first non-farm work, here or away.

    chance to look this month = transfer_rate (an area's intercept) / 12 · (labour demand ÷ its start) · tightness^transfer_tightness
                                + placements offered ÷ farm workers

Those who look and find nothing here go away with probability `labour_export` 劳务输出, and as many more as organised export
(`labour_export_service`, beyond the usual) finds places for. A person is counted once, at the first non-farm work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from model import states as s
from model.arithmetic import power
from model.blocks import go_elsewhere
from model.luck import draw64, uniform

if TYPE_CHECKING:
    from model.city import City


def transfer_chance(city: City) -> np.ndarray:
    """Monthly probability that a farm worker looks for non-farm work, by area."""
    farm = np.maximum(city.stock("farm"), 1.0)
    offered = city.setting.control("rural_transfer_service", city.month) / 12 * city.setting.parameter("transfer_service_response")
    pull = city.demand_index() * power(city.tightness, city.setting.parameter("transfer_tightness"))
    return np.minimum(city.setting.by_area("transfer_rate") / 12 * pull + offered / farm, 1.0)


@njit(cache=True)
def export(rows, identity, traits, area, state, spell, scheme, counted, key, chance):  # type: ignore[no-untyped-def]
    """Farm workers of `rows`, who found nothing here, go away with probability `chance`, by area; counted[area]: first transfers."""
    for j in range(rows.size):
        i = rows[j]
        if uniform(draw64(key, identity[i])) < chance[area[i]]:
            if not traits[i] & s.NONFARM_BEFORE:
                counted[area[i]] += 1
            traits[i] |= s.NONFARM_BEFORE
            go_elsewhere(i, state, spell, scheme)


def chance_of_export(city: City, rows: np.ndarray) -> np.ndarray:
    """Probability of going away for those who looked and found nothing, by area."""
    setting = city.setting
    more = setting.control("labour_export_service", city.month) - setting.usual("labour_export_service") / len(setting.areas)
    looked = np.bincount(city.people.area[rows], minlength=more.size) * city.weight
    chance = setting.parameter("labour_export") + more / 12 * setting.parameter("transfer_service_response") / np.maximum(looked, 1.0)
    return np.minimum(np.maximum(chance, 0.0), 1.0)


def send_away(city: City) -> None:
    """Labour export of those who searched from the farm and were not hired."""
    from model.separations import with_note

    people = city.people
    rows = with_note(city, s.FARM_SEARCHING, s.FARM_SEARCHING)
    rows = rows[people.state[rows] == s.FARM]
    counted = np.zeros(len(city.setting.areas), np.int64)
    export(rows, people.id, people.traits, people.area, people.state, people.spell, people.scheme, counted, city.key("export"),
           chance_of_export(city, rows))
    city.flow("transfers_out", counted)
