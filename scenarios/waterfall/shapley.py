"""Shapley values: each cause's mean effect over all orders in which causes can be switched on.

Sets of causes are whole numbers, bit i for cause i. With few causes every set is evaluated; beyond, orders are sampled, each
with its reverse (an order and its reverse together are nearer the mean: Mitchell et al. 2022, JMLR 23:43). Either way the
effects add up to the whole difference in every draw.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import factorial

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


def every_set(causes: int) -> list[int]:
    """All sets of so many causes."""
    return list(range(1 << causes))


def exact(values: Mapping[int, Values], causes: int) -> Values:
    """Effects, shape (causes, draws). values: set → one value a draw, for every set."""
    weights = [factorial(size) * factorial(causes - size - 1) / factorial(causes) for size in range(causes)]
    out = []
    for cause in range(causes):
        others = [some for some in every_set(causes) if not some >> cause & 1]
        out.append(sum(weights[some.bit_count()] * (values[some | 1 << cause] - values[some]) for some in others))
    return np.array(out, float)


def sampled_orders(causes: int, draws: int, pairs: int, seed: int) -> list[list[list[int]]]:
    """For each draw `pairs` random orders, each followed by its reverse."""
    rng = np.random.default_rng([seed, causes, 0x5A])
    out = []
    for _ in range(draws):
        some = [rng.permutation(causes).tolist() for _ in range(pairs)]
        out.append([order for one in some for order in (one, one[::-1])])
    return out


def sets_along(order: Sequence[int]) -> list[int]:
    """The sets that an order passes through, from none to all."""
    out = [0]
    for cause in order:
        out.append(out[-1] | 1 << cause)
    return out


def along(orders: Sequence[Sequence[Sequence[int]]], value: Callable[[int, int], float], causes: int) -> Values:
    """Effects, shape (causes, draws), each draw's mean over its own orders. value(set, draw)."""
    out = np.zeros((causes, len(orders)))
    for draw, some in enumerate(orders):
        for order in some:
            passed = [value(one, draw) for one in sets_along(order)]
            for cause, step in zip(order, np.diff(passed), strict=True):
                out[cause, draw] += step / len(some)
    return out
