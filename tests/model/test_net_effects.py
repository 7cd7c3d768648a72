"""What policy adds to employment in the end, paired by luck: nothing from supply and matching when demand does not answer, and from demand
what it does not displace; signs of the levers at central values.

A town of 100,000 and its twins, six draws of luck each (three for signs). Non-farm employment of such a pair differs by some 27 by
chance alone, so that six pairs see 28 persons, .7 per mille of employment; two towns without common luck differ by some hundred.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from model import states as s
from model.city import City
from model.help import FOR_GOOD
from model.parameters import declared_parameters
from model.setting import Setting, Shock
from model.workplaces import NONFARM
from tests.model.towns import USUAL, as_usual, at_rest, lived, total, town

PEOPLE, MONTHS, SEEDS, FEW = 100_000, 24, range(1, 7), range(1, 4)
T = 2.57  # Student's t of five degrees of freedom, 95 %
AREAS = 2
SUPPLY = {"recruitment_fairs": 400.0, "published_posts": 3_000.0, "job_guidance": 1_500.0, "registration_outreach": 1_000.0,
          "training_places": 8_000.0, "rural_transfer_service": 500.0, "labour_export_service": 100.0, "gig_markets": 2.0}  # fmt: skip
"""About twice the usual effort or, where none is usual, for a tenth of those whom it could reach; city totals."""
SHARES = {"training_share_jobseekers": 0.5, "hard_hire_subsidy": 0.5}
POSTS, LITTLE = 200.0, 20_000


def base(**parameters: float) -> Setting:
    policy = {name: value * PEOPLE / 10_000 for name, value in USUAL.items() if name != "hard_to_employ_posts"}  # displaces by itself
    setting = town(PEOPLE, AREAS, parameters=parameters)
    return replace(at_rest(setting, **{name: value / AREAS for name, value in policy.items()}), usual_controls=policy)


def with_levers(setting: Setting, totals: Mapping[str, float], shares: Mapping[str, float] | None = None) -> Setting:
    return at_rest(setting, **{name: value / AREAS for name, value in totals.items()}, **(shares or {}))


def employed(setting: Setting, seeds: Iterable[int] = SEEDS, kinds: tuple[str, ...] = NONFARM) -> np.ndarray:
    """Non-farm employment at the end of the second year, one value a seed."""
    out = []
    for seed in seeds:
        city = lived(setting, MONTHS, rng=seed)
        out.append(sum(total(city, kind)[-1] for kind in kinds))
        city.close()
    return np.array(out)


@cache
def without(response: float) -> np.ndarray:
    return employed(base(demand_response=response), SEEDS if response == 0 else FEW)


def interval(difference: np.ndarray) -> tuple[float, float]:
    """The 95 % interval of the mean."""
    error = T * difference.std(ddof=1) / difference.size**0.5
    return float(difference.mean() - error), float(difference.mean() + error)


def test_without_response_of_demand_supply_and_matching_create_no_jobs_together() -> None:
    """All levers of supply and matching at once: the whole interval lies within 2 per mille of nought, which is within the sampling error
    of a town of this size. Pairs with common luck see that it is not nought itself: while courses go on, who is locked in
    neither looks for posts nor takes flexible work (32 pairs: −21 ± 9 persons, .5 per mille; +26 ± 12 six to twelve months after all
    programmes have ended, since firms had opened more posts)."""
    difference = employed(with_levers(base(demand_response=0.0), SUPPLY, SHARES)) - without(0.0)
    low, high = interval(difference)
    enough = 0.002 * without(0.0).mean()
    assert -enough < low <= high < enough, (low, high)
    apart = T * (2 * without(0.0).var(ddof=1) / difference.size) ** 0.5
    assert abs(difference.mean()) < apart, (difference, apart)


def test_with_response_of_demand_more_supply_is_more_employment() -> None:
    """The same closure the other way: workers from the farms become jobs one for one, so that the test above could fail."""
    more = employed(with_levers(base(demand_response=1.0), {"rural_transfer_service": 4_000.0}), FEW) - without(1.0)
    assert (more > 0.002 * without(1.0)).all(), more


@pytest.fixture(scope="module")
def posts() -> dict[float, np.ndarray]:
    """Employees at the end of the second year with public posts opened in the first, by displacement and without response of demand."""
    opened = np.zeros((MONTHS, AREAS))
    opened[:12] = POSTS / AREAS
    out = {0.0: employed(base(demand_response=0.0), kinds=("employees",))}
    for displaced in (0.2, 0.8):
        setting = base(demand_response=0.0, displacement=displaced)
        out[displaced] = employed(replace(setting, controls={**setting.controls, "public_posts": opened}), kinds=("employees",))
    return out


def test_posts_are_net_of_the_declared_displacement(posts: dict[float, np.ndarray]) -> None:
    """Between displacement .2 and .8 lie .6 employees a post opened, paired; at .2 posts add jobs. Some of the displaced work flexibly."""
    low, high = interval(posts[0.2] - posts[0.8])
    assert 0 < low <= 0.6 * POSTS <= high, (low, high)
    assert (posts[0.2] - posts[0.0]).mean() > 0


def test_a_post_is_a_job_even_where_most_of_it_displaces(posts: dict[float, np.ndarray]) -> None:
    """Net jobs are the share that displaces nobody: .2 of the posts where .8 does."""
    low, high = interval(posts[0.8] - posts[0.0])
    assert low <= 0.2 * POSTS <= high, (low, high)


def test_loans_do_nothing_at_the_one_end_of_their_evidence_and_create_work_at_the_other() -> None:
    """Zhao, Marjerison & Peng 2024: financial policy raises entry, its effect on jobs is not significant; Crepon & Duguet 2004: survival of
    some founders. So the interval over the declared ranges reaches from nothing, to the person, to more founders at the high ends."""
    ends = {"none": ("low", "high"), "most": ("high", "low")}
    declared = declared_parameters()
    more = {}
    for end, (entry, survival) in ends.items():
        values = {"startup_loan_effect": getattr(declared["startup_loan_effect"], entry),
                  "startup_support_survival": getattr(declared["startup_support_survival"], survival)}  # fmt: skip
        setting = as_usual(town(LITTLE, AREAS, parameters=values))
        usual, twice = (lived(x, MONTHS) for x in (setting, with_levers(setting, {"startup_loans": 2 * USUAL["startup_loans"]})))
        more[end] = [total(twice, name)[-1] - total(usual, name)[-1] for name in ("employees", "flexible", "owners")]
    assert more["none"] == [0, 0, 0] and more["most"][2] > 0


# --- public-welfare posts and those who held them --------------------------------------------------------------------------------


def regular_work(rng: int, dependence: float) -> float:
    """Percentage points at regular work, ten months after their posts ended, that holders of posts for six months gain by them."""
    offered = np.zeros((20, AREAS))
    offered[:4] = 600 / AREAS
    setting = at_rest(as_usual(town(12_000, AREAS, parameters={"duration_dependence": dependence})), welfare_post_months=6.0)
    policies = ({**setting.controls, "hard_to_employ_posts": places} for places in (0 * offered, offered))
    cities = [City(replace(setting, controls=controls), rng=rng, scale=1) for controls in policies]
    held: set[int] = set()
    for _ in range(20):
        for city in cities:
            city.step()
        held |= set(cities[1].funded.id[cities[1].funded.due < FOR_GOOD].tolist())
    without, with_post = (share_at_regular_work(city, held) for city in cities)
    return 100 * (with_post - without)


def share_at_regular_work(city: City, who: set[int]) -> float:
    people, n = city.people, city.people.n
    asked = np.isin(people.id[:n], np.array(sorted(who), np.uint64))
    state, on_post = people.state[:n][asked], people.marks[:n][asked] & s.WELFARE_POST > 0
    return float(((state >= s.FARM) & (state <= s.OWNER) & ~(on_post & (state == s.EMPLOYED))).mean())


def test_who_held_a_public_post_is_not_surely_sooner_at_regular_work() -> None:
    """Card, Kluve & Weber 2010, 2018: the effect of public employment on later regular work is −3 to 2 points and not told from none.

    Over draws, here of the one parameter that it hangs on: a post ends the count of months without work, so that it helps by 2.4 ± .5
    points at the central fall of the chances with time, and not at all where they do not fall. Some 100 holders a town.
    """
    dependence = declared_parameters()["duration_dependence"]
    draws = (dependence.low, 0.5 * (dependence.low + dependence.central), dependence.central, dependence.high)
    found = np.array([regular_work(rng, draw) for rng, draw in enumerate(draws, 1)])
    error = found.std(ddof=1) / len(found) ** 0.5
    low, high = found.mean() - 3.2 * error, found.mean() + 3.2 * error
    assert low <= 0 <= high and low < 2 and high > -3, found
    assert abs(found[0]) < 3, "without dependence on duration there is nothing to gain"


# --- signs at central values ---------------------------------------------------------------------------------------------------------


@cache
def counted(name: str, value: float) -> dict[str, float]:
    """Sums over a year and three seeds in a town of 20,000 with one lever changed ("": none)."""
    setting = as_usual(town(LITTLE, AREAS, parameters={"subsidy_standing": 0.1}))
    changed = at_rest(setting, **{name: value}) if name else setting
    out: dict[str, float] = {}
    for seed in (1, 2, 3):
        city = lived(changed, 12, rng=seed)
        for series in SIGNS.values():
            out[series[1]] = out.get(series[1], 0.0) + float(total(city, series[1]).sum())
        city.close()
    return out


SIGNS = {
    "recruitment_fairs": (300.0, "vacancies", -1),
    "published_posts": (10_000.0, "hires", 1),
    "job_guidance": (2_000.0, "reemployed", 1),
    "registration_outreach": (2_000.0, "registered", 1),
    "gig_markets": (2.0, "flexible", 1),
    "traineeships": (100.0, "trainees", 1),
    "startup_subsidy": (50_000.0, "startups", 1),
    "startup_job_subsidy": (30_000.0, "startup_hires", 1),
    "rural_founder_support": (200.0, "startups", 1),
    "graduate_founder_support": (200.0, "startups", 1),
    "labour_export_service": (200.0, "transfers_out", 1),
    "rural_transfer_service": (200.0, "transfers_local", 1),
    "training_places": (1_000.0, "seekers", -1),
}
"""Lever, its value in each area, the series that it moves, and the direction."""


@pytest.mark.parametrize("name", SIGNS)
def test_a_lever_moves_what_it_acts_on_in_the_direction_of_its_source(name: str) -> None:
    value, series, sign = SIGNS[name]
    assert sign * (counted(name, value)[series] - counted("", 0.0)[series]) > 0


def test_a_refund_of_premiums_keeps_staff_and_a_subsidy_adds_jobs_for_the_young() -> None:
    """In the first month of a slump, before anything answers, nobody lays off more and all together lay off fewer; hires of the young add
    demand. (In usual months firms lay off too few for a refund to show in a town.)"""
    setting = as_usual(town(LITTLE, AREAS, shocks=(Shock("demand_slump", "2021-01", 12, -0.3),)))
    refunded = at_rest(setting, retention_refund=1.0)
    usual, kept = ([total(lived(x, 1, rng=seed), "layoffs")[0] for seed in range(1, 7)] for x in (setting, refunded))
    assert all(a <= b for a, b in zip(kept, usual, strict=True)) and sum(kept) < sum(usual)
    assert (lived(at_rest(setting, hiring_subsidy=10_000.0), 12).hiring_jobs_added > 0).all()
