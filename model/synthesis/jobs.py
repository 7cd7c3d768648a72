"""Who does what at the baseline date: the labour force of an area is given out to farms, the state, firms and the rest.

Quotas are exact; who fills them is decided by weighted races keyed by the person (see `roster.race`). Flexible workers are
the rest, so that they carry the sampling noise of the labour force.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model import states as s
from model.luck import decision_key
from model.setting import Setting
from model.synthesis.roster import AreaRoster, Margins, labour_force, race


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


def _first(times: NDArray[np.float64], count: int) -> NDArray[np.intp]:
    """Places of the `count` earliest arrivals (fewer when fewer can arrive), in order of arrival."""
    able = np.flatnonzero(np.isfinite(times))
    if count < able.size:
        able = able[np.argpartition(times[able], count)[:count]]
    return able[np.argsort(times[able])]            # no two times are equal: 53 bits of luck each


def give_out(roster: AreaRoster, wanted: Quotas, past_legal: NDArray[np.bool_], seed: int) -> dict[int, NDArray[np.intp]]:
    """Set `roster.state` of everyone in the labour force; returns the rows by group: public and private employees in race order.

    Farms take rural locals, older ones first in weight (assumption: weight 1 at 20 rising to 7 at 65); the state takes locals, six times
    as readily with college (assumption); those past the legal age (`past_legal`, by row) stand at the end of the line for firms.
    """
    traits, weight = roster.traits, roster.weight
    force = np.flatnonzero(roster.state == s.UNEMPLOYED)
    rows = {name: int(round(getattr(wanted, name) / weight)) for name in ("farm", "unemployed", "public", "private", "owners")}

    def enter(name: str, chance: NDArray[np.float64], among: NDArray[np.intp], count: int) -> NDArray[np.intp]:
        return among[_first(race(roster.identity[among], chance, decision_key(seed, f"synthesis.{name}", 0)), count)]

    farmers = force[traits[force] & (s.OUTSIDER | s.RURAL) == s.RURAL]
    age = (-1 - roster.birth[farmers].astype(np.int64)) // 12
    roster.state[enter("farm", np.clip((age - 12) / 8, 0.5, 7.0), farmers, rows["farm"])] = s.FARM
    town = force[roster.state[force] == s.UNEMPLOYED]
    locals_ = town[(traits[town] & s.OUTSIDER == 0) & ~past_legal[town]]
    college = roster.schooling[locals_] & s.SCHOOLING >= s.JUNIOR_COLLEGE
    public = enter("public", np.where(college, 6.0, 1.0), locals_, rows["public"])
    roster.state[public] = s.EMPLOYED
    town = town[roster.state[town] == s.UNEMPLOYED]
    order = enter("town", np.where(past_legal[town], 0.1, 1.0), town, town.size)
    private, owners, jobless = np.split(order[: rows["private"] + rows["owners"] + rows["unemployed"]],
                                        [rows["private"], rows["private"] + rows["owners"]])
    roster.state[order] = s.FLEXIBLE
    for who, state in ((private, s.EMPLOYED), (owners, s.OWNER), (jobless, s.UNEMPLOYED)):
        roster.state[who] = state
    return {s.PUBLIC_UNIT: public, s.PRIVATE: private}
