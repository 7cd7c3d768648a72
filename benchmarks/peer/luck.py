"""Keyed draws on plain Python integers."""

from __future__ import annotations

import numpy as np

from model.luck_reference import choose, decision_key, draw64, hash_ids, mix64, threshold, uniform

__all__ = ["Luck", "choose", "draw64", "hash_ids", "mix64", "threshold", "uniform"]


class Luck:
    """The draws of a city: by decision of this month, by lasting taste, or by decision of this year."""

    seed: int
    month: int
    _keys: dict[tuple[str, int], int]

    def draw(self, decision: str, identity: int) -> int:
        """64 bits for a decision of this month."""
        return draw64(self.key(decision, self.month), identity)

    def share(self, decision: str, identity: int) -> float:
        """The same in [0, 1)."""
        return uniform(draw64(self.key(decision, self.month), identity))

    def taste(self, name: str, identity: int) -> float:
        """A lasting taste in [0, 1)."""
        return uniform(draw64(self.key(f"lasting.{name}", 0), identity))

    def this_year(self, decision: str, identity: int) -> float:
        """A decision that is taken once in the years since the start, in [0, 1)."""
        return uniform(draw64(self.key(f"yearly.{decision}", self.month // 12), identity))

    def key(self, decision: str, month: int) -> int:
        """The key of a decision, made once."""
        found = self._keys.get((decision, month))
        if found is None:
            found = self._keys[decision, month] = decision_key(self.seed, decision, month)
        return found


def rint(x: float) -> int:
    """Round to the nearest, halves to even."""
    return int(np.rint(x))
