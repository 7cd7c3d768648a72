"""Proposed targets as JSON, as a table for the terminal, as CSV and as a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scenarios.budget import budget_as_json, budget_as_table, budget_sheet
from scenarios.exports import Sheet, csv_bytes
from scenarios.macro import later
from scenarios.target_words import BASES, WARNINGS
from scenarios.targets.propose import PROBABILITIES, Proposals, Proposed, Value
from scenarios.units import finer
from scenarios.verdicts.probability import called, percent_words

if TYPE_CHECKING:
    from rich.console import Group

HEADS = {
    "zh": ("序号", "指标", "单位", "地区", "口径", "现状", *(f"P={p:g}" for p in PROBABILITIES), "建议属性", "建议值", "提示", "责任处室"),
    "en": ("No.", "Indicator", "Unit", "Area", "Basis", "Now", *(f"P={p:g}" for p in PROBABILITIES), "Attribute", "Proposal", "Warnings",
           "Owner"),
}  # fmt: skip


def proposals_as_json(found: Proposals) -> dict[str, Any]:
    """The document of `targets --json`; values in the units of the plan, probabilities 0 to 1."""
    return {"plan": found.plan.id, "title_zh": found.plan.title_zh, **found.context, "probabilities": list(PROBABILITIES),
            "rows": [_row(row) for row in found.rows], "budget": budget_as_json(found.budget)}


def _row(row: Proposed) -> dict[str, Any]:
    task = row.task
    same = ("id", "no", "measure", "name_zh", "name_en", "area", "unit", "kind", "basis", "op", "owner")
    return {
        **{name: getattr(task, name) for name in same}, "present_attribute": task.attribute, "present_target": task.target,
        "base": row.base, "final": dict(row.final), "values": [_value(value) for value in row.values],
        "proposal": {"attribute": row.attribute, "wanted": row.at, **_value(row.proposal)}, "warnings": list(row.warnings),
    }  # fmt: skip


def _value(value: Value) -> dict[str, Any]:
    return {
        "wanted": value.wanted, "exact": value.exact, "value": value.printed.value, "decimals": value.printed.decimals,
        "met": value.chance.met, "n": value.chance.n, "probability": value.chance.value,
        "interval": [value.chance.low, value.chance.high], "under": dict(value.under),
    }  # fmt: skip


def printed(value: Value) -> str:
    """The value as a plan would print it."""
    return f"{value.printed.value:,.{value.printed.decimals}f}"


def cells(row: Proposed, areas: dict[str, str], lang: str = "zh") -> list[str]:
    """The texts of one row, in the order of HEADS."""
    task, i = row.task, 0 if lang == "zh" else 1
    sign = "≤" if task.fewer else "≥"
    return [
        task.no, task.name_zh if i == 0 else task.name_en, task.unit, "" if task.area is None else areas.get(task.area, task.area),
        BASES[task.basis][i], "" if row.base is None else f"{row.base:,.{finer(task.unit, task.decimals)}f}",
        *(printed(value) for value in row.values),
        row.attribute, f"{sign} {printed(row.proposal)} ({percent_words(row.proposal.chance.value)})",
        ("；" if i == 0 else "; ").join(WARNINGS[name][i] for name in row.warnings), task.owner,
    ]  # fmt: skip


def title_of(found: Proposals, lang: str = "zh") -> str:
    """What the table is, and what it stands on."""
    first, last = found.context["period"]
    word = called(str(found.context["parameters"] or "prior"), lang)
    if lang == "zh":
        return f"{found.plan.city_zh} {first}–{last} 年指标测算 · 情景「{found.context['scenario']}」 · 各列为{word}"
    return f"{found.plan.city_en}, targets for {first}-{last} · scenario '{found.context['scenario']}' · columns: {word}"


def notes(found: Proposals, lang: str = "zh") -> list[str]:
    """Lines below the table: growth, and that only P ≥ .85 may bind."""
    growth = [f"{float(later()[name]) * 100:.1f} %" for name in ("low", "central", "high")]
    first = later()["first_year"]
    if lang == "zh":
        return [f"{first} 年起经济增速：{growth[0]}–{growth[1]}–{growth[2]}（假设，逐抽样取值）",
                "仅 P ≥ 0.85 且不依赖假设性效果的指标可列为约束性；取整按规划印制习惯"]
    return [f"Growth from {first}: {growth[0]} – {growth[1]} – {growth[2]} (assumption, drawn)",
            "Only what is met with P ≥ .85, and not by assumed effects, may be binding; rounded as plans print"]


def _areas(found: Proposals, lang: str) -> dict[str, str]:
    return {area.id: area.name_zh if lang == "zh" else (area.name_en or area.name_zh) for area in found.plan.areas}


def proposals_as_table(found: Proposals, lang: str = "zh", *, areas: bool = False) -> Group:
    """The proposals for a terminal; areas: also those of areas."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title_of(found, lang), title_justify="left")
    for head in HEADS[lang]:
        table.add_column(head, overflow="fold")
    for row in found.rows:
        if areas or row.task.area is None:
            table.add_row(*cells(row, _areas(found, lang), lang))
    money = [budget_as_table(found.budget, lang)] if found.budget else []
    return Group(table, *(Text(line) for line in notes(found, lang)), *money)


def rows_of(found: Proposals, lang: str = "zh") -> list[list[str]]:
    """All rows as texts, for exports."""
    return [cells(row, _areas(found, lang), lang) for row in found.rows]


def proposals_as_csv(found: Proposals, lang: str = "zh") -> bytes:
    """UTF-8 with a mark, so that Excel opens it."""
    return csv_bytes(HEADS[lang], rows_of(found, lang), _money(found, lang))


def proposals_as_workbook(found: Proposals, lang: str = "zh") -> bytes:
    """A workbook of all rows, what they stand on below."""
    from scenarios.workbook import workbook_bytes

    below = [["", line, *[""] * (len(HEADS[lang]) - 2)] for line in notes(found, lang)]
    return workbook_bytes("指标测算", HEADS[lang], [*rows_of(found, lang), *below], title_of(found, lang), _money(found, lang))


def _money(found: Proposals, lang: str) -> Sheet:
    return budget_sheet({str(found.context["scenario"]): budget_as_json(found.budget)}, lang)
