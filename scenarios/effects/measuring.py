"""Measuring effects: every lever by itself at a few settings, then several together, each beside the same draw and luck at rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from model.documents import BadInput, Fault, both, unknown_name
from scenarios.effects.addition import with_apart
from scenarios.effects.curves import FINAL, Aimed, Curve, Effects, Setting, Values, wider
from scenarios.effects.made_of import made_of
from scenarios.levers import Lever, levers
from scenarios.presets import preset
from scenarios.resolve import Resolver, city_total, controls_of
from scenarios.studies import Aim, Study, answers
from scenarios.studies.aims import bounds_of, simulated
from scenarios.verdicts import tasks_of

if TYPE_CHECKING:
    from scenarios.plan_schema import Plan
    from scenarios.resolve import ResolvedRun

SCENARIO = "as-planned"
"""Effects are measured around the plan carried out: what a planner sees first, and what most presets begin with."""
UP, DOWN = (0.05, 0.25, 1.0), (1 / 3, 1.0)
"""Settings, as parts of the way from rest to either end of the lever's range: close by, where planners move, closer together."""
TOGETHER, AT_ONCE = 6, 3
"""Settings a draw where levers move together, and how many levers do: levers that move the same target, which differs."""
CERTAIN = 4.0
"""A lever moves a target when its mean effect in some year is so many standard errors from nought: a dozen settings and years a lever are
looked at for each target, with few draws."""
FEWEST = 4


def measure_effects(plan: str | Path, *, draws: int = 8, only: Sequence[str] = (), **how: Any) -> Effects:
    """Measure a plan's effects around `as-planned`.

    only: ids of levers (default: all); how: seed, scale, executor, threads, prior, fresh, progress as of `running.run`. Raises BadInput.
    """
    faults = [Fault("--levers", None, "levers", name, *unknown_name(name, levers())) for name in only if name not in levers()]
    if draws < FEWEST:
        fix = both(f"至少 {FEWEST} 个抽样", f"{FEWEST} draws at least")
        faults.append(Fault("--draws", None, "draws", str(draws), f"{FEWEST} …", fix))
    if faults:
        raise BadInput(faults)
    study = Study(preset(SCENARIO, plan), draws=draws, **how)
    return _measured(study, [curve_of(study.resolver, levers()[name]) for name in only or levers()])


def curve_of(resolver: Resolver, lever: Lever) -> Curve:
    """The settings at which a lever is run, and where the scenario has it: what the city has of it, month by month."""
    months = resolver.last - resolver.first + 1
    found = controls_of(resolver.plan, resolver.settings, months, resolver.scenario, only=[lever.id])[lever.control]
    path = np.array(city_total(lever, found)) / lever.factor
    usual = float(np.clip(float(f"{path.mean():.10g}"), lever.low, lever.high))
    ways = [(lever.high, part) for part in UP] + [(lever.low, part) for part in DOWN]
    at = {lever.low, lever.high, usual, *(float(f"{usual + part * (end - usual):.3g}") for end, part in ways)}
    still = bool(np.allclose(path, usual, rtol=1e-9, atol=1e-12))
    return Curve(lever.id, tuple(sorted(min(max(x, lever.low), lever.high) for x in at)), usual if still else None, usual)


def aims_shown(plan: Plan) -> list[Aim]:
    """Every target, of the city and of areas, that is simulated; parts of a composition too, which are no aims of an analysis."""
    found = [simulated(replace(task, group=None)) for task in tasks_of(plan)]
    return [aim for aim in found if aim is not None]


