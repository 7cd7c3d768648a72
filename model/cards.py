"""Social-security cards 社会保障卡 and their electronic form 电子社保卡: who holds one.

    card      a person on the roster without a card gets one in the review of the birthday month with  card_issue_rate  (a year)
    e-card    whoever could ever want one (lasting draw < ceiling of the age) takes it in that review with  1 − (1 − h)^12,
              h = ecard_innovation · drive + ecard_imitation · F ÷ ceiling      (Bass 1969, a month)

F is the share of holders in the person's group (four ages × in a pension scheme or not) at the end of last month; `ecard_drive` is
effort in counters, schools and firms against that of the base year. Nobody had an e-card before April 2018, when it was introduced.
At the start each group stands where the same curve has brought it since then, and a city's own cards where it publishes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import states as s
from model.arithmetic import exp, log
from model.blocks import DRAWN, stretches
from model.compiler import by_parts, lent
from model.luck import draw64, draw_each, draw_those, uniform
from model.rolls import E_CARDS_BY_GROUP, RESIDENTS_BY_GROUP
from model.setting import month_of, once
from model.threads import across

if TYPE_CHECKING:
    from model.city import City

INTRODUCED = "2018-04"
YOUNG, MIDDLE, OLD = 16 * 12, 40 * 12, 60 * 12          # months of age at which the next group begins
GROUPS = 8


@njit(inline="always")
def group_of(months, scheme):  # type: ignore[no-untyped-def]
    """0-3: under 16, 16-39, 40-59, 60 and over; + 4 for members of a pension scheme."""
    return (months >= YOUNG) + (months >= MIDDLE) + (months >= OLD) + 4 * (scheme & s.PENSION_KIND != 0)      # no branches: ages are mixed


class Offer(NamedTuple):
    """What a month's reviews of cards go by, ready for a kernel. ceiling: by age group, (4,); chance: of a year, by group and area, (8,
    areas); issue: of a card; keys: who ever wants an e-card, who takes it, who gets a card."""

    ceiling: NDArray[np.float64]
    chance: NDArray[np.float64]
    issue: float
    keys: NDArray[np.uint64]


@lent
def review_cards(rows, month, identity, birth, scheme, area, card, offer, who, draws):  # type: ignore[no-untyped-def]
    """The reviews of the birthdays of `rows`; who, draws: room to work in, (BATCH,) and (2, BATCH) uint64, at least as many as rows."""
    n = rows.size
    draw_those(offer.keys[0], identity, rows, who, draws[0])
    draw_each(offer.keys[1], who[:n], draws[1])
    for j in range(n):
        i = rows[j]
        g, held = group_of(month - np.int64(birth[i]), scheme[i]), card[i]
        if not held & s.CARD and uniform(draw64(offer.keys[2], who[j])) < offer.issue:
            held |= s.CARD
        takes = (uniform(draws[0, j]) < offer.ceiling[g & 3]) & (uniform(draws[1, j]) < offer.chance[g, area[i]])
        card[i] = held | (s.E_CARD if takes else 0)


@once
def ceilings(city: City) -> NDArray[np.float64]:
    """Share of each age that would ever take an e-card, (4,)."""
    p = city.setting.parameter
    return p("ecard_ceiling") * np.array([p("ecard_children"), 1.0, 1.0, p("ecard_elderly")])


@once
def ceilings_by_group(city: City) -> NDArray[np.float64]:
    """The same by group, (8, 1)."""
    return ceilings(city)[np.arange(GROUPS) % 4, None]


def bass(months: float, p: float, q: float) -> float:
    """Share of all who ever adopt that has done so after `months`: (1 − e^−(p+q)t) ÷ (1 + q/p · e^−(p+q)t)."""
    if months <= 0 or p <= 0:
        return 0.0
    fading = float(exp(-(p + q) * months))
    return (1.0 - fading) / (1.0 + q / p * fading)


@lent
def hold(draws, draws_ecard, birth, state, share, takers, card):  # type: ignore[no-untyped-def]
    """The cards of a stretch of `first_cards`: a loop without branches, which the compiler turns into vector instructions."""
    child, young, middle, old = takers[0], takers[1], takers[2], takers[3]
    for j in range(card.size):
        born = birth[j]
        taken = old if born < -OLD else middle if born < -MIDDLE else young if born < -YOUNG else child
        held = s.CARD * (uniform(draws[j]) < share) + s.E_CARD * (uniform(draws_ecard[j]) < taken)
        card[j] = held if state[j] != s.GONE else 0


@by_parts
def first_cards(part, n, identity, birth, state, card, share, takers, key_card, key_ecard):  # type: ignore[no-untyped-def]
    """The first cards of everyone on the roster. share: of holders; takers: of holders of an e-card by age group, (4,)."""
    for b in range(*part):
        first, to, draws = b * DRAWN, min((b + 1) * DRAWN, n), np.empty((2, DRAWN), np.uint64)
        draw_each(key_card, identity[first:to], draws[0])
        draw_each(key_ecard, identity[first:to], draws[1])
        hold(draws[0], draws[1], birth[first:to], state[first:to], share, takers, card[first:to])


def issue_first_cards(city: City) -> None:
    """Who holds a card and an e-card at the baseline date."""
    people, p, n = city.people, city.setting.parameter, city.people.n
    share = p("card_coverage")
    published, own = (city.setting.usual_rates.get(name) for name in ("card_holders", "ecard_coverage"))
    if published is not None:
        share = min(1.0, published / float(city.rows_by_area(people.state[:n] != s.GONE) @ city.weight))
    adopted = bass(-month_of(city.setting.start_year, INTRODUCED), p("ecard_innovation"), p("ecard_imitation"))
    if own is not None:
        age = np.searchsorted([YOUNG, MIDDLE, OLD], -1 - people.birth[:n].astype(np.int64), side="right")
        residents = (people.state[:n] != s.GONE) & (people.state[:n] != s.AWAY)
        weight = residents * city.weight[people.area[:n]]
        adopted = min(1.0, own / max(float((ceilings(city)[age] * weight).sum() / weight.sum()), 1e-9))
    across(first_cards, stretches(n), n, people.id, people.birth, people.state, people.card, float(share), adopted * ceilings(city),
                city.lasting("card at start"), city.lasting("wants e-card"))
    city.ecard_share = np.repeat(adopted * ceilings_by_group(city), len(city.setting.areas), axis=1)
    hand_out(city)


@njit(cache=True)
def chances_of(drive, innovation, imitation, share, ceiling):  # type: ignore[no-untyped-def]
    """Chance to take an e-card within a year, by group and area (see the module's equation), for those who ever would. share: of holders,
    by group and area; ceiling: by age group."""
    out = np.empty(share.shape)
    for g in range(share.shape[0]):
        for a in range(share.shape[1]):
            hazard = min(innovation * drive[a] + imitation * share[g, a] / max(ceiling[g & 3], 1e-9), 1.0)
            out[g, a] = 1.0 - exp(12.0 * log(1.0 - min(hazard, 0.999)))
    return out


def hand_out(city: City) -> None:
    """The terms of the month's reviews; the reviews are part of the bureau's count (`bureau.count`), so that nobody is visited twice."""
    p, drive = city.setting.parameter, city.setting.control("ecard_drive", max(city.month, 0))
    if city.month >= month_of(city.setting.start_year, INTRODUCED):
        chance = chances_of(drive, p("ecard_innovation"), p("ecard_imitation"), city.ecard_share, ceilings(city))
    else:
        chance = np.zeros_like(city.ecard_share)
    keys = np.array([city.lasting("wants e-card"), city.key("takes e-card"), city.key("gets card")], np.uint64)
    city.card_offer = Offer(ceilings(city), chance, float(p("card_issue_rate")), keys)


def share_out(city: City, counted: NDArray[np.int64]) -> None:
    """Shares of residents with an e-card by group and area, from which next month's adoption follows. counted: `bureau.count_stocks`."""
    city.ecard_share = counted[E_CARDS_BY_GROUP:] / np.maximum(counted[RESIDENTS_BY_GROUP: E_CARDS_BY_GROUP], 1)
