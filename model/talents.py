"""Small populations at 1:1 whatever the scale of the city: postdocs, high-level talent 高层次人才, returnees 留学回国, doctors 博士
and masters 硕士 from elsewhere.

They are few, so one row is one person, also where a row of People is twenty. Each works at an employer of the city, a public institution
or a firm of `talent_employer_staff` real staff and more, as one of its staff and not beside it; when the employer closes, the person
leaves the city. Lists of candidates by kind, area and month exist in every scenario; a candidate comes if the draw is below flow ÷ list.

    postdocs      base flow · (1 + postdoc_grant_effect · Δ station grant in 100,000 yuan) + postdocs_per_station · stations built
                  in station for 24 to 36 months, then stay with Λ(postdoc_stay + postdoc_settle_effect · settling grant in 100,000 yuan)
    high level    opening stock · high_level_arrival + high_level_share_moved · programme money ÷ high_level_package; postdocs who stay
    returnees     returnees_per_million residents · demand index^migration_elasticity
    doctors, masters   in July, the city's candidates of the degree, by the choice of `graduates`

All but postdocs leave with `talent_leave_rate` a year. Conserved: stock = opening + entered + stayed on − left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import states as s
from model.arithmetic import exp, exp_of, logistic_of, power_of
from model.columns import Column, ColumnStore
from model.compiler import lent
from model.location import LOWEST, OUTSIDE, utility
from model.luck import decision_key, draw64, uniform
from model.market import sort_into
from model.rulings import while_rules_hold
from model.school import list_ids

if TYPE_CHECKING:
    from model.city import City

POSTDOC, HIGH_LEVEL, RETURNEE, DOCTOR, MASTER = range(5)
KINDS = ("postdocs", "high_level", "returnees", "doctors", "masters")
COMING = tuple(f"{kind} come" for kind in KINDS[: DOCTOR])      # of whom there are lists every month
STREAM = np.arange(0xD0, 0xD0 + len(KINDS), dtype=np.uint64)
LISTED = 3                      # candidates for each one who comes in a usual year: a list long enough for tripled flows (a convention)
SHORTEST, LONGEST = 24, 36      # months in a station 博士后在站时间 (national rule: two to three years)
Floats = NDArray[np.float64]


class Talents(ColumnStore):
    """Persons of the small populations, one row each; a row whose kind is GONE is vacant."""

    columns = (
        Column("id", np.uint64, "permanent name", "talents"),
        Column("kind", np.uint8, "0 postdoc in station, 1 high-level, 2 returnee, 3 doctor, 4 master, 255 left", "talents"),
        Column("area", np.uint8, "position of the area of the employer", "talents"),
        Column("since", np.int16, "month of arrival, or of becoming what the person is", "talents"),
        Column("firm", np.int32, "row of the employer in Firms", "talents"),
    )


GONE = 255
KEPT = tuple(f"{kind}_{what}" for kind in KINDS for what in ("in", "stock", "out"))
COUNTED = (*KEPT, "postdocs_ever_stock")
"""Series of the small populations: who came or became one, who is here, who left or became another; and all postdocs that ever came."""


@njit(cache=True)
def employers_of(n, area, alive, ownership, staff, thin, least, areas):  # type: ignore[no-untyped-def]
    """Rows of the open public institutions, and of open firms of `least` real staff or more, area after area: those of area a stand from
    first[a] to first[a + 1]. Returns (rows, first), int64."""
    able, where, k = np.empty(n, np.int64), np.empty(n, np.int64), 0
    for f in range(n):
        able[k], where[k] = f, area[f]
        k += alive[f] and (ownership[f] == s.PUBLIC_UNIT or staff[f] * thin[f] >= least)
    order, first = sort_into(where[:k], areas)
    return able[order], first


@njit(cache=True)
def count_kinds(n, kind, area, areas):  # type: ignore[no-untyped-def]
    """Persons by kind and area, float64 (kinds, areas); those who have left are none."""
    out = np.zeros((len(KINDS), areas))
    for i in range(n):
        if kind[i] != GONE:
            out[kind[i], area[i]] += 1.0
    return out


@lent
def leave(n, month, identity, kind, area, since, firm, alive, stays, rate, key, key_length, out, came):  # type: ignore[no-untyped-def]
    """Who leaves this month, and whose station ends: postdocs then stay on as high-level talent with probability `stays` (by area). out,
    came: those who are no longer what they were, and those who have become something, by kind and area."""
    for i in range(n):
        was = kind[i]
        if was == GONE:
            continue
        u, becomes = uniform(draw64(key, identity[i])), was
        if not alive[firm[i]]:
            becomes = GONE
        elif was != POSTDOC:
            becomes = GONE if u < rate else was
        elif month - np.int64(since[i]) >= SHORTEST + np.int64(uniform(draw64(key_length, identity[i])) * (LONGEST - SHORTEST + 1)):
            becomes = HIGH_LEVEL if u < stays[area[i]] else GONE
        if becomes == was:
            continue
        out[was, area[i]] += 1.0
        kind[i] = becomes
        if becomes == HIGH_LEVEL:
            since[i] = month
            came[HIGH_LEVEL, area[i]] += 1.0


@njit(cache=True)
def enter_row(i, who, where, what, month, employers, first, key, identity, kind, area, since, firm, came):  # type: ignore[no-untyped-def]
    """Person `who` of kind `what` starts in row i at an employer of area `where`, and is counted in `came`; in an area without one nobody
    does. Returns whether there is one."""
    there = first[where + 1] - first[where]
    if there == 0:
        return False
    identity[i], kind[i], area[i], since[i] = who, what, where, month
    firm[i] = employers[first[where] + np.int64(uniform(draw64(key, who)) * there)]
    came[what, where] += 1.0
    return True


@njit(cache=True)
def enter_all(n, whos, wheres, what, month, employers, first, key, identity, kind, area, since, firm, came):  # type: ignore[no-untyped-def]
    """`enter_row` each of some persons from row n on; returns the number of rows in use."""
    for j in range(whos.size):
        n += enter_row(n, whos[j], wheres[j], what, month, employers, first, key, identity, kind, area, since, firm, came)
    return n


@njit(cache=True)
def arrive(  # type: ignore[no-untyped-def]
    n, streams, listed, flows, month, keys, employers, first, key, identity, kind, area, since, firm, came,
):
    """Of each kind's list of candidates (`school.list_ids`) those come in from row n on (`enter_row`) whose luck lies below flow ÷ listed
    of their area; flows, listed: (kinds, areas). Returns the number of rows in use."""
    for what in range(listed.shape[0]):
        whos, wheres = list_ids(streams[what], listed[what], month)
        for j in range(whos.size):
            a = wheres[j]
            if uniform(draw64(keys[what], whos[j])) < min(flows[what, a] / max(listed[what, a], 1.0), 1.0):
                n += enter_row(n, whos[j], a, what, month, employers, first, key, identity, kind, area, since, firm, came)
    return n


class SmallPopulations:
    """The small populations of one city. series: {name: one array (areas,) a month}, real persons."""

    def __init__(self, city: City) -> None:
        self.city = city
        people = city.setting.residents.sum(axis=(1, 2)).astype(float)
        self.share, self.residents = people / people.sum(), people
        known = ("postdocs_recruited", "high_level_talent", "postdocs_ever")
        self.base = {kind: float(city.setting.talent.get(kind, 0.0)) for kind in known}
        self.store = Talents(64)
        self.key = decision_key(city.luck, "talent employer", 0)
        self.series: dict[str, list[Floats]] = {name: [] for name in KEPT}
        self.employers, self.first = self._employers()
        self.listed = self.lists()
        self.listed_in_all = int(self.listed.sum())
        self._open()

    def _open(self) -> None:
        """The stocks of the start: postdocs of two and a half years, and the high-level talent that the baseline knows."""
        in_station, nobody = self.base["postdocs_recruited"] * (SHORTEST + LONGEST) / 24, self._none()
        for kind, count in ((POSTDOC, in_station), (HIGH_LEVEL, self.base["high_level_talent"])):
            who, where = list_ids(STREAM[kind] + np.uint64(16), np.rint(count * self.share).astype(np.int64), 0)
            self.enter(kind, who, where, nobody)
        since, n = self.store.since, self.store.n
        since[:n] = -1 - (self.store.id[:n] % np.uint64(SHORTEST)).astype(np.int64)

    def _none(self) -> Floats:
        """Nobody yet of each kind, (kinds, areas)."""
        return np.zeros((len(KINDS), self.share.size))

    def _employers(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows of Firms that employ such people, see `employers_of`."""
        firms, least = self.city.firms, self.city.setting.parameter("talent_employer_staff")
        rows, first = employers_of(firms.n, firms.area, firms.alive, firms.ownership, firms.staff, firms.thin, least, self.share.size)
        return rows, first

    def _room(self, persons: int) -> tuple[Any, ...]:
        """Where so many more can be entered: what `enter_row` asks for beyond the persons."""
        store = self.store
        store.reserve(store.n + persons)
        return self.employers, self.first, self.key, store.id, store.kind, store.area, store.since, store.firm

    def enter(self, kind: int, who: NDArray[np.uint64], where: NDArray[np.int64], came: Floats) -> None:
        """Persons `who` start at an employer of area `where`; in areas without one nobody does. came: counted by kind and area."""
        self.store.n = enter_all(self.store.n, who, where, kind, self.city.month, *self._room(who.size), came)

    def step(self) -> None:
        """One month: leaving, the end of a station, arrivals, and the count."""
        self.employers, self.first = self._employers()
        came, out = self._none(), self._none()
        self.leave(out, came)
        self.arrive(came)
        here = count_kinds(self.store.n, self.store.kind, self.store.area, self.share.size)
        for k, name in enumerate(KINDS):
            self.series[f"{name}_in"].append(came[k])
            self.series[f"{name}_out"].append(out[k])
            self.series[f"{name}_stock"].append(here[k])

    def leave(self, out: Floats, came: Floats) -> None:
        """Who leaves, and which postdocs stay on as high-level talent when their station ends; both by kind and area."""
        city, store, p = self.city, self.store, self.city.setting.parameter
        leave(store.n, city.month, store.id, store.kind, store.area, store.since, store.firm, city.firms.alive, chance_to_stay_on(city),
              p("talent_leave_rate") / 12, city.key("talent leaves"), city.lasting("station months"), out, came)

    def flows(self) -> Floats:
        """Expected arrivals of the month, but for doctors and masters, who come in July only; by kind and area."""
        city, p, flows = self.city, self.city.setting.parameter, flows_by_policy(self.city).copy()
        built = city.build_outs.get("postdoc_stations")
        if built is not None and built.stock:
            flows[POSTDOC] += p("postdocs_per_station") * (built.stock[-1] - built.opening)
        flows[RETURNEE] *= power_of(city.demand_index(), p("migration_elasticity"))
        flows /= 12
        return flows

    def lists(self) -> NDArray[np.int64]:
        """Candidates on each list a month, (kinds, areas): LISTED for each one of the usual flow and for what the levers may add."""
        p = self.city.setting.parameter
        usual = np.array([self.base["postdocs_recruited"] * self.share + p("postdocs_per_station") * self.share * 100,
                          (self.base["high_level_talent"] * p("high_level_arrival") + 500) * self.share,
                          self.residents / 1e6 * p("returnees_per_million")])
        return np.ceil(LISTED * usual / 12).astype(np.int64)

    def arrive(self, came: Floats) -> None:
        """The month's arrivals, by kind and area."""
        city, store = self.city, self.store
        store.n = arrive(store.n, STREAM, self.listed, self.flows(), city.month, city.keys(*COMING), *self._room(self.listed_in_all), came)
        if city.calendar_month == 7:
            v = utility(city)[OUTSIDE, 0]
            self.graduates(DOCTOR, "doctor", v[s.DOCTOR - LOWEST], came)
            self.graduates(MASTER, "master", v[s.MASTER - LOWEST], came)

    def graduates(self, kind: int, name: str, v: Floats, came: Floats) -> None:
        """July: the city's candidates of this degree, one by one, choose as graduates do. v: what the city weighs for them, by area."""
        city, p = self.city, self.city.setting.parameter
        counts = np.rint(city.outside_candidates * city.weight * p(f"candidates_{name}_share")).astype(np.int64)
        who, where = list_ids(STREAM[kind], counts, city.month)
        weighs, others = exp_of(v), exp(p("taste_home")) + exp(p("taste_study")) + 1.0
        here = city.draws_uniform(f"{KINDS[kind]} come", who) < (weighs / (weighs + others))[where]
        self.enter(kind, who[here], where[here], came)

    def counted(self) -> dict[str, Floats]:
        """{series: (months, areas)}: entries, leavers and stocks of each kind, and doctors and postdocs together."""
        out = {name: np.array(rows).reshape(-1, self.share.size) for name, rows in self.series.items()}
        if self.base["postdocs_ever"]:
            out["postdocs_ever_stock"] = self.base["postdocs_ever"] * self.share + np.cumsum(out["postdocs_in"], axis=0)
        if not self.base["postdocs_recruited"]:
            out = {name: values for name, values in out.items() if not name.startswith("postdocs")}
        if not self.base["high_level_talent"]:
            out = {name: values for name, values in out.items() if not name.startswith("high_level")}
        return out


