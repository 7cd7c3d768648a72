"""Words quoted in a plan file against the transcript of the document."""

from __future__ import annotations

import re
from collections.abc import Iterator

from model.documents import Fault
from scenarios.plan_checks.draft import Draft, Entry
from scenarios.plan_schema import Commitment, Conflict, PastResult, Target

Quote = tuple[tuple[str | int, ...], str]


def squeezed(text: str) -> str:
    """A text without its white space, so that line breaks and tabs do not matter."""
    return re.sub(r"\s+", "", text)


def quotes(draft: Draft) -> Iterator[Quote]:
    """Every quoted passage of a plan file, with its path."""
    macro = draft.data.get("macro")
    printed = macro.get("printed") if isinstance(macro, dict) else None
    if isinstance(printed, dict) and isinstance(printed.get("quote"), str):
        yield ("macro", "printed", "quote"), printed["quote"]
    rows: list[Entry[Target] | Entry[PastResult]] = [
        *draft.entries("targets", Target),
        *draft.entries("history", PastResult),
    ]
    for row in rows:
        yield (*row.path, "source", "quote"), row.record.source.quote
    for promise in draft.entries("commitments", Commitment):
        yield (*promise.path, "quote"), promise.record.quote
    for conflict in draft.entries("conflicts", Conflict):
        for place, quote in enumerate(conflict.record.quotes):
            yield (*conflict.path, "quotes", place), quote


def quote_faults(draft: Draft, text: str) -> Iterator[Fault]:
    """Faults for quoted words that the transcript does not contain, white space aside."""
    whole = squeezed(text)
    for path, quote in quotes(draft):
        if squeezed(quote) not in whole:
            yield draft.fault(
                path,
                quote,
                "原文中的原话 / words that stand in the document",
                "请照录原文 / copy them from the document",
            )
