"""Running: the same bytes however it is run, nothing made twice, failures as data, an interruption that leaves things
whole.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from model.documents import BadInput
from model.threads import processors
from scenarios import Scenario, gathering, preset, run, running
from scenarios.results import parquet_bytes
from scenarios.simulate import Outcome, attempt
from scenarios.store import Store
from tests.scenarios.town import write_plan

ROOT = Path(__file__).parents[2]
SHORT: dict[str, Any] = {"until": "2021-03", "scale": 500, "prior": True}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_plan(tmp_path_factory.mktemp("plans") / "town", printed=False))


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of the runs that are made in this process."""
    made: list[str] = []

    def counting(one: Any) -> Outcome:
        made.append(one.key)
        return attempt(one)

    monkeypatch.setattr(gathering, "attempt", counting)
    return made


def test_results_are_the_same_bytes_serial_in_processes_and_again(town: str) -> None:
    one = preset("as-planned", town)
    tables = [run(one, draws=2, replicates=2, executor=name, fresh=True, **SHORT) for name in ("serial", "processes", "processes")]
    first = parquet_bytes(tables[0].table)
    assert all(parquet_bytes(other.table) == first for other in tables[1:])
    assert {(d, r) for d, r in tables[0].table[["draw", "replicate"]].itertuples(index=False)} == {
        (0, 0),
        (0, 1),
        (1, 0),
        (1, 1),
    }


@pytest.mark.skipif(processors() < 2, reason="one processor only")
def test_results_are_the_same_bytes_with_one_thread_and_two(town: str) -> None:
    one = preset("as-planned", town)
    tables = [run(one, draws=1, executor="serial", threads=count, fresh=True, **SHORT) for count in (1, 2)]
    assert parquet_bytes(tables[0].table) == parquet_bytes(tables[1].table)


def test_nothing_is_made_twice(town: str, fresh_home: Path, counted: list[str]) -> None:
    one = Scenario("one", plan=town)
    first = run(one, draws=2, executor="serial", **SHORT)
    assert len(counted) == 2 and first.manifest["reused"] == 0
    again = run(Scenario("another name", plan=town), draws=3, executor="serial", **SHORT)
    assert len(counted) == 3 and again.manifest["reused"] == 2
    same = ["draw", "replicate", "area", "indicator", "period", "value"]
    assert first.table[same].equals(again.table[again.table["draw"] < 2][same].reset_index(drop=True))
    run(one, draws=2, executor="serial", fresh=True, **SHORT)
    assert len(counted) == 5


def test_a_damaged_shard_is_made_again(town: str, fresh_home: Path, counted: list[str]) -> None:
    one = Scenario("one", plan=town)
    first = run(one, draws=1, executor="serial", **SHORT)
    shard = next((fresh_home / "runs").rglob("*.parquet"))
    shard.write_bytes(shard.read_bytes()[:-20])
    again = run(one, draws=1, executor="serial", **SHORT)
    assert len(counted) == 2 and parquet_bytes(again.table) == parquet_bytes(first.table)


def test_a_policy_changes_something_and_a_different_name_changes_nothing(town: str) -> None:
    base = run(Scenario("base", plan=town), draws=1, executor="serial", **SHORT)
    more = run(Scenario("more", plan=town, levers={"hard_to_employ_posts": 3000}), draws=1, executor="serial", **SHORT)
    assert (base.table["value"].fillna(-1) != more.table["value"].fillna(-1)).any()


def test_the_manifest_says_what_the_results_come_from(town: str) -> None:
    one = Scenario("one", plan=town, levers={"campus_tours": 25})
    manifest = run(one, draws=2, executor="serial", seed=7, **SHORT).manifest
    assert manifest["scenario"]["levers"] == {"campus_tours": 25} and manifest["seed"] == 7 and manifest["until"] == "2021-03"
    assert manifest["parameters"] == "prior" and manifest["macro"] == "as-planned" and manifest["person_months"] > 80_000
    assert len(manifest["runs"]) == 2 and manifest["failures"] == [] and set(manifest["packages"]) >= {"numpy", "numba", "mesa"}
    json.dumps(manifest, allow_nan=False)


