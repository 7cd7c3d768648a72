"""The review pages: addresses, uploads checked and kept, the question to the worker, and the tables of each answer in both languages."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from dashboard.jobs import JobTable
from dashboard.pages import review_tables
from dashboard.pages.reviews import Place, Reviews, navigation
from dashboard.reviews import KINDS, divisible, keep_observed, observed_path
from dashboard.source import AtHand
from model.documents import BadInput
from scenarios.allocation import allocation_as_json, allocation_of
from scenarios.allocation.divide import task_called
from scenarios.allocation.show import notes as allocation_notes
from scenarios.plans_at_hand import load_plan
from scenarios.targets import proposals_as_json
from scenarios.targets.show import notes as target_notes
from tests.scenarios.test_allocation import xuzhou
from tests.scenarios.test_targets import WIDE, proposals

HEAD = "plan,indicator,area,period,value,definition,source,status\n"
GOOD = HEAD + "xuzhou,ui_insured_2025,,2025,104,,公报,published\nxuzhou,injury_insured,,2025,121,,公报,published\n"
BAD = HEAD + "xuzhou,ui_insured_2025,,2025,104万,,公报,published\nxuzhou,ui_insurde,,2025,1,,,published\n"


@pytest.fixture
def reviews(jobs: JobTable) -> Reviews:
    return Reviews(AtHand(), jobs)


def words(part: Any) -> str:
    """All text of a component."""
    if isinstance(part, (list, tuple)):
        return " ".join(words(one) for one in part)
    if isinstance(part, str):
        return part
    return words(getattr(part, "children", None) or [])


def place(kind: str = "assess", **given: Any) -> Place:
    return Place(kind, "xuzhou", **given)


@pytest.mark.parametrize("kind", KINDS)
def test_an_address_is_read_back_as_it_was_written(kind: str) -> None:
    here = place(kind, lang="en", preset="baseline", indicator="x", observed="a.csv", job="j")
    path, _, search = here.href.partition("?")
    assert Place.read(path, f"?{search}", ["xuzhou", "nantong"]) == here
    assert Place.read("/", "", ["xuzhou"]) is None and Place.read("/no", "", ["xuzhou"]) is None
    assert Place.read(f"/{kind}", "?plan=nowhere", ["xuzhou"]) == place(kind)


def test_links_lead_to_every_page_and_keep_plan_language_and_values() -> None:
    links = navigation("/targets", "?plan=nantong&lang=en&observed=a.csv&job=x", ["xuzhou"])
    assert [link.href.partition("?")[0] for link in links] == ["/", *(f"/{kind}" for kind in KINDS)]
    assert all("plan=nantong" in link.href and "job" not in link.href for link in links)
    assert [getattr(link, "aria-current", None) for link in links] == [None, None, None, "page", None]


def test_an_upload_is_checked_and_kept_by_its_digest(reviews: Reviews) -> None:
    contents = "data:text/csv;base64," + base64.b64encode(GOOD.encode()).decode()
    found, said = reviews.upload(place(), "观测.csv", contents)
    assert found.observed.endswith(".csv") and observed_path(found.observed) is not None and "2 个观测值" in words(said)
    assert reviews.upload(place(), "again.csv", contents)[0] == found
    assert "已使用上传的观测值" in words(reviews.upload_words(found))
    assert reviews.request(found)["observed"] == found.observed


def test_a_faulty_upload_lists_all_faults_and_is_not_kept(reviews: Reviews) -> None:
    contents = "data:text/csv;base64," + base64.b64encode(BAD.encode()).decode()
    found, said = reviews.upload(place(), "bad.csv", contents)
    assert found == place() and "3 处错误" in said[0].title and "bad.csv:2" in words(said) and "did you mean ui_insured" in words(said)
    with pytest.raises(BadInput, match="2 MB"):
        keep_observed("xuzhou", "x.pdf", b"x")
    assert reviews.upload(place(), "x.csv", "data:,!!")[0] == place()


@pytest.mark.parametrize("name", [None, "", "../etc/passwd", "no.csv", "a/b.csv"])
def test_only_kept_uploads_are_found(name: str | None) -> None:
    assert observed_path(name) is None


@pytest.mark.parametrize("kind", KINDS)
def test_each_page_asks_its_own_question_once(kind: str, reviews: Reviews) -> None:
    here = reviews.submit(place(kind, indicator="new_urban_employment_sum"))
    job = reviews.jobs.get(here.job)
    assert job is not None and job.request["kind"] == kind and ("indicator" in job.request) == (kind == "allocate")
    assert reviews.submit(place(kind, indicator="new_urban_employment_sum")) == here
    looked = reviews.look(here, None)
    assert looked["waiting"] and "results" not in looked and words(looked["progress"])
    assert words(reviews.look(place(kind), None)["results"])
    assert words(reviews.head(here)) and len(reviews.controls(here)) == 4


def test_what_can_be_divided_are_simulated_counts_those_with_a_table_first() -> None:
    found = [one["id"] for one in divisible("xuzhou")]
    assert found[0] == "new_urban_employment_sum" and "registered_unemployment_rate_held" not in found


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_next_targets_and_allocation_are_shown(lang: Any, reviews: Reviews) -> None:
    found = proposals(baseline=WIDE)
    document = json.loads(json.dumps({**proposals_as_json(found), "notes_zh": target_notes(found), "notes_en": target_notes(found, "en")}))
    text = words(reviews.shown(place("targets", lang=lang), document))
    assert ("无区分度" if lang == "zh" else "no force") in text and "P=0.85" in text
    finely = json.loads(json.dumps(document))
    finely["rows"][0] |= {"base": 371.2, "unit": "万人"}
    for value, decimals in zip(finely["rows"][0]["values"], (0, 3, 2, 0), strict=True):
        value["decimals"] = decimals
    assert "371.2 " in words(reviews.shown(place("targets", lang=lang), finely)) + " ", "as the plan prints it, however fine a proposal is"
    plan = load_plan("xuzhou")
    divided = allocation_of(plan, task_called(plan, "new_urban_employment_sum"), xuzhou())
    said = {"notes_zh": allocation_notes(divided), "notes_en": allocation_notes(divided, "en")}
    document = {**allocation_as_json(divided), "decimals": 0, **said}
    text = words(reviews.shown(place("allocate", lang=lang), json.loads(json.dumps(document))))
    assert ("偏难" if lang == "zh" else "too hard") in text and ("本月需完成" if lang == "zh" else "needs") in text
    months = [{**one, "line": 75_000.4} for one in document["months"]]
    persons = words(reviews.shown(place("allocate", lang=lang), json.loads(json.dumps({**document, "unit": "人", "months": months}))))
    assert "75,000" in persons and "75,000.4" not in persons, "nobody is a part of a person"


def outlook() -> dict[str, Any]:
    """What is known of 徐州's UI members, and one year ahead."""
    band = {"p10": 104.0, "p50": 104.0, "p90": 104.0}
    row = {"no": "7", "id": "ui_insured_2025", "measure": "ui_insured", "name_zh": "失业保险参保人数", "area": None, "unit": "万人",
           "attribute": "约束性", "owner": "失业保险处", "by_year": {"2025": band, "2026": {"p10": 103.0, "p50": 106.0, "p90": 109.0}},
           "final": band, "fact": True, "probability": None, "verdict": "exceeded", "observed": {"2025": {"source": "公报"}}}
    payers = [{"payer": "就业补助资金", "year": 2026, "yuan": 8.9e7, "extra_yuan": 0.0}]
    said = {"conditioning_zh": ["预测自观测值续推"], "conditioning_en": ["goes on"]}
    return {"indicators": [row], "from": "2025-12", "until": "2026-12", **said,
            "warnings": [], "budget": {"payers": payers, "not_priced": [{"name_zh": "招聘活动", "name_en": "Fairs"}]}}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_observed_rows_carry_no_probability_and_the_years_ahead_do_a_band(lang: Any) -> None:
    text = words(review_tables.outlook(outlook(), AtHand().plan("xuzhou"), lang))
    assert "公报" in text and "106.0" in text and "103.0–109.0" in text and "%" not in text.replace("10%–90%", "")
    assert "8,900" in text and ("责任：失业保险处" if lang == "zh" else "owner:") in text and "失业保险处" in text


def test_an_assessment_is_shown_with_facts_and_explanations() -> None:
    row = {"no": "7", "name_zh": "失业保险", "name_en": "UI", "unit": "万人", "attribute": "约束性", "owner": "", "base_printed": "84.9",
           "target_printed": "100", "outturn": {"p10": 104.0, "p50": 104.0, "p90": 104.0}, "known": "observed", "completion": 1.265,
           "verdict": "exceeded", "fact": True, "explanation_zh": "观测值（公报）", "explanation_en": "observed"}
    rest = row | {"no": "11", "outturn": None}
    found = {"rows": [row, rest], "sensitivity_zh": ["GDP −1"], "sensitivity_en": ["GDP"], "budget": {"payers": [], "not_priced": []}}
    text = words(review_tables.assessment(found, "zh"))
    assert "超额完成" in text and "126.5 %" in text and "暂无结果的指标（1）" in text and "其中 1 项为观测值" in text
