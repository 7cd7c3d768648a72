"""The month's premiums and pensions of everyone: who is due to do what, and what all of them pay in and draw.

`bureau.count` goes over a stretch of rows at a time. `sort_out` flags what each person is due for, and lists follow (`blocks.those`) of
those who pay, who draw, and for whom something rarer is due (`model/accounts.py`). Sums are kept while the area stays the same: they are
whole numbers, so that their order does not matter.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from model import states as s
from model.blocks import is_birthday
from model.compiler import lent
from model.lists import UNSET, bits, those
from model.series import S

(FLOOR, CEILING, EMPLOYER, EMPLOYEE, FLEXIBLE, TO_ACCOUNT, UI_EMPLOYER, UI_EMPLOYEE, JANUARY, RESIDENT_YEARS, BENEFIT_CAP, BENEFIT_FLAT,
 OWN_SHORT, OWN_MEDIUM, OWN_LONG, LONG_FROM, LONGEST_FROM, TIER_LOW, BENEFIT_FLOOR) = range(19)
"""Whole numbers of the month: bases and tiers in yuan, benefits in fen, rates and shares in ten-thousandths, months."""
MOST_YUAN, MOST_FEN, MOST_YEARS = 65_535, 2_000_000_000, 127
POOL, ACCOUNTS, UI_INCOME, INJURY_INCOME = S.pension_pool_income_fen, S.pension_account_income_fen, S.ui_premium_fen, S.injury_premium_fen
POOL_OUT, ACCOUNT_OUT, BASES, PAYERS = S.pension_pool_outgo_fen, S.pension_account_outgo_fen, S.declared_base_fen, S.premium_payers
RESIDENT_OUT = S.resident_account_outgo_fen
DRAWS, PAYS, BEGINS, DECLARES, CLAIMS, CARD_DAY, TIER_DAY = (np.uint8(1 << b) for b in range(7))
"""What a person is due for: a pension, a premium, the first resident pension, a new base, unemployment benefit, the review of the card, the
year's premium as a resident."""
MEMBER, PRIVATE, ALONE, COVERED, INJURED, ELSEWHERE = (np.uint8(1 << b) for b in range(6))
"""Terms of a premium: a month to the employee or civil scheme, to the employee scheme, without an employer, for unemployment insurance, for
injury insurance; and whether the person stands in another area than the first of the stretch."""
BASE, SHARE, RISK = range(3)
BOOKED_AS = (POOL, ACCOUNTS, UI_INCOME, INJURY_INCOME, BASES, PAYERS)
FIRST_BOOKED, TO_OWN, LINES = 3, 4, 3 + len(BOOKED_AS)
"""Lines of the room to reckon in: base in yuan, employer's share due, risk; then what is booked, in fen, the account's part second."""
ZERO, WHOLE, PER_CENT, PER_MILLE = np.int64(0), 10_000, np.uint32(100), np.uint32(1000)


