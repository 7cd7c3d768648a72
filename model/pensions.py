"""The pension of the employee scheme 企业职工养老金 by the formula of 国发〔2005〕38号, to the fen.

    basic       P · (1 + z) ÷ 2 · years · 1 %           P: the province's base 计发基数, z: index of the declared bases 平均缴费指数
    account     balance ÷ payout months 计发月数         by age at retirement, between whole years in proportion to the months
    transition  P · z · years before accounts · share   (江苏 1.2 %, 浙江 1.4 %), in 浙江 with 480 + 3 · z · years and 150 yuan on top

Everything here works on arrays, one element a person. Sources and worked sheets: model/law/pension.yaml, tests/model/test_pensions.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.law import Law

Floats = NDArray[np.float64]
YOUNGEST, OLDEST = 40, 70


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

    def years(self, months: Any) -> Floats:
        """Paid years as the formula counts them: exact months, or rounded to hundredths."""
        years = np.asarray(months, float) / 12
        return np.rint(years / self.rounded_to) * self.rounded_to if self.rounded_to > 0 else years


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


def payout_months(formula: Formula, age: Any) -> Floats:
    """Months over which the account is paid, for ages in months; the ends of the table hold beyond it."""
    return np.interp(np.asarray(age, float) / 12, np.arange(YOUNGEST, OLDEST + 1), formula.payout)


def pension(formula: Formula, *, paid_months: Any, index: Any, months_before: Any, balance: Any, age: Any,
            index_before: Any = None) -> Pension:
    """Monthly pension of persons who retire.

    paid_months: all of them, months_before: those before individual accounts; index: of the declared bases, index_before: of the
    transition part where it is kept apart; balance: of the account, fen; age: months at retirement. Source: 国发〔2005〕38号.
    """
    z, years, before = np.asarray(index, float), formula.years(paid_months), np.asarray(months_before, float) / 12
    own = z if index_before is None else np.asarray(index_before, float)
    served = before > 0
    return Pension(
        basic=_fen(formula.base * (1 + z) / 2 * years * formula.year_share),
        account=np.rint(np.asarray(balance, float) / payout_months(formula, age)).astype(np.int64),
        transition=_fen(formula.base * own * before * formula.transition_share),
        supplements=_fen(served * (formula.fixed + formula.per_index_year * z * years)) + _fen(served * formula.supplement))


def _fen(yuan: Any) -> NDArray[np.int64]:
    return np.rint(np.asarray(yuan, float) * 100).astype(np.int64)
