"""Write the golden files anew and say what moved, the largest first: `python -m tests.golden.refresh`."""

from __future__ import annotations

from pathlib import Path

from model.documents import write_atomically
from tests.golden.record import Golden, Move, as_text, by_size, live, moves, path_of, presets, read

SHOWN = 60


def refresh(name: str, path: Path | None = None) -> tuple[Golden | None, list[Move]]:
    """Write one golden file; what stood there before (None: nothing) and what moved."""
    place, after = path or path_of(name), live(name)
    before = read(place.read_text(encoding="utf-8")) if place.exists() else None
    write_atomically(place, as_text(after))
    return before, moves(before or Golden(name, "", 0, {}), after)


def main() -> None:
    """Refresh every golden file."""
    moved: list[Move] = []
    for name in presets():
        before, found = refresh(name)
        print(f"{path_of(name).name}: {'written for the first time' if before is None else f'{len(found)} values moved'}")
        moved += found if before is not None else []
    for move in by_size(moved)[:SHOWN]:
        print(move)
    if len(moved) > SHOWN:
        print(f"… and {len(moved) - SHOWN} more")


if __name__ == "__main__":
    main()
