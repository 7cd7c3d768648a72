"""The Dash application: theme, page, callbacks. Nothing in it reaches beyond this machine."""

from __future__ import annotations

import logging
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, html
from fastapi import FastAPI

from dashboard.figures.style import FONT
from dashboard.jobs import JobTable
from dashboard.pages import reviews
from dashboard.pages.cockpit import Cockpit, frame, register
from dashboard.source import Source
from dashboard.words import say

log = logging.getLogger("renshe.dashboard")
# Ten shades of a calm navy; the eighth, used for filled buttons, has a contrast of 8 to 1 against white.
NAVY = ["#eef4fb", "#dbe6f3", "#b5cbe5", "#8caed7", "#6a95cb", "#5485c4", "#477dc1", "#2f63a3", "#15508f", "#0c3f75"]
THEME: dict[str, Any] = {
    "colors": {"navy": NAVY},
    "primaryColor": "navy",
    "primaryShade": 8,
    "fontFamily": FONT,
    "headings": {"fontFamily": FONT},
    "defaultRadius": "sm",
    "respectReducedMotion": True,
    "focusRing": "auto",
}
INDEX = """<!DOCTYPE html>
<html lang="zh-CN">
<head>
{%metas%}
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{%title%}</title>
{%favicon%}
{%css%}
</head>
<body>
{%app_entry%}
<footer>{%config%}{%scripts%}{%renderer%}</footer>
</body>
</html>
"""


def _log(fault: Exception) -> None:
    """Keep the traceback of a callback that failed; the page keeps what it shows, and asks again at the next beat."""
    log.error("a callback failed", exc_info=fault)


def create_app(source: Source, jobs: JobTable) -> Dash:
    """The cockpit as a Dash application on FastAPI; `app.server` is the ASGI application to serve."""
    server = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)  # their pages fetch scripts from a public host
    app = Dash(
        __name__,
        server=server,
        title=say("app_title", "zh"),
        update_title=None,
        serve_locally=True,
        suppress_callback_exceptions=True,
        compress=False,
        index_string=INDEX,
        on_error=_log,
    )
    whole = [html.Nav(id="pages-nav", className="pages-nav", **{"aria-label": say("nav_label", "zh")}),
             html.Div(frame(), id="cockpit-view"), reviews.frame()]
    app.layout = dmc.MantineProvider(whole, theme=THEME, forceColorScheme="light")
    register(app, Cockpit(source, jobs))
    reviews.register(app, reviews.Reviews(source, jobs))
    return app
