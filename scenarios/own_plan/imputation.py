"""What a city does not know, from its province, else from the nation: each figure with its mark (imputed), method and source.

Published totals go before: a rate is applied to the city's own residents, jobs to its own urban part, and the identities of residence and
work hold by construction (hukou − away + newcomers = residents; farm + non-farm = employed).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from model.documents import read_yaml

Known = Mapping[str, float]
Cell = dict[str, Any]
LEAST_AWAY = 0.05
ASSUMED = "假设"
NAMES = {"jiangsu": "江苏省", "zhejiang": "浙江省", "nation": "全国"}


@cache
def reference() -> Mapping[str, Any]:
    """The rates of nation and provinces, with sources."""
    return dict(read_yaml(Path(__file__).with_name("reference.yaml")).data)


def rate(name: str, province: str) -> tuple[Any, str, str, bool]:
    """(value, of whom, source, hindsight) of a rate: the province's where there is one, else the nation's."""
    there = reference()["provinces"].get(province, {})
    found, whose = (there[name], province) if name in there else (reference()["nation"][name], "nation")
    source = reference()["sources"].get(found["source"], {"text": ASSUMED})
    return found["value"], NAMES[whose], source["text"], bool(source.get("hindsight"))


def imputed(known: Known, province: str, year: int) -> list[Cell]:
    """Cells for every quantity that a city cannot be made without and that is not known. known: quantity (or "residents 0-14") → value in
    base units; `residents` must be there. The order is that of the template.
    """
    made = _Made(dict(known), province, year)
    n = known["residents"]
    made.by_age(n)
    made.share("residents_male", "men", n, "男性占常住人口")
    made.plain("urban_share", "urban_share", "1", "取{whose}城镇化率")
    made.residence(n)
    made.share("college_residents", "college", n, "大专及以上占常住人口")
    made.share("university_students", "university", n, "普通本专科在校生占人口")
    made.work(n)
    made.share("public_employed", "civil", n, "机关事业在职占常住人口")
    made.plain("flexible_share_of_nonfarm", "flexible_share", "1", "取{whose}灵活就业占非农就业")
    made.plain("surveyed_unemployment_rate", "surveyed_unemployment", "%", "取{whose}年末城镇调查失业率")
    made.firms()
    made.plain("mean_monthly_wage", "wage", "元/月", "取{whose}全口径月平均工资")
    made.insurance(n)
    return made.cells


class _Made:
    """Known figures, and the cells that have been made from them so far."""

    def __init__(self, values: dict[str, float], province: str, year: int) -> None:
        self.values, self.province, self.year = values, province, year
        self.cells: list[Cell] = []

    def add(
        self, quantity: str, value: float, unit: str, method: str, source: str, *, hindsight: bool = False, age: str | None = None
    ) -> None:
        """A cell of a quantity, unless it is known."""
        name = f"{quantity} {age}" if age else quantity
        if name in self.values:
            return
        shown = round(value) if unit in ("人", "个") else float(f"{value:.4g}")
        self.values[name] = float(shown)
        cell: Cell = {"quantity": quantity, "area": "ALL", "year": self.year, "value": shown, "unit": unit, "status": "imputed",
                      "confidence": "low", "source": source, "method": method}
        cell |= {"age": age} if age else {}
        self.cells.append(cell | ({"hindsight": True} if hindsight else {}))

    def share(self, quantity: str, name: str, of: float, words: str) -> None:
        value, whose, source, hindsight = rate(name, self.province)
        self.add(quantity, value * of, "人", f"{whose}{words} {value:g} × {of:,.0f}", source, hindsight=hindsight)

    def plain(self, quantity: str, name: str, unit: str, words: str) -> None:
        value, whose, source, hindsight = rate(name, self.province)
        self.add(quantity, value, unit, words.format(whose=whose), source, hindsight=hindsight)

    def by_age(self, n: float) -> None:
        """Broad ages: what is left of the residents, divided as in the province or nation."""
        shares, whose, source, _ = rate("ages", self.province)
        known = {age: self.values[f"residents {age}"] for age in shares if f"residents {age}" in self.values}
        left, open_ages = max(n - sum(known.values()), 0.0), [age for age in shares if age not in known]
        whole = sum(shares[age] for age in open_ages)
        for age in open_ages[:-1]:
            value = left * shares[age] / whole
            self.add("residents", value, "人", f"其余人口按{whose}年龄构成分摊", source, age=age)
        if open_ages:  # the last one takes what rounding leaves
            rest = n - sum(self.values[f"residents {age}"] for age in shares if age != open_ages[-1])
            self.add("residents", rest, "人", f"其余人口按{whose}年龄构成分摊", source, age=open_ages[-1])

    def residence(self, n: float) -> None:
        """Hukou, away and newcomers, so that hukou − away + newcomers = residents."""
        hukou = self.values.get("hukou_population")
        away, new = self.values.get("hukou_outside"), self.values.get("resident_non_hukou")
        newcomers, _, source, _ = rate("newcomers", self.province)
        if new is None:
            balance = n - hukou + away if hukou is not None and away is not None else None
            usual = newcomers * n if hukou is None else max(LEAST_AWAY * n, n - hukou + LEAST_AWAY * hukou)
            how = "常住 − 户籍 + 在外" if balance is not None else "无公布数，按常住人口与户籍人口推算"
            self.add("resident_non_hukou", usual if balance is None else balance, "人", f"{ASSUMED}：{how}", source)
        new = self.values["resident_non_hukou"]
        if hukou is None:
            out = away if away is not None else newcomers * n
            self.add("hukou_population", n - new + out, "人", f"{ASSUMED}：常住 − 外来 + 在外（在外取常住的一成）", source)
        self.add("hukou_outside", self.values["hukou_population"] - n + new, "人", "户籍 − 常住 + 外来", source)

    def work(self, n: float) -> None:
        """Employment and its farm part: the province's share, more where a city is more rural."""
        value, whose, source, hindsight = rate("employed", self.province)
        farm, non_farm = self.values.get("farm_employed"), self.values.get("nonfarm_employed")
        total = farm + non_farm if farm is not None and non_farm is not None else value * n
        self.add("employed_residents", total, "人", f"{whose}就业占人口 {value:g} × {n:,.0f}", source, hindsight=hindsight)
        employed = self.values["employed_residents"]
        share, whose, source, hindsight = rate("farm_of_employed", self.province)
        usual, _, _, _ = rate("urban_share", self.province)
        rural = (1 - self.values["urban_share"]) / max(1 - usual, 0.01)
        part = employed - non_farm if non_farm is not None else employed * min(share * rural, 0.6)
        self.add("farm_employed", part, "人", f"{whose}一产就业占比 {share:g}，按本市农村人口比重折算", source, hindsight=hindsight)
        self.add("nonfarm_employed", employed - self.values["farm_employed"], "人", "就业 − 务农", source, hindsight=hindsight)

    def firms(self) -> None:
        staff, _, source, _ = rate("staff_per_unit", self.province)
        jobs = self.values["nonfarm_employed"] * (1 - self.values["flexible_share_of_nonfarm"])
        self.add("firms", jobs / staff, "个", f"单位就业 ÷ 每法人单位 {staff:g} 人", source)

    def insurance(self, n: float) -> None:
        self.share("pension_active", "pension_active", n, "基本养老保险在职参保占人口")
        self.add("pension_civil", self.values["public_employed"], "人", "机关事业在职人数", rate("civil", self.province)[2])
        value, whose, source, hindsight = rate("employee_of_pension", self.province)
        enterprise = self.values["pension_active"] * value - self.values["pension_civil"]
        self.add("pension_enterprise_active", max(enterprise, 0.2 * self.values["pension_active"]), "人",
                 f"在职参保中职工养老占 {value:g}（{whose}）减机关事业", source, hindsight=hindsight)
        self.share("ui_insured", "ui", n, "失业保险参保占人口")
        floor = self.values["ui_insured"]
        value, whose, source, hindsight = rate("injury", self.province)
        how = f"{whose}工伤保险参保占人口 {value:g}（不少于失业保险的1.05倍）"
        self.add("injury_insured", max(value * n, floor * 1.05), "人", how, source, hindsight=hindsight)
        self.plain("pension_paying_rate", "paying_rate", "%", "借用{whose}参照值")
