"""The folder of everything that is kept."""

from __future__ import annotations

import os
from pathlib import Path


def home() -> Path:
    """RENSHE_HOME, or the platform's folder for a user's data."""
    given = os.environ.get("RENSHE_HOME")
    if given:
        return Path(given).expanduser().absolute()
    from platformdirs import user_data_path

    return user_data_path("renshe", appauthor=False)
