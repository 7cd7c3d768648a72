"""What is counted at workplaces: tertiary employment 三产从业, the net change of jobs, and jobs that start-ups bring 带动就业."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import commuting, sectors
from model.parts import places_of
from model.rulings import while_rules_hold
from model.series import S
from model.setting import once

if TYPE_CHECKING:
    from model.city import City

NONFARM = ("employees", "flexible", "owners")


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


@once
def secondary_sectors(city: City) -> NDArray[np.bool_]:
    """Which sectors are secondary ones, the public one among all."""
    return sectors.secondary(city.sector_names)


def count_work(city: City) -> None:
    """Fill this month's series of firms and workplaces; the month's stocks of persons stand already.

        tertiary employed = staff of tertiary sectors, the public one among them + (flexible + owners)·tertiary share of firms' staff

    Flexible workers and owners have no sector of their own: assumption.
    """
    firms, t, table = city.firms, city.month, city.table
    open_firms, staff, in_tertiary = at_firms(firms.n, firms.alive, firms.area, firms.sector, firms.staff, firms.thin, city.weight,
                                              secondary_sectors(city))
    table[S.firms, t] = open_firms
    share = in_tertiary / np.maximum(staff, 1.0)
    table[S.tertiary_employed, t] = in_tertiary + share * (table[S.flexible, t] + table[S.owners, t])
    stocks = places_of(NONFARM)
    came = table[S.commuters_in, t] - table[S.commuters_out, t] - commuting.net_commuters(city)
    table[S.nonfarm_change, t] = np.add.reduce(table[stocks, t] - city.stocks[stocks]) + came
    supported, trained = share_captured(city)
    table[S.captured_startup_hires, t] = supported * table[S.startup_hires, t]
    table[S.startup_trained, t] = trained


@while_rules_hold
def share_captured(city: City) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Share of start-ups that the bureau counts, and persons whom it trains to start a business in a month, by area."""
    p = city.setting.parameter
    return (city.setting.by_area("startup_capture") * p("startup_definition_ratio"),
            city.setting.control("startup_training", city.month) / 12 * p("startup_training_take_up"))
