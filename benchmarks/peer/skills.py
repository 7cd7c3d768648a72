"""Skills, titles and talent of the plain city, and what the bureau counts of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model import states as s
from model.setting import period

if TYPE_CHECKING:
    from benchmarks.peer.city import PlainCity
    from benchmarks.peer.person import Person


def in_scope(person: Person) -> bool:
    """A resident of 16 to 59 who neither studies nor draws a pension."""
    return s.FARM <= person.state <= s.INACTIVE and 192 <= person.months < 720


def stocks_of(person: Person) -> list[str]:
    """The stocks of schooling, skill and talent in which a resident stands."""
    account, level = person.model.setting.skills.talent, person.schooling & s.SCHOOLING
    grade, title = person.skill & s.GRADE, (person.skill & s.TITLE) >> s.TITLE_SHIFT
    found = ["college"] if level >= s.JUNIOR_COLLEGE else []
    if in_scope(person):
        found += ["main_age"] + ["main_age_college"] * (level >= s.JUNIOR_COLLEGE)
    found += ["technical_students"] if person.course & s.KIND == s.TECHNICAL_SCHOOL else []
    counted = grade >= account.grade_from or title >= account.title_from or level >= account.schooling_from
    if (account.everyone or in_scope(person)) and (counted or person.schooling & s.OTHER_TALENT):
        found.append("talent")
    if in_scope(person) and grade:
        found += ["skilled"] + ["high_skilled"] * (grade >= s.SENIOR_WORKER) + ["technicians"] * (grade >= s.TECHNICIAN)
    if in_scope(person) and title:
        found += ["professional"] + ["skilled_professional"] * (grade > 0)
        found += {s.MIDDLE_TITLE: ["professional_middle"], s.SENIOR_TITLE: ["professional_senior"]}.get(title, [])
    found += ["young_force"] if 192 <= person.months < 300 and s.FARM <= person.state <= s.UNEMPLOYED else []
    if in_scope(person) and s.EMPLOYED <= person.state <= s.UNEMPLOYED and not person.skill & s.WAIT:
        found += ["grade_ready"] if s.MIDDLE_WORKER <= grade < s.SENIOR_TECHNICIAN else []
    return found


def keep_stock(person: Person) -> None:
    """The month's account of who joined and left the highly skilled."""
    counts, counted = in_scope(person) and person.skill & s.GRADE >= s.SENIOR_WORKER, person.course & s.IN_STOCK > 0
    if counts != counted:
        person.course ^= s.IN_STOCK
        person.model.tell("high_joined" if counts else "high_left", person.area)


def denominators(city: PlainCity, stocks: dict[str, list[float]]) -> dict[str, list[float]]:
    """What "per 10,000" divides by, by area: the last declared year's, or what the city counts."""
    year, skills = int(period(city.setting.start_year, city.month)[:4]), city.setting.skills
    zero, out = [0.0] * len(city.weight), {}
    workers, everyone = city.denominator_shares
    for name, declared, shares, parts in (
        ("labour_denominator", skills.labour_denominator, workers, ("farm", "employees", "flexible", "owners", "unemployed")),
        ("talent_denominator", skills.talent_denominator, everyone, ("residents",)),
    ):
        known = [y for y in declared if y <= year]
        counted = [sum(stocks.get(part, zero)[a] for part in parts) for a in range(len(zero))]
        out[name] = [declared[max(known)] * share for share in shares] if known else counted
    return out
