"""What a scenario costs: a line per payer and year, from what each lever offers times what one unit of it costs.

    yuan(lever, year) = unit cost · mean over the year's months of the city's setting

A lever offers places, posts, fairs, loans; its cost is what is offered, whether or not all of it is taken up. Levers whose cost depends on
how many people take it up, or for which no unit cost has been found, are named and left out of the sums: no cost is made up. `extra`
is what the scenario adds to permanent policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.exports import Sheet
from scenarios.levers import Lever, levers
from scenarios.months import january, month_number
from scenarios.plan_levers import settings_in
from scenarios.plans_at_hand import load_plan
from scenarios.resolve import city_total, controls_of
from scenarios.scenario import Scenario

if TYPE_CHECKING:
    from rich.table import Table

    from scenarios.results import Results

WAN = 1e4
UNKNOWN, TAKERS = "unit_cost_unknown", "depends_on_takers"
WHY = {UNKNOWN: ("单位成本未见公布", "no unit cost found"), TAKERS: ("取决于实际领取人数", "depends on how many take it up")}


@dataclass(frozen=True)
class Line:
    """One lever in one year. offered, usual: the city's setting and permanent policy, in the lever's unit; yuan: None where the lever
    cannot be priced (why: the reason).
    """

    lever: Lever
    year: int
    offered: float
    usual: float
    owner: str = ""

    @property
    def why(self) -> str | None:
        """Why there is no price; None where there is one."""
        if self.lever.cost.yuan is None:
            return UNKNOWN
        return None if priced_by_offer(self.lever) else TAKERS

    @property
    def yuan(self) -> float | None:
        """What the payer pays in this year."""
        return None if self.why else float(self.lever.cost.yuan or 0.0) * self.offered

    @property
    def extra(self) -> float | None:
        """What is paid on top of permanent policy."""
        return None if self.why else float(self.lever.cost.yuan or 0.0) * (self.offered - self.usual)


COUNTED = ("个", "人", "人次", "名", "户次", "场")


def priced_by_offer(lever: Lever) -> bool:
    """Whether one unit of the lever's setting has the unit cost: "人次/年" at 349 yuan per "人次"."""
    offered, per = lever.unit.removesuffix("/年"), lever.cost.per.removesuffix("·年")
    return offered == per or (offered in COUNTED and per in COUNTED)


