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
from model.arithmetic import cumulative, line_sum, power
from model.compiler import lent
from model.luck import draw64, hash_ids, thresholds, uniform
from model.rulings import while_rules_hold

if TYPE_CHECKING:
    from model.city import City

TWIN_STREAM = np.uint64(0x7A)
Rows = NDArray[np.int64]


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
def move_alike(rows, to, weight, area, note, gone, come):  # type: ignore[no-untyped-def]
    """Those of `rows` for whom a row stands for as many persons in the area `to` which they go move, and are counted in `gone` and
    `come`. Returns the area from which each comes, and the places of those who go to a lighter and to a heavier area, int64."""
    origin, places, counts = np.empty(rows.size, np.int64), np.empty((2, rows.size), np.int64), np.zeros(2, np.int64)
    for j in range(rows.size):
        i = rows[j]
        a, b = np.int64(area[i]), to[j]
        note[i], origin[j] = s.QUIET, a
        if weight[a] == weight[b]:
            area[i] = b
            gone[a] += 1
            come[b] += 1
        else:
            heavier = 1 if weight[a] < weight[b] else 0
            places[heavier, counts[heavier]] = j
            counts[heavier] += 1
    return origin, places[0, : counts[0]], places[1, : counts[1]]


@lent
def become_several(rows, twins, copies, origin, to, month, identity, area, course, marks, gone, come):  # type: ignore[no-untyped-def]
    """Each of `rows` goes to a lighter area with `copies` of the `twins`, which hold what it holds. Rows are counted in `gone` and `come`.

    The twins' ids are a pure function of person, month and place. They are new rows: the books of the highly skilled and of those whom
    firms insure count them as having joined.
    """
    k = 0
    for j in range(rows.size):
        i = rows[j]
        for place in range(copies[j]):
            twin = twins[k]
            identity[twin], area[twin] = hash_ids(TWIN_STREAM ^ identity[i], np.uint64(month), np.uint64(place)), to[j]
            course[twin] &= s.MONTHS_LEFT + s.KIND
            marks[twin] &= s.EVERY_MARK - s.COVERED
            k += 1
        area[i] = to[j]
        gone[origin[j]] += 1
        come[to[j]] += 1 + copies[j]


@njit(cache=True)
def become_one(rows, sizes, origin, to, area, gone, come):  # type: ignore[no-untyped-def]
    """Of `rows`, sorted by (origin, to), whole groups of `sizes` go to a heavier area, each as its first row; the rest of a pair stays.
    Rows are counted in `gone` and `come`; returns those that are vacated."""
    vacated, k, first = np.empty(rows.size, np.int64), 0, 0
    while first < rows.size:
        a, b, size, last = origin[first], to[first], sizes[first], first
        while last < rows.size and origin[last] == a and to[last] == b:
            last += 1
        groups = (last - first) // size
        for j in range(groups * size):
            if j % size == 0:
                area[rows[first + j]] = b
            else:
                vacated[k] = rows[first + j]
                k += 1
        gone[a] += groups * size
        come[b] += groups
        first = last
    return vacated[:k]


@while_rules_hold
def chances(city: City) -> NDArray[np.uint64]:
    """Monthly threshold of moving to another area, by area: rate · (1 − the area's part of the movers): flows balance at the start."""
    movers = np.maximum(city.movers_at_start, 1e-9)
    found: NDArray[np.uint64] = thresholds(city.setting.parameter("area_move_rate") / 12 * (1.0 - movers / movers.sum()))
    return found


@njit(cache=True)
def lines_between(movers, index, elasticity):  # type: ignore[no-untyped-def]
    """See `shares`. movers: how many there were at the start, index: labour demand ÷ its start, both by area."""
    weights, total, between = np.empty(movers.size), np.empty(movers.size), np.empty((movers.size, movers.size))
    for a in range(movers.size):
        weights[a] = max(movers[a], 1e-9) * power(index[a], elasticity)
    for a in range(movers.size):
        between[a] = weights
        between[a, a] = 0.0
        total[a] = max(line_sum(between[a]), 1e-12)
    return cumulative(between, total)


def shares(city: City) -> NDArray[np.float64]:
    """Cumulative shares of destinations, (from, to)."""
    lines: NDArray[np.float64] = lines_between(city.movers_at_start, city.demand_index(), city.setting.parameter("migration_elasticity"))
    return lines


def relocate(city: City, rows: NDArray[np.int64]) -> None:
    """The persons in `rows`, marked MOVING, go to live in another area."""
    people = city.people
    if rows.size == 0:
        return
    to = destinations(rows, people.id, people.area, shares(city), city.key("which area"))
    gone, come = counted = np.zeros((2, city.weight.size), np.int64)
    origin, lighter, heavier = move_alike(rows, to, city.weight, people.area, people.note, gone, come)
    for others, become in ((lighter, _split), (heavier, _join)):
        if others.size:
            become(city, rows[others], origin[others], to[others], gone, come)
    city.flows(("moves_out", "moves_in"), counted)


def _split(city: City, rows: Rows, origin: Rows, to: Rows, gone: Rows, come: Rows) -> None:
    """Rows of heavy areas become several each of lighter ones, pair of areas after pair; adds the rows to `gone` and `come`, by area."""
    people, order = city.people, np.lexsort((to, origin))
    rows, origin, to = rows[order], origin[order], to[order]
    copies = (city.weight[origin] / city.weight[to]).astype(np.int64) - 1
    twins = people.settle_like(np.repeat(rows, copies))
    become_several(rows, twins, copies, origin, to, city.month, people.id, people.area, people.course, people.marks, gone, come)


def _join(city: City, rows: Rows, origin: Rows, to: Rows, gone: Rows, come: Rows) -> None:
    """Whole groups of rows of light areas become one row each of a heavier one, in the order of a keyed draw; the others stay."""
    people, ids = city.people, city.people.id[rows]
    order = np.lexsort((ids, city.draws("who moves", ids), to, origin))
    rows, origin, to = rows[order], origin[order], to[order]
    sizes = (city.weight[to] / city.weight[origin]).astype(np.int64)
    people.vacate(become_one(rows, sizes, origin, to, people.area, gone, come))
