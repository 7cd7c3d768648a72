"""Resolving: from a scenario, a plan and a draw to the values that one run lives by, and to the run's key.

The key is a hash of those values and of what computes them; names, targets, files and the choice of output stay out of
it, so that the same run under another name is the same run.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.documents import BadInput, Fault, both
from model.setting import Programme
from scenarios.draws import Draws, luck_seed
from scenarios.fingerprints import digest_of, model_fingerprint, packages, platform_name
from scenarios.frozen import plain
from scenarios.lever_value import Place, Step, steps_of
from scenarios.levers import Lever, levers
from scenarios.macro import growth_path
from scenarios.months import LAST_YEAR, january, month_number, month_text
from scenarios.plan_levers import LeverSettings, area_weights, folder_of, settings_in
from scenarios.plan_schema import Plan
from scenarios.plans_at_hand import load_plan
from scenarios.programmes import programmes_of
from scenarios.scenario import Scenario

Values = NDArray[np.float64]
RULES = ("settings.py", "sectors.yaml")
"""What turns a baseline into a setting: a run is another run when one of these files changes."""


@dataclass(frozen=True)
class ResolvedRun:
    """Everything that one run depends on, as plain data that travels to a worker.

    plan: the plan's id or folder; controls: {control: (months, areas)} in the control's unit; usual: each control's
    city total before the plan; growth: {year: fraction}; shocks and law as in the scenario; programmes: what the plan
    builds; until: last month; luck: seed of the run's luck; shared: digest of what all draws of the scenario have in
    common (the city's baseline, the controls, programmes, law and shocks); after: the month up to which the run is known, so that only
    later months are kept; anchors: what was observed in `december`, (indicator, area, value in the indicator's unit); base: the year
    of another baseline than the plan's.
    """

    plan: str
    shared: str
    draw: int
    replicate: int
    parameters: Mapping[str, float]
    controls: Mapping[str, Values]
    usual: Mapping[str, float]
    growth: Mapping[int, float]
    shocks: tuple[Mapping[str, Any], ...]
    law: tuple[Mapping[str, Any], ...]
    programmes: tuple[Programme, ...]
    until: str
    scale: int
    luck: int
    after: str | None = None
    anchors: tuple[tuple[str, str, float], ...] = ()
    december: str | None = None
    base: int | None = None

    @cached_property
    def key(self) -> str:
        """The run's key (sha256, hex)."""
        anchors = [list(anchor) for anchor in self.anchors]
        conditioned = {"after": self.after, "anchors": anchors, "december": self.december} if self.after else {}
        return digest_of(
            conditioned
            | {
                "shared": self.shared,
                "parameters": self.parameters,
                "growth": self.growth,
                "until": self.until,
                "scale": self.scale,
                "luck": str(self.luck),
                "model": model_fingerprint(),
                "packages": packages(),
                "platform": platform_name(),
            }
        )


def checked_month(until: str, first: int) -> int:
    """The last month as a number. Raises BadInput for no month, or one before `first`."""
    month = month_number(until)
    if month is None or month < first:
        allowed = f"YYYY-MM, {month_text(first)} … {LAST_YEAR}-12"
        fix = both("请填写年月,如 2025-12", "write a month, such as 2025-12")
        raise BadInput(Fault("--until", None, "until", until, allowed, fix))
    return month


class Resolver:
    """Resolves the draws of one scenario. What all draws share is worked out once.

    until: last month, by default the December in which the plan ends; like: another scenario of the same plan and
    months, whose share of the work is taken over. Raises BadInput for a month outside the run.
    """

    def __init__(
        self, scenario: Scenario, plan: Plan, *, until: str | None = None, scale: int = 20, like: Resolver | None = None
    ) -> None:
        self.scenario, self.plan, self.scale = scenario, plan, scale
        self.base = None if plan.baseline_year == load_plan(scenario.plan).baseline_year else plan.baseline_year
        self.first = january(plan.baseline_year + 1)
        self.last = checked_month(until or f"{plan.period[1]}-12", self.first)
        self.settings: LeverSettings = settings_in(scenario.plan) if like is None else like.settings
        self.usual_months: dict[str, Values] = (
            controls_of(plan, self.settings, self.last - self.first + 1) if like is None else like.usual_months
        )
        self.digests: dict[str, str] = (
            {name: digest_of_values(values) for name, values in self.usual_months.items()} if like is None else like.digests
        )
        own = controls_of(plan, self.settings, self.last - self.first + 1, scenario, only=list(scenario.levers))
        self.controls = self.usual_months | own
        self.usual: dict[str, float] = usual_controls(plan, self.settings) if like is None else like.usual
        self.programmes: tuple[Programme, ...] = programmes_of(scenario.plan) if like is None else like.programmes
        self.folder: Path | None = folder_of(scenario.plan) if like is None else like.folder
        self.baseline: str = baseline_digest(plan) if like is None else like.baseline
        self.shared = digest_of(
            {
                "baseline": self.baseline,
                "controls": self.digests | {name: digest_of_values(values) for name, values in own.items()},
                "usual": self.usual,
                "programmes": [list(astuple(programme)) for programme in self.programmes],
                "shocks": plain(scenario.shocks),
                "law": sorted(plain(scenario.law), key=str),
            }
        )

    @property
    def years(self) -> range:
        """The years that the run touches."""
        return range(self.first // 12, self.last // 12 + 1)

    def run(self, draws: Draws, draw: int, replicate: int, seed: int) -> ResolvedRun:
        """The resolved run of one replicate of one draw."""
        growth = growth_path(self.plan, self.scenario.macro, self.years, draws.growth[draw], self.folder)
        return ResolvedRun(
            self.scenario.plan,
            self.shared,
            draw,
            replicate,
            draws.values[draw],
            self.controls,
            self.usual,
            growth,
            tuple(self.scenario.shocks),
            tuple(self.scenario.law),
            self.programmes,
            month_text(self.last),
            self.scale,
            luck_seed(seed, draw, replicate),
            base=self.base,
        )


def baseline_digest(plan: Plan) -> str:
    """Digest of what a city is made from: its baseline cells, its areas, and the rules that fill what is open (`settings.py`,
    `sectors.yaml`); no target value, no name, no source.
    """
    from scenarios.settings import changed_definition

    cells = sorted(
        [c.quantity, c.area, str(c.year), c.sex or "", c.age or "", c.sector or "", repr(c.base_value)] for c in plan.baseline.cells
    )
    areas = [[a.id, a.level, *a.parts] for a in plan.areas]
    rules = [hashlib.sha256(Path(__file__).with_name(name).read_bytes().replace(b"\r\n", b"\n")).hexdigest() for name in RULES]
    definitions = [changed_definition(plan, measure) for measure in ("new_urban_employment", "startups")]
    return digest_of({"cells": cells, "areas": areas, "province": plan.province, "year": plan.baseline_year, "rules": rules,
                      "definitions": definitions})


def digest_of_values(values: Values) -> str:
    """sha256 (hex) of the canonical JSON of a control's months and areas."""
    return hashlib.sha256(json.dumps((values + 0.0).tolist(), separators=(",", ":"), allow_nan=False).encode()).hexdigest()


def controls_of(
    plan: Plan, settings: LeverSettings, months: int, scenario: Scenario | None = None, only: Sequence[str] | None = None
) -> dict[str, Values]:
    """{control: (months, finest areas)} in the control's unit: baseline settings, with a scenario's levers on top.

    only: ids of the levers whose controls are wanted (default: all).
    """
    place, weights = Place.of(plan), area_weights(plan)
    shares = np.array([weights[area] for area in place.finest])
    out: dict[str, Values] = {}
    for lever in levers().values() if only is None else [levers()[name] for name in only]:
        values = np.zeros((months, len(place.finest)))
        before = steps_of(settings.value(lever, settings.baseline(lever)), place, lever.low, lever.high)[0]
        for step in (*before, *(scenario.steps(lever.id) if scenario else ())):
            lay(step, values, place, shares, split=is_split(lever))
        out[lever.control] = values * lever.factor
    return out


def usual_controls(plan: Plan, settings: LeverSettings) -> dict[str, float]:
    """Each control's city total (or common level) under the policy before the plan, in the control's unit."""
    before = controls_of(plan, settings, 1)
    return {lever.control: city_total(lever, before[lever.control])[0] for lever in levers().values()}


def lay(step: Step, values: Values, place: Place, shares: Values, *, split: bool) -> None:
    """Write one step into values (months, areas): the amount divided by `shares` over its areas, or the same in each of
    them.
    """
    columns = [place.finest.index(area) for area in step.areas]
    first = 0 if step.first is None else max(0, step.first - place.first)
    last = len(values) if step.last is None else max(0, min(len(values), step.last - place.first + 1))
    part = shares[columns] / shares[columns].sum() if split else np.ones(len(columns))
    values[first:last, columns] = step.value * part


def is_split(lever: Lever) -> bool:
    """True when a city total of this lever is divided among areas; else every area has the same setting."""
    return lever.split != "none"


def city_total(lever: Lever, values: Values) -> list[float]:
    """Month by month, the city's total of a control that is split (months, areas), else the mean over areas."""
    return [float(v) for v in (values.sum(axis=1) if is_split(lever) else values.mean(axis=1))]
