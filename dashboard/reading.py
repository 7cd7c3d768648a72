"""Reading a plan and a result for the page: what belongs together, which line to draw, which sentence to say.

Pure functions over the JSON of `plan show` and `run` (a dict each); they know nothing of Dash or Plotly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard.words import Lang, named, number, percent, say, unit_words
from scenarios.verdicts import called, in_headline

JSON = Mapping[str, Any]
THEMES = ("employment", "insurance", "talent", "services", "programmes", "other")
_TOPICS = {"skills": "talent"}  # a topic of the model that the page does not tell apart
_INSURANCE = (
    "pension",
    "ui_",
    "injury_",
    "medical_",
    "maternity_",
    "employee_medical",
    "resident_medical",
    "social_insurance",
    "annuity",
    "minimum_wage",
    "resident_pension",
    "socialised",
)
_TALENT = (
    "graduates_attracted",
    "native_graduates",
    "talent",
    "professional",
    "skilled",
    "high_skilled",
    "skill_certificates",
    "high_level",
    "postdoc",
    "returnees",
    "foreign_experts",
    "technical_school",
)
_EMPLOYMENT = (
    "new_urban",
    "registered_unemployment",
    "surveyed_unemployment",
    "rural_transfer",
    "startup",
    "start_up",
    "subsidised",
    "hard_to_employ",
    "reemployed",
    "zero_employment",
    "graduate_employment",
    "local_graduate",
    "rural_employment",
    "tertiary",
)


def theme_of(measure: str | None) -> str:
    """The field of work that a measure belongs to."""
    for theme, starts in (("employment", _EMPLOYMENT), ("insurance", _INSURANCE), ("talent", _TALENT)):
        if measure and measure.startswith(starts):
            return theme
    return "other"


def field_of(target: JSON) -> str:
    """The field of work that a target belongs to: by the topic of its measure, else by the measure's name."""
    topic = _TOPICS.get(str(target.get("topic")), str(target.get("topic")))
    by_name = theme_of(target.get("measure"))
    return by_name if by_name != "other" or topic not in THEMES else topic


def targets_of(plan: JSON) -> list[dict[str, Any]]:
    """The plan's targets, in the order of the document."""
    return list(plan["indicators"])


def city_rows(run: JSON | None) -> dict[str, dict[str, Any]]:
    """Target id → the scorecard row of the whole city."""
    return {} if run is None else {row["id"]: row for row in run["indicators"] if row.get("area") is None}


def area_rows(run: JSON | None, target: str) -> dict[str, dict[str, Any]]:
    """Area id → the scorecard row of one target."""
    if run is None:
        return {}
    return {row["area"]: row for row in run["indicators"] if row["id"] == target and row.get("area") is not None}


def simulated(row: JSON | None) -> bool:
    """Whether the row holds simulated values."""
    return row is not None and row.get("produced") != "not_yet" and row.get("final") is not None


def basis_of(target: JSON) -> str:
    """ "cumulative" for a period sum, else "by_year": what its chart shows."""
    return "cumulative" if target.get("target_basis") == "period_sum" else "by_year"


def band(row: JSON | None, basis: str) -> pd.DataFrame:
    """Columns year (int), p10, p50, p90, one row a year; empty where nothing is simulated."""
    points = (row or {}).get(basis) or {}
    rows = [
        {"year": int(year), **{name: point[name] for name in ("p10", "p50", "p90")}}
        for year, point in sorted(points.items())
        if point is not None
    ]
    return pd.DataFrame(rows, columns=["year", "p10", "p50", "p90"])


def breakdown_of(plan: JSON, target: str) -> dict[str, Any] | None:
    """The county-by-year table that decomposes a target, or None."""
    return next((table for table in plan.get("breakdowns", ()) if table.get("target") == target), None)


def _per_year(rows: Iterable[JSON]) -> dict[int, float]:
    years: dict[int, float] = {}
    for row in rows:
        if row["value"] is not None:
            years[int(row["year"])] = years.get(int(row["year"]), 0.0) + float(row["value"])
    return dict(sorted(years.items()))


def printed_line(plan: JSON, target: JSON, area: str | None = None) -> pd.DataFrame:
    """Columns year, value: the plan's own annual figures, for the whole city in the target's unit, for an area as printed.

    A period sum is accumulated. Empty where the plan prints no table for this target.
    """
    table = breakdown_of(plan, target["id"])
    if table is None:
        return pd.DataFrame(columns=["year", "value"])
    rows = [row for row in table["rows"] if area is None or row["area"] == area]
    factor = table.get("factor", 1.0) if area is None else 1.0  # from the table's unit (人) to the target's (万人)
    line = pd.Series({year: value * factor for year, value in _per_year(rows).items()}, dtype=float)
    if basis_of(target) == "cumulative":
        line = line.cumsum()
    return pd.DataFrame({"year": line.index.astype(int), "value": line.to_numpy()})


def linear_line(plan: JSON, target: JSON) -> pd.DataFrame:
    """Columns year, value: the straight line to the target, where the plan prints none.

    Flows: equal parts. Levels: from the base, only where base and target are of one 口径; else empty.
    """
    first, _last = plan["period"]
    end, goal = int(target["target_year"]), target["target"]
    years = list(range(int(first), end + 1))
    base, basis = target.get("baseline"), target.get("target_basis")
    if goal is None or not years:
        values: list[float] = []
    elif basis == "period_sum":
        values = [goal * (i + 1) / len(years) for i in range(len(years))]
    elif basis in ("every_year", "period_mean") or base is None or not target.get("comparable", True):
        values = []
    else:
        start = int(target.get("baseline_year") or plan["baseline_year"])
        values = [base + (goal - base) * (year - start) / (end - start) for year in years]
    return pd.DataFrame({"year": years[: len(values)], "value": values})


