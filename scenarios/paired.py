"""Variants of one scenario, run with the same draws and the same luck: what differs is what was changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from os import PathLike
from time import perf_counter
from typing import TYPE_CHECKING, Any

from scenarios import running
from scenarios.draws import draws_of
from scenarios.executor import PROCESSES, check_name
from scenarios.observed import Observed
from scenarios.plans_at_hand import load_plan
from scenarios.resolve import ResolvedRun, Resolver
from scenarios.results import Results
from scenarios.scenario import Scenario

if TYPE_CHECKING:
    from scenarios.draws import Draws

LOWEST_GROWTH = -0.2


@dataclass(frozen=True)
class Variant:
    """A scenario under a name, with real growth of every year shifted by a fraction (−0.01: one point less), and some parameters held at
    a value in all draws.
    """

    name: str
    scenario: Scenario
    growth: float = 0.0
    held: Mapping[str, float] = field(default_factory=dict)

    def resolved(self, run: ResolvedRun) -> ResolvedRun:
        """The run with its growth shifted and its parameters held."""
        if self.held:
            run = replace(run, parameters={**run.parameters, **self.held})
        if not self.growth:
            return run
        return replace(run, growth={year: max(LOWEST_GROWTH, g + self.growth) for year, g in run.growth.items()})


@dataclass(frozen=True)
class Paired:
    """Results by the variant's name, and the draws that all of them share."""

    results: dict[str, Results]
    draws: Draws


def run_paired(
    variants: Sequence[Variant],
    *,
    draws: int = 20,
    replicates: int = 1,
    seed: int = 1,
    scale: int = 20,
    until: str | None = None,
    executor: str = PROCESSES,
    threads: int = 1,
    prior: bool = False,
    fresh: bool = False,
    progress: running.Progress | None = None,
    observed: Observed | None = None,
    whole: str | PathLike[str] | None = None,
) -> Paired:
    """Run all variants of one plan at once. observed: values that the results carry; whole: the variant that keeps every
    area (default: the first), the others keep the whole city only. Other arguments and errors as of `running.run`.
    """
    running.check_numbers(draws=draws, replicates=replicates, scale=scale, seed=seed, threads=threads)
    check_name(executor)
    started, plan = perf_counter(), load_plan(variants[0].scenario.plan)
    resolvers = [Resolver(one.scenario, plan, until=until, scale=scale) for one in variants]
    drawn = draws_of(plan, draws, seed, prior=prior, folder=resolvers[0].folder)
    pairs = [(d, r) for d in range(draws) for r in range(replicates)]
    runs = [[one.resolved(resolver.run(drawn, d, r, seed)) for d, r in pairs] for one, resolver in zip(variants, resolvers, strict=True)]
    work = running.Work([run for some in runs for run in some])
    with running._store(fresh) as store:
        running.make(work, store, executor=executor, threads=threads, progress=progress or (lambda done, total, words: None))
    numbers: dict[str, Any] = {"draws": draws, "replicates": replicates, "seed": seed, "scale": scale, "until": runs[0][0].until}
    out: dict[str, Results] = {}
    for one, some in zip(variants, runs, strict=True):
        keys = {run.key for run in some}
        own = running.Work(
            some,
            {key: rows for key, rows in work.rows.items() if key in keys},
            {key: error for key, error in work.failures.items() if key in keys},
            work.reused,
        )
        manifest = running.manifest_of(one.scenario, plan, own, drawn, **numbers)
        manifest |= {"wall_seconds": round(perf_counter() - started, 3), "growth_shift": one.growth}
        if observed:
            manifest["observed"] = observed.as_list()
        found = running.results_of(one.scenario, own, manifest)
        out[one.name] = found if one.name == (whole or variants[0].name) else _city(found)
    return Paired(out, drawn)


def _city(results: Results) -> Results:
    return Results(results.table[results.table["area"] == "ALL"], results.manifest, results.registry)
