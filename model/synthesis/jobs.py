"""Who does what at the baseline date: the labour force of an area is given out to farms, the state, firms and the rest.

Quotas are exact; who fills them is decided by weighted races keyed by the person (see `roster.race`). Flexible workers are
the rest, so that they carry the sampling noise of the labour force.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import states as s
from model.luck import decision_key
from model.setting import Setting
from model.synthesis.roster import AreaRoster, Margins, labour_force, race

TWELVE = np.uint32(12)


@dataclass(frozen=True)
class Quotas:
    """Real persons of one area's labour force by what they do."""

    farm: float
    unemployed: float
    public: float
    private: float
    owners: float
    flexible: float


def quotas(setting: Setting, tables: Margins, area: int) -> Quotas:
    """Split the expected labour force of `area` by the setting's shares; the state's staff is the civil-service headcount."""
    force = labour_force(setting, tables, area)
    farm = force * float(setting.farm[area])
    town = force - farm
    unemployed = town * setting.unemployment
    employed = town - unemployed
    flexible, owners = employed * float(setting.flexible[area]), employed * setting.parameter("owner_share")
    public = min(float(setting.schemes.civil[area]), 0.5 * employed)
    return Quotas(farm, unemployed, public, employed - flexible - owners - public, owners, flexible)


@njit(cache=True)
def _farmers(birth, traits, state):  # type: ignore[no-untyped-def]
    """Rows of rural locals in the labour force, and how readily they farm."""
    rows, weight, k = np.empty(state.size, np.int64), np.empty(state.size), 0
    for i in range(state.size):
        rows[k] = i
        weight[k] = min(max((np.int64(np.uint32(-1 - np.int32(birth[i])) // TWELVE) - 12) / 8, 0.5), 7.0)
        k += (state[i] == s.UNEMPLOYED) & (traits[i] & (s.OUTSIDER | s.RURAL) == s.RURAL)
    return rows[:k], weight[:k]


@njit(cache=True)
def _candidates(traits, state, schooling, past_legal):  # type: ignore[no-untyped-def]
    """Rows of locals in the labour force, within the legal age, and how readily the state takes them."""
    rows, weight, k = np.empty(state.size, np.int64), np.empty(state.size), 0
    for i in range(state.size):
        rows[k] = i
        weight[k] = 6.0 if schooling[i] & s.SCHOOLING >= s.JUNIOR_COLLEGE else 1.0
        k += (state[i] == s.UNEMPLOYED) & (traits[i] & s.OUTSIDER == 0) & (not past_legal[i])
    return rows[:k], weight[:k]


@njit(cache=True)
def _townspeople(state, past_legal):  # type: ignore[no-untyped-def]
    """Rows of the labour force that is left, and how far ahead in the line they stand."""
    rows, weight, k = np.empty(state.size, np.int64), np.empty(state.size), 0
    for i in range(state.size):
        rows[k] = i
        weight[k] = 0.1 if past_legal[i] else 1.0
        k += state[i] == s.UNEMPLOYED
    return rows[:k], weight[:k]


def _first(times: NDArray[np.float64], count: int, *, in_order: bool) -> NDArray[np.intp]:
    """Places of the `count` earliest arrivals (fewer when fewer stand in line); `in_order` of arrival, or in none."""
    early = np.argpartition(times, count)[:count] if count < times.size else np.arange(times.size)
    return early[np.argsort(times[early])] if in_order else early           # no two times are equal: 53 bits of luck each


def give_out(roster: AreaRoster, wanted: Quotas, past_legal: NDArray[np.bool_], seed: int) -> dict[int, NDArray[np.intp]]:
    """Set `roster.state` of everyone in the labour force; returns the rows by group: public and private employees in race order.

    Farms take rural locals, older ones first in weight (assumption: weight 1 at 20 rising to 7 at 65); the state takes locals, six times
    as readily with college (assumption); those past the legal age (`past_legal`, by row) stand at the end of the line for firms.
    """
    rows = {name: int(round(getattr(wanted, name) / roster.weight)) for name in ("farm", "unemployed", "public", "private", "owners")}

    def enter(name: str, line: tuple[NDArray[np.intp], NDArray[np.float64]], count: int, *, in_order: bool = True) -> NDArray[np.intp]:
        among, chance = line
        return among[_first(race(roster.identity[among], chance, decision_key(seed, f"synthesis.{name}", 0)), count, in_order=in_order)]

    roster.state[enter("farm", _farmers(roster.birth, roster.traits, roster.state), rows["farm"], in_order=False)] = s.FARM
    public = enter("public", _candidates(roster.traits, roster.state, roster.schooling, past_legal), rows["public"])
    roster.state[public] = s.EMPLOYED
    town = _townspeople(roster.state, past_legal)
    roster.state[town[0]] = s.FLEXIBLE
    order = enter("town", town, rows["private"] + rows["owners"] + rows["unemployed"])
    private, owners, jobless = np.split(order, [rows["private"], rows["private"] + rows["owners"]])
    for who, state in ((private, s.EMPLOYED), (owners, s.OWNER), (jobless, s.UNEMPLOYED)):
        roster.state[who] = state
    return {s.PUBLIC_UNIT: public, s.PRIVATE: private}
