"""Measuring effects: every lever by itself at a few settings, then several together, each beside the same draw and luck at rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import stdtrit

from model.documents import BadInput, Fault, both, unknown_name
from scenarios.effects.curves import FINAL, TENTH, Aimed, Curve, Effects, Values
from scenarios.effects.made_of import made_of
from scenarios.plan_levers import city_value, settings_in
from scenarios.presets import preset
from scenarios.scenario import Scenario
from scenarios.studies import Aim, Study, answers
from scenarios.studies.aims import simulated
from scenarios.studies.factors import _mean
from scenarios.verdicts import tasks_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenarios.levers import Lever
    from scenarios.plan_schema import Plan

SCENARIO = "as-planned"
"""Effects are measured around the plan carried out: what a planner sees first, and what most presets begin with."""
UP, DOWN = (0.05, 0.25, 1.0), (1 / 3, 1.0)
"""Settings, as parts of the way from rest to either end of the lever's range: close by, where planners move, closer together."""
TOGETHER, AT_ONCE = 6, 3
"""Settings a draw where levers move together, and how many levers do."""
CERTAIN = 4.0
"""A lever moves a target when its mean effect in some year is so many standard errors from nought: a dozen settings and years a lever are
looked at for each target, with few draws."""
FEWEST = 4


def measure_effects(plan: str | Path, *, draws: int = 8, levers: Sequence[str] = (), **how: Any) -> Effects:
    """Measure a plan's effects around `as-planned`.

    levers: ids (default: all); how: seed, scale, executor, threads, prior, fresh, progress as of `running.run`. Raises BadInput.
    """
    from scenarios.levers import levers as declared

    faults = [Fault("--levers", None, "levers", name, *unknown_name(name, declared())) for name in levers if name not in declared()]
    if draws < FEWEST:
        fix = both(f"至少 {FEWEST} 个抽样", f"{FEWEST} draws at least")
        faults.append(Fault("--draws", None, "draws", str(draws), f"{FEWEST} …", fix))
    if faults:
        raise BadInput(faults)
    study = Study(preset(SCENARIO, plan), draws=draws, **how)
    curves = [curve_of(study.scenario, study.plan, declared()[name]) for name in levers or declared()]
    return _measured(study, curves, aims_shown(study.plan))


def aims_shown(plan: Plan) -> list[Aim]:
    """Every target, of the city and of areas, that is simulated; parts of a composition too, which are no aims of an analysis."""
    found = [simulated(replace(task, group=None)) for task in tasks_of(plan)]
    return [aim for aim in found if aim is not None]


def curve_of(scenario: Scenario, plan: Plan, lever: Lever) -> Curve:
    """The settings at which a lever is run, and where the scenario has it."""
    settings = settings_in(scenario.plan)
    given = scenario.levers.get(lever.id, settings.value(lever, settings.baseline(lever)))
    constant = isinstance(given, (int, float)) and not isinstance(given, bool)
    usual = float(given) if constant else _mean(city_value(given))
    usual = min(max(usual, lever.low), lever.high)
    ways = [(lever.high, part) for part in UP] + [(lever.low, part) for part in DOWN]
    at = {lever.low, lever.high, usual, *(float(f"{usual + part * (end - usual):.3g}") for end, part in ways)}
    return Curve(lever.id, tuple(sorted(min(max(x, lever.low), lever.high) for x in at)), usual if constant else None, usual)


def _measured(study: Study, curves: Sequence[Curve], aims: Sequence[Aim]) -> Effects:
    """Run the design with every draw and read the curves."""
    alone = [(i, x) for i, curve in enumerate(curves) for x in curve.at if x != curve.rest]
    settings: list[dict[str, float]] = [{}, *({curves[i].id: x} for i, x in alone)]
    several = _several(curves, study.draws, study.seed)
    runs = [_at(study, one, d) for one in settings for d in range(study.draws)]
    runs += [_at(study, one, d) for d, sets in enumerate(several) for one in sets]
    found = answers(study, runs, aims)
    counts = len(settings), study.draws
    out = []
    for aim in aims:
        columns = _columns(aim, found.years[aim.name])
        single = columns[: counts[0] * counts[1]].reshape(*counts, -1)
        together = columns[counts[0] * counts[1] :].reshape(counts[1], -1, columns.shape[1])
        kept = np.isfinite(single).all(axis=(0, 2)) & np.isfinite(together).all(axis=(1, 2))
        if kept.sum() >= FEWEST:
            rest, sets = single[0][kept], [one for one, good in zip(several, kept, strict=True) if good]
            out.append(_aimed(aim, curves, alone, single[1:, kept] - rest, together[kept] - rest[:, None], sets))
    context = study.provenance() | {"draws": study.draws, "failed": len(found.failures), "warnings": list(study.drawn.warnings),
                                    "made_of": made_of(study)}  # fmt: skip
    return Effects(tuple(curves), tuple(out), context)


