"""What a graduate weighs: the utility of this city, by area, against elsewhere.

    v = attraction(area) + taste_home·[local hukou] + taste_study·[studied here] + taste_wage·ln(wage here ÷ elsewhere)
        + taste_market·ln(posts open for the degree ÷ usual) − outside_distance·[outside] + policy
    policy = taste_subsidy · (a year's living subsidy + purchase grant ÷ years it is paid for, in months of the local wage)
             + taste_housing · ln(1 − apartment_discount · housed)
             + (taste_tours·ln(1 + tours ÷ 10) + taste_stations·ln(1 + stations ÷ 10))·[outside]

Neighbours may answer: with the control `neighbours_match` at m, policy − m·(policy − the usual policy) is left as the city's advantage.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import sectors
from model import states as s
from model.arithmetic import log, log_of
from model.setting import once

if TYPE_CHECKING:
    from model.city import City

OWN, NATIVE, OUTSIDE = range(3)
DEGREES = ("junior_college", "bachelor", "master", "doctor")
LOWEST = s.JUNIOR_COLLEGE               # schooling of the first of DEGREES
POSTS_FOR = np.array([[.15, .25, .35], [.05, .12, .45], [.0, .01, .07], [.0, .0, .01]])
"""Share of a sector's posts that ask for each degree, by the sector's tier of skill (assumption; only ratios between sectors matter)."""
FEWEST_POSTS = 0.05
"""Posts never count as fewer than this part of the usual number: the logarithm must end somewhere (assumption)."""
Floats = NDArray[np.float64]


@njit(cache=True)
def count_open(n, area, sector, alive, desired, staff, weight, sectors):  # type: ignore[no-untyped-def]
    """Open posts of all firms, real persons by area × sector."""
    out = np.zeros((weight.size, sectors))
    for f in range(n):
        if alive[f] and desired[f] > staff[f]:
            out[area[f], sector[f]] += (desired[f] - staff[f]) * weight[area[f]]
    return out


def open_posts(city: City) -> Floats:
    """Open posts of private firms, real persons by area × sector."""
    firms = city.firms
    found: Floats = count_open(firms.n, firms.area, firms.sector, firms.alive, firms.desired, firms.staff, city.weight,
                               len(city.sector_names))
    return found[:, :-1]


@once
def posts_for(city: City) -> Floats:
    """Share of the posts of each private sector that ask for each degree, (sectors, degrees)."""
    tier = sectors.column(city.sector_names[:-1], "tier").astype(int)
    return POSTS_FOR[:, tier].T


def posts_index(city: City) -> Floats:
    """Posts open for each degree against the usual number, (areas, degrees)."""
    usual = city.private_jobs @ posts_for(city) * city.setting.parameter("usual_unfilled_posts")
    now = open_posts(city) @ posts_for(city)
    return np.where(usual > 0, np.maximum(now, FEWEST_POSTS * usual) / np.maximum(usual, 1e-9), 1.0)


def policy(city: City, setting_of: Callable[[str], Floats], units: Floats) -> Floats:
    """Policy's part of the utility, (outside 0/1, areas, degrees), under the controls of `setting_of`; units: apartments by area."""
    p, wage = city.setting.parameter, city.setting.wage
    paid = np.stack([12 * setting_of(f"graduate_living_subsidy_{d}") for d in DEGREES], axis=1)
    for k, degree in enumerate(DEGREES[1:], start=1):
        paid[:, k] += setting_of(f"home_purchase_grant_{degree}") / p("purchase_grant_years")
    housed = np.minimum(1.0, units / np.maximum(city.outside_candidates * city.weight, 1.0))
    common = p("taste_subsidy") * paid / wage + p("taste_housing") * log_of(1.0 - p("apartment_discount") * housed)[:, None]
    known = (p("taste_tours") * log(1.0 + float(setting_of("campus_tours").mean()) / 10)
             + p("taste_stations") * log(1.0 + float(setting_of("talent_stations").mean()) / 10))
    return np.stack([common, common + known])


def advantage(city: City) -> Floats:
    """Policy's part that neighbours leave to the city, (outside 0/1, areas, degrees)."""
    setting, areas = city.setting, len(city.setting.areas)
    here = policy(city, lambda name: setting.control(name, city.month), setting.control("talent_apartments", city.month))
    matched = setting.control("neighbours_match", city.month)[:, None]
    if not matched.any():
        return here
    candidates = np.maximum(city.outside_candidates * city.weight, 1e-9)
    units = setting.usual("talent_apartments") * candidates / candidates.sum()
    usual = policy(city, lambda name: np.full(areas, setting.usual(name)), units)
    return here - matched * (here - usual)


def utility(city: City) -> Floats:
    """v by (stream, local hukou 0/1, degree, area)."""
    p = city.setting.parameter
    wage = p("taste_wage") * (p("log_wage_gap") + p("wage_response") * log(city.tightness))
    index = posts_index(city)
    market = p("taste_market") * log_of(index.ravel()).reshape(index.shape)
    base = city.setting.by_area("attraction")[:, None] + wage + market
    plain, known = advantage(city)
    v = np.stack([np.stack([base + part] * 2) for part in (plain, plain, known)])
    v[:, 1] += p("taste_home")
    v[OWN] += p("taste_study")
    v[OUTSIDE] -= p("outside_distance")
    return np.ascontiguousarray(v.transpose(0, 1, 3, 2))
