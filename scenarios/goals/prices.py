"""Which levers goal seeking may move, what a unit of each costs over the whole run, and the budget lines that bind it.

What rests on an assumption (grade D) or has no price is left out unless it is named, and is said to be. Costs are what is paid on top
of permanent policy. Where a named lever has no price, settings are compared by effort instead: the sum of the shares of the ranges
that are used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.documents import BadInput, Fault, both, unknown_name
from scenarios.budget import TAKERS, UNKNOWN, WHY, priced_by_offer
from scenarios.levers import Lever, levers
from scenarios.scenario import Scenario
from scenarios.studies import Factor
from scenarios.studies.factors import ALL, lever_factors

Values = NDArray[np.float64]
ASSUMED = "assumed"
LEFT_OUT = {ASSUMED: ("效果为假设(D)", "its effect is an assumption (D)"), **WHY}
TOTAL = "total"


@dataclass(frozen=True)
class Purse:
    """The chosen levers and their costs. yuan: of one unit over the whole run, NaN where unknown; limits: payer or "total" → most
    extra yuan; left_out: lever → reason.
    """

    levers: tuple[Factor, ...]
    yuan: Values
    payers: tuple[str, ...]
    limits: Mapping[str, float]
    left_out: Mapping[str, str]

    @property
    def priced(self) -> bool:
        """Whether every chosen lever has a price: then settings are compared by yuan, else by effort."""
        return bool(np.isfinite(self.yuan).all())

    @property
    def rest(self) -> Values:
        """Where the levers stand before the plan, inside their ranges."""
        return np.array([min(max(one.rest or 0.0, one.low), one.high) for one in self.levers])

    def added(self, x: Values) -> Values:
        """Extra yuan of settings, by lever, shape (points, levers); nought where there is no price."""
        return (x - self.rest) * np.nan_to_num(self.yuan)

    def effort(self, x: Values) -> Values:
        """Sum over levers of the share of its range that is used, shape (points,)."""
        ranges = np.array([one.high - one.low for one in self.levers])
        return np.asarray(np.abs((x - self.rest) / ranges).sum(axis=1))

    def cost(self, x: Values) -> Values:
        """What is made least, shape (points,): extra yuan, or effort."""
        return np.asarray(self.added(x).sum(axis=1)) if self.priced else self.effort(x)

    def spent(self, x: Values) -> dict[str, Values]:
        """Extra yuan by payer, and in total, shape (points,) each."""
        extra = self.added(x)
        out = {payer: extra[:, [one == payer for one in self.payers]].sum(axis=1) for payer in dict.fromkeys(self.payers)}
        return out | {TOTAL: extra.sum(axis=1)}

    def affordable(self, x: Values) -> NDArray[np.bool_]:
        """Whether settings keep every budget line, shape (points,)."""
        spent, fine = self.spent(x), np.ones(len(x), dtype=np.bool_)
        for payer, most in self.limits.items():
            fine &= spent[payer] <= most * (1 + 1e-9) + 1e-6
        return fine


def purse_of(
    scenario: Scenario, wanted: Sequence[str], *, years: float, assumed: bool = False, prices: Mapping[str, float] | None = None,
    budget: Mapping[str, float] | None = None,
) -> Purse:
    """The levers of "all" (those with a price and evidence better than D), or of a list of ids (`id=low:high`).

    A range that is not given begins where the lever stands: nobody is asked to give up what is done already. years: length of the
    run; assumed: take grade D too; prices: lever → yuan a unit and year; budget: payer or "total" → most extra yuan over the run.
    Raises BadInput with every fault, also when no lever is left.
    """
    prices, faults = dict(prices or {}), list[Fault]()
    faults += [Fault("--price", None, "price", name, *unknown_name(name, levers())) for name in prices if name not in levers()]
    found = lever_factors(scenario, wanted, faults, from_rest=True)
    left_out: dict[str, str] = {}
    if list(wanted) == [ALL]:
        left_out = {one.id: why for one in found if (why := _kept_out(levers()[one.id], prices, assumed=assumed))}
        found = [one for one in found if one.id not in left_out]
    payers = tuple(levers()[one.id].cost.payer for one in found)
    known = [*dict.fromkeys(payers), TOTAL]
    faults += [Fault("--budget", None, "budget", name, *unknown_name(name, known)) for name in budget or {} if name not in known]
    if not found and not faults:
        fix = both("请用 --levers 点名，或加 --include-assumed、--price", "name levers with --levers, or add --include-assumed or --price")
        faults.append(Fault("--levers", None, "levers", ", ".join(wanted), ", ".join(left_out), fix))
    if faults:
        raise BadInput(faults)
    yuan = np.array([_price(levers()[one.id], prices) * years for one in found])
    return Purse(tuple(found), yuan, payers, dict(budget or {}), left_out)


def _price(lever: Lever, prices: Mapping[str, float]) -> float:
    """Yuan of one unit of the lever a year, NaN where it is not known."""
    if lever.id in prices:
        return float(prices[lever.id])
    return float(lever.cost.yuan) if lever.cost.yuan is not None and priced_by_offer(lever) else float("nan")


def _kept_out(lever: Lever, prices: Mapping[str, float], *, assumed: bool) -> str | None:
    if lever.evidence == "D" and not assumed:
        return ASSUMED
    if np.isfinite(_price(lever, prices)):
        return None
    return UNKNOWN if lever.cost.yuan is None else TAKERS


def amounts(words: Sequence[str], flag: str) -> dict[str, float]:
    """`name=number` arguments as a mapping. Raises BadInput for every one that is not."""
    out, faults = {}, []
    for word in words:
        name, _, number = word.partition("=")
        try:
            out[name.strip()] = float(number)
        except ValueError:
            faults.append(Fault(flag, None, flag.lstrip("-"), word, "NAME=NUMBER", both("写成 名称=数字", "write name=number")))
    if faults:
        raise BadInput(faults)
    return out


def spent_as_json(purse: Purse, x: Values) -> dict[str, Any]:
    """The cost of one setting: extra yuan over the run in total and by payer, effort, and what has no price."""
    spent = {name: float(value[0]) for name, value in purse.spent(x[None]).items()}
    unpriced = [one.id for one, price in zip(purse.levers, purse.yuan, strict=True) if not np.isfinite(price)]
    return {"compared_by": "yuan" if purse.priced else "effort", "extra_yuan": spent.pop(TOTAL), "by_payer": spent,
            "effort": float(purse.effort(x[None])[0]), "not_priced": unpriced}
