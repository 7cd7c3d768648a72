"""Closed books: over random legal parameters, towns, plans, scales and policies, what must hold at the end of a month holds.

`City.step` checks its own books and raises `OpenBooks`; `check_month` counts again, by other means, from the rows themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import states as s
from model.blocks import past_legal
from model.books import OpenBooks, imbalances
from model.city import City
from model.controls import CONTROLS
from model.law import Law
from model.parameters import declared_parameters
from model.retirement_age import LATEST
from model.series import MONEY, SERIES
from model.setting import Setting, Shock, small_town
from scenarios.plans_at_hand import plan_ids
from tests.model.towns import USUAL, as_usual, lived, plan_setting, scale_for, total, town

UNCERTAIN = sorted(name for name, p in declared_parameters().items() if p.low < p.high)
SHARE = st.floats(0, 1)
NOT_ROWS = {
    *MONEY, "labour_denominator", "talent_denominator",                                                 # declared
    "firms", "firm_exits", "drive_visits", "insuring_firms", "inspection_visits",                       # firms: rows stand for others
    "complaint_visits", "matching_notices",
    "captured_registrations", "captured_startups", "captured_startup_hires", "professional_certificates",  # the bureau captures a part
    "refunded_staff", "startup_trained", "mass_layoffs", "tertiary_employed", "nonfarm_change",         # expected, shared out, signed
    "disputes", "disputes_dismissal", "disputes_contract", "disputes_arrears", "disputes_injury", "mediation_handled_ytd", "mediated_ytd",
    "arbitration_accepted", "arbitration_open", "arbitration_due_ytd", "arbitration_closed", "arbitration_closed_ytd",
    "arbitration_on_time_ytd", "complaints_closed_ytd", "complaints_on_time_ytd", "requests", "requests_rated_ytd", "good_ratings_ytd",
    "retirees_waiting",                                                                                 # cases at an office, in persons
}  # fmt: skip
"""Series that count something other than rows times weight."""


def drawn_parameters(shares: dict[str, float]) -> dict[str, float]:
    known = declared_parameters()
    return {name: known[name].low + share * (known[name].high - known[name].low) for name, share in shares.items()}


def under(setting: Setting, parameters: dict[str, float], policy: dict[str, float], growth: float, slump: float) -> Setting:
    """The setting with parameters and controls anywhere in their legal ranges, and a slump from the fourth month on."""
    areas = len(setting.areas)
    values = {n: CONTROLS[n].low + share**3 * (CONTROLS[n].high - CONTROLS[n].low) for n, share in policy.items()}
    parts = {n: 1 if CONTROLS[n].split == "none" else areas for n in values}
    return replace(
        setting,
        parameters={**setting.parameters, **drawn_parameters(parameters)},
        controls={n: np.full((1, areas), value / parts[n]) for n, value in values.items()},
        usual_controls=dict(USUAL),
        growth={setting.start_year + i: growth for i in range(3)},
        shocks=(Shock("demand_slump", f"{setting.start_year}-04", 5, slump),) if slump else (),
    )


POLICY = {
    "parameters": st.dictionaries(st.sampled_from(UNCERTAIN), SHARE, max_size=12),
    "policy": st.dictionaries(st.sampled_from(sorted(CONTROLS)), SHARE, max_size=5),
    "growth": st.floats(-0.1, 0.12),
    "slump": st.sampled_from([0.0, 0.0, -0.05, -0.3]),
    "seed": st.integers(0, 2**64),
    "months": st.integers(14, 20),
}


def roster_of(city: City) -> np.ndarray:
    """Ids of everyone on the roster, ascending."""
    people = city.people
    return np.sort(people.id[: people.n][people.state[: people.n] != s.GONE])


def check_month(city: City, before: np.ndarray) -> None:
    """Count again what the books count, and more, from the rows of this month. `before`: ids at the end of last month."""
    p, f = city.people, city.firms
    state, firm, scheme, area = (getattr(p, name)[: p.n] for name in ("state", "firm", "scheme", "area"))
    now = roster_of(city)
    assert np.unique(now).size == now.size, "one row a person"
    came, went = np.setdiff1d(now, before).size, np.setdiff1d(before, now).size
    assert city.rows_in - came == city.rows_out - went >= 0, "who came and went; some do both in a month"
    assert not p.note[: p.n].any(), "notes live for a month"

    employed = state == s.EMPLOYED
    assert ((firm >= 0) == employed).all()
    staff = np.bincount(firm[employed], minlength=f.n)
    assert (staff == f.staff[: f.n]).all()
    assert f.alive[: f.n][staff > 0].all()
    elsewhere = np.zeros(p.n, bool)
    elsewhere[employed] = f.area[firm[employed]] != area[employed]
    assert (elsewhere == (p.marks[: p.n] & s.COMMUTES > 0))[state != s.GONE].all()
    assert (np.flatnonzero(elsewhere) == city.commuters).all()
    assert (city.weight[area[elsewhere]] == city.weight[f.area[firm[elsewhere]]]).all()

    kind, ui, injury = scheme & s.PENSION_KIND, scheme & s.UI > 0, scheme & s.INJURY > 0
    assert (injury | ~ui)[employed].all(), "失业保险 ⊂ 工伤保险"
    assert (ui <= employed | (state == s.UNEMPLOYED)).all(), "others have no unemployment insurance"
    assert (injury <= employed).all()
    public = np.isin(f.ownership[firm], (s.STATE_ORGAN, s.PUBLIC_UNIT)) & employed
    assert (public | (kind != s.CIVIL_SCHEME) | ~employed).all(), "the civil scheme is the state's"
    assert (kind != s.NO_PENSION)[scheme & s.PAYING > 0].all(), "nobody pays into nothing"
    assert (scheme[np.isin(state, (s.CHILD, s.GONE))] == 0).all()
    assert (state[scheme & s.REGISTERED > 0] == s.UNEMPLOYED).all(), "the registered are unemployed"
    check_series(city)


def check_series(city: City) -> None:
    """Identities among this month's counts."""
    now = {name: values[city.month] for name, values in city.series().items()}
    now["staff"] = now["employees"] + now["commuters_in"] - now["commuters_out"]
    parts = ("farm", "employees", "flexible", "owners", "unemployed", "inactive", "retired", "students")
    p = city.people
    rows = np.bincount(p.area[: p.n][p.state[: p.n] == s.CHILD], minlength=city.weight.size) * city.weight
    assert (sum(now[name] for name in parts) + rows == now["residents"]).all()
    assert (now["hukou_holders"] + now["outsiders"] == now["residents"] + now["away"]).all()
    flexible = now["flexible"] + now["roster_exits"] + now["moves_out"]     # who took flexible work this month is there, or has gone since
    reachable = now["hires"] + now["startups"] + flexible
    for part, all_of_them in (
        ("ui", "injury"), ("injury", "staff"), ("registered", "unemployed"), ("job_to_job", "hires"), ("claimants", "unemployed"),
        ("working_age", "residents"), ("college", "residents"), ("helped", "hires"), ("hires", "vacancies"),
        ("first_registrations", "reachable"),
    ):  # fmt: skip
        upper = reachable if all_of_them == "reachable" else now[all_of_them]
        assert (now[part] <= upper).all(), f"{part} ⊂ {all_of_them}"
    whole = {name: now[name] / city.weight for name in SERIES if name not in NOT_ROWS}
    assert all((v == np.rint(v)).all() and (v >= 0).all() for v in whole.values()), "counts are rows times weight"


