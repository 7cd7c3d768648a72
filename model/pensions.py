"""The pension of the employee scheme 企业职工养老金 by the formula of 国发〔2005〕38号, to the fen.

    basic       P · (1 + z) ÷ 2 · years · 1 %           P: the province's base 计发基数, z: index of the declared bases 平均缴费指数
    account     balance ÷ payout months 计发月数         by age at retirement, between whole years in proportion to the months
    transition  P · z · years before accounts · share   (江苏 1.2 %, 浙江 1.4 %), in 浙江 with 480 + 3 · z · years and 150 yuan on top

Everything here works on arrays, one element a person. Sources and worked sheets: model/law/pension.yaml, tests/model/test_pensions.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model.law import Law

Floats = NDArray[np.float64]
YOUNGEST, OLDEST = 40, 70
BASE, YEAR_SHARE, TRANSITION_SHARE, FIXED, PER_INDEX_YEAR, SUPPLEMENT, ROUNDED_TO = range(7)
PAID, INDEX, INDEX_BEFORE, BEFORE, BALANCE, AGE = range(6)
"""What the formula asks about a person: months paid, index, index of the transition part, months before accounts, fen, months of age."""


@dataclass(frozen=True)
class Formula:
    """The formula in force in one month; money in yuan, payout by whole year of age 40-70."""

    base: float
    year_share: float
    transition_share: float
    fixed: float
    per_index_year: float
    supplement: float
    rounded_to: float
    accounts_from: int
    payout: tuple[float, ...]

    @staticmethod
    def at(law: Law, month: int) -> Formula:
        """The formula of `month` (a month number, year · 12 + month − 1)."""
        law_now = law.in_force(month)
        value = lambda name: law_now[f"pension.{name}"]  # noqa: E731
        return Formula(value("benefit_base"), value("year_share"), value("transition_share"), value("transition_fixed"),
                       value("transition_per_index_year"), value("supplement"), value("years_rounded_to"), int(value("accounts_from_year")),
                       tuple(value(f"payout_months_{age}") for age in range(YOUNGEST, OLDEST + 1)))

    def carried(self, times: float) -> Formula:
        """The same with a base that has followed wages beyond the last dated one."""
        return replace(self, base=self.base * times)

    @cached_property
    def terms(self) -> tuple[Floats, Floats]:
        """The same for a kernel: BASE … ROUNDED_TO, and the payout months."""
        return (np.array([self.base, self.year_share, self.transition_share, self.fixed, self.per_index_year, self.supplement,
                          self.rounded_to]), np.array(self.payout))


class Pension(NamedTuple):
    """Monthly amounts in whole fen: what the pool pays (basic, transition, supplements) and what the account pays."""

    basic: NDArray[np.int64]
    account: NDArray[np.int64]
    transition: NDArray[np.int64]
    supplements: NDArray[np.int64]

    @property
    def pool(self) -> NDArray[np.int64]:
        """Paid from the pool 统筹基金."""
        return self.basic + self.transition + self.supplements

    @property
    def total(self) -> NDArray[np.int64]:
        """The whole pension."""
        return self.pool + self.account


@njit(cache=True)
def payout_months(age, payout):  # type: ignore[no-untyped-def]
    """Months over which the account is paid, for an age in months; the ends of the table hold beyond it."""
    years = age / 12
    if years <= YOUNGEST or years >= OLDEST:
        return payout[0 if years <= YOUNGEST else OLDEST - YOUNGEST]
    whole = int(years)
    before, after = payout[whole - YOUNGEST], payout[whole + 1 - YOUNGEST]
    return (after - before) * (years - whole) + before


@njit(cache=True)
def amounts(asked, terms, payout):  # type: ignore[no-untyped-def]
    """Basic, account, transition and supplements, fen, int64 (4, persons). asked: PAID … AGE, float64 (6, persons); terms, payout: see
    `Formula.terms`."""
    out = np.empty((4, asked.shape[1]), np.int64)
    base, rounded_to = terms[BASE], terms[ROUNDED_TO]
    for j in range(asked.shape[1]):
        z, years, before = asked[INDEX, j], asked[PAID, j] / 12, asked[BEFORE, j] / 12
        if rounded_to > 0:
            years = np.rint(years / rounded_to) * rounded_to
        served = 1.0 if before > 0 else 0.0
        out[0, j] = np.rint(base * (1 + z) / 2 * years * terms[YEAR_SHARE] * 100)
        out[1, j] = np.rint(asked[BALANCE, j] / payout_months(asked[AGE, j], payout))
        out[2, j] = np.rint(base * asked[INDEX_BEFORE, j] * before * terms[TRANSITION_SHARE] * 100)
        out[3, j] = (np.int64(np.rint(served * (terms[FIXED] + terms[PER_INDEX_YEAR] * z * years) * 100))
                     + np.int64(np.rint(served * terms[SUPPLEMENT] * 100)))
    return out


def pension(formula: Formula, *, paid_months: Any, index: Any, months_before: Any, balance: Any, age: Any,
            index_before: Any = None) -> Pension:
    """Monthly pension of persons who retire.

    paid_months: all of them, months_before: those before individual accounts; index: of the declared bases, index_before: of the
    transition part where it is kept apart; balance: of the account, fen; age: months at retirement. Source: 国发〔2005〕38号.
    """
    given = np.broadcast_arrays(paid_months, index, index if index_before is None else index_before, months_before, balance, age)
    found = amounts(np.array(given, float).reshape(6, -1), *formula.terms)
    return Pension(*found.reshape(4, *given[0].shape))
