"""The fit of one draw: linear intercepts exact, the others close, bounds told, failures as data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from calibration.figures import FITTED, HELD, INTERCEPTS, figures_of, tolerances
from calibration.fit import CLOSE, Job, fit_draw, fit_from, miss, scaled
from model.documents import BadInput
from model.parameters import central_values, declared_parameters
from scenarios.draws import from_ranges, luck_seed
from scenarios.plans_at_hand import load_plan
from tests.calibration.hill import PUBLISHED, answer, change_cell

LINEAR = [one for one in INTERCEPTS if one.linear]
SOLVED = [one for one in INTERCEPTS if not one.linear]


def job(town: Path, draw: int = 0, **values: float) -> Job:
    return Job(str(town), draw, luck_seed(1, draw, 0), 20, central_values() | values)


def test_every_figure_is_met_and_linear_ones_exactly(town: Path, hill: None) -> None:
    fit = fit_draw(job(town))
    assert fit.error is None and fit.at_bound == ()
    for one in LINEAR:
        assert fit.after[one.figure] == pytest.approx(PUBLISHED[one.figure], rel=1e-12)
    for one in SOLVED:
        assert abs(miss(fit.after[one.figure], PUBLISHED[one.figure])) <= CLOSE
    assert 2 <= fit.runs <= 6


def test_what_is_reported_is_what_a_city_with_these_intercepts_gives(town: Path, hill: None) -> None:
    given = job(town, 3)
    fit = fit_draw(given)
    again = answer({**given.parameters, **fit.intercepts}, given.luck).figures
    assert {name: again[name] for name in FITTED} == pytest.approx({name: fit.after[name] for name in FITTED}, rel=1e-9)
    assert fit.before == pytest.approx(answer(central_values(), given.luck).figures)


def test_the_fit_makes_no_figure_worse_that_it_can_move(town: Path, hill: None) -> None:
    for draw, values in enumerate(from_ranges(declared_parameters(), 8, 5)):
        fit = fit_draw(Job(str(town), draw, luck_seed(5, draw, 0), 20, values))
        for name in FITTED:
            assert abs(miss(fit.after[name], PUBLISHED[name])) <= max(CLOSE, abs(miss(fit.before[name], PUBLISHED[name])))


def test_the_prior_of_an_intercept_does_not_enter_its_fit(town: Path, hill: None) -> None:
    elsewhere = {one.parameter: declared_parameters()[one.parameter].high for one in INTERCEPTS}
    assert fit_draw(job(town, **elsewhere)) == fit_draw(job(town))


@pytest.mark.parametrize(
    ("quantity", "printed", "impossible", "parameter"),
    [("new_urban_employment", "1000", "990000", "capture"), ("startups", "350", "35000", "startup_capture"),
     ("rural_transfer", "400", "1", "transfer_rate"), ("registered_unemployment_rate", "1.8", "19.0", "registration")],
)  # fmt: skip
def test_an_intercept_that_would_leave_its_range_stays_at_its_bound(town: Path, hill: None, quantity: str, printed: str, impossible: str,
                                                                     parameter: str) -> None:  # fmt: skip
    change_cell(town, f"quantity: {quantity}, area: ALL, year: 2020, value: {printed},",
                f"quantity: {quantity}, area: ALL, year: 2020, value: {impossible},")  # fmt: skip
    fit = fit_draw(job(town))
    declared = declared_parameters()[parameter]
    assert fit.at_bound == (parameter,)
    assert fit.intercepts[parameter] in (pytest.approx(declared.low), pytest.approx(declared.high))
    others = [name for name in FITTED if name != quantity]
    assert all(abs(miss(fit.after[name], PUBLISHED[name])) <= CLOSE for name in others)


def test_a_figure_that_the_baseline_lacks_leaves_its_intercept_alone(town: Path, hill: None) -> None:
    change_cell(town, "quantity: graduates_attracted,", "quantity: births,")
    fit = fit_draw(job(town))
    assert "attraction" not in fit.intercepts and len(fit.intercepts) == len(INTERCEPTS) - 1
    assert "graduates_attracted" not in figures_of(load_plan(town))


def test_a_baseline_figure_of_another_year_is_not_used(town: Path) -> None:
    change_cell(town, "quantity: startups, area: ALL, year: 2020,", "quantity: startups, area: ALL, year: 2019,")
    assert "startups" not in figures_of(load_plan(town))


def test_a_draw_that_dies_is_data_and_bad_input_is_raised(town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*_: Any) -> Any:
        raise ArithmeticError("books")

    monkeypatch.setattr("calibration.fit.live", dies)
    monkeypatch.setattr("calibration.fit.setting_of_base_year", lambda plan, parameters: None)
    assert fit_draw(job(town, 7)).error == "ArithmeticError: books"
    monkeypatch.undo()
    with pytest.raises(BadInput):
        fit_draw(Job("no-such-plan", 0, 1, 20, central_values()))


def test_a_fit_survives_its_line_in_the_journal(town: Path, hill: None) -> None:
    fit = fit_draw(job(town, 2))
    assert fit_from(fit.as_dict()) == fit


def test_scaling_is_exact_inside_the_range_and_says_when_it_is_cut() -> None:
    (capture,) = (one for one in LINEAR if one.parameter == "capture")
    high = declared_parameters()["capture"].high
    assert scaled(0.25, 500.0, 1000.0, capture) == (0.5, False)
    assert scaled(0.25, 100.0, 1000.0, capture) == (high, True)
    assert scaled(0.25, -5.0, 1000.0, capture) == (high, True)


def test_each_intercept_has_one_figure_and_each_figure_a_tolerance() -> None:
    assert len({one.parameter for one in INTERCEPTS}) == len({one.figure for one in INTERCEPTS}) == len(INTERCEPTS)
    assert not set(FITTED) & set(HELD)
    for one in INTERCEPTS:
        declared = declared_parameters()[one.parameter]
        assert one.value(one.coordinate(declared.central)) == pytest.approx(declared.central)
        assert one.value(one.coordinate(declared.high) + 5.0) == declared.high
        assert one.linear or one.slopes
        assert tolerances()[one.figure] > (0 if one.linear else CLOSE)
