"""Wages: the effects of persons and matches that are worked out together, one by one, and as logistic variables."""

from __future__ import annotations

import numpy as np
from numba import njit

from model.arithmetic import log
from model.luck import ALL, uniform
from model.wages import LOGISTIC_SD, logits


@njit
def one_by_one(draws):  # type: ignore[no-untyped-def]
    """The logistic variable of sd 1 of each draw."""
    u = np.array([min(max(uniform(draw), 1e-9), 1.0 - 1e-9) for draw in draws])
    return np.array([log(x / (1.0 - x)) / LOGISTIC_SD for x in u])


def test_effects_together_are_those_one_by_one() -> None:
    draws = np.concatenate([np.random.default_rng(2).integers(0, 2**64, 20_000, np.uint64), np.array([0, 1, 2**63, int(ALL)], np.uint64)])
    found = np.empty(draws.size)
    logits(draws, np.empty(draws.size), found)
    assert found.tobytes() == one_by_one(draws).tobytes()
    assert abs(found[:-4].mean()) < 0.03 and abs(found[:-4].std() - 1.0) < 0.03, "sd 1: four standard errors are 0.028"
