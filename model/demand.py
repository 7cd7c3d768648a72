"""Labour demand: how many staff each firm wants.

    shares    a firm's target moves with Laplace shocks whose spread falls with size, σ(n) = σ10 · (n/10)^slope a year
              (made so that the expected factor is 1); firms close at a hazard by size and age
    total     the targets of a block (area × sector) are scaled to its demand D, so that jobs lost with a closed firm
              are taken up by the firms that stay and the firms that open, and the stock does not drift:
                  D(t) = D(0) · G_sector(t) · (L(t)/L(0))^demand_response · shocks + what demand-side policy adds − what it displaces
              Σ desired = D + g + open − (excess + D − staff − g)⁺        g = max(D − staff, −open)
              excess: staff of firms that hold more than they want; in a slump open posts are cut first, and what the whole block has
              too many beyond them is no other firm's post
              open ← open + recruiting_speed·max(D − staff, −open), at most .3·D, at first usual_unfilled_posts·D: firms learn how
              many posts must stand open for the staff that demand asks for, and forget them no faster. So staff follows demand,
              however easily posts are filled: what makes matching easier or brings more searchers changes vacancies and queues, and
              jobs only through demand
              G: elasticity of employment to value added × real GDP growth, compounded by month; L: labour force of the area
Public employers keep their staff.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import distress, support
from model import states as s
from model.arithmetic import exp_each, log_each, power_of
from model.blocks import DRAWN
from model.compiler import lent
from model.distress import SMALLEST, powers_of_size
from model.luck import draw64, draw_each, threshold, uniform
from model.rulings import while_rules_hold
from model.sectors import hit, secondary
from model.setting import month_of, once

if TYPE_CHECKING:
    from model.city import City
    from model.setting import Setting

ENTRY_SPEED = 1 / 12            # how fast new firms take the place of closed ones
IN_DISTRESS = 0.03              # share of firms in distress that the standing state of the model comes to
SQRT_12, SQRT_2 = 3.4641016151377544, 1.4142135623730951
MOST_OPEN = 0.3                 # posts that stand open, of demand, at most
YOUNG = np.array([12, 36, 84, 120])     # months of age: the exit hazard rises to `young_firm_exit_ratio` and falls back to 1
ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


@lent
def shocked(identity, target, key, sd10, slope, out):  # type: ignore[no-untyped-def]
    """Targets of a stretch of firms, DRAWN at most, after the month's shock, into `out`: loops that go without branches."""
    n = target.size
    draws, work = np.empty(DRAWN, np.uint64), np.empty((2, DRAWN), np.float64)
    x, spread, shock = work[0, :n], work[1, :n], out[:n]
    draw_each(key, identity, draws)
    powers_of_size(target, slope, x, spread)
    for j in range(n):
        spread[j] = min(sd10 * spread[j] / SQRT_12 / SQRT_2, 0.9)         # Laplace scale b of a month, variance 2b²
        x[j] = max(1.0 - 2.0 * abs(uniform(draws[j]) - 0.5), 1e-15)
    log_each(x, shock)
    for j in range(n):
        x[j] = -spread[j] * shock[j] * (1.0 if uniform(draws[j]) >= 0.5 else -1.0)
    exp_each(x, shock)
    for j in range(n):
        shock[j] = max(max(target[j], SMALLEST) * shock[j] * (1.0 - spread[j] * spread[j]), SMALLEST)   # E[exp(Laplace)] = 1/(1 − b²)


