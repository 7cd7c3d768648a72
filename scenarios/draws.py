"""Draws: which values the uncertain parameters take in draw d, and the seed of its luck.

Draw d is row d of the plan's calibrated parameters (`posterior.parquet`) where there are any that fit this model, else
point d of a scrambled Sobol sequence over the declared ranges. Both are prefix-stable: draw 3 is the same among 8 draws
and among 800.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model.documents import BadInput, Fault, both
from scenarios.fingerprints import model_fingerprint

if TYPE_CHECKING:
    from model.parameters import Parameter
    from scenarios.plan_schema import Plan

ARTEFACT, CERTIFICATE = "posterior.parquet", "certificate.json"
PRIOR = "prior"
DRAWN = ("uncertainty", "measurement")
MOST = 1 << 20


def triangular(u: float, low: float, central: float, high: float) -> float:
    """The value with rank u in [0, 1] of the triangle over low … high with its peak at central."""
    if not low <= central <= high:
        raise ValueError(f"not in order: low {low}, central {central}, high {high}")
    if high == low:
        return low
    rise = (central - low) / (high - low)
    if u < rise:
        return low + math.sqrt(u * (high - low) * (central - low))
    return high - math.sqrt((1.0 - u) * (high - low) * (high - central))


def sobol(points: int, dimensions: int, seed: int) -> NDArray[np.float64]:
    """The first `points` of a scrambled Sobol sequence, shape (points, dimensions), in [0, 1); prefix-stable for one
    seed.
    """
    from scipy.stats import qmc

    if not 0 < points <= MOST:
        raise ValueError(f"1 to {MOST} points, not {points}")
    whole = 1 << (points - 1).bit_length()  # a power of two keeps the sequence balanced, and scipy quiet
    return qmc.Sobol(max(dimensions, 1), scramble=True, rng=_generator(seed, "sobol")).random(whole)[:points, :dimensions]


def growth_ranks(points: int, seed: int) -> NDArray[np.float64]:
    """Places of the drawn growth paths in their range: a scrambled sequence in base 3, which no Sobol dimension
    shadows.
    """
    from scipy.stats import qmc

    return np.asarray(qmc.Halton(2, scramble=True, rng=_generator(seed, "growth")).random(points)[:, 1], float)


def _generator(seed: int, name: str) -> np.random.Generator:
    return np.random.default_rng(int.from_bytes(hashlib.sha256(f"{name}/{seed}".encode()).digest()[:8], "little"))


def luck_seed(seed: int, draw: int, replicate: int) -> int:
    """The seed of the luck of one replicate of one draw: a hash, below 2**63."""
    text = f"luck/{int(seed)}/{int(draw)}/{int(replicate)}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little") >> 1


@dataclass(frozen=True)
class Draws:
    """Parameter values of each draw. basis: prior, base_year or posterior; growth: each draw's rank in the growth
    range.
    """

    values: tuple[dict[str, float], ...]
    growth: tuple[float, ...]
    basis: str
    warnings: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.values)


def draws_of(plan: Plan, draws: int, seed: int, *, prior: bool = False, folder: Path | None = None) -> Draws:
    """The parameter values of `draws` draws. folder: where the plan's artefact is looked for; prior: do not use it.

    Raises BadInput when more draws are wanted than the artefact has rows.
    """
    from model.parameters import declared_parameters
    from scenarios.macro import AS_PLANNED, is_drawn

    drawn = is_drawn(plan, AS_PLANNED)  # a printed figure needs no rank, and a start without scipy.stats is a second shorter
    growth = tuple(float(u) for u in growth_ranks(draws, seed)) if drawn else (0.5,) * draws
    artefact, warnings = (None, ()) if prior else read_artefact(folder)
    if artefact is None:
        return Draws(tuple(from_ranges(declared_parameters(), draws, seed)), growth, PRIOR, warnings)
    if draws > len(artefact.rows):
        raise BadInput(
            Fault(
                "--draws",
                None,
                "draws",
                str(draws),
                f"1 … {len(artefact.rows)}",
                both(
                    f"{artefact.path} 只有 {len(artefact.rows)} 行:请减少抽样数,或加 --prior",
                    f"{artefact.path} has {len(artefact.rows)} rows: fewer draws, or --prior",
                ),
            )
        )
    rest = {name: p.central for name, p in declared_parameters().items()}
    return Draws(
        tuple(rest | dict(zip(artefact.names, row, strict=True)) for row in artefact.rows[:draws].tolist()),
        growth,
        artefact.level,
    )


def from_ranges(declared: Mapping[str, Parameter], draws: int, seed: int) -> list[dict[str, float]]:
    """Values over the declared ranges: an uncertainty from its triangle, everything else at its central value."""
    drawn = sorted(name for name, p in declared.items() if p.role in DRAWN and p.low < p.high)
    ranks = sobol(draws, len(drawn), seed)
    fixed = {name: float(p.central) for name, p in declared.items()}
    return [
        fixed
        | {
            name: triangular(float(u), declared[name].low, declared[name].central, declared[name].high)
            for name, u in zip(drawn, row, strict=True)
        }
        for row in ranks
    ]


@dataclass(frozen=True)
class Artefact:
    """Calibrated parameters of a plan: one row a draw, one column a parameter."""

    path: Path
    names: Sequence[str]
    rows: NDArray[np.float64]
    level: str


def read_artefact(folder: Path | None) -> tuple[Artefact | None, tuple[str, ...]]:
    """The calibration in a plan's folder, or None and why: absent (silent), broken, or made by another model."""
    if folder is None or not (folder / ARTEFACT).is_file():
        return None, ()
    try:
        certificate = json.loads((folder / CERTIFICATE).read_text(encoding="utf-8"))
        made_by, level = str(certificate["fingerprint"]), str(certificate["level"])
        names, rows = _table(folder / ARTEFACT)
    except (OSError, ValueError, KeyError, TypeError) as error:
        said = both("校准结果无法读取，改用先验区间", "calibration cannot be read; declared ranges are used")
        return None, (f"{folder / ARTEFACT}: {said} ({error})",)
    if made_by != model_fingerprint():
        zh = "校准结果出自另一版模型，改用先验区间；请重新运行 renshe calibrate"
        en = "calibrated with another version of the model; declared ranges are used; run renshe calibrate again"
        return None, (f"{folder / ARTEFACT}: {both(zh, en)}",)
    if level not in ("base_year", "posterior"):
        return None, (f"{folder / CERTIFICATE}: level = {level}; base_year, posterior",)
    return Artefact(folder / ARTEFACT, names, rows, level), ()


def _table(path: Path) -> tuple[list[str], NDArray[np.float64]]:
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    rows = np.column_stack([table.column(name).to_numpy() for name in table.column_names]).astype(float)
    if not len(rows) or not np.isfinite(rows).all():
        raise ValueError("empty, or not finite")
    return list(table.column_names), rows
