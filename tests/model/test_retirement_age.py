"""The legal retirement age and the ways to retire, by published cohorts."""

import numpy as np
import pytest

from model.dates import month_index, month_text
from model.law import Law, legal_retirement_month, retirement_age_table
from model.retirement_age import (
    CATEGORIES,
    EARLY,
    FIRST_BIRTH,
    ILL_HEALTH,
    LAST_BIRTH,
    LATEST,
    SPECIAL,
    STATUTORY,
    category,
    claim_ages,
)

JIANGSU = Law.standard("jiangsu")


def reform(path: str, since: object, value: object, **more: object) -> dict[str, object]:
    return {"path": path, "from": since, "value": value, **more}


@pytest.mark.parametrize(
    ("sex", "kind", "birth", "years", "months"),
    [
        # The cohorts that the decision names: the first of each step, and those with the full delay.
        ("m", "worker", "1964-12", 60, 0),
        ("m", "worker", "1965-01", 60, 1),
        ("m", "worker", "1965-04", 60, 1),
        ("m", "worker", "1965-05", 60, 2),
        ("m", "cadre", "1976-08", 62, 11),
        ("m", "cadre", "1976-09", 63, 0),
        ("m", "worker", "1990-01", 63, 0),
        ("f", "cadre", "1969-12", 55, 0),
        ("f", "cadre", "1970-01", 55, 1),
        ("f", "cadre", "1970-05", 55, 2),
        ("f", "cadre", "1981-08", 57, 11),
        ("f", "cadre", "1981-09", 58, 0),
        ("f", "worker", "1974-12", 50, 0),
        ("f", "worker", "1975-01", 50, 1),
        ("f", "worker", "1975-02", 50, 1),
        ("f", "worker", "1975-03", 50, 2),
        ("f", "worker", "1984-10", 54, 11),
        ("f", "worker", "1984-11", 55, 0),
        ("f", "resident", "1984-11", 60, 0),
        ("m", "resident", "1990-11", 60, 0),
    ],
)
def test_legal_retirement_age(sex: str, kind: str, birth: str, years: int, months: int) -> None:
    assert legal_retirement_month(JIANGSU, sex, kind, birth) == years * 12 + months


def test_table_equals_the_function_and_only_rises() -> None:
    table = retirement_age_table(JIANGSU)
    assert table.dtype == np.int16 and table.shape == (len(CATEGORIES), LAST_BIRTH - FIRST_BIRTH + 1)
    for sex, kind in (("m", "worker"), ("f", "cadre"), ("f", "worker"), ("f", "resident")):
        row = table[category(sex, kind)]
        for birth in range(0, len(row), 7):
            assert row[birth] == legal_retirement_month(JIANGSU, sex, kind, month_text(FIRST_BIRTH + birth))
        steps = np.diff(row.astype(int))
        assert set(steps) <= {0, 1}, "nobody younger retires at a lower age, and no cohort jumps"
        assert np.all(np.diff(np.arange(len(row)) + row.astype(int)) >= 1), "the younger never retire first"


def test_table_with_months_of_a_run() -> None:
    whole, part = retirement_age_table(JIANGSU), retirement_age_table(JIANGSU, 2021, -1200, -300)
    start = month_index("2021-01") - 1200 - FIRST_BIRTH
    assert np.array_equal(part, whole[:, start : start + 901])


@pytest.mark.parametrize(
    ("row", "birth", "early", "statutory", "latest"),
    [
        (0, "1964-12", 720, 720, 756),  # 2024-12 at sixty: the last before the reform; late retirement needs the law of that month
        (0, "1965-01", 720, 721, 757),
        (0, "1976-09", 720, 756, 792),
        (0, "1990-01", 720, 756, 792),
        (1, "1981-09", 660, 696, 732),
        (2, "1975-01", 600, 601, 637),
        (2, "1984-11", 624, 660, 696),  # five years of delay, three of them open to early retirement
    ],
)
def test_ways_to_retire(row: int, birth: str, early: int, statutory: int, latest: int) -> None:
    """Flexible retirement: at most three years early, never below the old age (全国人大常委会 2024-09-13 决定)."""
    start = month_index(birth) - 2021 * 12
    ages = claim_ages(JIANGSU, 2021, start, start)[:, row, 0]
    if birth == "1964-12":
        latest = statutory
    assert (ages[EARLY], ages[STATUTORY], ages[LATEST]) == (early, statutory, latest)
    assert ages[SPECIAL] == (statutory if row == 1 else {0: 660, 2: 540}[row])
    assert ages[ILL_HEALTH] == (600 if row == 0 else 540)


def test_wrong_categories() -> None:
    for sex, kind in (("x", "worker"), ("m", "boss")):
        with pytest.raises(ValueError, match="sex is m or f"):
            category(sex, kind)


def test_no_reform_of_the_retirement_age() -> None:
    paths = [f"retirement.{name}_full_delay" for name in CATEGORIES[:3]]
    law = JIANGSU.amended([reform(path, "2025-01", 0) for path in paths])
    assert np.unique(retirement_age_table(law), axis=1).ravel().tolist() == [720, 660, 600, 720]


def test_a_later_reform_begins_later() -> None:
    law = JIANGSU.amended([reform("retirement.men_full_delay", "2025-01", 0, to="2026-12")])
    assert legal_retirement_month(law, "m", "worker", "1966-12") == 720
    assert legal_retirement_month(law, "m", "worker", "1967-01") == 721
    assert legal_retirement_month(law, "m", "worker", "1967-05") == 722


def test_a_faster_reform() -> None:
    law = JIANGSU.amended([reform("retirement.men_pace", "2025-01", 1)])
    assert legal_retirement_month(law, "m", "worker", "1965-06") == 726
    assert legal_retirement_month(law, "m", "worker", "1980-06") == 756


def test_a_higher_age_at_once() -> None:
    law = JIANGSU.amended([reform("retirement.residents_age", "2030-01", 780)])
    assert legal_retirement_month(law, "m", "resident", "1969-12") == 720, "sixty in December 2029"
    assert legal_retirement_month(law, "m", "resident", "1970-01") == 780, "sixty in January 2030"
