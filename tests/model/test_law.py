"""The law: published values, dates, reforms, what is unsourced, and the retirement age."""

import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.dates import month_index, month_text
from model.documents import BadInput
from model.law import LAW_FOLDER, OTHER, PROVINCES, Law
from model.law_files import read_rules

JIANGSU, ZHEJIANG = (Law.standard(province) for province in PROVINCES)


def reform(path: str, since: object, value: object, **more: object) -> dict[str, object]:
    return {"path": path, "from": since, "value": value, **more}


def faults(law: Law, *reforms: object) -> dict[str, str]:
    with pytest.raises(BadInput) as bad:
        law.amended(list(reforms))  # type: ignore[arg-type]
    return {fault.field: str(fault) for fault in bad.value.faults}


# --- values ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("law", "path", "month", "value"),
    [
        (JIANGSU, "pension.employer_rate", "2016-04", 0.20),
        (JIANGSU, "pension.employer_rate", "2019-04", 0.19),
        (JIANGSU, "pension.employer_rate", "2019-05", 0.16),
        (JIANGSU, "pension.employer_rate", "2040-12", 0.16),
        (ZHEJIANG, "pension.employer_rate", "2021-12", 0.14),
        (ZHEJIANG, "pension.employer_rate", "2022-01", 0.15),
        (ZHEJIANG, "pension.employer_rate", "2024-01", 0.16),
        (JIANGSU, "pension.employee_rate", "2020-06", 0.08),
        (JIANGSU, "pension.flexible_rate", "2020-06", 0.20),
        (JIANGSU, "pension.minimum_months", "2029-12", 180),
        (JIANGSU, "pension.minimum_months", "2030-01", 186),
        (JIANGSU, "pension.minimum_months", "2039-01", 240),
        (JIANGSU, "unemployment.employer_rate", "2021-07", 0.005),
        (JIANGSU, "unemployment.employee_rate", "2021-07", 0.005),
        (JIANGSU, "unemployment.duration_medium", "2021-07", 18),
        (JIANGSU, "unemployment.refund_share_small", "2022-06", 0.90),
        (JIANGSU, "unemployment.refund_share_large", "2023-06", 0.30),
        (JIANGSU, "injury.rate_class_1", "2021-07", 0.002),
        (JIANGSU, "injury.rate_class_8", "2021-07", 0.019),
        (JIANGSU, "injury.cut_reserve_24", "2025-01", 0),
        (JIANGSU, "bases.floor", "2025-07", 4952),
        (JIANGSU, "bases.ceiling", "2021-07", 20586),
        (ZHEJIANG, "bases.floor", "2025-07", 4986),
        (ZHEJIANG, "bases.ceiling", "2020-07", 17881),
        (JIANGSU, "minimum_wage.class_1", "2018-07", 1890),
        (JIANGSU, "minimum_wage.class_1", "2020-12", 2020),
        (JIANGSU, "minimum_wage.class_2", "2020-12", 1830),
        (JIANGSU, "minimum_wage.class_1", "2026-01", 2660),
        (ZHEJIANG, "minimum_wage.class_4", "2018-01", 1500),
        (JIANGSU, "relief.waived_small", "2020-01", 0),
        (JIANGSU, "relief.waived_small", "2020-02", 1),
        (JIANGSU, "relief.waived_small", "2020-12", 1),
        (JIANGSU, "relief.waived_small", "2021-01", 0),
        (JIANGSU, "relief.waived_large", "2020-06", 0.5),
        (JIANGSU, "relief.waived_large", "2020-07", 0),
        (JIANGSU, "disputes.award_days", "2021-07", 45),
        (ZHEJIANG, "disputes.award_days_simple", "2021-07", 30),
        (JIANGSU, "retirement.residents_age", "2021-07", 720),
        (JIANGSU, "resident.base_pension", "2025-07", 246),
        (ZHEJIANG, "resident.base_pension", "2025-07", 220),
        (JIANGSU, "pension.payout_months_56", "2025-07", 164),
        (JIANGSU, "pension.account_interest", "2024-07", 0.0262),
        (JIANGSU, "minimum_wage.class_1", "2010-12", 960),
    ],
)
def test_published_values(law: Law, path: str, month: str, value: float) -> None:
    assert law.value(path, month) == value


