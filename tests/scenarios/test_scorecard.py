"""The scorecard: every target a row, the JSON of `run --json`, joint row, counts, areas."""

import json

import numpy as np
import pytest
from rich.console import Console

from scenarios.results import Results
from scenarios.scorecard import marked_indistinct, scorecard, scorecard_as_json, scorecard_as_table, summary
from scenarios.scorecard.sight import ratio
from scenarios.units import UnknownUnit
from tests.scenarios.judged import (
    INJURY,
    INSPECTION,
    JOBS,
    REGISTRY,
    SATISFACTION,
    UNEMPLOYMENT,
    breakdown,
    plan,
    results,
    target,
)

FIELDS = [
    "no",
    "id",
    "measure",
    "name_zh",
    "area",
    "kind",
    "unit",
    "attribute",
    "strength",
    "produced",
    "target",
    "target_year",
    "op",
    "by_year",
    "cumulative",
    "final",
    "met",
    "n",
    "probability",
    "interval",
    "stance",
    "completion",
    "schedule",
    "verdict",
    "share",
    "light",
    "margin",
    "flags",
    "owner",
]
TOP = [
    "plan",
    "scenario",
    "macro",
    "parameters",
    "hindcast",
    "draws",
    "replicates",
    "scale",
    "seed",
    "wall_seconds",
    "person_months",
    "joint",
    "indicators",
]
UI = [[88e4, 91e4, 94e4, 97e4, last] for last in (99.4e4, 99.5e4, 101e4, 102e4)]
INJURED = [[105e4, 108e4, 111e4, 114e4, last] for last in (117e4, 117e4, 100e4, 118e4)]
HIRED = [[75_000.0] * 4 + [last] for last in (74_500, 74_499, 80_000, 90_000)]
LOW = [[2.0, 2, 2, 2, last] for last in (2, 2.1, 2.2, 4.6)]
XUZHOU = plan(
    [target(**JOBS), target(**UNEMPLOYMENT), target(), target(**INJURY), target(**INSPECTION), target(**SATISFACTION)],
    [breakdown()],
)
FENG = [[5e4, 5.1e4, 5.2e4, 5.4e4, last] for last in (5.44e4, 5.45e4, 5.5e4, 5.6e4)]


def simulated(**given):
    return results(
        {
            ("ui_insured", "ALL"): UI,
            ("injury_insured", "ALL"): INJURED,
            ("new_urban_employment", "ALL"): HIRED,
            ("registered_unemployment_rate", "ALL"): LOW,
            ("ui_insured", "320321"): FENG,
        },
        **given,
    )


def rows(document):
    return {(row["id"], row["area"]): row for row in document["indicators"]}


@pytest.fixture(scope="module")
def document():
    return scorecard_as_json(XUZHOU, simulated(), today=2024)


def test_the_document_has_exactly_the_fields_of_the_contract(document):
    assert list(document) == TOP
    assert all(list(row) == FIELDS for row in document["indicators"])
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert set(document["joint"]) == {"met", "n", "probability", "interval", "left_out"}


def test_every_target_has_a_row_and_areas_follow_their_target(document):
    assert list(rows(document)) == [
        ("new_urban_employment_sum", None), ("registered_unemployment", None), ("ui_insured", None),
        ("ui_insured", "320321"), ("ui_insured", "320322"), ("injury_insured", None), ("inspection_on_time", None),
        ("satisfaction", None)]  # fmt: skip


def test_what_is_not_simulated_says_so(document):
    for key in (("satisfaction", None), ("inspection_on_time", None), ("ui_insured", "320322")):
        row = rows(document)[key]
        assert row["produced"] == ("context" if key[0] == "satisfaction" else "not_yet"), "what names no measure is quoted"
        assert row["final"] is None and row["probability"] is None
        assert row["verdict"] == "not_simulated" and row["light"] is None and row["by_year"] == {}
    assert rows(document)["ui_insured", "320322"]["flags"] == ["area_not_simulated"]
    assert rows(document)["inspection_on_time", None]["stance"] == "hold"


