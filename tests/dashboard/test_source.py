"""The real source: plans, levers and presets of this installation, and the scenario that a request becomes."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dashboard.source import AtHand, as_python, name_of, scenario_of
from model.documents import BadInput

SOURCE = AtHand()
REQUEST = {"plan": "xuzhou", "preset": "as-planned", "levers": {"training_places": 150000.0}, "draws": 2, "scale": 500, "seed": 1}


def test_every_plan_at_hand_can_be_shown_with_its_levers() -> None:
    plans = SOURCE.plans()
    assert plans[0]["id"] == "xuzhou" and len({plan["id"] for plan in plans}) == len(plans)
    for plan in plans:
        assert "–" in plan["label_zh"] and "–" in plan["label_en"]
        assert SOURCE.plan(plan["id"])["indicators"]
        assert all({"id", "range", "baseline", "as_planned", "years", "unit_en"} <= set(lever) for lever in SOURCE.levers(plan["id"]))


def test_breakdowns_are_brought_to_the_targets_unit() -> None:
    factors = {table["target"]: table["factor"] for table in SOURCE.plan("xuzhou")["breakdowns"] if table["target"]}
    assert factors["new_urban_employment_sum"] == pytest.approx(1e-4) and factors["ui_insured_2025"] == 1.0


def test_a_moved_lever_takes_the_place_of_the_presets_own() -> None:
    scenario = scenario_of(REQUEST)
    assert scenario.levers["training_places"] == 150000.0 and scenario.name == "as-planned + 1"
    plain = scenario_of({**REQUEST, "levers": {}})
    assert plain.levers.get("training_places") != 150000.0 and plain.name == "as-planned" == name_of({"preset": "as-planned"})
    assert set(plain.levers) <= set(scenario.levers)


def test_a_lever_stands_where_each_preset_puts_it() -> None:
    levers = {lever["id"]: lever for lever in SOURCE.levers("xuzhou")}
    assert {preset["id"] for preset in SOURCE.presets()} == set(levers["training_places"]["settings"])
    for lever in levers.values():
        assert lever["settings"]["as-planned"] == lever["as_planned"] and lever["settings"]["baseline"] == lever["baseline"]
    places, drive = levers["training_places"]["settings"], levers["enrolment_drive_large_firms"]["settings"]
    assert places["skills-plus"] == 1.5 * places["as-planned"] and places["stress"] == places["as-planned"] != places["baseline"]
    assert drive["early-drive"] == {"from": "2021-01", "value": 1.0}


def test_effects_of_a_shipped_plan_and_of_one_without() -> None:
    found = SOURCE.effects("haining")
    assert set(found) == {"plan", "levers", "aims"} and len(found["levers"]) == len(SOURCE.levers("haining"))
    simulated = {target["id"] for target in SOURCE.plan("haining")["indicators"] if target.get("measured_as")}
    assert {aim["id"] for aim in found["aims"]} <= simulated and len(found["aims"]) > 20


def test_a_misspelt_lever_or_preset_is_bad_input() -> None:
    with pytest.raises(BadInput, match="training_places"):
        scenario_of({**REQUEST, "levers": {"training_place": 1.0}})
    with pytest.raises(BadInput, match="baseline"):
        scenario_of({**REQUEST, "preset": "baselin"})


def test_presets_have_both_names() -> None:
    assert {"baseline", "as-planned", "stress"} <= {preset["id"] for preset in SOURCE.presets()}
    assert all(preset["name_zh"] and preset["name_en"] for preset in SOURCE.presets())


def test_the_python_that_is_shown_builds_the_same_scenario() -> None:
    code = as_python(REQUEST)
    names: dict[str, object] = {}
    exec("\n".join(line for line in code.splitlines() if not line.startswith(("results", "print"))), names)
    assert names["scenario"].levers == scenario_of(REQUEST).levers
    compile(as_python({**REQUEST, "levers": {}}), "shown", "exec")
    assert "draws=2, scale=500, seed=1" in code


def test_the_web_servers_side_never_loads_the_city() -> None:
    code = (
        "import sys; from dashboard.source import AtHand; import dashboard.app; s = AtHand(); "
        "s.fingerprint(); s.plans(); s.plan('xuzhou'); "
        "s.levers('xuzhou'); s.presets(); print([name for name in ('numba', 'mesa') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True).stdout.strip() == "[]"


@pytest.mark.slow
def test_a_real_run_has_what_the_page_reads() -> None:
    told: list[tuple[int, int]] = []
    answer = SOURCE.run({**REQUEST, "draws": 1, "scale": 1000}, lambda done, total, text: told.append((done, total)))
    assert told[-1] == (1, 1) and answer["scenario"] == "as-planned + 1"
    assert {row["id"] for row in answer["indicators"]} >= {target["id"] for target in SOURCE.plan("xuzhou")["indicators"]}
