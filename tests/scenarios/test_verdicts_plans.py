"""The rules on the five plans as they are transcribed: what each row is, and what its line asks for."""

import pandas as pd
import pytest

from scenarios.plans_at_hand import load_plan, plan_ids
from scenarios.results import COLUMNS, Results
from scenarios.scorecard import scorecard, scorecard_as_json
from scenarios.verdicts import meets, rounded, schedule, stance_of, tasks_of
from tests.scenarios.judged import path

PLANS = ["haining", "nantong", "suzhou12", "xiangcheng", "xuzhou"]


def city(plan_id):
    return {task.no: task for task in tasks_of(load_plan(plan_id)) if task.area is None}


def areas(plan_id, target_id):
    return {task.area: task for task in tasks_of(load_plan(plan_id)) if task.area and task.id == target_id}


def test_all_five_are_here():
    assert sorted(plan_ids()) == PLANS


@pytest.mark.parametrize("plan_id", PLANS)
def test_every_target_has_one_row_for_the_city(plan_id):
    plan = load_plan(plan_id)
    tasks = tasks_of(plan)
    assert [t.id for t in tasks if t.area is None] == [t.id for t in plan.targets]
    assert len({(t.id, t.area) for t in tasks}) == len(tasks)


@pytest.mark.parametrize("plan_id", PLANS)
def test_every_line_ends_at_its_target(plan_id):
    """A schedule is full at the end of the target year: the tables add up to what the plan asks for."""
    for task in tasks_of(load_plan(plan_id)):
        due = schedule(task, stance_of(task), task.year)
        assert due is None or due == pytest.approx(1.0, abs=0.005), (task.id, task.area, due)


@pytest.mark.parametrize("plan_id", PLANS)
def test_a_path_that_stands_on_the_target_meets_it(plan_id):
    """Unless the word is strict (<, >, 超过): then it just misses it."""
    for task in tasks_of(load_plan(plan_id)):
        share = len(task.years) if task.basis == "period_sum" else 1
        on_it = path([task.target / share] * len(task.years)).values
        assert bool(meets(task, on_it)[0]) == (task.op not in ("gt", "lt")), (task.id, task.area)


@pytest.mark.parametrize("plan_id", PLANS)
def test_one_printed_digit_short_is_not_met(plan_id):
    for task in tasks_of(load_plan(plan_id)):
        if task.op in ("ge", "le") and task.basis in ("level", "year_flow"):
            step = 10.0**-task.decimals * (1 if task.fewer else -1)
            assert not meets(task, path([rounded(task.target + step, task.decimals)] * len(task.years)).values)[0]


@pytest.mark.parametrize("plan_id", PLANS)
def test_without_results_every_row_says_not_simulated(plan_id):
    nothing = pd.DataFrame([("baseline", 0, 0, "ALL", "residents", "2021-12", 1.0)], columns=COLUMNS)
    document = scorecard_as_json(load_plan(plan_id), Results(nothing, {"parameters": "prior"}))
    assert len(document["indicators"]) == len(tasks_of(load_plan(plan_id)))
    for row in document["indicators"]:
        assert row["final"] is None and row["verdict"] == "not_simulated" and row["met"] is None
    card = scorecard(load_plan(plan_id), Results(nothing, {"parameters": "prior"}))
    assert card.headline == (0, 0)
    assert card.left_out == sum(t.attribute == "约束性" and t.strength == "firm" for t in load_plan(plan_id).targets)


@pytest.mark.parametrize(
    ("plan_id", "no", "stance"),
    [
        ("xuzhou", "1", "incomparable"), ("xuzhou", "2", "floor"), ("xuzhou", "6", "climb"), ("xuzhou", "15", "hold"),
        ("xuzhou", "19", "no_base"), ("haining", "4", "hold"), ("haining", "17", "floor"), ("haining", "15.1", "climb"),
        ("haining", "1", "climb"), ("xiangcheng", "五.3", "climb"), ("xiangcheng", "三.1", "hold"),
        ("xiangcheng", "二.2", "floor"), ("suzhou12", "P1", "climb"), ("suzhou12", "P15", "floor"),
    ],
)  # fmt: skip
def test_stances_that_a_planner_would_expect(plan_id, no, stance):
    assert stance_of(city(plan_id)[no]) == stance


def test_the_lines_of_xuzhou_bend_as_its_tables_do():
    rows = city("xuzhou")
    startups, pension = (schedule(rows[no], stance_of(rows[no]), 2023) for no in ("4", "6"))
    assert (startups, pension) == (pytest.approx(0.506, abs=5e-4), pytest.approx(0.665, abs=5e-4))


def test_the_areas_of_xuzhou_carry_their_own_numbers():
    pension = areas("xuzhou", "pension_active_2025")
    assert (pension["320321"].base, pension["320321"].target, pension["320321"].decimals) == (37.22, 38.19, 2)
    assert len(pension) == 7 and "shiqu" in pension
    graduates = areas("xuzhou", "graduates_attracted_sum")
    assert (graduates["jingkaiqu"].target, graduates["jingkaiqu"].unit) == (29000, "人")
    jobs = areas("xuzhou", "new_urban_employment_sum")
    assert sum(task.target for task in jobs.values()) == 375_000


def test_strict_words_stay_strict():
    """海宁 <3.0 and 南通 <4, >90: the bound itself is not enough."""
    assert city("haining")["2"].op == "lt" and not meets(city("haining")["2"], path([2.96] * 5).values)[0]
    assert meets(city("haining")["2"], path([2.94] * 5).values)[0]
    assert not meets(city("nantong")["7"], path([90.4] * 5).values)[0]
    assert meets(city("nantong")["2"], path([5.4] * 5).values)[0]  # 5左右, one-sided
    assert not meets(city("nantong")["2"], path([5.6] * 5).values)[0]
