from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.addresses import Place, Precision
from app.domain.geo import Location
from app.domain.orders import OrderStatus, address_reason, held, may_become, with_place
from tests.factories import make_order, place


def _place(precision: Precision, score: float = 1.0) -> Place:
    return Place(
        location=Location(lat=53.5, lon=13.2), precision=precision, score=score, label="Here 1"
    )


@pytest.mark.parametrize(
    ("precision", "is_plannable"),
    [
        (Precision.CONFIRMED, True),
        (Precision.GIVEN, True),
        (Precision.ROOFTOP, True),
        (Precision.INTERPOLATED, True),
        (Precision.STREET, True),
        (Precision.PLACE, False),
        (Precision.UNKNOWN, False),
    ],
)
def test_what_is_less_precise_than_a_street_is_not_planned(
    precision: Precision, is_plannable: bool
) -> None:
    order = make_order(place=_place(precision))
    assert order.is_plannable is is_plannable
    assert bool(address_reason(order.place)) is not is_plannable


def test_an_address_that_is_only_alike_waits_for_a_person() -> None:
    assert "best match is Here 1" in address_reason(_place(Precision.ROOFTOP, score=0.7))


def test_an_address_of_a_town_outside_the_region_says_that_it_is_not_there() -> None:
    reason = address_reason(_place(Precision.ROOFTOP, score=0.5))
    assert reason.startswith("This region has no such address; the closest is Here 1.")
    assert "place the pin" in reason


def test_a_pin_takes_an_order_off_hold_that_only_its_address_held() -> None:
    lost = make_order(place=None)
    waiting = held(lost, address_reason(None))
    placed = with_place(waiting, _place(Precision.CONFIRMED))
    assert (placed.status, placed.hold_reason) == (OrderStatus.OPEN, "")


def test_a_pin_leaves_other_reasons_to_hold() -> None:
    waiting = held(held(make_order(place=None), address_reason(None)), "Payment is not confirmed")
    placed = with_place(waiting, _place(Precision.CONFIRMED))
    assert (placed.status, placed.hold_reason) == (OrderStatus.ON_HOLD, "Payment is not confirmed")


def test_a_reason_is_given_once() -> None:
    twice = held(held(make_order(), "Wait"), "Wait")
    assert twice.hold_reason == "Wait"


def test_a_cancelled_order_is_not_woken_by_a_pin() -> None:
    cancelled = replace(make_order(place=None), status=OrderStatus.CANCELLED)
    assert with_place(cancelled, place(53.5, 13.2)).status is OrderStatus.CANCELLED


def test_a_delivered_order_stays_delivered() -> None:
    assert not any(
        may_become(OrderStatus.DELIVERED, then)
        for then in OrderStatus
        if then is not OrderStatus.DELIVERED
    )


def test_only_an_order_that_is_out_is_delivered() -> None:
    before = {now for now in OrderStatus if may_become(now, OrderStatus.DELIVERED)}
    assert before == {OrderStatus.OUT, OrderStatus.DELIVERED}
