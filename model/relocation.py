"""Moves between the areas of the city, for work: flexible workers and the unemployed.

Who moves is decided in `migration.move`; where to, by a keyed draw: P(to) ∝ movers at the start(to) · (demand ÷ start)^migration_elasticity
over the other areas, so that moves balance until demand does not. A row stands for `weight` persons. Where the weights of two areas
differ, one row of the heavier becomes several, or several become one and the rest of the group waits: real persons are conserved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import states as s
from model.arithmetic import cumulative, power_of
from model.luck import draw64, hash_ids, thresholds, uniform
from model.rulings import while_rules_hold

if TYPE_CHECKING:
    from model.city import City

TWIN_STREAM = np.uint64(0x7A)


@njit(cache=True)
def destinations(rows, identity, area, line, key):  # type: ignore[no-untyped-def]
    """Area to which each of `rows` moves; line: cumulative shares (from, to), 0 for the own area."""
    out = np.empty(rows.size, np.int64)
    for j in range(rows.size):
        u, a, to = uniform(draw64(key, identity[rows[j]])), area[rows[j]], 0
        while to < line.shape[1] - 1 and u >= line[a, to]:
            to += 1
        out[j] = to
    return out


@njit(cache=True)
def twin_ids(identity, month, copies):  # type: ignore[no-untyped-def]
    """Ids of the `copies` further rows that each person becomes: a pure function of person, month and place."""
    out = np.empty(identity.size * copies, np.uint64)
    for j in range(identity.size):
        for k in range(copies):
            out[j * copies + k] = hash_ids(TWIN_STREAM ^ identity[j], np.uint64(month), np.uint64(k))
    return out


@while_rules_hold
def chances(city: City) -> NDArray[np.uint64]:
    """Monthly threshold of moving to another area, by area: rate · (1 − the area's part of the movers): flows balance at the start."""
    movers = np.maximum(city.movers_at_start, 1e-9)
    found: NDArray[np.uint64] = thresholds(city.setting.parameter("area_move_rate") / 12 * (1.0 - movers / movers.sum()))
    return found


def shares(city: City) -> NDArray[np.float64]:
    """Cumulative shares of destinations, (from, to)."""
    pull = power_of(city.demand_index(), city.setting.parameter("migration_elasticity"))
    weights = np.repeat((np.maximum(city.movers_at_start, 1e-9) * pull)[None], pull.size, axis=0)
    np.fill_diagonal(weights, 0.0)
    lines: NDArray[np.float64] = cumulative(weights, np.maximum(weights.sum(axis=1), 1e-12))
    return lines


def relocate(city: City, rows: NDArray[np.int64]) -> None:
    """The persons in `rows`, marked MOVING, go to live in another area."""
    people = city.people
    if rows.size == 0:
        return
    people.note[rows] = s.QUIET
    to = destinations(rows, people.id, people.area, shares(city), city.key("which area"))
    origin = people.area[rows].astype(np.int64)
    old, new = city.weight[origin], city.weight[to]
    moved = old == new
    people.area[rows[moved]] = to[moved]
    gone, come = [np.bincount(x[moved], minlength=city.weight.size) for x in (origin, to)]
    for pair in sorted({(int(a), int(b)) for a, b in zip(origin[~moved], to[~moved], strict=True)}):
        where = rows[(origin == pair[0]) & (to == pair[1])]
        left, entered = _split(city, where, pair) if city.weight[pair[0]] > city.weight[pair[1]] else _join(city, where, pair)
        gone[pair[0]] += left
        come[pair[1]] += entered
    city.flow("moves_out", gone)
    city.flow("moves_in", come)


def _split(city: City, rows: NDArray[np.int64], pair: tuple[int, int]) -> tuple[int, int]:
    """Rows of a heavy area become several of a light one; returns rows gone and rows come."""
    people, copies = city.people, int(city.weight[pair[0]] / city.weight[pair[1]]) - 1
    twins = people.settle(rows.size * copies)
    people.copy(rows, twins)
    people.id[twins] = twin_ids(people.id[rows], city.month, copies)
    people.course[twins] &= s.MONTHS_LEFT + s.KIND      # new rows: the book of the highly skilled counts them as having joined
    people.marks[twins] &= s.EVERY_MARK - s.COVERED     # so does the book of those whom firms insure
    people.area[rows] = people.area[twins] = pair[1]
    return rows.size, rows.size + twins.size


def _join(city: City, rows: NDArray[np.int64], pair: tuple[int, int]) -> tuple[int, int]:
    """Whole groups of rows of a light area become one row each of a heavy one, in the order of a keyed draw; the others stay."""
    people, size = city.people, int(city.weight[pair[1]] / city.weight[pair[0]])
    order = rows[np.lexsort((people.id[rows], city.draws("who moves", people.id[rows])))]
    groups = order[: rows.size // size * size].reshape(-1, size)
    people.area[groups[:, 0]] = pair[1]
    people.vacate(groups[:, 1:].ravel())
    return groups.size, groups.shape[0]
