"""A value as a plan would print it: in steps of about a hundredth, no finer than the plan's decimals unless those would decide the odds."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from scenarios.verdicts.meeting import Values
from scenarios.verdicts.rounding import rounded

CLOSE = 0.03
EVEN = 1e-9
COARSEST = 0.01
ROUGHEST = 0.1
"""A step of more than a tenth of the value would decide it: 0.98 万人 is not printed as 1 or 0."""
FINER = 2
"""At most so many decimals more than the plan prints."""


@dataclass(frozen=True)
class Printed:
    """A rounded value, the decimals it is printed with, and how often it is met."""

    value: float
    decimals: int
    probability: float


def steps_for(value: float, decimals: int) -> list[tuple[float, int]]:
    """(step, decimals) from coarse to fine: about a hundredth of the value first, then the plan's decimals, then one and two more."""
    finest = 10.0**-decimals
    size = abs(value) * COARSEST
    coarse = 10.0 ** math.floor(math.log10(size)) if size > finest else finest
    out = []
    while coarse > finest * 1.5:
        out += [(5 * coarse, decimals)] if 5 * coarse <= size else []
        out.append((coarse, decimals))
        coarse /= 10
    out.append((finest, decimals))
    out += [(10.0 ** -(decimals + more), decimals + more) for more in range(1, FINER + 1)]
    return [(step, digits) for step, digits in out if step <= ROUGHEST * abs(value)] or out[-1:]


def honest(finals: Values, wanted: float, *, fewer: bool) -> float:
    """The hardest of the drawn values that so many draws attain that Jeffreys' estimate is at least `wanted`; with too few draws for
    that, the easiest of all.
    """
    order = np.sort(finals) if fewer else -np.sort(-finals)
    count = min(len(order), max(1, math.ceil(wanted * (len(order) + 1) - 0.5 - EVEN)))
    return float(order[count - 1])


def as_printed(value: float, wanted: float, decimals: int, met: Callable[[float, int], float]) -> Printed:
    """The roundest value near to this one (`honest`) that is met at least as often as wanted and hardly more often (within CLOSE), else
    the hardest that is met so often; where no value is, the one that is met most often.

    met(value, decimals): how often a target of that value, printed with so many decimals, is met.
    """
    best: Printed | None = None
    for step, digits in steps_for(value, decimals):
        below = math.floor(value / step + EVEN)
        for count in range(below - 1, below + 3):  # one more on either side: a draw is rounded too, and 超过 is strict
            candidate = float(rounded(count * step, digits))
            found = Printed(candidate, digits, met(candidate, digits))
            if best is None or _better(found, best, wanted, value):
                best = found
        if best is not None and wanted - EVEN <= best.probability <= wanted + CLOSE:
            return best
    assert best is not None  # noqa: S101 - there is always a step
    return best


def _better(found: Printed, best: Printed, wanted: float, value: float) -> bool:
    """Whether a value is met as often as wanted where the other is not, or comes closer to that; of two alike the one nearer to `value`."""
    keeps, kept = found.probability >= wanted - EVEN, best.probability >= wanted - EVEN
    if keeps != kept:
        return keeps
    if abs(found.probability - best.probability) <= EVEN:
        return abs(found.value - value) < abs(best.value - value) - EVEN
    return (found.probability < best.probability) is keeps
