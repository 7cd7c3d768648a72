"""The month's premiums and pensions of everyone: who is due to do what, and what all of them pay in and draw.

`bureau.count` goes over a stretch of rows at a time. `sort_out` flags what each person is due for, and lists follow (`blocks.those`) of
those who pay, who draw, and whose account needs a closer look (`accounts.keep`). Sums are kept while the area stays the same: they are
whole numbers, so that their order does not matter.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from model import states as s
from model.blocks import is_birthday
from model.series import S

(FLOOR, CEILING, EMPLOYER, EMPLOYEE, FLEXIBLE, TO_ACCOUNT, UI_EMPLOYER, UI_EMPLOYEE, JANUARY, RESIDENT_YEARS, BENEFIT_CAP, BENEFIT_FLAT,
 OWN_SHORT, OWN_MEDIUM, OWN_LONG, LONG_FROM, LONGEST_FROM, TIER_LOW, BENEFIT_FLOOR) = range(19)
"""Whole numbers of the month: bases and tiers in yuan, benefits in fen, rates and shares in ten-thousandths, months."""
MOST_YUAN, MOST_FEN, MOST_YEARS = 65_535, 2_000_000_000, 127
POOL, ACCOUNTS, UI_INCOME, INJURY_INCOME = S.pension_pool_income_fen, S.pension_account_income_fen, S.ui_premium_fen, S.injury_premium_fen
POOL_OUT, ACCOUNT_OUT, BASES, PAYERS = S.pension_pool_outgo_fen, S.pension_account_outgo_fen, S.declared_base_fen, S.premium_payers
RESIDENT_OUT = S.resident_account_outgo_fen
DRAWS, PAYS, LOOK, CARD_DAY, TIER_DAY = (1 << b for b in range(5))
"""What a person is due for: a pension, a premium, a look at the account, the review of the card, the year's premium as a resident."""
ZERO, WHOLE = np.int64(0), 10_000


