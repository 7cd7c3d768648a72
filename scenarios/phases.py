"""Several runs of scenarios, one after the other, told as one progress: no bar fills twice."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int, str], None]


class OneBar:
    """Takes the progress of each phase in turn and tells that of all. phases: how many there will be; a report after a phase that was
    full begins the next one.
    """

    def __init__(self, progress: Progress, phases: int) -> None:
        self.progress, self.phases = progress, phases
        self._phase, self._full = 0, False

    def __call__(self, done: int, total: int, words: str) -> None:
        """Tell how far all phases are, each taken to be as long as this one."""
        if self._full:
            self._phase = min(self._phase + 1, self.phases - 1)
        self._full = done >= total
        self.progress(self._phase * total + done, self.phases * total, words)
