"""Training 职业技能培训: who takes a course, who completes it, and who gains a skill grade 技能等级.

Once a year, five months after the birthday, a person in the labour force may take a subsidised place (places reserved for the highly
skilled of tomorrow, job seekers, rural workers and the young, then open ones), an apprenticeship 企业新型学徒制 at the employer, or sit an
assessment 技能等级认定 without a course. A course locks in: the unemployed do not search while it lasts, employees search less. At its end
some drop out; a course for a grade ends in an examination, and between two grades lie the years of the national standards. Training acts on
work only afterwards: by the grade (wage offers and posts read it) and, until the next job, by a better place in the queue (`market.queue`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import states as s
from model.arithmetic import power
from model.blocks import BLOCK, DRAWN, YEAR, months_of_age
from model.compiler import by_parts, lent
from model.lists import ANY, bits, those
from model.luck import draw64, draw_those, mix64, uniform
from model.rulings import while_rules_hold
from model.series import S
from model.setting import once
from model.talent import in_scope
from model.threads import across

if TYPE_CHECKING:
    from model.city import City

TRAINED, AT_WORK, FOR_WORK, COMPLETED = S.trained, S.trained_at_work, S.trained_for_work, S.courses_completed
CERTIFICATES, HIGH_CERTIFICATES, HIGH_RAISED = S.skill_certificates, S.high_certificates, S.high_raised
ANNIVERSARY = np.uint16(7)      # months past a birthday, modulo 12, at which a person thinks of training
YOUNG = 12 * 25
EXPERIENCED = 12 * 24           # who has worked six years may sit for 中级 at once (国家职业技能标准编制技术规程 2018)
WAITS = np.array([0, 0, 4, 5, 4, 4], np.int64)
"""Years of work in the grade below before one may sit for a grade (the same standards), by grade."""
CONTESTS, HIGH_PLACES, JOBSEEKERS, RURAL, YOUTH, OPEN, APPRENTICES, SIT_LOW, SIT_HIGH = range(9)
WHO_MAY = np.array([S.grade_ready, S.grade_ready, S.unemployed, S.farm, S.young_force, S.employees, S.employees, S.farm, S.farm])
"""The stock whose members may take each opening (OPEN: those in flexible work and without any besides); of the last two nobody asks."""
OTHERS = np.array([S.flexible, S.unemployed])
EXAM_SHARE, COMPLETION, PASS_LOW, PASS_HIGH, LOCK_IN = range(5)
SHORT_MONTHS, GRADE_MONTHS, APPRENTICE_MONTHS = 2, 4, 12


@njit(inline="always")
def next_grade(skill, schooling, months):  # type: ignore[no-untyped-def]
    """The grade that a person may sit for."""
    grade = skill & s.GRADE
    if grade == s.NO_GRADE and months >= EXPERIENCED and schooling & s.SCHOOLING >= s.SENIOR_SECONDARY:
        return s.MIDDLE_WORKER
    return grade + 1


@njit(inline="always")
def certify(i, b, a, doing, months, grade, skill, course, tally, waits):  # type: ignore[no-untyped-def]
    """Person i gains a skill grade; the next sitting is open after the years that the grade above asks for."""
    wait = waits[grade + 1] if grade < s.SENIOR_TECHNICIAN else 0
    skill[i] = (skill[i] & s.TITLE) | grade | wait << s.WAIT_SHIFT
    tally[b, CERTIFICATES, a] += 1
    if grade >= s.SENIOR_WORKER:
        tally[b, HIGH_CERTIFICATES, a] += 1
        if not course[i] & s.IN_STOCK and in_scope(doing, months):
            course[i] |= s.IN_STOCK
            tally[b, HIGH_RAISED, a] += 1


@njit(inline="always")
def sit(i, b, a, who, doing, months, schooling, skill, course, tally, waits, rule, key):  # type: ignore[no-untyped-def]
    """Person i is examined for the next grade."""
    grade = next_grade(skill[i], schooling[i], months)
    if grade <= s.SENIOR_TECHNICIAN and uniform(draw64(key, who)) < rule[PASS_LOW if grade < s.SENIOR_WORKER else PASS_HIGH]:
        certify(i, b, a, doing, months, grade, skill, course, tally, waits)


@njit(inline="always")
def wish(draw, doing, months, ready, high, c):  # type: ignore[no-untyped-def]
    """The first of this year's openings that the person takes, or -1; c: yearly chances of one area by opening.

    Each opening has luck of its own, so that more places of one kind change nobody who does not take them.
    """
    for opening in range(9):
        if opening <= HIGH_PLACES or opening == SIT_HIGH:
            may = high
        elif opening == JOBSEEKERS:
            may = doing == s.UNEMPLOYED
        elif opening == RURAL:
            may = doing == s.FARM
        elif opening == YOUTH:
            may = months < YOUNG
        elif opening == OPEN:
            may = doing == s.EMPLOYED or doing == s.FLEXIBLE or doing == s.UNEMPLOYED
        elif opening == APPRENTICES:
            may = doing == s.EMPLOYED and ready
        else:
            may = ready and not high and doing != s.FARM
        if may and c[opening] > 0.0 and uniform(mix64(draw + np.uint64(opening))) < c[opening]:
            return opening
    return -1


@lent
def who_trains(month, birth, state, course, flags):  # type: ignore[no-untyped-def]
    """Flag who is on a course, or thinks of training this month."""
    for j in range(state.size):
        doing, kind = state[j], bits(course[j], s.KIND)
        thinks = (months_of_age(month, birth[j]) % YEAR == ANNIVERSARY) & (doing >= s.FARM) & (doing <= s.INACTIVE)
        flags[j] = (doing != s.GONE) & (((kind != 0) & (kind != s.TECHNICAL_SCHOOL)) | thinks)


@lent
def who_may_take(draws, most, flags):  # type: ignore[no-untyped-def]
    """Flag whose luck would take one of the openings at their yearly chances `most`, (9,); everybody else need not be asked (`wish`)."""
    flags[:] = 0
    for opening in range(most.size):
        if most[opening] > 0.0:
            for j in range(draws.size):
                flags[j] |= uniform(mix64(draws[j] + np.uint64(opening))) < most[opening]


@by_parts
def attend(  # type: ignore[no-untyped-def]
    part, n, month, identity, birth, traits, area, state, note, schooling, skill, course, tally, chances, rule, waits, keys,
):
    """One month of all courses. chances: yearly chance of an opening, (areas, 9); rule: shares by name;
    keys: of the place, the kind of course, its end, the exam, the search."""
    most = np.zeros(chances.shape[1])
    for of_area in chances:
        most = np.maximum(most, of_area)
    for b in range(*part):
        flags, rows, k = np.empty(DRAWN, np.uint8), np.empty(BLOCK, np.uint64), 0
        for at in range(b * BLOCK, min(n, (b + 1) * BLOCK), DRAWN):
            to = min(at + DRAWN, n)
            who_trains(month, birth[at:to], state[at:to], course[at:to], flags)
            k += those(flags[: to - at], ANY, np.uint64(at), rows[k:])
        ids, draws, tempted = np.empty(k, np.uint64), np.empty(k, np.uint64), np.empty(k, np.uint8)
        draw_those(keys[0], identity, rows[:k], ids, draws)
        who_may_take(draws, most, tempted)
        for j in range(k):
            i = rows[j]
            doing, kind = state[i], course[i] & s.KIND
            if kind and kind != s.TECHNICAL_SCHOOL:
                if doing < s.FARM or doing > s.UNEMPLOYED:
                    course[i] &= s.IN_STOCK
                    continue
                who, a = identity[i], area[i]
                months = month - np.int64(birth[i])
                course[i] -= 1
                if course[i] & s.MONTHS_LEFT:
                    if note[i] == s.SEARCHING and (doing == s.UNEMPLOYED or uniform(draw64(keys[4], who)) < rule[LOCK_IN]):
                        note[i] = s.QUIET
                    continue
                course[i] &= s.IN_STOCK
                if uniform(draw64(keys[2], who)) < rule[COMPLETION]:
                    tally[b, COMPLETED, a] += 1
                    traits[i] |= s.TRAINED
                    if kind != s.SHORT_COURSE:
                        sit(i, b, a, who, doing, months, schooling, skill, course, tally, waits, rule, keys[3])
                continue
            months = month - np.int64(birth[i])
            if skill[i] & s.WAIT:
                skill[i] -= 1 << s.WAIT_SHIFT
            if not tempted[j] or doing == s.INACTIVE or months < 192 or months >= 720:
                continue
            who, a = identity[i], area[i]
            grade = skill[i] & s.GRADE
            ready = not skill[i] & s.WAIT and grade < s.SENIOR_TECHNICIAN
            high = ready and grade >= s.MIDDLE_WORKER and doing != s.FARM
            opening = wish(draws[j], doing, months, ready, high, chances[a])
            if opening < 0:
                continue
            if opening == CONTESTS:
                certify(i, b, a, doing, months, grade + 1, skill, course, tally, waits)
                continue
            if opening >= SIT_LOW:
                sit(i, b, a, who, doing, months, schooling, skill, course, tally, waits, rule, keys[3])
                continue
            tally[b, TRAINED, a] += 1
            tally[b, AT_WORK if doing == s.EMPLOYED else FOR_WORK, a] += 1
            if opening == APPRENTICES:
                course[i] |= s.APPRENTICESHIP | APPRENTICE_MONTHS
            elif opening == HIGH_PLACES or (ready and uniform(draw64(keys[1], who)) < rule[EXAM_SHARE]):
                course[i] |= s.GRADE_COURSE | GRADE_MONTHS
            else:
                course[i] |= s.SHORT_COURSE | SHORT_MONTHS
            if note[i] == s.SEARCHING and (doing == s.UNEMPLOYED or uniform(draw64(keys[4], who)) < rule[LOCK_IN]):
                note[i] = s.QUIET


def against_usual(city: City, control: str, response: float) -> NDArray[np.float64]:
    """How much readier people are, by area, because a certificate is paid with `control` yuan instead of the usual amount.

    (1 + response·yuan/1000) ÷ the same at the amount before the run: 1 where policy does not change.
    """
    paid = city.setting.control(control, city.month)
    return (1 + response * paid / 1000) / (1 + response * city.setting.usual(control) / 1000)


@while_rules_hold
def openings(city: City) -> NDArray[np.float64]:
    """Places of each opening in a year, by area; of assessments the chance of sitting for one. Shape (areas, 9)."""
    p, control = city.setting.parameter, lambda name: city.setting.control(name, city.month)
    places, high = control("training_places") * p("training_take_up"), np.clip(control("high_grade_training_share"), 0.0, 1.0)
    reserved = np.array([control(f"training_share_{group}") for group in ("jobseekers", "rural", "young")])
    reserved = reserved * ((1 - high) / np.maximum(np.maximum(reserved.sum(axis=0), 1 - high), 1e-9))
    seats = p("studio_seats") * control("master_studios") + p("base_seats") * control("training_bases")
    out = np.zeros((places.size, 9))
    out[:, CONTESTS] = p("contest_promotions") * control("skill_contests")
    out[:, HIGH_PLACES] = places * high + seats * p("training_take_up")
    out[:, JOBSEEKERS: OPEN] = (places * reserved).T
    out[:, OPEN] = places * (1 - high - reserved.sum(axis=0))
    out[:, APPRENTICES] = control("apprenticeship_places") * p("training_take_up")
    sessions, usual = control("assessment_sessions").sum(), city.setting.usual("assessment_sessions")
    rate = city.setting.by_area("assessment_rate") * (power(sessions / usual, p("session_elasticity")) if usual > 0 else 1.0)
    response = p("certificate_subsidy_response")
    out[:, SIT_LOW] = rate * against_usual(city, "skill_subsidy_low", response)
    out[:, SIT_HIGH] = rate * p("assessment_ratio_of_holders") * against_usual(city, "skill_subsidy_high", response)
    return out


@njit(cache=True)
def chances_of(openings, stocks, who_may, others):  # type: ignore[no-untyped-def]
    """See `yearly_chances`. stocks: last month's, (series, areas); who_may: the series of those who may take each opening; others: the
    series of those who may take OPEN ones too."""
    out = np.empty(openings.shape)
    for a in range(openings.shape[0]):
        for k in range(openings.shape[1]):
            takers = stocks[who_may[k], a]
            if k == OPEN:
                takers += stocks[others[0], a] + stocks[others[1], a]
            out[a, k] = min(openings[a, k] / (1.0 if k >= SIT_LOW else max(takers, 1.0)), 1.0)
    return out


def yearly_chances(city: City) -> NDArray[np.float64]:
    """Chance of each opening in a year, by area: places ÷ those who may take them (last month's stocks). Shape (areas, 9)."""
    chances: NDArray[np.float64] = chances_of(openings(city), city.stocks, WHO_MAY, OTHERS)
    return chances


@once
def shares_who_pass(city: City) -> NDArray[np.float64]:
    """The shares EXAM_SHARE … LOCK_IN."""
    p = city.setting.parameter
    return np.array([p("course_exam_share"), p("training_completion"), p("cert_pass"), p("cert_pass_high"), p("lock_in_at_work")])


def train(city: City) -> None:
    """A month of courses, examinations and new places."""
    people, tally = city.people, city.new_tally()
    keys = city.keys("training", "kind of course", "end of course", "grade exam", "lock-in")
    across(attend, tally.shape[0], people.n, city.month, people.id, people.birth, people.traits, people.area, people.state, people.note,
           people.schooling, people.skill, people.course, tally, yearly_chances(city), shares_who_pass(city), WAITS, keys)
    city.add(tally)


@lent
def grades_of(rows, identity, key, share, skill):  # type: ignore[no-untyped-def]
    """See `bring_grades`; share: of those with a grade."""
    for i in rows:
        u = uniform(draw64(key, identity[i])) / share
        skill[i] = s.SENIOR_WORKER if u < 0.2 else s.MIDDLE_WORKER if u < 0.5 else s.JUNIOR_WORKER if u < 1.0 else s.NO_GRADE


def bring_grades(city: City, rows: NDArray[np.intp]) -> None:
    """Workers from elsewhere, in `rows`, bring their grades: half of holders 初级工, three tenths 中级工, a fifth 高级工 (assumption)."""
    people = city.people
    grades_of(rows, people.id, city.lasting("grade"), max(city.setting.parameter("arrival_grade_share"), 1e-9), people.skill)
