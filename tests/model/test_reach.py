"""What a change can reach: a policy that meets nobody changes nothing, and one more migrant changes those whom a chain links to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from model import market, migration
from model.city import City
from model.luck import hash_ids
from model.setting import Setting
from tests.model.towns import as_usual, at_rest, differing, lived, lives, town, unequal


def without_schools(setting: Setting) -> Setting:
    """No students of the city, no natives who study elsewhere and no candidates: nobody graduates."""
    return replace(setting, university=0).with_parameters(
        outside_candidates_ratio=0.0, college_entry_share=0.0, native_local_study_share=0.0, school_share_16_17=0.0
    )


NO_ONE_TO_REACH: Mapping[str, tuple[str, float, Callable[[Setting], Setting]]] = {
    "a drive where every firm is full": ("enrolment_drive_small", 1.0, lambda a: a.with_parameters(drive_full_odds=-99.0)),
    "a drive at large firms where there are none": (
        "enrolment_drive_large", 1.0,
        lambda a: replace(a.with_parameters(usual_unfilled_posts=0.0), firms=4000, flexible=np.full(2, 0.8)),
    ),
    "a subsidy of which nobody who works alone would make use": (
        "flexible_insurance_subsidy", 0.6, lambda a: replace(a, schemes=replace(a.schemes, enterprise=a.schemes.enterprise * 0)),
    ),
    "training places that nobody takes": ("training_places", 5000.0, lambda a: a.with_parameters(training_take_up=0.0)),
    "posts without public units": (
        "hard_to_employ_posts", 300.0, lambda a: replace(a, schemes=replace(a.schemes, civil=a.schemes.civil * 0)),
    ),
    "a placement service where nobody farms": ("rural_transfer_service", 500.0, lambda a: replace(a, farm=a.farm * 0)),
    "a living subsidy where nobody graduates": ("graduate_living_subsidy_bachelor", 3000.0, without_schools),
    "campus tours where nobody graduates": ("campus_tours", 300.0, without_schools),
    "apartments where nobody graduates": ("talent_apartments", 1e5, without_schools),
    "fairs that help nobody": ("recruitment_fairs", 900.0, lambda a: a.with_parameters(fair_effect=0.0)),
    "loans that nobody needs": ("startup_loans", 9e8, lambda a: a.with_parameters(startup_loan_effect=0.0)),
    "courses for founders that teach nothing": ("startup_training", 900.0, lambda a: a.with_parameters(startup_training_effect=0.0)),
}  # fmt: skip
DELIVERED = {"courses for founders that teach nothing": ["startup_trained"]}
"""What a policy itself counts as given out, though it changes nobody: seats in the courses are taken, whatever is taught there."""


@pytest.mark.parametrize("case", list(NO_ONE_TO_REACH))
def test_a_policy_that_reaches_nobody_changes_nothing(case: str) -> None:
    control, value, change = NO_ONE_TO_REACH[case]
    setting = change(as_usual(town(9000)))
    without, with_it = lived(setting, 20), lived(at_rest(setting, **{control: value}), 20)
    assert unequal(without, with_it) == DELIVERED.get(case, [])
    assert differing(lives(without), lives(with_it)) == set()


AREAS = {"enrolment_drive_small": 1.0, "training_places": 900.0, "hard_to_employ_posts": 200.0, "rural_transfer_service": 300.0,
         "flexible_insurance_subsidy": 0.6}  # fmt: skip


@pytest.mark.parametrize("control", list(AREAS))
def test_a_policy_of_one_area_begins_there(control: str) -> None:
    """In its first month a policy of the second area changes nobody in the first."""
    setting = as_usual(town(12_000))
    values = np.array([[0.0, AREAS[control]]])
    without = lived(at_rest(setting, **{control: 0.0}), 1)
    with_it = lived(replace(setting, controls={**setting.controls, control: values}), 1)
    a, b = lives(without), lives(with_it)
    changed = differing(a, b)
    assert changed, "somebody is reached"
    assert {int(b.loc[np.uint64(i), "area"]) for i in changed} == {1}


@pytest.mark.parametrize(
    ("control", "value"),
    [("enrolment_drive_small", 1.0), ("enrolment_drive_mid", 1.0), ("enrolment_drive_large", 1.0), ("flexible_insurance_subsidy", 0.66)],
)
def test_an_insurance_lever_does_not_change_who_is_hired_in_its_first_month(control: str, value: float) -> None:
    setting = as_usual(town(40_000))
    without, with_it = lived(setting, 1), lived(at_rest(setting, **{control: value}), 1)
    a, b = lives(without), lives(with_it)
    assert differing(a, b, ["state", "employer", "area", "traits", "birth", "spell"]) == set()
    assert differing(a, b, ["scheme"]), "somebody's insurance changed"
    assert {"hires", "quits", "layoffs", "vacancies", "seekers", "departures"}.isdisjoint(unequal(without, with_it))


# --- one more migrant -----------------------------------------------------------------------------------------------------

ARRIVAL = 4


@dataclass
class Watched:
    """A city whose searches are seen: the block in which each person looked this month, and the firms that there are."""

    city: City
    looked: dict[int, int] = field(default_factory=dict)

    def step(self, monkeypatch: pytest.MonkeyPatch, one_more: bool) -> None:
        self.looked.clear()
        choose, come = market.blocks_to_look_in, migration.newcomers

        def seen(city: City, rows: np.ndarray) -> np.ndarray:
            blocks = choose(city, rows)
            self.looked.update(zip(map(int, city.people.id[rows]), map(int, blocks), strict=True))
            return blocks

        def and_another(counts: np.ndarray, month: int, key: np.uint64, chances: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            who, where = come(counts, month, key, chances)
            if one_more and month == ARRIVAL:
                extra = np.uint64(hash_ids(np.uint64(0xBEEF), np.uint64(month), np.uint64(0)))
                last = int((where == 0).sum())
                who, where = np.insert(who, last, extra), np.insert(where, last, 0)
            return who, where

        with monkeypatch.context() as patch:
            patch.setattr(market, "blocks_to_look_in", seen)
            patch.setattr(migration, "newcomers", and_another)
            self.city.step()

    def blocks_of_firms(self) -> dict[int, int]:
        """Block (area × sector) of every open firm, by the firm's id."""
        f, k = self.city.firms, len(self.city.sector_names)
        open_now = np.flatnonzero(f.alive[: f.n])
        return {int(f.id[r]): int(f.area[r]) * k + int(f.sector[r]) for r in open_now}


