"""Closed books: what must hold at the end of every month. A violation stops the run and names the month and the books."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from model import states as s
from model.institutions import claimants_past_limit
from model.series import S

if TYPE_CHECKING:
    from model.city import City


class OpenBooks(RuntimeError):
    """The model's own accounts do not close: a fault of the model, not of its input."""


def imbalances(city: City) -> list[str]:
    """Sentences that name each account which does not close this month; empty when all do."""
    people, firms, t, table = city.people, city.firms, city.month, city.table
    state, firm = people.state[: people.n], people.firm[: people.n]
    weight = city.weight
    flow = {name: float(table[getattr(S, name), t].sum()) for name in
            ("births", "deaths", "arrivals", "departures", "returns", "hires", "vacancies", "transfers_out")}
    wrong = []

    def hold(claim: str, left: float, right: float) -> None:
        if abs(left - right) > 1e-6 * max(1.0, abs(left), abs(right)):
            wrong.append(f"{claim}: {left:,.0f} ≠ {right:,.0f}")

    employed = state == s.EMPLOYED
    hold("employees have employers, and nobody else has", np.count_nonzero(employed), np.count_nonzero(firm >= 0))
    if employed.any():
        heads = np.bincount(firm[employed], minlength=firms.n)
        hold("firms' staff = persons who point at them", np.abs(heads - firms.staff[: firms.n]).sum(), 0)
        hold("nobody works for a closed firm", np.count_nonzero(~firms.alive[firm[employed]]), 0)
        hold("staff live in their firm's area", np.count_nonzero(firms.area[firm[employed]] != people.area[: people.n][employed]), 0)
    rows = np.bincount(people.area[: people.n][state != s.GONE], minlength=weight.size)
    hold("roster = roster before + births + arrivals − deaths − leavers", rows.sum(), city.rows_before + city.rows_in - city.rows_out)
    hold("residents + away = roster", table[S.residents, t].sum() + table[S.away, t].sum(), rows @ weight)
    parts = ("farm", "employees", "flexible", "owners", "unemployed", "inactive", "retired", "students")
    children = np.bincount(people.area[: people.n][state == s.CHILD], minlength=weight.size) @ weight
    hold("states partition the residents", sum(table[getattr(S, p), t].sum() for p in parts) + children, table[S.residents, t].sum())
    wrong += [f"hires {flow['hires']:,.0f} exceed vacancies {flow['vacancies']:,.0f}"] if flow["hires"] > flow["vacancies"] + 1e-6 else []
    wrong += ["unemployment insurance has members outside injury insurance"] if (table[S.ui, t] > table[S.injury, t] + 1e-9).any() else []
    fund = city.unemployment_fund
    hold("fund: balance = opening + income − outgo (fen)", fund.balance, fund.opening + fund.income - fund.outgo)
    late = claimants_past_limit(city)
    wrong += [f"{late} rows draw unemployment benefit past the legal limit"] if late else []
    return wrong


def close(city: City) -> None:
    """Check every account; raises OpenBooks naming the month and what does not close."""
    wrong = imbalances(city)
    if wrong:
        raise OpenBooks(f"{city.period}: " + "; ".join(wrong))
