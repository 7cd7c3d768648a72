"""Still parts as HTML: the same elements and words, nothing in them that a callback needs, every text escaped."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import dash_mantine_components as dmc
from dash import html
from hypothesis import given
from hypothesis import strategies as st

from dashboard.pages.result import finished, rest
from dashboard.still import as_html, stilled
from tests.dashboard.test_pages import REQUEST, found, text_of, walk


class Read(HTMLParser):
    """Tags with their attributes, and the text, as a browser would read them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)


@given(texts, texts)
def test_words_and_values_come_through_as_they_are(words: str, value: str) -> None:
    read = Read(as_html(html.Td(words, title=value, **{"data-label": value})))
    assert read.text == words and read.tags == [("td", {"title": value, "data-label": value})]


def test_attributes_as_html_has_them() -> None:
    part = html.Details([html.Summary("a"), html.Th("b", colSpan=3, className="c", style={"minWidth": "2px"}), html.Br()], open=True)
    cell = ("th", {"colspan": "3", "class": "c", "style": "min-width:2px"})
    assert Read(as_html(part)).tags == [("details", {"open": None}), ("summary", {}), cell, ("br", {})]
    assert as_html(html.Details("a", open=False)) == "<details>a</details>" and as_html([1, None, "<"]) == "1&lt;"


def test_what_a_callback_reads_or_fills_stays_a_component() -> None:
    button = html.Div([html.P(html.B("x")), html.Button("b", id={"type": "save"}, n_clicks=0)])
    select = html.Section([html.Div([dmc.Select(id="s")]), html.Div(html.P("y"), id="counties")])
    shown = stilled([button, select, "text"])
    assert len(found(shown, html.Button)) == 1 and len(found(shown, dmc.Select)) == 1
    assert [item.id for item in walk(shown) if getattr(item, "id", None) == "counties"] == ["counties"]
    assert getattr(button.children[0], "data-html") == "<b>x</b>" and shown[-1] == "text"


def test_the_page_says_the_same_with_a_tenth_of_the_components(plan: dict[str, Any], result: dict[str, Any], town: Any) -> None:
    def parts() -> list[Any]:
        return [finished(plan, result, REQUEST, town.presets(), "zh"), *rest(plan, result, REQUEST, "zh")]

    def said(part: Any) -> str:
        html_or_words = [getattr(item, "data-html", item if isinstance(item, str) else "") for item in walk(part)]
        return "".join("".join(Read(text).text if text.startswith("<") else text for text in html_or_words).split())

    full, still = parts(), stilled(parts())
    assert said(still) == "".join(text_of(full).split())
    count = [sum(hasattr(item, "to_plotly_json") for item in walk(part)) for part in (full, still)]
    assert count[1] < count[0] / 10, count
