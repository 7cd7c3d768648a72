"""The month's market of the plain city: placements of the hard-to-employ, and searchers who meet posts."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from benchmarks.peer import support
from benchmarks.peer.luck import choose, draw64, hash_ids, mix64, uniform
from model import states as s
from model.arithmetic import exp, log

if TYPE_CHECKING:
    from benchmarks.peer.city import PlainCity
    from benchmarks.peer.employer import Employer
    from benchmarks.peer.person import Person


def review_posts(city: PlainCity) -> None:
    """Posts whose holder has left lapse, and posts that are due end."""
    kept = []
    for person, unit, due in city.funded:
        if person.state != s.EMPLOYED or person.employer is not unit:
            unit.desired -= 1
        elif due <= city.month:
            unit.staff -= 1
            unit.desired -= 1
            person.leave_job()
            person.begin(s.UNEMPLOYED)
            person.without_work(s.BY_CONTRACT)
            city.tell("contract_ends", person.area)
            city.tell("posts_ended", person.area)
        else:
            kept.append((person, unit, due))
    city.funded = kept


def offer_posts(city: PlainCity, control: str, mark: int, series: str, pay: float, due: int) -> None:
    """The month's posts of a programme at public institutions, first come by draw."""
    posts = city.whole(control, [x / 12 for x in city.control(control)])
    entitled = support.is_young if mark == s.TRAINEE else support.is_hard
    waiting = [p for p in city.people if p.state == s.UNEMPLOYED and p.note == s.SEARCHING and not p.marks & mark and entitled(p)]
    waiting.sort(key=lambda p: city.draw(f"offer {control}", p.identity))
    for area, count in enumerate(posts):
        units = [f for f in city.firms if f.area == area and f.ownership == s.PUBLIC_UNIT and f.alive]
        for person in [p for p in waiting if p.area == area][:count] if units else []:
            unit = units[choose(city.draw(f"which unit {control}", person.identity), len(units))]
            person.be_counted(area)
            person.start_job(unit, pay / 10.0)
            person.marks = person.marks & (s.EVERY_MARK - s.GUIDED) | mark
            unit.desired += 1
            last = city.legal_age(person.female, person.cadre, person.birth)
            near = mark == s.WELFARE_POST and city.month + 60 - person.birth >= last
            city.funded.append((person, unit, 1 << 20 if near else due))
            city.tell(series, area)
            city.tell("vacancies", area)


def open_public_posts(city: PlainCity) -> None:
    """Permanent posts of the month, one unit after the other by draw."""
    for area, count in enumerate(city.whole("public_posts", [x / 12 for x in city.control("public_posts")])):
        units = [f for f in city.firms if f.area == area and f.public and f.alive]
        units.sort(key=lambda f: city.draw("public post", f.identity))
        for k in range(count if units else 0):
            units[k % len(units)].desired += 1
            city.public_posts_added[area] += city.weight[area]
            city.public_posts_waiting[area] += city.weight[area]


def place_hard_to_employ(city: PlainCity) -> None:
    """Publicly paid posts end, are offered, and open for good."""
    review_posts(city)
    terms = city.control("welfare_post_months")
    term = round(sum(terms) / len(terms))
    offer_posts(city, "hard_to_employ_posts", s.WELFARE_POST, "helped", city.minimum_wage, city.month + max(term, 1))
    allowance = city.minimum_wage * city.p["traineeship_allowance"]
    offer_posts(city, "traineeships", s.TRAINEE, "trainees", allowance, city.month + int(city.p["traineeship_months"]))
    open_public_posts(city)


def efficiency(city: PlainCity) -> list[float]:
    """How well searchers and posts meet, by area: more fairs than usual help, and so do published posts."""
    fairs, usual = sum(city.control("recruitment_fairs")), city.usual_fairs
    boost = 1.0 + city.p["fair_effect"] * (fairs / usual - 1.0) if usual > 0 else 1.0
    opened = 12.0 * city.p["separation_rate"] * sum(map(sum, city.demand_at_start))
    boost += city.p["platform_effect"] * (sum(city.control("published_posts")) - city.setting.usual("published_posts")) / max(opened, 1.0)
    return [a * max(boost, 0.0) for a in city.by_area("matching_efficiency")]


def block_of(city: PlainCity, person: Person) -> tuple[int, int]:
    """(area, sector) in which a searcher looks this month."""
    area = area_of(city, person)
    chances, u = city.ways[area][person.trade][support.tier_of(person)], city.share("where to look", person.identity)
    return area, next((k for k, chance in enumerate(chances[:-1]) if u < chance), len(chances) - 1)


