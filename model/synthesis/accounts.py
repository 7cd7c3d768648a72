"""What persons had paid in, and what pensioners drew, at the baseline date: nothing of it is published, all of it is declared assumption.

    paid months      c · (months since 20, at most since accounts began 20 years ago and 10 years more) for members; c even between
                     paid_share_low and paid_share_high, lasting; × outsider_paid_share for outsiders
    ui paid months   of those insured: the same share of the months since 20, at most since 1999
    account          base · rate · paid months · k, k = the mean of .963^year: bases grew some 8 % a year and accounts 4 % (assumption)
    residents        below 60: an even share of the years since 2010 in which they could pay; from 60 on: the years between, at most 15
    pensions         pension_to_base_at_start · the province's benefit base · a lasting spread of ± .35 with mean 1
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from model import states as s
from model.accounts import declare_all as declare_bases
from model.accounts import resident_tiers, tier_of
from model.arithmetic import power
from model.blocks import DRAWN, rows_where, stretches
from model.compiler import by_parts, lent
from model.lists import ANY, those
from model.luck import draw64, draw_each, draw_those, uniform
from model.premiums import MOST_FEN, MOST_YUAN
from model.threads import across

if TYPE_CHECKING:
    from model.city import City

SCHEME_BEGAN, UI_BEGAN = 2010, 1999
YEARLY = 0.963
SPREAD = 0.35
LONGEST = 360


@by_parts
def _months_paid(  # type: ignore[no-untyped-def]
    part, n, since, low, spread, outsider_share, identity, birth, traits, state, scheme, paid, ui_paid, member, wanted, key,
):
    """Paid and insured months; flags `member` of the employee or civil scheme, and `wanted` whose base is to be declared."""
    for b in range(*part):
        first, to, draws = b * DRAWN, min((b + 1) * DRAWN, n), np.empty(DRAWN, np.uint64)
        draw_each(key, identity[first:to], draws)
        for i in range(np.uint64(first), np.uint64(to)):
            share, grown = low + spread * uniform(draws[i - np.uint64(first)]), min(max(-1 - np.int64(birth[i]) - 240, 1), LONGEST)
            if traits[i] & s.OUTSIDER:
                share *= outsider_share
            there, at_work = state[i] != s.RETIRED and state[i] != s.GONE, state[i] == s.EMPLOYED
            member[i] = scheme[i] & s.PENSION_KIND >= s.EMPLOYEE_SCHEME and there
            wanted[i] = member[i] or (at_work and scheme[i] & (s.UI | s.INJURY) > 0)
            paid[i] = np.int64(share * grown) if member[i] else 0
            ui_paid[i] = np.int64(share * min(grown, since)) if at_work and scheme[i] & s.UI else 0


@by_parts
def _balances(part, member, base, paid, account, rate, mean):  # type: ignore[no-untyped-def]
    """Accounts of members; mean: wages of y years before the start, on average, against those of the start."""
    for i in range(*part):
        months = np.int64(paid[i])
        balance = np.floor(np.float64(base[i]) * 100 * rate * months * mean[min(months // 12, 61)])
        account[i] = np.int64(min(balance, MOST_FEN)) if member[i] else 0


@lent
def _residents(state, scheme, years, flags):  # type: ignore[no-untyped-def]
    """Flag the members of the resident scheme among a stretch; nobody has paid a year yet."""
    for j in range(state.size):
        flags[j] = (scheme[j] & s.PENSION_KIND == s.RESIDENT_SCHEME) & (state[j] != s.RETIRED)
    for j in range(state.size):
        years[j] = 0


@by_parts
def _resident_accounts(  # type: ignore[no-untyped-def]
    part, n, open_years, identity, birth, state, scheme, years, account, pays_at, first_birth, tiers, below, key_years, keys,
):
    """Paid years, and account or pension, in the resident scheme; pays_at: months of age at which it pays, by month of birth."""
    for b in range(*part):
        first, to = b * DRAWN, min((b + 1) * DRAWN, n)
        flags, rows, who, draws = np.empty(DRAWN, np.uint8), np.empty(DRAWN, np.uint64), np.empty(DRAWN, np.uint64), np.empty((2, DRAWN),
                                                                                                                            np.uint64)
        _residents(state[first:to], scheme[first:to], years[first:to], flags)
        found = rows[: those(flags[: to - first], ANY, np.uint64(first), rows)]
        draw_those(keys[2], identity, found, who, draws[0])
        draw_each(key_years, who[: found.size], draws[1])
        for j in range(found.size):
            i = found[j]
            months, due = -1 - np.int64(birth[i]), np.int64(pays_at[min(max(np.int64(birth[i]) - first_birth, 0), pays_at.size - 1)])
            k, paid_out = tier_of(draws[0, j], below), months >= due
            if paid_out:
                number = min(max(open_years - (months - due) // 12, 0), 15)
            else:
                number = np.int64(uniform(draws[1, j]) * (min(max(min(open_years, (months - 192) // 12), 0), 60) + 1))
            saved = 100 * (tiers[k, 0] + tiers[k, 1]) * number
            years[i] = number | (s.DRAWS_RESIDENT if paid_out else 0)
            account[i] = saved // 139 if paid_out else saved


def opening_accounts(city: City) -> None:
    """Give everyone the paid months, base, account or pension with which the city begins."""
    people, p, n = city.people, city.setting.parameter, city.people.n
    member, wanted = np.empty((2, n), np.bool_)
    low, start = p("paid_share_low"), city.setting.start_year
    across(_months_paid, stretches(n), n, (start - UI_BEGAN) * 12, low, p("paid_share_high") - low, p("outsider_paid_share"), people.id,
           people.birth, people.traits, people.state, people.scheme, people.paid, people.ui_paid, member, wanted,
           city.lasting("paid share"))
    declare_bases(city, wanted)
    mean = np.array([1.0] + [(1 - power(YEARLY, float(y))) / (y * (1 - YEARLY)) for y in range(1, 62)])
    across(_balances, n, member, people.base, people.paid, people.account, city.law_value("pension.employee_rate"), mean)
    _pensions(city)
    across(_resident_accounts, stretches(n), n, start - SCHEME_BEGAN, people.id, people.birth, people.state, people.scheme,
           people.resident_years, people.account, city.legal_ages[3], city.first_birth, *resident_tiers(city),
           city.lasting("resident years"), city.account_keys)


@lent
def _begin_pensions(rows, identity, scheme, base, account, civil_share, mean, account_part, key_civil, key):  # type: ignore[no-untyped-def]
    """Pensions of the retired in `rows`, from the pool and from the account; mean: yuan a month; of some, civil servants, nothing is
    known."""
    for i in rows:
        if uniform(draw64(key_civil, identity[i])) < civil_share:
            scheme[i] = s.CIVIL_SCHEME
        else:
            amount = mean * (1.0 + SPREAD * (2.0 * uniform(draw64(key, identity[i])) - 1.0))
            base[i] = np.int64(min(np.rint(amount * (1 - account_part)), MOST_YUAN))
            account[i] = np.int64(np.rint(100 * amount * account_part))


def _pensions(city: City) -> None:
    """Of those retired at the start: enterprise retirees' pensions, and who of them are civil-service pensioners (of unknown amount)."""
    people, p = city.people, city.setting.parameter
    _begin_pensions(rows_where(people.state, s.RETIRED, s.RETIRED, people.n), people.id, people.scheme, people.base, people.account,
                    p("civil_pensioner_share"), p("pension_to_base_at_start") * city.law_value("pension.benefit_base"),
                    p("account_part_at_start"), city.lasting("civil pensioner"), city.lasting("pension"))
