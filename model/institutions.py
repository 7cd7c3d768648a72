"""The city's few institutions, as Mesa agents: each keeps its own books and does its own work once a month.

The funds 社会保险基金 keep whole fen, by area. Each month: balance = opening + income − outgo. What persons and firms paid and drew this
month stands in `City.table`, counted by `bureau.count_heads` and `injury.assess_premiums`; the funds book it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from mesa import Agent
from numba import njit
from numpy.typing import NDArray

from model import disputes
from model.counters import Counters
from model.parts import places_of
from model.rulings import carried, while_rules_hold
from model.series import S
from model.tribunal import Tribunal
from model.unemployment import refunds

if TYPE_CHECKING:
    from model.city import City

Fen = NDArray[np.float64]


@njit(cache=True)
def turn_over(now, named, incomes, told, by_area, returned):  # type: ignore[no-untyped-def]
    """Book the series `named` of a month, (series, areas) in `now`, of which the first `incomes` are income, in whole fen, on a balance
    `by_area` that earns the share `returned` and is brought up to date; write the series `told`: income with returns, outgo and balance.
    Returns, for the whole city and in fen: each line, outgo as less than nothing, returns, income, outgo, and the new balance; int64."""
    lines = named.size
    out = np.zeros(lines + 4, np.int64)
    for a in range(by_area.size):
        returns = np.floor(max(by_area[a], 0.0) * returned / 12)
        income, outgo = returns, 0.0
        for k in range(lines):
            fen = np.rint(now[named[k], a])
            if k < incomes:
                income += fen
            else:
                outgo += fen
            out[k] += np.int64(fen if k < incomes else -fen)
        by_area[a] += income - outgo
        now[told[0], a], now[told[1], a], now[told[2], a] = income, outgo, by_area[a]
        for k, whole in enumerate((returns, income, outgo, by_area[a])):
            out[lines + k] += np.int64(whole)
    return out


class Fund(Agent):
    """A fund: opening balance, income and outgo of the month by line, and balance, all in whole fen.

    came_in, went_out: the month's series that are its lines, by name. It begins with `reserve` months of its first month's outgo (or
    income, where outgo is a matter of luck) 累计结余可支付月数.
    """

    prefix = ""
    reserve_of_income = False
    came_in: ClassVar[Mapping[str, str]]
    went_out: ClassVar[Mapping[str, str]]

    def __init__(self, city: City) -> None:
        super().__init__(city)
        self.opening = self.balance = self.income = self.outgo = self.divided = 0
        self.by_area: Fen = np.zeros(len(city.setting.areas))       # which is `divided` in all
        self.lines: dict[str, int] = {}
        self._begun = False
        self._named = places_of((*self.came_in.values(), *self.went_out.values()))
        self._told = places_of(tuple(f"{self.prefix}_{what}_fen" for what in ("income", "outgo", "balance")))
        self._lines = (*self.came_in, *self.went_out, "returns")

    def counted(self, name: str) -> Fen:
        """A series of this month in whole fen, by area."""
        city: City = self.model
        return np.rint(city.now[getattr(S, name)])

    def book(self) -> None:
        """Enter the month; returns on the balance are an income."""
        city: City = self.model
        now, incomes = city.now, len(self.came_in)
        if not self._begun:
            self._begun = True
            lines = np.rint(now[self._named[:incomes] if self.reserve_of_income else self._named[incomes:]])
            self.by_area = np.rint(city.setting.parameter(f"{self.prefix}_reserve_months") * lines.sum(axis=0))
            self.balance = int(self.by_area.sum())
        booked = turn_over(now, self._named, incomes, self._told, self.by_area, city.setting.parameter("fund_return"))
        *lines, self.income, self.outgo, self.divided = booked.tolist()
        self.opening, self.balance = self.balance, self.balance + self.income - self.outgo
        self.lines = dict(zip(self._lines, lines, strict=True))

    @property
    def months_payable(self) -> float:
        """Months that the balance lasts at this month's outgo 可支付月数; infinite when nothing was paid."""
        return self.balance / self.outgo if self.outgo > 0 else float("inf")


