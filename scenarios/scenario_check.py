"""Checking a scenario file without running it."""

from __future__ import annotations

from pathlib import Path

from model.documents import BadInput, Fault, read_yaml
from scenarios.scenario import faults_in


def faults_of(path: str | Path) -> list[Fault]:
    """Everything that is wrong with a scenario file, the reading of it included; empty when it can be run."""
    try:
        document = read_yaml(path, not_finite=True)  # a value that is no number is a fault beside the others
    except BadInput as error:
        return error.faults
    return faults_in(document.data, document)