@while_rules_hold
def chance_to_stay_on(city: City) -> Floats:
    """Chance that a postdoc stays when the station ends, by area."""
    p, grants = city.setting.parameter, city.setting.control("postdoc_settling_grant", city.month) / 1e5
    return logistic_of(p("postdoc_stay") + p("postdoc_settle_effect") * grants)


@while_rules_hold
def flows_by_policy(city: City) -> Floats:
    """Postdocs without those of stations built, high-level talent, and returnees at the start's demand, a year; (kinds, areas)."""
    setting, here = city.setting, city.small_populations
    p, control = setting.parameter, lambda name: setting.control(name, city.month)
    more = (control("postdoc_station_grant") - setting.usual("postdoc_station_grant")) / 1e5
    postdocs = here.base["postdocs_recruited"] * here.share * np.maximum(1.0 + p("postdoc_grant_effect") * more, 0.0)
    money = control("high_level_programme") - setting.usual("high_level_programme") * here.share
    high = here.base["high_level_talent"] * p("high_level_arrival") * here.share
    high = np.maximum(high + p("high_level_share_moved") * money / p("high_level_package"), 0.0)
    return np.array([postdocs, high, here.residents / 1e6 * p("returnees_per_million")])


def live(city: City) -> None:
    """A month of the small populations."""
    city.small_populations.step()
