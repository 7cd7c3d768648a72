"""The rules that a city lives under in a month: its controls and the law, and what follows from them until they change.

Both change a few times a year only. What a mechanism works out of them, of the setting and of how the city began is made once and kept
(`while_rules_hold`) until a control or the law differs, money follows wages another year (`carried`), or a new year begins.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from model.arithmetic import power
from model.dates import month_index

if TYPE_CHECKING:
    from model.city import City
    from model.setting import Setting

LAST_DATED = month_index("2026-12")
"""The last month that the dated bases speak of."""


class Ruled:
    """A part of the city: what rules it this month."""

    setting: Setting
    month: int
    _read: tuple[Setting | None, int] = None, 0      # whose rules, and those of which month, were read
    _regime: tuple[Any, ...] = ()
    _law: Callable[[str], float]
    _made: dict[Any, Any]

    @property
    def law_value(self) -> Callable[[str], float]:
        """What the law says this month, by path."""
        if self._read[0] is not self.setting or self._read[1] != self.month:
            self._read_rules()
        return self._law

    @property
    def rulings(self) -> dict[Any, Any]:
        """What was made under the rules in force; see `while_rules_hold`."""
        if self._read[0] is not self.setting or self._read[1] != self.month:
            self._read_rules()
        return self._made

    def _read_rules(self) -> None:
        setting, now = self.setting, self.setting.start_year * 12 + max(self.month, 0)
        law = setting.law.in_force(now)
        regime = id(setting), id(law), setting.policy_since(self.month), now // 12, carried(self)
        if regime != self._regime:
            self._regime, self._made = regime, {}
        self._read, self._law = (setting, self.month), law.__getitem__


def carried(city: Ruled) -> float:
    """By how much bases, benefit base and base pension have followed wages since the last month that the law dates them (assumption)."""
    past = city.setting.start_year * 12 + max(city.month, 0) - LAST_DATED
    return power(1.0 + city.setting.parameter("wage_growth"), max(past, 0) // 12 + (past > 0)) if past > 0 else 1.0


def while_rules_hold[Made](make: Callable[[City], Made]) -> Callable[[City], Made]:
    """`make(city)`, made anew only when the rules change: for what follows from them, from the setting and from how the city began. Not to
    be written to. Before the first month it is made each time, since the city is still being made."""

    @wraps(make)
    def known(city: City) -> Made:
        if city.month < 0:
            return make(city)
        rulings = city.rulings
        try:
            made: Made = rulings[make]
        except KeyError:
            made = rulings[make] = make(city)
        return made

    return known
