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
    """One line an indicator: 'new jobs: GDP −1 pp a year ⇒ −0.31 (−0.4 … −0.2) 万人; the worst shock ⇒ …'; indicators that nothing
    moves share the last one.
    """
    zh = lang == "zh"
    of: dict[str, list[Effect]] = {}
    for effect in effects:
        of.setdefault(effect.row.task.id, []).append(effect)
    moved = {name: found for name, found in of.items() if any(float(np.abs(one.change).max()) > 0 for one in found)}
    out = [_said(found, lang) for found in moved.values()]
    still = [_name(found[0], lang) for name, found in of.items() if name not in moved]
    if still:
        names = ("、" if zh else ", ").join(dict.fromkeys(still))
        out.append(f"增速与冲击都不影响：{names}" if zh else f"Moved by neither growth nor shock: {names}")
    return out


def _name(effect: Effect, lang: str) -> str:
    return effect.row.task.name_zh if lang == "zh" else effect.row.task.name_en


def _said(effects: Sequence[Effect], lang: str) -> str:
    zh = lang == "zh"
    parts = [f"{HEADS[one.kind][0 if zh else 1]} ⇒ {_size(one)}" for one in sorted(effects, key=lambda one: list(HEADS).index(one.kind))]
    return f"{_name(effects[0], lang)}{'：' if zh else ': '}{('；' if zh else '; ').join(parts)}"


def _size(effect: Effect) -> str:
    size, digits = spread(effect.change), effect.row.task.decimals + 2
    mean, low, high = (_signed(size[name], digits) for name in ("mean", "p10", "p90"))
    return f"{mean} ({low} … {high}) {effect.row.task.unit}"


def _signed(value: float, digits: int) -> str:
    """With its sign; nought has none."""
    text = f"{value:+,.{digits}f}"
    return text if text.strip("+-0.,") else "0"
