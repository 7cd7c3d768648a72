"""The city at its baseline date beside what each city has published, cell by cell.

Stocks hold by construction, so the tolerances are small: half a row of rounding for each area and group that is raked exactly, and
four standard errors of a draw where persons decide by keyed draws. The cities stand at scale 20.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from model import states as s
from model.city import City
from model.series import SERIES
from scenarios.baseline_people import age_bands
from scenarios.plans_at_hand import load_plan, plan_ids
from tests.model.towns import plan_setting

SCALE = 20
PLANS = plan_ids()


@cache
def city(plan: str) -> City:
    return City(plan_setting(plan), rng=1, scale=SCALE)


def stock(plan: str, *names: str) -> np.ndarray:
    """A stock at the baseline date by finest area, real persons."""
    return sum(city(plan).stocks[SERIES.index(name)] for name in names)


def persons(plan: str, where: np.ndarray) -> float:
    """Real persons behind the rows where the mask is true."""
    c = city(plan)
    return float(c.rows_by_area(where) @ c.weight)


def published(plan: str, quantity: str, **which: str) -> float:
    return load_plan(plan).baseline.value(quantity, **which)


def areas_published(plan: str, quantity: str) -> dict[str, float]:
    """Values of those finest areas for which the figure itself was published."""
    read = load_plan(plan)
    finest = [a.id for a in read.finest_areas]
    cells = {a: read.baseline.cell(quantity, a) for a in finest}
    return {a: c.base_value for a, c in cells.items() if c is not None and c.status == "published"}


def column(plan: str, name: str) -> np.ndarray:
    people = city(plan).people
    return getattr(people, name)[: people.n]


def residents(plan: str) -> np.ndarray:
    state = column(plan, "state")
    return (state != s.AWAY) & (state != s.GONE)


def ages(plan: str) -> np.ndarray:
    return city(plan).people.age(-1)


def findings_of(plan: str, words: str) -> list[str]:
    return [line for line in city(plan).findings if words in line]


@pytest.mark.parametrize("plan", PLANS)
def test_residents_of_the_city_and_its_areas(plan: str) -> None:
    """Three lists (local, outsider, away) are thinned by area: one row each at most."""
    weight = city(plan).weight
    assert stock(plan, "residents").sum() == pytest.approx(published(plan, "residents"), abs=2 * weight.sum())
    by_area = dict(zip(city(plan).setting.areas, stock(plan, "residents"), strict=True))
    for area, value in areas_published(plan, "residents").items():
        assert by_area[area] == pytest.approx(value, rel=1e-3, abs=2 * SCALE), area


@pytest.mark.parametrize("plan", PLANS)
def test_broad_ages(plan: str) -> None:
    bands = age_bands(load_plan(plan))
    assert bands, "no broad ages published"
    total = sum(bands.values())
    for (first, last), value in bands.items():
        found = persons(plan, residents(plan) & (ages(plan) >= first) & (ages(plan) <= last))
        want = value * published(plan, "residents") / total
        assert found == pytest.approx(want, rel=1e-3, abs=6 * city(plan).weight.sum()), (first, last)


@pytest.mark.parametrize("plan", PLANS)
def test_men(plan: str) -> None:
    if load_plan(plan).baseline.cell("residents_male") is None:
        return
    found = persons(plan, residents(plan) & (column(plan, "traits") & s.FEMALE == 0))
    assert found == pytest.approx(published(plan, "residents_male"), rel=2e-3)


@pytest.mark.parametrize("plan", PLANS)
def test_hukou_holders_elsewhere_and_residents_without(plan: str) -> None:
    """Students from elsewhere, and as many natives who study away, come on top of the published figures (a stated assumption)."""
    setting = city(plan).setting
    assert stock(plan, "outsiders").sum() == pytest.approx(setting.outsiders.sum(), rel=2e-3)
    assert stock(plan, "away").sum() == pytest.approx(setting.away.sum(), rel=2e-3)
    students = setting.outsiders.sum() - published(plan, "resident_non_hukou")
    assert -0.01 * setting.outsiders.sum() <= students <= published(plan, "university_students") + 1
    assert setting.away.sum() - published(plan, "hukou_outside") == pytest.approx(students, abs=0.02 * setting.away.sum() + 50)


@pytest.mark.parametrize("plan", PLANS)
def test_university_students(plan: str) -> None:
    """Drawn person by person at 18 to 21. Cohorts are cut in July, the pyramid at birthdays: up to 10 % are lost at the two ends."""
    at_university = (column(plan, "state") == s.STUDENT) & (-1 - column(plan, "birth").astype(int) >= 12 * 18 + 6)
    want = published(plan, "university_students")
    assert persons(plan, at_university) == pytest.approx(want, rel=0.10, abs=4 * SCALE * np.sqrt(want / SCALE))


@pytest.mark.parametrize("plan", PLANS)
def test_college_residents(plan: str) -> None:
    want = published(plan, "college_residents")
    assert stock(plan, "college").sum() == pytest.approx(want, rel=0.005, abs=4 * SCALE * np.sqrt(want / SCALE))


@pytest.mark.parametrize("plan", PLANS)
def test_employment_and_its_parts(plan: str) -> None:
    """Shares of the labour force are the baseline's; its size is what the pyramid and declared participation give (checked apart).

    The farm share is set by adults of 16 to 59, and farmers are older: 2 points.
    """
    farm, town = stock(plan, "farm").sum(), stock(plan, "employees", "flexible", "owners").sum()
    want = published(plan, "farm_employed") / (published(plan, "farm_employed") + published(plan, "nonfarm_employed"))
    assert farm / (farm + town) == pytest.approx(want, abs=0.02)
    jobless = stock(plan, "unemployed").sum()
    assert 100 * jobless / (jobless + town) == pytest.approx(published(plan, "surveyed_unemployment_rate"), abs=0.1)


@pytest.mark.parametrize("plan", PLANS)
def test_the_labour_force_is_near_the_published_employment(plan: str) -> None:
    """Participation by age is national, employment is the city's (imputed): they must not contradict one another by more than 15 %."""
    employed = stock(plan, "farm", "employees", "flexible", "owners").sum()
    assert employed == pytest.approx(published(plan, "employed_residents"), rel=0.15)


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize(("quantity", "series"), [("ui_insured", "ui"), ("injury_insured", "injury")])
def test_insured_staff_by_area(plan: str, quantity: str, series: str) -> None:
    """Drawn staff member by staff member: four standard errors, unless the city itself says that the figure cannot be met."""
    words = {"ui": "失业保险", "injury": "工伤保险"}[series]
    told = findings_of(plan, words)
    if not told:
        want = published(plan, quantity)
        assert stock(plan, series).sum() == pytest.approx(want, rel=0.004, abs=4 * SCALE * np.sqrt(want / SCALE / 4))
    by_area = dict(zip(city(plan).setting.areas, stock(plan, series), strict=True))
    for area, value in areas_published(plan, quantity).items():
        if not any(line.startswith(area) for line in told):
            error = 4 * SCALE * np.sqrt(value / SCALE / 4)
            assert by_area[area] == pytest.approx(value, rel=0.01, abs=error), area


