"""Directions that an economist would sign: the same city under one changed circumstance, with the same luck.

Decisions draw by (decision, month, person), so two cities differ by what was changed and by little else; where a difference is
still within chance, several seeds are added up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from model import states as s
from model.city import City
from model.law import Law
from model.sectors import GROUPS
from model.setting import Setting, Shock
from tests.model.towns import as_usual, at_rest, lived, total, town

SEEDS = (1, 2, 3)
Series = dict[str, np.ndarray]


def base() -> Setting:
    return as_usual(town(24_000))


def counted(setting: Setting, months: int, seed: int) -> Series:
    city = lived(setting, months, rng=seed)
    return {name: values.sum(axis=1) for name, values in city.series().items()}


@cache
def as_it_is(months: int) -> Series:
    """The unchanged town, added up over the seeds."""
    return added(base(), months)


def added(setting: Setting, months: int) -> Series:
    runs = [counted(setting, months, seed) for seed in SEEDS]
    return {name: sum(run[name] for run in runs) for name in runs[0]}


def jobless_rate(series: Series, month: int = -1) -> float:
    force = sum(series[name][month] for name in ("employees", "flexible", "owners", "unemployed"))
    return float(series["unemployed"][month] / force)


def mean_rate(series: Series, months: slice) -> float:
    force = sum(series[name][months] for name in ("employees", "flexible", "owners", "unemployed"))
    return float(series["unemployed"][months].sum() / force.sum())


def growing(rate: float) -> Setting:
    return replace(base(), growth={2021 + i: rate for i in range(6)})


def test_more_growth_means_more_employees_and_less_unemployment() -> None:
    low, middle, high = (added(growing(g), 36) for g in (0.0, 0.06, 0.12))
    assert low["employees"][-1] < middle["employees"][-1] < high["employees"][-1]
    assert mean_rate(low, slice(24, 36)) > mean_rate(middle, slice(24, 36)) > mean_rate(high, slice(24, 36))
    assert low["vacancies"].sum() < high["vacancies"].sum()
    assert low["arrivals"].sum() < high["arrivals"].sum(), "migrants follow the jobs"


@pytest.mark.parametrize("band", ["small", "mid", "large"])
def test_an_enrolment_drive_insures_more_people_and_hires_nobody(band: str) -> None:
    drive = added(at_rest(base(), **{f"enrolment_drive_{band}": 1.0}), 24)
    usual = as_it_is(24)
    assert drive["hires"][0] == usual["hires"][0]
    for members in ("ui", "injury", "pension_employee_active"):
        assert drive[members][-1] >= usual[members][-1], members
    assert drive["ui"][-1] > usual["ui"][-1]
    assert drive["ui_income_fen"].sum() > usual["ui_income_fen"].sum()


def test_a_stronger_drive_insures_more() -> None:
    members = [added(at_rest(base(), enrolment_drive_small=x, enrolment_drive_mid=x), 18)["ui"][-1] for x in (0.0, 0.3, 1.0)]
    assert members[0] < members[1] < members[2]


def test_a_subsidy_brings_flexible_workers_into_the_employee_pension() -> None:
    members = [added(at_rest(base(), flexible_insurance_subsidy=x), 18)["pension_employee_active"][-1] for x in (0.0, 0.3, 0.6)]
    assert members[0] < members[1] < members[2]


def test_living_subsidies_tours_and_apartments_bring_graduates() -> None:
    strong = base().with_parameters(taste_subsidy=0.08, taste_tours=0.1, taste_housing=-1.0)
    usual = added(strong, 19)["graduates_counted"].sum()
    for control, value in (("graduate_living_subsidy_bachelor", 3000.0), ("campus_tours", 200.0), ("talent_apartments", 1e5)):
        assert added(at_rest(strong, **{control: value}), 19)["graduates_counted"].sum() > usual, control


def test_graduates_follow_the_labour_market_and_home() -> None:
    usual = as_it_is(19)["graduates_counted"].sum()
    assert added(base().with_parameters(attraction=0.5), 19)["graduates_counted"].sum() > usual
    assert added(base().with_parameters(taste_home=0.0), 19)["graduates_returned"].sum() < as_it_is(19)["graduates_returned"].sum()


def test_without_the_retirement_reform_more_people_retire() -> None:
    """The reform of 2025 delays retirement: without it more people retire in its first two years, and before it nothing differs."""
    without = Law.standard("jiangsu").amended(
        [{"path": f"retirement.{who}_full_delay", "from": "2025-01", "value": 0} for who in ("men", "women_cadres", "women_workers")]
    )
    town_2024 = replace(base(), start_year=2024)
    reform, none = added(town_2024, 36), added(replace(town_2024, law=without), 36)
    assert (reform["new_retirees"][:12] == none["new_retirees"][:12]).all()
    assert none["new_retirees"][12:].sum() > 1.02 * reform["new_retirees"][12:].sum()
    assert none["pension_employee_active"][-1] < reform["pension_employee_active"][-1]


def test_posts_for_the_hard_to_employ_place_them() -> None:
    usual, more = as_it_is(24), added(as_usual(town(24_000), hard_to_employ_posts=200), 24)
    assert more["helped"].sum() > 2 * usual["helped"].sum() > 0
    assert mean_rate(more, slice(12, 24)) < mean_rate(usual, slice(12, 24))


def test_more_separations_mean_more_hires_and_more_unemployment() -> None:
    few, many = (added(base().with_parameters(separation_rate=x), 24) for x in (0.010, 0.019))
    assert many["quits"].sum() > few["quits"].sum()
    assert many["hires"].sum() > few["hires"].sum()
    assert mean_rate(many, slice(6, 24)) > mean_rate(few, slice(6, 24))


def test_a_better_market_finds_jobs_faster() -> None:
    poor, good = (added(base().with_parameters(matching_efficiency=x), 24) for x in (0.15, 0.8))
    assert mean_rate(good, slice(6, 24)) < mean_rate(poor, slice(6, 24))


def test_fairs_help_a_little() -> None:
    setting = base().with_parameters(fair_effect=0.03)
    usual, many = added(setting, 24), added(at_rest(setting, recruitment_fairs=150.0), 24)
    assert many["hires"][:6].sum() > 1.05 * usual["hires"][:6].sum(), "posts are filled sooner; how many there are to fill, demand decides"
    assert mean_rate(many, slice(0, 24)) < mean_rate(usual, slice(0, 24))


def test_training_places_are_taken_up() -> None:
    usual, more = as_it_is(24), added(as_usual(town(24_000), training_places=1200), 24)
    take_up = base().parameter("training_take_up")
    assert more["trained"].sum() == pytest.approx(3 * 1200 * 2 * take_up, rel=0.06)
    assert more["trained"].sum() > 2 * usual["trained"].sum()


def test_a_placement_service_moves_farm_workers() -> None:
    usual, more = as_it_is(24), added(as_usual(town(24_000), rural_transfer_service=300), 24)
    moved: Callable[[Series], float] = lambda x: float((x["transfers_local"] + x["transfers_out"]).sum())  # noqa: E731
    assert moved(more) > moved(usual)
    assert more["farm"][-1] < usual["farm"][-1]


def test_loans_and_courses_make_founders() -> None:
    setting = base()
    usual = as_it_is(24)["startups"].sum()
    assert added(at_rest(setting, startup_loans=5e6), 24)["startups"].sum() > usual
    assert added(at_rest(setting, startup_training=300.0), 24)["startups"].sum() > usual


def test_a_demand_slump_raises_unemployment_and_passes() -> None:
    slump = replace(base(), shocks=(Shock("demand_slump", "2021-07", 9, -0.12),))
    hit, usual = added(slump, 60), as_it_is(60)
    assert hit["unemployed"][:6].tolist() == usual["unemployed"][:6].tolist(), "nothing happens before it"
    assert mean_rate(hit, slice(8, 16)) > 1.1 * mean_rate(usual, slice(8, 16))
    assert mean_rate(hit, slice(48, 60)) == pytest.approx(mean_rate(usual, slice(48, 60)), rel=0.10)
    assert hit["employees"][48:].mean() == pytest.approx(usual["employees"][48:].mean(), rel=0.02)


def test_a_slump_in_one_sector_hits_that_sector() -> None:
    slump = replace(base(), shocks=(Shock("demand_slump", "2021-03", 12, -0.3, "manufacturing"),))
    hit, usual = (lived(x, 12) for x in (slump, base()))

    def staff(city: City, *sectors: str) -> int:
        f = city.firms
        return int(f.staff[: f.n][np.isin(f.sector[: f.n], [city.sector_names.index(name) for name in sectors])].sum())

    services = GROUPS["services"]
    assert staff(hit, "manufacturing") < 0.93 * staff(usual, "manufacturing")
    assert staff(hit, *services) >= 0.98 * staff(usual, *services)


def test_twice_the_people_have_the_same_rates() -> None:
    """Rates of a town of 20,000 and of 40,000, two years on average: within four standard errors of 12 seeds each.

    Insurance is left out: the larger town has larger firms (a fiftieth of its jobs at most), and these insure more of their staff.
    """

    def rates(people: int) -> np.ndarray:
        out = []
        for seed in range(12):
            x = counted(replace(town(people), growth={2021: 0.05, 2022: 0.05}), 24, seed)
            force = x["employees"] + x["flexible"] + x["owners"] + x["unemployed"]
            out.append([
                x["unemployed"].sum() / force.sum(), x["employees"].sum() / force.sum(), x["farm"].sum() / force.sum(),
                x["hires"].sum() / x["employees"].sum(), x["deaths"].sum() / x["residents"].sum(),
                x["retired"].sum() / x["residents"].sum(), x["births"].sum() / x["residents"].sum(),
            ])  # fmt: skip
        return np.array(out)

    small, large = rates(20_000), rates(40_000)
    error = np.hypot(small.std(axis=0, ddof=1), large.std(axis=0, ddof=1)) / np.sqrt(12)
    assert (np.abs(small.mean(axis=0) - large.mean(axis=0)) < 4 * error + 1e-4).all()


def test_a_town_without_growth_does_not_drift_away() -> None:
    """The start is a standing state: without growth employees stay within 3 % over five years."""
    employees = as_it_is(60)["employees"]
    assert employees[48:].mean() == pytest.approx(employees[:12].mean(), rel=0.03)


def test_people_of_working_age_age() -> None:
    """From 2022 on the many of 1962 to 1965 turn sixty: fewer adults of working age, more retired."""
    series = as_it_is(60)
    assert series["working_age"][-1] < series["working_age"][0]
    assert series["retired"][-1] > series["retired"][0]


def test_fewer_jobs_more_people_leave_the_city() -> None:
    poor, good = (added(growing(g), 36) for g in (-0.08, 0.08))
    assert poor["departures"].sum() > good["departures"].sum()


def test_the_public_sector_keeps_its_staff() -> None:
    slump = replace(base(), shocks=(Shock("demand_slump", "2021-02", 12, -0.3),))
    city = lived(slump, 12)
    f = city.firms
    public = np.flatnonzero(f.ownership[: f.n] >= s.STATE_ORGAN)
    assert (f.alive[public]).all()
    assert total(city, "pension_civil_active")[-1] > 0.95 * total(city, "pension_civil_active")[0]
