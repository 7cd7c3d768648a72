"""The kernels against the same rules as plain Mesa agents: the same states, person by person and firm by firm, every month."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.peer import PlainCity
from benchmarks.peer.start import CARD, TRAITS
from model import states as s
from model.city import City
from model.series import FLOWS, SERIES, STOCKS
from model.setting import Setting, Shock, small_town
from model.threads import using

MONTHS = 24
PERSON = (
    "birth", "area", "state", "spell", "wage", "trade", "marks", "traits", "scheme", "schooling", "skill", "course", "paid",
    "resident_years", "ui_paid", "base", "account", "card", "firm",
)  # fmt: skip
INSTITUTIONS = {          # worked out area by area of what persons and firms did: test_disputes.py, test_counters.py
    "disputes", "arbitration_accepted", "arbitration_closed", "arbitration_open", "arbitration_due_ytd", "arbitration_closed_ytd",
    "arbitration_on_time_ytd", "mediation_handled_ytd", "mediated_ytd", "complaints_closed_ytd", "complaints_on_time_ytd", "requests",
    "requests_rated_ytd", "good_ratings_ytd", "retirees_waiting",
}  # fmt: skip
FIRM = ("area", "sector", "ownership", "founded", "alive", "staff", "desired", "drive", "review", "large", "due",
        "injury_rate", "float_step", "distress")
CONTROLS = {
    "enrolment_drive_large": 0.5, "enrolment_drive_mid": 0.6, "enrolment_drive_small": 0.7, "flexible_insurance_subsidy": 0.4,
    "training_places": 400.0, "high_grade_training_share": 0.3, "training_share_jobseekers": 0.2, "training_share_rural": 0.1,
    "training_share_young": 0.1, "apprenticeship_places": 60.0, "skill_subsidy_low": 1000.0, "skill_subsidy_high": 2000.0,
    "assessment_sessions": 30.0, "skill_contests": 2.0, "master_studios": 1.0, "training_bases": 0.2, "technical_school_places": 30.0,
    "title_outreach": 0.4, "title_for_skilled": 0.5, "professional_exam_subsidy": 800.0,
    "startup_loans": 3e6, "startup_training": 60.0, "recruitment_fairs": 30.0, "hard_to_employ_posts": 30.0,
    "traineeships": 60.0, "public_posts": 12.0, "welfare_post_months": 8.0, "job_guidance": 120.0, "hiring_subsidy": 1500.0,
    "hard_hire_subsidy": 0.6, "registration_outreach": 100.0, "published_posts": 300.0, "startup_subsidy": 8000.0,
    "startup_job_subsidy": 2000.0, "rural_founder_support": 10.0, "graduate_founder_support": 6.0, "incubator_places": 6.0,
    "labour_export_service": 30.0, "gig_markets": 2.0,
    "rural_transfer_service": 60.0, "graduate_living_subsidy_bachelor": 900.0, "campus_tours": 20.0, "talent_apartments": 10.0,
    "graduate_living_subsidy_junior_college": 300.0, "graduate_living_subsidy_master": 1200.0, "graduate_living_subsidy_doctor": 3000.0,
    "home_purchase_grant_bachelor": 2e4, "home_purchase_grant_master": 6e4, "home_purchase_grant_doctor": 3e5, "talent_stations": 8.0,
    "land_taking": 120.0, "tax_matching": 2.0,
    "contribution_rate_cut": 0.01, "contribution_floor_change": -0.1, "ui_rate_cut": 0.001, "ui_benefit_share": 0.7, "resident_match": 50.0,
    "resident_base_topup": 20.0, "retention_refund": 0.1, "injury_rate_cut": 0.2,
}  # fmt: skip


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Small towns are slower with more threads; that threads change nothing is held elsewhere."""
    with using(1):
        yield


def quiet(people: int) -> Setting:
    """A town without policy, shocks or growth."""
    return small_town(people)


