"""What travels to a worker: the big part once, a run small, the same city as from the plan itself, and no plan read there."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from scenarios import Scenario, load_plan
from scenarios.draws import draws_of
from scenarios.executor import executor_of, grounds_here
from scenarios.parcels import Parcel, packed
from scenarios.resolve import ResolvedRun, Resolver
from scenarios.settings import setting_of
from scenarios.simulate import attempt, simulate
from tests.scenarios.town import write_plan

LAW = [{"path": "unemployment.employer_rate", "from": "2021-02", "value": 0.01}]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_plan(tmp_path_factory.mktemp("plans") / "town"))


def runs_of(plan: str, *scenarios: Scenario, draws: int = 2) -> list[ResolvedRun]:
    drawn = draws_of(load_plan(plan), draws, 1, prior=True)
    resolvers = [Resolver(one, load_plan(plan), until="2021-02", scale=500) for one in scenarios]
    return [one.run(drawn, draw, 0, 1) for one in resolvers for draw in range(draws)]


def test_a_run_travels_with_what_is_its_own() -> None:
    base, more = Scenario("a", plan="xuzhou"), Scenario("b", plan="xuzhou", levers={"training_places": 150_000})
    (ground,), parcels = packed(runs_of("xuzhou", base, more, draws=3))
    assert [sorted(one.run.controls) for one in parcels] == [[]] * 3 + [["training_places"]] * 3
    small, big = (max(len(pickle.dumps(one)) for one in some) for some in (parcels, (ground,)))
    assert small < 12_000 < big, "the city at its baseline date is not in the parcel"
    assert len({one.ground for one in parcels}) == 1


def test_a_parcel_on_its_ground_is_the_setting_of_the_run(town: str) -> None:
    one = Scenario("x", plan=town, levers={"campus_tours": 9}, law=LAW,
                   shocks=[{"kind": "demand_slump", "sector": "manufacturing", "from": "2021-02", "months": 3, "size": -0.08}])  # fmt: skip
    runs, plan = runs_of(town, Scenario("base", plan=town), one), load_plan(town)
    grounds, parcels = packed(runs)
    with grounds_here(grounds):
        for run, parcel in zip(runs, pickle.loads(pickle.dumps(parcels)), strict=True):
            found = parcel.setting()
            want = setting_of(plan, parameters=run.parameters, controls=run.controls, law=found.law, growth=run.growth, shocks=found.shocks,
                              usual_controls=run.usual)  # fmt: skip
            assert found.parameters == want.parameters and found.growth == want.growth and found.usual_controls == want.usual_controls
            assert all((found.controls[name] == want.controls[name]).all() for name in want.controls)
            assert (found.residents == want.residents).all() and found.areas == want.areas and found.schemes.paying == want.schemes.paying
        assert len(found.shocks) == 1 and found.law.value("unemployment.employer_rate", "2021-02") == 0.01
    assert parcels[0].key == runs[0].key


def test_a_worker_needs_no_plan(tmp_path: Path) -> None:
    folder = write_plan(tmp_path / "town")
    runs = runs_of(str(folder), Scenario("x", plan=str(folder)))
    grounds, parcels = packed(runs)
    with grounds_here(grounds):
        here = [attempt(one).shard for one in parcels]
    for path in folder.iterdir():
        path.unlink()
    with executor_of("processes", runs=2, grounds=grounds) as workers:
        there = [outcome.shard for outcome in workers.map(attempt, parcels)]
    assert here == there and all(here)


def test_a_ground_is_forgotten_and_its_absence_told(town: str) -> None:
    grounds, parcels = packed(runs_of(town, Scenario("x", plan=town), draws=1))
    with grounds_here(grounds):
        assert simulate(parcels[0])[0].values.size > 0
    assert "was not laid" in (attempt(parcels[0]).error or "") and isinstance(parcels[0], Parcel)
