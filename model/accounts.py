"""What a person has paid in: paid months, the declared contribution base, and the individual account, kept by the bureau's monthly count.

    base      what the employer, or the flexible worker, declares 缴费基数: looked at when a job begins, and for everyone in January
                  floor                with u < floor_declared_share (staff of firms) or flexible_floor_share (those who pay for themselves)
                  the wage             otherwise; always between the legal floor and ceiling of the month
    paid      + 1 for each month with a premium to the employee or civil scheme
    account   + base · employee rate, and interest each January, on the balance at the end of December
    ui_paid   + 1 for each insured month; paid time counts anew after a benefit (失业保险条例 14-17)
    resident  once a year, in the month of birth: a tier, with the fiscal match, to the account; + 1 paid year

Premiums are whole fen a person, rounded down; what the funds book is the sum of them. `bureau.count` goes over everyone by stretches of
rows; who is due for what, and what everyone pays and draws, month after month, is in `model/premiums.py`.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import states as s
from model.arithmetic import exp_each, log_each
from model.blocks import DRAWN, stretches
from model.compiler import by_parts, lent
from model.lists import ANY, bits, those
from model.luck import draw_each, draw_those, uniform
from model.premiums import (
    BENEFIT_CAP,
    BENEFIT_FLAT,
    BENEFIT_FLOOR,
    CEILING,
    FLOOR,
    JANUARY,
    LONG_FROM,
    LONGEST_FROM,
    MOST_FEN,
    MOST_YEARS,
    MOST_YUAN,
    OWN_LONG,
    OWN_MEDIUM,
    OWN_SHORT,
    RESIDENT_OUT,
    RESIDENT_YEARS,
    TIER_LOW,
    on_their_own,
)
from model.rulings import carried, while_rules_hold
from model.series import S
from model.threads import across
from model.wages import wage_index

if TYPE_CHECKING:
    from model.city import City

INTEREST, RESIDENT_INTEREST, RISE, MEAN_WAGE, WAGE_SPREAD, AT_FLOOR, FLEXIBLE_AT_FLOOR = range(7)
"""Real numbers of the month; AT_FLOOR shares, WAGE_SPREAD the scale of a logistic log wage where a wage is not known."""
LATER_RISE = 0.5
"""Beyond the last dated base (`rulings.LAST_DATED`) pensions in payment rise by this part of wage growth (assumption)."""
END = 1e-6                      # of a draw beyond which a wage that nobody knows is no further from the mean
RESIDENT_IN, RESIDENT_MATCH = S.resident_paid_fen, S.resident_matched_fen
BENEFITS, CREDITED, PAID_UP, RESIDENT_PAYERS = S.ui_benefit_fen, S.account_interest_fen, S.resident_paid_up_fen, S.resident_payers


class Rules(NamedTuple):
    """What a month's accounts go by, ready for a kernel. tiers: (k, 2) yuan a year and match; below: running shares of the tiers."""

    whole: NDArray[np.int64]
    real: NDArray[np.float64]
    tiers: NDArray[np.int64]
    below: NDArray[np.float64]
    keys: NDArray[np.uint64]


@njit(inline="always")
def within_limits(yuan, whole):  # type: ignore[no-untyped-def]
    """The base, yuan a month, of who declares a wage of `yuan` a month; whole: floor and ceiling among `rules`."""
    return min(max(np.int64(yuan), whole[FLOOR]), whole[CEILING], MOST_YUAN)


@njit(inline="always")
def benefit(base, paid, whole):  # type: ignore[no-untyped-def]
    """Monthly unemployment benefit in fen: a share of the own base by paid months, or the flat amount, within floor and cap."""
    amount = whole[BENEFIT_FLAT]
    if amount == 0:
        own = whole[OWN_SHORT] if paid < whole[LONG_FROM] else whole[OWN_MEDIUM] if paid < whole[LONGEST_FROM] else whole[OWN_LONG]
        amount = base * own // 100
    return min(max(amount, whole[BENEFIT_FLOOR]), whole[BENEFIT_CAP])


