"""The scorecard: every target of the plan, with light, frequency, verdict and what to know about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html
from scenarios.verdicts import called, flag_words

from dashboard.reading import (
    block_of, chance, city_rows, frequency_word, simulated, targets_of,
)
from dashboard.words import DASH, Lang, named, number, percent, say, say_or

JSON = Mapping[str, Any]
BLOCKS = ("climb", "strive", "hold", "not_yet")
COLUMNS = ("no", "name", "baseline", "target", "final", "frequency", "verdict", "notes")
SAID_ABOVE = ("for_reference", "hindcast")         # beside the frequency, and once for the whole page
PLAN_COLUMNS = ("no", "name", "baseline", "target", "notes")


def scorecard(plan: JSON, run: JSON | None, lang: Lang) -> html.Div:
    """The table; before any result it shows the plan's own targets alone."""
    rows = city_rows(run)
    columns = PLAN_COLUMNS if run is None else COLUMNS
    heads = {name: say(f"col_{name}", lang) for name in columns}
    if run is not None:
        heads["frequency"] = frequency_word(run, lang)
    bodies = []
    for block in BLOCKS if run is not None else ("all",):
        inside = [target for target in targets_of(plan) if block == "all" or block_of(target, rows.get(target["id"])) == block]
        if inside:
            bodies.append(html.Tbody([
                html.Tr(html.Th(say(f"block_{block}", lang), colSpan=len(columns), scope="rowgroup"), className="block"),
                *[_row(target, rows.get(target["id"]), columns, heads, lang) for target in inside]]))
    table = html.Table(className="scorecard", children=[
        html.Thead(html.Tr([html.Th(heads[name], scope="col", className=f"c-{name}") for name in columns])), *bodies])
    note = [] if run is None else [html.P(say("lights_note", lang), className="note")]
    return html.Div([html.Div(table, className="scroll"), *note])


def _row(target: JSON, row: JSON | None, columns: tuple[str, ...], heads: Mapping[str, str], lang: Lang) -> html.Tr:
    cells = {
        "no": target["no"], "name": _name(target, lang), "baseline": base_words(target), "target": goal_words(target, lang),
        "final": final_words(target, row), "frequency": _frequency(row, lang), "verdict": _verdict(row, lang),
        "notes": _notes(target, row, lang),
    }
    return html.Tr([html.Td(cells[name], className=f"c-{name}", **{"data-label": heads[name]}) for name in columns])


def _name(target: JSON, lang: Lang) -> list[Any]:
    attribute = {"约束性": "binding", "预期性": "expected"}.get(str(target.get("attribute")))
    tag = [html.Span(say(attribute, lang), className=f"tag {attribute}")] if attribute else []
    source = (target.get("source") or {}).get("quote", "")
    return [html.Span(named(dict(target), lang), title=str(source).replace("\t", " ")), " ",
            html.Span(f"（{target['unit']}）" if lang == "zh" else f"({target['unit']})", className="unit"), " ", *tag]


def base_words(target: JSON) -> str:
    """The base as printed, or as a number."""
    printed = target.get("baseline_printed")
    return str(printed) if printed else number(target.get("baseline"), target.get("decimals") or 0)


def goal_words(target: JSON, lang: Lang) -> str:
    """The target in words: ≥ 375, [37.5] as a five-year sum, and the year where it is not the plan's last."""
    value = number(target["target"], target.get("decimals") or 0)
    basis = target.get("target_basis")
    text = f"{say('op_' + target['op'], lang)} {value}"
    if basis in ("period_sum", "every_year", "period_mean"):
        text += f" · {say('basis_' + basis, lang)}"
    return text if basis in ("period_sum", "every_year", "period_mean") else f"{text} · {target['target_year']}"


def final_words(target: JSON, row: JSON | None) -> str:
    """Median and band on the target's basis, with one decimal more than the plan where the band is narrow."""
    if row is None or not simulated(row):
        return DASH
    final, decimals = row["final"], int(target.get("decimals") or 0)
    spread = abs(final["p90"] - final["p10"])
    if spread < 10.0 ** -decimals and spread > 0:
        decimals += 1
    return f"{number(final['p50'], decimals)}（{number(final['p10'], decimals)}–{number(final['p90'], decimals)}）"


def light(colour: str | None, lang: Lang) -> html.Span:
    """A shape and a word: circle green, triangle amber, square red."""
    kind = colour if colour in ("green", "amber", "red") else "none"
    return html.Span(className=f"light {kind}", children=[html.Span(className="shape", **{"aria-hidden": "true"}),
                                                          html.Span(say(f"light_{kind}", lang), className="word")])


def _frequency(row: JSON | None, lang: Lang) -> Any:
    if row is None or row.get("probability") is None:
        return DASH
    interval = row.get("interval")
    small = [chance(row, lang).removeprefix(percent(row["probability"]))]
    if interval:
        small.append(say("interval", lang, low=percent(interval[0]), high=percent(interval[1])))
    return [light(row.get("light"), lang), " ", html.Strong(percent(row["probability"])),
            html.Div([html.Span(part) for part in small if part], className="note")]


def _verdict(row: JSON | None, lang: Lang) -> Any:
    verdict = (row or {}).get("verdict")
    if not verdict or row is None:
        return DASH
    share = row.get("share")
    words: list[Any] = [called(verdict, lang)]
    if share is not None and verdict != "not_simulated":
        words.append(html.Div(say("verdict_share", lang, share=percent(share)), className="note"))
    return words


def _notes(target: JSON, row: JSON | None, lang: Lang) -> list[Any]:
    tags = [html.Span(flag_words(flag, lang), className="tag flag") for flag in (row or {}).get("flags") or ()
            if flag not in SAID_ABOVE]
    produced = (row or {}).get("produced")
    if produced and simulated(row):
        tags.append(html.Span(say_or(f"produced_{produced}", lang, str(produced)), className="tag"))
    place = (target.get("source") or {}).get("place")
    return [*tags, *([html.Span(say("source_quote", lang, place=place), className="note place")] if place else [])]
