"""Law as dated, cited values: what holds in a province in a month, who says so, and how sure that is.

The values stand in `model/law/*.yaml`, one file a subject. A path is the file's name and the entry's name
("pension.employer_rate"). A value holds from its month until the next one. A reform is "this path, from this month
(to that month), becomes that". Rates are shares of one (0.16), money is yuan.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.dates import month_index, month_text
from model.documents import BadInput, Fault, both, unknown_name
from model.retirement_age import legal_retirement_month, retirement_age_table

__all__ = ["Entry", "Law", "Reform", "Rule", "Unsourced", "legal_retirement_month", "retirement_age_table"]

LAW_FOLDER = Path(__file__).with_name("law")
PROVINCES = ("jiangsu", "zhejiang")
OTHER = "other"
"""Any other province 其他省份: national rules, and where there is none an assumption carried over (`law_files.elsewhere`)."""


@dataclass(frozen=True)
class Entry:
    """One value from one month on. `since` is a month number; `unsourced` marks what no source vouches for."""

    since: int
    value: float
    source: str
    confidence: str  # H, M or L
    unsourced: bool
    note: str = ""


@dataclass(frozen=True)
class Rule:
    """One path of the law: its unit, what it means, its allowed range and its values in order of date.

    `sourced_until` is the last month that the sources speak of; what is held beyond it counts as unsourced.
    """

    path: str
    unit: str
    meaning: str
    low: float
    high: float
    entries: tuple[Entry, ...]
    sourced_until: int | None = None

    def at(self, month: int) -> Entry:
        """The entry in force; before the first one, the first (and then unsourced, see `Law.unsourced`)."""
        for entry in reversed(self.entries):
            if entry.since <= month:
                return entry
        return self.entries[0]

    def is_unsourced(self, month: int) -> bool:
        early = month < self.entries[0].since
        late = self.sourced_until is not None and month > self.sourced_until
        return early or late or self.at(month).unsourced


@dataclass(frozen=True)
class Reform:
    """A path's value from a month to a month (both included), or for good when `last` is None."""

    path: str
    since: int
    value: float
    last: int | None

    def covers(self, month: int) -> bool:
        return self.since <= month and (self.last is None or month <= self.last)


@dataclass(frozen=True)
class Unsourced:
    """A stretch of months over which a value that no source vouches for is in force."""

    path: str
    first: str
    last: str
    value: float
    reason: str


