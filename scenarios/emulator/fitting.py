"""Fitting a response to runs: ridge regression of paired differences from rest, its strengths chosen out of fold.

Differences are of the same draw and luck, so that they hold little but the effect. Three groups of terms are shrunk apart: the
levers' own curves, their pairs, and what makes a lever's effect differ between draws (its slope times the draw's parameters and
value at rest). Folds leave out whole draws: the error is that of a draw which has not been seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from scenarios.emulator.response import Response, Values, bend, knots_of, pairs

FOLDS = 5
PAIR_WEIGHTS, DRAW_WEIGHTS = (0.0, 0.3), (0.0, 0.01, 0.1)
RIDGES = tuple(float(r) for r in 10.0 ** np.arange(-5, 1.6, 0.75))
NOISE = 2.0
"""A target counts as moved when its mean difference at some lever's end is so many standard errors from nought."""


def standardised(columns: Values) -> Values:
    """Columns with mean 0 and standard deviation 1; constant ones are left out. Shape (draws, columns kept)."""
    spread = columns.std(axis=0)
    kept = spread > 1e-12 * (1.0 + np.abs(columns).max(axis=0))
    return np.asarray((columns[:, kept] - columns[:, kept].mean(axis=0)) / spread[kept])


def fit(
    name: str, u: Values, draw: NDArray[np.int64], y: Values, at_rest: Values, traits: Values, ends: Sequence[tuple[float, float]],
    window: tuple[float, float], seed: int,
) -> Response:
    """The response of one target.

    u: (points, levers) from rest; draw: each point's draw; y: its value; at_rest: (draws,); traits: (draws, traits) that effects
    may depend on; ends: (low, high) of each lever's u.
    """
    knots = tuple(knots_of(*end) for end in ends)
    own = standardised(np.column_stack([traits, at_rest]))
    delta = y - at_rest[draw]
    size = float(np.sqrt(np.mean(delta**2))) or 1.0
    groups = _groups(u, own[draw], knots)
    off, weights, ridge = _chosen(groups, delta / size, _folds(draw, seed))
    off = off * size
    if float(np.mean(off**2)) >= float(np.mean(delta**2)):  # nothing is better than saying that nothing moves it
        weights, off = (0.0, 0.0, 0.0), delta
    main, cross, slope, terms = _solved(groups, weights, ridge, delta, own, knots)
    sigma = float(np.sqrt(np.mean(off**2)))
    quality = 1.0 - float(np.mean(off**2)) / size**2 if np.any(delta) else 1.0
    made = Response(name, knots, at_rest, main, cross, slope, sigma, quality, 0.0, 0.0, terms, len(y), _moved(u, delta), window)
    return _with_bias(made, u, draw, y, off)


def _groups(u: Values, own: Values, knots: Sequence[tuple[float, ...]]) -> list[Values]:
    levers = u.shape[1]
    curves = np.concatenate([bend(u[:, i], knots[i]) for i in range(levers)], axis=1)
    crossed = np.stack([u[:, i] * u[:, j] for i, j in pairs(levers)], axis=1) if levers > 1 else np.zeros((len(u), 0))
    by_draw = (u[:, :, None] * own[:, None, :]).reshape(len(u), -1)
    return [curves, crossed, by_draw / max(own.shape[1], 1) ** 0.5]


def _folds(draw: NDArray[np.int64], seed: int) -> list[NDArray[np.bool_]]:
    """Which points are left out in each fold; a draw's points together."""
    found = np.unique(draw)
    order = np.random.default_rng([seed, 0xF01D]).permutation(len(found))
    fold = np.empty(int(draw.max()) + 1, dtype=np.int64)
    fold[found[order]] = np.arange(len(found)) % min(FOLDS, len(found))
    return [fold[draw] == k for k in range(min(FOLDS, len(found)))]


