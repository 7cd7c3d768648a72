"""The right-hand side: progress of the job, then the answer, the fans, the counties and the scorecard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dash_mantine_components as dmc
from dash import html

from dashboard.jobs import CANCELLED, FAILED, QUEUED, Job
from dashboard.pages.charts import counties, county_tables, fans, legend, save_buttons
from dashboard.pages.review_tables import budget
from dashboard.pages.scorecard import scorecard
from dashboard.reading import THEMES, answer, basis_lines, targets_of
from dashboard.source import as_python
from dashboard.words import Lang, in_language, named, say

JSON = Mapping[str, Any]


def scenario_name(request: JSON, presets: list[dict[str, str]], lang: Lang) -> str:
    """The preset's name, and how many levers were moved."""
    name = next((named(dict(entry), lang) for entry in presets if entry["id"] == request["preset"]), str(request["preset"]))
    moved = len(request.get("levers") or {})
    return say("scenario_moved", lang, name=name, count=moved) if moved else name


def progress(job: Job | None, ahead: int, now: float, lang: Lang, *, older: bool) -> list[Any]:
    """The bar of an open job, or why there is no result. older: a previous result is still shown below."""
    if job is None:
        return [dmc.Alert(say("not_found", lang), color="yellow", variant="light")]
    if job.status == FAILED:
        return [dmc.Alert(html.Pre(job.message or ""), title=say("failed", lang), color="red", variant="light")]
    if job.status == CANCELLED:
        return [dmc.Alert(say("cancelled", lang), color="gray", variant="light")]
    if not job.open:
        return []
    share = 100 * job.done / job.total if job.total else 0
    words = _stage(job, ahead, lang)
    elapsed = say("elapsed", lang, seconds=int(max(0.0, now - (job.started or job.submitted))))
    return [
        html.Div(
            className="progress",
            children=[
                html.Div([html.Span(words, id="stage"), html.Span(elapsed, className="note")], className="progress-head", role="status"),
                html.Div(
                    html.Div(className="filled", style={"width": f"{max(share, 3):.0f}%"}),
                    className="track",
                    role="progressbar",
                    **{
                        "aria-label": say("progress_label", lang),
                        "aria-valuemin": "0",
                        "aria-valuemax": "100",
                        "aria-valuenow": f"{share:.0f}",
                    },
                ),
                html.Div(
                    className="progress-foot",
                    children=[
                        html.Span(" ".join([say("reload_safe", lang), *([say("still_shown", lang)] if older else [])]), className="note"),
                        dmc.Button(say("cancel", lang), id="cancel-button", variant="default", size="compact-sm", n_clicks=0),
                    ],
                ),
            ],
            **{"data-done": str(job.done)},
        )
    ]


def _stage(job: Job, ahead: int, lang: Lang) -> str:
    if job.status == QUEUED:
        return say("waiting", lang, count=ahead)
    if job.done == 0:
        return say("starting", lang)
    return say("running", lang, done=job.done, total=job.total)


def plan_alone(plan: JSON, lang: Lang) -> list[Any]:
    """What there is before any simulation: the plan itself."""
    targets = targets_of(plan)
    once = {target.get("group") or target["id"]: target for target in targets}.values()  # the parts of a ratio are one indicator
    prose = sum(1 for target in once if str(target["no"]).startswith("P"))
    binding = sum(1 for target in once if target.get("attribute") == "约束性")
    counts = say("plan_counts", lang, table=len(once) - prose, prose=prose, binding=binding)
    answer = [html.P(counts, className="sentence"), html.P(say("plan_first", lang), className="note")]
    return [
        html.Section(className="answer", children=answer),
        html.Section([html.H2(say("targets_table", lang)), scorecard(plan, None, lang)]),
    ]


def finished(plan: JSON, run: JSON, request: JSON, presets: list[dict[str, str]], lang: Lang) -> list[Any]:
    """The top of a job's result: the answer in words and the first fans. `rest` follows once these are drawn.

    A planner reads the answer while the tables below are still being made.
    """
    name = scenario_name(request, presets, lang)
    parts = ("fans", "counties", "scorecard") if county_tables(plan) else ("fans", "scorecard")
    return [
        html.Section(
            className="answer",
            id="answer",
            children=[
                html.P(answer(plan, run, name, lang), className="sentence", **{"data-last": say("last_run", lang)}),
                html.Ul([html.Li(line) for line in [*basis_lines(plan, run, lang), say("met_rule", lang)]], className="basis"),
                *[html.P(in_language(text, lang), className="note warning") for text in run.get("warnings", ())],
                html.Nav(
                    [html.A(say(part, lang), href=f"#{part}-part") for part in parts],
                    className="jump",
                    **{"aria-label": say("jump", lang)},
                ),
            ],
        ),
        html.Section(
            id="fans-part",
            children=[
                html.H2(say("fans", lang)),
                html.P(say("fans_note", lang), className="note"),
                legend(lang),
                *fans(plan, run, lang, THEMES[:1]),
                html.Div(id="more-fans"),
            ],
        ),
        html.Div(id="rest"),
    ]


def rest(plan: JSON, run: JSON, request: JSON, lang: Lang) -> tuple[list[Any], list[Any]]:
    """What follows the first fans: the fans of the other fields; and the counties, the scorecard, the budget, the code that repeats it."""
    return fans(plan, run, lang, THEMES[1:]), [
        html.Section(counties(plan, run, None, lang), id="counties-part"),
        html.Section(
            id="scorecard-part",
            children=[
                html.Div([html.H2(say("scorecard", lang)), save_buttons("scorecard", lang)], className="with-tools"),
                scorecard(plan, run, lang),
            ],
        ),
        *([budget(run["budget"], lang)] if (run.get("budget") or {}).get("payers") else []),
        html.Details(
            [
                html.Summary(say("reproduce", lang)),
                html.P(say("reproduce_note", lang), className="note"),
                html.Pre(html.Code(as_python(request))),
            ],
            className="reproduce",
        ),
    ]
