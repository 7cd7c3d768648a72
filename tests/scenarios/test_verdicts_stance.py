"""Stances and margins on the examples that the rules name."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.verdicts import Path, in_headline, judge, margin_of, stance_of
from tests.scenarios.judged import jobs, path, rate, task, unemployment


@pytest.mark.parametrize(
    ("one", "stance"),
    [
        (task(base=356.95, target=375), "climb"),  # 徐州 养老
        (unemployment(), "floor"),  # 徐州 登记失业率 1.76 → 4以内
        (rate(base=94.2, target=92), "floor"),  # 海宁 结案率
        (rate(base=98, target=98), "hold"),  # 徐州 按期结案率
        (rate(base=96.87, target=97), "hold"),  # 海宁 参保率: within 1 % of the base
        (rate(base=83.4, target=84), "hold"),  # 海宁 调解成功率
        (rate(base=99.28, target=99), "hold"),  # 相城 参保率 99以上
        (rate(base=68, target=80), "climb"),  # 相城 调解成功率
        (rate(base=None, target=95), "no_base"),  # 徐州 好评率 -----
        (jobs(comparable=False), "incomparable"),  # 徐州 新增就业: old base, 新口径 target
        (unemployment(base=None), "no_base"),  # 南通 <4
    ],
)  # fmt: skip
def test_stances_of_the_plans(one, stance):
    assert stance_of(one) == stance


def test_sums_are_brought_to_one_year_before_they_meet_a_base():
    assert stance_of(jobs(base=4.5, target=12)) == "floor"  # 徐州 创业: 12 in five years is 2.4 a year
    assert stance_of(jobs(base=11.36, target=60)) == "climb"  # 徐州 培训: 12 a year
    assert (
        stance_of(jobs(base=12.86, base_basis="period_sum", target=13)) == "climb"
    )  # 海宁 [12.86] → [13]: 2.572 → 2.6
    assert stance_of(jobs(base=12.86, base_basis="period_sum", target=12.9)) == "hold"
    assert stance_of(jobs(base=4.5, base_basis="period_sum", target=10)) == "climb"  # 海宁 大学生
    assert stance_of(jobs(base=5.25, target=11)) == "floor"  # 徐州 转移


def test_past_variation_widens_what_is_held():
    assert stance_of(rate(base=94.2, target=92), past_sd=3.0) == "hold"
    assert stance_of(task(base=100, target=101)) == "climb"  # exactly one percent is not below it


def test_weak_rows_stay_outside_the_headline():
    assert [s for s in ("climb", "hold", "floor", "no_base", "incomparable") if not in_headline(s)] == ["hold", "floor"]


def test_margin_in_past_standard_deviations():
    margin = margin_of(unemployment(), np.array([2.0, 2.5, 3.0]), past_sd=0.5)
    assert margin.distance.tolist() == [2.0, 1.5, 1.0]
    assert margin.in_sds == pytest.approx(3.0)
    assert margin.at_base == pytest.approx(2.24)
    assert not margin.warned
    assert margin_of(unemployment(), np.array([2.5])).in_sds is None
    assert margin_of(unemployment(comparable=False), np.array([2.5])).at_base is None


def test_the_warning_comes_before_the_line_breaks():
    """Half of 2.24 is gone at 2.88, long before 4."""
    calm, warned = (judge(unemployment(), path([1.8, 2, 2, 2, last])) for last in (2.8, 2.9))
    assert calm.verdict == "held" and "margin_warning" not in calm.flags
    assert warned.verdict == "held_warning" and "margin_warning" in warned.flags
    assert {"weak_constraint", "above_base"} <= set(warned.flags)


def test_without_margin_at_the_base_there_is_no_warning():
    held = judge(rate(base=98, target=98), path([98, 98, 98, 98, 98]))
    assert held.verdict == "held" and held.completion is None and held.schedule is None
    assert judge(rate(base=98, target=98), path([98, 98, 98, 98, 97])).verdict == "breached"


def test_the_margin_of_about_is_measured_to_what_is_still_allowed():
    surveyed = unemployment(target=5, op="about", base=4.5, basis="level", decimals=1)
    assert margin_of(surveyed, np.array([5.2])).distance == pytest.approx([0.3])


@given(st.floats(0.1, 1000), st.floats(0.1, 1000), st.booleans())
def test_every_pair_has_one_stance_and_its_mirror(base, goal, fewer):
    one = stance_of(task(base=base, target=goal, op="le" if fewer else "ge"))
    other = stance_of(task(base=base, target=goal, op="ge" if fewer else "le"))
    assert {one, other} in ({"climb", "floor"}, {"hold"})


def test_paths_are_cut_to_the_task():
    seen = Path((2020, 2021, 2022, 2023, 2024), np.arange(5.0)[None], 6)
    assert seen.so_far(task(year=2022)).years == (2021, 2022)
    assert seen.so_far(task(year=2022)).month == 12
    assert seen.so_far(task()).month == 6
    assert seen.of((2021, 2022)).tolist() == [[1, 2]]
    assert seen.of((2023, 2024)) is None  # 2024 is not over
