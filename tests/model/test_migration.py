"""Migration: by the date of the festival, by demand, between areas, and into local hukou; persons are conserved."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from model import relocation
from model import states as s
from model.city import City
from model.luck import hash_ids
from model.setting import Setting
from model.spring_festival import exits
from tests.model.towns import as_usual, at_rest, differing, lived, lives, total, town, unequal

Series = dict[str, np.ndarray]


def base(start_year: int = 2021) -> Setting:
    return replace(as_usual(town(24_000)), start_year=start_year)


@cache
def as_it_is() -> City:
    return lived(base(), 36)


def test_outsiders_go_home_before_the_festival_whenever_it_is() -> None:
    """2022-25: 1 February, 22 January, 10 February, 29 January. Departures of a month follow the days of the thirty before it."""
    parameters = {"graduate_leave_rate": 0.0, "outsider_leave_rate": 0.0, "local_leave_rate": 0.0, "outsider_return_rate": 0.1}
    city = lived(base(2022).with_parameters(**parameters), 37)
    gone, stock = total(city, "departures"), total(city, "outsiders")
    share = np.array([exits(2022 + m // 12, m % 12 + 1) for m in range(37)])
    expected = 0.1 * (0.8 * share + 0.2 / 12) * np.concatenate([stock[:1], stock[:-1]])
    assert share[11] > 0.25 and share[23] == 0, "an early festival reaches into December, a late one does not"
    sure = share > 0.2
    assert gone[sure].sum() == pytest.approx(0.74 * expected[sure].sum(), rel=0.12)  # children, students and pensioners stay
    assert gone[sure].min() > 3 * gone[share == 0].max()


def test_injury_insured_outsiders_leave_before_the_festival_and_arrivals_follow_it() -> None:
    """Emergent on micro-data: exits from insured work by month, 22 January 2023 and 10 February 2024.

    Direction of the published January dips of injury headcounts (-2.5 to -3.1 %, 2013-2020); some 600 outsiders, exits of 2 % in a usual
    month and nearly 6 % before a festival: a standard error of one point there and of .6 after it.
    """
    city = City(replace(as_usual(town(80_000)), start_year=2022), rng=1, scale=1)
    people, exposed, left = city.people, [], []
    for _ in range(27):
        n = people.n
        insured = (people.traits[:n] & s.OUTSIDER > 0) & (people.scheme[:n] & s.INJURY > 0) & (people.state[:n] == s.EMPLOYED)
        rows = np.flatnonzero(insured)
        ids, firms = people.id[rows].copy(), people.firm[rows].copy()
        city.step()
        still = (people.id[rows] == ids) & (people.state[rows] == s.EMPLOYED) & (people.firm[rows] == firms)
        exposed.append(rows.size)
        left.append(1.0 - still.mean())
    usual = np.mean(left[15:23])
    assert min(exposed) > 550
    assert left[12] > 1.8 * usual and left[13] < 0.6 * left[12], "January 2023, and over in February"
    assert left[24] > 1.8 * usual, "most of January 2024 lies before the festival"
    came = total(city, "arrivals")
    assert came[13] > 1.3 * came[18] and came[13] > 2 * came[12] and came[26] > came[25] > came[24]


def test_hukou_holders_stay_when_there_is_work() -> None:
    """With local demand above its start the elastic leave less, below it more: same luck, same unemployed, one elasticity changed."""
    gone = {}
    for growth in (0.15, -0.15):
        for elasticity in (0.0, 2.0):
            setting = base().with_parameters(local_leave_rate=0.02, local_leave_elasticity=elasticity)
            gone[growth, elasticity] = total(lived(replace(setting, growth=dict.fromkeys(range(2021, 2024), growth)), 24), "departures")
    assert gone[0.15, 2.0].sum() < gone[0.15, 0.0].sum() and gone[-0.15, 2.0].sum() > gone[-0.15, 0.0].sum()


def test_arrivals_are_of_the_ages_sexes_and_schooling_declared() -> None:
    setting = base().with_parameters(outsider_return_rate=0.1, arrival_renewal=1.2)
    before = set(lives(City(setting, rng=1, scale=1)).index)
    setting = setting.with_parameters(outsider_return_rate=0.0, outsider_leave_rate=0.0, graduate_leave_rate=0.0)
    city = City(setting, rng=1, scale=1)
    city.usual_arrivals = np.full(2, 400.0)
    city.run_for(6)
    people = city.people
    n, known = people.n, np.array(sorted(before), np.uint64)
    at_work = (people.state[:n] > s.STUDENT) & (people.traits[:n] & s.OUTSIDER > 0)
    new = np.flatnonzero(at_work & ~np.isin(people.id[:n], known))
    age = people.age(city.month)[new]
    error = lambda share: 4 * np.sqrt(share * (1 - share) / new.size)  # noqa: E731
    assert new.size > 150 and age.min() >= 16 and age.max() <= 60
    assert abs((people.traits[new] & s.FEMALE > 0).mean() - 0.36) < error(0.36)
    assert abs((people.traits[new] & s.RURAL > 0).mean() - 0.66) < error(0.66)
    assert abs((people.schooling[new] & s.SCHOOLING >= s.JUNIOR_COLLEGE).mean() - 0.158) < error(0.158)
    assert abs((age <= 30).mean() - 0.45) < error(0.45)


def test_young_graduates_stay_the_longer_with_work_hukou_and_time() -> None:
    city = City(base(), rng=1, scale=1)
    city._turn_page()
    from model.migration import leaving_of_the_young

    table = leaving_of_the_young(city)[0].astype(float)
    assert (table[1] > table[0]).all() and (table[:, 0] > table[:, 1]).all() and (np.diff(table, axis=2) < 0).all()


# --- moves between areas -------------------------------------------------------------------------------------------------


def test_moves_between_areas_conserve_the_city_and_balance_without_growth() -> None:
    setting = base().with_parameters(area_move_rate=0.08)
    city = lived(setting, 24)
    out, come = city.series()["moves_out"], city.series()["moves_in"]
    assert out.sum() > 40 and (out.sum(axis=1) == come.sum(axis=1)).all()
    drift = np.abs(come.sum(axis=0) - out.sum(axis=0))
    assert (drift < 4 * np.sqrt(out.sum())).all()


@pytest.mark.parametrize("size", [3, 20])
def test_rows_of_unequal_weight_become_each_other(size: int) -> None:
    """Area 0 stands for `size` persons a row, area 1 for one: every moving row of the first becomes `size`, whole groups return."""
    setting = town(12_000).with_parameters(area_move_rate=0.0)
    city = City(setting, rng=1, scale=1)
    city.run_for(1)
    city.weight = np.array([float(size), 1.0])
    city._turn_page()
    people = city.people
    heavy, light = (np.flatnonzero((people.state[: people.n] == s.UNEMPLOYED) & (people.area[: people.n] == a))[:50] for a in (0, 1))
    moving = np.sort(np.concatenate([heavy[:7], light[:45]]))
    people.note[moving] = s.MOVING
    rows = lambda: city.rows_by_area(people.state[: people.n] != s.GONE) @ city.weight  # noqa: E731
    before = rows()
    relocation.relocate(city, moving)
    assert rows() == before
    moved = city.table[:, city.month]
    from model.series import S

    assert moved[S.moves_out].tolist() == moved[S.moves_in][::-1].tolist() == [7 * size, 45 // size * size]
    ids = people.id[: people.n][people.state[: people.n] != s.GONE]
    assert np.unique(ids).size == ids.size


def test_all_pairs_of_areas_at_once_are_as_each_pair_by_itself() -> None:
    """Areas of 20, 5, 5 and 1 persons a row, and a store that has to grow: person by person what a plain walk over the pairs tells."""
    city = City(town(12_000, 4).with_parameters(area_move_rate=0.0), rng=2, scale=1)
    city.run_for(1)
    city.weight = weight = np.array([20.0, 5.0, 5.0, 1.0])
    city._turn_page()
    people, n, month = city.people, city.people.n, np.uint64(city.month)
    moving = np.flatnonzero((people.state[:n] == s.UNEMPLOYED) | (people.state[:n] == s.FLEXIBLE))[::2]
    people.course[moving[::3]] |= s.IN_STOCK
    people.note[moving] = s.MOVING
    to = relocation.destinations(moving, people.id, people.area, relocation.shares(city), city.key("which area"))
    told = people.select(lambda p: p.state != s.GONE)
    were = {row.id: {c.name: getattr(row, c.name) for c in people.columns} for row in told}
    draws = dict(zip(people.id[moving].tolist(), city.draws("who moves", people.id[moving]).tolist(), strict=True))
    pairs: dict[tuple[int, int], list[int]] = {}
    for person, a, b in zip(people.id[moving].tolist(), people.area[moving].tolist(), to.tolist(), strict=True):
        were[person]["note"] = s.QUIET
        pairs.setdefault((a, b), []).append(person)
    assert len(pairs) == 12 and min(len(group) for group in pairs.values()) > 20
    for (a, b), group in sorted(pairs.items()):
        several, one = int(weight[a] // weight[b]), int(weight[b] // weight[a])     # 1, 1 between areas alike
        whole = sorted(group, key=lambda person: draws[person])[: len(group) // one * one] if one else group
        for j, person in enumerate(whole):
            if one and j % one:
                del were[person]
                continue
            were[person]["area"] = b
            for k in range(several - 1):
                twin = int(hash_ids(relocation.TWIN_STREAM ^ np.uint64(person), month, np.uint64(k)))
                were[twin] = were[person] | {"id": twin, "course": were[person]["course"] & (s.MONTHS_LEFT + s.KIND),
                                             "marks": were[person]["marks"] & (s.EVERY_MARK - s.COVERED)}
    relocation.relocate(city, moving)
    assert people.n > n
    told = people.select(lambda p: p.state != s.GONE)
    assert {row.id: {c.name: getattr(row, c.name) for c in people.columns} for row in told} == were
    assert len(told) == len(were)


def test_a_city_of_one_area_has_no_moves() -> None:
    city = lived(town(6000, 1, parameters={"area_move_rate": 0.5}), 6)
    assert city.series()["moves_out"].sum() == 0


# --- 落户 ---------------------------------------------------------------------------------------------------------------


def test_settling_moves_a_person_from_outsider_to_hukou_holder_and_conserves_residents() -> None:
    setting = base().with_parameters(hukou_take_up=0.3)
    city = City(setting, rng=1, scale=1)
    city.run_for(12)
    before = lives(city)
    city.step()
    after = lives(city)
    both = before.index.intersection(after.index)
    were, are = (x.loc[both, "traits"].to_numpy() & s.OUTSIDER > 0 for x in (before, after))
    assert not (are & ~were).any(), "nobody becomes an outsider"
    settled = were & ~are
    assert settled.sum() == total(city, "settled")[-1] > 0
    assert (after.loc[both, "area"].to_numpy()[settled] == before.loc[both, "area"].to_numpy()[settled]).all()
    flows = {name: total(city, name)[-1] for name in ("births", "deaths", "settled")}
    assert total(city, "hukou_holders")[-1] - total(city, "hukou_holders")[-2] >= flows["settled"] - flows["deaths"]


def test_an_easier_threshold_settles_more_and_the_usual_one_changes_nothing() -> None:
    usual = as_it_is()
    assert unequal(usual, lived(at_rest(base(), hukou_months=12.0, hukou_months_graduates=12.0), 36)) == []
    counts = [total(lived(at_rest(base(), hukou_months=m, hukou_months_graduates=m), 36), "settled").sum() for m in (0.0, 36.0)]
    assert counts[0] > total(usual, "settled").sum() > counts[1]


def test_easier_settling_of_graduates_reaches_those_with_college_only() -> None:
    a, b = (lived(at_rest(base().with_parameters(hukou_take_up=0.3), hukou_months_graduates=m), 3) for m in (120.0, 0.0))
    changed = differing(lives(a), lives(b), ["traits"])
    assert changed
    who = np.isin(b.people.id[: b.people.n], np.array(sorted(changed), np.uint64))
    assert (b.people.schooling[: b.people.n][who] & s.SCHOOLING >= s.JUNIOR_COLLEGE).all()
