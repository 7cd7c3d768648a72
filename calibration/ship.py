"""Make the artefacts that the product carries: `python -m calibration.ship [PLAN …]`, all plans at hand when none is named.

Run it after every change of `model/`: an artefact of another model is not used. First all fits, then the effects of levers under them. What
was finished before an interruption is not made again.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from calibration.calibrate import calibrate
from calibration.fit_table import fit_as_table
from model.documents import BadInput
from scenarios.draws import read_artefact
from scenarios.effects import effects_of, measure_effects, save_effects
from scenarios.effects.artefact import FILE
from scenarios.plans_at_hand import plan_folder, plan_ids
from scenarios.terminal import print_table, progress, say, show_faults

DRAWS, SCALE = 8, 50
"""Of the effects that are shipped: as of `renshe effects`, and as a quick run of the cockpit."""


def ship(plans: Sequence[str] = ()) -> None:
    """Calibrate each plan into its own folder and measure its effects, unless those there are of this very model. Raises BadInput."""
    for plan in plans or plan_ids():
        if read_artefact(plan_folder(plan))[0] is not None:
            say(f"{plan}: 已是当前模型的校准结果 / calibrated with this model already")
            continue
        with progress(f"{plan} · 基期校准 calibration") as advance:
            made = calibrate(plan, resume=True, progress=advance)
        print_table(fit_as_table(made.certificate))
    for plan in plans or plan_ids():
        place = plan_folder(plan) / FILE
        if effects_of(plan, [place])[0] is not None:
            say(f"{plan}: 举措效应已是当前模型的 / effects were measured with this model already")
            continue
        with progress(f"{plan} · 举措效应 effects of levers") as advance:
            save_effects(measure_effects(plan, draws=DRAWS, scale=SCALE, progress=advance), place)


def main() -> int:
    """Ship, and give the exit code."""
    try:
        ship(sys.argv[1:])
    except BadInput as error:
        show_faults(error.faults)
        return 2
    except KeyboardInterrupt:
        say("已中断 / interrupted")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
