"""What of the law in force during a run no source vouches for, and which results rest on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from model.documents import read_yaml
from model.indicators import registry
from model.law import Law
from scenarios.frozen import plain

SUBJECTS = {"insurance": ("bases", "pension", "unemployment", "injury", "resident", "relief"), "services": ("disputes",)}
"""Subjects of the law by which an indicator's topic (its file in `model/indicators`) is enrolled, paid or judged."""


def unsourced_law(province: str, reforms: Iterable[Mapping[str, Any]], first: str, last: str) -> list[dict[str, Any]]:
    """Every stretch of the months `first` to `last` in which a value of the law is in force that no source vouches for: path, from, to,
    value, why. What a scenario's reforms set is the user's own."""
    law = Law.standard(province).amended([dict(plain(reform)) for reform in reforms])
    wanted = {subject for subjects in SUBJECTS.values() for subject in subjects} | {"minimum_wage", "retirement"}
    paths = [path for path in law.paths() if path.partition(".")[0] in wanted]
    return [{"path": use.path, "from": use.first, "to": use.last, "value": use.value, "why": use.reason}
            for use in law.unsourced_uses(first, last, paths)]


def rests_on(measure: str | None, uses: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a simulated measure is enrolled, paid or judged by a law without source."""
    subjects = SUBJECTS.get(topics().get(measure or "", ""), ())
    return any(str(use["path"]).partition(".")[0] in subjects for use in uses)


@cache
def topics() -> dict[str, str]:
    """Measure → the file of `model/indicators` that declares it."""
    from importlib.resources import files

    found = sorted(Path(str(files("model") / "indicators")).glob("*.yaml"))
    return {str(name): path.stem for path in found for name in read_yaml(path).data if name in registry()}
