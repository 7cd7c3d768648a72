"""The command line inside the test's own process."""

from tests.scenarios.conftest import command

__all__ = ["command"]
