"""Accounts and funds of a living city: premiums to the fen, benefit months, floors, relief, refunds; books over any law."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import states as s
from model.accounts import benefit, rules
from model.books import imbalances
from model.city import City
from model.law import Law
from model.premiums import CEILING, FLOOR
from model.setting import Setting
from model.unemployment import claim_months, claim_rules
from tests.model.towns import town

JIANGSU, ZHEJIANG = (Law.standard(province) for province in ("jiangsu", "zhejiang"))


def starting(year: int, people: int = 6_000, law: Law = JIANGSU, **parameters: float) -> Setting:
    return replace(town(people, parameters=parameters), start_year=year, law=law, province=law.province)


def lived(setting: Setting, months: int, seed: int = 1) -> City:
    city = City(setting, rng=seed, scale=1)
    for _ in range(months):
        city.step()
    return city


@pytest.fixture(scope="module")
def city() -> City:
    """A town in the fourteenth month from January 2021."""
    return lived(starting(2021, 12_000), 14)


def total(city: City, name: str) -> float:
    return float(city.series()[name][city.month].sum())


# --- worked cases ---


@pytest.mark.parametrize(
    ("paid", "months"), [(0, 0), (11, 0), (12, 12), (59, 12), (60, 18), (119, 18), (120, 24), (400, 24), (s.CLAIMED | 70, 18)]
)
def test_benefit_months(city: City, paid: int, months: int) -> None:
    """社会保险法 45-46: from one paid year on, 12, 18 and 24 months."""
    assert claim_months(paid, claim_rules(city)) == months


@pytest.mark.parametrize(
    ("base", "paid", "fen"),
    [
        (3368, 24, 151_560),  # 45 % of the floor of 2020; Nantong's mean benefit in 2020 was 1,574 yuan
        (3368, 130, 168_400),  # 50 % from ten years on
        (3368, 250, 185_240),  # 55 % would be 1,852.40: above the minimum wage of class 2 (1,830), so capped below
        (9000, 24, 183_000),
    ],
)
def test_jiangsu_benefit_of_2021(base: int, paid: int, fen: int) -> None:
    now = rules(lived(starting(2021), 1))
    cap = 183_000
    assert benefit(base, paid, now.whole) == min(fen, cap)


@pytest.mark.parametrize(("law", "year", "floor", "ceiling"), [(JIANGSU, 2024, 4879, 24396), (JIANGSU, 2025, 4952, 24762),
                                                               (ZHEJIANG, 2025, 4986, 25299)])  # fmt: skip
def test_bases_lie_between_the_floor_and_ceiling_of_the_date(law: Law, year: int, floor: int, ceiling: int) -> None:
    """苏人社发〔2025〕33号, 浙人社发〔2025〕52号; declared bases bunch at the floor."""
    here = lived(starting(year, law=law), 2)
    now = rules(here)
    assert (now.whole[FLOOR], now.whole[CEILING]) == (floor, ceiling)
    p, n = here.people, here.people.n
    payers = (p.scheme[:n] & s.PAYING > 0) & (p.scheme[:n] & s.PENSION_KIND >= s.EMPLOYEE_SCHEME) & (p.state[:n] != s.RETIRED)
    bases = p.base[:n][payers]
    assert bases.min() == floor and bases.max() <= ceiling
    assert 0.3 < (bases == floor).mean() < 0.9


@pytest.mark.parametrize(
    ("year", "months", "small", "large"), [(2020, 1, 10_000, 10_000), (2020, 3, 0, 5_000), (2020, 8, 0, 10_000), (2021, 1, 10_000, 10_000)]
)
def test_the_relief_of_2020(year: int, months: int, small: int, large: int) -> None:
    """人社部发〔2020〕11号 and 49号: small firms owe nothing from February to December, large ones half to June, the state all."""
    firms = lived(starting(year, 20_000), months).firms
    alive, public = firms.alive[: firms.n], firms.ownership[: firms.n] >= s.STATE_ORGAN
    big = firms.large[: firms.n]
    assert set(firms.due[: firms.n][alive & ~public & ~big]) == {small}
    assert set(firms.due[: firms.n][alive & ~public & big]) <= {large}
    assert set(firms.due[: firms.n][alive & public]) == {10_000}


@pytest.mark.parametrize(
    ("risk", "step", "rate"),
    [(1, 0, 200), (2, 0, 400), (4, 0, 900), (8, 0, 1900), (1, 1, 240), (1, 2, 300), (4, -1, 720), (4, -2, 450), (6, 1, 1560), (8, 2, 2850)],
)
def test_injury_rates_by_class_and_step(risk: int, step: int, rate: int) -> None:
    """人社部发〔2015〕71号: classes .2 … 1.9 %; class 1 floats to 120 and 150 %, classes 2-8 to 50, 80, 120 and 150 %. In 2026 the staged
    cut is over."""
    here = City(starting(2026), rng=1, scale=1)
    here.firms.risk[: here.firms.n], here.firms.float_step[: here.firms.n] = risk, step
    here.step()
    alive = here.firms.alive[: here.firms.n] & (here.firms.founded[: here.firms.n] < 0)
    assert set(here.firms.injury_rate[: here.firms.n][alive]) == {rate}


@pytest.mark.parametrize(("year", "share"), [(2021, (0.3, 0.6)), (2022, (0.5, 0.9)), (2023, (0.3, 0.6))])
def test_refunds_are_the_legal_share_of_last_years_premiums(year: int, share: tuple[float, float]) -> None:
    """稳岗返还 30 and 60 %, in 2022 50 and 90 %: where every firm is eligible the refund lies between the shares of private premiums."""
    law = JIANGSU.amended([{"path": f"unemployment.{p}", "from": "2020-01", "value": v} for p, v in (
        ("refund_layoff_limit", 1.0), ("refund_layoff_limit_tiny", 1.0), ("refund_paid_months", 0))])  # fmt: skip
    here = lived(starting(year, 12_000, law=law), 9)
    first = here.series()["ui_premium_fen"][:9].sum() * 12 / 9
    paid = here.series()["ui_refund_fen"][8].sum()
    assert share[0] * 0.6 < paid / first <= share[1]
    assert here.series()["ui_refund_fen"][:8].sum() == 0
    strict = JIANGSU.amended([{"path": f"unemployment.{p}", "from": "2020-01", "value": 0} for p in (
        "refund_layoff_limit", "refund_layoff_limit_tiny")])  # fmt: skip
    assert lived(starting(year, law=strict), 9).series()["ui_refund_fen"].sum() < paid


# --- what is kept ---


def test_what_persons_paid_is_what_the_funds_booked(city: City) -> None:
    """Premiums recomputed from the rows, person by person, in whole fen."""
    p, f, n = city.people, city.firms, city.people.n
    kind, card, state = p.scheme[:n] & s.PENSION_KIND, p.scheme[:n], p.state[:n]
    yuan, firm = p.base[:n].astype(np.int64), p.firm[:n]
    at_work = state == s.EMPLOYED
    due, rate = np.where(at_work, f.due[firm], 0).astype(np.int64), np.where(at_work, f.injury_rate[firm], 0).astype(np.int64)
    member = (kind == s.EMPLOYEE_SCHEME) & (card & s.PAYING > 0) & ~np.isin(state, (s.RETIRED, s.GONE))
    alone = member & ~(at_work & (card & s.INJURY > 0))
    law = {name: round(city.law_value(path) * 10_000) for name, path in (
        ("er", "pension.employer_rate"), ("ee", "pension.employee_rate"), ("flex", "pension.flexible_rate"),
        ("own", "pension.flexible_account_rate"), ("uer", "unemployment.employer_rate"),
        ("uee", "unemployment.employee_rate"))}  # fmt: skip
    pool = np.where(alone, yuan * (law["flex"] - law["own"]) // 100, yuan * law["er"] // 100 * due // 10_000)[member].sum()
    own = np.where(alone, yuan * law["own"] // 100, yuan * law["ee"] // 100)[member].sum()
    ui = (yuan * law["uer"] // 100 * due // 10_000 + yuan * law["uee"] // 100)[at_work & (card & s.UI > 0)].sum()
    injury = (yuan * rate // 1000)[at_work & (card & s.INJURY > 0)].sum()
    names = ("pension_pool_income", "pension_account_income", "ui_premium", "injury_premium")
    assert [total(city, f"{name}_fen") for name in names] == [pool, own, ui, injury]
    drawing = (state == s.RETIRED) & (kind == s.EMPLOYEE_SCHEME)
    assert total(city, "pension_pool_outgo_fen") == 100 * yuan[drawing].sum()
    assert total(city, "pension_account_outgo_fen") == p.account[:n][drawing].sum()
    claiming = (state == s.UNEMPLOYED) & (card & s.UI > 0) & (card & s.LAID_OFF > 0)
    now = rules(city)
    claims = zip(yuan[claiming], p.ui_paid[:n][claiming], strict=True)
    benefits = sum(benefit(int(b), int(m) & (s.CLAIMED - 1), now.whole) for b, m in claims)
    assert total(city, "ui_benefit_fen") == benefits


def test_facts_of_the_first_year(city: City) -> None:
    """Premiums per insured against the nation: 832 yuan a year in 2025 and 802 in 2024 at floors a quarter above those of 2021, 627 in 2021
    where many cities' floors are lower; ± 30 % for a made-up town. Payers a pensioner: 2.65 in the nation (2021); the paid base lies
    between .55 and .8 of the true payroll (Zhao 2018), wide by .1 because the town's wages are made up."""
    per_insured = city.series()["ui_premium_fen"][:12].sum() / 100 / city.series()["ui"][:12].mean(axis=0).sum()
    assert 440 < per_insured < 815
    p, n = city.people, city.people.n
    staff = (p.state[:n] == s.EMPLOYED) & (p.scheme[:n] & s.UI > 0)
    assert 0.45 < p.base[:n][staff].sum() / (10.0 * p.wage[:n][staff].sum()) < 0.95
    assert 1.5 < total(city, "pension_employee_active") / total(city, "pensioners") < 5.0


