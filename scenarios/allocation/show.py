"""An allocation as JSON, as tables for the terminal, as CSV and as a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scenarios.allocation.divide import Allocation, Share
from scenarios.allocation.months import Month, is_assumed
from scenarios.budget import budget_as_json, budget_as_table, budget_sheet
from scenarios.exports import Sheet, csv_bytes
from scenarios.units import finer
from scenarios.verdicts import rounded
from scenarios.verdicts.probability import called, percent_words

if TYPE_CHECKING:
    from rich.console import Group

VERDICTS = {"too_hard": ("偏难", "too hard"), "fair": ("适中", "fair"), "too_easy": ("偏易", "too easy"),
            "undecided": ("未能判断", "undecided")}
FROM = {"table_base_year": ("分解表基期", "the table's base year"), "baseline": ("基期数", "the baseline"),
        "first_simulated_year": ("首个模拟年（无分地区基数）", "the first simulated year (no base by area)"),
        "residents": ("常住人口（无分地区基数）", "residents (no base by area)")}
HEADS = {
    "zh": ("地区", "规划任务", "按基数", "按劳动力", "等概率", "任务达标频率", "偏离", "判断", "责任"),
    "en": ("Area", "Given", "By base", "By labour force", "Equal odds", "Given is met", "Off", "Verdict", "Owner"),
}


def allocation_as_json(found: Allocation) -> dict[str, Any]:
    """The document of `allocate --json`; amounts in `unit`."""
    task = found.task
    return {
        "plan": found.plan.id, "indicator": task.id, "name_zh": task.name_zh, "name_en": task.name_en, "unit": found.unit,
        "basis": task.basis, "period": [task.first, task.year], "total": found.total, "kept": dict(found.kept),
        "common_probability": found.probability, "weights_from": found.weights_from, "owner": task.owner, **found.context,
        "areas": [_area(found, share) for share in found.shares],
        "year": found.year, "months": [_month(one) for one in found.months], "season_assumed": is_assumed(task),
        "this_month": {"month": f"{found.year}-{found.month:02d}", "needs": found.needs, "done_observed": found.needs_observed},
        "budget": budget_as_json(found.budget),
    }  # fmt: skip


def _area(found: Allocation, share: Share) -> dict[str, Any]:
    return {
        "area": share.area, "name_zh": share.name_zh, "name_en": share.name_en, "given": share.given, "base": share.base,
        "labour": share.labour, "equal": share.equal, "off": share.off,
        "off_share": None if share.off is None or not share.equal else share.off / share.equal,
        "probability": None if share.chance is None else share.chance.value,
        "interval": None if share.chance is None else [share.chance.low, share.chance.high],
        "verdict": share.verdict, "owner": owner_of(found, share), "months": [_month(one) for one in share.months],
    }  # fmt: skip


def owner_of(found: Allocation, share: Share) -> str:
    """Who answers for an area's task: the area's own government, beside the owner of the target."""
    return f"{share.name_zh}·{found.task.owner}" if found.task.owner else share.name_zh


def _month(one: Month) -> dict[str, Any]:
    return {"month": one.month, "line": one.line, "alone": one.alone, "done": one.done}


def amount(value: float | None, decimals: int, *, signed: bool = False) -> str:
    """An amount with its decimals; nothing for None."""
    if value is None:
        return ""
    number = float(rounded(value, decimals)) + 0.0
    return f"{number:{'+' if signed else ''},.{decimals}f}"


def cells(found: Allocation, share: Share, lang: str = "zh") -> list[str]:
    """The texts of one area, in the order of HEADS."""
    i, digits = 0 if lang == "zh" else 1, found.task.decimals
    off = "" if share.off is None else amount(share.off, digits, signed=True)
    off += f" ({share.off / share.equal * 100:+.0f} %)" if share.off is not None and share.equal else ""
    return [
        share.name_zh if i == 0 else share.name_en, amount(share.given, digits), amount(share.base, digits), amount(share.labour, digits),
        amount(share.equal, digits), "" if share.chance is None else percent_words(share.chance.value), off,
        "" if share.verdict is None else VERDICTS[share.verdict][i], owner_of(found, share),
    ]  # fmt: skip


def title_of(found: Allocation, lang: str = "zh") -> str:
    """What is divided, and how large it is."""
    task, total = found.task, amount(found.total, found.task.decimals)
    if lang == "zh":
        return f"{task.name_zh}分解（{task.first}–{task.year}，共 {total} {found.unit}）· 情景「{found.context['scenario']}」"
    return f"{task.name_en}, {task.first}-{task.year}, {total} {found.unit} in all · scenario '{found.context['scenario']}'"


def notes(found: Allocation, lang: str = "zh") -> list[str]:
    """Lines below: the common probability, which tasks are off, what this month needs."""
    word = called(str(found.context["parameters"] or "prior"), lang)
    off = [share for share in found.shares if share.verdict in ("too_hard", "too_easy")]
    weights = found.weights_from.replace("observed_", "")
    unit, digits = found.unit, found.task.decimals
    few = [share for share in found.shares if share.verdict == "undecided"]
    if lang == "zh":
        source = FROM.get(found.weights_from, (f"{weights} 年观测值", ""))[0]
        lines = [f"各地同一{word}：{percent_words(found.probability)}；基数取自{source}；劳动力为基期 16–59 岁常住人口"]
        for share in off:
            hard = share.verdict == "too_hard"
            lines.append(f"{share.name_zh}任务{'偏难' if hard else '偏易'}：较等概率{'多' if hard else '少'}"
                         f" {amount(abs(share.off or 0), digits)} {unit}")
        names = "、".join(share.name_zh for share in few)
        lines += [f"抽样仅 {found.context['draws']} 次，频率区间宽：{names}偏离较大而未能判断，请增加抽样"] if few else []
        lines += [f"{'、'.join(found.kept)} 无地域，任务照列 {amount(sum(found.kept.values()), digits)} {unit}"] if found.kept else []
        season = "（各月均摊为假设）" if is_assumed(found.task) else ""
        basis = "按已观测进度" if found.needs_observed else "此前按计划线"
        return [*lines, f"{found.year} 年 {found.month} 月本月需完成 {amount(found.needs, finer(unit, digits))} {unit}（{basis}）{season}"]
    source = FROM.get(found.weights_from, ("", f"values observed in {weights}"))[1]
    lines = [f"{word} common to all areas: {percent_words(found.probability)}; base from {source}; "
             "labour force: residents of 16-59 at the base"]
    lines += [f"{s.name_en}: {VERDICTS[str(s.verdict)][1]} by {amount(abs(s.off or 0), digits)} {unit}" for s in off]
    names = ", ".join(share.name_en for share in few)
    lines += [f"only {found.context['draws']} draws: {names} are far off, yet undecided; take more draws"] if few else []
    lines += [f"kept as given, no territory: {amount(sum(found.kept.values()), digits)} {unit}"] if found.kept else []
    season = " (even months: assumption)" if is_assumed(found.task) else ""
    basis = "by what was observed" if found.needs_observed else "on the line so far"
    return [*lines, f"{found.year}-{found.month:02d} needs {amount(found.needs, finer(unit, digits))} {unit} ({basis}){season}"]


def allocation_as_table(found: Allocation, lang: str = "zh") -> Group:
    """The allocation for a terminal."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title_of(found, lang), title_justify="left")
    for head in HEADS[lang]:
        table.add_column(head, overflow="fold")
    for share in found.shares:
        table.add_row(*cells(found, share, lang))
    line = Table(title=f"{found.year} 年各月计划线" if lang == "zh" else f"The line of {found.year}", title_justify="left")
    for head in (("月", "累计", "当月", "已完成") if lang == "zh" else ("Month", "By its end", "Alone", "Done")):
        line.add_column(head)
    for one in found.months:
        digits = finer(found.unit, found.task.decimals)
        line.add_row(str(one.month), amount(one.line, digits), amount(one.alone, digits), amount(one.done, digits))
    money = [budget_as_table(found.budget, lang)] if found.budget else []
    return Group(table, line, *(Text(text) for text in notes(found, lang)), *money)


