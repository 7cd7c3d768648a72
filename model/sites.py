"""Construction workers insured by project 建设工程按项目参保: injury insurance that does not ask what the firm does for its staff.

    insured site   a private construction firm with u < project_share(area), u lasting for the firm; its workers have injury insurance
    rest           with u(year) < site_rest · part of the month within twenty days before and fifteen after New Year's Day 春节
    project_share  project_injury_share, in an area at most as much as leaves half of its injury-only class to the firms (assumption)

Building permits ask for the insurance since 2015 (人社部发〔2014〕103号, recalled); a city that begins earlier has none (assumption). The
premium is a share of the project's cost in law; here it is the firm's rate on the worker's base (assumption). A firm whose site opens or
rests reviews its staff in that month.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model import spring_festival
from model import states as s
from model.compiler import lent
from model.luck import draw64, uniform

if TYPE_CHECKING:
    from model.city import City

SINCE = 2015
SECTOR = "construction"


def construction(city: City) -> NDArray[np.intp]:
    """Rows of Firms of living private construction firms."""
    firms, n = city.firms, city.firms.n
    if SECTOR not in city.sector_names:
        return np.zeros(0, np.intp)
    builds = np.flatnonzero(firms.sector[:n] == city.sector_names.index(SECTOR))
    return builds[firms.alive[builds] & (firms.ownership[builds] < s.STATE_ORGAN)]


def insured_sites(city: City) -> NDArray[np.intp]:
    """Rows of the firms whose workers are insured by project when no site rests."""
    firms, rows = city.firms, construction(city)
    return rows[city.lasting_draws("insured by project", firms.id[rows]) < city.project_share[firms.area[rows]]]


@lent
def turn_sites(n, sector, alive, ownership, identity, area, visits, review, builds, share, resting, key, key_rest):  # type: ignore[no-untyped-def]
    """Mark in `visits` whose sites are at work (see `insured_sites`), of which a share `resting` rests; whose has opened or come to rest
    reviews its staff. builds: the sector of construction."""
    for f in range(n):
        at_work = sector[f] == builds and alive[f] and ownership[f] < s.STATE_ORGAN
        at_work = at_work and uniform(draw64(key, identity[f])) < share[area[f]]
        at_work = at_work and not (resting > 0.0 and uniform(draw64(key_rest, identity[f])) < resting)
        if at_work != (visits[f] & s.SITE != 0):
            visits[f] ^= s.SITE
            review[f] = True


def open_and_rest(city: City) -> None:
    """Which sites are at work this month; firms whose site has opened or come to rest review their staff."""
    firms = city.firms
    if SECTOR not in city.sector_names:
        return
    resting = city.setting.parameter("site_rest") * spring_festival.part_at_rest(city.year, city.calendar_month)
    turn_sites(firms.n, firms.sector, firms.alive, firms.ownership, firms.id, firms.area, firms.visits, firms.review,
               city.sector_names.index(SECTOR), city.project_share, resting, city.lasting("insured by project"), city.yearly("site rests"))


def mark_sites(city: City, at_work: NDArray[np.intp]) -> None:
    """Write down whose sites are at work: those of the firms in rows `at_work`."""
    city.firms.visits[: city.firms.n] &= 255 - s.SITE
    city.firms.visits[at_work] |= s.SITE
