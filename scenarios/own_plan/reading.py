"""Reading the filled-in workbook: what the city says, and everything that is wrong with it at once."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from model.documents import BadInput, Fault, both, unknown_name
from model.indicators import registry
from scenarios.own_plan import forms
from scenarios.units import UnknownUnit, factor, to_base

Rows = list[tuple[int, dict[str, str]]]
SLUG, NUMBER = re.compile(r"[a-z][a-z0-9_]*", re.ASCII), re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
NEAR = 0.005


@dataclass
class Filled:
    """What a workbook says. plan: fields; figures: (quantity, age) → (value in base units, unit, value as written, source); areas, targets:
    rows as data; targets keep the order of the sheet.
    """

    plan: dict[str, Any] = field(default_factory=dict)
    figures: dict[tuple[str, str | None], tuple[float, str, float, str]] = field(default_factory=dict)
    areas: list[dict[str, Any]] = field(default_factory=list)
    targets: list[dict[str, Any]] = field(default_factory=list)


def read_workbook(path: Path) -> Filled:
    """The workbook as data. Raises BadInput with every fault of every sheet."""
    book, faults = _open(path), list[Fault]()
    sheets = {}
    for name, heads in ((forms.CITY, forms.CITY_HEADS), (forms.AREAS, forms.AREA_HEADS), (forms.TARGETS, forms.TARGET_HEADS)):
        sheets[name] = _sheet(book, path, name, heads, faults)
    if faults:
        raise BadInput(faults)
    out = Filled()
    faults += _city(path, sheets[forms.CITY], out)
    faults += _areas(path, sheets[forms.AREAS], out)
    faults += _targets(path, sheets[forms.TARGETS], out)
    faults += _together(path, out)
    if faults:
        raise BadInput(faults)
    return out


def _open(path: Path) -> Any:
    try:
        openpyxl = import_module("openpyxl")
        return openpyxl.load_workbook(io.BytesIO(path.read_bytes()), read_only=True, data_only=True)
    except ImportError as error:
        fix = both("请安装 openpyxl，或改填 plan.yaml 与 baseline.yaml", "install openpyxl, or fill in plan.yaml and baseline.yaml")
        raise BadInput(Fault(str(path), None, "file", path.name, ".yaml", fix)) from error
    except Exception as error:  # a broken workbook raises whatever its zip or XML raises
        fix = both("请检查文件能否在 Excel 中打开", "check that Excel can open it")
        raise BadInput(Fault(str(path), None, "file", str(error)[:100], ".xlsx", fix)) from error


def _sheet(book: Any, path: Path, name: str, heads: Sequence[str], faults: list[Fault]) -> Rows:
    if name not in book.sheetnames:
        fix = both(f"请勿删除或改名工作表「{name}」", f"keep the sheet {name}")
        faults.append(Fault(str(path), None, name, ", ".join(book.sheetnames)[:60], name, fix))
        return []
    rows = [[_text(cell) for cell in row] for row in book[name].iter_rows(values_only=True)]
    first = next((i for i, row in enumerate(rows) if row and row[0] == heads[0]), None)
    if first is None or any(head not in rows[first] for head in heads):
        missing = [head for head in heads if first is None or head not in rows[first]]
        fix = both("请保留表头各列", "keep the columns of the head")
        faults.append(Fault(str(path), None if first is None else first + 1, f"{name}.columns", ", ".join(missing), ", ".join(heads), fix))
        return []
    return [(i + 1, dict(zip(rows[first], row, strict=False))) for i, row in enumerate(rows) if i > first and any(row)]


def _text(cell: object) -> str:
    if cell is None:
        return ""
    return f"{cell:.12g}" if isinstance(cell, float) else str(cell).strip()


class _Sheet:
    """Faults of one sheet, with the row."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name

    def fault(self, line: int, column: str, value: str, allowed: str, fix: str) -> Fault:
        return Fault(str(self.path), line, f"{self.name}.{column}", value, allowed, fix)

    def number(self, line: int, column: str, text: str, low: float = 0.0, high: float = 1e12) -> tuple[float | None, list[Fault]]:
        if not NUMBER.fullmatch(text):
            fix = both("只写数字，不写单位、逗号和百分号", "write the number alone: no unit, comma or percent sign")
            return None, [self.fault(line, column, text, both("数字", "a number"), fix)]
        if not low <= float(text) <= high:
            return None, [self.fault(line, column, text, f"{low:g} … {high:g}", both("请核对数值与单位", "check value and unit"))]
        return float(text), []


