"""How firms of the plain city insure their staff: the drive's visits, sites, bundles; and who is insured by a firm, month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.peer.employer import BANDS, SIZES, band_of
from benchmarks.peer.insured import base_limits
from model import states as s
from model.arithmetic import log, logistic, power
from model.spring_festival import part_at_rest

if TYPE_CHECKING:
    from benchmarks.peer.city import PlainCity
    from benchmarks.peer.employer import Employer
    from benchmarks.peer.person import Person


def enrol(city: PlainCity) -> None:
    """Visits and reviews, then the insurance of everyone whose list is open."""
    city.resting = city.p["site_rest"] * part_at_rest(city.setting.start_year + city.month // 12, city.month % 12 + 1)
    for firm in city.firms:
        firm.look_at_lists()
    shares = [city.control(f"enrolment_drive_{band}") for band in BANDS]
    for area, here in enumerate(zip(*shares, strict=True)):
        for band, share in enumerate(here):
            if share > 0.0:
                send_inspectors(city, area, band, share)
    every_review = city.p["matching_rate"] * city.one("tax_matching") * city.law("enforcement.tax_collection")
    city.notices = {size: every_review * ratio for size, ratio in zip(SIZES, notice_ratios(city), strict=True)}
    for firm in city.firms:
        firm.be_inspected()
        firm.open_or_rest()
    city.base_limits = base_limits(city)
    city.employer_rate = max(city.law("pension.employer_rate") - city.one("contribution_rate_cut"), 0.0)
    for person in city.people:
        be_enrolled(person)


def notice_ratios(city: PlainCity) -> tuple[float, float, float, float]:
    """Notices by size against those to firms of 50 staff and more."""
    small = city.p["matching_micro_ratio"]
    return small, power(small, 0.5), 1.0, 1.0


def send_inspectors(city: PlainCity, area: int, band: int, share: float) -> None:
    """A month's visits to the suspected firms of an area and size: those who leave out most are likely to be first."""
    weight, listed, race = city.weight[area], 0.0, []
    for firm in city.firms:
        if not firm.alive or firm.public or not firm.staff or firm.area != area or band_of(firm.real) != band:
            continue
        x = firm.log_odds() + city.enrolment_level[area]
        suspected = x < city.p["drive_full_odds"]
        if firm.visited_this_year or suspected:
            listed += weight / firm.thin
        if suspected and not firm.visited_this_year:
            missing = max(firm.real * (1.0 - logistic(x)), 1e-9)
            race.append((-log(max(city.this_year("visit order", firm.identity), 1e-15)) / missing, firm.identity, firm))
    luck, before = city.share("visits", area * len(BANDS) + band), 0.0
    for _, _, firm in sorted(race, key=lambda entry: entry[:2]):
        if before + luck * (weight / firm.thin) < share / 12 * listed:
            firm.be_visited()
        before += weight / firm.thin


def covered(person: Person) -> bool:
    """Whether an employer insures the person in full."""
    return person.state == s.EMPLOYED and person.pension == s.EMPLOYEE_SCHEME and person.paying and person.ui


def be_enrolled(person: Person) -> None:
    """The employer settles the insurance of the newly hired, and of all staff under review."""
    city, firm, hired = person.model, person.employer, person.note == s.JUST_HIRED
    if person.state != s.EMPLOYED or not (hired or firm.review):
        return
    old = person.past_legal_age() or bool(person.resident_years & s.DRAWS_RESIDENT)
    before = covered(person)
    person.registered = person.laid_off = False
    if old and not hired and person.pension >= s.EMPLOYEE_SCHEME:
        return
    if old:
        person.ui = person.injury = False
    elif firm.public:
        person.pension, person.paying, person.injury = s.CIVIL_SCHEME, True, True
        person.ui = firm.ownership == s.PUBLIC_UNIT
    if firm.public:
        return
    x = willingness(person, firm) + city.enrolment_level[firm.area]
    u = city.taste("bundle", person.identity ^ firm.identity)
    gap = city.injury_gap[firm.area]
    if old:
        person.injury = u < logistic(x + gap) * city.p["over_age_injury"]
    else:
        take_bundle(person, u, x, gap)
        if (firm.visited_now or firm.inspected_now) and not hired and covered(person) and not before:
            by_drive = f"drive_enrolled_{BANDS[band_of(firm.real)]}"
            city.tell(by_drive if firm.visited_now else "inspection_enrolled", firm.area)
    person.injury = person.injury or firm.site


def willingness(person: Person, firm: Employer) -> float:
    """Log-odds of the firm for insuring this worker, apart from the area."""
    city = person.model
    own, (floor, ceiling) = person.identity ^ firm.identity, city.base_limits
    points = city.usual_premium
    if person.wage:
        yuan = 10.0 * person.wage
        at_floor = city.taste("declared at the floor", own) < city.p["floor_declared_share"]
        points = 100.0 * city.employer_rate * (floor if at_floor else min(max(yuan, floor), ceiling)) / yuan
    x = firm.log_odds() - (city.p["outsider_penalty"] if person.outsider else 0.0)
    return x - city.p["premium_response"] * (points - city.usual_premium)


def take_bundle(person: Person, u: float, x: float, gap: float) -> None:
    """None, injury, injury and UI, or all."""
    person.ui = u < logistic(x)
    person.injury = person.ui or u < logistic(x + gap)
    if u < logistic(x) * person.model.p["firm_pension_share"]:
        person.pension, person.paying = s.EMPLOYEE_SCHEME, True
    else:
        person.paying = person.paying and person.pension == s.RESIDENT_SCHEME


def book_coverage(person: Person) -> None:
    """The month's account of who comes to be insured by a firm, and who ceases to be."""
    now, was = covered(person), bool(person.marks & s.COVERED)
    if now == was:
        return
    person.marks ^= s.COVERED
    if now:
        name = "insured_again" if person.paid else "insured_first"
    elif person.state == s.RETIRED or (person.state == s.EMPLOYED and person.pension == s.EMPLOYEE_SCHEME and person.paying):
        name = "insured_retired"
    elif person.state == s.AWAY:
        name = "insured_gone"
    else:
        name = "insured_dropped" if person.state == s.EMPLOYED and person.note != s.JUST_HIRED else "insured_lost_job"
    person.model.tell(name, person.area)
