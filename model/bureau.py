"""The bureau's monthly count: what stands on the roster at the end of the month, by area.

Counts are kept apart from the bureau's *statistics* (`model/indicators`), which are made of them by definition.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import commuting
from model import states as s
from model.accounts import begin_new_year, begin_resident_pensions, declare, pay_as_residents, pay_benefits, rules, still_due
from model.blocks import BATCH, BLOCK, months_of_age
from model.cards import review_cards, share_out
from model.compiler import by_parts, lent
from model.coverage import BUNDLE, WHOLE_BUNDLE, keep_coverage
from model.injury import assess_premiums
from model.lists import ANY, bits, those
from model.premiums import (
    BEGINS,
    CARD_DAY,
    CLAIMS,
    DECLARES,
    DRAWS,
    JANUARY,
    LINES,
    PAYS,
    TIER_DAY,
    pay_pensions,
    pay_premiums,
    sort_out,
    terms_of,
)
from model.rolls import ENTRIES, enter, memberships, read, room_to_count
from model.rulings import while_rules_hold
from model.series import SERIES, S
from model.setting import once
from model.talent import declare_denominators, in_scope, keep_stock
from model.threads import across
from model.wages import minimum_wage, wage_index
from model.workplaces import count_work, share_captured

if TYPE_CHECKING:
    from model.city import City

MERGED = 2020
"""Maternity insurance became part of employee medical insurance (国办发〔2019〕10号, recalled)."""
EMPLOYEE, CIVIL, PENSIONERS, CIVIL_PENSIONERS = S.pension_employee_active, S.pension_civil_active, S.pensioners, S.pensioners_civil
RESIDENT_PENSIONERS, RESIDENTS, INJURY, MEDICAL, MATERNITY = (S.pensioners_resident, S.residents, S.injury, S.medical_employees,
                                                              S.maternity_employees)
MINIMUM, INCOME, BASES, PAYERS = S.minimum_wage_fen, S.resident_income_level_fen, S.declared_base_fen, S.premium_payers
FIRST, ATTRITION, CAPTURED = S.first_registrations, S.natural_attrition, S.captured_registrations
STARTUPS, CAPTURED_STARTUPS = S.startups, S.captured_startups


@lent
def changes(month, birth, state, scheme, skill, course, marks, differs):  # type: ignore[no-untyped-def]
    """Flag the rows of a stretch that `keep_stock` or `keep_coverage` must look at."""
    for j in range(state.size):
        doing, studies = state[j], bits(course[j], s.KIND) == s.TECHNICAL_SCHOOL
        counts = in_scope(doing, months_of_age(month, birth[j])) & (bits(skill[j], s.GRADE) >= s.SENIOR_WORKER)
        insured = (doing == s.EMPLOYED) & (bits(scheme[j], BUNDLE) == WHOLE_BUNDLE)
        differs[j] = ((counts != (bits(course[j], s.IN_STOCK) > 0)) | (insured != (marks[j] & s.COVERED != 0)) | studies
                      | ((doing == s.GONE) & (course[j] > 0)))


@lent
def turn_page(note, scheme, last_month_of_year):  # type: ignore[no-untyped-def]
    """Clear the notes of a block and, in December, the mark of those counted this year."""
    for j in range(note.size):
        note[j] = s.QUIET
    if last_month_of_year:
        for j in range(scheme.size):
            scheme[j] &= 255 - s.COUNTED


@by_parts
def count(  # type: ignore[no-untyped-def]
    part, n, month, last_month_of_year, birth, traits, area, state, note, scheme, schooling, skill, course, card, tally, roll, places,
    identity, legal, first_birth, paid, resident_years, ui_paid, base, balance, wage, firm, firm_id, ownership, due, injury_rate, whole,
    real, tiers, below, keys, marks, offer, soonest, keeping,
):
    """Bring the rolls of the month up to date, (parts, areas, `rolls.CODES`); with `keeping`, review cards and keep accounts first.
    places: where everyone stood before (`rolls.Places`).

    Clears the month's notes and, in December, the mark of those counted this year. legal: the resident scheme's ages by birth month,
    `soonest` the least of them.
    """
    parts, blocks, january = roll.shape[0], tally.shape[0], whole[JANUARY] == 1
    for p in range(*part):
        flags, listed, room = np.empty(BATCH, np.uint8), np.empty(BATCH, np.uint64), room_to_count()
        who, draws, gains = np.empty(BATCH, np.uint64), np.empty((2, BATCH), np.uint64), np.empty(BATCH, np.int64)
        terms, mine, work = np.empty(BATCH, np.uint8), np.empty(BATCH, np.uint8), np.empty((LINES, BATCH), np.uint32)
        for b in range(p * blocks // parts, (p + 1) * blocks // parts):
            for at in range(b * BLOCK, min(n, (b + 1) * BLOCK), BATCH):
                first, to = np.uint64(at), min(at + BATCH, n)
                rows = flags[: to - at]
                changes(month, birth[at:to], state[at:to], scheme[at:to], skill[at:to], course[at:to], marks[at:to], rows)
                for i in listed[: those(rows, ANY, first, listed)]:
                    keep_stock(i, b, area[i], state[i], month - np.int64(birth[i]), skill, course, tally)
                    keep_coverage(i, b, area[i], state[i], scheme[i], note[i], paid, marks, tally, keeping)
                if keeping:
                    sort_out(month, january, soonest, birth[at:to], state[at:to], note[at:to], scheme[at:to], resident_years[at:to],
                             base[at:to], card[at:to], rows)
                    if january:
                        begin_new_year(area[at:to], state[at:to], scheme[at:to], resident_years[at:to], base[at:to], balance[at:to], gains,
                                       tally[b], real)
                    begin_resident_pensions(listed[: those(rows, BEGINS, first, listed)], month, area, birth, resident_years, base,
                                            balance, tally[b], legal, first_birth, whole)
                    some = those(rows, DECLARES, first, listed)
                    declare(listed[: still_due(listed[:some], january, note, base)], identity, state, scheme, firm, firm_id, ownership,
                            wage, base, whole, real, keys)
                    pay_benefits(listed[: those(rows, CLAIMS, first, listed)], area, resident_years, base, ui_paid, tally[b], whole)
                    pay_pensions(listed[: those(rows, DRAWS, first, listed)], area, state, base, balance, tally[b])
                    terms_of(area[at:to], state[at:to], scheme[at:to], terms)
                    pay_premiums(listed[: those(rows, PAYS, first, listed)], first, terms, area, paid, ui_paid, base, balance, firm, due,
                                 injury_rate, tally[b], whole, mine, work, who)
                    review_cards(listed[: those(rows, CARD_DAY, first, listed)], month, identity, birth, scheme, area, card, offer, who,
                                 draws)
                    pay_as_residents(listed[: those(rows, TIER_DAY, first, listed)], identity, area, state, scheme, resident_years,
                                     balance, tally[b], tiers, below, keys[2], who, draws[0])
                enter(roll[p], at, to, places, room, listed, month, birth[at:to], traits[at:to], area[at:to], state[at:to],
                      scheme[at:to], card[at:to], resident_years[at:to], schooling[at:to], skill[at:to])
                turn_page(note[at:to], scheme[at:to], last_month_of_year)


@once
def youngest_resident_pensioner(city: City) -> int:
    """The least age, in months, at which the resident scheme pays a pension to anybody."""
    return int(city.legal_ages[3].min())


@once
def memberships_by_plan(city: City) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """See `rolls.memberships`, by the plan's own account of talent."""
    return memberships(tuple(city.setting.skills.talent.rule.tolist()))


