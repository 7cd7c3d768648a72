"""Designs and indices of SALib over the unit cube, blocks with a failed run left out.

morris: `mu` is the mean change of the answer over a factor's whole range, `mu_star` its mean size, `sigma` how much it depends
on the other factors (Morris 1991; Campolongo et al. 2007). sobol: `S1` is the share of variance that a factor explains
alone, `ST` with all its interactions (Saltelli et al. 2010). Confidence: 95 %, by resampling.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

MORRIS, SOBOL = "morris", "sobol"
METHODS = (MORRIS, SOBOL)
LEVELS = 4
COLUMNS = {MORRIS: ("mu", "mu_star", "mu_star_conf", "sigma"), SOBOL: ("S1", "S1_conf", "ST", "ST_conf")}
RANKED_BY = {MORRIS: "mu_star", SOBOL: "ST"}
Points = NDArray[np.float64]


def _problem(factors: int) -> dict[str, Any]:
    return {"num_vars": factors, "names": [f"x{i}" for i in range(factors)], "bounds": [[0.0, 1.0]] * factors}


def block(method: str, factors: int) -> int:
    """Runs that belong together: a trajectory, or a Sobol base point with its neighbours."""
    return factors + (1 if method == MORRIS else 2)


def design(method: str, factors: int, size: int, seed: int) -> Points:
    """Points in [0, 1], shape (size × block, factors). size: trajectories, or base points (made a power of two)."""
    if method == MORRIS:
        from SALib.sample.morris import sample

        return np.asarray(sample(_problem(factors), size, num_levels=LEVELS, seed=seed), float)
    from SALib.sample.sobol import sample as saltelli

    whole = 1 << max(size - 1, 0).bit_length()
    return np.asarray(saltelli(_problem(factors), whole, calc_second_order=False, seed=seed), float)


def indices(method: str, points: Points, answer: Points, seed: int) -> dict[str, Points] | None:
    """Every index of COLUMNS, one value a factor. None where fewer than two whole blocks came to an end.

    An answer that never varies has Morris indices 0 and no Sobol indices (None).
    """
    factors = points.shape[1]
    size = block(method, factors)
    whole = np.isfinite(answer.reshape(-1, size)).all(axis=1)
    if whole.sum() < 2:
        return None
    rows = np.repeat(whole, size)
    found = _analyse(method, factors)(points[rows], answer[rows], seed)
    return None if found is None else {name: np.asarray(found[name], float) for name in COLUMNS[method]}


def _analyse(method: str, factors: int) -> Callable[[Points, Points, int], Any]:
    def morris(points: Points, answer: Points, seed: int) -> Any:
        from SALib.analyze.morris import analyze

        return analyze(_problem(factors), points, answer, num_levels=LEVELS, conf_level=0.95, seed=seed)

    def sobol(points: Points, answer: Points, seed: int) -> Any:
        from SALib.analyze.sobol import analyze

        if np.ptp(answer) == 0.0:
            return None
        centred = (answer - answer.mean()) / answer.std()
        return analyze(_problem(factors), centred, calc_second_order=False, conf_level=0.95, seed=seed)

    return morris if method == MORRIS else sobol
