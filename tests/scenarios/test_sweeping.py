"""Sweeping: the same bytes however it is made, stopped and resumed; nothing made twice; failures as data."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psutil
import pyarrow.parquet as pq
import pytest

from model.documents import BadInput
from scenarios import gathering, preset, run, sweep, sweep_folder, sweeping
from scenarios.recipes import recall, reproduce
from scenarios.running import RunsFailed
from scenarios.simulate import Outcome, attempt
from scenarios.store import Store
from scenarios.sweep_part import COLUMNS
from scenarios.sweep_results import SweepResults
from tests.scenarios.town import PLAN, write_plan

ROOT = Path(__file__).parents[2]
SPEC: dict[str, Any] = {
    "name": "tours", "draws": 2, "scale": 500, "until": "2021-12", "prior": True,
    "design": {"kind": "grid", "levers": {"campus_tours": [0, 10, 20]}},
    "outputs": {"areas": "all", "indicators": ["ui_insured", "new_urban_employment"]},
}  # fmt: skip


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_plan(tmp_path_factory.mktemp("plans") / "town"))


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    made: list[str] = []

    def counting(one: Any) -> Outcome:
        made.append(one.key)
        return attempt(one)

    monkeypatch.setattr(gathering, "attempt", counting)
    return made


@pytest.fixture(scope="module")
def made(town: str, tmp_path_factory: pytest.TempPathFactory) -> SweepResults:
    """One finished sweep, made here in order, in a store of its own."""
    return sweep({**SPEC, "plan": town}, out=tmp_path_factory.mktemp("sweeps") / "one", executor="serial", fresh=True)


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep_folder, "BLOCK", 2)


def bytes_in(folder: Path) -> dict[str, bytes]:
    """The files of a sweep that must be the same whenever the sweep is the same."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.parquet")}


def test_a_sweep_is_the_same_bytes_in_processes(town: str, made: SweepResults, tmp_path: Path) -> None:
    other = sweep({**SPEC, "plan": town}, out=tmp_path / "two", executor="processes", fresh=True)
    assert bytes_in(other.folder) == bytes_in(made.folder) and other.id == made.id
    assert sorted(bytes_in(made.folder)) == ["experiments.parquet", "results/part-00000.parquet"]


def test_the_table_is_tidy_and_says_the_same_as_a_plain_run(town: str, made: SweepResults) -> None:
    table = made.table
    assert list(table.columns) == ["run", "plan", "scenario", "point", "draw", "replicate", "area", "indicator", "period", "value"]
    assert len(table) == 6 * 2 * 4 and set(table["period"]) == {"2021"} and table["value"].notna().all()
    assert set(table["area"]) == {"ALL", "east", "west", "both"}
    again = run(preset("baseline", town), draws=2, scale=500, until="2021-12", prior=True, executor="serial")
    yearly = again.yearly()
    kept = ["draw", "area", "indicator", "value"]
    ours = sweep({**SPEC, "plan": town, "design": {}}, executor="serial").table[kept].sort_values(kept[:3], ignore_index=True)
    theirs = yearly[yearly["indicator"].isin(SPEC["outputs"]["indicators"])][kept].sort_values(kept[:3], ignore_index=True)
    pd.testing.assert_frame_equal(ours, theirs, check_dtype=False)


def test_results_in_every_shape_agree(made: SweepResults) -> None:
    table, cube = made.table, made.to_xarray()
    one = table[(table["run"] == 3) & (table["area"] == "east") & (table["indicator"] == "ui_insured")]["value"].item()
    assert cube["ui_insured"].sel(point=1, draw=1, replicate=0, area="east", period="2021").item() == one
    assert cube["lever:campus_tours"].values.tolist() == [0, 10, 20]
    frame, outcomes = made.to_ema()
    assert list(frame.columns) == ["lever:campus_tours", "scenario", "policy", "model"] and len(frame) == 6
    assert outcomes["ui_insured@east"].shape == (6, 1) and outcomes["ui_insured@east"][3, 0] == one
    assert set(outcomes) == {f"{i}{a}" for i in SPEC["outputs"]["indicators"] for a in ("", "@east", "@west", "@both")}
    query = 'select "lever:campus_tours" tours, value from results natural join experiments where run = 3 and area = \'east\''
    assert made.sql(f"{query} and indicator = 'ui_insured'").to_numpy().tolist() == [[10.0, one]]
    assert made.results().scenarios == ["point-00000", "point-00001", "point-00002"]
    with pytest.raises(KeyError, match="town"):
        made.to_xarray("nowhere")


