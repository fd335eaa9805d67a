"""Events as lines of a history: what became of what, without the names of our fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.routes import Lock
from app.storage.events import Event

_ACTIONS = {
    "created": "Created",
    "imported": "Imported",
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
    "restored": "Came back with its shift",
}
_LOCKS = {
    Lock.NONE.value: "open",
    Lock.CONTENTS.value: "its orders stay",
    Lock.SEQUENCE.value: "its orders and their sequence stay",
}
_LONGEST = 60
_UNITS = {"weight_g": (1000, "kg"), "volume_cm3": (1_000_000, "m³"), "service_time": (60, "min")}
"""What the log counts in small units: how many make one of those that people use."""
_CHOICES = frozenset({"status", "kind", "method", "payment"})
"""Whose values are our own words, not a person's."""


def event_text(event: Event) -> str:
    """One line: the action, and what it changed."""
    action = _ACTIONS.get(event.action, event.action.replace("_", " ").capitalize())
    before, after = event.before or {}, event.after or {}
    if "route" in after or "route" in before:
        old, new = before.get("route"), after.get("route")
        if old and new:
            return f"{action} from {old} to {new}"
        if new:
            return f"{action} to {new}"
        return f"{action} from {old}"
    if "stops" in after:
        old_count, new_count = _count(before, "stops"), _count(after, "stops")
        if old_count == new_count:
            return f"Sequence of {new_count} stops changed"
        return f"{action}: {old_count} to {new_count}"
    if "locked_stops" in after:
        more = _count(after, "locked_stops") - _count(before, "locked_stops")
        if not more:
            return "Locks of stops changed"
        return f"Stops locked: {more}" if more > 0 else f"Stops unlocked: {-more}"
    if event.action == "locked":
        old, new = (_LOCKS.get(str(facts.get("lock")), "open") for facts in (before, after))
        return f"{action}: {old} → {new}"
    if event.action == "printed":
        return f"{action}, revision {after.get('revision')}"
    if event.action == "changed":
        parts = [
            f"{_name(key)} " + " → ".join(_change(key, before.get(key), after.get(key)))
            for key in after
            if key != "version"
        ]
        if parts:
            return f"{action}: " + "; ".join(parts)
    return action


def _count(facts: Mapping[str, Any], name: str) -> int:
    return len(facts.get(name) or ())


def _name(key: str) -> str:
    return key.removesuffix("_g").removesuffix("_cm3").replace("_", " ")


def _change(key: str, before: object, after: object) -> tuple[str, str]:
    if key in _UNITS:
        return _measured(key, before), _measured(key, after)
    old, new = _shown(before), _shown(after)
    if key in _CHOICES:
        return old.replace("_", " "), new.replace("_", " ")
    if old == new and isinstance(before, Mapping) and isinstance(after, Mapping):
        # A pin that was moved keeps its address.
        return _spot(before) or old, _spot(after) or new
    return old, new


def _measured(key: str, value: object) -> str:
    """An amount in the unit that people use: kg, m³, minutes."""
    if not isinstance(value, int | float):
        return _shown(value)
    size, unit = _UNITS[key]
    return f"{value / size:.3f}".rstrip("0").rstrip(".") + f" {unit}"


def _spot(place: Mapping[str, Any]) -> str:
    at = place.get("location")
    if not isinstance(at, Mapping):
        return ""
    return f"{place.get('precision', '')} {at['lat']:.5f}, {at['lon']:.5f}".strip()


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
