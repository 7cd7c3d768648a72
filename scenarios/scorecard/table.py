"""The scorecard for the terminal, in Chinese or English: the answer in sentences, then a table a block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from scenarios.scorecard.card import Row, Scorecard
from scenarios.verdicts import LIGHTS, STANCES, called, flag_words, in_words, printed, rounded
from scenarios.verdicts.probability import BASES, percent_words
from scenarios.verdicts.words import Verdict

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table

BLOCKS = {
    "headline": ("攀升型目标", "Climbing targets"),
    "strive": ("力争目标（不计入达标率）", "Targets to strive for (not counted)"),
    "weak": ("保持型和底线型目标（不计入达标率）", "Targets to hold and floors (not counted)"),
    "not_simulated": ("暂未模拟", "Not simulated yet"),
}
TEXT = {
    "no": ("序号", "No."), "name": ("指标", "Indicator"), "target": ("目标", "Target"), "band": ("中位（10%–90%）",
    "Median (10–90 %)"), "progress": ("完成/序时", "Done/due"), "verdict": ("评价", "Verdict"), "light": ("灯",
    "Light"), "notes": ("说明", "Notes"),
}  # fmt: skip
OPS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "eq": "=", "about": "≈"}


def block_of(row: Row) -> str:
    """The block of the scorecard that a row stands in."""
    if row.final is None and not row.by_year:
        return "not_simulated"
    if row.task.strength == "strive":
        return "strive"
    return "weak" if row.judgement.stance in ("hold", "floor") else "headline"


def scorecard_as_table(card: Scorecard, lang: str = "zh", *, areas: bool = False) -> Group:
    """The scorecard for a terminal: its answer in sentences, then one table a block; areas: also the tasks of areas."""
    from rich.console import Group
    from rich.text import Text

    rows = card.rows if areas else card.city
    parts: list[Any] = [Text(line) for line in summary(card, lang)]
    for block, title in BLOCKS.items():
        chosen = [row for row in rows if block_of(row) == block]
        if chosen:
            parts.append(_table(chosen, title[_i(lang)], card, lang))
    return Group(*parts)


def _i(lang: str) -> int:
    return 0 if lang == "zh" else 1


def summary(card: Scorecard, lang: str = "zh") -> list[str]:
    """What to say first: how many targets are met, all binding ones together, and on what it stands."""
    met, of = card.headline
    word = called(card.context["parameters"], lang)
    basis = BASES[card.context["parameters"]][_i(lang)]
    both = _all_binding(card, lang)
    macro, hindcast = card.context["macro"], card.context["hindcast"]
    if lang == "zh":
        return [
            f"情景「{card.context['scenario']}」：{of} 项中 {met} 项达标",
            f"约束性目标全部达标的{word}：{both}（{card.left_out} 项约束性目标未计入）" if not card.missed else both,
            f"宏观路径 {macro}；参数依据：{basis}" + ("；回溯模拟" if hindcast else ""),
        ]
    return [
        f"Scenario '{card.context['scenario']}': {met} of {of} targets met",
        f"{word} that all binding targets are met: {both} ({card.left_out} binding targets not covered)" if not card.missed else both,
        f"Macro path {macro}; parameters: {basis}" + ("; hindcast" if hindcast else ""),
    ]


def _all_binding(card: Scorecard, lang: str) -> str:
    """How often all binding targets are met together; where some are known to be missed, which."""
    if card.missed:
        names = [row.task.name_zh if lang == "zh" else row.task.name_en for row in card.missed]
        return f"约束性目标已知未完成：{'、'.join(names)}" if lang == "zh" else f"Binding targets known to be missed: {', '.join(names)}"
    return "—" if card.joint is None else printed(card.joint, lang)


def _table(rows: Sequence[Row], title: str, card: Scorecard, lang: str) -> Table:
    from rich.table import Table

    table = Table(title=title, title_justify="left", show_lines=False)
    heads = [
        TEXT["no"][_i(lang)],
        TEXT["name"][_i(lang)],
        TEXT["target"][_i(lang)],
        TEXT["band"][_i(lang)],
        called(card.context["parameters"], lang),
        TEXT["progress"][_i(lang)],
        TEXT["verdict"][_i(lang)],
        TEXT["light"][_i(lang)],
        TEXT["notes"][_i(lang)],
    ]
    for head in heads:
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*cells(row, lang))
    return table


def cells(row: Row, lang: str = "zh") -> list[str]:
    """The texts of one row of the table."""
    task, said = row.task, row.judgement
    name = task.name_zh if lang == "zh" else task.name_en
    done = (
        ""
        if said.completion is None or said.schedule is None
        else f"{_percent(said.completion)}/{_percent(said.schedule)}"
    )
    light = LIGHTS[row.light] if row.light else None
    return [
        task.no, name if task.area is None else f"  {name} · {task.area}", f"{OPS[task.op]} {_number(task.target,
        row)} {task.unit}", "" if row.final is None else f"{_number(row.final['p50'], row)} ({_number(row.final['p10'],
        row)}–{_number(row.final['p90'], row)})", _how_often(row, lang), done, _verdict(said.verdict, said.share, lang),
        "" if light is None else f"{light.shape} {light.zh if lang == 'zh' else light.en}",
        _notes(row, lang),
    ]  # fmt: skip


def _how_often(row: Row, lang: str) -> str:
    if row.fact is not None:
        return ("已完成" if row.fact else "未完成") if lang == "zh" else ("done" if row.fact else "not done")
    return "" if row.chance is None else printed(row.chance, lang)


def _verdict(verdict: Verdict, share: float | None, lang: str) -> str:
    word = in_words(verdict, lang)
    return word if share is None else f"{word} ({percent_words(share)})"


def _notes(row: Row, lang: str) -> str:
    stance = STANCES[row.judgement.stance][_i(lang)]
    margin = row.judgement.margin.in_sds if row.judgement.margin else None
    size = [] if margin is None else [f"余量 {margin:.1f} 个标准差" if lang == "zh" else f"margin {margin:.1f} sd"]
    said = [
        flag_words(flag, lang) for flag in row.flags if flag not in ("for_reference", "hindcast", "definitions_differ")
    ]
    sources = list(dict.fromkeys(fact.source for fact in row.observed.values()))
    owner = [f"责任：{row.task.owner}" if lang == "zh" else f"owner: {row.task.owner}"] if row.task.owner else []
    return (" · " if lang == "en" else "；").join([stance, *size, *said, *sources, *owner])


def _percent(share: float) -> str:
    return f"{float(rounded(share * 100, 0)) + 0.0:.0f} %"  # + 0.0: nought has no sign


def _number(value: float, row: Row) -> str:
    return f"{float(rounded(value, row.task.decimals)) + 0.0:,.{row.task.decimals}f}"
