"""The cockpit in a real Chromium: a planner's first minutes, a reload in the middle, and nothing that leaves the machine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.serve import page_at

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE = 480_000  # milliseconds for a run on a busy machine, compilation included
DRAWS = os.environ.get("RENSHE_COCKPIT_DRAWS", "8")
SCALE = os.environ.get("RENSHE_COCKPIT_SCALE", "500")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A cockpit of its own, with small runs."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path_factory.mktemp("cockpit") / "log"
    with log.open("wb") as out:
        parent = subprocess.Popen(
            [sys.executable, "-c", "import renshe; renshe.main()", "dashboard", "--port", str(port)],
            stdout=out,
            stderr=out,
            env={**os.environ, "RENSHE_COCKPIT_DRAWS": DRAWS, "RENSHE_COCKPIT_SCALE": SCALE},
        )
    try:
        _wait(f"http://127.0.0.1:{port}/", parent, log)
        yield f"http://127.0.0.1:{port}/"
    finally:
        parent.terminate()
        parent.wait(15)


def _wait(url: str, parent: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end and parent.poll() is None:
        if page_at(url.rstrip("/"), 2) is not None:
            return
        time.sleep(0.3)
    pytest.fail(log.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=shutil.which("chromium") or shutil.which("chromium-browser"), args=FLAGS)
        yield chromium
        chromium.close()


class Visit:
    """A page whose requests and complaints are written down."""

    def __init__(self, browser: Any, url: str, width: int = 1280, height: int = 900) -> None:
        self.url, self.outside, self.complaints = url, [], []
        self.page = browser.new_page(viewport={"width": width, "height": height})
        self.page.set_default_timeout(PATIENCE)
        self.page.on("request", self._request)
        self.page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.outside.append(request.url)

    def done(self) -> None:
        """Close the page; it must have kept to itself."""
        self.page.close()
        assert self.outside == [] and self.complaints == []


@pytest.fixture
def visit(browser: Any, url: str) -> Iterator[Visit]:
    visit = Visit(browser, url)
    yield visit
    visit.done()


REVIEWS = [("assess", "终期评估"), ("outlook", "期后推演"), ("targets", "指标测算"), ("allocate", "任务分解")]


@pytest.mark.parametrize(("kind", "title"), REVIEWS)
@pytest.mark.parametrize("width", [1280, 390])
def test_review_pages_open_fit_and_list_the_faults_of_an_upload(browser: Any, url: str, kind: str, title: str, width: int) -> None:
    seen = Visit(browser, url, width)
    seen.page.goto(f"{url}{kind}?plan=xuzhou")
    seen.page.get_by_role("heading", name=title).wait_for()
    seen.page.wait_for_selector("#review-run")
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    bad = "plan,indicator,area,period,value,definition,source,status\nxuzhou,ui_insurde,,2025,1,,,published\n"
    upload = seen.page.locator("#review-upload input[type=file]")
    upload.set_input_files({"name": "bad.csv", "mimeType": "text/csv", "buffer": bad.encode()})
    seen.page.get_by_text("did you mean ui_insured").wait_for()
    assert "observed=" not in seen.page.url
    seen.done()


def bar(page: Any) -> int:
    """Draws done as the bar has it; -1 where there is no bar."""
    return int(page.evaluate("(document.querySelector('.progress') || {dataset: {done: -1}}).dataset.done"))


def first_lever(page: Any) -> tuple[Any, Any]:
    """Thumb and number box of the topmost lever (the slider has a hidden field of its own)."""
    return page.get_by_role("slider").first, page.locator(".lever input:not([type=hidden])").first


def at(thumb: Any) -> float:
    return float(thumb.get_attribute("aria-valuenow"))


def number_in(box: Any) -> float:
    return float(box.input_value().replace(",", ""))


def step_of(thumb: Any) -> float:
    """How far one arrow key moves the thumb, found out and taken back."""
    start = at(thumb)
    press(thumb, "ArrowRight", 1)
    step = at(thumb) - start
    press(thumb, "ArrowLeft", 1)
    return step


def press(thumb: Any, key: str, times: int) -> None:
    """Keys as fast as they come, which is faster than the page can answer each."""
    thumb.focus()
    for _ in range(times):
        thumb.press(key)


def settle(page: Any, value: float) -> None:
    """Wait until thumb and box have said `value` for a whole second: longer than any answer that is still under way."""
    page.wait_for_function(
        """value => {
            const box = document.querySelector('.lever input:not([type=hidden])').value.replaceAll(',', '');
            const thumb = document.querySelector('.lever [role=slider]').ariaValueNow;
            const now = performance.now();
            if (Number(box) !== value || Number(thumb) !== value) { window.since = undefined; return false; }
            window.since = window.since ?? now;
            return now - window.since > 1000;
        }""",
        arg=value,
        timeout=20_000,
    )
    page.evaluate("window.since = undefined")


def test_a_planners_first_minutes(visit: Visit) -> None:
    page = visit.page
    page.goto(visit.url)
    page.wait_for_selector(".scorecard")
    assert page.title() == "人社规划驾驶舱" and page.evaluate("document.documentElement.lang") == "zh-CN"
    assert "城镇新增就业人数" in page.inner_text("#results"), "the plan itself, before any simulation"
    page.wait_for_selector("#answer")

    thumb, box = first_lever(page)
    start, step = at(thumb), step_of(thumb)
    press(thumb, "ArrowRight", 5)
    settle(page, start + 5 * step)
    assert number_in(box) == at(thumb) == start + 5 * step
    page.wait_for_function("document.querySelector('#moved').innerText.includes('1')")

    page.click("#run-button")
    page.wait_for_url("**job=*")
    page.wait_for_selector(".progress")
    page.wait_for_function("(document.querySelector('.progress') || {dataset: {done: 99}}).dataset.done > 0")
    seen = bar(page)
    assert seen > 0, "the run was over before the bar could be seen: use more draws or a smaller scale"
    page.reload()
    page.wait_for_selector(".scorecard")
    assert bar(page) >= seen or page.query_selector("#answer"), "the reload lost the job"
    page.wait_for_function("document.querySelector('#answer') && document.querySelector('#answer').innerText.includes('另调整 1 项举措')")
    assert "情景达标频率" in page.inner_text("#answer") and "宏观路径" in page.inner_text("#answer")
    page.wait_for_selector(".card .js-plotly-plot .scatterlayer .trace")
    assert page.locator("#results .light.red, #results .light.amber, #results .light.green").count() > 3

    page.click("#language-button")
    page.wait_for_function(
        "document.querySelector('#answer') && document.querySelector('#answer').innerText.includes('with 1 lever(s) changed')"
    )
    assert page.evaluate("document.documentElement.lang") == "en" and page.title() == "HRSS plan cockpit"
    assert "Scenario" in page.inner_text("#side") and "Run" in page.inner_text("#run-button")


def test_a_slider_and_its_box_never_part(visit: Visit) -> None:
    """There and back, with pauses about as long as an answer takes; then a typed number, by Enter and by leaving the box."""
    page = visit.page
    page.goto(visit.url)
    page.wait_for_selector(".lever")
    thumb, box = first_lever(page)
    start, step = at(thumb), step_of(thumb)
    for pause in (0, 100, 300, 0):
        press(thumb, "ArrowRight", 3)
        page.wait_for_timeout(pause)
        press(thumb, "ArrowLeft", 2)
        start += step
    settle(page, start)
    for key in ("Enter", "Tab"):
        start += 2 * step
        box.fill(f"{start:.0f}")
        box.press(key)
        settle(page, start)


def test_a_lever_is_found_among_many_and_tables_can_be_taken_away(visit: Visit) -> None:
    page = visit.page
    page.goto(visit.url)
    page.wait_for_selector("#answer")
    everyone = page.locator("#levers .lever").count()
    hits = "document.querySelectorAll('#levers .lever:not([hidden])').length"
    page.fill("#lever-search", "recruitment_fairs")
    page.wait_for_function(f"{hits} === 1")
    assert page.inner_text("#lever-found") == "找到 1 项"
    page.fill("#lever-search", "没有这样的举措")
    page.wait_for_function(f"{hits} === 0")
    page.fill("#lever-search", "")
    page.wait_for_function(f"{hits} === {everyone}")
    assert page.locator(".lever-group[open]").count() == 0, "what was folded is folded again"
    for part, kind in (("scorecard", "xlsx"), ("counties", "csv")):
        with page.expect_download() as saved:
            page.locator(f"#{part}-part .save", has_text=kind.upper()).click()
        assert saved.value.suggested_filename.endswith(f".{kind}") and Path(saved.value.path()).stat().st_size > 1000


def test_counties_of_another_table(visit: Visit) -> None:
    page = visit.page
    page.goto(visit.url)
    page.wait_for_selector("#answer")
    before = page.inner_text("#counties")
    page.click("#county-table")
    page.get_by_role("option").last.click()
    page.wait_for_function("text => document.querySelector('#counties').innerText !== text", arg=before)
    assert "丰县" in page.inner_text("#counties")


def test_another_plan(visit: Visit) -> None:
    page = visit.page
    page.goto(visit.url)
    page.wait_for_selector("#answer")
    page.click("#plan-select")
    page.get_by_role("option").nth(1).click()
    page.wait_for_url("**plan=*")
    page.wait_for_function("!document.querySelector('.brand p').innerText.includes('徐州')")
    page.wait_for_selector(".scorecard")


@pytest.mark.parametrize("width", [390, 1280, 3840])
def test_nothing_runs_out_of_the_page(browser: Any, url: str, width: int) -> None:
    visit = Visit(browser, url, width, 844 if width == 390 else 900)
    visit.page.goto(url)
    visit.page.wait_for_selector("#answer")
    visit.page.locator(".card .chart").first.scroll_into_view_if_needed()
    visit.page.wait_for_selector(".card .js-plotly-plot .main-svg")
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    unnamed = visit.page.evaluate(
        "[...document.querySelectorAll('[role=slider], button, input:not([type=hidden])')].filter(e => e.offsetParent && "
        "!(e.getAttribute('aria-label') || e.getAttribute('aria-labelledby') || e.textContent || (e.labels && e.labels.length))).length"
    )
    assert unnamed == 0
    visit.done()
