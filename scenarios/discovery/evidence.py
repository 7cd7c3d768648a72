"""What rules are found in: one row a run, its uncertain parameters, growth and levers as columns, and whether the target failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from model.documents import BadInput, Fault, both, unknown_name
from scenarios.levers import levers
from scenarios.resolve import ResolvedRun, city_total
from scenarios.studies import Aim, Study, aims_of, answers
from scenarios.verdicts.meeting import Marks

GROWTH = "growth"


@dataclass(frozen=True)
class Evidence:
    """aim: the target; conditions: one row a run, a column a condition; failed: whether each run fails it; context: provenance."""

    aim: Aim
    conditions: pd.DataFrame
    failed: Marks
    context: dict[str, Any]


def conditions_of(runs: Sequence[ResolvedRun]) -> pd.DataFrame:
    """The parameters of each run, its mean growth in percent, and the mean setting of each lever; constant columns are left out."""
    known = {lever.control: lever for lever in levers().values()}
    rows = [
        {**run.parameters, GROWTH: 100.0 * float(np.mean(list(run.growth.values()))),
         **{known[name].id: float(np.mean(city_total(known[name], values))) / known[name].factor for name, values in run.controls.items()}}
        for run in runs
    ]  # fmt: skip
    frame = pd.DataFrame(rows)
    varied = frame.max() - frame.min() > 1e-12 * (1 + frame.abs().max())
    return frame.loc[:, varied]


def from_draws(study: Study, ids: Sequence[str], areas: Sequence[str]) -> list[Evidence]:
    """Fresh draws of one scenario."""
    aims = aims_of(study.plan, ids, areas)
    runs = [study.resolver.run(study.drawn, d, 0, study.seed) for d in range(study.draws)]
    found = answers(study, runs, aims)
    context = study.provenance() | {"draws": study.draws, "from": "draws"}
    return [_evidence(aim, conditions_of(runs), ~found.met(aim), np.isfinite(found.final(aim)), context) for aim in aims]


def from_sweep(folder: str | Path, plan: str | None, ids: Sequence[str], areas: Sequence[str]) -> list[Evidence]:
    """The runs of a sweep's folder, its levers and uncertainties with the draws' own. Raises BadInput when it keeps too little."""
    from scenarios.plans_at_hand import load_plan
    from scenarios.studies.reading import year_values
    from scenarios.sweep_results import SweepResults
    from scenarios.sweep_runs import runs_of
    from scenarios.sweep_spec import SweepSpec

    sweep = SweepResults(folder)
    whole = runs_of(SweepSpec.of(sweep.spec["spec"]))
    loaded = load_plan(plan or whole.runs[0].resolved.plan)
    mine = [one for one in whole.runs if one.plan == loaded.id]
    if not mine:
        known = dict.fromkeys(one.plan for one in whole.runs)
        raise BadInput(Fault(str(folder), None, "plan", loaded.id, *unknown_name(loaded.id, known)))
    aims = aims_of(loaded, ids, areas)
    table = sweep.table
    parts = {int(part["run"].iloc[0]): part for _, part in table.groupby("run", sort=False)}
    years = {aim.name: np.full((len(mine), len(aim.task.years)), np.nan) for aim in aims}
    for place, one in enumerate(mine):
        if one.number in parts:
            for aim, values in zip(aims, year_values(parts[one.number], aims), strict=True):
                years[aim.name][place] = values
    lost = [aim.task.id for aim in aims if not np.isfinite(years[aim.name]).all(axis=1).any()]
    if lost:
        fix = both("该批次未保存这些指标的全部年份，请在 outputs 中保留", "the sweep does not keep these; keep them in its outputs")
        raise BadInput(Fault(str(folder), None, "outputs", ", ".join(lost), "indicators: all", fix))
    frame = conditions_of([one.resolved for one in mine])
    context = {"plan": loaded.id, "scenario": str(whole.spec.scenarios[0].name), "parameters": whole.basis, "sweep": sweep.id,
               "seed": whole.spec.seed, "scale": whole.spec.scale, "draws": whole.spec.draws, "from": "sweep"}
    return [_evidence(aim, frame, ~aim.met(years[aim.name]), np.isfinite(aim.final(years[aim.name])), context) for aim in aims]


def _evidence(aim: Aim, frame: pd.DataFrame, failed: Marks, seen: Marks, context: dict[str, Any]) -> Evidence:
    return Evidence(aim, frame[seen].reset_index(drop=True), failed[seen], context)