def count_stocks(city: City, last_month_of_year: bool, *, keeping: bool) -> NDArray[np.int64]:
    """Rows in the month's stocks, (`rolls.ENTRIES`, areas); with `keeping` it also keeps everyone's account and card."""
    people, firms, tally, now = city.people, city.firms, city.new_tally(), rules(city)
    rolls = city.rolls
    rolls.reach(people.n)
    across(count, rolls.entered.shape[0], people.n, city.month, last_month_of_year, people.birth, people.traits, people.area, people.state,
           people.note, people.scheme, people.schooling, people.skill, people.course, people.card, tally, rolls.entered, rolls.places,
           people.id, city.legal_ages[3], city.first_birth, people.paid, people.resident_years, people.ui_paid, people.base, people.account,
           people.wage, people.firm, firms.id, firms.ownership, firms.due, firms.injury_rate, now.whole, now.real, now.tiers, now.below,
           now.keys, people.marks, city.card_offer, youngest_resident_pensioner(city), keeping)
    out = np.zeros((ENTRIES, tally.shape[2]), np.int64)
    np.add.reduce(tally, axis=0, out=out[: len(SERIES)])
    read(rolls.entered, *memberships_by_plan(city), out)
    commuting.count_at_work(city, out)
    return out


@njit(cache=True)
def follow(month, merged, minimum_wage, income, attrition, capture, capture_of_startups):  # type: ignore[no-untyped-def]
    """Write the series of the month that follow from others; see `declare_series`. merged: whether maternity insurance is; money in fen;
    capture, capture_of_startups: shares by area. Returns the mean base that was declared, yuan, nought where nobody paid."""
    bases = payers = 0.0
    for a in range(capture.size):
        now = month[:, a]
        active = now[EMPLOYEE] + now[CIVIL]
        now[MEDICAL] = active + now[PENSIONERS] + now[CIVIL_PENSIONERS]
        now[MATERNITY] = active if merged else now[INJURY]
        now[MINIMUM] = minimum_wage * now[RESIDENTS]
        now[INCOME] = np.rint(now[RESIDENT_PENSIONERS] * income[0] * income[1])
        now[CAPTURED] = capture[a] * (now[FIRST] - now[ATTRITION] * attrition)
        now[CAPTURED_STARTUPS] = capture_of_startups[a] * now[STARTUPS]
        bases += now[BASES]
        payers += now[PAYERS]
    return bases / payers / 100 if payers > 0 else 0.0