def isolated_areas() -> Setting:
    """Twelve small areas and no channel that ties all of an area or of the city together: no jobs that follow the labour force, no wage
    offers and no farm workers that feel the tightness of the city's market, and no flexible work at the start, so that it has no number of
    places that one takes from another (model/gig.py)."""
    return town(30_000, 12, flexible=np.zeros(12), parameters={
        "demand_response": 0.0, "migration_elasticity": 0.0, "local_leave_elasticity": 0.0, "taste_market": 0.0, "area_move_rate": 0.0,
        "wage_response": 0.0, "transfer_tightness": 0.0})  # fmt: skip


def blocks_touched(people: set[int], before: tuple, now: tuple, firms: dict[int, int]) -> set[int]:
    """Blocks of the firms of these people, last month and this, in either city."""
    out = set()
    for roster in (*before, *now):
        here = roster.index.intersection(np.array(sorted(people), np.uint64))
        out |= {firms[int(e)] for e in roster.loc[here, "employer"] if int(e) in firms}
    return out


def looking_elsewhere(one: Watched, other: Watched) -> set[int]:
    """Who looked in another block, or in one of the cities only."""
    return {i for i in one.looked.keys() | other.looked.keys() if one.looked.get(i) != other.looked.get(i)}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_one_more_migrant_changes_nobody_but_those_linked_to_the_migrant(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Followed month by month: whoever differs for the first time shares a block, an employer or a mother with one who differed before."""
    usual, more = (Watched(City(isolated_areas(), rng=seed, scale=1)) for _ in range(2))
    changed: set[int] = set()
    touched: set[int] = set()
    firms: dict[int, int] = {}
    before = (lives(usual.city), lives(more.city))
    for month in range(ARRIVAL + 9):
        usual.step(monkeypatch, False)
        more.step(monkeypatch, True)
        now = (lives(usual.city), lives(more.city))
        firms |= usual.blocks_of_firms() | more.blocks_of_firms()
        different = differing(*now)
        new = different - changed
        if month < ARRIVAL:
            assert not different
        elif month == ARRIVAL:
            migrant = int(hash_ids(np.uint64(0xBEEF), np.uint64(month), np.uint64(0)))
            assert different == {migrant}, "in the month of arrival nobody else is changed"
            assert not looking_elsewhere(usual, more)
        else:
            touched |= {b for w in (usual, more) for i, b in w.looked.items() if i in changed}
            touched |= blocks_touched(changed, before, now, firms)
            opened = usual.blocks_of_firms().keys() ^ more.blocks_of_firms().keys()
            touched |= {firms[f] for f in opened}
            for person in sorted(looking_elsewhere(usual, more) - changed):  # the colleagues of those laid off look around
                linked = blocks_touched({person}, before, before, firms) & touched
                assert linked, f"person {person} looks elsewhere in month {month} without a link"
                touched |= {w.looked[person] for w in (usual, more) if person in w.looked}
            unlinked = new - born_of(changed, now, usual.city.month)
            for person in sorted(unlinked):
                links = blocks_touched({person}, before, now, firms)
                links |= {w.looked[person] for w in (usual, more) if person in w.looked}
                assert links & touched, f"person {person} differs in month {month} without a link"
            touched |= blocks_touched(new, before, now, firms)
            if month == ARRIVAL + 1:
                searched = {more.looked[i] for i in changed if i in more.looked}
                assert touched >= searched
                assert len(touched) <= 3, "one month on, only where the migrant looked"
        changed |= different
        before = now
    assert len(touched) < 12 * 5, "the test could not tell a chain from everybody"


def born_of(mothers: set[int], now: tuple, month: int) -> set[int]:
    """Ids of children whom these persons could have borne in this month."""
    return {int(hash_ids(np.uint64(m), np.uint64(month), np.uint64(1))) for m in mothers}


def test_the_migrant_does_change_others_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the test above is not passed by a city in which nothing is linked at all."""
    reached = 0
    for seed in (1, 2, 3):
        usual, more = (Watched(City(isolated_areas(), rng=seed, scale=1)) for _ in range(2))
        for _ in range(ARRIVAL + 9):
            usual.step(monkeypatch, False)
            more.step(monkeypatch, True)
        reached += len(differing(lives(usual.city), lives(more.city)))
    assert reached > 6


def test_the_jobs_that_follow_the_labour_force_stay_in_the_migrants_area_at_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """With demand response, the month after arrival changes nobody outside the area of arrival."""
    setting = town(30_000, 12, parameters={"demand_response": 1.0})
    usual, more = (Watched(City(setting, rng=4, scale=1)) for _ in range(2))
    for _ in range(ARRIVAL + 2):
        usual.step(monkeypatch, False)
        more.step(monkeypatch, True)
    a, b = lives(usual.city), lives(more.city)
    for person in differing(a, b):
        where = [int(x.loc[np.uint64(person), "area"]) for x in (a, b) if np.uint64(person) in x.index]
        assert set(where) == {0}
