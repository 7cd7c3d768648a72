"""Frequencies: Jeffreys, words, lights, the joint row."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from scenarios.verdicts import called, jeffreys, joint, light_of, percent_words, printed
from scenarios.verdicts.probability import is_hindcast, share_of, without_distinction


def test_eight_of_eight_is_not_certainty():
    chance = jeffreys(8, 8)
    assert chance.value == pytest.approx(8.5 / 9)
    assert chance.high == 1.0
    assert chance.low == pytest.approx(beta.ppf(0.05, 8.5, 0.5))
    assert printed(chance) == "94 % (8/8 仅供参考)"
    assert printed(chance, "en") == "94 % (8/8 for reference only)"


def test_the_interval_covers_what_it_says():
    """90 % on average over p, within two points: the probability that p is inside, over 200 values of p and n = 50."""
    grid, n = np.linspace(0.02, 0.98, 200), 50
    bounds = [jeffreys(k, n) for k in range(n + 1)]
    ks = np.arange(n + 1)
    from scipy.stats import binom

    cover = [binom.pmf(ks, n, p)[[b.low <= p <= b.high for b in bounds]].sum() for p in grid]
    assert np.mean(cover) == pytest.approx(0.90, abs=0.02)


@given(st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_contains_the_point_and_words_never_say_never(drawn):
    met, n = drawn
    chance = jeffreys(met, n)
    assert 0 <= chance.low <= chance.value <= chance.high <= 1
    assert 0 < chance.value < 1
    assert percent_words(chance.value) not in ("0 %", "100 %")
    assert ("仅供参考" in printed(chance)) == (n < 100)


@given(st.integers(1, 500), st.data())
def test_more_draws_that_meet_are_more_probable(n, data):
    fewer = data.draw(st.integers(0, n - 1))
    a, b = jeffreys(fewer, n), jeffreys(fewer + 1, n)
    assert a.value < b.value and a.low <= b.low and a.high <= b.high


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0005, "<1 %"), (0.0099, "<1 %"), (0.01, "1 %"), (0.5, "50 %"), (0.985, "99 %"), (0.99, "99 %"),
        (0.9901, ">99 %"), (0.145, "15 %"),
    ],
)  # fmt: skip
def test_percent_words(value, words):
    assert percent_words(value) == words


def test_only_a_certified_posterior_is_called_probability():
    assert called("posterior") == "概率"
    assert called("prior") == called("base_year") == "情景达标频率"
    assert "Frequency" in called("prior", "en")


@pytest.mark.parametrize(
    ("value", "binding", "light"),
    [(0.90, True, "green"), (0.899, True, "amber"), (0.60, True, "amber"), (0.599, True, "red"),
     (0.70, False, "green"), (0.699, False, "amber"), (0.40, False, "amber"), (0.399, False, "red")],
)  # fmt: skip
def test_lights_by_attribute(value, binding, light):
    assert light_of(value, binding=binding).id == light
    assert len({light_of(v, binding=True).shape for v in (0.1, 0.7, 0.95)}) == 3  # not told by colour alone


def test_the_joint_row_is_not_a_product():
    """Two rows met in the same half of the draws are met together in that half."""
    same = np.array([True, False] * 50)
    assert joint([same, same]).met == 50
    assert joint([same, ~same]).met == 0
    assert joint([]) is None
    assert share_of(same).value == pytest.approx(0.5)


def test_counts_that_are_none_are_refused():
    for met, n in ((1, 0), (3, 2), (-1, 2)):
        with pytest.raises(ValueError, match="is no count"):
            jeffreys(met, n)


def test_indistinct_needs_every_scenario():
    assert without_distinction([0.96, 0.95, 0.99])
    assert not without_distinction([0.96, 0.94, 0.99])
    assert not without_distinction([0.96, None]) and not without_distinction([])


def test_a_period_that_is_over_is_a_hindcast_unless_observed():
    assert is_hindcast(2015, 2026, observed=False)
    assert not is_hindcast(2015, 2026, observed=True)
    assert not is_hindcast(2026, 2026, observed=False)
