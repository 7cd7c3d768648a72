"""The schedules of building programmes: read with their faults, part of a run's key, and put in hand by a lever alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.documents import BadInput
from scenarios.plans_at_hand import load_plan, plan_ids
from scenarios.presets import preset
from scenarios.programmes import FILE, programmes_of
from scenarios.resolve import Resolver
from tests.scenarios.town import write_plan

GOOD = "{opening: 4, units: 6, from: 2021-01, to: 2023-12, status: published, source: a made-up plan}"


def folder(tmp_path: Path, text: str, name: str = "town") -> Path:
    made = write_plan(tmp_path / name)
    made.joinpath(FILE).write_text(f"plan: town\nprogrammes:\n{text}\n", encoding="utf-8")
    return made


def faults(tmp_path: Path, text: str) -> list[tuple[str, str]]:
    with pytest.raises(BadInput) as caught:
        programmes_of(folder(tmp_path, text))
    return [(fault.field, str(fault.value)) for fault in caught.value.faults]


def test_the_embedded_schedules_are_sound_and_count_what_their_plan_targets() -> None:
    found = {plan: programmes_of(plan) for plan in plan_ids()}
    assert len(found["xiangcheng"]) == 16
    assert {p.name for p in found["suzhou12"]} == {"incubators", "postdoc_stations", "sector_mediation", "village_staffing"}
    for plan, programmes in found.items():
        measures = {target.measure for target in load_plan(plan).targets}
        for programme in programmes:
            assert {programme.name, f"{programme.name}_new"} & measures, f"{plan}: {programme.name}"
            assert 0 <= programme.first <= programme.due <= 59


def test_a_plan_without_the_file_builds_nothing(tmp_path: Path) -> None:
    assert programmes_of(write_plan(tmp_path / "plain")) == ()


def test_a_schedule_is_read_in_months_of_the_run(tmp_path: Path) -> None:
    (one,) = programmes_of(folder(tmp_path, f"  returnee_parks: {GOOD}"))
    assert (one.name, one.opening, one.units, one.first, one.due, one.area) == ("returnee_parks", 4, 6, 0, 35, None)


@pytest.mark.parametrize(("text", "field"), [
    (f"  returnee_park: {GOOD}", "returnee_park"),
    (f"  returnee_parks: {GOOD.replace('2023-12', '2020-12')}", "to"),
    (f"  returnee_parks: {GOOD.replace('from: 2021-01', 'from: 2019-05')}", "from"),
    (f"  returnee_parks: {GOOD.replace('units: 6', 'units: 0')}", "units"),
    (f"  returnee_parks: {GOOD.replace('2021-01', '2021-13')}", "from"),
    (f"  returnee_parks: {GOOD.replace('units: 6', 'units: 6, area: nowhere')}", "area"),
])  # fmt: skip
def test_a_faulty_schedule_is_refused_and_named(tmp_path: Path, text: str, field: str) -> None:
    assert any(field in found for found, _ in faults(tmp_path, text))


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    assert len(faults(tmp_path, f"  nothing: {GOOD}\n  returnee_parks: {GOOD.replace('2023-12', '2020-12')}")) == 2


def test_another_schedule_is_another_run(tmp_path: Path) -> None:
    shared = []
    for name, units in (("one", 6), ("two", 7), ("three", 6)):
        plan = folder(tmp_path, f"  returnee_parks: {GOOD.replace('units: 6', f'units: {units}')}", name)
        shared.append(Resolver(preset("baseline", plan), load_plan(plan)).shared)
    assert shared[0] == shared[2] != shared[1]


def test_the_plan_puts_its_programmes_in_hand_and_the_policy_before_it_does_not() -> None:
    plan = load_plan("xiangcheng")
    pace = {name: Resolver(preset(name, "xiangcheng"), plan).controls["programme_start"] for name in ("baseline", "as-planned")}
    assert (pace["baseline"] == 0).all() and (pace["as-planned"] == 1).all()
