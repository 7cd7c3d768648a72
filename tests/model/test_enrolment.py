"""Which staff firms insure: the drive 扩面, bundles by worker, sites and the old; gross and net of the insured. Paired by luck."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import enrolment, sites
from model import states as s
from model.books import OpenBooks, close
from model.city import City
from model.coverage import EXITS, covered
from model.drive import BANDS
from model.membership import payment
from model.setting import Setting
from tests.model.towns import at_rest, lived, small_town, total, town

YEARS = 5
SEEDS = (1, 2)
PEOPLE = 12_000
FIRMS_YEARS = {"large": 2021, "mid": 2022, "small": 2023}       # 专栏5 of the 徐州 plan


def driven(years: dict[str, int], intensity: float = 1.0) -> Setting:
    """The town whose firms of a size are visited in one year each."""
    setting = town(PEOPLE)
    months = 2021 + np.arange(12 * YEARS) // 12
    controls = {
        f"enrolment_drive_{band}": np.repeat(np.where(months == years.get(band, 0), intensity, 0.0)[:, None], 2, axis=1) for band in BANDS
    }
    return replace(setting, controls=controls)


@cache
def story(*years: tuple[str, int], intensity: float = 1.0, months: int = 12 * YEARS) -> dict[str, np.ndarray]:
    """Series of the town, added up over the seeds."""
    runs = [lived(driven(dict(years), intensity), months, rng=seed) for seed in SEEDS]
    return {name: sum(city.series()[name].sum(axis=1) for city in runs) for name in runs[0].series()}


def planned() -> dict[str, np.ndarray]:
    return story(*FIRMS_YEARS.items())


def yearly(series: np.ndarray) -> np.ndarray:
    return series.reshape(-1, 12).sum(axis=1)


def test_without_the_drive_fewer_are_insured_in_2025() -> None:
    none, drive = story(), planned()
    for members in ("insured_by_firms", "ui", "injury", "pension_employee_active"):
        assert none[members][-1] < drive[members][-1], members
    assert none["drive_visits"].sum() == none["drive_enrolled_small"].sum() == 0


def test_a_drive_a_year_earlier_insures_more_in_2022_and_fades() -> None:
    usual, early = planned(), story(("large", 2021), ("mid", 2021), ("small", 2022))
    gain = (early["insured_by_firms"] - usual["insured_by_firms"])[11::12]
    assert gain[1] > 0
    assert gain[4] < 0.5 * gain[1]


def test_part_of_what_the_drive_brings_is_lost_again() -> None:
    gain = (planned()["insured_by_firms"] - story()["insured_by_firms"])[11::12]
    assert 0 < gain[4] < gain[2]
    assert planned()["insured_dropped"].sum() > story()["insured_dropped"].sum()


def test_twice_the_visits_bring_less_than_twice_the_insured() -> None:
    """Those who leave out most are visited first: each visit more finds fewer. Per visit, since a list of suspects that grows in the year
    makes visits a little more than proportional to intensity."""
    gains, each = [], []
    for intensity in (0.25, 0.5, 1.0):
        drive = story(("mid", 2021), ("small", 2021), intensity=intensity, months=12)
        gains.append(sum(drive[f"drive_enrolled_{band}"].sum() for band in BANDS))
        each.append(gains[-1] / drive["drive_visits"].sum())
    assert 0 < gains[0] < gains[1] < gains[2]
    assert each[0] > each[1] > each[2] > 0


def test_the_drive_enrols_in_the_size_class_of_the_year() -> None:
    drive = planned()
    for band, year in FIRMS_YEARS.items():
        enrolled = yearly(drive[f"drive_enrolled_{band}"])
        assert enrolled[year - 2021] > 0, band
        assert enrolled.sum() == enrolled[year - 2021], band


def test_the_headcount_grows_most_in_firms_of_that_size() -> None:
    def share(city: City, band: int) -> float:
        f, p = city.firms, city.people
        real = f.staff[: f.n] * f.thin[: f.n]
        at = (p.state[: p.n] == s.EMPLOYED) & (((real >= 10).astype(int) + (real > 50))[p.firm[: p.n]] == band)
        at &= f.ownership[p.firm[: p.n]] < s.STATE_ORGAN
        return float((p.scheme[: p.n][at] & s.UI > 0).mean())

    one_area = town(40_000, areas=1)                # the largest firms have a fiftieth of the area's jobs
    for band, name in enumerate(BANDS):
        visited, usual = (lived(at_rest(one_area, **{f"enrolment_drive_{name}": x}), 12) for x in (1.0, 0.0))
        gains = [share(visited, k) - share(usual, k) for k in range(3)]
        assert np.argmax(gains) == band and gains[band] > 0.05, (name, gains)


def test_a_firm_is_visited_once_a_year_and_all_suspects_by_december() -> None:
    city = City(driven({"small": 2021}), rng=3)
    visits: dict[int, int] = {}
    for _ in range(12):
        city.step()
        for f in np.flatnonzero(city.firms.visits[: city.firms.n] & s.VISITED_NOW):
            visits[int(city.firms.id[f])] = visits.get(int(city.firms.id[f]), 0) + 1
    assert set(visits.values()) == {1}
    assert len(visits) == total(city, "drive_visits").sum(), "every row is one firm here"
    f = city.firms
    suspected = enrolment.firm_odds(city) + city.enrolment_level[f.area[: f.n]] < city.setting.parameter("drive_full_odds")
    left = suspected & f.alive[: f.n] & (f.ownership[: f.n] < s.STATE_ORGAN) & (f.staff[: f.n] > 0) & (f.staff[: f.n] < 10)
    left &= f.visits[: f.n] & s.VISITED_THIS_YEAR == 0
    assert left.sum() < 0.1 * len(visits), "a twelfth a month, fractions by draw"


def test_net_change_is_gross_entries_less_exits() -> None:
    for drive in (planned(), story()):
        entries = drive["insured_first"] + drive["insured_again"]
        exits = sum(drive[name] for name in EXITS)
        assert (np.diff(drive["insured_by_firms"]) == (entries - exits)[1:]).all()
        assert (sum(drive[f"drive_enrolled_{band}"] for band in BANDS) <= entries).all(), "who is enrolled at a visit comes in"
        assert all(drive[name].sum() > 0 for name in ("insured_first", "insured_again", *EXITS))


def test_the_books_see_an_entry_that_is_not_booked() -> None:
    city = lived(town(5_000), 1)
    city.people.marks[np.flatnonzero(city.people.marks[: city.people.n] & s.COVERED)[0]] &= s.EVERY_MARK - s.COVERED
    with pytest.raises(OpenBooks, match="insured by firms"):
        city.step()
    close(lived(town(5_000), 1))


def covered_staff(city: City) -> np.ndarray:
    return covered.py_func(city.people.state[: city.people.n], city.people.scheme[: city.people.n])


@pytest.fixture(scope="module")
def dear() -> City:
    return City(town(20_000, parameters={"premium_response": 0.09}), rng=1)


def test_bases_bunch_at_the_floor(dear: City) -> None:
    """The share declared at the floor, and everyone whose wage lies below it, stand on it; nobody stands below."""
    p = dear.people
    base = p.base[: p.n][covered_staff(dear)]
    floor, ceiling = dear.law_value("bases.floor"), dear.law_value("bases.ceiling")
    at_floor = (base == floor).mean()
    assert dear.setting.parameter("floor_declared_share") < at_floor < 0.95
    assert base.min() == floor and base.max() <= ceiling
    next_to_it = ((base > floor) & (base <= floor + 100)).mean()
    assert at_floor > 5 * next_to_it
    wages = 10.0 * p.wage[: p.n][covered_staff(dear)]
    assert 0.5 < base.mean() / np.maximum(wages, floor).mean() < 0.95, "premiums paid are .55-.80 of the statutory ones (Zhao 2018)"


def test_the_low_paid_are_dear_to_insure(dear: City) -> None:
    """Within firms of a size, locals whose wage lies under the floor are insured less often than others; no response, no difference."""

    def gap(city: City) -> float:
        p, f = city.people, city.firms
        at = np.flatnonzero((p.state[: p.n] == s.EMPLOYED) & (p.traits[: p.n] & s.OUTSIDER == 0))
        at = at[f.ownership[p.firm[at]] < s.STATE_ORGAN]
        low = enrolment.premiums(city, at) > city.usual_premium
        odds = enrolment.firm_odds(city)[p.firm[at]]
        similar = np.abs(odds - np.median(odds)) < 1.0
        ui = p.scheme[at] & s.UI > 0
        return float(ui[similar & ~low].mean() - ui[similar & low].mean())

    assert gap(dear) > 0.08, "about 8 points of the rate × .09 log-odds, several thousand persons"
    assert gap(City(town(20_000, parameters={"premium_response": 0.0}), rng=1)) < gap(dear) - 0.05


def test_a_higher_floor_insures_nobody_more(dear: City) -> None:
    higher = lived(at_rest(dear.setting, contribution_floor_change=0.3), 1)
    usual = lived(at_rest(dear.setting, contribution_floor_change=0.0), 1)
    assert (usual.people.id[: usual.people.n] == higher.people.id[: higher.people.n]).all()
    before, after = covered_staff(usual), covered_staff(higher)
    assert (before & ~after).sum() > 0
    assert not (after & ~before).any()


def test_coverage_rises_with_the_size_of_the_firm() -> None:
    city = City(town(20_000), rng=1)
    p, f = city.people, city.firms
    at = np.flatnonzero(p.state[: p.n] == s.EMPLOYED)
    at = at[f.ownership[p.firm[at]] < s.STATE_ORGAN]
    size = np.searchsorted([10, 50, 300], (f.staff * f.thin)[p.firm[at]], side="right")
    shares = [(p.scheme[at][size == k] & s.UI > 0).mean() for k in range(3)]
    assert shares[0] < shares[1] < shares[2]
    outsider = p.traits[at] & s.OUTSIDER > 0
    assert (p.scheme[at][outsider] & s.UI > 0).mean() < (p.scheme[at][~outsider] & s.UI > 0).mean()


@pytest.mark.parametrize(("share", "some"), [(0.0, False), (1.0, True)])
def test_the_old_may_have_injury_insurance_alone(share: float, some: bool) -> None:
    city = lived(town(8_000, parameters={"over_age_injury": share, "project_injury_share": 0.0}), 13)
    p = city.people
    months = city.month - p.birth[: p.n].astype(int)
    old = (p.state[: p.n] == s.EMPLOYED) & (months >= 12 * 61) & (city.firms.ownership[p.firm[: p.n]] < s.STATE_ORGAN)
    hired_old = old & (p.scheme[: p.n] & s.PENSION_KIND < s.EMPLOYEE_SCHEME)
    assert (p.scheme[: p.n][hired_old] & s.INJURY > 0).any() == some
    assert not (p.scheme[: p.n][hired_old] & s.UI).any()


def test_workers_of_a_site_are_insured_by_project_and_its_rest_shows_in_injury_insurance_only() -> None:
    """January to March against the December before: the sites of 2023 rest in January and February (New Year's Day 22 January)."""
    setting = town(20_000, parameters={"site_rest": 1.0, "project_injury_share": 0.9, "festival_exit_share": 0.0})
    setting = replace(setting, start_year=2023)
    city, dips = City(setting, rng=1), {}
    p = city.people
    insured = sites.insured_sites(city)
    at = (p.state[: p.n] == s.EMPLOYED) & np.isin(p.firm[: p.n], insured)
    assert at.sum() > 50 and (p.scheme[: p.n][at] & s.INJURY > 0).all()
    assert np.isin(insured, sites.construction(city)).all()
    december = {name: city.stock(name).sum() for name in ("injury", "ui")}
    city.run_for(4)
    for name, before in december.items():
        dips[name] = total(city, name) / before
    assert dips["injury"][0] < dips["ui"][0] - 0.02, "at rest in January"
    assert dips["injury"][3] > dips["injury"][0] + 0.02, "back in April"


def test_cities_before_2015_have_no_insurance_by_project() -> None:
    city = City(replace(small_town(4_000, start_year=2011)), rng=1)
    assert (city.project_share == 0).all()
    assert not (city.firms.visits[: city.firms.n] & s.SITE).any()


@given(st.floats(0.0, 1.0), st.floats(0.0, 0.2))
def test_lapses_and_returns_leave_the_paying_share_where_it_is(share: float, lapse: float) -> None:
    new, behind, kept = payment(share, lapse)
    assert new == share
    assert 0.0 <= behind <= 1.0 + 1e-12 and 0.0 <= kept <= 1.0
    assert share * kept + (1.0 - share) * behind == pytest.approx(share, abs=1e-9)


def test_who_pays_alone_lapses_and_comes_back() -> None:
    """Voluntary payers of one year who still belong the next: most pay on, some lapse; of those behind some come back."""
    setting = town(20_000, parameters={"voluntary_lapse": 0.018})
    city = lived(setting, 12)
    wait = lambda: (city.people.state[: city.people.n] == s.FLEXIBLE) & (city.people.spell[: city.people.n] > 12)  # noqa: E731
    pays = lambda: city.people.scheme[: city.people.n] & s.PAYING > 0  # noqa: E731
    kind = lambda: city.people.scheme[: city.people.n] & s.PENSION_KIND  # noqa: E731
    first, payers, kinds, ids = wait(), pays().copy(), kind().copy(), city.people.id[: city.people.n].copy()
    city.run_for(12)
    n = ids.size
    same = first & wait()[:n] & (city.people.id[:n] == ids) & (kinds == kind()[:n]) & (kinds > 0)
    lapse = 1 - (1 - 0.018) ** 12
    left = 1 - pays()[:n][same & payers].mean()
    assert left == pytest.approx(min(lapse, 1 / city.voluntary_payment - 1), abs=4 * 0.5 / np.sqrt((same & payers).sum()))
    assert pays()[:n][same & ~payers].mean() > 0
    assert left < 0.5 * (1 - city.voluntary_payment) + 0.25, "lapses are not drawn anew each year"
