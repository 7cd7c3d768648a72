"""The runs of a sweep, numbered, and the frame that says which run is which."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from model.documents import BadInput, Fault
from scenarios.draws import draws_of
from scenarios.fingerprints import digest_of, model_fingerprint, packages, platform_name
from scenarios.frozen import plain
from scenarios.plans_at_hand import load_plan
from scenarios.resolve import ResolvedRun, Resolver
from scenarios.samples import Sample

if TYPE_CHECKING:
    import pandas as pd

    from scenarios.store import Store
    from scenarios.sweep_spec import SweepSpec

ROW_NANOSECONDS, ROW_BYTES = 24.0, 3.0
"""What a row-month and a printed value are taken to cost before anything was measured: the product's own budget."""


@dataclass(frozen=True)
class SweepRun:
    """One run of a sweep. number: its place in the sweep; scenario: the name of the one that is varied; point: of the design;
    resolved: all that it depends on.
    """

    number: int
    plan: str
    scenario: str
    point: int
    resolved: ResolvedRun


@dataclass(frozen=True)
class SweepRuns:
    """All runs of a sweep in order, with the basis of their parameters and warnings about it. id: a hash that names
    this sweep, the same for the same runs and outputs.
    """

    spec: SweepSpec
    runs: tuple[SweepRun, ...]
    basis: str
    warnings: tuple[str, ...]
    id: str

    @property
    def sample(self) -> Sample | None:
        """The persons that each run is to look at, if any."""
        given = self.spec.outputs.sample
        return None if given is None else Sample.of(given)

    def experiments(self) -> pd.DataFrame:
        """One row a run: run, plan, scenario, point, draw, replicate, luck, key, and a column for each factor that is varied
        (`lever:…`, `uncertainty:…`; a lever value that is no number as JSON).
        """
        import pandas as pd

        points = [factors(self.spec, one) for one in range(len(self.spec.points))]
        rows = [
            {
                "run": one.number,
                "plan": one.plan,
                "scenario": one.scenario,
                "point": one.point,
                "draw": one.resolved.draw,
                "replicate": one.resolved.replicate,
                "luck": one.resolved.luck,
                "key": one.resolved.key,
                **points[one.point],
            }
            for one in self.runs
        ]
        return pd.DataFrame(rows)

    def provenance(self) -> dict[str, Any]:
        """What every file of the sweep says about where it comes from."""
        return {
            "sweep": self.id,
            "name": self.spec.name,
            "parameters": self.basis,
            "model": model_fingerprint(),
            "packages": packages(),
            "platform": platform_name(),
        }


def factors(spec: SweepSpec, point: int) -> dict[str, Any]:
    """The settings of one point, by column name."""
    one = spec.points[point]
    levers = {f"lever:{name}": _cell(value) for name, value in one.levers.items()}
    return levers | {f"uncertainty:{name}": value for name, value in one.uncertainties.items()}


def _cell(value: Any) -> Any:
    return float(value) if isinstance(value, (int, float)) else json.dumps(plain(value), sort_keys=True, ensure_ascii=False)


def runs_of(spec: SweepSpec) -> SweepRuns:
    """Every run of a sweep: plan by plan, scenario by scenario, point by point, draw by draw. Raises BadInput with the faults
    of all scenarios.
    """
    runs: list[SweepRun] = []
    faults: list[Fault] = []
    warnings: list[str] = []
    bases: list[str] = []
    first: dict[str, Resolver] = {}
    for scenario in range(len(spec.scenarios)):
        try:
            bases.append(_of_scenario(spec, scenario, runs, warnings, first))
        except BadInput as error:
            faults += error.faults
    if faults:
        raise BadInput(faults)
    outputs = spec.outputs.as_dict()
    columns = sorted({name for point in spec.points for name in (*point.levers, *point.uncertainties)})
    found = digest_of({"runs": [one.resolved.key for one in runs], "outputs": outputs, "columns": columns})
    basis = bases[0] if len(set(bases)) == 1 else ", ".join(dict.fromkeys(bases))
    return SweepRuns(spec, tuple(runs), basis, tuple(dict.fromkeys(warnings)), f"s{found[:15]}")


