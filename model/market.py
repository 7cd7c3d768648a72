"""Search and matching: those who search meet the posts that firms want to fill.

Each searcher looks in one block a month (area × sector, see `moves.py`; mostly in the own area, see `commuting.py`). In a block with U
searchers and V vacancies

    matches = A · U^α · V^(1−α)          at most min(U, V); A rises with public fairs and with posts published on the public platform

and the fraction is settled by the block's draw. Searchers stand in a queue by a keyed race in which a person's chance of being ahead is
in proportion to the standing (`support.py`: months without work, tier of skill, support), vacancies in another; as many of either as match
are the first of their queue, and chance pairs them (`pairing.py`). One more searcher therefore changes nothing outside the block that
month, and little within. Who has a job takes the post only if it pays more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import commuting, wages
from model import states as s
from model.arithmetic import exp, exp_each, line_sums, log, log_each
from model.blocks import DRAWN, leave_job, stretches
from model.compiler import by_parts, lent
from model.luck import ALL, draw64, draw_those, hash_ids, uniform
from model.moves import choose_blocks, jobs_asked, ways
from model.pairing import pair_up
from model.rulings import while_rules_hold
from model.separations import with_note
from model.support import is_young, standings
from model.threads import across
from model.wages import FLOOR, LEVEL, effects_of, log_worth, monthly

if TYPE_CHECKING:
    from model.city import City


Rows = NDArray[np.int64]
FLOWS = ("hires", "job_to_job", "first_registrations", "transfers_local", "reemployed", "startup_hires")
ONE, TWO = np.uint64(1), np.uint64(2)
LEAST_LUCK = 1e-18             # a draw of nought has no logarithm
STARTUP_MONTHS = 36             # hires by a start-up of under three years are jobs that it brought 带动就业


@njit(cache=True)
def sort_into(blocks, count):  # type: ignore[no-untyped-def]
    """Counting sort: (order, first) such that order[first[b]:first[b+1]] are the places j with blocks[j] == b, ascending."""
    first = np.zeros(count + 1, np.int64)
    for b in blocks:
        first[b + 1] += 1
    for b in range(count):
        first[b + 1] += first[b]
    at = first[:-1].copy()
    order = np.empty(blocks.size, np.int64)
    for j in range(blocks.size):
        order[at[blocks[j]]] = j
        at[blocks[j]] += 1
    return order, first


@njit(cache=True)
def edge_of(values, count):  # type: ignore[no-untyped-def]
    """A number (uint64) below which lie `count` of some values (uint64), or, where equal values forbid it, the greatest below which lie
    fewer; and how many lie below it. 1 <= count <= values.size. Halves the span from the least to the greatest value: each time a loop
    without branches."""
    low, high = values.min(), values.max()
    if count == values.size and high < ALL:
        return high + ONE, count
    below = 0
    while high > low:
        middle = high - (high - low) // TWO
        lower = 0
        for value in values:
            lower += value < middle
        if lower == count:
            return middle, count
        if lower < count:
            low, below = middle, lower
        else:
            high = middle - ONE
    return low, below


@lent
def choose_first(values, count, chosen):  # type: ignore[no-untyped-def]
    """Write to `chosen` (int64, as many as values) the places of the `count` least of some values (uint64), ascending, of equal ones the
    first; 1 <= count <= values.size. What follows them in `chosen` is of no account.

    The bits of positive floats, read as whole numbers, have the order of the floats."""
    edge, below = edge_of(values, count)
    k, equal = 0, count - below
    for j in range(values.size):
        ties = (values[j] == edge) & (equal > 0)
        chosen[k] = j
        k += (values[j] < edge) | ties
        equal -= ties


@njit(cache=True)
def first_of(values, count):  # type: ignore[no-untyped-def]
    """The places that `choose_first` chooses, int64."""
    chosen = np.empty(values.size, np.int64)
    choose_first(values, count, chosen)
    return chosen[:count].copy()


@njit(cache=True)
def post_vacancies(n, area, sector, alive, desired, staff, sectors):  # type: ignore[no-untyped-def]
    """Every open post: (firm, number of the post in its firm, block), one entry a post."""
    total = 0
    for f in range(n):
        if alive[f] and desired[f] > staff[f]:
            total += desired[f] - staff[f]
    firm, slot, block = np.empty(total, np.int64), np.empty(total, np.int64), np.empty(total, np.int64)
    v = 0
    for f in range(n):
        if alive[f] and desired[f] > staff[f]:
            for post in range(desired[f] - staff[f]):
                firm[v], slot[v], block[v] = f, post, area[f] * sectors + sector[f]
                v += 1
    return firm, slot, block


@lent
def places_of(searchers, identity, traits, standing, second_chance, key_person, key_again, room, places):  # type: ignore[no-untyped-def]
    """Write to `places` where each of `searchers` (rows) stands in the queue of the block: an exponential time of rate `standing`, the
    earliest first. room: to work in, ids and draws (uint64) and luck (float64), at least as many as searchers."""
    ids, draws, luck = room
    n = searchers.size
    draw_those(key_person, identity, searchers, ids, draws)
    for j in range(n):
        places[j] = max(uniform(draws[j]), LEAST_LUCK)
    for j in range(n):
        if traits[searchers[j]] & s.TRAINED:
            again = draw64(key_again, ids[j])
            if uniform(again) < second_chance:
                places[j] = max(places[j], uniform(draw64(key_again, again)))
    log_each(places[:n], luck)
    for j in range(n):
        places[j] = -luck[j] / standing[j]


@by_parts
def line_up(  # type: ignore[no-untyped-def]
    part, rows, order, identity, traits, standing, second_chance, key_person, key_again, searchers, places, at_rate,
):
    """Write the searchers of `rows` in `order`, block after block, their places in the queues (`places_of`) and their standing."""
    for c in range(*part):
        first, to = c * DRAWN, min((c + 1) * DRAWN, order.size)
        room = np.empty(DRAWN, np.uint64), np.empty(DRAWN, np.uint64), np.empty(DRAWN)
        for j in range(first, to):
            searchers[j], at_rate[j] = rows[order[j]], standing[order[j]]
        places_of(searchers[first:to], identity, traits, at_rate[first:to], second_chance, key_person, key_again, room, places[first:to])


@by_parts
def fill_posts(  # type: ignore[no-untyped-def]
    part, searchers, places, identity, order, first, vacancy_firm, vacancy_slot, vacancy_order, vacancy_first, firm_id, efficiency, alpha,
    key_post, key_block, key_pair, posts, chosen, chosen_posts, got,
):
    """Write to `got`, by searcher, the firm whose post he gets. searchers, places: `line_up`; efficiency: A by block; posts, chosen,
    chosen_posts: room to work in, of posts, searchers and posts."""
    for b in range(*part):
        here, open_posts = slice(first[b], first[b + 1]), slice(vacancy_first[b], vacancy_first[b + 1])
        u, v = first[b + 1] - first[b], vacancy_first[b + 1] - vacancy_first[b]
        if u == 0 or v == 0:
            continue
        expected = min(efficiency[b] * exp(alpha * log(float(u)) + (1.0 - alpha) * log(float(v))), float(min(u, v)))
        hires = min(np.int64(expected + uniform(draw64(key_block, np.uint64(b)))), u, v)
        if hires == 0:
            continue
        people_first, posts_first, offered = chosen[here], chosen_posts[open_posts], vacancy_order[open_posts]
        for j in range(v):
            w = offered[j]
            posts[vacancy_first[b] + j] = draw64(key_post, hash_ids(firm_id[vacancy_firm[w]], np.uint64(vacancy_slot[w]), np.uint64(0)))
        choose_first(places[here].view(np.uint64), hires, people_first)
        choose_first(posts[open_posts], hires, posts_first)
        draws = np.empty((2, hires), np.uint64)
        draw_those(key_pair, identity, searchers[here][people_first[:hires]], draws[0], draws[1])
        partner = pair_up(draws[1], posts[open_posts][posts_first[:hires]])
        for h in range(hires):
            got[order[first[b] + people_first[h]]] = vacancy_firm[offered[posts_first[partner[h]]]]


def queue(city: City, rows: Rows, looked: Rows, posts: tuple[Rows, Rows, Rows, Rows], blocks: int) -> Rows:
    """The firm that each searcher of `rows` gets, or NOBODY. looked: in which block; posts: firm and number of each, and their order and
    beginnings by block (`sort_into`).

    Places in the queue of a block are exponential times of rate `support.standings`, the earliest first. A person with recent training
    stands, with probability `training_second_chance`, at the better of two places.
    """
    people, p, firm = city.people, city.setting.parameter, posts[0]
    n, standing, (order, first) = rows.size, standings(city, rows, looked), sort_into(looked, blocks)
    key_person, key_again, *keys = city.keys("queue", "queue again", "post", "hires", "pair")
    searchers, places, got = np.empty(n, np.int64), np.empty(n), np.full(n, s.NOBODY, np.int64)
    across(line_up, stretches(n), rows, order, people.id, people.traits, standing, p("training_second_chance"), key_person, key_again,
           searchers, places, np.empty(n))
    across(fill_posts, blocks, searchers, places, people.id, order, first, *posts, city.firms.id, efficiency(city),
           p("matching_elasticity"), *keys, np.empty(firm.size, np.uint64), np.empty(n, np.int64), np.empty(firm.size, np.int64), got)
    return got


@by_parts
def offers(  # type: ignore[no-untyped-def]
    part, rows, got, month, identity, birth, traits, schooling, skill, firm_id, premium, years_of_school, rule, key_person, key_match,
    pay,
):
    """Write to `pay`, noughts, what the firm that each of `rows` got would pay, yuan a month."""
    for c in range(*part):
        ids, jobs, draws = np.empty(DRAWN, np.uint64), np.empty(DRAWN, np.uint64), np.empty((2, DRAWN), np.uint64)
        placed, x, worth, effects, k = np.empty(DRAWN, np.int64), np.empty(DRAWN), np.empty(DRAWN), np.empty((2, DRAWN)), 0
        for j in range(c * DRAWN, min((c + 1) * DRAWN, rows.size)):
            placed[k] = j
            k += got[j] != s.NOBODY
        for h in range(k):
            who = identity[rows[placed[h]]]
            ids[h], jobs[h] = who, who ^ firm_id[got[placed[h]]]
        effects_of(ids[:k], jobs[:k], key_person, key_match, draws, x, effects)
        for h in range(k):
            i, f = rows[placed[h]], got[placed[h]]
            x[h] = log_worth(effects[0, h], effects[1, h], premium[f], month - np.int64(birth[i]), traits[i], schooling[i], skill[i],
                             years_of_school, rule)
        exp_each(x[:k], worth)
        for h in range(k):
            pay[placed[h]] = np.int64(monthly(worth[h], rule[LEVEL], rule[FLOOR]) + 0.5)


@lent
def take_up(  # type: ignore[no-untyped-def]
    rows, got, offer, month, identity, birth, traits, area, state, note, spell, scheme, firm, schooling, skill, wage, trade, marks, staff,
    sector, firm_area, origin, founded, flows, elsewhere,
):
    """Searchers start their jobs, if they want them. offer: as of `offers`; flows: counts by the firm's area in the order of FLOWS and of
    the young, (7, areas). The rows of those who work in another area are listed in `elsewhere`; returns how many."""
    beyond = 0
    for j in range(rows.size):
        if got[j] == s.NOBODY:
            continue
        i, f, pay = rows[j], got[j], offer[j]
        a = firm_area[f]
        moved = state[i] == s.EMPLOYED
        months = month - np.int64(birth[i])
        if moved and pay <= wage[i]:
            continue
        if moved:
            staff[firm[i]] -= 1
            leave_job(i, firm, scheme, marks)
            flows[1, a] += 1
        if state[i] == s.UNEMPLOYED:
            flows[6, a] += is_young(months, schooling[i])
            flows[4, a] += (scheme[i] & s.REGISTERED) > 0
        scheme[i] &= s.PENSION_KIND + s.COUNTED
        if not moved and not scheme[i] & s.COUNTED:
            scheme[i] |= s.COUNTED
            flows[2, a] += 1
        if state[i] == s.FARM and not traits[i] & s.NONFARM_BEFORE:
            flows[3, a] += 1
        if state[i] == s.FARM:
            traits[i] |= s.NONFARM_BEFORE
        traits[i] &= 255 - s.TRAINED
        marks[i] &= s.EVERY_MARK - s.CAUSE - s.GUIDED - s.TRAINEE - s.WELFARE_POST - s.COMMUTES
        if area[i] != a:
            marks[i] |= s.COMMUTES
            elsewhere[beyond] = i
            beyond += 1
        firm[i], state[i], spell[i], note[i], trade[i], wage[i] = f, s.EMPLOYED, 0, s.JUST_HIRED, sector[f] + 1, pay
        staff[f] += 1
        flows[0, a] += 1
        if origin[f] & s.STARTUP and month - founded[f] < STARTUP_MONTHS:
            flows[5, a] += 1
    return beyond


@while_rules_hold
def efficiency(city: City) -> np.ndarray:
    """Matching efficiency A by block: fairs add `fair_effect` for each multiple of the usual number of fairs beyond the first, and posts
    published on the public platform `platform_effect` for each multiple of all posts that firms open in a year at the start."""
    p, total = city.setting.parameter, lambda name: float(city.setting.control(name, city.month).sum())
    usual, opened = city.fairs_at_start, 12.0 * p("separation_rate") * float(city.private_jobs.sum())
    boost = 1.0 + p("fair_effect") * (total("recruitment_fairs") / usual - 1.0) if usual > 0 else 1.0
    boost += p("platform_effect") * (total("published_posts") - city.setting.usual("published_posts")) / max(opened, 1.0)
    return np.repeat(city.setting.by_area("matching_efficiency") * max(boost, 0.0), len(city.sector_names))


def feel_tightness(city: City) -> None:
    """Posts for each searcher last month against the start, smoothed over about five months: what wage offers respond to."""
    city.tightness += 0.2 * (city.posts_a_searcher / city.usual_posts_a_searcher - city.tightness)


def hire(city: City, rows: Rows, got: Rows) -> None:
    """Persons in `rows`, ascending, start at the firms `got` (rows of Firms, NOBODY: none), are paid its offer, and are counted."""
    people, firms, flows = city.people, city.firms, np.zeros((len(FLOWS) + 1, len(city.setting.areas)), np.int64)
    pay = np.zeros(rows.size, np.int64)
    across(offers, stretches(rows.size), rows, got, city.month, people.id, people.birth, people.traits, people.schooling, people.skill,
           firms.id, firms.premium, wages.YEARS_OF_SCHOOL, wages.rule(city), *wages.keys(city), pay)
    elsewhere = np.empty(rows.size, np.int64)
    beyond = take_up(rows, got, pay, city.month, *city.person_columns(), *city.work_columns(), firms.staff, firms.sector, firms.area,
                     firms.origin, firms.founded, flows, elsewhere)
    commuting.list_commuters(city, elsewhere[:beyond])
    city.flows(FLOWS, flows[:-1])
    city.young_hires += flows[-1] * city.weight


def blocks_to_look_in(city: City, rows: Rows) -> Rows:
    """Block in which each of `rows` looks for a job this month."""
    people, jobs, looked = city.people, jobs_asked(city), np.empty(rows.size, np.int64)
    key, key_area = city.keys("where to look", "in which area")
    across(choose_blocks, stretches(rows.size), rows, people.id, people.area, people.schooling, people.skill, people.trade,
           ways(city, jobs), key, *commuting.reach(city, line_sums(jobs)), key_area, looked)
    return looked


def fill_public_posts(city: City) -> None:
    """Posts that policy opened wait on as the open posts of public employers do, since any of these is as likely to be filled."""
    if not np.count_nonzero(city.public_posts_waiting):
        return
    firms, public = city.firms, city.public_employers
    still = np.bincount(firms.area[public], np.maximum(firms.desired[public] - firms.staff[public], 0), len(city.weight)) * city.weight
    city.public_posts_waiting *= np.minimum(still / np.maximum(city.open_public, 1e-9), 1.0)


def match(city: City) -> None:
    """Vacancies are posted, searchers queue, and those who are matched start work."""
    firms = city.firms
    k, blocks = len(city.sector_names), len(city.setting.areas) * len(city.sector_names)
    rows = with_note(city, s.SEARCHING, s.FARM_SEARCHING)
    firm, slot, block = post_vacancies(firms.n, firms.area, firms.sector, firms.alive, firms.desired, firms.staff, k)
    order, first = sort_into(block, blocks)
    city.open_public = (first[k::k] - first[k - 1::k]) * city.weight            # the public sector is the last
    got = queue(city, rows, blocks_to_look_in(city, rows), (firm, slot, order, first), blocks)
    city.young_hires[:] = 0.0
    hire(city, rows, got)
    fill_public_posts(city)
    if rows.size:
        city.posts_a_searcher = firm.size / rows.size
    city.flow("vacancies", first[k::k] - first[:-1:k])
    city.count_rows("seekers", rows)
