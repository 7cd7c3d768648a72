"""Every rule of how targets are judged, worked once on a target of one of the five plans, as its file has it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from scenarios import load_plan
from scenarios.verdicts import Path, Task, in_headline, judge, judge_group, stance_of, tasks_of
from scenarios.verdicts.judge import Judgement
from scenarios.verdicts.words import Verdict


@cache
def task(plan: str, name: str) -> Task:
    """The city's task of a target, as the plan's file has it."""
    return next(t for t in tasks_of(load_plan(plan)) if t.id == name and t.area is None)


def judged(plan: str, name: str, *years: float, month: int = 12) -> Judgement:
    """One path from the task's first year on."""
    one = task(plan, name)
    return judge(one, Path(tuple(range(one.first, one.first + len(years))), np.array([years], float), month))


END: dict[str, tuple[str, str, tuple[float, ...], bool, Verdict]] = {
    # rule: plan, target, year values, met, word
    "level: the last year counts": ("xuzhou", "ui_insured_2025", (86, 99, 101, 98, 100), True, "completed"),
    "level: rounded as printed, 99.5 is 100": ("xuzhou", "ui_insured_2025", (86, 90, 93, 97, 99.5), True, "completed"),
    "level: A ≥ 1.05 exceeds": ("xuzhou", "injury_insured_2025", (104, 108, 112, 116, 118), True, "exceeded"),
    "binding: never nearly": ("xuzhou", "pension_active_2025", (358, 362, 366, 370, 374.4), False, "missed"),
    "expected: .95 ≤ A ≤ 1 is nearly": ("xuzhou", "skilled_total_2025", (120, 124, 128, 130, 134), False, "nearly_completed"),
    "period sum: years add": ("xuzhou", "startups_sum", (2.0, 2.2, 2.4, 2.6, 2.8), True, "completed"),
    "period sum: .5 short is a miss": ("xuzhou", "new_urban_employment_sum", (7.4, 7.4, 7.4, 7.4, 7.4), False, "nearly_completed"),
    "every year: one weak year misses": ("xuzhou", "graduates_attracted_yearly", (5.2, 5.1, 4.2, 5.3, 5.4), False, "missed"),
    "every year: the worst year shades": ("xuzhou", "subsidised_training_yearly", (13, 12.8, 12.7, 13.1, 12.9), True, "exceeded"),
    "mean: of the years": ("xuzhou", "skill_certificates_mean", (5.0, 6.0, 7.0, 6.5, 6.0), True, "completed"),
    "year flow: the target year's": ("xuzhou", "technical_school_intake_2025", (1, 1, 1, 1, 2.0), True, "completed"),
    "interim: its own year": ("xuzhou", "pension_paying_rate_2023", (85, 86.5, 88), True, "completed"),
    "以内 held every year": ("xuzhou", "registered_unemployment_rate_held", (2.0, 4.4, 3.0, 2.5, 2.2), True, "held"),
    "以内 broken once": ("suzhou12", "registered_unemployment_rate", (3.0, 4.6, 3.0, 2.5, 2.2), False, "breached"),
    "below is strict": ("haining", "registered_unemployment_2025", (1.8, 1.9, 2.0, 2.2, 3.0), False, "breached"),
    "above is strict": ("xuzhou", "hr_industry_staff_2025", (5000, 5400, 5700, 5900, 6000), False, "nearly_completed"),
    "左右 on a stock: five per cent": ("xuzhou", "technical_school_students_2025", (2.5, 2.6, 2.7, 2.8, 2.9), True, "completed"),
    "左右 on unemployment: one-sided": ("nantong", "surveyed_unemployment_2025", (3.0, 3.1, 3.3, 3.2, 3.0), True, "held"),
    "左右 on unemployment: half a point above": ("nantong", "surveyed_unemployment_2025", (5.0, 5.2, 6.1, 5.4, 5.0), False, "breached"),
    "a floor is held, not completed": ("haining", "arbitration_clearance_2025", (94, 94, 93.9, 93.8, 93.7), True, "held"),
    "a floor near its line warns": ("haining", "arbitration_clearance_2025", (94, 94, 93, 93, 92.4), True, "held_warning"),
    "what is held at 100 breaks below it": ("xiangcheng", "fund_safety_rate", (100, 100, 100, 100, 99), False, "breached"),
    "清零: without A the held words": ("xuzhou", "zero_employment_households_cleared", (3, 2, 1, 1, 0), True, "held"),
    "build-out: finished by the date": ("suzhou12", "incubators_sum", (20, 20, 20, 20, 20), True, "completed"),
}


