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

from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import states as s
from model.arithmetic import exp, logistic_of, power_of
from model.columns import Column, ColumnStore
from model.location import LOWEST, OUTSIDE, utility
from model.luck import decision_key, draw64, uniform
from model.market import sort_into
from model.parts import uniform_all
from model.rulings import while_rules_hold
from model.school import list_ids

if TYPE_CHECKING:
    from model.city import City

POSTDOC, HIGH_LEVEL, RETURNEE, DOCTOR, MASTER = range(5)
KINDS = ("postdocs", "high_level", "returnees", "doctors", "masters")
STREAM = [np.uint64(0xD0 + k) for k in range(len(KINDS))]
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
def able_to_employ(n, alive, ownership, staff, thin, least):  # type: ignore[no-untyped-def]
    """Rows of the open public institutions, and of open firms of `least` real staff or more; int64."""
    out, k = np.empty(n, np.int64), 0
    for f in range(n):
        out[k] = f
        k += alive[f] and (ownership[f] == s.PUBLIC_UNIT or staff[f] * thin[f] >= least)
    return out[:k].copy()


@njit(cache=True)
def count_kinds(n, kind, area, areas):  # type: ignore[no-untyped-def]
    """Persons by kind and area, float64 (kinds, areas); those who have left are none."""
    out = np.zeros((len(KINDS), areas))
    for i in range(n):
        if kind[i] != GONE:
            out[kind[i], area[i]] += 1.0
    return out


@njit(cache=True)
def leave(n, month, identity, kind, area, since, firm, alive, stays, rate, key, key_length, out):  # type: ignore[no-untyped-def]
    """Who leaves this month, and whose station ends: postdocs then stay on as high-level talent with probability `stays` (by area), whose
    rows are returned. out: those who are no longer what they were, by kind and area."""
    on, k = np.empty(n, np.int64), 0
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
            on[k] = i
            k += 1
    return on[:k].copy()


@njit(cache=True)
def who_come(stream, listed, month, key, chance):  # type: ignore[no-untyped-def]
    """(ids, areas) of those on a list of candidates (`school.list_ids`) whose luck lies below the `chance` of their area."""
    who, where = list_ids(stream, listed, month)
    k = 0
    for j in range(who.size):
        who[k], where[k] = who[j], where[j]
        k += uniform(draw64(key, who[j])) < chance[where[j]]
    return who[:k].copy(), where[:k].copy()


