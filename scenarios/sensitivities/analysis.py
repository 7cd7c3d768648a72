"""A sensitivity analysis from question to answer: factors, design, runs by common luck, indices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from model.documents import BadInput, Fault, both, unknown_name
from scenarios.draws import PRIOR
from scenarios.presets import scenario_called
from scenarios.scenario import Scenario
from scenarios.sensitivities.indices import COLUMNS, METHODS, MORRIS, RANKED_BY, block, design, indices
from scenarios.studies import Aim, Factor, Study, aims_of, answers, factors_of
from scenarios.studies.aims import aim_as_json

SIZES = {"morris": 10, "sobol": 64}
SIZE_LIMITS = (2, 65_536)


@dataclass(frozen=True)
class Sensitivity:
    """What drives what. frame: one row an aim and factor: id, area, factor, kind and the indices of the method; runs, failed:
    how many; unmoved: aims that no factor moves.
    """

    method: str
    aims: tuple[Aim, ...]
    factors: tuple[Factor, ...]
    frame: pd.DataFrame
    runs: int
    failed: int
    unmoved: tuple[str, ...]
    notes: tuple[str, ...]
    context: dict[str, Any]

    def of(self, aim: Aim) -> pd.DataFrame:
        """The factors of one aim, the strongest first."""
        rows = self.frame[self.frame["aim"] == aim.name]
        return rows.sort_values(RANKED_BY[self.method], ascending=False, kind="stable", ignore_index=True)

    def as_json(self) -> dict[str, Any]:
        """The document of `sensitivity --json`."""
        named = [{"id": f.id, "kind": f.kind, "name_zh": f.name_zh, "name_en": f.name_en, "unit": f.unit, "low": f.at[0], "high": f.at[1],
                  "evidence": f.evidence} for f in self.factors]
        rows = [{"factor": str(row["factor"]), **{name: _number(row[name]) for name in COLUMNS[self.method]}}
                for aim in self.aims for _, row in self.of(aim).iterrows()]
        size = len(self.factors)
        found = [rows[i * size : (i + 1) * size] for i in range(len(self.aims))]
        return {**self.context, "method": self.method, "runs": self.runs, "failed": self.failed, "confidence": 0.95, "factors": named,
                "indicators": [{**aim_as_json(aim), "moved": aim.name not in self.unmoved, "factors": found[i]}
                               for i, aim in enumerate(self.aims)], "notes": list(self.notes)}


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def sensitivity(
    plan: str | Path | Scenario, *, scenario: str = "baseline", method: str = MORRIS, levers: Sequence[str] = ("all",),
    uncertainties: Sequence[str] = ("all",), growth: bool = True, indicators: Sequence[str] = ("all",), areas: Sequence[str] = ("ALL",),
    size: int | None = None, draws: int = 1, **how: Any,
) -> Sensitivity:
    """Which levers, uncertainties and growth drive the final values of a plan's targets.

    plan: a plan's id or folder, or a scenario to vary around; size: trajectories of morris (default 10) or base points of sobol
    (default 64); draws: every point is run with the luck (and the parameters that are not varied) of so many draws, averaged;
    how: seed, scale, until, executor, threads, prior, fresh, progress as of `running.run`. Raises BadInput.
    """
    _check(method, size)
    chosen = plan if isinstance(plan, Scenario) else scenario_called(scenario, plan)
    study = Study(chosen, draws=draws, **how)
    factors = factors_of(chosen, levers=levers, uncertainties=uncertainties, growth=growth, prior=study.drawn.basis == PRIOR)
    aims = aims_of(study.plan, indicators, areas)
    points = design(method, len(factors), size or SIZES[method], study.seed)
    low, high = (np.array([getattr(f, end) for f in factors]) for end in ("low", "high"))
    runs = [study.at(factors, point, draw) for point in low + points * (high - low) for draw in range(draws)]
    found = answers(study, runs, aims)
    rows, unmoved = [], []
    for aim in aims:
        answer = found.final(aim).reshape(len(points), draws).mean(axis=1)
        values = indices(method, points, answer, study.seed)
        if values is None or not np.nanmax(np.abs(values[RANKED_BY[method]])) > 0:
            unmoved.append(aim.name)
        rows.append(_rows(aim, factors, values, method))
    notes = [*study.drawn.warnings, *_notes(study, factors, len(found.failures))]
    context = study.provenance() | {"size": len(points) // block(method, len(factors)), "draws": draws}
    return Sensitivity(method, tuple(aims), tuple(factors), pd.concat(rows, ignore_index=True), len(runs), len(found.failures),
                       tuple(unmoved), tuple(notes), context)


def _rows(aim: Aim, factors: Sequence[Factor], values: Any, method: str) -> pd.DataFrame:
    empty = np.full(len(factors), np.nan)
    ids, kinds = [f.id for f in factors], [f.kind for f in factors]
    named = {"aim": aim.name, "id": aim.task.id, "area": aim.task.area, "factor": ids, "kind": kinds}
    return pd.DataFrame(named | {name: empty if values is None else values[name] for name in COLUMNS[method]})


def _notes(study: Study, factors: Sequence[Factor], failed: int) -> list[str]:
    out = []
    if study.drawn.basis != PRIOR and any(f.kind == "uncertainty" for f in factors):
        zh = "参数逐个在校准结果的边缘分布内变动；基年拟合的截距与其他参数的相依未计入(--prior 无此问题)"
        en = "parameters move one by one over the calibrated draws; that fitted intercepts depend on the others is left out"
        out.append(both(zh, en))
    if failed:
        out.append(both(f"{failed} 次运行失败，其所在的轨迹未计入", f"{failed} runs failed; what belongs with them is left out"))
    return out


def _check(method: str, size: int | None) -> None:
    faults = [] if method in METHODS else [Fault("--method", None, "method", method, *unknown_name(method, METHODS))]
    if size is not None and not SIZE_LIMITS[0] <= size <= SIZE_LIMITS[1]:
        fix = both("请填写此范围内的整数", "write a whole number of this range")
        faults.append(Fault("--size", None, "size", str(size), "{} … {}".format(*SIZE_LIMITS), fix))
    if faults:
        raise BadInput(faults)