@njit(inline="always")
def tier_of(draw, below):  # type: ignore[no-untyped-def]
    """The resident tier that a person pays, by the draw of a lasting taste; below: running shares of the tiers."""
    u, k = uniform(draw), 0
    for tier in range(below.size - 1):
        k += u >= below[tier]
    return k


@lent
def pay_as_residents(rows, identity, area, state, scheme, years, account, tally, tiers, below, key, who, draws):  # type: ignore[no-untyped-def]
    """The year's premium, with its match, of those of `rows` (whose birthday it is) who pay to the resident scheme and draw nothing: the
    tier of a lasting taste. tally: (series, areas); who, draws: room to work in, uint64, at least as many as rows."""
    draw_those(key, identity, rows, who, draws)
    for j in range(rows.size):
        i, k = rows[j], tier_of(draws[j], below)
        if (scheme[i] & (s.PENSION_KIND | s.PAYING) == s.RESIDENT_SCHEME | s.PAYING and not years[i] & s.DRAWS_RESIDENT
                and state[i] != s.RETIRED):
            years[i] = min(years[i] + 1, MOST_YEARS)
            account[i] = min(np.int64(account[i]) + 100 * (tiers[k, 0] + tiers[k, 1]), MOST_FEN)
            tally[RESIDENT_IN, area[i]] += 100 * tiers[k, 0]
            tally[RESIDENT_MATCH, area[i]] += 100 * tiers[k, 1]
            tally[RESIDENT_PAYERS, area[i]] += 1


@lent
def begin_new_year(area, state, scheme, years, base, account, gains, tally, real):  # type: ignore[no-untyped-def]
    """January of a stretch of persons: pensions in payment rise, and the accounts of others bear interest. gains: room to work in, int64,
    at least as many; tally: (series, areas)."""
    grows, here, total = 1.0 + real[RISE], area[0], np.int64(0)
    for j in range(state.size):
        retired = state[j] == s.RETIRED
        bears = (state[j] != s.GONE) & (not retired) & (bits(years[j], s.DRAWS_RESIDENT) == 0)
        rate = real[RESIDENT_INTEREST] if bits(scheme[j], s.PENSION_KIND) == s.RESIDENT_SCHEME else real[INTEREST]
        gains[j] = np.int64(account[j] * rate) if bears else 0
        base[j] = min(np.int64(base[j] * grows), MOST_YUAN) if retired else base[j]
        account[j] = min(np.int64(account[j] * grows) if retired else np.int64(account[j]) + gains[j], MOST_FEN)
        total += gains[j]
    tally[CREDITED, here] += total
    for j in range(state.size):
        if area[j] != here:
            tally[CREDITED, here] -= gains[j]
            tally[CREDITED, area[j]] += gains[j]


@lent
def begin_resident_pensions(rows, month, area, birth, years, base, account, tally, pays_at, first_birth, whole):  # type: ignore[no-untyped-def]
    """The resident pension of those of `rows` begins who have come of age: missing years are paid up at the lowest tier 补缴, the account
    becomes a monthly pension. pays_at: months of age, by month of birth from `first_birth` on; tally: (series, areas)."""
    for i in rows:
        born, a = np.int64(birth[i]), area[i]
        if month - born >= pays_at[min(max(born - first_birth, 0), pays_at.size - 1)]:
            missing = max(whole[RESIDENT_YEARS] - np.int64(years[i]), 0)
            tally[PAID_UP, a] += 100 * whole[TIER_LOW] * missing
            account[i] = (np.int64(account[i]) + 100 * whole[TIER_LOW] * missing) // 139
            years[i] = s.DRAWS_RESIDENT | min(np.int64(years[i]) + missing, MOST_YEARS)
            base[i] = 0
            tally[RESIDENT_OUT, a] += np.int64(account[i])


@lent
def pay_benefits(rows, area, years, base, ui_paid, tally, whole):  # type: ignore[no-untyped-def]
    """Unemployment benefit of `rows`, also of those who pay for themselves meanwhile; tally: (series, areas)."""
    for i in rows:
        if not years[i] & s.DRAWS_RESIDENT:
            tally[BENEFITS, area[i]] += benefit(np.int64(base[i]), np.int64(ui_paid[i]) & (s.CLAIMED - 1), whole)


