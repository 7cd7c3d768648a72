"""Courses, examinations, titles and technical schools of the plain city."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.peer import skills
from benchmarks.peer.luck import uniform
from model import states as s
from model.arithmetic import power
from model.luck_reference import mix64

if TYPE_CHECKING:
    from benchmarks.peer.city import PlainCity
    from benchmarks.peer.person import Person

WAITS = {s.MIDDLE_WORKER: 4, s.SENIOR_WORKER: 5, s.TECHNICIAN: 4, s.SENIOR_TECHNICIAN: 4}
FIELDS = {4: (s.HEALTH,), 5: (s.COMPUTING,), 9: (s.ENGINEERING, s.HUMANITIES), 11: (s.BUSINESS, s.EDUCATION, s.SCIENCE)}


def grade_of(person: Person) -> int:
    """Skill grade, 0 for none."""
    return person.skill & s.GRADE


def title_of(person: Person) -> int:
    """Title, 0 for none."""
    return (person.skill & s.TITLE) >> s.TITLE_SHIFT


def level_of(person: Person) -> int:
    """Level of schooling."""
    return person.schooling & s.SCHOOLING


def gain_grade(person: Person, grade: int) -> None:
    """A certificate."""
    person.skill = person.skill & s.TITLE | grade | WAITS.get(grade + 1, 0) << s.WAIT_SHIFT
    person.model.tell("skill_certificates", person.area)
    if grade >= s.SENIOR_WORKER:
        person.model.tell("high_certificates", person.area)
        if not person.course & s.IN_STOCK and skills.in_scope(person):
            person.course |= s.IN_STOCK
            person.model.tell("high_raised", person.area)


def sit(person: Person) -> None:
    """The examination for the next grade."""
    grade, p = grade_of(person) + 1, person.model.p
    if grade == s.JUNIOR_WORKER and person.months >= 12 * 24 and level_of(person) >= s.SENIOR_SECONDARY:
        grade = s.MIDDLE_WORKER
    passes = p["cert_pass_high"] if grade >= s.SENIOR_WORKER else p["cert_pass"]
    if grade <= s.SENIOR_TECHNICIAN and person.model.share("grade exam", person.identity) < passes:
        gain_grade(person, grade)


def stop_searching(person: Person) -> None:
    """A course leaves no time to search: never without work, sometimes at work."""
    idle = person.state == s.UNEMPLOYED
    if person.note == s.SEARCHING and (idle or person.model.share("lock-in", person.identity) < person.model.p["lock_in_at_work"]):
        person.note = s.QUIET


def study(person: Person) -> None:
    """A month of a course."""
    city, kind = person.model, person.course & s.KIND
    if not s.FARM <= person.state <= s.UNEMPLOYED:
        person.course &= s.IN_STOCK
        return
    person.course -= 1
    if person.course & s.MONTHS_LEFT:
        stop_searching(person)
        return
    person.course &= s.IN_STOCK
    if city.share("end of course", person.identity) < city.p["training_completion"]:
        city.tell("courses_completed", person.area)
        person.trained = True
        if kind != s.SHORT_COURSE:
            sit(person)


def openings(city: PlainCity, person: Person) -> list[tuple[int, str, float]]:
    """The openings that a person may take this year: number, name and chance of each, in their order."""
    ready = not person.skill & s.WAIT and grade_of(person) < s.SENIOR_TECHNICIAN
    high = ready and grade_of(person) >= s.MIDDLE_WORKER and person.state != s.FARM
    may = {
        "contests": high,
        "high": high,
        "jobseekers": person.state == s.UNEMPLOYED,
        "rural": person.state == s.FARM,
        "young": person.months < 300,
        "open": person.state in (s.EMPLOYED, s.FLEXIBLE, s.UNEMPLOYED),
        "apprentices": person.state == s.EMPLOYED and ready,
        "sit low": ready and not high and person.state != s.FARM,
        "sit high": high,
    }
    return [(k, name, city.chances[person.area][name]) for k, (name, allowed) in enumerate(may.items()) if allowed]


def think_of_training(person: Person) -> None:
    """Once a year, five months after the birthday."""
    city = person.model
    if person.months % 12 != 7 or not s.FARM <= person.state <= s.INACTIVE:
        return
    if person.skill & s.WAIT:
        person.skill -= 1 << s.WAIT_SHIFT
    if person.state == s.INACTIVE or not 192 <= person.months < 720:
        return
    draw = city.draw("training", person.identity)
    taken = (name for k, name, chance in openings(city, person) if uniform(mix64((draw + k) % 2**64)) < chance)
    chosen = next(taken, "")
    if chosen == "contests":
        gain_grade(person, grade_of(person) + 1)
    elif chosen.startswith("sit"):
        sit(person)
    elif chosen:
        begin_course(person, chosen)


def begin_course(person: Person, opening: str) -> None:
    """Take a place."""
    city = person.model
    ready = not person.skill & s.WAIT and grade_of(person) < s.SENIOR_TECHNICIAN
    city.tell("trained", person.area)
    city.tell("trained_at_work" if person.state == s.EMPLOYED else "trained_for_work", person.area)
    if opening == "apprentices":
        person.course |= s.APPRENTICESHIP | 12
    elif opening == "high" or (ready and city.share("kind of course", person.identity) < city.p["course_exam_share"]):
        person.course |= s.GRADE_COURSE | 4
    else:
        person.course |= s.SHORT_COURSE | 2
    stop_searching(person)


def readiness(city: PlainCity, control: str) -> list[float]:
    """How much readier people are than under the usual payment for a certificate, by area."""
    response, usual = city.p["certificate_subsidy_response"], city.setting.usual(control)
    return [(1 + response * x / 1000) / (1 + response * usual / 1000) for x in city.control(control)]


def chances_of(city: PlainCity, area: int) -> dict[str, float]:
    """Chance of each opening in a year, in one area."""
    p, control = city.p, lambda name: city.control(name)[area]
    among = lambda *names: max(sum(city.stock(name, area) for name in names), 1.0)  # noqa: E731
    places, high = control("training_places") * p["training_take_up"], min(control("high_grade_training_share"), 1.0)
    shares = {group: control(f"training_share_{group}") for group in ("jobseekers", "rural", "young")}
    shrink = (1 - high) / max(sum(shares.values()), 1 - high, 1e-9)
    kept = {group: share * shrink for group, share in shares.items()}
    seats = p["studio_seats"] * control("master_studios") + p["base_seats"] * control("training_bases")
    sessions, usual = sum(city.control("assessment_sessions")), city.setting.usual("assessment_sessions")
    rate = city.by_area("assessment_rate")[area] * (power(sessions / usual, p["session_elasticity"]) if usual > 0 else 1.0)
    chances = {
        "contests": p["contest_promotions"] * control("skill_contests") / among("grade_ready"),
        "high": (places * high + seats * p["training_take_up"]) / among("grade_ready"),
        "jobseekers": places * kept["jobseekers"] / among("unemployed"),
        "rural": places * kept["rural"] / among("farm"),
        "young": places * kept["young"] / among("young_force"),
        "open": places * (1 - high - sum(kept.values())) / among("employees", "flexible", "unemployed"),
        "apprentices": control("apprenticeship_places") * p["training_take_up"] / among("employees"),
        "sit low": rate * readiness(city, "skill_subsidy_low")[area],
        "sit high": rate * p["assessment_ratio_of_holders"] * readiness(city, "skill_subsidy_high")[area],
    }
    return {name: min(chance, 1.0) for name, chance in chances.items()}


def train(city: PlainCity) -> None:
    """A month of courses and new places."""
    city.chances = [chances_of(city, area) for area in range(len(city.weight))]
    for person in city.people:
        if person.course & s.KIND and person.course & s.KIND != s.TECHNICAL_SCHOOL:
            study(person)
        else:
            think_of_training(person)


def gain_title(person: Person) -> None:
    """The next title."""
    title = title_of(person) + 1
    person.skill = person.skill & s.GRADE | title << s.TITLE_SHIFT | {1: 4, 2: 5}.get(title, 0) << s.WAIT_SHIFT
    person.model.tell("titles_awarded", person.area)
    if title == s.JUNIOR_TITLE:
        person.model.tell("titles_first", person.area)


def apply_for_title(person: Person) -> None:
    """October: the review."""
    city, p, title, craft = person.model, person.model.p, title_of(person), grade_of(person) >= s.SENIOR_WORKER
    if not s.EMPLOYED <= person.state <= s.UNEMPLOYED or person.skill & s.WAIT or title == s.SENIOR_TITLE or person.months >= 720:
        return
    if not craft and level_of(person) < (s.BACHELOR if title == s.MIDDLE_TITLE else s.JUNIOR_COLLEGE):
        return
    chance = p["title_review_rate"]
    if not (person.state == s.EMPLOYED and person.employer.public):
        chance *= p["title_private_access"] + (1 - p["title_private_access"]) * city.control("title_outreach")[person.area]
    if level_of(person) < s.JUNIOR_COLLEGE:
        chance *= city.control("title_for_skilled")[person.area]
    passes = p[("title_pass_junior", "title_pass_middle", "title_pass_senior")[title]]
    if city.share("title review", person.identity) < chance and city.share("title pass", person.identity) < passes:
        gain_title(person)


def take_exam(person: Person, fields: tuple[int, ...], chances: list[float]) -> None:
    """The national examination of the person's field."""
    city = person.model
    if level_of(person) < s.JUNIOR_COLLEGE or (person.schooling & s.FIELD) >> s.FIELD_SHIFT not in fields:
        return
    if s.EMPLOYED <= person.state <= s.UNEMPLOYED and city.share("professional exam", person.identity) < chances[person.area]:
        city.tell("professional_passes", person.area)
        city.tell("professional_certificates", person.area, city.by_area("professional_certificate_capture")[person.area])
        if title_of(person) < s.MIDDLE_TITLE and not person.skill & s.WAIT:
            gain_title(person)


