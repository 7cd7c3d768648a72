"""Draws: prefix-stable, within the declared ranges, spread evenly, and taken from the calibration where that fits the
model.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.documents import BadInput
from scenarios import draws as module
from scenarios.draws import draws_of, from_ranges, growth_ranks, luck_seed, sobol, triangular
from scenarios.fingerprints import model_fingerprint
from scenarios.plans_at_hand import load_plan


def parameter(low: float, central: float, high: float, role: str = "uncertainty") -> Any:
    return SimpleNamespace(low=low, central=central, high=high, role=role)


DECLARED = {
    "b": parameter(0, 1, 4),
    "a": parameter(-1, -1, 1, "measurement"),
    "c": parameter(2, 2, 2),
    "d": parameter(5, 6, 7, "constant"),
}


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    import model.parameters

    monkeypatch.setattr(model.parameters, "declared_parameters", lambda: DECLARED)


@given(st.integers(1, 70), st.integers(1, 70), st.integers(1, 9), st.integers(0, 2**40))
def test_a_shorter_sequence_is_the_beginning_of_a_longer_one(few: int, many: int, dimensions: int, seed: int) -> None:
    few, many = sorted((few, many))
    assert (sobol(few, dimensions, seed) == sobol(many, dimensions, seed)[:few]).all()
    assert (growth_ranks(few, seed) == growth_ranks(many, seed)[:few]).all()


def test_the_sequence_is_even_and_depends_on_its_seed() -> None:
    points = sobol(64, 3, 1)
    assert points.shape == (64, 3) and (points >= 0).all() and (points < 1).all()
    for column in points.T:
        assert (np.histogram(column, bins=64, range=(0, 1))[0] == 1).all()
    assert not (points == sobol(64, 3, 2)).any()


def test_growth_is_not_in_step_with_any_parameter() -> None:
    ranks = growth_ranks(512, 1)
    assert abs(ranks.mean() - 0.5) < 0.01
    assert max(abs(np.corrcoef(ranks, column)[0, 1]) for column in sobol(512, 20, 1).T) < 0.1


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1))
def test_the_triangle_keeps_to_its_range_and_its_order(low: float, first: float, second: float, u: float) -> None:
    central, high = low + first, low + first + second
    value = triangular(u, low, central, high)
    assert low - 1e-6 * abs(low) - 1e-9 <= value <= high + 1e-6 * abs(high) + 1e-9
    assert triangular(min(1.0, u + 0.1), low, central, high) >= value - 1e-6 * (abs(value) + 1)


def test_the_triangle_has_its_textbook_mean_and_peak() -> None:
    values = np.array([triangular((i + 0.5) / 20_000, 0.0, 1.0, 4.0) for i in range(20_000)])
    assert values.mean() == pytest.approx(5 / 3, rel=1e-3)
    assert values.var() == pytest.approx((0 + 1 + 16 - 0 - 0 - 4) / 18, rel=1e-3)
    assert triangular(0.25, 0.0, 1.0, 4.0) == pytest.approx(1.0)
    with pytest.raises(ValueError, match="not in order"):
        triangular(0.5, 1.0, 0.0, 2.0)


def test_uncertainties_are_drawn_and_constants_are_not() -> None:
    rows = from_ranges(DECLARED, 16, 1)
    assert {row["d"] for row in rows} == {6.0} and {row["c"] for row in rows} == {2.0}
    assert len({row["b"] for row in rows}) == 16 and all(0 <= row["b"] <= 4 and -1 <= row["a"] <= 1 for row in rows)


@given(st.integers(0, 2**62), st.integers(0, 10_000), st.integers(0, 100))
def test_luck_is_a_seed_of_its_own_for_every_draw_and_replicate(seed: int, draw: int, replicate: int) -> None:
    one = luck_seed(seed, draw, replicate)
    assert 0 <= one < 2**63 and one == luck_seed(seed, draw, replicate)
    assert (
        len(
            {
                one,
                luck_seed(seed, draw + 1, replicate),
                luck_seed(seed, draw, replicate + 1),
                luck_seed(seed + 1, draw, replicate),
            }
        )
        == 4
    )


def write_artefact(folder: Path, rows: int = 10, fingerprint: str | None = None, level: str = "base_year") -> Path:
    folder.mkdir(exist_ok=True)
    pq.write_table(pa.table({"b": np.linspace(0, 4, rows), "hiring@east": np.linspace(1, 2, rows)}), folder / "posterior.parquet")
    note = {"fingerprint": fingerprint or model_fingerprint(), "level": level}
    (folder / "certificate.json").write_text(json.dumps(note), encoding="utf-8")
    return folder


def test_the_calibration_is_used_when_it_fits_the_model(tmp_path: Path) -> None:
    found = draws_of(load_plan("xuzhou"), 3, 1, folder=write_artefact(tmp_path / "p"))
    assert found.basis == "base_year" and not found.warnings
    assert found.values[1]["hiring@east"] == pytest.approx(1 + 1 / 9) and found.values[1]["b"] == pytest.approx(4 / 9)
    assert found.values[1]["a"] == -1 and found.values[1]["d"] == 6
    assert found.values == draws_of(load_plan("xuzhou"), 9, 2, folder=tmp_path / "p").values[:3]


def test_the_declared_ranges_are_used_on_request_and_without_a_calibration(tmp_path: Path) -> None:
    assert draws_of(load_plan("xuzhou"), 2, 1, prior=True, folder=write_artefact(tmp_path / "p")).basis == "prior"
    plain = draws_of(load_plan("xuzhou"), 2, 1, folder=tmp_path)
    assert plain.basis == "prior" and not plain.warnings


def test_a_calibration_of_another_model_is_set_aside_with_a_warning(tmp_path: Path) -> None:
    found = draws_of(load_plan("xuzhou"), 2, 1, folder=write_artefact(tmp_path / "p", fingerprint="0" * 32))
    assert found.basis == "prior" and "renshe calibrate" in found.warnings[0]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda f: (f / "certificate.json").unlink(),
        lambda f: (f / "certificate.json").write_text("{", encoding="utf-8"),
        lambda f: (f / "posterior.parquet").write_bytes(b"junk"),
        lambda f: write_artefact(f, level="perhaps"),
    ],
)
def test_a_broken_calibration_is_set_aside_with_a_warning(tmp_path: Path, spoil: Any) -> None:
    folder = write_artefact(tmp_path / "p")
    spoil(folder)
    found = draws_of(load_plan("xuzhou"), 2, 1, folder=folder)
    assert found.basis == "prior" and len(found.warnings) == 1


def test_more_draws_than_the_calibration_has_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"1 … 10.*--prior"):
        draws_of(load_plan("xuzhou"), 11, 1, folder=write_artefact(tmp_path / "p"))


def test_the_fingerprint_notices_code_and_data_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "a.py").write_bytes(b"x = 1\r\n")
    (tmp_path / "m" / "law.yaml").write_bytes(b"a: 1\n")
    first = model_fingerprint.__wrapped__(tmp_path / "m")
    (tmp_path / "m" / "a.py").write_bytes(b"x = 1\n")
    (tmp_path / "m" / "notes.txt").write_bytes(b"hello")
    assert model_fingerprint.__wrapped__(tmp_path / "m") == first
    (tmp_path / "m" / "law.yaml").write_bytes(b"a: 2\n")
    assert model_fingerprint.__wrapped__(tmp_path / "m") != first
    assert module.PRIOR == "prior"
