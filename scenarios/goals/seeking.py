"""Seeking a goal: learn what the levers do, find the cheapest setting, run it afresh, correct, and answer.

The emulator is trained on the chosen levers; each setting that it proposes is run with draws that it has not seen. Where the fresh
runs and the emulator differ, it is shifted to what both say together, and asked again. An answer is a setting that was run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from model.documents import BadInput, Fault, both
from scenarios.emulator import Emulator
from scenarios.emulator.training import POINTS, trained
from scenarios.goals.confirming import Confirmed, confirm, corrected
from scenarios.goals.prices import Purse, Values, purse_of, spent_as_json
from scenarios.goals.reasons import Reasons, reasons
from scenarios.goals.search import Search
from scenarios.presets import scenario_called
from scenarios.scenario import Scenario
from scenarios.studies import Study, aims_of
from scenarios.studies.aims import aim_as_json

ROUNDS = 4
NEAR = 0.02
"""Close enough to the probability asked for: emulator and fresh runs together, when the constraint binds."""
FRONTIER = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
LIMITS = (0.01, 0.99)


@dataclass(frozen=True)
class Goal:
    """The answer. setting: lever → value, run afresh; confirmed: what the fresh runs said, aim by aim; reasons: why there is no
    setting, None when there is; frontier: (probability, setting) by the emulator, cheapest for each; emulator: what was learnt.
    """

    feasible: bool
    probability: float
    purse: Purse
    x: Values
    confirmed: tuple[Confirmed, ...]
    reasons: Reasons | None
    frontier: tuple[tuple[float, Values], ...]
    emulator: Emulator
    rounds: int
    context: dict[str, Any] = field(default_factory=dict)

    @property
    def setting(self) -> dict[str, float]:
        """Lever → value."""
        return {one.id: float(value) for one, value in zip(self.purse.levers, self.x, strict=True)}

    def scenario(self, name: str) -> Scenario:
        """The setting as a scenario, to be run or compared."""
        base: Scenario = self.context["base"]
        return Scenario(name, base.plan, {**base.levers, **self.setting}, base.shocks, base.law, base.macro)

    def as_json(self) -> dict[str, Any]:
        """The document of `goal --json`."""
        rest, purse = self.purse.rest, self.purse
        rows = [{"id": one.id, "name_zh": one.name_zh, "name_en": one.name_en, "unit": one.unit, "rest": float(rest[i]),
                 "value": float(self.x[i]), "range": [one.low, one.high], "extra_yuan": _or_none(purse.yuan[i] * (self.x[i] - rest[i])),
                 "payer": purse.payers[i], "evidence": one.evidence} for i, one in enumerate(purse.levers)]
        aims = [{**aim_as_json(aim), "at_rest": float(self.emulator.responses[aim.name].probability(np.zeros((1, len(rows))))[0]),
                 "emulated": one.emulated, "standard_error": one.doubt, "believed": self.emulator.believed(aim),
                 "confirmed": {"met": one.fresh.met, "n": one.fresh.n, "probability": one.fresh.value,
                               "interval95": [one.fresh.low, one.fresh.high]},
                 "pooled": one.pooled} for aim, one in zip(self.emulator.aims, self.confirmed, strict=True)]
        ahead = [{"probability": p, **spent_as_json(self.purse, x), "levers": dict(zip((r["id"] for r in rows), x.tolist(), strict=True))}
                 for p, x in self.frontier]
        said = {key: value for key, value in self.context.items() if key != "base"}
        return {**said, "feasible": self.feasible, "probability": self.probability, "indicators": aims, "levers": rows,
                "cost": spent_as_json(self.purse, self.x), "budget": dict(self.purse.limits), "left_out": dict(self.purse.left_out),
                "frontier": ahead, "rounds": self.rounds, "why_not": self.reasons.as_json() if self.reasons else None}


def _or_none(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def goal(
    plan: str | Path | Scenario, indicators: Sequence[str], *, scenario: str = "baseline", areas: Sequence[str] = ("ALL",),
    probability: float = 0.8, target: float | None = None, levers: Sequence[str] = ("all",), budget: Mapping[str, float] | None = None,
    prices: Mapping[str, float] | None = None, assumed: bool = False, draws: int = 100, points: int = POINTS, fresh_draws: int = 100,
    **how: Any,
) -> Goal:
    """The cheapest setting of levers with which every one of these targets is met with this probability, or why there is none.

    indicators: target ids, "all" for those that climb; areas: "ALL" is the city; target: another value than the plan's (one target
    only); levers, budget, prices, assumed: as of `purse_of`; draws, points: the emulator learns from; fresh_draws: a setting is confirmed
    with; how: seed, scale, until, executor, threads, prior, fresh, progress as of `running.run`. Raises BadInput, also for a target
    outside natural bounds.
    """
    if not LIMITS[0] <= probability <= LIMITS[1]:
        fix = both("请填写此范围内的小数，如 0.8", "write a fraction, such as 0.8")
        raise BadInput(Fault("--probability", None, "probability", str(probability), "{} … {}".format(*LIMITS), fix))
    chosen = plan if isinstance(plan, Scenario) else scenario_called(scenario, plan)
    study = Study(chosen, draws=draws + fresh_draws, **how)
    aims = aims_of(study.plan, indicators, areas, climbing=True, target=target)
    years = (study.resolver.last - study.resolver.first + 1) / 12
    purse = purse_of(chosen, levers, years=years, assumed=assumed, prices=prices, budget=budget)
    emulator = trained(study, purse.levers, aims, draws, points)
    context = study.provenance() | {"until": study.until, "draws": draws, "points": points, "fresh_draws": fresh_draws, "base": chosen,
                                    "years": years, "warnings": list(study.drawn.warnings)}
    return _sought(study, Search(emulator, purse, study.seed), probability, range(draws, draws + fresh_draws), context)


def _sought(study: Study, search: Search, wanted: float, fresh: Sequence[int], context: dict[str, Any]) -> Goal:
    """Propose, run, correct, until emulator and fresh runs agree."""
    purse, emulator, tried = search.purse, search.emulator, list[tuple[Values, list[Confirmed]]]()
    for _ in range(ROUNDS):
        found = search.cheapest(wanted)
        x = search.highest() if found is None else rounded(purse, found)
        confirmed, _made = confirm(study, purse, emulator, x, fresh, dict(search.shift))
        tried.append((x, confirmed))
        least = min(one.pooled for one in confirmed)
        search = Search(emulator, purse, search.seed, corrected(emulator, purse, x, confirmed))
        free = found is not None and np.allclose(x, purse.rest)
        if (found is None and least < wanted) or (found is not None and (abs(least - wanted) <= NEAR or (free and least >= wanted))):
            break
    return _answer(search, wanted, tried, context)


def _answer(search: Search, wanted: float, tried: Sequence[tuple[Values, list[Confirmed]]], context: dict[str, Any]) -> Goal:
    """The cheapest setting that was run and does, else the last one and why not."""
    purse = search.purse
    good = [(x, found) for x, found in tried if all(one.pooled >= wanted - NEAR and one.agrees(wanted) for one in found)]
    x, confirmed = min(good, key=lambda one: float(purse.cost(one[0][None])[0])) if good else tried[-1]
    why = None if good else reasons(search, x, wanted)
    ahead = [(p, found) for p in sorted({*FRONTIER, wanted}) if (found := search.cheapest(p)) is not None]
    return Goal(bool(good), wanted, purse, x, tuple(confirmed), why, tuple(ahead), search.emulator, len(tried), context)


def rounded(purse: Purse, x: Values) -> Values:
    """The setting in three significant digits of each lever's range, rounded away from rest, as an official would write it."""
    out = []
    for one, value, rest in zip(purse.levers, x.tolist(), purse.rest.tolist(), strict=True):
        step = 10.0 ** np.floor(np.log10(one.high - one.low)) / 100
        away = np.ceil if value >= rest else np.floor
        near = float(f"{away(value / step - 1e-6) * step:.12g}")
        out.append(rest if abs(value - rest) < step / 2 else min(max(near, one.low), one.high))
    whole = np.array(out)
    return whole if purse.affordable(whole[None])[0] else x
