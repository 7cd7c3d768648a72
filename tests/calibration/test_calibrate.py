"""Calibrating: the artefact, its certificate, resuming, and what may not be done."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from calibration import journal
from calibration.calibrate import DRAWS, REPLICATES, NothingFitted, calibrate, enough_of, jobs, key_of
from calibration.figures import FITTED, HELD, INTERCEPTS
from calibration.fit import fit_draw
from calibration.selection import ENOUGH
from model.documents import BadInput, Fault
from model.parameters import central_values, declared_parameters
from scenarios.draws import ARTEFACT, CERTIFICATE, draws_of, from_ranges, read_artefact
from scenarios.fingerprints import model_fingerprint
from scenarios.plans_at_hand import load_plan
from tests.calibration.hill import PUBLISHED, change_cell

DRAWN = sorted(name for name, p in declared_parameters().items() if p.low < p.high)


def bytes_of(folder: Path) -> tuple[bytes, bytes]:
    return (folder / ARTEFACT).read_bytes(), (folder / CERTIFICATE).read_bytes()


def fitted(town: Path, out: Path, **how: Any) -> Path:
    return calibrate(town, **{"draws": 12, "scale": 20, "executor": "serial", "out": out} | how).folder


# --- the artefact ----------------------------------------------------------------------------------------------------


def test_the_artefact_is_what_runs_read(town: Path, tmp_path: Path, hill: None) -> None:
    folder = fitted(town, tmp_path / "out")
    artefact, warnings = read_artefact(folder)
    assert artefact is not None and warnings == () and artefact.level == "base_year"
    assert list(artefact.names) == DRAWN and len(artefact.rows) >= enough_of(12)
    drawn = draws_of(load_plan(town), 5, 1, folder=folder)
    assert drawn.basis == "base_year" and all(set(row) == set(declared_parameters()) for row in drawn.values)


def test_rows_are_the_draws_with_fitted_intercepts_in_range(town: Path, tmp_path: Path, hill: None) -> None:
    rows = pq.read_table(fitted(town, tmp_path / "out") / ARTEFACT).to_pylist()
    prior = from_ranges(declared_parameters(), 12, 1)
    replaced = {one.parameter for one in INTERCEPTS}
    kept = [next(d for d in prior if all(d[n] == row[n] for n in DRAWN if n not in replaced)) for row in rows]
    assert [prior.index(d) for d in kept] == sorted(prior.index(d) for d in kept)
    for row in rows:
        assert all(declared_parameters()[n].low <= row[n] <= declared_parameters()[n].high for n in DRAWN)
    assert all(row["capture"] != d["capture"] for row, d in zip(rows, kept, strict=True))


def test_ratios_of_definitions_keep_their_draws(town: Path, tmp_path: Path, hill: None) -> None:
    ratios = pq.read_table(fitted(town, tmp_path / "out") / ARTEFACT)["new_definition_ratio"].to_pylist()
    assert len(set(ratios)) > 5


def test_the_same_command_gives_the_same_bytes_and_another_seed_does_not(town: Path, tmp_path: Path, hill: None) -> None:
    first, second = bytes_of(fitted(town, tmp_path / "a")), bytes_of(fitted(town, tmp_path / "b"))
    assert first == second
    assert bytes_of(fitted(town, tmp_path / "c", seed=2))[0] != first[0]


def test_fewer_draws_are_the_beginning_of_more(town: Path, tmp_path: Path, hill: None) -> None:
    few, many = (list(jobs(str(town), load_plan(town), n, 1, 20)) for n in (5, 9))
    assert many[: len(few)] == few


@pytest.mark.slow
def test_one_worker_and_two_give_the_same_artefact(town: Path, tmp_path: Path, fresh_home: Path) -> None:
    serial = bytes_of(fitted(town, tmp_path / "one", draws=6))
    assert bytes_of(fitted(town, tmp_path / "two", draws=6, executor="processes")) == serial


# --- the certificate -------------------------------------------------------------------------------------------------


def certificate(folder: Path) -> dict[str, Any]:
    return json.loads((folder / CERTIFICATE).read_text(encoding="utf-8"))


def test_the_certificate_lists_every_figure_with_its_fit_before_and_after(town: Path, tmp_path: Path, hill: None) -> None:
    told = certificate(fitted(town, tmp_path / "out"))
    assert told["level"] == "base_year" and told["fingerprint"] == model_fingerprint() and told["plan"] == "town"
    assert [row["id"] for row in told["figures"]] == [*FITTED, *HELD]
    for row in told["figures"]:
        assert row["value"] == PUBLISHED[row["id"]] and row["status"] == "published" and row["source"]
        assert row["name_zh"] and row["name_en"] and row["unit"]
        assert row["uncorrected"]["p10"] <= row["uncorrected"]["p50"] <= row["uncorrected"]["p90"]
        assert (row["role"] == "fitted") == (row["intercept"] is not None)
        if row["role"] == "fitted":
            assert abs(row["fitted"]["p50"] / row["value"] - 1) <= row["tolerance"]
    assert {row["id"]: row["fitted"]["p10"] for row in told["figures"]}["startups"] == pytest.approx(350.0)


def test_the_certificate_lists_the_intercepts_with_their_uncorrected_value(town: Path, tmp_path: Path, hill: None) -> None:
    told = certificate(fitted(town, tmp_path / "out"))
    assert [one["parameter"] for one in told["intercepts"]] == [one.parameter for one in INTERCEPTS]
    for one in told["intercepts"]:
        declared = declared_parameters()[one["parameter"]]
        assert one["uncorrected"] == declared.central and one["range"] == [declared.low, declared.high] and one["area"] is None
        assert declared.low <= one["fitted"]["p10"] <= one["fitted"]["p90"] <= declared.high
        assert one["luck"] is None or one["luck"] >= 0


def test_counts_of_draws_add_up(town: Path, tmp_path: Path, hill: None) -> None:
    draws = certificate(fitted(town, tmp_path / "out"))["draws"]
    assert draws["tried"] == 12 == draws["kept"] + draws["dropped"] + len(draws["failed"])


def test_the_certificate_holds_no_time_and_no_host(town: Path, tmp_path: Path, hill: None) -> None:
    text = (fitted(town, tmp_path / "out") / CERTIFICATE).read_text(encoding="utf-8")
    assert not any(word in text for word in ("seconds", "made_at", "host", str(tmp_path)))


def test_an_intercept_at_its_bound_is_a_finding_and_its_figure_a_miss(town: Path, tmp_path: Path, hill: None) -> None:
    change_cell(town, "quantity: startups, area: ALL, year: 2020, value: 350,", "quantity: startups, area: ALL, year: 2020, value: 35000,")
    told = certificate(fitted(town, tmp_path / "out"))
    (found,) = (one for one in told["findings"] if one["about"] == "startup_capture")
    assert found["draws"] == found["of"] == 12
    assert told["tolerances"]["unmet_figures"] == ["startups"]
    assert len(told["misses"]) == 1 and "35,000" in told["misses"][0]


def test_what_the_synthesis_could_not_meet_is_a_finding_with_its_draws(town: Path, tmp_path: Path, hill: None) -> None:
    found = [one for one in certificate(fitted(town, tmp_path / "out"))["findings"] if one["about"].startswith("east")]
    assert len(found) == 1 and 0 < found[0]["draws"] < 12 and "失业保险 UI" in found[0]["about"]


def test_a_missing_figure_is_told_and_its_intercept_keeps_its_prior(town: Path, tmp_path: Path, hill: None) -> None:
    change_cell(town, "quantity: graduates_attracted,", "quantity: births,")
    folder = fitted(town, tmp_path / "out")
    (unused,) = certificate(folder)["not_used"]
    assert (unused["id"], unused["keeps_its_prior"]) == ("graduates_attracted", "attraction")
    prior = {row["attraction"] for row in from_ranges(declared_parameters(), 12, 1)}
    assert set(pq.read_table(folder / ARTEFACT)["attraction"].to_pylist()) <= prior


# --- resuming --------------------------------------------------------------------------------------------------------


def test_an_interrupted_calibration_goes_on_where_it_stopped(town: Path, tmp_path: Path, hill: None, fresh_home: Path,
                                                             monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    whole = bytes_of(fitted(town, tmp_path / "whole"))
    calls: list[int] = []

    def until_the_tenth(job: Any) -> Any:
        calls.append(job.draw)
        if len(calls) == 10:
            raise KeyboardInterrupt
        return fit_draw(job)

    monkeypatch.setattr("calibration.calibrate.fit_draw", until_the_tenth)
    with pytest.raises(KeyboardInterrupt):
        fitted(town, tmp_path / "out")
    assert not (tmp_path / "out" / ARTEFACT).exists()
    assert bytes_of(fitted(town, tmp_path / "out", resume=True)) == whole
    assert len(calls) == 10 + (12 + REPLICATES) - 9
    assert not list((fresh_home / "calibration").glob("*.jsonl"))


def test_without_resume_everything_is_made_anew(town: Path, tmp_path: Path, hill: None, fresh_home: Path,
                                                monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    path = journal.place(key_of(load_plan(town), 1, 20))
    with journal.writing(path, resume=False) as keep:
        keep(fit_draw(next(iter(jobs(str(town), load_plan(town), 1, 1, 20)))))
    calls: list[int] = []
    monkeypatch.setattr("calibration.calibrate.fit_draw", lambda job: (calls.append(job.draw), fit_draw(job))[1])
    fitted(town, tmp_path / "out")
    assert len(calls) == 12 + REPLICATES


def test_a_line_that_was_cut_off_and_a_failed_draw_are_made_again(town: Path, hill: None, tmp_path: Path) -> None:
    made = [fit_draw(job) for job in list(jobs(str(town), load_plan(town), 2, 1, 20))[:3]]
    path = tmp_path / "journal.jsonl"
    with journal.writing(path, resume=False) as keep:
        for fit in made:
            keep(fit)
    path.write_text(path.read_text(encoding="utf-8")[:-40] + '\n{"draw": 9}\n{"draw": 8, "error": "x", "at_bound": [], "findings": []}\n',
                    encoding="utf-8")  # fmt: skip
    assert journal.read(path) == {fit.draw: fit for fit in made[:2]}


def test_the_journal_of_another_baseline_seed_or_scale_is_another(town: Path) -> None:
    plan = load_plan(town)
    keys = {key_of(plan, 1, 20), key_of(plan, 2, 20), key_of(plan, 1, 21)}
    change_cell(town, "quantity: startups, area: ALL, year: 2020, value: 350,", "quantity: startups, area: ALL, year: 2020, value: 351,")
    assert len(keys | {key_of(load_plan(town), 1, 20)}) == 4


# --- what may not be done --------------------------------------------------------------------------------------------


def test_a_trial_does_not_replace_the_plans_own_artefact(town: Path, hill: None) -> None:
    with pytest.raises(BadInput) as caught:
        calibrate(town, draws=12, executor="serial")
    assert "--out" in caught.value.faults[0].fix and not (town / ARTEFACT).exists()


def test_a_plan_folder_that_cannot_be_written_is_refused_before_the_work(town: Path, hill: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(folder: Path) -> None:
        raise BadInput(Fault(str(folder), None, "--out", "", "", ""))

    monkeypatch.setattr("calibration.calibrate.check_writable", full)
    monkeypatch.setattr("calibration.calibrate.fit_draw", lambda job: pytest.fail("worked before it looked"))
    with pytest.raises(BadInput):
        calibrate(town, executor="serial")


def test_a_thousand_rows_remain_of_the_usual_number_of_draws() -> None:
    assert enough_of(DRAWS) == ENOUGH == 1000 and enough_of(5000) == 1000 and enough_of(1) == 1
    assert REPLICATES > 1 and math.isclose(enough_of(600) / 600, 5 / 6)


@pytest.mark.parametrize(("field", "value"), [("draws", 0), ("scale", 0), ("seed", -1), ("scale", 10**6)])
def test_impossible_numbers_are_refused(town: Path, tmp_path: Path, field: str, value: int) -> None:
    with pytest.raises(BadInput) as caught:
        fitted(town, tmp_path / "out", **{field: value})
    assert caught.value.faults[0].field == field


def test_when_every_draw_fails_nothing_is_written(town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*_: Any) -> Any:
        raise ArithmeticError("books do not close")

    monkeypatch.setattr("calibration.fit.live", dies)
    with pytest.raises(NothingFitted, match="books do not close"):
        fitted(town, tmp_path / "out", draws=3)
    assert not (tmp_path / "out" / ARTEFACT).exists()


def test_the_central_values_are_what_replicates_of_luck_fit(town: Path) -> None:
    made = list(jobs(str(town), load_plan(town), 2, 1, 20))
    assert [job.draw for job in made] == [*range(-1, -1 - REPLICATES, -1), 0, 1]
    assert all(job.parameters == central_values() for job in made[:REPLICATES])
    assert len({job.luck for job in made}) == len(made)
