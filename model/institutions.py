"""The city's few institutions, as Mesa agents: each keeps its own books and does its own work once a month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from mesa import Agent

from model import states as s

if TYPE_CHECKING:
    from model.city import City


class UnemploymentFund(Agent):  # type: ignore[misc]
    """The unemployment-insurance fund 失业保险基金: collects from the insured, pays those laid off. Money in fen, exact.

    income   insured × contribution base × (employer + employee rate); the base is the legal floor for all (assumption: most private
             staff are declared near the floor; a base distribution belongs to the insurance mechanism)
    outgo    persons on benefit × monthly benefit; the benefit is the declared share of the minimum wage
    """

    def __init__(self, city: City) -> None:
        super().__init__(city)
        self.opening = self.balance = self.income = self.outgo = 0

    def step(self) -> None:
        """Collect and pay for this month."""
        city: City = self.model
        base, wage = city.law_value("bases.floor"), city.law_value(f"minimum_wage.class_{city.setting.wage_class}")
        rate = city.law_value("unemployment.employer_rate") + city.law_value("unemployment.employee_rate")
        premium = int(round(100 * base * rate))
        benefit = int(round(100 * wage * city.setting.parameter("ui_benefit_to_minimum_wage")))
        people = city.people
        state, scheme = people.state[: people.n], people.scheme[: people.n]
        insured = city.rows_by_area((state == s.EMPLOYED) & (scheme & s.UI > 0))
        claiming = city.rows_by_area((state == s.UNEMPLOYED) & (scheme & s.UI > 0) & (scheme & s.LAID_OFF > 0))
        self.opening = self.balance
        income, outgo = insured * premium, claiming * benefit
        city.flow("ui_income_fen", income)
        city.flow("ui_outgo_fen", outgo)
        self.income, self.outgo = int(income @ city.weight), int(outgo @ city.weight)
        self.balance = self.opening + self.income - self.outgo


def claimants_past_limit(city: City) -> int:
    """Rows that draw unemployment benefit longer than the law allows; must be 0."""
    people, limit = city.people, int(city.law_value("unemployment.duration_short"))
    state, scheme, spell = (getattr(people, c)[: people.n] for c in ("state", "scheme", "spell"))
    return int(np.count_nonzero((state == s.UNEMPLOYED) & (scheme & s.LAID_OFF > 0) & (spell > limit)))
