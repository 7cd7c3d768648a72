"""Wages: what a firm offers a person, and how wages in force change.

    ln offer = ln level(t) + return·(years of schooling − 12) + experience_gain·x + experience_bend·x²
               + grade premium·[high grade] (half of it for a lower grade) + title premium·title/3
               + firm's premium + person's lasting effect + match effect            at least the legal minimum wage 最低工资

x: years since school, at most 45. `return` is that of urban people, or of rural hukou holders. The firm's premium is its sector's, its
size's, a foreign owner's, and its own policy. Person and match effects are logistic, keyed by the person and by person and firm: nobody
bargains. level(t) is solved so that the mean wage of the start is the baseline's; it grows with `wage_growth`, and with the tightness of
the market (posts ÷ searchers against the start) to the power `wage_response`. Wages in force follow in January, with a year's
experience, and at once where a higher minimum wage binds. Wages do not act on the number of jobs: that closure is `demand_response` alone.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import states as s
from model.arithmetic import exp, exp_each, log, log_each, power
from model.blocks import DRAWN, blocks_of, rows_in, rows_where, stretches
from model.compiler import by_parts, lent
from model.luck import draw_each, mix64, uniform
from model.parts import log_odds_of
from model.setting import once
from model.threads import across

if TYPE_CHECKING:
    from model.city import City

YEARS_OF_SCHOOL = np.array([6, 9, 12, 15, 16, 19, 22, 6], np.int64)        # by s.SCHOOLING
LOGISTIC_SD = 1.8137993642342178        # π/√3: sd of the standard logistic
LONGEST_CAREER = 45
LEVEL, URBAN, RURAL, GAIN, BEND, GRADE_PREMIUM, TITLE_PREMIUM, PERSON_SD, MATCH_SD, FLOOR = range(10)
LARGEST = 65535.0


@njit(cache=True, error_model="numpy")  # no question after a division by zero, which would be a branch
def logits(draws, x, out):  # type: ignore[no-untyped-def]
    """Draws as logistic variables of sd 1, into `out`; x: room to work in. Loops that the compiler turns into vector instructions."""
    for j in range(draws.size):
        u = min(max(uniform(draws[j]), 1e-9), 1.0 - 1e-9)
        x[j] = u / (1.0 - u)
    log_each(x, out)
    for j in range(draws.size):
        out[j] /= LOGISTIC_SD


@njit(inline="always")
def log_worth(person, match, premium, months, traits, schooling, skill, years_of_school, rule):  # type: ignore[no-untyped-def]
    """Logarithm of what the firm offers this person against the level of the month, before any minimum. person, match: logistic effects
    of sd 1; rule: the terms of the module's equation."""
    years = years_of_school[schooling & s.SCHOOLING]
    x = min(max(months / 12.0 - years - 6.0, 0.0), 45.0)
    value = (rule[RURAL] if traits & s.RURAL else rule[URBAN]) * (years - 12.0) + rule[GAIN] * x + rule[BEND] * x * x + premium
    grade = skill & s.GRADE
    if grade > s.NO_GRADE:
        value += rule[GRADE_PREMIUM] * (1.0 if grade >= s.SENIOR_WORKER else 0.5)
    value += rule[TITLE_PREMIUM] * ((skill & s.TITLE) >> s.TITLE_SHIFT) / 3.0
    return value + (rule[PERSON_SD] * person + rule[MATCH_SD] * match)


@njit(inline="always")
def monthly(relative, level, floor):  # type: ignore[no-untyped-def]
    """A wage in tens of yuan before rounding: what a person is worth times the level of the month, at least the minimum wage."""
    return min(max(level * relative, floor) * 0.1, LARGEST)


@lent
def effects_of(ids, jobs, key_person, key_match, draws, x, effects):  # type: ignore[no-untyped-def]
    """The logistic effects of persons `ids` and of their `jobs` (person ^ firm) to `effects`; draws, effects: (2, at least as many), x:
    room to work in."""
    k = ids.size
    draw_each(key_person, ids, draws[0])
    draw_each(key_match, jobs, draws[1])
    logits(draws[0, :k], x, effects[0])
    logits(draws[1, :k], x, effects[1])


@by_parts
def worth_of_staff(  # type: ignore[no-untyped-def]
    part, staff, month, identity, birth, traits, firm, schooling, skill, trade, firm_id, sector, premium, years_of_school, rule, key_person,
    key_match, out,
):
    """Write to `out` what `staff`, rows of everyone at work, are worth (`log_worth`) as if all were hired now; their trades are those of
    their firms."""
    for b in range(*part):
        rows, worths = staff[b * DRAWN: (b + 1) * DRAWN], out[b * DRAWN: (b + 1) * DRAWN]
        k = rows.size
        ids, jobs, draws, x, effects = (np.empty(k, np.uint64), np.empty(k, np.uint64), np.empty((2, k), np.uint64), np.empty(k),
                                        np.empty((2, k)))
        for j in range(k):
            i = rows[j]
            ids[j], jobs[j] = identity[i], identity[i] ^ firm_id[np.uint64(firm[i])]
        effects_of(ids, jobs, key_person, key_match, draws, x, effects)
        for j in range(k):
            i = rows[j]
            f = np.uint64(firm[i])
            x[j] = log_worth(effects[0, j], effects[1, j], premium[f], month - np.int64(birth[i]), traits[i], schooling[i], skill[i],
                             years_of_school, rule)
            trade[i] = sector[f] + 1
        exp_each(x, worths)


@by_parts
def pay_first(part, staff, worths, wage, level, floor, sums):  # type: ignore[no-untyped-def]
    """Write the wages of `staff` with these worths at that level and minimum, and their sum in tens of yuan by block."""
    for b in range(*part):
        for j in rows_in(b, staff.size):
            paid = np.int64(monthly(worths[j], level, floor) + 0.5)
            wage[staff[j]] = paid
            sums[b] += paid