def _measured(study: Study, curves: Sequence[Curve]) -> Effects:
    """Run the design with every draw and read the curves."""
    aims, last = aims_shown(study.plan), study.resolver.last // 12
    whole = [replace(aim, task=replace(aim.task, year=max(aim.task.year, last))) for aim in aims]  # charts show all years of a run
    alone = [(i, x) for i, curve in enumerate(curves) for x in curve.at if x != curve.rest]
    settings: list[Setting] = [{}, *({curves[i].id: x} for i, x in alone)]
    found = answers(study, [_at(study, one, d) for one in settings for d in range(study.draws)], whole)
    failed, made = len(found.failures), list[Aimed]()
    for aim in aims:
        single = _columns(aim, found.years[aim.name]).reshape(len(settings), study.draws, -1)
        single = single[:, np.isfinite(single).all(axis=(0, 2))]
        if single.shape[1] >= FEWEST:
            made.append(_aimed(study.plan, aim, last, curves, alone, single[1:] - single[0]))
    effects, several = Effects(tuple(curves), tuple(made)), _several(made, curves, study.draws, study.seed)
    if several:
        runs = [_at(study, one, d) for d, sets in enumerate(several) for one in [{}, *sets]]
        found = answers(study, runs, whole)
        failed += len(found.failures)
        years = {aim.name: _columns(aim, found.years[aim.name]).reshape(study.draws, TOGETHER + 1, -1) for aim in aims}
        effects = with_apart(effects, several, [years[one.name][:, 1:] - years[one.name][:, :1] for one in made])
    how = {"draws": study.draws, "failed": failed, "warnings": list(study.drawn.warnings), "made_of": made_of(study)}
    return replace(effects, context=study.provenance() | how)


def _at(study: Study, setting: Setting, draw: int) -> ResolvedRun:
    return study.with_levers(setting).run(study.drawn, draw, 0, study.seed)


def _columns(aim: Aim, years: Values) -> Values:
    """What is shown of each run: the years, added up for a period's sum, and the final value. Shape (runs, years + 1)."""
    shown = np.cumsum(years, axis=1) if aim.task.basis == "period_sum" else years
    return np.column_stack([shown, aim.final(years[:, : len(aim.task.years)])])


def _aimed(plan: Plan, aim: Aim, last: int, curves: Sequence[Curve], alone: Sequence[tuple[int, float]], moved: Values) -> Aimed:
    """One target's effects. moved: differences from rest, (settings, draws, columns)."""
    task, of_lever, draws = aim.task, np.array([i for i, _ in alone]), moved.shape[1]
    mean, sd = moved.mean(axis=1), moved.std(axis=1, ddof=1)
    effects = {}
    for i, curve in enumerate(curves):
        own = of_lever == i
        if _moves(mean[own], sd[own], draws):
            effects[curve.id] = _with_rest(curve, mean[own]), _with_rest(curve, sd[own] * wider(draws))
    columns = (*(str(year) for year in range(task.first, max(task.year, last) + 1)), FINAL)
    grouped = any(other.group for other in tasks_of(plan) if other.id == task.id)
    window = None if grouped else aim.window
    return Aimed(aim.name, task.id, task.area, columns, window, bounds_of(aim), draws, np.zeros(len(columns)), effects)


def _moves(mean: Values, sd: Values, draws: int) -> bool:
    """Whether the effect is more than luck at some setting, in some year."""
    return bool((np.abs(mean) > CERTAIN * np.maximum(sd, 1e-12 * (1.0 + np.abs(mean))) / np.sqrt(draws)).any())


def _with_rest(curve: Curve, rows: Values) -> Values:
    """The rows with a row of noughts where the scenario itself has the lever."""
    return rows if curve.rest is None else np.insert(rows, curve.at.index(curve.rest), 0.0, axis=0)


def _several(made: Sequence[Aimed], curves: Sequence[Curve], draws: int, seed: int) -> list[list[Setting]]:
    """For each draw some settings of levers that move one target, none at an end of its range where it can be; none without such levers."""
    random, known = np.random.default_rng([seed, 0xADD]), {one.id: one.at[1:-1] or one.at for one in curves}
    crowded = [sorted(one.effects) for one in made if len(one.effects) > 1]
    if not crowded:
        return []
    chosen = [random.permutation(crowded[random.integers(len(crowded))])[:AT_ONCE] for _ in range(draws * TOGETHER)]
    sets: list[Setting] = [{str(name): float(random.choice(known[str(name)])) for name in names} for names in chosen]
    return [sets[d * TOGETHER : (d + 1) * TOGETHER] for d in range(draws)]
