"""What a fit may know: the baseline, and never a target or what came after the base."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from calibration.base_year import setting_of_base_year
from calibration.calibrate import key_of
from calibration.fit import Job, fit_draw
from model.parameters import Parameter, central_values, declared_parameters
from scenarios.draws import ARTEFACT, CERTIFICATE, luck_seed
from scenarios.executor import grounds_here
from scenarios.parcels import packed
from scenarios.plan_schema import Plan
from scenarios.plans_at_hand import load_plan, plan_ids
from scenarios.presets import preset
from scenarios.resolve import Resolver
from scenarios.running import Draws
from scenarios.simulate import simulate
from tests.calibration.hill import add_growth
from tests.calibration.test_calibrate import fitted
from tests.scenarios.town import PLAN, write_plan

PLANS = [load_plan(plan) for plan in plan_ids()]
LAST_BASE = max(plan.baseline_year for plan in PLANS)


def names_of(plan: Plan) -> set[str]:
    """The names under which evidence may speak of a plan's city or its areas, without their ending."""
    full = {plan.city_zh, *(area.name_zh for area in plan.areas)}
    words = {re.sub(r"(市|县|区|新区|开发区)$", "", name.split("(")[0].split("(")[0]) for name in full}
    return {word for word in words if len(word) > 1} | {plan.city_en}


def breaches(parameters: dict[str, Parameter]) -> list[str]:
    """Parameters whose evidence is of a simulated city after its base."""
    return [
        f"{p.name}: {p.evidence_area} {p.evidence_period} is after {plan.id}'s base {plan.baseline_year}"
        for p in parameters.values() for plan in PLANS
        if p.evidence_years and p.evidence_years[1] > plan.baseline_year and plan.id != "suzhou12"
        and any(name in p.evidence_area for name in names_of(plan))
    ]  # fmt: skip


def test_no_parameter_rests_on_a_simulated_city_after_its_base() -> None:
    assert not breaches(dict(declared_parameters()))


def test_no_parameter_of_the_older_plan_rests_on_its_own_city_after_its_base() -> None:
    (suzhou,) = (plan for plan in PLANS if plan.id == "suzhou12")
    wrong = [p.name for p in declared_parameters().values()
             if p.evidence_years and p.evidence_years[1] > suzhou.baseline_year and "苏州" in p.evidence_area]  # fmt: skip
    assert not wrong


def test_the_search_for_breaches_can_fail() -> None:
    one = next(iter(declared_parameters().values()))
    later = Parameter(**{**one.__dict__, "evidence_area": "徐州", "evidence_period": "2021-2023"})
    before = Parameter(**{**one.__dict__, "evidence_area": "徐州", "evidence_period": "2016-2020"})
    county = Parameter(**{**one.__dict__, "evidence_area": "新沂", "evidence_period": "2022"})
    assert breaches({"x": later}) and not breaches({"x": before}) and breaches({"x": county})


def test_evidence_from_inside_a_period_is_marked_as_hindsight() -> None:
    inside = [p for p in declared_parameters().values() if p.evidence_years and p.evidence_years[1] > LAST_BASE]
    assert inside, "the test would pass with nothing to look at"
    assert not [p.name for p in inside if not p.hindsight]


def test_no_parameters_source_is_a_target() -> None:
    words = re.compile(r"目标|\btarget|指标表|年均增长6\.5")
    assert not [p.name for p in declared_parameters().values() if words.search(p.source)]


def test_intercepts_are_fitted_on_baseline_cells_that_are_no_outcome_after_the_base() -> None:
    for plan in PLANS:
        for cell in plan.baseline.cells:
            assert cell.year <= plan.baseline_year or cell.hindsight, f"{plan.id}: {cell.quantity} of {cell.year}"


@pytest.fixture
def two_targets(tmp_path: Path) -> tuple[Path, Path]:
    """The town, and its copy in which only what the plan wants differs."""
    higher = PLAN.replace("target: 5000", "target: 10000").replace("[5000]", "[10000]")
    higher = higher.replace("[600, 600, 600, 600, 600]", "[1200, 1200, 1200, 1200, 1200]")
    higher = higher.replace("[400, 400, 400, 400, 400]", "[800, 800, 800, 800, 800]")
    assert higher != PLAN
    return add_growth(write_plan(tmp_path / "town")), add_growth(write_plan(tmp_path / "copy", plan=higher))


def test_a_target_changed_in_a_copy_changes_no_fit(two_targets: tuple[Path, Path]) -> None:
    as_it_is, higher = two_targets
    assert load_plan(as_it_is).targets != load_plan(higher).targets
    assert key_of(load_plan(as_it_is), 1, 20) == key_of(load_plan(higher), 1, 20)
    fits = [fit_draw(Job(str(folder), 0, luck_seed(1, 0, 0), 20, central_values())) for folder in two_targets]
    assert fits[0].error is None and fits[0] == fits[1]


def test_a_target_changed_in_a_copy_changes_no_artefact(two_targets: tuple[Path, Path], hill: None) -> None:
    made = [fitted(folder, folder / "out") for folder in two_targets]
    for name in (ARTEFACT, CERTIFICATE):
        assert (made[0] / name).read_bytes() == (made[1] / name).read_bytes()


def test_a_target_changed_in_a_copy_moves_no_trajectory(two_targets: tuple[Path, Path]) -> None:
    drawn = Draws((central_values(),), (0.5,), "prior")
    runs = [Resolver(preset("baseline", str(folder)), load_plan(folder), until="2022-02", scale=20).run(drawn, 0, 0, 1)
            for folder in two_targets]  # fmt: skip
    assert runs[0].key == runs[1].key
    found = []
    for run in runs:
        grounds, parcels = packed([run])
        with grounds_here(grounds):
            rows, _ = simulate(parcels[0])
        found.append((rows.layout.name, rows.values.tobytes()))
    assert rows.values.size and found[0] == found[1]


def test_the_base_year_knows_nothing_of_the_years_after(two_targets: tuple[Path, Path]) -> None:
    setting = setting_of_base_year(str(two_targets[0]), central_values())
    assert set(setting.growth) == {2020} and not setting.shocks
    assert all(len(values) == 12 for values in setting.controls.values())
