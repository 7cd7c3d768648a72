"""The response of one target to the levers, as arithmetic that a browser can do too.

Levers are counted from where they stand before the plan: u = (x − rest) / (high − low). In draw d the target's value is

    y_d(u) = at_rest_d + Σ_i [ main_i · φ(u_i) + slope_di u_i ] + Σ_{i<j} cross_ij u_i u_j

with φ(u) = (u, (u − t)₊ − (−t)₊ for each knot t): piecewise linear, and nothing at rest. What the formula leaves open is an error of
standard deviation σ(u) = σ · min(1, |u|), measured out of fold; so the target is met with

    P(u) = mean over d of Φ((high − y_d)/σ(u)) − Φ((low − y_d)/σ(u)).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Values = NDArray[np.float64]
KNOTS = 3
SMALLEST = 1e-9


def knots_of(low: float, high: float) -> tuple[float, ...]:
    """Knots of a lever that runs from u = low to high: the inner quarters, and rest itself where it lies inside."""
    inner = [low + (high - low) * (k + 1) / (KNOTS + 1) for k in range(KNOTS)]
    return tuple(sorted({round(t, 9) for t in [*inner, *([0.0] if low < 0.0 < high else [])]}))


def bend(u: Values, knots: tuple[float, ...]) -> Values:
    """φ(u), shape (points, 1 + knots); nought at u = 0."""
    columns = [u, *(np.maximum(u - t, 0.0) - max(-t, 0.0) for t in knots)]
    return np.stack(columns, axis=-1)


def pairs(levers: int) -> list[tuple[int, int]]:
    """The pairs of levers, in order."""
    return [(i, j) for i in range(levers) for j in range(i + 1, levers)]


@dataclass(frozen=True)
class Response:
    """One target's response. at_rest: (draws,); main: one row a lever (1 + knots); cross: one a pair; slope: (draws, levers);
    sigma: out-of-fold error; quality: share of the effects' variance explained out of fold (Q²); bias: predicted less observed
    frequency of meeting the target, out of fold, and its standard error; moved: whether any lever moves it; window: (low, high).
    """

    name: str
    knots: tuple[tuple[float, ...], ...]
    at_rest: Values
    main: tuple[Values, ...]
    cross: Values
    slope: Values
    sigma: float
    quality: float
    bias: float
    bias_error: float
    terms: float
    points: int
    moved: bool
    window: tuple[float, float]

    def shift(self, u: Values) -> Values:
        """What all draws share, shape (points,)."""
        out = sum((bend(u[:, i], self.knots[i]) @ row for i, row in enumerate(self.main)), np.zeros(len(u)))
        for (i, j), value in zip(pairs(u.shape[1]), self.cross, strict=True):
            out = out + value * u[:, i] * u[:, j]
        return np.asarray(out)

    def values(self, u: Values) -> Values:
        """The value in each draw, shape (points, draws)."""
        return self.at_rest + self.shift(u)[:, None] + u @ self.slope.T

    def error(self, u: Values) -> Values:
        """Standard deviation of what the formula leaves open, shape (points,)."""
        return self.sigma * np.minimum(1.0, np.sqrt((u**2).sum(axis=1)))

    def probability(self, u: Values, shift: float = 0.0) -> Values:
        """P that the target is met, shape (points,). shift: a correction of every value, in the target's unit."""
        y = self.values(u) + shift
        sigma = np.maximum(self.error(u), SMALLEST * (1.0 + np.abs(self.at_rest).max()))[:, None]
        low, high = self.window
        return np.asarray((ndtr((high - y) / sigma) - ndtr((low - y) / sigma)).mean(axis=1))

    def shortfall(self, u: Values, shift: float = 0.0) -> Values:
        """Mean distance of the draws from the window, in standard deviations between draws, shape (points,)."""
        y, (low, high) = self.values(u) + shift, self.window
        off = np.maximum(np.maximum(low - y, y - high), 0.0).mean(axis=1)
        return np.asarray(off / (float(self.at_rest.std()) + self.sigma + SMALLEST * (1.0 + np.abs(self.at_rest).max())))

    def doubt(self, u: Values) -> Values:
        """Standard error of P: from so many draws, and from fitting so many terms to so many points."""
        off = self.error(u) * np.sqrt(self.terms / max(self.points, 1))
        moved = [np.array([self.probability(one[None], s)[0] for one, s in zip(u, sign * off, strict=True)]) for sign in (1.0, -1.0)]
        p = self.probability(u)
        return np.asarray(np.sqrt(np.maximum(p * (1 - p), 0.25 / len(self.at_rest)) / len(self.at_rest) + ((moved[0] - moved[1]) / 2) ** 2))
