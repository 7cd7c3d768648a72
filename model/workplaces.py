"""What is counted at workplaces: tertiary employment 三产从业, the net change of jobs, and jobs that start-ups bring 带动就业."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from model import commuting, sectors
from model.series import S

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


def count_work(city: City) -> None:
    """Fill this month's series of firms and workplaces; the month's stocks of persons stand already.

        tertiary employed = staff of tertiary sectors, the public one among them + (flexible + owners)·tertiary share of firms' staff

    Flexible workers and owners have no sector of their own: assumption.
    """
    firms, t, table, p = city.firms, city.month, city.table, city.setting.parameter
    open_firms, staff, in_tertiary = at_firms(firms.n, firms.alive, firms.area, firms.sector, firms.staff, firms.thin, city.weight,
                                              sectors.secondary(city.sector_names))
    table[S.firms, t] = open_firms
    share = in_tertiary / np.maximum(staff, 1.0)
    table[S.tertiary_employed, t] = in_tertiary + share * (table[S.flexible, t] + table[S.owners, t])
    came = table[S.commuters_in, t] - table[S.commuters_out, t] - commuting.net_commuters(city)
    table[S.nonfarm_change, t] = sum(table[getattr(S, name), t] - city.stock(name) for name in NONFARM) + came
    supported = city.setting.by_area("startup_capture") * p("startup_definition_ratio")
    table[S.captured_startup_hires, t] = supported * table[S.startup_hires, t]
    places = city.setting.control("startup_training", t) / 12
    table[S.startup_trained, t] = places * p("startup_training_take_up")