@lent
def move(  # type: ignore[no-untyped-def]
    n, month, identity, area, alive, ownership, thin, founded, target, layoff, distress, origin, key_shock, key_exit, sd10, slope,
    exit_hazard, by_age, in_distress, hosted, closed,
):
    """Closures and share shocks of the month.

    exit_hazard: monthly, by real size < 10, 10-50, 50-300, more; by_age: its multiplier by months of age; in_distress: those out of
    and in distress; hosted: of firms in an incubator; closed[area] is raised by one for each closure.
    """
    closing, moved = np.empty(DRAWN, np.uint64), np.empty(DRAWN, np.float64)
    for at in range(0, n, DRAWN):
        to = min(at + DRAWN, n)
        draw_each(key_exit, identity[at:to], closing)
        shocked(identity[at:to], target[at:to], key_shock, sd10, slope, moved)
        for j in range(to - at):
            f = np.uint64(at + j)
            layoff[f] = np.uint64(0)
            if not alive[f] or ownership[f] >= s.STATE_ORGAN:
                continue
            size = max(target[f], SMALLEST)
            band = 0 if size < 10 else 1 if size < 50 else 2 if size < 300 else 3
            hazard = exit_hazard[band] * by_age[min(max(month - founded[f], 0), by_age.size - 1)]
            hazard *= in_distress[1 if distress[f] > 0 else 0]
            if origin[f] & s.HOSTED:
                hazard *= hosted
            if closing[j] < threshold(hazard):
                alive[f] = False
                target[f] = 0.0
                layoff[f] = ALL
                closed[area[f]] += 1.0 / thin[f]
            else:
                target[f] = moved[j]


@lent
def scale_to_demand(  # type: ignore[no-untyped-def]
    n, identity, area, sector, alive, ownership, thin, staff, target, desired, weight, demand, unfilled, strain, speed, key_round,
):
    """Scale the targets of each (area, sector) to `demand`, and round them to rows of staff with the firm's lasting draw.

    unfilled: posts that stand open by habit, by area and sector; moved by `speed` times the staff that is wanting. strain: what the
    whole block has too many beyond its open posts, as a share of its staff."""
    wanted, excess, held = np.zeros(demand.shape), np.zeros(demand.shape), np.zeros(demand.shape)
    for f in range(n):
        if alive[f] and ownership[f] < s.STATE_ORGAN:
            wanted[area[f], sector[f]] += target[f] * weight[area[f]] / thin[f]
            excess[area[f], sector[f]] += max(staff[f] - desired[f], 0) * weight[area[f]]
            held[area[f], sector[f]] += staff[f] * weight[area[f]]
    for a in range(demand.shape[0]):
        for k in range(demand.shape[1]):
            gap = max(demand[a, k] - held[a, k], -unfilled[a, k])
            unfilled[a, k] = min(unfilled[a, k] + speed * gap, MOST_OPEN * demand[a, k])
            strain[a, k] = max(held[a, k] - demand[a, k] - unfilled[a, k], 0.0) / max(held[a, k], 1e-9)
    for f in range(n):
        if not alive[f]:
            desired[f] = 0
        elif ownership[f] < s.STATE_ORGAN:
            block = wanted[area[f], sector[f]]
            if block > 0.0:
                a, k = area[f], sector[f]
                gap = demand[a, k] - held[a, k]
                cut = max(gap, -unfilled[a, k])
                left = demand[a, k] + cut + unfilled[a, k] - max(excess[a, k] + gap - cut, 0.0)
                target[f] *= max(left, 0.5 * demand[a, k]) / block
            desired[f] = max(1, np.int64(target[f] / thin[f] + uniform(draw64(key_round, identity[f]))))


def exit_hazards(setting: Setting) -> NDArray[np.float64]:
    """Monthly exit hazards of firms of < 10, 10-50, 50-300 and more real staff."""
    return np.array([setting.parameter(f"firm_exit_{size}") / 12 for size in ("micro", "small", "middle", "large")])


def exits_by_age(setting: Setting) -> NDArray[np.float64]:
    """Multiplier of the exit hazard by months of age, (121,): most between the third and the seventh year; 1 on average over ten years."""
    most = setting.parameter("young_firm_exit_ratio")
    shape = np.interp(np.arange(YOUNG[-1] + 1), YOUNG, [1.0, most, most, 1.0])
    return shape / shape.mean()


def exits_in_distress(setting: Setting) -> tuple[float, float]:
    """Multipliers of the exit hazard of firms out of and in distress; 1 on average when IN_DISTRESS of firms are in distress."""
    sound = 1.0 / (1.0 - IN_DISTRESS + IN_DISTRESS * setting.parameter("distress_exit_ratio"))
    return sound, sound * setting.parameter("distress_exit_ratio")


def exits(setting: Setting) -> tuple[NDArray[np.float64], NDArray[np.float64], tuple[float, float]]:
    """The three tables by which firms close, which last for the whole run."""
    return exit_hazards(setting), exits_by_age(setting), exits_in_distress(setting)


