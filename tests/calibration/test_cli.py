"""`renshe calibrate`, and the command that makes every plan's artefact."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import renshe
from calibration import ship as shipping
from calibration.calibrate import Calibration
from calibration.figures import FITTED, HELD
from scenarios.draws import ARTEFACT, CERTIFICATE


def command(*arguments: object) -> int:
    with pytest.raises(SystemExit) as left:
        renshe.main(["calibrate", *map(str, arguments)])
    return int(left.value.code or 0)


def trial(town: Path, *more: object) -> int:
    return command(town, "--draws", 6, "--scale", 20, "--executor", "serial", *more)


def test_it_prints_each_figure_with_its_fit_before_and_after(town: Path, tmp_path: Path, hill: None,
                                                             capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    assert trial(town, "--out", tmp_path / "out") == 0
    shown = capsys.readouterr()
    for words in ("城镇新增就业人数", "New urban employment", "校准前 before", "校准后 after", "1,000 人", "startup_capture"):
        assert words in shown.out
    assert "起点成立 held" in shown.out
    assert "calibration: 0/" in shown.err and "posterior.parquet" in shown.err
    assert (tmp_path / "out" / ARTEFACT).is_file() and (tmp_path / "out" / CERTIFICATE).is_file()


def test_its_json_is_the_certificate(town: Path, tmp_path: Path, hill: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert trial(town, "--out", tmp_path / "out", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told == json.loads((tmp_path / "out" / CERTIFICATE).read_text(encoding="utf-8"))
    assert {row["id"] for row in told["figures"]} == set(FITTED + HELD)


def test_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert command("--help") == 0
    shown = capsys.readouterr().out
    assert "renshe calibrate xuzhou" in shown and "--resume" in shown and "--out" in shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["xuzho", "--draws", "2000"], "xuzhou"), (["xuzhou", "--draws", "5"], "--out"), (["xuzhou", "--executor", "procesess"], "processes")],
)
def test_bad_input_is_refused_with_its_fix(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(*arguments) == 2
    shown = capsys.readouterr()
    assert words in shown.err and "Traceback" not in shown.err


def test_a_place_that_cannot_be_written_is_refused_before_the_work(town: Path, tmp_path: Path, hill: None,
                                                                   capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert trial(town, "--out", tmp_path / "file" / "out") == 2
    shown = capsys.readouterr().err
    assert "--out" in shown and "calibration: 0/" not in shown


def test_the_command_line_imports_nothing_heavy_to_be_hung() -> None:
    code = "import sys, calibration.cli; print([m for m in ('numba', 'pandas', 'scipy', 'pyarrow', 'mesa') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "[]"


def test_shipping_makes_every_plan_that_has_no_artefact_of_this_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made: list[tuple[str, bool]] = []
    measured: list[tuple[str, int, int]] = []
    written: list[Path] = []

    def record(plan: str, *, resume: bool, progress: Any) -> Calibration:
        made.append((plan, resume))
        return Calibration(tmp_path, {})

    monkeypatch.setattr(shipping, "calibrate", record)
    monkeypatch.setattr(shipping, "print_table", lambda table: None)
    monkeypatch.setattr(shipping, "fit_as_table", lambda certificate: None)
    monkeypatch.setattr(shipping, "plan_ids", lambda: ("one", "two", "three"))
    monkeypatch.setattr(shipping, "plan_folder", lambda plan: tmp_path / plan)
    monkeypatch.setattr(shipping, "read_artefact", lambda folder: (object() if folder.name == "two" else None, ()))
    known = {tmp_path / "three" / "effects.json"}
    monkeypatch.setattr(shipping, "effects_of", lambda plan, files: (object() if set(files) <= known else None, ()))
    monkeypatch.setattr(shipping, "measure_effects", lambda plan, draws, scale, progress: measured.append((plan, draws, scale)))
    monkeypatch.setattr(shipping, "save_effects", lambda found, place: written.append(place))
    shipping.ship()
    assert made == [("one", True), ("three", True)]
    assert measured == [("one", 8, 50), ("two", 8, 50)] and written == [tmp_path / one / "effects.json" for one in ("one", "two")]


def test_shipping_an_unknown_plan_is_bad_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["ship", "nowhere"])
    assert shipping.main() == 2
    assert "nowhere" in capsys.readouterr().err
