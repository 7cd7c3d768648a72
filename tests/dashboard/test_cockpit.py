"""What the callbacks give, without a browser: first look, a run, a reload in the middle, the other language."""

from __future__ import annotations

from typing import Any

import pytest
from dash import no_update
from dash.exceptions import PreventUpdate

from dashboard.jobs import JobTable
from dashboard.pages.cockpit import Cockpit, _numbers
from dashboard.worker import work_once


@pytest.fixture
def cockpit(town: Any, jobs: JobTable) -> Cockpit:
    return Cockpit(town, jobs)


def test_a_first_visit_shows_the_plan_at_once_and_queues_its_default_scenario(cockpit: Cockpit) -> None:
    opened = cockpit.open_page("", None, None)
    job = cockpit.jobs.get(opened["page"]["job"])
    assert job.status == "queued" and job.request["preset"] == "as-planned" and job.request["levers"] == {}
    assert {"head", "side", "foot", "draft"} <= set(opened)
    seen = cockpit.look(opened["page"], None)
    assert seen["waiting"] and seen["results"] and not seen["shown"]["done"]


def test_two_visitors_share_the_default_run(cockpit: Cockpit) -> None:
    assert cockpit.open_page("", None, None)["page"]["job"] == cockpit.open_page("?lang=en", None, None)["page"]["job"]


def test_a_finished_job_is_shown_once(cockpit: Cockpit) -> None:
    page = cockpit.open_page("", None, None)["page"]
    before = cockpit.look(page, None)["shown"]
    assert "results" not in cockpit.look(page, before), "nothing is painted twice"
    assert work_once(cockpit.source, cockpit.jobs, "w")
    seen = cockpit.look(page, before)
    assert not seen["waiting"] and seen["shown"]["done"] and seen["progress"] == []
    assert "results" not in cockpit.look(page, seen["shown"])


def test_a_reload_in_the_middle_finds_the_running_job_and_then_its_result(cockpit: Cockpit) -> None:
    job = cockpit.submit("town", "baseline", {"training_places": 200000.0}, "quick")
    cockpit.jobs.claim("w")
    cockpit.jobs.progress(job, "w", 3, 8, "")
    again = cockpit.open_page(f"?plan=town&job={job}", None, None)
    assert (
        again["page"]["job"] == job and again["draft"]["preset"] == "baseline" and again["draft"]["levers"] == {"training_places": 200000.0}
    )
    seen = cockpit.look(again["page"], None)
    assert seen["waiting"] and seen["progress"] and "3 / 8" in str(seen["progress"])
    cockpit.jobs.finish(job, "w", cockpit.source.run({}, lambda done, total, text: None))
    assert cockpit.look(again["page"], seen["shown"])["shown"]["done"]


def test_a_new_run_leaves_the_older_result_in_view(cockpit: Cockpit) -> None:
    page = cockpit.open_page("", None, None)["page"]
    work_once(cockpit.source, cockpit.jobs, "w")
    shown = cockpit.look(page, None)["shown"]
    job = cockpit.submit("town", "baseline", {}, "quick")
    moved = cockpit.open_page(f"?plan=town&job={job}", page, None)
    assert set(moved) == {"page"}, "head and panel stay as they are"
    seen = cockpit.look(moved["page"], shown)
    assert "results" not in seen and "上一次" in str(seen["progress"])


def test_the_other_language_keeps_the_job_and_what_was_moved(cockpit: Cockpit) -> None:
    page = cockpit.open_page("", None, None)["page"]
    draft = {"plan": "town", "preset": "baseline", "levers": {"training_places": 1.0}, "precision": "careful"}
    turned = cockpit.open_page(f"?plan=town&lang=en&job={page['job']}", page, draft)
    assert turned["page"]["lang"] == "en" and turned["page"]["job"] == page["job"] and turned["draft"] == draft
    assert turned["page"]["title"] == "HRSS plan cockpit"


def test_a_draft_of_another_plan_is_not_used(cockpit: Cockpit) -> None:
    draft = {"plan": "elsewhere", "preset": "baseline", "levers": {"training_places": 1.0}, "precision": "careful"}
    assert cockpit.open_page("", None, draft)["draft"] == {"plan": "town", "preset": "as-planned", "levers": {}, "precision": "quick"}


def test_a_link_to_a_job_that_is_gone_still_shows_the_plan(cockpit: Cockpit) -> None:
    page = cockpit.open_page("?plan=town&job=0000", None, None)["page"]
    seen = cockpit.look(page, None)
    assert not seen["waiting"] and "不存在" in str(seen["progress"]) and seen["results"]


def test_a_failed_job_says_why(cockpit: Cockpit) -> None:
    job = cockpit.submit("town", "baseline", {}, "quick")
    cockpit.jobs.claim("w")
    cockpit.jobs.fail(job, "w", "levers.training: 改为 training_places")
    seen = cockpit.look(cockpit.open_page(f"?job={job}", None, None)["page"], None)
    assert "training_places" in str(seen["progress"]) and not seen["waiting"]


def test_effects_are_handed_over_once_a_plan(cockpit: Cockpit) -> None:
    shown = {"plan": "town", "lang": "zh"}
    given, plan = cockpit.effects(shown, None)
    assert given["plan"] == plan == "town" and given["levers"] and given["aims"]
    with pytest.raises(PreventUpdate):
        cockpit.effects(shown, plan)
    with pytest.raises(PreventUpdate):
        cockpit.effects(None, None)


def test_the_panel_under_another_scenario_and_as_it_came(cockpit: Cockpit) -> None:
    page = cockpit.open_page("", None, None)["page"]
    draft = {"plan": "town", "preset": "as-planned", "levers": {"training_places": 1.0}, "precision": "quick"}
    now, panel, words, note, rows = cockpit.change("baseline", "quick", draft, page, reset=False)
    assert now["levers"] == draft["levers"] and panel["preset"] == now["preset"] == "baseline" and rows is not no_update
    assert panel["levers"]["training_places"]["own"] == 113600.0 and "1" in words and "8" in note
    now, _, words, _, rows = cockpit.change("as-planned", "quick", draft, page, reset=True)
    assert now["levers"] == {} and rows is not no_update and words == "未作调整"
    now, panel, words, note, rows = cockpit.change("as-planned", "careful", draft, page, reset=False)
    assert "100" in note and (panel, words, rows) == (no_update,) * 3
    said = now.to_plotly_json()["operations"]
    assert [one["location"] for one in said] == [["precision"]], "levers that are moved meanwhile are left alone"


def test_what_is_shown_says_which_levers_it_was_run_with(cockpit: Cockpit) -> None:
    job = cockpit.submit("town", "baseline", {"training_places": 200000.0}, "quick")
    work_once(cockpit.source, cockpit.jobs, "w")
    shown = cockpit.look(cockpit.open_page(f"?plan=town&job={job}", None, None)["page"], None)["shown"]
    assert (shown["preset"], shown["levers"]) == ("baseline", {"training_places": 200000.0})


def test_numbers_as_typed() -> None:
    ids = [{"id": name} for name in "abcd"]
    assert _numbers(ids, [1, "2.5", "", None]) == {"a": 1.0, "b": 2.5, "c": None, "d": None}
