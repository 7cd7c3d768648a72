"""One bar over several phases: it never goes back, and is full at the end of the last alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scenarios.phases import OneBar


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 20)), min_size=1, max_size=6))
def test_a_bar_over_several_phases_never_goes_back(phases: list[tuple[int, int]]) -> None:
    """phases: how many runs are found, and how many there are to make."""
    told: list[float] = []
    bar = OneBar(lambda done, total, words: told.append(done / total), len(phases))
    for found, missing in phases:
        for done in range(found, found + missing + 1):
            bar(done, found + missing, "")
    assert told == sorted(told) and told[-1] == 1.0
    assert sum(share == 1.0 for share in told) == 1


def test_a_phase_of_which_everything_is_found_is_one_step() -> None:
    told: list[tuple[int, int]] = []
    bar = OneBar(lambda done, total, words: told.append((done, total)), 3)
    for done in (4, 4, 2, 3, 4):
        bar(done, 4, "")
    assert told == [(4, 12), (8, 12), (10, 12), (11, 12), (12, 12)]


def test_a_phase_more_than_was_expected_stays_within_the_bar() -> None:
    told: list[int] = []
    bar = OneBar(lambda done, total, words: told.append(done), 1)
    for done in (0, 1, 0, 1):
        bar(done, 1, "")
    assert max(told) == 1
