"""Closed books: what must hold at the end of every month. A violation stops the run and names the month and the books."""

from __future__ import annotations

from functools import cache
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from model import states as s
from model.blocks import BLOCK, DRAWN, blocks_of
from model.compiler import by_parts, lent
from model.coverage import EXITS
from model.lists import UNSET, bits, how_many, those
from model.luck import mix64
from model.series import S
from model.threads import across
from model.unemployment import claim_months, claim_rules

if TYPE_CHECKING:
    from model.city import City

HAS_FIRM, DRAWS_BENEFIT, MISPLACED, DRAWS_TWICE, THERE, YOUNG, STRANGER = (np.uint8(1 << b) for b in range(7))
"""Of a person: has a firm, draws unemployment benefit, has a firm without being an employee or is one without having it, draws a resident
pension as a member of another scheme, is in use, is a child, and stands in another area than the first of the stretch."""
CLAIMS = s.LAID_OFF | s.UI
IN_USE, PERSONS, CHILDREN = range(3)
ASTRAY, CLOSED, ELSEWHERE, TWICE, LATE, SIGNATURE = range(6)
STAFF, UI_ALONE, SUBSETS = range(3)
STATES = (S.farm, S.employees, S.flexible, S.owners, S.unemployed, S.inactive, S.retired, S.students)
KEPT = np.array([S.high_skilled, S.insured_by_firms])           # stocks whose flows are booked too, which are
BOOKED = np.array([S.high_raised, S.high_joined, S.high_left, S.insured_first, S.insured_again, *(getattr(S, name) for name in EXITS)])
EMPLOYEES, CAME, WENT, RESIDENTS, UI, INJURY = S.employees, S.commuters_in, S.commuters_out, S.residents, S.ui, S.injury
SKILLED, HIGH, TECHNICIANS, BOTH = S.skilled, S.high_skilled, S.technicians, S.skilled_professional
TITLED, MIDDLE, SENIOR = S.professional, S.professional_middle, S.professional_senior


class OpenBooks(RuntimeError):
    """The model's own accounts do not close: a fault of the model, not of its input."""


@lent
def sort_out(area, state, firm, scheme, resident_years, flags):  # type: ignore[no-untyped-def]
    """Write for each row of a stretch what the books ask: see HAS_FIRM … STRANGER."""
    here = area[0]
    for j in range(state.size):
        has, works, there = firm[j] >= 0, state[j] == s.EMPLOYED, state[j] != s.GONE
        claims = (state[j] == s.UNEMPLOYED) & (bits(scheme[j], CLAIMS) == CLAIMS)
        twice = (bits(resident_years[j], s.DRAWS_RESIDENT) != 0) & (bits(scheme[j], s.PENSION_KIND) != s.RESIDENT_SCHEME) & there
        flags[j] = ((HAS_FIRM if has else UNSET) | (DRAWS_BENEFIT if claims else UNSET) | (MISPLACED if has != works else UNSET)
                    | (DRAWS_TWICE if twice else UNSET) | (THERE if there else UNSET) | (YOUNG if state[j] == s.CHILD else UNSET)
                    | (STRANGER if area[j] != here else UNSET))


@lent
def head_count(area, state, weight, flags, others, heads):  # type: ignore[no-untyped-def]
    """Add a stretch's rows in use, and its persons and children in real numbers, to `heads`; weight: by area. Most stand in the area of
    the first of them; only the `others` (rows of the stretch) are looked at one by one."""
    rows, stands_for = how_many(flags, THERE), weight[area[0]]
    persons, children = rows * stands_for, how_many(flags, YOUNG) * stands_for
    for j in others:
        more = weight[area[j]] - stands_for
        persons += more * (state[j] != s.GONE)
        children += more * (state[j] == s.CHILD)
    heads[IN_USE] += rows
    heads[PERSONS] += persons
    heads[CHILDREN] += children


@njit(cache=True)
def mixed_rows(n):  # type: ignore[no-untyped-def]
    """The numbers below n, mixed: uint64."""
    out = np.empty(n, np.uint64)
    for f in range(n):
        out[f] = mix64(np.uint64(f))
    return out


@lent
def check_staff(rows, area, firm, firm_area, alive, mixed, found):  # type: ignore[no-untyped-def]
    """Add what the staff in `rows` comes to, of closed firms, of firms elsewhere and of mixed rows of firms, to `found`."""
    closed, elsewhere, signature = np.uint64(0), np.uint64(0), np.uint64(0)
    for i in rows:
        f = np.uint64(firm[i])
        closed += np.uint64(not alive[f])
        elsewhere += np.uint64(firm_area[f] != area[i])
        signature += mixed[f]
    found[CLOSED] += closed
    found[ELSEWHERE] += elsewhere
    found[SIGNATURE] += signature