@by_parts
def revise(part, n, month, identity, birth, state, schooling, wage, years_of_school, growth, least, floor):  # type: ignore[no-untyped-def]
    """Wages in force times growth by years of experience, (46,), rounded by the person's own luck; at least `floor` (tens of yuan)."""
    for b in range(*part):
        for i in rows_in(b, n):
            if state[i] == s.EMPLOYED:
                months = month - np.int64(birth[i])
                x = min(max(months // 12 - years_of_school[schooling[i] & s.SCHOOLING] - 6, 0), 45)
                if not least:
                    value = wage[i] * growth[x] + uniform(mix64(identity[i] + np.uint64(month)))
                    wage[i] = np.int64(min(max(value, floor), 65535.0))
                elif wage[i] < floor:
                    wage[i] = np.int64(floor)


@njit(cache=True)
def premiums(sector, owner, real, own, of_sector, spread, of_size, foreign):  # type: ignore[no-untyped-def]
    """Log wage that firms pay above the city's level, float32. own: log-odds of their luck; the others: what each term is worth."""
    out = np.empty(real.size, np.float32)
    for f in range(real.size):
        size = of_size * log(max(real[f], 1.0) / 10.0)
        out[f] = of_sector[sector[f]] + spread * own[f] / LOGISTIC_SD + size + (foreign if owner[f] == s.FOREIGN else 0.0)
    return out


def premium_of(city: City, ids: NDArray[np.uint64], sector: NDArray[np.uint8], owner: NDArray[np.uint8], real: NDArray[np.float64],
               ) -> NDArray[np.float32]:
    """Log wage that firms pay above the city's level; `real`: staff at the founding or the start."""
    p, own = city.setting.parameter, log_odds_of(ids, city.lasting("wage policy"))
    paid: NDArray[np.float32] = premiums(sector, owner, real, own, city.sector_premium, p("wage_firm_sd"), p("wage_size_premium"),
                                         p("wage_foreign_premium"))
    return paid


def minimum_wage(city: City) -> float:
    """The legal minimum wage 最低工资 of the city's class this month, yuan."""
    return city.law_value(f"minimum_wage.class_{city.setting.wage_class}")


def rule(city: City) -> NDArray[np.float64]:
    """The terms of this month's wage equation, in the order that `log_worth` reads."""
    terms = lasting_terms(city).copy()
    terms[LEVEL], terms[FLOOR] = city.wage_level * wage_index(city), minimum_wage(city)
    return terms


@once
def lasting_terms(city: City) -> NDArray[np.float64]:
    """Those of them that never change; the level and the floor of the month are nought here."""
    p = city.setting.parameter
    return np.array([0.0, p("schooling_return_urban"), p("schooling_return_rural"), p("experience_gain"), p("experience_bend"),
                     p("skill_premium"), p("title_premium"), p("wage_person_sd"), p("wage_match_sd"), 0.0])


def wage_index(city: City) -> float:
    """What wage offers have become since the start: a steady growth, and the market's tightness to the power `wage_response`."""
    p = city.setting.parameter
    return offers_after(max(city.month + 1, 0) / 12, p("wage_growth"), city.tightness, p("wage_response"))


@lru_cache(maxsize=64)
def offers_after(years: float, growth: float, tightness: float, response: float) -> float:
    """`wage_index` after so many years."""
    index: float = power(1.0 + growth, years) * power(tightness, response)
    return index


def keys(city: City) -> tuple[np.uint64, np.uint64]:
    """Of the person's and of the match's effect."""
    return city.lasting("earning power"), city.lasting("match")


def pay_start(city: City) -> None:
    """The wages of the start, at the level at which their mean is the baseline's."""
    people, firms = city.people, city.firms
    city.wage_level, index, floor = city.setting.wage, wage_index(city), minimum_wage(city)
    staff = rows_where(people.state, s.EMPLOYED, s.EMPLOYED, people.n)
    worths, sums = np.empty(staff.size), np.zeros(blocks_of(staff.size), np.int64)
    across(worth_of_staff, stretches(staff.size), staff, -1, people.id, people.birth, people.traits, people.firm, people.schooling,
           people.skill, people.trade, firms.id, firms.sector, firms.premium, YEARS_OF_SCHOOL, rule(city), *keys(city), worths)
    for _ in range(3):              # the floor bends the mean a little: it settles at once
        sums[:] = 0
        across(pay_first, sums.size, staff, worths, people.wage, city.wage_level * index, floor, sums)
        if sums.any():
            city.wage_level *= city.setting.wage * staff.size / (10.0 * float(sums.sum()))
    city.wage_in_force, city.floor_in_force = index, floor


def raise_wages(city: City) -> None:
    """January: wages in force follow offers, and a year's experience; any month: a higher minimum wage binds."""
    p, people, floor = city.setting.parameter, city.people, minimum_wage(city)
    january = city.calendar_month == 1 and city.month > 0
    if not january and floor <= city.floor_in_force:
        return
    x, index = np.arange(LONGEST_CAREER + 1), wage_index(city)
    gain = np.array([exp(p("experience_gain") + p("experience_bend") * (2.0 * k + 1.0)) if k < LONGEST_CAREER else 1.0 for k in x.tolist()])
    across(revise, blocks_of(people.n), people.n, city.month, people.id, people.birth, people.state, people.schooling, people.wage,
           YEARS_OF_SCHOOL, gain * (index / city.wage_in_force), not january, floor / 10.0)
    city.floor_in_force = floor
    if january:
        city.wage_in_force = index
