"""Settings: plain data, and the small ways of asking it."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.controls import CONTROLS
from model.parameters import declared_parameters
from model.setting import AGES, month_of, period, small_town


@given(st.integers(1900, 2100), st.integers(0, 600))
def test_period_and_month_are_inverse(start: int, month: int) -> None:
    assert month_of(start, period(start, month)) == month


def test_months_are_named_by_year_and_number() -> None:
    assert [period(2021, m) for m in (0, 6, 11, 12, 59)] == ["2021-01", "2021-07", "2021-12", "2022-01", "2025-12"]
    assert month_of(2021, "2020-12") == -1


def test_a_control_rests_at_its_default() -> None:
    setting = small_town(2000, areas=3)
    for name, control in CONTROLS.items():
        assert setting.control(name, 5).tolist() == [control.default] * 3


def test_a_control_holds_its_last_value_beyond_what_is_given() -> None:
    values = np.array([[1.0, 2.0], [3.0, 4.0]])
    setting = replace(small_town(2000), controls={"training_places": values})
    assert setting.control("training_places", 0).tolist() == [1, 2]
    assert setting.control("training_places", 1).tolist() == [3, 4]
    assert setting.control("training_places", 240).tolist() == [3, 4]


def test_an_unknown_control_is_refused() -> None:
    with pytest.raises(KeyError):
        small_town(2000).control("wishes", 0)


def test_an_area_intercept_stands_before_the_citys() -> None:
    setting = small_town(2000).with_parameters(**{"capture@area2": 0.7, "capture": 0.3})
    assert setting.by_area("capture").tolist() == [0.3, 0.7]
    assert setting.parameter("capture") == 0.3
    assert setting.by_area("no such parameter").tolist() == [0, 0]


def test_the_usual_policy_is_the_default_unless_given() -> None:
    setting = small_town(2000)
    assert setting.usual("startup_loans") == CONTROLS["startup_loans"].default
    assert replace(setting, usual_controls={"startup_loans": 3.0}).usual("startup_loans") == 3.0


def test_with_parameters_leaves_the_original() -> None:
    setting = small_town(2000)
    other = setting.with_parameters(separation_rate=0.5)
    assert other.parameter("separation_rate") == 0.5
    assert setting.parameter("separation_rate") == declared_parameters()["separation_rate"].central
    with pytest.raises(FrozenInstanceError):
        setting.name = "other"  # type: ignore[misc]


@pytest.mark.parametrize("people", [8000, 60_000])
@pytest.mark.parametrize("areas", [1, 2, 5])
def test_a_small_town_has_the_people_asked_for(people: int, areas: int) -> None:
    setting = small_town(people, areas=areas)
    assert setting.residents.shape == (areas, 2, AGES) == setting.away.shape
    assert abs(int(setting.residents.sum()) - people) <= 0.01 * people, "rounded cell by cell"
    assert (setting.outsiders <= setting.residents).all()
    assert (setting.residents >= 0).all()
    schemes = setting.schemes
    assert (schemes.ui <= schemes.injury).all()
    assert (schemes.enterprise + schemes.civil <= schemes.pension).all()
    assert abs(sum(setting.sectors.values()) - 1) < 1e-9


def test_parameters_are_the_declared_ones() -> None:
    assert set(small_town(2000).parameters) == set(declared_parameters())
