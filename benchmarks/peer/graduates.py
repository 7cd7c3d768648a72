"""Schools and universities of the plain city: the July cohort, school leavers, and September's admissions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.peer import schooling
from benchmarks.peer.luck import hash_ids
from benchmarks.peer.person import Person
from model import states as s
from model.arithmetic import log, logistic

if TYPE_CHECKING:
    from benchmarks.peer.city import PlainCity

OWN, NATIVE, OUTSIDE = "graduates_stayed", "graduates_returned", "graduates_came"


def utility(city: PlainCity, stream: str, local: bool, area: int) -> float:
    """How much better this city is than elsewhere, for a graduate of a stream, in logits."""
    p = city.p
    subsidy = 12 * city.control("graduate_living_subsidy_bachelor")[area] / city.setting.wage
    candidates = max(float(sum(n * w for n, w in zip(city.outside_candidates, city.weight, strict=True))), 1.0)
    housed = min(1.0, sum(city.control("talent_apartments")) / candidates)
    v = (
        city.by_area("attraction")[area]
        + p["taste_wage"] * p["log_wage_gap"]
        + p["taste_subsidy"] * subsidy
        + p["taste_market"] * log(city.demand_index(area))
        + p["taste_apartments"] * housed
    )
    if local:
        v += p["taste_home"]
    if stream == OWN:
        v += p["taste_study"]
    if stream == OUTSIDE:
        v += p["taste_tours"] * log(1.0 + sum(city.control("campus_tours")) / 10) - p["outside_distance"]
    return v


def chooses(city: PlainCity, identity: int, stream: str, local: bool, area: int) -> bool:
    """Whether a graduate comes or stays here; the bureau counts those who do."""
    here = city.share("choose city", identity) < logistic(utility(city, stream, local, area))
    if here:
        city.tell(stream, area)
        city.tell("graduates_counted", area)
    return here


def newcomer(city: PlainCity, identity: int, age: int, area: int, state: int) -> Person:
    """A young outsider of `age` years moves in."""
    person = Person(city, identity, city.month - 12 * age - identity % 12, area, state)
    person.female, person.outsider = bool(identity & 16), True
    person.schooling = schooling.of_entrant(city, identity)
    return person


def finish(person: Person, stream: str) -> None:
    """A graduate on the roster chooses."""
    city = person.model
    here = chooses(city, person.identity, stream, not person.outsider, person.area)
    person.studies_away = False
    if here:
        person.begin(s.UNEMPLOYED)
    elif person.outsider:
        person.remove()
        person.state = s.GONE
    else:
        person.begin(s.AWAY)


def choose_city(city: PlainCity) -> None:
    """July: own students, natives who studied elsewhere, and candidates from elsewhere choose."""
    done = [p for p in city.people if p.months >= 12 * 22]
    own = [p for p in done if p.state == s.STUDENT]
    native = [p for p in done if p.state == s.AWAY and p.studies_away]
    for person in own:
        finish(person, OWN)
    for person in native:
        finish(person, NATIVE)
    for area, count in enumerate(city.outside_candidates):
        for slot in range(count):
            identity = hash_ids(0xC1 + area * 256, city.month, slot)
            if chooses(city, identity, OUTSIDE, False, area):
                newcomer(city, identity, 22, area, s.UNEMPLOYED)


def leave_school(city: PlainCity) -> None:
    """July at 18: on to a university here, to one elsewhere, or to work."""
    enter = city.p["college_entry_share"]
    for person in city.people:
        if person.state == s.STUDENT and person.spell >= 12 and 12 * 18 <= person.months < 12 * 19:
            u = city.taste("studying", person.identity)
            if u >= enter:
                person.begin(s.INACTIVE)
            elif person.outsider:
                person.remove()
                person.state = s.GONE
            else:
                person.schooling = schooling.of_entrant(city, person.identity)
                if u >= city.p["native_local_study_share"] * enter:
                    person.begin(s.AWAY)
                    person.studies_away = True


def admit(city: PlainCity) -> None:
    """September: outsiders of 18 take the universities' places."""
    for area, count in enumerate(city.admitted_outsiders):
        for slot in range(count):
            newcomer(city, hash_ids(0xC2 + area * 256, city.month, slot), 18, area, s.STUDENT)


def graduate(city: PlainCity) -> None:
    """The school year."""
    if city.month % 12 == 6:
        choose_city(city)
        leave_school(city)
    elif city.month % 12 == 8:
        admit(city)