def budget_of(scenario: Scenario, until: str | None = None) -> tuple[Line, ...]:
    """The lines of a scenario, year by year to the month `until` (default: the plan's end); levers at nought are left out."""
    plan, settings = load_plan(scenario.plan), settings_in(scenario.plan)
    first = january(plan.baseline_year + 1)
    months = (month_number(until or f"{plan.period[1]}-12") or first) - first + 1
    now, usual = controls_of(plan, settings, months, scenario), controls_of(plan, settings, months)
    owners = {c.id: c.owner or "" for c in plan.commitments}
    out = []
    for lever in levers().values():
        paths = [np.array(city_total(lever, controls[lever.control])) / lever.factor for controls in (now, usual)]
        owner = owners.get(settings.as_planned(lever).commitment or "", "")
        for start in range(0, months, 12):
            offered, before = (float(path[start : start + 12].mean()) for path in paths)
            share = len(paths[0][start : start + 12]) / 12
            if offered or before:
                out.append(Line(lever, plan.baseline_year + 1 + start // 12, offered * share, before * share, owner))
    return tuple(out)


def budget_behind(results: Results) -> tuple[Line, ...]:
    """The lines of the scenario that these results come from; none for results that do not say."""
    said = results.manifest
    if not isinstance(said.get("scenario"), dict) or not said.get("until"):
        return ()
    lines = budget_of(Scenario(**said["scenario"]), str(said["until"]))
    return after(lines, int(said["start"][:4])) if said.get("start") else lines


def after(lines: Iterable[Line], year: int) -> tuple[Line, ...]:
    """The lines of later years."""
    return tuple(line for line in lines if line.year > year)


def by_payer(lines: Iterable[Line]) -> dict[tuple[str, int], tuple[float, float]]:
    """(payer, year) → (yuan, yuan on top of permanent policy), of the lines that can be priced."""
    out: dict[tuple[str, int], tuple[float, float]] = {}
    for line in lines:
        if line.yuan is not None and line.extra is not None:
            before = out.get((line.lever.cost.payer, line.year), (0.0, 0.0))
            out[line.lever.cost.payer, line.year] = before[0] + line.yuan, before[1] + line.extra
    return out


def owners_of(lines: Iterable[Line], payer: str, year: int | None = None) -> list[str]:
    """Who answers for what a payer pays (in one year)."""
    mine = (one for one in lines if one.lever.cost.payer == payer and year in (None, one.year) and one.owner)
    return list(dict.fromkeys(one.owner for one in mine))


def budget_as_json(lines: Sequence[Line]) -> dict[str, Any]:
    """{payers: [{payer, year, yuan, extra_yuan, owners}], levers: [...], not_priced: [...]}; yuan of the year."""
    payers = [{"payer": payer, "year": year, "yuan": round(a, 2), "extra_yuan": round(b, 2), "owners": owners_of(lines, payer, year)}
              for (payer, year), (a, b) in sorted(by_payer(lines).items())]
    rows = [{"lever": one.lever.id, "name_zh": one.lever.name_zh, "name_en": one.lever.name_en, "payer": one.lever.cost.payer,
             "owner": one.owner, "year": one.year, "offered": one.offered, "unit": one.lever.unit,
             "yuan": None if one.yuan is None else round(one.yuan, 2)} for one in lines]
    left_out = {one.lever.id: {"lever": one.lever.id, "name_zh": one.lever.name_zh, "name_en": one.lever.name_en,
                               "payer": one.lever.cost.payer, "owner": one.owner, "reason": one.why} for one in lines if one.why}
    return {"unit": "元", "payers": payers, "levers": rows, "not_priced": list(left_out.values())}


def budget_as_table(lines: Sequence[Line], lang: str = "zh") -> Table:
    """Payers down, years across, in 万元; below it what could not be priced."""
    from rich.table import Table

    zh = lang == "zh"
    sums, years = by_payer(lines), sorted({line.year for line in lines})
    left_out = {one.lever.id: one for one in lines if one.why}
    names = "、".join(one.lever.name_zh for one in left_out.values()) if zh else ", ".join(one.lever.name_en for one in left_out.values())
    why = "；".join(dict.fromkeys(WHY[str(one.why)][0] for one in left_out.values()))
    caption = f"未计价（{why}）：{names}" if zh else f"Not priced: {names}"
    table = Table(title="资金（万元，括号内为较基期政策增加）" if zh else "Budget (10,000 yuan; in brackets: on top of permanent policy)",
                  title_justify="left", caption=caption if left_out else None, caption_justify="left")
    owned = [("责任处室" if zh else "Owner")] if any(line.owner for line in lines) else []
    for head in ("出资方" if zh else "Payer", *map(str, years), *owned):
        table.add_column(head, overflow="fold")
    for payer in dict.fromkeys(name for name, _ in sorted(sums)):
        owners = ["、".join(owners_of(lines, payer))] if owned else []
        table.add_row(payer, *(_amount(sums.get((payer, year))) for year in years), *owners)
    return table


SHEET = {
    "zh": ("资金", ("情景", "出资方", "年度", "金额（万元）", "较基期政策增加（万元）", "责任处室", "说明")),
    "en": ("Budget", ("Scenario", "Payer", "Year", "10,000 yuan", "On top of permanent policy", "Owner", "Note")),
}


def budget_sheet(budgets: Mapping[str, Mapping[str, Any]], lang: str = "zh") -> Sheet:
    """The budgets of scenarios (as of `budget_as_json`) as a table for files: a row a payer and year, then what could not be priced."""
    zh = lang == "zh"
    rows: list[list[Any]] = []
    for scenario, budget in budgets.items():
        rows += [[scenario, one["payer"], one["year"], round(one["yuan"] / WAN, 1), round(one["extra_yuan"] / WAN, 1),
                  "、".join(one["owners"]), ""] for one in budget["payers"]]
        for one in budget["not_priced"]:
            why = WHY[one["reason"]]
            words = f"未计价：{one['name_zh']}（{why[0]}）" if zh else f"not priced: {one['name_en']} ({why[1]})"
            rows.append([scenario, one["payer"], "", "", "", one["owner"], words])
    return Sheet(*SHEET[lang], rows)


def _amount(pair: tuple[float, float] | None) -> str:
    if pair is None:
        return ""
    return f"{pair[0] / WAN:,.0f}" + (f" ({pair[1] / WAN:+,.0f})" if abs(pair[1]) >= 0.5 * WAN else "")
