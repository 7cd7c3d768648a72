"""Scenarios at hand for every plan: the two that planners compare, the worst shock, and a few asked for first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from model.documents import BadInput, Fault, both, unknown_name
from scenarios.levers import levers
from scenarios.plan_levers import LeverSettings, city_value, settings_in
from scenarios.scenario import Scenario

Levers = Mapping[str, Any]


def _baseline(settings: LeverSettings) -> dict[str, Any]:
    """Permanent policy of the last year before the plan."""
    return {}


def _as_planned(settings: LeverSettings) -> dict[str, Any]:
    """Every commitment's inputs carried out."""
    planned = {
        lever.id: (settings.value(lever, settings.as_planned(lever)), settings.value(lever, settings.baseline(lever)))
        for lever in levers().values()
    }
    return {"levers": {name: value for name, (value, before) in planned.items() if value != before}}


def _stress(settings: LeverSettings) -> dict[str, Any]:
    """The plan's commitments under its worst shock; a national slump of labour demand where the plan file declares
    none.
    """
    stress, first = settings.given.stress, settings.plan.baseline_year + 1
    slump = [{"kind": "demand_slump", "sector": "all", "from": f"{first + 1}-01", "months": 12, "size": -0.068}]
    shock = {"shocks": slump} if stress is None else {k: v for k, v in (("macro", stress.macro), ("shocks", stress.shocks)) if v}
    return _as_planned(settings) | shock


def _early_drive(settings: LeverSettings) -> dict[str, Any]:
    """As planned, with the enrolment drive at firms of every size from the first month on: nowhere later than as planned."""
    drives = {
        name: {"from": f"{settings.plan.baseline_year + 1}-01", "value": 1.0} for name in levers() if name.startswith("enrolment_drive_")
    }
    return {"levers": _as_planned(settings)["levers"] | drives}


def _talent(settings: LeverSettings) -> dict[str, Any]:
    """As planned, with twice the living subsidy and twice the campus tours."""
    doubled = {}
    for name in ("graduate_living_subsidy_bachelor", "campus_tours"):
        lever = levers()[name]
        value = city_value(settings.value(lever, settings.as_planned(lever)))
        doubled[name] = min(lever.high, 2 * value) if isinstance(value, (int, float)) else value
    return {"levers": _as_planned(settings)["levers"] | doubled}


def _skills(settings: LeverSettings) -> dict[str, Any]:
    """As planned, with half as many training places again."""
    lever = levers()["training_places"]
    value = city_value(settings.value(lever, settings.as_planned(lever)))
    more = {"training_places": min(lever.high, 1.5 * value)} if isinstance(value, (int, float)) else {}
    return {"levers": _as_planned(settings)["levers"] | more}


PRESETS: dict[str, tuple[str, str, Callable[[LeverSettings], dict[str, Any]]]] = {
    "baseline": ("基期政策不变", "Policy as before the plan", _baseline),
    "as-planned": ("规划投入全部落实", "Every committed input carried out", _as_planned),
    "stress": ("最坏冲击", "As planned, under the worst shock", _stress),
    "early-drive": ("扩面提前、全面铺开", "Enrolment drive at once, all sizes", _early_drive),
    "talent-plus": ("引才加码", "More for graduates", _talent),
    "skills-plus": ("培训加码", "More training", _skills),
}


def preset(name: str, plan: str | Path) -> Scenario:
    """The preset of this name for a plan (id or folder). Raises BadInput with a suggestion for an unknown name."""
    if name not in PRESETS:
        raise BadInput(Fault("--scenario", None, "scenario", name, *unknown_name(name, PRESETS)))
    return Scenario(name, plan=str(plan), **PRESETS[name][2](settings_in(plan)))


def scenario_called(name: str, plan: str | Path) -> Scenario:
    """A scenario by preset name or by file. A file's own plan must be the plan asked for. Raises BadInput."""
    if name in PRESETS:
        return preset(name, plan)
    path = Path(name)
    if not path.exists() and path.suffix.lower() not in (".yaml", ".yml"):
        return preset(name, plan)
    found = Scenario.read(path)
    if found.plan != str(plan):
        raise BadInput(
            Fault(
                name,
                None,
                "plan",
                found.plan,
                str(plan),
                both(
                    f"请运行 renshe run {found.plan}，或更改文件中的 plan",
                    f"use renshe run {found.plan}, or change the file's plan",
                ),
            )
        )
    return found