@dataclass(frozen=True)
class Law:
    """The law of one province, with the reforms of a scenario. Immutable."""

    province: str
    rules: Mapping[str, Rule] = field(hash=False)  # plain, so that a law can travel between processes
    reforms: tuple[Reform, ...] = field(default=())

    @staticmethod
    def standard(province: str) -> Law:
        """The law as it stands. `province`: jiangsu | zhejiang | other. Raises `BadInput` for anything else."""
        return _standard(province)

    def paths(self) -> list[str]:
        """Every path, in order."""
        return sorted(self.rules)

    def value(self, path: str, month: str) -> float:
        """The value in force in a month ("2021-07"), in the path's unit. Raises `BadInput` for an unknown path."""
        return self.value_at(path, month_index(month))

    def value_at(self, path: str, month: int) -> float:
        """The same by month number. Of several reforms that cover the month, the latest to begin holds."""
        rule = self.rules.get(path) or self._rule(path)
        reform = self._reform_at(path, month) if self.reforms else None
        return reform.value if reform else rule.at(month).value

    def in_force(self, month: int) -> Mapping[str, float]:
        """Every value of a month by path, each looked up when it is first asked for, once between two dates of the law."""
        since = bisect_right(self.dates, month)
        if since not in self._known:
            self._known[since] = _InForce(self, month)
        return self._known[since]

    @cached_property
    def dates(self) -> tuple[int, ...]:
        """The months (as numbers) from which any value may differ, in order."""
        return tuple(sorted({date for path in self.rules for date in self._dates(path)}))

    @cached_property
    def _known(self) -> dict[int, _InForce]:
        return {}

    def __getstate__(self) -> dict[str, Any]:
        """What travels: the fields, and nothing that is remembered."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def steps(self, path: str) -> list[tuple[int, float]]:
        """The months (as numbers) from which the value may differ, with the value from then on, in order of date."""
        return [(month, self.value_at(path, month)) for month in sorted(self._dates(path))]

    def _dates(self, path: str) -> set[int]:
        dates = {entry.since for entry in self._rule(path).entries}
        for reform in self.reforms:
            if reform.path == path:
                dates |= {reform.since} | ({reform.last + 1} if reform.last is not None else set())
        return dates

    def series(self, path: str, first: str, months: int) -> NDArray[np.float64]:
        """Values month by month from `first`: float64 array of shape (months,), ready for a kernel."""
        steps = self.steps(path)
        place = np.searchsorted([month for month, _ in steps], month_index(first) + np.arange(months), side="right") - 1
        return np.array([value for _, value in steps], np.float64)[np.maximum(place, 0)]

    def unsourced(self, path: str, month: str) -> bool:
        """Whether the value in force rests on no source: marked so, or held beyond the dates that sources cover."""
        return self._unsourced_at(path, month_index(month))

    def unsourced_uses(self, first: str, last: str, paths: Iterable[str] | None = None) -> list[Unsourced]:
        """Every stretch between two months (both included) in which an unsourced value is in force."""
        span = range(month_index(first), month_index(last) + 1)
        uses = [use for path in (paths or self.paths()) for use in self._stretches(path, span)]
        return sorted(uses, key=lambda use: (use.path, use.first))

    def provenance(self, path: str) -> dict[str, Any]:
        """Unit, meaning and every dated value of a path with source and confidence, and the reforms that touch it."""
        rule = self._rule(path)
        values = [
            {
                "from": month_text(entry.since),
                "value": entry.value,
                "source": entry.source,
                "confidence": entry.confidence,
                "unsourced": entry.unsourced,
                "note": entry.note,
            }
            for entry in rule.entries
        ]
        reforms = [
            {"from": month_text(r.since), "to": None if r.last is None else month_text(r.last), "value": r.value}
            for r in self.reforms
            if r.path == path
        ]
        until = None if rule.sourced_until is None else month_text(rule.sourced_until)
        about = {"path": path, "unit": rule.unit, "meaning": rule.meaning, "sourced_until": until}
        return {**about, "values": values, "reforms": reforms}

    def amended(self, reforms: Iterable[Mapping[str, Any]], file: str = "law") -> Law:
        """A new law with reforms `{path, from, value, to?}` on top. Raises `BadInput` naming every fault.

        `to` is the last month in which the reform holds; afterwards the law returns to what it was.
        """
        from model.law_files import read_reforms

        added, faults = read_reforms(self.rules, list(reforms), file)
        all_reforms = sorted((*self.reforms, *added), key=lambda reform: (reform.path, reform.since))
        for one, other in pairwise(all_reforms):
            if (one.path, one.since) == (other.path, other.since):
                faults.append(_twice(file, one))
        if faults:
            raise BadInput(faults)
        return replace(self, reforms=tuple(all_reforms))

    def _rule(self, path: str) -> Rule:
        rule = self.rules.get(path)
        if rule is None:
            allowed, fix = unknown_name(path, self.rules)
            raise BadInput(Fault("law", None, "path", path, allowed, fix))
        return rule

    def _reform_at(self, path: str, month: int) -> Reform | None:
        covering = [reform for reform in self.reforms if reform.path == path and reform.covers(month)]
        return max(covering, key=lambda reform: reform.since, default=None)

    def _unsourced_at(self, path: str, month: int) -> bool:
        rule = self._rule(path)
        return self._reform_at(path, month) is None and rule.is_unsourced(month)

    def _stretches(self, path: str, span: range) -> list[Unsourced]:
        found: list[Unsourced] = []
        for month in span:
            if not self._unsourced_at(path, month):
                continue
            value, here, reason = self.value_at(path, month), month_text(month), self._reason(path, month)
            last = found[-1] if found else None
            if last and month_index(last.last) == month - 1 and (last.value, last.reason) == (value, reason):
                found[-1] = replace(last, last=here)
            else:
                found.append(Unsourced(path, here, here, value, reason))
        return found

    def _reason(self, path: str, month: int) -> str:
        rule = self.rules[path]
        if month < rule.entries[0].since:
            return both("早于最早的来源", "before the first source")
        if rule.sourced_until is not None and month > rule.sourced_until:
            return both("晚于最后的来源，沿用旧值", "after the last source: the old value is held")
        return rule.at(month).source


class _InForce(dict[str, float]):
    """The values of a month, filled as they are asked for."""

    def __init__(self, law: Law, month: int) -> None:
        super().__init__()
        self.law, self.month = law, month

    def __missing__(self, path: str) -> float:
        value = self[path] = self.law.value_at(path, self.month)
        return value


def _twice(file: str, reform: Reform) -> Fault:
    allowed = both("同一路径同一日期只有一项", "one entry for a path and a date")
    fix = both("请删去其中一项", "remove one of them")
    return Fault(file, None, f"{reform.path} from", month_text(reform.since), allowed, fix)


@cache
def _standard(province: str) -> Law:
    from model.law_files import read_rules

    if province not in (*PROVINCES, OTHER):
        allowed, fix = unknown_name(province, (*PROVINCES, OTHER))
        raise BadInput(Fault("law", None, "province", province, allowed, fix))
    return Law(province, read_rules(LAW_FOLDER, province))
