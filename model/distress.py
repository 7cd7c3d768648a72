"""Firms in trouble 经营困难: layoffs of excess staff, mass layoffs 规模裁员, and what the refund for keeping staff 稳岗返还 changes.

    excess share x = (staff − desired)/staff;   in distress while x ≥ distress_excess; months of it are counted
    share laid off = max(0, x·speed − expected quits)·keep          speed: mass_layoff_speed from the second month of distress (30 days of
                                                                    notice, LCL 41), else layoff_speed
    keep           = max(0, 1 − retention_effect·(refund − usual refund)/monthly wage)

The refund of UI premiums is money a worker and year: the share `retention_refund` beyond the legal one, of a year's premiums at the
floor base (who gets it is the matter of `unemployment.py`); its usual amount is part of the usual layoffs. A firm in distress closes
`distress_exit_ratio` times as readily (see `demand.move`). Mass layoffs in the sense of LCL 41 (20 persons or more, or a tenth of the
staff) are counted among all layoffs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import states as s
from model.luck import threshold

if TYPE_CHECKING:
    from model.city import City

NOTICE = 2                      # months of distress from which a mass layoff is carried out
MASS_PERSONS, MASS_SHARE = 20, 0.1


@njit(cache=True)
def plan_layoffs(n, alive, ownership, area, thin, staff, desired, distress, layoff, weight, rates, keep, mass):  # type: ignore[no-untyped-def]
    """Threshold of each firm's layoff draw. rates: (distress_excess, mass_layoff_speed, layoff_speed, expected quits); keep: by area;
    mass[area] is raised by the rows whom mass layoffs will strike."""
    for f in range(n):
        if not alive[f] or ownership[f] >= s.STATE_ORGAN:
            continue
        if staff[f] <= desired[f]:
            distress[f] = 0
            continue
        excess = (staff[f] - desired[f]) / staff[f]
        distress[f] = min(distress[f] + 1, 255) if excess >= rates[0] else 0
        share = max(excess * (rates[1] if distress[f] >= NOTICE else rates[2]) - rates[3], 0.0) * keep[area[f]]
        layoff[f] = threshold(share)
        persons = share * staff[f] * thin[f]
        if persons >= MASS_PERSONS or (share >= MASS_SHARE and persons >= 2.0):
            mass[area[f]] += share * staff[f]


def kept_by_refund(city: City) -> NDArray[np.float64]:
    """`keep` of the module's equation, by area."""
    p = city.setting.parameter
    more = city.setting.control("retention_refund", city.month) - city.setting.usual("retention_refund")
    return np.maximum(1.0 - p("retention_effect") * more * yearly_premium(city) / city.setting.wage, 0.0)


def yearly_premium(city: City) -> float:
    """A worker's UI premiums of a year at the floor of the base, employer and employee together, yuan."""
    rate = city.law_value("unemployment.employer_rate") + city.law_value("unemployment.employee_rate")
    return 12.0 * rate * city.law_value("bases.floor")


def warn(city: City) -> None:
    """Plan the month's layoffs."""
    firms, p = city.firms, city.setting.parameter
    expected = p("separation_rate") * p("share_into_unemployment") + p("search_on_job") * p("search_success_expected")
    mass = np.zeros(len(city.setting.areas))
    plan_layoffs(firms.n, firms.alive, firms.ownership, firms.area, firms.thin, firms.staff, firms.desired, firms.distress, firms.layoff,
                 city.weight, np.array([p("distress_excess"), p("mass_layoff_speed"), p("layoff_speed"), expected]), kept_by_refund(city),
                 mass)
    city.flow("mass_layoffs", mass)
