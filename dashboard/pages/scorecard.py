"""The scorecard: every target of the plan, with light, frequency, verdict and what to know about it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from dash import html

from dashboard.reading import (
    block_of,
    chance,
    city_rows,
    counted,
    frequency_word,
    simulated,
    targets_of,
)
from dashboard.words import DASH, Lang, named, number, percent, say, unit_words
from scenarios.verdicts import flag_words, in_words, light_steps

JSON = Mapping[str, Any]
BLOCKS = ("climb", "strive", "hold")
COLUMNS = ("no", "name", "baseline", "target", "final", "completion", "frequency", "verdict")
SAID_ABOVE = ("for_reference", "hindcast")  # beside the frequency, and once for the whole page
PLAN_COLUMNS = ("no", "name", "baseline", "target", "source")


def scorecard(plan: JSON, run: JSON | None, lang: Lang) -> html.Div:
    """The table; before any result it shows the plan's own targets alone. What is not simulated yet is folded away."""
    targets, rows = targets_of(plan), city_rows(run)
    if run is None:
        return html.Div(_table([("all", targets)], rows, PLAN_COLUMNS, _heads(lang), lang))
    blocks = {name: [target for target in targets if block_of(target, rows.get(target["id"])) == name] for name in (*BLOCKS, "not_yet")}
    rest = blocks.pop("not_yet")
    heads = {**_heads(lang), "frequency": frequency_word(run, lang)}
    notes = html.P(" ".join(say(key, lang) for key in ("final_note", "completion_note", "lights_note")), className="note")
    parts: list[Any] = [_table(list(blocks.items()), rows, COLUMNS, heads, lang), notes]
    if rest:
        parts.append(
            html.Details(
                className="folded",
                children=[
                    html.Summary(say("block_not_yet", lang, count=len(rest))),
                    _table([("all", rest)], rows, PLAN_COLUMNS, heads, lang),
                ],
            )
        )
    return html.Div(parts)


def _heads(lang: Lang) -> dict[str, str]:
    return {name: say(f"col_{name}", lang) for name in (*COLUMNS, "source") if name != "frequency"}


def _table(
    blocks: list[tuple[str, list[dict[str, Any]]]], rows: Mapping[str, JSON], columns: tuple[str, ...], heads: Mapping[str, str], lang: Lang
) -> html.Div:
    bodies = []
    for block, inside in blocks:
        if inside:
            title = html.Tr(html.Th(say(f"block_{block}", lang), colSpan=len(columns), scope="rowgroup"), className="block")
            bodies.append(html.Tbody([title, *[_row(target, rows.get(target["id"]), columns, heads, lang) for target in inside]]))
    head = html.Thead(html.Tr([html.Th(heads[name], scope="col", className=f"c-{name}") for name in columns]))
    return html.Div(html.Table([head, *bodies], className="scorecard"), className="scroll")


def _row(target: JSON, row: JSON | None, columns: tuple[str, ...], heads: Mapping[str, str], lang: Lang) -> html.Tr:
    cells = {
        "no": target["no"],
        "name": _name(target, row, lang),
        "baseline": base_words(target),
        "target": _goal(target, lang),
        "final": _final(target, row),
        "completion": _completion(row, lang),
        "frequency": _frequency(row, lang),
        "verdict": _verdict(row, lang),
        "source": (target.get("source") or {}).get("place", ""),
    }
    kept = {} if row is None or not simulated(row) else {"data-row": row_facts(target, row, heads["frequency"], lang)}
    return html.Tr([html.Td(html.Div(cells[name]), className=f"c-{name}", **{"data-label": heads[name]}) for name in columns], **kept)


def row_facts(target: JSON, row: JSON, called: str, lang: Lang) -> str:
    """What a preview starts from, as JSON: final quantiles, frequency or fact, steps of the light, what the headline counts it as, and the
    unit of a change.

    called: what the frequency is called.
    """
    final = [row["final"][name] for name in ("p10", "p50", "p90")]
    facts = {
        "aim": target["id"], "name": named(dict(target), lang), "final": final,
        "unit": say("preview_points", lang) if target["unit"] == "%" else unit_words(target["unit"], lang),
        "decimals": int(target.get("decimals") or 0), "probability": row.get("probability"), "n": row.get("n"), "fact": row.get("fact"),
        "called": called,
        "steps": light_steps(binding=target.get("attribute") == "约束性"),
        "counts": (target.get("group") or target["id"]) if counted(row, target) else None,
    }  # fmt: skip
    return json.dumps(facts, ensure_ascii=False)


