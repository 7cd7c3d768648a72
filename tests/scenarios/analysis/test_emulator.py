"""The emulator: it finds what a formula hides, says its error, keeps to its range, and reads what it writes."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.documents import BadInput
from scenarios import emulate
from scenarios.emulator import Emulator, emulator_of
from scenarios.emulator.fitting import fit
from scenarios.emulator.response import Response, bend, knots_of
from scenarios.emulator.training import design, from_rest
from scenarios.studies import Factor
from tests.scenarios.analysis.conftest import HOW
from tests.scenarios.analysis.year_town import by_formula

LEVERS = [Factor(f"l{i}", "lever", 0.0, 10.0, (0, 10), "", "", "", rest) for i, rest in enumerate((2.0, 0.0))]
DRAWS, POINTS = 60, 3


def learnt(effect: Any, noise: float = 0.0, window: tuple[float, float] = (115.0, math.inf)) -> tuple[Response, np.ndarray]:
    """A response fitted to value = base + effect(x, traits) + noise, and the true value as a function of one setting."""
    rng = np.random.default_rng(1)
    traits = rng.normal(size=(DRAWS, 12))
    base = 100 + 10 * traits[:, 0]
    box, draw = design(LEVERS, DRAWS, POINTS, 1), np.repeat(np.arange(DRAWS), POINTS)
    y = np.array([base[d] + effect(x, traits[d]) for x, d in zip(box, draw, strict=True)]) + noise * rng.normal(size=len(draw))
    ends = [tuple(from_rest([one], np.array([[one.low], [one.high]]))[:, 0]) for one in LEVERS]
    return fit("a", from_rest(LEVERS, box), draw, y, base, traits, ends, window, 1), np.column_stack([base, traits])


def curved(x: Any, traits: Any) -> float:
    return float((1 + 0.5 * traits[3]) * 4 * min(x[0] - 2, 5) + 6 * math.sqrt(x[1]) + 0.3 * x[0] * x[1])


@pytest.mark.parametrize("x", [(2, 0), (10, 0), (0, 3), (4, 3), (6, 9)])
def test_a_curved_response_that_differs_between_draws_is_found(x: tuple[float, float]) -> None:
    one, city = learnt(curved, noise=0.5)
    truth = np.array([row[0] + curved(x, row[1:]) for row in city])
    u = from_rest(LEVERS, np.array([x], float))
    assert one.probability(u)[0] == pytest.approx((truth >= 115).mean(), abs=0.06)
    assert abs(one.values(u)[0].mean() - truth.mean()) < 2.5
    assert one.quality > 0.9 and one.moved and abs(one.bias) < 4 * one.bias_error + 0.02


def test_at_rest_the_emulator_is_the_runs_themselves() -> None:
    one, city = learnt(curved, noise=0.5)
    u = np.zeros((1, 2))
    np.testing.assert_array_equal(one.values(u)[0], city[:, 0])
    assert one.error(u)[0] == 0 and one.probability(u)[0] == pytest.approx((city[:, 0] >= 115).mean())


def test_the_error_is_that_of_draws_not_seen() -> None:
    """Noise of sd 2 that nothing explains must come back as σ; power: 180 points give σ within a fifth in all but 1 in 10,000."""
    one, _ = learnt(lambda x, traits: 3 * (x[0] - 2), noise=2.0)
    assert 1.6 < one.sigma < 2.6


def test_what_no_lever_moves_is_said() -> None:
    one, city = learnt(lambda x, traits: 0.0)
    assert not one.moved and one.sigma == 0
    far = from_rest(LEVERS, np.array([[10.0, 10.0]]))
    assert one.probability(far)[0] == pytest.approx((city[:, 0] >= 115).mean())
    noisy, _ = learnt(lambda x, traits: 0.0, noise=1.0)
    assert noisy.quality < 0.2


@given(st.floats(-1, 0), st.floats(0.1, 1))
def test_the_bends_do_nothing_at_rest(low: float, high: float) -> None:
    assert not bend(np.zeros(1), knots_of(low, high)).any()


def test_a_window_with_two_sides() -> None:
    one, city = learnt(lambda x, traits: 2 * x[1], window=(95.0, 105.0))
    u = from_rest(LEVERS, np.array([[2.0, 5.0]]))
    truth = city[:, 0] + 10
    assert one.probability(u)[0] == pytest.approx(((truth >= 95) & (truth <= 105)).mean(), abs=0.05)


def test_doubt_shrinks_with_what_is_known() -> None:
    one, _ = learnt(curved, noise=0.5)
    u = from_rest(LEVERS, np.array([[2.0, 0.0], [6.0, 5.0]]))
    doubt = one.doubt(u)
    assert (doubt > 0).all() and (doubt < 0.25).all()


# --- the artefact ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(year_town: str) -> Emulator:
    """An emulator of real runs: 6 draws at rest and at 2 points each."""
    return emulate(year_town, levers=["training_places", "campus_tours"], draws=6, points=2, **HOW)


def test_an_artefact_reads_what_it_writes(made: Emulator, year_town: str, tmp_path: Path) -> None:
    from scenarios import load_plan

    path = made.save(tmp_path / "emulator.json")
    again = Emulator.read(path, load_plan(year_town))
    for here, there in zip(made.at({"training_places": 1500}), again.at({"training_places": 1500}), strict=True):
        assert here["id"] == there["id"] and here["final"]["p50"] == pytest.approx(there["final"]["p50"], rel=1e-4)
        assert here["probability"] == pytest.approx(there["probability"], abs=0.01)
    assert path.stat().st_size < 300_000
    said = json.loads(path.read_text(encoding="utf-8"))
    assert {"format", "model", "scale", "seed", "parameters", "levers", "indicators"} <= set(said)
    assert {"sigma", "quality", "bias", "terms", "points"} <= set(said["indicators"][0]["error"])


def test_more_training_places_train_more(made: Emulator) -> None:
    def trained(places: float) -> float:
        return float(next(row["final"]["p50"] for row in made.at({"training_places": places}) if row["id"] == "training"))

    assert trained(400) < trained(800) < trained(1600)


def test_outside_its_range_it_refuses(made: Emulator) -> None:
    with pytest.raises(BadInput) as caught:
        made.at({"training_places": 1e5, "camp_tours": 1})
    assert {fault.field for fault in caught.value.faults} == {"training_places", "camp_tours"}


def test_an_emulator_of_another_model_is_not_used(made: Emulator, year_town: str, tmp_path: Path) -> None:
    assert emulator_of(year_town) == (None, ())
    path = made.save(tmp_path / "emulator.json")
    assert emulator_of(year_town, [path])[0] is not None
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(str(made.context["model"]), "0" * 32), encoding="utf-8")
    found, said = emulator_of(year_town, [path])
    assert found is None and "renshe emulate" in said[0]
    path.write_text(text[:100], encoding="utf-8")
    assert emulator_of(year_town, [path])[0] is None and "emulator.json" in emulator_of(year_town, [path])[1][0]


def test_draws_that_failed_are_left_out(year_town: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def formula(total: Any, run: Any) -> dict[str, float]:
        value = total["training_places"] + 100 * run.parameters["training_take_up"]
        return {"training": math.nan if run.draw == 2 and total["training_places"] < 801 else value}

    monkeypatch.setattr("scenarios.emulator.training.answers", by_formula(formula))
    found = emulate(year_town, levers=["training_places"], draws=12, **HOW)
    assert len(found.responses["training"].at_rest) == 11 and "new_jobs" not in found.responses
    (row,) = found.at({"training_places": 1200})
    assert row["probability"] > 0.99


def test_too_few_draws_and_no_lever_are_refused(year_town: str) -> None:
    for asked in ({"draws": 4}, {"levers": ["none"]}):
        with pytest.raises(BadInput, match="emulate"):
            emulate(year_town, **asked, **HOW)


def test_the_command(command: Any, year_town: str, tmp_path: Path) -> None:
    asked = ("emulate", year_town, "--levers", "training_places,campus_tours", "--draws", "6", "--points", "2", "--scale", "50",
             "--executor", "serial", "--prior", "--out", str(tmp_path / "e.json"))  # fmt: skip
    answer = command(*asked, "--json")
    assert answer.code == 0 and answer.json["file"] == str(tmp_path / "e.json") and "at_rest" not in answer.json["indicators"][0]
    assert "valid within" in command(*asked).out and (tmp_path / "e.json").is_file()
