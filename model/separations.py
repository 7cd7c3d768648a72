"""Who leaves, who stays and who looks for something else this month.

Every adult outside school makes one draw a month, and its place on the line decides:

    employee     laid off | quits into unemployment | contract ends | searches on the job | stays
    unemployed   takes flexible work | an outsider leaves the city | searches
    flexible     searches for a job at a firm | goes on
    owner        gives up | goes on
    farm worker  looks for first non-farm work | goes on

A firm lays off when its staff exceeds what it wants by more than the quits that it expects. Quits, contract ends and search fall with
tenure (`tenure.py`), and rise with the turnover of the sector. Who is without work keeps the cause in `marks`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from numba import njit, prange

from model import states as s
from model.blocks import BLOCK, leave_job, vanish
from model.luck import draw64, threshold, uniform
from model.series import S
from model.spring_festival import exits
from model.transfer import transfer_chance
from model.unemployment import claim_months, claim_rules

if TYPE_CHECKING:
    from model.city import City

LAYOFFS, QUITS, CONTRACTS, DEPARTURES, EXITS = S.layoffs, S.quits, S.contract_ends, S.departures, S.roster_exits


@njit(cache=True)
def plan_layoffs(n, alive, ownership, staff, desired, layoff, quit_rate, speed):  # type: ignore[no-untyped-def]
    """Threshold of each firm's layoff draw: the excess of staff, at `speed` a month, beyond the quits that are expected anyway."""
    for f in range(n):
        if alive[f] and ownership[f] < s.STATE_ORGAN and staff[f] > desired[f]:
            share = (staff[f] - desired[f]) * speed / staff[f] - quit_rate
            layoff[f] = threshold(max(share, 0.0))


@njit(inline="always")
def lose_work(i, state, spell, marks, cause):  # type: ignore[no-untyped-def]
    """Person i, who has no employer any more, is without work, for `cause`."""
    state[i], spell[i] = s.UNEMPLOYED, 0
    marks[i] = (marks[i] & (s.EVERY_MARK - s.CAUSE)) | cause


@njit(inline="always")
def sign_up(i, identity, traits, state, spell, scheme, key, register, ui_register):  # type: ignore[no-untyped-def]
    """A local who became unemployed this month registers with the bureau, or not."""
    if state[i] == s.UNEMPLOYED and spell[i] == 0 and not traits[i] & s.OUTSIDER:
        if uniform(draw64(key, identity[i])) < (ui_register if scheme[i] & s.UI else register):
            scheme[i] |= s.REGISTERED