@dataclass(frozen=True)
class Line:
    """The plan's annual line and whether the plan prints it."""

    points: pd.DataFrame
    printed: bool


def plan_line(plan: JSON, target: JSON) -> Line:
    """The plan's own annual line from its table; where there is none, the straight one."""
    printed = printed_line(plan, target)
    return Line(linear_line(plan, target), False) if printed.empty else Line(printed, True)


def counted(row: JSON, target: JSON) -> bool:
    """Whether a row belongs to the headline "x 项达标": firm, simulated, and neither held nor a floor."""
    return simulated(row) and target.get("strength") != "strive" and in_headline(row["stance"])


def block_of(target: JSON, row: JSON | None) -> str:
    """The block of the scorecard that a target stands in: climb, strive, hold or not_yet."""
    if row is None or not simulated(row):
        return "not_yet"
    if target.get("strength") == "strive":
        return "strive"
    return "climb" if counted(row, target) else "hold"


def frequency_word(run: JSON, lang: Lang) -> str:
    """情景达标频率, or 概率 where a certified posterior permits it."""
    return called(str(run.get("parameters", "prior")), lang)


def answer(plan: JSON, run: JSON, scenario: str, lang: Lang) -> str:
    """The result in a few sentences: how many targets are met, the binding ones together, and what is most at risk."""
    rows = city_rows(run)
    heads = headline(plan, rows)
    if not heads:
        return say("answer_none", lang, scenario=scenario)
    met = sum(1 for _, row in heads if (row["fact"] if row.get("fact") is not None else (row.get("probability") or 0.0) >= 0.5))
    parts = [say("answer", lang, scenario=scenario, simulated=len(heads), met=met, share=percent(met / len(heads)))]
    joint = run.get("joint")
    missed = [named(target, lang) for target in targets_of(plan) if (rows.get(target["id"]) or {}).get("fact") is False
              and target.get("attribute") == "约束性" and target.get("strength") == "firm"]
    if missed:
        parts.append(say("answer_missed", lang, names=say("list_stop", lang).join(missed)))
    elif joint and joint.get("probability") is not None:
        parts.append(say("answer_joint", lang, frequency=frequency_word(run, lang), p=chance(joint, lang)))
    parts.append(_watch(heads, lang))
    return say("sentence_stop", lang).join(parts)


def headline(plan: JSON, rows: Mapping[str, dict[str, Any]]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """The targets that count, each with its row; the parts of one ratio count once."""
    once: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}
    for target in targets_of(plan):
        row = rows.get(target["id"])
        if row is not None and counted(row, target):
            once.setdefault(target.get("group") or target["id"], (target, row))
    return list(once.values())


def _watch(heads: list[tuple[dict[str, Any], dict[str, Any]]], lang: Lang) -> str:
    red = sorted((pair for pair in heads if pair[1].get("light") == "red"), key=lambda pair: pair[1]["probability"])
    if not red:
        return say("answer_all_green", lang)
    items = [
        say(
            "answer_watch_item",
            lang,
            name=named(target, lang),
            unit=unit_words(target["unit"], lang),
            median=number(row["final"]["p50"], target.get("decimals") or 0),
            target=number(target["target"], target.get("decimals") or 0),
        )
        for target, row in red[:3]
    ]
    return say("answer_watch", lang, names=say("list_stop", lang).join(items))


def chance(row: JSON, lang: Lang) -> str:
    """The frequency with, below a hundred draws, k/n and 仅供参考."""
    text = percent(row.get("probability"))
    n = row.get("n")
    if n and n < 100 and row.get("met") is not None:
        brackets = ("（", "，", "）") if lang == "zh" else (" (", ", ", ")")
        text += f"{brackets[0]}{say('k_of_n', lang, k=_count(row['met']), n=n)}{brackets[1]}{say('indicative', lang)}{brackets[2]}"
    return text


def _count(met: float) -> str:
    return f"{met:g}"


def basis_lines(plan: JSON, run: JSON, lang: Lang) -> list[str]:
    """What stands beside every frequency: macro path, basis of the parameters, draws, and 回溯模拟 where it is one."""
    lines = [
        macro_words(plan, run, lang),
        say(f"parameters_{run.get('parameters', 'prior')}", lang),
        say("draws_scale", lang, draws=run.get("draws"), replicates=run.get("replicates", 1), scale=run.get("scale"), seed=run.get("seed")),
    ]
    if run.get("hindcast"):
        lines.append(say("hindcast", lang))
    return lines


def macro_words(plan: JSON, run: JSON, lang: Lang) -> str:
    """The name of the macro path that the run stood on."""
    path = run.get("macro")
    if path != "as-planned":
        return say("macro_observed" if path == "observed" else "macro_custom", lang)
    macro = plan.get("macro") or {}
    printed = macro.get("printed") or {}
    if printed.get("value") is not None:
        return say("macro_as-planned_printed", lang, growth=f"{printed['value'] * 100:g}")
    return say("macro_as-planned_range" if macro.get("range") else "macro_as-planned", lang)
