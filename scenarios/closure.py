"""Gross, displaced and net: what each employment lever does under a low, a central and a high response of labour demand.

How many of the people whom policy helps into work take a job that another would have had is not known for any city. So each lever is run
against the baseline, with the same draws and the same luck, under three closures:

    closure   demand_response (extra supply that becomes jobs)   displacement (jobs of demand-side levers that replace others)
    low       0                                                  the high end of its range
    central   its central value                                  its central value
    high      1                                                  the low end of its range

    gross      job starts of persons without a job, two years together, more than without the lever
    net        persons in non-farm work at the end of the second year, more than without the lever
    displaced  gross − net: starts that left no one more in work, because others found less or the job ended

Under the low closure levers that act on supply or matching have a net effect of nought within chance; the table says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import stdtrit

from model.parameters import declared_parameters
from scenarios.levers import Lever, levers
from scenarios.paired import Variant, run_paired
from scenarios.plan_levers import LeverSettings, city_value, settings_in
from scenarios.scenario import Scenario

if TYPE_CHECKING:
    from rich.table import Table

    from scenarios.results import Results
    from scenarios.running import Progress

MECHANISMS = ("market", "support", "help", "distress", "gig", "startups", "incubators", "transfer", "training", "graduates",
              "migration")
"""Mechanisms whose levers bring people into work, or people who look for it into the city."""
DEMAND_SIDE = ("public_posts", "hard_to_employ_posts", "traineeships", "hiring_subsidy", "startup_job_subsidy", "retention_refund")
CLOSURES = ("low", "central", "high")
STEP = 0.1
"""What is added to a lever at rest, as a part of its range, where the plan commits to nothing (a tenth of a per mille of wide ranges
is still much: the amount is told beside the effect)."""
YEARS = 2
WORDS = ("净效应为非农就业人数之差；「低」闭合下供给与匹配类杠杆的净效应在抽样误差内为零。≈ 0：净效应与零无法区分。 "
         "Net: difference of non-farm employment. Under the low closure levers of supply and matching have no net effect beyond chance. "
         "≈ 0: the net effect is not told apart from nought.")



@dataclass(frozen=True)
class Trial:
    """A lever and the setting that is tried against the baseline, for the whole city or as the plan commits to it."""

    lever: Lever
    value: Any
    committed: bool


def closure_parameters(closure: str) -> dict[str, float]:
    """`demand_response` and `displacement` under a closure."""
    response, displaced = (declared_parameters()[name] for name in ("demand_response", "displacement"))
    return {
        "low": {response.name: response.low, displaced.name: displaced.high},
        "central": {response.name: response.central, displaced.name: displaced.central},
        "high": {response.name: response.high, displaced.name: displaced.low},
    }[closure]


def trials(settings: LeverSettings, only: Sequence[str] | None = None) -> list[Trial]:
    """The setting of each employment lever: the plan's commitment where it differs, else twice the baseline, else a step of the range."""
    out = []
    for lever in levers().values():
        if (lever.mechanism not in MECHANISMS and lever.id != "retention_refund") or (only is not None and lever.id not in only):
            continue
        before = settings.value(lever, settings.baseline(lever))
        planned = settings.value(lever, settings.as_planned(lever))
        if planned != before:
            out.append(Trial(lever, planned, True))
            continue
        number = city_value(before)
        base = float(number) if isinstance(number, (int, float)) else 0.0
        more = min(2 * base, lever.high) if base > 0 else lever.low + STEP * (lever.high - lever.low)
        out.append(Trial(lever, more if more != base else lever.low, False))
    return out