def test_a_stock_in_the_plan_s_own_unit(document):
    row = rows(document)["ui_insured", None]
    assert (row["met"], row["n"], row["probability"]) == (3, 4, pytest.approx(0.7))
    assert row["final"]["p50"] == pytest.approx(100.25)
    assert row["by_year"]["2023"] == {"p10": 94, "p50": 94, "p90": 94} and row["cumulative"] is None
    assert (row["stance"], row["verdict"], row["light"], row["schedule"]) == ("climb", "exceeded", "amber", 1.0)
    assert row["completion"] == pytest.approx((row["final"]["p50"] - 84.9) / 15.1)  # stands beside the median
    assert "for_reference" in row["flags"]


def test_a_period_sum_with_another_definition(document):
    row = rows(document)["new_urban_employment_sum", None]
    assert row["final"]["p10"] == pytest.approx(np.quantile([37.45, 37.4499, 38, 39], 0.1))
    assert (row["met"], row["stance"], row["verdict"]) == (3, "incomparable", "completed")  # 37.4499 is printed 37.4
    assert row["cumulative"]["2022"]["p50"] == pytest.approx(15)
    assert row["by_year"]["2022"]["p50"] == pytest.approx(7.5)
    assert "definitions_differ" in row["flags"]


def test_a_held_rate(document):
    row = rows(document)["registered_unemployment", None]
    assert (row["met"], row["stance"], row["verdict"], row["completion"]) == (3, "floor", "held", None)
    assert row["final"]["p90"] > 3  # its worst year
    with_sd = scorecard_as_json(XUZHOU, simulated(), past_sd={"registered_unemployment": 0.5}, today=2024)
    assert rows(with_sd)["registered_unemployment", None]["margin"] == pytest.approx((4 - 2.15) / 0.5)


def test_an_area_is_judged_by_its_own_table(document):
    row = rows(document)["ui_insured", "320321"]
    assert (row["target"], row["unit"], row["met"]) == (5.5, "万人", 3)  # 5.45 is printed 5.5
    assert row["completion"] == pytest.approx((5.475 - 4.7) / 0.8)  # the median of the completions of four draws


def test_the_joint_row_covers_binding_rows_of_the_city_draw_by_draw(document):
    """失业 is met in draws 1, 2, 3 and 工伤 in 0, 1, 3: together in 1 and 3."""
    assert (document["joint"]["met"], document["joint"]["n"], document["joint"]["left_out"]) == (2, 4, 0)
    with_more = plan([*XUZHOU.targets, target(id="postdocs", measure=None, no="14")])
    assert scorecard_as_json(with_more, simulated())["joint"]["left_out"] == 1
    without = scorecard_as_json(plan([target(**JOBS)]), simulated())["joint"]
    assert without["met"] is None and without["interval"] is None


def test_counts_leave_out_weak_and_strived_for_targets():
    card = scorecard(XUZHOU, simulated())
    assert card.headline == (3, 3)  # 就业, 失业, 工伤; the floor and what is not simulated do not count
    strived = plan([target(**JOBS), target(strength="strive"), target(**INJURY)])
    assert scorecard(strived, simulated()).headline == (2, 2)
    assert scorecard(strived, simulated()).left_out == 0
    assert scorecard(strived, simulated()).joint.met == 3  # 工伤 alone; a target to strive for is not in it


def test_the_same_results_give_the_same_bytes():
    documents = [json.dumps(scorecard_as_json(XUZHOU, simulated(), today=2024), ensure_ascii=False) for _ in range(2)]
    assert documents[0] == documents[1]
    shuffled = Results(simulated().table.sample(frac=1, random_state=3), simulated().manifest, REGISTRY)
    assert json.dumps(scorecard_as_json(XUZHOU, shuffled, today=2024), ensure_ascii=False) == documents[0]


def test_replicates_are_averaged_before_they_are_judged():
    twice = simulated(replicates=2)
    low = (twice.table["indicator"] == "ui_insured") & (twice.table["replicate"] == 1)
    twice.table.loc[low, "value"] -= 2e4
    row = rows(scorecard_as_json(XUZHOU, twice))["ui_insured", None]
    assert (row["met"], row["n"]) == (2, 4)  # 98.4, 98.5, 100, 101


