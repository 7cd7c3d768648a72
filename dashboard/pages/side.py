"""The left-hand panel: plan, scenario, levers, run."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import html

from dashboard.levels import factor, grouped, in_order, moved, panel_of, setting_in, shown, step_of, typical, unit_of, words_for
from dashboard.words import Lang, all_words, named, say, say_or

JSON = Mapping[str, Any]
DEFAULT_PRESET = "as-planned"
MANY = 12  # levers from which on a search is worth its place


def precisions() -> dict[str, tuple[int, int]]:
    """Draws and scale of each precision; RENSHE_COCKPIT_DRAWS and RENSHE_COCKPIT_SCALE make the quick one quicker still."""
    quick = (int(os.environ.get("RENSHE_COCKPIT_DRAWS", "8")), int(os.environ.get("RENSHE_COCKPIT_SCALE", "50")))
    return {"quick": quick, "standard": (20, 20), "careful": (100, 20)}


def preset_name(preset: JSON, lang: Lang) -> str:
    """A preset's name in this language."""
    return named(dict(preset), lang)


def side(plans: Sequence[JSON], plan: str, presets: Sequence[JSON], levers: Sequence[JSON], draft: JSON, lang: Lang) -> list[Any]:
    """Everything in the panel. draft: {preset, levers: {id: value}, precision}."""
    return [
        html.Div(
            className="field",
            children=[
                dmc.Select(
                    id="plan-select",
                    label=say("plan", lang),
                    value=plan,
                    allowDeselect=False,
                    searchable=False,
                    data=[{"value": entry["id"], "label": str(entry[f"label_{lang}"])} for entry in plans],
                    comboboxProps={"withinPortal": True},
                )
            ],
        ),
        html.Div(
            className="field",
            children=[
                dmc.Select(
                    id="preset-select",
                    label=say("preset", lang),
                    value=draft["preset"],
                    allowDeselect=False,
                    data=[{"value": entry["id"], "label": preset_name(entry, lang)} for entry in presets],
                )
            ],
        ),
        html.Details(
            id="lever-block",
            className="lever-block",
            open=True,
            children=[
                html.Summary(html.H2(say("levers", lang))),
                lever_search(lang, shown=len(levers) > MANY),
                html.Div(id="levers", children=lever_list(levers, draft, lang)),
                html.Div(
                    className="moved",
                    children=[
                        html.Span(moved_words(draft["levers"], lang), id="moved", role="status"),
                        dmc.Button(say("reset", lang), id="reset-button", variant="subtle", size="compact-sm", n_clicks=0),
                    ],
                ),
            ],
        ),
        html.Div(
            className="field",
            children=[
                html.Div(say("precision", lang), id="precision-label", className="label"),
                dmc.SegmentedControl(
                    id="precision",
                    value=draft["precision"],
                    fullWidth=True,
                    attributes={"root": {"aria-labelledby": "precision-label"}},
                    data=[{"value": name, "label": say(f"precision_{name}", lang)} for name in precisions()],
                ),
                html.Div(precision_words(draft["precision"], lang), id="precision-note", className="note"),
            ],
        ),
        html.Div(dmc.Button(say("run", lang), id="run-button", n_clicks=0, fullWidth=True, size="md"), className="run-bar"),
    ]


PREVIEW_WORDS = ("title", "met", "most", "moves", "small", "stop", "not_in", "running", "other_scenario", "none", "stale", "unknown", "tag",
                 "after_run")


def panel_facts(plan: str, levers: Sequence[JSON], preset: str, lang: Lang) -> dict[str, Any]:
    """What the browser knows of the panel: where the scenario has each lever, and the words of a preview. Moves are then followed without
    the server.
    """
    words = {name: all_words()[f"preview_{name}"][lang] for name in PREVIEW_WORDS}
    others = ("moved_none", "moved_some", "light_green", "light_amber", "light_red", "indicative")
    words |= {name: all_words()[name][lang] for name in others}
    return {"plan": plan, "preset": preset, "levers": panel_of(levers, preset), "words": words}


def precision_words(precision: str, lang: Lang) -> str:
    """What a precision means in draws and scale."""
    draws, scale = precisions().get(precision, precisions()["quick"])
    return say("precision_note", lang, draws=draws, scale=scale)


def moved_words(values: Mapping[str, float], lang: Lang) -> str:
    """How many levers differ from the scenario."""
    return say("moved_some", lang, count=len(values)) if values else say("moved_none", lang)


def lever_search(lang: Lang, *, shown: bool) -> html.Div:
    """A box that narrows the list while one types (the browser does it), and how many levers it leaves."""
    return html.Div(
        className="lever-search",
        hidden=not shown,
        children=[
            dmc.TextInput(
                id="lever-search",
                value="",
                placeholder=say("lever_search", lang),
                size="sm",
                attributes={"input": {"aria-label": say("lever_search", lang), "type": "search", "autocomplete": "off"}},
            ),
            html.Div("", id="lever-found", role="status", className="note", **{"data-words": say("lever_found", lang, count="#")}),
        ],
    )


