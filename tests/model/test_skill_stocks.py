"""Schooling, grades, titles and talent at the baseline date: stocks by construction, whatever the scale, and who holds them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from model import states as s
from model.city import City
from model.setting import Setting
from model.synthesis.roster import margins
from model.synthesis.schooling import not_studying, schooling_table
from model.synthesis.skills import Carry
from model.talent import is_talent
from model.talent_account import NEVER, TalentAccount
from scenarios.plans_at_hand import load_plan, plan_ids
from tests.model.towns import plan_setting, scale_for, town

STOCKS = ("skilled", "high_skilled", "technicians", "professional", "professional_middle", "professional_senior", "technical_students")


@cache
def plan_city(name: str) -> City:
    setting = plan_setting(name)
    return City(setting, rng=1, scale=scale_for(setting, 25_000), thin_everything=True)


def wanted(setting: Setting) -> dict[str, float]:
    """What the setting says of each stock."""
    stocks = setting.skills
    grades, titles = stocks.grades, stocks.titles
    return dict(zip(STOCKS, (sum(grades), sum(grades[2:]), sum(grades[3:]), sum(titles), titles[1], titles[2], stocks.technical_students),
                    strict=True))  # fmt: skip


@pytest.mark.parametrize("name", plan_ids())
def test_the_published_stocks_of_each_plan_hold_to_a_row(name: str) -> None:
    city = plan_city(name)
    row = float(city.weight.max())
    for stock, persons in wanted(city.setting).items():
        rounding = {"skilled": 5, "professional": 3, "high_skilled": 3, "technicians": 2}.get(stock, 1)
        assert city.stock(stock).sum() == pytest.approx(persons, abs=rounding * row), stock
    b = load_plan(name).baseline
    for quantity, stock in (("high_skilled_total", "high_skilled"), ("professional_total", "professional"), ("skilled_total", "skilled")):
        assert city.stock(stock).sum() == pytest.approx(b.value(quantity), abs=6 * row), quantity


@pytest.mark.parametrize("name", plan_ids())
def test_talent_is_the_plans_total_by_the_plans_own_account(name: str) -> None:
    """苏州 counts all residents with college, which are drawn: four standard errors; the others are exact to a row an area."""
    city = plan_city(name)
    total, row = city.setting.skills.talent.total, float(city.weight.max())
    assert total == load_plan(name).baseline.value("talent_total")
    noise = 4 * np.sqrt(total * row) if city.setting.skills.talent.everyone else 0.0
    assert city.stock("talent").sum() == pytest.approx(total, abs=len(city.weight) * row + noise)


@pytest.mark.parametrize("scale", [1, 10, 50])
def test_stocks_hold_at_every_scale(scale: int) -> None:
    city = City(town(60_000, 3), rng=3, scale=scale, thin_everything=True)
    for stock, persons in wanted(city.setting).items():
        assert city.stock(stock).sum() == pytest.approx(persons, abs=5 * scale), stock
    assert city.stock("talent").sum() == pytest.approx(city.setting.skills.talent.total, abs=4 * scale)


@pytest.mark.parametrize("name", ["xuzhou", "haining"])
def test_professionals_and_skilled_less_both_are_within_talent(name: str) -> None:
    """专技 + 技能 − overlap ≤ 人才, where the city's own figures allow it (南通's 130.3 万 skilled and 145 万 talent leave no room)."""
    city = plan_city(name)
    union = city.stock("professional").sum() + city.stock("skilled").sum() - city.stock("skilled_professional").sum()
    assert union <= city.stock("talent").sum() * 1.001


def test_the_fraction_of_a_row_goes_to_the_next_area() -> None:
    carry = Carry()
    rows = [carry.rows("skilled", 25.0, 10) for _ in range(8)]
    assert sum(rows) == 20 and set(rows) <= {2, 3}


def test_who_has_most_years_holds_the_high_grades_and_titles() -> None:
    city = City(town(40_000), rng=1, scale=1)
    people, n = city.people, city.people.n
    age = people.age(-1)
    grade, title = people.skill[:n] & s.GRADE, (people.skill[:n] & s.TITLE) >> s.TITLE_SHIFT
    assert age[grade >= s.SENIOR_WORKER].mean() > age[(grade > 0) & (grade < s.SENIOR_WORKER)].mean() + 3
    assert age[title == s.SENIOR_TITLE].mean() > age[title == s.JUNIOR_TITLE].mean() + 3
    level = people.schooling[:n] & s.SCHOOLING
    assert (level[title > 0] >= s.JUNIOR_COLLEGE).mean() > 0.7 > (level[grade > 0] >= s.JUNIOR_COLLEGE).mean()
    idle = (people.state[:n] == s.STUDENT) | (people.state[:n] == s.RETIRED) | (people.state[:n] == s.CHILD) | (people.state[:n] == s.AWAY)
    assert not people.skill[:n][idle].any(), "only those in scope hold anything at the start"


# --- schooling -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", plan_ids())
def test_schooling_adds_up_to_the_citys_residents_with_college(name: str) -> None:
    setting = plan_setting(name)
    tables = margins(setting)
    rest, students = not_studying(setting, tables)
    college = tables.schooling[..., s.JUNIOR_COLLEGE]
    assert (college * rest).sum() + students == pytest.approx(setting.college_residents, rel=1e-6)
    assert not college[:, :, :22].any() and (college <= 0.97).all()


def test_a_level_is_a_level_or_more() -> None:
    table = schooling_table(town(), margins(town()))
    assert ((table >= 0) & (table <= 1)).all()
    assert (np.diff(table, axis=-1) <= 1e-12).all(), "P(level or more) falls with the level"
    assert (table[0, ..., s.JUNIOR_COLLEGE] >= table[1, ..., s.JUNIOR_COLLEGE]).all(), "urban people have more college"


def test_cohorts_keep_their_schooling_ten_years_earlier() -> None:
    """A city of 2010 has the schooling of its own cohorts: who is 30 there is 40 in 2020."""
    now, then = town(20_000), replace(town(20_000), start_year=2011)
    older = schooling_table(then, margins(then))[0, 0, :, s.JUNIOR_SECONDARY]
    newer = schooling_table(now, margins(now))[0, 0, :, s.JUNIOR_SECONDARY]
    assert older[60] < newer[60]


def test_students_carry_the_level_that_they_attend() -> None:
    city = City(town(20_000), rng=1, scale=1)
    people, n = city.people, city.people.n
    months, level = -1 - people.birth[:n].astype(int), people.schooling[:n] & s.SCHOOLING
    studying = people.state[:n] == s.STUDENT
    assert (level[studying & (months >= 12 * 18 + 6)] >= s.JUNIOR_COLLEGE).all()
    assert (level[studying & (months < 12 * 18 + 6)] == s.SENIOR_SECONDARY).all()
    assert (level[people.state[:n] == s.CHILD] == s.PRIMARY).all()


# --- the account of talent -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("doing", "years", "schooling", "skill", "usual", "suzhou"),
    [
        (s.EMPLOYED, 30, s.BACHELOR, 0, True, True),
        (s.EMPLOYED, 30, s.SENIOR_SECONDARY, s.SENIOR_WORKER, True, False),
        (s.EMPLOYED, 30, s.SENIOR_SECONDARY, s.MIDDLE_WORKER, False, False),
        (s.FARM, 50, s.JUNIOR_SECONDARY | s.OTHER_TALENT, 0, True, True),
        (s.EMPLOYED, 40, s.SENIOR_SECONDARY, s.JUNIOR_TITLE << s.TITLE_SHIFT, True, False),
        (s.STUDENT, 20, s.BACHELOR, 0, False, True),
        (s.RETIRED, 62, s.JUNIOR_COLLEGE, s.SENIOR_TITLE << s.TITLE_SHIFT, False, True),
        (s.EMPLOYED, 63, s.BACHELOR, 0, False, True),
        (s.AWAY, 30, s.BACHELOR, 0, False, False),
    ],
)
def test_who_counts_by_each_account(doing: int, years: int, schooling: int, skill: int, usual: bool, suzhou: bool) -> None:
    accounts = TalentAccount(1.0), TalentAccount(1.0, NEVER, NEVER, s.JUNIOR_COLLEGE, everyone=True)
    assert [bool(is_talent(doing, 12 * years, schooling, skill, a.rule)) for a in accounts] == [usual, suzhou]