@pytest.mark.parametrize("plan", PLANS)
def test_active_members_of_the_pension_schemes(plan: str) -> None:
    """Enterprise and civil-service members; all schemes where the city does not publish its hukou members instead."""
    if not findings_of(plan, "企业职工养老"):
        want = published(plan, "pension_enterprise_active")
        assert stock(plan, "pension_employee_active").sum() == pytest.approx(want, rel=0.005, abs=4 * SCALE * np.sqrt(want / SCALE / 4))
    assert stock(plan, "pension_civil_active").sum() == pytest.approx(published(plan, "public_employed"), rel=0.01, abs=20 * SCALE)
    if city(plan).setting.schemes.hukou_members is None and not findings_of(plan, "居民养老"):
        found = stock(plan, "pension_employee_active", "pension_civil_active", "pension_resident_active").sum()
        want = published(plan, "pension_active")
        assert found == pytest.approx(want, rel=0.005, abs=4 * SCALE * np.sqrt(want / SCALE / 4))


@pytest.mark.parametrize("plan", PLANS)
def test_pension_members_by_area(plan: str) -> None:
    told = findings_of(plan, "养老")
    by_area = dict(
        zip(
            city(plan).setting.areas,
            stock(plan, "pension_employee_active", "pension_civil_active", "pension_resident_active"),
            strict=True,
        )
    )
    for area, value in areas_published(plan, "pension_active").items():
        if not any(line.startswith(area) for line in told):
            assert by_area[area] == pytest.approx(value, rel=0.01, abs=4 * SCALE * np.sqrt(value / SCALE / 4)), area


@pytest.mark.parametrize("plan", PLANS)
def test_the_published_hukou_members(plan: str) -> None:
    members = city(plan).setting.schemes.hukou_members
    if members is not None and not findings_of(plan, "居民养老"):
        assert stock(plan, "pension_hukou_members").sum() == pytest.approx(members, rel=0.005)


