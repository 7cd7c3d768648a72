"""Laying grounds in the workers of a cluster: once in each, those that join later included."""

from __future__ import annotations

from typing import Any

from distributed import WorkerPlugin

from scenarios.parcels import Ground, lay, lift


class LayGrounds(WorkerPlugin):
    """The scheduler hands it to every worker; when it is withdrawn the grounds are forgotten."""

    def __init__(self, grounds: tuple[Ground, ...]) -> None:
        self.grounds = grounds
        self.name = "renshe-grounds-" + "-".join(one.name for one in grounds)

    def setup(self, worker: Any) -> None:
        """On a worker, before it is given any run."""
        lay(self.grounds)

    def teardown(self, worker: Any) -> None:
        """On a worker, when the runs are done."""
        lift(self.grounds)
