"""Closed books: what must hold at the end of every month. A violation stops the run and names the month and the books."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange

from model import states as s
from model.blocks import blocks_of, rows_in
from model.coverage import EXITS
from model.luck import mix64
from model.series import S
from model.unemployment import claim_months, claim_rules

if TYPE_CHECKING:
    from model.city import City

ROWS, EMPLOYED, WITH_FIRM, CLOSED, ELSEWHERE, TWICE, LATE, SIGNATURE = range(8)


class OpenBooks(RuntimeError):
    """The model's own accounts do not close: a fault of the model, not of its input."""


@njit(parallel=True, cache=True)
def audit(  # type: ignore[no-untyped-def]
    n, area, state, spell, scheme, firm, firm_area, alive, claims, ui_paid, resident_years, blocks, areas,
):
    """Counts by block: rows in use, employees, persons with a firm, of closed firms, of firms elsewhere, benefit past the limit, and a
    signature (the sum of mixed firm rows of all employees, modulo 2**64, which is equal for equal headcounts); and rows and
    children by block and area."""
    out = np.zeros((blocks, 8), np.uint64)
    rows = np.zeros((blocks, 2, areas), np.int64)
    one = np.uint64(1)
    for b in prange(blocks):
        for i in rows_in(b, n):
            doing = state[i]
            if doing == s.GONE:
                continue
            rows[b, 0, area[i]] += 1
            if doing == s.CHILD:
                rows[b, 1, area[i]] += 1
            f = firm[i]
            if f >= 0:
                out[b, WITH_FIRM] += one
                if not alive[f]:
                    out[b, CLOSED] += one
                if firm_area[f] != area[i]:
                    out[b, ELSEWHERE] += one
            if doing == s.EMPLOYED:
                out[b, EMPLOYED] += one
                out[b, SIGNATURE] += mix64(np.uint64(f))
            elif doing == s.UNEMPLOYED and scheme[i] & s.LAID_OFF and scheme[i] & s.UI and spell[i] > claim_months(ui_paid[i], claims):
                out[b, LATE] += one
            if resident_years[i] & s.DRAWS_RESIDENT and scheme[i] & s.PENSION_KIND != s.RESIDENT_SCHEME:
                out[b, TWICE] += one
    return out, rows


@njit(cache=True)
def signature(staff, n):  # type: ignore[no-untyped-def]
    """The signature that firms' headcounts claim: the sum of staff times the mixed row, modulo 2**64."""
    total = np.uint64(0)
    for f in range(n):
        total += np.uint64(staff[f]) * mix64(np.uint64(f))
    return total


