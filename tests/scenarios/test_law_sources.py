"""Results that rest on law without a source say so."""

from __future__ import annotations

from itertools import pairwise

import pytest

from model.dates import month_index
from model.law import Law
from scenarios import Scenario, load_plan, run
from scenarios.law_sources import SUBJECTS, rests_on, topics, unsourced_law
from scenarios.scorecard import scorecard


def test_the_law_of_suzhou_before_2016_is_marked() -> None:
    """The period lies before the sources: bases and rates are carried back."""
    uses = unsourced_law("jiangsu", [], "2011-01", "2015-12")
    assert {"bases.floor", "pension.employer_rate"} <= {use["path"] for use in uses}
    assert all("2011-01" <= use["from"] <= use["to"] <= "2015-12" and use["why"] for use in uses)
    assert rests_on("ui_insured", uses) and not rests_on("graduates_attracted", uses) and not rests_on(None, uses)


def test_stretches_of_one_path_never_overlap() -> None:
    for province in ("jiangsu", "zhejiang", "other"):
        uses = unsourced_law(province, [], "2019-01", "2027-12")
        for one, other in pairwise(uses):
            assert one["path"] != other["path"] or month_index(one["to"]) < month_index(other["from"])


def test_what_a_scenario_sets_is_its_own() -> None:
    """A reform from the first month takes the mark away for as long as it holds."""
    everything = unsourced_law("jiangsu", [], "2021-01", "2021-12")
    assert "bases.floor" in {use["path"] for use in everything}
    reform = {"path": "bases.floor", "from": "2021-01", "value": 3800}
    assert "bases.floor" not in {use["path"] for use in unsourced_law("jiangsu", [reform], "2021-01", "2021-12")}
    half = unsourced_law("jiangsu", [{**reform, "to": "2021-06"}], "2021-01", "2021-12")
    assert [use["from"] for use in half if use["path"] == "bases.floor"] == ["2021-07"]


def test_every_subject_is_one_of_the_law_and_every_topic_has_measures() -> None:
    known = {path.partition(".")[0] for path in Law.standard("jiangsu").paths()}
    assert {subject for subjects in SUBJECTS.values() for subject in subjects} <= known
    assert set(SUBJECTS) <= set(topics().values())


@pytest.mark.slow
def test_rows_of_the_scorecard_carry_the_mark() -> None:
    results = run(Scenario("as before", plan="suzhou12"), draws=1, scale=500, until="2011-12", prior=True)
    card = scorecard(load_plan("suzhou12"), results)
    marked = {row.task.measure for row in card.rows if "law_unsourced" in row.flags}
    assert marked and all(topics()[str(measure)] == "insurance" for measure in marked)
    assert results.manifest["law_unsourced"]