def test_progress_comes_run_by_run(town: str) -> None:
    seen: list[tuple[int, int]] = []
    run(
        Scenario("one", plan=town),
        draws=3,
        executor="serial",
        fresh=True,
        progress=lambda done, total, words: seen.append((done, total)),
        **SHORT,
    )
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_a_failed_run_is_data_and_is_tried_again(town: str, fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def sometimes(one: Any) -> Outcome:
        return Outcome(one.key, None, error="RuntimeError: the books do not close") if one.run.draw == 1 else attempt(one)

    with monkeypatch.context() as patch:
        patch.setattr(gathering, "attempt", sometimes)
        part = run(Scenario("one", plan=town), draws=3, executor="serial", **SHORT)
    assert sorted(part.table["draw"].unique()) == [0, 2]
    assert part.manifest["failures"] == [{"draw": 1, "replicate": 0, "error": "RuntimeError: the books do not close"}]
    store = Store()
    assert store.counts() == {"done": 2, "failed": 1}
    store.close()
    whole = run(Scenario("one", plan=town), draws=3, executor="serial", **SHORT)
    assert whole.manifest["failures"] == [] and whole.manifest["reused"] == 2


def test_when_every_run_fails_the_reason_is_told(town: str, fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenarios.simulate.simulate", lambda one: 1 / 0)
    with pytest.raises(running.RunsFailed, match=r"ZeroDivisionError.*test_run\.py"):
        run(Scenario("one", plan=town), draws=2, executor="serial", **SHORT)


def test_what_a_run_finds_wrong_with_its_input_is_bad_input(tmp_path: Path, fresh_home: Path) -> None:
    folder = write_plan(tmp_path / "town")
    with pytest.raises(BadInput):
        text = (folder / "baseline.yaml").read_text(encoding="utf-8")
        (folder / "baseline.yaml").write_text(
            "\n".join(line for line in text.splitlines() if "quantity: firms" not in line), encoding="utf-8"
        )
        run(Scenario("one", plan=str(folder)), draws=1, executor="serial", **SHORT)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"draws": 0}, "--draws"),
        ({"draws": 10**9}, "--draws"),
        ({"scale": 0}, "--scale"),
        ({"seed": -1}, "--seed"),
        ({"replicates": 1.5}, "--replicates"),
        ({"threads": 0}, "--threads"),
        ({"draws": True}, "--draws"),
        ({"executor": "procesess"}, "did you mean processes"),
        ({"until": "2019-12"}, "--until"),
    ],
)
def test_numbers_outside_their_limits_are_refused(town: str, change: dict[str, Any], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        run(Scenario("one", plan=town), **{"draws": 1, "until": "2021-01", **change})


def test_all_numbers_are_refused_at_once() -> None:
    with pytest.raises(BadInput) as refusal:
        running.check_numbers(draws=0, replicates=0, scale=0, seed=-1, threads=0)
    assert len(refusal.value.faults) == 5


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_whole_shards_and_goes_on_from_them(
    town: str, fresh_home: Path, stop: signal.Signals, tmp_path: Path
) -> None:
    command = [
        sys.executable,
        str(ROOT / "renshe.py"),
        "run",
        town,
        "--draws",
        "40",
        "--scale",
        "500",
        "--until",
        "2023-12",
        "--prior",
        "--out",
        str(tmp_path / "out"),
    ]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and not list((fresh_home / "runs").rglob("*.parquet")):
        time.sleep(0.05)
    process.send_signal(stop)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130 and "interrupted" in err and out == "", err
    assert "Traceback" not in err and not (tmp_path / "out" / "results.parquet").exists()
    files = [path for path in (fresh_home / "runs").rglob("*") if path.is_file()]
    store = Store(fresh_home)
    done = store.counts().get("done", 0)  # a shard may stand that the index does not know yet: `rebuild` finds it
    assert done < 40 and files and not [path for path in files if path.suffix != ".parquet"]
    assert store.rebuild() == len(files) >= done
    store.close()