def rules(city: City) -> Rules:
    """The rules of the present month (of the first, before the city has lived)."""
    lasting = lasting_rules(city)
    whole, real = lasting.whole.copy(), lasting.real.copy()
    whole[JANUARY], real[MEAN_WAGE] = city.month >= 0 and city.calendar_month == 1, city.setting.wage * wage_index(city)
    return Rules(whole, real, lasting.tiers, lasting.below, city.account_keys)


@while_rules_hold
def lasting_rules(city: City) -> Rules:
    """What is the same in every month until a rule changes: all but whether it is January, and the mean wage (nought here)."""
    law, p = city.law_value, city.setting.parameter
    cut = round(city.level("contribution_rate_cut") * 10_000)
    share = lambda path: round(law(path) * 10_000)  # noqa: E731
    to_account = share("pension.flexible_account_rate")
    minimum = law(f"minimum_wage.class_{city.setting.wage_class}")
    cap = round(100 * minimum * law("unemployment.benefit_cap"))
    paths = city.setting.law.rules
    own = "unemployment.benefit_own_base_short" in paths
    flat = 0 if own else round(100 * minimum * law("unemployment.benefit_of_minimum_wage"))
    shares = [share(f"unemployment.benefit_own_base_{part}") if own else 0 for part in ("short", "medium", "long")]
    carry = carried(city)
    whole = [*base_limits(city), max(share("pension.employer_rate") - cut, 0),
             share("pension.employee_rate"), max(share("pension.flexible_rate") - cut, to_account), to_account,
             max(share("unemployment.employer_rate") - round(city.level("ui_rate_cut") * 10_000), 0),
             share("unemployment.employee_rate"), 0, round(law("resident.minimum_months") / 12), cap, flat, *shares,
             round(law("unemployment.duration_long_from")), round(law("unemployment.duration_longest_service")),
             round(law("resident.tier_low")),
             min(round(100 * minimum * city.level("ui_benefit_share")), cap)]
    rise = max(law("pension.adjustment"), LATER_RISE * p("wage_growth") if carry > 1.0 else 0.0)
    real = [law("pension.account_interest"), law("resident.account_interest"), rise, 0.0, p("wage_spread"),
            p("floor_declared_share"), p("flexible_floor_share")]
    tiers, below = resident_tiers(city)
    return Rules(np.array(whole, np.int64), np.array(real, float), tiers, below, city.account_keys)


@while_rules_hold
def base_limits(city: City) -> tuple[int, int]:
    """Floor and ceiling of the contribution base this month, yuan."""
    law, carry = city.law_value, carried(city)
    floor = min(round(law("bases.floor") * (1.0 + city.level("contribution_floor_change")) * carry), MOST_YUAN)
    return floor, min(max(round(law("bases.ceiling") * carry), floor), MOST_YUAN)


@lent
def wages_unknown(draws, real, out):  # type: ignore[no-untyped-def]
    """Write to `out` the wages, yuan a month, of persons of whom none is known, by their lasting draws: log wages are logistic about the
    city's mean. Loops that become vector instructions."""
    n = draws.size
    x, below, above = np.empty(n), np.empty(n), np.empty(n)
    for j in range(n):
        x[j] = min(max(uniform(draws[j]), END), 1.0 - END)
    log_each(x, below)
    log_each(1.0 - x, above)
    for j in range(n):
        x[j] = real[WAGE_SPREAD] * (below[j] - above[j])
    exp_each(x, below)
    for j in range(n):
        out[j] = real[MEAN_WAGE] * below[j]


