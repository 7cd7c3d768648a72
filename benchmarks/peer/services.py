"""Cards and disputes of the plain city: who takes a card, and who files a case (`model.cards`, `model.disputes`)."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING

from model import states as s
from model.arithmetic import power
from model.setting import month_of

if TYPE_CHECKING:
    from benchmarks.peer.city import PlainCity
    from benchmarks.peer.person import Person

Table = list[list[float]]


def group_of(person: Person) -> int:
    """Age under 16, 16-39, 40-59, 60 and over; + 4 in a pension scheme."""
    return sum(person.months >= years * 12 for years in (16, 40, 60)) + (4 if person.pension != s.NO_PENSION else 0)


def adoption(city: PlainCity) -> tuple[list[float], Table]:
    """Ceilings by age, and the yearly chance of an e-card by group and area."""
    p, areas = city.p, range(len(city.weight))
    ceiling = [p["ecard_ceiling"] * ratio for ratio in (p["ecard_children"], 1.0, 1.0, p["ecard_elderly"])]
    drive, begun = city.control("ecard_drive"), city.month >= month_of(city.setting.start_year, "2018-04")
    chance = [[0.0 for _ in areas] for _ in range(8)]
    for g in range(8):
        for a in areas:
            h = p["ecard_innovation"] * drive[a] + p["ecard_imitation"] * city.ecard_share[g][a] / max(ceiling[g % 4], 1e-9)
            chance[g][a] = 1.0 - power(1.0 - min(min(h, 1.0) * begun, 0.999), 12.0)
    return ceiling, chance


def hand_out(city: PlainCity) -> None:
    """Everyone's card, reviewed in the month of the birthday; then who holds one is counted."""
    ceiling, chance = adoption(city)
    here, with_one = ([[0 for _ in city.weight] for _ in range(8)] for _ in range(2))
    for person in city.people:
        g, a = group_of(person), person.area
        if person.months % 12 == 0:
            if not person.card & s.CARD and city.share("gets card", person.identity) < city.p["card_issue_rate"]:
                person.card |= s.CARD
            wants = not person.card & s.E_CARD and chance[g][a] > 0.0 and city.taste("wants e-card", person.identity) < ceiling[g % 4]
            if wants and city.share("takes e-card", person.identity) < chance[g][a]:
                person.card |= s.E_CARD
        if person.card & s.CARD:
            city.tell("card_holders", a)
        if person.card & s.E_CARD:
            city.tell("ecard_holders", a)
        if person.state != s.AWAY:
            here[g][a] += 1
            if person.card & s.E_CARD:
                with_one[g][a] += 1
                city.tell("ecard_residents", a)
    city.ecard_share = [[n / max(all_, 1) for n, all_ in zip(*row, strict=True)] for row in zip(with_one, here, strict=True)]


def file_cases(city: PlainCity) -> None:
    """Cases after lost jobs, owed wages and uninsured injuries."""
    p = city.p
    chance = {s.BY_LAYOFF: p["dispute_on_dismissal"], s.BY_QUIT: p["dispute_on_quit"], s.BY_CONTRACT: p["dispute_on_quit"],
              s.BY_CLOSURE: min(1.0, p["dispute_on_dismissal"] * p["dispute_in_distress"])}  # fmt: skip
    for person in city.people:
        if person.state == s.UNEMPLOYED and person.spell == 0:
            cause = person.marks & s.CAUSE
            if cause in chance and city.share("dispute", person.identity) < chance[cause]:
                city.tell("disputes_dismissal" if cause in (s.BY_LAYOFF, s.BY_CLOSURE) else "disputes_contract", person.area)
    for firm in city.firms:
        if firm.alive and not firm.public and firm.staff > 1.1 * firm.desired + 1.0:
            cases = floor(firm.real * p["arrears_claim"] + city.share("arrears", firm.identity))
            city.tell("disputes_arrears", firm.area, cases / firm.thin)
    staff = [sum(city.stock(n, a) for n in ("employees", "commuters_in")) - city.stock("commuters_out", a) for a in range(len(city.weight))]
    uninsured = [max(n - city.stock("injury", a), 0.0) for a, n in enumerate(staff)]
    hurt = [n * p["injuries_per_thousand"] / 12_000 * p["injury_claim"] for n in uninsured]
    for a, cases in enumerate(city.whole("injury disputes", hurt)):
        city.tell("disputes_injury", a, cases)