def live_and_check(city: City, months: int) -> None:
    assert city.people.n >= 5000
    for _ in range(months):
        before, balance = roster_of(city), {fund.prefix: fund.balance for fund in city.funds}
        city.step()
        check_month(city, before)
        for fund in city.funds:
            assert fund.opening == balance[fund.prefix] or city.month == 0
            came, went = (int(total(city, f"{fund.prefix}_{way}_fen")[city.month]) for way in ("income", "outgo"))
            assert fund.balance == fund.opening + came - went
    city.close()


@pytest.mark.slow
@settings(max_examples=150)
@given(
    **POLICY, people=st.integers(5200, 7500), areas=st.integers(1, 4), start=st.integers(2011, 2036), weight=st.sampled_from([1, 1, 2, 5]),
    province=st.sampled_from(["jiangsu", "zhejiang"]), farm=st.floats(0, 0.6), flexible=st.floats(0.02, 0.6), jobless=st.floats(0, 0.2),
    rural=st.floats(0, 1), core=st.lists(st.booleans(), min_size=4, max_size=4),
)  # fmt: skip
def test_books_close_in_any_legal_town(
    people: int, areas: int, start: int, weight: int, province: str, farm: float, flexible: float, jobless: float, rural: float,
    core: list[bool], parameters: dict[str, float], policy: dict[str, float], growth: float, slump: float, seed: int, months: int,
) -> None:  # fmt: skip
    base = small_town(people * weight, areas=areas, start_year=start, province=province)
    base = replace(base, core=tuple(core[:areas]), farm=np.full(areas, farm), flexible=np.full(areas, flexible), unemployment=jobless,
                   rural=np.full(areas, rural))
    setting = under(base, parameters, policy, growth, slump)
    live_and_check(City(setting, rng=seed, scale=weight, thin_everything=True), months)


