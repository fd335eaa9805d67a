"""The versions that an edit was made against, and how they move on when its neighbour is undone.

Undo counts versions up like any edit: after two edits of a route were made and the second was
taken back, the route is as the first one left it, under a newer version. The first one's inverse
must then be told the new number, or it would take the dispatcher's own undo for somebody else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from app.domain.edits import (
    ArrangeRoutes,
    ChangeFleet,
    ChangeOrders,
    Compound,
    Edit,
    FleetThing,
    LockBin,
    LockRoutes,
    SetRouteStatus,
)

Versions = Mapping[UUID, int]
Moves = Mapping[UUID, tuple[int, int]]
"""For each thing, the version that it had and the one that now stands for the same contents."""


def versions(edit: Edit) -> dict[UUID, int]:
    """The versions that an edit expects to find."""
    match edit:
        case ArrangeRoutes() | LockRoutes() | SetRouteStatus():
            return dict(edit.seen.items())
        case ChangeOrders():
            seen: dict[UUID, int] = {order.id: order.version for order in edit.put}
            seen.update((key, version) for key, version in edit.delete.items())
            return seen
        case ChangeFleet():
            return {thing.id: thing.version for thing in (*edit.put, *edit.delete)}
        case LockBin():
            return {}
        case Compound():
            found: dict[UUID, int] = {}
            for part in reversed(edit.edits):
                found |= versions(part)
            return found


def moves(old: Versions, new: Versions) -> dict[UUID, tuple[int, int]]:
    """From the versions before an edit to those after it was taken back."""
    return {
        thing: (version, new[thing])
        for thing, version in old.items()
        if thing in new and new[thing] != version
    }


def rebased(edit: Edit, moved: Moves) -> Edit:
    """The same edit, expecting the new version wherever it expected the old one."""
    match edit:
        case ArrangeRoutes() | LockRoutes() | SetRouteStatus():
            return replace(edit, seen={key: _moved(key, v, moved) for key, v in edit.seen.items()})
        case ChangeOrders():
            return replace(
                edit,
                put=tuple(
                    replace(order, version=_moved(order.id, order.version, moved))
                    for order in edit.put
                ),
                delete={key: _moved(key, v, moved) for key, v in edit.delete.items()},
            )
        case ChangeFleet():
            return replace(
                edit,
                put=tuple(_moved_thing(thing, moved) for thing in edit.put),
                delete=tuple(_moved_thing(thing, moved) for thing in edit.delete),
            )
        case LockBin():
            return edit
        case Compound():
            return replace(edit, edits=tuple(rebased(part, moved) for part in edit.edits))


def _moved(key: UUID, version: int, moved: Moves) -> int:
    old, new = moved.get(key, (None, version))
    return new if version == old else version


def _moved_thing(thing: FleetThing, moved: Moves) -> FleetThing:
    return replace(thing, version=_moved(thing.id, thing.version, moved))
