"""Parts of the page that stay as they are, sent as HTML: the same elements, without a Dash component for each.

Dash asks every component of the page after every change whether it is concerned; two thousand of them, most of them cells of tables, held
the browser for seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from dash.development.base_component import Component

FILLED = frozenset({"more-fans", "rest", "counties"})  # ids whose children a callback puts in
VOID = frozenset({"br", "hr", "img"})
_NAMES = {"className": "class", "htmlFor": "for"}
_NOT_ATTRIBUTES = frozenset({"children", "key", "disable_n_clicks"})


def stilled(part: Any) -> Any:
    """The part with everything below its still elements as HTML in `data-html`, which assets/charts.js puts into the page."""
    if isinstance(part, (list, tuple)):
        return [stilled(item) for item in part]
    if not isinstance(part, Component) or not hasattr(part, "children"):
        return part
    below = part.children
    if not any(isinstance(item, Component) for item in (below if isinstance(below, (list, tuple)) else [below])):
        return part
    if _still(part):
        setattr(part, "data-html", as_html(below))
        part.children = None
    else:
        part.children = stilled(below)
    return part


def _still(part: Any) -> bool:
    """Whether no callback reads or fills anything in it."""
    if isinstance(part, (list, tuple)):
        return all(_still(item) for item in part)
    if not isinstance(part, Component):
        return True
    props = _props(part)
    if part._namespace != "dash_html_components" or "n_clicks" in props or props.get("id") in FILLED:
        return False
    return _still(props.get("children"))


def as_html(part: Any) -> str:
    """Elements and text as HTML, every text and value escaped."""
    if part is None:
        return ""
    if isinstance(part, (list, tuple)):
        return "".join(map(as_html, part))
    if not isinstance(part, Component):
        return escape(str(part))
    tag, props = part._type.lower(), _props(part)
    attributes = "".join(_attribute(name, value) for name, value in props.items() if name not in _NOT_ATTRIBUTES)
    return f"<{tag}{attributes}>" if tag in VOID else f"<{tag}{attributes}>{as_html(props.get('children'))}</{tag}>"


def _props(part: Component) -> dict[str, Any]:
    return dict(part.to_plotly_json()["props"])


def _attribute(name: str, value: Any) -> str:
    if value is None or (value is False and not name.startswith(("aria-", "data-"))):
        return ""
    name = _NAMES.get(name, name if "-" in name else name.lower())
    if value is True:
        return f" {name}"
    if isinstance(value, Mapping):
        value = ";".join(f"{_hyphened(key)}:{item}" for key, item in value.items())
    return f' {name}="{escape(str(value))}"'


def _hyphened(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name)
