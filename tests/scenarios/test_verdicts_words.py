"""Words during and at the end of the period, and that they never contradict what was met."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scenarios.verdicts import (
    FLAGS,
    STANCES,
    WORDS,
    flag_words,
    in_words,
    is_met_word,
    jeffreys,
    judge,
    judge_group,
    meets,
)
from tests.scenarios.judged import jobs, path, rate, task, unemployment
from tests.scenarios.test_verdicts_meeting import grades


def word(one, *draws, **given):
    return judge(one, path(*draws, **given)).verdict


@pytest.mark.parametrize(
    ("total", "verdict"),
    [(7.5, "on_track"), (7.125, "on_track"), (7.1, "on_track"), (5.63, "on_track"), (5.6, "behind"),
     (9.4, "faster"), (9.3, "on_track"),      (37.5, "ahead")],
)  # fmt: skip
def test_during_the_period_by_what_is_due(total, verdict):
    """徐州 新增就业 after 2021: due 7.5 of 37.5, five points are 1.875."""
    assert word(jobs(), [total]) == verdict


def test_binding_targets_are_behind_sooner():
    """徐州 失业保险 84.9 → 100: after 2021 a fifth (87.92) is due; two points are .30, five points .755 万人."""
    assert word(task(), [87.7]) == "on_track"
    assert word(task(), [87.5]) == "behind"
    assert word(task(attribute="预期性"), [87.5]) == word(task(attribute=None), [87.5]) == "on_track"


def test_build_outs_have_ten_points():
    built = task(kind="build_out", target=10, base=None)
    assert word(built, [1]) == "on_track"
    assert word(built, [0.9]) == "behind"
    assert word(built, [3]) == "faster"
    assert word(built, [2.9]) == "on_track"


def test_a_stock_is_early_only_if_it_stays():
    one = rate(base=80, target=90, decimals=1)
    seen = path(*[[89.96]] * 10)  # printed 90.0, but A is just short of 1
    stays = path(*[[89.96, 91, 91, 91, 91]] * 8, *[[89.96, 85, 91, 91, 91]] * 2)
    falls = path(*[[89.96, 91, 91, 91, 91]] * 7, *[[89.96, 85, 91, 91, 91]] * 3)
    assert judge(one, seen, stays).verdict == "ahead"
    assert judge(one, seen, falls).verdict == "faster"
    assert judge(one, seen).verdict == "faster"


@pytest.mark.parametrize(
    ("last", "attribute", "verdict"),
    [
        (100, "约束性", "completed"), (99.5, "约束性", "completed"), (99.4, "约束性", "missed"),
        (99.4, "预期性", "nearly_completed"), (99.2, "预期性", "missed"), (100.755, "约束性", "exceeded"),
        (100.7, "约束性", "completed"), (99.4, None, "nearly_completed"),
    ],
)  # fmt: skip
def test_at_the_end_met_decides_first(last, attribute, verdict):
    """84.9 → 100: 99.5 is printed 100 and so is met, although A is .967; .95 of the way is 99.245."""
    assert word(task(attribute=attribute), [86, 88, 92, 96, last]) == verdict


def test_too_much_is_not_nearly_completed():
    """左右 has two sides: past the upper one the target is missed, however far the path went."""
    around = task(attribute="预期性", op="about", base=50, target=100)
    assert word(around, [60, 70, 80, 90, 106]) == "missed"
    assert word(around, [60, 70, 80, 90, 105]) == "exceeded"
    assert word(around, [60, 70, 80, 90, 94]) == "missed"


def test_every_year_flows_are_shaded_by_their_worst_year():
    each = jobs(basis="every_year", target=7.5)
    assert word(each, [7.9, 9, 9, 9, 9]) == "exceeded"
    assert word(each, [7.8, 9, 9, 9, 9]) == "completed"
    assert word(each, [7.2, 9, 9, 9, 9]) == "nearly_completed"
    assert word(each, [7.0, 9, 9, 9, 9]) == "missed"


def test_held_rates_break_in_any_year():
    assert word(unemployment(), [2, 2, 2, 2, 2]) == "held"
    assert word(unemployment(), [2, 2, 3]) == "held_warning"
    assert word(unemployment(), [2, 4.5, 2]) == "breached"
    assert word(unemployment(), [2, 4.5, 2, 2, 2]) == "breached"
    assert word(unemployment(), [2, 2, 4.6], month=6) == "held_warning"  # June is no year end


def test_a_floor_due_in_the_last_year_is_forgiven_an_earlier_breach():
    """海宁 结案率 94.2 → 92 is a level of 2025: during the period the breach is said, at the end `met` decides."""
    floor = rate(base=94.2, target=92)
    assert word(floor, [94, 91, 93]) == "breached"
    assert word(floor, [94, 91, 93, 94, 94]) == "held"


def test_the_headline_is_the_middle_path_and_says_when_draws_disagree():
    said = judge(task(), path(*[[86, 88, 92, 96, last] for last in (90, 98, 100, 100.2, 104, 105, 106)]))
    assert (said.verdict, said.share) == ("completed", pytest.approx(2 / 7))
    assert "divided" in said.flags
    agreed = judge(task(), path(*[[86, 88, 92, 96, last] for last in (90, 100, 100)]))
    assert "divided" not in agreed.flags


def test_early_completion_names_the_year():
    said = judge(jobs(), path([10, 10, 18, 5, 5]))
    assert "first_met:2023" in said.flags and said.verdict == "exceeded"
    assert "first_met:2024" in judge(task(), path([100, 90, 90, 101, 102])).flags  # met in 2021 but not kept
    assert not [f for f in judge(task(), path([90, 90, 90, 90, 102])).flags if f.startswith("first_met")]


def test_what_stands_beside_the_word():
    held = judge(unemployment(), path([2, 2, 2, 2, 3], [2, 5, 2, 2, 3]))
    assert "final_year:2/2" in held.flags and held.met.tolist() == [True, False]
    built = judge(task(kind="build_out", target=1, year=2023, words="2023年前", base=None), path([0, 0, 1], [0, 1, 1]))
    assert "year_before:1/2" in built.flags
    assert "definitions_differ" in judge(jobs(comparable=False), path([8, 8, 8, 8, 8])).flags
    assert "assumed_season" in judge(rate(measure=None, base=80, target=90), path([81], month=6)).flags
    assert "assumed_season" not in judge(jobs(), path([3], month=6)).flags


def test_a_path_that_has_not_begun_says_nothing():
    said = judge(task(), path([84], first=2020))
    assert said.verdict == "not_simulated" and said.met is None and "years_not_simulated" in said.flags


def test_a_composition_shares_one_verdict():
    parts = grades(7.4, 38, 54.6)
    high = path([6.5, 7, 7, 7.2, 7.4], [6, 6, 6, 6, 6])
    mid = path([31, 33, 35, 37, 38.2], [31, 33, 35, 37, 38])
    low = path([62.5, 60, 58, 55.8, 54.4], [63, 61, 59, 57, 56])
    judged = judge_group(parts, [high, mid, low])
    assert {j.verdict for j in judged} == {"completed"} and {tuple(j.met) for j in judged} == {(True, False)}
    assert [j.final.tolist() for j in judged] == [[7.4, 6], [38.2, 38], [54.4, 56]]
    during = judge_group(parts, [path([6.0]), path([33.0]), path([61.0])])
    assert {j.verdict for j in during} == {"behind"}  # 高 has not moved; 高 + 中 alone would be on its way
    assert during[0].met is None and during[0].completion == 0


ATTRIBUTES = st.sampled_from(["约束性", "预期性", None])
VALUES = st.lists(st.lists(st.floats(0, 300), min_size=5, max_size=5), min_size=1, max_size=9)


@given(
    VALUES, st.floats(0, 200), st.floats(1, 200), ATTRIBUTES,
    st.sampled_from(["level", "period_sum", "every_year", "period_mean", "year_flow"]),
    st.sampled_from(["stock", "rate", "flow", "build_out"]),
    st.sampled_from(["ge", "gt", "le", "lt", "eq", "about"]), st.booleans(),
)  # fmt: skip
def test_words_never_contradict_what_was_met(values, base, goal, attribute, basis, kind, op, comparable):
    one = task(base=base, target=goal, attribute=attribute, basis=basis, kind=kind, op=op, comparable=comparable)
    said = judge(one, path(*values))
    assert is_met_word(said.verdict) == (said.met.sum() * 2 >= said.met.size)  # 达标: P ≥ .5
    assert is_met_word(said.verdict) == (jeffreys(int(said.met.sum()), said.met.size).value >= 0.5)
    for draw in values:
        alone = judge(one, path(draw))
        assert is_met_word(alone.verdict) == bool(meets(one, np.asarray([draw]))[0])


@given(VALUES, st.integers(1, 4), ATTRIBUTES)
def test_words_inside_the_period_are_words_of_the_period(values, years, attribute):
    assume(years < 5)
    seen = path(*[draw[:years] for draw in values])
    said = judge(task(attribute=attribute), seen, path(*values))
    assert said.verdict in ("ahead", "faster", "on_track", "behind")
    assert 0 < said.share <= 1 and said.completion is not None and said.schedule == pytest.approx(years / 5)


def test_every_id_has_words_in_both_languages():
    for words in (*WORDS.values(), *FLAGS.values(), *STANCES.values()):
        assert len(words) == 2 and all(words)
    assert in_words("held_warning") == "基本符合预期(预警)" and in_words("exceeded", "en") == "exceeded"
    assert flag_words("first_met:2023") == "提前完成 2023" and flag_words("thin", "en") == "thinning noise"
    assert set(WORDS) == {
        "ahead",
        "faster",
        "on_track",
        "behind",
        "held",
        "held_warning",
        "breached",
        "exceeded",
        "completed",
        "nearly_completed",
        "missed",
        "incomparable",
        "not_simulated",
    }
