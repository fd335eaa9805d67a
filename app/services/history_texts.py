"""Events as lines of a history: what became of what, without the names of our fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from typing import Any

from app.domain.routes import Lock
from app.services.history_values import changes, clock
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


def event_text(event: Event, zone: tzinfo) -> str:
    """One line: the action, and what it changed; times are by the clocks of `zone`."""
    action = _ACTIONS.get(event.action, event.action.replace("_", " ").capitalize())
    before, after = event.before or {}, event.after or {}
    if "route" in after or "route" in before:
        old, new = before.get("route"), after.get("route")
        if old and new:
            return f"{action} from {old} to {new}"
        if new:
            return f"{action} to {new}"
        return f"{action} from {old}"
    if event.action == "arranged":
        return "; ".join(_arranged(before, after, zone)) or action
    if event.action == "locked":
        old, new = (_LOCKS.get(str(facts.get("lock")), "open") for facts in (before, after))
        return f"{action}: {old} → {new}"
    if event.action == "printed":
        return f"{action}, revision {after.get('revision')}"
    if event.action == "changed":
        parts = changes(before, after, zone)
        if parts:
            return f"{action}: " + "; ".join(parts)
    return action


def _arranged(before: Mapping[str, Any], after: Mapping[str, Any], zone: tzinfo) -> Iterator[str]:
    """What became of a route's stops, and of its van where it is on its way."""
    if "stops" in after:
        old, new = _count(before, "stops"), _count(after, "stops")
        if old == new:
            yield f"Sequence of {new} stops changed"
        else:
            yield f"Stops changed: {old} to {new}"
    elif "locked_stops" in after:
        more = _count(after, "locked_stops") - _count(before, "locked_stops")
        if not more:
            yield "Locks of stops changed"
        else:
            yield f"Stops locked: {more}" if more > 0 else f"Stops unlocked: {-more}"
    if "leaves_after" in after:
        then = after["leaves_after"]
        yield f"Leaves at {clock(then, zone)} or later" if then else "May leave as its shift says"
    if "underway" in after:
        out = after["underway"]
        yield f"On the road since {clock(out['left_at'], zone)}" if out else "Not on the road"
    if "promised" in after:
        kept = _count(after, "promised")
        yield f"Promised times kept: {kept}" if kept else "Promised times no longer kept"


def _count(facts: Mapping[str, Any], name: str) -> int:
    return len(facts.get(name) or ())
