"""Who is in the employee pension through an employer, and the account of how that headcount changes 参保人员增减.

    insured by firms = before + entered for the first time 首次参保 + entered again 续保
                       − lost the job − dropped by the employer 断缴 − retired − died or moved away

First: no month has been paid before. The functions are inlined into `bureau.count`, so that nobody is visited twice a month; what
stood when last month closed is the mark COVERED.
"""

from __future__ import annotations

from numba import njit

from model import states as s
from model.series import S

EXITS = ("insured_lost_job", "insured_dropped", "insured_retired", "insured_gone")
BUNDLE = s.PENSION_KIND | s.PAYING | s.UI
WHOLE_BUNDLE = s.EMPLOYEE_SCHEME | s.PAYING | s.UI
PAYS, PAYS_ALONE = s.PENSION_KIND | s.PAYING, s.EMPLOYEE_SCHEME | s.PAYING
FIRST, AGAIN = S.insured_first, S.insured_again
LOST_JOB, DROPPED, RETIRED, GONE = (getattr(S, name) for name in EXITS)


@njit(inline="always")
def keep_coverage(i, b, a, doing, card, part, paid, marks, tally, keeping):  # type: ignore[no-untyped-def]
    """Book whether an employer has come, or ceased, to insure person i in full since last month (`keeping`: the month is lived).

    part: the note of the month. Rows of those who died or left the roster are vacant, and still carry the mark.
    """
    now, was = (doing == s.EMPLOYED) & (card & BUNDLE == WHOLE_BUNDLE), marks[i] & s.COVERED != 0
    if (now != was) & keeping:
        marks[i] ^= s.COVERED
        if now:
            tally[b, FIRST if paid[i] == 0 else AGAIN, a] += 1
        elif doing == s.RETIRED or (doing == s.EMPLOYED and card & PAYS == PAYS_ALONE):      # or past the legal age, paying on alone 延缴
            tally[b, RETIRED, a] += 1
        elif doing == s.AWAY or doing == s.GONE:
            tally[b, GONE, a] += 1
        else:
            tally[b, DROPPED if doing == s.EMPLOYED and part != s.JUST_HIRED else LOST_JOB, a] += 1


@njit(inline="always")
def covered(state, scheme):  # type: ignore[no-untyped-def]
    """Whether an employer insures somebody in full."""
    return (state == s.EMPLOYED) & (scheme & BUNDLE == WHOLE_BUNDLE)
