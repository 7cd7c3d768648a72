"""What the tests of the analyses share: the plan of one year, and how it is run."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.analysis.year_town import write_year_town
from tests.scenarios.conftest import command

__all__ = ["command"]
HOW: dict[str, Any] = {"scale": 50, "executor": "serial", "prior": True}


@pytest.fixture(scope="session")
def year_town(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_year_town(tmp_path_factory.mktemp("plans") / "town")