def _city(path: Path, rows: Rows, out: Filled) -> Iterator[Fault]:
    sheet, known = _Sheet(path, forms.CITY), {figure.name: figure for figure in (*forms.FIELDS, *forms.FIGURES)}
    filled: set[str] = set()
    for line, row in rows:
        name, text = row["项目"], row["数值"]
        figure = known.get(name)
        if figure is None:
            yield sheet.fault(line, "项目", name, *unknown_name(name, known))
        elif text and name in filled:
            yield sheet.fault(line, "项目", name, both("每项一行", "one row each"), both("重复，请删去其一", "there twice: remove one"))
        elif text:
            filled.add(name)
            yield from _figure(sheet, line, figure, text, row, out)
    for figure in (*forms.FIELDS, *forms.FIGURES):
        if figure.needed and figure.name not in filled:
            yield sheet.fault(1, figure.name, "", both("必填", "needed"), both(f"请填写{figure.name}（{figure.hint}）", "fill it in"))


def _figure(sheet: _Sheet, line: int, figure: forms.Figure, text: str, row: Mapping[str, str], out: Filled) -> Iterator[Fault]:
    if figure.kind == "text":
        if figure.field == "province" and forms.province_of(text) is None:
            yield sheet.fault(line, figure.name, text, *unknown_name(text, forms.OF_PROVINCE))
        elif figure.field == "id" and not SLUG.fullmatch(text):
            yield sheet.fault(line, figure.name, text, "a-z 0-9 _", both("请用小写字母开头的代号", "begin with a lower-case letter"))
        out.plan[figure.field] = forms.province_of(text) or text if figure.field == "province" else text
        return
    high = 100.0 if figure.unit == "%" else 2060.0 if figure.kind == "year" else 3.0 if figure.unit == "类" else 1e12
    value, faults = sheet.number(line, figure.name, text, 2005.0 if figure.kind == "year" else 0.0, high)
    yield from faults
    if value is None:
        return
    if figure.kind == "year" or figure.field == "growth":
        out.plan[figure.field] = int(value) if figure.kind == "year" else value
        return
    unit = row.get("单位") or figure.unit
    try:
        base, kind = to_base(value, unit) if unit != "类" else (value, "1")
        if unit != "类" and kind != factor(figure.unit)[1]:
            raise UnknownUnit(unit)
    except UnknownUnit:
        yield sheet.fault(line, f"{figure.name}.单位", unit, figure.unit, both(f"请换算为{figure.unit}", f"convert to {figure.unit}"))
        return
    if not row.get("来源"):
        fix = both("请写明公报或文件名", "name the bulletin or document")
        yield sheet.fault(line, f"{figure.name}.来源", "", both("来源", "a source"), fix)
        return
    out.figures[figure.field, figure.age] = base / 100 if figure.field == "urban_share" else base, unit, value, row["来源"]


def _areas(path: Path, rows: Rows, out: Filled) -> Iterator[Fault]:
    sheet, seen = _Sheet(path, forms.AREAS), set[str]()
    for i, (line, row) in enumerate(rows, 1):
        code = row["代码"] or f"area{i}"
        if not row["名称"]:
            yield sheet.fault(line, "名称", "", both("地区名称", "a name"), both("请填写", "fill it in"))
        if not re.fullmatch(r"[0-9]{6}|[a-z][a-z0-9_]*", code):
            yield sheet.fault(line, "代码", code, both("六位行政区划代码，或留空", "six digits, or empty"), both("请更正", "correct it"))
        if code in seen:
            yield sheet.fault(line, "代码", code, both("每个地区一个", "one each"), both("代码重复", "there twice"))
        if row["类别"] not in forms.LEVELS:
            yield sheet.fault(line, "类别", row["类别"], *unknown_name(row["类别"], forms.LEVELS))
        value, faults = sheet.number(line, "常住人口", row["常住人口（万人）"])
        yield from faults
        seen.add(code)
        out.areas.append({"id": code, "name_zh": row["名称"], "name_en": row["名称"], "level": forms.LEVELS.get(row["类别"], "county"),
                          "residents": (value or 0.0) * 1e4, "written": value, "source": row.get("来源", "") or "城市填报"})


def _targets(path: Path, rows: Rows, out: Filled) -> Iterator[Fault]:
    sheet, seen = _Sheet(path, forms.TARGETS), set[str]()
    names = {one.name_zh: one.id for one in registry().values()} | {one.id: one.id for one in registry().values()}
    period = (out.plan.get("first", 2000), out.plan.get("last", 2060))
    for line, row in rows:
        before = len(out.targets)
        yield from _target(sheet, line, row, names, period, out)
        if row["序号"] in seen:
            yield sheet.fault(line, "序号", row["序号"], both("每项一个", "one each"), both("序号重复", "there twice"))
        seen.add(row["序号"])
        assert len(out.targets) == before + 1  # noqa: S101
    if not rows:
        yield sheet.fault(1, "指标", "", both("至少一项指标", "one target or more"), both("请填写规划指标", "fill in the plan's targets"))


