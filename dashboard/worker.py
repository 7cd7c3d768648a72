"""The job worker: one process that simulates, so that the web server never does.

It takes the oldest queued job, reports progress, keeps the result, and takes the next. A thread gives signs of life while a
long step runs, and ends the process when its parent is gone.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable

from dashboard.jobs import Job, JobTable
from dashboard.orphans import PULSE, end_with
from dashboard.source import AtHand, Source

log = logging.getLogger("renshe.worker")
POLL = 0.3  # seconds between two looks at an empty queue
MESSAGE_LENGTH = 4000  # characters of a fault that the page can show


class Given(Exception):
    """The job was cancelled, or given to another worker: no error, but the job is no longer ours."""


def work_once(source: Source, jobs: JobTable, worker: str) -> bool:
    """Take one job and see it through; False when there was none."""
    job = jobs.claim(worker)
    if job is None:
        return False
    try:
        result = source.run(job.request, _reporter(jobs, job, worker))
    except Given:
        log.info("job %s was cancelled", job.id)
    except Exception as fault:  # whatever goes wrong in a run belongs on the page, not in a dead worker
        jobs.fail(job.id, worker, _message(fault))
        log.warning("job %s failed", job.id, exc_info=not _is_bad_input(fault))
    else:
        jobs.finish(job.id, worker, result)
    return True


def work(source: Source, jobs: JobTable, worker: str, stop: Callable[[], bool] = lambda: False) -> None:
    """Take jobs until `stop()`; jobs of workers that have been silent too long are given back on the way."""
    looked = 0.0
    while not stop():
        if time.monotonic() - looked > PULSE:
            jobs.requeue()
            looked = time.monotonic()
        if not work_once(source, jobs, worker):
            time.sleep(POLL)


def _reporter(jobs: JobTable, job: Job, worker: str) -> Callable[[int, int, str], None]:
    def report(done: int, total: int, text: str = "") -> None:
        if not jobs.progress(job.id, worker, int(done), int(total), str(text)):
            raise Given(job.id)

    return report


def _is_bad_input(fault: BaseException) -> bool:
    return hasattr(fault, "faults")


def _message(fault: Exception) -> str:
    text = str(fault).strip() or type(fault).__name__
    if not _is_bad_input(fault):
        text = f"内部错误 · internal fault: {type(fault).__name__}: {text}"
    return text[:MESSAGE_LENGTH]


def main(worker: str, parent: int) -> None:
    """Serve the job table under RENSHE_HOME until the parent ends this process."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="worker: %(message)s")  # Mesa tells every step at INFO
    jobs = JobTable()
    end_with(parent, lambda: jobs.alive(worker))
    source = AtHand()
    source.prepare()
    work(source, jobs, worker)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
