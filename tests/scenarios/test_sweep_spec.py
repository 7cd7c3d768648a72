"""The specification of a sweep: what designs mean, and that everything wrong with a file is said at once, with its line."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.documents import BadInput
from scenarios.sweep_design import Design, Point, unit_points
from scenarios.sweep_runs import duration, runs_of
from scenarios.sweep_spec import SweepSpec
from tests.scenarios.town import write_plan

LEVER, OTHER = "campus_tours", "recruitment_fairs"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_plan(tmp_path_factory.mktemp("plans") / "town"))


def uncertain() -> tuple[str, float, float]:
    """An uncertain parameter with its declared range."""
    from model.parameters import declared_parameters

    return next((n, p.low, p.high) for n, p in declared_parameters().items() if p.role == "uncertainty" and p.low < p.high)


def spec(town: str, **more: Any) -> SweepSpec:
    given = {"name": "x", "plan": town, "draws": 2, "scale": 500, "until": "2021-03", "prior": True, **more}
    return SweepSpec.of(given)


def faults(town: str, **more: Any) -> str:
    with pytest.raises(BadInput) as refusal:
        spec(town, **more)
    return str(refusal.value)


def test_a_grid_is_every_combination_in_order() -> None:
    made = Design("grid", {"a": [0, 1], "b": [2, 3, 4]}, {"u": [0.5]}).made(1)
    assert [(p.levers["a"], p.levers["b"]) for p in made] == list(product([0, 1], [2, 3, 4]))
    assert all(p.uncertainties == {"u": 0.5} for p in made) and Design("grid", {"a": [0, 1]}, {"u": [1, 2, 3]}).count() == 6


def test_zip_takes_the_values_side_by_side() -> None:
    made = Design("zip", {"a": [0, 1]}, {"u": [0.25, 0.75]}).made(1)
    assert [(p.levers["a"], p.uncertainties["u"]) for p in made] == [(0, 0.25), (1, 0.75)]


def test_nothing_varied_is_one_point() -> None:
    assert Design().made(1) == [Point()] and Design().count() == 1


@pytest.mark.parametrize("kind", ["lhs", "sobol"])
def test_sampled_designs_stay_in_their_ranges_and_repeat_by_seed(kind: str) -> None:
    design = Design(kind, {"a": [10, 20]}, {"u": [-1, 1]}, points=16)
    made = design.made(3)
    a, u = np.array([(p.levers["a"], p.uncertainties["u"]) for p in made]).T
    assert len(made) == design.count() == 16 and made == design.made(3) != design.made(4)
    assert (a >= 10).all() and (a < 20).all() and (u >= -1).all() and (u < 1).all()
    assert len(set(np.floor((a - 10) / 10 * 16))) == 16  # one point in each sixteenth: both designs are stratified


def test_a_sobol_design_is_prefix_stable() -> None:
    assert np.array_equal(unit_points("sobol", 5, 3, 1), unit_points("sobol", 64, 3, 1)[:5])


def test_a_table_may_stand_in_a_file_beside_the_specification(town: str, tmp_path: Path) -> None:
    name, low, high = uncertain()
    (tmp_path / "points.csv").write_text(f"{LEVER},{name}\n0,{low}\n12,{high}\n", encoding="utf-8")
    text = f"name: x\nplan: {town}\ndesign: {{kind: table, file: points.csv}}\n"
    (tmp_path / "sweep.yaml").write_text(text, encoding="utf-8")
    read = SweepSpec.read(tmp_path / "sweep.yaml")
    assert [dict(p.levers) for p in read.points] == [{LEVER: 0}, {LEVER: 12}]
    assert [dict(p.uncertainties) for p in read.points] == [{name: low}, {name: high}]
    assert read.runs == 2 * 20 and read.scenarios[0].name == "baseline"


def test_lever_values_may_have_any_form_and_replace_the_scenarios_own(town: str) -> None:
    stepped = {"from": "2022-01", "value": 9}
    made = spec(town, scenario={"levers": {LEVER: 3, OTHER: 5}}, design={"levers": {LEVER: [1, stepped]}})
    assert [one.levers[LEVER] for one in (made.scenario_at(0, 0), made.scenario_at(0, 1))] == [1, stepped]
    assert made.scenario_at(0, 1).levers[OTHER] == 5 and made.scenario_at(0, 0).name != made.scenario_at(0, 1).name


def test_a_specification_comes_back_from_its_data(town: str, tmp_path: Path) -> None:
    name, low, high = uncertain()
    design = {"kind": "lhs", "levers": {LEVER: [0, 20]}, "uncertainties": {name: [low, high]}, "points": 4}
    one = spec(town, scenario="as-planned", design=design, outputs={"areas": ["east"], "period": "month"})
    again = SweepSpec.of(one.as_dict())
    assert again.points == one.points and again.outputs == one.outputs and runs_of(again).id == runs_of(one).id


def test_several_scenarios_are_each_varied_at_every_point(town: str) -> None:
    mine = {"name": "mine", "levers": {OTHER: 20}}
    made = spec(town, scenarios=["baseline", "as-planned", mine], design={"levers": {LEVER: [0, 9]}})
    assert [one.name for one in made.scenarios] == ["baseline", "as-planned", "mine"] and made.runs == 3 * 2 * 2
    assert made.scenario_at(2, 1).levers == {OTHER: 20, LEVER: 9}
    found = runs_of(made)
    assert [one.scenario for one in found.runs] == ["baseline"] * 4 + ["as-planned"] * 4 + ["mine"] * 4
    assert len({one.resolved.key for one in found.runs}) == 12 and len({one.resolved.luck for one in found.runs}) == 2
    alone = runs_of(spec(town, scenario=mine, design={"levers": {LEVER: [0, 9]}}))
    assert [one.resolved.key for one in found.runs[8:]] == [one.resolved.key for one in alone.runs]
    again = SweepSpec.of(made.as_dict())
    assert runs_of(again).id == found.id and [one.scenario for one in runs_of(again).runs] == [one.scenario for one in found.runs]


def test_a_scenario_that_names_a_plan_is_that_plans_alone(town: str, tmp_path: Path) -> None:
    other = str(write_plan(tmp_path / "other"))
    made = spec(town, plan=None, plans=[town, other], scenarios=["baseline", {"name": "east", "plan": other, "levers": {LEVER: 3}}])
    assert [(one.plan, one.name) for one in made.scenarios] == [(town, "baseline"), (other, "baseline"), (other, "east")]
    with pytest.raises(BadInput, match="a scenario for each plan"):
        spec(town, plan=None, plans=[town, other], scenarios=[{"name": "east", "plan": other}])


def test_runs_are_paired_and_numbered(town: str) -> None:
    runs = runs_of(spec(town, replicates=2, design={"levers": {LEVER: [0, 10]}})).runs
    assert [one.number for one in runs] == list(range(8)) and len({one.resolved.key for one in runs}) == 8
    first, second = runs[:4], runs[4:]
    assert [one.resolved.luck for one in first] == [one.resolved.luck for one in second]
    assert [one.resolved.parameters for one in first] == [one.resolved.parameters for one in second]
    assert len({one.resolved.luck for one in first}) == 4


def test_an_uncertainty_of_the_design_takes_the_place_of_the_drawn_value(town: str) -> None:
    name, low, high = uncertain()
    runs = runs_of(spec(town, design={"uncertainties": {name: [low, high]}})).runs
    assert [one.resolved.parameters[name] for one in runs] == [low, low, high, high]


def test_the_id_follows_what_is_run_and_not_its_name(town: str) -> None:
    one = runs_of(spec(town))
    assert runs_of(spec(town, name="another")).id == one.id and one.id[0] == "s" and len(one.id) == 16
    assert runs_of(spec(town, seed=2)).id != one.id != runs_of(spec(town, outputs={"period": "month"})).id


def test_every_run_of_a_plain_run_has_the_same_key_in_a_sweep(town: str) -> None:
    from scenarios import load_plan, preset
    from scenarios.draws import draws_of
    from scenarios.resolve import Resolver

    resolver = Resolver(preset("as-planned", town), load_plan(town), until="2021-03", scale=500)
    drawn = draws_of(load_plan(town), 2, 1, prior=True)
    keys = [resolver.run(drawn, draw, 0, 1).key for draw in range(2)]
    assert [one.resolved.key for one in runs_of(spec(town, scenario="as-planned")).runs] == keys


def test_everything_wrong_with_a_file_is_said_at_once_with_lines(town: str, tmp_path: Path) -> None:
    text = f"""\
