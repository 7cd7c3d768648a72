"""The made-up town that calibration tests fit, with the growth of its baseline year."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).resolve().parent


def module(path: Path) -> ModuleType:
    """A file of the tests as a module."""
    spec = importlib.util.spec_from_file_location(f"calibration_tests_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


GROWTH = ("  - {quantity: gdp_growth, area: ALL, year: 2020, value: 3.5, unit: '%', status: published, confidence: high, "
          "source: 虚构}\n")  # fmt: skip


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """The folder of the made-up plan."""
    folder: Path = module(HERE.parent / "scenarios" / "town.py").write_plan(tmp_path / "town")
    baseline = folder / "baseline.yaml"
    baseline.write_text(baseline.read_text(encoding="utf-8") + GROWTH, encoding="utf-8")
    return folder


@pytest.fixture
def hill(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Fits in this process ask formulas instead of a city; gives the module that holds them."""
    made = module(HERE / "hill.py")
    made.instead_of_a_city(monkeypatch)
    return made