def test_bases_follow_the_average_wage() -> None:
    """Floor 60 % and ceiling 300 % of the average wage, as far as the sources agree: to the yuan of rounding."""
    for law, year in ((JIANGSU, "2023"), (JIANGSU, "2024"), (JIANGSU, "2025"), (ZHEJIANG, "2020"), (ZHEJIANG, "2021")):
        wage = law.value("bases.average_wage", f"{year}-07")
        ceiling = law.value("bases.ceiling", f"{year}-07")
        assert ceiling <= 3 * wage + 1 and ceiling > 2.6 * wage
    assert JIANGSU.value("bases.ceiling", "2025-07") == 3 * JIANGSU.value("bases.average_wage", "2025-07")
    assert JIANGSU.value("bases.floor", "2025-07") == pytest.approx(0.6 * 8254, abs=1)


def test_unknown_names_have_suggestions() -> None:
    with pytest.raises(BadInput, match=r"did you mean pension\.employer_rate"):
        JIANGSU.value("pension.employer_rates", "2021-07")
    with pytest.raises(BadInput, match="did you mean jiangsu"):
        Law.standard("jiangsy")
    with pytest.raises(ValueError, match="2021-07"):
        JIANGSU.value("pension.employer_rate", "2021")
    with pytest.raises(BadInput):
        JIANGSU.value("disputes.award_days_simple", "2021-07")


def test_series_and_steps() -> None:
    series = JIANGSU.series("relief.waived_large", "2020-01", 12)
    assert series.dtype == np.float64
    assert series.tolist() == [0, 0.5, 0.5, 0.5, 0.5, 0.5, 0, 0, 0, 0, 0, 0]
    steps = [(month_text(month), value) for month, value in JIANGSU.steps("relief.waived_large")]
    assert steps == [("2000-01", 0), ("2020-02", 0.5), ("2020-07", 0)]


@pytest.mark.parametrize("law", [JIANGSU, ZHEJIANG])
def test_every_value_has_a_source_and_doubt_is_marked(law: Law) -> None:
    assert len(law.paths()) > 100 and law.paths() == sorted(law.paths())
    for path in law.paths():
        about = law.provenance(path)
        assert about["unit"] and " / " in about["meaning"], path
        for value in about["values"]:
            assert len(value["source"]) > 3, path
            assert (value["confidence"] == "L") == value["unsourced"], (path, value)
        assert about["reforms"] == []


# --- what is unsourced -----------------------------------------------------------------------------------------------


def test_before_the_first_source_the_earliest_value_is_held_and_marked() -> None:
    assert JIANGSU.value("minimum_wage.class_2", "2011-06") == 1460
    assert JIANGSU.unsourced("minimum_wage.class_2", "2011-06")
    assert JIANGSU.value("bases.ceiling", "2012-01") == 16800
    assert JIANGSU.unsourced("bases.ceiling", "2012-01")
    assert not JIANGSU.unsourced("pension.employee_rate", "2012-01")


def test_recalled_values_and_values_past_their_sources_are_marked() -> None:
    assert JIANGSU.unsourced("pension.employer_rate", "2018-01")
    assert not JIANGSU.unsourced("pension.employer_rate", "2021-01")
    assert not JIANGSU.unsourced("bases.floor", "2026-12")
    assert JIANGSU.unsourced("bases.floor", "2027-01")
    assert JIANGSU.value("bases.floor", "2040-12") == 4952


def test_unsourced_uses_are_stretches() -> None:
    uses = [use for use in JIANGSU.unsourced_uses("2011-01", "2025-12") if use.path == "pension.employer_rate"]
    assert [(use.first, use.last, use.value) for use in uses] == [
        ("2011-01", "2016-04", 0.2),
        ("2016-05", "2019-04", 0.19),
    ]
    assert not JIANGSU.unsourced_uses("2021-01", "2025-12", ["pension.employer_rate"])
    later = JIANGSU.unsourced_uses("2025-11", "2026-02", ["unemployment.employer_rate"])
    assert [(use.first, use.last) for use in later] == [("2026-01", "2026-02")]
    assert "after the last source" in later[0].reason
    for use in ZHEJIANG.unsourced_uses("2021-01", "2025-12"):
        assert ZHEJIANG.unsourced(use.path, use.first) and ZHEJIANG.unsourced(use.path, use.last)


