"""Wages: the effects of persons and matches that are worked out together, one by one, and as logistic variables."""

from __future__ import annotations

import numpy as np
from numba import njit

from model.luck import ALL
from model.wages import logit, logits


@njit
def one_by_one(draws):  # type: ignore[no-untyped-def]
    """`logit` of each draw."""
    return np.array([logit(draw) for draw in draws])


def test_effects_together_are_those_one_by_one() -> None:
    draws = np.concatenate([np.random.default_rng(2).integers(0, 2**64, 20_000, np.uint64), np.array([0, 1, 2**63, int(ALL)], np.uint64)])
    found = np.empty(draws.size)
    logits(draws, np.empty(draws.size), found)
    assert found.tobytes() == one_by_one(draws).tobytes()
    assert abs(found[:-4].mean()) < 0.03 and abs(found[:-4].std() - 1.0) < 0.03, "sd 1: four standard errors are 0.028"
