"""What the store holds, for people; and emptying it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, func, select

from scenarios.store import RUNS, Store


def contents(store: Store) -> dict[str, Any]:
    """{folder, index (its URL, password hidden), runs, failed, bytes, recipes}."""
    counts = store.counts()
    with store.engine.connect() as connection:
        size = connection.execute(select(func.sum(RUNS.c.bytes))).scalar()
    return {
        "folder": str(store.folder),
        "index": store.engine.url.render_as_string(hide_password=True),
        "runs": counts.get("done", 0),
        "failed": counts.get("failed", 0),
        "bytes": int(size or 0),
        "recipes": len(list((store.folder / "recipes").glob("*.json"))),
    }


def cleared(store: Store) -> int:
    """Remove every run from store and index, one shard after the other; gives the number of shards removed. Recipes
    and results that were written elsewhere stay.
    """
    removed = 0
    for path in sorted((store.folder / "runs").glob("*/*.parquet")):
        path.unlink(missing_ok=True)
        removed += 1
    for path in (store.folder / "samples").glob("*/*.parquet"):
        path.unlink(missing_ok=True)
    with store.engine.begin() as connection:
        connection.execute(delete(RUNS))
    return removed
