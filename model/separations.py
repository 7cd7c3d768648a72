"""Who leaves, who stays and who looks for something else this month.

Every adult outside school makes one draw a month, and its place on the line decides:

    employee     laid off | quits into unemployment | contract ends | searches on the job | stays
    unemployed   takes flexible work (`gig.py`) | an outsider leaves the city | starts a business | searches
    flexible     searches for a job at a firm | starts a business (`startups.py`) | goes on
    owner        gives up | goes on
    farm worker  looks for first non-farm work | goes on

Layoffs are planned by firms (`distress.py`). Quits, contract ends and search fall with
tenure (`tenure.py`), and rise with the turnover of the sector. Who is without work keeps the cause in `marks`. Who takes flexible work
registers it 灵活就业登记 when on the register of the unemployed, which it ends, and else with the share `flexible_registration`. Whether a
person registers as unemployed is a lasting taste, compared with a share that policy moves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import states as s
from model.blocks import BLOCK, DRAWN, dismiss, leave_job, listed, vanish
from model.compiler import by_parts, lent
from model.gig import chance_of_flexible_work
from model.lists import ANY, those
from model.luck import draw64, draw_each, tops_of, uniform
from model.series import S
from model.setting import once
from model.spring_festival import exits
from model.startups import chance_of_giving_up, chance_of_starting, group_of_founder
from model.support import outreach
from model.threads import across
from model.transfer import transfer_chance
from model.unemployment import claim_months, claim_rules

if TYPE_CHECKING:
    from model.city import City

LAYOFFS, QUITS, CONTRACTS, DEPARTURES, EXITS = S.layoffs, S.quits, S.contract_ends, S.departures, S.roster_exits
FIRST, UPPER = S.first_registrations, np.uint64(11)
HAIR = 1e-12                    # so that a sum rounded otherwise passes nobody by


@njit(inline="always")
def lose_work(i, state, spell, marks, cause):  # type: ignore[no-untyped-def]
    """Person i, who has no employer any more, is without work, for `cause`."""
    state[i], spell[i] = s.UNEMPLOYED, 0
    marks[i] = (marks[i] & (s.EVERY_MARK - s.CAUSE)) | cause


@njit(inline="always")
def sign_up(i, identity, traits, area, state, spell, scheme, key, register, ui_register):  # type: ignore[no-untyped-def]
    """A local who became unemployed this month registers with the bureau, or not, by a lasting taste; register, ui_register: by area."""
    if state[i] == s.UNEMPLOYED and spell[i] == 0 and not traits[i] & s.OUTSIDER:
        if uniform(draw64(key, identity[i])) < (ui_register if scheme[i] & s.UI else register)[area[i]]:
            scheme[i] |= s.REGISTERED


@lent
def who_decides(state, note, tops, calm, flags):  # type: ignore[no-untyped-def]
    """A flag for whom this month may change something. Passed by are a flexible worker with a draw from calm[0] to below calm[1], who
    neither searches nor starts a business; an owner from calm[2] on, who gives nothing up; and a farm worker from calm[3] on. Draws by
    their upper 16 bits (`luck.tops_of`); who lies on the edge is flagged."""
    searches, founds, closes, leaves = calm
    for j in range(state.size):
        doing, at = state[j], tops[j]
        goes_on = (note[j] == s.QUIET) & (at > searches) & (at < founds)
        flags[j] = ((doing == s.EMPLOYED) | (doing == s.UNEMPLOYED) | ((doing == s.FLEXIBLE) & ~goes_on)
                    | ((doing == s.OWNER) & (at <= closes)) | ((doing == s.FARM) & (at <= leaves)))


@lent
def restless_of(rows, first, draws, state, spell, firm, layoff, restless):  # type: ignore[no-untyped-def]
    """Strike from `rows` the employees who stay, wherever they work: not laid off, and with a draw beyond what any sector asks for at
    their tenure (upper 53 bits). Returns how many are left, at the beginning of `rows`."""
    k = 0
    for i in rows:
        draw, fired = draws[i - first], layoff[np.uint64(max(firm[i], 0))]
        stays = (state[i] == s.EMPLOYED) & (draw >= fired) & ((draw - fired) >> UPPER >= restless[spell[i]])
        rows[k] = i
        k += not stays
    return k


@by_parts
def decide(  # type: ignore[no-untyped-def]
    part, n, month, identity, birth, traits, area, state, note, spell, scheme, firm, schooling, marks, course, tally, busy, layoff,
    ownership, alive, sector, turnover, key, key_register, key_flexible, quits, contract, search, january, public_quits, flexible_search,
    take_flexible, leave_city, close, transfer, begin, register, ui_register, flexible_register, claims, ui_paid, restless, calm, left,
    found, lost,
):
    """One draw a person. quits, contract, search: by months of tenure; turnover: by sector, multiplies them; january: multiplies the quits
    of outsiders; close: of owners without and with support; take_flexible, transfer: by area; begin: a business, by group and area; all
    monthly probabilities. Listed block by block are in `busy` the rows of those with a note, in `left` the firms that lose staff: `found`
    and `lost` of each block.

    Most stay where they are and are not looked at more closely: `who_decides`, `restless_of`. Those laid off with enough
    insured months (`ui_paid`) keep the UI bit for as long as these entitle them: `unemployment.claim_months`.
    """
    for b in range(*part):
        draws, tops = np.empty(DRAWN, np.uint64), np.empty(DRAWN, np.uint16)
        flags, rows = np.empty(DRAWN, np.uint8), np.empty(DRAWN, np.uint64)
        for at in range(b * BLOCK, min(n, (b + 1) * BLOCK), DRAWN):
            first, to = np.uint64(at), min(at + DRAWN, n)
            draw_each(key, identity[at:to], draws)
            tops_of(draws, tops)
            who_decides(state[at:to], note[at:to], tops, calm, flags)
            some = those(flags[: to - at], ANY, first, rows)
            for i in rows[: restless_of(rows[:some], first, draws, state, spell, firm, layoff, restless)]:
                doing, draw = state[i], draws[i - first]
                a, outsider = area[i], traits[i] & s.OUTSIDER
                if doing == s.EMPLOYED:
                    f, months = firm[i], spell[i]
                    fired = layoff[f]
                    if draw < fired:
                        insured = scheme[i] & s.UI if ui_paid[i] < s.CLAIMED and claim_months(ui_paid[i], claims) > 0 else 0
                        if insured:
                            ui_paid[i] |= s.CLAIMED
                        leave_job(i, firm, scheme, marks)
                        lose_work(i, state, spell, marks, s.BY_LAYOFF if alive[f] else s.BY_CLOSURE)
                        scheme[i] |= s.LAID_OFF | insured
                        tally[b, LAYOFFS, a] += 1
                    elif ownership[f] >= s.STATE_ORGAN:
                        if uniform(draw) < public_quits:
                            leave_job(i, firm, scheme, marks)
                            lose_work(i, state, spell, marks, s.BY_QUIT)
                            tally[b, QUITS, a] += 1
                    else:
                        u, times = uniform(draw - fired), turnover[sector[f]]
                        quit = quits[months] * times * (january if outsider else 1.0)
                        ends = quit + contract[months] * times
                        if u < ends:
                            leave_job(i, firm, scheme, marks)
                            lose_work(i, state, spell, marks, s.BY_QUIT if u < quit else s.BY_CONTRACT)
                            tally[b, QUITS if u < quit else CONTRACTS, a] += 1
                        elif u < ends + search[months] * times:
                            note[i] = s.SEARCHING
                            busy[b * BLOCK + found[b]] = i
                            found[b] += 1
                    if state[i] != s.EMPLOYED:
                        left[b * BLOCK + lost[b]] = f
                        lost[b] += 1
                    sign_up(i, identity, traits, area, state, spell, scheme, key_register, register, ui_register)
                    continue
                u = uniform(draw)
                if doing == s.UNEMPLOYED:
                    if spell[i] == 0 or marks[i] & s.CAUSE == s.NO_CAUSE:
                        marks[i] = (marks[i] & (s.EVERY_MARK - s.CAUSE)) | (s.BY_ENTRY if spell[i] == 0 else s.BY_MOVE)
                    if scheme[i] & s.UI and spell[i] >= claim_months(ui_paid[i], claims):
                        scheme[i] &= 255 - s.UI - s.LAID_OFF
                        ui_paid[i] = 0
                    takes = take_flexible[a]
                    if u < takes and not course[i] & s.MONTHS_LEFT:
                        state[i], spell[i] = s.FLEXIBLE, 0
                        marks[i] &= s.EVERY_MARK - s.CAUSE
                        if not scheme[i] & s.COUNTED and (scheme[i] & s.REGISTERED
                                                          or uniform(draw64(key_flexible, identity[i])) < flexible_register):
                            scheme[i] |= s.COUNTED
                            tally[b, FIRST, a] += 1
                        scheme[i] &= 255 - s.UI - s.LAID_OFF - s.REGISTERED
                    elif outsider and takes <= u < takes + leave_city:
                        tally[b, DEPARTURES, a] += 1
                        tally[b, EXITS, a] += 1
                        vanish(i, identity, birth, traits, area, state, note, spell, scheme, firm)
                    else:
                        group = group_of_founder(traits[i], schooling[i], month - np.int64(birth[i]))
                        note[i] = s.FOUNDING if group >= 0 and u >= 1.0 - begin[group, a] else s.SEARCHING
                        busy[b * BLOCK + found[b]] = i
                        found[b] += 1
                        sign_up(i, identity, traits, area, state, spell, scheme, key_register, register, ui_register)
                elif doing == s.FLEXIBLE:
                    group = group_of_founder(traits[i], schooling[i], month - np.int64(birth[i]))
                    if u < flexible_search:
                        note[i] = s.SEARCHING
                    elif group >= 0 and u >= 1.0 - begin[group, a]:
                        note[i] = s.FOUNDING
                    if note[i] != s.QUIET:
                        busy[b * BLOCK + found[b]] = i
                        found[b] += 1
                elif doing == s.OWNER:
                    if u < close[1 if marks[i] & s.BACKED else 0]:
                        lose_work(i, state, spell, marks, s.BY_BUSINESS)
                        sign_up(i, identity, traits, area, state, spell, scheme, key_register, register, ui_register)
                elif u < transfer[a]:
                    note[i] = s.FARM_SEARCHING
                    busy[b * BLOCK + found[b]] = i
                    found[b] += 1


@njit(cache=True)
def noted(rows, note, one, other):  # type: ignore[no-untyped-def]
    """Those of `rows` whose note is `one` or `other`, in their order, int64."""
    out, k = np.empty(rows.size, np.int64), 0
    for i in rows:
        out[k] = i
        k += (note[i] == one) | (note[i] == other)
    return out[:k].copy()


def with_note(city: City, note: int, or_else: int) -> np.ndarray:
    """Rows of those who have one of two notes of this month's decisions, ascending."""
    rows: np.ndarray = noted(city.busy, city.people.note, np.uint8(note), np.uint8(or_else))
    return rows