def test_paid_months_grow_by_payment_alone(city: City) -> None:
    before = {int(i): int(m) for i, m in zip(city.people.id[: city.people.n], city.people.paid[: city.people.n], strict=True)}
    city.step()
    p, n = city.people, city.people.n
    grown = np.array([int(m) - before.get(int(i), 0) for i, m in zip(p.id[:n], p.paid[:n], strict=True)])
    known = np.array([int(i) in before for i in p.id[:n]]) & ~np.isin(p.state[:n], (s.RETIRED, s.GONE))
    paying = (p.scheme[:n] & s.PAYING > 0) & (p.scheme[:n] & s.PENSION_KIND >= s.EMPLOYEE_SCHEME)
    assert set(grown[known & paying]) == {1}
    assert set(grown[known & ~paying]) <= {0} | {-m for m in before.values()}


# --- directions ---


@pytest.mark.parametrize(
    ("control", "value", "series", "sign"),
    [
        ("contribution_rate_cut", 0.03, "pension_pool_income_fen", -1),
        ("contribution_rate_cut", 0.03, "ui", 1),
        ("contribution_floor_change", -0.2, "declared_base_fen", -1),
        ("ui_rate_cut", 0.003, "ui_premium_fen", -1),
        ("ui_benefit_share", 1.0, "ui_benefit_fen", 1),
        ("resident_match", 300.0, "resident_matched_fen", 1),
        ("resident_base_topup", 50.0, "resident_base_outgo_fen", 1),
        ("retention_refund", 0.3, "ui_refund_fen", 1),
        ("injury_rate_cut", 0.5, "injury_premium_fen", -1),
    ],
)
def test_levers_move_what_they_should(control: str, value: float, series: str, sign: int) -> None:
    usual = starting(2021, 8_000)
    moved = replace(usual, controls={control: np.full((1, len(usual.areas)), value)})
    one, other = (lived(setting, 13).series()[series].sum() for setting in (usual, moved))
    assert (other - one) * sign > 0


