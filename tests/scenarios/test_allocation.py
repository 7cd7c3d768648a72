"""分解: tasks of equal probability, by base and by labour force; which of 徐州's given tasks are off; the months of a year."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.documents import BadInput
from scenarios import load_plan
from scenarios.allocation import allocation_as_csv, allocation_as_json, allocation_as_table, allocation_as_workbook, allocation_of
from scenarios.allocation.divide import _verdict, task_called
from scenarios.allocation.equal import in_proportion, of_equal_probability, whole_units
from scenarios.allocation.months import is_assumed, month_lines, this_month
from scenarios.allocation.show import notes
from scenarios.results import Results
from scenarios.verdicts import jeffreys, tasks_of
from tests.scenarios.judged import jobs, task

AREAS = st.lists(st.tuples(st.floats(10, 1000), st.floats(0.01, 0.4)), min_size=2, max_size=6)
RNG = np.random.default_rng(3)


def finals(areas: list[tuple[float, float]]) -> dict[str, Any]:
    steps = np.linspace(-1.5, 1.5, 41)
    return {f"a{i}": size * np.exp(spread * steps) for i, (size, spread) in enumerate(areas)}


@given(AREAS, st.floats(0.9, 1.1), st.booleans())
def test_equal_tasks_add_up_and_are_met_alike(areas: list[tuple[float, float]], share: float, fewer: bool) -> None:
    known = finals(areas)
    total = share * sum(float(np.median(values)) for values in known.values())
    tasks, p = of_equal_probability(total, known, fewer=fewer)
    assert sum(tasks.values()) == pytest.approx(total)
    met = [(values <= tasks[a] if fewer else values >= tasks[a]).mean() for a, values in known.items()]
    if 0 < p < 1:
        assert max(met) - min(met) <= 2 / 41 + 1e-9 and abs(np.mean(met) - p) <= 2 / 41


@given(AREAS)
def test_a_larger_total_is_never_more_probable(areas: list[tuple[float, float]]) -> None:
    known = finals(areas)
    middle = sum(float(np.median(values)) for values in known.values())
    odds = [of_equal_probability(middle * share, known)[1] for share in (0.5, 0.9, 1.0, 1.1, 3.0)]
    assert odds == sorted(odds, reverse=True) and odds[-1] == 0.0


@given(st.dictionaries(st.sampled_from("abcdef"), st.floats(0, 1e6), min_size=1), st.integers(0, 2))
def test_whole_units_keep_the_sum(amounts: dict[str, float], decimals: int) -> None:
    found = whole_units(amounts, decimals)
    assert sum(found.values()) == pytest.approx(sum(amounts.values()), abs=0.51 * 10.0**-decimals * 1.01)
    assert all(abs(found[a] - amounts[a]) < 10.0**-decimals * 1.001 for a in amounts)


def test_shares_are_in_proportion_and_even_without_weights() -> None:
    assert in_proportion(10, {"a": 1, "b": 4}) == {"a": 2, "b": 8}
    assert in_proportion(10, {"a": 0, "b": 0}) == {"a": 5, "b": 5}


# --- 徐州 ------------------------------------------------------------------------------------------------------------


def xuzhou(spread: float = 0.05, *, short: str = "320321", **manifest: Any) -> Results:
    """徐州's new jobs by area at what table 1 gives it, except that 丰县 (320321) makes two thirds of its task."""
    plan = load_plan("xuzhou")
    target = task_called(plan, "new_urban_employment_sum")
    rows = []
    given = [t for t in tasks_of(plan) if t.id == target.id and t.area]
    noise = np.exp(spread * np.linspace(-2, 2, 40))
    for one in given:
        if plan.area(str(one.area)).level == "office":
            continue
        yearly = one.target / 5 * (0.66 if one.area == short else 1.0) * (1e4 if one.unit == "万人" else 1.0)
        for draw, factor in enumerate(noise):
            rows += [("as-planned", draw, 0, one.area, "new_urban_employment", f"{y}-{m:02d}", yearly * factor / 12)
                     for y in range(2021, 2026) for m in range(1, 13)]
    table = pd.DataFrame(rows, columns=["scenario", "draw", "replicate", "area", "indicator", "period", "value"])
    return Results(table, {"draws": 40, "parameters": "prior", "until": "2025-12", **manifest})


@pytest.fixture(scope="module")
def divided() -> Any:
    plan = load_plan("xuzhou")
    return allocation_of(plan, task_called(plan, "new_urban_employment_sum"), xuzhou())


def test_the_given_task_that_is_too_hard_is_named_with_how_much(divided: Any) -> None:
    shares = {share.area: share for share in divided.shares}
    assert shares["320321"].verdict == "too_hard" and shares["320321"].off > 0
    assert sum(share.verdict == "too_hard" for share in divided.shares) == 1
    assert all(share.off <= 0.5 for area, share in shares.items() if area != "320321")
    assert any(share.name_zh in line and "偏难" in line for line in notes(divided) for share in [shares["320321"]])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_a_month_needs_is_whole_persons(divided: Any, lang: str) -> None:
    whole = replace(divided, unit="人", task=replace(divided.task, decimals=0), needs=3750.4)
    assert any("3,750 人" in line for line in notes(whole, lang)) and not any("3,750." in line for line in notes(whole, lang))


