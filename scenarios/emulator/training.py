"""Training an emulator: the runs that it learns from, and its file.

Every draw is run at rest and at a few points of the levers' box: some where one lever alone is moved, some where all are. All
runs of a draw share its parameters and its luck.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.documents import BadInput, Fault, both
from scenarios.emulator.artefact import Emulator
from scenarios.emulator.fitting import fit
from scenarios.emulator.response import Values
from scenarios.presets import scenario_called
from scenarios.scenario import Scenario
from scenarios.studies import Aim, Factor, Study, aims_of, answers
from scenarios.studies.factors import lever_factors
from scenarios.sweep_design import unit_points

POINTS = 3
"""Points of the box for each draw, beside rest."""


def emulate(
    plan: str | Path | Scenario, *, scenario: str = "baseline", levers: Sequence[str] = ("all",), indicators: Sequence[str] = ("all",),
    areas: Sequence[str] = ("ALL",), draws: int = 64, points: int = POINTS, **how: Any,
) -> Emulator:
    """Make the emulator of a plan around a scenario.

    levers: "all", or ids, each with a range of its own if wanted (`id=low:high`); points: of the levers' box a draw; how: seed, scale,
    until, executor, threads, prior, fresh, progress as of `running.run`. Raises BadInput.
    """
    chosen = plan if isinstance(plan, Scenario) else scenario_called(scenario, plan)
    study = Study(chosen, draws=draws, **how)
    faults: list[Fault] = []
    factors = lever_factors(chosen, levers, faults)
    if faults:
        raise BadInput(faults)
    return trained(study, factors, aims_of(study.plan, indicators, areas), draws, points)


def trained(study: Study, levers: Sequence[Factor], aims: Sequence[Aim], draws: int, points: int) -> Emulator:
    """Run the design with the first `draws` draws and fit every aim. Raises BadInput for too few draws."""
    if draws < 5 or points < 1 or not levers:
        fix = both("至少 5 个抽样、每个抽样 1 个点、1 个杠杆", "5 draws, 1 point a draw and 1 lever at least")
        raise BadInput(Fault("emulate", None, "draws", f"{draws} × {points}", "≥ 5 × 1", fix))
    box, rest = design(levers, draws, points, study.seed), [_rest(one) for one in levers]
    of_draw = np.repeat(np.arange(draws), points)
    runs = [study.at(levers, rest, d) for d in range(draws)] + [study.at(levers, x, int(d)) for x, d in zip(box, of_draw, strict=True)]
    found = answers(study, runs, aims)
    names = sorted(study.drawn.values[0])
    traits = np.array([[study.drawn.values[d][name] for name in names] + [study.drawn.growth[d]] for d in range(draws)])
    u = from_rest(levers, box)
    ends = [tuple(from_rest([one], np.array([[one.low], [one.high]]))[:, 0].tolist()) for one in levers]
    responses = {}
    for aim in aims:
        values = found.final(aim)
        base, y = values[:draws], values[draws:]
        kept = np.isfinite(base)
        seen = np.isfinite(y) & kept[of_draw]
        if seen.sum() < 5:
            continue
        order = np.cumsum(kept) - 1
        responses[aim.name] = fit(aim.name, u[seen], order[of_draw[seen]], y[seen], base[kept], traits[kept], ends, aim.window, study.seed)
    context = study.provenance() | {"draws": draws, "points": points, "until": study.until, "failed": len(found.failures),
                                    "warnings": list(study.drawn.warnings)}
    return Emulator(tuple(levers), tuple(aim for aim in aims if aim.name in responses), responses, context)


def _rest(lever: Factor) -> float:
    """Where the emulator counts from: the present setting, or the nearest end of the range."""
    return min(max(lever.rest or 0.0, lever.low), lever.high)


def from_rest(levers: Sequence[Factor], x: Values) -> Values:
    """u of settings x, shape (points, levers)."""
    return np.stack([(x[:, i] - _rest(one)) / (one.high - one.low) for i, one in enumerate(levers)], axis=1)


def design(levers: Sequence[Factor], draws: int, points: int, seed: int) -> NDArray[np.float64]:
    """Settings, shape (draws × points, levers): of each draw the first point moves one lever alone, the last of several lies on
    the box's far corner for every eighth draw, the others fill the box.
    """
    low, high, rest = (np.array([value(one) for one in levers]) for value in (lambda f: f.low, lambda f: f.high, _rest))
    filled = low + unit_points("sobol", draws * points, len(levers), seed) * (high - low)
    for d in range(draws):
        first, one = d * points, d % len(levers)
        if points > 1 or d % 2:
            filled[first] = np.where(np.arange(len(levers)) == one, filled[first], rest)
        if points > 1 and d % 8 == 0:
            filled[first + points - 1] = high
    return np.asarray(filled)
