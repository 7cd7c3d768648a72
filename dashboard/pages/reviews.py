"""The review pages: 终期评估, 推演, 指标测算, 任务分解. One frame, four questions; observed values are uploaded here."""

from __future__ import annotations

import base64
import binascii
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlencode

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.exceptions import PreventUpdate

from dashboard.jobs import DONE, JobTable
from dashboard.pages import review_tables
from dashboard.pages.result import progress
from dashboard.reviews import KINDS, divisible, keep_observed, observed_path
from dashboard.source import Source
from dashboard.words import Lang, as_lang, named, say

JSON = Mapping[str, Any]
POLL = 900
HOME = "/"


@dataclass(frozen=True)
class Place:
    """What the address says: which question, of which plan, with which observed values, indicator, scenario and job."""

    kind: str
    plan: str
    lang: Lang = "zh"
    preset: str = "as-planned"
    indicator: str = ""
    observed: str = ""
    job: str = ""

    @classmethod
    def read(cls, pathname: str | None, search: str | None, plans: list[str]) -> Place | None:
        """None for a path that is no review page."""
        kind = (pathname or "").strip("/")
        if kind not in KINDS:
            return None
        given = {key: values[-1] for key, values in parse_qs((search or "").lstrip("?")).items()}
        plan = given.get("plan", plans[0])
        return cls(kind, plan if plan in plans else plans[0], as_lang(given.get("lang")), given.get("preset", "as-planned"),
                   given.get("indicator", ""), given.get("observed", ""), given.get("job", ""))

    @property
    def search(self) -> str:
        """The query string."""
        names = ("plan", "lang", "preset", "indicator", "observed", "job")
        rest = {"lang": "zh", "preset": "as-planned"}
        return "?" + urlencode({name: value for name in names if (value := getattr(self, name)) and value != rest.get(name)})

    @property
    def href(self) -> str:
        """Path and query."""
        return f"/{self.kind}{self.search}"


def frame() -> html.Div:
    """What is there from the first moment; hidden on the cockpit's own page."""
    return html.Div(
        id="review-view", hidden=True,
        children=[
            dcc.Store(id="review-place"), dcc.Store(id="review-shown"), dcc.Interval(id="review-tick", interval=POLL),
            html.Header(id="review-head", className="head"),
            html.Main(className="main review", children=[
                html.Section([
                    html.Div(id="review-controls", className="review-controls"),
                    dcc.Upload(id="review-upload", className="review-upload", multiple=False, accept=".csv,.xlsx",
                               children=html.Div(id="review-upload-words")),
                    html.Div(id="review-faults", role="status"),
                ]),
                html.Div(id="review-progress"), html.Div(id="review-results"),
            ]),
        ],
    )  # fmt: skip


def navigation(pathname: str | None, search: str | None, plans: list[str]) -> list[Any]:
    """Links to all pages, the present one marked."""
    here = (pathname or HOME).strip("/")
    given = {key: values[-1] for key, values in parse_qs((search or "").lstrip("?")).items()}
    lang = as_lang(given.get("lang"))
    kept: dict[str, str] = {key: given[key] for key in given if key in ("plan", "lang", "observed")}
    links = [("", HOME), *((kind, f"/{kind}") for kind in KINDS)]
    return [html.A(say(f"nav_{kind or 'cockpit'}", lang), href=f"{path}?{urlencode(kept)}" if kept else path,
                   **({"aria-current": "page"} if kind == here else {})) for kind, path in links]