def test_all_three_ways_add_up_to_what_is_given(divided: Any) -> None:
    part = divided.total - sum(divided.kept.values())
    for way in ("base", "labour", "equal"):
        assert sum(getattr(share, way) for share in divided.shares) == pytest.approx(part, abs=1.0)


def test_the_same_tasks_are_fair_when_every_area_is_alike() -> None:
    plan = load_plan("xuzhou")
    found = allocation_of(plan, task_called(plan, "new_urban_employment_sum"), xuzhou(short=""))
    assert {share.verdict for share in found.shares} == {"fair"}


def test_a_task_far_off_is_not_called_fair_because_few_draws_cannot_tell() -> None:
    """Three draws of 丰县 at two thirds of its task: the interval of 0/3 reaches the common frequency of the others."""
    plan, few = load_plan("xuzhou"), xuzhou()
    kept = few.table[few.table["draw"].isin([10, 20, 30])]
    found = allocation_of(plan, task_called(plan, "1"), Results(kept, {**few.manifest, "draws": 3}))
    short = next(share for share in found.shares if share.area == "320321")
    assert short.off is not None and short.off > 0.25 * short.equal and short.verdict in ("undecided", "too_hard")
    assert [_verdict(jeffreys(k, n), 0.76, 100.0, 140.0) for k, n in ((3, 3), (39, 40), (300, 400), (0, 40))] == [
        "undecided", "too_easy", "fair", "too_hard"]
    assert _verdict(jeffreys(3, 3), 0.76, 100.0, 110.0) == "fair"


def test_another_total_is_divided_among_the_finest_areas() -> None:
    plan = load_plan("xuzhou")
    found = allocation_of(plan, task_called(plan, "1"), xuzhou(), value=20.0)
    assert found.total == pytest.approx(20.0) and all(share.given is None and share.verdict is None for share in found.shares)


def test_what_this_month_needs_follows_what_has_been_observed() -> None:
    """8,000 were done by February of a year whose line asks for 23.8 % by March: the rest is needed in March."""
    plan = load_plan("xuzhou")
    seen = [{"indicator": "new_urban_employment", "target": "new_urban_employment_sum", "area": None, "period": period, "value": value,
             "definition": "", "source": "快报", "status": "preliminary"} for period, value in (("2025-01", 0.5), ("2025-02", 0.3))]
    found = allocation_of(plan, task_called(plan, "new_urban_employment_sum"), xuzhou(observed=seen))
    assert (found.year, found.month, found.needs_observed) == (2025, 3, True)
    scale = 1e4 if found.unit == "人" else 1.0
    assert found.needs == pytest.approx(found.months[2].line - 0.8 * scale)
    assert found.months[1].done == pytest.approx(0.8 * scale)
    with pytest.raises(BadInput, match="--month"):
        allocation_of(plan, task_called(plan, "new_urban_employment_sum"), xuzhou(), month="2026-01")


@pytest.mark.parametrize("indicator", ["registered_unemployment_rate_held", "no_such_target"])
def test_a_rate_cannot_be_divided_and_an_unknown_one_is_named(indicator: str) -> None:
    with pytest.raises(BadInput, match="--indicator"):
        task_called(load_plan("xuzhou"), indicator)


def test_every_form_holds_the_same_areas(divided: Any) -> None:
    document = allocation_as_json(divided)
    assert [row["area"] for row in document["areas"]] == [share.area for share in divided.shares]
    assert len(document["months"]) == 12 == len(document["areas"][0]["months"])
    lines = list(csv.reader(io.StringIO(allocation_as_csv(divided).decode("utf-8-sig"))))
    assert len(lines) == 1 + len(divided.shares) and lines[0][-1] == "12月"
    assert allocation_as_workbook(divided)[:2] == b"PK"
    from rich.console import Console

    console = Console(width=200, record=True, file=io.StringIO())
    console.print(allocation_as_table(divided, "en"))
    assert "too hard" in console.export_text()


# --- months ----------------------------------------------------------------------------------------------------------


@given(st.floats(1, 1e6))
def test_a_year_s_flow_is_spread_by_its_published_season(amount: float) -> None:
    lines = month_lines(jobs(), amount, 0.0)
    assert lines[-1].line == pytest.approx(amount) and sum(one.alone for one in lines) == pytest.approx(amount)
    assert lines[2].line == pytest.approx(0.238 * amount)  # the national share of the first quarter, 2021-25
    assert not is_assumed(jobs())


def test_a_stock_dips_in_january_and_reaches_the_year_s_end() -> None:
    """失业保险: −1.0 % from December to January, closed by April."""
    lines = month_lines(task(), 100.0, 88.0)
    assert lines[0].line == pytest.approx(88 + 1 - 0.88) and lines[0].alone < lines[5].alone and lines[-1].line == pytest.approx(100)
    assert this_month(lines, 88.0, 1, flow=False) == (pytest.approx(lines[0].line - 88), True)


def test_without_observed_months_a_month_needs_what_the_line_adds() -> None:
    lines = month_lines(jobs(), 100.0, 0.0)
    assert this_month(lines, 0.0, 4, flow=True) == (pytest.approx(lines[3].alone), False)
