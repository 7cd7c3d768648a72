"""How well each draw fits what has been observed, and the draws that a forecast goes on with.

    z(o, d) = (f(observed) − f(simulated in d)) ÷ σ        f: log of a stock or flow, log odds of a rate
    weight(d) ∝ exp(−½ t Σ z²)                              the sum of a series' years counts as one observation (its mean)

σ is what a model of this kind may be off besides its parameters (assumption, one a kind). With few draws one of them would take all the
weight, so that t ≤ 1 is the largest power that leaves an effective number of draws of half of them (tempering: Neal 2001, Statistics
and Computing 11:125). Draws are then resampled to equal weight, systematically and without luck; a draw that survives keeps its number.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
SIGMA = {"stock": 0.03, "flow": 0.15, "build_out": 0.15, "rate": 0.25, "part": 0.25}
"""Standard deviation of f by kind: 3 % of a stock, 15 % of a flow, a quarter of the log odds of a rate (assumptions)."""
LEAST_SHARE = 0.5
SMALLEST = 1e-6


def distance(kind: str, observed: float, simulated: Values) -> Values:
    """z of each draw; NaN where nothing was simulated."""
    if kind in ("rate", "part"):
        return np.asarray((_log_odds(np.asarray(observed)) - _log_odds(simulated)) / SIGMA[kind])
    return np.asarray((np.log(max(observed, SMALLEST)) - np.log(np.maximum(simulated, SMALLEST))) / SIGMA.get(kind, SIGMA["flow"]))


def _log_odds(percent: Values) -> Values:
    share = (np.asarray(percent, float) + 0.05) / 100.1          # a rate of nought or of a hundred has odds too
    return np.asarray(np.log(np.clip(share, SMALLEST, None)) - np.log(np.clip(1 - share, SMALLEST, None)))


def effective(weights: Values) -> float:
    """Effective number of draws, 1 ÷ Σ w² (Kish)."""
    return float(1.0 / np.square(weights).sum())


def weights_of(series: Sequence[Values], draws: int) -> tuple[Values, float]:
    """(weights that add to 1, power t). series: z of each observed series, shape (years, draws); NaN years count for nothing."""
    loss = np.zeros(draws)
    for z in series:
        known = np.isfinite(z)
        loss += np.where(known, np.square(np.where(known, z, 0.0)), 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    loss -= loss.min()
    if effective(_tempered(loss, 1.0)) >= LEAST_SHARE * draws:
        return _tempered(loss, 1.0), 1.0
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if effective(_tempered(loss, middle)) >= LEAST_SHARE * draws else (low, middle)
    return _tempered(loss, low), low


def _tempered(loss: Values, power: float) -> Values:
    weights = np.exp(-0.5 * power * loss)
    return np.asarray(weights / weights.sum())


def resampled(weights: Values) -> list[int]:
    """For each place the draw that goes on there: systematic resampling at (i + ½) ÷ n; who survives keeps the own place."""
    n = weights.size
    copies = np.bincount(np.minimum(np.searchsorted(np.cumsum(weights), (np.arange(n) + 0.5) / n), n - 1), minlength=n)
    spare = iter([d for d in range(n) for _ in range(copies[d] - 1)])
    return [d if copies[d] else next(spare) for d in range(n)]
