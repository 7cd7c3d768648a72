"""Effects as a file: JSON of a few hundred kilobytes that the cockpit hands to the browser as it is."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from model.documents import BadInput, Fault, both, read_text, write_atomically
from scenarios.effects.curves import Aimed, Curve, Effects, Values

FORMAT, FILE, DIGITS = 1, "effects.json", 3


def effects_as_json(found: Effects) -> dict[str, Any]:
    """The artefact: plain data, numbers to three digits, which is more than is known (settings as they were run)."""
    levers = [{"id": one.id, "at": list(one.at), "rest": one.rest, "usual": one.usual} for one in found.levers]
    return {"format": FORMAT, **found.context, "levers": levers, "aims": [_aim_as_json(one) for one in found.aims]}


def _aim_as_json(aim: Aimed) -> dict[str, Any]:
    window = None if aim.window is None else _edges(aim.window)
    effects = {name: {"m": _rounded(mean), "s": _rounded(sd)} for name, (mean, sd) in aim.effects.items()}
    return {"name": aim.name, "id": aim.id, "area": aim.area, "columns": list(aim.columns), "window": window, "bounds": _edges(aim.bounds),
            "draws": aim.draws, "apart": _rounded(aim.apart), "effects": effects}  # fmt: skip


def _edges(pair: tuple[float, float]) -> list[float | None]:
    """An interval; null where it is open."""
    return [edge if math.isfinite(edge) else None for edge in pair]


def _interval(given: Sequence[float | None]) -> tuple[float, float]:
    low, high = given
    return -math.inf if low is None else float(low), math.inf if high is None else float(high)


def _rounded(values: Values) -> Any:
    """Nested lists; whole numbers without a point, which is most of what is nought."""
    if values.ndim > 1:
        return [_rounded(row) for row in values]
    short = [float(f"{value:.{DIGITS}g}") for value in values.tolist()]
    return [int(value) if value == int(value) else value for value in short]


def save_effects(found: Effects, path: str | Path) -> Path:
    """Write the artefact, whole or not at all."""
    text = json.dumps(effects_as_json(found), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    write_atomically(path, text + "\n")
    return Path(path)


def read_effects(path: str | Path) -> Effects:
    """The effects in a file. Raises BadInput for what cannot be read."""
    try:
        given = json.loads(read_text(path))
        if given["format"] != FORMAT:
            raise ValueError(f"format {given['format']}")
        levers = tuple(Curve(str(o["id"]), tuple(map(float, o["at"])), o["rest"], float(o["usual"])) for o in given["levers"])
        sizes = {one.id: len(one.at) for one in levers}
        aims = tuple(_aim(one, sizes) for one in given["aims"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        fix = both("请用 renshe effects 重新生成", "make it again with renshe effects")
        raise BadInput(Fault(str(path), None, "file", str(error)[:120], f"effects, format {FORMAT}", fix)) from None
    return Effects(levers, aims, {key: value for key, value in given.items() if key not in ("format", "levers", "aims")})


def _aim(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Aimed:
    columns = tuple(map(str, given["columns"]))

    def table(name: str, values: Any) -> Values:
        return np.array(values, float).reshape(sizes[name], len(columns))

    window = None if given["window"] is None else _interval(given["window"])
    effects = {str(name): (table(name, one["m"]), table(name, one["s"])) for name, one in given["effects"].items()}
    return Aimed(str(given["name"]), str(given["id"]), given["area"], columns, window, _interval(given["bounds"]), int(given["draws"]),
                 np.array(given["apart"], float).reshape(len(columns)), effects)  # fmt: skip


def place_of(plan_id: str) -> Path:
    """Where `renshe effects` keeps a plan's effects unless told otherwise."""
    from scenarios.home import home

    return home() / "effects" / plan_id / FILE


def effects_of(plan: str | Path, files: Sequence[Path] = ()) -> tuple[Effects | None, tuple[str, ...]]:
    """The effects of a plan (in `files`; else in the user's home or its folder), or None and why: none there (silent), broken, or made of
    something else: another model, another calibration, a plan that has been changed since.
    """
    from scenarios.effects.made_of import made_of
    from scenarios.plan_levers import folder_of
    from scenarios.plans_at_hand import load_plan
    from scenarios.presets import preset
    from scenarios.studies import Study

    folder, said = folder_of(str(plan)), list[str]()
    for path in files or (place_of(load_plan(plan).id), *([folder / FILE] if folder else [])):
        if not path.is_file():
            continue
        try:
            found = read_effects(path)
            context = found.context
            study = Study(preset(str(context["scenario"]), plan), draws=1, seed=int(context["seed"]), scale=int(context["scale"]))
        except (BadInput, KeyError, TypeError, ValueError) as error:
            said.append(str(error) if isinstance(error, BadInput) else f"{path}: {error!r}")
            continue
        if context.get("made_of") == made_of(study):
            return found, ()
        zh = f"举措效应出自另一版模型、校准或规划文件，请重新运行 renshe effects {plan}"
        en = f"effects were measured with another model, calibration or plan file; run renshe effects {plan}"
        said.append(f"{path}: {both(zh, en)}")
    return None, tuple(said)
