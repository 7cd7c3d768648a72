"""Firms: every employing unit, one row each: companies, and the offices and institutions of the state."""

from __future__ import annotations

import numpy as np

from model.columns import Column, ColumnStore

COLUMNS = (
    Column("id", np.uint64, "permanent name of the firm; its luck is keyed by it", "synthesis"),
    Column("area", np.uint8, "position of the area", "synthesis"),
    Column("sector", np.uint8, "position in City.sector_names; the last is the public sector", "synthesis"),
    Column("ownership", np.uint8, "PRIVATE, FOREIGN, STATE_ORGAN, PUBLIC_UNIT", "synthesis"),
    Column("founded", np.int16, "month of founding, 0 = the first simulated month", "demand"),
    Column("alive", np.bool_, "False: the row is vacant", "demand"),
    Column("thin", np.int32, "real staff that one row of staff stands for (1, or the area's weight for firms over the threshold)",
           "synthesis"),
    Column("staff", np.int32, "rows of People that point here", "market"),
    Column("target", np.float64, "desired real staff", "demand"),
    Column("desired", np.int32, "desired rows of staff", "demand"),
    Column("taste", np.float64, "log-odds of insuring a local employee, apart from size, area and the drive", "enrolment"),
    Column("drive", np.float64, "log-odds added by visits of the enrolment drive and inspections; decays", "enrolment"),
    Column("review", np.bool_, "the firm reviews its staff's insurance this month", "enrolment"),
    Column("layoff", np.uint64, "threshold of the layoff draw of this month", "separations"),
    Column("premium", np.float32, "log wage paid above the city's level: of sector, size, ownership and own policy", "wages"),
    Column("risk", np.uint8, "class of injury risk 工伤风险类别, 1 to 8", "synthesis"),
    Column("large", np.bool_, "counts as a large firm in relief and refunds", "injury"),
    Column("due", np.uint16, "share of the employer's premiums that is due this month, ten-thousandths", "injury"),
    Column("injury_rate", np.uint16, "injury premium of this month, hundred-thousandths of the base", "injury"),
    Column("float_step", np.int8, "floating step of the injury rate, -2 … 2", "injury"),
    Column("injuries", np.float32, "expected cost of injuries since the last review of the rate, yuan", "injury"),
    Column("injury_paid", np.float32, "injury premiums since the last review of the rate, yuan", "injury"),
    Column("laid_off", np.float32, "share of staff laid off since January", "injury"),
    Column("distress", np.uint8, "months in which excess staff has been large", "distress"),
    Column("origin", np.uint8, "bits: STARTUP (opened by a founder of this run), INCUBATED, HOSTED (in an incubator now)", "startups"),
    Column("visits", np.uint8, "bits: VISITED, VISITED_THIS_YEAR, VISITED_NOW by the drive; SITE (insured by project); INSPECTED_NOW",
           "enrolment"),
)


class Firms(ColumnStore):
    """Column store of employers. `weight[area] / thin` real firms stand behind one row."""

    columns = COLUMNS