def award_titles(city: PlainCity) -> None:
    """The review in October, and the examinations of the month."""
    calendar, p = city.month % 12 + 1, city.p
    if calendar == 10:
        for person in city.people:
            apply_for_title(person)
    if calendar in FIELDS:
        chances = [min(p["exam_rate"] * p["exam_pass"] * x, 1.0) for x in readiness(city, "professional_exam_subsidy")]
        for person in city.people:
            take_exam(person, FIELDS[calendar], chances)


def teach(city: PlainCity) -> None:
    """Technical schools: leaving in June, intake in September."""
    if city.month % 12 == 5:
        for person in city.people:
            if person.state == s.STUDENT and person.course & s.KIND == s.TECHNICAL_SCHOOL and person.months >= 12 * 18 - 1:
                leave_technical_school(person)
    if city.month % 12 == 8 and any(city.control("technical_school_places")):
        places = city.whole("technical_school_places", city.control("technical_school_places"))
        able = [p for p in city.people if p.state == s.STUDENT and 186 <= p.months < 204 and not p.course & s.KIND]
        able = [p for p in able if city.taste("studying", p.identity) >= city.p["college_entry_share"]]
        able.sort(key=lambda p: city.draw("technical school", p.identity))
        for area, count in enumerate(places):
            for person in [p for p in able if p.area == area][:count]:
                person.course |= s.TECHNICAL_SCHOOL
                person.schooling = s.SENIOR_SECONDARY | s.ENGINEERING << s.FIELD_SHIFT
                city.tell("technical_intake", area)


def leave_technical_school(person: Person) -> None:
    """Leave with 高级工 or 中级工, or without a grade, and look for work."""
    city = person.model
    passed = city.share("technical exam", person.identity) < city.p["technical_school_pass"]
    high = passed and city.share("technical grade", person.identity) < city.p["technical_senior_share"]
    grade = s.SENIOR_WORKER if high else s.MIDDLE_WORKER if passed else s.NO_GRADE
    person.skill, person.course = grade | (WAITS[grade + 1] if passed else 0) << s.WAIT_SHIFT, s.IN_STOCK if high else 0
    person.begin(s.UNEMPLOYED)
    for name in ["technical_graduates"] + ["skill_certificates"] * passed + ["high_certificates", "high_raised"] * high:
        city.tell(name, person.area)


def grade_of_arrival(city: PlainCity, identity: int) -> int:
    """The grade that a worker from elsewhere brings."""
    u = city.taste("grade", identity) / max(city.p["arrival_grade_share"], 1e-9)
    return s.SENIOR_WORKER if u < 0.2 else s.MIDDLE_WORKER if u < 0.5 else s.JUNIOR_WORKER if u < 1.0 else s.NO_GRADE
