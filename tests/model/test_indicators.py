"""The measurement layer: complete declarations, and the arithmetic of months, years, areas and the whole city."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.indicators import Indicator, measure, registry, yearly
from model.indicators.measure import evaluate
from model.series import FLOWS, MONEY, SERIES, STOCKS
from model.talents import COUNTED
from scenarios.plans_at_hand import load_plan, plan_ids
from tests.model.towns import lived, town

INDICATORS = registry()
SIMULATED = {name: i for name, i in INDICATORS.items() if i.simulated}
AREAS, MONTHS = ("a", "b", "c"), [f"{y}-{m:02d}" for y in (2021, 2022) for m in range(1, 13)]
BUILT = [name for name, i in SIMULATED.items() if i.produced == "programme" and i.plus == (name,)]  # programmes count themselves
GROUPS = {"ab": ("a", "b"), "abc": ("a", "b", "c")}


def made_up(seed: int = 1) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    return {name: random.integers(1, 1000, (len(MONTHS), len(AREAS))).astype(float) for name in (*SERIES, *COUNTED, *BUILT)}


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return measure(made_up(), areas=AREAS, groups=GROUPS, months=MONTHS)


def value(table: pd.DataFrame, area: str, indicator: str, period: str) -> float:
    found = table[(table.area == area) & (table.indicator == indicator) & (table.period == period)]
    assert len(found) == 1
    return float(found["value"].iloc[0])


@pytest.mark.parametrize("indicator", INDICATORS.values(), ids=list(INDICATORS))
def test_an_indicator_is_declared_completely(indicator: Indicator) -> None:
    assert indicator.name_zh
    assert indicator.name_en
    assert indicator.unit
    assert indicator.definition
    assert indicator.kind in ("stock", "rate", "flow", "build_out", "part")
    assert indicator.population in ("resident", "hukou", "workplace", "scheme")
    if indicator.unit == "%":
        assert indicator.kind in ("rate", "part")
        assert indicator.year != "sum", "rates are not added up"
    if indicator.kind == "flow":
        assert indicator.year == "sum"


@pytest.mark.parametrize("indicator", SIMULATED.values(), ids=list(SIMULATED))
def test_a_simulated_indicator_stands_on_counted_series(indicator: Indicator) -> None:
    named = indicator.plus + indicator.minus + indicator.over
    if indicator.id in BUILT:
        return
    assert set(named) <= {*SERIES, *COUNTED}
    flows = {*FLOWS, *(name for name in COUNTED if not name.endswith("_stock"))}
    kinds = [FLOWS if name in flows else MONEY if name in MONEY else STOCKS for name in indicator.plus]
    assert all(k is kinds[0] for k in kinds), "stocks and flows are not added"
    if not indicator.over:
        flow = kinds[0] is FLOWS or (kinds[0] is MONEY and not indicator.plus[0].endswith("_balance_fen"))
        assert flow == (indicator.year == "sum")
    if indicator.over:
        assert indicator.denominator, "a rate says what it is a share of"


def test_series_are_named_once() -> None:
    assert len(SERIES) == len(set(SERIES))


@pytest.mark.parametrize("plan", plan_ids())
def test_every_measure_of_a_plan_is_in_the_registry(plan: str) -> None:
    read = load_plan(plan)
    named = {t.measure for t in read.targets} | {h.measure for h in read.history} | {b.measure for b in read.breakdowns}
    assert named - {None} <= set(INDICATORS)


def test_the_whole_city_and_composites_are_sums_of_parts(table: pd.DataFrame) -> None:
    series = made_up()
    for name, indicator in SIMULATED.items():
        if indicator.over:
            continue
        for area, parts in (("ALL", (0, 1, 2)), ("ab", (0, 1)), ("b", (1,))):
            want = sum(series[p][3, list(parts)].sum() for p in indicator.plus) - sum(
                series[p][3, list(parts)].sum() for p in indicator.minus
            )
            assert value(table, area, name, "2021-04") == pytest.approx(indicator.factor * want)


def test_a_composites_rate_is_the_ratio_of_sums(table: pd.DataFrame) -> None:
    series = made_up()
    unemployed, force = series["unemployed"], sum(series[n] for n in ("employees", "flexible", "owners", "unemployed"))
    want = 100 * unemployed[5, :2].sum() / force[5, :2].sum()
    assert value(table, "ab", "surveyed_unemployment_rate", "2021-06") == pytest.approx(want)
    mean_of_rates = (100 * unemployed / force)[5, :2].mean()
    assert want != pytest.approx(mean_of_rates), "the example would not tell the two apart"


def test_the_table_holds_every_simulated_indicator_area_and_month_once(table: pd.DataFrame) -> None:
    assert not table.duplicated(["area", "indicator", "period"]).any()
    assert set(table.indicator) == set(SIMULATED)
    assert set(table.area) == {"ALL", *AREAS, *GROUPS}
    assert len(table) == len(SIMULATED) * 6 * len(MONTHS)


def test_a_rate_of_nobody_is_nan_and_not_zero() -> None:
    series = {name: np.zeros((1, 1)) for name in SERIES}
    assert np.isnan(evaluate(INDICATORS["surveyed_unemployment_rate"], series)).all()
    assert evaluate(INDICATORS["ui_insured"], series).tolist() == [[0.0]]


def test_series_that_a_city_does_not_count_are_left_out() -> None:
    some = {name: values for name, values in made_up().items() if name != "ui"}
    table = measure(some, areas=AREAS, groups={}, months=MONTHS)
    assert "ui_insured" not in set(table.indicator)


@settings(max_examples=12)
@given(st.integers(0, 10**6))
def test_years_are_sums_decembers_or_means(seed: int) -> None:
    table = measure(made_up(seed), areas=AREAS, groups=GROUPS, months=MONTHS)
    years = yearly(table)
    monthly = table.set_index(["indicator", "area", "period"])["value"].unstack()
    for row in years[years.area == "ab"].itertuples():
        months = monthly.loc[(row.indicator, row.area)].filter(like=f"{row.period}-")
        how = INDICATORS[str(row.indicator)].year
        want = {"sum": months.sum(), "december": months[f"{row.period}-12"], "mean": months.mean()}[how]
        assert row.value == pytest.approx(want)


def test_the_order_of_months_does_not_matter_to_years(table: pd.DataFrame) -> None:
    shuffled = table.sample(frac=1.0, random_state=3)
    key = ["indicator", "area", "period"]
    one, other = (yearly(t).sort_values(key).reset_index(drop=True) for t in (table, shuffled))
    pd.testing.assert_frame_equal(one, other)


def test_a_city_measures_within_natural_bounds() -> None:
    city = lived(town(9000, 3), 13)
    table = measure(city.series(), areas=city.setting.areas, groups={}, months=city.months())
    for name, rows in table.groupby("indicator"):
        low, high = INDICATORS[str(name)].natural_bounds
        values = rows["value"].dropna()
        assert low is None or (values >= low).all(), name
        assert high is None or (values <= high).all(), name
    assert table["period"].nunique() == 13
    assert table["period"].min() == "2021-01"