def stays_from(city: City, january: float) -> NDArray[np.uint64]:
    """The draw from which on an employee neither leaves nor searches, by months of tenure, (256,), in a month in which quits are that many
    times as likely."""
    known: dict[float, NDArray[np.uint64]] = quiet_employees(city)
    if january not in known:
        tenure = city.tenure
        asked = (tenure.quits * january + tenure.contract + tenure.search) * city.sector_turnover.max() * (1.0 + HAIR)
        known[january] = beyond(np.maximum(asked, city.setting.parameter("separation_rate_public")))
    return known[january]


@once
def quiet_employees(city: City) -> dict[float, NDArray[np.uint64]]:
    """What `stays_from` has found so far, by how likely quits are."""
    return {}


def beyond(probability: np.ndarray) -> np.ndarray:
    """The upper 53 bits of a draw from which on `uniform` is no longer below a probability, uint64."""
    return np.ceil(np.minimum(probability, 1.0) * 2.0**53).astype(np.uint64)


@njit(cache=True)
def edges(search, begin, close, leave_farm):  # type: ignore[no-untyped-def]
    """The upper 16 bits of a draw at the probability to search, at that of none to begin, and at the greatest to close and to leave the
    farm, uint16 (4,)."""
    most = (search, 1.0 - begin.max(), close.max(), leave_farm.max())
    out = np.empty(4, np.uint16)
    for k in range(4):
        out[k] = np.uint16(min(most[k] * 2.0**16, 65535.0))
    return out


