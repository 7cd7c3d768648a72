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
from numpy.typing import NDArray

from model.arithmetic import exp_of
from model.rulings import while_rules_hold

if TYPE_CHECKING:
    from model.city import City

STEEPNESS, FURTHEST = 10.0, 2.0


def places(city: City) -> NDArray[np.float64]:
    """Places in flexible work that are asked for this month, real persons by area."""
    return city.flexible_at_start * city.steady_growth * city.supply


@while_rules_hold
def usual_sites(city: City) -> float:
    """Market sites per 100,000 of the force under the policy before the run."""
    return city.setting.usual("gig_markets") / max(float(city.force_at_start.sum()), 1.0) * 1e5


def chance_of_flexible_work(city: City) -> NDArray[np.float64]:
    """Monthly probability that somebody without work takes it, by area; remembers the pull."""
    p, wanted = city.setting.parameter, places(city)
    gap = np.where(wanted > 0, 1.0 - city.stock("flexible") / np.maximum(wanted, 1e-9), 0.0)
    city.flexible_pull = np.minimum(np.maximum(city.flexible_pull + gap, -FURTHEST), FURTHEST)
    sites = city.setting.control("gig_markets", city.month) / np.maximum(city.force(), 1.0) * 1e5
    ease = np.maximum(1.0 + p("gig_market_effect") * (sites - usual_sites(city)), 0.0)
    pressing = np.minimum(np.maximum(STEEPNESS * gap + city.flexible_pull, -4.0), 2.0)
    return np.minimum(p("take_flexible_work") * ease * exp_of(pressing), 0.5)
