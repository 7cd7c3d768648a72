"""A run that goes on from what was observed.

1. fit        every draw lives to the last observed month L (with observed growth in the years where it is known)
2. weigh      each draw by its fit, and resample to equal weight (`weights`)
3. go on      each resampled draw lives to the December D before or at L, its stocks are brought to what was observed then (`anchors`),
              and lives on; its months after L are kept

Months up to L are those of the scenario as it would be without observed values: the step touches later months only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from model.documents import both
from scenarios import running
from scenarios.bases import base_file, nothing_known, plan_at
from scenarios.conditioning.anchors import Anchor
from scenarios.conditioning.off import Off, misses
from scenarios.conditioning.weights import Values, effective, resampled, weights_of
from scenarios.draws import Draws, luck_seed
from scenarios.gap import as_it_was
from scenarios.macro import growth_path
from scenarios.months import january, month_number, month_text
from scenarios.observed import Observed, comparable_values, facts_of
from scenarios.resolve import ResolvedRun, Resolver
from scenarios.scenario import Scenario
from scenarios.scorecard.sight import SIMULATED, ratio
from scenarios.units import UnknownUnit
from scenarios.verdicts import tasks_of

if TYPE_CHECKING:
    from scenarios.plan_schema import Plan
    from scenarios.results import Results
    from scenarios.store import Store

Facts = Mapping[tuple[str, str | None], Mapping[int, float]]


@dataclass(frozen=True)
class Conditioning:
    """What the step did. last: the last observed month; december: the one whose stocks were met (None: none was observed);
    ancestors: for each draw, the draw whose parameters it goes on with; power, effective: of the weights (`weights`); off: how far the
    model was off at each observed value.
    """

    last: str
    december: str | None
    anchors: tuple[Anchor, ...]
    ancestors: tuple[int, ...]
    weights: tuple[float, ...]
    power: float
    effective: float
    off: tuple[Off, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain data, for a manifest and for `run --json`."""
        return {
            "last_observed": self.last, "anchored_at": self.december, "anchors": [vars(a) for a in self.anchors],
            "ancestors": list(self.ancestors), "weights": [round(w, 9) for w in self.weights], "power": round(self.power, 6),
            "effective_draws": round(self.effective, 3), "off": [one.as_json() for one in self.off],
        }  # fmt: skip


    @classmethod
    def from_json(cls, said: Mapping[str, Any] | None) -> Conditioning | None:
        """What `as_json` gave, without the misses; None for None."""
        if said is None:
            return None
        return cls(said["last_observed"], said["anchored_at"], tuple(Anchor(**a) for a in said["anchors"]), tuple(said["ancestors"]),
                   tuple(said["weights"]), said["power"], said["effective_draws"], ())


@dataclass(frozen=True)
class How:
    """The numbers of a run, as of `running.run`."""

    draws: int
    replicates: int
    seed: int
    scale: int
    executor: str
    threads: int
    progress: running.Progress


def last_observed(observed: Observed, until: int | None = None) -> int | None:
    """Number of the last month that has been observed (of those up to `until`); None when nothing has."""
    ends = [_end(row.period) for row in observed.rows if row.target is not None]
    return max((end for end in ends if until is None or end <= until), default=None)


def _end(period: str) -> int:
    return january(int(period)) + 11 if len(period) == 4 else month_number(period) or 0


def known_by(observed: Observed, month: int) -> Observed:
    """The values of periods that are over by a month."""
    return Observed(tuple(row for row in observed.rows if _end(row.period) <= month))


def conditioned(
    scenario: Scenario, plan: Plan, observed: Observed, drawn: Draws, store: Store, how: How,
    *, until: str | None = None, start: int | None = None, like: Conditioning | None = None,
    make: bool = True,
) -> tuple[running.Work, Conditioning | None, tuple[str, ...]]:
    """The runs of a scenario that goes on from what was observed: (work, what the step did, warnings).

    start: year of `--from YYYY-12`: only later months are kept, and only values known by then count; like: the step of another
    scenario, whose draws go on (so that both are pairs); make: off where the runs are only to be named (the fit is made all the same).
    Raises BadInput when nothing is known of that December.
    """
    finish = _made if make else _named
    if start is not None and start != plan.baseline_year and base_file_of(scenario, start):
        at = plan_at(scenario.plan, start)
        resolver = Resolver(scenario, at, until=until, scale=how.scale)
        return finish([resolver.run(drawn, d, r, how.seed) for d, r in _pairs(how)], store, how), None, ()
    whole = Resolver(scenario, plan, until=until, scale=how.scale)
    known = observed if start is None else known_by(observed, january(start) + 11)
    last = last_observed(known, whole.last)
    plain_start = start is None or start == plan.baseline_year
    if not plain_start and start is not None and last != january(start) + 11 and observed:
        raise nothing_known(plan, start)
    if last is None or last < whole.first or (last >= whole.last and plain_start):
        after = None if plain_start or start is None else f"{start}-12"
        runs = [replace(whole.run(drawn, d, r, how.seed), after=after) for d, r in _pairs(how)]
        said = both(f"{after} 的起点由模型推算，未经观测", f"the state of {after} is the model's own, not observed")
        return finish(runs, store, how), None, () if after is None else (said,)
    found = like or _fitted(scenario, plan, known, drawn, store, how, last)
    before = [] if not plain_start else _runs(Resolver(scenario, plan, until=month_text(last), scale=how.scale), drawn, how)
    lived = as_it_was(scenario, known.growth)
    later = [_going_on(whole, lived, plan, found, drawn, d, r, how) for d, r in _pairs(how)]
    return finish([*before, *later], store, how), found, ()