class SmallPopulations:
    """The small populations of one city. series: {name: one array (areas,) a month}, real persons."""

    def __init__(self, city: City) -> None:
        self.city = city
        people = city.setting.residents.sum(axis=(1, 2)).astype(float)
        self.share, self.residents = people / people.sum(), people
        known = ("postdocs_recruited", "high_level_talent", "postdocs_ever")
        self.base = {kind: float(city.setting.talent.get(kind, 0.0)) for kind in known}
        self.store = Talents(64)
        self.series: dict[str, list[Floats]] = {name: [] for name in KEPT}
        self.employers, self.first, self.employing = self._employers()
        self.listed = self.lists()
        self._open()

    def _open(self) -> None:
        """The stocks of the start: postdocs of two and a half years, and the high-level talent that the baseline knows."""
        in_station = self.base["postdocs_recruited"] * (SHORTEST + LONGEST) / 24
        for kind, count in ((POSTDOC, in_station), (HIGH_LEVEL, self.base["high_level_talent"])):
            who, where = list_ids(STREAM[kind] + np.uint64(16), np.rint(count * self.share).astype(np.int64), 0)
            rows = self.enter(kind, who, where)
            self.store.since[rows] = -1 - (self.store.id[rows] % np.uint64(SHORTEST)).astype(np.int64)

    def _employers(self) -> tuple[NDArray[np.intp], NDArray[np.int64], NDArray[np.int64]]:
        """Rows of Firms that employ such people, area after area: open public institutions and firms large enough; and by area the place
        of the first of them, and how many there are."""
        firms = self.city.firms
        able = able_to_employ(firms.n, firms.alive, firms.ownership, firms.staff, firms.thin,
                              self.city.setting.parameter("talent_employer_staff"))
        order, first = sort_into(firms.area[able].astype(np.int64), self.share.size)
        return able[order], first[:-1], np.diff(first)

    def enter(self, kind: int, who: NDArray[np.uint64], where: NDArray[np.int64]) -> NDArray[np.intp]:
        """Persons `who` start at an employer of area `where`; in areas without one nobody does. Returns their rows."""
        some = self.employing[where] > 0
        who, where = who[some], where[some]
        if not who.size:
            return np.zeros(0, np.intp)
        u = uniform_all(decision_key(self.city.luck, "talent employer", 0), who)
        store, rows = self.store, np.arange(self.store.n, self.store.n + who.size)
        store.reserve(store.n + who.size)
        store.n += who.size
        store.id[rows], store.kind[rows], store.area[rows], store.since[rows] = who, kind, where, self.city.month
        store.firm[rows] = self.employers[self.first[where] + (u * self.employing[where]).astype(np.int64)]
        return rows

    def by_area(self, rows: NDArray[np.intp]) -> Floats:
        """Persons in `rows` by area."""
        return np.bincount(self.store.area[rows], minlength=self.share.size).astype(float)

    def step(self) -> None:
        """One month: leaving, the end of a station, arrivals, and the count."""
        self.employers, self.first, self.employing = self._employers()
        out, stayed = self.leave()
        came = self.arrive()
        here = count_kinds(self.store.n, self.store.kind, self.store.area, self.share.size)
        for k, name in enumerate(KINDS):
            self.series[f"{name}_in"].append(self.by_area(came[k]) + (self.by_area(stayed) if k == HIGH_LEVEL else 0.0))
            self.series[f"{name}_out"].append(out[k])
            self.series[f"{name}_stock"].append(here[k])

    def leave(self) -> tuple[Floats, NDArray[np.intp]]:
        """Who leaves: by area and kind; and the rows of postdocs who stay on as high-level talent when their station ends."""
        city, store, p = self.city, self.store, self.city.setting.parameter
        out = np.zeros((len(KINDS), self.share.size))
        return out, leave(store.n, city.month, store.id, store.kind, store.area, store.since, store.firm, city.firms.alive,
                          chance_to_stay_on(city), p("talent_leave_rate") / 12, city.key("talent leaves"),
                          city.lasting("station months"), out)

    def flows(self) -> tuple[Floats, Floats, Floats]:
        """Expected arrivals of the month, but for doctors and masters, who come in July only; by kind, one array (areas,) each."""
        city, p, (postdocs, high, returnees) = self.city, self.city.setting.parameter, flows_by_policy(self.city)
        built = city.build_outs.get("postdoc_stations")
        if built is not None and built.stock:
            postdocs = postdocs + p("postdocs_per_station") * (built.stock[-1] - built.opening)
        pull = power_of(city.demand_index(), p("migration_elasticity"))
        return postdocs / 12, high / 12, returnees * pull / 12

    def lists(self) -> list[NDArray[np.int64]]:
        """Candidates on each list a month, (areas,): LISTED for each one of the usual flow and for what the levers may add."""
        p = self.city.setting.parameter
        usual = [self.base["postdocs_recruited"] * self.share + p("postdocs_per_station") * self.share * 100,
                 (self.base["high_level_talent"] * p("high_level_arrival") + 500) * self.share,
                 self.residents / 1e6 * p("returnees_per_million")]
        return [np.ceil(LISTED * x / 12).astype(np.int64) for x in usual]

    def arrive(self) -> list[NDArray[np.intp]]:
        """The month's arrivals, rows by kind."""
        city, came = self.city, []
        for kind, (flow, listed) in enumerate(zip(self.flows(), self.listed, strict=False)):
            chance = np.minimum(flow / np.maximum(listed, 1.0), 1.0)
            came.append(self.enter(kind, *who_come(STREAM[kind], listed, city.month, city.key(f"{KINDS[kind]} come"), chance)))
        return [*came, self.graduates(DOCTOR, "doctor", s.DOCTOR), self.graduates(MASTER, "master", s.MASTER)]

    def graduates(self, kind: int, name: str, degree: int) -> NDArray[np.intp]:
        """July: the city's candidates of this degree, one by one, choose as graduates do."""
        city, p = self.city, self.city.setting.parameter
        if city.calendar_month != 7:
            return np.zeros(0, np.intp)
        counts = np.rint(city.outside_candidates * city.weight * p(f"candidates_{name}_share")).astype(np.int64)
        who, where = list_ids(STREAM[kind], counts, city.month)
        v = [exp(float(x)) for x in utility(city)[OUTSIDE, 0, degree - LOWEST]]
        others = exp(p("taste_home")) + exp(p("taste_study")) + 1.0
        here = city.draws_uniform(f"{KINDS[kind]} come", who) < np.array([x / (x + others) for x in v])[where]
        return self.enter(kind, who[here], where[here])

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
def flows_by_policy(city: City) -> tuple[Floats, Floats, Floats]:
    """Postdocs without those of stations built, high-level talent, and returnees at the start's demand, a year by area."""
    setting, here = city.setting, city.small_populations
    p, control = setting.parameter, lambda name: setting.control(name, city.month)
    more = (control("postdoc_station_grant") - setting.usual("postdoc_station_grant")) / 1e5
    postdocs = here.base["postdocs_recruited"] * here.share * np.maximum(1.0 + p("postdoc_grant_effect") * more, 0.0)
    money = control("high_level_programme") - setting.usual("high_level_programme") * here.share
    high = here.base["high_level_talent"] * p("high_level_arrival") * here.share
    high = np.maximum(high + p("high_level_share_moved") * money / p("high_level_package"), 0.0)
    return postdocs, high, here.residents / 1e6 * p("returnees_per_million")


def live(city: City) -> None:
    """A month of the small populations."""
    city.small_populations.step()
