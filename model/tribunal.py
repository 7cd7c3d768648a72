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

from model.arithmetic import line_sum, line_sums, log, logistic
from model.compiler import lent
from model.rulings import while_rules_hold
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
def month_in_court(cases, accepted, capacity, limit, closed, on_time):  # type: ignore[no-untyped-def]
    """The docket `cases` (areas, AGES) grows older by a month and takes those `accepted`; then as many as `capacity` are closed, the
    oldest first. Returns those by area; closed, on_time: this year's, to which they are added."""
    out = np.zeros(capacity.size)
    for a in range(capacity.size):
        cases[a, AGES - 1] += cases[a, AGES - 2]
        for age in range(AGES - 2, 0, -1):
            cases[a, age] = cases[a, age - 1]
        cases[a, 0] = accepted[a]
        left, timely = min(capacity[a], line_sum(cases[a])), 0.0
        for age in range(AGES - 1, -1, -1):
            taken = min(left, cases[a, age])
            cases[a, age] -= taken
            left -= taken
            out[a] += taken
            timely += taken * min(1.0, max(0.0, limit + 0.5 - age))
        closed[a] += out[a]
        on_time[a] += timely
    return out


@njit(cache=True)
def capacity_of(cases, accepted, usual, staff, effort, expected, catch_up):  # type: ignore[no-untyped-def]
    """Cases that the court can close this month, by area, see the module's equation. cases: open ones, (areas, AGES); expected: how many
    are usually open by now, in months of `usual` acceptances."""
    out = np.empty(usual.size)
    for a in range(usual.size):
        pace = usual[a] * effort
        excess = line_sum(cases[a]) + accepted[a] - pace - usual[a] * expected
        out[a] = staff[a] * max(pace + catch_up * excess, 0.0)
    return out


@lent
def close_complaints(complaints, load, inspectors, late, inspected):  # type: ignore[no-untyped-def]
    """Add the month's complaints, by area, to those closed this year and those closed in time, (2, areas). late: the usual share."""
    for a in range(complaints.size):
        behind = min(max(late * (load[a] / inspectors[a]), 0.0), 1.0)
        inspected[0, a] += complaints[a]
        inspected[1, a] += complaints[a] * (1.0 - behind)


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
        closed: Floats = month_in_court(self.open, accepted, capacity, limit, self.closed, self.on_time)
        return closed


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
        docket, left = self.docket, line_sums(self.docket.open)
        city.tell(HEARD, (cases, accepted, closed, left, *self.mediated, docket.closed + left, docket.closed, docket.on_time,
                          *self.inspected))

    def _mediate(self, city: City, cases: Floats) -> Floats:
        p, staff = city.setting.parameter, city.setting.control("mediators", city.month) * self._organisations(city)
        accepted: Floats = mediate(cases, self.filed.take(cases), staff, usual_odds(city), p("mediation_share"), p("mediation_goes_on"),
                                   p("mediation_load_effect"), p("mediator_effect"), self.mediated)
        return accepted

    @staticmethod
    def _organisations(city: City) -> Floats | float:
        """Mediation organisations against those of the baseline date, by area, where the plan builds some."""
        built = city.build_outs.get("mediation_organisations")
        if built is None or not built.stock or not built.opening.all():
            return 1.0
        out: Floats = built.stock[-1] / built.opening
        return out

    def _arbitrate(self, city: City, accepted: Floats) -> Floats:
        p, clearance = city.setting.parameter, min(max(city.setting.usual_rate("arbitration_clearance_rate"), 0.5), 0.995)
        self.accepted.take(accepted)
        usual, push = self.accepted.usual, p("year_end_push")
        if city.month == 0:
            self.docket.begin(usual, clearance)
        expected = 12 * (1 - clearance) / clearance + behind(city.calendar_month, push)
        capacity = capacity_of(self.docket.open, accepted, usual, city.setting.control("arbitrators", city.month),
                               effort(city.calendar_month, push), expected, p("arbitration_catch_up"))
        return self.docket.month(accepted, capacity, days_allowed(city) / 30)

    def _inspect(self, city: City, cases: Floats) -> None:
        complaints = cases * city.setting.parameter("complaints_per_dispute")
        close_complaints(complaints, self.complaints.take(complaints), city.setting.control("inspectors", city.month),
                         1.0 - city.setting.usual_rate("inspection_on_time_rate"), self.inspected)


@while_rules_hold
def days_allowed(city: City) -> float:
    """Days within which a case must be closed, on average."""
    return city.law_value("disputes.award_days") + city.setting.parameter("complex_share") * city.law_value("disputes.extension_days")
