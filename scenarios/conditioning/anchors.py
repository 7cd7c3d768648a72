"""Starting stocks re-anchored: a living city brought to the headcounts that were observed in a December.

Insured headcounts are met by the people themselves: the level that decides membership (log odds of insuring staff by area, share of
flexible workers and of residents in a scheme) is moved until the observed headcount stands, so that the later months grow from there.
What is left, and every other stock, is carried on in proportion (stock × observed ÷ simulated), a rate by its odds.
Flows are never moved: they follow from the resampled parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model import bureau, enrolment, membership
from model.indicators import registry
from model.indicators.measure import WHOLE, evaluate
from model.series import SERIES

if TYPE_CHECKING:
    from model.city import City

Values = NDArray[np.float64]
CLOSE = 0.0005
STEPS = 10
FARTHEST = 6.0


@dataclass(frozen=True)
class Anchor:
    """One observed stock or rate: an indicator of the model, an area ("ALL": the city), its value in the indicator's unit."""

    indicator: str
    area: str
    value: float


@dataclass(frozen=True)
class Handle:
    """What moves an insured headcount: the city's levels (one value an area), as log odds or as shares, and what settles them."""

    levels: tuple[str, ...]
    shares: bool
    settle: Callable[[City], None]


def _enrol(city: City) -> None:
    enrolment.enrol(city, everyone=True)


def _choose(city: City) -> None:
    membership.choose_scheme(city, everyone=True)


HANDLES: Mapping[str, Handle] = {
    "ui_insured": Handle(("enrolment_level",), False, _enrol),
    "injury_insured": Handle(("injury_gap",), False, _enrol),
    "pension_enterprise_active": Handle(("flexible_share",), True, _choose),
    "pension_active": Handle(("flexible_share", "resident_share"), True, _choose),
}
"""In the order in which they are met: an earlier one moves the later ones, not the other way round."""


def headcount(city: City, indicator: str) -> Values:
    """A stock as the bureau would count it now, by area; the month's own books and everyone's account stay as they are."""
    counts = (bureau.count_stocks(city, False, keeping=False)[: len(SERIES)] * city.weight)[:, None, :]
    return np.asarray(evaluate(registry()[indicator], dict(zip(SERIES, counts, strict=True)))[0], float)


def re_anchor(city: City, anchors: Sequence[Anchor]) -> None:
    """Bring the insured headcounts of the city to what was observed; a headcount out of reach comes as near as it can."""
    for name, handle in HANDLES.items():
        for areas, wanted in _groups(city, [anchor for anchor in anchors if anchor.indicator == name]):
            _meet(city, name, handle, areas, wanted)


def _groups(city: City, anchors: Sequence[Anchor]) -> list[tuple[list[int], float]]:
    """(rows of areas, headcount): each area on its own where all are known, else the city as a whole, less the areas that are known."""
    place = {area: i for i, area in enumerate(city.setting.areas)}
    own = [([place[a.area]], a.value) for a in anchors if a.area in place]
    rest = [i for i in place.values() if [i] not in [rows for rows, _ in own]]
    whole = [a.value - sum(value for _, value in own) for a in anchors if a.area == WHOLE]
    return [*own, *([(rest, whole[0])] if whole and rest and whole[0] > 0 else [])]


def _meet(city: City, name: str, handle: Handle, areas: list[int], wanted: float) -> None:
    """Move the levels of some areas together until their headcount is met (regula falsi, Illinois), within ± FARTHEST log odds."""
    start = {level: np.array(getattr(city, level), float) for level in handle.levels}

    def off(shift: float) -> float:
        for level, before in start.items():
            after = before.copy()
            after[areas] = _moved(before[areas], shift) if handle.shares else before[areas] + shift
            setattr(city, level, np.maximum(after, 0.0) if level == "injury_gap" else after)
        handle.settle(city)
        return float(headcount(city, name)[areas].sum()) - wanted

    low, high = 0.0, 0.0
    off_low = off_high = off(0.0)
    step = 0.25
    while abs(off_high) > CLOSE * wanted and off_low * off_high > 0 and abs(high) < FARTHEST:
        low, off_low = high, off_high
        high = high - np.sign(off_low) * step
        off_high, step = off(high), step * 2
    for _ in range(STEPS):
        if abs(off_high) <= CLOSE * wanted or off_low == off_high or off_low * off_high > 0:
            return
        middle = high - off_high * (high - low) / (off_high - off_low)
        found = off(middle)
        if found * off_high < 0:
            low, off_low = high, off_high
        else:
            off_low /= 2
        high, off_high = middle, found


def _moved(share: Values, shift: float) -> Values:
    odds = np.clip(share, 1e-4, 1 - 1e-4) / (1 - np.clip(share, 1e-4, 1 - 1e-4)) * np.exp(shift)
    return np.asarray(odds / (1 + odds))


def carried_on(table: pd.DataFrame, month: str, anchors: Sequence[Anchor], now: Mapping[tuple[str, str], float]) -> pd.DataFrame:
    """The months after `month` of a long table, with the anchored stocks and rates carried on from what was observed.

    now: what (indicator, area) stands at after the people were brought to their headcounts; else the table's own value of that month.
    An area that was not observed goes with the city.
    """
    at = table[table["period"] == month].set_index(["indicator", "area"])["value"].to_dict() | dict(now)
    later = table[table["period"] > month].copy()
    by_indicator: dict[str, dict[str, float]] = {}
    for anchor in anchors:
        by_indicator.setdefault(anchor.indicator, {})[anchor.area] = anchor.value
    for name, areas in by_indicator.items():
        rate = registry()[name].kind in ("rate", "part")
        rows = (later["indicator"] == name).to_numpy()
        factors = {area: _factor(value, at.get((name, area)), rate) for area, value in areas.items()}
        factor = later.loc[rows, "area"].map(factors).fillna(factors.get(WHOLE, 1.0)).to_numpy(np.float64)
        values = later.loc[rows, "value"].to_numpy(np.float64)
        later.loc[rows, "value"] = _by_odds(values, np.asarray(factor)) if rate else values * factor
    return later.reset_index(drop=True)


def _factor(observed: float, simulated: float | None, rate: bool) -> float:
    if simulated is None or not np.isfinite(simulated) or simulated <= 0 or observed <= 0:
        return 1.0
    if not rate:
        return observed / simulated
    return 1.0 if max(observed, simulated) >= 100 else observed / (100 - observed) / (simulated / (100 - simulated))


def _by_odds(values: Values, factor: Values) -> Values:
    inside = (values > 0) & (values < 100) & (factor != 1.0)
    odds = np.where(inside, values / np.where(inside, 100 - values, 1.0), 1.0) * factor
    return np.where(inside, 100 * odds / (1 + odds), values)


def standing(city: City, anchors: Sequence[Anchor], groups: Mapping[str, Sequence[str]]) -> dict[tuple[str, str], float]:
    """(indicator, area) → the headcount that stands now, for the anchors that people can meet."""
    out: dict[tuple[str, str], float] = {}
    place = {area: i for i, area in enumerate(city.setting.areas)}
    for name in {anchor.indicator for anchor in anchors} & set(HANDLES):
        counts = headcount(city, name)
        out |= {(name, area): float(counts[i]) for area, i in place.items()}
        out |= {(name, group): float(sum(counts[place[part]] for part in parts if part in place)) for group, parts in groups.items()}
        out[name, WHOLE] = float(counts.sum())
    return out
