"""Rounding to what the plan prints, and the words 以上, 以内, 超过, 左右."""

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.verdicts import rounded, satisfies


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [
        (2.675, 2, 2.68), (37.45, 1, 37.5), (37.449999999999996, 1, 37.5), (37.44, 1, 37.4), (0.5, 0, 1.0),
        (-0.5, 0, -1.0), (374.5, 0, 375.0),
        (374.49, 0, 374.0), (1.005, 2, 1.01), (0.0, 3, 0.0), (1e15 + 1, 0, 1e15 + 1),
    ],
)  # fmt: skip
def test_halves_go_up_in_decimals_and_not_in_binary(value, decimals, printed):
    assert rounded(value, decimals) == printed


@given(st.integers(-(10**9), 10**9), st.integers(0, 4), st.integers(0, 4))
def test_it_is_the_rounding_of_the_decimal_that_one_reads(digits, places, decimals):
    """Against exact decimal arithmetic on the printed form."""
    text = Decimal(digits).scaleb(-places)
    exact = text.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    assert rounded(float(text), decimals) == pytest.approx(float(exact), abs=1e-12 * max(1.0, abs(float(exact))))


def test_sums_of_floats_do_not_fall_short():
    tenths = np.full(375, 0.1)
    assert satisfies(tenths.cumsum()[-1], "ge", 37.5, 1)
    assert satisfies(0.1 + 0.2, "eq", 0.3, 1)


@pytest.mark.parametrize(
    ("op", "value", "target", "decimals", "answer"),
    [
        ("le", 4.0, 4, 0, True), ("le", 4.49, 4, 0, True), ("le", 4.5, 4, 0, False),  # 徐州 4以内
        ("lt", 2.94, 3.0, 1, True), ("lt", 2.95, 3.0, 1, False),  # 海宁 <3.0: 2.95 is printed 3.0
        ("ge", 374.5, 375, 0, True), ("ge", 374.4, 375, 0, False),  # 徐州 375
        ("gt", 90.4, 90, 0, False), ("gt", 90.5, 90, 0, True),  # 南通 >90
        ("eq", 99.96, 100, 0, True), ("eq", 99.4, 100, 0, False),
    ],
)  # fmt: skip
def test_words_are_inclusive_or_strict(op, value, target, decimals, answer):
    assert bool(satisfies(value, op, target, decimals)) is answer


def test_about_is_two_sided_except_for_what_should_be_low():
    values = [93, 95, 100, 105, 106]  # 苏州 100名左右: ± 5
    assert satisfies(values, "about", 100, 0, tolerance=5).tolist() == [False, True, True, True, False]
    low = [3.0, 5.0, 5.5, 5.6]  # 南通 调查失业率 5左右, printed with one decimal
    assert satisfies(low, "about", 5, 1, tolerance=0.5, one_sided=True).tolist() == [True, True, True, False]


def test_nothing_known_never_satisfies_and_unknown_words_are_refused():
    assert not satisfies(np.nan, "ge", 0, 0)
    with pytest.raises(ValueError, match="none of ge gt le lt eq about"):
        satisfies(1, "以上", 0, 0)
