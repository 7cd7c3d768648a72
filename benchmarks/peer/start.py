"""The start of the plain city: every person and firm of a new `City` as an object, and the levels that were solved for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.peer.employer import SIZES, Employer
from benchmarks.peer.funds import FUNDS
from benchmarks.peer.person import Person
from model import states as s
from model.arithmetic import log
from model.demand import exits_by_age

if TYPE_CHECKING:
    from benchmarks.peer.city import PlainCity
    from model.city import City

TRAITS = {
    "female": s.FEMALE,
    "outsider": s.OUTSIDER,
    "rural": s.RURAL,
    "land_taken": s.LAND_TAKEN,
    "cadre": s.CADRE,
    "worked_in_town": s.NONFARM_BEFORE,
    "trained": s.TRAINED,
    "studies_away": s.STUDIES_AWAY,
}
CARD = {"ui": s.UI, "injury": s.INJURY, "paying": s.PAYING, "registered": s.REGISTERED, "counted": s.COUNTED, "laid_off": s.LAID_OFF}
LEVELS = (
    "enrolment_level",
    "injury_gap",
    "project_share",
    "usual_premium",
    "resident_share",
    "voluntary_payment",
    "startup_hazard",
    "usual_starts",
    "usual_exits",
    "open_posts",
    "job_shares",
    "public_jobs",
    "flexible_at_start",
    "flexible_pull",
    "young_hires",
    "startup_jobs_added",
    "hiring_jobs_added",
    "public_posts_added",
    "public_posts_waiting",
    "open_public",
    "usual_posts_a_searcher",
    "nearness",
    "sector_tier",
    "usual_arrivals",
    "movers_at_start",
    "demand_at_start",
    "weight",
    "sector_premium",
    "sector_turnover",
    "wage_level",
    "wage_in_force",
    "floor_in_force",
    "tightness",
    "ecard_share",
)


def copy_start(plain: PlainCity, city: City) -> None:
    """Copy people, firms and levels of a city that has not lived a month yet."""
    if city.month != -1:
        raise ValueError("the plain city starts with a City that has not lived a month yet")
    for name in LEVELS:
        value = getattr(city, name)
        setattr(plain, name, value.tolist() if hasattr(value, "tolist") else value)
    plain.quits, plain.contract_ends, plain.search_on_job = (
        table.tolist() for table in (city.tenure.quits, city.tenure.contract, city.tenure.search)
    )
    plain.exits_by_age, plain.funded = exits_by_age(city.setting).tolist(), []
    plain.usual_flexible_share = city.flexible_share.tolist()
    plain.study_here = float(city.tables.studying[0, 18])
    plain.participation = city.tables.participation.tolist()
    plain.denominator_shares = [shares.tolist() for shares in city.denominator_shares]
    plain.sectors = city.sector_names
    plain.usual_fairs, plain.usual_loans, plain.usual_startup_places = (
        city.setting.usual(name) for name in ("recruitment_fairs", "startup_loans", "startup_training")
    )
    plain.outside_candidates = [int(n) for n in city.outside_candidates]
    plain.admitted_outsiders = [int(n) for n in city.admitted_outsiders]
    plain.demand = plain.demand_at_start
    shares = {size: plain.p[f"insured_share_{size}"] for size in SIZES}
    plain.insured_odds = {size: log(share) - log(1.0 - share) for size, share in shares.items()}
    plain.balance, plain.injury_outgo, plain.mean_base = dict.fromkeys(FUNDS, 0), [], city.setting.wage
    plain.fund_areas = {name: [0.0] * len(city.setting.areas) for name in plain.balance}
    plain.last_year, plain.this_year_premiums = None, [0.0] * len(city.setting.areas)
    plain.first_birth, plain.claims_open, plain.minimum_paid = city.first_birth, city.claims_open.tolist(), city.minimum_paid.tolist()
    plain.claim_ages = city.claim_ages.tolist()
    firms = copy_firms(plain, city)
    copy_people(plain, city, firms)


def copy_firms(plain: PlainCity, city: City) -> list[Employer]:
    """One Employer a row, in the rows' order."""
    firms = []
    for row in range(city.firms.n):
        was = city.firms[row]
        firm = Employer(plain, was.id, was.area, was.sector, was.ownership, was.founded)
        for name in ("alive", "thin", "staff", "desired", "target", "taste", "drive", "premium", "risk", "large", "due", "injury_rate",
                     "float_step", "injuries", "injury_paid", "laid_off"):
            setattr(firm, name, getattr(was, name))
        firm.site = bool(was.visits & s.SITE)
        firms.append(firm)
    return firms


def copy_people(plain: PlainCity, city: City, firms: list[Employer]) -> None:
    """One Person for each row in use."""
    for row in range(city.people.n):
        was = city.people[row]
        if was.state == s.GONE:
            continue
        person = Person(plain, was.id, was.birth, was.area, was.state)
        person.schooling, person.skill, person.course = was.schooling, was.skill, was.course
        person.spell, person.note, person.pension = was.spell, was.note, was.scheme & s.PENSION_KIND
        for name in ("wage", "trade", "marks", "paid", "resident_years", "ui_paid", "base", "account", "card"):
            setattr(person, name, getattr(was, name))
        for name, bit in TRAITS.items():
            setattr(person, name, bool(was.traits & bit))
        for name, bit in CARD.items():
            setattr(person, name, bool(was.scheme & bit))
        person.employer = firms[was.firm] if was.firm != s.NOBODY else None
