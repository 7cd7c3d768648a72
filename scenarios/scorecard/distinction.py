"""无区分度: rows that are met whatever is done, so that they tell no scenario from another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from scenarios.scorecard.card import Scorecard
from scenarios.verdicts.probability import without_distinction


def marked_indistinct(card: Scorecard, others: Mapping[str, Scorecard]) -> Scorecard:
    """The scorecard with 无区分度 on rows met with P ≥ .95 under all of `others` (baseline, as-planned and stress)."""
    chances = [{(r.task.id, r.task.area): r.chance.value for r in other.rows if r.chance} for other in others.values()]
    rows = tuple(
        replace(row, flags=(*row.flags, "indistinct"))
        if without_distinction(known.get((row.task.id, row.task.area)) for known in chances)
        else row
        for row in card.rows
    )
    return replace(card, rows=rows)
