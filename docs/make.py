"""Writes the pages that are made from declarations: `python -m docs.make`. A test holds them to what the model declares."""

from collections import Counter
from pathlib import Path

from model.indicators.registry import Indicator, registry
from model.parameters import MODEL, Parameter, read_parameters
from model.series import SERIES
from model.talents import COUNTED as SMALL

DOCS = Path(__file__).parent
HEAD = """# Parameters

Every declared parameter, made by `uv run python -m docs.make` from `model/**/*.parameters.yaml`; do not edit by hand.

Range: low … **central** … high. An *uncertainty* is drawn over its range (a triangle with its peak at the centre, or the base-year
fit), a *measurement* says how the bureau counts, a *constant* is never drawn. Confidence: H high, M middle, L low. 后见: national
evidence from inside a plan's period. "Recalled" is a figure remembered from the literature and not checked again. No evidence is a
target of a plan, or an outcome of a simulated city after its base year.
"""
COLUMNS = "| name | meaning | unit | range | role | source | evidence |\n|---|---|---|---|---|---|---|\n"


def number(value: float) -> str:
    """A number as short as it can be without loss."""
    return f"{value:.6g}".replace("-", "−")


def spread(parameter: Parameter) -> str:
    """The range, or the one value."""
    if parameter.low == parameter.high:
        return f"**{number(parameter.central)}**"
    return f"{number(parameter.low)} … **{number(parameter.central)}** … {number(parameter.high)}"


def evidence(parameter: Parameter) -> str:
    """Years, place and confidence of the evidence."""
    years = "" if parameter.evidence_period == "none" else f"{parameter.evidence_period} {parameter.evidence_area}, "
    return f"{years}{parameter.confidence}" + (", 后见" if parameter.hindsight else "")


def row(parameter: Parameter) -> str:
    """One line of the table."""
    cells = (f"`{parameter.name}`", parameter.meaning, parameter.unit, spread(parameter), parameter.role, parameter.source,
             evidence(parameter))
    return "| " + " | ".join(text.replace("|", "\\|").replace("\n", " ") for text in cells) + " |\n"


def parameter_table() -> str:
    """The page of all parameters, one section a mechanism."""
    page = HEAD
    for file in sorted(MODEL.rglob("*.parameters.yaml"), key=lambda path: path.relative_to(MODEL).as_posix()):
        place = file.relative_to(MODEL.parent).as_posix()
        page += f"\n## {file.name.removesuffix('.parameters.yaml')}\n\n`{place}`\n\n{COLUMNS}"
        page += "".join(map(row, read_parameters([file]).values()))
    return page


INDICATORS = """# Indicators 指标

Every statistic that a plan is read from, made by `uv run python -m docs.make` from `model/indicators/*.yaml`; do not edit by hand.
Produced 产生方式: `agent` emerges from people and firms, `institution` from a body with capacity, `programme` is a schedule with the risk
of delay, `context` is quoted and not simulated, for the reason that its definition gives. Formula: counted series of `model/series.py`
(programmes and small populations count themselves); a year's value is the sum of its months, that of December, or their mean.
Mechanism: the submodels of [odd.md](odd.md) that count the series.

"""
COUNTED_BY = {  # what the monthly count of people and firms reads off, by the mechanism that decides it
    "market": ("employees", "hires", "vacancies", "seekers", "first_registrations", "job_to_job", "captured_registrations",
               "tertiary_employed"),
    "coverage": ("insured_first", "insured_again", "insured_lost_job", "insured_dropped", "insured_retired", "insured_gone"),
    "drive": ("drive_visits", "drive_enrolled_small", "drive_enrolled_mid", "drive_enrolled_large"),
    "graduates": ("graduates_here_unplaced", "graduates_at_work_unplaced", "graduates_here_local", "graduates_at_work_local"),
    "counters": ("good_ratings_ytd", "requests_rated_ytd"), "inspection": ("inspection_enrolled",),
    "gig": ("flexible",), "startups": ("owners", "captured_startups"), "transfer": ("farm",),
    "separations": ("unemployed", "registered", "claimants", "nonfarm_change", "layoffs"),
    "demography": ("residents", "working_age", "hukou_holders", "inactive", "students", "young_force", "hukou_statutory", "main_age",
                   "natural_attrition"),
    "migration": ("away", "outsiders"), "schooling": ("college", "main_age_college"), "retirement": ("retired", "new_retirees"),
    "enrolment": ("ui", "injury", "insured_by_firms", "insuring_firms", "maternity_employees", "pension_civil_active"),
    "membership": ("pension_employee_active", "pension_resident_active", "pension_paid", "pension_hukou_members", "medical_employees"),
    "accounts": ("pensioners", "pensioners_civil", "pensioners_resident", "premium_payers", "declared_base_fen"),
    "training": ("skilled", "high_skilled", "technicians", "grade_ready"), "cards": ("card_holders", "ecard_holders", "ecard_residents"),
    "titles": ("professional", "professional_middle", "professional_senior", "skilled_professional"), "talent": ("talent",),
    "demand": ("firms",),
}


