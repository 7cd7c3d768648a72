"""The city's few institutions, as Mesa agents: each keeps its own books and does its own work once a month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mesa import Agent

from model import disputes
from model.counters import Counters
from model.series import S
from model.tribunal import Tribunal

if TYPE_CHECKING:
    from model.city import City


class UnemploymentFund(Agent):
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
        income, outgo = city.table[S.ui, city.month] * premium, city.table[S.claimants, city.month] * benefit
        city.table[S.ui_income_fen, city.month], city.table[S.ui_outgo_fen, city.month] = income, outgo
        self.opening = self.balance
        self.income, self.outgo = int(income.sum()), int(outgo.sum())
        self.balance = self.opening + self.income - self.outgo


class LabourTribunal(Agent):
    """Mediation bodies, the arbitration court and the inspectorate 调解组织、仲裁院、监察大队 (`model/tribunal.py`)."""

    def __init__(self, city: City) -> None:
        super().__init__(city)
        self.state = Tribunal(city)

    def step(self) -> None:
        """Receive the month's cases, and work on them."""
        city: City = self.model
        for name, values in self.state.hear(city, disputes.file_cases(city)).items():
            city.table[getattr(S, name), city.month] = values


class ServiceCounters(Agent):
    """The bureau's counters and online services, and the hand-over of retirees to communities (`model/counters.py`)."""

    def __init__(self, city: City) -> None:
        super().__init__(city)
        self.state = Counters(city)

    def step(self) -> None:
        """Serve whoever came this month."""
        city: City = self.model
        for name, values in self.state.serve(city).items():
            city.table[getattr(S, name), city.month] = values
