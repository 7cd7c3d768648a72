"""Finding rules by PRIM (Friedman & Fisher 1999; Bryant & Lempert 2010), as the EMA Workbench does it.

A rule is a box: some conditions between two values. Its coverage is the share of all failures that lie inside, its density
the share of what lies inside that fails. Limits that could well be chance (quasi p above 5 %) are dropped. Rules are found in two
thirds of the runs; the density in the last third, which had no say, is what may be believed.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from model.documents import BadInput, Fault, both
from scenarios.discovery.evidence import Evidence, from_draws, from_sweep
from scenarios.presets import scenario_called
from scenarios.scenario import Scenario
from scenarios.studies import Study
from scenarios.studies.aims import aim_as_json
from scenarios.verdicts.meeting import Marks
from scenarios.verdicts.probability import Probability, jeffreys, share_of

LEAST_RUNS, LEAST_FAILURES = 30, 5
SIGNIFICANT = 0.05
MOST_LIMITS = 4
PEEL, MASS = 0.1, 0.08
Limits = dict[str, tuple[float | None, float | None]]


@dataclass(frozen=True)
class Rule:
    """limits: condition → (low, high), None where a side is open; coverage, density, mass: in all runs; inside: failures of runs inside;
    held_out: the same in the runs that had no say, None where none lies inside; later: counted outside the earlier rules.
    """

    limits: Mapping[str, tuple[float | None, float | None]]
    coverage: float
    density: float
    mass: float
    inside: Probability
    held_out: Probability | None
    later: bool = False


@dataclass(frozen=True)
class Discovery:
    """The rules of one target. overall: how often it fails; why_none: why there is no rule, in both languages."""

    evidence: Evidence
    overall: Probability
    rules: tuple[Rule, ...]
    why_none: str | None = None

    def as_json(self) -> dict[str, Any]:
        """One target of `discover --json`."""
        from scenarios.discovery.words import sentence

        said = self.evidence
        rules = [{"limits": [{"condition": name, "low": low, "high": high} for name, (low, high) in rule.limits.items()],
                  "coverage": rule.coverage, "density": rule.density, "mass": rule.mass, "failed": rule.inside.met, "n": rule.inside.n,
                  "held_out": None if rule.held_out is None else {"failed": rule.held_out.met, "n": rule.held_out.n,
                                                                  "interval": [rule.held_out.low, rule.held_out.high]},
                  "zh": sentence(rule, said, "zh"), "en": sentence(rule, said, "en")} for rule in self.rules]
        return {**said.context, **aim_as_json(said.aim), "n": self.overall.n, "failed": self.overall.met,
                "frequency": self.overall.value, "rules": rules, "why_none": self.why_none}


def discover(
    plan: str | Path | Scenario | None = None, indicators: Sequence[str] = ("all",), *, scenario: str = "as-planned",
    areas: Sequence[str] = ("ALL",), sweep: str | Path | None = None, draws: int = 200, rules: int = 2, **how: Any,
) -> list[Discovery]:
    """When each target fails, in the runs of a sweep's folder or in fresh draws of a scenario.

    rules: most rules a target; how: seed, scale, until, executor, threads, prior, fresh, progress as of `running.run`. Raises
    BadInput, also when the EMA Workbench is not installed.
    """
    _workbench()
    if sweep is not None:
        name = None if plan is None else plan.plan if isinstance(plan, Scenario) else str(plan)
        return [rules_in(one, rules) for one in from_sweep(sweep, name, indicators, areas)]
    if plan is None:
        fix = both("请给出规划或批次文件夹", "name a plan or a sweep's folder")
        raise BadInput(Fault("discover", None, "PLAN", "", "PLAN | --sweep DIR", fix))
    chosen = plan if isinstance(plan, Scenario) else scenario_called(scenario, plan)
    return [rules_in(one, rules) for one in from_draws(Study(chosen, draws=draws, **how), indicators, areas)]


def _workbench() -> Any:
    """The EMA Workbench's PRIM. Raises BadInput that says how to get it."""
    try:
        from ema_workbench.analysis import prim
    except ImportError:
        fix = both("安装附加组件：uv pip install 'renshe[discovery]'", "install the extra: uv pip install 'renshe[discovery]'")
        raise BadInput(Fault("discover", None, "ema_workbench", "not installed 未安装", "ema_workbench ≥ 3", fix)) from None
    return prim


