"""Single-year age pyramids: the national shape, raked to the broad ages that a city has published.

Only the broad ages of a city are published; the shape inside them is the nation's, so that the trough of births of 1959-61
and the peak of 1962-73 stand where they do in life.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

AGES = 101


@cache
def _pyramids() -> dict[int, NDArray[np.float64]]:
    out: dict[int, NDArray[np.float64]] = {}
    with resources.files("model.national").joinpath("pyramids.csv").open(encoding="utf-8") as text:
        for row in csv.DictReader(text):
            table = out.setdefault(int(row["year"]), np.zeros((2, AGES)))
            table["mf".index(row["sex"]), min(int(row["age"]), AGES - 1)] += float(row["persons"])
    return out


def national(year: int) -> NDArray[np.float64]:
    """China's persons by sex and single year of age, shape (2, 101), from the end-2010, 2015 or 2020 table nearest to `year`."""
    known = _pyramids()
    return known[min(known, key=lambda y: abs(y - year))].copy()


def rake(shape: NDArray[np.float64], broad: Mapping[tuple[int, int], float], men: float | None = None,
         rounds: int = 50) -> NDArray[np.float64]:
    """`shape` (2, 101) scaled so that it has the totals `broad` {(first age, last age): persons} and, if given, `men` in all.

    Iterative proportional fitting: each round scales the age groups, then the sexes. The totals of `broad` hold exactly at the end.
    """
    table = shape.astype(float).copy()
    everyone = sum(broad.values())
    for _ in range(rounds):
        if men is not None:
            table *= (np.array([men, everyone - men]) / table.sum(axis=1))[:, None]
        for (first, last), total in broad.items():
            table[:, first:last + 1] *= total / table[:, first:last + 1].sum()
    return table


def whole(table: NDArray[np.float64], total: int | None = None) -> NDArray[np.int64]:
    """`table` as whole persons, by largest remainders, so that the sum is `total` (or the rounded sum of the table)."""
    flat = table.ravel()
    total = int(round(float(flat.sum()))) if total is None else total
    floor = np.floor(flat).astype(np.int64)
    left = total - int(floor.sum())
    order = np.lexsort((np.arange(flat.size), floor - flat))
    floor[order[:left]] += 1
    return floor.reshape(table.shape)