def test_a_reform_is_not_unsourced() -> None:
    law = JIANGSU.amended([reform("pension.employer_rate", "2018-01", 0.18, to="2018-06")])
    assert not law.unsourced("pension.employer_rate", "2018-03")
    assert law.unsourced("pension.employer_rate", "2018-07")


# --- reforms ---------------------------------------------------------------------------------------------------------


def test_a_reform_from_a_date_on() -> None:
    law = JIANGSU.amended([reform("pension.employer_rate", "2023-01", 0.14)])
    assert law.value("pension.employer_rate", "2022-12") == 0.16
    assert law.value("pension.employer_rate", "2023-01") == 0.14
    assert law.value("pension.employer_rate", "2040-01") == 0.14
    assert JIANGSU.value("pension.employer_rate", "2023-01") == 0.16, "the law that was amended stays"
    assert law.provenance("pension.employer_rate")["reforms"] == [{"from": "2023-01", "to": None, "value": 0.14}]


def test_a_reform_for_a_while() -> None:
    law = JIANGSU.amended([reform("pension.employer_rate", "2018-01", 0.18, to="2020-01")])
    months = ("2017-12", "2018-01", "2020-01", "2020-02")
    assert [law.value("pension.employer_rate", month) for month in months] == [0.19, 0.18, 0.18, 0.16]


def test_a_law_travels_between_processes_and_can_be_a_key() -> None:
    law = JIANGSU.amended([reform("pension.employer_rate", "2022-01", 0.15)])
    same = pickle.loads(pickle.dumps(law))
    assert same == law != JIANGSU
    assert same.value("pension.employer_rate", "2022-01") == 0.15
    assert {law: 1}[same] == 1


def test_of_several_reforms_the_latest_begun_holds() -> None:
    first = JIANGSU.amended([reform("pension.employer_rate", "2022-01", 0.15)])
    law = first.amended([reform("pension.employer_rate", "2023-01", 0.10, to="2023-06")])
    months = ("2022-12", "2023-01", "2023-06", "2023-07")
    assert [law.value("pension.employer_rate", month) for month in months] == [0.15, 0.10, 0.10, 0.15]


def test_every_fault_of_the_reforms_is_named() -> None:
    found = faults(
        JIANGSU,
        reform("pension.employer_rat", "2023-01", 0.1),
        reform("pension.employer_rate", "2023-13", 14),
        reform("pension.employer_rate", "2023-01", float("nan")),
        reform("pension.employer_rate", "2023-01", True),
        reform("pension.employer_rate", "2023-01", 0.1, to="2022-12"),
        reform("pension.employer_rate", 2023, 0.1, too="x"),
        {"value": 1},
        7,
    )
    assert set(found) == {
        "law[0].path",
        "law[1].from",
        "law[1].value",
        "law[2].value",
        "law[3].value",
        "law[4].to",
        "law[5].from",
        "law[5].too",
        "law[6].path",
        "law[6].from",
        "law[7]",
    }
    assert "did you mean pension.employer_rate?" in found["law[0].path"]
    assert "0 … 1 share" in found["law[1].value"] and "fractions" in found["law[1].value"]


def test_twice_the_same_date_is_a_fault() -> None:
    one = reform("pension.employer_rate", "2023-01", 0.1)
    assert "pension.employer_rate from" in faults(JIANGSU, one, {**one, "value": 0.2})
    assert "pension.employer_rate from" in faults(JIANGSU.amended([one]), one)


@given(st.integers(0, 400), st.integers(0, 100), st.integers(0, 600), st.floats(0, 1))
def test_outside_a_reform_nothing_changes(start: int, months: int, when: int, value: float) -> None:
    first, origin = month_index("2000-01") + start, month_index("2000-01")
    law = JIANGSU.amended([reform("pension.employer_rate", month_text(first), value, to=month_text(first + months))])
    month = origin + when
    inside = first <= month <= first + months
    expected = value if inside else JIANGSU.value_at("pension.employer_rate", month)
    assert law.value_at("pension.employer_rate", month) == expected
    other = "pension.employee_rate"
    assert law.value_at(other, month) == JIANGSU.value_at(other, month)


