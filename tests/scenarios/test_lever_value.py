"""The grammar of lever values: what each form means, what is refused, and that steps can be written and read back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.lever_value import Place, Step, steps_of, written
from scenarios.months import month_number, month_text

PLACE = Place(("a", "b", "c"), {"a": ("a",), "b": ("b",), "c": ("c",), "ab": ("a", "b"), "office": ("a", "b", "c")}, 2021 * 12)
ALL = PLACE.finest


def read(value: Any) -> list[Step]:
    steps, objections = steps_of(value, PLACE, 0.0, 100.0, "场")
    assert not objections, objections
    return steps


def refused(value: Any) -> list[str]:
    steps, objections = steps_of(value, PLACE, 0.0, 100.0, "场")
    assert objections, steps
    return [f"{o.field} {o.value} {o.allowed} {o.fix}" for o in objections]


def spans(value: Any) -> list[tuple[tuple[str, ...], str | None, str | None, float]]:
    text = [(s.areas, s.first, s.last, s.value) for s in read(value)]
    return [(areas, None if a is None else month_text(a), None if b is None else month_text(b), v) for areas, a, b, v in text]


def test_a_number_holds_everywhere_and_always() -> None:
    assert spans(7) == [(ALL, None, None, 7.0)]


def test_a_step_without_an_end_runs_on() -> None:
    assert spans({"from": "2021-07", "value": 0.6}) == [(ALL, "2021-07", None, 0.6)]
    assert spans({"from": "2021-07", "to": "2022-06", "value": 0.6}) == [(ALL, "2021-07", "2022-06", 0.6)]


def test_steps_of_a_list_hold_until_the_next_one() -> None:
    value = [
        {"from": "2021-01", "value": 1},
        {"from": "2022-01", "to": "2022-12", "value": 2},
        {"from": "2024-01", "value": 3},
    ]
    assert [(a, b) for _, a, b, _ in spans(value)] == [
        ("2021-01", "2021-12"),
        ("2022-01", "2022-12"),
        ("2024-01", None),
    ]


def test_years_hold_until_the_next_named_year_and_end_with_the_last() -> None:
    assert [(a, b, v) for _, a, b, v in spans({"2021": 1, "2023": 2})] == [
        ("2021-01", "2022-12", 1.0),
        ("2023-01", "2023-12", 2.0),
    ]
    assert spans({2021: 1, 2023: 2}) == spans({"2023": 2, "2021": 1})


def test_areas_may_be_composites_and_the_rest_is_what_is_left() -> None:
    assert spans({"areas": {"ab": 5}, "rest": 1}) == [(("a", "b"), None, None, 5.0), (("c",), None, None, 1.0)]
    nested = spans({"areas": {"a": {"2021": 1}, "b": [{"from": "2022-01", "value": 2}]}})
    assert nested == [(("a",), "2021-01", "2021-12", 1.0), (("b",), "2022-01", None, 2.0)]


def test_rest_with_every_area_named_says_nothing() -> None:
    assert len(read({"areas": {"office": 5}, "rest": 1})) == 1


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (-1, "0 … 100 场"),
        (101, "0 … 100 场"),
        (1e30, "0 … 100 场"),
        (float("nan"), "0 … 100"),
        (float("inf"), "0 … 100"),
        (True, "number"),
        ("6", "number"),
        (None, "number"),
        ({"from": "2021-13", "value": 1}, "2021-13"),
        ({"from": "2020-12", "value": 1}, "2021-01"),
        ({"from": "2041-01", "value": 1}, "2040-12"),
        ({"from": "2022-01", "to": "2021-01", "value": 1}, "not before 2022-01"),
        ({"from": "2021-07"}, "add value"),
        ({"value": 3}, "add from"),
        ({"from": "2021-07", "vlaue": 3}, "did you mean value?"),
        ({"2019": 1}, "2021 … 2040"),
        ({"2021": 1, "2022": "x"}, "number"),
        ([], "one step or more"),
        ([3], "{from, to?, value}"),
        ({"areas": {"x": 1}}, "a, ab, b, c, office"),
        ({"areas": {"a": 1}, "others": 2}, "under areas"),
        ({"areas": [1]}, "area: value"),
        ({"areas": {"a": 1, "ab": 2}}, "overlap"),
        ([{"from": "2021-01", "to": "2022-06", "value": 1}, {"from": "2022-01", "value": 2}], "overlap"),
        ({}, "add value"),
        ({"from": 202107, "value": 1}, "YYYY-MM"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_range_and_the_fix(value: Any, says: str) -> None:
    assert any(says in line for line in refused(value)), refused(value)


def test_every_objection_comes_at_once() -> None:
    assert len(refused({"areas": {"a": -1, "nowhere": 2, "b": {"from": "soon", "value": "much"}}})) == 4


def test_years_are_not_read_as_steps_when_mixed_with_words() -> None:
    assert refused({"2021": 1, "from": "2021-01"})


months = st.integers(2021 * 12, 2040 * 12 + 11)
values = st.floats(0, 100, allow_nan=False)


@st.composite
def lever_values(draw: st.DrawFn) -> Any:
    """Sound values of every form."""
    form = draw(st.sampled_from(["number", "step", "list", "years", "areas"]))
    if form == "number":
        return draw(values)
    if form == "years":
        return {str(y): draw(values) for y in draw(st.sets(st.integers(2021, 2040), min_size=1, max_size=5))}
    if form == "areas":
        inner = st.one_of(values, st.fixed_dictionaries({"from": months.map(month_text), "value": values}))
        given = {"areas": {area: draw(inner) for area in draw(st.sets(st.sampled_from(ALL), min_size=1))}}
        return given | ({"rest": draw(inner)} if draw(st.booleans()) else {})
    cuts = sorted(draw(st.sets(months, min_size=1, max_size=6)))
    steps = [{"from": month_text(m), "value": draw(values)} for m in cuts]
    return steps[0] if form == "step" else steps


@given(lever_values())
def test_sound_values_are_read_and_written_back_as_the_same_steps(value: Any) -> None:
    steps = [(s.areas, s.first, s.last, s.value) for s in read(value)]
    again = [(s.areas, s.first, s.last, s.value) for s in read(written(read(value), PLACE))]
    assert again == steps


@given(lever_values(), months, st.sampled_from(ALL))
def test_no_month_of_an_area_is_spoken_of_twice(value: Any, month: int, area: str) -> None:
    holding = [s for s in read(value) if area in s.areas and (s.first or 0) <= month and (s.last is None or month <= s.last)]
    assert len(holding) <= 1


JUNK = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["from", "to", "value", "areas", "rest", "2021", "2022", "a", "x"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(JUNK)
def test_any_data_is_either_read_or_refused(value: Any) -> None:
    steps, objections = steps_of(value, PLACE, 0.0, 100.0)
    assert steps or objections or value == {"areas": {}} or "areas" in value or "rest" in value
    assert all(0 <= step.value <= 100 for step in steps)


@given(st.text(max_size=8))
def test_a_month_is_a_month_or_nothing(text: str) -> None:
    number = month_number(text)
    assert number is None or month_text(number) == text
