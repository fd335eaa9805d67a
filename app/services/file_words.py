"""Why a task is on no route, in the amounts and seconds of its file."""

from __future__ import annotations

from app.domain.ids import OrderId
from app.domain.problem import Reason, Unassigned
from app.domain.timetable import timetable
from app.planning.jobs import job_of
from app.planning.screening import kind
from app.services.posing import Posed, seconds_of


def reason_of(posed: Posed, left: Unassigned) -> tuple[str, str]:
    """The reason and its detail; a depot's kilograms and hours mean nothing in a file."""
    detail = None
    match left.reason:
        case Reason.EXCEEDS_CAPACITY:
            detail = _too_much(posed, left.order)
        case Reason.OUTSIDE_WINDOWS:
            detail = _too_late(posed, left.order)
    return left.reason.value, detail or left.detail


def _too_much(posed: Posed, order: OrderId) -> str | None:
    task = posed.tasks[order]
    rooms = [vehicle.capacity for vehicle in posed.vehicles.values() if vehicle.capacity]
    amounts = [each for each in (task.delivery, task.pickup) if any(each)]
    if not rooms or not amounts:
        return None
    most = [max(column) for column in zip(*rooms, strict=True)]
    wanted = " and ".join(str(list(each)) for each in amounts)
    return f"it needs {wanted}, and no vehicle that may take it has that room: at most {most}"


def _too_late(posed: Posed, order: OrderId) -> str | None:
    problem = posed.problem
    job = job_of(problem.orders[order], problem.orders)
    nearest: tuple[int, int, str] | None = None
    for shift in {(*kind(r.shift), r.shift.rules): r.shift for r in problem.routes}.values():
        for stop in timetable(shift, job.orders, problem.travel).stops:
            late_s = int(stop.lateness.total_seconds())
            if late_s and (nearest is None or late_s < nearest[0]):
                nearest = late_s, seconds_of(stop.begin), stop.order.reference
    if nearest is None:
        return None
    late_s, begin, name = nearest
    return f"the earliest that a vehicle can be at {name} is {begin}, {late_s} s after its window"
