"""The worker: takes jobs, tells progress, and puts every fault on the page instead of dying of it."""

from __future__ import annotations

from typing import Any

from dashboard.jobs import CANCELLED, DONE, FAILED, JobTable
from dashboard.worker import MESSAGE_LENGTH, work, work_once
from model.documents import BadInput, Fault

REQUEST = {"plan": "town", "preset": "baseline", "levers": {}, "draws": 2, "scale": 50, "seed": 1}


def test_no_job_no_work(jobs: JobTable, town: Any) -> None:
    assert not work_once(town, jobs, "w")


def test_a_job_is_run_and_its_result_kept(jobs: JobTable, town: Any, result: dict[str, Any]) -> None:
    job_id = jobs.submit(REQUEST)
    assert work_once(town, jobs, "w")
    job = jobs.get(job_id)
    assert (job.status, job.done, job.total) == (DONE, 2, 2)
    assert town.ran == [REQUEST] and jobs.result(job_id) == result


def test_bad_input_is_shown_as_it_is_and_a_fault_of_ours_as_one(jobs: JobTable, town: Any) -> None:
    bad = BadInput([Fault("town", None, "levers.training", "x", "a lever", "改为 training_places")])
    for fault, words in ((bad, "training_places"), (RuntimeError("books do not close in 2022-03"), "内部错误")):
        town.run = lambda request, progress, fault=fault: (_ for _ in ()).throw(fault)
        job_id = jobs.submit(REQUEST)
        work_once(town, jobs, "w")
        assert jobs.get(job_id).status == FAILED and words in jobs.get(job_id).message
        assert "Traceback" not in jobs.get(job_id).message


def test_a_long_message_is_cut(jobs: JobTable, town: Any) -> None:
    town.run = lambda request, progress: (_ for _ in ()).throw(RuntimeError("x" * 10 * MESSAGE_LENGTH))
    job_id = jobs.submit(REQUEST)
    work_once(town, jobs, "w")
    assert len(jobs.get(job_id).message) == MESSAGE_LENGTH


def test_a_cancelled_job_stops_at_the_next_report(jobs: JobTable, town: Any) -> None:
    job_id = jobs.submit(REQUEST)
    reported: list[int] = []

    def run(request: Any, progress: Any) -> dict[str, Any]:
        for done in range(8):
            progress(done, 8, "")
            reported.append(done)
            if done == 2:
                jobs.cancel(job_id)
        return {}

    town.run = run
    assert work_once(town, jobs, "w")
    assert reported == [0, 1, 2] and jobs.get(job_id).status == CANCELLED


def test_the_worker_goes_on_after_a_fault(jobs: JobTable, town: Any) -> None:
    ids = [jobs.submit({**REQUEST, "seed": seed}) for seed in range(3)]
    good = town.run
    town.run = lambda request, progress: good(request, progress) if request["seed"] != 1 else 1 / 0
    work(town, jobs, "w", stop=lambda: not any(jobs.get(name).open for name in ids))
    assert [jobs.get(name).status for name in ids] == [DONE, FAILED, DONE]
