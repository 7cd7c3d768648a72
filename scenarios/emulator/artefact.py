"""The emulator as a file: JSON of a few hundred kilobytes at most, which says what made it and how far it may be believed."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from model.documents import BadInput, Fault, both, read_text, unknown_name, write_atomically
from scenarios.emulator.response import Response, Values
from scenarios.fingerprints import model_fingerprint
from scenarios.studies import Aim, Factor, aims_of
from scenarios.studies.aims import aim_as_json

FORMAT = 1
FILE = "emulator.json"
DIGITS = 6
GOOD = 0.5
"""A response is believed when it explains half of what the levers do out of fold, or when its error hardly matters."""
SMALL = 0.25
"""… that is, when its error is below this share of the spread between draws."""


@dataclass(frozen=True)
class Emulator:
    """levers: with the ranges inside which it may be asked; aims, responses: by the aim's name; context: what made it."""

    levers: tuple[Factor, ...]
    aims: tuple[Aim, ...]
    responses: Mapping[str, Response]
    context: Mapping[str, Any]

    def units(self, setting: Mapping[str, float]) -> Values:
        """u of one setting (levers left out stand at rest), shape (1, levers). Raises BadInput for what lies outside."""
        from scenarios.emulator.training import _rest, from_rest

        known = {one.id: one for one in self.levers}
        strange = [name for name in setting if name not in known]
        faults = [Fault("emulator", None, name, str(setting[name]), *unknown_name(name, known)) for name in strange]
        for name, one in known.items():
            x = setting.get(name, _rest(one))
            if not one.low - 1e-9 <= x <= one.high + 1e-9:
                fix = both("超出仿真器的适用范围，请直接运行模型", "outside the range of the emulator: run the model instead")
                faults.append(Fault("emulator", None, name, str(x), f"{one.low:g} … {one.high:g} {one.unit}", fix))
        if faults:
            raise BadInput(faults)
        return from_rest(self.levers, np.array([[setting.get(one.id, _rest(one)) for one in self.levers]], float))

    def believed(self, aim: Aim) -> bool:
        """Whether the response of this aim may be believed inside the ranges."""
        one = self.responses[aim.name]
        return not one.moved or one.quality >= GOOD or one.sigma <= SMALL * float(one.at_rest.std())

    def at(self, setting: Mapping[str, float]) -> list[dict[str, Any]]:
        """What each aim comes to under a setting: p10, p50, p90 over draws, probability, its standard error, believed."""
        u, out = self.units(setting), []
        for aim in self.aims:
            one = self.responses[aim.name]
            low, middle, high = np.quantile(one.values(u)[0], (0.1, 0.5, 0.9)).tolist()
            out.append({**aim_as_json(aim), "final": {"p10": low, "p50": middle, "p90": high}, "probability": float(one.probability(u)[0]),
                        "standard_error": float(one.doubt(u)[0]), "believed": self.believed(aim)})
        return out

    def as_json(self) -> dict[str, Any]:
        """The artefact: plain data that `read` understands; numbers to six digits."""
        levers = [{"id": f.id, "name_zh": f.name_zh, "name_en": f.name_en, "unit": f.unit, "low": f.low, "high": f.high, "rest": f.rest,
                   "evidence": f.evidence} for f in self.levers]
        return {"format": FORMAT, **self.context, "levers": levers,
                "indicators": [{**aim_as_json(aim), "believed": self.believed(aim), **_response_as_json(self.responses[aim.name])}
                               for aim in self.aims]}

    def save(self, path: str | Path) -> Path:
        """Write the artefact, whole or not at all."""
        write_atomically(path, json.dumps(self.as_json(), ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n")
        return Path(path)

    @classmethod
    def read(cls, path: str | Path, plan: Any | None = None) -> Emulator:
        """The emulator in a file. plan: loaded already, else found by its id. Raises BadInput for what cannot be read."""
        from scenarios.plans_at_hand import load_plan

        try:
            given = json.loads(read_text(path))
            if given["format"] != FORMAT:
                raise ValueError(f"format {given['format']}")
            levers = tuple(_lever(f) for f in given["levers"])
            tasks = {aim.name: aim for aim in aims_of(plan or load_plan(given["plan"]), areas=("all",))}
            found = [_response(one, len(levers)) for one in given["indicators"]]
        except (KeyError, TypeError, ValueError) as error:
            fix = both("请用 renshe emulate 重新生成", "make it again with renshe emulate")
            raise BadInput(Fault(str(path), None, "file", str(error)[:120], f"emulator, format {FORMAT}", fix)) from None
        context = {key: value for key, value in given.items() if key not in ("format", "levers", "indicators")}
        kept = {one.name: one for one in found if one.name in tasks}
        return cls(levers, tuple(tasks[name] for name in kept), kept, context)


def _lever(given: Mapping[str, Any]) -> Factor:
    low, high = float(given["low"]), float(given["high"])
    words = given["name_zh"], given["name_en"], given["unit"]
    return Factor(given["id"], "lever", low, high, (low, high), *words, given["rest"], given["evidence"])


def _rounded(values: Any) -> Any:
    if isinstance(values, (list, tuple)):
        return [_rounded(value) for value in values]
    return None if not math.isfinite(values) else float(f"{float(values):.{DIGITS}g}")


def _response_as_json(one: Response) -> dict[str, Any]:
    low, high = one.window
    return {
        "name": one.name, "window": [_rounded(low), _rounded(high)], "knots": _rounded(one.knots),
        "at_rest": _rounded(one.at_rest.tolist()), "main": [_rounded(row.tolist()) for row in one.main],
        "cross": _rounded(one.cross.tolist()), "slope": _rounded(one.slope.tolist()), "moved": one.moved,
        "error": {name: _rounded(getattr(one, name)) for name in ERRORS} | {"points": one.points},
    }  # fmt: skip


ERRORS = ("sigma", "quality", "bias", "bias_error", "terms")


def _response(given: Mapping[str, Any], levers: int) -> Response:
    low, high = given["window"]
    error = given["error"]
    return Response(
        given["name"], tuple(tuple(k) for k in given["knots"]), np.array(given["at_rest"], float),
        tuple(np.array(row, float) for row in given["main"]), np.array(given["cross"], float),
        np.array(given["slope"], float).reshape(-1, levers), **{name: float(error[name]) for name in ERRORS}, points=int(error["points"]),
        moved=bool(given["moved"]), window=(-math.inf if low is None else low, math.inf if high is None else high),
    )  # fmt: skip


def place_of(plan_id: str) -> Path:
    """Where `renshe emulate` keeps the emulator of a plan unless told otherwise."""
    from scenarios.home import home

    return home() / "emulators" / plan_id / FILE


def emulator_of(plan: str | Path, files: Sequence[Path] = ()) -> tuple[Emulator | None, tuple[str, ...]]:
    """The emulator of a plan (in its folder, else in the user's home), or None and why: none there (silent), broken, or of another
    version of the model.
    """
    from scenarios.plan_levers import folder_of
    from scenarios.plans_at_hand import load_plan

    loaded, folder = load_plan(plan), folder_of(str(plan))
    said: list[str] = []
    for path in files or [*([folder / FILE] if folder else []), place_of(loaded.id)]:
        if not path.is_file():
            continue
        try:
            found = Emulator.read(path, loaded)
        except BadInput as error:
            said.append(str(error))
            continue
        if found.context.get("model") == model_fingerprint():
            return found, ()
        zh, en = "仿真器出自另一版模型，请重新运行 renshe emulate", "made with another version of the model; run renshe emulate"
        said.append(f"{path}: {both(zh, en)}")
    return None, tuple(said)
