"""The months that a run may name: "2021-07" as text, and as whole numbers that can be compared and counted."""

from __future__ import annotations

from model.dates import month_index, month_text

FIRST_YEAR, LAST_YEAR = 2000, 2040

__all__ = ["FIRST_YEAR", "LAST_YEAR", "january", "month_number", "month_text", "months_from"]


def month_number(text: object) -> int | None:
    """The number of a month written YYYY-MM, or None when it is not one of these years (2021-13, 21-07, 1066-01, a
    day).
    """
    try:
        number = month_index(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return number if number is not None and january(FIRST_YEAR) <= number < january(LAST_YEAR + 1) else None


def january(year: int) -> int:
    """The number of a year's January."""
    return year * 12


def months_from(first: int, last: int) -> list[str]:
    """All months from `first` to `last`, both included, as text."""
    return [month_text(number) for number in range(first, last + 1)]