@by_parts
def audit(  # type: ignore[no-untyped-def]
    part, n, area, state, spell, scheme, firm, firm_area, alive, claims, ui_paid, resident_years, weight, mixed, out, heads,
):
    """Add to `out`, (blocks, ASTRAY … SIGNATURE): persons who have a firm without being employees or are without having one, staff of
    closed firms and of firms elsewhere, two pensions, benefit past the limit, and a signature (the sum of mixed firm rows of all staff,
    modulo 2**64, which is equal for equal headcounts); and to `heads`, (blocks, IN_USE … CHILDREN): rows in use, and persons and children
    in real numbers. weight: by area, int64."""
    one = np.uint64(1)
    for b in range(*part):
        flags, looked_at = np.empty(DRAWN, np.uint8), np.empty(DRAWN, np.uint64)
        for at in range(b * BLOCK, min(n, (b + 1) * BLOCK), DRAWN):
            first, to = np.uint64(at), min(at + DRAWN, n)
            due = flags[: to - at]
            sort_out(area[at:to], state[at:to], firm[at:to], scheme[at:to], resident_years[at:to], due)
            out[b, ASTRAY] += np.uint64(how_many(due, MISPLACED))
            out[b, TWICE] += np.uint64(how_many(due, DRAWS_TWICE))
            strangers = looked_at[: those(due, STRANGER, np.uint64(0), looked_at)]
            head_count(area[at:to], state[at:to], weight, due, strangers, heads[b])
            check_staff(looked_at[: those(due, HAS_FIRM, first, looked_at)], area, firm, firm_area, alive, mixed, out[b])
            for i in looked_at[: those(due, DRAWS_BENEFIT, first, looked_at)]:
                if spell[i] > claim_months(ui_paid[i], claims):
                    out[b, LATE] += one


@njit(cache=True)
def payrolls(area, staff, mixed, areas):  # type: ignore[no-untyped-def]
    """The signature that firms' headcounts claim (the sum of staff times the mixed row, modulo 2**64), and rows of staff by area, int64."""
    signature, rows = np.uint64(0), np.zeros(areas, np.int64)
    for f in range(mixed.size):
        signature += np.uint64(staff[f]) * mixed[f]
        rows[area[f]] += staff[f]
    return signature, rows


@njit(cache=True)
def add_areas(month):  # type: ignore[no-untyped-def]
    """Each series of a month, (series, areas), in the whole city, real persons."""
    out = np.zeros(month.shape[0])
    for k in range(month.shape[0]):
        for a in range(month.shape[1]):
            out[k] += month[k, a]
    return out


@njit(cache=True)
def in_rows(month, series, weight):  # type: ignore[no-untyped-def]
    """Some series of a month in the whole city, in rows, int64."""
    out = np.zeros(series.size, np.int64)
    for k in range(series.size):
        rows = 0.0
        for a in range(weight.size):
            rows += month[series[k], a] / weight[a]
        out[k] = np.int64(np.rint(rows))
    return out


@njit(cache=True)
def gaps(month, weight, staff):  # type: ignore[no-untyped-def]
    """What must be nought area by area, in real persons, (3,): by how much firms' `staff` (rows) differs from those who live or come
    there to work; by how much members of unemployment insurance exceed those of injury insurance; and who breaks an identity of skills
    (技师 ⊂ 高技能 ⊂ 技能, titles ⊂ 专技, both ⊂ either, their union ≤ residents)."""
    out = np.zeros(3)
    for a in range(weight.size):
        now = month[:, a]
        skilled, titled, both = now[SKILLED], now[TITLED], now[BOTH]
        out[STAFF] += abs(now[EMPLOYEES] + now[CAME] - now[WENT] - staff[a] * weight[a])
        out[UI_ALONE] += max(now[UI] - now[INJURY], 0.0)
        for gap in (now[TECHNICIANS] - now[HIGH], now[HIGH] - skilled, both - skilled, both - titled,
                    now[MIDDLE] + now[SENIOR] - titled, skilled + titled - both - now[RESIDENTS]):
            out[SUBSETS] += max(gap, 0.0)
    return out


@cache
def fund_claims(prefix: str) -> tuple[str, str, str]:
    """What is claimed of a fund, in whole fen."""
    return tuple(f"{prefix} fund: {claim} (fen)" for claim in (  # type: ignore[return-value]
        "balance = opening + income − outgo", "balance = Σ areas", "its lines = income − outgo"))


