"""The made-up town that calibration tests fit, and a city of formulas in place of a lived one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.calibration.hill import add_growth, instead_of_a_city
from tests.scenarios.town import write_plan


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """The folder of the made-up plan, with the growth of its baseline year."""
    return add_growth(write_plan(tmp_path / "town"))


@pytest.fixture
def hill(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fits in this process ask formulas instead of a city."""
    instead_of_a_city(monkeypatch)
