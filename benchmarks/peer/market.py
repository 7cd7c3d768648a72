"""The month's market of the plain city: placements of the hard-to-employ, and searchers who meet posts."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from benchmarks.peer.luck import choose, draw64, hash_ids, uniform
from model import states as s
from model.arithmetic import exp, log

if TYPE_CHECKING:
    from benchmarks.peer.city import PlainCity
    from benchmarks.peer.employer import Employer
    from benchmarks.peer.person import Person


def is_hard_to_employ(person: Person) -> bool:
    """A local without work who is over 50 (women 40), or a year without work."""
    old = person.months // 12 >= (40 if person.female else 50)
    return (old or person.spell >= 12) and not person.outsider


def place_hard_to_employ(city: PlainCity) -> None:
    """The month's posts at public institutions, first come by draw."""
    posts = city.whole("hard_to_employ_posts", [x / 12 for x in city.control("hard_to_employ_posts")])
    waiting = [p for p in city.people if p.state == s.UNEMPLOYED and p.note == s.SEARCHING and is_hard_to_employ(p)]
    waiting.sort(key=lambda p: city.draw("offer", p.identity))
    for area, count in enumerate(posts):
        units = [f for f in city.firms if f.area == area and f.ownership == s.PUBLIC_UNIT and f.alive]
        for person in [p for p in waiting if p.area == area][:count] if units else []:
            unit = units[choose(city.draw("which unit", person.identity), len(units))]
            person.be_counted()
            person.start_job(unit, city.minimum_wage / 10.0)
            unit.desired += 1
            city.tell("helped", area)
            city.tell("vacancies", area)


def efficiency(city: PlainCity) -> list[float]:
    """How well searchers and posts meet, by area: more fairs than usual help."""
    fairs, usual = sum(city.control("recruitment_fairs")), city.usual_fairs
    boost = 1.0 + city.p["fair_effect"] * ((fairs / usual) - 1.0) if usual > 0 else 1.0
    return [a * max(boost, 0.0) for a in city.by_area("matching_efficiency")]


def block_of(city: PlainCity, person: Person) -> tuple[int, int]:
    """(area, sector) in which a searcher looks this month."""
    shares, u = city.sector_shares[person.area], city.share("where to look", person.identity)
    return person.area, next((k for k, share in enumerate(shares[:-1]) if u < share), len(shares) - 1)


def place_in_queue(city: PlainCity, person: Person) -> int:
    """Low is early; the trained may stand at the better of two places."""
    place = city.draw("queue", person.identity)
    if person.trained:
        again = city.draw("queue again", person.identity)
        if uniform(again) < city.p["training_second_chance"]:
            place = min(place, city.draw("queue again", again))
    return place


def meet(
    city: PlainCity, block: int, searchers: list[Person], posts: list[tuple[Employer, int]], a: float
) -> list[tuple[Person, Employer]]:
    """Who gets which post in a block."""
    u, v, alpha = len(searchers), len(posts), city.p["matching_elasticity"]
    expected = min(a * exp(alpha * log(float(u)) + (1.0 - alpha) * log(float(v))), float(min(u, v)))
    hires = min(int(expected + city.share("hires", block)), u, v)
    post_key = city.key("post", city.month)
    queue = sorted(searchers, key=lambda person: place_in_queue(city, person))
    offers = sorted(posts, key=lambda post: draw64(post_key, hash_ids(post[0].identity, post[1], 0)))
    return [(person, firm) for person, (firm, _) in zip(queue[:hires], offers, strict=False)]


def match(city: PlainCity) -> None:
    """Searchers queue in their blocks, posts stand open, and those who are matched start work."""
    searchers, posts = defaultdict(list), defaultdict(list)
    for person in city.people:
        if person.note in (s.SEARCHING, s.FARM_SEARCHING):
            searchers[block_of(city, person)].append(person)
            city.tell("seekers", person.area)
    for firm in city.firms:
        for post in range(firm.desired - firm.staff if firm.alive else 0):
            posts[firm.area, firm.sector].append((firm, post))
            city.tell("vacancies", firm.area)
    by_area = efficiency(city)
    matched = []
    for area, sector in searchers.keys() & posts.keys():
        block = area * len(city.sectors) + sector
        matched += meet(city, block, searchers[area, sector], posts[area, sector], by_area[area])
    for person, firm in matched:
        person.take_post(firm)
