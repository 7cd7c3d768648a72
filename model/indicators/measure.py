"""From counted series to the bureau's indicators, for every area, composite area and the whole city.

    value(indicator, area, month) = factor · (Σ plus − Σ minus) ÷ Σ over        (÷ 1 when nothing stands under the line)

Series are counts, so an area's value is taken from the sums over its parts, and never from averages of rates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model.indicators.registry import Indicator, registry

if TYPE_CHECKING:
    import pandas as pd

WHOLE = "ALL"


def _total(series: Mapping[str, NDArray[np.float64]], names: Sequence[str]) -> NDArray[np.float64]:
    return sum((series[name] for name in names[1:]), series[names[0]] + 0.0)


def evaluate(indicator: Indicator, series: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """Values of one simulated indicator, shape (months, areas), from its counted series of the same shape; NaN where nobody is under the
    line."""
    top = _total(series, indicator.plus)
    if indicator.minus:
        top = top - _total(series, indicator.minus)
    if not indicator.over:
        return indicator.factor * top
    under = _total(series, indicator.over)
    share = np.divide(top, under, out=np.full(top.shape, np.nan), where=under > 0)
    return indicator.factor * share          # in this order, so that all of them is 100 %


@dataclass(frozen=True)
class Measured:
    """All simulated indicators of a city. values: (indicators, areas, months); areas: first ALL, then the finest, then the composites;
    months: "YYYY-MM"."""

    indicators: tuple[str, ...]
    areas: tuple[str, ...]
    months: tuple[str, ...]
    values: NDArray[np.float64]

    def table(self) -> pd.DataFrame:
        """One long table: area, indicator, period, value; indicator by indicator, area by area."""
        import pandas as pd  # here, because commands that only list indicators must answer at once

        which, area, month = (place.ravel() for place in np.indices(self.values.shape))
        spelt = lambda words, places: pd.array(list(words), dtype="str").take(places)  # noqa: E731
        return pd.DataFrame({"area": spelt(self.areas, area), "indicator": spelt(self.indicators, which),
                             "period": spelt(self.months, month), "value": self.values.ravel()})


def measured(series: Mapping[str, NDArray[np.float64]], *, areas: Sequence[str], groups: Mapping[str, Sequence[str]],
             months: Sequence[str]) -> Measured:
    """All simulated indicators. series: {name: (months, areas)} counts of the finest areas; groups: {composite area: its finest areas}."""
    place = {area: i for i, area in enumerate(areas)}
    parts = {WHOLE: list(range(len(areas)))} | {a: [i] for a, i in place.items()} | {
        g: [place[p] for p in members if p in place] for g, members in groups.items() if g not in place}
    counted = np.stack(list(series.values()))
    of_parts = np.stack([counted[:, :, members].sum(axis=2) for members in parts.values()], axis=2)
    summed = dict(zip(series, of_parts, strict=True))
    names, found = [], []
    for indicator in registry().values():
        if indicator.simulated and all(name in summed for name in indicator.plus + indicator.minus + indicator.over):
            values = evaluate(indicator, summed)
            if not np.isnan(values).all():      # else nobody stands under the line anywhere: this city has no such statistic
                names.append(indicator.id)
                found.append(values.T)
    return Measured(tuple(names), tuple(parts), tuple(months), np.stack(found))


def measure(series: Mapping[str, NDArray[np.float64]], *, areas: Sequence[str], groups: Mapping[str, Sequence[str]],
            months: Sequence[str]) -> pd.DataFrame:
    """The same as one long table: area, indicator, period ("YYYY-MM"), value."""
    return measured(series, areas=areas, groups=groups, months=months).table()


HOW = {"sum": "sum", "december": "last", "mean": "mean"}


def yearly(table: pd.DataFrame, by: Sequence[str] = ("area", "indicator")) -> pd.DataFrame:
    """Year values of a long monthly table: a flow's sum, a stock's or rate's December, or the mean, as each indicator declares.

    Columns of the result: `by`, period ("YYYY"), value. A year that is not whole keeps what it has.
    """
    import pandas as pd

    known = registry()
    out = []
    for name, rows in table.groupby("indicator", sort=False):
        how = HOW[known[str(name)].year]
        keys = [*by, "period"]
        yearly_rows = rows.sort_values("period", kind="stable").assign(period=lambda monthly: monthly["period"].str[:4])
        out.append(yearly_rows.groupby(keys, sort=False)["value"].agg(how).reset_index())
    return pd.concat(out, ignore_index=True)
