"""Who gets which post: everyone gets one, any way of pairing is as likely, and one change more or less stays where it is."""

from __future__ import annotations

from collections import Counter
from math import log2

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from benchmarks.peer.market import pair_up as pair_up_plainly
from model.pairing import pair_up

DRAW = st.integers(0, 2**64 - 1)
Draws = NDArray[np.uint64]


def draws(luck: np.random.Generator, n: int) -> Draws:
    return luck.integers(0, 2**64, n, dtype=np.uint64)


def pairs(people: Draws, posts: Draws) -> list[int]:
    """`pair_up` uses its arguments up: it is given copies."""
    return [int(post) for post in pair_up(people.copy(), posts.copy())]


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 200).flatmap(lambda n: st.tuples(*[st.lists(DRAW, min_size=n, max_size=n, unique=True)] * 2)))
def test_everyone_gets_a_post_of_the_own(both: tuple[list[int], list[int]]) -> None:
    people, posts = both
    assert sorted(pairs(np.array(people, np.uint64), np.array(posts, np.uint64))) == list(range(len(people)))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 60).flatmap(lambda n: st.tuples(*[st.lists(DRAW, min_size=n, max_size=n, unique=True)] * 2)))
def test_the_plain_rule_makes_the_same_pairs(both: tuple[list[int], list[int]]) -> None:
    people, posts = both
    assert pairs(np.array(people, np.uint64), np.array(posts, np.uint64)) == pair_up_plainly(people, posts)


@settings(max_examples=60, deadline=None)
@given(st.lists(DRAW, min_size=2, max_size=80, unique=True), st.lists(DRAW, min_size=80, max_size=80, unique=True), st.randoms())
def test_the_order_of_the_rows_does_not_matter(people: list[int], posts: list[int], order: object) -> None:
    of = dict(zip(people, (posts[k] for k in pairs(np.array(people, np.uint64), np.array(posts[: len(people)], np.uint64))), strict=True))
    mixed, others = people.copy(), posts[: len(people)]
    order.shuffle(mixed)  # type: ignore[attr-defined]
    order.shuffle(others)  # type: ignore[attr-defined]
    again = pairs(np.array(mixed, np.uint64), np.array(others, np.uint64))
    assert {person: others[k] for person, k in zip(mixed, again, strict=True)} == of


def test_any_way_of_pairing_is_as_likely_even_of_those_with_the_least_draws() -> None:
    """6 ways of 3 pairs, 12,000 times: chi-square with 5 degrees of freedom is above 20.5 once in a thousand. Posts are the first of a
    queue, so that their draws are small."""
    luck, seen = np.random.default_rng(5), Counter()
    for _ in range(12_000):
        seen[tuple(pairs(draws(luck, 3), draws(luck, 3) >> np.uint64(20)))] += 1
    assert len(seen) == 6
    assert sum((count - 2000) ** 2 / 2000 for count in seen.values()) < 20.5


def changed(luck: np.random.Generator, n: int, times: int) -> float:
    """How many others get another post, on average, when one of n persons is another."""
    total = 0
    for _ in range(times):
        people, posts, who = draws(luck, n), draws(luck, n), int(luck.integers(n))
        before = pairs(people, posts)
        people[who] = draws(luck, 1)[0]
        total += sum(a != b for k, (a, b) in enumerate(zip(before, pairs(people, posts), strict=True)) if k != who)
    return total / times


def test_one_person_more_or_less_changes_few_pairs() -> None:
    """In two ranked lists a third of all pairs change: 3 of 10, 33 of 100, 333 of 1,000."""
    luck = np.random.default_rng(6)
    for n, times in ((10, 400), (100, 200), (1000, 60)):
        assert changed(luck, n, times) < log2(n)


def test_one_post_more_or_less_changes_few_pairs() -> None:
    luck, total = np.random.default_rng(7), 0
    for _ in range(200):
        people, posts, which = draws(luck, 100), draws(luck, 100), int(luck.integers(100))
        before = pairs(people, posts)
        posts[which] = draws(luck, 1)[0]
        total += sum(a != b for a, b in zip(before, pairs(people, posts), strict=True))
    assert total / 200 < log2(100) + 1
