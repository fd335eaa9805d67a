"""Columns `load:NAME`: dimensions of the depot's own, such as roll cages."""

from __future__ import annotations

from app.domain.fleet import dimension_name

LOAD = "load:"
_STARTS = (LOAD, "ladung:")


def load_field(header: str) -> str | None:
    """The field of a header such as `Load: Cages`, which is `load:cages`; None for any other."""
    text = header.replace("\ufeff", "").strip(" \t\"'*")
    for start in _STARTS:
        name = dimension_name(text[len(start) :])
        if text.casefold().startswith(start) and name:
            return LOAD + name
    return None
