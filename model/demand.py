"""Labour demand: how many staff each firm wants.

    shares    a firm's target moves with Laplace shocks whose spread falls with size, σ(n) = σ10 · (n/10)^slope a year
              (made so that the expected factor is 1); firms close at a hazard by size and age
    total     the targets of a block (area × sector) are scaled to its demand D, so that jobs lost with a closed firm
              are taken up by the firms that stay and the firms that open, and the stock does not drift:
                  D(t) = D(0) · G_sector(t) · (L(t)/L(0))^demand_response · shocks
              Σ desired = D · (1 + usual share of unfilled posts) − excess staff of firms that hold more than they want:
              people who are kept on produce part of what is demanded, and posts that stand open produce nothing
              G: elasticity of employment to value added × real GDP growth, compounded by month; L: labour force of the area
Public employers keep their staff.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import states as s
from model.arithmetic import exp, log, power
from model.luck import draw64, threshold, uniform
from model.sectors import hit, secondary
from model.setting import month_of

if TYPE_CHECKING:
    from model.city import City
    from model.setting import Setting

SMALLEST = 1.0
YOUNG_MONTHS = 72
ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


@njit(cache=True)
def move(  # type: ignore[no-untyped-def]
    n, month, identity, area, alive, ownership, thin, founded, target, layoff, staff, key_shock, key_exit, sd10, slope, exit_hazard,
    young, closed,
):
    """Closures and share shocks of the month.

    exit_hazard: monthly, by real size < 10, 10-50, 50-300, more; young: its multiplier below six years; closed[area] is raised by one
    for each closure.
    """
    for f in range(n):
        layoff[f] = np.uint64(0)
        if not alive[f] or ownership[f] >= s.STATE_ORGAN:
            continue
        size = max(target[f], SMALLEST)
        band = 0 if size < 10 else 1 if size < 50 else 2 if size < 300 else 3
        hazard = exit_hazard[band] * (young if month - founded[f] < YOUNG_MONTHS else 1.0)
        if draw64(key_exit, identity[f]) < threshold(hazard):
            alive[f] = False
            target[f] = 0.0
            layoff[f] = ALL
            closed[area[f]] += 1.0 / thin[f]
            continue
        sd = sd10 * exp(slope * log(size / 10.0)) / 3.4641016151377544       # yearly spread over sqrt(12)
        half = min(sd / 1.4142135623730951, 0.9)                              # Laplace scale b, variance 2b²
        u = uniform(draw64(key_shock, identity[f])) - 0.5
        laplace = -half * log(max(1.0 - 2.0 * abs(u), 1e-15)) * (1.0 if u >= 0 else -1.0)
        target[f] = max(size * exp(laplace) * (1.0 - half * half), SMALLEST)  # E[exp(Laplace)] = 1/(1 − b²)


@njit(cache=True)
def scale_to_demand(  # type: ignore[no-untyped-def]
    n, identity, area, sector, alive, ownership, thin, staff, target, desired, weight, demand, unfilled, key_round,
):
    """Scale the targets of each (area, sector) to `demand`, and round them to rows of staff with the firm's lasting draw."""
    wanted, excess = np.zeros(demand.shape), np.zeros(demand.shape)
    for f in range(n):
        if alive[f] and ownership[f] < s.STATE_ORGAN:
            wanted[area[f], sector[f]] += target[f] * weight[area[f]] / thin[f]
            excess[area[f], sector[f]] += max(staff[f] - desired[f], 0) * weight[area[f]]
    for f in range(n):
        if not alive[f]:
            desired[f] = 0
        elif ownership[f] < s.STATE_ORGAN:
            block = wanted[area[f], sector[f]]
            if block > 0.0:
                left = demand[area[f], sector[f]] * (1.0 + unfilled) - excess[area[f], sector[f]]
                target[f] *= max(left, 0.5 * demand[area[f], sector[f]]) / block
            desired[f] = max(1, np.int64(target[f] / thin[f] + uniform(draw64(key_round, identity[f]))))


def exit_hazards(setting: Setting) -> NDArray[np.float64]:
    """Monthly exit hazards of firms of < 10, 10-50, 50-300 and more real staff."""
    return np.array([setting.parameter(f"firm_exit_{size}") / 12 for size in ("micro", "small", "middle", "large")])


def closures(size: NDArray[np.float64], young: NDArray[np.bool_], setting: Setting) -> NDArray[np.float64]:
    """Monthly exit probability of firms of these real sizes."""
    ratio = np.where(young, setting.parameter("young_firm_exit_ratio"), 1.0)
    return exit_hazards(setting)[np.searchsorted([10, 50, 300], size, side="right")] * ratio


def growth_factor(city: City) -> np.ndarray:
    """Growth of labour demand since the start, by sector: ∏ (1 + elasticity · g(year))^(1/12) over the months so far."""
    p = city.setting.parameter
    elasticity = np.where(secondary(city.sector_names[:-1]), p("employment_elasticity_industry"), p("employment_elasticity_services"))
    factor = np.ones(elasticity.size)
    for m in range(city.month + 1):
        g = city.setting.growth.get(city.setting.start_year + m // 12, 0.0)
        factor *= 1.0 + elasticity * g / 12.0
    return factor


def shock_factor(city: City) -> np.ndarray:
    """Product of the shocks in force this month, by sector."""
    factor = np.ones(len(city.sector_names) - 1)
    for shock in city.setting.shocks:
        first = month_of(city.setting.start_year, shock.start)
        if first <= city.month < first + shock.months:
            factor[hit(shock.sector, city.sector_names[:-1])] *= 1.0 + shock.size
    return factor


def plan_staff(city: City) -> None:
    """Closures, share shocks, and the desired staff of every firm this month."""
    firms, p = city.firms, city.setting.parameter
    closed = np.zeros(len(city.setting.areas))
    move(firms.n, city.month, firms.id, firms.area, firms.alive, firms.ownership, firms.thin, firms.founded, firms.target, firms.layoff,
         firms.staff, city.key("firm shock"), city.key("firm exit"), p("growth_sd_at_10"), p("growth_sd_slope"), exit_hazards(city.setting),
         p("young_firm_exit_ratio"), closed)
    supply = np.array([power(ratio, p("demand_response")) for ratio in city.force() / city.force_at_start])
    city.demand = demand = city.demand_at_start * (growth_factor(city) * shock_factor(city))[None, :] * supply[:, None]
    scale_to_demand(firms.n, firms.id, firms.area, firms.sector, firms.alive, firms.ownership, firms.thin, firms.staff, firms.target,
                    firms.desired, city.weight, demand, p("usual_unfilled_posts"), city.lasting("rounding"))
    city.flow("firm_exits", closed)
