"""A lever at rest, or restated as it usually is, is its absence: the same bytes of every count, person and firm."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import numpy as np
import pytest

from model.controls import CONTROLS
from model.setting import Programme, Setting
from tests.model.towns import USUAL, as_usual, lived, town

MONTHS, AREAS = 13, 2
NEAR = {"outside_distance": -3.0, "candidates_doctor_share": 0.1, "taste_tours": 0.1, "taste_stations": 0.1, "taste_subsidy": 0.08}


def base() -> Setting:
    """A little town in which every mechanism has something to do: candidates, postdocs, parks to build, and usual policy."""
    made = town(3_000, AREAS, parameters=NEAR, programmes=(Programme("parks", 1, 12, 0, 23),))
    return as_usual(replace(made, talent={"postdocs_recruited": 60.0, "high_level_talent": 300.0}))


def digest(setting: Setting) -> str:
    """Of all that the town has counted and become."""
    city, told = lived(setting, MONTHS), sha256()
    for name, values in city.series().items():
        told.update(name.encode() + values.tobytes())
    for store in (city.people, city.firms, city.small_populations.store):
        for column in store.columns:
            told.update(getattr(store, column.name)[: store.n].tobytes())
    city.close()
    return told.hexdigest()


@pytest.fixture(scope="module")
def absent() -> str:
    return digest(base())


@pytest.mark.parametrize("name", sorted(CONTROLS))
def test_a_lever_at_rest_is_its_absence(name: str, absent: str) -> None:
    """Month by month and area by area, a control outside the usual policy stands at its rest, one within it at what is usual."""
    setting = base()
    value = USUAL[name] / AREAS if name in USUAL else CONTROLS[name].default
    restated = replace(setting, controls={**setting.controls, name: np.full((MONTHS, AREAS), value)})
    assert digest(restated) == absent


@pytest.mark.parametrize("name", sorted(USUAL))
def test_a_lever_at_zero_where_it_was_never_used_is_its_absence(name: str) -> None:
    never = {key: value for key, value in USUAL.items() if key != name}
    setting = replace(base(), usual_controls=never)
    without, resting = ({k: v for k, v in setting.controls.items() if k != name} | more for more in ({}, {name: np.zeros((1, AREAS))}))
    assert digest(replace(setting, controls=without)) == digest(replace(setting, controls=resting))


def test_the_digest_tells_one_more_post_from_none(absent: str) -> None:
    """So that the tests above could fail: the smallest dose of a lever is another town."""
    setting = base()
    assert digest(replace(setting, controls={**setting.controls, "public_posts": np.full((1, AREAS), 12.0)})) != absent