@njit(inline="always")
def part_of(amount, share, whole):  # type: ignore[no-untyped-def]
    """amount · share ÷ whole in whole units, rounded down; nothing is negative, and `whole` is a constant that the compiler knows."""
    return np.int64(np.uint64(amount * share) // np.uint64(whole))


@njit(inline="always")
def on_their_own(doing, card):  # type: ignore[no-untyped-def]
    """Whether a person pays without an employer: injury insurance alone (超龄, by project) does not make the employer pay the pension."""
    return ((doing != s.EMPLOYED) | (card & s.INJURY == 0)
            | ((card & s.PENSION_KIND == s.EMPLOYEE_SCHEME) & (card & s.UI == 0)))


@njit(inline="always")
def pays_in(doing, card):  # type: ignore[no-untyped-def]
    """Whether a person pays to the employee or civil scheme, or is insured by an employer."""
    member = (card & s.PENSION_KIND >= s.EMPLOYEE_SCHEME) & (card & s.PAYING != 0)
    insured = (doing == s.EMPLOYED) & (card & (s.UI | s.INJURY) != 0)
    return (doing != s.GONE) & (doing != s.RETIRED) & (member | insured)


@njit(cache=True)
def sort_out(month, january, soonest, birth, state, note, scheme, years, base, account, card, due):  # type: ignore[no-untyped-def]
    """Write for each row of a stretch what the person is due for; soonest: months of age before which no resident pension begins."""
    latest = np.int16(month - soonest)
    for j in range(state.size):
        doing, held, kind = state[j], scheme[j], scheme[j] & s.PENSION_KIND
        there, fresh, pays = doing != s.GONE, years[j] & s.DRAWS_RESIDENT == 0, pays_in(doing, held)
        declares = pays & ((base[j] == 0) | (note[j] == s.JUST_HIRED))
        begins = fresh & (kind == s.RESIDENT_SCHEME) & (birth[j] <= latest)
        claims = fresh & (doing == s.UNEMPLOYED) & (held & s.LAID_OFF != 0) & (held & s.UI != 0)
        draws = there & (((doing == s.RETIRED) & (kind == s.EMPLOYEE_SCHEME)) | ((doing != s.RETIRED) & (years[j] & s.DRAWS_RESIDENT != 0)))
        due[j] = (DRAWS if draws else 0) | (PAYS if pays else 0) | (LOOK if (there & begins) | declares | claims else 0)
    for j in range(state.size):
        birthday = is_birthday(month, birth[j]) & (state[j] != s.GONE)
        at_tier = (scheme[j] & (s.PENSION_KIND | s.PAYING) == s.RESIDENT_SCHEME | s.PAYING) & (years[j] & s.DRAWS_RESIDENT == 0)
        due[j] |= (CARD_DAY if birthday & (card[j] != s.CARD + s.E_CARD) else 0) | (TIER_DAY if birthday & at_tier else 0)
    if january:
        for j in range(state.size):
            insured = (scheme[j] & (s.PENSION_KIND | s.UI | s.INJURY) != 0) | (account[j] > 0)
            due[j] |= LOOK if insured & (state[j] != s.GONE) else 0


@njit(cache=True)
def pay_pensions(rows, area, state, base, account, tally):  # type: ignore[no-untyped-def]
    """The pensions of those who draw one, from the employee pool and account or from a resident account; tally: (series, areas)."""
    if rows.size == 0:
        return
    a, pool, own, resident = area[rows[0]], ZERO, ZERO, ZERO
    for i in rows:
        if area[i] != a:
            _book_pensions(tally, a, pool, own, resident)
            a, pool, own, resident = area[i], ZERO, ZERO, ZERO
        retired = np.int64(state[i] == s.RETIRED)
        pool += np.int64(base[i]) * retired
        own += np.int64(account[i]) * retired
        resident += np.int64(account[i]) * (1 - retired)
    _book_pensions(tally, a, pool, own, resident)


@njit(cache=True)
def _book_pensions(tally, a, pool, own, resident):  # type: ignore[no-untyped-def]
    tally[POOL_OUT, a] += 100 * pool
    tally[ACCOUNT_OUT, a] += own
    tally[RESIDENT_OUT, a] += resident


@njit(cache=True)
def pay_premiums(  # type: ignore[no-untyped-def]
    rows, area, state, scheme, paid, ui_paid, base, account, firm, due, rate, tally, whole,
):
    """One month's premiums of those who pay; tally: (series, areas). due: share of the employer's part that is due, in ten-thousandths,
    by firm; rate: injury premium in hundred-thousandths of the base, by firm. Without branches: who pays what is as mixed as can be."""
    if rows.size == 0:
        return
    employer, employee, to_account, to_pool = whole[EMPLOYER], whole[EMPLOYEE], whole[TO_ACCOUNT], whole[FLEXIBLE] - whole[TO_ACCOUNT]
    ui_employer, ui_employee = whole[UI_EMPLOYER], whole[UI_EMPLOYEE]
    a, pools, owns, bases, payers, ui, injury = area[rows[0]], ZERO, ZERO, ZERO, ZERO, ZERO, ZERO
    for i in rows:
        if area[i] != a:
            _book_premiums(tally, a, pools, owns, bases, payers, ui, injury)
            a, pools, owns, bases, payers, ui, injury = area[i], ZERO, ZERO, ZERO, ZERO, ZERO, ZERO
        held, yuan, f = scheme[i], np.int64(base[i]), np.uint64(max(firm[i], 0))
        at_work, share, kind = state[i] == s.EMPLOYED, np.int64(due[f]), held & s.PENSION_KIND
        pays, alone = (kind >= s.EMPLOYEE_SCHEME) & (held & s.PAYING != 0), on_their_own(state[i], held)
        private, covered = np.int64(pays & (kind == s.EMPLOYEE_SCHEME)), at_work & (held & s.UI != 0)
        own = private * part_of(yuan, to_account if alone else employee, 100)
        pool = part_of(yuan, to_pool if alone else employer, 100)
        paid[i] = min(np.int64(paid[i]) + pays, MOST_YUAN)
        account[i] = min(np.int64(account[i]) + own, MOST_FEN)
        pools += private * part_of(pool, WHOLE if alone else share, WHOLE)
        owns += own
        bases += private * yuan
        payers += private
        months = np.int64(ui_paid[i])
        ui_paid[i] = months if not covered else 1 if months & s.CLAIMED else min(months + 1, s.CLAIMED - 1)
        ui += np.int64(covered) * (part_of(part_of(yuan, ui_employer, 100), share, WHOLE) + part_of(yuan, ui_employee, 100))
        injury += np.int64(at_work & (held & s.INJURY != 0)) * part_of(yuan, np.int64(rate[f]), 1000)
    _book_premiums(tally, a, pools, owns, bases, payers, ui, injury)


@njit(cache=True)
def _book_premiums(tally, a, pools, owns, bases, payers, ui, injury):  # type: ignore[no-untyped-def]
    tally[POOL, a] += pools
    tally[ACCOUNTS, a] += owns
    tally[BASES, a] += 100 * bases
    tally[PAYERS, a] += payers
    tally[UI_INCOME, a] += ui
    tally[INJURY_INCOME, a] += injury
