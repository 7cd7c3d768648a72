"""Professional titles 职称 and qualifications 职业资格: the autumn review, and the national examinations.

Review (October): a professional at work whose years in the present title are done applies, and passes by the title's rate. Private staff
apply less, because fewer of their employers take part. Examinations: each field has its month; who passes gains a certificate, and up to
the middle title the title that it stands for 以考代评.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import states as s
from model.blocks import BATCH, BLOCK, rows_in
from model.compiler import by_parts, lent
from model.lists import ANY, those
from model.luck import draw64, draw_those, uniform
from model.series import S
from model.threads import across
from model.training import against_usual

if TYPE_CHECKING:
    from model.city import City

AWARDED, FIRST, PASSES = S.titles_awarded, S.titles_first, S.professional_passes
REVIEW_MONTH = 10
ONE, FIELD, FIELD_SHIFT = np.uint32(1), np.uint32(s.FIELD), np.uint32(s.FIELD_SHIFT)
EXAM_MONTH = {month: np.isin(np.arange(16), fields) for month, fields in (
    (4, (s.HEALTH,)), (5, (s.COMPUTING,)), (9, (s.ENGINEERING, s.HUMANITIES)), (11, (s.BUSINESS, s.EDUCATION, s.SCIENCE)))}
"""Fields by month of their main examination (assumption near the calendar 专业技术人员职业资格考试计划: nurses in April, software in May,
builders and jurists in September, economists, teachers and safety engineers in November)."""
WAITS = np.array([4, 5, 0], np.int64)
"""Years before the next title after 初级, 中级, 高级 (职称评审 conditions of a bachelor: four, then five)."""


@njit(inline="always")
def award(i, b, a, title, skill, tally, waits):  # type: ignore[no-untyped-def]
    """Person i gains a title."""
    skill[i] = (skill[i] & s.GRADE) | title << s.TITLE_SHIFT | waits[title - 1] << s.WAIT_SHIFT
    tally[b, AWARDED, a] += 1
    if title == s.JUNIOR_TITLE:
        tally[b, FIRST, a] += 1


@by_parts
def review(  # type: ignore[no-untyped-def]
    part, n, month, identity, birth, area, state, firm, schooling, skill, tally, ownership, rate, passes, access, skilled_access, waits,
    keys,
):
    """The year's review. rate: applications a year; passes: by title; by area: access of private staff, and skilled_access: share of the
    highly skilled without college whom the review admits."""
    for b in range(*part):
        for i in rows_in(b, n):
            doing = state[i]
            if doing < s.EMPLOYED or doing > s.UNEMPLOYED or skill[i] & s.WAIT:
                continue
            level, title, a = schooling[i] & s.SCHOOLING, (skill[i] & s.TITLE) >> s.TITLE_SHIFT, area[i]
            craft = skill[i] & s.GRADE >= s.SENIOR_WORKER
            if title == s.SENIOR_TITLE or (level < s.JUNIOR_COLLEGE and not craft) or month - np.int64(birth[i]) >= 720:
                continue
            if title == s.MIDDLE_TITLE and level < s.BACHELOR and not craft:
                continue
            chance = rate if doing == s.EMPLOYED and ownership[firm[i]] >= s.STATE_ORGAN else rate * access[a]
            if level < s.JUNIOR_COLLEGE:
                chance *= skilled_access[a]
            who = identity[i]
            if uniform(draw64(keys[0], who)) < chance and uniform(draw64(keys[1], who)) < passes[title]:
                award(i, b, a, title + 1, skill, tally, waits)


@njit(inline="always")
def pass_exam(i, b, area, skill, tally, waits):  # type: ignore[no-untyped-def]
    """Person i passes a professional examination, which stands for a title as far as the middle one (以考代评)."""
    tally[b, PASSES, area[i]] += 1
    title = (skill[i] & s.TITLE) >> s.TITLE_SHIFT
    if title < s.MIDDLE_TITLE and not skill[i] & s.WAIT:
        award(i, b, area[i], title + 1, skill, tally, waits)


@lent
def who_may_sit(state, schooling, fields, flags):  # type: ignore[no-untyped-def]
    """Flag those in the labour force whose field of study is examined (a bit of `fields` each, uint32), of those with college."""
    for j in range(state.size):
        learnt = np.uint32(schooling[j])
        examined = fields >> ((learnt & FIELD) >> FIELD_SHIFT) & ONE
        flags[j] = (state[j] >= s.EMPLOYED) & (state[j] <= s.UNEMPLOYED) & (learnt & s.SCHOOLING >= s.JUNIOR_COLLEGE) & (examined != 0)


@by_parts
def examine(part, n, identity, area, state, schooling, skill, tally, fields, chances, waits, key):  # type: ignore[no-untyped-def]
    """The month's examinations, counted in `tally`, (blocks, series, areas). fields: True for each field examined; chances: of sitting and
    passing in a year, by area."""
    bits = np.uint32(0)
    for field in range(fields.size):
        bits |= np.uint32(fields[field]) << np.uint32(field)
    for b in range(*part):
        flags, rows, ids, draws = (np.empty(BATCH, np.uint8), np.empty(BATCH, np.uint64), np.empty(BATCH, np.uint64),
                                   np.empty(BATCH, np.uint64))
        for at in range(b * BLOCK, min(n, (b + 1) * BLOCK), BATCH):
            to = min(at + BATCH, n)
            who_may_sit(state[at:to], schooling[at:to], np.uint32(bits), flags)
            k = those(flags[: to - at], ANY, np.uint64(at), rows)
            draw_those(key, identity, rows[:k], ids, draws)
            for j in range(k):
                if uniform(draws[j]) < chances[area[rows[j]]]:
                    pass_exam(rows[j], b, area, skill, tally, waits)


def award_titles(city: City) -> None:
    """The review in October and the examinations of the month; the bureau counts certificates by its own intercept."""
    if city.calendar_month == REVIEW_MONTH:
        hold_review(city)
    if city.calendar_month in EXAM_MONTH:
        hold_exams(city, EXAM_MONTH[city.calendar_month])
    now = city.now
    now[S.professional_certificates] = city.setting.by_area("professional_certificate_capture") * now[S.professional_passes]


def hold_review(city: City) -> None:
    """October: who applies and passes."""
    p, people, tally = city.setting.parameter, city.people, city.new_tally()
    outreach = np.clip(city.setting.control("title_outreach", city.month), 0.0, 1.0)
    access = p("title_private_access") + (1 - p("title_private_access")) * outreach
    craft = np.clip(city.setting.control("title_for_skilled", city.month), 0.0, 1.0)
    passes = np.array([p("title_pass_junior"), p("title_pass_middle"), p("title_pass_senior")])
    keys = np.array([city.key("title review"), city.key("title pass")], np.uint64)
    across(review, tally.shape[0], people.n, city.month, people.id, people.birth, people.area, people.state, people.firm, people.schooling,
           people.skill, tally, city.firms.ownership, p("title_review_rate"), passes, access, craft, WAITS, keys)
    city.add(tally)


def hold_exams(city: City, fields: NDArray[np.bool_]) -> None:
    """The examinations of some fields."""
    p, people, tally = city.setting.parameter, city.people, city.new_tally()
    chances = p("exam_rate") * p("exam_pass") * against_usual(city, "professional_exam_subsidy", p("certificate_subsidy_response"))
    across(examine, tally.shape[0], people.n, people.id, people.area, people.state, people.schooling, people.skill, tally, fields,
           np.minimum(chances, 1.0), WAITS, city.key("professional exam"))
    city.add(tally)
