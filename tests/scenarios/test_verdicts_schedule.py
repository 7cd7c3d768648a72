"""序时进度: completion and schedule on the plans' own lines."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.verdicts import build_out_progress, completion, schedule, stance_of, tasks_of
from scenarios.verdicts.season import NEW_EMPLOYMENT
from tests.scenarios.judged import JOBS, breakdown, jobs, path, plan, rate, target, task, unemployment

STARTUPS = dict(zip(range(2021, 2026), (1.67, 2.0, 2.4, 2.8, 3.13), strict=True))  # 徐州 table 4, 万人
PENSION = dict(zip(range(2020, 2026), (356.95, 360.95, 364.95, 368.95, 371.96, 375.0), strict=True))  # table 6


def test_the_start_up_table_is_back_loaded_and_the_pension_table_front_loaded():
    startups = jobs(target=12, base=None, line=STARTUPS)
    assert schedule(startups, "no_base", 2023) == pytest.approx(0.506, abs=5e-4)
    pension = task(base=356.95, target=375, line=PENSION)
    assert schedule(pension, "climb", 2023) == pytest.approx(0.665, abs=5e-4)
    assert schedule(pension, "climb", 2025) == schedule(startups, "no_base", 2025) == pytest.approx(1.0)


def test_without_a_table_the_line_is_straight():
    assert schedule(jobs(), "climb", 2023) == pytest.approx(0.6)
    assert schedule(task(), "climb", 2022) == pytest.approx(0.4)
    assert schedule(rate(base=None, target=95), "no_base", 2021) == pytest.approx(0.2)


def test_inside_a_year_new_employment_follows_the_nation():
    june = schedule(jobs(), "climb", 2023, 6)
    assert june == pytest.approx(0.4 + 0.2 * 0.547)
    assert schedule(jobs(), "climb", 2021, 1) == pytest.approx(0.2 * 0.057)
    assert NEW_EMPLOYMENT[-1] == 1 and list(NEW_EMPLOYMENT) == sorted(NEW_EMPLOYMENT)


def test_stocks_dip_in_january_and_are_back_by_april():
    ui = task(measure="ui_insured", base=84.9, target=100)
    december, january, april = (schedule(ui, "climb", y, m) for y, m in ((2021, 12), (2022, 1), (2022, 4)))
    assert january < december
    assert april == pytest.approx(december + 0.2 / 3)
    injury = schedule(task(measure="injury_insured", base=102.11, target=117), "climb", 2022, 1)
    assert injury < january  # 2.9 % against 1 %


def test_every_year_flows_start_again_in_january():
    each = jobs(basis="every_year", target=7.5)
    assert schedule(each, "climb", 2023, 6) == pytest.approx(0.547)
    assert schedule(each, "climb", 2024, 1) == pytest.approx(0.057)
    assert completion(each, "climb", path([8, 8, 3.75], month=6).values) == pytest.approx([0.5])
    assert completion(each, "climb", path([8, 7.5, 6, 9, 9]).values, over=True) == pytest.approx(
        [0.8]
    )  # the worst year


def test_completion_of_sums_levels_and_rows_without_base():
    assert completion(jobs(), "climb", path([7.5, 7.5]).values) == pytest.approx([0.4])
    assert completion(task(base=356.95, target=375), "climb", path([360, 365.975]).values) == pytest.approx([0.5])
    assert completion(rate(base=None, target=95), "no_base", path([47.5]).values) == pytest.approx([0.5])
    assert completion(jobs(comparable=False), "incomparable", path([18.75]).values) == pytest.approx([0.5])
    lower = rate(base=8, target=4, op="le", basis="level")
    assert completion(lower, "climb", path([6]).values) == pytest.approx([0.5])


def test_held_rows_have_neither():
    for one in (
        unemployment(),
        rate(base=98, target=98),
        rate(base=94.2, target=92),
        unemployment(base=None, basis="level"),
    ):
        stance = stance_of(one)
        assert completion(one, stance, path([90]).values) is None
        assert schedule(one, stance, 2023) is None
    floor = jobs(base=4.5, target=12)  # a flow keeps both, whatever its stance
    assert completion(floor, "floor", path([6]).values) == pytest.approx([0.5])
    assert schedule(floor, "floor", 2025) == pytest.approx(1)


def test_single_year_and_mean_bases():
    last = jobs(basis="year_flow", base=5, target=10)
    assert completion(last, "climb", path([6, 8]).values) == pytest.approx([0.8])
    assert schedule(last, "climb", 2021) == pytest.approx(0.6)
    mean = jobs(basis="period_mean", base=5, target=10)
    assert completion(mean, "climb", path([10, 10]).values) == pytest.approx([0.4])
    assert schedule(mean, "climb", 2022) == pytest.approx(0.4)
    assert schedule(
        jobs(basis="period_mean", target=10, line=dict.fromkeys(range(2021, 2026), 10)), "climb", 2022
    ) == pytest.approx(0.4)


def test_build_outs_weigh_their_stages_and_keep_their_own_dates():
    assert build_out_progress({"approved": 1, "started": 2, "finished": 3}) == pytest.approx(0.2 + 0.8 + 3)
    with pytest.raises(KeyError):
        build_out_progress({"planned": 1})
    built = task(kind="build_out", target=4, base=None, schedule={2022: 1, 2023: 4})
    assert [schedule(built, "no_base", y) for y in (2021, 2022, 2023, 2025)] == [0, 0.25, 1, 1]
    assert schedule(task(kind="build_out", target=4, base=None), "no_base", 2021) == pytest.approx(0.2)
    assert completion(built, "no_base", path([0, 1]).values) == pytest.approx([0.25])


def test_a_build_out_may_count_what_the_period_adds():
    """苏州 新增创业孵化基地 100 个: years add up."""
    added = task(kind="build_out", target=100, base=None, basis="period_sum")
    assert completion(added, "no_base", path([20, 30]).values) == pytest.approx([0.5])


def test_a_target_of_nothing_has_no_completion():
    """零就业家庭动态清零."""
    none = jobs(target=0, base=0, basis="every_year")
    assert completion(none, "hold", path([0]).values) is None


def test_lines_and_area_tasks_come_from_the_tables():
    table = breakdown()
    startups = breakdown(
        table="附件表4",
        target="new_urban_employment_sum",
        unit="人",
        kind="flow",
        decimals=0,
        years=list(range(2021, 2026)),
        rows={"丰县": [1600, 1900, 2200, 2500, 2800], "沛县": [15100, 18100, 21800, 25500, 28500]},
        column_totals=None,
    )
    tasks = tasks_of(plan([target(), target(**JOBS)], [table, startups]))
    assert [(t.id, t.area) for t in tasks] == [
        ("ui_insured", None),
        ("ui_insured", "320321"),
        ("ui_insured", "320322"),
        ("new_urban_employment_sum", None),
        ("new_urban_employment_sum", "320321"),
        ("new_urban_employment_sum", "320322"),
    ]
    assert tasks[0].line[2023] == 94
    assert tasks[3].line[2021] == pytest.approx(1.67)  # 16,700 人 in 万人, added up because no totals are printed
    feng = tasks[1]
    assert (feng.base, feng.target, feng.decimals, feng.line[2021]) == (4.7, 5.5, 1, 4.9)
    assert (tasks[4].target, tasks[4].unit, tasks[4].decimals, tasks[4].base) == (11000, "人", 0, None)


def test_a_table_with_gaps_gives_no_line_and_a_row_of_the_whole_city_is_no_area():
    totals = breakdown(row_totals={"丰县": 99.0, "沛县": 1.0}, target="new_urban_employment_sum", kind="flow")
    summed = tasks_of(plan([target(**JOBS)], [totals]))
    assert summed[1].target == 99.0  # the printed total, and not 26.1 from the cells
    gaps = breakdown(
        rows={"丰县": [4.7, None, 5.1, 5.2, 5.4, 5.5], "全市": [84.9, 88, 91.5, 94, 97.5, 100]},
        column_totals=None,
        area_ids={"丰县": "320321", "全市": "ALL"},
        decimals=None,
    )
    tasks = tasks_of(plan([target()], [gaps]))
    assert len(tasks) == 1 and tasks[0].line[2024] == 97.5
    short = breakdown(
        years=[2020, 2021], rows={"丰县": [4.7, 4.9]}, column_totals=[84.9, 88], area_ids={"丰县": "320321"}
    )
    assert tasks_of(plan([target()], [short]))[0].line == {}
    assert tasks_of(plan([target()], [breakdown(decimals=None)]))[1].decimals == 1


@given(st.lists(st.floats(0.1, 10), min_size=5, max_size=5), st.integers(2021, 2025), st.integers(1, 12))
def test_the_schedule_of_a_flow_never_falls_and_ends_at_one(line, year, month):
    one = jobs(target=sum(line), line=dict(zip(range(2021, 2026), line, strict=True)))
    points = [schedule(one, "climb", y, m) for y in range(2021, 2026) for m in range(1, 13)]
    assert np.all(np.diff(points) >= -1e-12)
    assert points[-1] == pytest.approx(1)
    assert 0 <= schedule(one, "climb", year, month) <= 1 + 1e-12