@pytest.mark.slow
@settings(max_examples=60)
@given(**POLICY, plan=st.sampled_from(plan_ids()), rows=st.integers(6200, 9000))
def test_books_close_in_every_plan(
    plan: str, rows: int, parameters: dict[str, float], policy: dict[str, float], growth: float, slump: float, seed: int, months: int
) -> None:
    setting = under(plan_setting(plan), parameters, policy, growth, slump)
    live_and_check(City(setting, rng=seed, scale=scale_for(setting, rows), thin_everything=True), months)


@settings(max_examples=25)
@given(**{k: POLICY[k] for k in ("parameters", "policy", "seed")}, start=st.sampled_from([2021, 2024, 2025, 2029]))
def test_past_the_legal_age_only_who_agreed_to_go_late_is_in_unemployment_insurance(
    parameters: dict[str, float], policy: dict[str, float], seed: int, start: int
) -> None:
    """弹性延迟: until the agreed month the labour relation and all its insurance go on (人社部发〔2024〕94号); for others they end."""
    city = City(under(small_town(7000, start_year=start), parameters, policy, 0.0, -0.05), rng=seed, scale=1)
    for _ in range(26):
        city.step()
        p = city.people
        past = past_legal(city.month, p.birth[: p.n], p.traits[: p.n], city.legal_ages, city.first_birth)
        late = np.flatnonzero(past & (p.scheme[: p.n] & s.UI > 0))
        agreed = city.lasting_draws("retirement", p.id[late]) >= 1.0 - city.setting.parameter("retire_late_share")
        category = np.where(p.traits[late] & s.FEMALE == 0, 0, np.where(p.traits[late] & s.CADRE > 0, 1, 2))
        born = np.clip(p.birth[late].astype(int) - city.first_birth, 0, city.claim_ages.shape[2] - 1)
        longest = city.claim_ages[LATEST, category, born]
        at_work = (p.state[late] == s.EMPLOYED) | (p.spell[late] == 0)      # who lost the post this month claims in the next
        allowed = agreed & at_work & (city.month - p.birth[late].astype(int) < longest)
        assert allowed.all(), f"{city.period}: {(~allowed).sum()} of {np.count_nonzero(p.scheme[: p.n] & s.UI)} members"
        assert city.period >= "2025-01" or not late.size, "before 2025 nobody could agree to go late"


