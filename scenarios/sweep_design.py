"""Designs of a sweep: which settings of levers and uncertainties are tried, point by point.

    grid    every combination of the values listed
    zip     the first values together, then the second ones, and so on
    lhs     `points` points of a Latin hypercube over ranges [low, high]
    sobol   the first `points` points of a scrambled Sobol sequence over ranges; prefix-stable
    table   one row a point, written here (`rows`) or in a CSV file (`file`)
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.frozen import frozen, plain

KINDS = ("grid", "zip", "lhs", "sobol", "table")
LISTED, RANGED = ("grid", "zip"), ("lhs", "sobol")


@dataclass(frozen=True)
class Point:
    """One point of a design: lever values, in the lever's own grammar, and fixed values of uncertain parameters."""

    levers: Mapping[str, Any] = field(default_factory=dict)
    uncertainties: Mapping[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The point as plain data."""
        return {"levers": plain(self.levers), "uncertainties": plain(self.uncertainties)}


@dataclass(frozen=True)
class Design:
    """A design as written: its kind, what it varies, and how many points where that is not given by the values."""

    kind: str = "grid"
    levers: Mapping[str, Any] = field(default_factory=dict)
    uncertainties: Mapping[str, Any] = field(default_factory=dict)
    points: int | None = None
    rows: Sequence[Mapping[str, Any]] = ()

    def count(self) -> int:
        """Number of points."""
        lists = [*self.levers.values(), *self.uncertainties.values()]
        if self.kind == "table":
            return len(self.rows)
        if self.kind in RANGED:
            return int(self.points or 0)
        if not lists:
            return 1
        sizes = [len(values) for values in lists]
        return sizes[0] if self.kind == "zip" else int(np.prod(sizes, dtype=object))

    def made(self, seed: int) -> list[Point]:
        """The points, in order. seed: of a sampled design; the same seed gives the same points."""
        if self.kind == "table":
            return [_point(row, self.levers) for row in self.rows]
        names = [*self.levers, *self.uncertainties]
        lists = [*self.levers.values(), *self.uncertainties.values()]
        if self.kind in RANGED:
            settings = _sampled(self.kind, lists, int(self.points or 0), seed)
        elif not names:
            settings = [()]
        else:
            settings = list(product(*lists)) if self.kind == "grid" else list(zip(*lists, strict=True))
        return [_point(dict(zip(names, row, strict=True)), self.levers) for row in settings]


def _point(row: Mapping[str, Any], levers: Mapping[str, Any]) -> Point:
    return Point(
        frozen({name: value for name, value in row.items() if name in levers}),
        frozen({name: float(value) for name, value in row.items() if name not in levers}),
    )


def _sampled(kind: str, ranges: Sequence[Sequence[float]], points: int, seed: int) -> list[tuple[float, ...]]:
    """`points` settings spread over ranges [low, high]."""
    low, high = np.array(ranges, float).T
    return [tuple(float(v) for v in row) for row in low + unit_points(kind, points, len(ranges), seed) * (high - low)]


def unit_points(kind: str, points: int, dimensions: int, seed: int) -> NDArray[np.float64]:
    """Points of [0, 1), shape (points, dimensions), by a luck of their own: no draw of the parameters shadows them."""
    from scipy.stats import qmc

    rng = np.random.default_rng(int.from_bytes(hashlib.sha256(f"design/{kind}/{seed}".encode()).digest()[:8], "little"))
    if kind == "lhs":
        return np.asarray(qmc.LatinHypercube(dimensions, rng=rng).random(points), float)
    whole = 1 << max(points - 1, 0).bit_length()  # a power of two keeps the sequence balanced
    return np.asarray(qmc.Sobol(dimensions, scramble=True, rng=rng).random(whole)[:points], float)


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a CSV file (UTF-8, first row the names); what reads as a number becomes one. Raises BadInput."""
    from model.documents import read_text

    return [{str(k): _number(v) for k, v in row.items()} for row in csv.DictReader(read_text(path).splitlines())]


def _number(text: Any) -> Any:
    try:
        return float(text)
    except (TypeError, ValueError):
        return text
