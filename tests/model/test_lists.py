"""Lists of the rows that a month concerns, and of those who come first."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from model.blocks import is_birthday
from model.lists import ANY, STRETCH, how_many, those
from model.luck import ALL, top_of, tops_of
from model.market import edge_of, first_of

FLAGS = st.one_of(st.lists(st.sampled_from(likely), max_size=300)
                  for likely in ([0, 0, 0, 0, 1, 2, 3], [1, 1, 1, 1, 0, 2], [1], [0] * 60 + [1]))


@settings(max_examples=60, deadline=None)
@given(FLAGS, st.sampled_from([1, 2, 3, 255]), st.integers(0, 2**40))
def test_a_list_holds_the_rows_whose_flag_is_set_in_order(flags: list[int], what: int, first: int) -> None:
    given_flags = np.array(flags, np.uint8)
    wanted = first + np.flatnonzero(given_flags & np.uint8(what))
    rows = np.zeros(len(flags) + 8, np.uint64)
    found = those(given_flags, np.uint8(what), np.uint64(first), rows[: len(flags)])
    assert rows[:found].tolist() == wanted.tolist()
    assert not rows[len(flags):].any(), "beyond the room that was given"
    assert how_many(given_flags, np.uint8(what)) == wanted.size


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**40))
@settings(max_examples=60, deadline=None)
def test_processors_without_the_instruction_make_the_same_lists(chosen: int, first: int) -> None:
    """The lines that stand in for it, in Python: both list the places of the bits."""
    flags, rows = np.array([chosen >> j & 1 for j in range(STRETCH)], np.uint8), np.zeros(STRETCH, np.uint64)
    found = those(flags, ANY, np.uint64(first), rows)
    bits, one_by_one = chosen, []
    while bits:
        one_by_one.append(first + (bits & -bits).bit_length() - 1)
        bits &= bits - 1
    assert rows[:found].tolist() == one_by_one


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=200), st.data())
def test_the_first_of_a_queue_are_the_first_of_all_sorted(values: list[int], data: st.DataObject) -> None:
    """Ties are common here: of equal ones the first are taken."""
    count = data.draw(st.integers(1, len(values)))
    for places in (np.array(values, np.float64) / 7, np.array(values, np.uint64) << np.uint64(60)):
        assert first_of(places.view(np.uint64), count).tolist() == sorted(np.argsort(places, kind="stable")[:count].tolist())


@given(st.integers(0, 600), st.integers(-1200, 600))
@settings(max_examples=60, deadline=None)
def test_a_birthday_comes_round_every_twelve_months(month: int, birth: int) -> None:
    if birth <= month:
        assert is_birthday.py_func(month, np.int16(birth)) == ((month - birth) % 12 == 0)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=200, unique=True), st.data())
def test_below_the_edge_lie_as_many_as_asked_for_however_far_the_values_spread(values: list[int], data: st.DataObject) -> None:
    """The span from nought to the greatest number is halved without running over."""
    drawn = np.array([0, *values, int(ALL)], np.uint64)
    for some in (np.unique(drawn), np.array([0, int(ALL)], np.uint64)):
        count = data.draw(st.integers(1, some.size - 1))
        edge, below = edge_of(some, count)
        assert below == count == (some < np.uint64(edge)).sum()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=80), st.integers(0, 2**64 - 1))
def test_the_upper_bits_of_a_draw_pass_nobody_by(draws: list[int], threshold: int) -> None:
    """Who draws below a threshold is among those whose upper bits are not above its own; who lies far above it is not."""
    given_draws, tops = np.array([*draws, threshold], np.uint64), np.empty(len(draws) + 1, np.uint16)
    tops_of(given_draws, tops)
    looked_at = tops <= top_of.py_func(np.uint64(threshold))
    assert looked_at[given_draws < np.uint64(threshold)].all()
    assert all(int(draw) < threshold + 2**48 for draw in given_draws[looked_at])
