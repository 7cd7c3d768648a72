"""The assessment as a table: on the terminal, as CSV and as a workbook, in the columns that bureaus use."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios import exports
from scenarios.assess import Assessed, Assessment
from scenarios.budget import budget_as_json, budget_as_table, budget_sheet
from scenarios.conditioning import conditioning_lines
from scenarios.explanation import explained
from scenarios.exports import csv_bytes
from scenarios.sensitivity_line import lines
from scenarios.terminal import print_table, say
from scenarios.verdicts import in_words, rounded

if TYPE_CHECKING:
    from rich.console import Group

HEADS = {
    "zh": ("序号", "指标", "单位", "属性", "基期", "目标", "完成", "完成率", "评价", "说明", "责任处室"),
    "en": ("No.", "Indicator", "Unit", "Attribute", "Base", "Target", "Outturn", "Completion", "Verdict", "Explanation", "Owner"),
}


def title_of(found: Assessment, lang: str = "zh") -> str:
    """The table's title: plan, final or interim, and what it stands on."""
    scenario, hindcast = found.card.context["scenario"], found.card.context["hindcast"]
    if lang == "zh":
        kind = "终期评估" if found.final else f"中期评估（截至 {found.year} 年底）"
        return f"{found.plan.title_zh}{kind} · 情景「{scenario}」" + ("（回溯模拟）" if hindcast else "")
    kind = "final assessment" if found.final else f"interim assessment (end of {found.year})"
    return f"{found.plan.title}: {kind} · scenario '{scenario}'" + (" (hindcast)" if hindcast else "")


def cells(one: Assessed, lang: str = "zh") -> list[str]:
    """The texts of one row, in the order of HEADS."""
    task, i = one.row.task, 0 if lang == "zh" else 1
    return [
        task.no, task.name_zh if lang == "zh" else task.name_en, task.unit, task.attribute or "", one.base_printed,
        one.target_printed, _outturn(one), "" if one.completion is None else f"{float(rounded(one.completion * 100, 1)):.1f} %",
        in_words(one.row.judgement.verdict, lang), explained(one.row, one.gap, one.known)[i], one.owner,
    ]  # fmt: skip


def _outturn(one: Assessed) -> str:
    """The outturn as printed; what is simulated with its 10-90 % band."""
    if one.outturn is None:
        return "—"
    digits = one.row.task.decimals
    p10, p50, p90 = (f"{float(rounded(one.outturn[name], digits)):,.{digits}f}" for name in ("p10", "p50", "p90"))
    return p50 if one.known == "observed" else f"{p50} ({p10}–{p90})"


def assessment_as_table(found: Assessment, lang: str = "zh") -> Group:
    """The assessment for a terminal, with the lines of sensitivity below it."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title_of(found, lang), title_justify="left")
    owned = any(one.owner for one in found.rows)
    for head in HEADS[lang] if owned else HEADS[lang][:-1]:
        table.add_column(head, overflow="fold")
    for one in found.rows:
        table.add_row(*(cells(one, lang) if owned else cells(one, lang)[:-1]))
    said = [*lines(found.effects, lang), *conditioning_lines(found.conditioning, lang)]
    return Group(table, *(Text(line) for line in said), *([budget_as_table(found.budget, lang)] if found.budget else []))


def assessment_as_csv(found: Assessment, lang: str = "zh") -> bytes:
    """UTF-8 with a mark, so that Excel opens it; cells that a spreadsheet would compute are quoted as text."""
    return csv_bytes(HEADS[lang], [cells(one, lang) for one in found.rows], _money(found, lang))


def assessment_as_workbook(found: Assessment, lang: str = "zh") -> bytes:
    """A workbook in the bureau's form, with the owner column to fill in and the sensitivity below."""
    from scenarios.workbook import workbook_bytes

    rows: list[list[Any]] = [cells(one, lang) for one in found.rows]
    below = [["", line, *[""] * (len(HEADS[lang]) - 2)] for line in lines(found.effects, lang)]
    name = "终期评估" if found.final else "中期评估"
    return workbook_bytes(name, HEADS[lang], [*rows, *below], title_of(found, lang), _money(found, lang))


def _money(found: Assessment, lang: str) -> exports.Sheet:
    return budget_sheet({str(found.card.context["scenario"]): budget_as_json(found.budget)}, lang)


def place_of(to: str, plan: str) -> Path:
    """The file that `--to` means; see `exports.place_of`."""
    return exports.place_of(to, f"assessment-{plan}")


def write(found: Assessment, path: Path, lang: str = "zh") -> None:
    """Write the assessment as the name's end says."""
    exports.write(path, lambda: assessment_as_csv(found, lang), lambda: assessment_as_workbook(found, lang))
    say(f"已写入 / written: {path}")


def show(found: Assessment, lang: str = "zh") -> None:
    """Print the assessment."""
    print_table(assessment_as_table(found, lang))