def _kernel(groups: Sequence[Values], weights: Sequence[float]) -> Values:
    return np.asarray(sum(w * g @ g.T for g, w in zip(groups, weights, strict=True)))


def _chosen(groups: Sequence[Values], y: Values, folds: Sequence[NDArray[np.bool_]]) -> tuple[Values, tuple[float, ...], float]:
    """The weights and the ridge that err least out of fold, with their residuals."""
    best: tuple[float, Values, tuple[float, ...], float] = (np.inf, y, (), 0.0)
    for weights in product((1.0,), PAIR_WEIGHTS, DRAW_WEIGHTS):
        off = _out_of_fold(_kernel(groups, weights), y, folds)
        errors = (off**2).mean(axis=1)
        least = int(errors.argmin())
        if errors[least] < best[0]:
            best = float(errors[least]), off[least], weights, RIDGES[least]
    return best[1:]


def _out_of_fold(kernel: Values, y: Values, folds: Sequence[NDArray[np.bool_]]) -> Values:
    """Residuals of each point, shape (ridges, points), by fits that have not seen its draw.

    With the hat matrix H of all points, those left out have the residuals (I − H_gg)⁻¹ (y − Hy)_g: no fit is made twice.
    """
    out = np.zeros((len(RIDGES), len(y)))
    roots, vectors = np.linalg.eigh(kernel)
    roots = np.maximum(roots, 0.0)
    for row, ridge in enumerate(RIDGES):
        hat = (vectors * (roots / (roots + ridge))) @ vectors.T
        off = y - hat @ y
        for left_out in folds:
            inside = np.eye(int(left_out.sum())) - hat[np.ix_(left_out, left_out)]
            out[row, left_out] = np.linalg.solve(inside, off[left_out])
    return out


def _solved(
    groups: Sequence[Values], weights: Sequence[float], ridge: float, delta: Values, own: Values, knots: Sequence[tuple[float, ...]]
) -> tuple[tuple[Values, ...], Values, Values, float]:
    """Coefficients of all points together, each draw's slopes, and how many terms the shared part is worth (trace of its hat
    matrix).
    """
    kernel = _kernel(groups, weights)
    inverse = np.linalg.inv(kernel + ridge * np.eye(len(delta)))
    alpha = inverse @ delta
    curves, crossed, by_draw = (w * g.T @ alpha for g, w in zip(groups, weights, strict=True))
    sizes = [1 + len(k) for k in knots]
    main = tuple(np.split(curves, np.cumsum(sizes)[:-1]))
    slope = own @ by_draw.reshape(len(knots), -1).T / max(own.shape[1], 1) ** 0.5
    shared = _kernel(groups[:2], weights[:2])
    return main, crossed, slope, float(np.trace(shared @ inverse))


def _moved(u: Values, delta: Values) -> bool:
    """Whether the differences where some lever is far from rest are more than noise."""
    far = np.abs(u) >= 0.5 * np.abs(u).max(axis=0, initial=1e-12)
    for column in far.T:
        some = delta[column]
        if some.size > 1 and np.any(some) and abs(some.mean()) > NOISE * max(some.std(ddof=1), 1e-15) / np.sqrt(some.size):
            return True
    return False


def _with_bias(made: Response, u: Values, draw: NDArray[np.int64], y: Values, off: Values) -> Response:
    """The response with its bias: frequency predicted at the points, out of fold, less the frequency seen there."""
    from dataclasses import replace

    from scipy.special import ndtr

    low, high = made.window
    sigma = np.maximum(made.error(u), 1e-9 * (1.0 + np.abs(y).max()))
    guess = y - off
    predicted = ndtr((high - guess) / sigma) - ndtr((low - guess) / sigma)
    wrong = predicted - ((y >= low) & (y <= high))
    return replace(made, bias=float(wrong.mean()), bias_error=float(wrong.std(ddof=1) / np.sqrt(len(wrong))) if len(wrong) > 1 else 1.0)
