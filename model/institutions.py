"""The city's few institutions, as Mesa agents: each keeps its own books and does its own work once a month.

The funds 社会保险基金 keep whole fen, by area. Each month: balance = opening + income − outgo. What persons and firms paid and drew this
month stands in `City.table`, counted by `bureau.count_heads` and `injury.assess_premiums`; the funds book it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from mesa import Agent
from numpy.typing import NDArray

from model import disputes
from model.counters import Counters
from model.rulings import carried
from model.series import S
from model.tribunal import Tribunal
from model.unemployment import refunds

if TYPE_CHECKING:
    from model.city import City

Fen = NDArray[np.float64]


class Fund(Agent):
    """A fund: opening balance, income and outgo of the month by line, and balance, all in whole fen.

    It begins with `reserve` months of its first month's outgo (or income, where outgo is a matter of luck) 累计结余可支付月数.
    """

    prefix = ""
    reserve_of_income = False

    def __init__(self, city: City) -> None:
        super().__init__(city)
        self.opening = self.balance = self.income = self.outgo = 0
        self.by_area: Fen = np.zeros(len(city.setting.areas))
        self.lines: dict[str, int] = {}
        self._bills: dict[str, Fen] = {}
        self._begun = False

    def bill(self, line: str, fen: Fen) -> None:
        """Something that another mechanism has the fund pay this month, fen by area (for example 技能提升补贴)."""
        self._bills[line] = self._bills.get(line, np.zeros_like(self.by_area)) + np.rint(fen)

    def counted(self, name: str) -> Fen:
        """A series of this month in whole fen, by area."""
        city: City = self.model
        return np.rint(city.table[getattr(S, name), city.month])

    def book(self, income: Mapping[str, Fen], outgo: Mapping[str, Fen]) -> None:
        """Enter the month; returns on the balance are an income."""
        city: City = self.model
        spent = {**outgo, **self._bills}
        came, went = np.array([*income.values()]), np.array([*spent.values()])
        in_lines, out_lines = came.sum(axis=1).tolist(), went.sum(axis=1).tolist()
        came, went = came.sum(axis=0), went.sum(axis=0)
        if not self._begun:
            self._begun = True
            months = city.setting.parameter(f"{self.prefix}_reserve_months")
            self.by_area = np.rint(months * (came if self.reserve_of_income else went))
            self.balance = int(self.by_area.sum())
        returns = np.floor(np.maximum(self.by_area, 0.0) * city.setting.parameter("fund_return") / 12)
        came += returns
        self.opening = self.balance
        self.income, self.outgo = int(came.sum()), int(went.sum())
        self.balance = self.opening + self.income - self.outgo
        self.by_area = self.by_area + came - went
        self.lines = {name: int(fen) for name, fen in zip(income, in_lines, strict=True)} | {"returns": int(returns.sum())}
        self.lines |= {name: -int(fen) for name, fen in zip(spent, out_lines, strict=True)}
        self._bills = {}
        for name, fen in (("income", came), ("outgo", went), ("balance", self.by_area)):
            city.table[getattr(S, f"{self.prefix}_{name}_fen"), city.month] = fen

    @property
    def months_payable(self) -> float:
        """Months that the balance lasts at this month's outgo 可支付月数; infinite when nothing was paid."""
        return self.balance / self.outgo if self.outgo > 0 else float("inf")


class PensionFund(Fund):
    """The enterprise pension fund 企业职工基本养老保险基金: pool 统筹 and individual accounts 个人账户.

    Fiscal subsidies and the national adjustment 中央调剂 are not modelled, nor are accounts that move to and from other cities.
    """

    prefix = "pension"

    def __init__(self, city: City) -> None:
        super().__init__(city)
        self.accounts = 0                       # paid into accounts less paid out of them, since the start

    def step(self) -> None:
        """Collect premiums, pay pensions and heirs."""
        income = {name: self.counted(f"pension_{name}_income_fen") for name in ("pool", "account", "late")}
        outgo = {name: self.counted(f"pension_{name}_fen") for name in ("pool_outgo", "account_outgo", "inherited", "moved")}
        self.book(income, outgo)
        self.accounts += int(income["account"].sum() - outgo["account_outgo"].sum() - outgo["inherited"].sum() - outgo["moved"].sum())

    @property
    def pool(self) -> int:
        """What is left when the accounts are set apart, fen."""
        return self.balance - self.accounts


class ResidentFund(Fund):
    """The residents' pension fund 城乡居民基本养老保险基金: premiums and matches to accounts; the treasury pays the base pension."""

    prefix = "resident"

    def step(self) -> None:
        """Collect premiums and what the treasury owes, pay the base pensions and those from accounts."""
        city: City = self.model
        base = self.counted("pensioners_resident") * resident_base_fen(city)
        city.table[S.resident_base_outgo_fen, city.month] = base
        premiums = {name: self.counted(f"resident_{name}_fen") for name in ("paid", "matched", "paid_up")}
        self.book(premiums | {"treasury": base}, {"base": base, "accounts": self.counted("resident_account_outgo_fen"),
                                                   "inherited": self.counted("resident_inherited_fen")})


class UnemploymentFund(Fund):
    """The unemployment-insurance fund 失业保险基金: premiums; benefits of those laid off, refunds to firms that keep their staff."""

    prefix, reserve_of_income = "ui", True

    def __init__(self, city: City) -> None:
        super().__init__(city)
        self.premiums: Fen = np.zeros_like(self.by_area)        # of this year so far, and of last year
        self.last_year: Fen | None = None

    def step(self) -> None:
        """Collect, pay those laid off and, once a year, the refunds."""
        city: City = self.model
        premium = self.counted("ui_premium_fen")
        if city.calendar_month == 1 and city.month > 0:
            self.last_year, self.premiums = self.premiums, np.zeros_like(premium)
        self.premiums = self.premiums + premium
        back = np.zeros_like(premium)
        if city.calendar_month == round(city.law_value("unemployment.refund_month")):
            last = self.last_year if self.last_year is not None else self.premiums * 12 / city.calendar_month
            back = refunds(city, last)
        city.table[S.ui_refund_fen, city.month] = back
        self.book({"premiums": premium}, {"benefits": self.counted("ui_benefit_fen"), "refunds": back})


class InjuryFund(Fund):
    """The work-injury fund 工伤保险基金: premiums by class and floating step, what injuries cost."""

    prefix, reserve_of_income = "injury", True

    def step(self) -> None:
        """Collect and pay."""
        city: City = self.model
        self.book({"premiums": self.counted("injury_premium_fen")}, {"benefits": city.injury_spent})

    def reserve_cut(self) -> float:
        """The cut of rates that the law grants while the reserve is ample 阶段性降费率, by the reserve over the last 12 months' outgo."""
        city: City = self.model
        year = city.table[S.injury_outgo_fen, max(0, city.month - 12):max(city.month, 0)].sum()
        months = self.balance / (year / min(city.month, 12)) if city.month > 0 and year > 0 else 0.0
        return city.law_value("injury.cut_reserve_24") if months >= 24 else city.law_value("injury.cut_reserve_18") if months >= 18 else 0.0


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


def resident_base_fen(city: City) -> Fen:
    """Monthly base pension 基础养老金 in the city, fen by area: the provincial minimum, the local factor, and what policy adds."""
    local = city.law_value("resident.base_pension") * city.setting.parameter("resident_base_local") * carried(city)
    return np.rint(100 * (local + city.setting.control("resident_base_topup", city.month)))
