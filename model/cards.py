"""Social-security cards 社会保障卡 and their electronic form 电子社保卡: who holds one.

    card      a person on the roster without a card gets one in the review of the birthday month with  card_issue_rate  (a year)
    e-card    whoever could ever want one (lasting draw < ceiling of the age) takes it in that review with  1 − (1 − h)^12,
              h = ecard_innovation · drive + ecard_imitation · F ÷ ceiling      (Bass 1969, a month)

F is the share of holders in the person's group (four ages × in a pension scheme or not) at the end of last month; `ecard_drive` is
effort in counters, schools and firms against that of the base year. Nobody had an e-card before April 2018, when it was introduced.
At the start each group stands where the same curve has brought it since then, and a city's own cards where it publishes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from model import states as s
from model.arithmetic import exp, power
from model.blocks import BLOCK
from model.luck import draw64, uniform
from model.series import S
from model.setting import month_of

if TYPE_CHECKING:
    from model.city import City

INTRODUCED = "2018-04"
YOUNG, MIDDLE, OLD = 16 * 12, 40 * 12, 60 * 12          # months of age at which the next group begins
GROUPS = 8
CARDS, E_CARDS, E_CARD_RESIDENTS = S.card_holders, S.ecard_holders, S.ecard_residents


@njit(inline="always")
def group_of(months, scheme):  # type: ignore[no-untyped-def]
    """0-3: under 16, 16-39, 40-59, 60 and over; + 4 for members of a pension scheme."""
    age = 0 if months < YOUNG else 1 if months < MIDDLE else 2 if months < OLD else 3
    return age + (4 if scheme & s.PENSION_KIND else 0)


@njit(parallel=True, cache=True)
def review(  # type: ignore[no-untyped-def]
    n, month, identity, birth, area, state, scheme, card, tally, holders, ceiling, chance, issue, key_want, key_take, key_card,
):
    """Birthday reviews, and the count of holders. ceiling: by age group, (4,); chance: yearly, by group and area, (8, areas).

    holders: by block, (blocks, 8, areas, 2): residents of each group, and those of them with an e-card.
    """
    for b in prange(tally.shape[0]):
        for i in range(b * BLOCK, min(n, (b + 1) * BLOCK)):
            if state[i] == s.GONE:
                continue
            a, months = area[i], month - np.int64(birth[i])
            g = group_of(months, scheme[i])
            if months % 12 == 0:
                if not card[i] & s.CARD and uniform(draw64(key_card, identity[i])) < issue:
                    card[i] |= s.CARD
                if not card[i] & s.E_CARD and chance[g, a] > 0.0 and uniform(draw64(key_want, identity[i])) < ceiling[g % 4]:
                    if uniform(draw64(key_take, identity[i])) < chance[g, a]:
                        card[i] |= s.E_CARD
            if card[i] & s.CARD:
                tally[b, CARDS, a] += 1
            if card[i] & s.E_CARD:
                tally[b, E_CARDS, a] += 1
            if state[i] != s.AWAY:
                holders[b, g, a, 0] += 1
                if card[i] & s.E_CARD:
                    holders[b, g, a, 1] += 1
                    tally[b, E_CARD_RESIDENTS, a] += 1


def ceilings(city: City) -> NDArray[np.float64]:
    """Share of each age that would ever take an e-card, (4,)."""
    p = city.setting.parameter
    return p("ecard_ceiling") * np.array([p("ecard_children"), 1.0, 1.0, p("ecard_elderly")])


def bass(months: float, p: float, q: float) -> float:
    """Share of all who ever adopt that has done so after `months`: (1 − e^−(p+q)t) ÷ (1 + q/p · e^−(p+q)t)."""
    if months <= 0 or p <= 0:
        return 0.0
    fading = float(exp(-(p + q) * months))
    return (1.0 - fading) / (1.0 + q / p * fading)


def issue_first_cards(city: City) -> None:
    """Who holds a card and an e-card at the baseline date."""
    people, p, n = city.people, city.setting.parameter, city.people.n
    everyone = people.state[:n] != s.GONE
    weight = city.weight[people.area[:n]]
    published = city.setting.usual_rates.get("card_holders")
    share = p("card_coverage") if published is None else min(1.0, published / float((everyone * weight).sum()))
    age = np.searchsorted([YOUNG, MIDDLE, OLD], -1 - people.birth[:n].astype(np.int64), side="right")
    adopted = bass(-month_of(city.setting.start_year, INTRODUCED), p("ecard_innovation"), p("ecard_imitation"))
    own = city.setting.usual_rates.get("ecard_coverage")
    if own is not None:
        residents = everyone & (people.state[:n] != s.AWAY)
        adopted = min(1.0, own / max(float((ceilings(city)[age] * residents * weight).sum() / (residents * weight).sum()), 1e-9))
    has_card = city.lasting_draws("card at start", people.id[:n]) < share
    wants = city.lasting_draws("wants e-card", people.id[:n])
    people.card[:n] = everyone * (np.where(has_card, s.CARD, 0) | np.where(wants < adopted * ceilings(city)[age], s.E_CARD, 0))
    city.ecard_share = np.repeat(adopted * ceilings(city)[np.arange(GROUPS) % 4, None], len(city.setting.areas), axis=1)


def hand_out(city: City) -> None:
    """The month's reviews, and the shares of holders from which next month's adoption follows."""
    people, p = city.people, city.setting.parameter
    top = ceilings(city)[np.arange(GROUPS) % 4, None]
    begun = city.month >= month_of(city.setting.start_year, INTRODUCED)
    drive = city.setting.control("ecard_drive", city.month)[None]
    hazard = np.minimum(p("ecard_innovation") * drive + p("ecard_imitation") * city.ecard_share / np.maximum(top, 1e-9), 1.0) * begun
    chance = np.array([[1.0 - power(1.0 - min(h, 0.999), 12.0) for h in row] for row in hazard])
    tally = city.new_tally()
    holders = np.zeros((tally.shape[0], GROUPS, len(city.setting.areas), 2), np.int64)
    review(people.n, city.month, people.id, people.birth, people.area, people.state, people.scheme, people.card, tally, holders,
           ceilings(city), chance, p("card_issue_rate"), city.lasting("wants e-card"), city.key("takes e-card"), city.key("gets card"))
    city.add(tally)
    found = holders.sum(axis=0)
    city.ecard_share = found[..., 1] / np.maximum(found[..., 0], 1)