@pytest.mark.parametrize("rule", END)
def test_at_the_end_of_the_period(rule: str) -> None:
    plan, name, years, met, word = END[rule]
    found = judged(plan, name, *years)
    assert found.met is not None and bool(found.met[0]) is met
    assert found.verdict == word, (rule, found.verdict, found.completion)


DURING: dict[str, tuple[str, str, tuple[float, ...], int, Verdict]] = {
    "ahead of the line by five points": ("haining", "ui_insured_2025", (28.2,), 12, "faster"),
    "six points short of the line": ("haining", "ui_insured_2025", (27.4,), 12, "behind"),
    "binding: two points decide": ("xuzhou", "ui_insured_2025", (88.0,), 12, "on_track"),
    "a sum by the national season": ("haining", "new_urban_employment_sum", (0.7,), 6, "behind"),
    "the same sum two points short": ("haining", "new_urban_employment_sum", (1.2,), 6, "on_track"),
    "a sum that is reached": ("xuzhou", "rural_transfer_sum", (5.0, 4.0, 3.0), 12, "ahead"),
}


@pytest.mark.parametrize("rule", DURING)
def test_during_the_period(rule: str) -> None:
    plan, name, years, month, word = DURING[rule]
    found = judged(plan, name, *years, month=month)
    assert found.verdict == word, (rule, found.completion, found.schedule)


STANCES = {
    ("xuzhou", "ui_insured_2025"): ("climb", True), ("xuzhou", "inspection_on_time_rate_2025"): ("hold", False),
    ("xuzhou", "registered_unemployment_rate_held"): ("floor", False), ("haining", "arbitration_clearance_2025"): ("floor", False),
    ("xuzhou", "new_urban_employment_sum"): ("incomparable", True), ("xuzhou", "ecard_coverage_2025"): ("no_base", True),
    ("nantong", "startups_sum"): ("floor", False), ("xiangcheng", "fund_safety_rate"): ("hold", False),
    ("xuzhou", "rural_transfer_sum"): ("floor", False),
}  # fmt: skip


@pytest.mark.parametrize(("plan", "name"), STANCES)
def test_stances_and_what_counts_in_the_headline(plan: str, name: str) -> None:
    """Sums are brought to one year before they meet a base: nantong's 创业 9.04 over five years → 8 is a floor."""
    stance, counts = STANCES[plan, name]
    assert stance_of(task(plan, name)) == stance and in_headline(stance_of(task(plan, name))) is counts


def test_a_composition_shares_one_verdict() -> None:
    """haining 高:中:初 7.4:38:54.6 asks 高 ≥ 7.4 and 高 + 中 ≥ 45.4."""
    parts = [task("haining", f"professional_{grade}_share_2025") for grade in ("high", "mid", "low")]

    def met(*shares: float) -> list[Any]:
        years = tuple(range(2021, 2026))
        return [bool(j.met[0]) for j in judge_group(parts, [Path(years, np.full((1, 5), share)) for share in shares]) if j.met is not None]

    assert met(7.4, 38.0, 54.6) == [True] * 3 and met(7.6, 37.8, 54.6) == [True] * 3 and met(7.2, 40.0, 52.8) == [False] * 3


def test_another_definition_is_not_compared_and_its_base_not_used() -> None:
    """徐州 新增就业: base by the old 口径, target by the new: A counts from nothing."""
    found = judged("xuzhou", "new_urban_employment_sum", 7.5, 7.5, 7.5, 7.5, 7.5)
    assert found.stance == "incomparable" and found.completion == pytest.approx(1.0) and "definitions_differ" in found.flags


def test_a_county_task_is_judged_by_its_own_row() -> None:
    """徐州 table 8: 丰县 4.7 → 5.5 万 in unemployment insurance; the city row says nothing of it."""
    county = next(t for t in tasks_of(load_plan("xuzhou")) if t.id == "ui_insured_2025" and t.area == "320321")
    years = tuple(range(2021, 2026))
    assert county.target == 5.5 and county.unit == "万人"
    for last, answer in ((5.5, True), (5.45, True), (5.4, False)):
        found = judge(county, Path(years, np.array([[4.9, 5.1, 5.2, 5.3, last]])))
        assert found.met is not None and bool(found.met[0]) is answer
    assert replace(county, area=None).target != task("xuzhou", "ui_insured_2025").target
