"""The cockpit page: its frame, and thin callbacks from the address, the panel and the job table to what is shown."""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dash import ALL, MATCH, ClientsideFunction, Dash, Input, Output, Patch, State, ctx, dcc, html, no_update
from dash.exceptions import PreventUpdate

from dashboard.address import Address
from dashboard.exports import TYPES, file_of
from dashboard.jobs import DONE, JobTable
from dashboard.pages.charts import county_cards
from dashboard.pages.result import finished, plan_alone, progress, rest
from dashboard.pages.side import DEFAULT_PRESET, draft_of, lever_list, moved_words, panel_facts, precision_words, request_of, side
from dashboard.source import Source
from dashboard.still import stilled
from dashboard.words import Lang, as_lang, say

JSON = Mapping[str, Any]
POLL = 700  # milliseconds between two looks at the job table while a job is open


def frame() -> list[Any]:
    """What is there from the first moment; the callbacks fill it."""
    return [
        dcc.Location(id="url", refresh=False),
        dcc.Store(id="page"),
        dcc.Store(id="shown"),
        dcc.Store(id="drawn"),
        dcc.Store(id="draft", storage_type="session"),
        dcc.Store(id="panel"),
        dcc.Store(id="effects"),
        dcc.Store(id="effects-plan"),
        dcc.Store(id="previewed"),
        dcc.Store(id="titled"),
        dcc.Store(id="folded"),
        dcc.Store(id="narrowed"),
        dcc.Download(id="file"),
        dcc.Interval(id="tick", interval=POLL),
        html.Header(id="head", className="head"),
        html.Div(
            className="body",
            children=[
                html.Aside(id="side", className="side"),
                html.Main(
                    id="main",
                    className="main",
                    children=[
                        html.Div(id="progress"),
                        html.Div(id="results"),
                        html.Footer(id="foot", className="note"),
                        html.Div(id="preview"),  # last, and at the window's foot: nothing moves when it comes
                        html.Div(id="preview-said", role="status", className="unseen"),
                    ],
                ),
            ],
        ),
    ]


def head(plan: JSON, lang: Lang) -> list[Any]:
    """Name of the product, the plan's full title, and the other language one click away."""
    return [
        html.A(say("skip", lang), href="#main", className="skip"),
        html.Div([html.H1(say("app_title", lang)), html.P(plan["title_zh"] if lang == "zh" else plan["title"])], className="brand"),
        html.Button(
            say("other_language", lang),
            id="language-button",
            n_clicks=0,
            className="language",
            **{"aria-label": say("other_language_label", lang)},
        ),
    ]


