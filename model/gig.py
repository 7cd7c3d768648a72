"""Flexible work 灵活就业: how many places it has, and how readily the unemployed find one.

    places(area) = places(0)·growth of demand without shocks·(force(t−1)/force(0))^demand_response
    chance       = take_flexible_work·(1 + gig_market_effect·sites per 100,000 of the force)·e^(10·gap + pull)
    gap          = 1 − flexible/places
    pull         ← pull + gap, within ±2

So flexible work takes up what is demanded of it and no more: without response of demand, more people who look do not find more of it. The
market sites 零工市场 shorten the search for it, and fill its places sooner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model.arithmetic import exp
from model.rulings import while_rules_hold

if TYPE_CHECKING:
    from model.city import City

STEEPNESS, FURTHEST = 10.0, 2.0


@while_rules_hold
def usual_sites(city: City) -> float:
    """Market sites per 100,000 of the force under the policy before the run."""
    return city.setting.usual("gig_markets") / max(float(city.force_at_start.sum()), 1.0) * 1e5


@njit(cache=True)
def chance_of_places(places, flexible, pull, markets, force, usual, effect, takes):  # type: ignore[no-untyped-def]
    """See `chance_of_flexible_work`. places: that are asked for this month; flexible, force: at the end of last month; usual: market sites
    per 100,000 of the force. The pull is brought up to date."""
    out = np.empty(places.size)
    for a in range(places.size):
        gap = 1.0 - flexible[a] / max(places[a], 1e-9) if places[a] > 0.0 else 0.0
        pull[a] = min(max(pull[a] + gap, -FURTHEST), FURTHEST)
        sites = markets[a] / max(force[a], 1.0) * 1e5
        ease = max(1.0 + effect * (sites - usual), 0.0)
        out[a] = min(takes * ease * exp(min(max(STEEPNESS * gap + pull[a], -4.0), 2.0)), 0.5)
    return out


def chance_of_flexible_work(city: City) -> NDArray[np.float64]:
    """Monthly probability that somebody without work takes it, by area; remembers the pull."""
    p, places = city.setting.parameter, city.flexible_at_start * city.steady_growth * city.supply
    chance: NDArray[np.float64] = chance_of_places(
        places, city.stock("flexible"), city.flexible_pull, city.setting.control("gig_markets", city.month), city.force(),
        usual_sites(city), p("gig_market_effect"), p("take_flexible_work"))
    return chance
