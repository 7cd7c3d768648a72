"""Start-ups: people who become owners, and the firms that some of them open.

    hazard a month = usual hazard · (1 + loan_effect · (loans ÷ usual loans − 1) + training_effect · (places ÷ usual places − 1))

for persons in flexible work or unemployed, 20 to 54 years old. The usual hazard renews the owners who give up at the start
(× startup_renewal), and the share of founders who open a firm with staff renews the firms that close (× firm_renewal), so that
neither stock drifts by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange

from model import states as s
from model.arithmetic import log
from model.blocks import BLOCK, rows_where
from model.demand import YOUNG_MONTHS, closures
from model.luck import draw64, hash_ids, threshold, uniform
from model.series import S

if TYPE_CHECKING:
    from model.city import City

STARTUPS, FIRST = S.startups, S.first_registrations
START_STREAM = np.uint64(0x57)


@njit(parallel=True, cache=True)
def found(n, month, identity, birth, area, state, note, spell, scheme, tally, chance, key):  # type: ignore[no-untyped-def]
    """Who becomes an owner this month; chance: threshold by area."""
    for b in prange(tally.shape[0]):
        for i in range(b * BLOCK, min(n, (b + 1) * BLOCK)):
            doing = state[i]
            if (doing == s.FLEXIBLE or doing == s.UNEMPLOYED) and draw64(key, identity[i]) < chance[area[i]]:
                if 240 <= month - np.int64(birth[i]) < 660:
                    state[i], spell[i], note[i] = s.OWNER, 0, s.FOUNDED
                    tally[b, STARTUPS, area[i]] += 1
                    if not scheme[i] & s.COUNTED:
                        tally[b, FIRST, area[i]] += 1
                    scheme[i] = (scheme[i] & s.PENSION_KIND) | s.COUNTED


@njit(cache=True)
def first_size(identity, key, mean):  # type: ignore[no-untyped-def]
    """Staff wanted by new firms: geometric with the given mean, at least 1."""
    out = np.empty(identity.size, np.float64)
    stay = 1.0 - 1.0 / mean
    for j in range(identity.size):
        u = max(uniform(draw64(key, identity[j])), 1e-12)
        out[j] = 1.0 + np.floor(log(u) / log(stay))
    return out


def hazard(city: City) -> np.ndarray:
    """Monthly start-up hazard by area."""
    p = city.setting.parameter
    loans, places = (city.setting.control(name, city.month).sum() for name in ("startup_loans", "startup_training"))
    lift = 1.0
    if city.loans_at_start > 0:
        lift += p("startup_loan_effect") * (loans / city.loans_at_start - 1.0)
    if city.startup_places_at_start > 0:
        lift += p("startup_training_effect") * (places / city.startup_places_at_start - 1.0)
    return city.startup_hazard * max(lift, 0.0)


def usual_rates(city: City) -> tuple[np.ndarray, float]:
    """(monthly start-up hazard by area, share of founders with staff) that renew the owners and the firms of the start."""
    p, people, firms = city.setting.parameter, city.people, city.firms
    n, age = people.n, -people.birth[: people.n].astype(np.int64)
    state = people.state[:n]
    able = city.rows_by_area(((state == s.FLEXIBLE) | (state == s.UNEMPLOYED)) & (age >= 240) & (age < 660))
    leaving = city.rows_by_area(state == s.OWNER) * p("owner_exit") / 12
    private = np.flatnonzero(firms.ownership[: firms.n] < s.STATE_ORGAN)
    closing = closures(firms.target[private], firms.founded[private] > -YOUNG_MONTHS, city.setting)
    lost = float((closing * city.weight[firms.area[private]] / firms.thin[private]).sum())
    starts = float((p("startup_renewal") * leaving * city.weight).sum())
    return p("startup_renewal") * leaving / np.maximum(able, 1), min(1.0, p("firm_renewal") * lost / max(starts, 1e-9))


def start_up(city: City) -> None:
    """The month's founders, and the firms that they open."""
    people, p, t = city.people, city.setting.parameter, city.month
    tally = city.new_tally()
    found(people.n, t, people.id, people.birth, people.area, people.state, people.note, people.spell, people.scheme, tally,
          np.array([threshold(h) for h in hazard(city)], np.uint64), city.key("start up"))
    city.add(tally)
    founders = rows_where(people.note, s.FOUNDED, s.FOUNDED, people.n)
    founders = founders[city.draws("opens firm", people.id[founders]) < threshold(city.founders_with_staff)]
    city.open_firms(np.array([hash_ids(START_STREAM, people.id[i], np.uint64(t)) for i in founders], np.uint64),
                    people.area[founders].astype(np.int64), first_size, p("startup_first_staff"))