@dataclass
class Reviews:
    """The pages' callbacks without Dash."""

    source: Source
    jobs: JobTable

    def plan_ids(self) -> list[str]:
        """Ids of the plans at hand."""
        return [plan["id"] for plan in self.source.plans()]

    def head(self, place: Place) -> list[Any]:
        """The page's question, the plan's title, and the other language."""
        plan = self.source.plan(place.plan)
        other = replace(place, lang="zh" if place.lang == "en" else "en")
        title = html.Div([html.H1(say(f"nav_{place.kind}", place.lang)), html.P(plan["title_zh" if place.lang == "zh" else "title"])],
                         className="brand")
        return [title, html.A(say("other_language", place.lang), href=other.href, className="language")]

    def controls(self, place: Place) -> list[Any]:
        """Plan, scenario, indicator, and the button."""
        lang = place.lang
        plans = [{"value": one["id"], "label": str(one[f"label_{lang}"])} for one in self.source.plans()]
        presets = [{"value": one["id"], "label": named(dict(one), lang)} for one in self.source.presets()]
        targets = [{"value": one["id"], "label": one[f"name_{lang}"]} for one in divisible(place.plan)] if place.kind == "allocate" else []
        known = [one["value"] for one in targets]
        indicator = place.indicator if place.indicator in known else known[0] if known else ""
        return [
            dmc.Select(id="review-plan", label=say("plan", lang), value=place.plan, data=plans, allowDeselect=False),
            dmc.Select(id="review-preset", label=say("preset", lang), value=place.preset, data=presets, allowDeselect=False),
            html.Div(dmc.Select(id="review-indicator", label=say("rcol_name", lang), value=indicator, data=targets, allowDeselect=False,
                                searchable=True), hidden=place.kind != "allocate"),
            dmc.Button(say("review_run", lang), id="review-run", n_clicks=0, size="md"),
        ]

    def upload_words(self, place: Place) -> list[Any]:
        """What the upload box says: how to bring values, or that they are there."""
        kept = observed_path(place.observed)
        words = say("review_uploaded" if kept else "review_upload", place.lang)
        return [html.Span(words), html.Span(say("review_upload_note", place.lang), className="note")]

    def request(self, place: Place) -> dict[str, Any]:
        """What the worker is asked."""
        draws, scale = int(os.environ.get("RENSHE_COCKPIT_DRAWS", "20")), int(os.environ.get("RENSHE_COCKPIT_SCALE", "50"))
        asked: dict[str, Any] = {"kind": place.kind, "plan": place.plan, "preset": place.preset, "draws": draws, "scale": scale, "seed": 1}
        asked |= {"observed": place.observed} if place.observed else {}
        return asked | ({"indicator": place.indicator} if place.kind == "allocate" else {})

    def submit(self, place: Place) -> Place:
        """Queue the question; the place that shows it."""
        return replace(place, job=self.jobs.submit(self.request(place), self.source.fingerprint()))

    def upload(self, place: Place, name: str, contents: str) -> tuple[Place, list[Any]]:
        """Keep an upload: (the place with it, what to say). Faults are listed, and nothing is kept."""
        from model.documents import BadInput

        try:
            kept, rows, last = keep_observed(place.plan, name, base64.b64decode(contents.partition(",")[2], validate=True))
        except BadInput as error:
            said = html.Ul([html.Li(str(fault)) for fault in error.faults])
            return place, [dmc.Alert(said, title=say("review_faults", place.lang, count=len(error.faults)), color="red", variant="light")]
        except binascii.Error:
            return place, [dmc.Alert(say("review_broken", place.lang), color="red", variant="light")]
        words = say("review_kept", place.lang, rows=rows, last=last)
        return replace(place, observed=kept, job=""), [dmc.Alert(words, color="green", variant="light")]

    def look(self, place: Place, shown: JSON | None) -> dict[str, Any]:
        """Progress and, once there is something new, the results."""
        if not place.job:
            return {"waiting": False, "progress": [], "results": [html.P(say(f"review_{place.kind}_intro", place.lang), className="note")],
                    "shown": {"job": "", "lang": place.lang}}
        job = self.jobs.get(place.job)
        done = bool(job and job.status == DONE)
        marker = {"job": place.job, "lang": place.lang, "done": done}
        said = progress(job, self.jobs.ahead_of(job) if job else 0, time.time(), place.lang, older=False)
        answer: dict[str, Any] = {"waiting": bool(job and job.open), "progress": _without_cancel(said)}
        if marker == shown or not done:
            return answer
        found = self.jobs.result(place.job)
        assert found is not None, "a finished job has a result"  # noqa: S101 - the job table's own promise
        return {**answer, "results": self.shown(place, found), "shown": marker}

    def shown(self, place: Place, found: JSON) -> list[Any]:
        """The tables of an answer."""
        if place.kind == "outlook":
            return review_tables.outlook(found, self.source.plan(place.plan), place.lang)
        made = {"assess": review_tables.assessment, "targets": review_tables.proposals, "allocate": review_tables.allocation}
        return made[place.kind](found, place.lang)


