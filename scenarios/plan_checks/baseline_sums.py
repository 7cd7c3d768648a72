"""The figures of the baseline date together: what must be there, and the parts that sum to the whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from model.documents import Fault
from scenarios.baseline_schema import Baseline
from scenarios.plan_checks.draft import Draft
from scenarios.units import UnknownUnit

AGE_BANDS = ("0-14", "15-59", "60-64", "65+")
_REQUIRED = """
residents residents_male hukou_population hukou_outside resident_non_hukou urban_share college_residents
university_students employed_residents farm_employed nonfarm_employed public_employed flexible_share_of_nonfarm
surveyed_unemployment_rate firms mean_monthly_wage pension_active pension_enterprise_active pension_civil
pension_paying_rate ui_insured injury_insured
"""
REQUIRED = tuple(_REQUIRED.split())
"""What a city cannot be made without, for the whole city."""
NEAR, ALIKE = 0.0005, 0.01
"""Relative tolerance of sums of one source, and of identities across sources."""


def sum_faults(draft: Draft, plan: Draft, baseline: Baseline) -> Iterator[Fault]:
    """Sums over areas, ages and sexes, and the identities of residence and work, at the baseline year."""
    try:
        yield from _required(draft, plan, baseline)
        yield from _areas_sum(draft, plan, baseline)
        yield from _ages_sum(draft, baseline)
        yield from _identities(draft, baseline)
    except UnknownUnit:
        return  # reported cell by cell


def _required(draft: Draft, plan: Draft, baseline: Baseline) -> Iterator[Fault]:
    for quantity in REQUIRED:
        if baseline.cell(quantity) is None:
            yield draft.fault(
                ("cells",),
                quantity,
                "全市（ALL）的值 / a value for the whole city (ALL)",
                "请补上；无公布数则运行 renshe plan fill 推算 / add it; where none is published, `renshe plan fill` imputes it",
            )
    for age in AGE_BANDS:
        if baseline.cell("residents", age=age) is None:
            yield draft.fault(
                ("cells",),
                f"residents {age}",
                "全市分年龄人口 / residents of this age in the whole city",
                "请补上 / add it",
            )


def _off(parts: float, whole: float, share: float) -> bool:
    return abs(parts - whole) > max(1.0, share * abs(whole))


def _areas_sum(draft: Draft, plan: Draft, baseline: Baseline) -> Iterator[Fault]:
    finest = plan.finest_areas()
    values, whole = baseline.by_area("residents"), baseline.cell("residents")
    for area in finest:
        if area not in values and len(finest) > 1:
            yield draft.fault(
                ("cells",),
                f"residents {area}",
                "每个最细区域的常住人口 / residents of every finest area",
                "请补上；无公布数则估算并写明方法 / add it; where none is published, impute it and say how",
            )
    if whole and len(finest) > 1 and all(area in values for area in finest):
        total = sum(values[area] for area in finest)
        if _off(total, whole.base_value, NEAR):
            yield draft.fault(
                ("cells",),
                f"{total:.0f}",
                f"各区域之和等于全市 {whole.base_value:.0f} / areas that sum to the city's {whole.base_value:.0f}",
                "请核对各区域人口 / check the residents of the areas",
            )


def _ages_sum(draft: Draft, baseline: Baseline) -> Iterator[Fault]:
    by_age: dict[tuple[str, str, int, str | None], float] = defaultdict(float)
    for cell in baseline.cells:
        if cell.age in AGE_BANDS and cell.sector is None:
            by_age[cell.quantity, cell.area, cell.year, cell.sex] += cell.base_value
    for (quantity, area, year, sex), total in by_age.items():
        bands = [baseline.cell(quantity, area, year, sex=sex, age=age) for age in AGE_BANDS]
        whole = baseline.cell(quantity, area, year, sex=sex)
        if whole and all(bands) and _off(total, whole.base_value, NEAR):
            yield draft.fault(
                ("cells",),
                f"{quantity} {area} {year}: {total:.0f}",
                f"各年龄之和等于 {whole.base_value:.0f} / ages that sum to {whole.base_value:.0f}",
                "请核对分年龄人口 / check the ages",
            )


def _identities(draft: Draft, baseline: Baseline) -> Iterator[Fault]:
    """Residence and work add up: who is registered, away and new; who works on farms and elsewhere."""
    yield from _identity(
        draft,
        baseline,
        {"hukou_population": 1, "hukou_outside": -1, "resident_non_hukou": 1},
        "residents",
        "户籍 − 在外 + 外来 = 常住 / hukou − away + newcomers = residents",
    )
    yield from _identity(
        draft,
        baseline,
        {"farm_employed": 1, "nonfarm_employed": 1},
        "employed_residents",
        "务农 + 非农 = 就业 / farm + non-farm = employed",
    )
    men, everyone = baseline.cell("residents_male"), baseline.cell("residents")
    if men and everyone and men.base_value >= everyone.base_value:
        allowed = "少于常住人口 / fewer than the residents"
        yield draft.fault(("cells",), f"residents_male {men.base_value:.0f}", allowed, "请核对 / check it")


def _identity(draft: Draft, baseline: Baseline, terms: dict[str, int], whole: str, meaning: str) -> Iterator[Fault]:
    cells = {name: baseline.cell(name) for name in (*terms, whole)}
    values = {name: cell.base_value for name, cell in cells.items() if cell is not None}
    if len(values) < len(cells):
        return  # reported as missing
    total = sum(sign * values[name] for name, sign in terms.items())
    if _off(total, values[whole], ALIKE):
        allowed = f"{meaning} {values[whole]:.0f} (±1 %)"
        yield draft.fault(("cells",), f"{total:.0f}", allowed, "请核对各项 / check these figures")
