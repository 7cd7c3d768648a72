"""How long a lever takes to show: from the key that moves a slider to the painted preview, in a real Chromium on the real cockpit."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from statistics import median
from typing import Any

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--no-first-run"]  # fmt: skip
PATIENCE = 300_000
WATCH = """() => {
  window.took = [];
  let changed = null;
  document.addEventListener('keydown', () => {
    if (changed) { changed.disconnect(); }
    const from = performance.now(), preview = document.getElementById('preview');
    changed = new MutationObserver(() => {
      changed.disconnect();
      (function look() {
        if (!window.cockpitCharts.settled()) { requestAnimationFrame(look); return; }
        requestAnimationFrame(() => setTimeout(() => window.took.push(performance.now() - from), 0));  /* a task after the paint */
      }());
    });
    changed.observe(preview, {childList: true});
  }, true);
}"""


def repaint(plan: str, lever: str, target: str, width: int, height: int, moves: int) -> dict[str, Any]:
    """Milliseconds of each move (a key on the lever's slider, the target's chart in the window), requests meanwhile, charts painted."""
    from playwright.sync_api import sync_playwright

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}/?plan={plan}"
    cockpit = subprocess.Popen([sys.executable, "-c", "import renshe; renshe.main()", "dashboard", "--port", str(port)],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        _wait(port)
        with sync_playwright() as play:
            chromium = play.chromium.launch(executable_path=shutil.which("chromium") or shutil.which("chromium-browser"), args=FLAGS)
            page = chromium.new_page(viewport={"width": width, "height": height})
            page.set_default_timeout(PATIENCE)
            page.goto(url)
            page.wait_for_selector("#rest .scorecard [data-row]")
            page.wait_for_function("window.cockpitPreview.ready()")
            page.evaluate("id => document.getElementById(id).scrollIntoView()", f"fan-{target}")
            page.wait_for_timeout(1000)  # until the charts that have come into the window are known to be there
            page.wait_for_function("window.cockpitCharts.settled()")
            asked: list[str] = []
            page.on("request", lambda request: asked.append(request.url))
            page.evaluate(WATCH)
            page.evaluate("id => document.querySelector(`.lever[data-search^='${id}'] [role=slider]`).focus({preventScroll: true})", lever)
            for move in range(moves):
                page.keyboard.press("ArrowLeft" if move % 4 == 3 else "ArrowRight")
                page.wait_for_timeout(400)
            took, charts = page.evaluate("window.took"), page.locator(".preview-layer").count()
            if len(took) != moves:
                raise RuntimeError(f"{len(took)} of {moves} moves changed the preview: is it made for this lever?")
            chromium.close()
    finally:
        cockpit.terminate()
        cockpit.wait(30)
    return {"plan": plan, "lever": lever, "width": width, "height": height, "ms": took, "median_ms": median(took), "slowest_ms": max(took),
            "requests": len(asked), "charts": charts}  # fmt: skip


def _wait(port: int) -> None:
    from dashboard.serve import page_at

    end = time.monotonic() + 120
    while page_at(f"http://127.0.0.1:{port}", 2) is None:
        if time.monotonic() > end:
            raise TimeoutError("the cockpit does not answer")
        time.sleep(0.3)
