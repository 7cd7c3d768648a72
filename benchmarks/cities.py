"""What is measured on: 徐州 under the baseline policy, and made-up towns of any size."""

from __future__ import annotations

from model.setting import Setting, small_town


def xuzhou(growth: float = 0.055) -> Setting:
    """徐州 as its plan's baseline stands: central parameters, no controls, steady growth (made up: it moves no time by itself)."""
    from model.law import Law
    from model.parameters import central_values
    from scenarios.plans_at_hand import load_plan
    from scenarios.settings import setting_of

    plan = load_plan("xuzhou")
    years = range(plan.baseline_year, plan.period[1] + 1)
    return setting_of(plan, parameters=central_values(), controls={}, law=Law.standard(plan.province), growth=dict.fromkeys(years, growth))


def town(people: int) -> Setting:
    """A made-up town; those who hold its hukou and live elsewhere come on top of `people`."""
    return small_town(people)
