"""The long table: year values, quantiles, and files that are the same bytes for the same rows."""

import numpy as np
import pandas as pd
import pytest

from model.documents import BadInput
from scenarios.results import COLUMNS, Results, parquet_bytes
from tests.scenarios.judged import REGISTRY, results

UI, JOBS, RATE = ("ui_insured", "ALL"), ("new_urban_employment", "ALL"), ("registered_unemployment_rate", "320321")


def of(rows, name):
    return rows[rows["indicator"] == name]


def test_a_flow_is_summed_and_a_stock_is_its_december():
    made = results({UI: [[849_000, 900_000]], JOBS: [[75_000, 80_000]]})
    years = made.yearly()
    assert of(years, "ui_insured")["value"].tolist() == [849_000, 900_000]
    assert of(years, "new_urban_employment")["value"].tolist() == pytest.approx([75_000, 80_000])
    assert years["period"].unique().tolist() == ["2021", "2022"]
    assert years.columns.tolist() == COLUMNS


def test_december_and_not_the_mean():
    table = results({UI: [[100]]}).table
    table.loc[table["period"] == "2021-12", "value"] = 700
    assert Results(table, {}, REGISTRY).yearly()["value"].tolist() == [700]


def test_a_mean_indicator():
    registry = {"ui_insured": type("I", (), {"year": "mean", "unit": "人", "produced": "agent"})}
    table = results({UI: [[100]]}).table
    table["value"] = np.arange(12.0)
    assert Results(table, {}, registry).yearly()["value"].tolist() == [5.5]


def test_years_that_are_not_whole_are_left_out_unless_asked_for():
    made = results({UI: [[10, 20]], JOBS: [[12, 24]]}, until="2022-06")
    assert set(made.yearly()["period"]) == {"2021"}
    partial = made.yearly("2022-06")
    assert of(partial, "new_urban_employment")["value"].tolist() == pytest.approx([12, 12])
    assert of(partial, "ui_insured")["value"].tolist() == [10, 20]
    assert of(made.yearly("2021-03"), "new_urban_employment")["value"].tolist() == pytest.approx([3])


def test_a_sum_of_eleven_months_is_no_year():
    table = results({UI: [[10]], JOBS: [[12]]}).table
    assert Results(table[table["period"] != "2021-01"], {}, REGISTRY).yearly()["indicator"].tolist() == ["ui_insured"]


def test_replicates_are_averaged_before_quantiles_are_taken():
    made = results({UI: [[0], [10], [20]]}, replicates=2)
    made.table.loc[(made.table["draw"] == 2) & (made.table["replicate"] == 1), "value"] = 40
    found = made.quantiles(yearly=True)
    assert found[["p10", "p50", "p90"]].to_numpy().tolist() == [[2, 10, 26]]
    assert len(made.quantiles()) == 12


def test_rows_are_in_one_order_whatever_order_they_came_in():
    made = results({UI: [[1, 2], [3, 4]], RATE: [[1, 2], [3, 4]]})
    shuffled = Results(made.table.sample(frac=1, random_state=1), made.manifest, REGISTRY)
    pd.testing.assert_frame_equal(made.table, shuffled.table)
    assert parquet_bytes(made.table) == parquet_bytes(shuffled.table)


def test_saved_twice_is_the_same_bytes_and_reads_back(tmp_path):
    made = results({UI: [[1.5, 2]], JOBS: [[3, 4]]}, 城市="徐州")
    one, two = made.save(tmp_path / "a" / "b"), made.save(tmp_path / "c")
    assert (one / "results.parquet").read_bytes() == (two / "results.parquet").read_bytes()
    assert sorted(p.name for p in one.iterdir()) == ["manifest.json", "results.parquet"]
    back = Results.load(one, REGISTRY)
    pd.testing.assert_frame_equal(back.table, made.table, check_dtype=False)
    assert back.manifest == made.manifest
    assert "徐州" in (one / "manifest.json").read_text(encoding="utf-8")
    assert parquet_bytes(back.table) == parquet_bytes(made.table)


