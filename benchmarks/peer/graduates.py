"""Schools and universities of the plain city: the July cohort, school leavers, and September's admissions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.peer import schooling
from benchmarks.peer.luck import draw64, hash_ids
from benchmarks.peer.market import pair_up
from benchmarks.peer.person import Person
from model import states as s
from model.arithmetic import exp, log
from model.location import FEWEST_POSTS, POSTS_FOR
from model.sectors import table

if TYPE_CHECKING:
    from benchmarks.peer.city import PlainCity

OWN, NATIVE, OUTSIDE = "graduates_stayed", "graduates_returned", "graduates_came"
DEGREES = {s.JUNIOR_COLLEGE: "junior_college", s.BACHELOR: "bachelor", s.MASTER: "master", s.DOCTOR: "doctor"}
AGE = {s.MASTER: 25, s.DOCTOR: 28}


def posts(city: PlainCity, degree: int, area: int) -> float:
    """Posts open for a degree against the usual number."""
    share = [POSTS_FOR[degree - s.JUNIOR_COLLEGE][table()[name].tier] for name in city.sectors[:-1]]
    usual = sum(x * n for x, n in zip(share, city.demand_at_start[area], strict=True)) * city.p["usual_unfilled_posts"]
    now = 0.0
    for firm in city.firms:
        if firm.area == area and firm.alive and firm.sector < len(share):
            now += share[firm.sector] * max(firm.desired - firm.staff, 0) * city.weight[area]
    return max(now, FEWEST_POSTS * usual) / usual if usual > 0 else 1.0


def policy(city: PlainCity, degree: int, area: int, known: bool) -> float:
    """Policy's part of the utility."""
    p, name = city.p, DEGREES[degree]
    paid = 12 * city.control(f"graduate_living_subsidy_{name}")[area]
    if name != "junior_college":
        paid += city.control(f"home_purchase_grant_{name}")[area] / p["purchase_grant_years"]
    housed = min(1.0, city.control("talent_apartments")[area] / max(city.outside_candidates[area] * city.weight[area], 1.0))
    value = p["taste_subsidy"] * paid / city.setting.wage + p["taste_housing"] * log(1.0 - p["apartment_discount"] * housed)
    if known:
        for control, taste in (("campus_tours", "taste_tours"), ("talent_stations", "taste_stations")):
            value += p[taste] * log(1.0 + sum(city.control(control)) / len(city.weight) / 10)
    return value


def utility(city: PlainCity, stream: str, local: bool, degree: int, area: int) -> float:
    """How good this city is for a graduate of a stream; elsewhere is 0. Neighbours stand still."""
    p = city.p
    v = city.by_area("attraction")[area] + p["taste_wage"] * (p["log_wage_gap"] + p["wage_response"] * log(city.tightness))
    v += p["taste_market"] * log(posts(city, degree, area)) + policy(city, degree, area, stream == OUTSIDE)
    v += p["taste_home"] if local else 0.0
    v += p["taste_study"] if stream == OWN else 0.0
    return v - (p["outside_distance"] if stream == OUTSIDE else 0.0)


def chooses(city: PlainCity, identity: int, stream: str, local: bool, degree: int, area: int) -> bool:
    """Whether a graduate comes or stays here; the bureau counts those who do."""
    known = stream, local, degree, area
    if known not in city.utilities:
        city.utilities[known] = exp(utility(city, *known))
    here = city.utilities[known]
    others = (0.0 if local else exp(city.p["taste_home"])) + (0.0 if stream == OWN else exp(city.p["taste_study"])) + 1.0
    city.tell("graduates_pool", area)
    chosen = city.share("choose city", identity) * (here + others) < here
    if chosen:
        city.tell(stream, area)
        city.tell("graduates_counted", area)
    return chosen


def welcome(person: Person) -> None:
    """A graduate who chose the city looks for work, or has signed with an employer."""
    city = person.model
    signed = city.share("sign in spring", person.identity) < city.p["spring_signing_share"]
    if signed:
        city.tell("graduates_signed", person.area)
    city.cohort.append((person, person.area, not person.outsider, signed))


