"""From a baseline to a setting: totals kept, rules by area as stated, what is missing named, the minimum wage's class."""

from dataclasses import fields

import numpy as np
import pytest

from model.documents import BadInput
from model.law import Law
from model.parameters import central_values
from scenarios.baseline_people import age_bands, people_of, span, spread
from scenarios.plan_schema import Plan
from scenarios.plans_at_hand import load_plan, plan_ids
from scenarios.settings import NEEDED, USUAL_WAGE_CLASS, base_city, changed_definition, missing, sectors, setting_of, wage_class


def without(plan: Plan, *quantities: str) -> Plan:
    """The plan with some quantities struck from its baseline."""
    cells = tuple(c for c in plan.baseline.cells if c.quantity not in quantities)
    return plan.model_copy(update={"baseline": plan.baseline.model_copy(update={"cells": cells})})


def made(plan: Plan, **given: object):
    values = {"parameters": central_values(), "controls": {}, "law": Law.standard(plan.province), "growth": {}}
    return setting_of(plan, **(values | given))


@pytest.fixture(params=plan_ids())
def plan(request) -> Plan:
    return load_plan(request.param)


def test_city_totals_are_the_baselines(plan):
    b, base = plan.baseline, base_city(plan)
    assert base.residents.sum() == pytest.approx(b.value("residents"), abs=len(plan.finest_areas))
    assert base.schemes.ui.sum() == pytest.approx(b.value("ui_insured"), rel=1e-4)
    assert base.schemes.injury.sum() == pytest.approx(b.value("injury_insured"), rel=1e-4)
    assert base.schemes.enterprise.sum() == pytest.approx(b.value("pension_enterprise_active"), rel=1e-4)


def test_published_areas_stand_as_they_are(plan):
    base, known = base_city(plan), plan.baseline.by_area("residents")
    total = sum(known.get(a.id, 0) for a in plan.finest_areas)
    if total == pytest.approx(known["ALL"], rel=1e-6):
        for area, rows in zip(plan.finest_areas, base.residents, strict=True):
            assert rows.sum() == pytest.approx(known[area.id], abs=1)


def test_published_broad_ages_hold(plan):
    bands = age_bands(plan)
    residents, *_ = people_of(plan)
    total = residents.sum()
    assert (not bands) or (min(bands)[0] == 0 and max(bands)[1] == 100)
    for (first, last), persons in bands.items():
        share = persons / sum(bands.values())
        assert residents[:, :, first : last + 1].sum() / total == pytest.approx(share, abs=2e-4)


def test_nobody_is_counted_twice(plan):
    base = base_city(plan)
    assert (base.outsiders <= base.residents).all(), "outsiders are residents"
    assert (base.away >= 0).all()
    for share in (base.rural, base.farm, base.flexible):
        assert ((share >= 0) & (share <= 1)).all()


def test_the_base_city_is_made_once_and_again_when_the_baseline_changes():
    plan = load_plan("haining")
    assert base_city(plan) is base_city(plan.model_copy())
    changed = plan.model_copy(update={"baseline": _with_residents(plan, 1.1)})
    assert base_city(changed).residents.sum() > base_city(plan).residents.sum()


def _with_residents(plan: Plan, factor: float):
    cells = tuple(c.model_copy(update={"value": c.value * factor}) if c.quantity == "residents" else c for c in plan.baseline.cells)
    return plan.baseline.model_copy(update={"cells": cells})


def test_everything_that_is_missing_is_named_at_once():
    plan = without(load_plan("haining"), "firms", "urban_share")
    with pytest.raises(BadInput) as refused:
        made(plan)
    assert {fault.field for fault in refused.value.faults} == {"cells.firms", "cells.urban_share"}


@pytest.mark.parametrize("quantity", NEEDED)
def test_each_needed_quantity_is_needed(quantity):
    assert [fault.field for fault in missing(without(load_plan("haining"), quantity))] == [f"cells.{quantity}"]


def test_the_class_of_the_minimum_wage_is_data():
    assert {p: wage_class(load_plan(p)) for p in plan_ids()} == {"haining": 2, "nantong": 1, "suzhou12": 1, "xiangcheng": 1, "xuzhou": 2}
    assert wage_class(without(load_plan("nantong"), "minimum_wage_class")) == USUAL_WAGE_CLASS


def test_the_law_has_a_minimum_wage_for_every_plan_and_year(plan):
    law, last = Law.standard(plan.province), plan.period[1]
    assert law.value(f"minimum_wage.class_{wage_class(plan)}", f"{last}-12") > 0


def test_a_rest_is_divided_by_weights():
    plan = load_plan("xuzhou")
    weights = np.arange(1.0, len(plan.finest_areas) + 1)
    imputed = spread(without(plan, "ui_insured").model_copy(update={"baseline": _city_only(plan, "ui_insured")}), "ui_insured", weights)
    assert imputed == pytest.approx(plan.baseline.value("ui_insured") * weights / weights.sum())


def _city_only(plan: Plan, quantity: str):
    cells = tuple(c for c in plan.baseline.cells if c.quantity != quantity or c.area == "ALL")
    return plan.baseline.model_copy(update={"cells": cells})


def test_a_definition_ratio_counts_only_where_the_plan_changed_the_definition():
    ratios = {"new_definition_ratio": 0.7, "startup_definition_ratio": 0.6}
    for plan in map(load_plan, plan_ids()):
        setting = made(plan, parameters=central_values() | ratios)
        for ratio, measure in (("new_definition_ratio", "new_urban_employment"), ("startup_definition_ratio", "startups")):
            assert setting.parameter(ratio) == (ratios[ratio] if changed_definition(plan, measure) else 1.0)


def test_a_setting_carries_the_base_city(plan):
    setting, base = made(plan), base_city(plan)
    assert all(getattr(setting, field.name) is getattr(base, field.name) for field in fields(base))
    assert setting.start_year == plan.baseline_year + 1
    assert sum(sectors().values()) == pytest.approx(1.0)


@pytest.mark.parametrize(("text", "years"), [("0-14", (0, 14)), ("65+", (65, 100)), ("18-18", (18, 18))])
def test_spans(text, years):
    assert span(text) == years
