"""The commands about many runs, as they are typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scenarios import sweeping
from tests.scenarios.town import write_plan

COMMANDS = ("sweep", "reproduce", "cache")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_plan(tmp_path_factory.mktemp("plans") / "town"))


@pytest.fixture
def file(town: str, tmp_path: Path) -> str:
    """A specification in a file."""
    design = "{kind: grid, levers: {campus_tours: [0, 10]}}"
    text = f"name: x\nplan: {town}\nscale: 500\ndraws: 1\nuntil: 2021-03\nprior: true\ndesign: {design}\n"
    (tmp_path / "sweep.yaml").write_text(text, encoding="utf-8")
    return str(tmp_path / "sweep.yaml")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(command: Any, name: str) -> None:
    answer = command(name, "--help")
    assert answer.code == 0 and f"Example: renshe {name}" in " ".join(answer.out.split())


def test_what_is_offered_is_there(command: Any) -> None:
    text = command("--help").out
    assert all(f" {name} " in text for name in COMMANDS)


def test_a_sweep_says_the_work_ahead_and_how_far_it_is(command: Any, file: str, fresh_home: Path, tmp_path: Path) -> None:
    answer = command("sweep", file, "--executor", "serial", "--out", str(tmp_path / "out"))
    assert answer.code == 0 and answer.out.split(":")[0][0] == "s" and "2 runs, 2 made, 0 failed" in answer.out
    assert "2 runs, 2 to make, about" in answer.err and "MB of disk" in answer.err and "sweep: 2/2" in answer.err
    again = command("sweep", "--resume", str(tmp_path / "out"), "--executor", "serial", "--json").json
    assert (again["runs"], again["made"], again["failed"]) == (2, 0, 0) and again["folder"] == str(tmp_path / "out")
    assert (tmp_path / "out" / "results" / "part-00000.parquet").is_file()
    found = command("reproduce", f"{again['id']}:1", "--executor", "serial", "--json").json
    assert found["same"] == [1] and found["errors"] == {}
    assert "1 相同" in command("reproduce", f"{again['id']}:0", "--executor", "serial").out


def test_the_cache_is_told_and_cleared(command: Any, file: str, fresh_home: Path) -> None:
    command("sweep", file, "--executor", "serial")
    told = command("cache", "--json").json
    assert told["runs"] == 2 and told["folder"] == str(fresh_home) and told["recipes"] == 1 and told["bytes"] > 1000
    assert "2 runs" in command("cache").out and "cleared: 2" in command("cache", "--clear").out
    assert command("cache", "--json").json["runs"] == 0
    assert command("sweep", file, "--executor", "serial", "--json").json["made"] == 0  # its own folder is finished


def test_a_damaged_index_is_built_anew_from_the_shards(command: Any, file: str, fresh_home: Path, tmp_path: Path) -> None:
    command("sweep", file, "--executor", "serial")
    for beside in ("", "-wal", "-shm"):
        path = fresh_home / f"index.sqlite{beside}"
        path.write_bytes(b"junk" * 999) if not beside else path.unlink(missing_ok=True)
    refused = command("cache")
    assert refused.code == 2 and "renshe cache --rebuild" in refused.err
    again = command("cache", "--rebuild", "--json")
    assert again.json["rebuilt"] == again.json["runs"] == 2 and "index.sqlite.damaged" in again.err
    assert "rebuilt from shards: 2 runs" in command("cache", "--rebuild").out
    assert command("sweep", file, "--executor", "serial", "--out", str(tmp_path / "anew"), "--json").json["made"] == 0


def test_an_interruption_says_how_to_go_on(
    command: Any, file: str, fresh_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(sweeping, "gathered", interrupted)
    answer = command("sweep", file, "--out", str(tmp_path / "out"), "--executor", "serial")
    assert answer.code == 130 and f"renshe sweep --resume {tmp_path / 'out'}" in answer.err and answer.out == ""


def test_a_lost_scheduler_says_how_to_go_on(
    command: Any, file: str, fresh_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scenarios import gathering

    def lost(*_: Any) -> Any:
        raise gathering.ClusterLost("no answer")

    monkeypatch.setattr(sweeping, "gathered", lost)
    answer = command("sweep", file, "--out", str(tmp_path / "out"), "--executor", "serial")
    assert answer.code == 1 and "Traceback" not in answer.err and f"renshe sweep --resume {tmp_path / 'out'} --executor" in answer.err


def test_failing_runs_end_with_the_command_that_shows_why(
    command: Any, file: str, fresh_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scenarios.simulate.simulate", lambda one: 1 / 0)
    answer = command("sweep", file, "--executor", "serial")
    assert answer.code == 1 and "Traceback" not in answer.err and answer.out == ""
    shown = answer.err.strip().splitlines()[-1].split()
    assert shown[:2] == ["renshe", "reproduce"]
    again = command(*shown[1:], "--executor", "serial")
    assert again.code == 1 and "ZeroDivisionError" in again.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("sweep",), "--resume DIR"),
        (("sweep", "nowhere.yaml"), "no such file"),
        (("sweep", "--resume", "nowhere"), "sweep.json"),
        (("reproduce", "nothing"), "RUN_ID"),
        (("sweep", "FILE", "--executor", "dask"), "dask://HOST:PORT"),
        (("sweep", "FILE", "--threads", "0"), "--threads"),
    ],
)
def test_bad_input_is_code_2_with_a_fix(command: Any, file: str, fresh_home: Path, arguments: tuple[str, ...], says: str) -> None:
    answer = command(*(file if word == "FILE" else word for word in arguments), "--json")
    assert answer.code == 2 and "Traceback" not in answer.err
    assert any(says in json.dumps(fault, ensure_ascii=False) for fault in answer.json["faults"])
