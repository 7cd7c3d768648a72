"""Curves of effects, and the sums that a browser can do too (dashboard/assets/effects.js does the same ones).

Lever i, set to x for the whole run, moves a target by m_i(x) against the same draw and luck under the scenario as it stands; m_i is the
mean over draws and s_i the standard deviation about it in a draw not seen, both straight between the settings that were run, and nought
where the scenario itself has the lever. From the setting x⁰ of a run to the setting x¹ the target moves by

    Δ = Σ_i m_i(x¹_i) − m_i(x⁰_i),        σ² = Σ_i w_i² max(s_i(x¹_i), s_i(x⁰_i))²  +  a² Σ_i (m_i(x¹_i) − m_i(x⁰_i))²

over the levers that differ. w_i = |x¹_i − x⁰_i| / max(|x¹_i − r_i|, |x⁰_i − r_i|), at most 1, is the part of the way from rest r_i that
lies between them (an assumption: a draw that answers strongly does so all along). The last term, for two levers and more, is what addition
leaves out: a (`apart`) is found where several levers are moved together.

A run's quantiles move with Δ, their distances from the median grow: d' = √(d² + (z σ)²), z the normal quantile of .9 (an assumption: effect
and level are independent between draws). The frequency of meeting a target moves by as many standard normal steps as its edge does in a
normal distribution of two halves through the three quantiles, so that no move leaves it as it was counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

Values = NDArray[np.float64]
FINAL = "final"
TENTH = float(ndtri(0.9))
"""Standard deviations from the median of a normal distribution to its p10 or p90."""
EDGE = 1e-3
"""Frequencies nearer to 0 or 1 are taken as this far from them: so many draws nobody looks at."""


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

    def way(self, old: float | None, new: float | None) -> float:
        """w: the part of the way from rest that lies between two settings."""
        rest = self.usual if self.rest is None else self.rest
        off = [abs((rest if x is None else x) - rest) for x in (old, new)]
        if old is None or new is None or max(off) == 0.0:
            return 1.0
        return min(1.0, abs(new - old) / max(off))


@dataclass(frozen=True)
class Aimed:
    """What levers do to one target, in its unit. columns: years as text, then `final`; basis: by_year or cumulative; window: (low, high) of
    a final value that meets the target, None where it is judged with others; effects: lever → (m, s), each (settings, columns), of levers
    that move it; apart: a of each column.
    """

    name: str
    id: str
    area: str | None
    basis: str
    columns: tuple[str, ...]
    window: tuple[float, float] | None
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

    def outside(self, setting: Mapping[str, float]) -> list[str]:
        """Levers of a setting that were not run, or not so far."""
        known = {one.id: one for one in self.levers}
        return [name for name, x in setting.items() if name not in known or not known[name].at[0] <= x <= known[name].at[-1]]

    def moves(self, aim: Aimed, new: Mapping[str, float], old: Mapping[str, float] | None = None) -> tuple[Values, Values]:
        """(Δ, σ) of every column between two settings; levers left out stand where the scenario has them."""
        old = old or {}
        total, spread, apart, count = np.zeros(len(aim.columns)), np.zeros(len(aim.columns)), np.zeros(len(aim.columns)), 0
        for name in sorted({*new, *old}):
            before, after = old.get(name), new.get(name)
            if before == after or name not in aim.effects:
                continue
            curve, (mean, sd) = self.curve(name), aim.effects[name]
            step = curve.read(mean, after) - curve.read(mean, before)
            off = curve.way(before, after) * np.maximum(curve.read(sd, after), curve.read(sd, before))
            total, spread, apart, count = total + step, spread + off**2, apart + step**2, count + 1
        return total, np.sqrt(spread + (aim.apart**2 * apart if count > 1 else 0.0))


def moved_quantiles(quantiles: tuple[float, float, float], shift: float, sd: float) -> tuple[float, float, float]:
    """p10, p50, p90 of a run as the preview has them."""
    low, middle, high = quantiles
    down, up = np.hypot(middle - low, TENTH * sd), np.hypot(high - middle, TENTH * sd)
    return float(middle + shift - down), float(middle + shift), float(middle + shift + up)


def chance_within(quantiles: tuple[float, float, float], window: tuple[float, float]) -> float:
    """Probability of the window under two normal halves through the quantiles."""
    low, middle, high = quantiles
    tiny = 1e-9 * (1.0 + abs(middle))

    def below(x: float) -> float:
        side = (high - middle) if x > middle else (middle - low)
        return float(ndtr((x - middle) * TENTH / max(side, tiny)))

    return below(window[1]) - below(window[0])


def moved_chance(chance: float, old: tuple[float, float, float], new: tuple[float, float, float], window: tuple[float, float]) -> float:
    """The frequency `chance` after the quantiles have moved from old to new."""
    before, after = (float(ndtri(np.clip(chance_within(q, window), EDGE, 1 - EDGE))) for q in (old, new))
    return float(ndtr(float(ndtri(np.clip(chance, EDGE, 1 - EDGE))) + after - before))
