"""The December from which a run starts: the plan's own base, another December whose figures a city has, or one that was observed.

`baseline-2025.yaml` beside a plan's `baseline.yaml` is such a base: a file of the same form, from which a city is made anew (single years
of age from the national pyramid of that year). Where there is none, the people live from the plan's base to that December by the model's
own rules, cohort by cohort, and are brought to what was observed of them (`conditioning`).
"""

from __future__ import annotations

from functools import lru_cache
from os import PathLike
from pathlib import Path

from model.documents import BadInput, Document, Fault, both, read_yaml
from scenarios.baseline_schema import Baseline
from scenarios.months import LAST_YEAR
from scenarios.plan_schema import Plan
from scenarios.plans_at_hand import PLAN_FILE, load_plan, plan_folder

CARRIED_YEARS = 5


def base_file(folder: Path, year: int) -> Path:
    """Where the figures of another December stand."""
    return folder / f"baseline-{year}.yaml"


def plan_at(plan: str | PathLike[str], base: int | None) -> Plan:
    """The plan with its own baseline, or with that of another December. Raises BadInput with every fault of that file."""
    loaded = load_plan(plan)
    if base is None or base == loaded.baseline_year:
        return loaded
    path = base_file(plan_folder(plan), base)
    return _at(loaded.id, str(plan), base, path.resolve(), path.stat().st_mtime_ns)


@lru_cache(maxsize=16)
def _at(_name: str, plan: str, base: int, path: Path, _stamp: int) -> Plan:
    from scenarios.plan_checks.baseline import baseline_faults
    from scenarios.plan_checks.draft import Draft
    from scenarios.plan_checks.schema import schema_faults

    document, loaded = read_yaml(path), load_plan(plan)
    faults = list(schema_faults(document, Baseline))
    of_plan = read_yaml(plan_folder(plan) / PLAN_FILE)
    then = Document(of_plan.path, {**of_plan.data, "baseline_year": base}, of_plan.lines)
    faults += baseline_faults(Draft(document), Draft(then))
    if faults:
        raise BadInput(list(dict.fromkeys(faults)))
    return loaded.model_copy(update={"baseline": Baseline.model_validate(document.data), "baseline_year": base})


def year_of(start: str, plan: Plan) -> int:
    """The year of `--from YYYY-12`. Raises BadInput for anything but a December from the plan's base year to 2039."""
    year, _, month = start.partition("-")
    first = plan.baseline_year
    if not (year.isdigit() and len(year) == 4 and month == "12" and first <= int(year) < LAST_YEAR):
        fix = both("请填写某年12月，如 2025-12", "write a December, such as 2025-12")
        raise BadInput(Fault("--from", None, "from", start, f"YYYY-12, {first}-12 … {LAST_YEAR - 1}-12", fix))
    return int(year)


def nothing_known(plan: Plan, year: int) -> BadInput:
    """What to say when neither a base nor an observed value of a December is at hand."""
    zh = f"请用 --observed 给出 {year} 年的观测值，或在规划文件夹写 baseline-{year}.yaml；加 --no-observed 则从模型自身推算的年末状态出发"
    en = (f"give values of {year} by --observed, or write baseline-{year}.yaml in the plan's folder; "
          "with --no-observed the run starts from the model's own state")
    return BadInput(Fault("--from", None, "from", f"{year}-12", both(f"{plan.baseline_year}-12，或有观测值的12月",
                                                                     f"{plan.baseline_year}-12, or an observed December"), both(zh, en)))


def last_month(until: str | None, plan: Plan, year: int) -> str:
    """The last month of a run from a December: as asked, else the plan's end, else five years on."""
    return until or (f"{plan.period[1]}-12" if plan.period[1] > year else f"{min(year + CARRIED_YEARS, LAST_YEAR)}-12")
