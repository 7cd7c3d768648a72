"""Dropping draws: tolerances, the rule by which they are widened, and what is never dropped."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.fit import Fit
from calibration.selection import WIDENING, relative_miss, select


def figures(**tolerance: float) -> Any:
    return {name: SimpleNamespace(id=name, value=100.0, tolerance=t) for name, t in tolerance.items()}


def fits(*misses: dict[str, float]) -> list[Fit]:
    """Fits whose figures are off by these percents."""
    return [Fit(d, after={name: 100.0 + off for name, off in miss.items()}) for d, miss in enumerate(misses)]


def test_draws_within_tolerance_are_kept_and_the_others_dropped() -> None:
    chosen = select(fits({"a": 1}, {"a": -4}, {"a": 6}, {"a": -9}), figures(a=0.05), enough=2)
    assert [fit.draw for fit in chosen.kept] == [0, 1] and [fit.draw for fit in chosen.dropped] == [2, 3]
    assert chosen.factor == 1.0 and chosen.unmet == () and chosen.dropped_by == {"a": 2}


def test_tolerances_are_widened_by_the_first_factor_that_is_enough() -> None:
    chosen = select(fits({"a": 1}, {"a": -2}, {"a": 6}, {"a": -9}), figures(a=0.05), enough=3)
    assert chosen.factor == 1.25 and len(chosen.kept) == 3


def test_when_no_factor_is_enough_the_least_bad_are_kept() -> None:
    chosen = select(fits({"a": 1}, {"a": 2}, {"a": 80}, {"a": 90}), figures(a=0.05), enough=3)
    assert math.isinf(chosen.factor) and [fit.draw for fit in chosen.kept] == [0, 1, 2]


def test_a_figure_that_most_draws_miss_is_reported_and_drops_nobody() -> None:
    made = fits({"a": 1, "b": 30}, {"a": 2, "b": 31}, {"a": 9, "b": 1}, {"a": 1, "b": 40})
    chosen = select(made, figures(a=0.05, b=0.05), enough=3)
    assert chosen.unmet == ("b",) and [fit.draw for fit in chosen.kept] == [0, 1, 3]
    assert "b" not in chosen.dropped_by


def test_failed_draws_are_told_apart() -> None:
    chosen = select([Fit(1, error="OpenBooks"), *fits({"a": 0})], figures(a=0.05), enough=1)
    assert [fit.draw for fit in chosen.failed] == [1] and [fit.draw for fit in chosen.kept] == [0]


def test_no_number_is_an_infinite_miss() -> None:
    (figure,) = figures(a=0.05).values()
    assert relative_miss(Fit(0, after={"a": math.nan}), figure) == math.inf
    assert relative_miss(Fit(0, after={"a": 97.0}), figure) == pytest.approx(0.03)


@given(st.lists(st.floats(-60, 60), min_size=1, max_size=40), st.integers(1, 40))
def test_enough_are_always_kept_and_no_kept_draw_is_worse_than_a_dropped_one(misses: list[float], enough: int) -> None:
    one = figures(a=0.05)
    chosen = select(fits(*({"a": off} for off in misses)), one, enough)
    assert len(chosen.kept) >= min(enough, len(misses))
    assert len(chosen.kept) + len(chosen.dropped) == len(misses)
    assert chosen.factor in WIDENING or math.isinf(chosen.factor)
    if chosen.dropped and not chosen.unmet:
        assert max(relative_miss(fit, one["a"]) for fit in chosen.kept) < min(relative_miss(fit, one["a"]) for fit in chosen.dropped)


def test_the_order_in_which_fits_come_in_does_not_matter() -> None:
    made = fits({"a": 1}, {"a": -4}, {"a": 6}, {"a": -9})
    assert select(made, figures(a=0.05), 2) == select(made[::-1], figures(a=0.05), 2)