def _at(study: Study, setting: dict[str, float], draw: int) -> Any:
    return study.with_levers(setting).run(study.drawn, draw, 0, study.seed)


def _several(curves: Sequence[Curve], draws: int, seed: int) -> list[list[dict[str, float]]]:
    """For each draw some settings of several levers, each inside its range and not at its ends where it can be."""
    random, many = np.random.default_rng([seed, 0xADD]), min(AT_ONCE, len(curves))
    out = []
    for _ in range(draws):
        chosen = [random.choice(len(curves), many, replace=False) for _ in range(TOGETHER if many > 1 else 0)]
        out.append([{curves[i].id: float(random.choice(curves[i].at[1:-1] or curves[i].at)) for i in which} for which in chosen])
    return out


def _columns(aim: Aim, years: Values) -> Values:
    """What is shown of each run: the years, added up for a period's sum, and the final value. Shape (runs, years + 1)."""
    shown = np.cumsum(years, axis=1) if aim.task.basis == "period_sum" else years
    return np.column_stack([shown, aim.final(years)])


def _aimed(
    aim: Aim, curves: Sequence[Curve], alone: Sequence[tuple[int, float]], single: Values, together: Values,
    several: Sequence[Sequence[dict[str, float]]],
) -> Aimed:
    """One target's effects, from differences to rest: single (settings, draws, columns), together (draws, settings of several, columns)."""
    task, of_lever = aim.task, np.array([i for i, _ in alone])
    mean, sd = single.mean(axis=1), single.std(axis=1, ddof=1)
    effects = {}
    for i, curve in enumerate(curves):
        own = of_lever == i
        if _moves(mean[own], sd[own], single.shape[1]):
            effects[curve.id] = _with_rest(curve, mean[own]), _with_rest(curve, sd[own] * _wider(single.shape[1]))
    columns = (*(str(year) for year in task.years), FINAL)
    basis = "cumulative" if task.basis == "period_sum" else "by_year"
    made = Aimed(aim.name, task.id, task.area, basis, columns, None if task.group else aim.window, np.zeros(len(columns)), effects)
    return replace(made, apart=_apart(Effects(tuple(curves), (made,)), several, together))


def _wider(draws: int) -> float:
    """From the standard deviation of few draws to that of a draw not seen: the mean is uncertain too, and so is the deviation (Student)."""
    return float(np.sqrt(1 + 1 / draws) * stdtrit(draws - 1, 0.9) / TENTH)


def _moves(mean: Values, sd: Values, draws: int) -> bool:
    """Whether the effect is more than luck at some setting, in some year."""
    return bool((np.abs(mean) > CERTAIN * np.maximum(sd, 1e-12 * (1.0 + np.abs(mean))) / np.sqrt(draws)).any())


def _with_rest(curve: Curve, rows: Values) -> Values:
    """The rows with a row of noughts where the scenario itself has the lever."""
    return rows if curve.rest is None else np.insert(rows, curve.at.index(curve.rest), 0.0, axis=0)


def _apart(found: Effects, several: Sequence[Sequence[dict[str, float]]], together: Values) -> Values:
    """a of each column: what addition misses beyond the levers' own spread, for the size of what is added."""
    over, size = np.zeros(together.shape[2]), np.zeros(together.shape[2])
    for d, sets in enumerate(several):
        for k, setting in enumerate(sets):
            parts: list[tuple[Values, NDArray[np.float64]]] = [found.moves(found.aims[0], {name: x}) for name, x in setting.items()]
            shift, own = sum(p[0] for p in parts), sum(p[1] ** 2 for p in parts)
            over, size = over + (together[d, k] - shift) ** 2 - own, size + sum(p[0] ** 2 for p in parts)
    return np.sqrt(np.maximum(over, 0.0) / np.where(size > 0, size, np.inf))
