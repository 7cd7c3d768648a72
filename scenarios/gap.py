"""Why a target was missed or passed: the gap between target and outturn, divided among its causes.

Four questions, answered by paired runs (same draws, same luck). The start is the plan under permanent policy, with the law
as it stood in its first month and the growth that the plan reckoned with; then demand (the growth and shocks that came),
law (its dated changes) and policy (what the scenario carried out) are switched on. As their effects depend on one another,
each is credited with its mean effect over all orders (Shapley value: Shapley 1953; Shorrocks 2013, Journal of Economic
Inequality 11:99), so that in every draw

    target − outturn = start − demand − law − policy − 口径 − unexplained

where start = target − the value at the start, and the effects are what each cause adds to the value. 口径: what a changed
definition adds; unexplained: observed less simulated, zero where nothing is observed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import factorial
from typing import Any

import numpy as np

from model.dates import month_text
from model.law import Law
from scenarios.frozen import plain
from scenarios.macro import AS_PLANNED
from scenarios.months import january
from scenarios.paired import Variant
from scenarios.scenario import Scenario
from scenarios.settings import CHANGEABLE, changed_definition
from scenarios.verdicts import Task
from scenarios.verdicts.meeting import Values

CAUSES = ("demand", "law", "policy")
PARTS = ("start", *CAUSES, "definition", "unexplained")


def as_it_was(scenario: Scenario, growth: Mapping[int, float]) -> Scenario:
    """The scenario with observed growth in the years that are known."""
    if not growth:
        return scenario
    known = {str(year): value for year, value in growth.items() if year >= _first_year(scenario)}
    named = {} if isinstance(scenario.macro, str) else dict(plain(scenario.macro))
    return replace(scenario, macro=named | known) if known else scenario


def _first_year(scenario: Scenario) -> int:
    from scenarios.plans_at_hand import load_plan

    return load_plan(scenario.plan).baseline_year + 1


def law_as_at_start(province: str, first: int, last: int) -> list[dict[str, Any]]:
    """Reforms that keep every path at its value of month `first` until `last` (month numbers): a law without dated changes."""
    law = Law.standard(province)
    kept = []
    for path in law.paths():
        value = law.value_at(path, first)
        if any(first < month <= last and later != value for month, later in law.steps(path)):
            kept.append({"path": path, "from": month_text(first), "value": value})
    return kept


def without(scenario: Scenario, causes: Sequence[str], province: str, last: int) -> Scenario:
    """The scenario with some causes switched off."""
    first = january(_first_year(scenario))
    off: dict[str, Any] = {}
    if "demand" in causes:
        off |= {"macro": AS_PLANNED, "shocks": ()}
    if "law" in causes:
        off["law"] = law_as_at_start(province, first, last)
    if "policy" in causes:
        off["levers"] = {}
    return replace(scenario, name=called([c for c in CAUSES if c not in causes]), **off) if causes else scenario


def called(on: Sequence[str]) -> str:
    """The name of the variant in which these causes are on."""
    return "+".join(on) or "start"


def active(scenario: Scenario, province: str, last: int) -> tuple[str, ...]:
    """The causes that differ at all between the start and the scenario."""
    law = bool(scenario.law) or bool(law_as_at_start(province, january(_first_year(scenario)), last))
    there = {"demand": scenario.macro != AS_PLANNED or bool(scenario.shocks), "law": law, "policy": bool(scenario.levers)}
    return tuple(cause for cause in CAUSES if there[cause])


def variants_of(scenario: Scenario, province: str, last: int) -> list[Variant]:
    """One variant for every set of active causes; the whole scenario first. last: number of the run's last month."""
    causes = active(scenario, province, last)
    sets = [some for size in range(len(causes), -1, -1) for some in combinations(causes, size)]
    return [Variant(called(some), without(scenario, [c for c in causes if c not in some], province, last)) for some in sets]


def shapley(values: Mapping[str, Values], causes: Sequence[str]) -> dict[str, Values]:
    """Each cause's mean effect over all orders, draw by draw. values: `called(set)` → one value a draw."""
    n = len(causes)
    out = {}
    for cause in causes:
        others = [c for c in causes if c != cause]
        out[cause] = sum(
            factorial(size) * factorial(n - size - 1) / factorial(n) * (values[called(_order({*some, cause}))] - values[called(some)])
            for size in range(n)
            for some in combinations(others, size)
        )
    return {cause: np.asarray(effect, dtype=np.float64) for cause, effect in out.items()}


def _order(causes: set[str]) -> list[str]:
    return [cause for cause in CAUSES if cause in causes]


@dataclass(frozen=True)
class Gap:
    """target − outturn, one value a draw, and its parts with their signs: gap = sum of the parts in every draw."""

    total: Values
    parts: dict[str, Values]

    def as_json(self) -> dict[str, Any]:
        """Means over draws (they add up) with 10-90 % intervals."""
        return {"total": spread(self.total), "parts": {name: spread(part) for name, part in self.parts.items()}}


def gap_of(
    task: Task, values: Mapping[str, Values], causes: Sequence[str], *, outturn: Values | None = None, ratio: Values | None = None
) -> Gap:
    """Divide the gap of a task. values: `called(set)` → simulated final value a draw, in the task's unit; outturn:
    what came of it, where anything of it has been observed; ratio: new to old 口径 a draw, where the definition has changed.
    """
    old = values if ratio is None else {name: value / ratio for name, value in values.items()}
    simulated = values[called(causes)]
    outturn = simulated if outturn is None else outturn
    effects = shapley(old, causes)
    zero = np.zeros_like(simulated)
    parts = {"start": task.target - old[called(())]}
    parts |= {cause: -effects[cause] if cause in effects else zero for cause in CAUSES}
    parts |= {"definition": old[called(causes)] - simulated, "unexplained": simulated - outturn}
    return Gap(task.target - outturn, {name: part + 0.0 for name, part in parts.items()})


def changed_ratio(plan: Any, measure: str | None, parameters: Sequence[Mapping[str, float]]) -> Values | None:
    """The ratio of the new to the old 口径 in each draw, for a measure whose definition the plan has changed."""
    names = [name for name, changed in CHANGEABLE.items() if changed == measure and changed_definition(plan, changed)]
    return np.array([values[names[0]] for values in parameters]) if names else None


def spread(values: Values) -> dict[str, float]:
    """Mean, and the 10 % and 90 % quantiles over draws."""
    low, high = np.quantile(values, (0.1, 0.9))
    return {"mean": float(values.mean()), "p10": float(low), "p90": float(high)}
