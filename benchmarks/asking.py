"""What analyses come to: whether a goal's setting does what it promises in runs that nobody has seen, and what pairing saves."""

from __future__ import annotations

from time import perf_counter
from typing import Any


def goal_checked(
    plan: str, indicator: str, levers: list[str], scale: int, draws: int, fresh_draws: int, checks: int, target: float | None = None,
    probability: float = 0.8,
) -> dict[str, Any]:
    """Seek a goal, then run its setting with `checks` draws and luck of another seed: how often is the target met?"""
    from benchmarks.living import compile_kernels
    from scenarios import goal
    from scenarios.studies import Study, answers
    from scenarios.verdicts.probability import jeffreys

    compile_kernels()
    started = perf_counter()
    found = goal(plan, [indicator], levers=levers, scale=scale, draws=draws, fresh_draws=fresh_draws, target=target,
                 probability=probability, prior=True, fresh=True)
    sought = perf_counter() - started
    study = Study(found.scenario("check"), draws=checks, seed=4001, scale=scale, prior=True, fresh=True)
    made = answers(study, [study.resolver.run(study.drawn, d, 0, study.seed) for d in range(checks)], found.emulator.aims)
    met = made.met(found.emulator.aims[0])[made.known()]
    chance = jeffreys(int(met.sum()), int(met.size), 0.95)
    return {
        "plan": plan, "indicator": indicator, "target": found.emulator.aims[0].task.target, "probability": probability, "scale": scale,
        "feasible": found.feasible, "rounds": found.rounds, "setting": found.setting, "extra_yuan": found.as_json()["cost"]["extra_yuan"],
        "learnt_from": draws * 4, "fresh_draws": fresh_draws, "met": chance.met, "n": chance.n, "low": chance.low, "high": chance.high,
        "failed_runs": len(made.failures), "seek_s": sought, "check_s": perf_counter() - started - sought,
    }  # fmt: skip


def pairing(plan: str, lever: str, value: float, scale: int, replicates: int) -> dict[str, Any]:
    """How many times fewer replicates pairs need for a small change of one lever, matching included."""
    from benchmarks.living import compile_kernels
    from scenarios import Scenario
    from scenarios.precision import precision

    compile_kernels()
    found = precision(Scenario("small change", plan, {lever: value}), scale=scale, replicates=replicates, prior=True, fresh=True)
    savings = {one.aim: one.saving for one in found if one.paired > 0}
    least = min(found, key=lambda one: one.saving)
    return {"plan": plan, "lever": lever, "value": value, "scale": scale, "replicates": replicates, "savings": savings,
            "least": least.saving, "least_aim": least.aim, "least_bound": least.saving_at_least()}