@while_rules_hold
def captured(city: City) -> NDArray[np.float64]:
    """Share of net first registrations that the bureau captures, by area."""
    return city.setting.by_area("capture") * city.setting.parameter("new_definition_ratio")


def declare_series(city: City) -> None:
    """Series that follow from the count: medical and maternity members, money per head, captured registrations, next month's mean base.

        employee medical 职工医保    active members of the employee and civil schemes and their pensioners
        maternity 生育保险           staff insured by an employer (injury); from 2020, with medical insurance merged, all active ones
        captured(area)              capture(area) · definition · (first registrations − natural attrition · [switch])

    `definition` is the ratio of the new to the old 口径 where the plan changed it, else 1.
    """
    mean = follow(city.now, city.year >= MERGED, 100 * minimum_wage(city), (city.resident_income_fen, wage_index(city)),
                   city.setting.parameter("subtract_natural_attrition"), captured(city), share_captured(city)[0])
    city.mean_base = mean or city.mean_base


@lent
def insured_at_work(state, scheme, flags):  # type: ignore[no-untyped-def]
    """Flag the employees of a stretch who are insured against injury."""
    for j in range(state.size):
        flags[j] = (state[j] == s.EMPLOYED) & (bits(scheme[j], s.INJURY) != 0)


@lent
def count_insuring(n, state, scheme, firm, firms, area, thin, weight, out):  # type: ignore[no-untyped-def]
    """Add to `out` the firms (rows below `firms`) that insure anybody against injury, real ones by area."""
    insures, flags, rows = np.zeros(firms, np.bool_), np.empty(BATCH, np.uint8), np.empty(BATCH, np.uint64)
    for at in range(0, n, BATCH):
        to = min(at + BATCH, n)
        insured_at_work(state[at:to], scheme[at:to], flags)
        for i in rows[: those(flags[: to - at], ANY, np.uint64(at), rows)]:
            insures[firm[i]] = True
    for f in range(firms):
        if insures[f]:
            out[area[f]] += weight[area[f]] / thin[f]


def insuring_firms(city: City) -> None:
    """Employers with anybody insured 参保单位, counted at the end of each quarter and held in between."""
    people, firms, t, line = city.people, city.firms, city.month, city.now[S.insuring_firms]
    if t % 3 != 2 and t > 0:
        line[:] = city.stock("insuring_firms")
        return
    count_insuring(people.n, people.state, people.scheme, people.firm, firms.n, firms.area, firms.thin, city.weight, line)


def count_heads(city: City) -> None:
    """Count the month's stocks, and write what the bureau declares of them and of the month's flows."""
    assess_premiums(city)
    counted = count_stocks(city, city.calendar_month == 12, keeping=True)
    now = city.now
    now += counted[: len(SERIES)] * city.weight
    share_out(city, counted)
    declare_denominators(city)
    declare_series(city)
    insuring_firms(city)
    count_work(city)
