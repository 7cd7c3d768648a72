"""The address: what a reload or a shared link brings back."""

from __future__ import annotations

import pytest

from dashboard.address import Address

PLANS = ("xuzhou", "haining")


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", Address("xuzhou")),
        (None, Address("xuzhou")),
        ("?plan=haining&lang=en&job=abc", Address("haining", "en", "abc")),
        ("?plan=atlantis&job=abc", Address("xuzhou")),
        ("?lang=fr", Address("xuzhou")),
        ("?job=abc", Address("xuzhou", "zh", "abc")),
        ("?plan=%3Cscript%3E", Address("xuzhou")),
    ],
)
def test_reading(search: str | None, found: Address) -> None:
    assert Address.read(search, PLANS) == found


@pytest.mark.parametrize("address", [Address("haining"), Address("xuzhou", "en"), Address("xuzhou", "en", "0a1b")])
def test_there_and_back(address: Address) -> None:
    assert Address.read(address.search, PLANS) == address
    assert address.other_language().other_language() == address
    assert address.other_language().job == address.job, "the result stays when the language changes"


def test_no_plans_at_all() -> None:
    assert Address.read("?plan=x", ()).plan == ""
