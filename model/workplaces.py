"""What is counted at workplaces: tertiary employment 三产从业, the net change of jobs, and jobs that start-ups bring 带动就业."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from model import commuting, sectors
from model.series import S

if TYPE_CHECKING:
    from model.city import City

NONFARM = ("employees", "flexible", "owners")


def count_work(city: City) -> None:
    """Fill this month's series of workplaces; the month's stocks of persons stand already.

        tertiary employed = staff of tertiary sectors, the public one among them + (flexible + owners)·tertiary share of firms' staff

    Flexible workers and owners have no sector of their own: assumption.
    """
    firms, t, table, p = city.firms, city.month, city.table, city.setting.parameter
    alive = np.flatnonzero(firms.alive[: firms.n])
    where = firms.area[alive]
    staff, areas = firms.staff[alive] * city.weight[where], len(city.weight)
    tertiary = ~sectors.secondary(city.sector_names)[firms.sector[alive]]
    in_tertiary = np.bincount(where, staff * tertiary, areas)
    share = in_tertiary / np.maximum(np.bincount(where, staff, areas), 1.0)
    table[S.tertiary_employed, t] = in_tertiary + share * (table[S.flexible, t] + table[S.owners, t])
    came = table[S.commuters_in, t] - table[S.commuters_out, t] - commuting.net_commuters(city)
    table[S.nonfarm_change, t] = sum(table[getattr(S, name), t] - city.stock(name) for name in NONFARM) + came
    supported = city.setting.by_area("startup_capture") * p("startup_definition_ratio")
    table[S.captured_startup_hires, t] = supported * table[S.startup_hires, t]
    places = city.setting.control("startup_training", t) / 12
    table[S.startup_trained, t] = places * p("startup_training_take_up")
