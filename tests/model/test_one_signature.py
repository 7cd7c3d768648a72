"""One signature a kernel: a second one means that Python integers of two sizes reached it, and that it was compiled twice.

And the kernels that are compiled ahead are these, with these signatures."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import json
from tests.model.towns import as_usual, at_rest, lived, plan_setting, scale_for, town
from model.setting import Shock
from dataclasses import replace

shocked = replace(as_usual(town(6000, 3)), shocks=(Shock("demand_slump", "2021-03", 4, -0.1),), growth={2021: -0.02, 2022: 0.08})
lived(shocked, 14)
lived(town(3000, 1), 8, rng=2**63 + 5)
strong = dict(enrolment_drive_large=1.0, enrolment_drive_mid=1.0, enrolment_drive_small=1, flexible_insurance_subsidy=2 / 3,
              training_places=10**6, hard_to_employ_posts=10**4, rural_transfer_service=10**6, talent_apartments=10**6)
lived(at_rest(town(6000, 2), **strong), 14, rng=0)
extreme = {"separation_rate": 0, "january_quit_ratio": 5, "outsider_return_rate": 1, "boys_at_birth": 1, "school_share_16_17": 0,
           "layoff_speed": 1, "owner_exit": 0, "registration": 1, "firm_exit_micro": 1, "away_return_rate": 0}
lived(town(6000, 2, parameters=extreme), 14)
for name in ("xuzhou", "haining", "suzhou12"):
    setting = plan_setting(name)
    lived(setting, 9, scale=scale_for(setting, 7000), thin=True)

from model.compile_ahead import LIST, kernels, signatures

seen = {name: kernel.nopython_signatures for name, kernel in kernels()}
assert len(seen) > 40, len(seen)
used = signatures()
assert len(used) > 25, len(used)
for name, found in sorted(seen.items()):
    if len(found) > 1:
        print(name, *found, sep="\\n    ")
listed = json.loads(LIST.read_text(encoding="utf-8"))
for name, line in sorted(used.items()):                 # what another kernel calls is compiled within it, and not called here
    if listed.get(name) != line:
        print(name, "python -m model.compile_ahead would list it otherwise:", listed.get(name), line, sep="\\n    ")
"""


def test_every_kernel_is_compiled_once() -> None:
    """In a process of its own: other tests may call kernels with types of their own."""
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=900, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == "", f"compiled more than once:\n{ran.stdout}"
