"""That a route breaks a rule is told sooner than what it breaks, and never wrongly."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.agenda import Agenda
from app.domain.checks import CLEAN
from app.domain.clockwork import Frame
from app.domain.fleet import Shift
from app.domain.orders import Order
from app.domain.rules import OrderRules, Pause, ShiftRules
from app.domain.terms import Terms
from tests.factories import make_order, make_shift, place, window
from tests.unit.domain.routes_strategy import travel_over
from tests.unit.domain.rules_strategy import roads, ruled_orders, ruled_shifts


@settings(max_examples=150, deadline=None)
@given(ruled_shifts(), ruled_orders(), st.data())
def test_a_route_is_clean_where_its_evaluation_breaks_nothing(
    shift: Shift, orders: list[Order], data: st.DataObject
) -> None:
    travel = data.draw(roads(*orders))
    terms = Terms(Frame(shift, travel[shift.vehicle.profile]))
    errands = [terms.errand(terms.frame.visit(order)) for order in orders]
    while errands:
        whole, clean = Agenda(terms, errands), Agenda.clean(terms, errands)
        assert (clean is not None) == (whole.severity == CLEAN)
        if clean is not None:
            assert (clean.layout, clean.cost) == (whole.layout, whole.cost)
        errands.pop()


def test_a_later_leaving_may_spare_a_pause_for_work() -> None:
    """Who rests before the first stop comes in its second window, and may leave later."""
    pause = Pause(length=timedelta(minutes=64), after_work=timedelta(hours=2))
    shift = make_shift(rules=ShiftRules(pauses=(pause,)))
    orders = [
        make_order(
            place=place(53.575, 13.32),
            window=window("08:00", "09:00"),
            service_time=timedelta(minutes=5),
            rules=OrderRules(more_windows=(window("09:30", "11:30"),)),
        ),
        make_order(
            place=place(53.51, 13.24),
            window=window("11:30", "14:00"),
            service_time=timedelta(minutes=45),
        ),
    ]
    terms = Terms(Frame(shift, travel_over(*orders)[shift.vehicle.profile]))
    errands = [terms.errand(terms.frame.visit(order)) for order in orders]
    assert Agenda(terms, errands).severity == CLEAN
    assert Agenda.clean(terms, errands) is not None
