"""终期评估 and 中期评估: each target with its base, outturn, completion, verdict and why, in the bureau's form.

The outturn is what has been observed, else the simulated band (回溯模拟). The gap between target and outturn is divided
among its causes by paired runs (`gap`), and each headline indicator says what one point of growth less, and the plan's
worst shock, would do to it (`sensitivity`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import Any

import numpy as np

from model.documents import BadInput, Fault, both
from scenarios.budget import Line, budget_as_json, budget_behind
from scenarios.conditioning import last_observed
from scenarios.explanation import explained
from scenarios.gap import Gap, active, as_it_was, called, changed_ratio, gap_of, variants_of
from scenarios.months import january, month_text
from scenarios.observed import Observed, observed_values
from scenarios.paired import Paired, run_paired
from scenarios.plans_at_hand import load_plan, plan_folder
from scenarios.results import Results
from scenarios.running import run
from scenarios.scenario import Scenario
from scenarios.scorecard import Row, Scorecard, scorecard
from scenarios.scorecard.sight import SIMULATED, Sight, known_as
from scenarios.sensitivity_line import GDP, SHOCK, Effect, effects_on, pushed
from scenarios.verdicts import Task, in_words, on_basis
from scenarios.verdicts.meeting import Values

Finals = dict[str, tuple[tuple[int, ...], Values]]


@dataclass(frozen=True)
class Assessed:
    """One target of the city, assessed. outturn: p10, p50, p90 (all the same for a fact); known: observed, partly or
    simulated, None when nothing is; completion: A of the verdict; share: outturn as a share of the target.
    """

    row: Row
    outturn: Mapping[str, float] | None
    known: str | None
    completion: float | None
    share: float | None
    gap: Gap | None
    base_printed: str
    target_printed: str
    owner: str
    place: str


@dataclass(frozen=True)
class Assessment:
    """The assessment of a plan. year: the last year that is assessed; effects: what less growth and the shock would do;
    budget: what the scenario costs by payer and year; conditioning: what open years go on from.
    """

    plan: Any
    year: int
    card: Scorecard
    rows: tuple[Assessed, ...]
    causes: tuple[str, ...]
    effects: tuple[Effect, ...]
    budget: tuple[Line, ...] = ()
    conditioning: Mapping[str, Any] | None = None

    @property
    def final(self) -> bool:
        """终期, not 中期."""
        return self.year >= int(self.plan.period[1])


def assess(
    scenario: Scenario, *, observed: str | PathLike[str] | None = None, use_observed: bool = True, year: int | None = None, **how: Any
) -> Assessment:
    """Assess a plan under a scenario, at the end of a year (default: the plan's last).

    observed: a file of observed values (default: the plan folder's), which also lends its gdp_growth to the scenario;
    how: draws, scale, seed … as of `running.run`. Raises BadInput.
    """
    plan = load_plan(scenario.plan)
    asked = plan.period[1] if year is None else year
    if not plan.period[0] <= asked <= plan.period[1]:
        fix = both("请填写规划期内的年份", "name a year of the plan")
        raise BadInput(Fault("--year", None, "year", str(asked), f"{plan.period[0]} … {plan.period[1]}", fix))
    known = observed_values(plan, plan_folder(scenario.plan), observed) if use_observed else Observed()
    lived, last = as_it_was(scenario, known.growth), january(plan.period[1]) + 11
    variants = variants_of(lived, plan.province, last)
    paired = run_paired([*variants, *pushed(lived)], until=month_text(last), observed=known, **how)
    seen = last_observed(known)
    going_on = None
    if seen is not None and seen < last:  # years that are still open go on from what has been observed
        going_on = run(lived, until=month_text(last), observed=observed, **how)
    return assessment_of(plan, paired, active(lived, plan.province, last), asked, going_on)


def assessment_of(plan: Any, paired: Paired, causes: tuple[str, ...], year: int, going_on: Results | None = None) -> Assessment:
    """The assessment that paired results give. causes: those that were switched on one by one; going_on: the whole scenario going on
    from observed values, where years are still open (what it differs by from the paired runs is unexplained).
    """
    whole = going_on or paired.results[called(causes)]
    card = scorecard(plan, whole, at=None if year >= plan.period[1] else f"{year}-12")
    finals = {name: finals_of(card, results) for name, results in paired.results.items()}
    targets = {target.id: target for target in plan.targets}
    rows = [_assessed(plan, targets[row.task.id], row, year, _gap(plan, row, finals, causes, paired)) for row in card.city]
    without = finals[called(causes)]
    headline = [row for row in card.city if row.in_headline and row.task.id in without]
    effects = [effect for kind in (GDP, SHOCK) if kind in finals for effect in effects_on(headline, without, finals[kind], kind)]
    return Assessment(plan, year, card, tuple(rows), causes, tuple(effects), budget_behind(whole), whole.manifest.get("conditioning"))


def finals_of(card: Scorecard, results: Results) -> Finals:
    """Simulated final value of every target of the city: (draws, one value a draw), in the target's unit."""
    sight, out = Sight(results, None, {}), {}
    for task in (row.task for row in card.city):
        view = sight.look(task) if known_as(task, sight)[0] in SIMULATED else None
        years = None if view is None else view[1].of(task.years)
        if view is not None and years is not None:
            draws = tuple(int(draw) for draw, there in zip(sight.draws, view[2], strict=True) if there)
            out[task.id] = draws, on_basis(task, years)
    return out


def together(task: Task, finals: Sequence[Finals]) -> tuple[list[int], list[Values]] | None:
    """Values of a task in the draws that all of several variants have; None when there is no such draw."""
    if any(task.id not in one for one in finals):
        return None
    series = [dict(zip(*one[task.id], strict=True)) for one in finals]
    common = sorted(set.intersection(*(set(one) for one in series)))
    return (common, [np.array([one[draw] for draw in common]) for one in series]) if common else None


def _gap(plan: Any, row: Row, finals: Mapping[str, Finals], causes: tuple[str, ...], paired: Paired) -> Gap | None:
    names = [name for name in finals if name not in (GDP, SHOCK)]
    found = together(row.task, [finals[name] for name in names])
    if found is None or row.judgement.verdict == "incomparable":
        return None
    draws, values = found
    outturn = None
    if row.observed and row.judgement.final is not None and row.seen is not None:
        of_row = dict(zip(np.flatnonzero(row.seen), row.judgement.final, strict=True))
        order = {draw: place for place, draw in enumerate(sorted(finals_draws(paired)))}
        outturn = np.array([of_row[order[draw]] for draw in draws])
    ratio = changed_ratio(plan, row.task.measure, [paired.draws.values[draw] for draw in draws])
    return gap_of(row.task, dict(zip(names, values, strict=True)), causes, outturn=outturn, ratio=ratio)


def finals_draws(paired: Paired) -> list[int]:
    """The draws of the whole scenario's results (its scorecard's marks stand in their order)."""
    return [int(draw) for draw in next(iter(paired.results.values())).table["draw"].unique()]


def _assessed(plan: Any, target: Any, row: Row, year: int, gap: Gap | None) -> Assessed:
    task = row.task
    at = min(year, task.year)
    seen = (row.cumulative or {}).get(str(at)) if task.basis == "period_sum" else row.by_year.get(str(at))
    outturn = row.final if at == task.year and row.final is not None else seen
    needed = range(task.first, at + 1) if task.is_flow or task.basis == "every_year" else (at,)
    facts = [y for y in needed if y in row.observed and row.observed[y].comparable]
    known = None if outturn is None else "observed" if len(facts) == len(needed) else "partly" if facts else "simulated"
    share = None if outturn is None or not task.target or task.fewer else outturn["p50"] / task.target
    place = f"{target.source.place}"
    return Assessed(row, outturn, known, row.judgement.completion, share, gap, target.baseline_printed or "", target.target_printed,
                    task.owner, place)


def assessment_as_json(found: Assessment) -> dict[str, Any]:
    """The document of `assess --json`. Gaps: means over draws, which add up, with 10-90 % intervals."""
    said = found.card.context
    names = ("scenario", "macro", "parameters", "hindcast", "draws", "replicates", "scale", "seed")
    return {
        "plan": found.plan.id, "title_zh": found.plan.title_zh, "kind": "final" if found.final else "interim", "year": found.year,
        **{name: said.get(name) for name in names}, "method": "shapley", "causes": list(found.causes),
        "rows": [_row_as_json(one) for one in found.rows],
        "sensitivity": [effect.as_json() for effect in found.effects],
        "budget": budget_as_json(found.budget), "conditioning": found.conditioning,
    }  # fmt: skip


def _row_as_json(one: Assessed) -> dict[str, Any]:
    task, said = one.row.task, one.row.judgement
    zh, en = explained(one.row, one.gap, one.known)
    same = ("no", "id", "measure", "name_zh", "name_en", "unit", "attribute", "strength", "base", "target", "op", "definition")
    return {
        **{name: getattr(task, name) for name in same},
        "base_printed": one.base_printed, "target_printed": one.target_printed, "place": one.place,
        "outturn": None if one.outturn is None else dict(one.outturn), "known": one.known,
        "sources": list(dict.fromkeys(fact.source for fact in one.row.observed.values())),
        "completion": one.completion, "share_of_target": one.share,
        "verdict": said.verdict, "verdict_zh": in_words(said.verdict), "fact": one.row.fact,
        "probability": None if one.row.chance is None else one.row.chance.value,
        "gap": None if one.gap is None else one.gap.as_json(),
        "explanation_zh": zh, "explanation_en": en, "flags": list(one.row.flags), "owner": one.owner,
    }  # fmt: skip


__all__ = ["Assessed", "Assessment", "assess", "assessment_as_json", "assessment_of", "finals_of"]
