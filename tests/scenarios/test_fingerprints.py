"""Fingerprints: one digest for one meaning, another for every other; frozen data, months and shards come back as they were."""

from __future__ import annotations

import json
import math
import pickle
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.fingerprints import canonical, code_fingerprint, digest_of, model_fingerprint, packages, platform_name
from scenarios.frozen import FrozenDict, frozen, plain
from scenarios.months import FIRST_YEAR, LAST_YEAR, january, month_number, month_text, months_from
from scenarios.shards import BrokenShard, decode, encode

NUMBERS = st.integers(-(2**50), 2**50) | st.floats(allow_nan=False, allow_infinity=False)
DATA = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


def shuffled(value: Any) -> Any:
    """The same data with every mapping written backwards."""
    if isinstance(value, dict):
        return {key: shuffled(inner) for key, inner in reversed(value.items())}
    return [shuffled(inner) for inner in value] if isinstance(value, list) else value


@given(DATA)
def test_order_and_container_do_not_matter(value: Any) -> None:
    assert digest_of(value) == digest_of(shuffled(value)) == digest_of(frozen(value))
    assert canonical(canonical(value)) == canonical(value)


@given(DATA, DATA)
def test_different_data_have_different_digests(one: Any, other: Any) -> None:
    same = json.dumps(canonical(one), sort_keys=True) == json.dumps(canonical(other), sort_keys=True)
    assert (digest_of(one) == digest_of(other)) == same


@given(st.integers(-(2**50), 2**50))
def test_a_whole_number_is_one_number_however_written(value: int) -> None:
    assert digest_of(value) == digest_of(float(value)) and digest_of(-0.0) == digest_of(0)
    assert digest_of({2021: value}) == digest_of({"2021": value})


@pytest.mark.parametrize("value", [math.nan, math.inf, object(), {1, 2}, b"bytes", {"a": math.nan}])
def test_what_has_no_canonical_form_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="canonical"):
        digest_of(value)


def test_text_and_truth_are_not_numbers() -> None:
    assert len({digest_of(value) for value in (1, "1", True, None, [1], {"1": 1})}) == 6


def test_every_change_of_code_or_data_is_another_fingerprint(tmp_path: Path) -> None:
    """Content, name and place count; line ends, caches and files of other kinds do not."""

    def made(name: str, files: dict[str, bytes]) -> str:
        for path, content in files.items():
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_bytes(content)
        return model_fingerprint(tmp_path / name)

    base = {"a.py": b"x = 1\n", "law/b.yaml": b"v: 1\n"}
    first = made("first", base)
    assert made("same", base | {"__pycache__/a.py": b"y", "notes.md": b"z"}) == first
    assert made("windows", {"a.py": b"x = 1\r\n", "law/b.yaml": b"v: 1\r\n"}) == first
    others = [base | {"a.py": b"x = 2\n"}, base | {"law/b.yaml": b"v: 2\n"}, base | {"c.csv": b""}]
    others += [{"b.py": b"x = 1\n", "law/b.yaml": b"v: 1\n"}, {"a.py": b"x = 1\n", "b.yaml": b"v: 1\n"}]
    assert len({first, *(made(f"other{i}", files) for i, files in enumerate(others))}) == 1 + len(others)


def test_what_results_depend_on_is_named() -> None:
    assert set(packages()) == {"numpy", "numba", "llvmlite", "scipy", "mesa"} and all(packages().values())
    assert "-" in platform_name() and len(model_fingerprint()) == len(code_fingerprint()) == 32
    assert model_fingerprint() != code_fingerprint()


# --- frozen data -------------------------------------------------------------------------------------------------------


@given(DATA)
def test_frozen_data_is_the_same_data(value: Any) -> None:
    assert plain(frozen(value)) == plain(value)
    assert pickle.loads(pickle.dumps(frozen(value))) == frozen(value)
    assert hash(frozen(value)) == hash(frozen(shuffled(value)))


@pytest.mark.parametrize("change", ["__setitem__", "__delitem__", "clear", "pop", "popitem", "setdefault", "update", "__ior__"])
def test_frozen_data_refuses_every_change(change: str) -> None:
    value = frozen({"a": {"b": [1, 2]}})
    for part in (value, value["a"]):
        with pytest.raises(TypeError, match="frozen"):
            getattr(part, change)("a", 1)
    assert value == {"a": {"b": (1, 2)}} and isinstance(value["a"], FrozenDict)


# --- months ------------------------------------------------------------------------------------------------------------

months = st.integers(january(FIRST_YEAR), january(LAST_YEAR) + 11)


@given(months, months)
def test_months_are_read_back_and_stand_in_order(one: int, other: int) -> None:
    assert month_number(month_text(one)) == one
    assert (month_text(one) < month_text(other)) == (one < other), "text sorts as time does"
    listed = months_from(one, other)
    assert len(listed) == max(0, other - one + 1) and listed == sorted(set(listed))


NO_MONTHS = ("2021-13", "2021-00", "21-07", "1066-01", "2041-01", "1999-12", "2021-7", "2021-07-01", "", None, 202107, 2021.5)


@pytest.mark.parametrize("text", NO_MONTHS)
def test_what_is_no_month_of_these_years_is_none(text: object) -> None:
    assert month_number(text) is None


# --- shards ------------------------------------------------------------------------------------------------------------

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["ALL", "320321", "主城区"]), st.sampled_from(["ui_insured", "startups"]), months.map(month_text), st.floats()
    ),
    max_size=30,
)


@given(ROWS, st.integers(0, 2**62), st.text("0123456789abcdef", min_size=1, max_size=64))
def test_a_shard_comes_back_as_it_was(rows: list[tuple[str, str, str, float]], person_months: int, key: str) -> None:
    table = pd.DataFrame(rows, columns=["area", "indicator", "period", "value"]).astype({"value": float})
    raw = encode(key, table, person_months)
    back = decode(raw)
    assert (back.key, back.person_months) == (key, person_months)
    text = back.table.astype(dict.fromkeys(("area", "indicator", "period"), str)) if rows else back.table
    assert text["value"].to_numpy().tobytes() == table["value"].to_numpy().tobytes(), "to the last bit, NaN and -0.0 too"
    assert [tuple(row) for row in text[["area", "indicator", "period"]].to_numpy()] == [row[:3] for row in rows]
    assert encode(key, table, person_months) == raw


@given(st.binary(max_size=200))
def test_other_bytes_are_no_shard(raw: bytes) -> None:
    with pytest.raises(BrokenShard):
        decode(raw)
