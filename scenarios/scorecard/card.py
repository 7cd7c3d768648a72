"""成绩单: every target of a plan held against what was simulated, row by row, and all binding ones together.

Each target of the plan has a row, also those that are not simulated yet. Where the plan's tables give a task to an
area, the target has a row for that area, judged against the table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from scenarios.law_sources import rests_on
from scenarios.observed import Fact, comparable_values, facts_of
from scenarios.observed import Observed as ObservedValues
from scenarios.results import QUANTILES, Results
from scenarios.scorecard.sight import SIMULATED, Observed, Sight, is_thin, known_as
from scenarios.verdicts import Judgement, Path, Probability, Task, joint, judge, judge_group, light_of, stance_of, tasks_of
from scenarios.verdicts.meeting import Marks, Values
from scenarios.verdicts.probability import is_hindcast, share_of
from scenarios.verdicts.stance import in_headline

Quantiles = dict[str, float]


@dataclass(frozen=True)
class Row:
    """One task with its judgement.

    by_year, cumulative: year → p10, p50, p90 in the task's unit; chance: None for facts; met: one mark a draw of the
    whole run (False where the draw is missing); seen: which draws have this row; observed: year → fact with its source.
    """

    task: Task
    produced: str
    judgement: Judgement
    by_year: dict[str, Quantiles] = field(default_factory=dict)
    cumulative: dict[str, Quantiles] | None = None
    final: Quantiles | None = None
    chance: Probability | None = None
    fact: bool | None = None
    met: Marks | None = None
    seen: Marks | None = None
    flags: tuple[str, ...] = ()
    observed: Mapping[int, Fact] = field(default_factory=dict)

    @property
    def light(self) -> str | None:
        """green, amber or red; None without a probability."""
        return None if self.chance is None else light_of(self.chance.value, binding=self.task.binding).id

    @property
    def attained(self) -> bool | None:
        """达标 in counts: P ≥ .5 or the observed fact; None when neither is known."""
        if self.fact is not None:
            return self.fact
        return None if self.chance is None else self.chance.attained

    @property
    def in_headline(self) -> bool:
        """A firm target of the city that is neither held nor a floor, simulated or observed."""
        firm = self.task.strength == "firm" and self.task.area is None
        return firm and self.attained is not None and in_headline(self.judgement.stance)


@dataclass(frozen=True)
class Scorecard:
    """All rows of a plan under one scenario.

    joint: P(all simulated binding targets are met); left_out: how many binding targets it cannot cover; macro
    path, basis of the parameters and size of the run; draws: their numbers, in the order of every mark.
    """

    plan: str
    rows: tuple[Row, ...]
    joint: Probability | None
    left_out: int
    context: dict[str, Any]
    draws: tuple[int, ...] = ()

    @property
    def city(self) -> list[Row]:
        """The rows of the whole city."""
        return [row for row in self.rows if row.task.area is None]

    @property
    def missed(self) -> list[Row]:
        """Firm binding targets of the city that are known not to be met: with one of them, all together are no chance but a fact."""
        return [row for row in self.city if row.task.binding and row.task.strength == "firm" and row.fact is False]

    @property
    def headline(self) -> tuple[int, int]:
        """(达标, of how many): a composition counts once."""
        once = {row.task.group or row.task.id: row for row in self.city if row.in_headline}
        return sum(bool(row.attained) for row in once.values()), len(once)


def scorecard(
    plan: Any,
    results: Results,
    *,
    at: str | None = None,
    observed: Observed | None = None,
    past_sd: Mapping[str, float] | None = None,
    today: int | None = None,
) -> Scorecard:
    """Judge every target of a plan by the results of one scenario.

    at: the month up to which progress is seen ("2023-06"; default: all that is simulated); observed: (target id,
    area) → year → value in the row's unit, facts that replace simulated values (default: those that the run carries in
    its manifest); past_sd: target id → past yearly
    standard deviation in the row's unit; today: the current year, for 回溯模拟. Raises ValueError for more than one
    scenario.
    """
    if len(results.scenarios) != 1:
        raise ValueError(f"a scorecard reads one scenario, found {results.scenarios}; choose with results.of(name)")
    facts = facts_of(plan, ObservedValues.from_list(results.manifest.get("observed"))) if observed is None else {}
    sight = Sight(results, at, comparable_values(facts) if observed is None else observed)
    rows: list[Row] = []
    tasks = tasks_of(plan)
    groups = {
        t.group: [o for o in tasks if o.group == t.group and o.area is None]
        for t in tasks
        if t.group and t.area is None
    }
    judged = {group: _group(parts, sight) for group, parts in groups.items()}
    for task in tasks:
        grouped = judged.get(task.group) if task.group and task.area is None else None
        own = grouped.get(task.id) if grouped else None
        row = _row(task, sight, (past_sd or {}).get(task.id), own)
        rows.append(_with_facts(row, facts.get((task.id, task.area), {})))
    context = _context(plan, results, today, bool(sight.observed))
    if context["over"]:
        simulated = [bool(row.final) and not sight.observed.get((row.task.id, row.task.area)) for row in rows]
        rows = [replace(row, flags=(*row.flags, "hindcast")) if over else row for row, over in zip(rows, simulated, strict=True)]
    return Scorecard(plan.id, tuple(rows), *_together(rows), context, tuple(int(draw) for draw in sight.draws))


def _together(rows: list[Row]) -> tuple[Probability | None, int]:
    """The joint row over draws that have all of its rows, and how many binding targets of the city it leaves out."""
    binding = [row for row in rows if row.task.area is None and row.task.binding and row.task.strength == "firm"]
    covered = [(row.met, row.seen) for row in binding if row.met is not None and row.seen is not None]
    everywhere = np.asarray(np.all([seen for _, seen in covered], axis=0))
    if not covered or not everywhere.any():
        return None, len(binding)
    return joint([met[everywhere] for met, _ in covered]), len(binding) - len(covered)


def _context(plan: Any, results: Results, today: int | None, observed: bool) -> dict[str, Any]:
    said = results.manifest
    now = today if today is not None else datetime.now(UTC).year
    over = bool(said.get("hindcast", is_hindcast(plan.period[1], now, observed=False)))
    known = ("macro", "parameters", "seed", "wall_seconds", "person_months")
    return {
        "scenario": results.scenarios[0],
        **{name: said.get(name) for name in known},
        "parameters": said.get("parameters", "prior"),
        "over": over,
        "hindcast": over and not observed,
        "draws": said.get("draws", int(results.table["draw"].nunique())),
        "replicates": said.get("replicates", int(results.table["replicate"].nunique())),
        "scale": said.get("scale", 1),
    }


def _group(parts: list[Task], sight: Sight) -> dict[str, Judgement] | None:
    """The shared judgement of a composition; None unless every part is simulated in the same draws."""
    if any(known_as(part, sight)[0] not in SIMULATED for part in parts):
        return None
    views = [view for part in parts if (view := sight.look(part)) is not None]
    if len(views) < len(parts) or any((view[2] != views[0][2]).any() for view in views):
        return None
    judged = judge_group(parts, [view[0] for view in views], [view[1] for view in views])
    return {part.id: one for part, one in zip(parts, judged, strict=True)}


def _row(task: Task, sight: Sight, past_sd: float | None, own: Judgement | None) -> Row:
    produced, why = known_as(task, sight)
    view = sight.look(task) if produced in SIMULATED else None
    if view is None and (only := sight.look_observed(task)) is not None:
        return _with_later(_observed_row(task, produced, only, past_sd), sight)
    if view is None:
        return _with_later(Row(task, produced, Judgement(stance_of(task, past_sd), None, None), flags=why), sight)
    seen, whole, there = view
    judgement = own or judge(task, seen, whole, past_sd=past_sd)
    fact = _fact(task, judgement, sight.observed.get((task.id, task.area), {}))
    chance = None if judgement.met is None or fact is not None else share_of(judgement.met)
    return Row(
        task, produced, judgement, _by_year(whole.years, whole.values),
        _by_year(whole.years, np.cumsum(whole.values, axis=1)) if task.is_flow or task.basis == "period_sum" else None,
        None if judgement.final is None else quantiles(judgement.final), chance, fact,
        None if judgement.met is None else _spread(judgement.met, there), there,
        judgement.flags + _data_flags(task, judgement, chance, there, sight.results, observed=fact is not None),
    )  # fmt: skip


def _observed_row(task: Task, produced: str, view: tuple[Task, Path, Marks], past_sd: float | None) -> Row:
    """The row of a target that is not simulated, from what has been observed of it."""
    known, path, there = view
    judgement = judge(known, path, past_sd=past_sd)
    fact = None if judgement.met is None else bool(judgement.met.all())
    return Row(
        task, produced, judgement, _by_year(path.years, path.values),
        _by_year(path.years, np.cumsum(path.values, axis=1)) if task.is_flow or task.basis == "period_sum" else None,
        None if judgement.final is None else quantiles(judgement.final), None, fact, judgement.met,
        None if judgement.met is None else there, (*judgement.flags, "observed"),
    )  # fmt: skip


def _with_later(row: Row, sight: Sight) -> Row:
    """The row with the years after its target year, where a run from a later December has simulated them."""
    path = sight.later(row.task) if sight.started else None
    return row if path is None else replace(row, by_year={**row.by_year, **_by_year(path.years, path.values)})


def _with_facts(row: Row, facts: Mapping[int, Fact]) -> Row:
    """The row with its observed values; where the last one is of another 口径, the verdict is suspended."""
    if not facts:
        return row
    if facts[max(facts)].comparable:
        return replace(row, observed=facts)
    judgement = replace(row.judgement, verdict="incomparable", share=None)
    return replace(row, observed=facts, judgement=judgement, flags=(*row.flags, "suspended"))


def _fact(task: Task, judgement: Judgement, observed: Mapping[int, float]) -> bool | None:
    """已完成 / 未完成 when every value that the target is about has been observed."""
    needed = (task.year,) if task.basis in ("level", "year_flow") else task.years
    if judgement.met is None or not all(year in observed for year in needed):
        return None
    return bool(judgement.met.all())


def _spread(met: Marks, there: Marks) -> Marks:
    out = np.zeros(there.size, dtype=np.bool_)
    out[there] = met
    return out


def quantiles(values: Values) -> Quantiles:
    """p10, p50 and p90 over draws."""
    return {f"p{level * 100:g}": float(q) for level, q in zip(QUANTILES, np.quantile(values, QUANTILES), strict=True)}


def _by_year(years: tuple[int, ...], values: Values) -> dict[str, Quantiles]:
    return {str(year): quantiles(values[:, i]) for i, year in enumerate(years)}


def _data_flags(
    task: Task, judgement: Judgement, chance: Probability | None, there: Marks, results: Results, *, observed: bool
) -> tuple[str, ...]:
    flags = {
        "observed": observed,
        "for_reference": chance is not None and chance.for_reference,
        "draws_missing": not there.all() or there.size < int(results.manifest.get("draws", there.size)),
        "thin": judgement.final is not None and is_thin(task, judgement.final, results),
        "law_unsourced": not observed and rests_on(task.measure, results.manifest.get("law_unsourced", ())),
    }
    return tuple(name for name, raised in flags.items() if raised)
