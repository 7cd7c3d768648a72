"""Paired differences: same draw, same luck, another policy."""

import csv
import io

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook
from rich.console import Console

from model.documents import BadInput
from scenarios.compare import compare_as_json
from scenarios.compare_table import compare_as_csv, compare_as_table, compare_as_workbook, signed
from scenarios.results import Results
from tests.scenarios.judged import JOBS, REGISTRY, breakdown, plan, results, target

XUZHOU = plan([target(), target(**JOBS), target(id="unknown", measure=None)], [breakdown()])
KEY = ("ui_insured", "ALL")
BASE = np.array([[90e4] * 4 + [last] for last in (95e4, 99e4, 103e4, 110e4)])


def against(values, **given):
    return results({KEY: values}, scenario="more", **given)


def test_the_difference_is_taken_within_a_draw():
    """Every draw gains between 0.9 and 1.2 万人, although draws differ among themselves by 15."""
    gains = np.array([0.9e4, 1.0e4, 1.1e4, 1.2e4])[:, None]
    document = compare_as_json(XUZHOU, results({KEY: BASE}), [against(BASE + gains)])
    assert list(document) == ["plan", "base", "scenarios", "rows", "budgets"]
    assert list(document["budgets"]) == ["baseline", "more"]
    assert (document["base"], document["scenarios"]) == ("baseline", ["more"])
    row = document["rows"][0]
    assert list(row) == ["id", "area", "scenario", "difference", "probability_change", "owner"]
    assert row["difference"] == pytest.approx({"p10": 0.93, "p50": 1.05, "p90": 1.17})
    assert row["probability_change"] == pytest.approx((3.5 - 2.5) / 5)


def test_a_policy_that_changes_nothing_differs_by_nothing():
    document = compare_as_json(XUZHOU, results({KEY: BASE}), [against(BASE)])
    assert document["rows"][0]["difference"] == {"p10": 0, "p50": 0, "p90": 0}
    assert document["rows"][0]["probability_change"] == 0


def test_every_target_and_area_has_a_row_also_without_values():
    document = compare_as_json(XUZHOU, results({KEY: BASE}), [against(BASE), results({KEY: BASE}, scenario="third")])
    assert len(document["rows"]) == 2 * 5
    empty = [r for r in document["rows"] if (r["id"], r["area"]) != ("ui_insured", None)]
    assert all(r["difference"] is None and r["probability_change"] is None for r in empty)
    assert document["scenarios"] == ["more", "third"]


def test_draws_that_one_side_lacks_leave_the_pair():
    lacking = against(BASE + 1e4)
    lacking = Results(lacking.table[lacking.table["draw"] != 0], lacking.manifest, REGISTRY)
    row = compare_as_json(XUZHOU, results({KEY: BASE}), [lacking])["rows"][0]
    assert row["difference"]["p50"] == pytest.approx(1)  # a draw-by-draw mismatch would show 5 or more
    none = Results(lacking.table.assign(draw=lacking.table["draw"] + 50), lacking.manifest, REGISTRY)
    with pytest.raises(BadInput, match="no draw in common"):
        compare_as_json(XUZHOU, results({KEY: BASE}), [none])


def test_runs_that_are_not_pairs_are_refused_all_faults_at_once():
    with pytest.raises(BadInput) as refused:
        compare_as_json(XUZHOU, results({KEY: BASE}), [against(BASE, seed=2, scale=50)])
    assert [fault.field for fault in refused.value.faults] == ["seed", "scale"]
    assert "配对" in str(refused.value) and "paired" in str(refused.value)


def test_monthly_differences():
    months = against(BASE + 1e4).compare(results({KEY: BASE}))
    assert len(months) == 4 * 60 and set(months["value"]) == {1e4} and set(months["scenario"]) == {"more"}
    both = Results(pd.concat([results({KEY: BASE}).table, against(BASE).table]), {}, REGISTRY)
    with pytest.raises(ValueError, match="choose with"):
        against(BASE).compare(both)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_table_names_targets_in_the_language(lang):
    document = compare_as_json(XUZHOU, results({KEY: BASE}), [against(BASE + 1e4)])
    console = Console(width=160)
    with console.capture() as capture:
        console.print(compare_as_table(XUZHOU, document, lang))
    assert ("失业保险参保人数" if lang == "zh" else "UI insured") in capture.get() and "+1" in capture.get()
    assert "万人" in capture.get(), "a difference without its unit says nothing"


def test_owners_and_budgets_go_with_table_csv_and_workbook():
    owned = plan([target(owner="失业保险处"), target(**JOBS)], [breakdown()])
    document = compare_as_json(owned, results({KEY: BASE}), [against(BASE + 1e4)])
    payer = {"payer": "就业补助资金", "year": 2021, "yuan": 8.9e7, "extra_yuan": 1e7, "owners": ["就业处"]}
    document["budgets"]["more"] = {"payers": [payer], "not_priced": [], "levers": []}
    console = Console(width=200)
    with console.capture() as capture:
        console.print(compare_as_table(owned, document))
    assert "失业保险处" in capture.get() and "就业补助资金" in capture.get() and "8,900" in capture.get()
    rows = list(csv.reader(io.StringIO(compare_as_csv(owned, document).decode("utf-8-sig"))))
    assert rows[0][-1] == "责任处室" and rows[1][-1] == "失业保险处" and rows[1][5].lstrip("'").startswith("+1")
    assert rows[-1][:6] == ["more", "就业补助资金", "2021", "8900.0", "1000.0", "就业处"]
    assert load_workbook(io.BytesIO(compare_as_workbook(owned, document))).sheetnames == ["情景比较", "资金"]


@pytest.mark.parametrize(
    ("value", "decimals", "text"), [(0.0, 0, "0"), (-5e-05, 1, "0"), (1.0934, 1, "+1.093"), (-1234.5, 0, "-1,234.50"), (0.004, 0, "0")]
)
def test_a_difference_is_printed_to_the_plans_precision_and_nought_has_no_sign(value, decimals, text):
    assert signed(value, decimals) == text