@njit(parallel=True, cache=True)
def decide(  # type: ignore[no-untyped-def]
    n, identity, birth, traits, area, state, note, spell, scheme, firm, marks, tally, layoff, ownership, alive, sector, turnover, key,
    key_register, quits, contract, search, january, public_quits, flexible_search, take_flexible, leave_city, close, transfer,
    register, ui_register, claims, ui_paid,
):
    """One draw a person. quits, contract, search: by months of tenure; turnover: by sector, multiplies them; january: multiplies the quits
    of outsiders; transfer: by area; all monthly probabilities.

    Those laid off with enough insured months (`ui_paid`) keep the UI bit for as long as these entitle them: `unemployment.claim_months`.
    """
    for b in prange(tally.shape[0]):
        for i in range(b * BLOCK, min(n, (b + 1) * BLOCK)):
            doing = state[i]
            if doing < s.FARM or doing > s.UNEMPLOYED:
                continue
            draw = draw64(key, identity[i])
            a, outsider = area[i], traits[i] & s.OUTSIDER
            if doing == s.EMPLOYED:
                f, months = firm[i], spell[i]
                fired = layoff[f]
                if draw < fired:
                    insured = scheme[i] & s.UI if ui_paid[i] < s.CLAIMED and claim_months(ui_paid[i], claims) > 0 else 0
                    if insured:
                        ui_paid[i] |= s.CLAIMED
                    leave_job(i, firm, scheme)
                    lose_work(i, state, spell, marks, s.BY_LAYOFF if alive[f] else s.BY_CLOSURE)
                    scheme[i] |= s.LAID_OFF | insured
                    tally[b, LAYOFFS, a] += 1
                elif ownership[f] >= s.STATE_ORGAN:
                    if uniform(draw) < public_quits:
                        leave_job(i, firm, scheme)
                        lose_work(i, state, spell, marks, s.BY_QUIT)
                        tally[b, QUITS, a] += 1
                else:
                    u, times = uniform(draw - fired), turnover[sector[f]]
                    quit = quits[months] * times * (january if outsider else 1.0)
                    ends = quit + contract[months] * times
                    if u < ends:
                        leave_job(i, firm, scheme)
                        lose_work(i, state, spell, marks, s.BY_QUIT if u < quit else s.BY_CONTRACT)
                        tally[b, QUITS if u < quit else CONTRACTS, a] += 1
                    elif u < ends + search[months] * times:
                        note[i] = s.SEARCHING
                sign_up(i, identity, traits, state, spell, scheme, key_register, register, ui_register)
                continue
            u = uniform(draw)
            if doing == s.UNEMPLOYED:
                if spell[i] == 0 or marks[i] & s.CAUSE == s.NO_CAUSE:
                    marks[i] = (marks[i] & (s.EVERY_MARK - s.CAUSE)) | (s.BY_ENTRY if spell[i] == 0 else s.BY_MOVE)
                if scheme[i] & s.UI and spell[i] >= claim_months(ui_paid[i], claims):
                    scheme[i] &= 255 - s.UI - s.LAID_OFF
                    ui_paid[i] = 0
                if u < take_flexible:
                    state[i], spell[i] = s.FLEXIBLE, 0
                    marks[i] &= s.EVERY_MARK - s.CAUSE
                    scheme[i] &= 255 - s.UI - s.LAID_OFF - s.REGISTERED
                elif outsider and u < take_flexible + leave_city:
                    tally[b, DEPARTURES, a] += 1
                    tally[b, EXITS, a] += 1
                    vanish(i, identity, birth, traits, area, state, note, spell, scheme, firm)
                else:
                    note[i] = s.SEARCHING
                    sign_up(i, identity, traits, state, spell, scheme, key_register, register, ui_register)
            elif doing == s.FLEXIBLE:
                if u < flexible_search:
                    note[i] = s.SEARCHING
            elif doing == s.OWNER:
                if u < close:
                    lose_work(i, state, spell, marks, s.BY_BUSINESS)
                    sign_up(i, identity, traits, state, spell, scheme, key_register, register, ui_register)
            elif u < transfer[a]:
                note[i] = s.FARM_SEARCHING


def separate(city: City) -> None:
    """Layoffs, quits, on-the-job search, and what those without a job decide."""
    firms, people, p = city.firms, city.people, city.setting.parameter
    january = 1.0 + (p("january_quit_ratio") - 1.0) * 2 * exits(city.year, city.calendar_month)
    to_unemployment = p("separation_rate") * p("share_into_unemployment")
    plan_layoffs(firms.n, firms.alive, firms.ownership, firms.staff, firms.desired, firms.layoff,
                 to_unemployment + p("search_on_job") * p("search_success_expected"), p("layoff_speed"))
    transfer = transfer_chance(city)
    tally, tenure = city.new_tally(), city.tenure
    decide(people.n, *city.person_columns(), people.marks, tally, firms.layoff, firms.ownership, firms.alive, firms.sector,
           city.sector_turnover, city.key("separate"), city.key("register"), tenure.quits, tenure.contract, tenure.search, january,
           p("separation_rate_public"), p("flexible_search"), p("take_flexible_work"), p("outsider_leave_rate"), p("owner_exit") / 12,
           transfer, p("registration"), min(1.0, p("registration") * p("registration_ratio_on_benefit")),
           claim_rules(city), people.ui_paid)
    city.add(tally)
    city.count_staff()