def busy(people: int, start_year: int = 2021) -> Setting:
    """A town where every control is in use from the seventh month on, unequally by area, with growth, a slump and area intercepts; its
    areas are one urban core.

    What is rare in a town of this size (disputes, paying up for a pension) is made frequent, so that it is compared too.
    """
    town = small_town(people, start_year=start_year)
    begin = (np.arange(MONTHS) >= 6)[:, None] * np.array([0.9, 1.1])
    parameters = dict(town.parameters) | {
        "capture@area2": 0.5,
        "transfer_rate@area1": 0.2,
        "attraction@area2": 0.4,
        "outsider_leave_rate": 0.05,
        "arrival_grade_share": 0.6,
        "outside_distance": -2.0,
        "distress_excess": 0.1,
        "layoff_patience": 0.3,
        "search_on_job": 0.2,
        "drive_effect": 3.0,
        "mass_layoff_speed": 0.9,
        "dispute_on_quit": 0.3,
        "arrears_claim": 0.05,
        "inspection_rate": 0.3,
        "matching_rate": 0.4,
        "injuries_per_thousand": 200.0,
        "injury_claim": 1.0,
        "hukou_take_up": 0.3,
        "pay_on_share": 0.5,
        "look_in_core": 0.4,
        "look_in_city": 0.1,
    }
    reforms = [("pension.minimum_months", 240), ("pension.late_payment_months", 1)]  # many lack paid years, and buy them at once
    return replace(
        town,
        parameters=parameters,
        core=(True, True),
        law=town.law.amended([{"path": path, "from": f"{start_year}-01", "value": value} for path, value in reforms]),
        controls={name: value * begin for name, value in CONTROLS.items()},
        usual_controls={
            "recruitment_fairs": 20.0,
            "assessment_sessions": 20.0,
            "skill_subsidy_low": 500.0,
            "startup_loans": 1e6,
            "startup_training": 30.0,
            "flexible_insurance_subsidy": 0.1,
        },
        growth={start_year: 0.08, start_year + 1: 0.03},
        shocks=(
            Shock("demand_slump", f"{start_year}-04", 5, -0.35, "manufacturing"),
            Shock("demand_slump", f"{start_year + 1}-02", 3, -0.05),
        ),
    )


def packed(thing: object, bits: dict[str, int]) -> int:
    return sum(bit for name, bit in bits.items() if getattr(thing, name))


def plain_people(plain: PlainCity) -> dict[int, tuple[int, ...]]:
    return {
        p.identity: (p.birth, p.area, p.state, p.spell, p.wage, p.trade, p.marks, packed(p, TRAITS), packed(p, CARD) | p.pension,
                     p.schooling, p.skill, p.course, p.paid, p.resident_years, p.ui_paid, p.base, p.account, p.card,
                     p.employer.identity if p.employer else s.NOBODY)
        for p in plain.people
    }  # fmt: skip


def city_people(city: City) -> dict[int, tuple[int, ...]]:
    people = city.people
    rows = np.flatnonzero(people.state[: people.n] != s.GONE)
    columns = [getattr(people, name)[rows].tolist() for name in PERSON[:-1]]
    names = [*city.firms.id[: city.firms.n].tolist(), s.NOBODY]  # row -1 is nobody
    told = dict(zip(people.id[rows].tolist(), zip(*columns, [names[f] for f in people.firm[rows].tolist()], strict=True), strict=True))
    assert len(told) == rows.size, "two persons bear one id"
    return told


def plain_firms(plain: PlainCity) -> dict[int, tuple[object, ...]]:
    return {f.identity: tuple(getattr(f, name) for name in FIRM) for f in plain.firms}


def city_firms(city: City) -> dict[int, tuple[object, ...]]:
    columns = [getattr(city.firms, name)[: city.firms.n].tolist() for name in FIRM]
    return dict(zip(city.firms.id[: city.firms.n].tolist(), zip(*columns, strict=True), strict=True))


