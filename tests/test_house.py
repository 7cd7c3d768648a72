"""The rules of the house: floors, sizes, encodings, plain text, the README's commands and the wheel."""

import ast
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("model", "scenarios", "calibration", "dashboard")  # each may import those before it
MESA_ROOMS = {"model/city.py", "model/institutions.py"}
CODE = {".py", ".js", ".css", ".sh"}
LONGEST = 400  # lines


@cache
def kept_files() -> list[str]:
    """Files that are or would be kept under version control, relative to the root, with forward slashes."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout: which files are kept is not known")
    names = listed.stdout.decode("utf-8").split("\0")
    return sorted({name for name in names if name and (ROOT / name).is_file()})


def text_of(name: str) -> str | None:
    """The text of a kept file, or None for a binary one."""
    data = (ROOT / name).read_bytes()
    return None if b"\0" in data else data.decode("utf-8")


def python_files(*folders: str) -> list[str]:
    starts = tuple(f"{folder}/" for folder in folders)
    return [name for name in kept_files() if name.endswith(".py") and (not folders or name.startswith(starts))]


def imports_of(source: str) -> Iterator[tuple[str, int]]:
    """Top-level package and line of each absolute import, also inside functions and through `import_module("…")`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((alias.name.split(".")[0], node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").split(".")[0], node.lineno
        elif isinstance(node, ast.Call) and called(node) in {"import_module", "__import__"} and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value.split(".")[0], node.lineno


def called(call: ast.Call) -> str:
    """The last name of what is called: `open` for open(…) and for path.open(…)."""
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


# --- floors ----------------------------------------------------------------------------------------------------------


def test_no_package_imports_a_floor_above_it():
    wrong = [
        f"{name}:{line} imports {package}"
        for floor, package_name in enumerate(FLOORS)
        for name in python_files(package_name)
        for package, line in imports_of((ROOT / name).read_text(encoding="utf-8"))
        if package in FLOORS[floor + 1 :] or package in {"renshe", "tests", "benchmarks"}
    ]
    assert not wrong, "\n".join(wrong)


def test_mesa_is_met_in_two_rooms_only():
    wrong = [
        f"{name}:{line}"
        for name in python_files(*FLOORS)
        if name not in MESA_ROOMS
        for package, line in imports_of((ROOT / name).read_text(encoding="utf-8"))
        if package == "mesa"
    ]
    assert not wrong, f"mesa is imported only in {sorted(MESA_ROOMS)}: {wrong}"


def test_the_linter_of_imports_agrees():
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run(['--no-cache'])"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_search_for_imports_sees_all_kinds():
    source = "import a.b, c\nfrom d.e import f\nfrom . import g\ndef h():\n    import i\n    import_module('j.k')\n"
    assert [name for name, _ in imports_of(source)] == ["a", "c", "d", "i", "j"]


# --- sizes, names and text -------------------------------------------------------------------------------------------


def test_no_file_of_code_is_too_long():
    lengths = {name: len((text_of(name) or "").splitlines()) for name in kept_files() if Path(name).suffix in CODE}
    assert not (long := {name: lines for name, lines in lengths.items() if lines > LONGEST}), long


def test_file_names_are_ascii_and_differ_in_more_than_case():
    names = kept_files()
    assert not [name for name in names if not name.isascii()]
    lowered = sorted(name.lower() for name in names)
    assert not [one for one, other in pairwise(lowered) if one == other], "Windows cannot keep these apart"


def test_text_is_utf8_without_carriage_returns():
    for name in kept_files():
        text = text_of(name)
        assert text is None or "\r" not in text, name


# Written in pieces, so that this file does not contain what it looks for.
UNWANTED = {
    "a package host": r"py"
    + r"pi\.org|python"
    + r"hosted\.|npm"
    + r"js\.(org|com)|(?<![\w.])conda\.an"
    + r"aconda\.org|mirror(s)?\.[a-z0-9-]+\.(edu|com|org|cn)",
    "a path of one machine": r"(?<![\w.:/<>~])/(work|root|home|tm" + r"p|Users)/[\w.]|[A-Z]:\\\\?Users\\",
    "a document outside the project": r"\.\./sh" + r"ared|\b(design|ver" + r"dicts|con" + r"tract)\.md\b",
    "the tracker": r"(?i)\b(issue|ticket)s? ?#?\d+\b",
}


@pytest.mark.parametrize("kind", UNWANTED)
def test_text_speaks_of_the_product_alone(kind):
    pattern = re.compile(UNWANTED[kind])
    found = [
        f"{name}:{number} {line.strip()[:100]}"
        for name in kept_files()
        if not name.startswith("tests/plans/texts/")  # the plan documents are quoted as they are
        for number, line in enumerate((text_of(name) or "").splitlines(), 1)
        if pattern.search(line)
    ]
    assert not found, f"{kind} in\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("kind", "line", "found"),
    [
        ("a package host", "index = https://py" + "pi.org/simple", True),
        ("a package host", "https://mirr" + "ors.some-host.edu.cn/simple", True),
        ("a package host", "--index-url ADDRESS_OF_THE_MIRROR", False),
        ("a path of one machine", "see /ho" + "me/lee/renshe", True),
        ("a path of one machine", "C:\\Us" + "ers\\lee", True),
        ("a path of one machine", "https://a.gov.cn/ho" + "me/index.html, ~/wo" + "rk/x, hours/wo" + "rk/x", False),
        ("a document outside the project", "see ver" + "dicts.md", True),
        ("the tracker", "needed by iss" + "ue 12", True),
        ("the tracker", "issued 2021-08", False),
    ],
)
def test_the_search_for_unwanted_text_can_fail(kind, line, found):
    assert bool(re.search(UNWANTED[kind], line)) is found


# --- encodings -------------------------------------------------------------------------------------------------------

NOT_A_FILE = {"webbrowser", "os", "zipfile", "tarfile", "wave", "Image"}  # x.open(…) of these opens no text file


def opened_without_encoding(source: str) -> list[int]:
    """Lines that open a text file, or read a process as text, without naming the encoding."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return sorted(call.lineno for call in calls if lacks_encoding(call))


def lacks_encoding(call: ast.Call) -> bool:
    given = {keyword.arg for keyword in call.keywords}
    if "encoding" in given or None in given:  # **options are the caller's care
        return False
    match called(call), call.func:
        case "open", ast.Attribute(value=ast.Name(id=module)) if module in NOT_A_FILE:
            return False
        case "open", ast.Attribute():
            return "b" not in mode_of(call, 0)
        case "open", _:
            return "b" not in mode_of(call, 1)
        case "fdopen", _:
            return "b" not in mode_of(call, 1)
        case "NamedTemporaryFile" | "TemporaryFile", _:
            return "b" not in mode_of(call, 0, default="w+b")
        case "read_text", _:
            return not call.args
        case "write_text", _:
            return len(call.args) < 2
        case "TextIOWrapper", _:
            return len(call.args) < 2
        case (("run" | "Popen" | "check_output"), ast.Attribute(value=ast.Name(id="subprocess"))):
            return bool(given & {"text", "universal_newlines"})
    return False


def mode_of(call: ast.Call, position: int, default: str = "r") -> str:
    """The mode that a file is opened with; one that is not written out counts as binary."""
    given = [keyword.value for keyword in call.keywords if keyword.arg == "mode"] or call.args[position : position + 1]
    if not given:
        return default
    return given[0].value if isinstance(given[0], ast.Constant) and isinstance(given[0].value, str) else "b"


def test_every_text_file_is_opened_with_its_encoding():
    wrong = [
        f"{name}:{line}"
        for name in python_files()
        for line in opened_without_encoding((ROOT / name).read_text(encoding="utf-8"))
    ]
    assert not wrong, f'add encoding="utf-8": {wrong}'


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("open(name)", True),
        ("open(name, 'w')", True),
        ("open(name, 'rb')", False),
        ("open(name, encoding='utf-8')", False),
        ("path.open()", True),
        ("path.open('wb')", False),
        ("webbrowser.open(url)", False),
        ("path.read_text()", True),
        ("path.read_text('utf-8')", False),
        ("path.write_text(text)", True),
        ("os.fdopen(number, 'w')", True),
        ("NamedTemporaryFile()", False),
        ("NamedTemporaryFile('w')", True),
        ("subprocess.run(command, text=True)", True),
        ("subprocess.run(command)", False),
    ],
)
def test_the_search_for_encodings_can_fail(line, wrong):
    assert bool(opened_without_encoding(line)) is wrong


# --- the README and packaging ----------------------------------------------------------------------------------------


def blocks(name: str) -> list[str]:
    return re.findall(
        r"^```sh[ \t]*\n(.*?)^```", (ROOT / name).read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_first_two_blocks_are_the_two_commands(name):
    first, second, *_ = blocks(name)
    assert first == "pip install -q uv && uv run renshe dashboard\n"
    assert second == "pip install -q uv && uv run --group test pytest -q -n 2\n"


def test_documents_link_to_what_exists():
    documents = [name for name in kept_files() if name.endswith(".md")]
    missing = [
        f"{name}: {link}"
        for name in documents
        for link in re.findall(
            r"\]\(([^)#\s]+)[^)]*\)", re.sub(r"<!--.*?-->", "", text_of(name) or "", flags=re.DOTALL)
        )
        if "://" not in link and not (ROOT / name).parent.joinpath(link).exists()
    ]
    assert not missing, missing


def pins(text: str) -> dict[str, str]:
    """Package name (normalised) to exact version, for each `name==version` that starts a line."""
    found = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", text, flags=re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in found}


def test_the_lock_covers_the_dependencies_and_keeps_the_pins():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    locked = pins((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    exact = pins("\n".join(project["tool"]["uv"]["constraint-dependencies"]))
    assert set(exact) == {"numpy", "numba", "llvmlite", "scipy", "mesa"}
    assert {name: locked.get(name) for name in exact} == exact
    asked = {
        re.sub(r"[-_.]+", "-", re.split(r"[\[<>=~! ]", line)[0]).lower() for line in project["project"]["dependencies"]
    }
    assert asked <= set(locked), f"write requirements.lock anew (CONTRIBUTING.md): {sorted(asked - set(locked))}"


def test_every_pin_in_the_lock_has_a_hash():
    entries = re.split(r"\n(?=\S)", (ROOT / "requirements.lock").read_text(encoding="utf-8"))
    bare = [entry.split()[0] for entry in entries if not entry.startswith("#") and "--hash=sha256:" not in entry]
    assert not bare, bare


@pytest.mark.slow
def test_the_wheel_carries_the_code_and_the_data(tmp_path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    carried = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    expected = {
        name for name in kept_files() if name == "renshe.py" or name.startswith(tuple(f"{one}/" for one in FLOORS))
    }
    assert carried == expected
    assert [name for name in carried if name.endswith("plan.yaml")], "no plan in the wheel"


# --- what this machine can run ---------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_a_postgresql_server_answers(postgres_url):
    sqlalchemy = pytest.importorskip("sqlalchemy")
    with sqlalchemy.create_engine(postgres_url).connect() as connection:
        assert connection.execute(sqlalchemy.text("select 1")).scalar_one() == 1


def test_a_test_has_a_home_of_its_own(fresh_home):
    assert Path(os.environ["RENSHE_HOME"]) == fresh_home
    assert {entry.name for entry in fresh_home.iterdir()} <= {"cache"}


@pytest.mark.parametrize("marker", ["browser", "postgres"])
def test_a_skip_fails_where_nothing_may_be_skipped(marker, tmp_path):
    lines = ["import pytest", f"@pytest.mark.{marker}", "def test_it():", "    pytest.skip('no such thing here')", ""]
    (tmp_path / "test_skips.py").write_text("\n".join(lines), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-p", "no:cacheprovider"]
    command += ["-c", str(ROOT / "pyproject.toml"), str(tmp_path)]
    everywhere = {name: value for name, value in os.environ.items() if name != "RENSHE_SKIP_NOTHING"}

    def exit_code(**more: str) -> int:
        return subprocess.run(command, cwd=ROOT, env=everywhere | more, capture_output=True, check=False).returncode

    assert (exit_code(), exit_code(RENSHE_SKIP_NOTHING="1")) == (0, 1)
