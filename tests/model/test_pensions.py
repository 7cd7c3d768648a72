"""Pensions to the fen, against published calculation sheets 核定表.

The sheets are those that the public pension calculator liubigfatty/pension-calculator keeps with their source (cases/jiangsu/1 and 4,
cases/zhejiang/7); figures of money and years are printed on them.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.dates import month_index
from model.law import Law
from model.pensions import Formula, payout_months, pension

ZHEJIANG = Formula.at(Law.standard("zhejiang"), month_index("2025-02"))
JIANGSU = Formula.at(Law.standard("jiangsu"), month_index("2024-03"))


def sheet_base(formula: Formula, base: float) -> Formula:
    """The formula with the base that the sheet used: the new year's base was not yet out, and the old one was paid provisionally."""
    from dataclasses import replace

    return replace(formula, base=base)


def test_a_zhejiang_sheet_of_february_2025_to_the_fen() -> None:
    """A man born 1965-02: 42 years 10 months, index 0.7219 (0.9307 for the 16 years 3 months to the end of 1997), account 96,678.71."""
    got = pension(sheet_base(ZHEJIANG, 8310), paid_months=514, index=0.7219, index_before=0.9307, months_before=195, balance=9_667_871,
                  age=720)
    assert int(got.basic) == 306_427
    assert int(got.account) == 69_553
    assert int(got.transition) == 175_951
    assert int(got.supplements) == 57_276 + 15_000
    assert -(-int(got.total) // 10) * 10 == 624_210, "the sheet rounds the sum up to ten fen 见分进角"


@pytest.mark.parametrize(
    ("months", "index", "balance", "basic", "account"),
    [(517, 0.3246, 6_787_403, 245_764, 48_830), (418, 0.7046, 7_497_290, 255_707, 53_937)],
    ids=["淮安 2024-03", "淮安 2024-04"],
)
def test_jiangsu_sheets_to_the_fen(months: int, index: float, balance: int, basic: int, account: int) -> None:
    """Basic and account part; the transition part of these sheets blends an older rule and is not reproduced."""
    got = pension(sheet_base(JIANGSU, 8613), paid_months=months, index=index, months_before=0, balance=balance, age=720)
    assert (int(got.basic), int(got.account)) == (basic, account)


def test_the_nanjing_case_of_the_policy_notes() -> None:
    """8,917 · (1 + 0.6248) ÷ 2 · 36.58 years · 1 % = 2,649.9 (Nanjing, October 2025)."""
    formula = Formula.at(Law.standard("jiangsu"), month_index("2025-10"))
    assert formula.base == 8917
    got = pension(formula, paid_months=36.58 * 12, index=0.6248, months_before=0, balance=0, age=720)
    assert got.basic == pytest.approx(264_990, abs=5)


@pytest.mark.parametrize(("age", "months"), [(600, 195), (660, 170), (720, 139), (756, 117), (780, 101), (840, 56), (721, 139 - 7 / 12)])
def test_payout_months(age: int, months: float) -> None:
    """国发〔2005〕38号, annex; between whole years in proportion to the months."""
    assert payout_months(float(age), np.array(JIANGSU.payout)) == pytest.approx(months)


@given(st.integers(180, 600), st.floats(0.6, 3), st.integers(0, 300), st.integers(0, 10**8), st.integers(600, 800))
def test_who_pays_longer_or_more_or_retires_later_gets_more(months: int, index: float, before: int, balance: int, age: int) -> None:
    usual = {"paid_months": months, "index": index, "months_before": min(before, months), "balance": balance, "age": age}
    for more in ({"paid_months": months + 12}, {"index": index + 0.1}, {"balance": balance + 10**6}, {"age": age + 12}):
        assert pension(JIANGSU, **(usual | more)).total >= pension(JIANGSU, **usual).total
    parts = pension(JIANGSU, **usual)
    assert parts.total == parts.pool + parts.account and np.all(parts.total >= 0)
