"""What a month counts or looks up in one go is what counting one by one finds: firms, start-ups, notes, keys, ages within reach."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pytest

from model import sectors, sites
from model import states as s
from model.arithmetic import logistic, logistic_of, power, power_of
from model.city import City
from model.demography import in_reach
from model.drive import BANDS, suspect, visit
from model.enrolment import firm_odds, odds_by_size
from model.incubators import HOSTED_UNTIL, young_startups
from model.injury import jobs_by_class
from model.luck import decision_key
from model.retirement_age import EARLY, STATUTORY
from model.separations import with_note
from model.series import S
from model.spring_festival import AFTER, AT_HOME, BEFORE, NEW_YEAR, SITES_REST, share
from model.workplaces import at_firms
from tests.model.towns import as_usual, at_rest, town


@pytest.fixture(scope="module")
def city() -> Iterator[City]:
    lived = City(as_usual(town(8_000)), rng=5, scale=1)
    lived.run_for(14)
    yield lived
    lived.close()


def test_one_pass_over_firms_finds_what_three_would(city: City) -> None:
    f, n, areas = city.firms, city.firms.n, len(city.weight)
    alive = np.flatnonzero(f.alive[:n])
    where, heads = f.area[alive], f.staff[alive] * city.weight[f.area[alive]]
    secondary = sectors.secondary(city.sector_names)
    firms, staff, tertiary = at_firms(n, f.alive, f.area, f.sector, f.staff, f.thin, city.weight, secondary)
    assert firms.tobytes() == np.bincount(where, city.weight[where] / f.thin[alive], areas).tobytes()
    assert staff.tobytes() == np.bincount(where, heads, areas).tobytes()
    assert tertiary.tobytes() == np.bincount(where, heads * ~secondary[f.sector[alive]], areas).tobytes()
    assert (city.table[S.firms, city.month] == firms).all() and 0 < tertiary.sum() < staff.sum()


def test_staff_by_class_of_risk_and_log_odds_of_insuring_are_those_of_each_firm(city: City) -> None:
    f, n = city.firms, city.firms.n
    jobs = np.zeros(9)
    jobs_by_class(n, f.risk, f.staff, f.thin, jobs)
    real = f.staff[:n] * f.thin[:n]
    assert jobs.tobytes() == np.bincount(f.risk[:n], real, 9).tobytes() and jobs.sum() == real.sum() > 0
    size = np.searchsorted([10, 50, 300], real, side="right")
    assert (firm_odds(city) == f.taste[:n] + odds_by_size(city)[size] + f.drive[:n]).all() and set(size) >= {0, 1, 2}


def test_young_startups_and_sites_are_picked_as_a_mask_would(city: City) -> None:
    f, n = city.firms, city.firms.n
    young = f.alive[:n] & (f.origin[:n] & s.STARTUP > 0) & (city.month - f.founded[:n].astype(int) <= HOSTED_UNTIL)
    found = young_startups(n, city.month, f.alive, f.origin, f.founded)
    assert (found == np.flatnonzero(young)).all() and found.size > 0
    builds = f.alive[:n] & (f.sector[:n] == city.sector_names.index("construction")) & (f.ownership[:n] < s.STATE_ORGAN)
    assert (sites.construction(city) == np.flatnonzero(builds)).all() and builds.any()


def test_public_employers_stay_those_of_the_start(city: City) -> None:
    f = city.firms
    now = np.flatnonzero((f.ownership[: f.n] >= s.STATE_ORGAN) & f.alive[: f.n])
    assert (city.public_employers == now).all() and now.size > 0


def test_those_with_a_note_keep_their_order(city: City) -> None:
    city.people.note[city.busy[::3]] = s.SEARCHING
    city.people.note[city.busy[1::3]] = s.FOUNDING
    notes = city.people.note[city.busy]
    for one, other in ((s.SEARCHING, s.SEARCHING), (s.SEARCHING, s.FOUNDING), (s.FOUNDING, s.FOUNDING)):
        assert (with_note(city, one, other) == city.busy[(notes == one) | (notes == other)]).all()
    city.people.note[city.busy] = s.QUIET


def test_keys_asked_for_together_are_the_keys_of_each(city: City) -> None:
    names = ("queue", "post", "separate")
    keys = city.keys(*names)
    assert keys.dtype == np.uint64 and keys.tolist() == [int(decision_key(city.luck, name, city.month)) for name in names]


def test_powers_and_shares_of_arrays_are_those_of_each_number() -> None:
    x = np.array([0.25, 0.7, 1.0, 1.3, 40.0])
    assert power_of(x, -1.7).tolist() == [power(one, -1.7) for one in x.tolist()]
    assert logistic_of(np.log(x)).tolist() == [logistic(one) for one in np.log(x).tolist()]


@pytest.mark.parametrize("month", [0, 7, 48, 59, 140])
def test_months_of_birth_within_reach_are_the_last_that_have_passed_an_age(city: City, month: int) -> None:
    now, city.month = city.month, month
    found, city.month = in_reach(city), now
    ages = city.claim_ages[[EARLY, STATUTORY]]
    for row, of_way in zip(found[1:], ages, strict=True):
        for last, of_category in zip(row, of_way, strict=True):
            past = [born for born in range(ages.shape[2]) if month - city.first_birth - born >= of_category[born]]
            assert last == city.first_birth + (past[-1] if past else -1)


@pytest.mark.parametrize("window", [BEFORE, AFTER, AT_HOME, SITES_REST])
def test_the_share_of_a_window_in_a_month_is_its_count_of_days(window: tuple[int, int]) -> None:
    first, last = window
    for year in (2020, 2021, 2024, 2025):
        days = [NEW_YEAR[y] + timedelta(days=k) for y in (year, year + 1) for k in range(first, last + 1)]
        for month in range(1, 13):
            inside = [day for day in days if (day.year, day.month) == (year, month)]
            assert share(year, month, first, last) == len(inside) / (last - first + 1)
    assert date(2025, 1, 29) == NEW_YEAR[2025]


def test_a_visit_takes_the_first_of_the_race_in_each_area_and_band(city: City) -> None:
    """Against the race told area by area and band by band: firms in the order of their times while the month's places last."""
    f, n, by_size = city.firms, city.firms.n, odds_by_size(city)
    city.setting = at_rest(city.setting, enrolment_drive_small=0.9, enrolment_drive_mid=0.6, enrolment_drive_large=0.3)
    share = np.array([city.setting.control(f"enrolment_drive_{band}", city.month) for band in BANDS]).T.copy()
    f.visits[:n] = 0
    running, times, listed = suspect(n, f.id, f.area, f.alive, f.ownership, f.staff, f.thin, f.drive, f.visits, f.taste, by_size,
                           city.enrolment_level, city.weight, share, city.setting.parameter("drive_full_odds"), city.yearly("visit order"))
    time = np.full(n, np.inf)
    time[running] = times
    luck = city.draws_uniform("visits", np.arange(share.size, dtype=np.uint64)).reshape(share.shape)
    real, expected = f.staff[:n] * f.thin[:n], []
    for a in range(share.shape[0]):
        for k, (least, most) in enumerate(((0, 9), (10, 50), (51, 10**9))):
            waiting = np.flatnonzero((f.area[:n] == a) & (real >= least) & (real <= most) & np.isfinite(time))
            places, ahead = share[a, k] / 12 * listed[a, k], 0.0
            for row in sorted(waiting, key=lambda row: (time[row], f.id[row])):
                behind = city.weight[a] / f.thin[row]
                if ahead + luck[a, k] * behind < places:
                    expected.append(row)
                ahead += behind
    before = city.table[S.drive_visits, city.month].sum()
    visit(city, by_size)
    assert np.flatnonzero(f.visits[:n] & s.VISITED_NOW).tolist() == sorted(expected) and len(expected) > 3
    assert f.review[:n][expected].all()
    assert city.table[S.drive_visits, city.month].sum() - before == (city.weight[f.area[expected]] / f.thin[expected]).sum()