def _without_cancel(parts: list[Any]) -> list[Any]:
    """The progress bar without its button, which belongs to the cockpit's own job."""
    for part in parts:
        if getattr(part, "className", None) == "progress":
            foot = part.children[-1]
            foot.children = foot.children[:1]
    return parts


def register(app: Dash, reviews: Reviews) -> None:
    """Tie the pages' parts together."""

    @app.callback(Output("pages-nav", "children"), Output("cockpit-view", "hidden"), Output("review-view", "hidden"),
                  Input("url", "pathname"), Input("url", "search"))
    def navigate(pathname: str | None, search: str | None) -> tuple[Any, ...]:
        elsewhere = Place.read(pathname, search, reviews.plan_ids()) is not None
        return navigation(pathname, search, reviews.plan_ids()), elsewhere, not elsewhere

    @app.callback(Output("review-place", "data"), Output("review-head", "children"), Output("review-controls", "children"),
                  Output("review-upload-words", "children"), Input("url", "pathname"), Input("url", "search"))
    def open_review(pathname: str | None, search: str | None) -> tuple[Any, ...]:
        place = Place.read(pathname, search, reviews.plan_ids())
        if place is None:
            raise PreventUpdate
        return vars(place), reviews.head(place), reviews.controls(place), reviews.upload_words(place)

    @app.callback(Output("url", "search", allow_duplicate=True), Input("review-plan", "value"), State("review-place", "data"),
                  prevent_initial_call=True)
    def other_plan(plan: str, data: JSON | None) -> str:
        if not data or plan == data["plan"]:
            raise PreventUpdate
        return replace(Place(**data), plan=plan, observed="", indicator="", job="").search

    @app.callback(Output("url", "search", allow_duplicate=True), Input("review-run", "n_clicks"), State("review-preset", "value"),
                  State("review-indicator", "value"), State("review-place", "data"), prevent_initial_call=True)
    def run(clicks: int | None, preset: str, indicator: str | None, data: JSON | None) -> str:
        if not clicks or not data:
            raise PreventUpdate
        return reviews.submit(replace(Place(**data), preset=preset, indicator=indicator or "")).search

    @app.callback(Output("url", "search", allow_duplicate=True), Output("review-faults", "children"), Input("review-upload", "contents"),
                  State("review-upload", "filename"), State("review-place", "data"), prevent_initial_call=True)
    def upload(contents: str | None, name: str | None, data: JSON | None) -> tuple[Any, ...]:
        if not contents or not data:
            raise PreventUpdate
        place, said = reviews.upload(Place(**data), name or "", contents)
        return (place.search if place != Place(**data) else no_update), said

    @app.callback(Output("review-progress", "children"), Output("review-results", "children"), Output("review-shown", "data"),
                  Output("review-tick", "max_intervals"), Input("review-tick", "n_intervals"), Input("review-place", "data"),
                  State("review-shown", "data"), running=[(Output("review-tick", "disabled"), True, False)])
    def look(_beat: int | None, data: JSON | None, shown: JSON | None) -> tuple[Any, ...]:
        if not data:  # the cockpit's page: nothing to look at, nothing to ask again
            return no_update, no_update, no_update, 0
        found = reviews.look(Place(**data), shown)
        return found["progress"], found.get("results", no_update), found.get("shown", no_update), -1 if found["waiting"] else 0
