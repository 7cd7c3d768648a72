"""Where people look for work: the network of feasible moves between sectors 可行流动网络, and the tier of skill that a person offers.

    P(sector k | last trade j, tier t, area where she looks) ∝ jobs(area, k) · near(j, k) · fit(t, k)
    near  trade_attachment in the own trade, branch_attachment in its branch (secondary or tertiary), 1 elsewhere or without a trade
    fit   underqualified_look per step of skill that the sector asks for and the person lacks; overqualified_look per step beyond

jobs: what firms of the area ask for now; public employers count for as many jobs as usually leave as many posts open as they have now
(open posts ÷ usual_unfilled_posts), since few of theirs ever fall open. Tiers: 0 none; 1 senior
secondary school or any grade 技能等级; 2 college or any title 职称. A sector's tier stands in sectors.yaml.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import sectors
from model import states as s
from model.arithmetic import line_sum
from model.blocks import DRAWN
from model.compiler import by_parts
from model.luck import draw_each, place_on, uniform

if TYPE_CHECKING:
    from model.city import City

TIERS = 3
LEAST_OPEN = 1e-3


@njit(inline="always")
def tier_of(schooling, skill):  # type: ignore[no-untyped-def]
    """Tier of skill that a person offers: 0, 1 or 2."""
    level = schooling & s.SCHOOLING
    if level >= s.JUNIOR_COLLEGE or skill & s.TITLE:
        return 2
    return 1 if level >= s.SENIOR_SECONDARY or skill & s.GRADE else 0


@by_parts
def choose_blocks(  # type: ignore[no-untyped-def]
    part, rows, identity, area, schooling, skill, trade, ways, key, home, line, key_area, out,
):
    """Write to `out` the block (area × sector) in which each searcher looks; ways: cumulative chances, (areas, trades + 1, tiers,
    sectors); home, line: those of areas (`commuting.reach`)."""
    k = ways.shape[3]
    for b in range(*part):
        first, ids, draws = b * DRAWN, np.empty(DRAWN, np.uint64), np.empty((2, DRAWN), np.uint64)
        some, looks = rows[first: first + DRAWN], out[first: first + DRAWN]
        n = some.size
        for j in range(n):
            ids[j] = identity[np.uint64(some[j])]
        draw_each(key, ids[:n], draws[0])
        draw_each(key_area, ids[:n], draws[1])
        for j in range(n):
            i = np.uint64(some[j])
            lives, t, tier = area[i], trade[i], tier_of(schooling[i], skill[i])
            a, where = np.int64(lives), uniform(draws[1, j])
            if where >= home[lives]:
                a = place_on(line[lives], where)
            looks[j] = a * k + place_on(ways[a, t, tier], uniform(draws[0, j]))


def nearness(city: City) -> NDArray[np.float64]:
    """near·fit of the module's equation: (trades + 1, tiers, sectors)."""
    p, names = city.setting.parameter, city.sector_names
    k, branch = len(names), sectors.secondary(names)
    near = np.ones((k + 1, k))
    near[1:] = np.where(branch[:, None] == branch[None, :], p("branch_attachment"), 1.0)
    near[np.arange(1, k + 1), np.arange(k)] = p("trade_attachment")
    gap = sectors.column(names, "tier")[None, :] - np.arange(TIERS)[:, None]
    under, over = p("underqualified_look"), p("overqualified_look")
    fit = np.array([[under ** int(g) if g > 0 else over ** int(-g) for g in row] for row in gap.tolist()])
    return near[:, None, :] * fit[None, :, :]


@njit(cache=True)
def side_by_side(demand, open_public, usual):  # type: ignore[no-untyped-def]
    """See `jobs_asked`. usual: posts that stand open, of all; no number is quite nought."""
    out = np.empty((demand.shape[0], demand.shape[1] + 1))
    for a in range(demand.shape[0]):
        out[a, :-1] = demand[a] + 1e-9
        out[a, -1] = open_public[a] / usual + 1e-9
    return out


def jobs_asked(city: City) -> NDArray[np.float64]:
    """jobs of the module's equation this month, (areas, sectors)."""
    usual = max(city.setting.parameter("usual_unfilled_posts"), LEAST_OPEN)
    asked: NDArray[np.float64] = side_by_side(city.demand, city.open_public, usual)
    return asked


@njit(cache=True)
def lines_of(jobs, nearness):  # type: ignore[no-untyped-def]
    """See `ways`; nearness: (trades + 1, tiers, sectors)."""
    out, chances = np.empty((jobs.shape[0], nearness.shape[0], nearness.shape[1], nearness.shape[2])), np.empty(jobs.shape[1])
    for a in range(out.shape[0]):
        for t in range(out.shape[1]):
            for tier in range(out.shape[2]):
                for k in range(chances.size):
                    chances[k] = jobs[a, k] * nearness[t, tier, k]
                total, below = line_sum(chances), 0.0
                for k in range(chances.size):
                    below += chances[k] / total
                    out[a, t, tier, k] = below
    return out


def ways(city: City, jobs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cumulative chances of looking in each sector this month, (areas, trades + 1, tiers, sectors); jobs: `jobs_asked`."""
    lines: NDArray[np.float64] = lines_of(jobs, city.nearness)
    return lines
