"""Levers: the declarations agree with the model's controls, every plan has a setting of every lever, and the JSON is as
agreed.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from model.controls import CONTROLS
from model.documents import BadInput
from scenarios.levers import _read_levers, levers, levers_of
from scenarios.plan_levers import area_weights, city_value, settings_in
from scenarios.plans_at_hand import load_plan, plan_ids
from tests.scenarios.town import LEVERS, write_plan

FIELDS = {
    "id",
    "name_zh",
    "name_en",
    "unit",
    "range",
    "baseline",
    "as_planned",
    "cost",
    "evidence",
    "mechanism",
    "commitment",
}


def test_every_control_has_one_lever_and_the_lever_stays_within_it() -> None:
    acting = [lever.control for lever in levers().values()]
    assert sorted(acting) == sorted(CONTROLS)
    for lever in levers().values():
        control = CONTROLS[lever.control]
        assert control.low <= lever.low * lever.factor and lever.high * lever.factor <= control.high * 1.01, lever.id
        assert lever.mechanism == control.mechanism, lever.id


def test_what_is_not_published_is_marked() -> None:
    for lever in levers().values():
        assert lever.evidence_source and lever.default.source and lever.cost.source, lever.id
        assert (lever.cost.yuan is None) == (lever.cost.status == "unknown"), lever.id


@pytest.mark.parametrize("plan", plan_ids())
def test_the_json_has_exactly_the_agreed_fields_for_every_plan(plan: str) -> None:
    answer = levers_of(plan)
    assert set(answer) == {"plan", "levers"} and answer["plan"] == plan
    assert [row["id"] for row in answer["levers"]] == list(levers())
    for row in answer["levers"]:
        assert set(row) == FIELDS
        assert row["evidence"] in "ABCD" and row["range"][0] <= row["range"][1]
        assert isinstance(row["baseline"], (int, float)) and row["range"][0] <= row["baseline"] <= row["range"][1], row["id"]
    json.dumps(answer, allow_nan=False)


@pytest.mark.parametrize("plan", plan_ids())
def test_commitments_that_levers_name_stand_in_the_plan(plan: str) -> None:
    known = {c.id for c in load_plan(plan).commitments}
    named = {row["commitment"] for row in levers_of(plan)["levers"]} - {None}
    assert named <= known


@pytest.mark.skipif("xuzhou" not in plan_ids(), reason="the plan is not at hand")
def test_the_printed_tables_of_xuzhou_are_the_planned_settings() -> None:
    rows = {row["id"]: row for row in levers_of("xuzhou")["levers"]}
    assert rows["startup_loans"]["as_planned"] == {"2021": 17.0, "2022": 19.0, "2023": 21.0, "2024": 21.0, "2025": 22.0}
    assert rows["recruitment_fairs"]["as_planned"] == {
        "2021": 400.0,
        "2022": 413.0,
        "2023": 426.0,
        "2024": 442.0,
        "2025": 458.0,
    }
    assert rows["training_places"]["baseline"] == 113600 and rows["training_places"]["as_planned"] == 120000
    settings = settings_in("xuzhou")
    lever = levers()["startup_loans"]
    by_area = settings.value(lever, settings.as_planned(lever))["areas"]
    assert by_area["320321"]["2021"] == 2.0 and by_area["gangwuqu"]["2025"] == pytest.approx(0.05)


def test_an_offices_share_of_a_table_goes_to_all_areas_by_residents(tmp_path: Path) -> None:
    settings = settings_in(write_plan(tmp_path / "town"))
    lever = levers()["recruitment_fairs"]
    value = settings.value(lever, settings.as_planned(lever))
    assert value == {"areas": {"east": {"2021": 13.0, "2022": 18.0}, "west": {"2021": 7.0, "2022": 10.0}}}
    assert city_value(value) == {"2021": 20.0, "2022": 28.0}


def test_where_a_plan_is_silent_the_default_is_marked(tmp_path: Path) -> None:
    settings = settings_in(write_plan(tmp_path / "town", levers=None))
    lever = levers()["training_places"]
    assert settings.baseline(lever).status == "imputed"
    assert settings.baseline(lever).value == pytest.approx(7.93 * 80, rel=0.01)
    planned = settings.as_planned(lever)
    assert planned.status == "assumption" and planned.value == settings.baseline(lever).value and planned.commitment is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("training_places:", "training_place:"), "did you mean training_places?"),
        (("value: 800", "value: -800"), "0 … 2000000 人次/年"),
        (("value: 800", "value: 1e30"), "0 … 2000000 人次/年"),
        (("status: published, source: 虚构}\n    as", "status: guessed, source: 虚构}\n    as"), "baseline.status"),
        (("    baseline: {value: 16", "    baselin: {value: 16"), "baselin"),
    ],
)
def test_a_faulty_file_of_settings_is_refused_with_its_line(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    assert change[0] in LEVERS
    folder = write_plan(tmp_path / "town", levers=LEVERS.replace(*change))
    with pytest.raises(BadInput) as refusal:
        settings_in(folder)
    assert says in str(refusal.value) and "levers.yaml:" in str(refusal.value)


@pytest.mark.parametrize("table", ["附表1", "附表9"])
def test_a_table_of_a_target_is_never_a_lever(tmp_path: Path, table: str) -> None:
    settings = settings_in(write_plan(tmp_path / "town", levers=LEVERS.replace("附表2", table)))
    lever = levers()["recruitment_fairs"]
    with pytest.raises(BadInput, match="a table of a target is no lever"):
        settings.value(lever, settings.as_planned(lever))


def test_shares_of_areas_are_their_residents(tmp_path: Path) -> None:
    assert area_weights(load_plan(write_plan(tmp_path / "town"))) == {"east": 60000.0, "west": 20000.0}


def test_faults_of_a_lever_file_come_all_at_once(tmp_path: Path) -> None:
    good = (Path(__file__).parents[2] / "scenarios" / "levers" / "training.yaml").read_text(encoding="utf-8")
    path = tmp_path / "training.yaml"
    path.write_text(
        good.replace("control: training_places", "control: trainig_places").replace("factor: 1", "factor: much", 1),
        encoding="utf-8",
    )
    faults: list = []
    _read_levers(path, {}, faults)
    assert [f.field for f in faults] == ["levers[0].factor"]
    path.write_text(good.replace("control: training_places", "control: trainig_places"), encoding="utf-8")
    faults.clear()
    _read_levers(path, {}, faults)
    assert "did you mean training_places?" in str(faults[0])