def _of_scenario(spec: SweepSpec, index: int, runs: list[SweepRun], warnings: list[str], known: dict[str, Resolver]) -> str:
    """Add the runs of one scenario; gives the basis of their parameters. known: for each plan a scenario that was resolved."""
    scenario = spec.scenarios[index]
    plan = load_plan(scenario.plan)
    first = known.setdefault(scenario.plan, Resolver(scenario, plan, until=spec.until, scale=spec.scale, like=known.get(scenario.plan)))
    drawn = draws_of(plan, spec.draws, spec.seed, prior=spec.prior, folder=first.folder)
    warnings += drawn.warnings
    for number, point in enumerate(spec.points):
        resolver = Resolver(spec.scenario_at(index, number), plan, until=spec.until, scale=spec.scale, like=first)
        for draw in range(spec.draws):
            fixed = {**drawn.values[draw], **point.uncertainties} if point.uncertainties else drawn.values[draw]
            for replicate in range(spec.replicates):
                one = replace(resolver.run(drawn, draw, replicate, spec.seed), parameters=fixed)
                runs.append(SweepRun(len(runs), plan.id, scenario.name, number, one))
    return drawn.basis


@dataclass(frozen=True)
class Work:
    """The work ahead. seconds: of all workers together; bytes: on disk, store and results; measured: from earlier runs
    in the store, else from the product's budget; folder: of the results.
    """

    runs: int
    to_make: int
    seconds: float
    bytes: float
    measured: bool
    folder: str = ""

    def words(self, workers: int) -> str:
        """One line for a person."""
        time, size = duration(self.seconds / max(1, workers)), f"{self.bytes / 1e6:,.0f} MB"
        basis = ("按已有运行估算", "from earlier runs") if self.measured else ("按性能预算估算", "from the product's budget")
        return (
            f"{self.runs} 次运行,待做 {self.to_make} 次,约 {time},磁盘约 {size}({basis[0]}) / "
            f"{self.runs} runs, {self.to_make} to make, about {time} on {workers} workers, about {size} of disk ({basis[1]})"
        )


def work_ahead(sweep: SweepRuns, store: Store, folder: str = "") -> Work:
    """How much there is to do."""
    seconds, size = store.means()
    known = {one.resolved.key: one.resolved for one in sweep.runs}
    to_make = [one for key, one in known.items() if store.digest(key) is None]
    months = sum(_person_months(one) for one in to_make)
    cost = ROW_NANOSECONDS / 1e9 if seconds is None else seconds
    each = size if size is not None else max((_values(one) for one in to_make), default=0.0) * ROW_BYTES
    each += 0.0 if sweep.sample is None else sweep.sample.bytes
    return Work(len(sweep.runs), len(to_make), months * cost, len(to_make) * each, seconds is not None, folder)


def _person_months(one: ResolvedRun) -> float:
    """Row-months that a run will simulate, by the residents of its plan."""
    cells = load_plan(one.plan).baseline.cells
    whole = [c for c in cells if c.quantity == "residents" and c.area == "ALL" and c.age is None and c.sex is None]
    people = max((float(c.base_value) for c in whole), default=0.0)
    return people / one.scale * _months(one)


def _months(one: ResolvedRun) -> int:
    return int(next(iter(one.controls.values())).shape[0])


def _values(one: ResolvedRun) -> float:
    from model.indicators import registry

    return float(_months(one) * (len(load_plan(one.plan).areas) + 1) * sum(i.simulated for i in registry().values()))


def duration(seconds: float) -> str:
    """A time for people: 45 s, 12 min, 3.2 h."""
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