def newcomer(city: PlainCity, identity: int, age: int, area: int, state: int) -> Person:
    """A young outsider of `age` years moves in."""
    person = Person(city, identity, city.month - 12 * age - identity % 12, area, state)
    person.female, person.outsider = bool(identity & 16), True
    person.schooling = schooling.of_entrant(city, identity)
    return person


def finish(person: Person, stream: str) -> None:
    """A graduate on the roster chooses."""
    city = person.model
    here = chooses(city, person.identity, stream, not person.outsider, person.schooling & s.SCHOOLING, person.area)
    person.studies_away = False
    if here:
        person.begin(s.UNEMPLOYED)
        welcome(person)
    elif person.outsider:
        person.remove()
        person.state = s.GONE
    else:
        person.begin(s.AWAY)


def studies_on(person: Person) -> bool:
    """Goes on to a master's or doctor's course elsewhere."""
    city, level = person.model, person.schooling & s.SCHOOLING
    share = {s.BACHELOR: 1.0, s.MASTER: city.p["doctoral_study_share"]}.get(level, 0.0) * city.p["further_study_share"]
    if city.taste("further study", person.identity) >= share:
        return False
    person.schooling += 1
    if person.outsider:
        person.remove()
        person.state = s.GONE
    elif person.state == s.STUDENT:
        person.begin(s.AWAY)
        person.studies_away = True
    return True


def choose_city(city: PlainCity) -> None:
    """July: own students, natives who studied elsewhere, and candidates from elsewhere choose."""
    city.cohort, city.utilities = [], {}
    done = [p for p in city.people if p.months >= 12 * AGE.get(p.schooling & s.SCHOOLING, 22)]
    done = [p for p in done if p.state == s.STUDENT or (p.state == s.AWAY and p.studies_away)]
    for person in [p for p in done if not studies_on(p)]:
        finish(person, OWN if person.state == s.STUDENT else NATIVE)
    for area, count in enumerate(city.outside_candidates):
        for slot in range(count):
            identity = hash_ids(0xC1 + area * 256, city.month, slot)
            learnt = schooling.learnt(city, identity, "kind of graduate", at_least(city))
            level = learnt & s.SCHOOLING
            if chooses(city, identity, OUTSIDE, False, level, area):
                person = newcomer(city, identity, AGE.get(level, 22), area, s.UNEMPLOYED)
                person.schooling = learnt
                welcome(person)


def at_least(city: PlainCity) -> list[float]:
    """P(level or more) of candidates from elsewhere."""
    p = city.p
    doctor, master, junior = p["candidates_doctor_share"], p["candidates_master_share"], p["junior_college_share"]
    return [1, 1, 1, 1, doctor + master + (1 - doctor - master) * (1 - junior), doctor + master, doctor]


def take_posts(city: PlainCity) -> None:
    """July: who had signed starts at a post of the area that is still open."""
    if city.month % 12 != 6:
        return
    key = city.key("signed post", city.month)
    for area in range(len(city.weight)):
        queue = [p for p, _, _, signed in city.cohort if signed and p.area == area and p.state == s.UNEMPLOYED]
        queue.sort(key=lambda person: (city.draw("signing queue", person.identity), person.identity))
        free = [(f, k) for f in city.firms if f.area == area and f.alive for k in range(f.desired - f.staff)]
        city.tell("vacancies", area, len(free) - (city.told["vacancies"][area] - city.told["hires"][area]))
        free.sort(key=lambda post: (draw64(key, post[0].identity ^ post[1]), post[0].identity, post[1]))
        luck = [city.draw("signing queue", person.identity) for person in queue[: len(free)]]
        wanted = [draw64(key, firm.identity ^ slot) for firm, slot in free[: len(queue)]]
        for person, post in zip(queue, pair_up(luck, wanted), strict=False):
            person.take_post(free[post][0])


def follow(city: PlainCity) -> None:
    """July to December: the year's graduates here, and those at work."""
    if city.month % 12 < 6:
        return
    for person, _, local, signed in city.cohort:
        if person.state in (s.GONE, s.AWAY):
            continue
        for name, told in (("", True), ("_local", local), ("_unplaced", not signed)):
            if told:
                city.tell(f"graduates_here{name}", person.area)
                if s.EMPLOYED <= person.state <= s.OWNER:
                    city.tell(f"graduates_at_work{name}", person.area)


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
                if u >= city.study_here:
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
