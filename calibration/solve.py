"""Several intercepts at once: Broyden's method on ln(figure ÷ target), inside bounds, in as few runs as can be.

Every run has the same luck, so that the figures answer smoothly to the intercepts. An intercept that its bound holds back is set aside with
its figure; the others are solved on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

LONGEST_STEP = 1.6
"""In log coordinates a factor of five: no run is sent where the slopes of another place say nothing."""
TRUST = 3.0
"""An intercept's effect on its own figure keeps the sign that its mechanism gives it, and is believed within this factor of the first
guess: where a figure hardly answers, luck must not turn the search round."""


@dataclass(frozen=True)
class Solution:
    """Where the search ended. point: coordinates (k,); miss: ln(figure ÷ target) there (k,); held: True where a bound held it back (k,)."""

    point: Vector
    miss: Vector
    held: NDArray[np.bool_]
    runs: int


def solve(misses: Callable[[Vector], Vector], start: Vector, low: Vector, high: Vector, slopes: Vector, *, close: float,
          most: int) -> Solution:  # fmt: skip
    """Find the point in [low, high] where every miss is within `close`, in at most `most` runs; the best point seen if there is none.

    misses(point) -> (k,) signed logs; slopes: first guess of d miss / d point, (k, k), no zero on its diagonal.
    """
    point, own = np.clip(np.asarray(start, float), low, high), np.diag(slopes).astype(float)
    slopes, miss, runs = slopes.astype(float).copy(), misses(point), 1
    best = (_worst(miss, np.ones(point.size, bool)), point, miss, np.zeros(point.size, bool))
    while runs < most:
        step, free = _step(point, miss, slopes, low, high)
        if not (np.abs(miss[free]) > close).any():
            break
        moved = np.clip(point + step, low, high)
        if np.array_equal(moved, point):
            break
        found = misses(moved)
        runs += 1
        change = moved - point
        slopes += np.outer(found - miss - slopes @ change, change) / (change @ change)
        np.fill_diagonal(slopes, own * np.clip(np.diag(slopes) / own, 1.0 / TRUST, TRUST))
        point, miss = moved, found
        free = _step(point, miss, slopes, low, high)[1]
        if (worst := _worst(miss, free)) < best[0]:
            best = (worst, point, miss, ~free)
    if runs == 1:
        best = (best[0], point, miss, ~_step(point, miss, slopes, low, high)[1])
    _, point, miss, held = best
    return Solution(point, miss, held & (np.abs(miss) > close), runs)


def _worst(miss: Vector, free: NDArray[np.bool_]) -> float:
    """The largest miss of the intercepts that can still move, plus a small weight on the others."""
    return float(np.abs(miss[free]).max(initial=0.0) + 0.1 * np.abs(miss[~free]).max(initial=0.0))


def _step(point: Vector, miss: Vector, slopes: Vector, low: Vector, high: Vector) -> tuple[Vector, NDArray[np.bool_]]:
    """The next step, and who may take it: all but those whose bound it would cross from the bound itself."""
    free = np.ones(point.size, bool)
    step = np.zeros(point.size)
    for _ in range(point.size):
        step[:] = 0.0
        step[free] = _newton(slopes[np.ix_(free, free)], miss[free])
        stuck = free & (((point <= low) & (step < 0)) | ((point >= high) & (step > 0)))
        if not stuck.any():
            break
        free &= ~stuck
        step[stuck] = 0.0
    return step, free


def _newton(slopes: Vector, miss: Vector) -> Vector:
    """The solution of slopes · step = −miss, cut to LONGEST_STEP each; slope by slope where the system is singular."""
    if not miss.size:
        return miss
    try:
        step = np.linalg.solve(slopes, -miss)
    except np.linalg.LinAlgError:
        diagonal = np.diag(slopes)
        step = -miss / np.where(np.abs(diagonal) > 1e-3, diagonal, 1.0)
    return np.clip(np.nan_to_num(step), -LONGEST_STEP, LONGEST_STEP)
