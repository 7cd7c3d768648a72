"""A cockpit over a made-up source in this process, and a page of Chromium that looks at it."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from dashboard.app import create_app
from dashboard.jobs import JobTable
from dashboard.serve import page_at
from dashboard.worker import work_once
from tests.browser.test_cockpit import FLAGS, Visit


@contextmanager
def served(source: Any) -> Iterator[str]:
    """The address of a cockpit over a source; its worker takes jobs as they come."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    jobs, over = JobTable(), threading.Event()
    server = uvicorn.Server(uvicorn.Config(create_app(source, jobs).server, port=port, log_level="warning"))

    def work() -> None:
        while not over.is_set():
            if not work_once(source, jobs, "w"):
                time.sleep(0.1)

    threads = [threading.Thread(target=server.run, daemon=True), threading.Thread(target=work, daemon=True)]
    for thread in threads:
        thread.start()
    while page_at(f"http://127.0.0.1:{port}", 1) is None:
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}/"
    over.set()
    server.should_exit = True
    for thread in threads:
        thread.join(10)
    jobs.close()


@contextmanager
def visited(url: str, width: int = 1280, height: int = 900) -> Iterator[Visit]:
    """A page that must keep to itself and complain of nothing."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=shutil.which("chromium") or shutil.which("chromium-browser"), args=FLAGS)
        visit = Visit(chromium, url, width, height)
        visit.page.set_default_timeout(30_000)
        yield visit
        visit.done()
        chromium.close()


def opened(visit: Visit, hash_: str = "") -> Any:
    """The page once all of it stands there and what is in the window is drawn."""
    visit.page.goto(f"{visit.url}{hash_}")
    visit.page.wait_for_selector("#rest .scorecard")
    visit.page.wait_for_selector("#fans-part .scatterlayer .trace")
    visit.page.wait_for_function("window.cockpitCharts.settled()")
    return visit.page
