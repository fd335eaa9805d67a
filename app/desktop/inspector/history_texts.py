"""Events as lines of a history: what became of what, without the names of our fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.services.orders import Event

_ACTIONS = {
    "created": "Created",
    "changed": "Changed",
    "deleted": "Deleted",
    "assigned": "Assigned",
    "moved": "Moved",
    "unassigned": "Unassigned",
    "arranged": "Stops changed",
    "locked": "Lock changed",
    "released": "Released",
    "draft": "Taken back",
    "finished": "Finished",
    "printed": "Manifest printed",
}
_LONGEST = 60


def event_text(event: Event) -> str:
    """One line: the action, and what it changed."""
    action = _ACTIONS.get(event.action, event.action.replace("_", " ").capitalize())
    before, after = event.before or {}, event.after or {}
    if "route" in after or "route" in before:
        old, new = before.get("route"), after.get("route")
        if old and new:
            return f"{action} from {old} to {new}"
        return f"{action} to {new}" if new else f"{action} from {old}"
    if "stops" in after:
        return f"{action}: {_count(before)} to {_count(after)}"
    if event.action in ("changed", "locked"):
        parts = [
            f"{_name(key)} {_shown(before.get(key))} → {_shown(after.get(key))}"
            for key in after
            if key != "version"
        ]
        if parts:
            return f"{action}: " + "; ".join(parts)
    return action


def _count(facts: Mapping[str, Any]) -> str:
    return str(len(facts.get("stops") or ()))


def _name(key: str) -> str:
    return key.removesuffix("_g").removesuffix("_cm3").replace("_", " ")


def _shown(value: object) -> str:
    """A value of the log, short; a place or an address by its own words."""
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, Mapping):
        words = value.get("label") or value.get("street") or value.get("precision")
        if words:
            return _shown(words)
        return _shown(", ".join(str(each) for each in value.values() if each))
    if isinstance(value, list | tuple):
        return _shown(", ".join(_shown(each) for each in value))
    text = " ".join(str(value).split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
