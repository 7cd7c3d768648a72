"""The emulator of a plan: what levers do to each target, draw by draw, as a small file that needs no simulation."""

from scenarios.emulator.artefact import Emulator, emulator_of
from scenarios.emulator.training import emulate

__all__ = ["Emulator", "emulate", "emulator_of"]
