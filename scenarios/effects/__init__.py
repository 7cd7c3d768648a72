"""Effects of levers: what each of them, moved by itself, does to every target in every year; what the cockpit's preview adds up."""

from scenarios.effects.artefact import effects_of, read_effects, save_effects
from scenarios.effects.curves import Aimed, Curve, Effects
from scenarios.effects.measuring import measure_effects

__all__ = ["Aimed", "Curve", "Effects", "effects_of", "measure_effects", "read_effects", "save_effects"]
