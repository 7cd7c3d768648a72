"""From what a city has filled in to a plan that runs: `plan.yaml` and `baseline.yaml`, what is not known imputed and marked so."""

from __future__ import annotations

import hashlib
import io
import re
from pathlib import Path
from typing import Any

from model.documents import BadInput, Fault, both, read_text, read_yaml, write_atomically
from scenarios.macro import later
from scenarios.own_plan import forms
from scenarios.own_plan.imputation import imputed
from scenarios.own_plan.reading import Filled, read_workbook
from scenarios.own_plan.template import BASELINE, PLAN, PLAN_YAML, WORKBOOK, baseline_template
from scenarios.units import to_base

MARK = "# 由 plan.xlsx 生成 made from plan.xlsx by `renshe plan fill`: "


def fill(folder: Path) -> tuple[list[Path], list[dict[str, Any]]]:
    """Complete the plan of a folder: (files written, cells imputed). From the workbook while the YAML files are templates or its own
    products; else only what `baseline.yaml` lacks is added to it. Raises BadInput with every fault.
    """
    if not folder.is_dir():
        fix = both("请先运行 renshe plan new", "run `renshe plan new` first")
        raise BadInput(Fault(str(folder), None, "folder", str(folder), both("一个文件夹", "a folder"), fix))
    if (folder / WORKBOOK).is_file() and _untouched(folder):
        return _from_workbook(folder)
    return _completed(folder)


def _untouched(folder: Path) -> bool:
    """Whether both YAML files are missing, templates, or as `fill` wrote them."""
    for name, template in ((PLAN, PLAN_YAML), (BASELINE, baseline_template())):
        path = folder / name
        if not path.is_file():
            continue
        text = read_text(path)
        first, _, body = text.partition("\n")
        if text != template and not (first.startswith(MARK) and first.removeprefix(MARK) == _digest(body)):
            return False
    return True


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:16]


def _from_workbook(folder: Path) -> tuple[list[Path], list[dict[str, Any]]]:
    filled = read_workbook(folder / WORKBOOK)
    year = int(filled.plan["first"]) - 1
    known = {f"{name} {age}" if age else name: value[0] for (name, age), value in filled.figures.items()}
    made = imputed(known, filled.plan["province"], year)
    cells = [*_published(filled, year), *made]
    places = [folder / PLAN, folder / BASELINE]
    for place, data in zip(places, (plan_of(filled, year), {"plan": filled.plan["id"], "cells": cells}), strict=True):
        body = _yaml(data)
        write_atomically(place, f"{MARK}{_digest(body)}\n{body}")
    return places, made


def _published(filled: Filled, year: int) -> list[dict[str, Any]]:
    cells = []
    for (quantity, age), (base, unit, written, source) in filled.figures.items():
        share = quantity == "urban_share"
        value, shown_unit = (base, "1") if share else (written, "1" if unit == "类" else unit)
        cell = {"quantity": quantity, "area": "ALL", "year": year, "value": value, "unit": shown_unit, "status": "published",
                "confidence": "medium", "source": source}
        cells.append(cell | ({"age": age} if age else {}))
    cells += [{"quantity": "residents", "area": area["id"], "year": year, "value": area["written"], "unit": "万人",
               "status": "published", "confidence": "medium", "source": area["source"]} for area in filled.areas]
    return cells


def plan_of(filled: Filled, year: int) -> dict[str, Any]:
    """`plan.yaml` as data."""
    said = filled.plan
    title = said.get("title_zh") or f"{said['city_zh']}人力资源和社会保障规划"
    english = said.get("city_en") or said["id"].capitalize()
    growth = said.get("growth")
    ranged = {name: float(later()[name]) for name in ("low", "central", "high")}
    macro = {"printed": None, "range": {**ranged, "source": "假设:规划未印增速,取声明区间", "marked": "假设"}}
    if growth is not None:
        macro = {"printed": {"value": growth / 100, "quote": f"{growth:g}%", "place": "城市填报"}, "range": None}
    areas = [{name: area[name] for name in ("id", "name_zh", "name_en", "level")} for area in filled.areas]
    return {
        "id": said["id"], "title": f"Plan of {english}", "title_zh": title, "city_zh": said["city_zh"], "city_en": english,
        "province": said["province"], "document": {"number": None, "issued": None, "issuer": None, "text": None},
        "period": [said["first"], said["last"]], "baseline_year": year, "macro": macro,
        "areas": areas or [{"id": "whole", "name_zh": "全市", "name_en": "Whole city", "level": "city"}],
        "targets": [_target(row, i) for i, row in enumerate(filled.targets, 1)],
    }  # fmt: skip


