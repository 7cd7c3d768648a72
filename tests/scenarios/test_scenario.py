"""Scenarios: frozen, checked when made with all faults at once, kept as YAML, added without contradictions."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from model.documents import BadInput
from scenarios.frozen import FrozenDict, frozen, plain
from scenarios.presets import PRESETS, preset, scenario_called
from scenarios.scenario import Scenario, faults_in
from scenarios.scenario_check import faults_of
from tests.scenarios.test_lever_value import lever_values
from tests.scenarios.town import write_plan

SLUMP = {"kind": "demand_slump", "sector": "manufacturing", "from": "2022-04", "months": 3, "size": -0.08}
REFORM = {"path": "pension.employer_rate", "from": "2023-01", "value": 0.14}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_plan(tmp_path_factory.mktemp("plans") / "town"))


def test_a_scenario_cannot_be_changed(town: str) -> None:
    one = Scenario("a", plan=town, levers={"recruitment_fairs": {"2021": 3}})
    with pytest.raises(AttributeError):
        one.name = "b"  # type: ignore[misc]
    assert isinstance(one.levers, Mapping)
    with pytest.raises(TypeError):
        one.levers["recruitment_fairs"] = 4  # type: ignore[index]
    with pytest.raises(TypeError):
        one.levers["recruitment_fairs"]["2021"] = 4
    assert pickle.loads(pickle.dumps(one)) == one and hash(one) == hash(Scenario("a", plan=town, levers={"recruitment_fairs": {2021: 3}}))


def test_what_is_given_stays_the_callers_own(town: str) -> None:
    levers = {"recruitment_fairs": {"2021": 3}}
    one = Scenario("a", plan=town, levers=levers)
    levers["recruitment_fairs"]["2021"] = 9
    assert one.levers["recruitment_fairs"]["2021"] == 3


def test_a_file_is_read_as_written(town: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        f"""\
name: 扩面提前一年 + 引才加码
plan: {town}
macro: {{2022: 0.03}}
levers:
  enrolment_drive_small_firms: {{from: 2021-07, value: 0.6}}
  graduate_living_subsidy_bachelor: 800
  training_places: {{2021: 120000, 2022: 150000, 2023: 150000}}
  recruitment_fairs: {{areas: {{east: 30}}, rest: 10}}
shocks:
  - {{kind: demand_slump, sector: manufacturing, from: 2022-04, months: 3, size: -0.08}}
law:
  - {{path: pension.employer_rate, from: 2023-01, value: 0.14}}
""",
        encoding="utf-8",
    )
    assert faults_of(path) == []
    read = Scenario.read(path)
    assert read.name == "扩面提前一年 + 引才加码" and read.levers["training_places"]["2022"] == 150000
    assert read.shocks == (frozen(SLUMP),) and read.law == (frozen(REFORM),) and read.macro == {"2022": 0.03}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(lever_values())
def test_scenarios_survive_yaml(town: str, tmp_path: Path, value: Any) -> None:
    value = _renamed(value)
    one = Scenario(
        "一次 / once: no",
        plan=town,
        levers={"recruitment_fairs": value},
        shocks=[SLUMP],
        law=[REFORM],
        macro={"2021": 0.05},
    )
    path = tmp_path / "one.yaml"
    one.save(path)
    assert Scenario.read(path) == one
    assert Scenario.read(path).steps("recruitment_fairs") == one.steps("recruitment_fairs")


def _renamed(value: Any) -> Any:
    """Values of the grammar's own tests, on the areas of the town."""
    if not (isinstance(value, dict) and "areas" in value):
        return value
    names = dict(zip("abc", ("east", "west", "both"), strict=True))
    areas = {names[k]: v for k, v in value["areas"].items() if k != "c" or len(value["areas"]) == 1}
    return value | {"areas": areas}


ALL_AT_ONCE = {
    "name": "",
    "plan": "TOWN",
    "note": "x",
    "macro": {"2021": 6.5, "1999": 0.05},
    "levers": {
        "trainig_places": 1,
        "training_places": -1,
        "campus_tours": float("nan"),
        "startup_loans": 1e30,
        "recruitment_fairs": {"from": "2019-01", "value": 1},
    },
    "shocks": [{"kind": "flood", "sector": "maufacturing", "from": "2022-13", "months": 0, "size": -8, "where": "here"}],
    "law": [
        {"path": "pension.employer_rat", "from": "2023-01", "value": 0.14},
        {"path": "pension.employer_rate", "from": "2019-01", "value": 0.14},
    ],
}


def test_all_faults_come_at_once(town: str) -> None:
    with pytest.raises(BadInput) as refusal:
        faults = faults_in(ALL_AT_ONCE | {"plan": town})
        raise BadInput(faults)
    fields = {fault.field for fault in refusal.value.faults}
    assert fields >= {
        "name",
        "note",
        "macro.2021",
        "macro.1999",
        "levers.trainig_places",
        "levers.training_places",
        "levers.campus_tours",
        "levers.startup_loans",
        "levers.recruitment_fairs.from",
        "shocks[0].kind",
        "shocks[0].sector",
        "shocks[0].from",
        "shocks[0].months",
        "shocks[0].size",
        "shocks[0].where",
        "law[0].path",
        "law[1].from",
    }
    text = str(refusal.value)
    assert (
        "did you mean training_places?" in text and "did you mean manufacturing?" in text and "did you mean pension.employer_rate?" in text
    )
    assert all(fault.fix and fault.allowed for fault in refusal.value.faults)


