"""The store: every run that was ever made, so that none is made twice.

    <home>/runs/ab/<key>.parquet     one shard a run
    <home>/index.sqlite              which runs there are (with a write-ahead log)

The index is SQLite, or PostgreSQL when RENSHE_DATABASE gives its URL. Only the coordinating process writes. A shard is
written under a temporary name, made durable and renamed, then entered in the index in one transaction; the index can be
built anew from the shards. A damaged shard is noticed by its digest, dropped, and made again.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    Float,
    MetaData,
    String,
    Table,
    create_engine,
    delete,
    event,
    func,
    select,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateTable

from model.documents import BadInput, Fault, both, write_atomically
from scenarios.disks import network_file_system
from scenarios.home import home
from scenarios.shards import BrokenShard, Rows, Shard, decode, rows_in

METADATA = MetaData()
RUNS = Table(
    "runs",
    METADATA,
    Column("key", String(64), primary_key=True),
    Column("status", String(10), nullable=False),
    Column("sha256", String(64)),
    Column("bytes", BigInteger),
    Column("person_months", BigInteger),
    Column("seconds", Float),
    Column("made_at", String(32)),
    Column("message", String),
)
OPENINGS = 50
"""How often an index that another coordinator makes at the same time is tried again, a tenth of a second apart."""


class Store:
    """Runs under one home folder. lasting: off for a store that goes with its command, so that nothing need outlive a power cut. Raises
    BadInput when the folder cannot be used.
    """

    def __init__(self, folder: Path | None = None, url: str | None = None, *, lasting: bool = True) -> None:
        self.folder = home() if folder is None else Path(folder)
        self.lasting = lasting
        self.damaged: list[Path] = []  # shards that were found damaged, and dropped, since this store was opened
        self._make_folder()
        self.engine = self._connect(url or (os.environ.get("RENSHE_DATABASE") if folder is None else None))

    @classmethod
    @contextmanager
    def private(cls) -> Iterator[Store]:
        """An empty store for one command; gone afterwards."""
        with tempfile.TemporaryDirectory(prefix="renshe-", ignore_cleanup_errors=True) as folder:
            store = cls(Path(folder), lasting=False)
            try:
                yield store
            finally:
                store.close()

    def _make_folder(self) -> None:
        try:
            (self.folder / "runs").mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder / "runs"):
                pass
        except OSError as error:
            raise BadInput(
                Fault(
                    str(self.folder),
                    None,
                    "RENSHE_HOME",
                    "",
                    both("可写的文件夹", f"a folder that can be written ({error})"),
                    both("请把 RENSHE_HOME 设为可写的文件夹", "set RENSHE_HOME to a folder you can write"),
                )
            ) from error

    def _connect(self, url: str | None) -> Engine:
        kind = network_file_system(self.folder)
        if url is None and kind:
            raise BadInput(
                Fault(
                    str(self.folder),
                    None,
                    "RENSHE_HOME",
                    kind,
                    both("本机磁盘", "a local disk"),
                    both(
                        "网络磁盘上不能用 SQLite:请用本机文件夹,或用 RENSHE_DATABASE 指定 PostgreSQL",
                        "SQLite is not safe on a network disk: use a local folder, or PostgreSQL (RENSHE_DATABASE)",
                    ),
                )
            )
        try:
            engine = create_engine(url or f"sqlite:///{self.folder / 'index.sqlite'}")
            if engine.dialect.name == "sqlite":
                event.listen(engine, "connect", _careful)
            _make_index(engine)
            return engine
        except (SQLAlchemyError, ImportError) as error:
            fix = both(
                "索引可从分片重建:renshe cache --rebuild;或检查 RENSHE_DATABASE",
                "build the index anew from the shards: renshe cache --rebuild; or check RENSHE_DATABASE",
            )
            raise BadInput(Fault(str(self.folder), None, "index", "", str(error).splitlines()[0], fix)) from error

    def close(self) -> None:
        """Let go of the index."""
        self.engine.dispose()

    def shard_path(self, key: str) -> Path:
        """Where the shard of a run stands: in a folder for each beginning of a key, since thousands in one are slow to list."""
        return self.folder / "runs" / (key[:2] if self.lasting else "all") / f"{key}.parquet"

    def get(self, key: str) -> Shard | None:
        """The shard of a run, or None when it has not been made, or was damaged (it is dropped then, and named in
        `damaged`). A shard that the index has lost is entered again.
        """
        return self._read(key, decode)

    def rows(self, key: str) -> Rows | None:
        """The values of a run and where they stand: what `get` gives, far sooner where runs of this layout are known."""
        return self._read(key, rows_in)

    def holds(self, key: str) -> bool:
        """Whether `get` would give a shard: its bytes are those that were written."""
        return self._read(key, lambda raw: True) is not None

    def _read[T](self, key: str, read: Callable[[bytes], T]) -> T | None:
        path, digest = self.shard_path(key), self.digest(key)
        if digest is None and not path.exists():
            return None
        try:
            raw = path.read_bytes()
            if digest is None:
                self._enter_lost(key, raw)
            elif digest != hashlib.sha256(raw).hexdigest():
                raise BrokenShard("not the bytes that were written")
            return read(raw)
        except (OSError, BrokenShard):
            pass
        self.damaged.append(path)
        self.forget(key)
        return None

    def _enter_lost(self, key: str, raw: bytes) -> None:
        """Enter a shard that the index has lost. Raises BrokenShard when it is damaged, or another run's."""
        shard = decode(raw)
        if shard.key != key:
            raise BrokenShard(f"the shard of another run: {shard.key}")
        self._enter_shard(shard, raw)

    def digest(self, key: str) -> str | None:
        """sha256 (hex) of the shard of a run as it was written, or None when it has not been made."""
        with self.engine.connect() as connection:
            row = connection.execute(select(RUNS.c.sha256).where(RUNS.c.key == key, RUNS.c.status == "done")).first()
        return None if row is None else str(row.sha256)

    def means(self) -> tuple[float | None, float | None]:
        """Mean seconds of a simulated person-month, and mean bytes of a shard; None where nothing has been made."""
        done = RUNS.c.status == "done"
        timed = done & RUNS.c.seconds.is_not(None) & (RUNS.c.person_months > 0)
        with self.engine.connect() as connection:
            seconds, months = connection.execute(
                select(func.sum(RUNS.c.seconds), func.sum(RUNS.c.person_months)).where(timed)
            ).one()
            size = connection.execute(select(func.avg(RUNS.c.bytes)).where(done)).scalar()
        return (float(seconds) / float(months) if months else None), (None if size is None else float(size))

    def put(self, key: str, raw: bytes, person_months: int, seconds: float) -> None:
        """Keep the shard of a run. Raises BadInput when the disk is full or cannot be written; nothing is half-written
        then.
        """
        if self.lasting:
            write_atomically(self.shard_path(key), raw)
        else:
            _write(self.shard_path(key), raw)
        self._enter(
            key=key,
            status="done",
            sha256=hashlib.sha256(raw).hexdigest(),
            bytes=len(raw),
            person_months=person_months,
            seconds=seconds,
            message=None,
        )

    def put_failure(self, key: str, message: str, seconds: float) -> None:
        """Note that a run failed; it is tried again when it is wanted again."""
        self._enter(key=key, status="failed", sha256=None, bytes=0, person_months=0, seconds=seconds, message=message[:2000])

    def forget(self, key: str) -> None:
        """Drop a run from store and index."""
        with self.engine.begin() as connection:
            connection.execute(delete(RUNS).where(RUNS.c.key == key))
        self.shard_path(key).unlink(missing_ok=True)

    def counts(self) -> dict[str, int]:
        """Number of runs by status."""
        with self.engine.connect() as connection:
            return {row[0]: int(row[1]) for row in connection.execute(select(RUNS.c.status, func.count()).group_by(RUNS.c.status))}

    def rebuild(self) -> int:
        """Make the index anew from the shards; damaged ones are removed. Gives the number of runs found."""
        with self.engine.begin() as connection:
            connection.execute(delete(RUNS))
        found = 0
        for path in sorted((self.folder / "runs").glob("*/*.parquet")):
            raw = path.read_bytes()
            try:
                shard = decode(raw)
            except BrokenShard:
                path.unlink(missing_ok=True)
                continue
            self._enter_shard(shard, raw)
            found += 1
        return found

    def _enter_shard(self, shard: Shard, raw: bytes) -> None:
        self._enter(
            key=shard.key,
            status="done",
            sha256=hashlib.sha256(raw).hexdigest(),
            bytes=len(raw),
            person_months=shard.person_months,
            seconds=None,
            message=None,
        )

    def _enter(self, **row: Any) -> None:
        """One row of the index, in place of an older one of the same key; two writers of one key do no harm."""
        row |= {"made_at": datetime.now(UTC).isoformat(timespec="seconds")}
        dialect: Any = import_module(f"sqlalchemy.dialects.{self.engine.dialect.name}")
        with _told(self.engine), self.engine.begin() as connection:
            connection.execute(dialect.insert(RUNS).values(**row).on_conflict_do_update(index_elements=["key"], set_=row))