def fan_id(target: str) -> str:
    """Where on the page a target's chart stands, for links to it."""
    return f"fan-{target}"


def _name(target: JSON, row: JSON | None, lang: Lang) -> list[Any]:
    """Name, unit and attribute; the name of a simulated target leads to its chart."""
    attribute = {"约束性": "binding", "预期性": "expected"}.get(str(target.get("attribute")))
    tag = [html.Span(say(attribute, lang), className=f"tag {attribute}")] if attribute else []
    source = str((target.get("source") or {}).get("quote", "")).replace("\t", " ")
    measured = say("measured_as", lang, text=target["measured_as"]) if target.get("measured_as") else ""
    words: Any = named(dict(target), lang)
    if simulated(row):
        words = html.A(words, href=f"#{fan_id(target['id'])}")
    return [
        html.Span(words, title="\n".join(part for part in (source, measured) if part)),
        " ",
        html.Span(unit_words(target["unit"], lang), className="unit nowrap"),
        " ",
        *tag,
    ]


def base_words(target: JSON) -> str:
    """The base as printed, or as a number."""
    printed = target.get("baseline_printed")
    return str(printed) if printed else number(target.get("baseline"), target.get("decimals") or 0)


def _goal(target: JSON, lang: Lang) -> list[Any]:
    value = number(target["target"], target.get("decimals") or 0)
    basis = target.get("target_basis")
    when = say(f"basis_{basis}", lang) if basis in ("period_sum", "every_year", "period_mean") else str(target["target_year"])
    return [html.Span(f"{say('op_' + target['op'], lang)} {value}", className="figure"), " ", html.Span(when, className="note")]


def final_figures(target: JSON, row: JSON | None) -> tuple[str, str]:
    """Median and band on the target's basis, with one decimal more than the plan where the band is narrow."""
    if row is None or not simulated(row):
        return DASH, ""
    final, decimals = row["final"], int(target.get("decimals") or 0)
    if 0 < abs(final["p90"] - final["p10"]) < 2 * 10.0**-decimals:
        decimals += 1
    low, high = number(final["p10"], decimals), number(final["p90"], decimals)
    return number(final["p50"], decimals), "" if low == high else f"{low}–{high}"


def _final(target: JSON, row: JSON | None) -> list[Any]:
    median, spread = final_figures(target, row)
    return [html.Span(median, className="figure"), " ", html.Span(spread, className="note")]


def _completion(row: JSON | None, lang: Lang) -> Any:
    """How far along, and how far the plan's own line is by then; a dash for what is held and not climbed."""
    if row is None or row.get("completion") is None:
        return DASH
    share = [html.Span(f"{number(100 * row['completion'])}%", className="figure")]
    if row.get("schedule") is not None and row["schedule"] < 1:
        share += [" ", html.Span(say("schedule", lang, share=f"{number(100 * row['schedule'])}%"), className="note")]
    return share


def light(colour: str | None, lang: Lang) -> html.Span:
    """A shape and a word: circle green, triangle amber, square red."""
    kind = colour if colour in ("green", "amber", "red") else "none"
    return html.Span(
        className=f"light {kind}",
        children=[html.Span(className="shape", **{"aria-hidden": "true"}), html.Span(say(f"light_{kind}", lang), className="word")],
    )


def _frequency(row: JSON | None, lang: Lang) -> Any:
    if row is None or row.get("probability") is None:
        return DASH
    interval = row.get("interval")
    small = [chance(row, lang).removeprefix(percent(row["probability"]))]
    if interval:
        small.append(say("interval", lang, low=percent(interval[0]), high=percent(interval[1])))
    return [
        light(row.get("light"), lang),
        " ",
        html.Strong(percent(row["probability"])),
        html.Div([html.Span(part) for part in small if part], className="note"),
    ]


def _verdict(row: JSON | None, lang: Lang) -> Any:
    verdict = (row or {}).get("verdict")
    if not verdict or row is None:
        return DASH
    share = row.get("share")
    words: list[Any] = [html.Span(in_words(verdict, lang), className="figure")]
    if share is not None and verdict != "not_simulated":
        words.append(html.Div(say("verdict_share", lang, share=percent(share)), className="note"))
    tags = [
        html.Span(flag_words(flag, lang), className="tag good" if flag.startswith("first_met") else "tag flag")
        for flag in row.get("flags") or ()
        if flag not in SAID_ABOVE
    ]
    owner = [html.Div(say("owner_is", lang, name=row["owner"]), className="note")] if row.get("owner") else []
    return [*words, html.Div(tags, className="tags"), *owner]
