"""The web server's process: the cockpit under uvicorn. It reads plans and the job table, and never simulates."""

from __future__ import annotations

import argparse

import uvicorn

from dashboard.app import create_app
from dashboard.jobs import JobTable
from dashboard.orphans import end_with
from dashboard.source import AtHand


def main(arguments: list[str] | None = None) -> None:
    """Serve the cockpit until told to stop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8050)
    parser.add_argument("--parent", type=int, help="process to end with")
    chosen = parser.parse_args(arguments)
    if chosen.parent is not None:
        end_with(chosen.parent)
    app = create_app(AtHand(), JobTable())
    uvicorn.run(app.server, host=chosen.host, port=chosen.port, log_level="warning", access_log=False, timeout_graceful_shutdown=3)


if __name__ == "__main__":
    main()
