"""Charts in a real Chromium, on the made-up town: folded ones are empty until opened by hand or by a link; print has all open ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.serving import opened, served, visited
from tests.browser.test_cockpit import Visit
from tests.dashboard.conftest import RUN, Town, quantiles

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FOLDED = "#fan-ecard_coverage"  # the only target of a field that is folded at first
DRAWN = ".scatterlayer .trace"


class Folded(Town):
    """The town with one target more, in a field of work that is folded at first."""

    def plan(self, plan: str) -> dict[str, Any]:
        shown = super().plan(plan)
        shown["indicators"][-1]["topic"] = "services"
        return shown

    def run(self, request: Any, progress: Any) -> dict[str, Any]:
        run = super().run(request, progress)
        row = next(row for row in run["indicators"] if row["id"] == "ecard_coverage")
        row.update({**RUN["indicators"][1], "id": "ecard_coverage", "measure": "ecard_coverage", "final": quantiles(90, 3)})
        return run


@pytest.fixture
def visit(fresh_home: Any) -> Iterator[Visit]:
    with served(Folded()) as url, visited(url) as page:
        yield page


def test_a_folded_chart_is_drawn_when_it_is_opened_without_a_word_to_the_server(visit: Visit) -> None:
    page = opened(visit)
    folded = page.locator(FOLDED)
    assert folded.count() == 1 and folded.locator(".main-svg").count() == 0 and not folded.is_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator(".field-of-work", has=folded).locator("summary").click()
    folded.locator(DRAWN).first.wait_for()
    assert asked == []
    for chart in page.locator(".chart").all():
        chart.scroll_into_view_if_needed()
        chart.locator(DRAWN).first.wait_for()


def test_a_figure_that_changes_is_repainted_at_once_or_when_it_is_opened(visit: Visit) -> None:
    page = opened(visit)
    change = """id => { const chart = document.querySelector(id + ' .chart'), figure = JSON.parse(chart.dataset.figure);
        figure.data.at(-1).hovertext = ['changed']; figure.data.at(-1).name = 'changed'; chart.dataset.figure = JSON.stringify(figure); }"""
    now = "id => document.querySelector(id + ' .chart').data?.at(-1).name === 'changed'"
    first = "#" + str(page.locator(".card").first.get_attribute("id"))
    page.evaluate(change, first)
    page.wait_for_function(now, arg=first)
    page.evaluate(change, FOLDED)
    page.wait_for_function("window.cockpitCharts.settled()")
    assert page.locator(f"{FOLDED} .main-svg").count() == 0, "nothing is drawn where nobody looks"
    page.locator(".field-of-work", has=page.locator(FOLDED)).locator("summary").click()
    page.wait_for_function(now, arg=FOLDED)


def test_a_link_unfolds_what_it_leads_to(visit: Visit) -> None:
    page = opened(visit)
    page.locator(f".scorecard a[href='{FOLDED}']").click()
    page.locator(f"{FOLDED} {DRAWN}").first.wait_for()
    assert page.evaluate("id => document.querySelector(id).getBoundingClientRect().top < window.innerHeight", FOLDED)
    page = opened(visit, f"?plan=town{FOLDED}")
    page.locator(f"{FOLDED} {DRAWN}").first.wait_for()


def test_print_has_every_open_chart_and_another_language_draws_anew(visit: Visit) -> None:
    page = opened(visit)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    bare = "[...document.querySelectorAll('.chart')].filter(c => !c.closest('details:not([open])') && !c.querySelector('.main-svg')).length"
    assert page.evaluate(bare) == 0 and page.locator(f"{FOLDED} .main-svg").count() == 0
    page.click("#language-button")
    page.wait_for_function("document.querySelector('#rest .scorecard thead')?.innerText.includes('Target')")
    page.locator(f"#fans-part {DRAWN}").first.wait_for()
    assert page.locator("#scorecard-part .scorecard").count() >= 1 and "指标" not in page.inner_text("#scorecard-part h2")
    assert page.locator("#fans-part > h2").count() == 1 and page.locator("[id='fan-ui_insured']").count() == 1, "nothing stands there twice"
