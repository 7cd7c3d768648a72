"""The job table: what the page asks for, what the worker does, what the page then shows.

One row a job, in SQLite (WAL) or in any database that SQLAlchemy knows by URL. A row outlives the page, the web server and
the worker: a reload loses nothing, and a job whose worker died goes back to the queue. Times are UTC seconds.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    insert,
    select,
    update,
)

from scenarios.home import home

QUEUED, RUNNING, DONE, FAILED, CANCELLED = "queued", "running", "done", "failed", "cancelled"
STALE_AFTER = 30.0  # seconds without a sign of life before a running job counts as orphaned
ATTEMPTS = 3  # a job that took three workers down is a fault, not bad luck

_METADATA = MetaData()
_JOBS = Table(
    "cockpit_jobs",
    _METADATA,
    Column("id", String(32), primary_key=True),
    Column("key", String(64), nullable=False, index=True),
    Column("request", Text, nullable=False),
    Column("status", String(12), nullable=False, index=True),
    Column("submitted", Float, nullable=False),
    Column("started", Float),
    Column("finished", Float),
    Column("worker", String(64)),
    Column("seen", Float),
    Column("attempts", Integer, nullable=False, default=0),
    Column("done", Integer, nullable=False, default=0),
    Column("total", Integer, nullable=False, default=0),
    Column("text", Text, nullable=False, default=""),
    Column("message", Text),
    Column("result", Text),
)
_SHOWN = [column for column in _JOBS.columns if column.name != "result"]


@dataclass(frozen=True)
class Job:
    """One row of the table, without its result (which may be large)."""

    id: str
    key: str
    request: dict[str, Any]
    status: str
    submitted: float
    started: float | None
    finished: float | None
    worker: str | None
    seen: float | None
    attempts: int
    done: int
    total: int
    text: str
    message: str | None

    @property
    def open(self) -> bool:
        """Still to be done, or being done."""
        return self.status in (QUEUED, RUNNING)


def key_of(request: Mapping[str, Any], fingerprint: str = "") -> str:
    """Name of a request: equal requests to equal code have equal names, whatever the order of their entries."""
    text = json.dumps(request, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return sha256(f"{fingerprint}\0{text}".encode()).hexdigest()


def _engine(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": 30} if url.startswith("sqlite") else {})
    if url.startswith("sqlite"):
        event.listen(engine, "connect", _write_ahead)
    return engine


def _write_ahead(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


class JobTable:
    """The queue that page and worker share. Safe for several processes; every method is one transaction."""

    def __init__(self, url: str | None = None) -> None:
        if url is None:
            home().mkdir(parents=True, exist_ok=True)
            url = f"sqlite:///{(home() / 'cockpit.sqlite').as_posix()}"
        self._engine = _engine(url)
        _METADATA.create_all(self._engine)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        with self._engine.begin() as connection:
            yield connection

    # -- the page's side ---------------------------------------------------------------------------------------------

    def submit(self, request: Mapping[str, Any], fingerprint: str = "") -> str:
        """Queue a request and return the job's id; the same request to the same code is the same job, unless it failed."""
        key = key_of(request, fingerprint)
        with self._begin() as connection:
            known = connection.execute(
                select(_JOBS.c.id)
                .where(_JOBS.c.key == key, _JOBS.c.status.in_((QUEUED, RUNNING, DONE)))
                .order_by(_JOBS.c.submitted.desc())
                .limit(1)
            ).scalar()
            if known is not None:
                return str(known)
            job_id = uuid.uuid4().hex[:16]
            connection.execute(
                insert(_JOBS).values(
                    id=job_id, key=key, request=json.dumps(dict(request), ensure_ascii=False), status=QUEUED, submitted=time.time()
                )
            )
        return job_id

    def get(self, job_id: str) -> Job | None:
        """The job of this id, or None."""
        with self._begin() as connection:
            row = connection.execute(select(*_SHOWN).where(_JOBS.c.id == job_id)).mappings().first()
        return None if row is None else Job(**{**row, "request": json.loads(row["request"])})

    def result(self, job_id: str) -> dict[str, Any] | None:
        """What a finished job found, or None."""
        with self._begin() as connection:
            text = connection.execute(select(_JOBS.c.result).where(_JOBS.c.id == job_id)).scalar()
        return None if text is None else dict(json.loads(text))

    def ahead_of(self, job: Job) -> int:
        """How many open jobs were submitted before this one."""
        with self._begin() as connection:
            rows = connection.execute(
                select(_JOBS.c.id).where(_JOBS.c.status.in_((QUEUED, RUNNING)), _JOBS.c.submitted < job.submitted)
            ).all()
        return len(rows)

    def cancel(self, job_id: str) -> bool:
        """Stop an open job; its worker notices at the next progress report. False when it was not open."""
        return self._move(job_id, (QUEUED, RUNNING), status=CANCELLED, finished=time.time())

    # -- the worker's side -------------------------------------------------------------------------------------------

    def claim(self, worker: str) -> Job | None:
        """Take the oldest queued job for this worker, or None. Two workers never take the same one."""
        oldest = select(_JOBS.c.id).where(_JOBS.c.status == QUEUED).order_by(_JOBS.c.submitted).limit(1).scalar_subquery()
        now = time.time()
        with self._begin() as connection:
            job_id = connection.execute(
                update(_JOBS)
                .where(_JOBS.c.id == oldest, _JOBS.c.status == QUEUED)
                .values(status=RUNNING, worker=worker, started=now, seen=now, attempts=_JOBS.c.attempts + 1, done=0, total=0, text="")
                .returning(_JOBS.c.id)
            ).scalar()
        return None if job_id is None else self.get(str(job_id))

    def progress(self, job_id: str, worker: str, done: int, total: int, text: str) -> bool:
        """Report how far a job is; False when it is no longer this worker's (cancelled, or given to another)."""
        return self._move(job_id, (RUNNING,), worker=worker, done=done, total=total, text=text, seen=time.time())

    def alive(self, worker: str) -> None:
        """A sign of life for whatever this worker is doing."""
        with self._begin() as connection:
            connection.execute(update(_JOBS).where(_JOBS.c.worker == worker, _JOBS.c.status == RUNNING).values(seen=time.time()))

    def finish(self, job_id: str, worker: str, result: Mapping[str, Any]) -> bool:
        """Keep the result; False (and nothing kept) when the job is no longer this worker's."""
        text = json.dumps(dict(result), ensure_ascii=False, allow_nan=False)
        return self._move(job_id, (RUNNING,), worker=worker, status=DONE, finished=time.time(), result=text)

    def fail(self, job_id: str, worker: str, message: str) -> bool:
        """Say why a job cannot be done; the page shows the message."""
        return self._move(job_id, (RUNNING,), worker=worker, status=FAILED, finished=time.time(), message=message)

    def requeue(self, worker: str | None = None) -> int:
        """Give back the running jobs of a dead worker (None: of every worker that has been silent too long).

        A job that took down ATTEMPTS workers fails instead. Returns how many rows changed.
        """
        dead = (_JOBS.c.worker == worker) if worker is not None else (_JOBS.c.seen < time.time() - STALE_AFTER)
        lost = (_JOBS.c.status == RUNNING) & dead
        with self._begin() as connection:
            failed = connection.execute(
                update(_JOBS)
                .where(lost, _JOBS.c.attempts >= ATTEMPTS)
                .values(
                    status=FAILED,
                    finished=time.time(),
                    message=f"计算进程连续 {ATTEMPTS} 次中断 · the worker died {ATTEMPTS} times on this job",
                )
            )
            queued = connection.execute(
                update(_JOBS).where(lost).values(status=QUEUED, worker=None, started=None, seen=None, done=0, total=0, text="")
            )
        return int(failed.rowcount + queued.rowcount)

    def _move(self, job_id: str, states: tuple[str, ...], worker: str | None = None, **values: Any) -> bool:
        where = (_JOBS.c.id == job_id) & _JOBS.c.status.in_(states)
        if worker is not None:
            where &= _JOBS.c.worker == worker
        with self._begin() as connection:
            return bool(connection.execute(update(_JOBS).where(where).values(**values)).rowcount)
