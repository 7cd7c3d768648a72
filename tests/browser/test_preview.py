"""The preview in a real Chromium, on the made-up town: a lever is moved, figures follow without the server, and give way to what is run."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import numpy as np
import pytest

from scenarios.effects import Aimed, Curve, Effects
from scenarios.effects.curves import moved_chance, moved_quantiles
from tests.browser.serving import opened, served, visited
from tests.browser.test_cockpit import Visit, at, first_lever, press, step_of
from tests.dashboard.conftest import EFFECTS, LEVERS, Town

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ROW = "tr[data-row*='\"ui_insured\"']"
CARD = "#fan-ui_insured"


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def visit(town: Town, fresh_home: Any) -> Iterator[Visit]:
    with served(town) as url, visited(url) as page:
        yield page


def known(page: Any) -> None:
    """Wait until the effects are there, and the chart that they are about is drawn."""
    page.wait_for_function("window.cockpitPreview.ready()")
    page.locator(CARD).scroll_into_view_if_needed()
    page.wait_for_selector(f"{CARD} .scatterlayer .trace", state="attached")
    page.wait_for_function("window.cockpitCharts.settled()")


def asked(page: Any) -> list[str]:
    """What is asked of the server from now on."""
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url))
    return found


def moved(page: Any, value: float) -> None:
    """Type a number of places, and wait for the preview."""
    _, box = first_lever(page)
    box.fill(f"{value:.0f}")
    box.press("Enter")


def shown(page: Any, place: str) -> str:
    return re.sub(r"\s+", " ", page.inner_text(place)).strip()


def effects() -> Effects:
    """The made-up effects as the simulator has them."""
    levers = tuple(Curve(one["id"], tuple(one["at"]), one["rest"], one["usual"]) for one in EFFECTS["levers"])
    aims = tuple(
        Aimed(one["name"], one["id"], one["area"], tuple(one["columns"]), (one["window"][0], math.inf), (0.0, math.inf), 8,
              np.array(one["apart"], float),
              {name: (np.array(e["m"], float), np.array(e["s"], float)) for name, e in one["effects"].items()})
        for one in EFFECTS["aims"]
    )  # fmt: skip
    return Effects(levers, aims)


def test_the_browser_adds_up_as_the_simulator_does(visit: Visit) -> None:
    page, whole = opened(visit), effects()

    def found(what: str, *given: Any) -> Any:
        return page.evaluate("([what, given]) => window.cockpitEffects[what](...given)", [what, given])

    random = np.random.default_rng(1)
    ends = {"training_places": 1e6, "enrolment_drive_small_firms": 1.0}
    for _ in range(40):
        before, now = ({name: round(random.uniform(0, end), 3) for name, end in ends.items() if random.random() < 0.7} for _ in "ab")
        for aim, given in zip(whole.aims, EFFECTS["aims"], strict=True):
            levers = {one["id"]: one for one in EFFECTS["levers"]}
            moves = found("moves", levers, given, now, before)
            np.testing.assert_allclose(moves, whole.moves(aim, now, before), rtol=1e-9, atol=1e-9)
            shift, sd = (column[-1] for column in moves)
            run, counted = (90.0, 93.0, 98.0), float(random.integers(0, 9) + 0.5) / 9
            there = moved_quantiles(run, shift, sd, (0.0, 97.0))
            here = found("quantiles", run, shift, sd, (0, 97))
            np.testing.assert_allclose(here, there, rtol=1e-12)
            chance = found("chance", counted, 8, run, here, (95.5, None))
            assert chance == pytest.approx(moved_chance(counted, 8, run, there, (95.5, math.inf)), abs=1e-6)


def test_a_lever_moved_repaints_figures_without_a_word_to_the_server(visit: Visit) -> None:
    page = opened(visit)
    known(page)
    before = {place: shown(page, place) for place in (ROW, CARD)}
    requests = asked(page)
    thumb, _ = first_lever(page)
    start, step = at(thumb), step_of(thumb)
    assert shown(page, "#preview") == "", "back where it was, nothing is previewed"
    press(thumb, "ArrowRight", round((240000 - start) / step))
    page.wait_for_selector(f"{CARD} .preview-layer")
    wanted = effects().moves(effects().aims[0], {"training_places": at(thumb)})[0][-1]
    assert shown(page, f"{ROW} .c-final .preview-part").startswith(f"≈ {90 + wanted:.0f}")
    assert "≈" in shown(page, f"{ROW} .c-frequency .preview-part") and "运行后给出" in shown(page, f"{ROW} .c-verdict")
    assert "预览" in shown(page, f"{CARD} .card-answer.preview-part")
    title = shown(page, "#preview")
    assert "改动 1 项举措" in title and "ui_insured +6" in title and "尚未模拟" in title
    assert requests == []

    press(thumb, "ArrowLeft", round((at(thumb) - start) / step))
    page.wait_for_function("!document.querySelector('.preview-layer, .preview-part')")
    assert {place: shown(page, place) for place in (ROW, CARD)} == before and shown(page, "#preview") == "" and requests == []


def test_charts_that_were_out_of_sight_are_as_the_levers_are_when_they_come_back(visit: Visit) -> None:
    page = opened(visit)
    known(page)
    away, layer = "window.scrollTo(0, document.body.scrollHeight)", f"{CARD} .preview-layer"
    page.evaluate(away)
    page.wait_for_timeout(300)
    moved(page, 240000)
    page.wait_for_selector("#preview .preview-title")
    page.locator(CARD).scroll_into_view_if_needed()
    page.wait_for_selector(layer)
    page.evaluate(away)
    page.wait_for_timeout(300)
    page.click("#reset-button")
    page.wait_for_function("!document.querySelector('#preview > *')")
    page.locator(CARD).scroll_into_view_if_needed()
    page.wait_for_function("window.cockpitCharts.settled()")
    page.wait_for_function("selector => !document.querySelector(selector)", arg=layer)


def test_a_precision_that_is_chosen_meanwhile_leaves_the_levers_alone(visit: Visit) -> None:
    page = opened(visit)
    known(page)
    thumb, _ = first_lever(page)
    page.evaluate("() => { [...document.querySelectorAll('#precision input')].at(-1).click(); }")
    press(thumb, "ArrowRight", 6)
    page.wait_for_function("document.querySelector('#precision-note').innerText.includes('100')")
    page.wait_for_timeout(500)
    draft = page.evaluate("JSON.parse(sessionStorage.getItem('draft'))")
    assert draft["precision"] == "careful" and draft["levers"] == {"training_places": at(thumb)}
    assert "已调整 1 项" in shown(page, "#moved") and shown(page, "#preview")


def test_a_target_due_before_the_plan_ends_stops_there(fresh_home: Any) -> None:
    class Early(Town):
        def effects(self, plan: str) -> dict[str, Any]:
            found = deepcopy(EFFECTS)
            aim = found["aims"][0]
            aim["columns"] = ["2021", "2022", "2023", "final"]
            aim["effects"]["training_places"] = {"m": [[v] * 4 for v in (-4, 0, 6, 12)], "s": [[v] * 4 for v in (1, 0, 0.5, 1)]}
            return found

    with served(Early()) as url, visited(url) as visit:
        page = opened(visit)
        known(page)
        moved(page, 240000)
        page.wait_for_selector(f"{CARD} .preview-layer")
        assert page.locator(f"{CARD} .preview-point").count() == 3, "no line goes on where nothing is known"


def test_a_run_that_counted_none_does_not_leap(visit: Visit) -> None:
    """0 of 8 met 100; six more bring the median from 90 to 96: not the half of the draws."""
    page = opened(visit)
    known(page)
    moved(page, 240000)
    page.wait_for_selector(f"{ROW} .c-frequency .preview-part")
    said = shown(page, f"{ROW} .c-frequency .preview-part")
    assert "仅供参考" in said and int(re.search(r"(\d+)%", said)[1]) < 30
    assert "情景达标频率" in shown(page, f"{CARD} .card-answer.preview-part") and "≈" in said


def test_a_preview_that_leaves_the_axis_stretches_it_and_lets_it_go(visit: Visit) -> None:
    page = opened(visit)
    known(page)
    top = f"document.querySelector('{CARD} .chart')._fullLayout.yaxis.range[1]"
    own = page.evaluate(top)
    moved(page, 1e6)
    page.wait_for_selector(f"{CARD} .preview-layer")
    page.wait_for_function("window.cockpitCharts.settled()")
    assert page.evaluate(top) > own
    chart, line = (page.locator(f"{CARD} {what}").bounding_box() for what in (".chart", ".preview-median"))
    assert chart["y"] < line["y"] < line["y"] + line["height"] < chart["y"] + chart["height"], "the median lies inside its chart"
    page.click("#reset-button")
    page.wait_for_function("!document.querySelector('.preview-layer') && window.cockpitCharts.settled()")
    assert page.evaluate(top) == pytest.approx(own)


def test_a_run_takes_the_place_of_the_preview(visit: Visit, town: Town) -> None:
    page = opened(visit)
    known(page)
    moved(page, 240000)
    page.wait_for_selector("#preview .preview-title")
    page.click("#run-button")
    page.wait_for_function("document.querySelector('#answer').innerText.includes('另调整 1 项举措')")
    page.wait_for_function("!document.querySelector('#preview > *, .preview-layer, .preview-part')")
    assert town.ran[-1]["levers"] == {"training_places": 240000.0}
    known(page)
    moved(page, 120000)
    page.wait_for_selector(f"{CARD} .preview-layer")
    assert "ui_insured −6" in shown(page, "#preview"), "from what was run, not from the plan"


def test_counties_follow_too_and_another_language_keeps_the_preview(visit: Visit) -> None:
    page = opened(visit)
    known(page)
    moved(page, 240000)
    page.wait_for_selector("#preview .preview-title")
    page.locator("#counties .card").first.scroll_into_view_if_needed()
    page.wait_for_selector("#counties .card .preview-layer")
    assert page.locator("#counties .card .preview-layer").count() == 1, "the other county has no effect"
    page.click("#language-button")
    page.wait_for_function("document.querySelector('#preview')?.innerText.includes('Preview (an estimate')")
    page.wait_for_selector(f"{ROW} .preview-part")


def test_a_reload_finds_the_preview_again(visit: Visit) -> None:
    page = opened(visit)
    known(page)
    moved(page, 240000)
    page.wait_for_selector("#preview .preview-title")
    page.wait_for_function("JSON.parse(sessionStorage.getItem('draft')).levers.training_places === 240000")
    page.reload()
    page.wait_for_selector(f"{ROW} .preview-part")
    page.locator(CARD).scroll_into_view_if_needed()
    page.wait_for_selector(f"{CARD} .preview-layer")


def test_another_scenario_is_not_guessed_at(visit: Visit) -> None:
    page = opened(visit)
    known(page)
    moved(page, 240000)
    page.wait_for_selector("#preview .preview-title")
    page.locator("#preset-select").click()
    page.get_by_role("option", name="基期政策不变").click()
    page.wait_for_function("document.querySelector('#preview').innerText.includes('已换情景')")
    assert page.locator(".preview-layer, .preview-part").count() == 0


def test_moves_that_nothing_answers_are_said(visit: Visit) -> None:
    """0 … 120,000 places move no new jobs; the second lever is what the first is not."""
    page = opened(visit)
    known(page)
    moved(page, 121000)
    page.wait_for_function("document.querySelector('#preview').innerText.includes('小于测算误差')")
    assert page.locator(f"{ROW} .preview-part").count() == 0


class Bare(Town):
    """A plan whose effects nobody has measured."""

    def effects(self, plan: str) -> dict[str, Any]:
        return {"plan": plan, "why": []}


class Partly(Town):
    """A plan of which one lever has been measured."""

    def effects(self, plan: str) -> dict[str, Any]:
        found = deepcopy(EFFECTS)
        found["levers"] = [one for one in found["levers"] if one["id"] != LEVERS[0]["id"]]
        return found


@pytest.mark.parametrize(("source", "words"), [(Bare, "renshe effects town"), (Partly, "未计入预览")])
def test_what_was_not_measured_is_said_and_not_shown(source: type[Town], words: str, fresh_home: Any) -> None:
    with served(source()) as url, visited(url) as visit:
        page = opened(visit)
        known(page)
        moved(page, 240000)
        page.wait_for_function("words => document.querySelector('#preview').innerText.includes(words)", arg=words)
        assert page.locator(".preview-layer, .preview-part").count() == 0


def test_what_is_left_out_stays_said_when_other_parts_arrive(fresh_home: Any) -> None:
    with served(Partly()) as url, visited(url) as visit:
        page = opened(visit)
        known(page)
        moved(page, 240000)
        box = page.locator(".lever[data-search^=enrolment_drive] input:not([type=hidden])").first
        box.fill("100")
        box.press("Enter")
        page.wait_for_selector("#preview .preview-title")
        page.locator("#county-table").click()
        page.get_by_role("option").last.click()
        page.wait_for_timeout(700)
        assert "未计入预览" in shown(page, "#preview") and page.locator("#preview .preview-title").count() == 1


@pytest.mark.parametrize("width", [1280, 390])
def test_the_preview_fits_the_window(width: int, fresh_home: Any) -> None:
    with served(Town()) as url, visited(url, width) as visit:
        page = opened(visit)
        known(page)
        page.evaluate("document.getElementById('lever-block').open = true")
        moved(page, 240000)
        page.wait_for_selector("#preview .preview-title")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("#preview").bounding_box()["height"] < 0.35 * 900, "most of the window is for what is previewed"
