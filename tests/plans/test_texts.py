"""Every printed number and every quoted sentence of every plan folder stands in the document itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from model.documents import read_yaml
from scenarios.plan_check import faults_of
from scenarios.plan_checks.draft import Draft
from scenarios.plan_checks.quotes import quote_faults, quotes, squeezed
from scenarios.plan_schema import Breakdown, Plan
from scenarios.plans_at_hand import load_plan, plan_folder, plan_ids

TEXTS = Path(__file__).parent / "texts"
DIGITS = re.compile(r"\d+(?:\.\d+)?")


def text_of(plan: Plan) -> str:
    assert plan.document.text is not None
    return (TEXTS / plan.document.text).read_text(encoding="utf-8")


@pytest.fixture(params=plan_ids())
def plan(request: pytest.FixtureRequest) -> Plan:
    return load_plan(str(request.param))


def test_five_plans_are_at_hand() -> None:
    assert plan_ids()[:5] == ("xuzhou", "nantong", "haining", "xiangcheng", "suzhou12")


def test_no_fault_in_the_folder(plan: Plan) -> None:
    assert [str(fault) for fault in faults_of(plan_folder(plan.id))] == []


def test_every_quote_stands_in_the_text(plan: Plan) -> None:
    draft = Draft(read_yaml(plan_folder(plan.id) / "plan.yaml"))
    found = list(quotes(draft))
    assert len(found) >= len(plan.targets) + len(plan.history) + len(plan.commitments) + len(plan.conflicts)
    assert [str(fault) for fault in quote_faults(draft, text_of(plan))] == []


def test_a_changed_word_in_a_quote_is_seen(plan: Plan) -> None:
    draft = Draft(read_yaml(plan_folder(plan.id) / "plan.yaml"))
    first = plan.targets[0].source.quote
    changed = text_of(plan).replace(first[:6], "")
    assert squeezed(first) in squeezed(text_of(plan))
    assert any("targets[0].source.quote" in fault.field for fault in quote_faults(draft, changed))


def printed_strings(plan: Plan) -> Iterator[tuple[str, str]]:
    for target in plan.targets:
        yield target.id, target.target_printed
        yield target.id, target.baseline_printed or ""
    for past in plan.history:
        for words in (past.base_printed, past.target_printed, past.outcome_printed):
            yield past.no, words or ""


def test_every_printed_number_stands_in_the_text(plan: Plan) -> None:
    whole = text_of(plan)
    missing = [
        (name, digits)
        for name, words in printed_strings(plan)
        for digits in DIGITS.findall(words)
        if not re.search(rf"(?<![\d.]){re.escape(digits)}(?![\d]|\.\d)", whole)
    ]
    assert missing == []


def test_a_table_rows_numbers_stand_in_its_own_quote(plan: Plan) -> None:
    """A row of a table is quoted whole, so its target is read from that row and from nowhere else."""
    apart = [
        target.id
        for target in plan.targets
        if target.no.isdigit() and set(DIGITS.findall(target.target_printed)) - set(DIGITS.findall(target.source.quote))
    ]
    assert apart == []


def rows_named(text: str, name: str) -> list[list[float]]:
    """The numbers of every row of the transcript whose first cell is this name."""
    lines = (line.split("\t") for line in text.splitlines())
    cells = [line[1:] for line in lines if squeezed(line[0]) == squeezed(name)]
    return [[float(cell) for cell in row] for row in cells if all(DIGITS.fullmatch(cell.strip()) for cell in row)]


def test_every_cell_of_every_table_stands_in_the_text(plan: Plan) -> None:
    for table in plan.breakdowns:
        for name, cells in table.rows.items():
            total = [] if table.row_totals is None else [table.row_totals[name]]
            assert [*cells, *total] in rows_named(text_of(plan), name), (table.table, name)
        if table.column_totals is not None:
            assert closing_row(table) in rows_named(text_of(plan), "合计"), table.table


def closing_row(table: Breakdown) -> list[float]:
    totals = list(table.column_totals or ())
    return totals if table.grand_total is None else [*totals, table.grand_total]
