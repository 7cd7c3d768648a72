"""Demography: births, deaths, school, participation in the labour force, and retirement by the law in force.

    deaths    each person, each month, at the national rate of sex, age and period ÷ 12
    births    each woman of 15 to 49, each month, at shape(age) · total fertility rate(year) ÷ 12 (the draw of death decides)
    work      a person is in the labour force while her lasting draw u < participation(rural, sex, age): looked at on each birthday
    retiring  a member of the employee or civil-service scheme stops when `retirement.claim` says so
"""

from __future__ import annotations

import csv
from collections import defaultdict
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import retirement
from model import states as s
from model.blocks import BLOCK, DRAWN, NONE, YEAR, is_birthday, leave_job, listed, months_of_age, past_legal_age, vanish
from model.compiler import by_parts, lent
from model.law import retirement_age_table
from model.lists import UNSET, bits, those
from model.luck import chance, draw64, draw_each, draw_those, hash_ids, thresholds, top_of, tops_of, uniform
from model.rulings import while_rules_hold
from model.separations import noted
from model.series import S
from model.setting import AGES
from model.threads import across

if TYPE_CHECKING:
    from model.city import City

DEATHS, ATTRITION, RETIREES, EXITS = S.deaths, S.natural_attrition, S.new_retirees, S.roster_exits
HEIRS, RESIDENT_HEIRS = S.pension_inherited_fen, S.resident_inherited_fen
MOTHERS = (15, 50)
OLD, AGED = 12 * 60, 12 * 85            # months of age from which death is likely enough to be looked for apart
SCHOOL_AGE = 12 * 16
BEFALLS, ASKED = np.uint8(1), np.uint8(2)
OLDEST = np.uint16(AGES - 1)
GAVE_BIRTH = np.uint8(s.GAVE_BIRTH)
LAST_MONTH = 12 * AGES                  # months of age after which rates stay as they are


@cache
def death_rates(year: int) -> NDArray[np.float64]:
    """National deaths per person-year in `year`, shape (2, 101): men, women. Source: model/national/SOURCES.md."""
    return next(rates for (first, last), rates in mortality().items() if first <= min(max(year, 2005), 2044) <= last)


@cache
def mortality() -> dict[tuple[int, int], NDArray[np.float64]]:
    """The national table: {(first year, last year): deaths per person-year, (2, 101)}."""
    rates: defaultdict[tuple[int, int], NDArray[np.float64]] = defaultdict(lambda: np.zeros((2, AGES)))
    with resources.files("model.national").joinpath("mortality.csv").open(encoding="utf-8") as text:
        for row in csv.DictReader(text):
            first, last = map(int, row["period"].split("-"))
            rates[first, last]["mf".index(row["sex"]), int(row["age_from"]):] = float(row["deaths_per_person_year"])
    return dict(rates)


@cache
def fertility(year: int) -> float:
    """National total fertility rate of `year` (projected from 2024). Source: model/national/SOURCES.md."""
    with resources.files("model.national").joinpath("births.csv").open(encoding="utf-8") as text:
        known = {int(row["year"]): float(row["total_fertility_rate"]) for row in csv.DictReader(text)}
    return known[min(max(year, min(known)), max(known))]


@cache
def birth_rates(year: int) -> NDArray[np.float64]:
    """Births per woman-year by age 0-100; the shape peaks at 28 (a bell of 5.5 years: assumption), its sum is the fertility rate."""
    age = np.arange(AGES)
    bell = np.where((age >= MOTHERS[0]) & (age < MOTHERS[1]), 1.0 / (1.0 + ((age - 28) / 5.5) ** 4), 0.0)
    return fertility(year) * bell / bell.sum()