def lever_list(levers: Sequence[JSON], draft: JSON, lang: Lang) -> list[Any]:
    """The few levers that are asked for first, then the others by mechanism; a group is open when one of its levers has been moved."""
    few, rest = in_order(levers)
    other = say("mechanism_other", lang)
    groups = grouped(rest, lambda mechanism: say_or(f"mechanism_{mechanism}", lang, other))
    groups |= {other: groups.pop(other)} if other in groups else {}  # last, whatever declared it first
    return [*[lever_row(lever, draft, lang) for lever in few], *[_group(name, inside, draft, lang) for name, inside in groups.items()]]


def _group(name: str, levers: Sequence[JSON], draft: JSON, lang: Lang) -> html.Details:
    touched = sum(1 for lever in levers if lever["id"] in draft["levers"])
    words = [html.Span(say("lever_group", lang, name=name, count=len(levers)))]
    if touched:
        words.append(html.Span(say("lever_group_moved", lang, count=touched), className="tag"))
    return html.Details(
        className="lever-group",
        open=touched > 0,
        children=[html.Summary(words, className="more"), *[lever_row(lever, draft, lang) for lever in levers]],
    )


def lever_row(lever: JSON, draft: JSON, lang: Lang) -> html.Div:
    """One lever: name, number, slider, and where the base year and the plan put it."""
    name, low, high = named(dict(lever), lang), *(float(end) * factor(lever) for end in lever["range"])
    own = draft["levers"].get(lever["id"], typical(lever, setting_in(lever, draft["preset"])))
    value, step = min(max(shown(lever, own), low), high), step_of(lever)
    settings = [lever[which] for which in ("baseline", "as_planned") if lever.get(which) is not None]
    marks = sorted({round(shown(lever, typical(lever, setting)), 6) for setting in settings})
    known = " ".join([lever["id"], lever["name_zh"], str(lever.get("name_en", "")), str(lever.get("unit", ""))])
    return html.Div(
        className="lever",
        **{"data-search": known.lower()},
        children=[
            html.Div(
                className="lever-head",
                children=[
                    html.Span(name, className="lever-name"),
                    *(
                        [html.Span(say("assumed", lang), className="tag assumed", title=say("assumed_note", lang))]
                        if lever.get("evidence") == "D"
                        else []
                    ),
                ],
            ),
            html.Div(
                className="lever-set",
                children=[
                    dmc.Slider(
                        id={"type": "lever-slider", "id": lever["id"]},
                        min=low,
                        max=high,
                        step=step,
                        value=value,
                        label=None,
                        marks=[{"value": mark} for mark in marks if low <= mark <= high],
                        size=4,
                        thumbSize=18,
                        updatemode="drag",
                        thumbLabel=say("lever_slider", lang, name=name),
                    ),
                    dmc.NumberInput(
                        id={"type": "lever-number", "id": lever["id"]},
                        value=value,
                        min=low,
                        max=high,
                        step=step,
                        clampBehavior="blur",
                        thousandSeparator=",",
                        hideControls=True,
                        size="sm",
                        debounce=True,  # on Enter or when left; a delay in milliseconds echoes stale values back to the slider
                        decimalScale=2,
                        attributes={"input": {"aria-label": say("lever_number", lang, name=name)}},
                    ),
                ],
            ),
            html.Div(
                className="note",
                children=[
                    f"{unit_of(lever, lang)} · ",
                    say("lever_now", lang, value=words_for(lever, lever.get("baseline"), lang)),
                    " · ",
                    say("lever_planned", lang, value=words_for(lever, lever.get("as_planned"), lang)),
                ],
            ),
        ],
    )


def request_of(
    plan: str, levers: Sequence[JSON], preset: str, values: Mapping[str, float | None], precision: str, seed: int = 1
) -> dict[str, Any]:
    """The job that the panel describes: {plan, preset, levers, draws, scale, seed}, levers in their own units."""
    draws, scale = precisions().get(precision, precisions()["quick"])
    return {"plan": plan, "preset": preset, "levers": moved(levers, preset, values), "draws": draws, "scale": scale, "seed": seed}


def draft_of(request: JSON | None) -> dict[str, Any]:
    """The panel as a job left it; the default scenario where there is none."""
    request = request or {}
    chosen = (request.get("draws"), request.get("scale"))
    precision = next((name for name, pair in precisions().items() if pair == chosen), "quick")
    return {"preset": request.get("preset", DEFAULT_PRESET), "levers": dict(request.get("levers", {})), "precision": precision}
