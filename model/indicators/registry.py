"""Every statistic that a plan can be read from: its definition, unit, population, and how it is produced.

The declarations stand in the YAML files beside this file, one a topic. An indicator is a sum of counted series, or a ratio of two
such sums; `measure.py` evaluates it for any area, because only counts are added.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from model.documents import BadInput, Fault, read_yaml

PRODUCED = ("agent", "institution", "programme", "context", "not_yet")
YEAR = ("sum", "december", "mean")
TOPICS = ("employment", "insurance", "talent", "skills", "services", "programmes", "quoted")


@dataclass(frozen=True)
class Indicator:
    """One statistic.

    id, name_zh, name_en: its names; unit: of the values (人, %, 元/月 …); kind: stock, rate, flow, build_out or part;
    population: resident, hukou, workplace or scheme; definition: the 口径 in words; denominator: in words, or None;
    produced: agent, institution, programme, context or not_yet; year: how months make a year (sum, december, mean);
    natural_bounds: values that cannot be passed; plus, minus, over: counted series, added, subtracted, and divided by;
    factor: 100 for percentages.
    """

    id: str
    name_zh: str
    name_en: str
    unit: str
    kind: str
    population: str
    definition: str
    denominator: str | None
    produced: str
    year: str
    natural_bounds: tuple[float | None, float | None]
    plus: tuple[str, ...]
    minus: tuple[str, ...]
    over: tuple[str, ...]
    factor: float

    @property
    def simulated(self) -> bool:
        """True when the city produces this statistic today."""
        return self.produced in ("agent", "institution", "programme") and bool(self.plus)


def _indicator(name: str, given: Mapping[str, Any]) -> Indicator:
    low, high = given.get("natural_bounds") or (0, None)
    text = {key: str(given.get(key) or "") for key in ("name_zh", "name_en", "unit", "kind", "population", "definition")}
    plus, minus, over = (tuple(given.get(key) or ()) for key in ("plus", "minus", "over"))
    return Indicator(id=name, **text, denominator=None if given.get("denominator") is None else str(given["denominator"]),
                     produced=str(given.get("produced", "not_yet")), year=str(given.get("year", "december")),
                     natural_bounds=(low, high), plus=plus, minus=minus, over=over, factor=float(given.get("factor", 1)))


@cache
def registry() -> dict[str, Indicator]:
    """All indicators by id, topic by topic.

    Raises BadInput naming the line when an entry has an unknown `produced` or `year`, or an id that another topic has.
    """
    made: dict[str, Indicator] = {}
    faults = []
    for document in (read_yaml(Path(__file__).with_name(f"{topic}.yaml")) for topic in TOPICS):
        for name, given in document.data.items():
            indicator = _indicator(name, given)
            checks = (("produced", indicator.produced, PRODUCED), ("year", indicator.year, YEAR))
            faults += [Fault(str(document.path), document.line((name, field)), f"{name}.{field}", value, ", ".join(allowed),
                             "choose one of them") for field, value, allowed in checks if value not in allowed]
            if name in made:
                faults.append(Fault(str(document.path), document.line((name,)), name, name, "an id of its own", "rename one of the two"))
            made[name] = indicator
    if faults:
        raise BadInput(faults)
    return made