@njit(cache=True)
def lowest_quiet(deaths, births):  # type: ignore[no-untyped-def]
    """The draw from which on a person neither dies nor gives birth, by sex and months of age; uint64 (2, LAST_MONTH + 1)."""
    out = np.empty((2, LAST_MONTH + 1), np.uint64)
    for months in range(LAST_MONTH + 1):
        years = min(months // 12, AGES - 1)
        out[0, months], out[1, months] = deaths[0, years], deaths[1, years] + births[years]
    return out


@njit(cache=True)
def bounds(quiet):  # type: ignore[no-untyped-def]
    """The greatest of `lowest_quiet` of women of the age of MOTHERS, and of the others below OLD, below AGED and beyond: their upper 16
    bits, uint16 (4,)."""
    young, fertile, grown = quiet[:, : 12 * MOTHERS[0]], quiet[1, 12 * MOTHERS[0]: 12 * MOTHERS[1]], quiet[:, 12 * MOTHERS[1]: OLD]
    others = max(young.max(), quiet[0, :OLD].max(), grown.max())
    return np.array([top_of(fertile.max()), top_of(others), top_of(quiet[:, :AGED][:, OLD:].max()), top_of(quiet.max())])


@njit(inline="always")
def pay_off(employer, left, at):  # type: ignore[no-untyped-def]
    """Write at `left[at]` the firm that loses a person of staff; returns 1, or 0 where there was no employer."""
    if employer == s.NOBODY:
        return 0
    left[at] = employer
    return 1


@lent
def who_lives(month, reach, most, birth, traits, state, spell, scheme, tops, flags):  # type: ignore[no-untyped-def]
    """One month more in the present state, and a flag for whom something may befall. BEFALLS: a draw that may lie below `most` (`bounds`),
    a 16th birthday, or a member past the legal age. ASKED: a birthday at working age, or a member to whom an earlier way to a pension may
    be open. reach: see `in_reach`; tops: `luck.tops_of` the draws."""
    aged, old, grown = np.int16(month - AGED), np.int16(month - OLD), np.int16(month - SCHOOL_AGE)
    first_mother, last_mother = np.int16(month - 12 * MOTHERS[1]), np.int16(month - 12 * MOTHERS[0])
    mother, young, ageing, very_old = most
    man, cadre, worker = reach[0]
    old_man, old_cadre, old_worker = reach[2]
    for j in range(state.size):
        doing, born, mark = state[j], birth[j], traits[j]
        spell[j] += (doing != s.GONE) & (spell[j] < 255)
        woman, leading, member = bits(mark, s.FEMALE) != 0, bits(mark, s.CADRE) != 0, bits(scheme[j], s.EMPLOYEE_SCHEME | s.UI) != 0
        here, at_work_age = doing != s.GONE, (doing >= s.FARM) & (doing <= s.INACTIVE)
        past = born <= ((old_cadre if leading else old_worker) if woman else old_man)
        near = born <= ((cadre if leading else worker) if woman else man)
        bound = (young if born > old else ageing) if born > aged else very_old
        fertile = woman & (born > first_mother) & (born <= last_mother)
        struck = here & (tops[j] <= (mother if fertile else bound))
        grows_up = (doing == s.CHILD) & (born <= grown)
        befalls, asked = struck | grows_up | (past & member & at_work_age), at_work_age & (is_birthday(month, born) | (near & member))
        flags[j] = (BEFALLS if befalls else UNSET) | (ASKED if asked else UNSET)


@lent
def ask(rows, first, month, identity, birth, traits, state, participation, reach, choices, keys, who, draws, flags):  # type: ignore[no-untyped-def]
    """Flag those of `rows` for whom the month's question may have another answer than before: who begins or ends to take part in the labour
    force this birthday, or may claim before the legal age (`retirement.due_age`). who, draws: room to work in, uint64, at least as many as
    rows, and twice as many."""
    n, sooner = rows.size, choices[retirement.SHARE_SPECIAL] + choices[retirement.SHARE_ILL]
    early = sooner + choices[retirement.SHARE_EARLY]
    draw_those(keys[1], identity, rows, who, draws[0])
    draw_each(keys[3], who[:n], draws[1])
    for j in range(n):
        i, months = rows[j], months_of_age(month, birth[rows[j]])
        works = uniform(draws[0, j]) < participation[1 if traits[i] & s.RURAL else 0, traits[i] & s.FEMALE, min(months // YEAR, OLDEST)]
        turns = (months % YEAR == NONE) & (works != (state[i] != s.INACTIVE))
        u, category = uniform(draws[1, j]), 0 if not traits[i] & s.FEMALE else 1 if traits[i] & s.CADRE else 2
        goes = (u < sooner) | ((u < early) & (birth[i] <= reach[1, category]))
        flags[i - first] |= BEFALLS if turns | goes else UNSET


@by_parts
def live(  # type: ignore[no-untyped-def]
    part, n, month, identity, birth, traits, area, state, note, spell, scheme, firm, schooling, marks, paid, resident_years, account, tally,
    deaths, quiet, reach, legal, first_birth, claims, claims_open, minimum_paid, choices, participation, school, noted, left, keys,
    found, lost,
):
    """One month of everyone's life. deaths: thresholds by (sex, age); quiet: `lowest_quiet`; reach: see `in_reach`; legal: months
    of age by (category, birth month); claims, claims_open, minimum_paid, choices: see `retirement.claim`.

    One draw says who dies and, above that, who gives birth. Mothers are marked in `note` until `bear` has given their children rows.
    Whom nothing befalls this month (`who_lives`, `ask`) is done with after the draws. Listed block by block are in `noted` the rows of
    those with a note, in `left` the firms that lose staff: `found` and `lost` of each block.
    """
    key_life, key_work, key_school, key_claim, key_on = keys[0], keys[1], keys[2], keys[3], keys[4]
    most = bounds(quiet)
    for b in range(*part):
        draws, flags, rows = np.empty(DRAWN, np.uint64), np.empty(DRAWN, np.uint8), np.empty(DRAWN, np.uint64)
        asked, answers, tops = np.empty(DRAWN, np.uint64), np.empty((2, DRAWN), np.uint64), np.empty(DRAWN, np.uint16)
        for at in range(b * BLOCK, min(n, (b + 1) * BLOCK), DRAWN):
            first, to = np.uint64(at), min(at + DRAWN, n)
            draw_each(key_life, identity[at:to], draws)
            tops_of(draws, tops)
            who_lives(month, reach, most, birth[at:to], traits[at:to], state[at:to], spell[at:to], scheme[at:to], tops, flags)
            ask(rows[: those(flags[: to - at], ASKED, first, rows)], first, month, identity, birth, traits, state, participation,
                reach, choices, keys, asked, answers, flags)
            for i in rows[: those(flags[: to - at], BEFALLS, first, rows)]:
                doing, months, mark, draw = state[i], month - np.int64(birth[i]), traits[i], draws[i - first]
                sex = mark & s.FEMALE
                struck = draw < quiet[sex, min(months, LAST_MONTH)]
                if not struck and doing > s.INACTIVE:
                    continue
                who, a = identity[i], area[i]
                years = min(months // 12, AGES - 1)
                in_town, employer = doing == s.EMPLOYED or doing == s.FLEXIBLE or doing == s.OWNER, firm[i]
                if struck and draw < deaths[sex, years]:
                    if doing != s.AWAY:
                        tally[b, DEATHS, a] += 1
                    if in_town:
                        tally[b, ATTRITION, a] += 1
                    tally[b, EXITS, a] += 1
                    if doing != s.RETIRED and not resident_years[i] & s.DRAWS_RESIDENT:
                        resident = scheme[i] & s.PENSION_KIND == s.RESIDENT_SCHEME
                        tally[b, RESIDENT_HEIRS if resident else HEIRS, a] += account[i]
                    vanish(i, identity, birth, traits, area, state, note, spell, scheme, firm)
                    lost[b] += pay_off(employer, left, b * BLOCK + lost[b])
                    continue
                if struck:
                    note[i] = s.GAVE_BIRTH
                    noted[b * BLOCK + found[b]] = i
                    found[b] += 1
                if doing == s.AWAY or doing == s.RETIRED:
                    continue
                kind = scheme[i] & s.PENSION_KIND
                if (kind >= s.EMPLOYEE_SCHEME or scheme[i] & s.UI) and doing != s.STUDENT:
                    if kind >= s.EMPLOYEE_SCHEME and note[i] == s.QUIET:
                        step = retirement.claim(months, np.int64(birth[i]), mark, who, doing == s.EMPLOYED, np.int64(paid[i]), month,
                                                claims, claims_open, first_birth, minimum_paid, choices, key_claim, key_on)
                        if step == retirement.RETIRES or step == retirement.SWITCHES:
                            noted[b * BLOCK + found[b]] = i
                            found[b] += 1
                        if step == retirement.RETIRES:
                            if in_town:
                                tally[b, ATTRITION, a] += 1
                            tally[b, RETIREES, a] += 1
                            leave_job(i, firm, scheme, marks)
                            lost[b] += pay_off(employer, left, b * BLOCK + lost[b])
                            scheme[i] = (scheme[i] & (255 - s.PENSION_KIND)) | kind
                            state[i], spell[i], note[i] = s.RETIRED, 0, s.RETIRING
                            continue
                        if step == retirement.SWITCHES:
                            note[i] = s.SWITCHING
                        elif step == retirement.PAYS_ON:
                            scheme[i] = (scheme[i] & (255 - s.UI - s.INJURY - s.LAID_OFF)) | s.PAYING
                    elif kind < s.EMPLOYEE_SCHEME and past_legal_age(months, np.int64(birth[i]), mark, legal, first_birth):
                        scheme[i] &= 255 - s.UI - s.INJURY - s.LAID_OFF      # works on without a relation to insure, or claims no more
                if months % 12 == 0:
                    if doing == s.CHILD and years >= 16:
                        doing = s.STUDENT if uniform(draw64(key_school, who)) < school else s.INACTIVE
                        state[i], spell[i] = doing, 0
                        schooling[i] = s.SENIOR_SECONDARY if doing == s.STUDENT else s.JUNIOR_SECONDARY
                    if doing != s.STUDENT and doing != s.CHILD:
                        works = uniform(draw64(key_work, who)) < participation[1 if mark & s.RURAL else 0, sex, years]
                        if works and doing == s.INACTIVE:
                            state[i], spell[i] = s.UNEMPLOYED, 0
                        elif not works and doing != s.INACTIVE:
                            leave_job(i, firm, scheme, marks)
                            lost[b] += pay_off(employer, left, b * BLOCK + lost[b])
                            state[i], spell[i] = s.INACTIVE, 0


@lent
def bear(mothers, rows, month, identity, birth, traits, area, state, note, scheme, firm, key_sex, boys, born):  # type: ignore[no-untyped-def]
    """The children of `mothers` (rows) are born into `rows`; they take the mother's area and hukou, and live where she lives. born: those
    born here, rows by area."""
    for k in range(mothers.size):
        m, i = mothers[k], rows[k]
        identity[i] = hash_ids(identity[m], np.uint64(month), np.uint64(1))
        birth[i], area[i] = month, area[m]
        traits[i] = (traits[m] & (s.OUTSIDER | s.RURAL)) | (0 if draw64(key_sex, identity[i]) < boys else s.FEMALE)
        state[i] = s.AWAY if state[m] == s.AWAY else s.CHILD
        scheme[i], firm[i], note[m] = 0, s.NOBODY, s.QUIET
        born[area[i]] += state[i] == s.CHILD


@while_rules_hold
def lines_of_life(city: City) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Thresholds of death of the year, (sex, age), and `lowest_quiet`."""
    deaths = thresholds(death_rates(city.year).ravel() / 12).reshape(2, AGES)
    return deaths, lowest_quiet(deaths, thresholds(birth_rates(city.year) / 12))


def age_and_die(city: City) -> None:
    """Deaths, birthdays, retirements and births of the month."""
    people, t = city.people, city.month
    keys = np.array([city.key("death"), city.lasting("participation"), city.lasting("studying"),
                     city.lasting("retirement"), city.lasting("pays on")], np.uint64)
    deaths, quiet = lines_of_life(city)
    tally = city.new_tally()
    listing, city.off_payroll = city.room()[0], np.empty(tally.shape[0] * BLOCK, np.int32)
    found, city.lost_staff = np.zeros((2, tally.shape[0]), np.int64)
    across(live, tally.shape[0], people.n, t, *city.person_columns(), people.schooling, people.marks, people.paid, people.resident_years,
           people.account, tally, deaths, quiet, in_reach(city), city.legal_ages, city.first_birth, city.claim_ages, city.claims_open,
           city.minimum_paid, retirement.choices(city), city.tables.participation, city.setting.parameter("school_share_16_17"), listing,
           city.off_payroll, keys, found, city.lost_staff)
    city.noted = listed(listing, found)
    mothers, born = noted(city.noted, people.note, GAVE_BIRTH, GAVE_BIRTH), np.zeros(len(city.setting.areas), np.int64)
    rows = people.settle(mothers.size)
    bear(mothers, rows, t, people.id, people.birth, people.traits, people.area, people.state, people.note, people.scheme,
         people.firm, city.key("sex at birth"), chance(city.setting.parameter("boys_at_birth")), born)
    city.flow("births", born)
    city.add(tally)


@njit(cache=True)
def last_past(all_past, month, first_birth, opens):  # type: ignore[no-untyped-def]
    """See `in_reach`; all_past: ascending by month of birth, counted from `first_birth`; opens: months of age, by category."""
    out = np.empty((3, all_past.shape[1]), np.int16)
    for category in range(all_past.shape[1]):
        for way in range(2):
            out[1 + way, category] = first_birth - 1 + np.searchsorted(all_past[way, category], month - first_birth, side="right")
        out[0, category] = max(month - opens[category], np.int64(out[2, category]))
    return out


def in_reach(city: City) -> NDArray[np.int16]:
    """The last month of birth of those past the first age of any way to a pension, past the flexible early age, and past the legal age, by
    category, (3, 3). Nobody younger is past it: ages rise more slowly than people age."""
    reach: NDArray[np.int16] = last_past(city.all_past, city.month, city.first_birth, city.claims_open)
    return reach


def legal_ages(city: City, first_birth: int, last_birth: int) -> NDArray[np.int16]:
    """Legal retirement ages in months, (men, women in cadre posts, women workers) × birth months first_birth..last_birth."""
    return retirement_age_table(city.setting.law, city.setting.start_year, first_birth, last_birth)
