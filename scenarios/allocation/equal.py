"""Tasks of equal probability: the one probability p at which what each area would meet with p adds up to the city's total.

    Σ over areas of value_a(p) = T        value_a(p): the (1 − p)-quantile of area a over draws (the p-quantile where less is better)

The sum falls (rises) with p, so that p is found by halving. A total that no p in (0, 1) reaches is divided in proportion to the values at
the nearest end, and said to be out of reach (or certain).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from scenarios.verdicts.meeting import Values

HALVINGS = 50


def quantile(values: Values, probability: float, *, fewer: bool) -> float:
    """What is met with a probability, linear between draws at (k − ½) ÷ n."""
    level = probability if fewer else 1 - probability
    return float(np.quantile(values, min(max(level, 0.0), 1.0), method="hazen"))


def of_equal_probability(total: float, finals: Mapping[str, Values], *, fewer: bool = False) -> tuple[dict[str, float], float]:
    """({area: task}, p). Tasks add up to the total; p is 0 (out of reach) or 1 (sure) where no probability in between gives it."""
    if not finals:
        return {}, 0.0

    def tasks(p: float) -> dict[str, float]:
        return {area: quantile(values, p, fewer=fewer) for area, values in finals.items()}

    def beyond(p: float) -> bool:
        """Whether p asks for less effort than the total does."""
        summed = sum(tasks(p).values())
        return summed > total if not fewer else summed < total

    low, high = 0.0, 1.0
    if not beyond(low):
        return in_proportion(total, tasks(0.0)), 0.0
    if beyond(high):
        return in_proportion(total, tasks(1.0)), 1.0
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if beyond(middle) else (low, middle)
    return in_proportion(total, tasks(low)), low


def in_proportion(total: float, weights: Mapping[str, float]) -> dict[str, float]:
    """The total divided in proportion to weights; evenly where they add to nothing."""
    whole = sum(weights.values())
    if whole <= 0:
        return {area: total / len(weights) for area in weights}
    return {area: total * weight / whole for area, weight in weights.items()}


def whole_units(amounts: Mapping[str, float], decimals: int) -> dict[str, float]:
    """Amounts with so many decimals that still add up to their rounded sum: the largest remainders are rounded up (最大余额法)."""
    unit = 10.0**-decimals
    scaled = {area: amount / unit for area, amount in amounts.items()}
    down = {area: float(np.floor(value + 1e-9)) for area, value in scaled.items()}
    missing = int(round(sum(scaled.values()) - sum(down.values())))
    order: Sequence[str] = sorted(amounts, key=lambda area: (down[area] - scaled[area], area))
    for area in order[:missing]:
        down[area] += 1
    return {area: round(value * unit, 9) for area, value in down.items()}
