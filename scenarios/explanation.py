"""The sentence beside a target: how far the outturn is from it, and what made the difference."""

from __future__ import annotations

from scenarios.gap import PARTS, Gap
from scenarios.scorecard.card import Row
from scenarios.verdicts import flag_words, rounded

WORDS = {
    "start": ("原政策与规划增速下", "under the old policy and planned growth"),
    "demand": ("需求(增速与冲击)", "demand (growth and shocks)"),
    "law": ("法规变动", "changes of the law"),
    "policy": ("政策落实", "policy carried out"),
    "definition": ("口径变化", "change of definition"),
    "unexplained": ("未解释", "unexplained"),
}
ROUNDED = ("completed", "exceeded")
"""Words for what is met: where the exact value is short, rounding made it so (or the mean of draws is short and the median not)."""
SAID = ("suspended", "definitions_differ", "first_met", "weak_constraint", "draws_missing", "unit_differs")


def explained(row: Row, gap: Gap | None, known: str | None) -> tuple[str, str]:
    """The explanation in Chinese and in English: amounts that add to what is short (＋) or make up for it (−)."""
    zh, en = _where(row, known)
    if gap is not None:
        more_zh, more_en = _divided(row, gap)
        zh, en = [*zh, more_zh], [*en, more_en]
    flags = [flag for flag in row.flags if flag.partition(":")[0] in SAID]
    return "；".join([*zh, *(flag_words(f) for f in flags)]), "; ".join([*en, *(flag_words(f, "en") for f in flags)])


def _where(row: Row, known: str | None) -> tuple[list[str], list[str]]:
    sources = "、".join(dict.fromkeys(fact.source for fact in row.observed.values()))
    if known is None:
        return ["暂未模拟，也无观测值"], ["neither simulated nor observed"]
    if known == "observed":
        return [f"观测值（{sources}）"], [f"observed ({sources})"]
    if known == "partly":
        return [f"部分年份为观测值（{sources}），其余为模拟"], [f"observed in part ({sources}), else simulated"]
    over = "hindcast" in row.flags
    return ["回溯模拟" if over else "模拟"], ["hindcast" if over else "simulated"]


def _divided(row: Row, gap: Gap) -> tuple[str, str]:
    """What is short of the target (where less is better: what is beyond it), in parts."""
    sign = -1.0 if row.task.fewer else 1.0
    digits = row.task.decimals + 1
    total = sign * float(gap.total.mean())
    parts = [(name, sign * float(gap.parts[name].mean())) for name in PARTS]
    shown = [(name, value) for name, value in parts if float(rounded(abs(value), digits)) > 0]
    unit = row.task.unit
    zh = f"{'距目标差' if total > 0 else '优于目标'} {abs(total):,.{digits}f} {unit}"
    en = f"{'short by' if total > 0 else 'beyond the target by'} {abs(total):,.{digits}f} {unit}"
    if total > 0 and row.judgement.verdict in ROUNDED:
        zh, en = f"按规划印制位数四舍五入后达标，{zh}", f"met as rounded to the plan's decimals; {en}"
    if not shown:
        return zh, en
    parts_zh = "，".join(f"{WORDS[name][0]} {value:+,.{digits}f}" for name, value in shown)
    parts_en = ", ".join(f"{WORDS[name][1]} {value:+,.{digits}f}" for name, value in shown)
    return f"{zh}（缺口 {total:+,.{digits}f}＝{parts_zh}）", f"{en} (gap {total:+,.{digits}f} = {parts_en})"
