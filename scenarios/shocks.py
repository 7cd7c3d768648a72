"""Shocks: what nobody chooses. One kind so far: `demand_slump`, a fall of labour demand in one sector or in all."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from model.documents import both, unknown_name
from scenarios.months import LAST_YEAR, month_number, month_text

if TYPE_CHECKING:
    from model.setting import Shock

KINDS = ("demand_slump",)
FIELDS = ("kind", "sector", "from", "months", "size")
LONGEST = 60

Objection = tuple[str, object, str, str]


def sectors() -> tuple[str, ...]:
    """What a shock may strike: a sector of firms, a group of sectors, or all of them. The state's offices are struck by none."""
    from model.sectors import GROUPS, PUBLIC, table

    return (*(name for name in table() if name != PUBLIC), *GROUPS, "all")


def shock_faults(given: object, first: int) -> list[Objection]:
    """What is wrong with a shock as written: (field, value, allowed, fix). first: number of the run's first month."""
    if not isinstance(given, Mapping):
        return [("", given, "{kind, sector, from, months, size}", both("请写成映射", "write it as a mapping"))]
    out: list[Objection] = [(key, given[key], *unknown_name(str(key), FIELDS)) for key in given if key not in FIELDS]
    out += [(key, "", key, both(f"请补充 {key}", f"add {key}")) for key in FIELDS if key not in given and key != "sector"]
    if "kind" in given and given["kind"] not in KINDS:
        out.append(("kind", given["kind"], *unknown_name(str(given["kind"]), KINDS)))
    if given.get("sector", "all") not in (known := sectors()):
        out.append(("sector", given["sector"], *unknown_name(str(given["sector"]), known)))
    month = month_number(given.get("from"))
    if "from" in given and (month is None or month < first):
        out.append(
            (
                "from",
                given["from"],
                f"YYYY-MM, {month_text(first)} … {LAST_YEAR}-12",
                both("请填写模拟期内的年月,如 2022-04", "write a month of the run, such as 2022-04"),
            )
        )
    months = given.get("months", 1)
    if isinstance(months, bool) or not isinstance(months, int) or not 1 <= months <= LONGEST:
        out.append(("months", months, f"1 … {LONGEST}", both("请填写整月数", "write a whole number of months")))
    size = given.get("size", 0.0)
    if isinstance(size, bool) or not isinstance(size, (int, float)) or not math.isfinite(size) or not -0.9 <= size <= 0.5:
        out.append(("size", size, "-0.9 … 0.5", both("请用小数,-0.08 即下降8%", "write a fraction: -0.08 is a fall of 8 %")))
    return out


def as_shock(given: Mapping[str, object]) -> Shock:
    """A checked shock as the model takes it; `all` sectors is None there."""
    from model.setting import Shock

    sector = str(given.get("sector", "all"))
    return Shock(
        kind=str(given["kind"]),
        start=str(given["from"]),
        months=int(str(given["months"])),
        size=float(str(given["size"])),
        sector=None if sector == "all" else sector,
    )
