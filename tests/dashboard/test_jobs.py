"""The job table: one job a request, one worker a job, nothing lost when a worker dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from dashboard import jobs as table
from dashboard.jobs import CANCELLED, DONE, FAILED, QUEUED, RUNNING, JobTable, key_of

REQUEST = {"plan": "town", "preset": "baseline", "levers": {"training_places": 1.5}, "draws": 8, "scale": 50, "seed": 1}


def test_a_job_from_submission_to_result(jobs: JobTable) -> None:
    job_id = jobs.submit(REQUEST)
    assert jobs.get(job_id).status == QUEUED and jobs.get(job_id).open
    taken = jobs.claim("w1")
    assert taken.id == job_id and taken.status == RUNNING and taken.request == REQUEST and taken.attempts == 1
    assert jobs.progress(job_id, "w1", 3, 8, "三")
    assert (jobs.get(job_id).done, jobs.get(job_id).total, jobs.get(job_id).text) == (3, 8, "三")
    assert jobs.result(job_id) is None
    assert jobs.finish(job_id, "w1", {"值": 1.25})
    assert jobs.get(job_id).status == DONE and jobs.result(job_id) == {"值": 1.25}


def test_the_same_request_is_the_same_job(jobs: JobTable) -> None:
    first = jobs.submit(REQUEST, "code-1")
    assert jobs.submit(dict(reversed(REQUEST.items())), "code-1") == first
    assert jobs.submit({**REQUEST, "seed": 2}, "code-1") != first
    assert jobs.submit(REQUEST, "code-2") != first, "changed code asks for a new run"


def test_a_failed_or_cancelled_request_may_be_tried_again(jobs: JobTable) -> None:
    first = jobs.submit(REQUEST)
    jobs.claim("w1")
    assert jobs.fail(first, "w1", "规划不存在")
    assert jobs.get(first).status == FAILED and jobs.get(first).message == "规划不存在"
    second = jobs.submit(REQUEST)
    assert second != first
    assert jobs.cancel(second) and not jobs.cancel(second)
    assert jobs.submit(REQUEST) not in (first, second)


def test_key_does_not_depend_on_the_order_and_refuses_infinity() -> None:
    assert key_of({"a": 1, "b": 2}) == key_of({"b": 2, "a": 1}) != key_of({"a": 1, "b": 3})
    with pytest.raises(ValueError, match="Out of range"):
        key_of({"a": float("nan")})


def test_cancelling_takes_the_job_from_its_worker(jobs: JobTable) -> None:
    job_id = jobs.submit(REQUEST)
    jobs.claim("w1")
    assert jobs.cancel(job_id)
    assert not jobs.progress(job_id, "w1", 1, 8, "")
    assert not jobs.finish(job_id, "w1", {"late": True})
    assert jobs.get(job_id).status == CANCELLED and jobs.result(job_id) is None


def test_oldest_first_and_each_job_once_among_many_workers(jobs: JobTable) -> None:
    ids = [jobs.submit({**REQUEST, "seed": seed}) for seed in range(12)]
    assert jobs.ahead_of(jobs.get(ids[3])) == 3
    assert jobs.claim("first").id == ids[0]
    taken: list[str] = []

    def take(name: str) -> None:
        own = JobTable()
        while (job := own.claim(name)) is not None:
            taken.append(job.id)
        own.close()

    threads = [threading.Thread(target=take, args=(f"w{i}",)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(ids[1:])


def test_jobs_survive_a_restart_of_everything(jobs: JobTable) -> None:
    job_id = jobs.submit(REQUEST)
    jobs.close()
    again = JobTable()
    assert again.get(job_id).request == REQUEST
    assert again.get("no such job") is None and again.result("no such job") is None
    again.close()


def test_silent_workers_lose_their_jobs_and_living_ones_do_not(jobs: JobTable, monkeypatch: pytest.MonkeyPatch) -> None:
    job_id = jobs.submit(REQUEST)
    jobs.claim("w1")
    assert jobs.requeue() == 0
    monkeypatch.setattr(table, "STALE_AFTER", -1.0)
    assert jobs.requeue() == 1 and jobs.get(job_id).status == QUEUED
    monkeypatch.setattr(table, "STALE_AFTER", 30.0)
    assert jobs.claim("w2").attempts == 2
    jobs.alive("w2")
    assert jobs.requeue() == 0
    assert not jobs.finish(job_id, "w1", {}), "the silent worker may not finish what is now another's"


def test_a_job_that_kills_its_workers_fails_in_the_end(jobs: JobTable) -> None:
    job_id = jobs.submit(REQUEST)
    for attempt in range(table.ATTEMPTS):
        assert jobs.get(job_id).status == QUEUED
        assert jobs.claim(f"w{attempt}").id == job_id
        assert jobs.requeue(f"w{attempt}") == 1
    assert jobs.get(job_id).status == FAILED and "died" in jobs.get(job_id).message
    assert jobs.claim("w9") is None


CLAIM_AND_HANG = """
import sys, time
from dashboard.jobs import JobTable
jobs = JobTable()
job = jobs.claim(sys.argv[1])
jobs.progress(job.id, sys.argv[1], 1, 8, "")
print(job.id, flush=True)
time.sleep(600)
"""


def test_a_job_of_a_killed_worker_is_done_by_the_next(jobs: JobTable) -> None:
    job_id = jobs.submit(REQUEST)
    worker = subprocess.Popen([sys.executable, "-c", CLAIM_AND_HANG, "doomed"], stdout=subprocess.PIPE, encoding="utf-8",
                              env=dict(os.environ))
    try:
        assert worker.stdout.readline().strip() == job_id
        assert jobs.get(job_id).done == 1
        worker.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        worker.wait(10)
        assert jobs.requeue("doomed") == 1
        assert jobs.get(job_id).done == 0, "progress starts again with the next worker"
        assert jobs.claim("next").id == job_id
        assert jobs.finish(job_id, "next", {"ok": True})
    finally:
        worker.kill()
        worker.stdout.close()
    assert jobs.result(job_id) == {"ok": True}
    assert jobs.get(job_id).finished <= time.time()
