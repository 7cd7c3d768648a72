"""The charts of the page: fans by field of work, and the plan's breakdown beside the simulated counties."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
import pandas as pd
from dash import html

from dashboard.exports import KINDS
from dashboard.figures.fan import Goal, fan_figure
from dashboard.figures.style import config
from dashboard.pages.scorecard import fan_id, final_figures, light, row_facts
from dashboard.reading import (
    THEMES,
    area_rows,
    band,
    basis_of,
    breakdown_of,
    chance,
    city_rows,
    field_of,
    frequency_word,
    plan_line,
    printed_line,
    simulated,
    targets_of,
)
from dashboard.words import Lang, named, number, say, unit_words

JSON = Mapping[str, Any]
SHOWN_THEMES = ("employment", "insurance", "talent")


def legend(lang: Lang) -> html.Ul:
    """One legend for all charts, in HTML so that it wraps and is read aloud."""
    names = ("band", "median", "line", "target", "base", "preview")
    return html.Ul(
        [html.Li([html.Span(className=f"swatch {name}", **{"aria-hidden": "true"}), say(f"legend_{name}", lang)]) for name in names],
        className="legend",
    )


def fans(plan: JSON, run: JSON, lang: Lang, themes: Sequence[str] = THEMES) -> list[Any]:
    """One section a field of work, one chart a simulated target; what planners ask for first is open, the rest one click away."""
    rows = city_rows(run)
    sections: list[Any] = []
    for theme in themes:
        targets = [target for target in targets_of(plan) if field_of(target) == theme and simulated(rows.get(target["id"]))]
        if not targets and theme not in SHOWN_THEMES:
            continue
        body: Any = html.Div([fan_card(plan, target, rows[target["id"]], run, lang) for target in targets], className="cards")
        if not targets:
            body = html.P(say("not_simulated_here", lang), className="note")
        head = html.Summary([html.H3(say(f"theme_{theme}", lang)), *_lights([rows[target["id"]] for target in targets], lang)])
        sections.append(html.Details([head, body], open=theme in SHOWN_THEMES, className="field-of-work"))
    return sections


def _lights(rows: list[JSON], lang: Lang) -> list[Any]:
    """How many targets of a field show which light."""
    if not rows:
        return []
    count = Counter(str(row.get("light")) for row in rows)
    shown = [colour for colour in ("green", "amber", "red") if count[colour]]
    lamps = [html.Span([light(colour, lang), f" {count[colour]}"], className="lamp") for colour in shown]
    return [html.Span(say("theme_count", lang, count=len(rows)), className="note"), *lamps]


def fan_card(plan: JSON, target: JSON, row: JSON, run: JSON, lang: Lang) -> html.Article:
    """A chart under its own answer: name, light, frequency."""
    basis, decimals = basis_of(target), int(target.get("decimals") or 0)
    line = plan_line(plan, target)
    same_basis = basis == "by_year" and target.get("baseline_basis") in (None, "level", target.get("target_basis"))
    base = None
    if same_basis and target.get("baseline") is not None and target.get("comparable", True):
        base = (int(target.get("baseline_year") or plan["baseline_year"]), float(target["baseline"]))
    figure = fan_figure(
        band(row, basis),
        line.points,
        base=base,
        unit=unit_words(target["unit"], lang),
        decimals=decimals,
        lang=lang,
        goal=Goal(int(target["target_year"]), float(target["target"]), target["op"]),
        from_zero=target.get("kind") == "flow",
    )
    notes = [
        unit_words(target["unit"], lang),
        *([say("cumulative", lang)] if basis == "cumulative" else []),
        *([say("line_printed" if line.printed else "line_linear", lang)] if len(line.points) else []),
    ]
    return html.Article(
        className="card",
        id=fan_id(target["id"]),
        **{
            "data-aim": target["id"],
            "data-decimals": str(decimals + 1),
            "data-row": row_facts(target, row, frequency_word(run, lang), lang),
        },
        children=[
            html.H4(named(dict(target), lang)),
            html.P(
                [light(row.get("light"), lang), html.Span(f" {frequency_word(run, lang)} {chance(row, lang)}")], className="card-answer"
            ),
            html.P(" · ".join(notes), className="note"),
            graph(
                figure, f"{named(dict(target), lang)}: {' / '.join(final_figures(target, row))} {unit_words(target['unit'], lang)}", lang
            ),
        ],
    )


def graph(figure: Any, description: str, lang: Lang, height: str = "card-graph") -> html.Div:
    """A figure with its content in words for those who do not see it; assets/charts.js draws it once it is near the window."""
    chart = html.Div(className="chart", **{"data-figure": figure.to_json(), "data-config": json.dumps(config(lang))})
    return html.Div(chart, className=height, role="img", **{"aria-label": description})


def save_buttons(what: str, lang: Lang) -> html.Div:
    """A table of the page as a workbook or as CSV."""
    buttons = [
        html.Button(
            f"{say('save', lang)} {kind.upper()}",
            id={"type": "save", "what": what, "kind": kind},
            n_clicks=0,
            className="save",
            **{"aria-label": say("save_as", lang, what=say(f"file_{what}", lang), kind=kind.upper())},
        )
        for kind in KINDS
    ]
    return html.Div(buttons, className="tools")


def county_tables(plan: JSON) -> list[dict[str, Any]]:
    """The breakdowns that decompose a target, in the order of the document."""
    ids = {target["id"] for target in targets_of(plan)}
    return [table for table in plan.get("breakdowns", ()) if table.get("target") in ids]


def counties(plan: JSON, run: JSON, chosen: str | None, lang: Lang) -> list[Any]:
    """The section of the annual breakdown: a choice of table, and one small chart an area."""
    tables = county_tables(plan)
    heading = html.H2(say("counties", lang))
    if not tables:
        return [heading, html.P(say("counties_none", lang), className="note")]
    chosen = chosen if any(table["target"] == chosen for table in tables) else tables[0]["target"]
    names = {target["id"]: named(target, lang) for target in targets_of(plan)}
    choices = [
        {"value": table["target"], "label": say("with_unit", lang, name=names[table["target"]], unit=unit_words(table["unit"], lang))}
        for table in tables
    ]
    return [
        html.Div([heading, save_buttons("counties", lang)], className="with-tools"),
        html.P(say("counties_note", lang), className="note"),
        dmc.Select(id="county-table", label=say("counties_table", lang), value=chosen, allowDeselect=False, maw=420, data=choices),
        html.Div(county_cards(plan, run, str(chosen), lang), id="counties"),
    ]


def county_cards(plan: JSON, run: JSON | None, target_id: str, lang: Lang) -> list[Any]:
    """A sentence and one small chart for each area of a table, as printed."""
    target = next(entry for entry in targets_of(plan) if entry["id"] == target_id)
    table = breakdown_of(plan, target_id) or {"rows": [], "unit": target["unit"]}
    rows, printed = area_rows(run, target_id), list(dict.fromkeys(row["area"] for row in table["rows"]))
    ids = {row["area"]: row.get("area_id") for row in table["rows"]}
    names = {area["id"]: area for area in plan.get("areas", ())}
    cards, short, judged = [], [], 0
    for area in printed:
        row = rows.get(str(ids[area]))
        line = printed_line(plan, target, area)
        path = band(row, basis_of(target)) if simulated(row) else band(None, "by_year")
        name = area if lang == "zh" else named(names.get(ids[area], {"name_zh": area}), lang)
        if not path.empty and not line.empty:
            judged += 1
            if float(path["p50"].iloc[-1]) < float(line["value"].iloc[-1]):
                short.append(name)
        aim = f"{target_id}@{ids[area]}"
        cards.append(_county_card(name, path, line, {**target, "unit": table["unit"]}, row, lang, aim))
    return [html.P(_county_sentence(judged, short, lang), className="sentence"), html.Div(cards, className="cards small")]


def _county_sentence(judged: int, short: list[str], lang: Lang) -> str:
    if not judged:
        return say("county_unsimulated", lang)
    names = say("names_in_brackets", lang, names=say("list_stop", lang).join(short)) if short else ""
    return say("county_below", lang, count=judged, below=len(short), names=names)


def _county_card(name: str, path: pd.DataFrame, line: pd.DataFrame, target: JSON, row: JSON | None, lang: Lang, aim: str) -> html.Article:
    decimals = 2 if target["unit"].startswith("万") else 0
    figure = fan_figure(
        path, line, unit=unit_words(target["unit"], lang), decimals=decimals, lang=lang, from_zero=target.get("kind") == "flow", small=True
    )
    last = f"{number(float(line['value'].iloc[-1]), decimals)} {unit_words(target['unit'], lang)}" if not line.empty else ""
    lamp = [light(row.get("light"), lang)] if row and row.get("light") else []
    shown = [html.H4([name, *lamp]), graph(figure, f"{name}: {last}", lang, "small-graph")]
    return html.Article(shown, className="card", **{"data-aim": aim, "data-decimals": str(decimals)})
