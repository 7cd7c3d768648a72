"""What is counted at workplaces: tertiary employment 三产从业, the net change of jobs, and jobs that start-ups bring 带动就业."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import sectors
from model.compiler import lent
from model.rulings import while_rules_hold
from model.series import S
from model.setting import once

if TYPE_CHECKING:
    from model.city import City

NONFARM = ("employees", "flexible", "owners")
EMPLOYEES, FLEXIBLE, OWNERS = (getattr(S, name) for name in NONFARM)
CAME, WENT = S.commuters_in, S.commuters_out
FIRMS, TERTIARY, CHANGE = S.firms, S.tertiary_employed, S.nonfarm_change


@njit(cache=True)
def at_firms(n, alive, area, sector, staff, thin, weight, secondary):  # type: ignore[no-untyped-def]
    """Living firms, their staff, and of it that of tertiary sectors, real numbers by area, (3, areas); secondary: by sector."""
    out = np.zeros((3, weight.size))
    for f in range(n):
        if alive[f]:
            a = area[f]
            heads = staff[f] * weight[a]
            out[0, a] += weight[a] / thin[f]
            out[1, a] += heads
            if not secondary[sector[f]]:
                out[2, a] += heads
    return out


@lent
def tell_work(at_work, before, month):  # type: ignore[no-untyped-def]
    """Write the month's series of `count_work` but those of start-ups. at_work: `at_firms`; before: last month's series."""
    for a in range(month.shape[1]):
        now, was, firms, staff, tertiary = month[:, a], before[:, a], at_work[0, a], at_work[1, a], at_work[2, a]
        alone = now[FLEXIBLE] + now[OWNERS]
        now[FIRMS] = firms
        now[TERTIARY] = tertiary + tertiary / max(staff, 1.0) * alone
        worked = was[EMPLOYEES] + was[FLEXIBLE] + was[OWNERS] + (was[CAME] - was[WENT])
        now[CHANGE] = now[EMPLOYEES] + alone + now[CAME] - now[WENT] - worked


@once
def secondary_sectors(city: City) -> NDArray[np.bool_]:
    """Which sectors are secondary ones, the public one among all."""
    return sectors.secondary(city.sector_names)


def count_work(city: City) -> None:
    """Fill this month's series of firms and workplaces; the month's stocks of persons stand already.

        tertiary employed = staff of tertiary sectors, the public one among them + (flexible + owners)·tertiary share of firms' staff

    Flexible workers and owners have no sector of their own: assumption.
    """
    firms, now = city.firms, city.now
    at_work = at_firms(firms.n, firms.alive, firms.area, firms.sector, firms.staff, firms.thin, city.weight, secondary_sectors(city))
    tell_work(at_work, city.stocks, now)
    supported, trained = share_captured(city)
    now[S.captured_startup_hires] = supported * now[S.startup_hires]
    now[S.startup_trained] = trained


@while_rules_hold
def share_captured(city: City) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Share of start-ups that the bureau counts, and persons whom it trains to start a business in a month, by area."""
    p = city.setting.parameter
    return (city.setting.by_area("startup_capture") * p("startup_definition_ratio"),
            city.setting.control("startup_training", city.month) / 12 * p("startup_training_take_up"))
