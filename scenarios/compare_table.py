"""A comparison as a table: on the terminal, as CSV and as a workbook, with owners, and what each scenario costs by payer and year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from scenarios.budget import budget_sheet
from scenarios.exports import Sheet, csv_bytes

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table

JSON = Mapping[str, Any]
HEADS = {
    "zh": ("序号", "指标", "单位", "地区", "情景", "差值中位", "10%–90%", "频率变化", "责任处室"),
    "en": ("No.", "Indicator", "Unit", "Area", "Scenario", "Median difference", "10–90 %", "Change of frequency", "Owner"),
}


def title_of(document: JSON, lang: str = "zh") -> str:
    """What the differences are taken from."""
    return f"与「{document['base']}」相比" if lang == "zh" else f"Against '{document['base']}'"


def rows_of(plan: Any, document: JSON, lang: str = "zh", *, areas: bool = True) -> list[list[str]]:
    """The texts of all rows, in the order of HEADS; targets that are not simulated are left out."""
    targets = {target.id: target for target in plan.targets}
    names = {area.id: area.name_zh if lang == "zh" else area.name_en or area.name_zh for area in getattr(plan, "areas", ())}
    return [_cells(row, targets[row["id"]], names, lang) for row in document["rows"]
            if row["difference"] is not None and (areas or row["area"] is None)]


def _cells(row: JSON, target: Any, names: Mapping[str, str], lang: str) -> list[str]:
    off, change, digits = row["difference"], row["probability_change"], target.decimals
    return [
        target.no, target.name_zh if lang == "zh" else target.name_en, target.unit, names.get(row["area"], row["area"] or ""),
        row["scenario"], signed(off["p50"], digits), f"{signed(off['p10'], digits)} … {signed(off['p90'], digits)}",
        "" if change is None else f"{change * 100:+.0f} pp", row["owner"] or "",
    ]  # fmt: skip


def signed(value: float, decimals: int) -> str:
    """A difference in the target's unit, with two decimals more than the plan prints; nought has no sign."""
    text = f"{value:+,.{decimals + 2}f}"
    return text if text.strip("+-0.,") else "0"


def compare_as_table(plan: Any, document: JSON, lang: str = "zh", *, areas: bool = False) -> Group:
    """`compare --json` for the terminal: the differences, and below them the budgets."""
    from rich.console import Group
    from rich.table import Table

    table, rows = Table(title=title_of(document, lang), title_justify="left"), rows_of(plan, document, lang, areas=areas)
    owned = any(row[-1] for row in rows)
    for head in HEADS[lang] if owned else HEADS[lang][:-1]:
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*(row if owned else row[:-1]))
    money = _budgets(document, lang)
    return Group(table, *([money] if money.row_count else []))


def _budgets(document: JSON, lang: str) -> Table:
    """What each scenario costs: scenarios and payers down, years across, in 万元."""
    from rich.table import Table

    zh = lang == "zh"
    table = Table(title="资金（万元）" if zh else "Budget (10,000 yuan)", title_justify="left")
    years = sorted({line["year"] for budget in document["budgets"].values() for line in budget["payers"]})
    for head in ("情景" if zh else "Scenario", "出资方" if zh else "Payer", *map(str, years)):
        table.add_column(head, overflow="fold")
    for scenario, budget in document["budgets"].items():
        by = {(line["payer"], line["year"]): line["yuan"] for line in budget["payers"]}
        for payer in dict.fromkeys(name for name, _ in by):
            table.add_row(scenario, payer, *(f"{by[payer, year] / 1e4:,.0f}" if (payer, year) in by else "" for year in years))
    return table


def compare_as_csv(plan: Any, document: JSON, lang: str = "zh") -> bytes:
    """UTF-8 with a mark, so that Excel opens it: city and areas, and below them the budgets."""
    return csv_bytes(HEADS[lang], rows_of(plan, document, lang), _money(document, lang))


def compare_as_workbook(plan: Any, document: JSON, lang: str = "zh") -> bytes:
    """A workbook: city and areas, and a sheet of the budgets."""
    from scenarios.workbook import workbook_bytes

    return workbook_bytes("情景比较", HEADS[lang], rows_of(plan, document, lang), title_of(document, lang), _money(document, lang))


def _money(document: JSON, lang: str) -> Sheet:
    return budget_sheet(document["budgets"], lang)
