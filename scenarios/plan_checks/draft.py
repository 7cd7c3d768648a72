"""A file under check: its well-formed records and their places, so that one bad row does not hide faults elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from model.documents import Document, Fault, FieldPath, both


@dataclass(frozen=True)
class Entry[R: BaseModel]:
    """One record of a file, and its path in it."""

    record: R
    path: FieldPath


class Draft:
    """A file and those of its records that are well formed; `names` also covers records that are not."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.data: dict[str, Any] = document.data if isinstance(document.data, dict) else {}

    def entries[R: BaseModel](self, collection: str, record: type[R]) -> list[Entry[R]]:
        """The well-formed records of a collection."""
        return list(self._well_formed(collection, record))

    def _well_formed[R: BaseModel](self, collection: str, record: type[R]) -> Iterator[Entry[R]]:
        for place, item in enumerate(self._items(collection)):
            try:
                yield Entry(record.model_validate(item), (collection, place))
            except ValidationError:
                continue

    def names(self, collection: str, field: str = "id") -> set[str]:
        """The texts under `field` of all records of a collection, well formed or not."""
        found = (item.get(field) for item in self._items(collection) if isinstance(item, dict))
        return {name for name in found if isinstance(name, str)}

    def _items(self, collection: str) -> list[Any]:
        items = self.data.get(collection)
        return items if isinstance(items, list) else []

    def fault(self, path: FieldPath, value: object, allowed: str, fix: str) -> Fault:
        """A fault at a field of this file; `allowed` and `fix` say it in both languages."""
        return self.document.fault(path, value, allowed, fix)

    def finest_areas(self) -> tuple[str, ...]:
        """Ids of the territories without parts, well formed or not."""
        areas = [item for item in self._items("areas") if isinstance(item, dict) and isinstance(item.get("id"), str)]
        return tuple(
            item["id"] for item in areas if not item.get("parts") and item.get("level") not in ("composite", "office")
        )

    def whole(self, field: str) -> int | None:
        """An integer of the top level, or None."""
        value = self.data.get(field)
        return value if type(value) is int else None

    def period(self) -> tuple[int, int] | None:
        """The plan's first and last year, or None when they are not two integers."""
        value = self.data.get("period")
        if isinstance(value, list) and len(value) == 2 and all(type(year) is int for year in value):
            return value[0], value[1]
        return None

    def twice(self, collection: str, field: str) -> Iterator[Fault]:
        """Faults for values of `field` that a collection holds more than once."""
        first: dict[str, int] = {}
        for place, item in enumerate(self._items(collection)):
            name = item.get(field) if isinstance(item, dict) else None
            if not isinstance(name, str):
                continue
            if name in first:
                line = self.document.line((collection, first[name], field))
                allowed = both(f"唯一；第 {line} 行已有", f"unique; already on line {line}")
                yield self.document.fault((collection, place, field), name, allowed, "请改名 / rename one of the two")
            first.setdefault(name, place)