def month_heads(lang: str) -> tuple[str, ...]:
    """Heads of the twelve months, for exports."""
    return tuple(f"{month}月" if lang == "zh" else f"month {month}" for month in range(1, 13))


def rows_of(found: Allocation, lang: str = "zh") -> list[list[str]]:
    """Areas with their cumulative monthly lines, for exports."""
    digits = finer(found.unit, found.task.decimals)
    return [[*cells(found, share, lang), *(amount(one.line, digits) for one in share.months)] for share in found.shares]


def allocation_as_csv(found: Allocation, lang: str = "zh") -> bytes:
    """UTF-8 with a mark, so that Excel opens it."""
    return csv_bytes((*HEADS[lang], *month_heads(lang)), rows_of(found, lang), _money(found, lang))


def allocation_as_workbook(found: Allocation, lang: str = "zh") -> bytes:
    """A workbook: areas, ways and months, what it says below."""
    from scenarios.workbook import workbook_bytes

    heads = (*HEADS[lang], *month_heads(lang))
    below = [[line, *[""] * (len(heads) - 1)] for line in notes(found, lang)]
    return workbook_bytes("任务分解", heads, [*rows_of(found, lang), *below], title_of(found, lang), _money(found, lang))


def _money(found: Allocation, lang: str) -> Sheet:
    return budget_sheet({str(found.context["scenario"]): budget_as_json(found.budget)}, lang)
