"""All that `run` says: the scorecard, the years beyond the plan, what it costs by payer, and what the forecast goes on from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scenarios.budget import budget_as_json, budget_as_table, budget_behind
from scenarios.conditioning.report import conditioning_lines
from scenarios.results import Results
from scenarios.scorecard.card import Row, Scorecard
from scenarios.scorecard.table import scorecard_as_table
from scenarios.scorecard.view import scorecard_as_json
from scenarios.verdicts import rounded

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table


def whole_as_json(plan: Any, card: Scorecard, results: Results) -> dict[str, Any]:
    """`run --json`: the scorecard's document with `from`, `until`, `budget` and `conditioning` (null where nothing was observed)."""
    said = results.manifest
    return {
        **scorecard_as_json(plan, card),
        "from": said.get("start") or f"{plan.baseline_year}-12",
        "until": said.get("until"),
        "conditioning": said.get("conditioning"),
        "budget": budget_as_json(budget_behind(results)),
    }


def whole_as_table(plan: Any, card: Scorecard, results: Results, lang: str = "zh") -> Group:
    """`run` on a terminal."""
    from rich.console import Group
    from rich.text import Text

    parts: list[Any] = [scorecard_as_table(card, lang)]
    ahead = years_ahead(plan, card)
    if ahead:
        parts.append(_ahead_as_table(card, ahead, lang))
    parts += [Text(line) for line in conditioning_lines(results.manifest.get("conditioning"), lang)]
    parts.append(budget_as_table(budget_behind(results), lang))
    return Group(*parts)


def years_ahead(plan: Any, card: Scorecard) -> list[str]:
    """The years after the plan's last that have been simulated."""
    found = {year for row in card.city for year in row.by_year if int(year) > plan.period[1]}
    return sorted(found)


def _ahead_as_table(card: Scorecard, years: list[str], lang: str) -> Table:
    from rich.table import Table

    zh = lang == "zh"
    table = Table(title="规划期后（中位，10%–90%）" if zh else "Beyond the plan (median, 10–90 %)", title_justify="left")
    for head in ("序号" if zh else "No.", "指标" if zh else "Indicator", "单位" if zh else "Unit", *years):
        table.add_column(head, overflow="fold")
    said = set()
    for row in card.city:
        if row.task.measure not in said and any(year in row.by_year for year in years):
            said.add(row.task.measure)
            name = row.task.name_zh if zh else row.task.name_en
            table.add_row(row.task.no, name, row.task.unit, *(_band(row, year) for year in years))
    return table


def _band(row: Row, year: str) -> str:
    band = row.by_year.get(year)
    if band is None:
        return ""
    digits = row.task.decimals + 1  # plans print few; a forecast would not move
    p10, p50, p90 = (f"{float(rounded(band[name], digits)) + 0.0:,.{digits}f}" for name in ("p10", "p50", "p90"))
    return f"{p50} ({p10}–{p90})"