def test_minimum_years_and_rates_of_a_reform_hold_from_their_date() -> None:
    law = JIANGSU.amended([{"path": "pension.employer_rate", "from": "2021-07", "value": 0.08}])
    usual, reformed = (lived(starting(2021, law=x), 8) for x in (JIANGSU, law))
    one, other = (c.series()["pension_pool_income_fen"].sum(axis=1) for c in (usual, reformed))
    assert (one[:6] == other[:6]).all() and (other[6:] < one[6:]).all()


# --- books over any law ---

MONEY_PATHS = ["pension.employer_rate", "pension.employee_rate", "pension.flexible_rate", "unemployment.employer_rate",
               "unemployment.employee_rate", "bases.floor", "bases.ceiling", "pension.minimum_months", "pension.adjustment",
               "unemployment.minimum_paid_months", "unemployment.duration_short", "unemployment.duration_long", "resident.base_pension",
               "retirement.men_age", "retirement.women_workers_age", "retirement.residents_age", "retirement.early_longest",
               "retirement.men_full_delay", "relief.waived_small", "injury.rate_class_4", "pension.benefit_base",
               "unemployment.refund_share_small", "resident.tier_low"]  # fmt: skip
WIDE = {"bases.floor": 60_000, "bases.ceiling": 60_000, "pension.minimum_months": 300, "unemployment.minimum_paid_months": 60,
        "unemployment.duration_short": 40, "unemployment.duration_long": 60, "resident.base_pension": 2_000, "retirement.early_longest": 60,
        "retirement.men_full_delay": 100, "pension.benefit_base": 30_000, "resident.tier_low": 5_000}  # fmt: skip


