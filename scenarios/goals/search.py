"""Searching the levers' box by the emulator: the cheapest setting for a probability, and the highest probability there is.

The box is filled evenly, its edges and corners looked at too; the search then closes in on the best setting found, and
takes back what is not needed, lever by lever. The same question always has the same answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scenarios.emulator import Emulator
from scenarios.emulator.training import from_rest
from scenarios.goals.prices import Purse
from scenarios.sweep_design import unit_points

Values = NDArray[np.float64]
FILL, EDGE, CLOSER, NEAR = 1024, 33, 10, 128
BACK = 24
FARTHER = 1e-3
"""What one standard deviation nearer to the target counts for, beside P."""


@dataclass(frozen=True)
class Search:
    """A question to the emulator. shift: aim → correction of its values that fresh runs have shown to be needed."""

    emulator: Emulator
    purse: Purse
    seed: int = 1
    shift: Mapping[str, float] = field(default_factory=dict)

    def probabilities(self, x: Values) -> Values:
        """P of each aim, shape (points, aims)."""
        u = from_rest(self.emulator.levers, x)
        found = [self.emulator.responses[aim.name].probability(u, self.shift.get(aim.name, 0.0)) for aim in self.emulator.aims]
        return np.stack(found, axis=1)

    def least(self, x: Values) -> Values:
        """The lowest P of all aims, shape (points,)."""
        return np.asarray(self.probabilities(x).min(axis=1))

    def standing(self, x: Values) -> Values:
        """The lowest P, and where that tells settings hardly apart, how near the farthest aim is to its target, shape (points,)."""
        u, aims = from_rest(self.emulator.levers, x), self.emulator.aims
        off = [self.emulator.responses[aim.name].shortfall(u, self.shift.get(aim.name, 0.0)) for aim in aims]
        return np.asarray(self.least(x) - FARTHER * np.max(off, axis=0))

    def box(self) -> tuple[Values, Values]:
        """Low and high ends of the levers."""
        return np.array([one.low for one in self.purse.levers]), np.array([one.high for one in self.purse.levers])

    def first(self) -> Values:
        """Settings to begin with: rest, the corner of all high ends, each lever alone from rest to its end, and an even filling."""
        low, high = self.box()
        rest = self.purse.rest
        alone = np.repeat(rest[None], EDGE * len(rest), axis=0)
        for i in range(len(rest)):
            alone[i * EDGE : (i + 1) * EDGE, i] = np.linspace(low[i], high[i], EDGE)
        fill = low + unit_points("sobol", FILL, len(rest), self.seed) * (high - low)
        return np.concatenate([rest[None], high[None], alone, fill])

    def cheapest(self, wanted: float) -> Values | None:
        """The cheapest affordable setting with P ≥ wanted for every aim; None where none was found."""
        x = self.first()
        best = self._best(x, wanted)
        if best is None:
            highest = self.highest()
            if self.least(highest[None])[0] < wanted:
                return None
            best = highest
        for near in self._closer(len(best)):
            found = self._best(np.concatenate([best[None], self._around(best, near)]), wanted)
            best = best if found is None else self._taken_back(found, wanted)
        return best

    def highest(self) -> Values:
        """The affordable setting with the highest P of its worst aim; of equals the cheapest."""
        x = self.first()
        best = self._most(x)
        for near in self._closer(len(best)):
            best = self._most(np.concatenate([best[None], self._around(best, near)]))
        return best

    def _closer(self, levers: int) -> list[Values]:
        """Even steps in [−1, 1], closing in round by round."""
        return [(2 * unit_points("lhs", NEAR, levers, self.seed + i) - 1) * 0.5 * 0.65**i for i in range(CLOSER)]

    def _around(self, best: Values, steps: Values) -> Values:
        low, high = self.box()
        return np.clip(best + steps * (high - low), low, high)

    def _most(self, x: Values) -> Values:
        x = x[self.purse.affordable(x)] if self.purse.affordable(x).any() else self.purse.rest[None]
        standing = self.standing(x)
        top = standing >= standing.max() - 0.02 * FARTHER
        return np.asarray(x[top][self.purse.cost(x[top]).argmin()])

    def _best(self, x: Values, wanted: float) -> Values | None:
        fine = self.purse.affordable(x)
        fine[fine] = self.least(x[fine]) >= wanted
        if not fine.any():
            return None
        return np.asarray(x[fine][self.purse.cost(x[fine]).argmin()])

    def _taken_back(self, x: Values, wanted: float) -> Values:
        """The setting with each lever moved back towards rest as far as P allows, the dearest first, and all together."""
        rest = self.purse.rest
        for i in np.argsort(-np.abs(self.purse.added(x[None])[0]), kind="stable"):
            x = self._along(x, np.where(np.arange(len(x)) == i, rest, x), wanted)
        return self._along(x, rest, wanted)

    def _along(self, x: Values, towards: Values, wanted: float) -> Values:
        """The cheapest setting on the way that still does."""
        way = x + np.linspace(0.0, 1.0, BACK)[:, None] * (towards - x)
        found = self._best(way, wanted)
        return x if found is None else found
