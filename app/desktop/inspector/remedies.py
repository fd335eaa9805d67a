"""What would mend a broken rule, in a sentence a dispatcher can act on."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.domain.fleet import Dimension
from app.domain.problem import Reason
from app.domain.violations import Violation, ViolationKind


def remedy(violation: Violation) -> str:
    match violation.kind:
        case ViolationKind.LATE:
            return _tr(
                "Move the stop earlier, give it to another route, or ask the recipient for a "
                "later time."
            )
        case ViolationKind.OVER_CAPACITY:
            what = {
                Dimension.WEIGHT: "weight",
                Dimension.VOLUME: "volume",
                Dimension.PARCELS: "parcels",
            }
            # A dimension of the depot's own has a name, and no translation.
            more = _tr(what[violation.dimension]) if violation.dimension else violation.detail
            return _tr("Unassign some orders, or give the shift a vehicle with more {0}.").format(
                more
            )
        case ViolationKind.MISSING_SKILL:
            return _tr(
                "Give the order to a driver or vehicle that has it, or correct its requirements."
            )
        case ViolationKind.SHIFT_EXCEEDED:
            return _tr("Take stops off the route, or agree a longer shift with the driver.")
        case ViolationKind.BREAK_MISSED:
            return _tr("Move a stop behind the break, or widen the break's window in Fleet.")
        case ViolationKind.UNREACHABLE:
            return _tr(
                "See under Roads whether a closure is in the way. Else drag the pin to a road, or "
                "build a newer region."
            )
        case ViolationKind.NO_PLACE:
            return _tr("Edit the address, or place the pin on the map.")
        case ViolationKind.WRONG_DEPOT:
            return _tr("Give it to a shift of its own depot, or change the order's depot.")
        case ViolationKind.DRIVING_EXCEEDED | ViolationKind.WORK_EXCEEDED:
            return _tr("Take stops off the route, or raise the shift's limit in Fleet.")
        case ViolationKind.DISTANCE_EXCEEDED:
            return _tr("Take far stops off the route, or raise the shift's limit in Fleet.")
        case ViolationKind.STOPS_EXCEEDED:
            return _tr("Give some orders to another route, or raise the shift's limit in Fleet.")
        case ViolationKind.PAIR_BROKEN:
            return _tr("Put the collection earlier on the same route, or move both together.")
        case ViolationKind.BARRED_DRIVER:
            return _tr("Give the order to another driver, or change who may take it.")
        case ViolationKind.GOODS_APART:
            return _tr("Give one of them to another route.")
        case ViolationKind.LEFT_TOO_EARLY:
            return _tr("Give it to a shift that leaves later, or allow the shift to reload.")
        case ViolationKind.NOT_ABOARD:
            return _tr("Give it to a van that has not left, or allow the shift to reload in Fleet.")


def reason_remedy(reason: Reason) -> str:
    """For an order that the optimizer left out."""
    match reason:
        case Reason.NO_SHIFT:
            return _tr("Add a shift in Fleet.")
        case Reason.NO_PLACE:
            return _tr("Edit the address, or place the pin on the map.")
        case Reason.UNREACHABLE:
            return _tr("Check the pin: drag it to a road on the map.")
        case Reason.MISSING_SKILL:
            return _tr("Add a shift whose driver or vehicle has it, or correct the requirements.")
        case Reason.EXCEEDS_CAPACITY:
            return _tr("Split the order, or add a shift with a larger vehicle.")
        case Reason.OUTSIDE_WINDOWS:
            return _tr("Ask the recipient for another time, or add a shift at that time.")
        case Reason.WRONG_DEPOT:
            return _tr("Add a shift at its depot, or change the order's depot.")
        case Reason.DRIVER_NOT_ALLOWED:
            return _tr("Add a shift of a driver who may take it, or change who may.")
        case Reason.EXCEEDS_DISTANCE | Reason.EXCEEDS_DURATION:
            return _tr("Raise the limit of a shift in Fleet, or serve it from another depot.")
        case Reason.PAIR_INCOMPLETE:
            return _tr("Plan its other half too: a pair goes whole or not at all.")
        case Reason.NOT_ABOARD:
            return _tr("Add a shift, or allow a shift that is out to reload in Fleet.")
        case Reason.WOULD_DISPLACE:
            return _tr("Add a shift, raise its priority, or put it into a gap yourself.")
        case Reason.NOT_FOUND:
            return _tr("Optimize again with more time, or assign it where it fits best.")
        case Reason.LOCKED:
            return _tr("Unlock the unassigned orders or a route, then optimize again.")
        case Reason.NOT_WORTH_IT:
            return _tr("Raise the price for leaving it out, or assign it yourself.")


def _tr(text: str) -> str:
    return QCoreApplication.translate("remedies", text)
