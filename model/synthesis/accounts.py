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
from model.accounts import resident_tiers
from model.arithmetic import power
from model.premiums import MOST_FEN, MOST_YUAN

if TYPE_CHECKING:
    from model.city import City

SCHEME_BEGAN, UI_BEGAN = 2010, 1999
YEARLY = 0.963
SPREAD = 0.35
LONGEST = 360


def opening_accounts(city: City) -> None:
    """Give everyone the paid months, base, account or pension with which the city begins."""
    people, p = city.people, city.setting.parameter
    n = people.n
    state, card, traits = people.state[:n], people.scheme[:n], people.traits[:n]
    months = -1 - people.birth[:n].astype(np.int64)
    kind, outsider = card & s.PENSION_KIND, traits & s.OUTSIDER > 0
    share = p("paid_share_low") + (p("paid_share_high") - p("paid_share_low")) * city.lasting_draws("paid share", people.id[:n])
    share = np.where(outsider, share * p("outsider_paid_share"), share)
    grown = np.clip(months - 240, 1, LONGEST)
    member = (kind >= s.EMPLOYEE_SCHEME) & (state != s.RETIRED) & (state != s.GONE)
    people.paid[:n] = np.where(member, (share * grown).astype(np.int64), 0)
    insured = (state == s.EMPLOYED) & (card & s.UI > 0)
    since = (city.setting.start_year - UI_BEGAN) * 12
    people.ui_paid[:n] = np.where(insured, (share * np.minimum(grown, since)).astype(np.int64), 0)
    declare_bases(city, member | ((state == s.EMPLOYED) & (card & (s.UI | s.INJURY) > 0)))
    _accounts(city, member)
    _pensions(city)
    _residents(city, months)


def _accounts(city: City, member: np.ndarray) -> None:
    people, n = city.people, city.people.n
    paid = people.paid[:n].astype(np.int64)
    mean = np.array([1.0] + [(1 - power(YEARLY, float(y))) / (y * (1 - YEARLY)) for y in range(1, 62)])
    rate = city.law_value("pension.employee_rate")
    balance = np.floor(people.base[:n].astype(float) * 100 * rate * paid * mean[np.minimum(paid // 12, 61)])
    people.account[:n] = np.where(member, np.minimum(balance, MOST_FEN), 0)


def _pensions(city: City) -> None:
    """Of those retired at the start: enterprise retirees' pensions, and who of them are civil-service pensioners (of unknown amount)."""
    people, n, p = city.people, city.people.n, city.setting.parameter
    retired = people.state[:n] == s.RETIRED
    civil = retired & (city.lasting_draws("civil pensioner", people.id[:n]) < p("civil_pensioner_share"))
    people.scheme[:n][civil] = s.CIVIL_SCHEME
    spread = 1.0 + SPREAD * (2.0 * city.lasting_draws("pension", people.id[:n]) - 1.0)
    amount = p("pension_to_base_at_start") * city.law_value("pension.benefit_base") * spread
    drawing = retired & ~civil
    people.base[:n] = np.where(drawing, np.minimum(np.rint(amount * (1 - p("account_part_at_start"))), MOST_YUAN), people.base[:n])
    people.account[:n] = np.where(drawing, np.rint(100 * amount * p("account_part_at_start")), people.account[:n])


def _residents(city: City, months: np.ndarray) -> None:
    people, n = city.people, city.people.n
    tiers, below = resident_tiers(city)
    u = city.lasting_draws("resident tier", people.id[:n])
    yearly = tiers.sum(axis=1)[np.minimum(np.searchsorted(below, u, side="right"), len(below) - 1)]
    pays_at = city.legal_ages[3, np.clip(people.birth[:n].astype(np.int64) - city.first_birth, 0, city.legal_ages.shape[1] - 1)]
    member = (people.scheme[:n] & s.PENSION_KIND == s.RESIDENT_SCHEME) & (people.state[:n] != s.RETIRED)
    open_years = city.setting.start_year - SCHEME_BEGAN
    at_most = np.clip(np.minimum(open_years, (months - 192) // 12), 0, 60)
    young = (city.lasting_draws("resident years", people.id[:n]) * (at_most + 1)).astype(np.int64)
    old = np.clip(open_years - (months - pays_at) // 12, 0, 15)
    draws = member & (months >= pays_at)
    years = np.where(draws, old, young)
    saved = 100 * yearly * years
    people.resident_years[:n] = np.where(member, years, 0) | np.where(draws, s.DRAWS_RESIDENT, 0)
    people.account[:n] = np.where(draws, saved // 139, np.where(member, saved, people.account[:n]))

