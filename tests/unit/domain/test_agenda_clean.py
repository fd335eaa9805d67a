"""That a route breaks a rule is told sooner than what it breaks, and never wrongly."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.agenda import Agenda
from app.domain.checks import CLEAN
from app.domain.clockwork import Frame
from app.domain.fleet import Shift
from app.domain.orders import Order
from app.domain.terms import Terms
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
