"""Finding and loading plans: by id, by folder, with all faults when there are some."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from model.documents import BadInput
from scenarios.plan_schema import Plan
from scenarios.plans_at_hand import load_plan, plan_folder, plan_ids, plans_folder
from tests.scenarios.small_plan import Data, write


def test_embedded_plans_by_id() -> None:
    assert plan_ids()[0] == "xuzhou"
    for name in plan_ids():
        plan = load_plan(name)
        assert plan.id == plan.baseline.plan == name
        assert plan_folder(name) == plans_folder() / name


def test_a_plan_is_read_once() -> None:
    assert load_plan("xuzhou") is load_plan(plans_folder() / "xuzhou")


def test_by_folder_and_by_file(tmp_path: Path) -> None:
    folder = write(tmp_path / "mine")
    assert load_plan(folder).id == load_plan(str(folder / "plan.yaml")).id == "small"


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    folder = write(tmp_path)
    assert load_plan(folder).title_zh == "小规划"

    def rename(plan: Data, baseline: Data) -> None:
        plan["title_zh"] = "新规划"

    write(tmp_path, rename)
    os.utime(folder / "plan.yaml", ns=(time.time_ns(), time.time_ns() + 10**9))
    assert load_plan(folder).title_zh == "新规划"


@pytest.mark.parametrize(("name", "near"), [("xuzou", "xuzhou"), ("Nantong", "nantong"), ("suzhou", "suzhou12")])
def test_a_misspelt_plan_is_suggested(name: str, near: str) -> None:
    with pytest.raises(BadInput, match=f"did you mean {near}") as refused:
        load_plan(name)
    assert refused.value.faults[0].field == "plan"


def test_a_folder_without_a_plan(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        load_plan(tmp_path)
    assert {Path(fault.file).name for fault in refused.value.faults} == {"plan.yaml", "baseline.yaml"}


def test_loading_does_not_wait_for_the_city() -> None:
    """Reading a plan needs neither the simulator nor its tables: `renshe plans` starts at once."""
    import subprocess
    import sys

    code = (
        "import sys; from scenarios.plans_at_hand import load_plan; load_plan('xuzhou'); print('numba' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8")
    assert done.stdout.strip() == "False"


def test_every_plan_is_a_plan() -> None:
    assert all(isinstance(load_plan(name), Plan) for name in plan_ids())
