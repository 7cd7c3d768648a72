"""The page's address: plan, language and job stand in it, so that a reload or a link shows the same thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlencode

from dashboard.words import Lang, as_lang


@dataclass(frozen=True)
class Address:
    """What the query string says. job: None shows the plan's default scenario."""

    plan: str
    lang: Lang = "zh"
    job: str | None = None

    @classmethod
    def read(cls, search: str | None, plans: Sequence[str]) -> Address:
        """From "?plan=…&lang=…&job=…"; an unknown or missing plan becomes the first one at hand (and loses its job)."""
        given = {key: values[-1] for key, values in parse_qs((search or "").lstrip("?")).items()}
        first = plans[0] if plans else ""
        known = given.get("plan", first) in plans
        return cls(
            plan=given.get("plan", first) if known else first, lang=as_lang(given.get("lang")), job=given.get("job") if known else None
        )

    @property
    def search(self) -> str:
        """The query string."""
        parts = {"plan": self.plan, **({"lang": self.lang} if self.lang != "zh" else {}), **({"job": self.job} if self.job else {})}
        return f"?{urlencode(parts)}"

    def other_language(self) -> Address:
        """The same page in the other language."""
        return replace(self, lang="zh" if self.lang == "en" else "en")
