"""A child process that ends when its parent is gone, however the parent went."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

import psutil

PULSE = 3.0  # seconds between two looks


def is_orphan(parent: int) -> bool:
    """Whether this process has outlived its parent (a parent that is dead but not yet buried counts as gone)."""
    return (os.name == "posix" and os.getppid() != parent) or not psutil.pid_exists(parent)


def end_children() -> None:
    """End this process's own children (the simulating processes of a run under way)."""
    for child in psutil.Process().children(recursive=True):
        child.kill()


def end_with(parent: int, at_each_pulse: Callable[[], None] = lambda: None) -> None:
    """Watch the parent from a thread of its own; `at_each_pulse` is called meanwhile."""

    def watch() -> None:
        while not is_orphan(parent):
            at_each_pulse()
            time.sleep(PULSE)
        end_children()
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