@lent
def declare(rows, identity, state, scheme, firm, firm_id, ownership, wage, base, whole, real, keys):  # type: ignore[no-untyped-def]
    """The contribution bases of `rows`, who pay or are insured, in whole yuan: by a lasting draw the floor, or the wage within the limits.
    They draw together, and so do those of them whose wage nobody knows."""
    n, m = rows.size, 0
    poor, own, draws, yuan = np.empty(n, np.int64), np.empty(n, np.uint64), np.empty(n, np.uint64), np.empty(n)
    for j in range(n):
        poor[m] = j
        m += wage[rows[j]] == 0
    for k in range(m):
        own[k] = identity[rows[poor[k]]]
    draw_each(keys[1], own[:m], draws)
    wages_unknown(draws[:m], real, yuan)
    for k in range(m - 1, -1, -1):
        yuan[poor[k]] = yuan[k]
    for j in range(n):
        i = rows[j]
        own[j] = identity[i] ^ (firm_id[firm[i]] if state[i] == s.EMPLOYED else np.uint64(0))
    draw_each(keys[0], own, draws)
    for j in range(n):
        i = rows[j]
        public = state[i] == s.EMPLOYED and ownership[firm[i]] >= s.STATE_ORGAN
        share = real[FLEXIBLE_AT_FLOOR] if on_their_own(state[i], scheme[i]) else real[AT_FLOOR]
        told = within_limits(10.0 * wage[i] if wage[i] > 0 else yuan[j], whole)
        base[i] = told if public or uniform(draws[j]) >= share else min(whole[FLOOR], MOST_YUAN)


@lent
def still_due(rows, january, note, base):  # type: ignore[no-untyped-def]
    """Strike from `rows` whose base stands after all; returns how many are left, at the beginning of `rows`."""
    k = 0
    for i in rows:
        rows[k] = i
        k += january | (note[i] == s.JUST_HIRED) | (base[i] == 0)
    return k


@by_parts
def declare_everyone(part, n, identity, state, scheme, firm, firm_id, ownership, wage, base, wanted, whole, real, keys):  # type: ignore[no-untyped-def]
    """`declare` the base of every `wanted` person."""
    for b in range(*part):
        first, to, rows = b * DRAWN, min((b + 1) * DRAWN, n), np.empty(DRAWN, np.uint64)
        found = those(wanted[first:to].view(np.uint8), ANY, np.uint64(first), rows)
        declare(rows[:found], identity, state, scheme, firm, firm_id, ownership, wage, base, whole, real, keys)


def declare_all(city: City, wanted: NDArray[np.bool_]) -> None:
    """The bases of everyone in `wanted` (a mask over the rows), as they stand when the city begins."""
    people, firms, now = city.people, city.firms, rules(city)
    across(declare_everyone, stretches(people.n), people.n, people.id, people.state, people.scheme, people.firm, firms.id, firms.ownership,
           people.wage, people.base, wanted, now.whole, now.real, now.keys)


def resident_tiers(city: City) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Tiers of the resident scheme, (k, 2): yuan a year and fiscal match, and the running shares of those who pay them."""
    law, extra = city.law_value, round(city.level("resident_match"))
    tiers = [(law("resident.tier_low"), law("resident.match_low")), (500, law("resident.match_from_500")),
             (1000, law("resident.match_1000")), (law("resident.tier_high"), law("resident.match_2000"))]
    low = city.setting.parameter("lowest_tier_share")
    move = min(city.setting.parameter("tier_response") * extra / 100.0, low)        # a larger match draws people to higher tiers
    shares = np.array([*accumulate((low - move, 0.5 * (1 - low + move), 0.3 * (1 - low + move), 0.2 * (1 - low + move)))])
    return np.array([(round(a), round(m) + extra) for a, m in tiers], np.int64), shares


def resident_income(city: City) -> float:
    """Income of residents per head and month, fen, that the level of the resident pension 保障水平 is measured against: implied by the
    level that the city printed for its base year, and carried with wages; 0 where it printed none."""
    people, level = city.people, city.setting.usual_rates.get("resident_pension_level", 0.0)
    draws = people.resident_years[: people.n] & s.DRAWS_RESIDENT > 0
    if level <= 0 or not draws.any():
        return 0.0
    base = 100 * city.law_value("resident.base_pension") * city.setting.parameter("resident_base_local")
    return float((base + people.account[: people.n][draws].mean()) / level)


def account_keys(city: City) -> NDArray[np.uint64]:
    """Keys of the lasting tastes: declared at the floor, wage where none is known, resident tier."""
    return np.array([city.lasting("declared at the floor"), city.lasting("wage"), city.lasting("resident tier")], np.uint64)
