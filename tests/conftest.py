"""What every test stands on: a home of its own, kernels compiled once, and no skip that CI would not notice."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from model.kernel_cache import cache_folder

KERNELS = (
    cache_folder()
)  # asked before RENSHE_HOME is moved: compiled kernels outlive a test session, all else does not
OWNER = (
    "RENSHE_TEST_SESSION" not in os.environ
)  # xdist's workers inherit the environment of the process that starts them
SESSION = Path(tempfile.mkdtemp(prefix="renshe-tests-") if OWNER else os.environ["RENSHE_TEST_SESSION"])
os.environ["RENSHE_TEST_SESSION"] = str(SESSION)

settings.register_profile("ci", deadline=None, derandomize=True, database=None, print_blob=True)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def empty_home(folder: Path) -> Path:
    """Make `folder` an empty RENSHE_HOME that borrows the compiled kernels (where links are allowed)."""
    folder.mkdir(parents=True)
    if KERNELS is not None:
        try:
            KERNELS.mkdir(parents=True, exist_ok=True)
            (folder / "cache").symlink_to(KERNELS.resolve(), target_is_directory=True)
        except OSError:  # Windows without the right to link, or a read-only cache: compile again
            pass
    return folder


os.environ["RENSHE_HOME"] = str(
    empty_home(Path(tempfile.mkdtemp(prefix=os.environ.get("PYTEST_XDIST_WORKER", "main"), dir=SESSION)) / "home")
)


def pytest_unconfigure() -> None:
    """Leave nothing behind."""
    if OWNER:
        shutil.rmtree(SESSION, ignore_errors=True)


@pytest.fixture
def fresh_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty RENSHE_HOME for one test and the processes that it starts."""
    home = empty_home(tmp_path / "home")
    monkeypatch.setenv("RENSHE_HOME", str(home))
    return home


# --- tests that need what pip cannot bring ---------------------------------------------------------------------------


def chromium() -> str | None:
    """Path of an installed Chromium, or None."""
    return next((path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None)


def initdb() -> str | None:
    """Path of PostgreSQL's initdb, or None; Debian keeps it off the PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return str(debian[-1]) if debian else shutil.which("initdb")


NEEDS = {
    "browser": (chromium, "Chromium is not installed (Debian: apt-get install chromium)"),
    "postgres": (initdb, "PostgreSQL's server is not installed (Debian: apt-get install postgresql)"),
}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, with a reason, what this machine cannot run."""
    for marker, (found, reason) in NEEDS.items():
        if item.get_closest_marker(marker) and found() is None:
            pytest.skip(reason)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where RENSHE_SKIP_NOTHING is set (CI), a browser or PostgreSQL test that skips has failed."""
    report = yield
    if (
        report.skipped
        and os.environ.get("RENSHE_SKIP_NOTHING")
        and any(item.get_closest_marker(name) for name in NEEDS)
    ):
        report.outcome, report.longrepr = "failed", f"skipped where nothing may be: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """URL of a throw-away PostgreSQL server that listens on a socket in a temporary folder only."""
    found = initdb()
    assert found, NEEDS["postgres"][1]
    programs = Path(found).parent
    folder = Path(tempfile.mkdtemp(prefix="renshe-postgres-"))
    as_owner: list[str] = []
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, "postgres")
        as_owner = ["runuser", "-u", "postgres", "--"]

    def server(program: str, *arguments: str) -> None:
        subprocess.run(
            [*as_owner, str(programs / program), "-D", str(folder / "data"), *arguments], check=True, cwd=folder
        )

    server("initdb", "--auth=trust", "--username=renshe", "--encoding=UTF8", "--no-sync")
    server("pg_ctl", "-w", "-l", str(folder / "log"), "-o", f"-k {folder} -c listen_addresses= -c fsync=off", "start")
    try:
        yield f"postgresql+psycopg://renshe@/postgres?host={folder}"
    finally:
        server("pg_ctl", "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