def closure_of(plan: str, *, only: Sequence[str] | None = None, draws: int = 2, scale: int = 100, seed: int = 1,
               executor: str = "serial", prior: bool = False, fresh: bool = False, years: int = YEARS,
               progress: Progress | None = None) -> dict[str, Any]:
    """The object that `levers --closure --json` prints: {plan, draws, scale, levers: [{id, setting, side, closures: {low, central, high:
    {gross, displaced, net: {mean, low, high}}}, net_told_apart: {low, central, high}}]}; low and high: the 90 % interval of the mean over
    draws by Student's t (None for one draw); told apart: this interval of the net effect leaves out nought. years: how long each runs.

    Raises BadInput as `run` does.
    """
    settings = settings_in(plan)
    tried = trials(settings, only)
    scenarios = {"baseline": Scenario("baseline", plan=plan)} | {
        t.lever.id: Scenario(t.lever.id, plan=plan, levers={t.lever.id: t.value}) for t in tried}
    variants = [Variant(f"{name}|{closure}", scenario, held=closure_parameters(closure))
                for closure in CLOSURES for name, scenario in scenarios.items()]
    until = f"{settings.plan.baseline_year + years}-12"
    made = run_paired(variants, draws=draws, scale=scale, seed=seed, until=until, executor=executor, prior=prior, fresh=fresh,
                      progress=progress).results
    rows = [{"id": t.lever.id, "name_zh": t.lever.name_zh, "name_en": t.lever.name_en, "unit": t.lever.unit, "setting": city_value(t.value),
             "committed": t.committed, "side": "demand" if t.lever.id in DEMAND_SIDE else "supply or matching",
             "closures": {c: effect(made[f"{t.lever.id}|{c}"], made[f"baseline|{c}"], until) for c in CLOSURES}} for t in tried]
    for row in rows:
        row["net_told_apart"] = {c: told_apart(row["closures"][c]["net"]) for c in CLOSURES}
    return {"plan": plan, "draws": draws, "scale": scale, "until": until, "words": WORDS, "levers": rows}


def effect(with_it: Results, without: Results, until: str) -> dict[str, Any]:
    """Gross, displaced and net of one lever under one closure, in persons."""
    gross = total(with_it, "job_starts", until) - total(without, "job_starts", until)
    net = last(with_it, "nonfarm_employment", until) - last(without, "nonfarm_employment", until)
    return {name: summary(values) for name, values in (("gross", gross), ("displaced", gross - net), ("net", net))}


def total(results: Results, indicator: str, until: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Sum of a flow of the whole city up to a month, one value a draw."""
    rows = results.table.query("indicator == @indicator and area == 'ALL' and period <= @until")
    return np.asarray(rows.groupby("draw", sort=True)["value"].sum(), float)


def last(results: Results, indicator: str, until: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    """A stock of the whole city in a month, one value a draw."""
    rows = results.table.query("indicator == @indicator and area == 'ALL' and period == @until")
    return np.asarray(rows.groupby("draw", sort=True)["value"].mean(), float)


def summary(values: np.ndarray[Any, np.dtype[np.float64]]) -> dict[str, float | None]:
    """Mean, and the 90 % interval of the mean over draws."""
    mean = float(values.mean())
    if values.size < 2:
        return {"mean": mean, "low": None, "high": None}
    error = float(stdtrit(values.size - 1, 0.95) * values.std(ddof=1)) / values.size**0.5
    return {"mean": mean, "low": mean - error, "high": mean + error}


def told_apart(net: Mapping[str, float | None]) -> bool | None:
    """Whether the interval of a net effect leaves out nought; None without an interval."""
    low, high = net["low"], net["high"]
    return None if low is None or high is None else low > 0 or high < 0


def closure_as_table(found: Mapping[str, Any]) -> Table:
    """The same as a table for the terminal."""
    from rich.table import Table

    table = Table(title=f"{found['plan']} 毛效应·替代·净效应 gross, displaced, net · {found['until']}", caption=found["words"],
                  title_justify="left", caption_justify="left", show_lines=True)
    for head in ("杠杆 lever", "设定 setting", *(f"{zh} {en}" for zh, en in (("低", "low"), ("中", "central"), ("高", "high")))):
        table.add_column(head, overflow="fold")
    for row in found["levers"]:
        cells = ["\n".join(f"{name} {row['closures'][c][name]['mean']:+,.0f}" for name in ("gross", "displaced", "net"))
                 + ("" if row["net_told_apart"][c] else "\n(≈ 0)") for c in CLOSURES]
        setting = row["setting"] if isinstance(row["setting"], (int, float)) else "规划 as planned"
        table.add_row(f"{row['id']}\n{row['name_zh']}", f"{setting} {row['unit']}", *cells)
    return table