class PensionFund(Fund):
    """The enterprise pension fund 企业职工基本养老保险基金: pool 统筹 and individual accounts 个人账户.

    Fiscal subsidies and the national adjustment 中央调剂 are not modelled, nor are accounts that move to and from other cities.
    """

    prefix = "pension"
    came_in: ClassVar = {name: f"pension_{name}_income_fen" for name in ("pool", "account", "late")}
    went_out: ClassVar = {name: f"pension_{name}_fen" for name in ("pool_outgo", "account_outgo", "inherited", "moved")}

    def __init__(self, city: City) -> None:
        super().__init__(city)
        self.accounts = 0                       # paid into accounts less paid out of them, since the start

    def step(self) -> None:
        """Collect premiums, pay pensions and heirs."""
        self.book()
        self.accounts += sum(self.lines[line] for line in ("account", "account_outgo", "inherited", "moved"))

    @property
    def pool(self) -> int:
        """What is left when the accounts are set apart, fen."""
        return self.balance - self.accounts


class ResidentFund(Fund):
    """The residents' pension fund 城乡居民基本养老保险基金: premiums and matches to accounts; the treasury pays the base pension."""

    prefix = "resident"
    came_in: ClassVar = {"paid": "resident_paid_fen", "matched": "resident_matched_fen", "paid_up": "resident_paid_up_fen",
                         "treasury": "resident_base_outgo_fen"}
    went_out: ClassVar = {"base": "resident_base_outgo_fen", "accounts": "resident_account_outgo_fen",
                          "inherited": "resident_inherited_fen"}

    def step(self) -> None:
        """Collect premiums and what the treasury owes, pay the base pensions and those from accounts."""
        city: City = self.model
        city.now[S.resident_base_outgo_fen] = self.counted("pensioners_resident") * resident_base_fen(city)
        self.book()


class UnemploymentFund(Fund):
    """The unemployment-insurance fund 失业保险基金: premiums; benefits of those laid off, refunds to firms that keep their staff."""

    prefix, reserve_of_income = "ui", True
    came_in: ClassVar = {"premiums": "ui_premium_fen"}
    went_out: ClassVar = {"benefits": "ui_benefit_fen", "refunds": "ui_refund_fen"}

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
        if city.calendar_month == round(city.law_value("unemployment.refund_month")):
            last = self.last_year if self.last_year is not None else self.premiums * 12 / city.calendar_month
            city.now[S.ui_refund_fen] = refunds(city, last)
        self.book()


class InjuryFund(Fund):
    """The work-injury fund 工伤保险基金: premiums by class and floating step, what injuries cost."""

    prefix, reserve_of_income = "injury", True
    came_in: ClassVar = {"premiums": "injury_premium_fen"}
    went_out: ClassVar = {"benefits": "injury_outgo_fen"}

    def step(self) -> None:
        """Collect and pay: what injuries cost is all its outgo."""
        city: City = self.model
        city.now[S.injury_outgo_fen] = city.injury_spent
        self.book()

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
        self.state.hear(city, disputes.file_cases(city))


class ServiceCounters(Agent):
    """The bureau's counters and online services, and the hand-over of retirees to communities (`model/counters.py`)."""

    def __init__(self, city: City) -> None:
        super().__init__(city)
        self.state = Counters(city)

    def step(self) -> None:
        """Serve whoever came this month."""
        self.state.serve(self.model)


@while_rules_hold
def resident_base_fen(city: City) -> Fen:
    """Monthly base pension 基础养老金 in the city, fen by area: the provincial minimum, the local factor, and what policy adds."""
    local = city.law_value("resident.base_pension") * city.setting.parameter("resident_base_local") * carried(city)
    return np.rint(100 * (local + city.setting.control("resident_base_topup", city.month)))