def imbalances(city: City) -> list[str]:
    """Sentences that name each account which does not close this month; empty when all do."""
    people, firms, t, table, weight = city.people, city.firms, city.month, city.table, city.weight
    blocks, by_area = audit(people.n, people.area, people.state, people.spell, people.scheme, people.firm, firms.area, firms.alive,
                            claim_rules(city), people.ui_paid, people.resident_years, blocks_of(people.n), len(weight))
    found = blocks.sum(axis=0)
    rows, children = by_area.sum(axis=0)
    total = lambda name: float(table[getattr(S, name), t].sum())  # noqa: E731
    rows_of = lambda name: round(float((table[getattr(S, name), t] / weight).sum()))  # noqa: E731
    parts = ("farm", "employees", "flexible", "owners", "unemployed", "inactive", "retired", "students")
    cents = lambda name: int(table[getattr(S, name), t].sum())  # noqa: E731
    claims = (
        ("employees have employers, and nobody else has", found[EMPLOYED], found[WITH_FIRM]),
        ("firms' staff = persons who point at them", found[SIGNATURE], signature(firms.staff, firms.n)),
        ("nobody works for a closed firm", found[CLOSED], 0),
        ("who works in another area bears the mark of it, and nobody else", found[ELSEWHERE], city.commuters.size),
        ("who commutes works in another area, whose rows stand for as many persons", city.strayed, 0),
        ("commuters come from where others go", total("commuters_in"), total("commuters_out")),
        ("employees + commuters who come − those who go = firms' staff, area by area (persons who break it)", staff_gaps(city), 0),
        ("nobody draws unemployment benefit past the legal limit", found[LATE], 0),
        ("roster = roster before + births and arrivals − deaths and leavers", rows.sum(), city.rows_before + city.rows_in - city.rows_out),
        ("residents + away = roster", total("residents") + total("away"), rows @ weight),
        ("states partition the residents", sum(map(total, parts)) + children @ weight, total("residents")),
        ("who moves out of an area moves into another", total("moves_out"), total("moves_in")),
        ("no more graduates attracted than there are in the pool", max(total("graduates_counted") - total("graduates_pool"), 0.0), 0),
        ("hires fill vacancies", max(total("hires") - total("vacancies"), 0.0), 0),
        ("members of unemployment insurance are in injury insurance", np.maximum(table[S.ui, t] - table[S.injury, t], 0).sum(), 0),
        ("the highly skilled are skilled, and titles are parts of their sum", subset_gaps(city), 0),
        ("highly skilled = opening + raised by a certificate + joined − died, aged out and left (rows)", rows_of("high_skilled"),
         round(float((city.stock("high_skilled") / weight).sum())) + rows_of("high_raised") + rows_of("high_joined")
         - rows_of("high_left") - people.skilled_left),
        ("insured by firms = before + first + again − lost the job, dropped, retired and gone (rows)", rows_of("insured_by_firms"),
         round(float((city.stock("insured_by_firms") / weight).sum())) + rows_of("insured_first") + rows_of("insured_again")
         - sum(map(rows_of, EXITS)) - people.covered_left),
        ("who is enrolled at a visit of the drive or an inspection comes to be insured",
         max(total("drive_enrolled_small") + total("drive_enrolled_mid") + total("drive_enrolled_large") + total("inspection_enrolled")
             - total("insured_first") - total("insured_again"), 0.0), 0),
        ("whose land was taken came into one of two schemes", total("land_into_employee_scheme") + total("land_into_resident_scheme"),
         total("land_taken")),
        ("places taken = at work + for work", total("trained"), total("trained_at_work") + total("trained_for_work")),
        ("nobody draws a resident pension without being in that scheme", found[TWICE], 0),
        *((f"{fund.prefix} fund: balance = opening + income − outgo (fen)", fund.balance, fund.opening + fund.income - fund.outgo)
          for fund in city.funds),
        *((f"{fund.prefix} fund: balance = Σ areas (fen)", fund.balance, int(fund.by_area.sum())) for fund in city.funds),
        *((f"{fund.prefix} fund: its lines = income − outgo (fen)", sum(fund.lines.values()), fund.income - fund.outgo)
          for fund in city.funds),
        ("the funds booked what persons and firms paid (fen)",
         cents("pension_pool_income_fen") + cents("pension_account_income_fen") + cents("ui_premium_fen") + cents("injury_premium_fen"),
         sum(fund.lines.get(line, 0) for fund in (city.pension_fund, city.unemployment_fund, city.injury_fund)
             for line in ("pool", "account", "premiums"))),
        ("captured starts and registrations are finite", np.isfinite(table[:, t]).all(), True),
    )
    return [f"{claim}: {left:,} ≠ {right:,}" for claim, left, right in claims if left != right]


def staff_gaps(city: City) -> float:
    """Persons by whom firms' staff in an area differs from those who live or come there to work."""
    firms, n, weight, now = city.firms, city.firms.n, city.weight, city.table[:, city.month]
    staff = np.bincount(firms.area[:n], firms.staff[:n], weight.size) * weight
    return float(np.abs(now[S.employees] + now[S.commuters_in] - now[S.commuters_out] - staff).sum())


def subset_gaps(city: City) -> float:
    """Persons who break an identity of skills: 技师 ⊂ 高技能 ⊂ 技能, titles ⊂ 专技, both ⊂ either, their union ≤ residents."""
    stock = lambda name: city.table[getattr(S, name), city.month]  # noqa: E731
    both, skilled, professional = stock("skilled_professional"), stock("skilled"), stock("professional")
    gaps = (stock("technicians") - stock("high_skilled"), stock("high_skilled") - skilled, both - skilled, both - professional,
            stock("professional_middle") + stock("professional_senior") - professional, skilled + professional - both - stock("residents"))
    return float(sum(np.maximum(gap, 0).sum() for gap in gaps))


def close(city: City) -> None:
    """Check every account; raises OpenBooks naming the month and what does not close."""
    wrong = imbalances(city)
    if wrong:
        raise OpenBooks(f"{city.period}: " + "; ".join(wrong))
