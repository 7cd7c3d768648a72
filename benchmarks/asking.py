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


def foretold(plan: str, settings: int, draws: int, scale: int) -> dict[str, Any]:
    """How well shipped effects foretell runs of one to three levers, none at a measured setting, in draws that they were not measured with.

    inside: share of changes within the 80 % interval; off: median error of effects over a fifth of the spread between draws, as a share of
    the effect; unforetold: 90 % of the changes that no effect was foretold for stay below this share of the spread.
    """
    import numpy as np

    from scenarios import preset
    from scenarios.effects import effects_of
    from scenarios.effects.curves import TENTH
    from scenarios.effects.measuring import aims_shown
    from scenarios.studies import Study, answers

    found, said = effects_of(plan)
    if found is None:
        raise RuntimeError(f"no effects of this model: {said}")
    seen, random = int(found.context["draws"]), np.random.default_rng(5)
    sets: list[dict[str, float]] = [{}]
    for _ in range(settings):
        chosen = [found.levers[i] for i in random.choice(len(found.levers), random.integers(1, 4), replace=False)]
        ends = [one.at[-1] if random.random() < 0.7 or one.usual == one.at[0] else one.at[0] for one in chosen]
        parts = random.uniform(0.02, 0.4, len(chosen))
        sets.append({o.id: float(o.usual + (end - o.usual) * part) for o, end, part in zip(chosen, ends, parts, strict=True)})
    study = Study(preset("as-planned", plan), draws=seen + draws, seed=int(found.context["seed"]), scale=scale)
    runs = [study.with_levers(one).run(study.drawn, d, 0, study.seed) for one in sets for d in range(seen, seen + draws)]
    aims = {aim.name: aim for aim in aims_shown(study.plan) if aim.task.area is None}
    made = answers(study, runs, list(aims.values()))
    inside, off, rest = [], [], []
    for known in found.aims:
        if known.name not in aims:
            continue
        values = made.final(aims[known.name]).reshape(len(sets), draws)
        spread = float(values[0].std(ddof=1)) or 1e-9
        for one, now in zip(sets[1:], values[1:], strict=True):
            (shift, sd), change = (column[-1] for column in found.moves(known, one)), now - values[0]
            if sd > 0 and abs(shift) > 2 * sd / np.sqrt(seen):
                inside.append(np.abs(change - shift) <= TENTH * sd)
                off += [abs(change.mean() / shift - 1)] if abs(shift) > 0.2 * spread else []
            elif change.any():
                rest.append(abs(change.mean()) / spread)
    return {"plan": plan, "settings": settings, "draws": draws, "scale": scale, "told": len(inside), "inside": float(np.mean(inside)),
            "off": float(np.median(off)), "unforetold": float(np.quantile(rest, 0.9))}  # fmt: skip