@settings(max_examples=10)
@given(
    st.dictionaries(st.sampled_from(MONEY_PATHS), st.floats(0, 1), min_size=1, max_size=6), st.integers(2012, 2034), st.integers(0, 2**32),
    st.sampled_from(["jiangsu", "zhejiang"]), st.integers(0, 8),
)  # fmt: skip
def test_funds_close_to_the_fen_under_any_law(shares: dict[str, float], start: int, seed: int, province: str, later: int) -> None:
    """`City.step` raises when an account does not close; here lines and areas are counted again, and nobody has two pensions."""
    law = Law.standard(province)
    reforms = []
    for path, share in shares.items():
        rule = law.rules[path]
        low, high = rule.low, min(rule.high, WIDE.get(path, 1.0 if rule.unit in ("share", "times") else rule.high))
        value = low + share * (high - low)
        reforms.append({"path": path, "from": f"{start}-{later + 1:02d}", "value": round(value) if rule.unit == "months" else value})
    here = City(starting(start, 5_200, law=law.amended(reforms)), rng=seed, scale=1)
    balance = dict.fromkeys(("pension", "resident", "ui", "injury"), None)
    for _ in range(13):
        here.step()
        assert not imbalances(here)
        for fund in here.funds:
            assert balance[fund.prefix] in (None, fund.opening)
            balance[fund.prefix] = fund.balance
            assert sum(fund.lines.values()) == fund.income - fund.outgo
            assert int(fund.by_area.sum()) == fund.balance
    p, n = here.people, here.people.n
    draws = p.resident_years[:n] & s.DRAWS_RESIDENT > 0
    alive = p.state[:n] != s.GONE
    assert not (draws & alive & (p.scheme[:n] & s.PENSION_KIND != s.RESIDENT_SCHEME)).any(), "one pension each"
    assert not (draws & alive & (p.state[:n] == s.RETIRED)).any()
    here.close()
