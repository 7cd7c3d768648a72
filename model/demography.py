"""Demography: births, deaths, school, participation in the labour force, and retirement by the law in force.

    deaths    each person, each month, at the national rate of sex, age and period ÷ 12
    births    each woman of 15 to 49, each month, at shape(age) · total fertility rate(year) ÷ 12 (the draw of death decides)
    work      a person is in the labour force while her lasting draw u < participation(rural, sex, age): looked at on each birthday
    retiring  a member of the employee or civil-service scheme stops when `retirement.claim` says so
"""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from model import retirement
from model import states as s
from model.blocks import ANY, BLOCK, DRAWN, is_birthday, leave_job, past_legal_age, rows_where, those, vanish
from model.law import retirement_age_table
from model.luck import chance, draw64, draw_each, hash_ids, thresholds, uniform
from model.series import S
from model.setting import AGES

if TYPE_CHECKING:
    from model.city import City

DEATHS, ATTRITION, RETIREES, EXITS = S.deaths, S.natural_attrition, S.new_retirees, S.roster_exits
HEIRS, RESIDENT_HEIRS = S.pension_inherited_fen, S.resident_inherited_fen
MOTHERS = (15, 50)
AGED = 12 * 85                          # months of age from which death is likely enough to be looked for apart
LAST_MONTH = 12 * AGES                  # months of age after which rates stay as they are


@cache
def death_rates(year: int) -> NDArray[np.float64]:
    """National deaths per person-year in `year`, shape (2, 101): men, women. Source: model/national/SOURCES.md."""
    rates = np.zeros((2, AGES))
    with resources.files("model.national").joinpath("mortality.csv").open(encoding="utf-8") as text:
        for row in csv.DictReader(text):
            first, last = map(int, row["period"].split("-"))
            if first <= min(max(year, 2005), 2044) <= last:
                rates["mf".index(row["sex"]), int(row["age_from"]):] = float(row["deaths_per_person_year"])
    return rates


@cache
def fertility(year: int) -> float:
    """National total fertility rate of `year` (projected from 2024). Source: model/national/SOURCES.md."""
    with resources.files("model.national").joinpath("births.csv").open(encoding="utf-8") as text:
        known = {int(row["year"]): float(row["total_fertility_rate"]) for row in csv.DictReader(text)}
    return known[min(max(year, min(known)), max(known))]


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
def who_lives(month, soonest, most, birth, traits, state, spell, scheme, draws, flags):  # type: ignore[no-untyped-def]
    """One month more in the present state, and a flag for whom something may befall: a draw below `most`, which is past every chance of
    death and birth under and over AGED, a birthday, or a pension in reach."""
    men, women, aged = np.int16(month - soonest[0]), np.int16(month - soonest[1]), np.int16(month - AGED)
    under, over = most[0], most[1]
    for j in range(state.size):
        doing = state[j]
        spell[j] += (doing != s.GONE) & (spell[j] < 255)
        reached = (birth[j] <= (women if traits[j] & s.FEMALE else men)) & (scheme[j] & (s.EMPLOYEE_SCHEME | s.UI) != 0)
        struck = draws[j] < (under if birth[j] > aged else over)
        flags[j] = (doing != s.GONE) & (struck | ((doing <= s.INACTIVE) & (is_birthday(month, birth[j]) | reached)))