@njit(inline="always")
def part_of(amount, share, whole):  # type: ignore[no-untyped-def]
    """amount · share ÷ whole in whole units, rounded down; nothing is negative, and `whole` is a constant that the compiler knows."""
    return np.int64(np.uint64(amount * share) // np.uint64(whole))


@njit(inline="always")
def on_their_own(doing, card):  # type: ignore[no-untyped-def]
    """Whether a person pays without an employer: injury insurance alone (超龄, by project) does not make the employer pay the pension."""
    return (doing != s.EMPLOYED) | (bits(card, s.INJURY) == 0) | (bits(card, s.PENSION_KIND | s.UI) == s.EMPLOYEE_SCHEME)


@njit(inline="always")
def pays_in(doing, card):  # type: ignore[no-untyped-def]
    """Whether a person pays to the employee or civil scheme, or is insured by an employer."""
    member = (bits(card, s.PENSION_KIND) >= s.EMPLOYEE_SCHEME) & (bits(card, s.PAYING) != 0)
    insured = (doing == s.EMPLOYED) & (bits(card, s.UI | s.INJURY) != 0)
    return (doing != s.GONE) & (doing != s.RETIRED) & (member | insured)


@lent
def sort_out(month, january, soonest, birth, state, note, scheme, years, base, card, due):  # type: ignore[no-untyped-def]
    """Write for each row of a stretch what the person is due for; soonest: months of age before which no resident pension begins, which may
    be later for some (`accounts.begin_resident_pensions`). Whose base falls away as a pension begins declares one anew."""
    latest = np.int16(month - soonest)
    for j in range(state.size):
        doing, held, kind = state[j], scheme[j], bits(scheme[j], s.PENSION_KIND)
        there, fresh, pays = doing != s.GONE, bits(years[j], s.DRAWS_RESIDENT) == 0, pays_in(doing, held)
        begins = there & (doing != s.RETIRED) & fresh & (kind == s.RESIDENT_SCHEME) & (birth[j] <= latest)
        declares = pays & (january | (base[j] == 0) | (note[j] == s.JUST_HIRED) | begins)
        claims = fresh & (doing == s.UNEMPLOYED) & (bits(held, s.LAID_OFF | s.UI) == s.LAID_OFF | s.UI)
        draws = there & (((doing == s.RETIRED) & (kind == s.EMPLOYEE_SCHEME)) | ((doing != s.RETIRED) & ~fresh))
        due[j] = ((DRAWS if draws else UNSET) | (PAYS if pays else UNSET) | (BEGINS if begins else UNSET)
                  | (DECLARES if declares else UNSET) | (CLAIMS if claims else UNSET))
    for j in range(state.size):
        birthday = is_birthday(month, birth[j]) & (state[j] != s.GONE)
        at_tier = (bits(scheme[j], s.PENSION_KIND | s.PAYING) == s.RESIDENT_SCHEME | s.PAYING) & (bits(years[j], s.DRAWS_RESIDENT) == 0)
        due[j] |= (CARD_DAY if birthday & (card[j] != s.CARD + s.E_CARD) else UNSET) | (TIER_DAY if birthday & at_tier else UNSET)


@lent
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


@lent
def _book_pensions(tally, a, pool, own, resident):  # type: ignore[no-untyped-def]
    tally[POOL_OUT, a] += 100 * pool
    tally[ACCOUNT_OUT, a] += own
    tally[RESIDENT_OUT, a] += resident


@lent
def terms_of(area, state, scheme, terms):  # type: ignore[no-untyped-def]
    """Write for each row of a stretch on which terms the person would pay a premium: see MEMBER … ELSEWHERE."""
    here = area[0]
    for j in range(state.size):
        held, at_work, kind = scheme[j], state[j] == s.EMPLOYED, bits(scheme[j], s.PENSION_KIND)
        member = (kind >= s.EMPLOYEE_SCHEME) & (bits(held, s.PAYING) != 0)
        terms[j] = ((MEMBER if member else UNSET) | (PRIVATE if member & (kind == s.EMPLOYEE_SCHEME) else UNSET)
                    | (ALONE if on_their_own(state[j], held) else UNSET) | (COVERED if at_work & (bits(held, s.UI) != 0) else UNSET)
                    | (INJURED if at_work & (bits(held, s.INJURY) != 0) else UNSET) | (ELSEWHERE if area[j] != here else UNSET))


@lent
def reckon(n, terms, work, whole):  # type: ignore[no-untyped-def]
    """The month's premiums, in fen, of the first n of `work` from BASE, SHARE and RISK: to the pool, to the account, for unemployment
    and injury insurance, each part rounded down.

    Numbers of 32 bits, in which every product fits, and no branches: who pays what is as mixed as can be, and vector instructions take
    many at a time. Where the employer owes a share, it is reckoned afterwards in longer numbers."""
    employee, employer = np.uint32(whole[EMPLOYEE]), np.uint32(whole[EMPLOYER])
    to_account, to_pool = np.uint32(whole[TO_ACCOUNT]), np.uint32(whole[FLEXIBLE] - whole[TO_ACCOUNT])
    ui_employee, ui_employer = np.uint32(whole[UI_EMPLOYEE]), np.uint32(whole[UI_EMPLOYER])
    yuan, share, risk = work[BASE], work[SHARE], work[RISK]
    pool, own, ui, injury, bases, payers = work[3], work[4], work[5], work[6], work[7], work[8]
    for j in range(n):
        private, alone = np.uint32(terms[j] & PRIVATE != 0), terms[j] & ALONE != 0
        pool[j] = private * (np.uint32(yuan[j] * (to_pool if alone else employer)) // PER_CENT)
        own[j] = private * (np.uint32(yuan[j] * (to_account if alone else employee)) // PER_CENT)
        bases[j], payers[j] = private * yuan[j] * PER_CENT, private
    for j in range(n):
        ui[j] = np.uint32(terms[j] & COVERED != 0) * (np.uint32(yuan[j] * ui_employer) // PER_CENT)
        injury[j] = np.uint32(terms[j] & INJURED != 0) * (np.uint32(yuan[j] * risk[j]) // PER_MILLE)
    for j in range(n):
        if share[j] != WHOLE:
            ui[j] = part_of(np.int64(ui[j]), np.int64(share[j]), WHOLE)
            if terms[j] & ALONE == 0:
                pool[j] = part_of(np.int64(pool[j]), np.int64(share[j]), WHOLE)
    for j in range(n):
        ui[j] += np.uint32(terms[j] & COVERED != 0) * (np.uint32(yuan[j] * ui_employee) // PER_CENT)


@lent
def book(n, terms, work, rows, area, here, tally, others):  # type: ignore[no-untyped-def]
    """Add the premiums of the first n of `work` to `tally` (series, areas), of all `here` but of those who live elsewhere. others: room to
    list these, uint64."""
    for line in range(len(BOOKED_AS)):
        paid, series, total = work[FIRST_BOOKED + line], BOOKED_AS[line], ZERO
        for j in range(n):
            total += np.int64(paid[j])
        tally[series, here] += total
    for j in others[: those(terms[:n], ELSEWHERE, np.uint64(0), others)]:
        there = area[rows[j]]
        for line in range(len(BOOKED_AS)):
            amount = np.int64(work[FIRST_BOOKED + line, j])
            tally[BOOKED_AS[line], here] -= amount
            tally[BOOKED_AS[line], there] += amount


@lent
def pay_premiums(  # type: ignore[no-untyped-def]
    rows, first, terms, area, paid, ui_paid, base, account, firm, due, rate, tally, whole, mine, work, others,
):
    """One month's premiums of those in `rows`, who pay; tally: (series, areas). terms: `terms_of` the stretch that begins at row `first`;
    due: share of the employer's part that is due, in ten-thousandths, by firm; rate: injury premium in hundred-thousandths of the base, by
    firm. mine (uint8), work (LINES, uint32), others (uint64): room to work in, at least as many as rows."""
    n = rows.size
    for j in range(n):
        i = rows[j]
        f = np.uint64(max(firm[i], 0))
        mine[j], work[BASE, j], work[SHARE, j], work[RISK, j] = terms[i - first], base[i], due[f], rate[f]
    reckon(n, mine, work, whole)
    for j in range(n):
        i, term = rows[j], mine[j]
        paid[i] = min(np.int64(paid[i]) + (term & MEMBER != 0), MOST_YUAN)
        account[i] = min(np.int64(account[i]) + np.int64(work[TO_OWN, j]), MOST_FEN)
        months = np.int64(ui_paid[i])
        ui_paid[i] = months if term & COVERED == 0 else 1 if months & s.CLAIMED else min(months + 1, s.CLAIMED - 1)
    book(n, mine, work, rows, area, area[first], tally, others)
