"""Pension membership of those whom no employer insures: flexible workers, owners, the unemployed, farmers, and hukou holders away.

On each birthday, and in the month of a change of state, a person looks at the schemes again. Lasting tastes are compared with
thresholds that policy moves:

    employee scheme   flexible workers, owners and the unemployed, with u1 < share(area) · ((1 − subsidy) ÷ (1 − usual))^elasticity
    resident scheme   local hukou of 16 to 59, not a student, otherwise uninsured, with u2 < resident_share(area)
    none              the rest
    pays              at the start of a membership u3(year) < voluntary_payment; later who pays lapses 断缴 with λ a year, and who does
                      not comes back 续缴 with λ·voluntary_payment ÷ (1 − voluntary_payment), so that the paying share stands still;
                      λ = 1 − (1 − voluntary_lapse)^12, at most what keeps both probabilities below 1. Employers' members always pay

A premium p relative to income moves the share by its elasticity; a subsidy of σ makes it p·(1 − σ). The shares are solved from the
baseline headcounts when the city is made (`synthesis.schemes`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model import states as s
from model.arithmetic import power, power_of
from model.blocks import BATCH, BLOCK, blocks_of, is_birthday, past_legal_age
from model.compiler import by_parts, lent
from model.lists import ANY, bits, those
from model.luck import draw_each, draw_those, uniform
from model.rulings import while_rules_hold
from model.threads import across

if TYPE_CHECKING:
    from model.city import City


FROM, UNTIL = 12 * 16, 12 * 60                          # months of age at which a person may join, and joins no more


@lent
def who_looks(month, everyone, birth, state, spell, scheme, flags):  # type: ignore[no-untyped-def]
    """Flag who has a birthday or a new state this month (everyone, if so said), is of age to join and not insured by an employer."""
    youngest, oldest = np.int16(month - FROM), np.int16(month - UNTIL)
    for j in range(state.size):
        doing, held, of_age = state[j], scheme[j], (birth[j] <= youngest) & (birth[j] > oldest)
        uninsured = (doing != s.EMPLOYED) | (bits(held, s.PENSION_KIND) < s.EMPLOYEE_SCHEME) | (bits(held, s.PAYING) == 0)
        looks = everyone | (spell[j] == 0) | is_birthday(month, birth[j])
        flags[j] = looks & of_age & (doing >= s.FARM) & (doing != s.RETIRED) & uninsured


@by_parts
def look_again(  # type: ignore[no-untyped-def]
    part, n, month, legal, first_birth, identity, birth, traits, area, state, spell, scheme, share, resident_share, pay, key_employee,
    key_resident, key_pay, everyone, paid, minimum, resident_years,
):
    """Reconsider membership of those with a birthday or a new state this month (of all when `everyone`).

    share, resident_share: by area; pay: probability of paying for new members, members in arrears, and members who pay, (3,).
    """
    for b in range(*part):
        flags, rows, ids = np.empty(BATCH, np.uint8), np.empty(BATCH, np.uint64), np.empty(BATCH, np.uint64)
        draws = np.empty((3, BATCH), np.uint64)
        for at in range(b * BLOCK, min(n, (b + 1) * BLOCK), BATCH):
            to = min(at + BATCH, n)
            who_looks(month, everyone, birth[at:to], state[at:to], spell[at:to], scheme[at:to], flags)
            k = those(flags[: to - at], ANY, np.uint64(at), rows)
            draw_those(key_employee, identity, rows[:k], ids, draws[0])
            draw_each(key_resident, ids[:k], draws[1])
            draw_each(key_pay, ids[:k], draws[2])
            for j in range(k):
                i = rows[j]
                doing, months, kind, a = state[i], month - np.int64(birth[i]), scheme[i] & s.PENSION_KIND, area[i]
                past = past_legal_age(months, np.int64(birth[i]), traits[i], legal, first_birth)
                pays, employee = scheme[i] & s.PAYING != 0, kind == s.EMPLOYEE_SCHEME
                # who draws the resident pension stays with it; who is past the legal age pays on for the minimum years 延缴
                stays = (resident_years[i] & s.DRAWS_RESIDENT != 0) | (employee & pays & past)
                at_risk = ((doing == s.FLEXIBLE) | (doing == s.OWNER) | (doing == s.UNEMPLOYED)) & ~past
                # has the years, or land has paid for some: stays, paying or not
                entitled = employee & ((paid[i] >= minimum) | (traits[i] & s.LAND_TAKEN != 0))
                joins = entitled | (at_risk & (uniform(draws[0, j]) < share[a]))
                local = traits[i] & (s.OUTSIDER | s.STUDIES_AWAY) == 0
                resident = ~joins & local & (uniform(draws[1, j]) < resident_share[a])
                chosen = s.EMPLOYEE_SCHEME if joins else s.RESIDENT_SCHEME if resident else s.NO_PENSION
                anew = everyone | (spell[i] == 0) | (chosen != kind)
                before = 0 if anew else 2 if pays else 1
                begins = ((joins & at_risk) | resident) & (uniform(draws[2, j]) < pay[before])
                kept = scheme[i] & (255 - s.PENSION_KIND - s.PAYING)
                scheme[i] = scheme[i] if stays else kept | chosen | (s.PAYING if begins else 0)


def payment(share: float, lapse: float) -> tuple[float, float, float]:
    """Yearly probabilities of paying: of new members, of members in arrears, of members who pay; the paying `share` stands still.

    lapse: monthly hazard of those who pay.
    """
    yearly = 1.0 - power(1.0 - lapse, 12.0)
    leaves = min(yearly, (1.0 - share) / share) if share > 0.0 else yearly
    return share, leaves * share / (1.0 - share) if share < 1.0 else 1.0, 1.0 - leaves


def choose_scheme(city: City, *, everyone: bool = False) -> None:
    """The month's birthdays reconsider their scheme (everyone does when the city is made)."""
    people, (premium, pay) = city.people, terms(city)
    across(look_again, blocks_of(people.n), people.n, city.month, city.legal_ages, city.first_birth, people.id, people.birth, people.traits,
           people.area, people.state, people.spell, people.scheme, np.minimum(city.flexible_share * premium, 1.0), city.resident_share, pay,
           city.lasting("employee scheme"), city.lasting("resident scheme"), city.yearly("payment"), everyone, people.paid,
           int(city.law_value("pension.minimum_months")), people.resident_years)


@while_rules_hold
def terms(city: City) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """By how much the premium of the month moves the share that chooses the employee scheme, by area, and `payment`, (3,). The shares
    themselves may be brought to what was observed in the middle of a run: no ruling keeps them."""
    p, usual = city.setting.parameter, city.setting.usual("flexible_insurance_subsidy")     # under which the shares were solved
    subsidy = city.setting.control("flexible_insurance_subsidy", city.month) if city.month >= 0 else np.full(len(city.setting.areas), usual)
    rate = city.law_value("pension.flexible_rate")
    cut = city.level("contribution_rate_cut") / rate if rate > 0 else 0.0
    price = (1.0 + city.level("contribution_floor_change")) * max(1.0 - cut, 0.01)
    premium = power_of(price * (1.0 - subsidy) / (1.0 - usual), p("flexible_premium_elasticity"))
    paying = min(city.voluntary_payment * (1.0 + p("match_payment_response") * city.level("resident_match") / 100.0), 1.0)
    return premium, np.array(payment(paying, p("voluntary_lapse")))