def test_a_part_is_the_same_bytes_in_whatever_order_runs_come_in(
    town: str, made: SweepResults, fresh_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_blocks: None
) -> None:
    """From what comes in, last first; from the store alone; and from some of each."""
    whole, held = sweep({**SPEC, "plan": town}, out=tmp_path / "calm", executor="serial", fresh=True), list[int]()
    straight, finished = sweeping.gathered, sweeping._write_finished

    def watching(making: Any, *rest: Any) -> None:
        finished(making, *rest)
        held.append(len(making.kept))

    monkeypatch.setattr(sweeping, "gathered", lambda *given: (one for one in reversed(list(straight(*given)))))
    monkeypatch.setattr(sweeping, "_write_finished", watching)
    turned = sweep({**SPEC, "plan": town}, out=tmp_path / "turned", executor="serial")
    assert bytes_in(turned.folder) == bytes_in(whole.folder)
    assert max(held) == 1 and held[-1] == 0, "what was written is let go of"
    from_store = sweep({**SPEC, "plan": town}, out=tmp_path / "store", executor="serial")
    assert from_store.manifest["made"] == 0 and bytes_in(from_store.folder) == bytes_in(whole.folder)
    store = Store()
    for number in (0, 3, 4):
        store.forget(made.experiments["key"][number])
    store.close()
    mixed = sweep({**SPEC, "plan": town}, out=tmp_path / "mixed", executor="serial")
    assert mixed.manifest["made"] == 3 and bytes_in(mixed.folder) == bytes_in(whole.folder)


@pytest.mark.parametrize("blow", ["before the shard", "between shard and index", "after the index"])
def test_a_blow_around_the_keeping_of_a_run_repeats_no_finished_run(
    town: str, made: SweepResults, fresh_home: Path, tmp_path: Path, counted: list[str], monkeypatch: pytest.MonkeyPatch, blow: str
) -> None:
    where = {"before the shard": "scenarios.store.write_atomically", "between shard and index": "scenarios.store.Store._enter",
             "after the index": "scenarios.sweeping._write_finished"}[blow]  # fmt: skip
    calls: list[int] = []

    def struck(*given: Any, **named: Any) -> None:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        real(*given, **named)

    module, _, name = where.rpartition(".")
    owner = Store if module.endswith("Store") else sys.modules[module]
    real = getattr(owner, name)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(owner, name, struck)
        sweep({**SPEC, "plan": town}, out=tmp_path / "out", executor="serial")
    before, finished = len(counted), len(list((fresh_home / "runs").rglob("*.parquet")))
    resumed = sweep(resume=tmp_path / "out", executor="serial")
    assert len(counted) - before == 6 - finished and len(set(counted)) == 6
    assert bytes_in(resumed.folder) == bytes_in(made.folder)


def test_what_arrives_damaged_is_no_result(town: str, fresh_home: Path, monkeypatch: pytest.MonkeyPatch, made: SweepResults) -> None:
    def damaged(one: Any) -> Outcome:
        found = attempt(one)
        return replace(found, shard=(found.shard or b"")[:-9]) if one.run.draw == 1 and "campus_tours" in one.run.controls else found

    with monkeypatch.context() as patch:
        patch.setattr(gathering, "attempt", damaged)
        part = sweep({**SPEC, "plan": town}, executor="serial")
    assert part.failures and all("BrokenShard" in one["error"] for one in part.failures)
    assert bytes_in(sweep(resume=part.folder, executor="serial").folder) == bytes_in(made.folder)


