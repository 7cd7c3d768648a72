"""Factors: what an analysis varies, each over a stated range.

A lever is varied in its own unit, as one setting for the whole run and city. An uncertain parameter is varied by its rank u
in [0, 1]: its value is the quantile u of the plan's calibrated draws, or of its declared triangle. `growth` adds
to the real growth of every year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model.documents import BadInput, Fault, both, unknown_name
from scenarios.draws import DRAWN, read_artefact, triangular
from scenarios.plan_levers import city_value, folder_of, settings_in

if TYPE_CHECKING:
    from scenarios.levers import Lever
    from scenarios.plan_levers import LeverSettings
    from scenarios.scenario import Scenario

ALL, NONE = "all", "none"
GROWTH, POINT = "growth", 0.01
"""Growth is moved by one percentage point either way (an assumption, the same as in assessments)."""
TWICE = 2.0
"""Unless told otherwise a lever reaches to twice its larger setting, before the plan or as planned (an assumption)."""


@dataclass(frozen=True)
class Factor:
    """One factor. kind: lever, uncertainty or growth; low, high: range of what is varied (ranks of an uncertainty: 0, 1);
    at: its values at low and high, in `unit`; rest: where a lever stands before the plan; evidence: of a lever, A to D.
    """

    id: str
    kind: str
    low: float
    high: float
    at: tuple[float, float]
    name_zh: str
    name_en: str
    unit: str
    rest: float | None = None
    evidence: str | None = None
    ranks: NDArray[np.float64] | tuple[float, float, float] | None = None

    def value(self, x: float) -> float:
        """The value of the lever, the parameter or the shift at x in [low, high]."""
        if self.kind != "uncertainty" or self.ranks is None:
            return float(x)
        if isinstance(self.ranks, tuple):
            return triangular(float(x), *self.ranks)
        return float(np.quantile(self.ranks, x))


def factors_of(
    scenario: Scenario, *, levers: Sequence[str] = (ALL,), uncertainties: Sequence[str] = (ALL,), growth: bool = True, prior: bool = False
) -> list[Factor]:
    """The factors asked for: "all", "none", or ids; of a lever also `id=low:high`. Raises BadInput with every fault."""
    faults: list[Fault] = []
    out = [*lever_factors(scenario, levers, faults), *_uncertain(scenario, uncertainties, faults, prior=prior)]
    if faults:
        raise BadInput(faults)
    if growth:
        at = (-POINT * 100, POINT * 100)
        out.append(Factor(GROWTH, "growth", -POINT, POINT, at, "GDP 增速(每年加减)", "GDP growth, every year", "百分点 / pp"))
    if not out:
        fix = both("请至少选一个杠杆或不确定参数", "choose a lever or an uncertainty")
        raise BadInput(Fault("--levers", None, "levers", ", ".join(levers), "1 …", fix))
    return out


def lever_factors(scenario: Scenario, wanted: Sequence[str], faults: list[Fault], *, from_rest: bool = False) -> list[Factor]:
    """The levers asked for; what is wrong goes to faults. from_rest: a range not given begins at the present setting."""
    from scenarios.levers import levers

    known, settings, out = levers(), settings_in(scenario.plan), []
    names = list(known) if list(wanted) == [ALL] else [] if list(wanted) == [NONE] else list(wanted)
    for name in names:
        ident, _, span = name.partition("=")
        if ident not in known:
            faults.append(Fault("--levers", None, "levers", ident, *unknown_name(ident, [*known, ALL, NONE])))
            continue
        lever, rest = known[ident], at_rest(settings, known[ident])
        low, high = _usual(settings, lever, rest, from_rest=from_rest)
        if span:
            given = _span(span)
            if given is None or not lever.low <= given[0] < given[1] <= lever.high:
                fix = both("写成 杠杆=低:高", "write lever=low:high")
                faults.append(Fault("--levers", None, ident, span, f"{lever.low:g}:{lever.high:g}", fix))
                continue
            low, high = given
        out.append(Factor(ident, "lever", low, high, (low, high), lever.name_zh, lever.name_en, lever.unit, rest, lever.evidence))
    return out


def _span(text: str) -> tuple[float, float] | None:
    try:
        low, high = (float(part) for part in text.split(":"))
    except ValueError:
        return None
    return low, high


def at_rest(settings: LeverSettings, lever: Lever) -> float:
    """Where the lever stands before the plan: one number for the city (the mean over years, where it varies)."""
    return _mean(city_value(settings.value(lever, settings.baseline(lever))))


def _mean(value: object) -> float:
    if isinstance(value, Mapping):
        parts = [_mean(part) for part in value.values() if isinstance(part, (int, float, Mapping))]
        return float(np.mean(parts)) if parts else 0.0
    return float(value) if isinstance(value, (int, float)) else 0.0


def _usual(settings: LeverSettings, lever: Lever, rest: float, *, from_rest: bool) -> tuple[float, float]:
    """The range of a lever when none is given."""
    planned = city_value(settings.value(lever, settings.as_planned(lever)))
    most = max([rest, *([float(v) for v in planned.values() if isinstance(v, (int, float))] if isinstance(planned, Mapping)
                        else [planned] if isinstance(planned, (int, float)) else [])])
    high = min(lever.high, TWICE * most) if most > lever.low else lever.high
    low = min(rest, lever.high) if from_rest else lever.low
    return (low, high) if high > low else (lever.low, lever.high)


def _uncertain(scenario: Scenario, wanted: Sequence[str], faults: list[Fault], *, prior: bool) -> list[Factor]:
    """The uncertain parameters asked for, over calibrated draws where there are any, else over declared ranges."""
    from model.parameters import declared_parameters

    declared = declared_parameters()
    artefact = None if prior else read_artefact(folder_of(scenario.plan))[0]
    spread = {} if artefact is None else dict(zip(artefact.names, artefact.rows.T, strict=True))
    known = sorted(spread) if spread else sorted(name for name, p in declared.items() if p.role in DRAWN and p.low < p.high)
    names = known if list(wanted) == [ALL] else [] if list(wanted) == [NONE] else list(wanted)
    out = []
    for name in names:
        if name not in known:
            faults.append(Fault("--uncertainties", None, "uncertainties", name, *unknown_name(name, [*known, ALL, NONE])))
            continue
        one, ranks = declared.get(name), np.sort(spread[name]) if spread else None
        if ranks is not None and ranks[0] == ranks[-1]:
            continue  # fitted to one value: nothing to vary
        triangle = (0.0, 0.0, 0.0) if one is None else (float(one.low), float(one.central), float(one.high))
        at = triangle[::2] if ranks is None else (float(ranks[0]), float(ranks[-1]))
        zh, _, en = (one.meaning if one else name).partition(" / ")
        out.append(Factor(name, "uncertainty", 0.0, 1.0, (at[0], at[1]), zh, en or name, one.unit if one else "", None, None,
                          triangle if ranks is None else ranks))
    return out
