"""When a path meets a target: every kind and basis, on rows of the five plans."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.verdicts import group_meets, meets, on_basis
from scenarios.verdicts.meeting import dated_before, meets_a_year_early, thresholds
from tests.scenarios.judged import jobs, rate, task, unemployment

FLAT = [8.0, 8.0, 8.0, 8.0]


def years(*draws):
    return np.asarray(draws, dtype=float)


def test_a_level_looks_at_the_last_year_only():
    paths = years([120, 120, 120, 120, 99.4], [0, 0, 0, 0, 99.5])
    assert meets(task(), paths).tolist() == [False, True]


def test_an_interim_target_is_a_row_of_its_own():
    """徐州 参保缴费率 88 % by 2023, ≥ 90 % by 2025."""
    path = years([85, 86, 88])
    assert meets(rate(target=88, year=2023), path).all()
    assert not meets(rate(target=90), years([85, 86, 88, 89, 89.4])).any()


def test_a_period_sum_adds_the_years():
    paths = years([*FLAT, 5.45], [*FLAT, 5.44])  # 37.45 is printed 37.5
    assert meets(jobs(), paths).tolist() == [True, False]
    assert on_basis(jobs(), paths)[0] == pytest.approx(37.45)


def test_every_year_means_every_year():
    """徐州 每年新增农村劳动力转移2.2万人: a good total does not make up for one bad year."""
    each = jobs(measure="rural_transfer", target=2.2, basis="every_year")
    paths = years([2.2, 2.2, 2.2, 2.2, 2.2], [9, 9, 2.1, 9, 9])
    assert meets(each, paths).tolist() == [True, False]
    assert on_basis(each, paths).tolist() == [2.2, 2.1]
    assert meets(jobs(target=11, basis="period_sum"), paths).tolist() == [True, True]


def test_a_held_rate_breaks_in_any_year():
    paths = years([1.8, 2, 2, 2, 3.9], [1.8, 4.6, 2, 2, 2])
    assert meets(unemployment(), paths).tolist() == [True, False]
    assert on_basis(unemployment(), paths).tolist() == [3.9, 4.6]


def test_mean_and_single_year_bases():
    path = years([1, 2, 3, 4, 5])
    assert meets(jobs(basis="period_mean", target=3), path).all()
    assert not meets(jobs(basis="period_mean", target=3.1), path).any()
    assert on_basis(jobs(basis="year_flow"), path).tolist() == [5]


def test_about_by_kind():
    """南通 调查失业率 5左右 allows .5 points and only upwards; 苏州 100名左右 a twentieth both ways."""
    surveyed = unemployment(target=5, op="about", basis="level", decimals=1)
    assert meets(surveyed, years([3.0], [5.5], [5.6])).tolist() == [True, True, False]
    leaders = task(target=100, op="about", unit="人")
    assert meets(leaders, years([94], [95], [105], [106])).tolist() == [False, True, True, False]
    assert leaders.allowance == 5
    assert meets(task(target=100, op="about", unit="人", tolerance=10), years([90])).all()


def test_the_worst_year_of_about_is_the_farthest():
    around = jobs(op="about", basis="every_year", target=100)
    assert on_basis(around, years([97, 100, 104])).tolist() == [104]


def grades(*targets, bases=(6.0, 30.0, 64.0)):
    """海宁 高、中、初级专业技术人才比例 6:30:64 → 7.4:38:54.6."""
    return [
        rate(
            id=f"grade_{i}",
            kind="part",
            group="grades",
            order=i + 1,
            target=t,
            base=bases[i],
            decimals=1 if t % 1 else 0,
        )
        for i, t in enumerate(targets)
    ]


@pytest.mark.parametrize(
    ("simulated", "answer"),
    [((7.4, 38, 54.6), True), ((8, 37.4, 54.6), True),  # more 高 makes up for less 中
     ((7.3, 40, 52.7), False), ((7.4, 37.8, 54.8), False), ((12, 34, 54), True)],
)  # fmt: skip
def test_a_composition_is_met_by_its_higher_grades_together(simulated, answer):
    parts = grades(7.4, 38, 54.6)
    paths = [years([0, 0, 0, 0, share]) for share in simulated]
    assert group_meets(parts, paths).tolist() == [answer]
    assert group_meets(parts[::-1], paths[::-1]).tolist() == [answer]  # by order, not by place in the file


def test_what_is_left_over_asks_nothing_unless_parts_do_not_add_up():
    assert [t.target for t in thresholds(grades(7.4, 38, 54.6))] == pytest.approx([7.4, 45.4])
    assert [t.target for t in thresholds(grades(14, 41, 40))] == pytest.approx([14, 55, 95])


def test_a_build_out_before_a_year_has_two_readings():
    """相城 附件3: 长三角人才研究院 2023年前."""
    built = task(kind="build_out", target=1, year=2023, words=" 2023 年前", base=None)
    paths = years([0, 1, 1], [0, 0, 1], [0, 0, 0])
    assert dated_before(built)
    assert meets(built, paths).tolist() == [True, True, False]
    assert meets_a_year_early(built, paths).tolist() == [True, False, False]
    assert not dated_before(task(words="2025"))
    added = task(kind="build_out", target=2, year=2023, basis="period_sum", words="2023年前", base=None)
    assert meets_a_year_early(added, years([1, 1, 0], [0, 1, 1])).tolist() == [True, False]


@given(
    st.lists(st.lists(st.floats(0, 200), min_size=5, max_size=5), min_size=1, max_size=8),
    st.floats(0, 200), st.floats(0, 50),
    st.sampled_from(["level", "period_sum", "every_year", "period_mean", "year_flow"]),
    st.sampled_from(["ge", "gt"]),
)  # fmt: skip
def test_a_harder_target_is_never_met_more_often(paths, goal, harder, basis, op):
    easy, hard = (jobs(target=t, basis=basis, op=op) for t in (goal, goal + harder))
    values = years(*paths)
    assert not (meets(hard, values) & ~meets(easy, values)).any()
    low, high = (unemployment(target=t, basis=basis, op="le") for t in (goal, goal + harder))
    assert not (meets(low, values) & ~meets(high, values)).any()
