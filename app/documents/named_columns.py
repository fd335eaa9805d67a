"""Columns with a name of the depot's own in their header: `load:cages`, `service_min:bike`."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.fleet import dimension_name

LOAD = "load:"
"""An amount in a dimension, such as roll cages."""
SERVICE, SETUP = "service_min:", "setup_min:"
"""What takes so long for vehicles of a type."""
NAMED = (LOAD, SERVICE, SETUP)
_STARTS = {
    LOAD: (LOAD, "ladung:"),
    SERVICE: (SERVICE, "service min:", "service time:", "standzeit:"),
    SETUP: (SETUP, "setup min:", "setup time:", "rüstzeit:"),
}


def named_field(header: str, kinds: Iterable[str] = NAMED) -> str | None:
    """The field of a header such as `Load: Cages`, which is `load:cages`; None for any other."""
    text = header.replace("\ufeff", "").strip(" \t\"'*")
    for kind in kinds:
        for start in _STARTS[kind]:
            name = dimension_name(text[len(start) :])
            if text.casefold().startswith(start) and name:
                return kind + name
    return None