def base_file_of(scenario: Scenario, year: int) -> bool:
    """Whether the plan's folder holds the figures of that December."""
    from scenarios.plans_at_hand import plan_folder

    return base_file(plan_folder(scenario.plan), year).is_file()


def _pairs(how: How) -> list[tuple[int, int]]:
    return [(d, r) for d in range(how.draws) for r in range(how.replicates)]


def _runs(resolver: Resolver, drawn: Draws, how: How) -> list[ResolvedRun]:
    return [resolver.run(drawn, d, r, how.seed) for d, r in _pairs(how)]


def _made(runs: list[ResolvedRun], store: Store, how: How) -> running.Work:
    work = running.Work(runs)
    running.make(work, store, executor=how.executor, threads=how.threads, progress=how.progress)
    return work


def _named(runs: list[ResolvedRun], store: Store, how: How) -> running.Work:
    return running.Work(runs)


def _fitted(
    scenario: Scenario, plan: Plan, known: Observed, drawn: Draws, store: Store, how: How, last: int
) -> Conditioning:
    """Steps 1 and 2: how each draw fits, which draws go on, and the stocks that they start from."""
    lived = as_it_was(scenario, known.growth)
    runs = _runs(Resolver(lived, plan, until=month_text(last), scale=how.scale), drawn, how)
    results = running.results_of(lived, _made(runs, store, how), {"draws": how.draws})
    facts = comparable_values(facts_of(plan, known))
    off, distances = misses(plan, results, facts, how.draws)
    weights, power = weights_of(distances, how.draws)
    weights = _of_those_that_ran(weights, results, how.draws)
    december = (last + 1) // 12 * 12 - 1
    anchors = anchors_of(plan, facts, december // 12)
    at = month_text(december) if anchors and december >= january(plan.baseline_year + 1) else None
    return Conditioning(month_text(last), at, anchors if at else (), tuple(resampled(weights)), tuple(float(w) for w in weights),
                        power, effective(weights), off)


def _of_those_that_ran(weights: Values, results: Results, draws: int) -> Values:
    ran = np.isin(np.arange(draws), results.table["draw"].unique())
    kept = np.where(ran, weights, 0.0)
    return np.asarray(kept / kept.sum())


def anchors_of(plan: Plan, facts: Facts, year: int) -> tuple[Anchor, ...]:
    """The stocks and rates observed at the end of a year, in the units of the model, one an indicator and area."""
    from model.indicators import registry

    out: dict[tuple[str, str], Anchor] = {}
    for task in tasks_of(plan):
        value = facts.get((task.id, task.area), {}).get(year)
        indicator = registry().get(task.measure or "")
        if value is None or indicator is None or indicator.produced not in SIMULATED or indicator.year != "december":
            continue
        if indicator.kind not in ("stock", "rate", "part"):
            continue
        try:
            out.setdefault((indicator.id, task.area or "ALL"),
                           Anchor(indicator.id, task.area or "ALL", round(value * ratio(task.unit, indicator.unit), 9)))
        except UnknownUnit:
            continue
    return tuple(out[key] for key in sorted(out))


def _going_on(
    whole: Resolver, lived: Scenario, plan: Plan, found: Conditioning, drawn: Draws, draw: int, replicate: int, how: How
) -> ResolvedRun:
    """Step 3: the draw at this place with its ancestor's parameters and past growth, its own luck and growth to come."""
    ancestor = found.ancestors[draw]
    run = whole.run(drawn, ancestor, replicate, how.seed)
    past = growth_path(plan, lived.macro, whole.years, drawn.growth[ancestor], whole.folder)
    ahead = growth_path(plan, lived.macro, whole.years, drawn.growth[draw], whole.folder)
    year = int(found.last[:4])
    growth = {y: past[y] if y <= year else ahead[y] for y in whole.years}
    return replace(run, draw=draw, luck=luck_seed(how.seed, draw, replicate), growth=growth, after=found.last,
                   anchors=tuple((a.indicator, a.area, a.value) for a in found.anchors), december=found.december)
