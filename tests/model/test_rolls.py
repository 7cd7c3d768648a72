"""The rolls of the monthly count: every code tells one kind of person, and stocks read from codes are those counted person by person."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import rolls
from model import states as s
from model.blocks import BATCH
from model.city import City
from model.series import S
from model.talent_account import NEVER, TalentAccount
from tests.model.towns import as_usual, lived, town

AREAS = 3
ACCOUNTS = {"usual": TalentAccount(1.0), "everyone": TalentAccount(1.0, NEVER, NEVER, s.JUNIOR_COLLEGE, everyone=True)}


def persons(seed: int, n: int) -> dict[str, np.ndarray]:
    """Columns of n persons at random, also of kinds that no city has."""
    draw = np.random.default_rng(seed)
    whole = lambda top: draw.integers(0, top, n).astype(np.uint8)  # noqa: E731
    birth = (5 - draw.choice([0, 191, 192, 299, 300, 479, 480, 719, 720, 1300, *range(0, 1200, 37)], n)).astype(np.int16)
    state = whole(11)
    scheme = np.where(state == s.GONE, 0, whole(256)).astype(np.uint8)          # what a vacant row keeps of its person is not this
    return {"birth": birth, "traits": whole(256), "area": whole(AREAS), "state": state, "scheme": scheme, "card": whole(4),
            "years": whole(256), "schooling": whole(256), "skill": ((whole(8) << s.WAIT_SHIFT) | (whole(4) << s.TITLE_SHIFT) | whole(6))}


def stocks_of(found: dict[str, np.ndarray], account: TalentAccount) -> np.ndarray:
    book = rolls.Rolls(1, AREAS)
    enter_in(book, found)
    return read_from(book, account, found)


def enter_in(book: rolls.Rolls, found: dict[str, np.ndarray]) -> None:
    n = found["birth"].size
    book.reach(n)
    rolls.enter(book.entered[0], 0, n, book.places, rolls.room_to_count(), np.empty(BATCH, np.uint64), 5, *found.values())


def read_from(book: rolls.Rolls, account: TalentAccount, found: dict[str, np.ndarray]) -> np.ndarray:
    out = np.zeros((rolls.ENTRIES, AREAS), np.int64)
    rolls.read(book.entered, *rolls.memberships(tuple(account.rule.tolist())), out)
    assert book.entered.sum() == 3 * found["birth"].size, "each person is entered once in each roll"
    return out


def one_by_one(p: dict[str, int]) -> set[int]:
    """Some stocks of one person, told with branches, as an official would tell them."""
    if p["state"] == s.GONE:
        return set()
    months, kind, here = 5 - p["birth"], p["scheme"] & s.PENSION_KIND, p["state"] != s.AWAY
    found = {S.residents} if here else {S.away}
    local = not p["traits"] & s.OUTSIDER
    found |= {S.hukou_holders} if local else ({S.outsiders} if here else set())
    if local and months >= 192 and p["state"] != s.STUDENT:
        found |= {S.hukou_statutory} | ({S.pension_hukou_members} if kind else set())
    if here and 192 <= months < 720:
        found.add(S.working_age)
    if p["card"] & s.CARD:
        found.add(S.card_holders)
    if p["card"] & s.E_CARD:
        found |= {S.ecard_holders} | ({S.ecard_residents} if here else set())
    draws = p["years"] & s.DRAWS_RESIDENT
    if draws and kind == s.RESIDENT_SCHEME:
        found.add(S.pensioners_resident)
    elif p["state"] == s.RETIRED:
        found.add(S.pensioners if kind == s.EMPLOYEE_SCHEME else S.pensioners_civil)
    elif kind and not draws:
        found.add({s.RESIDENT_SCHEME: S.pension_resident_active, s.EMPLOYEE_SCHEME: S.pension_employee_active,
                   s.CIVIL_SCHEME: S.pension_civil_active}[kind])
        found |= {S.pension_paid} if p["scheme"] & s.PAYING else set()
    if p["state"] == s.EMPLOYED:
        found |= {series for bit, series in ((s.UI, S.ui), (s.INJURY, S.injury)) if p["scheme"] & bit}
    if p["state"] == s.UNEMPLOYED:
        found |= {S.registered} if p["scheme"] & s.REGISTERED else set()
        found |= {S.claimants} if p["scheme"] & s.LAID_OFF and p["scheme"] & s.UI else set()
    scope = s.FARM <= p["state"] <= s.INACTIVE and 192 <= months < 720
    grade, title, level = p["skill"] & s.GRADE, (p["skill"] & s.TITLE) >> s.TITLE_SHIFT, p["schooling"] & s.SCHOOLING
    found |= {S.college} if here and level >= s.JUNIOR_COLLEGE else set()
    if scope and grade >= s.SENIOR_WORKER:
        found |= {S.high_skilled} | ({S.technicians} if grade >= s.TECHNICIAN else set())
    if scope and grade and title:
        found.add(S.skilled_professional)
    if scope and s.MIDDLE_WORKER <= grade < s.SENIOR_TECHNICIAN and not p["skill"] & s.WAIT and s.EMPLOYED <= p["state"] <= s.UNEMPLOYED:
        found.add(S.grade_ready)
    if scope and (grade >= s.SENIOR_WORKER or title or level >= s.JUNIOR_COLLEGE or p["schooling"] & s.OTHER_TALENT):
        found.add(S.talent)
    return found


TOLD = (S.residents, S.away, S.hukou_holders, S.outsiders, S.hukou_statutory, S.pension_hukou_members, S.working_age, S.card_holders,
        S.ecard_holders, S.ecard_residents, S.pensioners_resident, S.pensioners, S.pensioners_civil, S.pension_resident_active,
        S.pension_employee_active, S.pension_civil_active, S.pension_paid, S.ui, S.injury, S.registered, S.claimants, S.college,
        S.high_skilled, S.technicians, S.skilled_professional, S.grade_ready, S.talent)  # fmt: skip


@settings(max_examples=12)
@given(st.integers(0, 2**32), st.integers(1, BATCH))
def test_stocks_of_codes_are_those_told_one_by_one(seed: int, n: int) -> None:
    found = persons(seed, n)
    wanted = np.zeros((rolls.ENTRIES, AREAS), np.int64)
    for j in range(n):
        one = {name: int(column[j]) for name, column in found.items()}
        for series in one_by_one(one):
            wanted[series, one["area"]] += 1
    out = stocks_of(found, ACCOUNTS["usual"])
    apart = [series for series in TOLD if not np.array_equal(out[series], wanted[series])]
    assert not apart


@settings(max_examples=12)
@given(st.integers(0, 2**32), st.integers(1, 2000), st.floats(0, 1))
def test_rolls_brought_up_to_date_are_rolls_entered_anew(seed: int, n: int, share: float) -> None:
    before, after = persons(seed, n), persons(seed + 1, n)
    changed = np.random.default_rng(seed).random(n) < share
    after = {name: np.where(changed, after[name], before[name]) for name in after}
    book = rolls.Rolls(1, AREAS)
    for found in (before, after):
        enter_in(book, found)
    account = ACCOUNTS["usual"]
    assert np.array_equal(read_from(book, account, after), stocks_of(after, account))


def test_rows_that_come_later_stand_nowhere_before() -> None:
    book, few, many = rolls.Rolls(1, AREAS), persons(3, 40), persons(3, 900)
    for found in (few, many):
        enter_in(book, found)
    assert np.array_equal(read_from(book, ACCOUNTS["usual"], many), stocks_of(many, ACCOUNTS["usual"]))


def test_an_account_of_everyone_counts_pensioners_and_students() -> None:
    found = persons(1, BATCH)
    here = (found["state"] != s.GONE) & (found["state"] != s.AWAY)
    counted = here & ((found["schooling"] & s.SCHOOLING >= s.JUNIOR_COLLEGE) | (found["schooling"] & s.OTHER_TALENT > 0))
    assert stocks_of(found, ACCOUNTS["everyone"])[S.talent].sum() == counted.sum()
    assert stocks_of(found, ACCOUNTS["usual"])[S.talent].sum() < counted.sum()


def test_groups_of_cards_are_all_residents() -> None:
    out = stocks_of(persons(2, BATCH), ACCOUNTS["usual"])
    assert np.array_equal(out[rolls.RESIDENTS_BY_GROUP: rolls.E_CARDS_BY_GROUP].sum(axis=0), out[S.residents])
    assert np.array_equal(out[rolls.E_CARDS_BY_GROUP:].sum(axis=0), out[S.ecard_residents])


@pytest.fixture(scope="module")
def city() -> City:
    return lived(as_usual(town(5000)), 3)


def test_vacant_rows_and_notes_are_closed(city: City) -> None:
    people, n = city.people, city.people.n
    assert not people.note[:n].any()
    assert not people.course[:n][people.state[:n] == s.GONE].any()
    assert (people.state[:n] == s.GONE).any()