def imbalances(city: City) -> list[str]:
    """Sentences that name each account which does not close this month; empty when all do."""
    people, firms, now, weight = city.people, city.firms, city.now, city.weight
    blocks, mixed = blocks_of(people.n), mixed_rows(firms.n)
    broken, heads = np.zeros((blocks, SIGNATURE + 1), np.uint64), np.zeros((blocks, CHILDREN + 1), np.int64)
    across(audit, blocks, people.n, people.area, people.state, people.spell, people.scheme, people.firm, firms.area, firms.alive,
           claim_rules(city), people.ui_paid, people.resident_years, weight.astype(np.int64), mixed, broken, heads)
    found = np.add.reduce(broken).tolist()
    rows, persons, children = np.add.reduce(heads).tolist()
    signature, staff = payrolls(firms.area, firms.staff, mixed, weight.size)
    total, apart = add_areas(now).tolist(), gaps(now, weight, staff).tolist()
    high_before, insured_before = in_rows(city.stocks, KEPT, weight).tolist()
    high_skilled, insured = in_rows(now, KEPT, weight).tolist()
    raised, joined, left, first, again, *no_longer = in_rows(now, BOOKED, weight).tolist()
    at_visits = total[S.drive_enrolled_small] + total[S.drive_enrolled_mid] + total[S.drive_enrolled_large] + total[S.inspection_enrolled]
    paid = (int(total[S.pension_pool_income_fen]) + int(total[S.pension_account_income_fen]) + int(total[S.ui_premium_fen])
            + int(total[S.injury_premium_fen]))
    pension, ui, injury = city.pension_fund.lines, city.unemployment_fund.lines, city.injury_fund.lines
    claims = [
        ("employees have employers, and nobody else has", found[ASTRAY], 0),
        ("firms' staff = persons who point at them", found[SIGNATURE], signature),
        ("nobody works for a closed firm", found[CLOSED], 0),
        ("who works in another area bears the mark of it, and nobody else", found[ELSEWHERE], city.commuters.size),
        ("who commutes works in another area, whose rows stand for as many persons", city.strayed, 0),
        ("commuters come from where others go", total[S.commuters_in], total[S.commuters_out]),
        ("employees + commuters who come − those who go = firms' staff, area by area (persons who break it)", apart[STAFF], 0),
        ("nobody draws unemployment benefit past the legal limit", found[LATE], 0),
        ("roster = roster before + births and arrivals − deaths and leavers", rows, city.rows_before + city.rows_in - city.rows_out),
        ("residents + away = roster", total[S.residents] + total[S.away], persons),
        ("states partition the residents", sum(map(total.__getitem__, STATES)) + children, total[S.residents]),
        ("who moves out of an area moves into another", total[S.moves_out], total[S.moves_in]),
        ("no more graduates attracted than there are in the pool", max(total[S.graduates_counted] - total[S.graduates_pool], 0.0), 0),
        ("hires fill vacancies", max(total[S.hires] - total[S.vacancies], 0.0), 0),
        ("members of unemployment insurance are in injury insurance", apart[UI_ALONE], 0),
        ("the highly skilled are skilled, and titles are parts of their sum", apart[SUBSETS], 0),
        ("highly skilled = opening + raised by a certificate + joined − died, aged out and left (rows)", high_skilled,
         high_before + raised + joined - left - people.skilled_left),
        ("insured by firms = before + first + again − lost the job, dropped, retired and gone (rows)", insured,
         insured_before + first + again - sum(no_longer) - people.covered_left),
        ("who is enrolled at a visit of the drive or an inspection comes to be insured",
         max(at_visits - total[S.insured_first] - total[S.insured_again], 0.0), 0),
        ("whose land was taken came into one of two schemes", total[S.land_into_employee_scheme] + total[S.land_into_resident_scheme],
         total[S.land_taken]),
        ("places taken = at work + for work", total[S.trained], total[S.trained_at_work] + total[S.trained_for_work]),
        ("nobody draws a resident pension without being in that scheme", found[TWICE], 0),
        ("the funds booked what persons and firms paid (fen)", paid,
         pension["pool"] + pension["account"] + ui["premiums"] + injury["premiums"]),
        ("captured starts and registrations are finite", isfinite(sum(total)), True),
    ]
    for fund in city.funds:
        gained, (grows, divides, consists) = fund.income - fund.outgo, fund_claims(fund.prefix)
        claims += [(grows, fund.balance, fund.opening + gained), (divides, fund.balance, fund.divided),
                   (consists, sum(fund.lines.values()), gained)]
    return [f"{claim}: {left:,} ≠ {right:,}" for claim, left, right in claims if left != right]


def close(city: City) -> None:
    """Check every account; raises OpenBooks naming the month and what does not close."""
    wrong = imbalances(city)
    if wrong:
        raise OpenBooks(f"{city.period}: " + "; ".join(wrong))
