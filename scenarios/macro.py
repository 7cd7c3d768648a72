"""The macro path of a run: real GDP growth, year by year, as fractions (0.065 is 6.5 %).

`as-planned` is the growth that the plan prints; where it prints none, the range that the plan file declares from the
city's previous five years, drawn like any uncertainty. `observed` needs a sourced figure for every year of the run.
{year: growth} sets the named years; the others follow `as-planned`. Past the plan's period its growth is carried on until 2025; from
2026 a declared range holds (`macro_later.yaml`, marked 假设), in which each draw has the place that it has in the plan's own range.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.documents import BadInput, Fault, both, read_yaml, unknown_name

if TYPE_CHECKING:
    from scenarios.plan_schema import Plan

AS_PLANNED, OBSERVED = "as-planned", "observed"
LOWEST, HIGHEST = -0.2, 0.3  # as the plan schema: beyond any year of any of these cities

Macro = str | Mapping[str, float]


def macro_faults(macro: object, first_year: int, last_year: int = 2040) -> list[tuple[str, object, str, str]]:
    """What is wrong with a macro path as written: (field, value, allowed, fix)."""
    if isinstance(macro, str):
        if macro in (AS_PLANNED, OBSERVED):
            return []
        return [("macro", macro, *unknown_name(macro, [AS_PLANNED, OBSERVED]))]
    if not isinstance(macro, Mapping) or not macro:
        return [("macro", macro, f"{AS_PLANNED}, {OBSERVED}, {{year: growth}}", both("请选用其一", "use one of these"))]
    out: list[tuple[str, object, str, str]] = []
    for year, growth in macro.items():
        if not str(year).isdigit() or not first_year <= int(year) <= last_year:
            out.append(
                (
                    f"macro.{year}",
                    year,
                    f"{first_year} … {last_year}",
                    both("请填写模拟期内的年份", "name a year of the run"),
                )
            )
        if isinstance(growth, bool) or not isinstance(growth, (int, float)) or not math.isfinite(growth) or not LOWEST <= growth <= HIGHEST:
            out.append(
                (
                    f"macro.{year}",
                    growth,
                    f"{LOWEST} … {HIGHEST}",
                    both("请用小数表示增速,0.055 即 5.5%", "write growth as a fraction: 0.055 is 5.5 %"),
                )
            )
    return out


def is_drawn(plan: Plan, macro: Macro) -> bool:
    """True when the path holds a declared range instead of a printed figure, and is drawn anew in each draw."""
    return macro != OBSERVED and plan.macro.printed is None


def growth_path(plan: Plan, macro: Macro, years: Sequence[int], u: float, folder: Path | None = None) -> dict[int, float]:
    """Real growth of each year of a run. u: the draw's place in the declared range, in [0, 1).

    Raises BadInput naming the years for which `observed` has no sourced figure.
    """
    if macro == OBSERVED:
        return _observed(plan, years, folder)
    named = {} if isinstance(macro, str) else {int(year): float(growth) for year, growth in macro.items()}
    return {year: named[year] if year in named else _planned(plan, u) if not is_later(plan, year) else _later(u) for year in years}


def is_later(plan: Plan, year: int) -> bool:
    """Whether the declared range for years to come holds in this year."""
    return year > plan.period[1] and year >= int(later()["first_year"])


@cache
def later() -> Mapping[str, Any]:
    """The declared range of growth in years that no plan covers: first_year, low, central, high, marked, source."""
    return dict(read_yaml(Path(__file__).with_name("macro_later.yaml")).data)


def _later(u: float) -> float:
    from scenarios.draws import triangular

    return triangular(u, *(float(later()[name]) for name in ("low", "central", "high")))


def _planned(plan: Plan, u: float) -> float:
    from scenarios.draws import triangular

    if plan.macro.printed is not None:
        return plan.macro.printed.value
    declared = plan.macro.range
    if declared is None:
        raise BadInput(
            Fault(
                f"{plan.id}/plan.yaml",
                None,
                "macro",
                "",
                "printed or range",
                both("请补充规划印出的增速或区间", "declare the printed growth or a range"),
            )
        )
    return triangular(u, declared.low, declared.central, declared.high)


def _observed(plan: Plan, years: Sequence[int], folder: Path | None) -> dict[int, float]:
    found = observed_growth(folder / "observed.csv") if folder else {}
    missing = [year for year in years if year not in found]
    if missing:
        raise BadInput(
            Fault(
                f"{plan.id}/observed.csv",
                None,
                "macro",
                OBSERVED,
                both("每个模拟年份都要有注明来源的 gdp_growth", "a sourced gdp_growth for every year of the run"),
                both(f"缺少年份:{'、'.join(map(str, missing))}", f"missing years: {', '.join(map(str, missing))}"),
            )
        )
    return {year: found[year] for year in years}


def observed_growth(path: Path) -> dict[int, float]:
    """Sourced yearly growth of the whole city from the plan's `observed.csv` (percent there), as fractions; empty
    without the file.
    """
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row.get("indicator") == "gdp_growth" and (row.get("source") or "").strip()]
    return {int(row["period"]): float(row["value"]) / 100 for row in rows if row.get("area") in ("", "ALL", None)}
