"""For each indicator and area, the values that would be met with given probabilities in the next period, and what to make of them.

    value(p) = the (1 − p)-quantile over draws of the final value on the target's own basis (where less is better: the p-quantile)

Quantiles are those at k ÷ (n + 1), so that a fresh draw meets value(p) with probability p on average. Rounding never goes to the hard side:
what is printed for p is met by the draws behind it with p or more (Jeffreys), and with little more. The final value is taken on the basis
of the present plan's target (sum of the period, last year, worst year), its base on the last year of the present plan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from typing import Any

import numpy as np

from model.documents import BadInput, Fault, both
from scenarios.budget import Line, after, budget_behind
from scenarios.macro import later
from scenarios.months import LAST_YEAR
from scenarios.observed import Facts, Observed, comparable_values, facts_of, observed_values
from scenarios.phases import OneBar
from scenarios.plan_levers import folder_of
from scenarios.plans_at_hand import load_plan
from scenarios.results import Results
from scenarios.running import run
from scenarios.scenario import Scenario
from scenarios.scorecard.card import quantiles
from scenarios.scorecard.sight import SIMULATED, Sight, known_as
from scenarios.targets.policy import BASELINE, PROVEN, STRESS, against, held_on
from scenarios.targets.rounding import Printed, as_printed, honest
from scenarios.verdicts import Task, on_basis, tasks_of
from scenarios.verdicts.meeting import Values, holds
from scenarios.verdicts.probability import Probability, share_of

PROBABILITIES = (0.5, 0.7, 0.85, 0.95)
BINDING, EXPECTED = 0.85, 0.7
"""Only what is met with P ≥ .85 may be binding 约束性; an expected 预期性 target is proposed at the probability of a green light."""
SLACK = 0.05
KINDS = ("stock", "flow", "rate", "build_out")


@dataclass(frozen=True)
class Value:
    """What would be met with a wanted probability: exact, as a plan prints it, and how often that is met under each policy."""

    wanted: float
    exact: float
    printed: Printed
    chance: Probability
    under: Mapping[str, float]


@dataclass(frozen=True)
class Proposed:
    """One indicator of one area (None: the city). base: the present plan's last year as observed, else its
    median, on the scale of one year; values: by wanted probability; attribute: proposed; warnings: no_force, easier_than_now, assumed.
    """

    task: Task
    base: float | None
    final: Mapping[str, float]
    values: tuple[Value, ...]
    attribute: str
    at: float
    warnings: tuple[str, ...]

    @property
    def proposal(self) -> Value:
        """The value that goes with the proposed attribute."""
        return next(value for value in self.values if value.wanted == self.at)


@dataclass(frozen=True)
class Proposals:
    """All rows; context: scenario, growth range, parameters, draws, the period, and what the forecast went on from; budget: what the
    policy costs in the next period, by payer and year.
    """

    plan: Any
    rows: tuple[Proposed, ...]
    context: Mapping[str, Any]
    budget: tuple[Line, ...] = ()


def propose(
    scenario: Scenario, *, to: int = 2030, hold: bool = True, observed: str | PathLike[str] | None = None, use_observed: bool = True,
    **how: Any,
) -> Proposals:
    """Run the policies to the end of the next period, and propose. hold: settings of the plan's last month go on after it.

    how: draws, scale, seed … as of `running.run`. Raises BadInput.
    """
    plan = load_plan(scenario.plan)
    if not plan.period[1] < to <= LAST_YEAR:
        fix = both("请填写规划期之后的年份", "name a year after the plan")
        raise BadInput(Fault("--to", None, "to", str(to), f"{plan.period[1] + 1} … {LAST_YEAR}", fix))
    chosen = held_on(scenario, plan) if hold else scenario
    how = {**how, "until": f"{to}-12", "observed": observed, "use_observed": use_observed}
    rivals = against(chosen, plan)
    fits = use_observed and bool(observed_values(plan, folder_of(scenario.plan), observed))  # fitted in a phase of its own
    how["progress"] = OneBar(how.get("progress") or (lambda done, total, words: None), 1 + fits + len(rivals))
    first = run(chosen, **how)
    others = {name: run(other, like=first, **how) for name, other in rivals.items()}
    return proposals_of(plan, first, others, to)


def proposals_of(plan: Any, results: Results, others: Mapping[str, Results], to: int) -> Proposals:
    """The proposals that results of the chosen policy give, held against those of others."""
    sights = {name: Sight(_without_facts(one), None, {}) for name, one in (("", results), *others.items())}
    facts = comparable_values(facts_of(plan, Observed.from_list(results.manifest.get("observed"))))
    rows = [row for task in next_tasks(plan, to, results) if (row := _proposed(task, sights, facts)) is not None]
    said = results.manifest
    names = ("macro", "parameters", "draws", "replicates", "scale", "seed", "conditioning", "until")
    ranges = {name: later()[name] for name in ("first_year", "low", "central", "high", "marked", "source")}
    context = {"scenario": results.scenarios[0], "period": [plan.period[1] + 1, to], **{name: said.get(name) for name in names},
               "growth_later": ranges, "against": list(others)}
    return Proposals(plan, tuple(rows), context, after(budget_behind(results), plan.period[1]))


def _without_facts(results: Results) -> Results:
    return Results(results.table, {k: v for k, v in results.manifest.items() if k != "start"}, results.registry)


def next_tasks(plan: Any, to: int, results: Results) -> list[Task]:
    """The present targets moved to the next period, one a measure and basis; each for the city and for every area that is simulated."""
    areas = [area.id for area in plan.areas if area.id in set(results.table["area"].unique())]
    out: dict[tuple[str | None, str], Task] = {}
    for task in tasks_of(plan):
        if task.area is None and task.measure and task.kind in KINDS and task.op != "eq" and task.group is None:
            known = out.get((task.measure, task.basis))
            if known is None or task.year > known.year:
                out[task.measure, task.basis] = task
    moved = []
    for task in out.values():
        op = ("le" if task.fewer else "ge") if task.op == "about" else task.op
        ahead = replace(task, first=plan.period[1] + 1, year=to, op=op, tolerance=None, line={}, schedule={}, comparable=True)
        moved += [ahead, *(replace(ahead, area=area) for area in areas if task.kind in ("stock", "flow"))]
    return moved


def _finals(task: Task, sight: Sight) -> Values | None:
    view = sight.look(task) if known_as(task, sight)[0] in SIMULATED else None
    years = None if view is None else view[1].of(task.years)
    return None if years is None else on_basis(task, years)


def _proposed(task: Task, sights: Mapping[str, Sight], facts: Facts) -> Proposed | None:
    finals = _finals(task, sights[""])
    if finals is None or not np.isfinite(finals).all() or (task.kind != "rate" and float(np.median(finals)) <= 0):
        return None
    others = {name: found for name, sight in sights.items() if name and (found := _finals(task, sight)) is not None}
    values = tuple(_value(task, finals, others, wanted) for wanted in PROBABILITIES)
    base = facts.get((task.id, task.area), {}).get(task.first - 1)
    base = _now(task, sights[""]) if base is None else base
    attribute, at, warnings = _judged(task, values, base)
    return Proposed(task, base, quantiles(finals), values, attribute, at, warnings)


def _value(task: Task, finals: Values, others: Mapping[str, Values], wanted: float) -> Value:
    exact = float(np.quantile(finals, wanted if task.fewer else 1 - wanted, method="weibull"))

    def met(value: float, decimals: int) -> float:
        return share_of(holds(replace(task, target=value, decimals=decimals), finals)).value

    printed = as_printed(honest(finals, wanted, fewer=task.fewer), wanted, task.decimals, met)
    proposal = replace(task, target=printed.value, decimals=printed.decimals)
    under = {name: share_of(holds(proposal, found)).value for name, found in others.items()}
    return Value(wanted, exact, printed, share_of(holds(proposal, finals)), under)


def _now(task: Task, sight: Sight) -> float | None:
    """The median of the last year before the period, on the scale of one year."""
    view = sight.look(replace(task, first=task.first - 1))
    years = None if view is None else view[1].of((task.first - 1,))
    return None if years is None else float(np.median(years))


def _judged(task: Task, values: Sequence[Value], base: float | None) -> tuple[str, float, tuple[str, ...]]:
    """(attribute, the probability it is proposed at, warnings)."""
    wanted = BINDING if task.binding else EXPECTED
    value = next(one for one in values if one.wanted == wanted)
    warnings = []
    policies = [p for name, p in value.under.items() if name in (BASELINE, STRESS)]
    if policies and min(policies) >= value.chance.value - SLACK:
        warnings.append("no_force")
    if base is not None and not task.is_flow:
        easier = value.printed.value > base if task.fewer else value.printed.value < base
        warnings += ["easier_than_now"] if easier else []
    if PROVEN in value.under and value.under[PROVEN] < value.chance.value - SLACK:
        warnings.append("assumed")
    may_bind = task.binding and value.chance.value >= BINDING and not {"no_force", "assumed"} & set(warnings)
    return ("约束性", BINDING, tuple(warnings)) if may_bind else ("预期性", EXPECTED, tuple(warnings))