@pytest.mark.parametrize("plan", PLANS)
def test_the_paying_rate(plan: str) -> None:
    members = stock(plan, "pension_employee_active", "pension_civil_active", "pension_resident_active").sum()
    rate = 100 * stock(plan, "pension_paid").sum() / members
    assert rate == pytest.approx(published(plan, "pension_paying_rate"), abs=0.5)


@pytest.mark.parametrize("plan", PLANS)
def test_firms(plan: str) -> None:
    c = city(plan)
    f = c.firms
    private = np.flatnonzero(f.ownership[: f.n] < s.STATE_ORGAN)
    found = float((c.weight[f.area[private]] / f.thin[private]).sum())
    assert found == pytest.approx(published(plan, "firms"), rel=0.03)


@pytest.mark.parametrize("plan", PLANS)
def test_insured_are_nested(plan: str) -> None:
    assert (stock(plan, "ui") <= stock(plan, "injury")).all()
    assert (stock(plan, "injury") <= stock(plan, "employees")).all()



@pytest.mark.parametrize("plan", ["xuzhou", "haining"])
def test_fewer_are_in_unemployment_than_in_injury_insurance(plan: str) -> None:
    """84.9 < 102.1 万 in 徐州, 27.08 < 40.69 万 in 海宁: insurance by project, and workers insured against injury alone."""
    assert stock(plan, "ui").sum() < 0.95 * stock(plan, "injury").sum()


def test_nantong_has_fewer_injury_than_enterprise_pension_members() -> None:
    """143.5 < 173.7 万: flexible workers are in the pension only."""
    assert stock("nantong", "injury").sum() < stock("nantong", "pension_employee_active").sum()


def test_the_injury_only_class_of_haining() -> None:
    """40.69 − 27.08 = 13.6 万, a third of the injury members. What the jobs of the city cannot hold of the published 40.69 万 is told as a
    finding; the class may miss by as much and by a tenth (civil servants, insured against injury alone, are among it)."""
    told = 0.0
    if findings_of("haining", "工伤保险"):
        told = max(published("haining", "injury_insured") - stock("haining", "injury").sum(), 0.0)
    only = (stock("haining", "injury") - stock("haining", "ui")).sum()
    assert only == pytest.approx(136_100, abs=told + 13_610)


@pytest.mark.parametrize("plan", PLANS)
def test_coverage_rises_with_the_size_of_the_firm(plan: str) -> None:
    """Shares in unemployment insurance under 10, 10 to 50, 50 to 300 and over 300 real staff: thousands of rows each, 2 points of noise."""
    c = city(plan)
    state, scheme = column(plan, "state"), column(plan, "scheme")
    at = np.flatnonzero(state == s.EMPLOYED)
    firm = column(plan, "firm")[at]
    private = c.firms.ownership[firm] < s.STATE_ORGAN
    size = np.searchsorted([10, 50, 300], (c.firms.staff * c.firms.thin)[firm], side="right")
    shares = [float((scheme[at][private & (size == k)] & s.UI > 0).mean()) for k in range(4)]
    assert all(larger > smaller - 0.02 for smaller, larger in pairwise(shares)), shares
    assert shares[3] > shares[0] + 0.2, shares


@pytest.mark.parametrize("plan", PLANS)
def test_the_mean_declared_base_lies_between_floor_and_mean_wage(plan: str) -> None:
    """Half of the insured stand on the floor (.3 to .7 declared), so that the mean base is .55 to .95 of the wages of those insured."""
    c = city(plan)
    insured = (column(plan, "state") == s.EMPLOYED) & (column(plan, "scheme") & s.UI > 0)
    insured &= column(plan, "scheme") & s.PENSION_KIND == s.EMPLOYEE_SCHEME
    base, wage = column(plan, "base")[insured].astype(float), 10.0 * column(plan, "wage")[insured]
    floor = c.law_value("bases.floor")
    assert base.min() >= floor
    assert 0.3 < (base == floor).mean() < 0.95
    assert 0.5 < base.mean() / np.maximum(wage, floor).mean() < 0.97


KNOWN: dict[str, set[str]] = {name: set() for name in PLANS} | {"haining": {"330481: 工伤保险 injury", "330481: 居民养老 resident pension"}}


@pytest.mark.parametrize("plan", PLANS)
def test_what_cannot_be_met_is_told_as_a_finding(plan: str) -> None:
    """Contradictions between published figures that no level can resolve; a new one must be looked at before it is added here."""
    named = {": ".join(line.split(": ")[:2]) for line in city(plan).findings}
    assert named == KNOWN[plan]