def test_progress_at_a_date_beside_the_probability_at_the_end():
    row = rows(scorecard_as_json(XUZHOU, simulated(), at="2023-06"))["new_urban_employment_sum", None]
    assert row["completion"] == pytest.approx((15 + 3.75) / 37.5)
    assert row["schedule"] == pytest.approx(0.4 + 0.2 * 0.547)
    assert (row["verdict"], row["met"]) == ("on_track", 3)


def test_a_run_that_ends_early_gives_progress_and_no_probability():
    for until, month in (("2023-12", 12), ("2023-06", 6)):
        row = rows(scorecard_as_json(XUZHOU, simulated(until=until)))["ui_insured", None]
        assert row["final"] is None and row["probability"] is None and row["light"] is None
        assert row["verdict"] == ("on_track" if month == 12 else "faster")
        assert "years_not_simulated" in row["flags"]
    assert scorecard(XUZHOU, simulated(until="2023-12")).joint is None


def test_observed_values_are_facts():
    card = scorecard(XUZHOU, simulated(), observed={("ui_insured", None): {2025: 99.4}})
    row = next(r for r in card.rows if r.task.id == "ui_insured" and r.task.area is None)
    assert row.fact is False and row.chance is None and row.light is None and "observed" in row.flags
    assert row.judgement.verdict == "missed"
    assert card.headline == (2, 3) and card.joint.met == 0
    assert not card.context["hindcast"]
    some = scorecard(XUZHOU, simulated(), observed={("new_urban_employment_sum", None): {2021: 9.0}}, today=2024)
    first = some.rows[0]
    assert first.fact is None and first.chance.met == 4 and first.by_year["2021"]["p50"] == 9.0


def test_a_period_that_is_over_is_called_a_hindcast():
    late = scorecard_as_json(XUZHOU, simulated(), today=2026)
    assert late["hindcast"] is True
    assert "hindcast" in rows(late)["ui_insured", None]["flags"]
    assert "hindcast" not in rows(late)["satisfaction", None]["flags"]
    assert scorecard_as_json(XUZHOU, simulated(hindcast=False), today=2026)["hindcast"] is False


def test_failed_draws_are_left_out_and_said():
    made = simulated(draws=5)
    table = made.table[~((made.table["draw"] == 1) & (made.table["indicator"] == "injury_insured"))]
    card = scorecard(XUZHOU, Results(table, made.manifest, REGISTRY))
    injured = next(r for r in card.rows if r.task.id == "injury_insured")
    assert (injured.chance.met, injured.chance.n) == (2, 3) and "draws_missing" in injured.flags
    assert (card.joint.met, card.joint.n) == (1, 3)  # over the draws that have both rows


def test_persons_and_person_times_are_never_mixed():
    """南通 就业技能培训 15 万人 is not read from a count of 人次."""
    given = {
        "id": "skills",
        "measure": "subsidised_training",
        "kind": "flow",
        "target": 15.0,
        "baseline": None,
        "baseline_basis": None,
        "target_basis": "period_sum",
    }
    made = results({("subsidised_training", "ALL"): [[3e4] * 5]})
    persons, times = (scorecard(plan([target(unit=u, **given)]), made).rows[0] for u in ("万人", "万人次"))
    assert persons.produced == "not_yet" and persons.flags == ("unit_differs",)
    assert times.produced == "programme" and times.final["p50"] == pytest.approx(15)
    assert ratio("万个", "家") == 10_000
    with pytest.raises(UnknownUnit):
        ratio("%", "人")


def test_what_a_period_builds_is_the_growth_of_what_stands():
    """海宁 P3: 新建、筹集人才公寓 10000 套. Five years of stocks do not add up to what was built."""
    given = {"id": "flats", "measure": "talent_apartments", "kind": "build_out", "unit": "套", "decimals": 0, "baseline": None,
             "baseline_basis": None, "target": 10_000.0, "target_basis": "period_sum"}  # fmt: skip
    made = results({("talent_apartments", "ALL"): [[2000.0, 4000.0, 6000.0, 8000.0, 9900.0]]})
    row = scorecard(plan([target(**given)]), made).rows[0]
    assert row.final["p50"] == 9900 and row.cumulative["2025"]["p50"] == 9900 and row.by_year["2025"]["p50"] == 1900


