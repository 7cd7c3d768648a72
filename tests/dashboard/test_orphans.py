"""A child ends with its parent, however the parent went."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import psutil
import pytest

from dashboard.orphans import is_orphan

CHILD = "import os, sys, time; from dashboard import orphans; orphans.PULSE = 0.1; orphans.end_with(int(sys.argv[1])); time.sleep(600)"
PARENT = (
    "import os, subprocess, sys, time; child = subprocess.Popen([sys.executable, '-c', sys.argv[1], str(os.getpid())]); "
    "print(child.pid, flush=True); time.sleep(600)"
)


def test_a_living_parent_is_seen() -> None:
    assert not is_orphan(os.getppid())


def test_a_process_that_is_no_parent_of_ours_is_not_taken_for_one() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    assert is_orphan(gone.pid)


@pytest.mark.skipif(os.name != "posix", reason="on Windows a killed parent takes its console's children along")
def test_a_killed_parent_takes_its_child_along() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, CHILD], stdout=subprocess.PIPE, text=True, encoding="utf-8")
    child = psutil.Process(int(parent.stdout.readline()))
    time.sleep(1.0)
    assert child.is_running()
    parent.kill()
    parent.stdout.close()
    gone, alive = psutil.wait_procs([child], timeout=20)
    assert gone and not alive
    parent.wait()
