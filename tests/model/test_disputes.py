"""Disputes, mediation, arbitration, inspection: who files, what is closed when, and the rates by the bureau's definitions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.city import City
from model.indicators import measure
from model.setting import Shock
from model.tribunal import AGES, Caseload, Docket, effort
from tests.model.towns import lived, town

MONTHS = 36
PEOPLE = 36_000


def rates(city: City, indicator: str) -> list[float]:
    """Year values of the whole city."""
    table = measure(city.series(), areas=city.setting.areas, groups={}, months=city.months())
    rows = table[(table.area == "ALL") & (table.indicator == indicator)]
    return rows[rows.period.str.endswith("-12")]["value"].tolist()


@pytest.fixture(scope="module")
def plain() -> City:
    return lived(town(PEOPLE), MONTHS)


def total(city: City, name: str) -> float:
    return float(city.series()[name].sum())


# the docket


@given(
    accepted=st.lists(st.floats(0, 500), min_size=1, max_size=40),
    capacity=st.floats(0, 600),
    clearance=st.floats(0.6, 0.99),
    limit=st.floats(1, 3),
)
def test_cases_are_conserved_and_rates_stay_inside(accepted: list[float], capacity: float, clearance: float, limit: float) -> None:
    docket = Docket(1)
    docket.begin(np.array([100.0]), clearance)
    opening, closed = docket.open.sum(), 0.0
    for cases in accepted:
        closed += float(docket.month(np.array([cases]), np.array([capacity]), limit).sum())
    assert docket.open.sum() == pytest.approx(opening + sum(accepted) - closed, abs=1e-6)
    assert (docket.open >= -1e-9).all()
    assert docket.due.sum() == pytest.approx(opening + sum(accepted))
    assert 0 <= docket.on_time.sum() <= docket.closed.sum() + 1e-9 <= docket.due.sum() + 2e-9


@pytest.mark.parametrize("clearance", [0.92, 0.942, 0.95, 0.988])
def test_a_steady_court_clears_at_its_usual_rate(clearance: float) -> None:
    """海宁 94.2, 徐州 95, 南通 98.8 in 2020: with the usual cases and the usual capacity the rate is the usual one."""
    docket = Docket(1)
    docket.begin(np.array([100.0]), clearance)
    for _ in range(12):
        docket.month(np.array([100.0]), np.array([100.0]), 2.0)
    assert (docket.closed / docket.due)[0] == pytest.approx(clearance)


def test_the_oldest_are_closed_first_and_late_cases_are_late() -> None:
    docket = Docket(1)
    docket.month(np.array([10.0]), np.array([0.0]), 1.7)
    docket.month(np.array([10.0]), np.array([0.0]), 1.7)
    docket.month(np.array([10.0]), np.array([15.0]), 1.7)      # ten of age two (in time with .2), five of age one (in time)
    assert docket.open[0, :3].tolist() == [10, 5, 0]
    assert docket.on_time[0] == pytest.approx(10 * 0.2 + 5)


def test_very_old_cases_stay_in_the_last_age() -> None:
    docket = Docket(1)
    docket.month(np.array([7.0]), np.array([0.0]), 2.0)
    for _ in range(2 * AGES):
        docket.month(np.array([0.0]), np.array([0.0]), 2.0)
    assert docket.open[0, -1] == pytest.approx(7) and docket.open.sum() == pytest.approx(7)


def test_effort_by_quarter_is_the_nations() -> None:
    """Closed ÷ accepted 2021-25: 0.80, 1.00, 0.99, 1.20 (national bulletins): an input of the mechanism."""
    assert [effort(month, 0.2) for month in (1, 3, 4, 9, 10, 12)] == pytest.approx([0.8, 0.8, 1, 1, 1.2, 1.2])
    assert np.mean([effort(month, 0.2) for month in range(1, 13)]) == pytest.approx(1)


def test_what_is_usual_follows_what_comes() -> None:
    load = Caseload(np.array([0.25, 0.75]))
    assert load.take(np.array([20.0, 20.0])).tolist() == [2, pytest.approx(2 / 3)]
    assert load.usual.tolist() == [15, 25]
    for _ in range(96):
        ratio = load.take(np.array([20.0, 30.0]))
    assert load.usual == pytest.approx([20, 30], rel=0.01) and ratio == pytest.approx([1, 1], rel=0.01)


# the city


def test_the_usual_rates_are_kept_in_a_quiet_town(plain: City) -> None:
    """No shock: near what is usual; some 160 cases a year in the town make a noise of about three points in either rate."""
    assert rates(plain, "mediation_success_rate") == pytest.approx([74, 74, 74], abs=5)
    assert rates(plain, "arbitration_clearance_rate") == pytest.approx([95, 95, 95], abs=5)
    assert rates(plain, "inspection_on_time_rate") == pytest.approx([98, 98, 98], abs=3)
    assert all(75 < rate <= 100 for rate in rates(plain, "arbitration_on_time_rate"))


def test_the_citys_own_rates_are_what_it_is_used_to() -> None:
    own = lived(replace(town(PEOPLE), usual_rates={"mediation_success_rate": 0.834, "arbitration_clearance_rate": 0.942}), 12)
    assert rates(own, "mediation_success_rate")[0] == pytest.approx(83.4, abs=4)
    assert rates(own, "arbitration_clearance_rate")[0] == pytest.approx(94.2, abs=5)


def test_cases_a_year_are_near_the_nations(plain: City) -> None:
    """No validation: `arrears_claim` was set with this level in view.

    6.9 arbitration cases per 1,000 insured staff and 2.2 cases in all for each (nation, 2012 and 2020-25) make 15 cases a year
    per 1,000 staff; the chance of filing is known to a factor of six only, so a third to twice that is near."""
    staff = plain.series()["employees"].sum(axis=1)[-12:].mean()
    assert 5 < 1000 * plain.series()["disputes"][-12:].sum() / staff < 30


def test_every_cause_has_cases_and_they_add_up(plain: City) -> None:
    parts = [total(plain, f"disputes_{cause}") for cause in ("dismissal", "contract", "arrears", "injury")]
    assert min(parts) > 0
    assert sum(parts) == pytest.approx(total(plain, "disputes"))


def test_a_slump_brings_cases_and_lowers_the_rates(plain: City) -> None:
    """Cases rise while firms shed staff; afterwards few are left to lay off."""
    slump = lived(replace(town(PEOPLE), shocks=(Shock("demand_slump", "2022-04", 9, -0.3),)), MONTHS)
    filed, usually = (city.series()["disputes"][15:24].sum() for city in (slump, plain))
    assert filed > 1.2 * usually
    assert rates(slump, "mediation_success_rate")[1] < rates(plain, "mediation_success_rate")[1]
    assert rates(slump, "inspection_on_time_rate")[1] < rates(plain, "inspection_on_time_rate")[1]


@pytest.mark.parametrize(("control", "indicator"), [
    ("mediators", "mediation_success_rate"), ("arbitrators", "arbitration_clearance_rate"), ("inspectors", "inspection_on_time_rate"),
])  # fmt: skip
def test_more_staff_raise_their_rate_and_change_nobodys_life(plain: City, control: str, indicator: str) -> None:
    more = lived(replace(town(PEOPLE), controls={control: np.full((MONTHS, 2), 2.0)}), MONTHS)
    fewer = lived(replace(town(PEOPLE), controls={control: np.full((MONTHS, 2), 0.5)}), MONTHS)
    assert rates(fewer, indicator)[2] < rates(plain, indicator)[2] < rates(more, indicator)[2]
    insured = () if control == "inspectors" else ("ui",)       # they make firms insure their staff (test_inspection.py)
    for name in ("employees", "hires", "disputes", *insured):
        assert np.array_equal(more.series()[name], plain.series()[name])


def test_insuring_everybody_leaves_no_uninsured_injuries() -> None:
    full = lived(town(PEOPLE, parameters={"injuries_per_thousand": 0.0}), 12)
    assert total(full, "disputes_injury") == 0
