"""Words: every entry in both languages, with the same blanks; numbers as plans print them."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from dashboard import words
from dashboard.words import all_words, amount, as_lang, in_language, named, number, percent, say, say_or, unit_words

SOURCES = sorted(Path(words.__file__).parent.rglob("*.py"))


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(all_words()))
def test_each_entry_has_both_languages_and_the_same_blanks(key: str) -> None:
    entry = all_words()[key]
    assert set(entry) == {"zh", "en"}
    assert blanks(entry["zh"]) == blanks(entry["en"])
    assert entry["en"] or key == "sentence_stop"
    if key not in {"other_language", "other_language_label"}:
        assert not re.search(r"[\u4e00-\u9fff]", entry["en"].replace("力争", "")), "Chinese in the English words"


def said() -> set[str]:
    """Every literal key that the code says."""
    keys = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("say", "say_or") and isinstance(node.args[0], ast.Constant):
                keys.add(node.args[0].value)
    return keys


def test_every_key_that_the_code_says_is_there() -> None:
    assert len(said()) > 40
    assert said() <= set(all_words())


def test_no_entry_is_left_over() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    built = ("op_", "basis_", "theme_", "light_", "legend_", "block_", "col_", "precision_", "parameters_", "macro_", "county_",
             "mechanism_", "xcol_", "file_", "nav_", "review_", "fit_", "rcol_", "preview_")
    left = [key for key in all_words() if f'"{key}"' not in text and f"'{key}'" not in text and not key.startswith(built)]
    assert left == []


def test_a_warning_in_one_language_and_without_a_path() -> None:
    both = "town/posterior.parquet: 校准结果无法读取，改用先验区间 / calibration cannot be read; declared ranges are used"
    assert in_language(both, "zh") == "校准结果无法读取，改用先验区间"
    assert in_language(both, "en") == "Calibration cannot be read; declared ranges are used"
    assert in_language("one sentence, 8/10", "zh") == "One sentence, 8/10"


def test_unknown_words() -> None:
    with pytest.raises(KeyError):
        say("no such entry", "zh")
    assert say_or("no such entry", "zh", "as it is") == "as it is"
    assert say_or("plan", "en", "x") == "Plan"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(375000, 0, "375,000"), (37.5, 1, "37.5"), (-0.25, 2, "−0.25"), (None, 1, "—"), (float("nan"), 1, "—"), (0.0, 0, "0")],
)
def test_numbers(value: float | None, decimals: int, text: str) -> None:
    assert number(value, decimals) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "<1%"), (0.004, "<1%"), (0.01, "1%"), (0.5, "50%"), (0.99, "99%"), (0.995, ">99%"), (1.0, ">99%"), (None, "—")],
)
def test_a_frequency_is_never_nought_nor_whole(share: float | None, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(
    ("value", "zh", "en"), [(113600, "11.36万", "113,600"), (2e9, "20亿", "2,000,000,000"), (300, "300", "300"), (0.5, "0.5", "0.5")]
)
def test_lever_values_in_the_units_that_each_language_counts_in(value: float, zh: str, en: str) -> None:
    assert (amount(value, "zh"), amount(value, "en")) == (zh, en)


def test_names_units_and_languages() -> None:
    assert named({"name_zh": "徐州", "name_en": "Xuzhou"}, "en") == "Xuzhou"
    assert named({"name_zh": "徐州"}, "en") == "徐州"
    assert unit_words("万人", "zh") == "万人" and unit_words("万人", "en") == "10k people" and unit_words("亩", "en") == "亩"
    assert [as_lang(value) for value in ("en", "zh", "fr", None)] == ["en", "zh", "zh", "zh"]
