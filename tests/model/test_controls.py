"""Controls: what is declared is in range, declared once, and does something to a city."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec

import pytest

from model.city import City
from model.controls import CONTROLS, Control, declare
from model.setting import Programme
from tests.model.towns import USUAL, as_usual, at_rest, lived, town, unequal

STRONG = {
    "enrolment_drive_large": 0.9, "enrolment_drive_mid": 0.9, "enrolment_drive_small": 0.9, "flexible_insurance_subsidy": 0.6,
    "training_places": 4000.0, "high_grade_training_share": 1.0, "training_share_jobseekers": 1.0, "training_share_rural": 1.0,
    "training_share_young": 1.0, "apprenticeship_places": 1000.0, "skill_subsidy_low": 10000.0, "skill_subsidy_high": 10000.0,
    "assessment_sessions": 500.0, "skill_contests": 20.0, "master_studios": 20.0, "training_bases": 5.0, "technical_school_places": 100.0,
    "title_outreach": 1.0, "title_for_skilled": 1.0, "professional_exam_subsidy": 10000.0,
    "startup_loans": 1e7, "startup_training": 600.0, "recruitment_fairs": 400.0,
    "hard_to_employ_posts": 200.0, "rural_transfer_service": 300.0, "graduate_living_subsidy_bachelor": 5000.0,
    "campus_tours": 500.0, "talent_apartments": 1e6, "programme_start": 1.0, "mediators": 3.0, "arbitrators": 3.0,
    "inspectors": 3.0, "ecard_drive": 8.0,
    "graduate_living_subsidy_junior_college": 5000.0, "graduate_living_subsidy_master": 8000.0, "graduate_living_subsidy_doctor": 15000.0,
    "home_purchase_grant_bachelor": 2e5, "home_purchase_grant_master": 5e5, "home_purchase_grant_doctor": 2e6, "talent_stations": 200.0,
    "neighbours_match": 1.0, "hukou_months": 120.0, "hukou_months_graduates": 120.0,
    "online_services": 0.9, "counter_staff": 2.0,
    "contribution_rate_cut": 0.06, "contribution_floor_change": 0.3, "ui_rate_cut": 0.004, "ui_benefit_share": 0.9, "resident_match": 500.0,
    "resident_base_topup": 200.0, "retention_refund": 0.6, "injury_rate_cut": 0.5,
    "traineeships": 400.0, "public_posts": 60.0, "welfare_post_months": 2.0, "job_guidance": 2000.0, "hiring_subsidy": 10_000.0,
    "hard_hire_subsidy": 1.0, "registration_outreach": 2000.0, "published_posts": 20_000.0, "startup_subsidy": 50_000.0,
    "startup_job_subsidy": 20_000.0, "rural_founder_support": 200.0, "graduate_founder_support": 200.0, "incubator_places": 50.0,
    "labour_export_service": 300.0, "gig_markets": 20.0,
    "postdoc_station_grant": 5e5, "postdoc_settling_grant": 5e5, "high_level_programme": 1e7, "land_taking": 400.0, "tax_matching": 5.0,
}  # fmt: skip
MONTHS = 14
PARKS = Programme("parks", 1, 12, 0, 23)        # something to build
NEAR = {"outside_distance": -3.0, "candidates_doctor_share": 0.1, "hukou_take_up": 1.0, "taste_tours": 0.1, "taste_stations": 0.1,
        "taste_subsidy": 0.08}  # candidates enough
TALENT = {"postdocs_recruited": 60.0, "high_level_talent": 300.0}
SOMETHING_TO_MATCH = {"neighbours_match": {"graduate_living_subsidy_bachelor": 5000.0}}


@pytest.mark.parametrize("control", CONTROLS.values(), ids=str)
def test_a_control_is_declared_completely(control: Control) -> None:
    assert control.low <= control.default <= control.high
    assert control.unit
    assert control.meaning
    assert control.per in ("year", "level")
    assert control.split in ("none", "working_age", "farm")
    assert find_spec(f"model.{control.mechanism}"), "a control belongs to a mechanism"


def test_a_name_is_declared_once() -> None:
    known = CONTROLS["training_places"]
    declare([known])
    with pytest.raises(ValueError, match="training_places"):
        declare([replace(known, high=known.high + 1)])
    assert CONTROLS["training_places"] is known


@pytest.fixture(scope="module")
def usual() -> City:
    return lived(as_usual(town(12_000, parameters=NEAR, programmes=(PARKS,), talent=TALENT)), MONTHS)


@pytest.mark.parametrize("name", sorted(CONTROLS))
def test_every_control_moves_something_in_the_city(name: str, usual: City) -> None:
    """A handle that is connected to nothing would leave every series as it was."""
    value = STRONG[name] / (2 if name in USUAL else 1)
    assert CONTROLS[name].low <= value <= CONTROLS[name].high
    setting = at_rest(as_usual(town(12_000, parameters=NEAR, programmes=(PARKS,), talent=TALENT)), **SOMETHING_TO_MATCH.get(name, {}))
    before = lived(setting, MONTHS) if name in SOMETHING_TO_MATCH else usual
    moved = unequal(before, lived(at_rest(setting, **{name: value}), MONTHS))
    assert moved, f"{name} is connected to nothing"


@pytest.mark.parametrize("name", sorted(CONTROLS))
def test_a_policy_of_next_year_changes_nothing_this_year(name: str, usual: City) -> None:
    import numpy as np

    setting = as_usual(town(12_000, parameters=NEAR, programmes=(PARKS,), talent=TALENT))
    before = setting.control(name, 0)
    values = np.stack([before] * 12 + [before + STRONG[name] / 2] * 2)
    later = lived(replace(setting, controls={**setting.controls, name: values}), MONTHS)
    first_year = {key: series[:12] for key, series in usual.series().items()}
    assert all((later.series()[key][:12] == series).all() for key, series in first_year.items())
