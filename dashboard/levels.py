"""A lever on the page: one slider shows one number, however the setting is written."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dashboard.words import DASH, Lang, amount

JSON = Mapping[str, Any]
FEW = 6  # levers shown at once; the rest stand under "more"
_FIRST = (
    "training_places",
    "enrolment_drive_small_firms",
    "flexible_insurance_subsidy",
    "graduate_living_subsidy_bachelor",
    "startup_loans",
    "recruitment_fairs",
)


def typical(lever: JSON, setting: object) -> float:
    """The one number that stands for a setting: itself, or the mean over the plan's years (the base where it is silent)."""
    if isinstance(setting, (int, float)):
        return float(setting)
    values = list(by_year(lever, setting).values())
    return sum(values) / len(values) if values else 0.0


def by_year(lever: JSON, setting: object) -> dict[str, float]:
    """A setting year by year; before, between and after its entries as the lever grammar has it (the base outside)."""
    base = lever["baseline"] if isinstance(lever.get("baseline"), (int, float)) else 0.0
    years = [str(year) for year in lever.get("years", ())]
    if isinstance(setting, (int, float)):
        return dict.fromkeys(years, float(setting))
    steps = [setting] if isinstance(setting, Mapping) and "value" in setting else setting
    if isinstance(steps, Mapping):
        return _held({str(year): float(value) for year, value in steps.items()}, years, float(base))
    found = dict.fromkeys(years, float(base))
    for step in steps if isinstance(steps, (list, tuple)) else ():
        for year in years:
            if str(step.get("from", year))[:4] <= year <= str(step.get("to") or year)[:4]:
                found[year] = float(step["value"])
    return found


def _held(named: dict[str, float], years: list[str], base: float) -> dict[str, float]:
    """Each named year holds until the next one named, the last for its year; before and after them the base."""
    last = max(named, default="")
    found = {}
    for year in years or sorted(named):
        before = [other for other in named if other <= year <= last]
        found[year] = named[max(before)] if before else base
    return found


def is_share(lever: JSON) -> bool:
    """A fraction on the page is shown in percent."""
    return float(lever["range"][1]) <= 1.0


def factor(lever: JSON) -> float:
    """From the lever's own unit to what the slider shows."""
    return 100.0 if is_share(lever) else 1.0


def unit_of(lever: JSON, lang: Lang) -> str:
    """The unit beside the number box."""
    if is_share(lever):
        return "%"
    return str((lever.get("unit_en") if lang == "en" else None) or lever["unit"])


def step_of(lever: JSON) -> float:
    """A round step of about a hundredth of the range, in what the slider shows."""
    low, high = (float(end) * factor(lever) for end in lever["range"])
    rough = max((high - low) / 100, 1e-9)
    power = 10.0 ** math.floor(math.log10(rough))
    return float(next(nice * power for nice in (1, 2, 5, 10) if nice * power >= rough * 0.999))


def setting_in(lever: JSON, preset: str) -> object:
    """Where a preset puts the lever."""
    known = {"baseline": lever.get("baseline"), "as-planned": lever.get("as_planned")} | dict(lever.get("settings") or {})
    return known.get(preset, lever.get("baseline"))


def shown(lever: JSON, value: float) -> float:
    """A value in the lever's own unit as the slider shows it, without binary noise."""
    return float(f"{value * factor(lever):.10g}")


def words_for(lever: JSON, setting: object, lang: Lang) -> str:
    """A setting as text: 11.36万, 30%, 12万–15万."""
    if setting is None:
        return DASH
    values = list(by_year(lever, setting).values()) or [typical(lever, setting)]
    low, high = _text(lever, min(values), lang), _text(lever, max(values), lang)
    return low if low == high else f"{low}–{high}"


def _text(lever: JSON, value: float, lang: Lang) -> str:
    return f"{amount(value * factor(lever), lang)}{'%' if is_share(lever) else ''}"


def moved(levers: Iterable[JSON], preset: str, values: Mapping[str, float | None]) -> dict[str, float]:
    """The levers that differ from the preset: id → value in the lever's own unit, held within its range."""
    result: dict[str, float] = {}
    for lever in levers:
        value = values.get(lever["id"])
        if value is None or math.isclose(value, shown(lever, typical(lever, setting_in(lever, preset))), rel_tol=1e-9, abs_tol=1e-12):
            continue
        low, high = lever["range"]
        result[lever["id"]] = min(max(float(f"{value / factor(lever):.10g}"), float(low)), float(high))
    return result


def panel_of(levers: Iterable[JSON], preset: str) -> dict[str, dict[str, float | None]]:
    """What the browser needs of each lever to see that it has been moved, and from where.

    base: the preset's setting as the slider shows it; low, high: the range in the lever's own unit; factor: from that to what is shown;
    own: the preset's setting in its own unit, None where it is the plan's, around which effects are measured.
    """
    found: dict[str, dict[str, float | None]] = {}
    for lever in levers:
        setting = setting_in(lever, preset)
        own = None if setting == lever.get("as_planned") else typical(lever, setting)
        low, high = lever["range"]
        found[str(lever["id"])] = {
            "base": shown(lever, typical(lever, setting)), "low": float(low), "high": float(high), "factor": factor(lever), "own": own,
        }  # fmt: skip
    return found


def grouped(levers: Iterable[JSON], name_of: Callable[[str], str]) -> dict[str, list[JSON]]:
    """Name of a group → its levers, as declared; mechanisms of one name are one group."""
    groups: dict[str, list[JSON]] = {}
    for lever in levers:
        groups.setdefault(name_of(str(lever.get("mechanism", ""))), []).append(lever)
    return groups


def in_order(levers: Iterable[JSON]) -> tuple[list[JSON], list[JSON]]:
    """The few levers that a planner asks for first, and the rest."""
    everyone = list(levers)
    first = [lever for name in _FIRST for lever in everyone if lever["id"] == name]
    rest = [lever for lever in everyone if lever not in first]
    missing = max(0, FEW - len(first))
    return first + rest[:missing], rest[missing:]