def rules_in(evidence: Evidence, most: int = 2) -> Discovery:
    """The rules in some evidence, in the order in which they were found: each later one speaks of the runs outside the earlier."""
    overall = share_of(evidence.failed)
    few = min(overall.met, overall.n - overall.met)
    if overall.n < LEAST_RUNS or few < LEAST_FAILURES:
        zh = f"{overall.n} 次运行中 {overall.met} 次未达标：两种结果各须至少 {LEAST_FAILURES} 次、共 {LEAST_RUNS} 次才能归纳规则"
        en = f"{overall.met} of {overall.n} runs fail: rules need {LEAST_RUNS} runs and {LEAST_FAILURES} of either kind"
        return Discovery(evidence, overall, (), both(zh, en))
    learn = np.arange(overall.n) % 3 != 2
    boxes = _boxes(evidence.conditions[learn].reset_index(drop=True), evidence.failed[learn], most)
    found, rest = list[Rule](), np.ones(overall.n, dtype=np.bool_)
    for limits in boxes:
        rule = _rule(limits, evidence, ~learn, rest)
        if rule is not None and rule.density > overall.met / overall.n:
            found.append(rule)
            rest &= ~inside(limits, evidence.conditions)
    none = None if found else both("没有比偶然更可靠的规则", "no rule that chance would not explain")
    return Discovery(evidence, overall, tuple(found), none)


def _boxes(x: pd.DataFrame, failed: Marks, most: int) -> list[Limits]:
    """The limits of up to `most` boxes, without those that chance would explain."""
    out: list[Limits] = []
    with warnings.catch_warnings():  # about pandas to come, and backends that are not used
        warnings.simplefilter("ignore")
        prim = _workbench()
        logging.getLogger("ema_workbench").setLevel(logging.ERROR)
        search = prim.Prim(x, failed.astype(bool), peel_alpha=PEEL, mass_min=MASS)
        while len(out) < most and (box := search.find_box()) is not None and (limits := _chosen(box)):
            out.append(limits)
    return out


def _chosen(box: Any) -> Limits:
    """The box on the peeling trajectory that is best by coverage × density with few limits, all of them significant."""
    start, best = box.box_lims[0], 0.0
    chosen: Limits = {}
    for i, row in box.peeling_trajectory.iterrows():
        limits = _limits(box.box_lims[i], start, box.p_values[i])
        worth = float(row["coverage"]) * float(row["density"])
        if limits and len(limits) <= MOST_LIMITS and worth > best:
            best, chosen = worth, limits
    return chosen


def _limits(lims: pd.DataFrame, start: pd.DataFrame, p_values: Mapping[str, Sequence[float]]) -> Limits:
    """Both sides of each condition, where they differ from the start and are not chance."""
    out: Limits = {}
    for name in lims.columns:
        sides = [float(lims[name].iloc[k]) if lims[name].iloc[k] != start[name].iloc[k] else None for k in (0, 1)]
        chance = [float(p) for p in p_values.get(name, (0.0, 0.0))]
        kept = [side if side is None or not 0 <= p <= 1 or p <= SIGNIFICANT else None for side, p in zip(sides, chance, strict=True)]
        if any(side is not None for side in kept):
            out[str(name)] = (kept[0], kept[1])
    return out


def inside(limits: Mapping[str, tuple[float | None, float | None]], x: pd.DataFrame) -> Marks:
    """Which runs lie inside a box."""
    out = np.ones(len(x), dtype=np.bool_)
    for name, (low, high) in limits.items():
        values = x[name].to_numpy(float)
        out &= (values >= (-np.inf if low is None else low)) & (values <= (np.inf if high is None else high))
    return out


def _rule(limits: Limits, evidence: Evidence, held_out: Marks, rest: Marks) -> Rule | None:
    """The rule of a box among the rest of the runs."""
    within = inside(limits, evidence.conditions) & rest
    if not within.any():
        return None
    hit, kept = evidence.failed & within, within & held_out
    fresh = jeffreys(int(evidence.failed[kept].sum()), int(kept.sum())) if kept.any() else None
    return Rule(limits, float(hit.sum() / evidence.failed.sum()), float(hit.sum() / within.sum()), float(within.mean()),
                jeffreys(int(hit.sum()), int(within.sum())), fresh, not bool(rest.all()))
