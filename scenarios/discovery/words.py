"""Rules in plain words: 若 … 且 … 则未达标频率 …, with coverage and density; and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scenarios.discovery.evidence import GROWTH
from scenarios.levers import levers
from scenarios.verdicts.probability import percent_words

if TYPE_CHECKING:
    from rich.table import Table

    from scenarios.discovery.evidence import Evidence
    from scenarios.discovery.finding import Discovery, Rule


def names_of(condition: str) -> tuple[str, str, str]:
    """(中文, English, unit) of a condition."""
    from model.parameters import declared_parameters

    if condition == GROWTH:
        return "GDP 年均增速", "mean GDP growth", "%"
    if condition in levers():
        lever = levers()[condition]
        return lever.name_zh, lever.name_en, lever.unit
    declared = declared_parameters().get(condition)
    if declared is None:
        return condition, condition, ""
    zh, _, en = declared.meaning.partition(" / ")
    return zh, en or condition, declared.unit


def limit_words(condition: str, low: float | None, high: float | None, lang: str) -> str:
    """One condition: '匹配效率 ≤ 0.31'."""
    zh, en, unit = names_of(condition)
    name, unit = (f"{zh}({condition})", unit) if lang == "zh" else (f"{en} ({condition})", unit)
    tail = f" {unit}" if unit and unit not in ("1", "-") else ""
    if low is not None and high is not None:
        between = (f"在 {low:.4g} 与 {high:.4g}{tail} 之间", f"between {low:.4g} and {high:.4g}{tail}")
        return f"{name} {between[0 if lang == 'zh' else 1]}"
    return f"{name} ≥ {low:.4g}{tail}" if low is not None else f"{name} ≤ {high:.4g}{tail}"


def sentence(rule: Rule, evidence: Evidence, lang: str = "zh") -> str:
    """The rule as one sentence."""
    task = evidence.aim.task
    limits = [limit_words(name, low, high, lang) for name, (low, high) in rule.limits.items()]
    share = percent_words(rule.density)
    counts, cover = f"{rule.inside.met}/{rule.inside.n}", percent_words(rule.coverage)
    if lang == "zh":
        area = f"({task.area})" if task.area else ""
        tail = _held_out(rule, "；留出样本中 {} ({} … {})", "；留出样本中无此情形")
        head = "其余情形中，若" if rule.later else "若"
        return f"{head} {'，且 '.join(limits)}，则「{task.name_zh}」{area}未达标频率 {share} ({counts})，覆盖未达标情形的 {cover}{tail}。"
    area = f" ({task.area})" if task.area else ""
    tail = _held_out(rule, "; in runs held out {} ({} … {})", "; no run held out lies inside")
    fails = f"'{task.name_en}'{area} fails in {share} of runs ({counts}), which covers {cover} of all failures"
    head = "Among the rest, if" if rule.later else "If"
    return f"{head} {' and '.join(limits)}, {fails}{tail}."


def _held_out(rule: Rule, seen: str, none: str) -> str:
    one = rule.held_out
    return none if one is None else seen.format(f"{one.met}/{one.n}", percent_words(one.low), percent_words(one.high))


def lines(found: Sequence[Discovery]) -> list[str]:
    """All rules, target by target, both languages."""
    out = []
    for one in found:
        task = one.evidence.aim.task
        area = f" · {task.area}" if task.area else ""
        out.append(f"{task.name_zh}{area} {task.name_en}：未达标 fails {one.overall.met}/{one.overall.n}")
        out += [f"  {one.why_none}"] if one.why_none else []
        for rule in one.rules:
            out += [f"  {sentence(rule, one.evidence, 'zh')}", f"  {sentence(rule, one.evidence, 'en')}"]
    return out


def as_table(found: Sequence[Discovery]) -> Table:
    """One row a rule: conditions, coverage, density, held-out density."""
    from rich.table import Table

    table = Table(title="规则 rules (PRIM)", title_justify="left")
    for head in ("指标 indicator", "条件 conditions", "密度 density", "覆盖 coverage", "留出 held out", "占比 mass"):
        table.add_column(head, overflow="fold")
    for one in found:
        for rule in one.rules:
            limits = "\n".join(limit_words(name, low, high, "zh") for name, (low, high) in rule.limits.items())
            fresh = "" if rule.held_out is None else f"{rule.held_out.met}/{rule.held_out.n}"
            table.add_row(one.evidence.aim.task.name_zh, limits, percent_words(rule.density), percent_words(rule.coverage), fresh,
                          percent_words(rule.mass))
    return table
