"""Pairs: their arithmetic, and what they save in a real town for a small change of a lever that works through hiring."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.documents import BadInput
from scenarios import Scenario
from scenarios.precision import precision, precision_of

REPLICATES = 10


def test_the_saving_is_that_of_the_variances() -> None:
    rng = np.random.default_rng(1)
    luck, own = rng.normal(size=4000) * 3, rng.normal(size=4000)
    one = precision_of("x", luck, luck + 2 + own)  # var(b − a) = 1; var(a) + var(b) = 9 + 10
    assert one.saving == pytest.approx(19, rel=0.1) and one.difference == pytest.approx(2, abs=0.06)
    assert one.saving_at_least() < one.saving and one.saving_at_least(0.5) == pytest.approx(one.saving, rel=0.01)
    few, many = one.replicates(one.paired)
    assert few == one.n and many == pytest.approx(19 * one.n, rel=0.1)


@given(st.floats(-100, 100), st.integers(3, 30))
def test_a_difference_that_is_always_the_same_needs_no_replicates(shift: float, n: int) -> None:
    luck = np.arange(n, dtype=float) * 64
    one = precision_of("x", luck, luck + np.round(shift))
    assert one.paired == 0 and one.saving == np.inf and one.replicates(0.1)[0] == 1


def test_pairs_need_at_least_five_times_fewer_replicates(year_town: str) -> None:
    """A few more start-up loans: owners found firms, firms hire by matching. Common luck must save at least 5 ×.

    Power: the saving is about 80 here, its estimate from 10 pairs lies above 5 in all but 1 in 1,000 (F with 9 and 9 degrees of
    freedom); were luck not common it would be 1, and pass 5 by luck in 13 of 1,000.
    """
    small = Scenario("a little more", year_town, {"startup_loans": 0.05})
    found = {one.aim: one for one in precision(small, replicates=REPLICATES, scale=20, executor="serial", prior=True)}
    jobs = found["new_jobs"]
    assert jobs.n >= REPLICATES - 2 and jobs.difference > 0 and jobs.unpaired > 0
    assert all(one.saving >= 5 for one in found.values())
    assert jobs.difference > 2 * jobs.paired  # so few pairs see what no ten unpaired runs could
    assert jobs.difference < 3 * jobs.unpaired


def test_too_few_are_refused(year_town: str) -> None:
    with pytest.raises(BadInput, match="replicates"):
        precision(year_town, replicates=2)
    with pytest.raises(ValueError, match="pairs"):
        precision_of("x", np.zeros(4), np.zeros(5))