def area_of(city: PlainCity, person: Person) -> int:
    """Where a searcher looks: at home, or in an area that shares a market with it, by the jobs there."""
    reached = city.reached[person.area]
    if not reached:
        return person.area
    u = city.share("in which area", person.identity) - (1.0 - sum(reached.values()))
    if u < 0.0:
        return person.area
    for area, chance in reached.items():
        if u < chance:
            return area
        u -= chance
    return area


def reach(city: PlainCity, jobs: list[float]) -> list[dict[int, float]]:
    """For each area the chances of looking in others; jobs: by area."""
    core, found = city.setting.core, []
    for a, weight in enumerate(city.weight):
        alike = [b for b in range(len(jobs)) if core and city.weight[b] == weight]
        in_core = [b for b in alike if core[a] and core[b]]
        chances = dict.fromkeys([b for b in alike if b != a], 0.0)
        for share, market in (("look_in_city", alike), ("look_in_core", in_core)):
            for b in market:
                if b != a:
                    chances[b] += city.p[share] * jobs[b] / sum(jobs[c] for c in market)
        found.append(chances if sum(chances.values()) > 0.0 else {})
    return found


def place_in_queue(city: PlainCity, person: Person, standing: float) -> float:
    """Low is early; the trained may stand at the better of two places."""
    luck = city.share("queue", person.identity)
    if person.trained:
        again = city.draw("queue again", person.identity)
        if uniform(again) < city.p["training_second_chance"]:
            luck = max(luck, city.share("queue again", again))
    return -log(max(luck, 1e-18)) / standing


def meet(
    city: PlainCity, block: int, searchers: list[Person], posts: list[tuple[Employer, int]], a: float
) -> list[tuple[Person, Employer]]:
    """Who gets which post in a block."""
    u, v, alpha = len(searchers), len(posts), city.p["matching_elasticity"]
    expected = min(a * exp(alpha * log(float(u)) + (1.0 - alpha) * log(float(v))), float(min(u, v)))
    hires = min(int(expected + city.share("hires", block)), u, v)
    post_key = city.key("post", city.month)
    luck = lambda post: draw64(post_key, hash_ids(post[0].identity, post[1], 0))  # noqa: E731
    chosen = sorted(searchers, key=lambda person: place_in_queue(city, person, city.standing[person.identity]))[:hires]
    offers = sorted(posts, key=luck)[:hires]
    partners = pair_up([city.draw("pair", person.identity) for person in chosen], [luck(post) for post in offers])
    return [(person, offers[post][0]) for person, post in zip(chosen, partners, strict=True)]


def pair_up(people: list[int], posts: list[int]) -> list[int]:
    """Which of the posts each person gets, from a draw of each: by bins, half as many in every round."""
    person_draws, post_draws, bits = dict(enumerate(people)), dict(enumerate(posts)), max(len(people) - 1, 0).bit_length()
    got = {}
    while person_draws:
        person_draws, post_draws = ({k: mix64(draw) for k, draw in draws.items()} for draws in (person_draws, post_draws))
        first_person, first_post = ({draw >> 64 - bits: k for k, draw in sorted(draws.items(), key=lambda one: -one[1])}
                                    for draws in (person_draws, post_draws))
        for place in first_person.keys() & first_post.keys():
            got[first_person[place]] = first_post[place]
            del person_draws[first_person[place]], post_draws[first_post[place]]
        bits = max(bits - 1, 0)
    return [got[k] for k in range(len(people))]


def open_public_posts_now(city: PlainCity) -> list[float]:
    """Posts that stand open at public employers, real persons by area."""
    posts = [0] * len(city.weight)
    for firm in city.firms:
        posts[firm.area] += max(firm.desired - firm.staff, 0) if firm.public and firm.alive else 0
    return [n * w for n, w in zip(posts, city.weight, strict=True)]


def match(city: PlainCity) -> None:
    """Searchers queue in their blocks, posts stand open, and those who are matched start work."""
    searchers, posts = defaultdict(list), defaultdict(list)
    city.open_public = open_public_posts_now(city)
    city.reached = reach(city, support.open_market(city))
    for person in city.people:
        if person.note in (s.SEARCHING, s.FARM_SEARCHING):
            block = block_of(city, person)
            city.standing[person.identity] = support.stand(city, person, *block)
            searchers[block].append(person)
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
    still = open_public_posts_now(city)
    city.public_posts_waiting = [
        n * min(left / max(was, 1e-9), 1.0) for n, left, was in zip(city.public_posts_waiting, still, city.open_public, strict=True)
    ]
    if city.standing:
        city.posts_a_searcher = sum(map(len, posts.values())) / len(city.standing)
