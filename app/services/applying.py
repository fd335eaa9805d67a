"""How each edit is made: inside one transaction, with its events, giving back its inverse."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.edits import (
    Applied,
    ArrangeRoutes,
    ChangeConditions,
    ChangeFleet,
    ChangeOrders,
    Changes,
    ChangeScenario,
    Compound,
    Edit,
    FleetThing,
    KeepTemplate,
    LockBin,
    LockRoutes,
    NotePublished,
    RestoreRoutes,
    RouteMarks,
    SetRouteStatus,
)
from app.domain.errors import ConflictError, NotFoundError
from app.domain.fleet import Shift
from app.domain.ids import OrderId, RouteId
from app.domain.rebase import restamped
from app.services.condition_edits import ConditionEdits
from app.services.context import Actor
from app.services.edit_rows import EditRows, marks_of
from app.services.fleet_rows import FleetRows
from app.services.order_edits import OrderEdits
from app.services.route_edits import RouteEdits
from app.services.touched import TouchedRows
from app.storage.events import Journal
from app.storage.records import DayRecord, ScenarioRecord, WeekTemplateRecord
from app.storage.scenario_rows import fill_scenario, scenario_facts, scenario_of


class Applying:
    """One transaction's worth of edits."""

    def __init__(self, session: Session, now: datetime, actor: Actor) -> None:
        self._session = session
        self._now = now
        self._actor = actor
        self._journal = Journal(session, now, actor.name, actor.workstation)
        self._touched = TouchedRows(now, actor.name)
        self._rows = EditRows(session, self._touched)
        self._routes = RouteEdits(session, self._journal, self._touched, self._rows)
        self._orders = OrderEdits(
            session, self._journal, self._touched, self._rows, self._routes, now, actor
        )
        self._conditions = ConditionEdits(session, self._journal, self._touched, now, actor.name)
        self._fleet = FleetRows(session, self._journal, self._touched, now, actor.name)

    def make(self, edit: Edit) -> Applied:
        """Make one edit and log it.

        Raises ConflictError for a stale version, RuleError for what may not be, NotFoundError for
        what is gone; the transaction must then be rolled back.
        """
        applied = self._dispatch(edit)
        self._journal.write()
        self._session.flush()
        return self._whole(applied)

    def make_each(self, edits: Iterable[Edit]) -> Applied:
        """Make one edit after the other, each before the next is asked for, as one."""
        changes, inverses = Changes(), []
        for edit in edits:
            applied = self._dispatch(edit)
            self._journal.write()
            self._session.flush()
            self._touched.settle()
            changes |= applied.changes
            inverses.append(applied.inverse)
        return self._whole(
            Applied(inverse=Compound(edits=tuple(reversed(inverses))), changes=changes)
        )

    def _whole(self, applied: Applied) -> Applied:
        touched = self._touched.versions()
        after = {key: versions[1] for key, versions in touched.items()}
        # The parts of a compound must all expect what is there when the first of them begins.
        return replace(applied, inverse=restamped(applied.inverse, after), touched=touched)

    def _dispatch(self, edit: Edit) -> Applied:
        match edit:
            case ArrangeRoutes():
                return self._routes.arrange(edit)
            case LockRoutes():
                return self._routes.lock(edit)
            case SetRouteStatus():
                return self._routes.set_status(edit)
            case ChangeOrders():
                return self._orders.change(edit)
            case ChangeFleet():
                return self._change_fleet(edit)
            case RestoreRoutes():
                return self._routes.restore(edit)
            case KeepTemplate():
                return self._keep_template(edit)
            case LockBin():
                return self._lock_bin(edit)
            case NotePublished():
                return self._note_published(edit)
            case ChangeScenario():
                return self._change_scenario(edit)
            case ChangeConditions():
                return self._conditions.change(edit)
            case Compound():
                return self._compound(edit)

    def _compound(self, edit: Compound) -> Applied:
        changes, inverses = Changes(), []
        for part in edit.edits:
            applied = self._dispatch(part)
            changes |= applied.changes
            inverses.append(applied.inverse)
        return Applied(inverse=Compound(edits=tuple(reversed(inverses))), changes=changes)

    def _change_fleet(self, edit: ChangeFleet) -> Applied:
        taken_off: list[Edit] = []
        marks: dict[RouteId, RouteMarks] = {}
        changes = Changes(is_fleet_changed=True)
        for thing in edit.delete:
            if isinstance(thing, Shift):
                route = self._rows.routes({RouteId(thing.id): None}, {})[RouteId(thing.id)]
                marks[RouteId(thing.id)] = marks_of(route)
                if route.stops:
                    arranged = self._routes.take_off([OrderId(s.order_id) for s in route.stops])
                    if arranged is not None:
                        taken_off.append(replace(arranged.inverse, seen={}))
                        changes |= arranged.changes
        back_put: list[FleetThing] = []
        back_delete: list[FleetThing] = []
        for thing in edit.put:
            before, after = self._fleet.put(thing)
            if before is None:
                back_delete.append(after)
            else:
                back_put.append(replace(before, version=after.version))
        for thing in edit.delete:
            back_put.append(replace(self._fleet.delete(thing), version=0))
        # What others point at comes back first: a shift needs its driver.
        back_put.sort(key=lambda thing: isinstance(thing, Shift))
        days = {
            thing.day for thing in (*edit.put, *edit.delete, *back_put) if isinstance(thing, Shift)
        }
        changes |= Changes(
            days=frozenset(days),
            routes=frozenset(
                RouteId(thing.id) for thing in (*edit.put, *edit.delete) if isinstance(thing, Shift)
            ),
        )
        inverse: Edit = ChangeFleet(put=tuple(back_put), delete=tuple(reversed(back_delete)))
        if marks:
            # Last: the stops that come back would count as a change since the paper.
            inverse = Compound(edits=(inverse, *taken_off, RestoreRoutes(marks=marks)))
        return Applied(inverse=inverse, changes=changes)

    def _keep_template(self, edit: KeepTemplate) -> Applied:
        row = self._session.get(WeekTemplateRecord, edit.name)
        was = None if row is None else tuple(row.shifts)
        if edit.shifts is not None:
            shifts = [dict(shift) for shift in edit.shifts]
            self._session.merge(WeekTemplateRecord(name=edit.name, shifts=shifts))
        elif row is not None:
            self._session.delete(row)
        self._session.flush()
        return Applied(
            inverse=KeepTemplate(name=edit.name, shifts=was),
            changes=Changes(is_fleet_changed=True),
        )

    def _lock_bin(self, edit: LockBin) -> Applied:
        row = self._session.get(DayRecord, edit.day)
        was = row.is_bin_locked if row else False
        if row is None:
            self._session.add(DayRecord(day=edit.day, is_bin_locked=edit.is_locked))
        else:
            row.is_bin_locked = edit.is_locked
        self._session.flush()
        return Applied(
            inverse=LockBin(day=edit.day, is_locked=was),
            changes=Changes(days=frozenset({edit.day})),
        )

    def _note_published(self, edit: NotePublished) -> Applied:
        action = "published" if edit.is_published else "withdrawn"
        self._journal.note("scenario", edit.scenario, action, None, {"name": edit.name})
        return Applied(inverse=replace(edit, is_published=not edit.is_published), changes=Changes())

    def _change_scenario(self, edit: ChangeScenario) -> Applied:
        row = self._session.get(ScenarioRecord, edit.scenario)
        if row is None:
            raise NotFoundError("This scenario was removed by somebody else.")
        if not self._touched.is_seen(row, edit.version):
            raise ConflictError(
                f"“{row.name}” was changed by {row.edited_by}. Your change was not made."
            )
        was = scenario_of(row)
        then = replace(was, plan=edit.plan, figures=edit.figures, taken=edit.taken)
        self._touched.change(row)
        fill_scenario(row, then, self._now, self._actor.name)
        self._session.flush()
        self._journal.note("scenario", was.id, "changed", scenario_facts(was), scenario_facts(then))
        return Applied(
            inverse=ChangeScenario(
                scenario=was.id,
                version=row.version,
                plan=was.plan,
                figures=was.figures,
                taken=was.taken,
            ),
            changes=Changes(days=frozenset({was.day})),
        )