def test_thinning_noise_is_marked_where_it_is_more_than_a_tenth():
    """丰县: 5.5 万人 at scale 20 adds √(55,000 · 19) ≈ 1,022 persons to a spread over draws of about 720."""
    marked = rows(scorecard_as_json(XUZHOU, simulated(scale=20)))
    assert "thin" in marked["ui_insured", "320321"]["flags"]
    assert "thin" not in marked["injury_insured", None]["flags"]
    exempt = rows(scorecard_as_json(XUZHOU, simulated(scale=20, area_scale={"320321": 1})))
    assert "thin" not in exempt["ui_insured", "320321"]["flags"]


def test_rows_that_no_scenario_can_miss_are_marked():
    sure = results({("ui_insured", "ALL"): [[120e4] * 5] * 30, ("injury_insured", "ALL"): [[50e4] * 5] * 30})
    card = scorecard(XUZHOU, sure)
    marked = marked_indistinct(card, dict.fromkeys(("baseline", "as-planned", "stress"), card))
    assert [r.task.id for r in marked.rows if "indistinct" in r.flags] == ["ui_insured"]
    assert not [
        r
        for r in marked_indistinct(card, {"baseline": card, "stress": scorecard(XUZHOU, simulated())}).rows
        if "indistinct" in r.flags
    ]


def test_a_composition_in_the_scorecard():
    registry = REGISTRY | {
        f"grade_{g}": type("I", (), {"year": "december", "unit": "%", "produced": "agent"}) for g in "abc"
    }
    parts = [
        target(
            id=f"grade_{g}",
            measure=f"grade_{g}",
            no="15",
            unit="%",
            kind="part",
            attribute="约束性",
            group="grades",
            order=i + 1,
            decimals=1,
            baseline=b,
            target=t,
        )
        for i, (g, b, t) in enumerate((("a", 6.0, 7.4), ("b", 30.0, 38.0), ("c", 64.0, 54.6)))
    ]
    from tests.scenarios import judged

    old, judged.REGISTRY = judged.REGISTRY, registry
    try:
        made = results(
            {
                ("grade_a", "ALL"): [[7.0] * 4 + [8.0], [6.0] * 5],
                ("grade_b", "ALL"): [[36.0] * 4 + [37.5], [40.0] * 5],
                ("grade_c", "ALL"): [[57.0] * 4 + [54.5], [54.0] * 5],
            }
        )
    finally:
        judged.REGISTRY = old
    card = scorecard(plan(parts), Results(made.table, made.manifest, registry))
    assert {(r.chance.met, r.chance.n, r.judgement.verdict) for r in card.rows} == {
        (1, 2, card.rows[0].judgement.verdict)
    }
    assert card.headline == (1, 1)  # one composition counts once


def test_more_than_one_scenario_must_be_chosen_from():
    import pandas as pd

    both = Results(pd.concat([simulated(scenario=s).table for s in ("a", "b")]), {}, REGISTRY)
    with pytest.raises(ValueError, match="choose with"):
        both.scorecard(XUZHOU)
    assert both.of("a").scorecard(XUZHOU).context["scenario"] == "a"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_terminal_says_the_answer_first(lang):
    card = scorecard(XUZHOU, simulated(), today=2026)
    console = Console(width=240)
    with console.capture() as capture:
        console.print(scorecard_as_table(card, lang, areas=True))
    text = capture.get()
    first = text.splitlines()[0]
    assert first == ("情景「baseline」：3 项中 3 项达标" if lang == "zh" else "Scenario 'baseline': 3 of 3 targets met")
    for piece in (
        ("情景达标频率", "先验", "回溯模拟", "仅供参考", "约束力弱：目标宽于基期", "暂未模拟", "超额完成", "▲ 黄")
        if lang == "zh"
        else (
            "Frequency in scenario",
            "declared ranges",
            "hindcast",
            "for reference only",
            "not simulated yet",
            "exceeded",
            "▲ amber",
        )
    ):
        assert piece in text, piece
    assert "概率" not in text and "100 %)" not in first
    assert len(summary(card, lang)) == 3