@pytest.mark.parametrize("macro", ["as-plannd", 5, {}, {"2021": "x"}, {"2021": float("inf")}, {"2050": 0.05}, ["observed"]])
def test_a_macro_path_that_means_nothing_is_refused(town: str, macro: Any) -> None:
    with pytest.raises(BadInput):
        Scenario("x", plan=town, macro=macro)


def test_an_unknown_plan_is_refused_with_a_suggestion() -> None:
    with pytest.raises(BadInput, match="did you mean nantong"):
        Scenario("x", plan="nantng")
    with pytest.raises(BadInput):
        Scenario("x", plan="")


@pytest.mark.parametrize(
    "given",
    [
        [],
        "text",
        None,
        {"name": "x"},
        {"name": "x", "plan": ["y"]},
        {"name": "x", "plan": "nantong", "levers": [1]},
        {"name": "x", "plan": "nantong", "shocks": {}, "law": "z"},
    ],
)
def test_data_of_another_shape_is_refused_and_never_breaks(given: Any) -> None:
    faults = faults_in(given)
    assert faults or given == {"name": "x", "plan": "nantong", "shocks": {}, "law": "z"}


def test_faults_of_a_file_carry_their_lines(town: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(
        f"name: x\nplan: {town}\nlevers:\n  campus_tours: 9999\n  training_places:\n    - {{from: 2021-01, value: -4}}\n",
        encoding="utf-8",
    )
    assert [(f.line, f.field) for f in faults_of(path)] == [
        (4, "levers.campus_tours"),
        (6, "levers.training_places[0].value"),
    ]


def test_scenarios_add_where_they_do_not_meet(town: str) -> None:
    first = Scenario(
        "A",
        plan=town,
        levers={"recruitment_fairs": {"from": "2021-01", "to": "2021-12", "value": 5}, "campus_tours": 9},
    )
    second = Scenario(
        "B",
        plan=town,
        levers={"recruitment_fairs": {"areas": {"east": {"from": "2022-01", "value": 7}}}},
        shocks=[SLUMP],
        law=[REFORM],
        macro={"2021": 0.01},
    )
    both = first + second
    assert both.name == "A + B" and both.macro == {"2021": 0.01} and both.levers["campus_tours"] == 9
    assert [(s.areas, s.value) for s in both.steps("recruitment_fairs")] == [(("east", "west"), 5.0), (("east",), 7.0)]
    assert both == first + second


def test_scenarios_that_contradict_do_not_add(town: str) -> None:
    base = Scenario("A", plan=town, levers={"recruitment_fairs": {"2021": 5}}, law=[REFORM], macro={"2021": 0.01})
    with pytest.raises(BadInput) as refusal:
        base + Scenario(
            "B",
            plan=town,
            levers={"recruitment_fairs": {"areas": {"west": 5}}},
            law=[REFORM | {"value": 0.15}],
            macro={"2021": 0.02},
        )
    assert {fault.field for fault in refusal.value.faults} == {"levers.recruitment_fairs", "law", "macro"}
    with pytest.raises(BadInput, match="take one plan"):
        base + Scenario("C", plan="nantong")


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_can_be_made_for_every_plan(town: str, name: str) -> None:
    from scenarios.plans_at_hand import plan_ids

    for plan in (*plan_ids(), town):
        one = preset(name, plan)
        assert one.name == name and one.plan == plan
    assert preset("baseline", town).levers == {} and preset("baseline", town).shocks == ()


def test_presets_carry_out_what_the_plan_commits_to(town: str) -> None:
    planned = preset("as-planned", town)
    assert planned.levers["training_places"] == 1200 and set(planned.levers) == {"training_places", "recruitment_fairs"}
    assert preset("stress", town).shocks[0]["size"] < 0
    assert preset("early-drive", town).levers["enrolment_drive_large_firms"] == {"from": "2021-01", "value": 1.0}
    assert preset("skills-plus", town).levers["training_places"] == 1800


def test_scenarios_are_found_by_preset_or_file(town: str, tmp_path: Path) -> None:
    assert scenario_called("baseline", town).name == "baseline"
    with pytest.raises(BadInput, match="did you mean as-planned"):
        scenario_called("as-planed", town)
    path = tmp_path / "s.yaml"
    Scenario("mine", plan=town).save(path)
    assert scenario_called(str(path), town).name == "mine"
    with pytest.raises(BadInput, match="renshe run"):
        scenario_called(str(path), "nantong")
    with pytest.raises(BadInput):
        scenario_called(str(tmp_path / "missing.yaml"), town)


def test_frozen_data_is_plain_data_that_does_not_change() -> None:
    data = {"a": [1, {"b": 2}], 3: "x"}
    made = frozen(data)
    assert plain(made) == {"a": [1, {"b": 2}], "3": "x"} and isinstance(made, FrozenDict) and hash(made) == hash(frozen(data))
    for change in (
        lambda: made.update(a=1),
        lambda: made.pop("a"),
        made.clear,
        lambda: made.setdefault("z", 1),
    ):
        with pytest.raises(TypeError, match="frozen"):
            change()
