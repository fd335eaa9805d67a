"""What a route by many rules lacks for an order at least, told without its exact clock."""

from __future__ import annotations

from app.domain.board import BoardRoute
from app.domain.checks import CLEAN, Severity
from app.domain.clockwork import Frame, is_plain_order
from app.domain.misfit import Misfit
from app.domain.orders import Order
from app.domain.terms import Terms
from app.domain.timetable import Travel
from app.domain.trials import Trials
from app.domain.violations import duration_text


def lacks(each: BoardRoute, order: Order, travel: Travel) -> Severity | None:
    """By how much rules are broken at least at every place, where none can keep them all.

    None where a place may keep them, where even an empty van could not, and where the everyday
    clock, which is quick, is exact.
    """
    shift = each.route.shift
    frame = Frame(shift, travel[shift.vehicle.profile])
    orders = [stop.order for stop in each.timetable.stops]
    is_plain = frame.is_plain and all(map(is_plain_order, (order, *orders)))
    if is_plain or each.timetable.violations:
        return None
    terms, first = Terms(frame), each.route.frozen
    errands = [terms.errand(frame.visit(known)) for known in orders]
    trials = Trials(terms, errands, {}, CLEAN)
    errand = trials.errand(order)
    if not trials.may_take(errand):
        return None
    misfit = Misfit(terms, [*errands, errand])
    least = min(
        misfit.least([*errands[:index], errand, *errands[index:]])
        for index in range(first, len(errands) + 1)
    )
    if least == CLEAN and trials.has_places(errand, first):
        return None
    return least if Trials(terms, [], {}, CLEAN).at(errand, 0).is_feasible else None


def lacking(least: Severity) -> str:
    """That much is missing at least, in words."""
    _, over, late_s = least
    if over:
        return "the van is too full for it"
    if late_s:
        return f"windows and limits exceeded by at least {duration_text(late_s)} in all"
    return "no place keeps every rule"