def differences(columns: tuple[str, ...], kernels: dict, plain: dict) -> list[str]:
    """The first few of: who is on one side only, and which columns of whom differ."""
    found = [f"{who:#x} only in the kernels: {kernels[who]}" for who in kernels.keys() - plain.keys()]
    found += [f"{who:#x} only in the plain city: {plain[who]}" for who in plain.keys() - kernels.keys()]
    for who in kernels.keys() & plain.keys():
        if kernels[who] != plain[who]:
            apart = {c: (k, p) for c, k, p in zip(columns, kernels[who], plain[who], strict=True) if k != p}
            found.append(f"{who:#x}: kernels, plain: {apart}; kernels: {dict(zip(columns, kernels[who], strict=True))}")
    return found[:5]


def hold_together(city: City, plain: PlainCity) -> None:
    """Both cities stand at the same month in the same states."""
    when = f"month {city.month}"
    assert not (apart := differences(PERSON, city_people(city), plain_people(plain))), (when, *apart)
    assert not (apart := differences(FIRM, city_firms(city), plain_firms(plain))), (when, *apart)
    # Sums over firms run in the order of rows there and of founding here, so that targets may differ in the last bits.
    target = dict(zip(city.firms.id[: city.firms.n].tolist(), city.firms.target[: city.firms.n].tolist(), strict=True))
    assert {f.identity: f.target for f in plain.firms} == pytest.approx(target, rel=1e-12), when


def count_together(city: City, plain: PlainCity) -> None:
    """Both bureaus told the same month."""
    told = plain.months_told[-1]
    for i, name in enumerate(SERIES):
        if not name.endswith("_fen") and name not in INSTITUTIONS:
            wanted = city.table[i, city.month]
            assert told.get(name, [0.0] * wanted.size) == pytest.approx(wanted, rel=1e-12), (city.month, name)
    for fund in city.funds:
        assert plain.balance[fund.prefix] == fund.balance, (city.month, fund.prefix)


@pytest.mark.parametrize(
    ("setting", "rng", "scale"),
    [
        pytest.param(quiet(2_000), 1, 1, id="quiet"),
        pytest.param(busy(2_000), 2, 1, id="busy"),
        pytest.param(replace(small_town(2_400, areas=3), core=(True, True, False)), 6, 1, id="a-core-and-a-county"),
        pytest.param(busy(2_000, 2024), 9, 1, id="busy-through-the-retirement-reform"),
        pytest.param(busy(40_000), 4, 20, id="busy-thinned"),
    ],
)
def test_plain_agents_come_to_the_same_states(setting, rng, scale):
    city = City(setting, rng=rng, scale=scale, thin_everything=True)
    plain = PlainCity(city)
    hold_together(city, plain)
    for _ in range(MONTHS):
        city.step()
        plain.step()
        hold_together(city, plain)
        count_together(city, plain)
    if setting.controls:
        told = {name for month in plain.months_told for name, by_area in month.items() if any(by_area)}
        assert not (never := set(STOCKS + FLOWS) - told - INSTITUTIONS), f"the town is too quiet to compare {never}"
        assert any(firm.visited for firm in plain.firms)
        assert all(plain.balance.values())


@pytest.mark.parametrize(
    ("whom", "name", "value"),
    [("people", "ui", True), ("people", "spell", 7), ("people", "employer", None), ("firms", "desired", 1_000), ("firms", "target", 0.5)],
)
def test_one_wrong_state_is_found(whom, name, value):
    city = City(quiet(2_000), rng=1, scale=1)
    plain = PlainCity(city)
    hold_together(city, plain)
    other = next(one for one in getattr(plain, whom) if getattr(one, name) not in (value, True))
    setattr(other, name, value)
    with pytest.raises(AssertionError):
        hold_together(city, plain)


def test_the_plain_city_draws_its_own_luck():
    """A town whose luck is another's soon stands in other states: the comparison is not of copies."""
    city = City(quiet(2_000), rng=1, scale=1)
    plain = PlainCity(city)
    plain.seed = 2
    city.step()
    plain.step()
    with pytest.raises(AssertionError):
        hold_together(city, plain)


def test_the_plain_city_starts_before_the_first_month():
    city = City(quiet(2_000), rng=1, scale=1)
    city.step()
    with pytest.raises(ValueError, match="not lived a month"):
        PlainCity(city)