def test_residents_are_conserved_by_the_published_flows() -> None:
    """Outside July and September (schools and universities) the series alone explain every change of the residents.

    Labour export is off: second and later exports of a person are in no series.
    """
    city = City(town(40_000, 3, parameters={"labour_export": 0.0}), rng=5, scale=1)
    residents = city.stocks[list(city.series()).index("residents")].copy()
    for _ in range(30):
        city.step()
        now = {name: values[city.month] for name, values in city.series().items()}
        explained = now["births"] + now["arrivals"] + now["returns"] - now["deaths"] - now["departures"]
        explained += now["moves_in"] - now["moves_out"]
        if city.calendar_month not in (7, 9):
            assert (now["residents"] - residents == explained).all(), city.period
        residents = now["residents"]


# --- the books themselves ------------------------------------------------------------------------------------------------


def someone(city: City, state: int) -> int:
    return int(np.flatnonzero(city.people.state[: city.people.n] == state)[0])


def loses_employer(city: City) -> None:
    city.people.firm[someone(city, s.EMPLOYED)] = s.NOBODY


def moves_house(city: City) -> None:
    row = someone(city, s.EMPLOYED)
    city.people.area[row] = 1 - city.people.area[row]


def changes_firm(city: City) -> None:
    row = someone(city, s.EMPLOYED)
    mates = np.flatnonzero(city.firms.alive[: city.firms.n] & (city.firms.area[: city.firms.n] == city.people.area[row]))
    city.people.firm[row] = mates[mates != city.people.firm[row]][0]


def vanishes(city: City) -> None:
    city.people.vacate(np.array([someone(city, s.INACTIVE)]))
    city.people.left -= 1


def firm_closes(city: City) -> None:
    city.firms.alive[city.people.firm[someone(city, s.EMPLOYED)]] = False


def draws_too_long(city: City) -> None:
    row = someone(city, s.UNEMPLOYED)
    city.people.scheme[row] |= s.LAID_OFF | s.UI
    city.people.spell[row] = 40


def fund_leaks(city: City) -> None:
    city.unemployment_fund.balance -= 1


def miscounts(city: City) -> None:
    city.table[list(city.series()).index("residents"), city.month, 0] += 1


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        (loses_employer, "employees have employers"), (moves_house, "works in another area"), (changes_firm, "firms' staff"),
        (vanishes, "roster"), (firm_closes, "closed firm"), (draws_too_long, "legal limit"), (fund_leaks, "fund"),
        (miscounts, "partition the residents"),
    ],
)  # fmt: skip
def test_the_books_see_a_fault_and_name_it(fault: Callable[[City], None], named: str) -> None:
    city = lived(town(6000), 3)
    assert imbalances(city) == []
    fault(city)
    assert any(named in line for line in imbalances(city)), imbalances(city)


def test_open_books_stop_the_run_and_name_the_month(monkeypatch: pytest.MonkeyPatch) -> None:
    from model import bureau

    count = bureau.count_heads

    def forgetful(city: City) -> None:
        count(city)
        if city.month == 4:
            miscounts(city)

    monkeypatch.setattr(bureau, "count_heads", forgetful)
    with pytest.raises(OpenBooks, match=r"2021-05: .*partition the residents"):
        lived(as_usual(town(6000)), 9)


def test_benefit_of_shorter_law_ends_earlier() -> None:
    """With the law's limit at 3 months nobody claims for more than 3 months on end, and somebody does for 3."""
    limits = [{"path": f"unemployment.duration_{length}", "from": "2020-01", "value": 3} for length in ("short", "medium", "long")]
    law = Law.standard("jiangsu").amended(limits)
    city = City(town(30_000, law=law, parameters={"matching_efficiency": 0.02}), rng=3, scale=1)
    claims: dict[int, int] = {}
    longest = 0
    for _ in range(18):
        city.step()
        p = city.people
        on = (p.state[: p.n] == s.UNEMPLOYED) & (p.scheme[: p.n] & s.UI > 0) & (p.scheme[: p.n] & s.LAID_OFF > 0)
        claims = {int(i): claims.get(int(i), 0) + 1 for i in p.id[: p.n][on]}
        longest = max([longest, *claims.values()])
    assert longest == 3
