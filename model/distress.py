"""Firms in trouble 经营困难: layoffs of excess staff, mass layoffs 规模裁员, and what the refund for keeping staff 稳岗返还 changes.

    excess share x = (staff − desired)/staff;   shared = min(x, strain of the block): what its whole trade has too many (`demand.py`)
    pressing       = shared + max(0, x − shared − layoff_patience·σ(size)·√(T/12))          T = layoff_wait_months
    in distress while pressing ≥ distress_excess; months of it are counted
    share laid off = max(0, pressing − (1 − (1 − leavers)^T))·speed·keep          leavers: share of staff expected to leave in a month
                     speed: mass_layoff_speed from the second month of distress (30 days of notice, LCL 41), else layoff_speed
    keep           = max(0, 1 − retention_effect·(refund − usual refund)/monthly wage)

To dismiss costs severance (LCL 47: a month's wage a year of service), a month of notice, and the search for somebody else when business
turns. So a firm keeps those whom leavers will make room for within T, and as many as its own luck may well give work again in that time;
what the whole trade has too many is no matter of luck. Until then it hires nobody: its staff falls as people leave.

The refund of UI premiums is money a worker and year: the share `retention_refund` beyond the legal one, of a year's premiums at the
floor base (who gets it is the matter of `unemployment.py`); its usual amount is part of the usual layoffs. A firm in distress closes
`distress_exit_ratio` times as readily (see `demand.move`). Mass layoffs in the sense of LCL 41 (20 persons or more, or a tenth of the
staff) are counted among all layoffs.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model import states as s
from model.arithmetic import exp_each, log_each, power
from model.compiler import lent
from model.luck import threshold
from model.rulings import while_rules_hold
from model.setting import once

if TYPE_CHECKING:
    from model.city import City
    from model.setting import Setting

NOTICE = 2                      # months of distress from which a mass layoff is carried out
MASS_PERSONS, MASS_SHARE = 20, 0.1
SMALLEST = 1.0                  # staff that a firm wants, at least


@lent
def powers_of_size(target, power, x, out):  # type: ignore[no-untyped-def]
    """(size/10)^power of a stretch of firms into `out`, size: what they want, at least 1; x: room to work in. Loops without branches, and
    none of them reads and writes the same place, so that the compiler turns them into vector instructions."""
    for j in range(target.size):
        x[j] = max(target[j], SMALLEST) / 10.0
    log_each(x, out)
    for j in range(target.size):
        x[j] = power * out[j]
    exp_each(x, out)


@lent
def plan_layoffs(  # type: ignore[no-untyped-def]
    n, alive, ownership, area, sector, thin, staff, desired, target, distress, layoff, rates, strain, keep, mass,
):
    """Threshold of each firm's layoff draw. rates: (distress_excess, mass_layoff_speed, layoff_speed, expected leavers, spread of luck at
    10 staff, its power of size), the last three of `hoarding`; strain: by area and sector; keep: by area; mass[area] is raised by the
    rows whom mass layoffs will strike."""
    x, grown = np.empty(n), np.empty(n)
    powers_of_size(target[:n], rates[5], x, grown)
    for f in range(np.uint64(n)):
        if not alive[f] or ownership[f] >= s.STATE_ORGAN:
            continue
        if staff[f] <= desired[f]:
            distress[f] = 0
            continue
        excess = (staff[f] - desired[f]) / staff[f]
        shared = min(strain[area[f], sector[f]], excess)
        pressing = shared + max(excess - shared - rates[4] * grown[f], 0.0)
        distress[f] = min(distress[f] + 1, 255) if pressing >= rates[0] else 0
        share = max(pressing - rates[3], 0.0) * (rates[1] if distress[f] >= NOTICE else rates[2]) * keep[area[f]]
        layoff[f] = threshold(share)
        persons = share * staff[f] * thin[f]
        if persons >= MASS_PERSONS or (share >= MASS_SHARE and persons >= 2.0):
            mass[area[f]] += share * staff[f]


def hoarding(setting: Setting) -> tuple[float, float, float]:
    """What firms wait with: the share of staff whom leavers make room for within the wait, the spread of a firm's own luck over it (of
    ten staff, times the patience), and the power of size in it."""
    p = setting.parameter
    months = p("layoff_wait_months")
    leavers = p("separation_rate") * p("share_into_unemployment") * p("quit_share") + p("search_on_job") * p("search_success_expected")
    return 1.0 - power(1.0 - leavers, months), p("layoff_patience") * p("growth_sd_at_10") * sqrt(months / 12.0), p("growth_sd_slope")


@while_rules_hold
def kept_by_refund(city: City) -> NDArray[np.float64]:
    """`keep` of the module's equation, by area."""
    p = city.setting.parameter
    more = city.setting.control("retention_refund", city.month) - city.setting.usual("retention_refund")
    return np.maximum(1.0 - p("retention_effect") * more * yearly_premium(city) / city.setting.wage, 0.0)


def yearly_premium(city: City) -> float:
    """A worker's UI premiums of a year at the floor of the base, employer and employee together, yuan."""
    rate = city.law_value("unemployment.employer_rate") + city.law_value("unemployment.employee_rate")
    return 12.0 * rate * city.law_value("bases.floor")


@once
def ways_of_dismissal(city: City) -> NDArray[np.float64]:
    """The `rates` of `plan_layoffs`."""
    p = city.setting.parameter
    return np.array([p("distress_excess"), p("mass_layoff_speed"), p("layoff_speed"), *hoarding(city.setting)])


def warn(city: City) -> None:
    """Plan the month's layoffs."""
    firms, mass = city.firms, np.zeros(len(city.setting.areas))
    plan_layoffs(firms.n, firms.alive, firms.ownership, firms.area, firms.sector, firms.thin, firms.staff, firms.desired, firms.target,
                 firms.distress, firms.layoff, ways_of_dismissal(city), city.strain, kept_by_refund(city), mass)
    city.flow("mass_layoffs", mass)
