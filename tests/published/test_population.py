"""Residents simulated over five years beside what was published, without being fitted: a report of the misses.

徐州 2020 → 2025: from the census to the published year-end figure. 海宁 2015 → 2020: no total of 2015 was published; the start is the
geometric mean of the censuses of 2010 and 2020, with the hukou population of 2020 (assumptions), and the scheme members of 2015. Central
values, growth as published or 7 %; nothing is fitted. The sizes of migration are assumptions, so the bound is wide: natural change is known
within some 0.2 % a year, and net migration of cities of this kind lies within 1 % a year (徐州) and 3 % a year (海宁, a magnet).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from model.setting import Setting
from tests.model.towns import lived, plan_setting, scale_for, total

ROWS = 40_000
CENSUS_2010, CENSUS_2020, HUKOU = 806_966, 1_076_199, 708_038


def haining_2015() -> Setting:
    """海宁 at the end of 2015: residents between the censuses, local people as in 2020, the rest without local hukou."""
    now = plan_setting("haining")
    wanted = (CENSUS_2010 * CENSUS_2020) ** 0.5
    locals_ = now.residents - now.outsiders
    outsiders = np.rint(now.outsiders * (wanted - locals_.sum()) / now.outsiders.sum()).astype(np.int64)
    part = wanted / now.residents.sum()
    people = {name: np.rint(getattr(now.schemes, name) * part).astype(np.int64) for name in ("enterprise", "civil", "pension")}
    members = {name: np.array([count]) for name, count in (("ui", 200_200), ("injury", 273_100))}
    return replace(now, start_year=2016, residents=locals_ + outsiders, outsiders=outsiders, growth=dict.fromkeys(range(2016, 2022), 0.07),
                   college_residents=now.college_residents * part,
                   schemes=replace(now.schemes, **people, **members, hukou_members=524_600))  # fmt: skip


CASES = {
    "徐州 2020 → 2025": (lambda: plan_setting("xuzhou"), 9_083_790, 8_967_100, 0.06),
    "海宁 2015 → 2020": (haining_2015, (CENSUS_2010 * CENSUS_2020) ** 0.5, CENSUS_2020, 0.18),
}


@pytest.mark.parametrize("case", CASES)
def test_residents_after_five_years_are_reported_and_within_what_is_possible(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    made, start, published, bound = CASES[case]
    setting = made()
    city = lived(setting, 60, scale=scale_for(setting, ROWS), thin=True)
    residents = total(city, "residents")
    flows = {name: total(city, name).sum() for name in ("births", "deaths", "arrivals", "returns", "departures", "graduates_came")}
    miss = residents[-1] / published - 1.0
    with capsys.disabled():
        told = ", ".join(f"{name} {count / 1e4:.2f}" for name, count in flows.items())
        print(f"\n{case}: start {start / 1e4:.1f}万, simulated {residents[-1] / 1e4:.1f}万, published {published / 1e4:.1f}万, "
              f"miss {miss:+.1%} ({told}, 万)")  # fmt: skip
    assert np.isfinite(residents).all() and residents[0] == pytest.approx(start, rel=0.02)
    assert abs(miss) < bound