@njit(parallel=True, cache=True)
def live(  # type: ignore[no-untyped-def]
    n, month, identity, birth, traits, area, state, note, spell, scheme, firm, schooling, marks, paid, resident_years, account, tally,
    deaths, quiet, soonest, legal, first_birth, claims, claims_open, minimum_paid, choices, participation, school, keys,
):
    """One month of everyone's life. deaths: thresholds by (sex, age); quiet: `lowest_quiet`; soonest: months of age before which no
    pension is in reach, of men and women; legal: months of age by (category, birth month);
    claims, claims_open, minimum_paid, choices: see `retirement.claim`.

    One draw says who dies and, above that, who gives birth. Mothers are marked in `note` until `bear` has given their children rows.
    Whom nothing can befall this month (`who_lives`) is done with after the draw.
    """
    key_life, key_work, key_school, key_claim, key_on = keys[0], keys[1], keys[2], keys[3], keys[4]
    most = np.array([quiet[:, :AGED].max(), quiet.max()])
    for b in prange(tally.shape[0]):
        draws, flags, rows = np.empty(DRAWN, np.uint64), np.empty(DRAWN, np.uint8), np.empty(DRAWN, np.uint64)
        for at in range(b * BLOCK, min(n, (b + 1) * BLOCK), DRAWN):
            first, to = np.uint64(at), min(at + DRAWN, n)
            draw_each(key_life, identity[at:to], draws)
            who_lives(month, soonest, most, birth[at:to], traits[at:to], state[at:to], spell[at:to], scheme[at:to], draws, flags)
            for i in rows[: those(flags[: to - at], ANY, first, rows)]:
                doing, months, mark, draw = state[i], month - np.int64(birth[i]), traits[i], draws[i - first]
                sex = mark & s.FEMALE
                struck = draw < quiet[sex, min(months, LAST_MONTH)]
                if not struck and doing > s.INACTIVE:
                    continue
                who, a = identity[i], area[i]
                years = min(months // 12, AGES - 1)
                in_town = doing == s.EMPLOYED or doing == s.FLEXIBLE or doing == s.OWNER
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
                    continue
                if struck:
                    note[i] = s.GAVE_BIRTH
                if doing == s.AWAY or doing == s.RETIRED:
                    continue
                kind = scheme[i] & s.PENSION_KIND
                if (kind >= s.EMPLOYEE_SCHEME or scheme[i] & s.UI) and doing != s.STUDENT:
                    if kind >= s.EMPLOYEE_SCHEME and note[i] == s.QUIET:
                        step = retirement.claim(months, np.int64(birth[i]), mark, who, doing == s.EMPLOYED, np.int64(paid[i]), month,
                                                claims, claims_open, first_birth, minimum_paid, choices, key_claim, key_on)
                        if step == retirement.RETIRES:
                            if in_town:
                                tally[b, ATTRITION, a] += 1
                            tally[b, RETIREES, a] += 1
                            leave_job(i, firm, scheme, marks)
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
                            state[i], spell[i] = s.INACTIVE, 0


@njit(cache=True)
def bear(mothers, rows, month, identity, birth, traits, area, state, scheme, firm, key_sex, boys):  # type: ignore[no-untyped-def]
    """The children of `mothers` (rows) are born into `rows`; they take the mother's area and hukou, and live where she lives."""
    for k in range(mothers.size):
        m, i = mothers[k], rows[k]
        identity[i] = hash_ids(identity[m], np.uint64(month), np.uint64(1))
        birth[i], area[i] = month, area[m]
        traits[i] = (traits[m] & (s.OUTSIDER | s.RURAL)) | (0 if draw64(key_sex, identity[i]) < boys else s.FEMALE)
        state[i] = s.AWAY if state[m] == s.AWAY else s.CHILD
        scheme[i], firm[i] = 0, s.NOBODY


def age_and_die(city: City) -> None:
    """Deaths, birthdays, retirements and births of the month."""
    people, year, t = city.people, city.year, city.month
    keys = np.array([city.key("death"), city.lasting("participation"), city.lasting("studying"),
                     city.lasting("retirement"), city.lasting("pays on")], np.uint64)
    deaths, births = thresholds(death_rates(year).ravel() / 12).reshape(2, AGES), thresholds(birth_rates(year) / 12)
    tally = city.new_tally()
    reach = np.minimum(city.claims_open, city.legal_ages[:3].min(axis=1))
    soonest = np.array([reach[0], reach[1:].min()])
    live(people.n, t, *city.person_columns(), people.schooling, people.marks, people.paid, people.resident_years, people.account, tally,
         deaths, lowest_quiet(deaths, births), soonest, city.legal_ages, city.first_birth, city.claim_ages, city.claims_open,
         city.minimum_paid, retirement.choices(city), city.tables.participation, city.setting.parameter("school_share_16_17"), keys)
    mothers = rows_where(people.note, s.GAVE_BIRTH, s.GAVE_BIRTH, people.n)
    people.note[mothers] = s.QUIET
    rows = people.settle(mothers.size)
    bear(mothers, rows, t, people.id, people.birth, people.traits, people.area, people.state, people.scheme, people.firm,
         city.key("sex at birth"), chance(city.setting.parameter("boys_at_birth")))
    born_here = rows[people.state[rows] == s.CHILD]
    city.count_rows("births", born_here)
    city.add(tally)


def legal_ages(city: City, first_birth: int, last_birth: int) -> NDArray[np.int16]:
    """Legal retirement ages in months, (men, women in cadre posts, women workers) × birth months first_birth..last_birth."""
    return retirement_age_table(city.setting.law, city.setting.start_year, first_birth, last_birth)