def test_the_file_says_where_it_comes_from_and_no_time_or_host(tmp_path):
    import json

    import pyarrow.parquet as pq

    about = {"plan": "xuzhou", "model": "f00", "draws": 2, "packages": {"numpy": "1"}, "made_at": "2026-01-01T00:00:00", "host": "here"}
    folder = results({UI: [[1]]}, **about, id="r0").save(tmp_path)
    notes = json.loads(pq.read_metadata(folder / "results.parquet").metadata[b"renshe"])
    said = {name: value for name, value in about.items() if name not in ("made_at", "host")}
    assert notes == said | {"id": "r0", "parameters": "prior", "seed": 1, "scale": 1}
    later = results({UI: [[1]]}, **about | {"made_at": "2027", "host": "there"}, id="r0").save(tmp_path / "later")
    assert (later / "results.parquet").read_bytes() == (folder / "results.parquet").read_bytes()


def test_as_an_answer_of_sql():
    made = results({UI: [[1, 2], [3, 4]], RATE: [[5, 6], [7, 8]]})
    found = made.sql("select indicator, max(value) top from results where period = '2022-12' group by indicator order by indicator")
    assert found.to_numpy().tolist() == [["registered_unemployment_rate", 8.0], ["ui_insured", 4.0]]


def test_as_the_ema_workbench_takes_it():
    made = results({UI: [[1, 2], [3, 4]], RATE: [[5, 6], [7, 8]]}, plan="xuzhou", replicates=2)
    experiments, outcomes = made.to_ema()
    assert experiments["scenario"].tolist() == ["0.0", "0.1", "1.0", "1.1"] and set(experiments["policy"]) == {"baseline"}
    assert set(experiments["model"]) == {"xuzhou"} and set(outcomes) == {"ui_insured", "registered_unemployment_rate@320321"}
    assert outcomes["ui_insured"].shape == (4, 24) and outcomes["ui_insured"][:, -1].tolist() == [2, 2, 4, 4]


def test_the_file_holds_no_clock_and_no_pandas():
    content = parquet_bytes(results({UI: [[1]]}).table)
    assert b"pandas" not in content and b"ARROW:schema" not in content


@pytest.mark.parametrize(
    ("name", "content"),
    [("results.parquet", None), ("results.parquet", b"PAR1"), ("manifest.json", None), ("manifest.json", b"{"),
     ("manifest.json", b"[]"), ("manifest.json", b"\xff\xfe")],
)  # fmt: skip
def test_broken_files_are_named(tmp_path, name, content):
    file = results({UI: [[1]]}).save(tmp_path) / name
    file.unlink() if content is None else file.write_bytes(content)
    with pytest.raises(BadInput, match=name.replace(".", r"\.")):
        Results.load(tmp_path, REGISTRY)


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(BadInput, match="file"):
        results({UI: [[1]]}).save(tmp_path / "file" / "below")


def test_an_infinite_manifest_value_is_not_written(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        results({UI: [[1]]}, odd=float("inf")).save(tmp_path)
    assert not (tmp_path / "manifest.json").exists()


def test_missing_columns_and_repeated_rows_are_refused():
    table = results({UI: [[1]]}).table
    with pytest.raises(BadInput, match="period, value"):
        Results(table.drop(columns=["period", "value"]))
    with pytest.raises(BadInput, match="baseline 0 0 ALL ui_insured 2021-01"):
        Results(pd.concat([table, table.head(1)]))


def test_scenarios_are_told_apart():
    both = Results(pd.concat([results({UI: [[1]]}, scenario=s).table for s in ("b", "a")]), {}, REGISTRY)
    assert both.scenarios == ["a", "b"]
    assert both.of("a").scenarios == ["a"]
    with pytest.raises(KeyError, match="there are a, b"):
        both.of("c")


def test_as_an_array():
    cube = results({UI: [[1, 2], [3, 4]], RATE: [[5, 6], [7, 8]]}).to_xarray()
    assert dict(cube.sizes) == {"scenario": 1, "draw": 2, "replicate": 1, "area": 2, "period": 24}
    at = {"scenario": "baseline", "draw": 1, "replicate": 0, "period": "2022-12"}
    assert float(cube["ui_insured"].sel(at | {"area": "ALL"})) == 4
    assert np.isnan(float(cube["ui_insured"].sel(at | {"area": "320321"})))


def test_words_given_as_categories_make_the_same_table():
    table = results({UI: [[1, 2], [3, 4]], RATE: [[1, 2], [3, 4]]}).table
    shuffled = table.sample(frac=1, random_state=2).astype(dict.fromkeys(("scenario", "area", "indicator", "period"), "category"))
    backwards = shuffled.assign(period=shuffled["period"].cat.reorder_categories(shuffled["period"].cat.categories[::-1]))
    pd.testing.assert_frame_equal(Results(backwards, {}, REGISTRY).table, table)
