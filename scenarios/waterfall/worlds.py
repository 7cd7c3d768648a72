"""Worlds: all that decides a run, on two sides; causes: what differs between the sides and can be switched one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from scenarios.draws import Draws, draws_of, luck_seed
from scenarios.frozen import plain
from scenarios.gap import law_as_at_start
from scenarios.levers import levers
from scenarios.macro import AS_PLANNED, is_drawn
from scenarios.months import january
from scenarios.plan_levers import folder_of
from scenarios.plan_schema import Plan
from scenarios.resolve import ResolvedRun, Resolver
from scenarios.scenario import Scenario

DEMAND, LAW, PARAMETERS, CHANCE = "demand", "law", "parameters", "chance"
NAMES = {
    DEMAND: ("增长与外部冲击", "growth and shocks"),
    LAW: ("法规变化", "changes of the law"),
    PARAMETERS: ("不确定参数", "uncertain parameters"),
    CHANCE: ("偶然", "chance"),
}
KINDS = {DEMAND: "exogenous", LAW: "exogenous", PARAMETERS: "exogenous", CHANCE: "chance"}


@dataclass(frozen=True)
class Cause:
    """Something that differs between two worlds. levers: those that it moves, for a lever or a mechanism."""

    id: str
    kind: str
    name_zh: str
    name_en: str
    levers: tuple[str, ...] = ()
    assumed: bool = False


@dataclass(frozen=True)
class World:
    """One side: a scenario, and for each draw its parameters, its place in the growth range and its luck."""

    scenario: Scenario
    drawn: Draws
    luck: tuple[int, ...]

    @classmethod
    def of(cls, scenario: Scenario, plan: Plan, *, draws: int, seed: int, prior: bool) -> World:
        """A scenario as it runs with this seed."""
        drawn = draws_of(plan, draws, seed, prior=prior, folder=folder_of(scenario.plan))
        return cls(scenario, drawn, tuple(luck_seed(seed, draw, 0) for draw in range(draws)))

    def reckoned(self, against: Scenario, plan: Plan, last: int) -> World:
        """The world as a planner reckons with it: the other scenario's levers, growth as planned, no shock, the law as it stood in
        the first month, parameters at their mean, and the luck of another draw (so that luck is neutral on average).
        """
        first = january(plan.baseline_year + 1)
        start = replace(against, macro=AS_PLANNED, shocks=(), law=law_as_at_start(plan.province, first, last))
        names = list(self.drawn.values[0])
        mean = dict(zip(names, np.mean([[row[name] for name in names] for row in self.drawn.values], axis=0).tolist(), strict=True))
        middle = replace(self.drawn, values=(mean,) * len(self.drawn), growth=(0.5,) * len(self.drawn))
        return World(start, middle, (*self.luck[1:], self.luck[0]))


def causes_between(a: World, b: World, plan: Plan, *, by: str = "lever") -> list[Cause]:
    """What differs, levers first. by: "lever", or "mechanism" to take the levers of one together."""
    known, moved = levers(), [name for name in levers() if plain(a.scenario.levers.get(name)) != plain(b.scenario.levers.get(name))]
    out = []
    if by == "mechanism":
        for mechanism in dict.fromkeys(known[name].mechanism for name in moved):
            some = tuple(name for name in moved if known[name].mechanism == mechanism)
            words = "、".join(known[name].name_zh for name in some), ", ".join(known[name].name_en for name in some)
            out.append(Cause(mechanism, "lever", *words, some, any(known[name].evidence == "D" for name in some)))
    else:
        out = [Cause(n, "lever", known[n].name_zh, known[n].name_en, (n,), known[n].evidence == "D") for n in moved]
    grown = is_drawn(plan, b.scenario.macro) and a.drawn.growth != b.drawn.growth
    differs = {
        DEMAND: (a.scenario.macro, a.scenario.shocks) != (b.scenario.macro, b.scenario.shocks) or grown,
        LAW: plain(a.scenario.law) != plain(b.scenario.law),
        PARAMETERS: a.drawn.values != b.drawn.values,
        CHANCE: a.luck != b.luck,
    }
    return out + [Cause(name, KINDS[name], *NAMES[name]) for name, there in differs.items() if there]


@dataclass
class Mixture:
    """Runs in which some causes stand as in world b and the others as in world a."""

    a: World
    b: World
    causes: Sequence[Cause]
    plan: Plan
    until: str | None
    scale: int
    _made: dict[int, Resolver] = field(default_factory=dict)

    def run(self, some: int, draw: int) -> ResolvedRun:
        """The run of one draw with the causes of the set `some` switched to b."""
        on = {cause.id for i, cause in enumerate(self.causes) if some >> i & 1}
        drawn = (self.b if PARAMETERS in on else self.a).drawn
        growth = (self.b if DEMAND in on else self.a).drawn.growth
        luck = (self.b if CHANCE in on else self.a).luck[draw]
        run = self._resolver(some, on).run(replace(drawn, growth=growth), draw, 0, 0)
        return replace(run, luck=luck)

    def _resolver(self, some: int, on: set[str]) -> Resolver:
        """The resolver of what the set says about levers, demand and law."""
        shown = sum(1 << i for i, cause in enumerate(self.causes) if cause.id not in (PARAMETERS, CHANCE) and some >> i & 1)
        if shown not in self._made:
            first = next(iter(self._made.values()), None)
            self._made[shown] = Resolver(self._scenario(on), self.plan, until=self.until, scale=self.scale, like=first)
        return self._made[shown]

    def _scenario(self, on: set[str]) -> Scenario:
        set_ = dict(self.a.scenario.levers)
        for cause in self.causes:
            for name in cause.levers if cause.id in on else ():
                set_.pop(name, None)
                if name in self.b.scenario.levers:
                    set_[name] = self.b.scenario.levers[name]
        demand, law = (self.b if name in on else self.a for name in (DEMAND, LAW))
        return Scenario("mixture", self.a.scenario.plan, set_, demand.scenario.shocks, law.scenario.law, demand.scenario.macro)
