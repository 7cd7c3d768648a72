"""Employers at the baseline date: sizes with a Pareto tail, sectors, ages, and how willing they are to insure their staff.

Sizes are the quantiles of a truncated Pareto law, rounded to whole staff and stretched so that they employ exactly the
area's employees:

    size(i) = max(1, x · ((i + ½)/n)^(−1/μ)),  cut at `largest`,   x such that Σ size = employees

Thinning: firms of 1,000 real staff and more (or of six rows, if that is less) are all kept and their staff is thinned by the area's
weight; smaller ones are sampled whole, every weight-th in order of size. Each then stands for weight ÷ thin real firms.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import luck_reference
from model import states as s
from model.arithmetic import exp, log
from model.luck import decision_key, draw64, hash_ids, uniform

LARGE, FEWEST_ROWS = 1000, 6
SIZE_EDGES = (50, 300, 1000)        # real staff at which policy and statistics change class
FIRM_STREAM = np.uint64(0xF1)


@njit(cache=True)
def _quantiles(n, inverse_tail):  # type: ignore[no-untyped-def]
    """Quantiles of the Pareto law of scale 1 for n firms, descending, shape (n,)."""
    out = np.empty(n, np.float64)
    for i in range(n):
        out[i] = exp(-inverse_tail * log((i + 0.5) / n))
    return out


@njit(cache=True)
def _whole_sizes(quantiles, x, largest):  # type: ignore[no-untyped-def]
    """Whole sizes in descending order, shape of `quantiles`, int64, for scale x."""
    sizes = np.empty(quantiles.size, np.int64)
    for i in range(quantiles.size):
        sizes[i] = min(max(np.int64(x * quantiles[i]), 1), largest)
    return sizes


@njit(cache=True)
def _employed(quantiles, x, largest):  # type: ignore[no-untyped-def]
    """Whole sizes for scale x, added up."""
    total = 0
    for i in range(quantiles.size):
        total += min(max(np.int64(x * quantiles[i]), 1), largest)
    return total


@njit(cache=True)
def _around(quantiles, employees, largest):  # type: ignore[no-untyped-def]
    """A scale at which whole sizes add up to less than `employees` (-1 where none does), and one not far above at which they do not, by
    steps along the chord."""
    low, high = -1.0, float(employees)
    below, above = quantiles.size - employees, _employed(quantiles, high, largest) - employees
    for _ in range(9):
        if below >= 0 or above < 0 or above - below <= 2:
            break
        start = max(low, 0.0)
        x = start + (high - start) * (-0.5 - below) / (above - below)
        gap = _employed(quantiles, x, largest) - employees
        if gap < 0:
            low, below = x, gap
        else:
            high, above = x, gap
    return low, high


@njit(cache=True)
def _scale(quantiles, employees, largest):  # type: ignore[no-untyped-def]
    """The largest scale at which whole sizes add up to less than `employees`, within a billionth, by halving; most of the questions that
    it asks are answered by what is known already."""
    low, high = 0.0, float(employees)
    too_few, enough = _around(quantiles, employees, largest)
    while high - low > 1e-9 * high:
        middle = 0.5 * (low + high)
        if too_few < middle < enough:
            if _employed(quantiles, middle, largest) < employees:
                too_few = middle
            else:
                enough = middle
        if middle <= too_few:
            low = middle
        else:
            high = middle
    return low


@lru_cache(maxsize=64)
def pareto_sizes(n: int, employees: int, tail: float) -> NDArray[np.int64]:
    """Real staff of `n` firms, descending, that add up to `employees` exactly. `tail` is the exponent μ of the upper tail.

    The largest firm has at most a fiftieth of the employees (assumption: keeps one firm from being a county). No luck goes into it, so
    that it is remembered for the next city of the same setting: the sizes are read-only.
    """
    n = max(1, min(n, employees)) if employees > 0 else 0
    if n == 0:
        return np.zeros(0, np.int64)
    largest = max(50, employees // 50)
    quantiles = _quantiles(n, 1.0 / tail)
    sizes = _whole_sizes(quantiles, _scale(quantiles, employees, largest), largest)
    out = np.sort(adjust(sizes, employees))[::-1]
    out.flags.writeable = False
    return out


def adjust(sizes: NDArray[np.int64], total: int) -> NDArray[np.int64]:
    """`sizes` changed in proportion to themselves, and no further below 1, until they add up to `total`."""
    out = sizes.copy()
    while (gap := total - int(out.sum())) != 0 and out.size:
        room = out.astype(float) if gap > 0 else np.maximum(out - 1, 0).astype(float)
        if room.sum() == 0:
            break
        share = np.abs(gap) * room / room.sum()
        step = np.floor(share).astype(np.int64)
        left = abs(gap) - int(step.sum())
        behind = step - share
        step[[np.argmin(behind)] if left == 1 else np.argsort(behind, kind="stable")[:left]] += 1
        out += np.sign(gap) * (step if gap > 0 else np.minimum(step, out - 1))
    return out


@dataclass(frozen=True)
class Employers:
    """The sampled employers of one area, one row each (arrays of equal length)."""

    number: NDArray[np.uint64]      # 1:1 number of the firm in its area
    rows: NDArray[np.int64]         # rows of staff at the start
    real: NDArray[np.int64]         # real staff
    thin: NDArray[np.int64]


def large_from(weight: int) -> int:
    """Real staff from which a firm is kept with its staff thinned: 1,000, or six rows of staff if that is less.

    The fewer the firms that are sampled whole, and the smaller they are, the less must a sample be stretched to its quota, and the
    better does employment by size of firm hold.
    """
    return min(LARGE, FEWEST_ROWS * weight)


def sample(sizes: NDArray[np.int64], weight: int, offset: int, quota: int) -> Employers:
    """Thin `sizes` (descending real staff) by `weight`; the staff rows of the sample add up to `quota`.

    `offset` in [0, weight) is where the systematic sample of the small firms begins.
    """
    large = sizes.size - int(np.searchsorted(sizes[::-1], large_from(weight))) if weight > 1 else 0
    rows_large = _thinned(sizes[:large].copy(), weight)
    small = np.arange(large + min(offset, max(0, sizes.size - large - 1)), sizes.size, weight)
    keep = np.concatenate([np.arange(large), small])
    rows = np.concatenate([rows_large, adjust(sizes[small], quota - int(rows_large.sum()))])
    thin = np.where(np.arange(keep.size) < large, weight, 1)
    return Employers(keep.astype(np.uint64), rows, rows * thin, thin.astype(np.int64))


@njit(cache=True)
def _thinned(sizes, weight):  # type: ignore[no-untyped-def]
    """Rows of staff of large firms: rounding is carried on, so that no class of size gains, and thinning moves no firm over a size of
    policy. Ends are rounded half to even."""
    rows, end, total = np.empty(sizes.size, np.int64), np.int64(0), np.int64(0)
    for i in range(sizes.size):
        total += sizes[i]
        before, end = end, np.int64(np.rint(total / weight))
        rows[i] = end - before
        for edge in SIZE_EDGES:
            if sizes[i] < edge and rows[i] * weight >= edge:
                rows[i] -= 1
            elif sizes[i] >= edge and rows[i] * weight < edge:
                rows[i] += 1
    return rows


@njit(cache=True)
def describe(identity, size, sectors, key_sector, key_owner, key_age, key_taste, foreign_share, spread, foreign_bonus, death):  # type: ignore[no-untyped-def]
    """Sector, ownership, months of age and taste for insuring (log-odds) of firms, each by keyed draws.

    sectors: cumulative job shares (k,); spread: of the logistic taste; death: monthly exit hazard that shapes the ages (exponential).
    """
    n = identity.size
    sector, owner = np.empty(n, np.uint8), np.empty(n, np.uint8)
    age, taste = np.empty(n, np.int64), np.empty(n, np.float64)
    for i in range(n):
        u = uniform(draw64(key_sector, identity[i]))
        k = 0
        while k < sectors.size - 1 and u >= sectors[k]:
            k += 1
        sector[i] = k
        owner[i] = s.FOREIGN if uniform(draw64(key_owner, identity[i])) < foreign_share and size[i] >= 50 else s.PRIVATE
        age[i] = min(np.int64(-log(1.0 - uniform(draw64(key_age, identity[i]))) / death), 480)
        u = min(max(uniform(draw64(key_taste, identity[i])), 1e-9), 1.0 - 1e-9)
        taste[i] = spread * log(u / (1.0 - u)) + (foreign_bonus if owner[i] == s.FOREIGN else 0.0)
    return sector, owner, age, taste


@njit(cache=True)
def _hashed(stream, place, number):  # type: ignore[no-untyped-def]
    """`hash_ids` of each number of a place in a stream; all uint64."""
    out = np.empty(number.size, np.uint64)
    for j in range(number.size):
        out[j] = hash_ids(stream, place, number[j])
    return out


def firm_ids(area: int, kind: int, number: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Permanent ids of founders of the city's stock of firms: (area, kind: 0 company, 1 state) and 1:1 number."""
    ids: NDArray[np.uint64] = _hashed(FIRM_STREAM, np.uint64(area * 4 + kind), number)
    return ids


def offset_of(seed: int, area: int, weight: int) -> int:
    """Where the systematic sample of `area` starts, in [0, weight)."""
    return luck_reference.choose(luck_reference.draw64(int(decision_key(seed, "synthesis.offset", 0)), area), weight)