def mechanisms_of(series: tuple[str, ...]) -> str:
    """The modules that decide these series: those named above, else the modules of `model/` in which the series is told."""
    named = {name: owner for owner, names in COUNTED_BY.items() for name in names}
    code = {path.stem: path.read_text(encoding="utf-8") for path in sorted(MODEL.glob("*.py"))}
    skipped = {"series", "books", "bureau", "rolls", "counters", "coverage", "controls", "firms", "people", "city", "setting"}
    found: list[str] = []
    for name in series:
        told = [stem for stem, text in code.items() if stem not in skipped and (f'"{name}"' in text or f"S.{name}" in text)]
        if name.endswith(("_balance_fen", "_income_fen", "_outgo_fen")):
            told = ["institutions"]
        elif name not in SERIES:
            told = ["talents" if name in SMALL else "programmes"]
        found += [named[name]] if name in named else told[:2]
    return ", ".join(f"`{name}`" for name in dict.fromkeys(found))


def formula(indicator: Indicator) -> str:
    """What is added, subtracted and divided, and how months make a year."""
    top = " + ".join(indicator.plus) + "".join(f" − {name}" for name in indicator.minus)
    under = " + ".join(indicator.over)
    times = "" if indicator.factor == 1 else f"{number(indicator.factor)} · "
    whole = f"({top})" if under and len(indicator.plus) + len(indicator.minus) > 1 else top
    return f"{times}{whole}" + (f" ÷ ({under})" if under else "") + f"; {indicator.year}"


def indicator_row(indicator: Indicator) -> str:
    """One line of the table."""
    how = mechanisms_of(indicator.plus + indicator.minus) or "`institutions`"
    cells = (f"`{indicator.id}`", indicator.name_zh, indicator.unit, indicator.produced, indicator.population, indicator.definition,
             formula(indicator) if indicator.simulated else "—", indicator.denominator or "—", how if indicator.simulated else "—")
    return "| " + " | ".join(text.replace("|", "\\|").replace("\n", " ") for text in cells) + " |\n"


def indicator_table() -> str:
    """The page of all indicators, with the number of each kind."""
    known = registry()
    counts = Counter(indicator.produced for indicator in known.values())
    head = "| id | 指标 | unit | produced | population | definition 口径 | formula | denominator | mechanism |\n" + "|---" * 9 + "|\n"
    told = ", ".join(f"{count} `{how}`" for how, count in sorted(counts.items()))
    return f"{INDICATORS}{len(known)} indicators: {told}.\n\n{head}" + "".join(map(indicator_row, known.values()))


PAGES = {"parameters.md": parameter_table, "indicators.md": indicator_table}

if __name__ == "__main__":
    for name, made in PAGES.items():
        (DOCS / name).write_text(made(), encoding="utf-8", newline="\n")
        print(f"docs/{name}")
