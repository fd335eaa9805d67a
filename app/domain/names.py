"""The sequence in which people look for names."""

from __future__ import annotations

import re
import unicodedata

_FIGURES = re.compile(r"(\d+)")

NameOrder = tuple[tuple[int, str], ...]


def name_order(name: str) -> NameOrder:
    """To sort by: Van 2 before Van 10, and Änne beside Anna."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    # Words and figures take turns, so that like is always compared with like.
    return tuple(
        (int(part), "") if number % 2 else (0, part)
        for number, part in enumerate(_FIGURES.split(plain))
    )
