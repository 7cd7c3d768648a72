"""What one point of growth less, and the plan's worst shock, do to each headline indicator: paired runs, one line each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from scenarios.frozen import plain
from scenarios.gap import spread
from scenarios.paired import Variant
from scenarios.presets import preset
from scenarios.scenario import Scenario
from scenarios.scorecard.card import Row
from scenarios.verdicts.meeting import Values

GDP, SHOCK = "gdp", "shock"
POINT = 0.01
HEADS = {GDP: ("GDP 每年 −1 个百分点", "GDP −1 pp a year"), SHOCK: ("最坏冲击", "the worst shock")}
Finals = Mapping[str, tuple[tuple[int, ...], Values]]


def pushed(scenario: Scenario) -> list[Variant]:
    """The scenario with growth of every year one point lower, and the scenario under its plan's worst shock."""
    stress = preset("stress", scenario.plan)
    years = {} if isinstance(stress.macro, str) else dict(plain(stress.macro))
    own = {} if isinstance(scenario.macro, str) else dict(plain(scenario.macro))
    hit = replace(scenario, name=SHOCK, shocks=(*scenario.shocks, *stress.shocks), macro=own | years or scenario.macro)
    return [Variant(GDP, replace(scenario, name=GDP), -POINT), Variant(SHOCK, hit)]


@dataclass(frozen=True)
class Effect:
    """What `kind` (gdp or shock) does to the final value of a target: one value a draw, in its unit; base: the median
    without it.
    """

    kind: str
    row: Row
    change: Values
    base: float

    def as_json(self) -> dict[str, Any]:
        """Mean and 10-90 % interval in the target's unit; relative: mean as a share of the median without it."""
        task = self.row.task
        relative = float(self.change.mean()) / self.base if self.base else None
        return {"kind": self.kind, "id": task.id, "name_zh": task.name_zh, "name_en": task.name_en, "unit": task.unit,
                **spread(self.change), "relative": relative}


def effects_on(rows: Iterable[Row], without: Finals, under: Finals, kind: str) -> list[Effect]:
    """The effect on each row in the draws that both have."""
    out = []
    for row in rows:
        if row.task.id not in under:
            continue
        before, after = (dict(zip(*finals[row.task.id], strict=True)) for finals in (without, under))
        common = sorted(set(before) & set(after))
        if common:
            change = np.array([after[draw] - before[draw] for draw in common])
            out.append(Effect(kind, row, change, float(np.median([before[draw] for draw in common]))))
    return out


def lines(effects: Sequence[Effect], lang: str = "zh") -> list[str]:
    """One line for each kind: 'GDP −1 pp a year ⇒ new jobs −0.31 (−0.4 … −0.2) 万人, …'."""
    which = 0 if lang == "zh" else 1
    out = []
    for kind, head in HEADS.items():
        said = [_said(effect, lang) for effect in effects if effect.kind == kind]
        if said:
            out.append(f"{head[which]} ⇒ " + ("，" if lang == "zh" else ", ").join(said))
    return out


def _said(effect: Effect, lang: str) -> str:
    task, size = effect.row.task, spread(effect.change)
    digits = task.decimals + 2
    name = task.name_zh if lang == "zh" else task.name_en
    return f"{name} {size['mean']:+,.{digits}f} ({size['p10']:+,.{digits}f} … {size['p90']:+,.{digits}f}) {task.unit}"
