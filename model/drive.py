"""The enrolment drive 扩面行动, firm by firm: wage sheets are matched with tax data, and those who seem to leave staff out are visited.

    suspected   private firms of the size class with taste + odds + drive + level(area) < drive_full_odds
    visits      a twelfth of `enrolment_drive_*` · (firms suspected now + visited this year) a month, each firm once a year
    order       a race: exponential time (drawn for the year) ÷ missing staff, missing = real staff · (1 − Λ(those log-odds))
    effect      drive += drive_effect, and all staff are reviewed in the same month

The match puts those first who leave out most, so that the next visit finds fewer than the last. Real firms are counted; the fraction of
a month is settled by the draw of area and size class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import states as s
from model.arithmetic import log, logistic
from model.compiler import lent
from model.luck import draw64, uniform
from model.rulings import while_rules_hold

if TYPE_CHECKING:
    from model.city import City

BANDS = ("small", "mid", "large")
"""Real staff of under 10, 10 to 50, over 50, as the drive of 徐州 tells them apart."""


@njit(inline="always")
def size_band(real):  # type: ignore[no-untyped-def]
    """0: < 10 real staff, 1: 10-50, 2: 50-300, 3: more."""
    return 0 if real < 10 else 1 if real < 50 else 2 if real < 300 else 3


@njit(inline="always")
def band_of(real):  # type: ignore[no-untyped-def]
    """Place in BANDS."""
    return 0 if real < 10 else 1 if real <= 50 else 2


@njit(cache=True)
def suspect(  # type: ignore[no-untyped-def]
    n, identity, area, alive, ownership, staff, thin, drive, visits, taste, by_size, level, weight, share, full, key,
):
    """Rows of the suspected firms, their times in the race, and the real firms on the year's list by area and band."""
    running, time, found, listed = np.empty(n, np.int64), np.empty(n), 0, np.zeros(share.shape)
    for f in range(n):
        if not alive[f] or ownership[f] >= s.STATE_ORGAN or staff[f] == 0:
            continue
        a, real = area[f], staff[f] * thin[f]
        k = band_of(real)
        if share[a, k] <= 0.0:
            continue
        x = taste[f] + by_size[size_band(real)] + drive[f] + level[a]
        done = visits[f] & s.VISITED_THIS_YEAR
        if done or x < full:
            listed[a, k] += weight[a] / thin[f]
        if not done and x < full:
            running[found] = f
            time[found] = -log(max(uniform(draw64(key, identity[f])), 1e-15)) / max(real * (1.0 - logistic(x)), 1e-9)
            found += 1
    return running[:found].copy(), time[:found].copy(), listed


@lent
def call(running, area, staff, thin, drive, visits, review, weight, places, luck, effect, visited):  # type: ignore[no-untyped-def]
    """Visit the first of `running` (rows of firms, in the order of the race) while the `places` of their area and band last; the fraction
    is settled by `luck`. visited: counted by area and band, in rows."""
    ahead = np.zeros(places.shape)                      # whole firms: sums are exact
    for f in running:
        a, k = area[f], band_of(staff[f] * thin[f])
        behind = weight[a] / thin[f]
        if ahead[a, k] + luck[a, k] * behind < places[a, k]:
            drive[f] += effect
            visits[f] |= s.VISITED + s.VISITED_THIS_YEAR + s.VISITED_NOW
            review[f] = True
            visited[a, k] += 1.0 / thin[f]
        ahead[a, k] += behind


@while_rules_hold
def shares_to_visit(city: City) -> NDArray[np.float64]:
    """Share of suspected firms to be visited in a year, (areas, BANDS)."""
    return np.stack([city.setting.control(f"enrolment_drive_{band}", city.month) for band in BANDS], axis=1)


def visit(city: City, by_size: NDArray[np.float64]) -> None:
    """The month's visits: who is visited has more drive and reviews all staff. by_size: log-odds of insuring by size."""
    firms, p, n = city.firms, city.setting.parameter, city.firms.n
    firms.visits[:n] &= 255 - s.VISITED_NOW - s.INSPECTED_NOW - (s.VISITED_THIS_YEAR if city.calendar_month == 1 else 0)
    share = shares_to_visit(city)
    if not np.count_nonzero(share):
        return
    running, time, listed = suspect(n, firms.id, firms.area, firms.alive, firms.ownership, firms.staff, firms.thin, firms.drive,
                                    firms.visits, firms.taste, by_size, city.enrolment_level, city.weight, share, p("drive_full_odds"),
                                    city.yearly("visit order"))
    running = running[np.argsort(time)]                 # no two times are equal: 53 bits of luck each
    luck = city.draws_uniform("visits", np.arange(share.size, dtype=np.uint64)).reshape(share.shape)
    visited = np.zeros_like(share)
    call(running, firms.area, firms.staff, firms.thin, firms.drive, firms.visits, firms.review, city.weight, share / 12 * listed, luck,
         p("drive_effect"), visited)
    for rows in visited.T:                              # one band after the other
        city.flow("drive_visits", rows)
