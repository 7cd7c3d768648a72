"""Migration: workers from elsewhere arrive, and hukou holders who live elsewhere come home.

Outsiders go home with a yearly hazard, four fifths of it around the Spring Festival (January, February: assumption). Arrivals: each
area has a list of candidates a month that exists in every scenario; candidate c comes if its draw is below
`arrival_share` · (labour demand ÷ its start)^migration_elasticity · season. Returns: hukou holders of working age who live elsewhere
come back with a yearly hazard of the same season. Those who are out of work may also leave: see `separations`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from model import states as s
from model.arithmetic import power
from model.blocks import BLOCK, vanish
from model.luck import chance as chance_of
from model.luck import choose, draw64, hash_ids, uniform
from model.schooling import arrive_schooled
from model.series import S

if TYPE_CHECKING:
    from model.city import City

ARRIVAL_STREAM = np.uint64(0xA1)
RETURNS, DEPARTURES, EXITS = S.returns, S.departures, S.roster_exits
SEASON = np.array([0.3, 2.4, 1.6, 1.1, 1.0, 0.9, 0.9, 0.9, 0.9, 0.8, 0.7, 0.5])     # of arrivals by month, mean 1 (assumption)


@njit(cache=True)
def candidates(first, count, area, month, key, chance):  # type: ignore[no-untyped-def]
    """Ids of those of the `count` candidates of `area` who come this month. Slots are numbered from `first`."""
    out = np.empty(count, np.uint64)
    k = 0
    for slot in range(count):
        who = hash_ids(ARRIVAL_STREAM + np.uint64(area) * np.uint64(256), np.uint64(month), np.uint64(first + slot))
        if uniform(draw64(key, who)) < chance:
            out[k] = who
            k += 1
    return out[:k]


@njit(cache=True)
def move_in(  # type: ignore[no-untyped-def]
    rows, who, month, identity, birth, traits, area, state, spell, firm, where, doing, youngest, oldest, key,
):
    """Persons `who` from elsewhere take vacant `rows`: outsiders of `youngest` to `oldest` years."""
    for j in range(rows.size):
        i = rows[j]
        draw = draw64(key, who[j])
        identity[i] = who[j]
        birth[i] = month - 12 * (youngest + np.int64(choose(draw, np.uint64(oldest - youngest + 1)))) - np.int64(who[j] % np.uint64(12))
        traits[i] = s.OUTSIDER | s.RURAL | (s.FEMALE if draw & np.uint64(1) else 0)
        area[i], state[i], spell[i], firm[i] = where, doing, 0, s.NOBODY


@njit(parallel=True, cache=True)
def come_home(  # type: ignore[no-untyped-def]
    n, month, identity, birth, traits, area, state, spell, scheme, tally, key, chance, key_register, register
):
    """Hukou holders of 18 to 59 who live elsewhere and do not study return with probability threshold `chance`, look for work,
    and register as unemployed with probability `register`."""
    for b in prange(tally.shape[0]):
        for i in range(b * BLOCK, min(n, (b + 1) * BLOCK)):
            if state[i] == s.AWAY and not traits[i] & s.STUDIES_AWAY and draw64(key, identity[i]) < chance:
                if 216 <= month - np.int64(birth[i]) < 720:
                    state[i], spell[i] = s.UNEMPLOYED, 0
                    if uniform(draw64(key_register, identity[i])) < register:
                        scheme[i] |= s.REGISTERED
                    tally[b, RETURNS, area[i]] += 1


@njit(parallel=True, cache=True)
def go_home(n, identity, birth, traits, area, state, note, spell, scheme, firm, tally, key, chance):  # type: ignore[no-untyped-def]
    """Outsiders of working age who are not studying leave for good with probability threshold `chance`."""
    for b in prange(tally.shape[0]):
        for i in range(b * BLOCK, min(n, (b + 1) * BLOCK)):
            if traits[i] & s.OUTSIDER and s.FARM <= state[i] <= s.INACTIVE and draw64(key, identity[i]) < chance:
                tally[b, DEPARTURES, area[i]] += 1
                tally[b, EXITS, area[i]] += 1
                vanish(i, identity, birth, traits, area, state, note, spell, scheme, firm)


def usual_arrivals(city: City) -> NDArray[np.float64]:
    """Arrivals a year, rows by area, that replace the outsiders who go home or leave without work at the start."""
    p, people = city.setting.parameter, city.people
    state, outsider = people.state[: people.n], people.traits[: people.n] & s.OUTSIDER > 0
    adults = city.rows_by_area(outsider & (state >= s.FARM) & (state <= s.INACTIVE))
    jobless = city.rows_by_area(outsider & (state == s.UNEMPLOYED))
    return p("arrival_renewal") * (adults * p("outsider_return_rate") + 12 * jobless * p("outsider_leave_rate"))


def migrate(city: City) -> None:
    """Arrivals and returns of the month."""
    people, p, t = city.people, city.setting.parameter, city.month
    pull = [power(x, p("migration_elasticity")) for x in city.demand_index()]
    arrived = np.zeros(len(city.setting.areas), np.int64)
    leaving = city.new_tally()
    season = 0.4 if city.calendar_month <= 2 else 0.02
    go_home(people.n, *city.person_columns(), leaving, city.key("go home"), chance_of(p("outsider_return_rate") * season))
    city.add(leaving)
    city.count_staff()
    for a, yearly in enumerate(city.usual_arrivals):
        chance = p("arrival_share") * float(pull[a]) * SEASON[city.calendar_month - 1]
        count = int(round(yearly / 12 / p("arrival_share")))
        who = candidates(0, count, a, t, city.key("arrive"), chance)
        rows = people.settle(who.size)
        move_in(rows, who, t, people.id, people.birth, people.traits, people.area, people.state, people.spell, people.firm, a,
                s.UNEMPLOYED, 18, 45, city.key("who arrives"))
        arrive_schooled(city, rows)
        arrived[a] = who.size
    city.flow("arrivals", arrived)
    tally = city.new_tally()
    come_home(people.n, t, people.id, people.birth, people.traits, people.area, people.state, people.spell, people.scheme, tally,
              city.key("come home"), chance_of(p("away_return_rate") * season), city.key("register"), p("registration"))
    city.add(tally)