def _target(
    sheet: _Sheet, line: int, row: Mapping[str, str], names: Mapping[str, str], period: tuple[int, int], out: Filled
) -> Iterator[Fault]:
    """The faults of one target; the target is kept all the same, so that later rows are read too."""
    measure = row["统计指标"]
    if measure and measure not in names:
        yield sheet.fault(line, "统计指标", measure, *unknown_name(measure, names))
    for column in ("序号", "指标", "单位", "目标值"):
        if not row[column]:
            yield sheet.fault(line, column, "", both("必填", "needed"), both(f"请填写{column}", "fill it in"))
    indicator = registry().get(names.get(measure, ""))
    try:
        kind = factor(row["单位"] or "1")[1]
        if indicator is not None and (kind == "%") != (factor(indicator.unit)[1] == "%"):
            fix = both("单位与统计指标不符", "the unit is not that of the indicator")
            yield sheet.fault(line, "单位", row["单位"], indicator.unit, fix)
    except UnknownUnit:
        kind = ""
        fix = both("请改用可换算的单位", "use a unit that can be converted")
        yield sheet.fault(line, "单位", row["单位"], both("人 万人 % 等", "人, 万人, % …"), fix)
    high = 100.0 if kind == "%" else 1e12
    target, faults = sheet.number(line, "目标值", row["目标值"], 0.0, high) if row["目标值"] else (None, [])
    base, more = sheet.number(line, "基期值", row["基期值"], 0.0, high) if row["基期值"] else (None, [])
    yield from (*faults, *more)
    for column, allowed in (("要求", forms.OPS), ("口径", forms.BASES), ("属性", dict.fromkeys(forms.ATTRIBUTES)), ("力争", forms.YES)):
        if row[column] not in allowed:
            yield sheet.fault(line, column, row[column], *unknown_name(row[column], [name for name in allowed if name]))
    year = row["目标年"] or str(period[1])
    if not year.isdigit() or not period[0] <= int(year) <= period[1]:
        yield sheet.fault(line, "目标年", year, f"{period[0]} … {period[1]}", both("请填写规划期内年份", "a year of the plan"))
    out.targets.append({
        "no": row["序号"], "name": row["指标"], "measure": names.get(measure),
        "kind": indicator.kind if indicator else "rate" if kind == "%" else "stock",
        "unit": row["单位"], "base": base, "base_printed": row["基期值"] or None, "target": target or 0.0, "target_printed": row["目标值"],
        "op": forms.OPS.get(row["要求"], "ge"), "op_printed": row["要求"] or None, "basis": forms.BASES.get(row["口径"], "level"),
        "year": int(year) if year.isdigit() else period[1], "attribute": row["属性"] or None,
        "strength": "strive" if forms.YES.get(row["力争"]) else "firm",
        "owner": row["责任处室"] or None, "place": row["出处"] or "城市填报",
    })  # fmt: skip


def _together(path: Path, out: Filled) -> Iterator[Fault]:
    """What no single cell shows: the period's order, and parts that add up."""
    first, last = out.plan.get("first"), out.plan.get("last")
    if first and last and not first < last:
        fix = both("末年应晚于首年", "the last year comes after the first")
        yield Fault(str(path), None, f"{forms.CITY}.规划末年", str(last), f"> {first}", fix)
    whole = out.figures.get(("residents", None))
    if whole is None:
        return
    areas = sum(area["residents"] for area in out.areas)
    if out.areas and abs(areas - whole[0]) > NEAR * whole[0]:
        fix = both("各地区之和应等于全市", "areas should add up to the city")
        yield Fault(str(path), None, f"{forms.AREAS}.常住人口", f"{areas / 1e4:g}", f"{whole[0] / 1e4:g}", fix)
    ages = [value[0] for (name, age), value in out.figures.items() if name == "residents" and age]
    if sum(ages) > whole[0] * (1 + NEAR) or (len(ages) == 4 and abs(sum(ages) - whole[0]) > NEAR * whole[0]):
        fix = both("各年龄之和应等于常住人口", "ages should add up to the residents")
        yield Fault(str(path), None, f"{forms.CITY}.年龄", f"{sum(ages) / 1e4:g}", f"{whole[0] / 1e4:g}", fix)
    ui, injury = out.figures.get(("ui_insured", None)), out.figures.get(("injury_insured", None))
    if ui and injury and ui[0] > injury[0]:
        fix = both("失业保险参保一般不多于工伤保险，请核对", "usually no more than in injury insurance: check")
        yield Fault(str(path), None, f"{forms.CITY}.失业保险参保", f"{ui[2]:g}", f"≤ {injury[2]:g}", fix)
