"""Posts that the public pays for 公益性岗位、就业见习、基层岗位: for those who have the least chance, for the young, and for good.

    public-welfare posts   the hard-to-employ 就业困难人员, at public units, for `welfare_post_months` at most, to retirement if that is
                           less than five years away; paid the minimum wage
    traineeships 就业见习   the young without work, at public units as hosts, for `traineeship_months`; paid `traineeship_allowance` of it
    public posts           permanent posts at public units, filled through the market like any other; until then they displace nobody

Hard-to-employ: local, unemployed, and men of 50 and over, women of 40 and over, or out of work for a year (the usual 4050 rule; assumption
for cities whose own rule is not published). Offers go by keyed queue. A post that its holder leaves early lapses; who
has had one is offered another only after a job in the market.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import states as s
from model.blocks import leave_job, past_legal_age
from model.compiler import lent
from model.luck import choose, draw64
from model.market import first_of, sort_into
from model.rulings import while_rules_hold
from model.support import is_hard, is_young
from model.wages import minimum_wage

if TYPE_CHECKING:
    from model.city import City

FIVE_YEARS, FOR_GOOD = 60, 1 << 20
ROW, HOLDER, UNIT, MARK, DUE = range(5)
COUNTED_AS = np.array([0, 0, 0, 1])     # persons placed, hires and vacancies are one; first registrations


class FundedPosts:
    """Who holds a publicly paid post that ends, (5, posts): row of People with its id, the unit, the programme's mark, the month of the
    end."""

    def __init__(self) -> None:
        self.posts = np.zeros((5, 0), np.int64)

    @property
    def id(self) -> NDArray[np.uint64]:
        """Of the holders."""
        return self.posts[HOLDER].view(np.uint64)

    @property
    def due(self) -> NDArray[np.int64]:
        """The months in which the posts end."""
        return self.posts[DUE]

    def units(self) -> NDArray[np.int64]:
        """The unit of each post that is not yet reviewed away (a holder's row may be another's by now)."""
        return self.posts[UNIT]

    def usual(self, city: City) -> float:
        """Posts that the policy of the year before the run would have filled by now, real persons."""
        p, months = city.setting.parameter, city.month + 1
        posts = city.setting.usual("hard_to_employ_posts") / 12 * min(months, city.setting.usual("welfare_post_months"))
        return posts + city.setting.usual("traineeships") / 12 * min(months, p("traineeship_months"))


@njit(cache=True)
def entitled(rows, month, birth, traits, state, note, spell, schooling, marks, mark):  # type: ignore[no-untyped-def]
    """Those of `rows` who search for work without any, have had no post of this `mark`, and are hard to employ (for a traineeship: young),
    int64."""
    out, k = np.empty(rows.size, np.int64), 0
    for i in rows:
        if note[i] == s.SEARCHING and state[i] == s.UNEMPLOYED and not marks[i] & mark:
            months = month - np.int64(birth[i])
            out[k] = i
            k += is_young(months, schooling[i]) if mark == s.TRAINEE else is_hard(months, traits[i], spell[i])
    return out[:k].copy()


@njit(cache=True)
def front(rows, identity, area, offered, key):  # type: ignore[no-untyped-def]
    """Those of `rows` who stand first in the keyed queue of their area, `offered` by area; area after area."""
    luck, homes = np.empty(rows.size, np.uint64), np.empty(rows.size, np.int64)
    for j in range(rows.size):
        luck[j], homes[j] = draw64(key, identity[rows[j]]), area[rows[j]]
    order, first = sort_into(homes, offered.size)
    out, k = np.empty(rows.size, np.int64), 0
    for a in range(offered.size):
        here = order[first[a]: first[a + 1]]
        count = min(offered[a], here.size)
        if count > 0:
            out[k: k + count] = rows[here[first_of(luck[here], count)]]
            k += count
    return out[:k].copy()


@njit(cache=True)
def place(  # type: ignore[no-untyped-def]
    rows, units, first, month, identity, birth, traits, area, state, note, spell, scheme, firm, wage, trade, marks, staff, desired, sector,
    pay, mark, due, legal, first_birth, key, counted,
):
    """Each person of `rows` starts at one of the public `units` of the own area, which wants that much more staff from now on.

    units: rows of firms by area, that of area a from first[a] to first[a + 1]; due: month of the end, but for welfare posts of those near
    the `legal` age, who stay to it; counted: persons placed and first registrations, (2, areas). Returns the posts (`FundedPosts`).
    """
    posts = np.empty((5, rows.size), np.int64)
    for j in range(rows.size):
        i = rows[j]
        a = area[i]
        here = units[first[a]: first[a + 1]]
        f = here[choose(draw64(key, identity[i]), np.uint64(here.size))]
        counted[0, a] += 1
        scheme[i] &= s.PENSION_KIND + s.COUNTED
        if not scheme[i] & s.COUNTED:
            scheme[i] |= s.COUNTED
            counted[1, a] += 1
        traits[i] &= 255 - s.TRAINED
        marks[i] = (marks[i] & (s.EVERY_MARK - s.CAUSE - s.GUIDED)) | mark
        firm[i], state[i], spell[i], note[i], trade[i] = f, s.EMPLOYED, 0, s.JUST_HIRED, sector[f] + 1
        wage[i] = np.int64(pay / 10.0 + 0.5)
        staff[f] += 1
        desired[f] += 1
        near = past_legal_age(month + FIVE_YEARS - np.int64(birth[i]), np.int64(birth[i]), traits[i], legal, first_birth)
        posts[ROW, j], posts[HOLDER, j], posts[UNIT, j], posts[MARK, j] = i, np.int64(identity[i]), f, mark
        posts[DUE, j] = FOR_GOOD if near and mark == s.WELFARE_POST else due
    return posts


@lent
def review(posts, month, identity, area, state, spell, scheme, firm, marks, staff, desired, ended):  # type: ignore[no-untyped-def]
    """Posts whose holder has left lapse: the unit wants one of staff less. Posts that are due end, and their holders are without work;
    the mark of the programme stays until a job in the market. ended: rows by area. The others move up in `posts`; returns how many."""
    kept = 0
    for j in range(posts.shape[1]):
        i, f = posts[ROW, j], posts[UNIT, j]
        there = identity[i] == np.uint64(posts[HOLDER, j]) and state[i] == s.EMPLOYED and firm[i] == f
        if there and posts[DUE, j] > month:
            posts[:, kept] = posts[:, j]
            kept += 1
            continue
        desired[f] -= 1
        if there:
            staff[f] -= 1
            leave_job(i, firm, scheme, marks)
            state[i], spell[i] = s.UNEMPLOYED, 0
            marks[i] = (marks[i] & (s.EVERY_MARK - s.CAUSE)) | s.BY_CONTRACT
            ended[area[i]] += 1
    return kept


def review_posts(city: City) -> None:
    """Posts whose holder has left lapse, and posts that are due end."""
    people, firms, posts = city.people, city.firms, city.funded.posts
    if not posts.shape[1]:
        return
    ended = np.zeros(len(city.setting.areas), np.int64)
    kept = review(posts, city.month, people.id, people.area, people.state, people.spell, people.scheme, people.firm, people.marks,
                  firms.staff, firms.desired, ended)
    city.funded.posts = posts[:, :kept].copy()
    for name in ("contract_ends", "posts_ended"):
        city.flow(name, ended)


@while_rules_hold
def units(city: City) -> tuple[NDArray[np.intp], NDArray[np.int64], NDArray[np.bool_]]:
    """Public institutions (rows of firms), area after area, the place of the first of each area, and which areas have one: they stay."""
    hosts = city.public_employers[city.firms.ownership[city.public_employers] == s.PUBLIC_UNIT]
    order, first = sort_into(city.firms.area[hosts].astype(np.int64), len(city.setting.areas))
    return hosts[order], first, np.diff(first) > 0


def offer(city: City, control: str, mark: int, series: str, pay: float, due: int) -> None:
    """A twelfth of the year's posts is offered in each area, in the order of the month's keyed queue. due: month of the end."""
    offered = city.whole_rows(control, city.setting.control(control, city.month) / 12)
    if not np.count_nonzero(offered):
        return
    people, firms = city.people, city.firms
    rows = entitled(city.busy, city.month, people.birth, people.traits, people.state, people.note, people.spell, people.schooling,
                    people.marks, mark)
    (hosts, first, hosting), counted = units(city), np.zeros((2, offered.size), np.int64)
    held = front(rows, people.id, people.area, offered * hosting, city.key(f"offer {control}"))
    posts = place(held, hosts, first, city.month, people.id, people.birth, people.traits, people.area, people.state, people.note,
                  people.spell, people.scheme, people.firm, people.wage, people.trade, people.marks, firms.staff, firms.desired,
                  firms.sector, pay, mark, due, city.legal_ages, city.first_birth, city.key(f"which unit {control}"), counted)
    city.funded.posts = np.concatenate([city.funded.posts, posts], axis=1)
    city.flows((series, "hires", "vacancies", "first_registrations"), counted[COUNTED_AS])


@while_rules_hold
def longest_term(city: City) -> int:
    """Months for which a public-welfare post is held at most."""
    return max(int(round(float(city.setting.control("welfare_post_months", city.month).mean()))), 1)


def open_public_posts(city: City) -> None:
    """Permanent posts of the month at public units, one after the other in the order of a keyed draw."""
    wanted, firms = city.setting.control("public_posts", city.month), city.firms
    if not np.count_nonzero(wanted):
        return
    opened = city.whole_rows("public_posts", wanted / 12)
    for a in np.flatnonzero(opened):
        units = city.public_employers[firms.area[city.public_employers] == a]
        if units.size:
            first = units[np.argsort(city.draws("public post", firms.id[units]), kind="stable")]
            np.add.at(firms.desired, first[np.arange(opened[a]) % first.size], 1)
            city.public_posts_added[a] += opened[a] * city.weight[a]
            city.public_posts_waiting[a] += opened[a] * city.weight[a]


def help_hard_to_employ(city: City) -> None:
    """Posts that are due end; the month's posts for the hard-to-employ and for the young are offered, and permanent ones opened."""
    p, wage, t = city.setting.parameter, minimum_wage(city), city.month
    review_posts(city)
    offer(city, "hard_to_employ_posts", s.WELFARE_POST, "helped", wage, t + longest_term(city))
    offer(city, "traineeships", s.TRAINEE, "trainees", wage * p("traineeship_allowance"), t + int(p("traineeship_months")))
    open_public_posts(city)
