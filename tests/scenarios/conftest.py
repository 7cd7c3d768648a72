"""Fixtures of the tests of scenarios: running `renshe` inside the test's own process."""

from __future__ import annotations

import json
import signal
from dataclasses import dataclass
from typing import Any

import pytest

import renshe


@dataclass(frozen=True)
class Answer:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Any:
    """A function that runs one command line, argument by argument."""
    before = signal.getsignal(signal.SIGTERM)

    def call(*arguments: str) -> Answer:
        capsys.readouterr()
        with pytest.raises(SystemExit) as leaving:
            renshe.main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Answer(int(leaving.value.code or 0), said.out, said.err)

    yield call
    signal.signal(signal.SIGTERM, before)