def closures(size: NDArray[np.float64], months: NDArray[np.int64], setting: Setting) -> NDArray[np.float64]:
    """Monthly exit probability of firms of these real sizes and months of age, out of distress."""
    ratio = exits_by_age(setting)[np.clip(months, 0, YOUNG[-1])]
    return exit_hazards(setting)[np.searchsorted([10, 50, 300], size, side="right")] * ratio


def growth_of(city: City, elasticity: float) -> float:
    """Growth of labour demand since the start: ∏ (1 + elasticity · g(year)/12) over the months so far."""
    known = growth_so_far(city).setdefault(elasticity, [])
    for month in range(len(known), city.month + 1):
        monthly = 1.0 + elasticity * city.setting.growth.get(city.setting.start_year + month // 12, 0.0) / 12.0
        known.append((known[-1] if known else 1.0) * monthly)
    return known[city.month]


@once
def growth_so_far(city: City) -> dict[float, list[float]]:
    """What `growth_of` has found so far, by elasticity: month after month."""
    return {}


def growth_factor(city: City) -> np.ndarray:
    """The same by sector: secondary ones by the elasticity of industry, the others by that of services."""
    p = city.setting.parameter
    industry, services = growth_of(city, p("employment_elasticity_industry")), growth_of(city, p("employment_elasticity_services"))
    return np.where(secondary_sectors(city), industry, services)


@once
def secondary_sectors(city: City) -> NDArray[np.bool_]:
    """Which sectors of private firms are secondary ones."""
    return secondary(city.sector_names[:-1])


@while_rules_hold
def demand_before(city: City) -> tuple[NDArray[np.float64], float]:
    """Private demand at the start, by sector and in all."""
    return city.private_jobs.sum(axis=0), max(float(city.private_jobs.sum()), 1e-9)


def shock_factor(city: City) -> np.ndarray:
    """Product of the shocks in force this month, by sector."""
    factor = np.ones(len(city.sector_names) - 1)
    for shock in city.setting.shocks:
        first = month_of(city.setting.start_year, shock.start)
        if first <= city.month < first + shock.months:
            factor[hit(shock.sector, city.sector_names[:-1])] *= 1.0 + shock.size
    return factor


@njit(cache=True)
def demand_now(start, growth, supply, extra, shares):  # type: ignore[no-untyped-def]
    """Private demand, (areas, sectors): that of the start · growth(sector) · supply(area) + extra(area) · shares, never below nought."""
    out = np.empty(start.shape)
    for a in range(start.shape[0]):
        for k in range(start.shape[1]):
            out[a, k] = max(start[a, k] * growth[k] * supply[a] + extra[a] * shares[a, k], 0.0)
    return out


def plan_staff(city: City) -> None:
    """Closures, share shocks, and the desired staff of every firm this month."""
    firms, p = city.firms, city.setting.parameter
    closed = np.zeros(len(city.setting.areas))
    move(firms.n, city.month, firms.id, firms.area, firms.alive, firms.ownership, firms.thin, firms.founded, firms.target, firms.layoff,
         firms.distress, firms.origin, city.key("firm shock"), city.key("firm exit"), p("growth_sd_at_10"), p("growth_sd_slope"),
         *city.exits, 1.0 + p("incubator_exit_effect"), closed)
    city.supply = power_of(city.force() / city.force_at_start, p("demand_response"))
    growth, (by_sector, whole) = growth_factor(city), demand_before(city)
    city.steady_growth = float(np.add.reduce(by_sector * growth) / whole)
    if city.setting.shocks:
        growth = growth * shock_factor(city)
    demand = demand_now(city.demand_at_start, growth, city.supply, support.extra_jobs(city), city.job_shares)
    city.demand = demand
    scale_to_demand(firms.n, firms.id, firms.area, firms.sector, firms.alive, firms.ownership, firms.thin, firms.staff, firms.target,
                    firms.desired, city.weight, demand, city.open_posts, city.strain, p("recruiting_speed"), city.lasting("rounding"))
    distress.warn(city)
    city.flow("firm_exits", closed)
    city.usual_exits += ENTRY_SPEED * (float((closed * city.weight).sum()) - city.usual_exits)
