"""What a city leaves unpublished is divided, never invented: totals, published areas and ages survive every rule."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.parameters import central_values
from scenarios.baseline_people import MOST_OF_A_CELL, age_bands, people_of, span, spread, urban_shares
from scenarios.plan_schema import Plan
from scenarios.plans_at_hand import load_plan, plan_ids

XUZHOU = load_plan("xuzhou")
FINEST = [area.id for area in XUZHOU.finest_areas]
COMPOSITE = next(area for area in XUZHOU.composite_areas if 1 < len([p for p in area.parts if p in FINEST]) < len(FINEST))
PARTS = [FINEST.index(part) for part in COMPOSITE.parts if part in FINEST]
PERSONS = st.floats(1.0, 1e6)
weights = st.lists(st.floats(0.01, 1e6), min_size=len(FINEST), max_size=len(FINEST)).map(np.array)
some_areas = st.dictionaries(st.sampled_from(FINEST), PERSONS, max_size=len(FINEST))


def having(quantity: str, values: Mapping[str, float], plan: Plan = XUZHOU) -> Plan:
    """The plan with these cells, by area, as all that its baseline says of a quantity."""
    like = next(c for c in plan.baseline.cells if c.quantity == "ui_insured" and c.area == "ALL")
    cells = [c for c in plan.baseline.cells if c.quantity != quantity]
    cells += [like.model_copy(update={"quantity": quantity, "area": area, "value": value, "unit": "人"}) for area, value in values.items()]
    return plan.model_copy(update={"baseline": plan.baseline.model_copy(update={"cells": tuple(cells)})})


@given(PERSONS, some_areas, weights)
def test_what_is_spread_adds_up_to_the_city(total: float, known: dict[str, float], by: np.ndarray) -> None:
    out = spread(having("ui_insured", {"ALL": total} | known), "ui_insured", by)
    assert out.sum() == pytest.approx(total, rel=1e-9) and (out >= 0).all()


@given(some_areas, st.floats(1.0, 1e6), weights)
def test_published_areas_stand_as_they_are_where_the_city_leaves_a_rest(known: dict[str, float], rest: float, by: np.ndarray) -> None:
    if len(known) == len(FINEST):
        rest = 0.0
    out = spread(having("ui_insured", {"ALL": sum(known.values()) + rest} | known), "ui_insured", by)
    for area, value in known.items():
        assert out[FINEST.index(area)] == pytest.approx(value, rel=1e-9)
    left = [i for i, area in enumerate(FINEST) if area not in known]
    if left:
        assert out[left] == pytest.approx(rest * by[left] / by[left].sum(), rel=1e-6)


@given(PERSONS, PERSONS, weights)
def test_a_published_composite_is_divided_among_its_parts_alone(inside: float, outside: float, by: np.ndarray) -> None:
    out = spread(having("ui_insured", {"ALL": inside + outside, COMPOSITE.id: inside}), "ui_insured", by)
    assert out[PARTS].sum() == pytest.approx(inside, rel=1e-9)
    assert out[PARTS] / inside == pytest.approx(by[PARTS] / by[PARTS].sum(), rel=1e-9)


@given(PERSONS, weights, st.floats(0.1, 10.0))
def test_the_unit_of_the_weights_does_not_matter(total: float, by: np.ndarray, factor: float) -> None:
    plan = having("ui_insured", {"ALL": total})
    assert spread(plan, "ui_insured", by * factor) == pytest.approx(spread(plan, "ui_insured", by), rel=1e-9)


@given(st.floats(0.05, 0.95), st.dictionaries(st.sampled_from(FINEST), st.floats(0.0, 1.0), max_size=len(FINEST) - 1))
def test_urban_shares_are_shares_and_published_ones_stand(city: float, known: dict[str, float]) -> None:
    people = np.linspace(1e5, 1e6, len(FINEST))
    out = urban_shares(having("urban_share", {"ALL": city} | known), people)
    assert ((out >= 0) & (out <= 1)).all()
    assert all(out[FINEST.index(area)] == value for area, value in known.items())
    rest = [area not in known for area in FINEST]
    if out[rest].min() > 0 and out[rest].max() < 1:
        assert (out * people).sum() == pytest.approx(city * people.sum(), rel=1e-9), "the city's share holds unless an area is full"


@given(st.integers(0, 99), st.integers(0, 99))
def test_an_age_group_is_read_back(first: int, last: int) -> None:
    assert span(f"{first}-{last}") == (first, last) and span(f"{first}+") == (first, 100)


@pytest.mark.parametrize("name", plan_ids())
def test_bands_partition_all_ages(name: str) -> None:
    years = sorted(age for first, last in age_bands(load_plan(name)) for age in range(first, last + 1))
    assert years in ([], list(range(101)))


@pytest.mark.parametrize("name", plan_ids())
def test_the_people_of_each_plan_add_up(name: str) -> None:
    plan = load_plan(name)
    residents, outsiders, away, urban = people_of(plan)
    assert residents.sum() == pytest.approx(plan.baseline.value("residents"), abs=len(plan.finest_areas))
    assert (residents >= 0).all() and (outsiders >= 0).all() and (away >= 0).all()
    older = [age for age in range(101) if not 18 <= age <= 21]
    assert (outsiders[:, :, older] <= MOST_OF_A_CELL * residents[:, :, older] + 1).all(), "natives live in every cell"
    assert (urban * residents.sum(axis=(1, 2))).sum() / residents.sum() == pytest.approx(plan.baseline.value("urban_share"), abs=0.02)


@pytest.mark.parametrize("name", plan_ids())
def test_natives_who_study_elsewhere_are_the_cohort_and_not_a_share_of_all_who_are_away(name: str) -> None:
    """Hukou holders × the part of 18 to 21 in all ages × the share that enters university, less those for whom there is a place here: as
    many are away at that age, or four fifths of all who are away where these are fewer. Who is away in all is as published."""
    plan = load_plan(name)
    residents, outsiders, away, _ = people_of(plan)
    p, young = central_values(), slice(18, 22)
    holders = int((residents - outsiders).sum() + away.sum())
    share = residents[:, :, young].sum() / residents.sum()
    here = p["college_entry_share"] * p["native_local_study_share"] * (residents - outsiders)[:, :, young].sum()
    elsewhere = p["college_entry_share"] * share * holders - min(here, plan.baseline.value("university_students"))
    assert away[:, :, young].sum() >= min(0.99 * elsewhere, 0.79 * away.sum())
    assert away.sum() >= 0.999 * plan.baseline.value("hukou_outside")
