"""Why: Shapley values with known answers, sums that hold in every draw, and the command."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.documents import BadInput
from scenarios import Scenario, why
from scenarios.waterfall.shapley import along, every_set, exact, sampled_orders
from tests.scenarios.analysis.conftest import HOW
from tests.scenarios.analysis.year_town import by_formula


def game(n: int, numbers: list[float]) -> dict[int, np.ndarray]:
    return {some: np.array([numbers[some], numbers[-1 - some]]) for some in every_set(n)}


@given(st.integers(1, 4).flatmap(lambda n: st.tuples(st.just(n), st.lists(st.floats(-9, 9), min_size=1 << n, max_size=1 << n))))
def test_effects_add_up_and_a_cause_that_does_nothing_gets_nothing(asked: tuple[int, list[float]]) -> None:
    n, numbers = asked
    values = game(n, numbers)
    effects = exact(values, n)
    np.testing.assert_allclose(effects.sum(axis=0), values[(1 << n) - 1] - values[0], atol=1e-9)
    idle = {some: values[some & ((1 << n) - 1)] for some in every_set(n + 1)}
    np.testing.assert_allclose(exact(idle, n + 1)[n], 0, atol=1e-12)
    np.testing.assert_allclose(exact(idle, n + 1)[:n], effects, atol=1e-9)


def test_three_players_by_hand() -> None:
    """Worked by hand from the definition: bit 0 needs bit 1 (10 together), bit 2 adds 3: effects 5, 5, 3."""
    values = {some: np.array([10.0 * (some & 3 == 3) + 3.0 * (some >> 2)]) for some in every_set(3)}
    np.testing.assert_allclose(exact(values, 3)[:, 0], [5, 5, 3])


def test_sampled_orders_add_up_in_every_draw_and_are_unbiased() -> None:
    rng = np.random.default_rng(3)
    numbers = rng.normal(size=1 << 5)
    values = {some: np.array([numbers[some]]) for some in every_set(5)}
    orders = sampled_orders(5, 400, 1, 1)
    found = along(orders, lambda some, draw: float(numbers[some]), 5)
    np.testing.assert_allclose(found.sum(axis=0), numbers[-1] - numbers[0], atol=1e-12)
    error = found.std(axis=1, ddof=1) / 20
    assert (np.abs(found.mean(axis=1) - exact(values, 5)[:, 0]) < 4 * error + 1e-9).all()  # 4 s.e.: fails by luck 3 in 10,000
    assert sampled_orders(5, 400, 1, 1) == orders


def both_levers(plan: str, **more: Any) -> Scenario:
    return Scenario("more", plan, {"training_places": 1600, "startup_loans": 3}, **more)


def formula(total: Any, run: Any) -> dict[str, float]:
    product = total["training_places"] * total["startup_loans"] / 1e8
    return {"training": product + 1000 * run.growth[2021] + 10 * run.parameters["training_take_up"] + run.luck % 7}


def test_a_difference_is_split_among_levers_and_growth_and_luck_has_no_part(year_town: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenarios.waterfall.splitting.answers", by_formula(formula))
    (split,) = why(both_levers(year_town, macro={"2021": 0.085}), indicators=["training"], draws=3, **HOW)
    assert set(split.parts) == {"training_places", "startup_loans", "demand"} and not split.sampled
    np.testing.assert_allclose(sum(split.parts.values()), split.total, atol=1e-9)
    assert split.parts["demand"] == pytest.approx(20)
    assert split.as_json()["chance"] == 0


def test_with_another_seed_luck_and_parameters_are_causes(year_town: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenarios.waterfall.splitting.answers", by_formula(formula))
    (split,) = why(both_levers(year_town), indicators=["training"], draws=4, seed_against=9, **HOW)
    assert {"parameters", "chance"} < set(split.parts)
    assert np.abs(split.parts["chance"]).max() <= 6 and np.any(split.parts["chance"])
    np.testing.assert_allclose(sum(split.parts.values()), split.total, atol=1e-9)


def test_a_gap_starts_from_what_was_reckoned(year_town: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenarios.waterfall.splitting.answers", by_formula(formula))
    shock = {"kind": "demand_slump", "sector": "manufacturing", "from": "2021-04", "months": 3, "size": -0.08}
    (split,) = why(both_levers(year_town, shocks=[shock]), gap=True, indicators=["training"], draws=6, **HOW)
    assert split.sampled and {"start", "parameters", "chance", "demand"} <= set(split.parts)
    np.testing.assert_allclose(sum(split.parts.values()), 1000 - split.last, atol=1e-9)
    np.testing.assert_allclose(split.parts["start"], 1000 - split.first)
    assert split.parts["chance"].mean() == pytest.approx(0, abs=1e-9)  # each draw's luck stands once on either side


def test_levers_of_a_mechanism_are_taken_together(year_town: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenarios.waterfall.splitting.answers", by_formula(formula))
    two = Scenario("two", year_town, {"startup_loans": 3, "startup_training": 200, "training_places": 900})
    (split,) = why(two, indicators=["training"], by="mechanism", draws=2, **HOW)
    assert set(split.parts) == {"startups", "training"}


def test_real_runs_add_up(year_town: str) -> None:
    splits = why(both_levers(year_town), draws=2, **HOW)
    for split in splits:
        np.testing.assert_allclose(sum(split.parts.values()), split.total, atol=1e-8)
    training = splits[1]
    assert (training.parts["training_places"] > 10 * np.abs(training.parts["startup_loans"])).all()


def test_failed_draws_are_left_out(year_town: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(study: Any, runs: Any, aims: Any) -> Any:
        found = by_formula(formula)(study, runs, aims)
        found.failures[0] = "x"
        return found

    monkeypatch.setattr("scenarios.waterfall.splitting.answers", failing)
    (split,) = why(both_levers(year_town), indicators=["training"], draws=3, **HOW)
    assert split.total.size == 2


def test_two_worlds_that_are_the_same_are_refused(year_town: str) -> None:
    with pytest.raises(BadInput, match="nothing to split"):
        why(year_town, scenario="baseline", **HOW)


def test_the_command(command: Any, year_town: str, tmp_path: Path) -> None:
    asked = ("why", year_town, "--indicator", "training", "--draws", "2", "--scale", "50", "--executor", "serial", "--prior")
    answer = command(*asked, "--json", "--figure", str(tmp_path / "w.html"))
    assert answer.code == 0
    (split,) = answer.json["splits"]
    assert sum(part["mean"] for part in split["parts"]) == pytest.approx(split["total"]["mean"], abs=1e-8)
    assert "合计" in command(*asked).out and (tmp_path / "w.html").is_file()
    assert "Example: renshe why" in " ".join(command("why", "--help").out.split())
