"""The cockpit's words in Chinese and English, and numbers as the plans print them."""

from __future__ import annotations

import math
import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from model.documents import read_yaml

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")
DASH = "—"


@cache
def all_words() -> dict[str, dict[str, str]]:
    """Every entry: key → {"zh": …, "en": …}."""
    document = read_yaml(Path(str(files("dashboard") / "words.yaml")))
    return {str(key): dict(entry) for key, entry in document.data.items()}


def as_lang(value: object) -> Lang:
    """A language that we speak; Chinese unless English is asked for."""
    return "en" if value == "en" else "zh"


def say(key: str, lang: Lang, **values: object) -> str:
    """The words of an entry, filled in. Raises KeyError for an unknown entry."""
    return all_words()[key][lang].format(**values)


def say_or(key: str, lang: Lang, otherwise: str) -> str:
    """The words of an entry, or a text of our own where there is none (an id from a newer model, say)."""
    entry = all_words().get(key)
    return otherwise if entry is None else entry[lang]


_FILE = re.compile(r"^\S+\.(?:parquet|ya?ml|json|csv)(?::\d+)?: ")


def in_language(text: str, lang: Lang) -> str:
    """One half of a message that the command line prints in both languages, without the path of a file of this machine."""
    halves = _FILE.sub("", text).split(" / ")
    half = halves[lang == "en"] if len(halves) == 2 else " / ".join(halves)
    return half[:1].upper() + half[1:]


def named(entry: dict[str, Any], lang: Lang) -> str:
    """The name of a plan, target, lever or area in this language, else in Chinese."""
    return str(entry.get(f"name_{lang}") or entry.get("name_zh") or entry.get("id") or "")


_UNITS_EN = {
    "万人": "10k people",
    "人": "people",
    "万人次": "10k person-times",
    "人次": "person-times",
    "%": "%",
    "家": "units",
    "个": "units",
    "亿元": "100m yuan",
    "万元": "10k yuan",
    "元": "yuan",
    "万个": "10k",
    "场": "fairs",
    "场次": "fairs",
    "人/万人": "per 10k",
    "户": "households",
    "万户": "10k households",
    "万张": "10k cards",
    "套": "flats",
    "元/月": "yuan a month",
    "名": "people",
    "万名": "10k people",
}


def unit_words(unit: str, lang: Lang) -> str:
    """A plan's unit in this language; as printed where there is no English for it."""
    return unit if lang == "zh" else _UNITS_EN.get(unit, unit)


def number(value: float | None, decimals: int = 0) -> str:
    """A number with thousands separators and the plan's decimals; a dash for none."""
    if value is None or not math.isfinite(value):
        return DASH
    text = f"{value:,.{decimals}f}"
    return f"−{text[1:]}" if text.startswith("-") else text


def percent(share: float | None) -> str:
    """A frequency in [0, 1] in whole percent, never as 0 % or 100 %."""
    if share is None:
        return DASH
    if share < 0.01:
        return "<1%"
    if share > 0.99:
        return ">99%"
    return f"{share * 100:.0f}%"


def amount(value: float, lang: Lang) -> str:
    """A lever's value: in Chinese 万 and 亿 above ten thousand, in English with separators."""
    if lang == "zh" and abs(value) >= 1e8:
        return f"{_short(value / 1e8)}亿"
    if lang == "zh" and abs(value) >= 1e4:
        return f"{_short(value / 1e4)}万"
    return f"{value:,.0f}" if abs(value) >= 1e4 else _short(value)


def _short(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")
