"""Land taken for building 征地: country people of working age lose land and are taken into a pension scheme, the land paying 刚性进保.

    who      a month's twelfth of `land_taking` by area, first in a keyed queue of those with a birthday this month who are local rural
             hukou holders, 16 to the legal age, living here, neither studying nor drawing, in no employee scheme, and not taken before
    scheme   employee scheme with u < land_employee_share (lasting), else the resident scheme
    paid in  months = min(years of age beyond 16 · land.paid_months_per_year_of_age, land.paid_months_most), at the floor base and the
             rate of those who pay alone, to pool and account; in the resident scheme whole years at the lowest tier

Work and residence stay as they are (assumption: people move on by `transfer`, as others do). A member by land stays in the employee
scheme, paying or not, as one with the minimum years does. The fund that pays 征地社会保障资金 is the city's, outside the funds; what it
pays is counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import states as s
from model.blocks import past_legal_age
from model.premiums import MOST_FEN, MOST_YEARS, MOST_YUAN
from model.rulings import carried

if TYPE_CHECKING:
    from model.city import City

Rows = NDArray[np.int64]
SIXTEEN = 192


@njit(cache=True)
def landholders(n, month, legal, first_birth, birth, traits, state, scheme, resident_years):  # type: ignore[no-untyped-def]
    """Rows of those with a birthday this month whose land can be taken, ascending, int64."""
    out, k = np.empty(n // 8 + 64, np.int64), 0
    for i in range(n):
        months, mark, doing = month - np.int64(birth[i]), traits[i], state[i]
        if months % 12 or months < SIXTEEN or not mark & s.RURAL or mark & (s.OUTSIDER | s.LAND_TAKEN | s.STUDIES_AWAY):
            continue
        if doing < s.FARM or doing > s.INACTIVE or scheme[i] & s.PENSION_KIND >= s.EMPLOYEE_SCHEME or resident_years[i] & s.DRAWS_RESIDENT:
            continue
        if past_legal_age(months, np.int64(birth[i]), mark, legal, first_birth):
            continue
        if k == out.size:
            out = np.append(out, np.empty(k, np.int64))
        out[k] = i
        k += 1
    return out[:k]


def take_land(city: City) -> None:
    """The month's persons whose land is taken come into a pension scheme."""
    quota = city.setting.control("land_taking", city.month)
    if not np.count_nonzero(quota):
        return
    people, places = city.people, city.whole_rows("land taken", quota / 12)
    rows = landholders(people.n, city.month, city.legal_ages, city.first_birth, people.birth, people.traits, people.state, people.scheme,
                       people.resident_years)
    rows = rows[np.lexsort((people.id[rows], city.draws("land taken", people.id[rows])))]
    taken = np.concatenate([rows[people.area[rows] == a][: places[a]] for a in range(places.size)])
    people.traits[taken] |= s.LAND_TAKEN
    city.count_rows("land_taken", taken)
    employee = city.lasting_draws("scheme of the landless", people.id[taken]) < city.setting.parameter("land_employee_share")
    enter_employee_scheme(city, taken[employee])
    enter_resident_scheme(city, taken[~employee])


def months_paid_in(city: City, rows: Rows) -> Rows:
    """Months that the land pays for, by age."""
    years = (city.month - city.people.birth[rows].astype(np.int64) - SIXTEEN) // 12
    most = city.law_value("land.paid_months_most")
    return np.floor(np.minimum(years * city.law_value("land.paid_months_per_year_of_age"), most)).astype(np.int64)


def enter_employee_scheme(city: City, rows: Rows) -> None:
    """Members of the employee pension with paid months; the account carries on what the resident scheme held 制度衔接."""
    people, months = city.people, months_paid_in(city, rows)
    floor = np.rint(city.law_value("bases.floor") * carried(city))
    own, whole = (round(10_000 * city.law_value(f"pension.{name}")) for name in ("flexible_account_rate", "flexible_rate"))
    to_account, to_pool = (int(floor) * rate // 100 * months for rate in (own, whole - own))
    where, areas = people.area[rows], len(city.setting.areas)
    people.scheme[rows] = people.scheme[rows] & (255 - s.PENSION_KIND - s.PAYING) | s.EMPLOYEE_SCHEME
    people.paid[rows] = np.minimum(people.paid[rows] + months, MOST_YUAN)
    people.base[rows] = np.where(people.base[rows] == 0, min(floor, MOST_YUAN), people.base[rows])
    people.account[rows] = np.minimum(people.account[rows] + to_account, MOST_FEN)
    city.flow("pension_pool_income_fen", np.bincount(where, to_pool, areas))
    city.flow("pension_account_income_fen", np.bincount(where, to_account, areas))
    city.flow("land_paid_fen", np.bincount(where, to_pool + to_account, areas))
    city.count_rows("land_into_employee_scheme", rows)


def enter_resident_scheme(city: City, rows: Rows) -> None:
    """Members of the resident scheme with paid years at the lowest tier."""
    people, years = city.people, months_paid_in(city, rows) // 12
    fen = np.rint(100 * city.law_value("resident.tier_low")) * years
    people.scheme[rows] = people.scheme[rows] & (255 - s.PENSION_KIND) | s.RESIDENT_SCHEME
    people.resident_years[rows] = np.minimum(people.resident_years[rows] + years, MOST_YEARS)
    people.account[rows] = np.minimum(people.account[rows] + fen, MOST_FEN)
    paid = np.bincount(people.area[rows], fen, len(city.setting.areas))
    city.flow("resident_paid_up_fen", paid)
    city.flow("land_paid_fen", paid)
    city.count_rows("land_into_resident_scheme", rows)