def test_points_share_draws_and_luck(made: SweepResults) -> None:
    frame = made.experiments
    assert frame.groupby("draw")["luck"].nunique().tolist() == [1, 1] and frame["luck"].nunique() == 2
    assert frame["run"].tolist() == list(range(6)) and frame["key"].nunique() == 6


def test_every_file_says_where_it_comes_from(made: SweepResults) -> None:
    for path in made.folder.rglob("*.parquet"):
        notes = json.loads((pq.read_schema(path).metadata or {})[b"renshe"])
        assert notes["sweep"] == made.id and notes["parameters"] == "prior" and {"model", "packages", "platform"} <= set(notes)
    assert made.manifest["reproduce"] == f"renshe reproduce {made.id}" and made.manifest["made"] == 6 and made.failures == []
    assert not (made.folder / "store").exists()


def test_nothing_is_made_twice(town: str, fresh_home: Path, counted: list[str], small_blocks: None) -> None:
    first = sweep({**SPEC, "plan": town}, executor="serial")
    assert len(counted) == 6 and first.folder == fresh_home / "sweeps" / first.id
    before = bytes_in(first.folder)
    sweep({**SPEC, "plan": town}, executor="serial")
    sweep({**SPEC, "plan": town, "outputs": {"period": "month"}}, executor="serial")
    assert len(counted) == 6 and bytes_in(first.folder) == before and len(before) == 4


def test_a_stopped_sweep_goes_on_and_ends_byte_identical(
    town: str, made: SweepResults, fresh_home: Path, monkeypatch: pytest.MonkeyPatch, counted: list[str], tmp_path: Path, small_blocks: None
) -> None:
    def stop(done: int, total: int, words: str) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep({**SPEC, "plan": town}, out=tmp_path / "out", executor="serial", progress=stop)
    assert len(counted) == 3 and len(list((tmp_path / "out" / "results").iterdir())) == 1
    seen: list[int] = []
    resumed = sweep(resume=tmp_path / "out", executor="serial", progress=lambda done, total, words: seen.append(done))
    assert sorted(counted) == sorted(set(counted)) and len(counted) == 6 and seen == [3, 4, 5, 6]
    pd.testing.assert_frame_equal(resumed.table, made.table)


def test_a_failed_run_is_data_and_is_tried_again(town: str, fresh_home: Path, monkeypatch: pytest.MonkeyPatch, made: SweepResults) -> None:
    def sometimes(one: Any) -> Outcome:
        return Outcome(one.key, None, error="RuntimeError: no") if one.run.draw == 1 else attempt(one)

    with monkeypatch.context() as patch:
        patch.setattr(gathering, "attempt", lambda one: sometimes(one) if len(done) == 2 else (done.append(1), attempt(one))[1])
        done: list[int] = []
        part = sweep({**SPEC, "plan": town}, executor="serial")
    assert [one["run"] for one in part.failures] == [3, 5] and part.failures[0]["error"] == "RuntimeError: no"
    assert sorted(part.table["run"].unique()) == [0, 1, 2, 4] and part.manifest["failed"] == 2
    assert len(part.to_ema()[0]) == 4 and np.isnan(part.to_xarray()["ui_insured"].sel(point=1, draw=1)).all()
    whole = sweep(resume=part.folder, executor="serial")
    assert whole.failures == [] and bytes_in(whole.folder) == bytes_in(made.folder)


