"""How the versions that an edit expects move on when its neighbour is undone.

Undo counts versions up like any edit: after two edits of a route were made and the second was
taken back, the route is as the first one left it, under a newer version. The first one's inverse
must then be told the new number, or it would take the dispatcher's own undo for somebody else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from uuid import UUID

from app.domain.edits import (
    ArrangeRoutes,
    ChangeConditions,
    ChangeFleet,
    ChangeOrders,
    ChangeScenario,
    Compound,
    Edit,
    FleetThing,
    KeepTemplate,
    Kind,
    LockBin,
    LockRoutes,
    NotePublished,
    RestoreRoutes,
    SetRouteStatus,
    Touched,
)

Key = tuple[Kind, UUID]
Versions = Mapping[Key, int]
Moves = Mapping[Key, tuple[int, int]]
"""For each thing, the version that it had and the one that now stands for the same contents."""


def before(touched: Touched) -> dict[Key, int]:
    """The versions that an edit found."""
    return {key: versions[0] for key, versions in touched.items()}


def moves(old: Versions, touched: Touched) -> dict[Key, tuple[int, int]]:
    """From the versions before an edit to those after it was taken back."""
    return {
        key: (version, touched[key][1])
        for key, version in old.items()
        if key in touched and touched[key][1] != version
    }


def moved_on(versions: Versions, moved: Moves) -> dict[Key, int]:
    return {key: _moved(key, version, moved) for key, version in versions.items()}


def rebased(edit: Edit, moved: Moves) -> Edit:
    """The same edit, expecting the new version wherever it expected the old one."""
    return _with_versions(edit, lambda key, version: _moved(key, version, moved))


def restamped(edit: Edit, versions: Versions) -> Edit:
    """The same edit, expecting these versions; others stay."""
    return _with_versions(edit, lambda key, version: versions.get(key, version))


def _with_versions(edit: Edit, of: Callable[[Key, int], int]) -> Edit:
    match edit:
        case ArrangeRoutes() | LockRoutes() | SetRouteStatus():
            return replace(
                edit, seen={key: of((Kind.ROUTE, key), v) for key, v in edit.seen.items()}
            )
        case ChangeOrders():
            return replace(
                edit,
                put=tuple(
                    replace(order, version=of((Kind.ORDER, order.id), order.version))
                    for order in edit.put
                ),
                delete={key: of((Kind.ORDER, key), v) for key, v in edit.delete.items()},
            )
        case ChangeConditions():
            return replace(
                edit,
                put=tuple(
                    replace(each, version=of((Kind.CONDITION, each.id), each.version))
                    for each in edit.put
                ),
                delete={key: of((Kind.CONDITION, key), v) for key, v in edit.delete.items()},
            )
        case ChangeFleet():
            return replace(
                edit,
                put=tuple(_fleet_thing(thing, of) for thing in edit.put),
                delete=tuple(_fleet_thing(thing, of) for thing in edit.delete),
            )
        case ChangeScenario():
            key = (Kind.SCENARIO, edit.scenario)
            return replace(edit, version=of(key, edit.version))
        case RestoreRoutes() | KeepTemplate() | LockBin() | NotePublished():
            return edit
        case Compound():
            return replace(edit, edits=tuple(_with_versions(part, of) for part in edit.edits))


def _moved(key: Key, version: int, moved: Moves) -> int:
    old, new = moved.get(key, (None, version))
    return new if version == old else version


def _fleet_thing(thing: FleetThing, of: Callable[[Key, int], int]) -> FleetThing:
    return replace(thing, version=of((Kind.FLEET, thing.id), thing.version))