@dataclass
class Cockpit:
    """The page's callbacks without Dash: each takes what the browser says and gives what to show."""

    source: Source
    jobs: JobTable

    def plan_ids(self) -> list[str]:
        """Ids of the plans at hand."""
        return [plan["id"] for plan in self.source.plans()]

    def default_job(self, plan: str) -> str:
        """The job that shows a plan's default scenario; queued if it has not been run yet."""
        request = request_of(plan, self.source.levers(plan), DEFAULT_PRESET, {}, "quick")
        return self.jobs.submit(request, self.source.fingerprint())

    def open_page(self, search: str | None, page: JSON | None, draft: JSON | None) -> dict[str, Any]:
        """What an address asks for: the job always, head and panel when plan or language are new."""
        address = Address.read(search, self.plan_ids())
        job_id = address.job or self.default_job(address.plan)
        now = {"plan": address.plan, "lang": address.lang, "job": job_id, "title": say("app_title", address.lang)}
        if page and (page["plan"], page["lang"]) == (address.plan, address.lang):
            return {"page": now}
        job = self.jobs.get(job_id)
        if not draft or draft.get("plan") != address.plan or (page is None and address.job):
            draft = {**draft_of(job.request if job else None), "plan": address.plan}
        levers = self.source.levers(address.plan)
        return {
            "page": now,
            "head": head(self.source.plan(address.plan), address.lang),
            "foot": say("footer", address.lang),
            "draft": dict(draft),
            "panel": panel_facts(address.plan, levers, str(draft["preset"]), address.lang),
            "side": side(self.source.plans(), address.plan, self.source.presets(), levers, draft, address.lang),
        }

    def look(self, page: JSON, shown: JSON | None) -> dict[str, Any]:
        """Progress and, once there is something new to show, the results."""
        job, lang = self.jobs.get(page["job"]), as_lang(page["lang"])
        asked = draft_of(job.request if job else None)
        marker = {"plan": page["plan"], "lang": lang, "job": page["job"], "done": bool(job and job.status == DONE),
                  "preset": asked["preset"], "levers": asked["levers"]}  # fmt: skip
        older = bool(shown and shown["done"] and shown["plan"] == page["plan"] and shown["lang"] == lang)
        answer: dict[str, Any] = {
            "waiting": bool(job and job.open),
            "progress": progress(job, self.jobs.ahead_of(job) if job else 0, time.time(), lang, older=older),
        }
        if marker == shown or (older and not marker["done"]):
            return answer
        plan = self.source.plan(page["plan"])
        if not marker["done"] or job is None:
            return {**answer, "results": stilled(plan_alone(plan, lang)), "shown": marker}
        run = self.jobs.result(job.id)
        assert run is not None, "a finished job has a result"  # noqa: S101 - the job table's own promise
        return {**answer, "results": stilled(finished(plan, run, job.request, self.source.presets(), lang)), "shown": marker}

    def follow(self, shown: JSON | None) -> tuple[list[Any], list[Any]]:
        """The other fans, and all below them, of the result that is shown."""
        job = self.jobs.get(shown["job"]) if shown and shown["done"] else None
        run = self.jobs.result(job.id) if job else None
        if shown is None or job is None or run is None:
            raise PreventUpdate
        more, below = rest(self.source.plan(shown["plan"]), run, job.request, as_lang(shown["lang"]))
        return stilled(more), stilled(below)

    def effects(self, shown: JSON | None, known: str | None) -> tuple[dict[str, Any], str]:
        """What levers do in the plan that is shown, and its id: once a plan, half a megabyte that the browser adds up for the preview."""
        if not shown or known == shown["plan"]:
            raise PreventUpdate
        return self.source.effects(shown["plan"]), shown["plan"]

    def file(self, shown: JSON, what: str, kind: str) -> dict[str, Any]:
        """A table of the result that is shown, as the browser is to save it."""
        run = self.jobs.result(shown["job"])
        if run is None:
            raise PreventUpdate
        name, content = file_of(what, kind, self.source.plan(shown["plan"]), run, as_lang(shown["lang"]))
        return {"filename": name, "content": b64encode(content).decode("ascii"), "base64": True, "type": TYPES[kind]}

    def change(self, preset: str, precision: str, draft: JSON, page: JSON, *, reset: bool) -> tuple[Any, ...]:
        """The panel under another scenario, precision, or as it came: draft, facts, words of both, and the levers made anew if need be."""
        levers, lang = self.source.levers(page["plan"]), as_lang(page["lang"])
        if not reset and preset == draft.get("preset"):  # levers that are being moved meanwhile are left alone
            patch = Patch()
            patch["precision"] = precision
            return patch, no_update, no_update, precision_words(precision, lang), no_update
        now = {"plan": page["plan"], "preset": preset, "precision": precision, "levers": {} if reset else draft.get("levers", {})}
        words = moved_words(now["levers"], lang), precision_words(precision, lang)
        return now, panel_facts(page["plan"], levers, preset, lang), *words, lever_list(levers, now, lang)

    def submit(self, plan: str, preset: str, values: Mapping[str, float | None], precision: str) -> str:
        """Queue what the panel describes; the job's id."""
        return self.jobs.submit(request_of(plan, self.source.levers(plan), preset, values, precision), self.source.fingerprint())


def register(app: Dash, cockpit: Cockpit) -> None:
    """Tie the page's parts together."""
    _register_page(app, cockpit)
    _register_panel(app, cockpit)
    _register_job(app, cockpit)


