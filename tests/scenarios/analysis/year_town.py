"""A made-up plan of one year, so that a run takes a twentieth of a second; and answers by a formula, in place of runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.resolve import ResolvedRun
from scenarios.studies import Aim, Answers
from tests.scenarios.town import PLAN, write_plan

TRAINING = """\
  - no: "2"
    id: training
    measure: subsidised_training
    name_zh: 补贴性培训
    name_en: Subsidised training
    unit: 人次
    decimals: 0
    kind: flow
    attribute: 约束性
    strength: firm
    baseline: 800
    baseline_printed: "800"
    baseline_basis: year_flow
    target: 1000
    target_printed: "1000"
    target_basis: year_flow
    target_year: 2021
    op: ge
    source: {place: 表1, quote: 培训}
breakdowns:
"""
YEAR = (
    PLAN.replace("period: [2021, 2025]", "period: [2021, 2021]")
    .replace("target_year: 2025", "target_year: 2021")
    .replace("target: 5000", "target: 1300")
    .replace("[5000]", "[1300]")
    .replace("years: [2021, 2022, 2023, 2024, 2025]", "years: [2021]")
    .replace("[600, 600, 600, 600, 600]", "[600]")
    .replace("[400, 400, 400, 400, 400]", "[400]")
    .replace("breakdowns:\n", TRAINING)
)


def write_year_town(folder: Path) -> str:
    """The plan's folder, as `plan` arguments take it."""
    return str(write_plan(folder, plan=YEAR))


def by_formula(formula: Callable[[Mapping[str, float], ResolvedRun], Mapping[str, float]]) -> Callable[..., Answers]:
    """A stand-in for `answers`: each aim's value by a formula of the controls' yearly city totals and the run; what is not named is NaN."""

    def answer(study: Any, runs: Sequence[ResolvedRun], aims: Sequence[Aim]) -> Answers:
        out = Answers(aims, {aim.name: np.full((len(runs), len(aim.task.years)), np.nan) for aim in aims})
        for place, run in enumerate(runs):
            totals = {name: float(values.sum(axis=1).mean()) for name, values in run.controls.items()}
            for name, value in formula(totals, run).items():
                if name in out.years:
                    out.years[name][place] = value
        return out

    return answer
