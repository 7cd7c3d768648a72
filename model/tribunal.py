"""Mediation, arbitration and inspection 调解、仲裁、监察: institutions with staff, a caseload that they are used to, and a backlog.

    mediation     of D cases a share `mediation_share` is mediated first, inside the legal 15 days, so within the month;
                  success = Λ(logit(usual rate) + mediator_effect · ln(mediators ÷ usual · organisations ÷ those of the start)
                              − mediation_load_effect · ln(D ÷ usual D))
    arbitration   cases not mediated, and `goes_on` of those where mediation failed, are accepted; the court closes
                  arbitrators ÷ usual · (usual acceptances · effort(quarter) + arbitration_catch_up · (open − usual open)), oldest
                  first; effort is 1 − push, 1, 1, 1 + push: little before the Spring Festival, much before the year is scored;
                  the usual open cases are those with which the usual clearance rate is reached at the year's end
    on time       a case closed in the a-th month after its own has been open between a − ½ and a + ½ months; it is in time with
                  probability min(1, max(0, limit + ½ − a)),  limit = (award days + extension days · complex share) ÷ 30
    inspection    complaints are closed in time except for  (1 − usual rate) · (complaints ÷ usual) ÷ (inspectors ÷ usual)

"Usual" caseloads are the mean of the last year, as staff are budgeted by what was handled before (assumption); at the start they
are those of the first month, divided by employees. The usual rates are the city's own of the base year, where it publishes them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model.arithmetic import log, logistic
from model.parts import places_of
from model.setting import once

if TYPE_CHECKING:
    from model.city import City

Floats = NDArray[np.float64]
AGES = 12                       # months of age that the docket tells apart; the last holds all that are older
MEMORY = 12                     # months over which a caseload becomes usual
HEARD = ("disputes", "arbitration_accepted", "arbitration_closed", "arbitration_open", "mediation_handled_ytd", "mediated_ytd",
         "arbitration_due_ytd", "arbitration_closed_ytd", "arbitration_on_time_ytd", "complaints_closed_ytd", "complaints_on_time_ytd")


class Caseload:
    """A caseload by area and what is usual of it: the mean so far, which from `MEMORY` months on forgets.

    share: how the city's first month is divided among areas (by employees), since a small area's own first month tells little.
    """

    def __init__(self, share: Floats) -> None:
        self.share, self.months = share, 0
        self.usual: Floats = np.zeros(share.size)

    def take(self, cases: Floats) -> Floats:
        """Cases ÷ those usual until now, by area; then the usual moves towards them."""
        if not self.months:
            self.usual = self.share * max(float(cases.sum()), 1e-9)
        self.months += 1
        ratio: Floats = against_usual(cases, self.usual, min(self.months + 1, MEMORY))
        return ratio


@njit(cache=True, error_model="numpy")
def against_usual(cases, usual, months):  # type: ignore[no-untyped-def]
    """Cases ÷ those usual, by area; `usual` moves by one part in `months` of the way to them."""
    out = np.empty(cases.size)
    for a in range(cases.size):
        before = usual[a]
        usual[a] = before + (cases[a] - before) / months
        out[a] = max(cases[a], 1e-3 * before) / before
    return out


@njit(cache=True)
def mediate(cases, load, staff, usual, share, goes_on, on_load, on_staff, mediated):  # type: ignore[no-untyped-def]
    """The cases that go to the court, by area. usual: log-odds of success; mediated: this year's cases accepted for mediation, and
    successful ones, (2, areas); for the others see the module's equations."""
    out = np.empty(cases.size)
    for a in range(cases.size):
        first = cases[a] * share
        success = logistic(usual - on_load * log(load[a]) + on_staff * log(staff[a]))
        mediated[0, a] += first
        mediated[1, a] += first * success
        out[a] = cases[a] - first + goes_on * (first * (1.0 - success))
    return out


@njit(cache=True)
def close_oldest(cases, left, limit):  # type: ignore[no-untyped-def]
    """Take `left` cases (by area) off the docket `cases` (areas, AGES), the oldest first; returns those closed and of them those in time,
    (2, areas)."""
    out = np.zeros((2, left.size))
    for a in range(left.size):
        for age in range(AGES - 1, -1, -1):
            taken = min(left[a], cases[a, age])
            cases[a, age] -= taken
            left[a] -= taken
            out[0, a] += taken
            out[1, a] += taken * min(1.0, max(0.0, limit + 0.5 - age))
    return out