def _register_page(app: Dash, cockpit: Cockpit) -> None:
    @app.callback(
        Output("page", "data"),
        Output("head", "children"),
        Output("side", "children"),
        Output("foot", "children"),
        Output("draft", "data", allow_duplicate=True),
        Output("panel", "data"),
        Input("url", "search"),
        State("page", "data"),
        State("draft", "data"),
        State("url", "pathname"),
        prevent_initial_call="initial_duplicate",
    )
    def open_page(search: str | None, page: JSON | None, draft: JSON | None, pathname: str | None = "/") -> tuple[Any, ...]:
        if (pathname or "/") != "/":  # a review page: nothing of the cockpit is asked for
            raise PreventUpdate
        found = cockpit.open_page(search, page, draft)
        return tuple(found.get(name, no_update) for name in ("page", "head", "side", "foot", "draft", "panel"))

    @app.callback(
        Output("url", "search", allow_duplicate=True),
        Input("language-button", "n_clicks"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def other_language(clicks: int | None, search: str | None) -> str:
        if not clicks:
            raise PreventUpdate
        return Address.read(search, cockpit.plan_ids()).other_language().search

    @app.callback(
        Output("url", "search", allow_duplicate=True), Input("plan-select", "value"), State("page", "data"), prevent_initial_call=True
    )
    def other_plan(plan: str, page: JSON) -> str:
        if plan == page["plan"]:
            raise PreventUpdate
        return Address(plan, as_lang(page["lang"])).search

    app.clientside_callback(ClientsideFunction("cockpit", "language"), Output("titled", "data"), Input("page", "data"))
    app.clientside_callback(ClientsideFunction("cockpit", "fold"), Output("folded", "data"), Input("side", "children"))


def _register_panel(app: Dash, cockpit: Cockpit) -> None:
    app.clientside_callback(
        ClientsideFunction("cockpit", "together"),
        Output({"type": "lever-slider", "id": MATCH}, "value"),
        Output({"type": "lever-number", "id": MATCH}, "value"),
        Input({"type": "lever-slider", "id": MATCH}, "value"),
        Input({"type": "lever-number", "id": MATCH}, "value"),
        prevent_initial_call=True,
    )

    app.clientside_callback(
        ClientsideFunction("cockpit", "narrow"),
        Output("narrowed", "data"),
        Input("lever-search", "value"),
        Input("levers", "children"),
        prevent_initial_call=True,
    )

    app.clientside_callback(
        ClientsideFunction("preview", "change"),
        Output("draft", "data"),
        Output("moved", "children"),
        Input({"type": "lever-number", "id": ALL}, "value"),
        State({"type": "lever-number", "id": ALL}, "id"),
        State("panel", "data"),
        State("draft", "data"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output("draft", "data", allow_duplicate=True),
        Output("panel", "data", allow_duplicate=True),
        Output("moved", "children", allow_duplicate=True),
        Output("precision-note", "children"),
        Output("levers", "children"),
        Input("preset-select", "value"),
        Input("precision", "value"),
        Input("reset-button", "n_clicks"),
        State("draft", "data"),
        State("page", "data"),
        prevent_initial_call=True,
    )
    def change(preset: str, precision: str, _reset: int, draft: JSON, page: JSON) -> tuple[Any, ...]:
        return cockpit.change(preset, precision, draft, page, reset=ctx.triggered_id == "reset-button")

    app.clientside_callback(
        ClientsideFunction("preview", "show"),
        Output("previewed", "data"),
        Input("draft", "data"),
        Input("panel", "data"),
        Input("shown", "data"),
        Input("effects", "data"),
        Input("page", "data"),
        prevent_initial_call=True,
    )


def _numbers(ids: list[dict[str, str]], values: list[Any]) -> dict[str, float | None]:
    """What the number boxes say; a box that holds no number yet says nothing."""
    found: dict[str, float | None] = {}
    for name, value in zip(ids, values, strict=True):
        try:
            found[name["id"]] = float(value)
        except (TypeError, ValueError):
            found[name["id"]] = None
    return found


def _register_job(app: Dash, cockpit: Cockpit) -> None:
    @app.callback(
        Output("url", "search"),
        Input("run-button", "n_clicks"),
        State({"type": "lever-number", "id": ALL}, "value"),
        State({"type": "lever-number", "id": ALL}, "id"),
        State("preset-select", "value"),
        State("precision", "value"),
        State("page", "data"),
        prevent_initial_call=True,
    )
    def run(clicks: int | None, values: list[Any], ids: list[dict[str, str]], preset: str, precision: str, page: JSON) -> str:
        if not clicks:
            raise PreventUpdate
        job = cockpit.submit(page["plan"], preset, _numbers(ids, values), precision)
        return Address(page["plan"], as_lang(page["lang"]), job).search

    # The beat rests while a question is open: on a busy machine a newer question would make Dash throw the late answer away.
    @app.callback(
        Output("progress", "children"),
        Output("results", "children"),
        Output("shown", "data"),
        Output("tick", "max_intervals"),
        Input("tick", "n_intervals"),
        Input("page", "data"),
        State("shown", "data"),
        running=[(Output("tick", "disabled"), True, False)],
    )
    def look(_beat: int | None, page: JSON | None, shown: JSON | None) -> tuple[Any, ...]:
        if page is None:  # a review page, or one that is still being opened: the page itself will ask
            return no_update, no_update, no_update, 0
        found = cockpit.look(page, shown)
        return found["progress"], found.get("results", no_update), found.get("shown", no_update), -1 if found["waiting"] else 0

    app.clientside_callback(ClientsideFunction("cockpit", "drawn"), Output("drawn", "data"), Input("shown", "data"))
    app.callback(
        Output("effects", "data"),
        Output("effects-plan", "data"),
        Input("drawn", "data"),
        State("effects-plan", "data"),
        prevent_initial_call=True,
    )(cockpit.effects)
    app.callback(Output("more-fans", "children"), Output("rest", "children"), Input("drawn", "data"), prevent_initial_call=True)(
        cockpit.follow
    )

    @app.callback(Output("cancel-button", "disabled"), Input("cancel-button", "n_clicks"), State("page", "data"), prevent_initial_call=True)
    def cancel(clicks: int | None, page: JSON) -> bool:
        if not clicks:
            raise PreventUpdate
        cockpit.jobs.cancel(page["job"])
        return True

    @app.callback(Output("counties", "children"), Input("county-table", "value"), State("shown", "data"), prevent_initial_call=True)
    def choose_table(target: str, shown: JSON) -> list[Any]:
        if not ctx.triggered_id or not shown["done"]:
            raise PreventUpdate
        return list(
            stilled(county_cards(cockpit.source.plan(shown["plan"]), cockpit.jobs.result(shown["job"]), target, as_lang(shown["lang"])))
        )

    @app.callback(
        Output("file", "data"),
        Input({"type": "save", "what": ALL, "kind": ALL}, "n_clicks"),
        State("shown", "data"),
        prevent_initial_call=True,
    )
    def save(clicks: list[int | None], shown: JSON | None) -> dict[str, Any]:
        if not any(clicks) or not ctx.triggered_id or not shown:
            raise PreventUpdate
        return cockpit.file(shown, ctx.triggered_id["what"], ctx.triggered_id["kind"])
