"""Graduates: who chooses the city, what moves them, and what becomes of them; elasticities against their declared ranges."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from model import location
from model import states as s
from model.city import City
from model.graduates import HERE, choose_city
from model.luck import decision_key
from model.parameters import declared_parameters
from model.setting import Setting
from tests.model.towns import as_usual, at_rest, differing, lived, lives, plan_setting, scale_for, total, town, unequal

JULY = 7  # months to live until the first July has passed
SEEDS = range(6)


def base(**parameters: float) -> Setting:
    """A town with a university that candidates would consider."""
    setting = as_usual(town(24_000, parameters={"outside_distance": -2.0} | parameters))
    return replace(setting, university=1500)


@cache
def july(setting_key: tuple[tuple[str, float], ...] = (), controls: tuple[tuple[str, float], ...] = (), seed: int = 1) -> City:
    return lived(at_rest(base(**dict(setting_key)), **dict(controls)), JULY, rng=seed)


def attracted(seed: int, parameters: dict[str, float] | None = None, **controls: float) -> float:
    city = july(tuple((parameters or {}).items()), tuple(controls.items()), seed)
    return float(total(city, "graduates_counted").sum())


# --- the choice ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("stream", "local", "v"), [(0, True, 0.4), (0, False, -0.3), (1, True, 1.0), (2, False, 2.5)])
def test_shares_are_those_of_the_multinomial_logit(stream: int, local: bool, v: float) -> None:
    """40,000 choices of one kind: within four standard errors of e^v ÷ (e^v + Σ of the other cities)."""
    n, home, study = 40_000, 1.2, 0.7
    flat = lambda value, kind: np.full(n, value, kind)  # noqa: E731
    choice, signed = np.zeros(n, np.uint8), np.zeros(n, np.bool_)
    keys = decision_key(1, "choose", 0), decision_key(1, "sign", 0)
    who, streams, degrees = np.arange(n, dtype=np.uint64), flat(stream, np.uint8), flat(s.BACHELOR, np.uint8)
    choose_city(n, who, streams, degrees, flat(0, np.uint8), flat(local, np.bool_), choice, signed, np.full((3, 2, 4, 1), v), home, study,
                0.25, *keys)  # fmt: skip
    weights = np.exp([v, home, study, 0.0]) * [1, not local, stream != 0, 1]
    expected = weights / weights.sum()
    found = np.bincount(choice, minlength=4) / n
    assert (np.abs(found - expected) <= 4 * np.sqrt(expected * (1 - expected) / n)).all()
    assert signed.sum() == pytest.approx(0.25 * (choice == HERE).sum(), rel=0.06) and not signed[choice != HERE].any()


def test_the_split_the_pool_and_its_share() -> None:
    city = july()
    stayed, returned, came, counted, pool = (
        total(city, f"graduates_{name}").sum() for name in ("stayed", "returned", "came", "counted", "pool")
    )
    assert min(stayed, returned, came) > 0 and counted == stayed + returned + came < pool
    cohort = city.graduates
    assert cohort is not None and pool == cohort.n and counted == cohort.here().sum()


def test_degrees_of_those_who_come_are_those_declared_and_their_ages_fit() -> None:
    city = july((("candidates_master_share", 0.3), ("candidates_doctor_share", 0.1), ("outside_distance", -4.0)))
    cohort, people = city.graduates, city.people
    assert cohort is not None
    came = cohort.here() & (cohort.stream[: cohort.n] == location.OUTSIDE)
    rows, level = cohort.row[: cohort.n][came], cohort.schooling[: cohort.n][came] & s.SCHOOLING
    still = people.id[rows] == cohort.id[: cohort.n][came]
    years = people.age(city.month)[rows[still]]
    assert np.array_equal(years >= 28, level[still] == s.DOCTOR) and np.array_equal(years >= 25, level[still] >= s.MASTER)
    n = came.sum()
    assert n > 40 and abs((level == s.MASTER).mean() - 0.3) < 4 * np.sqrt(0.21 / n)


def test_bachelors_who_study_on_come_back_to_choose_at_25() -> None:
    """At the baseline date natives of 22 to 28 study away; the masters among them are in the cohort of the July in which they are 25."""
    city = lived(base(further_study_share=0.25), JULY)
    people, cohort = city.people, city.graduates
    away = (people.state[: people.n] == s.AWAY) & (people.traits[: people.n] & s.STUDIES_AWAY > 0)
    months = city.month - people.birth[: people.n].astype(int)
    level = people.schooling[: people.n] & s.SCHOOLING
    assert (level[away & (months >= 12 * 23)] >= s.MASTER).all() and (months[away & (level <= s.BACHELOR)] < 12 * 23).all()
    assert cohort is not None
    native = cohort.stream[: cohort.n] == location.NATIVE
    assert (cohort.schooling[: cohort.n][native] & s.SCHOOLING >= s.MASTER).any()


# --- elasticities, paired by luck ----------------------------------------------------------------------------------------


def paired(change: dict[str, float], controls: dict[str, float] | None = None) -> tuple[float, float]:
    """Mean relative change of graduates attracted over six seeds with the same luck, and its standard error."""
    ratios = [attracted(seed, change, **(controls or {})) / attracted(seed) - 1.0 for seed in SEEDS]
    return float(np.mean(ratios)), float(np.std(ratios, ddof=1) / len(ratios) ** 0.5)


def within(found: float, error: float, low: float, high: float) -> bool:
    """The 95 % interval meets the declared range."""
    return found + 2 * error >= low and found - 2 * error <= high


def test_elasticity_to_the_wage_lies_in_its_range() -> None:
    declared = declared_parameters()["taste_wage"]
    found, error = paired({"log_wage_gap": 0.2})
    assert within(found / 0.2, error / 0.2, declared.low, declared.high) and found > 2 * error


def test_a_subsidy_of_a_months_wage_moves_the_inflow_by_no_more_than_its_range() -> None:
    """Declared: 0 to 8 %. A year's subsidy of one month's wage is 500 yuan a month at a wage of 6,000."""
    found, error = paired({}, {f"graduate_living_subsidy_{d}": 500.0 for d in location.DEGREES})
    assert within(found, error, 0.0, 0.08)


def test_home_and_study_ties_are_the_declared_log_odds() -> None:
    """The odds of locals against outsiders in each stream, with the same utility otherwise: taste_home; own against others: taste_study."""
    city = july()
    v = location.utility(city)
    assert v[1, 1] - v[1, 0] == pytest.approx(np.full((4, 2), 2.0)) and v[0, 0] - v[1, 0] == pytest.approx(np.full((4, 2), 1.6))


def test_dearer_housing_keeps_graduates_away_and_apartments_bring_them() -> None:
    strong = {"taste_housing": -1.0}
    with_flats = [attracted(seed, strong, talent_apartments=1e4) for seed in SEEDS]
    assert sum(with_flats) > sum(attracted(seed, strong) for seed in SEEDS)


@pytest.mark.parametrize("degree", location.DEGREES)
def test_a_subsidy_of_a_degree_reaches_that_degree_only(degree: str) -> None:
    city = july()
    with_it = City(at_rest(base(), **{f"graduate_living_subsidy_{degree}": 5000.0}), rng=1, scale=1)
    with_it.run_for(6)
    without = City(base(), rng=1, scale=1)
    without.run_for(6)
    apart = location.utility(with_it) - location.utility(without)
    k = location.DEGREES.index(degree)
    assert (apart[:, :, k] > 0).all() and not np.delete(apart, k, axis=2).any() and city is not None


def test_what_neighbours_match_is_no_advantage() -> None:
    """A doubled programme that every neighbour matches leaves everybody where the usual policy had them; half matched, in between."""
    strong = {"taste_subsidy": 0.08, "taste_tours": 0.1}
    policy = {"graduate_living_subsidy_bachelor": 5000.0, "campus_tours": 200.0}
    usual = replace(base(**strong), usual_controls={"campus_tours": 2.5})
    cities = {m: lived(at_rest(usual, **policy, neighbours_match=m), JULY) for m in (0.0, 0.5, 1.0)}
    alone = lived(at_rest(usual, campus_tours=2.5), JULY)
    assert differing(lives(cities[1.0]), lives(alone)) == set()
    counts = [total(cities[m], "graduates_counted").sum() for m in (0.0, 0.5, 1.0)]
    assert counts[0] >= counts[1] >= counts[2] and counts[0] > counts[2]


@pytest.mark.parametrize("control", ["talent_stations", "home_purchase_grant_master", "graduate_living_subsidy_doctor"])
def test_a_lever_at_zero_is_its_absence(control: str) -> None:
    assert unequal(july(), lived(at_rest(base(), **{control: 0.0}), JULY)) == []


def test_graduates_follow_the_posts_that_are_open() -> None:
    """More posts for the degree raise the utility by taste_market · ln of their ratio, and no less than the floor."""
    city = lived(base(), 6)
    before = location.posts_index(city)
    f = city.firms
    f.desired[: f.n] = f.staff[: f.n] + 2 * np.maximum(f.desired[: f.n] - f.staff[: f.n], 0)
    assert location.posts_index(city) == pytest.approx(np.maximum(2 * before, location.FEWEST_POSTS), rel=1e-9)
    f.desired[: f.n] = f.staff[: f.n]
    assert (location.posts_index(city) == location.FEWEST_POSTS).all()


# --- after July ----------------------------------------------------------------------------------------------------------


def test_who_has_signed_has_work_sooner_and_most_have_it_by_december() -> None:
    city = lived(base(), 12)
    here, work, idle, found = (
        total(city, f"graduates_{name}") for name in ("here", "at_work", "here_unplaced", "at_work_unplaced")
    )
    july, december = 6, 11
    signed = (work - found)[july] / (here - idle)[july]
    assert signed > found[july] / idle[july]
    assert work[december] / here[december] > work[july] / here[july]
    assert 0.5 < found[december] / idle[december] <= work[december] / here[december] + 0.05
    assert (work <= here).all() and here[:july].sum() == 0


def test_more_signatures_than_posts_fill_every_post_and_no_more() -> None:
    """Where everyone has signed and a big cohort comes, July fills all posts, those that job changers left in it included: books close."""
    setting = replace(at_rest(base(spring_signing_share=1.0, outside_distance=-6.0, usual_unfilled_posts=0.0)), university=8000)
    city = lived(setting, JULY)
    hires, vacancies, changed = (total(city, name)[JULY - 1] for name in ("hires", "vacancies", "job_to_job"))
    assert hires == vacancies > 0 and changed > 0
    assert total(city, "graduates_signed")[JULY - 1] > total(city, "graduates_at_work")[JULY - 1]


def test_youth_unemployment_and_registrations_rise_after_june() -> None:
    """Emergent: unemployed of 16 to 24, and registered graduates of the year, July to September against April to June, five towns.

    Direction of the published surveyed rate of 16 to 24 (NBS: highest from June to August every year since 2018); some 60 a town.
    """
    before, after, registered = 0, 0, 0
    for seed in range(5):
        city = City(base(), rng=seed, scale=1)
        people = city.people
        for month in range(9):
            city.step()
            young = (people.state[: people.n] == s.UNEMPLOYED) & (people.age(city.month) >= 16) & (people.age(city.month) <= 24)
            before += int(young.sum()) if 3 <= month < 6 else 0
            after += int(young.sum()) if month >= 6 else 0
        assert city.graduates is not None
        rows = city.graduates.row[: city.graduates.n][city.graduates.here()]
        registered += int((people.scheme[rows] & s.REGISTERED > 0).sum())
    assert after > 1.1 * before and registered > 0


def test_the_roster_closes_over_two_school_years() -> None:
    """Closed books are checked every month inside; here over two cohorts with every stream and further study."""
    city = lived(base(further_study_share=0.25, outside_distance=-4.0), 24)
    assert total(city, "graduates_counted")[18] > 0 and total(city, "graduates_counted")[12:18].sum() == 0


def test_a_city_with_few_graduates_of_its_own_is_a_goal_by_its_size() -> None:
    """相城 has no university: candidates elsewhere are those of a place of as many residents; a city with many of its own has these."""
    for name, by_size in (("xiangcheng", True), ("xuzhou", False)):
        setting = plan_setting(name)
        city = City(setting, rng=1, scale=scale_for(setting, 20_000), thin_everything=True)
        listed = float((city.outside_candidates * city.weight).sum())
        usual = setting.parameter("graduates_per_thousand") / 1000 * setting.residents.sum() * setting.parameter("outside_candidates_ratio")
        assert listed == pytest.approx(usual, rel=0.02) if by_size else listed > 1.05 * usual
