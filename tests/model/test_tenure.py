"""Tenure of the start: read off the standing distribution by each person's luck."""

from __future__ import annotations

import numpy as np

from model.tenure import MONTHS, months_in_job, tenure_of
from tests.model.towns import as_usual, town


def test_months_are_where_luck_stands_among_those_who_stay() -> None:
    """The same as looking luck up in the falling share of those who stay; edges of luck, and careers that are shorter, among them."""
    stay = tenure_of(as_usual(town(3000))).stay
    u = np.concatenate([np.random.default_rng(1).random(5000), np.arange(MONTHS) / MONTHS, 1.0 - stay, [np.nextafter(1.0, 0.0)]])
    u = u[(u >= 0) & (u < 1)]
    longest = np.resize([600, 3, 40, -2], u.size)
    wanted = np.clip(np.minimum(np.searchsorted(-stay, -(1.0 - u), side="right") - 1, longest), 0, MONTHS - 1)
    found = months_in_job(stay, u, longest)
    assert found.tolist() == wanted.tolist()
    assert 10 < found[longest == 600].mean() < 200 and found.min() == 0
