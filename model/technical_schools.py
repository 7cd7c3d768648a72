"""Technical schools 技工院校: intake in September out of those who would not enter a university, graduation in June with a skill grade."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from model import states as s
from model.blocks import rows_where
from model.help import front
from model.school import aged
from model.training import WAITS

if TYPE_CHECKING:
    from model.city import City

INTAKE_MONTH, GRADUATION_MONTH = 9, 6
ENTRY = (12 * 15 + 6, 12 * 17)  # months of age at intake
LEAVING, EVER = 12 * 18 - 1, 12 * 200   # who will be 18 in July, when other schools let go, or is older


def teach(city: City) -> None:
    """The technical schools' year."""
    if city.calendar_month == GRADUATION_MONTH:
        graduate(city)
    elif city.calendar_month == INTAKE_MONTH:
        admit(city)


def admit(city: City) -> None:
    """September: places go by keyed queue to students of about 16 who would not enter a university."""
    people = city.people
    places = city.whole_rows("technical_school_places", city.setting.control("technical_school_places", city.month))
    if not places.any():
        return
    rows = aged(rows_where(people.state, s.STUDENT, s.STUDENT, people.n), city.month, people.birth, *ENTRY)
    rows = rows[people.course[rows] & s.KIND == 0]
    rows = rows[city.lasting_draws("studying", people.id[rows]) >= city.setting.parameter("college_entry_share")]
    chosen = front(rows, people.id, people.area, places, city.key("technical school"))
    people.course[chosen] |= s.TECHNICAL_SCHOOL
    people.schooling[chosen] = s.SENIOR_SECONDARY | s.ENGINEERING << s.FIELD_SHIFT
    city.count_rows("technical_intake", chosen)


def graduate(city: City) -> None:
    """June: who will be 18 in July leaves with 高级工 or 中级工, or without a grade, and looks for work."""
    people, p = city.people, city.setting.parameter
    rows = aged(rows_where(people.state, s.STUDENT, s.STUDENT, people.n), city.month, people.birth, LEAVING, EVER)
    rows = rows[people.course[rows] & s.KIND == s.TECHNICAL_SCHOOL]
    passed = city.draws_uniform("technical exam", people.id[rows]) < p("technical_school_pass")
    high = passed & (city.draws_uniform("technical grade", people.id[rows]) < p("technical_senior_share"))
    grade = np.where(high, s.SENIOR_WORKER, np.where(passed, s.MIDDLE_WORKER, s.NO_GRADE)).astype(np.uint8)
    wait = np.where(passed, WAITS[np.minimum(grade + 1, s.SENIOR_TECHNICIAN)], 0).astype(np.uint8)
    people.skill[rows] = grade | wait << np.uint8(s.WAIT_SHIFT)
    people.course[rows] = np.where(high, s.IN_STOCK, 0)
    people.state[rows], people.spell[rows] = s.UNEMPLOYED, 0
    city.count_rows("technical_graduates", rows)
    city.count_rows("skill_certificates", rows[passed])
    for name in ("high_certificates", "high_raised"):
        city.count_rows(name, rows[high])
