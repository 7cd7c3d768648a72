"""Curves of effects, and the sums that a browser can do too (dashboard/assets/effects.js does the same ones).

Lever i, set to x for the whole run, moves a target by m_i(x) against the same draw and luck under the scenario as it stands; m_i is the
mean over draws and s_i the standard deviation about it in a draw not seen, both straight between the settings that were run, and nought
where the scenario itself has the lever. From the setting x⁰ of a run to the setting x¹ the target moves by

    Δ = Σ_i m_i(x¹_i) − m_i(x⁰_i),        σ² = Σ_i σ_i²  +  a² Σ_i (m_i(x¹_i) − m_i(x⁰_i))²

over the levers that differ. σ_i = s_i(x¹_i) + s_i(x⁰_i) where rest r_i lies between the two settings, else the larger of both times
|x¹_i − x⁰_i| / max(|x¹_i − r_i|, |x⁰_i − r_i|) (an assumption: a draw that answers strongly does so all along). The last term, for two
levers and more, is what addition leaves out: a (`apart`) is found where several levers are moved together.

A run's quantiles move with Δ, their distances from the median grow: d' = √(d² + (z σ)²), z the normal quantile of .9 (an assumption: effect
and level are independent between draws); nothing leaves the natural bounds of its indicator. The frequency of meeting a target moves by as
many standard normal steps as its edge does in a normal distribution of two halves through the three quantiles, so that no move leaves it as
it was counted; nothing is nearer to 0 or 1 than ½ of n + 1 draws, as far as a run of n says (Jeffreys).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, stdtrit

Values = NDArray[np.float64]
Quantiles = tuple[float, float, float]
Setting = Mapping[str, float]
FINAL = "final"
TENTH = float(ndtri(0.9))
"""Standard deviations from the median of a normal distribution to its p10 or p90."""


def wider(draws: int) -> float:
    """From the standard deviation of few draws to that of a draw not seen: the mean is uncertain too, and so is the deviation (Student)."""
    return float(np.sqrt(1 + 1 / draws) * stdtrit(draws - 1, 0.9) / TENTH)


@dataclass(frozen=True)
class Curve:
    """The settings at which a lever was run, in its unit and in order. rest: where the scenario has it, one of `at`; None where the
    scenario has it change over the years: then no setting of the whole run is without effect. usual: one number for that.
    """

    id: str
    at: tuple[float, ...]
    rest: float | None
    usual: float

    def read(self, column: Values, x: float | None) -> Values:
        """Straight between settings. column: (settings, years); x: None for the scenario's own setting, which is nought."""
        if x is None:
            return np.zeros(column.shape[1])
        return np.array([np.interp(x, self.at, year) for year in column.T])

    def spread(self, column: Values, old: float | None, new: float | None) -> Values:
        """σ_i of every column between two settings. column: s, (settings, years)."""
        before, after = self.read(column, old), self.read(column, new)
        if old is None or new is None:
            return before + after
        off, on = old - self.usual, new - self.usual
        if off * on < 0:
            return before + after
        return np.maximum(before, after) * (abs(new - old) / max(abs(off), abs(on)) if off or on else 1.0)


@dataclass(frozen=True)
class Aimed:
    """What levers do to one target, in its unit.

    columns: years as text (the years of a sum added up), then `final`; window: (low, high) of a final value that meets the target, None
    where it is judged with others; bounds: natural ones, (low, high); draws: that effects are a mean of; effects: lever → (m, s), each
    (settings, columns), of levers that move it; apart: a of each column.
    """

    name: str
    id: str
    area: str | None
    columns: tuple[str, ...]
    window: tuple[float, float] | None
    bounds: tuple[float, float]
    draws: int
    apart: Values
    effects: Mapping[str, tuple[Values, Values]]


@dataclass(frozen=True)
class Effects:
    """All of a plan's levers and targets. context: what made it."""

    levers: tuple[Curve, ...]
    aims: tuple[Aimed, ...]
    context: Mapping[str, Any] = field(default_factory=dict)

    def curve(self, lever: str) -> Curve:
        """The curve of a lever. Raises KeyError."""
        return next(one for one in self.levers if one.id == lever)

    def moves(self, aim: Aimed, new: Setting, old: Setting | None = None) -> tuple[Values, Values]:
        """(Δ, σ) of every column between two settings; levers left out stand where the scenario has them."""
        old = old or {}
        total, spread, apart, count = np.zeros(len(aim.columns)), np.zeros(len(aim.columns)), np.zeros(len(aim.columns)), 0
        for name in sorted({*new, *old}):
            before, after = old.get(name), new.get(name)
            if before == after or name not in aim.effects:
                continue
            curve, (mean, sd) = self.curve(name), aim.effects[name]
            step = curve.read(mean, after) - curve.read(mean, before)
            total, spread, apart = total + step, spread + curve.spread(sd, before, after) ** 2, apart + step**2
            count += 1
        return total, np.sqrt(spread + (aim.apart**2 * apart if count > 1 else 0.0))


def moved_quantiles(run: Quantiles, shift: float, sd: float, bounds: tuple[float, float] = (-np.inf, np.inf)) -> Quantiles:
    """p10, p50, p90 of a run as the preview has them."""
    low, middle, high = run
    moved = middle + shift - np.hypot(middle - low, TENTH * sd), middle + shift, middle + shift + np.hypot(high - middle, TENTH * sd)
    one, two, three = np.clip(moved, *bounds).tolist()
    return one, two, three


def chance_within(quantiles: Quantiles, window: tuple[float, float]) -> float:
    """Probability of the window under two normal halves through the quantiles."""
    low, middle, high = quantiles
    tiny = 1e-9 * (1.0 + abs(middle))

    def below(x: float) -> float:
        side = (high - middle) if x > middle else (middle - low)
        return float(ndtr((x - middle) * TENTH / max(side, tiny)))

    return below(window[1]) - below(window[0])


def moved_chance(counted: float, n: int, old: Quantiles, new: Quantiles, window: tuple[float, float]) -> float:
    """The frequency `counted` in n draws, after the quantiles have moved from old to new."""
    edge = 0.5 / (n + 1)
    was, before, after = ndtri(np.clip([counted, chance_within(old, window), chance_within(new, window)], edge, 1 - edge))
    return float(np.clip(ndtr(was + after - before), edge, 1 - edge))
