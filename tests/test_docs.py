"""The description of the model says what the code does: phases, functions, columns, names, and the page of parameters."""

import ast
import inspect
import re
import textwrap
from functools import reduce
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from docs.make import PAGES, number, row, spread
from model.city import MECHANISMS, City
from model.controls import CONTROLS
from model.firms import Firms
from model.graduates import Graduates
from model.parameters import Parameter, declared_parameters
from model.people import People

DOCS = Path(__file__).resolve().parent.parent / "docs"
ODD = (DOCS / "odd.md").read_text(encoding="utf-8")
OTHERS = {  # names that the page uses beside parameters, controls and columns
    "minimum_wage_class", "enrolment_level", "injury_gap", "flexible_share", "resident_share", "voluntary_payment",
    "enrolment_levels", "transfer_chance", "not_yet", "talent_account",
}


def section(number: int) -> str:
    """The text of a chapter of the page."""
    found = re.search(rf"^## {number}\. .*?(?=^## |\Z)", ODD, flags=re.MULTILINE | re.DOTALL)
    assert found, f"docs/odd.md has no chapter {number}"
    return found[0]


def resolve(name: str) -> object:
    """What `demography.age_and_die` (of the model) or `scenarios.settings.base_city` stands for; raises where it is nothing."""
    words = name.split(".") if name.startswith("scenarios.") else ["model", *name.split(".")]
    modules = next(k for k in range(len(words), 0, -1) if find_spec_of(words[:k]))
    return reduce(getattr, words[modules:], import_module(".".join(words[:modules])))


def find_spec_of(words: list[str]) -> bool:
    """True where these words name a module."""
    try:
        return find_spec(".".join(words)) is not None
    except ModuleNotFoundError:
        return False


def calls_of(function: object) -> list[str]:
    """What a function's statements call, in order: `demography.age_and_die(self)` and `self.fund.step()` by their dotted names."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    assert isinstance(definition, ast.FunctionDef)
    steps = [s.value for s in definition.body if isinstance(s, ast.Expr) and isinstance(s.value, ast.Call)]
    rest = [s for s in definition.body[1:] if not isinstance(s, ast.Expr)]
    assert not rest, "a phase that is not a plain call would be missing from the page"
    return [ast.unparse(step.func).removeprefix("self.") for step in steps]


def test_the_month_on_the_page_is_the_month_of_the_city():
    assert re.findall(r"^\d+\. `([\w.]+)`", section(3), flags=re.MULTILINE) == calls_of(City.step)


def test_the_month_is_read_from_the_code():
    def told(self):
        """A story."""
        self.begin()
        books.close(self)  # noqa: F821

    assert calls_of(told) == ["begin", "books.close"]


HEADINGS = re.findall(r"^### 7\.(\d+) .+: `([\w.]+)`$", section(7), flags=re.MULTILINE)


def test_every_submodel_names_its_function_and_they_are_numbered():
    assert len(HEADINGS) == len(re.findall(r"^### ", section(7), flags=re.MULTILINE))
    assert [int(n) for n, _ in HEADINGS] == list(range(1, len(HEADINGS) + 1))


@pytest.mark.parametrize("name", [name for _, name in HEADINGS])
def test_a_submodel_is_implemented_where_the_page_says(name):
    assert callable(resolve(name))


def test_a_name_that_is_nothing_is_noticed():
    with pytest.raises(AttributeError):
        resolve("demography.grow_wings")


def test_every_mechanism_is_described():
    described = {name.split(".")[0] for _, name in HEADINGS}
    assert {mechanism.__name__.removeprefix("model.") for mechanism in MECHANISMS} <= described


@pytest.mark.parametrize("store", [People, Firms, Graduates], ids=lambda store: store.__name__)
def test_every_column_is_described(store):
    part = section(2).split(f"**{store.__name__}**")[1].split("\n**")[0]
    missing = [column.name for column in store.columns if f"`{column.name}`" not in part]
    assert not missing
    types = {column.name: column.dtype.__name__ for column in store.columns}
    for names, kind in re.findall(r"^\| (`[^|]+`) \| (\w+) \|", part, flags=re.MULTILINE):
        assert {types[name].rstrip("_") for name in re.findall(r"`(\w+)`", names)} == {kind}, names


def test_the_size_of_a_person_is_right():
    assert f"{sum(c.bytes for c in People.columns)} bytes a row" in section(2)


def mentioned() -> set[str]:
    """Snake-case names on the page, `firm_exit_*` among them."""
    return set(re.findall(r"(?<![\w./-])[a-z]+(?:_[a-z0-9]+)*_(?:[a-z0-9]+\b|\*)", section(7)))


def test_every_parameter_and_control_has_its_place_in_a_submodel():
    names, families = mentioned(), tuple(name[:-1] for name in mentioned() if name.endswith("*"))
    single = {word for word in re.findall(r"\w+", section(7)) if "_" not in word}
    known = {*declared_parameters(), *CONTROLS}
    assert not {name for name in known if name not in names | single and not name.startswith(families)}


def test_every_name_in_a_submodel_exists():
    known = {*declared_parameters(), *CONTROLS, *OTHERS, *(c.name for store in (People, Firms, Graduates) for c in store.columns)}
    functions = {part for _, name in HEADINGS for part in name.split(".")}
    unknown = {name for name in mentioned() if not name.endswith("*")} - known - functions
    assert not unknown
    families = {name[:-1] for name in mentioned() if name.endswith("*")}
    assert not {family for family in families if not any(name.startswith(family) for name in known)}


@pytest.mark.parametrize("page", PAGES)
def test_a_made_page_is_current(page):
    assert (DOCS / page).read_text(encoding="utf-8") == PAGES[page](), "run: uv run python -m docs.make"


def test_the_page_of_parameters_has_them_all():
    named = re.findall(r"^\| `(\w+)` \|", PAGES["parameters.md"](), flags=re.MULTILINE)
    assert sorted(named) == sorted(declared_parameters())


def test_a_row_of_the_page():
    made = Parameter("a_share", "share", "比例 | a share", "uncertainty", -0.5, 0.0, 0.25, "assumption", "L", "2010-2019", "全国", True)
    cells = "`a_share` | 比例 \\| a share | share | −0.5 … **0** … 0.25 | uncertainty | assumption | 2010-2019 全国, L, 后见"
    assert row(made) == f"| {cells} |\n"
    assert spread(made).count("…") == 2
    assert number(0.0105) == "0.0105"