def separate(city: City) -> None:
    """Layoffs, quits, on-the-job search, and what those without a job decide."""
    firms, people, p = city.firms, city.people, city.setting.parameter
    january = 1.0 + (p("january_quit_ratio") - 1.0) * 2 * exits(city.year, city.calendar_month)
    register = np.minimum(p("registration") * outreach(city), 1.0)
    tally, tenure = city.new_tally(), city.tenure
    busy, left = city.room()
    key, key_flexible = city.keys("separate", "register flexible work")
    begin = chance_of_starting(city)
    close, leave_farm = chance_of_giving_up(city), transfer_chance(city)
    found, lost = np.zeros((2, tally.shape[0]), np.int64)
    across(decide, tally.shape[0], people.n, city.month, *city.person_columns(), people.schooling, people.marks, people.course, tally, busy,
           firms.layoff, firms.ownership, firms.alive, firms.sector, city.sector_turnover, key, city.lasting("registers"), key_flexible,
           tenure.quits, tenure.contract, tenure.search, january, p("separation_rate_public"), p("flexible_search"),
           chance_of_flexible_work(city), p("outsider_leave_rate"), close, leave_farm, begin, register,
           np.minimum(register * p("registration_ratio_on_benefit"), 1.0), p("flexible_registration"), claim_rules(city), people.ui_paid,
           stays_from(city, max(january, 1.0)), edges(p("flexible_search"), begin, close, leave_farm), left, found, lost)
    city.busy = listed(busy, found)
    city.add(tally)
    for firms_left, by_block in ((city.off_payroll, city.lost_staff), (left, lost)):
        dismiss(firms_left, by_block, firms.staff)
