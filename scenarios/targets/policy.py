"""The policies under which next targets are worked out: the chosen one carried on, and what it is held against."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from scenarios.frozen import plain
from scenarios.levers import levers
from scenarios.months import january, month_number, month_text
from scenarios.plan_schema import Plan
from scenarios.presets import preset
from scenarios.scenario import Scenario

BASELINE, STRESS, PROVEN = "baseline", "stress", "without_assumed"
ASSUMED = "D"


def held_on(scenario: Scenario, plan: Plan) -> Scenario:
    """The scenario whose settings of the plan's last month go on after it, instead of falling back to permanent policy."""
    end = january(plan.period[1]) + 11
    carried: dict[str, Any] = {}
    for name in scenario.levers:
        rows = []
        for step in scenario.steps(name):
            row: dict[str, Any] = {"areas": list(step.areas), "value": step.value}
            row |= {} if step.first is None else {"from": month_text(step.first)}
            row |= {} if step.last is None or step.last >= end else {"to": month_text(step.last)}
            rows.append(row)
        carried[name] = rows
    return replace(scenario, levers=carried) if carried else scenario


def moved_on(scenario: Scenario, years: int) -> Scenario:
    """The scenario with its shocks and named growth so many years later: the worst shock of this plan, in the next one."""
    shocks = [dict(plain(shock)) | {"from": month_text((month_number(shock["from"]) or 0) + 12 * years)} for shock in scenario.shocks]
    macro = scenario.macro
    if not isinstance(macro, str):
        macro = {str(int(year) + years): growth for year, growth in macro.items()}
    return replace(scenario, shocks=tuple(shocks), macro=macro)


def without_assumed(scenario: Scenario) -> Scenario:
    """The scenario with the levers whose effect is an assumption (evidence D) at permanent policy."""
    kept = {name: value for name, value in scenario.levers.items() if levers()[name].evidence != ASSUMED}
    return replace(scenario, name=PROVEN, levers=kept)


def against(scenario: Scenario, plan: Plan) -> dict[str, Scenario]:
    """What a proposal is held against: permanent policy, the worst shock in the next period, and the policy without assumed effects."""
    stress = held_on(moved_on(preset("stress", scenario.plan), plan.period[1] - plan.period[0] + 1), plan)
    out = {BASELINE: replace(preset("baseline", scenario.plan), macro=scenario.macro), STRESS: stress}
    proven = without_assumed(scenario)
    return out | ({PROVEN: proven} if proven.levers != scenario.levers else {})