name: ""
plan: {town}
scale: 0
drawz: 3
until: 2021
scenario: as-planed
design:
  kind: grid
  levers:
    campus_tour: [1]
    {LEVER}: [-5, 10]
  points: 3
outputs:
  period: yearly
  indicators: [no_such]
  areas: [nowhere]
"""
    (tmp_path / "sweep.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as refusal:
        SweepSpec.read(tmp_path / "sweep.yaml")
    found = {fault.field: fault for fault in refusal.value.faults}
    lines = {
        "name": 1, "scale": 3, "drawz": 4, "until": 5, "scenario": 6, "design.levers.campus_tour": 10,
        f"design.levers.{LEVER}[0]": 11, "design.points": 12, "outputs.period": 14, "outputs.indicators[0]": 15, "outputs.areas[0]": 16,
    }  # fmt: skip
    assert {field: fault.line for field, fault in found.items()} == lines
    for field, near in (("drawz", "draws"), ("scenario", "as-planned"), ("design.levers.campus_tour", LEVER), ("outputs.period", "year")):
        assert f"did you mean {near}" in found[field].fix
    assert all("/ " in fault.fix for fault in refusal.value.faults)


@pytest.mark.parametrize(
    ("design", "says"),
    [
        ({"kind": "gird"}, "did you mean grid"),
        ({"kind": "zip", "levers": {LEVER: [1, 2], OTHER: [1]}}, "equally long"),
        ({"kind": "lhs", "levers": {LEVER: [1, 2]}}, "how many points"),
        ({"kind": "sobol", "points": 4}, "what is varied"),
        ({"kind": "lhs", "levers": {LEVER: [2, 1]}, "points": 4}, "lower value first"),
        ({"kind": "lhs", "levers": {LEVER: [1, 2, 3]}, "points": 4}, r"\[low, high\]"),
        ({"kind": "grid", "levers": {LEVER: []}}, "one value or more"),
        ({"kind": "grid", "levers": {LEVER: 3}}, "one value or more"),
        ({"kind": "grid", "levers": [LEVER]}, "name:"),
        ({"kind": "grid", "rows": [{LEVER: 1}]}, "kind: table"),
        ({"kind": "table"}, "rows"),
        ({"kind": "table", "rows": [{LEVER: 1}, {OTHER: 1}]}, "same columns"),
        ({"kind": "table", "rows": [{"campus_tors": 1}]}, f"did you mean {LEVER}"),
        ({"kind": "table", "file": "nowhere.csv"}, "no such file"),
        ({"kind": "grid", "uncertainties": {"no_such": [1]}}, "no_such"),
        ({"kind": "sobol", "levers": {LEVER: [0, 9]}, "points": 1_000_000}, "fewer points"),
        ("grid", "kind, levers"),
    ],
)
def test_a_design_that_cannot_be_made_is_refused(town: str, design: Any, says: str) -> None:
    import re

    assert re.search(says, faults(town, design=design))


def test_values_outside_a_range_are_refused(town: str) -> None:
    name, _, high = uncertain()
    assert name in faults(town, design={"uncertainties": {name: [high + 1]}})
    assert "2020" in faults(town, design={"levers": {LEVER: [{"from": "2020-01", "value": 1}]}})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"plans": ["xuzhou"]}, "plan or plans"),
        ({"plan": None}, "plan or plans"),
        ({"plan": "xuzhuo"}, "did you mean xuzhou"),
        ({"scenario": {"lever": {}}}, "did you mean levers"),
        ({"scenario": {"levers": {"no": 1}}}, "scenario.levers.no"),
        ({"scenario": "nowhere.yaml"}, "nowhere.yaml"),
        ({"scenario": [{}, {}]}, "one a plan"),
        ({"draws": True}, "draws"),
        ({"prior": 1}, "true or false"),
        ({"outputs": "all"}, "indicators, areas, period"),
        ({"scenario": "baseline", "scenarios": ["baseline"]}, "scenario or scenarios"),
        ({"scenarios": "baseline"}, "list scenarios"),
        ({"scenarios": ["baseline", "baseline"]}, "a name of its own"),
        ({"scenarios": ["baseline", {"name": "b", "plan": "xuzhuo"}]}, r"scenarios\[1\].plan"),
        ({"scenarios": ["baseline", {"name": "b", "levers": {"no": 1}}]}, r"scenarios\[1\].levers.no"),
        ({"outputs": {"sample": 500}}, "persons and months"),
        ({"outputs": {"sample": {"persons": 0, "months": []}}}, r"how many persons(.|\n)*list months"),
        ({"outputs": {"sample": {"persons": 9, "months": ["2021-04"]}}}, r"2021-01 … 2021-03"),
        ({"outputs": {"sample": {"person": 9, "months": ["2021-01"]}}}, "did you mean persons"),
        ({"outputs": {"area": "all"}}, "did you mean areas"),
        ({"outputs": {"areas": []}}, "list ids"),
        ({"until": "2019-12"}, "--until|until"),
    ],
)
def test_a_wrong_field_is_refused(town: str, change: dict[str, Any], says: str) -> None:
    import re

    with pytest.raises(BadInput) as refusal:
        runs_of(spec(town, **change))
    assert re.search(says, str(refusal.value))


@pytest.mark.parametrize("given", [None, [], "x", 3])
def test_what_is_no_specification_is_refused(given: object) -> None:
    with pytest.raises(BadInput, match="name, plan"):
        SweepSpec.of(given)


def test_times_are_said_as_people_do() -> None:
    assert [duration(s) for s in (0, 45, 600, 36_000)] == ["1 s", "45 s", "10 min", "10.0 h"]