def test_when_most_runs_fail_it_stops_early_and_names_the_command(
    town: str, fresh_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    monkeypatch.setattr("scenarios.simulate.simulate", lambda one: calls.append(1) or 1 / 0)
    with pytest.raises(RunsFailed, match=r"ZeroDivisionError(.|\n)*renshe reproduce s[0-9a-f]{15}:0$") as failed:
        sweep({**SPEC, "plan": town, "draws": 20}, executor="serial")
    assert len(calls) == 10
    again = reproduce(str(failed.value).split()[-1], executor="serial")
    assert list(again.errors) == [0] and "ZeroDivisionError" in again.errors[0] and len(calls) == 11


def test_what_never_finished_has_an_empty_table(town: str, fresh_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenarios.simulate.simulate", lambda one: 1 / 0)
    with pytest.raises(RunsFailed):
        sweep({**SPEC, "plan": town, "draws": 1}, out=tmp_path / "few", executor="serial")
    with pytest.raises(RunsFailed):
        sweep({**SPEC, "plan": town, "draws": 20}, out=tmp_path / "many", executor="serial")
    for folder, failed in (("few", 2), ("many", 10)):
        found = SweepResults(tmp_path / folder)
        assert list(found.table.columns) == list(COLUMNS) and len(found.table) == 0
        assert len(found.failures) >= failed and found.failures[0]["run"] == 0


def test_a_damaged_shard_is_named_and_made_again(
    town: str, fresh_home: Path, counted: list[str], tmp_path: Path, made: SweepResults
) -> None:
    sweep({**SPEC, "plan": town}, out=tmp_path / "one", executor="serial")
    shard = sorted((fresh_home / "runs").rglob("*.parquet"))[2]
    shard.write_bytes(shard.read_bytes()[:-30])
    said: list[str] = []
    again = sweep({**SPEC, "plan": town}, out=tmp_path / "two", executor="serial", progress=lambda d, t, words: said.append(words))
    assert len(counted) == 7 and any(str(shard) in words for words in said) and again.manifest["damaged"] == [str(shard)]
    part = next((tmp_path / "one" / "results").iterdir())
    part.write_bytes(part.read_bytes()[:-30])
    mended = sweep(resume=tmp_path / "one", executor="serial")
    assert len(counted) == 7 and bytes_in(mended.folder) == bytes_in(again.folder) == bytes_in(made.folder)


def test_another_sweep_is_not_written_over(town: str, made: SweepResults) -> None:
    before = bytes_in(made.folder)
    with pytest.raises(BadInput, match="another sweep"):
        sweep({**SPEC, "plan": town, "seed": 2}, out=made.folder, executor="serial")
    assert bytes_in(made.folder) == before


@pytest.mark.parametrize("given", [{}, {"spec": {}, "resume": "x"}, {"resume": "x", "out": "y"}])
def test_a_specification_or_a_folder_is_needed(given: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match="--resume DIR"):
        sweep(**given)


def test_a_folder_without_a_sweep_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"sweep\.json"):
        sweep(resume=tmp_path)
    (tmp_path / "sweep.json").write_text("[", encoding="utf-8")
    with pytest.raises(BadInput, match=r"sweep\.json"):
        sweep(resume=tmp_path)


def test_several_plans_stand_in_one_sweep(town: str, tmp_path: Path) -> None:
    folder = write_plan(tmp_path / "city", plan=PLAN.replace("id: town", "id: city"))
    for name in ("baseline.yaml", "levers.yaml"):
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text(text.replace("plan: town", "plan: city"), encoding="utf-8")
    other = str(folder)
    found = sweep({**SPEC, "plans": [town, other], "draws": 1, "design": {}}, out=tmp_path / "out", executor="serial")
    assert found.table.groupby("plan")["run"].unique().map(list).to_dict() == {"city": [1], "town": [0]}
    assert set(found.results("city").table["area"]) == {"ALL", "east", "west", "both"}
    with pytest.raises(KeyError, match="which plan"):
        found.to_xarray()


def test_reproduce_compares_with_what_was_kept(town: str, fresh_home: Path, counted: list[str]) -> None:
    found = sweep({**SPEC, "plan": town, "draws": 1}, executor="serial")
    assert reproduce(found.id, executor="serial").same == [0, 1, 2] and len(counted) == 6
    assert reproduce(f"{found.id}:2", executor="serial").same == [2]
    store = Store()
    key = found.experiments["key"][1]
    store.put(key, store.shard_path(key).read_bytes() + b"x", 0, 0.0)
    store.forget(found.experiments["key"][2])
    store.close()
    again = reproduce(str(found.folder), executor="serial")
    assert (again.same, again.different, again.unknown) == ([0], [1], [2])


def test_a_plain_run_has_an_id_too(town: str, fresh_home: Path) -> None:
    made = run(preset("as-planned", town), draws=2, scale=500, until="2021-03", prior=True, executor="serial")
    assert made.manifest["id"][0] == "r" and recall(made.manifest["id"])[1]["kind"] == "run"
    assert reproduce(made.manifest["id"], executor="serial").same == [0, 1]


@pytest.mark.parametrize(("name", "says"), [("s000", "s[0-9a-f]{15}"), ("nothing", "s[0-9a-f]{15}"), (":9", ":0 …")])
def test_an_unknown_id_is_refused(town: str, fresh_home: Path, name: str, says: str) -> None:
    found = sweep({**SPEC, "plan": town, "draws": 1, "until": "2021-01", "design": {}}, executor="serial")
    with pytest.raises(BadInput, match=says):
        reproduce(found.id + name if name.startswith(":") else name)


def test_an_id_of_another_model_is_refused(town: str, fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = sweep({**SPEC, "plan": town, "draws": 1, "until": "2021-01", "design": {}}, executor="serial")
    monkeypatch.setattr("scenarios.resolve.model_fingerprint", lambda: "another")
    with pytest.raises(BadInput, match="have changed since"):
        reproduce(found.id)
    with pytest.raises(BadInput, match="model has changed"):
        sweep(resume=found.folder)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("stop", ["coordinator killed", "coordinator stopped", "worker killed"])
def test_killed_at_any_moment_it_ends_byte_identical(town: str, fresh_home: Path, tmp_path: Path, stop: str) -> None:
    text = {**SPEC, "plan": town, "draws": 6}
    (tmp_path / "sweep.yaml").write_text(json.dumps(text), encoding="utf-8")
    command = [sys.executable, str(ROOT / "renshe.py"), "sweep"]
    out = tmp_path / "out"
    process = subprocess.Popen([*command, str(tmp_path / "sweep.yaml"), "--out", str(out)], stderr=subprocess.PIPE)
    deadline = time.monotonic() + 200
    while time.monotonic() < deadline and process.poll() is None and len(list((fresh_home / "runs").rglob("*.parquet"))) < 3:
        time.sleep(0.02)
    workers = [one for one in psutil.Process(process.pid).children(recursive=True) if _is_worker(one)]
    if stop == "worker killed":
        workers[0].kill()
        assert process.wait(200) == 0
    else:
        process.send_signal(signal.SIGKILL if "killed" in stop else signal.SIGTERM)
        _, err = process.communicate(timeout=60)
        assert process.returncode == (-signal.SIGKILL if "killed" in stop else 130)
        assert "killed" in stop or f"renshe sweep --resume {out}" in err.decode("utf-8")
        kept = len(list((fresh_home / "runs").rglob("*.parquet")))
        assert not psutil.wait_procs(workers, 30)[1], "a worker outlives its coordinator"
        done = subprocess.run([*command, "--resume", str(out), "--json"], capture_output=True, check=True)
        assert json.loads(done.stdout)["made"] <= 18 - kept
    whole = sweep(text, out=tmp_path / "whole", executor="serial", fresh=True)
    assert bytes_in(out) == bytes_in(whole.folder) and SweepResults(out).failures == []


def _is_worker(process: psutil.Process) -> bool:
    """True for a child of the fork server, the process that makes the runs."""
    parent = process.parent()
    return parent is not None and "forkserver" in " ".join(parent.cmdline())
