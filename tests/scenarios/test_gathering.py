"""Gathering: every outcome comes, few runs are under way at once, and a worker that dies costs its runs a second try."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from scenarios import gathering
from scenarios.simulate import Outcome


@dataclass(frozen=True)
class Job:
    """What stands for a run here."""

    key: str


class Workers(Executor):
    """Answers at once; breaks, as a pool does when a worker dies, on the jobs in `deadly` while they have lives."""

    _max_workers = 2

    def __init__(self, deadly: dict[str, int]) -> None:
        self.deadly, self.broken, self.sent = deadly, False, list[str]()

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        key = args[0].key
        if self.broken:
            raise BrokenExecutor("broken")
        self.sent.append(key)
        if self.deadly.get(key, 0) > 0:
            self.deadly[key] -= 1
            self.broken = True
            future.set_exception(BrokenExecutor("a worker died"))
        elif key == "error":
            future.set_exception(ValueError("no"))
        elif key == "gone":
            future.cancel()
            future.set_running_or_notify_cancel()
        else:
            future.set_result(Outcome(key, b"x"))
        return future


@pytest.fixture
def pools(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function that prepares pools with deadly jobs and gives the list of pools that were opened."""

    def prepare(**deadly: int) -> list[Workers]:
        opened: list[Workers] = []

        @contextmanager
        def executor_of(name: str, *, runs: int, threads: int, grounds: Any) -> Iterator[Workers]:
            assert runs > 1 or not opened, "a suspect would run in the coordinator itself"
            opened.append(Workers(deadly))
            yield opened[-1]

        monkeypatch.setattr(gathering, "executor_of", executor_of)
        monkeypatch.setattr(gathering, "compile_once", lambda: None)
        monkeypatch.setattr(gathering, "packed", lambda jobs, sample: ((), list(jobs)))
        return opened

    return prepare


def gather(*keys: str) -> dict[str, Outcome]:
    found = list(gathering.gathered([Job(key) for key in keys], "processes"))  # type: ignore[misc]
    assert len({one.key for one in found}) == len(found)
    return {one.key: one for one in found}


def test_every_outcome_comes_in_one_pool(pools: Any) -> None:
    opened = pools()
    found = gather(*(f"{i}" for i in range(50)))
    assert len(found) == 50 and all(one.shard for one in found.values()) and len(opened) == 1
    assert opened[0].sent == [f"{i}" for i in range(50)]


def test_what_a_worker_dies_of_once_is_tried_again(pools: Any) -> None:
    opened = pools(b=1)
    found = gather("a", "b", "c", "d")
    assert sorted(found) == ["a", "b", "c", "d"] and all(one.shard for one in found.values()) and len(opened) == 2


def test_a_run_that_kills_every_worker_fails_alone(pools: Any) -> None:
    pools(b=99)
    found = gather(*"abcdefghijklmnop")
    assert len(found) == 16 and [key for key, one in found.items() if one.shard is None] == ["b"]
    assert "WorkerLost" in (found["b"].error or "")


def test_an_error_of_the_transport_is_an_outcome(pools: Any) -> None:
    pools()
    assert gather("a", "error")["error"].error == "ValueError: no"


def test_a_lost_scheduler_is_told(pools: Any) -> None:
    pools()
    with pytest.raises(gathering.ClusterLost):
        gather("a", "gone", "b")
    assert issubclass(CancelledError, Exception)


def test_few_runs_are_under_way_at_once(monkeypatch: pytest.MonkeyPatch, pools: Any) -> None:
    pools()
    under_way: list[int] = []
    real = gathering.wait

    def watching(pending: Any, **how: Any) -> Any:
        under_way.append(len(pending))
        return real(pending, **how)

    monkeypatch.setattr(gathering, "wait", watching)
    gather(*(f"{i}" for i in range(100)))
    assert max(under_way) <= gathering.AHEAD * 2
