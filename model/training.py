"""Subsidised training 补贴性职业技能培训: places are taken by working people and job seekers alike.

Each month a twelfth of the year's places is open in an area; everyone in work at a firm, in flexible work or unemployed has the
same chance of one. A trained person carries TRAINED until the next job starts, and may stand at the better of two places in
the queue of the market (`market.queue`), which is where training acts on re-employment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange

from model import states as s
from model.blocks import BLOCK
from model.luck import draw64, threshold
from model.series import S

if TYPE_CHECKING:
    from model.city import City

PLACES_TAKEN = S.trained


@njit(parallel=True, cache=True)
def attend(n, identity, traits, area, state, tally, chance, key):  # type: ignore[no-untyped-def]
    """Who takes a place; chance: threshold by area."""
    for b in prange(tally.shape[0]):
        for i in range(b * BLOCK, min(n, (b + 1) * BLOCK)):
            doing, a = state[i], area[i]
            if doing == s.EMPLOYED or doing == s.FLEXIBLE or doing == s.UNEMPLOYED:
                if chance[a] > 0 and draw64(key, identity[i]) < chance[a]:
                    traits[i] |= s.TRAINED
                    tally[b, PLACES_TAKEN, a] += 1


def train(city: City) -> None:
    """The month's training places are taken up; `training_take_up` is the share of places that find a taker."""
    places = city.setting.control("training_places", city.month) / 12 * city.setting.parameter("training_take_up")
    able = np.maximum(city.stock("employees") + city.stock("flexible") + city.stock("unemployed"), 1.0)
    if not places.any():
        return
    chance = np.array([threshold(min(1.0, x)) for x in places / able], np.uint64)
    tally, people = city.new_tally(), city.people
    attend(people.n, people.id, people.traits, people.area, people.state, tally, chance, city.key("training"))
    city.add(tally)