def _target(row: dict[str, Any], number: int) -> dict[str, Any]:
    flow = row["kind"] in ("flow", "build_out")
    basis = "year_flow" if flow and row["basis"] == "level" and row["kind"] == "flow" else row["basis"]
    return {
        "no": row["no"], "id": f"{row['measure'] or 'target'}_{number}", "measure": row["measure"], "name_zh": row["name"],
        "name_en": row["name"], "unit": row["unit"], "decimals": _decimals(row["target_printed"]), "kind": row["kind"],
        "attribute": row["attribute"], "strength": row["strength"], "baseline": row["base"], "baseline_printed": row["base_printed"],
        "baseline_basis": None if row["base"] is None else "year_flow" if flow else "level", "target": row["target"],
        "target_printed": row["target_printed"], "target_basis": basis, "target_year": row["year"], "op": row["op"],
        "op_printed": row["op_printed"], "lower_is_better": row["op"] in ("le", "lt"), "owner": row["owner"],
        "source": {"place": row["place"], "quote": row["name"]},
    }  # fmt: skip


def _decimals(printed: str) -> int:
    return min(len(printed.partition(".")[2]), 6)


def _yaml(data: Any) -> str:
    from ruamel.yaml import YAML

    out = io.StringIO()
    writer = YAML()
    writer.default_flow_style, writer.allow_unicode, writer.width = False, True, 1000
    writer.dump(data, out)
    return out.getvalue()


def _completed(folder: Path) -> tuple[list[Path], list[dict[str, Any]]]:
    """Add what `baseline.yaml` lacks, below what stands there: comments and order of the file stay."""
    plan, baseline = read_yaml(folder / PLAN), read_yaml(folder / BASELINE)
    cells = [cell for cell in (baseline.data.get("cells") or []) if isinstance(cell, dict)]
    known: dict[str, float] = {}
    faults = []
    for i, cell in enumerate(cells):
        value = cell.get("value")
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            fix = both("请填写数值，或删去此行", "write the value, or remove the line")
            faults.append(baseline.fault(("cells", i, "value"), value, both("数字", "a number"), fix))
        elif cell.get("area") == "ALL" and not cell.get("sex") and not cell.get("sector"):
            age = cell.get("age")
            known[f"{cell.get('quantity')} {age}" if age else str(cell.get("quantity"))] = to_base(float(value), str(cell.get("unit")))[0]
    province, year = plan.data.get("province"), plan.data.get("baseline_year")
    if "residents" not in known and not faults:
        fix = both("请填写全市常住人口", "fill in the residents of the city")
        faults.append(baseline.fault(("cells",), "residents", both("全市常住人口", "residents, ALL"), fix))
    if province not in forms.OF_PROVINCE.values() or not isinstance(year, int):
        fix = both("请填写省份（其他省份写 other）与基期年", "fill in base year and province (other: neither of the two)")
        faults.append(plan.fault(("province",), province, "jiangsu, zhejiang, other", fix))
    if faults:
        raise BadInput(faults)
    made = imputed(known, str(province), int(str(year)))
    if made:
        text = read_text(folder / BASELINE).rstrip("\n")
        added = re.sub(r"^", "  ", _yaml(made).rstrip("\n"), flags=re.M)
        note = "  # 以下由 renshe plan fill 推算 imputed below"
        write_atomically(folder / BASELINE, f"{text}\n{note}\n{added}\n")
    return [folder / BASELINE] if made else [], made
