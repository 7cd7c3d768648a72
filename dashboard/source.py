"""What the cockpit asks of the floors below: plans, levers, presets, and a run. The only file here that imports `scenarios`.

Everything comes back as the plain JSON of the command line, so that pages and tests can do without a city.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from threading import Thread
from typing import Any, Protocol

Progress = Callable[[int, int, str], None]
_KINDS = (".py", ".yaml", ".csv", ".parquet", ".json")


class Source(Protocol):
    """Plans, levers and presets at once; a run in its own time."""

    def fingerprint(self) -> str: ...
    def plans(self) -> list[dict[str, Any]]: ...
    def plan(self, plan: str) -> dict[str, Any]: ...
    def levers(self, plan: str) -> list[dict[str, Any]]: ...
    def presets(self) -> list[dict[str, str]]: ...
    def effects(self, plan: str) -> dict[str, Any]: ...
    def run(self, request: Mapping[str, Any], progress: Progress) -> dict[str, Any]: ...


class AtHand:
    """The plans that the product carries, run by the city of this installation."""

    def __init__(self) -> None:
        self._compiling: Thread | None = None

    def prepare(self) -> None:
        """Begin to compile the kernels, if nobody has: while a planner still opens the page, so that a first run need not wait for all
        of it. Runs begin after that, since two threads must not be in kernels at once."""
        import model  # noqa: F401 - says where compiled kernels are kept
        from scenarios.executor import compile_once

        self._compiling = Thread(target=compile_once, daemon=True)
        self._compiling.start()

    def fingerprint(self) -> str:
        """Hex digest of the code and data that a result depends on: a change of either asks for a new run."""
        return _fingerprint()

    def plans(self) -> list[dict[str, Any]]:
        """id and short label (city and period) of every plan at hand, in both languages."""
        from scenarios.plans_at_hand import load_plan, plan_ids

        found = [load_plan(name) for name in plan_ids()]
        return [
            {
                "id": plan.id,
                "label_zh": f"{plan.city_zh} {plan.period[0]}–{plan.period[1]}",
                "label_en": f"{plan.city_en} {plan.period[0]}–{plan.period[1]}",
            }
            for plan in found
        ]

    def plan(self, plan: str) -> dict[str, Any]:
        """`plan show --json`; with each target the topic and 口径 of its measure, with each breakdown the factor to its target's unit."""
        from scenarios.plan_show import plan_as_json
        from scenarios.plans_at_hand import load_plan

        shown = plan_as_json(load_plan(plan))
        for target in shown["indicators"]:
            target.update(_measured(target.get("measure")))
        units = {target["id"]: target["unit"] for target in shown["indicators"]}
        for table in shown["breakdowns"]:
            if table["target"] in units:
                table["factor"] = _factor(table["unit"], units[table["target"]])
        return shown

    def levers(self, plan: str) -> list[dict[str, Any]]:
        """`levers --json`, with the unit in English, the years of the plan, and where each preset puts the lever."""
        from scenarios.frozen import plain
        from scenarios.levers import levers, levers_of
        from scenarios.plan_levers import city_value
        from scenarios.plans_at_hand import load_plan
        from scenarios.presets import PRESETS, preset

        loaded = load_plan(plan)
        first, last = loaded.period
        set_by = {name: plain(preset(name, plan).levers) for name in PRESETS}
        return [
            {
                **lever,
                "unit_en": levers()[lever["id"]].unit_en,
                "years": list(range(first, last + 1)),
                "settings": {
                    name: city_value(given[lever["id"]]) if lever["id"] in given else lever["baseline"] for name, given in set_by.items()
                },
            }
            for lever in levers_of(loaded)["levers"]
        ]

    def presets(self) -> list[dict[str, str]]:
        """id, name_zh, name_en of every preset."""
        from scenarios.presets import PRESETS

        return [{"id": name, "name_zh": words[0], "name_en": words[1]} for name, words in PRESETS.items()]

    def effects(self, plan: str) -> dict[str, Any]:
        """What levers do, for the preview: {plan, levers, aims} as of `scenarios.effects`; {plan, why} where none are at hand."""
        from scenarios.effects import effects_of
        from scenarios.effects.artefact import effects_as_json

        found, said = effects_of(plan)
        if found is None:
            return {"plan": plan, "why": list(said)}
        whole = effects_as_json(found)
        return {"plan": plan, "levers": whole["levers"], "aims": whole["aims"]}

    def run(self, request: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
        """`run --json` of {plan, preset, levers, draws, scale, seed}; raises BadInput for what cannot be run."""
        if self._compiling is not None:
            self._compiling.join()
        if request.get("kind"):
            from dashboard.reviews import reviewed

            return reviewed(request, progress)
        from scenarios.budget import budget_as_json, budget_behind
        from scenarios.plans_at_hand import load_plan
        from scenarios.running import run
        from scenarios.scorecard import scorecard_as_json

        results = run(
            scenario_of(request), draws=int(request["draws"]), scale=int(request["scale"]), seed=int(request["seed"]), progress=progress
        )
        answer = scorecard_as_json(load_plan(str(request["plan"])), results)
        return {**answer, "budget": budget_as_json(budget_behind(results)), "warnings": list(results.manifest.get("warnings", ()))}


def scenario_of(request: Mapping[str, Any]) -> Any:
    """The `Scenario` of a request: the preset, with the moved levers in place of its own."""
    from scenarios.presets import preset

    base, moved = preset(str(request["preset"]), str(request["plan"])), dict(request.get("levers") or {})
    return replace(base, name=name_of(request), levers={**deepcopy(dict(base.as_dict().get("levers", {}))), **moved})


def name_of(request: Mapping[str, Any]) -> str:
    """The scenario's name: the preset's, and how many levers were moved."""
    moved = request.get("levers") or {}
    return f"{request['preset']} + {len(moved)}" if moved else str(request["preset"])


def as_python(request: Mapping[str, Any]) -> str:
    """The lines that give the same numbers in Python."""
    levers = ",\n                   ".join(f"{name!r}: {value!r}" for name, value in (request.get("levers") or {}).items())
    base = f"preset({request['preset']!r}, {request['plan']!r})"
    lines = ["from dataclasses import replace", "from scenarios import load_plan, preset, run", "", f"scenario = {base}"]
    if levers:
        lines += ["scenario = replace(scenario, levers={**scenario.levers,", f"                   {levers}}})"]
    lines += [
        f"results = run(scenario, draws={request['draws']}, scale={request['scale']}, seed={request['seed']})",
        f"print(results.scorecard(load_plan({request['plan']!r})))",
    ]
    return "\n".join(lines if levers else lines[1:])


def _factor(unit: str, into: str) -> float:
    from scenarios.units import to_base

    (one, thing), (other, same) = to_base(1.0, unit), to_base(1.0, into)
    return one / other if thing == same else 1.0


def _measured(measure: str | None) -> dict[str, str]:
    """topic and measured_as (the model's own 口径) of a measure; nothing for a target that none is read from."""
    from model.indicators import registry
    from scenarios.law_sources import topics

    found = registry().get(measure or "")
    return {"topic": topics()[found.id], "measured_as": found.definition} if found else {}


@cache
def _fingerprint() -> str:
    digest = sha256()
    for package in ("model", "scenarios"):
        root = Path(str(files(package)))
        for path in sorted(path for path in root.rglob("*") if path.suffix in _KINDS and path.name != "effects.json"):  # no run reads them
            digest.update(f"{path.relative_to(root).as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()