# --- files -----------------------------------------------------------------------------------------------------------

RULE = """
rate:
  unit: share
  meaning: 比例 / rate
  nation:
    - {from: 2020-01, value: 0.1, source: 某法, confidence: H}
    - {from: 2021-01, value: 0.2, source: 某法, confidence: H}
"""


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("2021-01", "2020-01", "rate.nation[1].from"),
        ("2021-01", "2019-01", "rate.nation[1].from"),
        ("2021-01", "2021", "rate.nation[1].from"),
        ("value: 0.2", "value: 20", "rate"),
        ("value: 0.2", "value: high", "rate.nation[1].value"),
        ("confidence: H", "confidence: sure", "rate.nation[0].confidence"),
        ("source: 某法", "source:", "rate.nation[0].source"),
        ("source: 某法", "sauce: 某法", "rate.nation[0].sauce"),
        ("  unit: share\n", "", "rate.unit"),
        ("nation:", "nations:", "rate.nations"),
        ("  nation:", "  sourced_until: never\n  nation:", "rate.sourced_until"),
    ],
)
def test_faulty_law_files(tmp_path: Path, old: str, new: str, field: str) -> None:
    (tmp_path / "made.yaml").write_text(RULE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadInput) as bad:
        read_rules(tmp_path, "jiangsu")
    assert field in {fault.field for fault in bad.value.faults}
    assert all(fault.line and "made.yaml" in fault.file for fault in bad.value.faults)


def test_a_province_goes_before_the_nation(tmp_path: Path) -> None:
    text = RULE + "  zhejiang: [{from: 2020-01, value: 0.5, source: 某法, confidence: H}]\n"
    (tmp_path / "made.yaml").write_text(text, encoding="utf-8")
    assert Law("jiangsu", read_rules(tmp_path, "jiangsu")).value("made.rate", "2022-01") == 0.2
    assert Law("zhejiang", read_rules(tmp_path, "zhejiang")).value("made.rate", "2022-01") == 0.5


def test_another_province_lives_by_the_nation_and_by_marked_assumptions(tmp_path: Path) -> None:
    """National rules as they stand; what only provinces settle is Jiangsu's, amounts lower by the declared share, and never sourced."""
    there = Law.standard(OTHER)
    assert set(there.paths()) >= {path for path in JIANGSU.paths() if "nantong" not in path}
    for path in there.paths():
        if JIANGSU.rules[path].entries == ZHEJIANG.rules.get(path, JIANGSU.rules[path]).entries and path != "minimum_wage.class_1":
            continue
        assert there.value(path, "2024-06") <= JIANGSU.value(path, "2024-06") and there.unsourced(path, "2024-06"), path
    assert there.value("bases.floor", "2024-06") == pytest.approx(0.85 * JIANGSU.value("bases.floor", "2024-06"))
    assert there.value("pension.employee_rate", "2024-06") == 0.08 and not there.unsourced("pension.employee_rate", "2024-06")
    (tmp_path / "made.yaml").write_text(RULE.replace("nation:", "elsewhere: 0.5\n  jiangsu:"), encoding="utf-8")
    assert Law(OTHER, read_rules(tmp_path, OTHER)).value("made.rate", "2022-01") == 0.1


def test_the_subjects_of_the_law() -> None:
    subjects = {path.stem for path in LAW_FOLDER.glob("*.yaml")}
    assert subjects >= {"pension", "unemployment", "injury", "bases", "retirement", "minimum_wage", "relief"}
    assert {path.split(".")[0] for path in JIANGSU.paths()} == subjects


# --- months ----------------------------------------------------------------------------------------------------------


@given(st.integers(12_000, 35_999))
def test_months_there_and_back(index: int) -> None:
    assert month_index(month_text(index)) == index


@pytest.mark.parametrize(
    "text", ["2021", "2021-13", "2021-00", "2021-7", "21-07", "0999-01", "2021-07-01", "", 2021, None]
)
def test_wrong_months(text: object) -> None:
    with pytest.raises(ValueError, match="2021-07"):
        month_index(text)
