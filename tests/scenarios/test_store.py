"""The store: nothing is made twice, nothing is half-written, damage is noticed, the index can be built anew."""

from __future__ import annotations

import errno
import multiprocessing
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.documents import BadInput
from model.indicators import Measured
from scenarios.disks import network_file_system
from scenarios.shards import BrokenShard, decode, encode, encode_rows, rows_measured
from scenarios.store import METADATA, Store, home
from scenarios.store_contents import cleared, contents

KEY, OTHER = "ab" + "0" * 62, "cd" + "1" * 62


def table(values: list[float] | None = None) -> pd.DataFrame:
    values = values or [1.0, 2.5, float("nan")]
    return pd.DataFrame({"area": ["ALL", "320321", "ALL"], "indicator": ["x", "x", "城镇"], "period": ["2021-01"] * 3, "value": values})


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store, its index in SQLite and then in PostgreSQL."""
    made = Store(tmp_path / "home", url=request.getfixturevalue("postgres_url") if request.param == "postgres" else None)
    yield made
    METADATA.drop_all(made.engine)
    made.close()


def opened_again(store: Store) -> Store:
    """The same store, as another process would open it."""
    return Store(store.folder, url=url_of(store))


def url_of(store: Store) -> str:
    return store.engine.url.render_as_string(hide_password=False)


def test_a_shard_is_the_same_bytes_for_the_same_values() -> None:
    assert encode(KEY, table(), 7) == encode(KEY, table(), 7) != encode(KEY, table([1.0, 2.0, 3.0]), 7)
    back = decode(encode(KEY, table(), 7))
    assert back.key == KEY and back.person_months == 7
    pd.testing.assert_frame_equal(back.table.astype(dict.fromkeys(("area", "indicator", "period"), object)), table(), check_dtype=False)


def test_what_was_measured_is_the_same_bytes_as_its_table() -> None:
    values = np.random.default_rng(1).normal(size=(2, 3, 14))
    values[1, 2, 5:9] = np.nan
    for months in (1, 14, 14):
        names = tuple(f"{2021 + m // 12}-{m % 12 + 1:02d}" for m in range(months))
        measured = Measured(("ui_insured", "城镇"), ("ALL", "320321", "主城区"), names, values[:, :, :months])
        assert encode_rows(KEY, rows_measured(measured, 7)) == encode(KEY, measured.table(), 7)


@pytest.mark.parametrize("place", [0, 40, 200, -60, -1])
def test_damaged_bytes_are_noticed(place: int) -> None:
    raw = bytearray(encode(KEY, table(), 7))
    raw[place] ^= 0x5A
    with suppress(BrokenShard):
        assert decode(bytes(raw)).table.equals(decode(encode(KEY, table(), 7)).table)  # the byte carried no value
    with pytest.raises(BrokenShard):
        decode(bytes(raw[: len(raw) // 2]))
    with pytest.raises(BrokenShard):
        decode(b"")


def test_what_was_put_is_there_in_this_store_and_in_the_next(store: Store) -> None:
    assert store.get(KEY) is None
    store.put(KEY, encode(KEY, table(), 7), 7, 0.5)
    assert store.get(KEY) is not None and store.counts() == {"done": 1}
    again = opened_again(store)
    found = again.get(KEY)
    assert found is not None and found.person_months == 7 and len(found.table) == 3
    again.close()


def test_a_failure_is_noted_and_never_given_as_a_result(store: Store) -> None:
    store.put_failure(KEY, "the books do not close in 2022-03", 0.1)
    assert store.get(KEY) is None and store.counts() == {"failed": 1}
    store.put(KEY, encode(KEY, table(), 7), 7, 0.5)
    assert store.counts() == {"done": 1}


@pytest.mark.parametrize("damage", ["flip", "cut", "empty", "gone"])
def test_a_damaged_shard_is_forgotten_so_that_it_is_made_again(store: Store, damage: str) -> None:
    store.put(KEY, encode(KEY, table(), 7), 7, 0.5)
    path = store.shard_path(KEY)
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    path.unlink() if damage == "gone" else path.write_bytes({"flip": bytes(raw), "cut": bytes(raw[:100]), "empty": b""}[damage])
    assert store.get(KEY) is None and store.counts() == {} and not path.exists()
    store.put(KEY, encode(KEY, table(), 7), 7, 0.5)
    assert store.get(KEY) is not None


def test_the_index_is_built_anew_from_the_shards(store: Store) -> None:
    store.put(KEY, encode(KEY, table(), 7), 7, 0.5)
    store.put(OTHER, encode(OTHER, table(), 8), 8, 0.5)
    store.shard_path(OTHER).write_bytes(b"junk")
    METADATA.drop_all(store.engine)
    fresh = opened_again(store)
    assert fresh.counts() == {} and fresh.rebuild() == 1 and fresh.counts() == {"done": 1}
    assert fresh.get(KEY) is not None and fresh.get(OTHER) is None and not fresh.shard_path(OTHER).exists()
    fresh.close()


def test_a_full_disk_leaves_nothing_half_written(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BadInput, match="disk is full"):
        store.put(KEY, encode(KEY, table(), 7), 7, 0.5)
    assert store.counts() == {} and [p for p in (store.folder / "runs").rglob("*") if p.is_file()] == []


def test_a_home_that_cannot_be_used_is_refused_with_the_fix(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(BadInput, match="RENSHE_HOME"):
        Store(tmp_path / "file" / "home")
    (tmp_path / "home" / "runs").mkdir(parents=True)
    (tmp_path / "home" / "index.sqlite").write_bytes(b"this is no database" * 100)
    with pytest.raises(BadInput, match="index"):
        Store(tmp_path / "home")


def test_sqlite_on_a_network_disk_is_refused_and_the_message_names_postgresql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenarios.store.network_file_system", lambda folder: "nfs4")
    with pytest.raises(BadInput, match="PostgreSQL"):
        Store(tmp_path / "home")
    assert network_file_system(Path("/proc")) is None


def test_home_is_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RENSHE_HOME", str(tmp_path / "there"))
    assert home() == tmp_path / "there"
    monkeypatch.delenv("RENSHE_HOME")
    assert home().name == "renshe"


def test_a_private_store_is_gone_afterwards() -> None:
    with Store.private() as private:
        private.put(KEY, encode(KEY, table(), 7), 7, 0.5)
        folder = private.folder
        assert folder.exists()
    assert not folder.exists()


def test_a_shard_that_the_index_has_lost_is_found_and_entered_again(store: Store) -> None:
    store.put(KEY, encode(KEY, table(), 7), 7, 0.5)
    store.put(OTHER, encode(OTHER, table(), 8), 8, 0.5)
    store.shard_path(OTHER).write_bytes(encode(KEY, table(), 7))  # another run's shard under this one's name
    METADATA.drop_all(store.engine)
    fresh = opened_again(store)
    assert fresh.get(KEY) is not None and fresh.counts() == {"done": 1} and fresh.damaged == []
    assert fresh.get(OTHER) is None and fresh.damaged == [store.shard_path(OTHER)] and fresh.counts() == {"done": 1}
    fresh.close()


def test_values_are_read_by_the_same_rules_as_tables(store: Store) -> None:
    store.put(KEY, encode(KEY, table(), 7), 7, 0.5)
    rows = store.rows(KEY)
    assert store.holds(KEY) and rows is not None and rows.values.tolist()[:2] == [1.0, 2.5]
    assert not store.holds(OTHER) and store.rows(OTHER) is None and store.damaged == []
    store.shard_path(OTHER).parent.mkdir(exist_ok=True)
    store.shard_path(OTHER).write_bytes(encode(OTHER, table(), 8))  # durable, and the blow fell before the index
    assert store.holds(OTHER) and store.counts() == {"done": 2}
    for key, read in ((KEY, store.rows), (OTHER, store.holds)):
        store.shard_path(key).write_bytes(encode(key, table([1.0, 2.5, 9.0]), 7))  # whole, but not what was written
        assert not read(key) and store.damaged[-1] == store.shard_path(key) and not store.shard_path(key).exists()
    assert store.counts() == {}


def test_damage_is_named(store: Store) -> None:
    store.put(KEY, encode(KEY, table(), 7), 7, 0.5)
    store.shard_path(KEY).write_bytes(b"junk")
    assert store.get(OTHER) is None and store.damaged == []
    assert store.get(KEY) is None and store.damaged == [store.shard_path(KEY)]


def test_means_are_of_what_was_made(store: Store) -> None:
    assert store.means() == (None, None)
    raw = encode(KEY, table(), 100)
    store.put(KEY, raw, 100, 1.0)
    store.put(OTHER, raw, 300, 1.0)
    store.put_failure("ef" + "2" * 62, "x", 99.0)
    assert store.means() == (pytest.approx(2 / 400), len(raw))


def test_contents_are_told_and_can_be_cleared(store: Store) -> None:
    raw = encode(KEY, table(), 7)
    store.put(KEY, raw, 7, 0.5)
    store.put_failure(OTHER, "x", 0.1)
    told = contents(store)
    assert (told["runs"], told["failed"], told["bytes"], told["folder"]) == (1, 1, len(raw), str(store.folder))
    assert cleared(store) == 1 and contents(store)["runs"] == contents(store)["bytes"] == 0 and store.get(KEY) is None
    assert not list((store.folder / "runs").rglob("*.parquet"))


def test_a_password_is_not_shown(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    if store.engine.dialect.name == "postgresql":
        assert contents(store)["index"].startswith("postgresql+psycopg://renshe@")
        store.engine.url = store.engine.url.set(password="very-secret")
    assert "very-secret" not in contents(store)["index"]


def _put_many(folder: Path, url: str, letter: str) -> None:
    store = Store(folder, url=url)
    for i in range(20):
        for key in (f"{letter}{i:03d}".ljust(64, "0"), f"c{i:03d}".ljust(64, "0")):  # keys of its own, and shared ones
            store.put(key, encode(key, table(), i), i, 0.0)
    store.close()


def _open_many(folder: Path, start: Any) -> None:
    for number in range(15):
        start.wait(60)
        store = Store(folder / str(number))
        store.put_failure(KEY, "x", 0.0)
        store.close()


def test_several_coordinators_may_make_the_index_at_once(tmp_path: Path) -> None:
    """More than half of these openings failed where nobody waited."""
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(3)
    openers = [context.Process(target=_open_many, args=(tmp_path, start)) for _ in range(3)]
    for opener in openers:
        opener.start()
    for opener in openers:
        opener.join(90)
    assert [opener.exitcode for opener in openers] == [0, 0, 0]


def test_two_processes_write_to_one_store(store: Store) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_put_many, args=(store.folder, url_of(store), letter)) for letter in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert store.counts() == {"done": 60} and all(store.get(f"c{i:03d}".ljust(64, "0")) for i in range(20))
