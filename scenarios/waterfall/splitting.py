"""Splitting the difference of two scenarios, or the gap between a target and what a scenario reaches, among its causes.

Of a difference, b − a = Σ effects. Of a gap, target − b = (target − start) − Σ effects, where the start is the plan as it was
reckoned: policy as in `against`, growth as planned, no shock, the law of the first month, parameters at their mean and the
luck of another draw. Both hold in every draw, to rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from model.documents import BadInput, Fault, both
from scenarios.gap import spread
from scenarios.presets import scenario_called
from scenarios.scenario import Scenario
from scenarios.studies import Aim, Study, aims_of, answers
from scenarios.studies.aims import aim_as_json
from scenarios.verdicts.meeting import Values
from scenarios.waterfall.shapley import along, every_set, exact, sampled_orders, sets_along
from scenarios.waterfall.worlds import CHANCE, Cause, Mixture, World, causes_between

FEW = 4
"""Up to so many causes every set of them is run."""
PAIRS = 1
GAP, DIFFERENCE = "gap", "difference"


@dataclass(frozen=True)
class Split:
    """One aim, split. kind: gap or difference; first, last: values a draw at the start and at the end, in the aim's unit; total:
    target − last, or last − first; parts: of the total, by cause, with their signs; sampled: whether orders were.
    """

    kind: str
    aim: Aim
    causes: tuple[Cause, ...]
    first: Values
    last: Values
    parts: dict[str, Values]
    sampled: bool
    context: dict[str, Any] = field(default_factory=dict)

    @property
    def total(self) -> Values:
        """What is split, one value a draw."""
        return self.aim.task.target - self.last if self.kind == GAP else self.last - self.first

    def as_json(self) -> dict[str, Any]:
        """The document of `why --json`: means over draws, which add up, with 10-90 % intervals and standard errors."""
        named = {cause.id: cause for cause in self.causes}
        rows = []
        for name, values in self.parts.items():
            cause = named.get(name)
            about = {"kind": "start", "name_zh": "起点差距", "name_en": "gap at the start", "assumed": False} if cause is None else {
                "kind": cause.kind, "name_zh": cause.name_zh, "name_en": cause.name_en, "assumed": cause.assumed}
            rows.append({"id": name, **about, **_spread(values)})
        method = "shapley, sampled orders" if self.sampled else "shapley, exact"
        chance = float(self.parts[CHANCE].mean()) if CHANCE in self.parts else 0.0  # the same luck on both sides: none
        return {**self.context, **aim_as_json(self.aim), "what": self.kind, "method": method, "draws": int(self.total.size),
                "start": _spread(self.first), "end": _spread(self.last), "total": _spread(self.total), "parts": rows, "chance": chance}


def _spread(values: Values) -> dict[str, float]:
    error = float(values.std(ddof=1) / np.sqrt(values.size)) if values.size > 1 else 0.0
    return {**spread(values), "standard_error": error}


def why(
    plan: str | Path | Scenario, *, scenario: str = "as-planned", against: str | Scenario = "baseline",
    indicators: Sequence[str] = ("all",), areas: Sequence[str] = ("ALL",), gap: bool = False, by: str = "lever",
    draws: int = 20, seed: int = 1, seed_against: int | None = None, pairs: int = PAIRS, exactly: bool = False, **how: Any,
) -> list[Split]:
    """Split, for each target, the difference `scenario` − `against` (or, with gap, target − `scenario`) among its causes.

    by: lever or mechanism; seed_against: another seed for `against`, so that luck (and drawn parameters) are causes too; pairs:
    sampled orders and their reverses a draw, where there are more than four causes and not `exactly`; how: scale, until, executor …
    as of `running.run`. Raises BadInput, also when the two do not differ.
    """
    chosen = plan if isinstance(plan, Scenario) else scenario_called(scenario, plan)
    other = against if isinstance(against, Scenario) else scenario_called(against, chosen.plan)
    study = Study(chosen, draws=draws, seed=seed, **how)
    b = World.of(chosen, study.plan, draws=draws, seed=seed, prior=study.prior)
    last = study.resolver.last
    a = b.reckoned(other, study.plan, last) if gap else World.of(
        other, study.plan, draws=draws, seed=seed if seed_against is None else seed_against, prior=study.prior)
    causes = causes_between(a, b, study.plan, by=by)
    if not causes:
        fix = both("两个情景相同，没有可分解的差异", "the two are the same: nothing to split")
        raise BadInput(Fault("--against", None, "against", other.name, "≠ " + chosen.name, fix))
    aims = aims_of(study.plan, indicators, areas)
    mixture = Mixture(a, b, causes, study.plan, study.until, study.scale)
    context = study.provenance() | {"against": other.name, "until": study.until} | ({"seed_against": seed_against} if seed_against else {})
    return _split(study, mixture, aims, GAP if gap else DIFFERENCE, pairs, exactly or len(causes) <= FEW, context)


def _split(
    study: Study, mixture: Mixture, aims: Sequence[Aim], kind: str, pairs: int, exactly: bool, context: dict[str, Any]
) -> list[Split]:
    n, draws = len(mixture.causes), study.draws
    orders = [] if exactly else sampled_orders(n, draws, pairs, study.seed)
    wanted = [(some, d) for d in range(draws) for some in (
        every_set(n) if exactly else sorted({one for order in orders[d] for one in sets_along(order)}))]
    found = answers(study, [mixture.run(some, d) for some, d in wanted], aims)
    place = {key: i for i, key in enumerate(wanted)}
    complete = [d for d in range(draws) if not any(place[key] in found.failures for key in wanted if key[1] == d)]
    out = []
    for aim in aims:
        finals = found.final(aim)
        seen = [d for d in complete if all(np.isfinite(finals[place[key]]) for key in wanted if key[1] == d)]
        if not seen:
            continue
        if exactly:
            effects = exact({some: finals[[place[some, d] for d in seen]] for some in every_set(n)}, n)
        else:
            effects = along([orders[d] for d in seen], lambda some, i, f=finals, s=seen: float(f[place[some, s[i]]]), n)  # type: ignore[misc]
        first, last = (finals[[place[some, d] for d in seen]] for some in (0, (1 << n) - 1))
        parts = {cause.id: effect for cause, effect in zip(mixture.causes, effects, strict=True)}
        if kind == GAP:
            parts = {"start": aim.task.target - first} | {name: 0.0 - effect for name, effect in parts.items()}
        out.append(Split(kind, aim, tuple(mixture.causes), first, last, parts, not exactly, context))
    return out
