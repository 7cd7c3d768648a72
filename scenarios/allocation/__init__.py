"""分解: a target divided among areas and months, by base, by labour force, or so that every area is as likely to meet its task."""

from scenarios.allocation.divide import Allocation, Share, allocate, allocation_of
from scenarios.allocation.show import allocation_as_csv, allocation_as_json, allocation_as_table, allocation_as_workbook

__all__ = ["Allocation", "Share", "allocate", "allocation_as_csv", "allocation_as_json", "allocation_as_table", "allocation_as_workbook",
           "allocation_of"]
