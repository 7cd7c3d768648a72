"""Grades, titles and talent of a plan's baseline, in persons of the whole city, and the declared denominators of "per 10,000".

What a city leaves unpublished is filled by one rule a quantity, from the nation of 2020; docs/odd.md lists the rules.
"""

from __future__ import annotations

from model.parameters import central_values
from model.talent_account import NEVER, SkillStocks, TalentAccount
from scenarios.plan_schema import Plan

TITLES = ("professional_low_share", "professional_mid_share", "professional_high_share")


def skills_of(plan: Plan) -> SkillStocks:
    """The stocks at the baseline date. Grades inside 技能 and 高技能 are split by declared national shares."""
    p = central_values()
    employed = _value(plan, "farm_employed", 0.0) + _value(plan, "nonfarm_employed", 0.0)
    high = _value(plan, "high_skilled_total", p["high_skilled_share_of_skilled"] * p["skilled_share_of_employed"] * employed)
    low = max(_value(plan, "skilled_total", high / p["high_skilled_share_of_skilled"]) - high, 0.0)
    technicians, top = p["technician_share_of_high_skilled"], p["senior_technician_share_of_high_skilled"]
    grades = (low * p["junior_worker_share_of_low_skilled"], low * (1 - p["junior_worker_share_of_low_skilled"]),
              high * (1 - technicians - top), high * technicians, high * top)
    professional = _value(plan, "professional_total", p["professional_share_of_residents"] * plan.baseline.value("residents"))
    parts = title_shares(plan)
    students = _value(plan, "technical_school_students", p["technical_students_per_resident"] * plan.baseline.value("residents"))
    return SkillStocks(grades, (professional * parts[0], professional * parts[1], professional * parts[2]), account_of(plan), students,
                       dated(plan, "labour_denominator"), dated(plan, "talent_denominator"))


def _value(plan: Plan, quantity: str, otherwise: float) -> float:
    cell = plan.baseline.cell(quantity)
    return otherwise if cell is None else cell.base_value


def title_shares(plan: Plan) -> list[float]:
    """Shares of junior, middle and senior titles 初、中、高, which sum to 1; of the nation where the city prints none."""
    p = central_values()
    national = (100 - p["middle_title_share"] - p["senior_title_share"], p["middle_title_share"], p["senior_title_share"])
    given = [_value(plan, name, share) for name, share in zip(TITLES, national, strict=True)]
    return [share / sum(given) for share in given]


def account_of(plan: Plan) -> TalentAccount:
    """The plan's own account of 人才资源总量; the usual one (title, 高级工, junior college) where a baseline declares none."""
    rule = plan.baseline.talent_account
    usual = TalentAccount(_value(plan, "talent_total", plan.baseline.value("college_residents")))
    if rule is None:
        return usual
    grade, title, level = (NEVER if least is None else least for least in (rule.grade_from, rule.title_from, rule.schooling_from))
    return TalentAccount(usual.total, grade, title, level, everyone=rule.everyone)


def dated(plan: Plan, quantity: str) -> dict[int, float]:
    """A declared series: the city's cells of this quantity by year."""
    return {c.year: c.base_value for c in plan.baseline.cells if c.quantity == quantity and c.area == "ALL"}