def _make_index(engine: Engine) -> None:
    """Make the index where it is not there. Another coordinator may be making it at this very moment: it is waited for then."""
    for patience in reversed(range(OPENINGS)):
        try:
            with engine.begin() as connection:
                connection.execute(CreateTable(RUNS, if_not_exists=True))
            return
        except SQLAlchemyError as error:
            if not patience or not any(words in str(error) for words in ("database is locked", "already exists", "pg_type_typname")):
                raise
            time.sleep(0.1)


@contextmanager
def _told(engine: Engine) -> Iterator[None]:
    """BadInput in place of what a database says when it can no longer be written: its shards stay whole, and what it has not
    entered is entered when it is wanted again.
    """
    try:
        yield
    except SQLAlchemyError as error:
        said = str(getattr(error, "orig", error)).splitlines()[0]
        full = both("磁盘已满：请清理空间后用 --resume 继续", "the disk is full: make room, then go on with --resume")
        other = both("请检查磁盘或数据库后重试", "check the disk or the database, then run again")
        fix = full if "full" in said or "No space" in said else other
        where = engine.url.render_as_string(hide_password=True)
        raise BadInput(Fault(where, None, "index", "", both("无法写入", f"cannot be written: {said}"), fix)) from error


def _write(path: Path, raw: bytes) -> None:
    """Write a shard that need not be durable. Raises BadInput when it cannot be written; nothing is left behind then."""
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(raw)
    except OSError as error:
        path.unlink(missing_ok=True)
        fix = both("请清理磁盘空间后重试", "make room on the disk, then run again")
        raise BadInput(Fault(str(path), None, "file", "", both("可写的文件", f"a file that can be written ({error})"), fix)) from error


def set_aside(folder: Path) -> Path | None:
    """Move an SQLite index that cannot be read out of the way, so that it can be built anew; gives its new place, or None
    when there is nothing wrong with it.
    """
    path = folder / "index.sqlite"
    try:
        with closing(sqlite3.connect(path)) as connection:
            if not path.exists() or connection.execute("PRAGMA quick_check").fetchone() == ("ok",):
                return None
    except sqlite3.DatabaseError:
        pass
    place = path.with_name(f"{path.name}.damaged")
    path.replace(place)
    for beside in ("-wal", "-shm"):
        path.with_name(path.name + beside).unlink(missing_ok=True)
    return place


def _careful(connection: Any, _: Any) -> None:
    """SQLite with a write-ahead log; a writer waits for another one instead of failing."""
    cursor = connection.cursor()
    for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=NORMAL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
