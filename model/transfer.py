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
from model.compiler import lent
from model.luck import draw64, uniform
from model.rulings import while_rules_hold

if TYPE_CHECKING:
    from model.city import City


@njit(cache=True)
def chance_to_look(rate, index, tightness, placements, farm):  # type: ignore[no-untyped-def]
    """See `transfer_chance`, by area. rate: of a year; index: labour demand ÷ its start; tightness: to its power; placements: offered this
    month; farm: workers at the end of last month."""
    out = np.empty(rate.size)
    for a in range(rate.size):
        out[a] = min(rate[a] / 12 * (index[a] * tightness) + placements[a] / max(farm[a], 1.0), 1.0)
    return out


@while_rules_hold
def placements(city: City) -> np.ndarray:
    """Placements offered a month, by area."""
    return city.setting.control("rural_transfer_service", city.month) / 12 * city.setting.parameter("transfer_service_response")


def transfer_chance(city: City) -> np.ndarray:
    """Monthly probability that a farm worker looks for non-farm work, by area."""
    tightness = power(city.tightness, city.setting.parameter("transfer_tightness"))
    chance: np.ndarray = chance_to_look(city.setting.by_area("transfer_rate"), city.demand_index(), tightness, placements(city),
                                        city.stock("farm"))
    return chance


@lent
def export(rows, identity, traits, area, state, spell, scheme, counted, key, chance):  # type: ignore[no-untyped-def]
    """Farm workers of `rows`, who found nothing here, go away with probability `chance`, by area; counted[area]: first transfers."""
    for j in range(rows.size):
        i = rows[j]
        if uniform(draw64(key, identity[i])) < chance[area[i]]:
            if not traits[i] & s.NONFARM_BEFORE:
                counted[area[i]] += 1
            traits[i] |= s.NONFARM_BEFORE
            go_elsewhere(i, state, spell, scheme)


@njit(cache=True)
def still_on_farm(rows, note, state, area, areas):  # type: ignore[no-untyped-def]
    """Those of `rows` who searched from the farm and still work on it, and how many they are by area, int64."""
    out, k, counted = np.empty(rows.size, np.int64), 0, np.zeros(areas, np.int64)
    for i in rows:
        if note[i] == s.FARM_SEARCHING and state[i] == s.FARM:
            out[k] = i
            k += 1
            counted[area[i]] += 1
    return out[:k].copy(), counted


@njit(cache=True)
def chance_of_export(looked, weight, usual, places):  # type: ignore[no-untyped-def]
    """Probability of going away for those who looked and found nothing, rows by area. places: organised this month beyond the usual."""
    out = np.empty(weight.size)
    for a in range(weight.size):
        out[a] = min(max(usual + places[a] / max(looked[a] * weight[a], 1.0), 0.0), 1.0)
    return out


@while_rules_hold
def places_away(city: City) -> np.ndarray:
    """Places that organised export finds in a month beyond the usual, by area."""
    setting = city.setting
    more = setting.control("labour_export_service", city.month) - setting.usual("labour_export_service") / len(setting.areas)
    return more / 12 * setting.parameter("transfer_service_response")


def send_away(city: City) -> None:
    """Labour export of those who searched from the farm and were not hired."""
    people, areas = city.people, len(city.setting.areas)
    rows, looked = still_on_farm(city.busy, people.note, people.state, people.area, areas)
    counted = np.zeros(areas, np.int64)
    chance = chance_of_export(looked, city.weight, city.setting.parameter("labour_export"), places_away(city))
    export(rows, people.id, people.traits, people.area, people.state, people.spell, people.scheme, counted, city.key("export"), chance)
    city.flow("transfers_out", counted)
