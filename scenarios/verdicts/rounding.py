"""Values as the plan prints them: every comparison is made on rounded values (四舍五入).

A plan that prints 375 万人 is met by 374.5; one that prints < 3.0 is not met by 2.96. Sums and changes of unit leave
binary noise (37.449999999999996 for 37.45), so a value within one part in 10^12 below a half counts as the half.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

NOISE = 1e-12  # relative; far above what a few thousand float additions leave, far below any printed digit
MOST_NOISE = 1e-4  # in last digits, so that very large numbers are not moved


def in_last_digits(values: ArrayLike, decimals: int) -> NDArray[np.float64]:
    """Values counted in the last printed digit, as whole floats: (37.45, 1) → 375. Halves go away from zero; NaN
    stays."""
    scaled = np.asarray(values, dtype=np.float64) * 10.0**decimals
    size = np.abs(scaled)
    return np.copysign(np.floor(size + np.minimum(size * NOISE, MOST_NOISE) + 0.5), scaled)


def rounded(values: ArrayLike, decimals: int) -> NDArray[np.float64]:
    """Values with so many decimals: (37.45, 1) → 37.5, (2.675, 2) → 2.68."""
    return in_last_digits(values, decimals) / 10.0**decimals


def satisfies(
    values: ArrayLike, op: str, target: float, decimals: int, *, tolerance: float = 0.0, one_sided: bool = False
) -> NDArray[np.bool_]:
    """Whether each value, as printed, stands as `op` says to the target. NaN never does.

    op: ge gt le lt eq about; 以上, 以内, 不少于 are inclusive, 超过 and < strict. tolerance (about only): in the unit
    of the values; one_sided: only too much is wrong (左右 on unemployment). Raises ValueError for another op.
    """
    off = in_last_digits(values, decimals) - in_last_digits(target, decimals)
    slack = tolerance * 10.0**decimals + MOST_NOISE
    if op == "about":
        return np.asarray(off <= slack if one_sided else np.abs(off) <= slack)
    compare = {"ge": np.greater_equal, "gt": np.greater, "le": np.less_equal, "lt": np.less, "eq": np.equal}.get(op)
    if compare is None:
        raise ValueError(f"op {op!r} is none of ge gt le lt eq about")
    return np.asarray(compare(off, 0.0))
