"""Plans as data, levers, scenarios, running them, results and verdicts.

from scenarios import Scenario, load_plan, run
result = run(Scenario("more training", plan="xuzhou", levers={"training_places": 150_000}), draws=50, scale=20)
result.scorecard()
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenarios.discovery import discover
    from scenarios.emulator import emulate
    from scenarios.goals import goal
    from scenarios.plans_at_hand import load_plan
    from scenarios.presets import preset
    from scenarios.running import run
    from scenarios.scenario import Scenario
    from scenarios.sensitivities import sensitivity
    from scenarios.sweeping import sweep
    from scenarios.waterfall import why

HOMES = {
    "load_plan": "plans_at_hand", "preset": "presets", "run": "running", "Scenario": "scenario", "sweep": "sweeping",
    "sensitivity": "sensitivities", "why": "waterfall", "emulate": "emulator", "goal": "goals", "discover": "discovery",
}  # fmt: skip

__all__ = ["Scenario", "discover", "emulate", "goal", "load_plan", "preset", "run", "sensitivity", "sweep", "why"]


def __getattr__(name: str) -> Any:
    """Import what is asked for, and only then: the command line must answer at once."""
    if name in HOMES:
        value = getattr(import_module(f"scenarios.{HOMES[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'scenarios' has no attribute {name!r}")
