"""Counters of the bureau 人社服务窗口: how many requests come, how they are met, and how people rate that; and the hand-over of retirees.

    requests      registrations of a job, of unemployment, of retirement, of a card, of a start-up and of a dispute, each once
    load          requests · (1 − online) ÷ (those of a usual month · (1 − usual online) · counter staff)
    good ratings  Λ(logit(usual rate) − rating_load_effect · ln load)         好评率: good ratings ÷ requests, from January
    retirees      who retires waits until the community has taken over the file 社会化管理; a share of those who wait is taken over each
                  month, so that the usual rate holds when as many retire as at the start
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model.arithmetic import log, logistic
from model.compiler import lent
from model.series import S
from model.setting import once
from model.tribunal import Caseload, odds_of

if TYPE_CHECKING:
    from model.city import City

Floats = NDArray[np.float64]
REQUESTS = ("first_registrations", "layoffs", "quits", "new_retirees", "startups", "disputes", "births", "arrivals")
"""Counted flows that bring somebody to a counter once (births for the child's card, arrivals for theirs)."""
SERVED = ("requests", "requests_rated_ytd", "good_ratings_ytd", "retirees_waiting")
LOWEST = 0.02                   # share of requests that no online service takes over (assumption)


@lent
def rate(requests, load, online, usual_online, staff, usual, on_load, rated):  # type: ignore[no-untyped-def]
    """Add the month's requests, by area, to those of the year and the good ratings among them to theirs, (2, areas). load: requests
    against those usual; usual: log-odds of a good rating."""
    for a in range(requests.size):
        strain = load[a] * max(1.0 - online[a], LOWEST) / max(1.0 - usual_online, LOWEST) / staff[a]
        rated[0, a] += requests[a]
        rated[1, a] += requests[a] * logistic(usual - on_load * log(strain))


@lent
def take_over(waiting, new, retired, share):  # type: ignore[no-untyped-def]
    """Retirees who wait, by area: new ones come, a share of those who waited is taken over, and nobody waits who is not `retired`."""
    for a in range(waiting.size):
        waiting[a] = min(waiting[a] + new[a] - share * waiting[a], retired[a])


@once
def usual_odds(city: City) -> float:
    """Log-odds of a good rating at the usual load."""
    return odds_of(city.setting.usual_rate("service_satisfaction"))


class Counters:
    """Requests and ratings of this year, and retirees who wait, by area."""

    def __init__(self, city: City) -> None:
        employees = np.maximum(city.stock("employees"), 1.0)
        self.load = Caseload(employees / employees.sum())
        self.rated = np.zeros((2, employees.size))              # this year: requests, good ratings
        self.waiting = np.zeros(employees.size)
        self.hand_over = 0.0

    def serve(self, city: City) -> None:
        """One month of counters and hand-overs; counts what was served."""
        requests = city.count_now(*REQUESTS)
        if city.calendar_month == 1:
            self.rated[:] = 0.0
        self._rate(city, requests)
        self._take_over(city)
        city.tell(SERVED, (requests, *self.rated, self.waiting))

    def _rate(self, city: City, requests: Floats) -> None:
        setting = city.setting
        rate(requests, self.load.take(requests), setting.control("online_services", city.month), setting.usual("online_services"),
             setting.control("counter_staff", city.month), usual_odds(city), setting.parameter("rating_load_effect"), self.rated)

    def _take_over(self, city: City) -> None:
        retired, new = city.now[S.retired], city.now[S.new_retirees]
        if city.month == 0:
            self.waiting = (1.0 - city.setting.usual_rate("socialised_retirees")) * retired
            self.hand_over = min(1.0, float(new.sum()) / max(float(self.waiting.sum()), 1e-9))
        take_over(self.waiting, new, retired, self.hand_over)