class Docket:
    """Open arbitration cases by area and age in months, (areas, AGES), and this year's account: cases closed, and those of them in time."""

    def __init__(self, areas: int) -> None:
        self.open = np.zeros((areas, AGES))
        self.closed, self.on_time = np.zeros(areas), np.zeros(areas)

    @property
    def due(self) -> Floats:
        """Cases carried over and accepted this year: those closed, and those still open."""
        return self.closed + self.open.sum(axis=1)

    def begin(self, monthly: Floats, clearance: float) -> None:
        """The backlog with which a court of this yearly clearance rate lives: closed = c · (backlog + accepted)."""
        backlog = 12 * monthly * (1 - clearance) / clearance
        months = np.minimum(np.maximum(backlog / np.maximum(monthly, 1e-9), 1e-9), AGES)
        weights = np.clip(months[:, None] - np.arange(AGES)[None], 0, 1)
        self.open = backlog[:, None] * weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)
        self.turn_year()

    def turn_year(self) -> None:
        """A new year's account begins with the cases carried over."""
        self.closed, self.on_time = np.zeros(len(self.open)), np.zeros(len(self.open))

    def month(self, accepted: Floats, capacity: Floats, limit: float) -> Floats:
        """One month: cases age, new ones come, the oldest are closed first; returns cases closed by area."""
        self.open[:, -1] += self.open[:, -2]
        self.open[:, 1:-1] = self.open[:, :-2]
        self.open[:, 0] = accepted
        closed, timely = close_oldest(self.open, np.minimum(capacity, self.open.sum(axis=1)), limit)
        self.closed += closed
        self.on_time += timely
        out: Floats = closed
        return out


def effort(calendar_month: int, push: float) -> float:
    """Cases closed against cases usually accepted, by quarter."""
    return 1.0 + push * (-1.0, 0.0, 0.0, 1.0)[(calendar_month - 1) // 3]


@lru_cache(maxsize=12)
def behind(calendar_month: int, push: float) -> float:
    """By how many months of usual acceptances the cases closed since January lie behind those accepted."""
    return sum(1.0 - effort(month, push) for month in range(1, calendar_month + 1))


def odds_of(share: float) -> float:
    """Log-odds of a share, kept inside .001 … .999."""
    inside = min(max(share, 0.001), 0.999)
    return float(log(inside) - log(1.0 - inside))


@once
def usual_odds(city: City) -> float:
    """Log-odds of the rate of success that mediation is used to."""
    return odds_of(city.setting.usual_rate("mediation_success_rate"))


class Tribunal:
    """The state of mediation, arbitration and inspection in one city, and their month."""

    def __init__(self, city: City) -> None:
        employees = np.maximum(city.stock("employees"), 1.0)
        self.docket = Docket(employees.size)
        self.filed, self.accepted, self.complaints = (Caseload(employees / employees.sum()) for _ in range(3))
        self.mediated = np.zeros((2, len(city.setting.areas)))          # this year: accepted for mediation, successful
        self.inspected = np.zeros((2, len(city.setting.areas)))         # this year: complaints closed, in time

    def hear(self, city: City, cases: Floats) -> None:
        """One month; cases: filed by area in real persons. Counts all that was heard."""
        if city.calendar_month == 1:
            self.mediated[:], self.inspected[:] = 0.0, 0.0
            self.docket.turn_year()
        accepted = self._mediate(city, cases)
        closed = self._arbitrate(city, accepted)
        self._inspect(city, cases)
        docket, left = self.docket, self.docket.open.sum(axis=1)
        city.table[places_of(HEARD), city.month] = (cases, accepted, closed, left, *self.mediated, docket.closed + left, docket.closed,
                                                    docket.on_time, *self.inspected)

    def _mediate(self, city: City, cases: Floats) -> Floats:
        p, staff = city.setting.parameter, city.setting.control("mediators", city.month) * self._organisations(city)
        accepted: Floats = mediate(cases, self.filed.take(cases), staff, usual_odds(city), p("mediation_share"), p("mediation_goes_on"),
                                   p("mediation_load_effect"), p("mediator_effect"), self.mediated)
        return accepted

    @staticmethod
    def _organisations(city: City) -> Floats:
        """Mediation organisations against those of the baseline date, by area, where the plan builds some."""
        built = city.build_outs.get("mediation_organisations")
        if built is None or not built.stock or not built.opening.all():
            return np.ones(len(city.setting.areas))
        out: Floats = built.stock[-1] / built.opening
        return out

    def _arbitrate(self, city: City, accepted: Floats) -> Floats:
        p, clearance = city.setting.parameter, min(max(city.setting.usual_rate("arbitration_clearance_rate"), 0.5), 0.995)
        self.accepted.take(accepted)
        usual = self.accepted.usual
        if city.month == 0:
            self.docket.begin(usual, clearance)
        push, staff = p("year_end_push"), city.setting.control("arbitrators", city.month)
        pace = usual * effort(city.calendar_month, push)
        expected = usual * (12 * (1 - clearance) / clearance + behind(city.calendar_month, push))
        excess = self.docket.open.sum(axis=1) + accepted - pace - expected
        capacity = staff * np.maximum(pace + p("arbitration_catch_up") * excess, 0.0)
        days = city.law_value("disputes.award_days") + p("complex_share") * city.law_value("disputes.extension_days")
        return self.docket.month(accepted, capacity, days / 30)

    def _inspect(self, city: City, cases: Floats) -> None:
        complaints = cases * city.setting.parameter("complaints_per_dispute")
        ratio = self.complaints.take(complaints)
        strain = ratio / city.setting.control("inspectors", city.month)
        late = np.minimum(np.maximum((1.0 - city.setting.usual_rate("inspection_on_time_rate")) * strain, 0.0), 1.0)
        self.inspected[0] += complaints
        self.inspected[1] += complaints * (1.0 - late)
