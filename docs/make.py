"""Writes the pages that are made from declarations: `python -m docs.make`. A test holds them to what the model declares."""

from pathlib import Path

from model.parameters import MODEL, Parameter, read_parameters

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


PAGES = {"parameters.md": parameter_table}

if __name__ == "__main__":
    for name, made in PAGES.items():
        (DOCS / name).write_text(made(), encoding="utf-8", newline="\n")
        print(f"docs/{name}")
