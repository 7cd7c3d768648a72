"""Training, exams, titles and technical schools: lock-in, pass rates, eligibility, levers at rest, directions, the book of grades."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from numba import njit

from model import states as s
from model.books import imbalances
from model.city import City
from model.controls import CONTROLS
from model.setting import Setting
from model.training import (
    APPRENTICES,
    CONTESTS,
    HIGH_PLACES,
    JOBSEEKERS,
    OPEN,
    SIT_HIGH,
    WAITS,
    next_grade,
    who_may_take,
    wish,
    yearly_chances,
)
from tests.model.towns import as_usual, at_rest, differing, lived, lives, total, town, unequal

HERE = sorted(name for name, control in CONTROLS.items() if control.mechanism in ("training", "titles", "technical_schools"))
YEAR = 12


def skilled_town(people: int = 10_000, **parameters: float) -> Setting:
    return as_usual(town(people, parameters=parameters))


@cache
def usual() -> City:
    return lived(skilled_town(), 26)


@njit
def taken(draws, chances):  # type: ignore[no-untyped-def]
    """What each of these draws takes at these chances, of someone at work who may sit for a low grade."""
    return np.array([wish(draw, s.EMPLOYED, 400, True, False, chances) for draw in draws])


def test_nobody_takes_an_opening_who_was_not_to_be_asked() -> None:
    """`who_may_take` leaves out nobody who takes an opening anywhere, and most of the others."""
    luck = np.random.default_rng(5)
    draws = luck.integers(0, 2**64, 4000, np.uint64)
    chances = luck.uniform(0, 0.06, (3, 9)) * (np.arange(9) != OPEN)
    asked = np.empty(draws.size, np.uint8)
    who_may_take(draws, chances.max(axis=0), asked)
    for of_area in chances:
        takes = taken(draws, of_area) >= 0
        assert takes.any() and asked[takes].all()
    assert asked.mean() < 0.5


def test_the_book_of_the_highly_skilled_closes_and_moves() -> None:
    """opening + raised + joined − left = closing, month by month; none of the terms is idle."""
    city = usual()
    opening = np.concatenate([[sum(city.setting.skills.grades[2:])], total(city, "high_skilled")[:-1]])
    change = total(city, "high_raised") + total(city, "high_joined") - total(city, "high_left")
    assert total(city, "high_skilled") == pytest.approx(opening + change, abs=2)
    assert all(total(city, name).sum() > 0 for name in ("high_raised", "high_left"))


def test_a_grade_that_nobody_gave_opens_the_books() -> None:
    city = lived(skilled_town(3_000), 2)
    assert not imbalances(city)
    worker = int(np.flatnonzero(city.people.state[: city.people.n] == s.EMPLOYED)[0])
    city.table[city_series("high_skilled"), city.month] += city.weight[city.people.area[worker]]
    assert any("highly skilled" in sentence for sentence in imbalances(city))


def city_series(name: str) -> int:
    from model.series import SERIES

    return SERIES.index(name)


def test_most_places_are_taken_once_a_year_and_most_courses_end_well() -> None:
    city = usual()
    p = city.setting.parameter
    places = (400 + 20) * 26 / 12 * p("training_take_up")
    taken, completed = total(city, "trained").sum(), total(city, "courses_completed").sum()
    assert taken == pytest.approx(places, abs=4 * np.sqrt(places)), "places are expected numbers: four standard errors"
    begun = total(city, "trained")[:12].sum()
    assert completed <= taken and completed > 0.75 * begun


# --- lock-in ---------------------------------------------------------------------------------------------------------


def test_the_unemployed_do_not_search_while_they_train_and_are_not_hired_sooner() -> None:
    """No immediate gain: with everyone unemployed in a course and none finished yet, fewer seekers, and no more of them at work."""
    setting = skilled_town(training_take_up=1.0)
    places = 3_000.0
    plain = lived(at_rest(setting, training_places=0.0), 2)
    trained = lived(at_rest(setting, training_places=places, training_share_jobseekers=1.0), 2)
    assert total(trained, "seekers").sum() < total(plain, "seekers").sum()
    in_course = trained.people.course[: trained.people.n] & s.KIND == s.SHORT_COURSE
    assert in_course.any()
    a, b = lives(plain), lives(trained)
    who = trained.people.id[: trained.people.n][in_course & (trained.people.state[: trained.people.n] == s.UNEMPLOYED)]
    both = a.index.intersection(who)
    assert (b.loc[both, "state"] == s.UNEMPLOYED).all() and (a.loc[both, "state"] != s.UNEMPLOYED).mean() >= 0.0
    assert (a.loc[both, "state"] == s.EMPLOYED).sum() >= (b.loc[both, "state"] == s.EMPLOYED).sum()


def test_a_course_marks_the_trained_at_its_end_not_before() -> None:
    city = City(skilled_town(), rng=1, scale=1)
    for _ in range(4):
        city.step()
        people, n = city.people, city.people.n
        first = (people.course[:n] & s.KIND > 0) & (people.traits[:n] & s.TRAINED > 0)
        assert not first.any(), "four months hold no second course of anyone"


# --- examinations ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("passes", "expected"), [(0.0, 0.0), (1.0, None)])
def test_nobody_passes_when_nobody_can(passes: float, expected: float | None) -> None:
    city = lived(skilled_town(4_000, cert_pass=passes, cert_pass_high=passes, technical_school_pass=passes), 14)
    certificates = total(city, "skill_certificates").sum()
    assert certificates == expected if expected is not None else certificates > 0


def test_the_pass_rate_of_assessments_is_the_declared_one() -> None:
    """10 % of a town of 20,000 sit within the year, on the same luck: the passed are the pass rate of them within three standard errors."""
    setting = at_rest(skilled_town(20_000, assessment_rate=0.1), training_places=0, technical_school_places=0, apprenticeship_places=0)
    sat = total(lived(setting.with_parameters(cert_pass=1.0, cert_pass_high=1.0), 6), "skill_certificates").sum()
    passed = total(lived(setting.with_parameters(cert_pass=0.8, cert_pass_high=0.8), 6), "skill_certificates").sum()
    assert sat > 300
    assert passed / sat == pytest.approx(0.8, abs=3 * np.sqrt(0.8 * 0.2 / sat) + 0.01)


def test_years_lie_between_two_grades() -> None:
    """国家职业技能标准编制技术规程 2018: four years of work from 初级 to 中级, five to 高级工, four to 技师 and 高级技师."""
    assert WAITS.tolist() == [0, 0, 4, 5, 4, 4]
    assert next_grade(s.NO_GRADE, s.SENIOR_SECONDARY, 12 * 20) == s.JUNIOR_WORKER
    assert next_grade(s.NO_GRADE, s.SENIOR_SECONDARY, 12 * 30) == s.MIDDLE_WORKER
    assert next_grade(s.NO_GRADE, s.PRIMARY, 12 * 30) == s.JUNIOR_WORKER
    city = City(skilled_town(assessment_rate=0.1, cert_pass=1.0, cert_pass_high=1.0), rng=1, scale=1)
    seen: dict[int, int] = dict(zip(city.people.id.tolist(), (city.people.skill & s.GRADE).tolist(), strict=True))
    raised: dict[int, int] = {}
    for month in range(2 * YEAR):
        city.step()
        n = city.people.n
        for who, grade in zip(city.people.id[:n].tolist(), (city.people.skill[:n] & s.GRADE).tolist(), strict=True):
            if who and grade > seen.get(who, grade):
                assert who not in raised, "nobody gains two grades within two years"
                raised[who] = month
            if who:
                seen[who] = grade
    assert len(raised) > 50


# --- levers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HERE)
def test_a_lever_at_zero_is_its_absence(name: str) -> None:
    setting = town(3_000)
    base = {key: np.full((1, 2), 20.0) for key in ("training_places", "technical_school_places") if key != name}
    without = lived(replace(setting, controls=base), 11)
    resting = lived(replace(setting, controls={**base, name: np.zeros((1, 2))}), 11)
    assert not unequal(without, resting)
    assert not differing(lives(without), lives(resting))


@pytest.mark.parametrize(
    ("name", "value", "series"),
    [
        ("high_grade_training_share", 0.8, "high_certificates"),
        ("training_share_jobseekers", 0.9, "trained_for_work"),
        ("training_share_rural", 0.9, "trained_for_work"),
        ("apprenticeship_places", 400.0, "skill_certificates"),
        ("skill_subsidy_low", 8000.0, "skill_certificates"),
        ("skill_subsidy_high", 8000.0, "high_certificates"),
        ("assessment_sessions", 200.0, "skill_certificates"),
        ("skill_contests", 10.0, "high_certificates"),
        ("master_studios", 10.0, "high_certificates"),
        ("training_bases", 1.0, "high_certificates"),
        ("technical_school_places", 60.0, "technical_intake"),
        ("title_outreach", 1.0, "titles_awarded"),
        ("title_for_skilled", 1.0, "titles_awarded"),
        ("professional_exam_subsidy", 8000.0, "professional_certificates"),
    ],
)
def test_more_of_a_lever_moves_its_indicator_up(name: str, value: float, series: str) -> None:
    """With the same luck, against the usual policy; only persons whom the lever reaches gain anything."""
    changed = lived(at_rest(skilled_town(), **{name: value}), 26)
    assert total(changed, series).sum() > total(usual(), series).sum(), name


def test_places_of_one_kind_change_nobody_who_does_not_take_them() -> None:
    """More contests in the first month: whose skill differs has been raised by a contest."""
    setting = skilled_town()
    one, other = lived(setting, 1), lived(at_rest(setting, skill_contests=20.0), 1)
    a, b = (dict(zip(c.people.id[: c.people.n].tolist(), c.people.skill[: c.people.n].tolist(), strict=True)) for c in (one, other))
    differ = [who for who in a if a[who] != b.get(who, a[who])]
    assert differ and all(b[who] & s.GRADE == (a[who] & s.GRADE) + 1 for who in differ)


def test_chances_are_places_over_those_who_may_take_them() -> None:
    city = lived(skilled_town(), 1)
    controls = {"training_places": 300.0, "high_grade_training_share": 0.25, "training_share_jobseekers": 0.5, "apprenticeship_places": 40}
    city.setting = at_rest(city.setting, **controls)
    city.stocks = city.table[:, city.month]
    chances, p = yearly_chances(city), city.setting.parameter
    offered = 300 * p("training_take_up")
    ready, idle = city.stock("grade_ready"), city.stock("unemployed")
    assert chances[:, HIGH_PLACES] * ready == pytest.approx(offered * 0.25)
    assert chances[:, JOBSEEKERS] * idle == pytest.approx(np.minimum(offered * 0.5, idle))
    able = city.stock("employees") + city.stock("flexible") + idle
    assert chances[:, OPEN] * able == pytest.approx(offered * 0.25)
    assert chances[:, APPRENTICES] * city.stock("employees") == pytest.approx(40 * p("training_take_up"))
    assert (chances[:, CONTESTS] == 0).all() and (chances[:, SIT_HIGH] > 0).all()


def test_titles_are_reviewed_in_autumn_and_examined_by_field() -> None:
    awarded, passes = total(usual(), "titles_awarded"), total(usual(), "professional_passes")
    assert awarded[9] == awarded[:12].max() and awarded[9] > awarded[:9].sum()
    months = {m % 12 + 1 for m in np.flatnonzero(passes)}
    assert months == {4, 5, 9, 11}


def test_technical_schools_fill_their_places_and_send_out_the_graded() -> None:
    city = usual()
    assert total(city, "technical_intake")[[8, 20]].tolist() == [20.0, 20.0]
    left = total(city, "technical_graduates")
    assert left[5] > 0 and left.sum() == left[[5, 17]].sum()
    students = total(city, "technical_students")
    assert students[7] == pytest.approx(students[4] - left[5], abs=2) and students[8] == pytest.approx(students[7] + 20, abs=2)
