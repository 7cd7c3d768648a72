"""People of the plain city whose land is taken, and the pension scheme that the land pays for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model import states as s

if TYPE_CHECKING:
    from benchmarks.peer.city import PlainCity
    from benchmarks.peer.person import Person


def take_land(city: PlainCity) -> None:
    """A month's persons, by the queue of each area."""
    quota = city.control("land_taking")
    if not any(quota):
        return
    for area, places in enumerate(city.whole("land taken", [x / 12 for x in quota])):
        queue = [person for person in city.people if person.area == area and has_land(person)]
        for person in sorted(queue, key=lambda one: (city.draw("land taken", one.identity), one.identity))[:places]:
            lose_land(person)


def has_land(person: Person) -> bool:
    """Whether the land of this person can be taken this month, the one of the birthday."""
    at_home = person.local and person.rural and s.FARM <= person.state <= s.INACTIVE
    free = person.pension < s.EMPLOYEE_SCHEME and not person.resident_years & s.DRAWS_RESIDENT and not person.land_taken
    return person.months % 12 == 0 and person.months >= 192 and at_home and free and not person.past_legal_age()


def lose_land(person: Person) -> None:
    """Into a scheme, with what the land pays for."""
    city, law, area = person.model, person.model.law, person.area
    person.land_taken = True
    city.tell("land_taken", area)
    months = int(min((person.months - 192) // 12 * law("land.paid_months_per_year_of_age"), law("land.paid_months_most")))
    if city.taste("scheme of the landless", person.identity) < city.p["land_employee_share"]:
        floor = round(law("bases.floor") * city.carry)
        own = round(10_000 * law("pension.flexible_account_rate"))
        pool = floor * (round(10_000 * law("pension.flexible_rate")) - own) // 100 * months
        account = floor * own // 100 * months
        person.pension, person.paying = s.EMPLOYEE_SCHEME, False
        person.paid, person.base = person.paid + months, person.base or floor
        city.tell("land_into_employee_scheme", area)
        city.tell("pension_pool_income_fen", area, pool)
        city.tell("pension_account_income_fen", area, account)
        person.account += account
    else:
        years, tier = months // 12, 100 * city.tiers[0][0]
        person.pension = s.RESIDENT_SCHEME
        person.resident_years = min(person.resident_years + years, 127)
        person.account += years * tier
        city.tell("resident_paid_up_fen", area, years * tier)
        city.tell("land_into_resident_scheme", area)
