"""A study: one scenario, its draws, and the run at any point of the factors' space, by common luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from scenarios.draws import draws_of
from scenarios.executor import PROCESSES, check_name
from scenarios.fingerprints import model_fingerprint
from scenarios.plans_at_hand import load_plan
from scenarios.resolve import ResolvedRun, Resolver
from scenarios.running import Progress, check_numbers
from scenarios.scenario import Scenario

if TYPE_CHECKING:
    from scenarios.draws import Draws
    from scenarios.plan_schema import Plan
    from scenarios.studies.factors import Factor

LOWEST_GROWTH = -0.2
KEPT = 4


@dataclass(frozen=True)
class Study:
    """Where and how runs are made. draws: how many there are to draw from; others as of `running.run`."""

    scenario: Scenario
    draws: int = 20
    seed: int = 1
    scale: int = 20
    until: str | None = None
    executor: str = PROCESSES
    threads: int = 1
    prior: bool = False
    fresh: bool = False
    progress: Progress = field(default=lambda done, total, words: None)
    _resolvers: dict[tuple[tuple[str, float], ...], Resolver] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_numbers(draws=self.draws, scale=self.scale, seed=self.seed, threads=self.threads)
        check_name(self.executor)

    @cached_property
    def plan(self) -> Plan:
        """The scenario's plan."""
        return load_plan(self.scenario.plan)

    @cached_property
    def resolver(self) -> Resolver:
        """What all runs share. Raises BadInput for a month outside the run."""
        return Resolver(self.scenario, self.plan, until=self.until, scale=self.scale)

    @cached_property
    def drawn(self) -> Draws:
        """Parameter values of each draw. Raises BadInput for more draws than the calibration has."""
        return draws_of(self.plan, self.draws, self.seed, prior=self.prior, folder=self.resolver.folder)

    def with_levers(self, levers: Mapping[str, float]) -> Resolver:
        """The resolver of the scenario with some levers set anew; the last few are kept, as draws share them."""
        if not levers:
            return self.resolver
        key = tuple(sorted(levers.items()))
        if key not in self._resolvers:
            changed = replace(self.scenario, name="point", levers={**self.scenario.levers, **levers})
            if len(self._resolvers) >= KEPT:
                self._resolvers.pop(next(iter(self._resolvers)))
            self._resolvers[key] = Resolver(changed, self.plan, until=self.until, scale=self.scale, like=self.resolver)
        return self._resolvers[key]

    def at(self, factors: Sequence[Factor], point: Sequence[float], draw: int = 0, replicate: int = 0) -> ResolvedRun:
        """The run at one point (one number a factor), with the other parameters and the luck of a draw."""
        given = list(zip(factors, point, strict=True))
        levers = {factor.id: factor.value(x) for factor, x in given if factor.kind == "lever"}
        fixed = {factor.id: factor.value(x) for factor, x in given if factor.kind == "uncertainty"}
        run = self.with_levers(levers).run(self.drawn, draw, replicate, self.seed)
        if fixed:
            run = replace(run, parameters={**run.parameters, **fixed})
        shift = sum(factor.value(x) for factor, x in given if factor.kind == "growth")
        return shifted(run, shift)

    def provenance(self) -> dict[str, Any]:
        """What every document of an analysis says about where it comes from."""
        return {"plan": self.plan.id, "scenario": self.scenario.name, "macro": self.scenario.as_dict().get("macro"),
                "parameters": self.drawn.basis, "seed": self.seed, "scale": self.scale, "model": model_fingerprint()}


def shifted(run: ResolvedRun, points: float) -> ResolvedRun:
    """The run with real growth of every year moved by a fraction."""
    if not points:
        return run
    return replace(run, growth={year: max(LOWEST_GROWTH, g + points) for year, g in run.growth.items()})
