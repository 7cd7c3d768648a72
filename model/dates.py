"""Months as text ("2021-07") and as whole numbers (months since January of year 0)."""

from __future__ import annotations

import re

MONTH = re.compile(r"([12][0-9]{3})-(0[1-9]|1[0-2])")


def month_index(text: object) -> int:
    """`"2021-07"` as year * 12 + (month - 1). Raises `ValueError` for anything else."""
    found = MONTH.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError(f"a month looks like 2021-07, not {text!r}")
    return int(found[1]) * 12 + int(found[2]) - 1


def month_text(index: int) -> str:
    """The text of a month number: the inverse of `month_index`."""
    year, month = divmod(index, 12)
    return f"{year:04d}-{month + 1:02d}"
