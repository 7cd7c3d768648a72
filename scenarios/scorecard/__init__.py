"""成绩单: a plan's targets held against simulated paths, as objects, as JSON and as a table."""

from scenarios.scorecard.card import Row, Scorecard, scorecard
from scenarios.scorecard.distinction import marked_indistinct
from scenarios.scorecard.table import scorecard_as_table, summary
from scenarios.scorecard.view import row_as_json, scorecard_as_json

__all__ = [
    "Row", "Scorecard", "marked_indistinct", "row_as_json", "scorecard", "scorecard_as_json", "scorecard_as_table",
    "summary",
]  # fmt: skip
