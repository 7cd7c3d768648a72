"""The answers of the review pages as tables: assessment, outlook, next targets, allocation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dash import html

from dashboard.words import DASH, Lang, in_language, number, percent, say, unit_words
from scenarios.target_words import BASES, WARNINGS
from scenarios.units import finer
from scenarios.verdicts import LIGHTS, in_words

JSON = Mapping[str, Any]
Cell = str | list[Any]


def table(heads: Sequence[tuple[str, str]], rows: Iterable[Sequence[Cell]], caption: str) -> html.Div:
    """A table that becomes a list on a phone. heads: (class of the column, words)."""
    top = html.Thead(html.Tr([html.Th(words, scope="col") for _, words in heads]))
    body = html.Tbody([
        html.Tr([html.Td(html.Div(cell), className=f"c-{name}", **{"data-label": words})
                 for (name, words), cell in zip(heads, row, strict=True)]) for row in rows
    ])
    return html.Div(html.Table([html.Caption(caption, className="unseen"), top, body], className="scorecard"), className="scroll")


def heads_of(names: Sequence[str], lang: Lang) -> list[tuple[str, str]]:
    """Heads by the names of their columns."""
    return [(name, say(f"rcol_{name}", lang)) for name in names]


def section(title: str, *parts: Any) -> html.Section:
    """One card of the page."""
    return html.Section([html.H2(title), *parts])


def lines(texts: Sequence[str]) -> html.Ul:
    """Sentences below a table."""
    return html.Ul([html.Li(text.strip()) for text in texts], className="review-lines")


def name_of(row: JSON, lang: Lang) -> Cell:
    """Name, unit, attribute and owner of a row."""
    words = str(row.get(f"name_{lang}") or row["name_zh"])
    tags = []
    attribute = row.get("attribute")
    if attribute in ("约束性", "预期性"):
        kind = "binding" if attribute == "约束性" else "expected"
        tags.append(html.Span(say(kind, lang), className=f"tag {kind}"))
    owner = [html.Span(say("owner_is", lang, name=row["owner"]), className="note")] if row.get("owner") else []
    return [words, " ", html.Span(unit_words(row["unit"], lang), className="unit nowrap"), " ", *tags, *owner]


def figure(value: float | None, decimals: int) -> str:
    """A number with so many decimals."""
    return DASH if value is None else number(value, decimals)


def band(found: JSON | None, decimals: int, *, fact: bool = False) -> Cell:
    """A median with its band; a fact alone."""
    if found is None:
        return DASH
    middle = html.Span(figure(found["p50"], decimals), className="figure")
    if fact:
        return [middle]
    return [middle, " ", html.Span(f"{figure(found['p10'], decimals)}–{figure(found['p90'], decimals)}", className="note")]


def decimals_in(text: str) -> int:
    """Decimals of a printed number."""
    digits = "".join(letter for letter in text if letter.isdigit() or letter == ".")
    return len(digits.partition(".")[2])


# --- assessment ------------------------------------------------------------------------------------------------------


def assessment(found: JSON, lang: Lang) -> list[Any]:
    """终期评估: base, target, outturn, completion, verdict, explanation."""
    heads = heads_of(("no", "name", "base", "target", "outturn", "done", "verdict", "why"), lang)
    shown = [row for row in found["rows"] if row["outturn"] is not None]
    rest = [row for row in found["rows"] if row["outturn"] is None]
    rows = [[row["no"], name_of(row, lang), row["base_printed"] or DASH, row["target_printed"], _outturn(row, lang),
             DASH if row["completion"] is None else f"{row['completion'] * 100:.1f} %", in_words(row["verdict"], lang),
             row[f"explanation_{lang}"]] for row in shown]
    parts: list[Any] = [table(heads, rows, say("review_assess", lang))]
    if rest:
        short = heads_of(("no", "name", "base", "target"), lang)
        inside = [[row["no"], name_of(row, lang), row["base_printed"] or DASH, row["target_printed"]] for row in rest]
        parts.append(html.Details([html.Summary(say("review_open_rows", lang, count=len(rest))),
                                   table(short, inside, say("review_open_rows", lang, count=len(rest)))], className="folded"))
    facts = sum(row["known"] == "observed" for row in shown)
    answer = say("review_assess_answer", lang, facts=facts, met=sum(bool(row["fact"]) for row in shown), of=len(shown))
    return [section(say("review_assess", lang), html.P(answer, className="sentence"), *parts),
            section(say("review_sensitivity", lang), lines(found[f"sensitivity_{lang}"])), budget(found["budget"], lang)]


def _outturn(row: JSON, lang: Lang) -> Cell:
    decimals = decimals_in(row["target_printed"])
    known = say("review_fact" if row["known"] == "observed" else "review_simulated", lang)
    shown = band(row["outturn"], decimals, fact=row["known"] == "observed")
    return [*shown, " ", html.Span(known, className="note")]


# --- outlook ---------------------------------------------------------------------------------------------------------


def outlook(found: JSON, plan: JSON, lang: Lang) -> list[Any]:
    """The scorecard as known at the end of the plan, and the years after it."""
    city = [row for row in found["indicators"] if row["area"] is None]
    targets = {target["id"]: target for target in plan["indicators"]}
    facts = [row for row in city if row.get("observed")]
    last = plan["period"][1]
    years = sorted({year for row in city for year in row["by_year"] if int(year) > last})
    seen, ahead = set(), []
    for row in city:
        if row["measure"] not in seen and any(year in row["by_year"] for year in years):
            seen.add(row["measure"])
            digits = finer(str(targets[row["id"]]["unit"]), targets[row["id"]].get("decimals") or 0)
            ahead.append([row["no"], name_of({**targets[row["id"]], **row}, lang),
                          *(band(row["by_year"].get(year), digits) for year in years)])
    heads = [*heads_of(("no", "name"), lang), *((f"y{year}", year) for year in years)]
    parts = [section(say("review_outlook", lang), html.P(say("review_outlook_answer", lang, start=found["from"], end=found["until"]),
                                                         className="sentence"),
                     table(heads, ahead, say("review_outlook", lang)),
                     lines([*found[f"conditioning_{lang}"], *(in_language(text, lang) for text in found["warnings"])]))]
    if facts:
        known = heads_of(("no", "name", "target", "outturn", "verdict", "source"), lang)
        rows = [[row["no"], name_of({**targets[row["id"]], **row}, lang), str(targets[row["id"]]["target_printed"]),
                 _known(row, targets[row["id"]]), _judged(row, lang),
                 "; ".join(dict.fromkeys(fact["source"] for fact in row["observed"].values()))] for row in facts]
        parts.insert(0, section(say("review_facts", lang), table(known, rows, say("review_facts", lang))))
    return [*parts, budget(found["budget"], lang)]


def _known(row: JSON, target: JSON) -> Cell:
    """The final value as known; while years are open, the last observed value with its year."""
    decimals = target.get("decimals") or 0
    if row["final"] is not None:
        return band(row["final"], decimals, fact=row["fact"] is not None)
    year = max(row["observed"])
    last = figure(row["observed"][year]["value"], finer(str(target["unit"]), decimals))
    return [html.Span(last, className="figure"), " ", html.Span(year, className="note")]


def _judged(row: JSON, lang: Lang) -> str:
    """The word of a fact, the frequency of what is still open, a dash while years are missing."""
    if row["probability"] is not None:
        return percent(row["probability"])
    return DASH if row["fact"] is None else in_words(row["verdict"], lang)


def budget(found: JSON, lang: Lang) -> html.Section:
    """A line per payer and year, in 万元."""
    years = sorted({row["year"] for row in found["payers"]})
    by = {(row["payer"], row["year"]): row for row in found["payers"]}
    heads = [("name", say("rcol_payer", lang)), *((f"y{year}", str(year)) for year in years)]
    rows = [[_payer(payer, [row for row in found["payers"] if row["payer"] == payer], lang),
             *(figure(by[payer, year]["yuan"] / 1e4, 0) if (payer, year) in by else DASH for year in years)]
            for payer in dict.fromkeys(payer for payer, _ in by)]
    names = (", " if lang == "en" else "、").join(row[f"name_{lang}"] for row in found["not_priced"])
    left_out = [html.P(say("review_not_priced", lang, names=names), className="note")] if names else []
    return section(say("review_budget", lang), table(heads, rows, say("review_budget", lang)), *left_out)


def _payer(payer: str, rows: Sequence[JSON], lang: Lang) -> Cell:
    """A payer, and who answers for what it pays."""
    owners = list(dict.fromkeys(owner for row in rows for owner in row.get("owners") or ()))
    return [payer, *([" ", html.Span(say("owner_is", lang, name="、".join(owners)), className="note")] if owners else [])]


# --- next targets ----------------------------------------------------------------------------------------------------


def proposals(found: JSON, lang: Lang) -> list[Any]:
    """What would be met how often in the next plan."""
    wanted = [f"{p:g}" for p in found["probabilities"]]
    heads = [*heads_of(("no", "name", "basis", "now"), lang), *((f"p{p}", f"P={p}") for p in wanted)]
    heads += heads_of(("proposal", "warnings"), lang)
    city = [row for row in found["rows"] if row["area"] is None]
    rows = [_proposal(row, lang) for row in city]
    first, last = found["period"]
    title = say("review_targets", lang, first=first, last=last)
    binding = sum(row["proposal"]["attribute"] == "约束性" for row in city)
    answer = say("review_targets_answer", lang, count=len(city), binding=binding)
    return [section(title, html.P(answer, className="sentence"), table(heads, rows, title), lines(found[f"notes_{lang}"])),
            budget(found["budget"], lang)]


def _proposal(row: JSON, lang: Lang) -> list[Cell]:
    i, chosen = 0 if lang == "zh" else 1, row["proposal"]
    sign = "≤" if row["op"] in ("le", "lt") else "≥"
    kind = "binding" if chosen["attribute"] == "约束性" else "expected"
    proposal: Cell = [html.Span(say(kind, lang), className=f"tag {kind}"), " ",
                      html.Span(f"{sign} {figure(chosen['value'], chosen['decimals'])}", className="figure"), " ",
                      html.Span(percent(chosen["probability"]), className="note")]
    now = figure(row["base"], finer(row["unit"], min(value["decimals"] for value in row["values"])))  # as the plan prints it
    return [row["no"], name_of({**row, "attribute": None}, lang), BASES[row["basis"]][i], now,
            *(figure(value["value"], value["decimals"]) for value in row["values"]), proposal,
            [html.Span(WARNINGS[name][i], className="tag flag") for name in row["warnings"]] or DASH]


# --- allocation ------------------------------------------------------------------------------------------------------

TONES = {"too_hard": "red", "too_easy": "amber", "fair": "green"}


def allocation(found: JSON, lang: Lang) -> list[Any]:
    """The three ways, the given tasks held against them, and the months."""
    digits, fine = found["decimals"], finer(found["unit"], found["decimals"])
    heads = [("name", say("rcol_area", lang)), *heads_of(("given", "by_base", "by_labour", "equal", "met", "off", "fit", "owner"), lang)]
    rows = [[row[f"name_{lang}"], *(figure(row[way], digits) for way in ("given", "base", "labour", "equal")), percent(row["probability"]),
             DASH if row["off"] is None else f"{row['off']:+,.{digits}f}", _fit(row["verdict"], lang),
             row["owner"]] for row in found["areas"]]
    months = heads_of(("month", "line", "alone", "observed"), lang)
    lines_of_year = [[str(one["month"]), figure(one["line"], fine), figure(one["alone"], fine), figure(one["done"], fine)]
                     for one in found["months"]]
    unit = unit_words(found["unit"], lang)
    title = say("review_allocate", lang, name=found[f"name_{lang}"], total=figure(found["total"], digits), unit=unit)
    now = found["this_month"]
    needs = say("review_needs", lang, month=now["month"], amount=figure(now["needs"], fine), unit=unit)
    of_year = say("review_months", lang, year=found["year"])
    return [section(title, html.P(needs, className="sentence"), table(heads, rows, title), lines(found[f"notes_{lang}"])),
            section(of_year, table(months, lines_of_year, of_year)), budget(found["budget"], lang)]


def _fit(verdict: str | None, lang: Lang) -> Cell:
    if verdict is None:
        return DASH
    if verdict not in TONES:
        return [html.Span(say(f"fit_{verdict}", lang), className="note")]
    light = LIGHTS[TONES[verdict]]
    return [html.Span([html.Span(className="shape"), say(f"fit_{verdict}", lang)], className=f"light {light.id}")]
