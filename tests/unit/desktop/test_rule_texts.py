"""What an order or a shift asks, in the words of the inspector."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from app.desktop.inspector.remedies import remedy
from app.desktop.inspector.sheet import Sheet, Words
from app.desktop.inspector.sheets import order_sheet, route_sheet
from app.domain.board import Board, board_route
from app.domain.fleet import Load, Shift
from app.domain.ids import DriverId
from app.domain.orders import Order, OrderKind, OrderStatus
from app.domain.rules import OrderRules, Overrun, Pause, ShiftRules
from app.domain.violations import ViolationKind
from app.storage.keys import new_id
from tests.factories import (
    BERLIN,
    DAY,
    grid_travel,
    make_driver,
    make_order,
    make_route,
    make_shift,
    make_vehicle,
    window,
)

WORDS = Words(zone=BERLIN)


def _board(shift: Shift, *orders: Order) -> Board:
    known = {order.id: order for order in orders}
    places = [order.location for order in orders if order.location is not None]
    travel = grid_travel([*places, shift.depot.location])
    return Board(
        day=DAY,
        routes=(board_route(make_route(shift, orders), known, travel),),
        unassigned=(),
        on_hold=(),
        orders=known,
        travel=travel,
        reasons={},
    )


def _rules(sheet: Sheet) -> dict[str, str]:
    return {
        fact.label: fact.value.replace("\u202f", " ")
        for section in sheet.sections
        if section.title == "Rules"
        for fact in section.facts
    }


def test_what_asks_nothing_has_no_section_of_rules() -> None:
    order = make_order()
    board = _board(make_shift(), order)
    assert _rules(order_sheet(order, board, WORDS)) == {}
    assert _rules(route_sheet(board.routes[0], "", WORDS)) == {}


def test_each_rule_of_an_order_is_one_sentence() -> None:
    anna = make_driver(name="Anna")
    order = make_order(
        window=window("08:00", "10:00"),
        more_load=(("cages", 3),),
        rules=OrderRules(
            more_windows=(window("14:00", "16:00"),),
            released_at=window("07:30", "08:00").start,
            setup_time=timedelta(minutes=4),
            service_by_type=(("bike", timedelta(minutes=2)), ("truck", timedelta(minutes=7))),
            setup_by_type=(("truck", timedelta(minutes=3)),),
            drivers=frozenset({anna.id, DriverId(new_id())}),
            barred_drivers=frozenset({DriverId(new_id()), DriverId(new_id())}),
            goods=frozenset({"food", "frozen"}),
            apart_from=frozenset({"paint"}),
            drop_price=25.5,
            lateness=Overrun(most=timedelta(minutes=15), per_hour=12.0),
            takes_back=(2_000, 0, 1, 1),
        ),
    )
    sheet = order_sheet(order, _board(make_shift(driver=anna), order), WORDS)
    assert _rules(sheet) == {
        "Ready": "Its goods leave the depot from 07:30 on.",
        "Setup": "4 min before the service, once at each place.",
        "By type": "At the door: bike 2 min, truck 7 min with setup 3 min.",
        "Late": "May be late by up to 15 min, at 12.00 € an hour.",
        "Drivers": "Only Anna and 1 driver off duty may take it.",
        "Not by": "2 drivers off duty may not take it.",
        "Goods": "They are food and frozen.",
        "Apart": "Never in one van with paint.",
        "Left out": "Leaving it out costs 25.50 €.",
        "Takes back": "2.0 kg, 1 parcel and 1 × cages go back to the depot.",
    }
    facts = {fact.label: fact.value for section in sheet.sections for fact in section.facts}
    assert facts["Window"] == "08:00–10:00 or 14:00–16:00"
    assert facts["Cages"] == "3"


def test_both_of_a_pair_name_the_other() -> None:
    pickup = make_order(reference="PU-1", kind=OrderKind.PICKUP)
    taker = make_order(reference="SO-1", rules=OrderRules(collected_by=pickup.id))
    board = _board(make_shift(), pickup, taker)
    assert "come from PU-1, earlier" in _rules(order_sheet(taker, board, WORDS))["Pair"]
    assert "go to SO-1, later" in _rules(order_sheet(pickup, board, WORDS))["Pair"]
    alone = replace(board, orders={taker.id: taker})
    assert "not planned on this day" in _rules(order_sheet(taker, alone, WORDS))["Pair"]
    gone = replace(taker, status=OrderStatus.CANCELLED)
    alone = replace(board, orders={pickup.id: pickup}, cancelled_halves=(gone,))
    pair = _rules(order_sheet(pickup, alone, WORDS))["Pair"]
    assert pair == "Not planned: its goods go to SO-1, which was cancelled."


def test_each_rule_of_a_shift_is_one_sentence() -> None:
    shift = make_shift(
        rules=ShiftRules(
            vehicle_type="bike",
            pauses=(
                Pause(length=timedelta(minutes=15), window=window("14:00", "15:00")),
                Pause(length=timedelta(minutes=45), after_driving=timedelta(hours=4)),
            ),
            max_driving=timedelta(hours=7, minutes=30),
            max_work=timedelta(hours=9),
            max_distance_m=240_000,
            max_stops=60,
            max_reloads=1,
            reload_time=timedelta(minutes=20),
            overtime=Overrun(most=timedelta(minutes=45), per_hour=0),
            service_pace=1.2,
        )
    )
    board = _board(shift, make_order())
    sheet = route_sheet(board.routes[0], "", WORDS)
    assert _rules(sheet) == {
        "Type": "Its vehicle is of the type bike.",
        "Driving": "At most 7 h 30 min of driving.",
        "Work": "At most 9 h 00 min from leaving to the end.",
        "Distance": "At most 240 km.",
        "Stops": "At most 60 orders.",
        "Reloads": "May come back to load again once; that takes 20 min.",
        "Overtime": "May end late by up to 45 min, at no price.",
        "At the door": "Needs 120 % of the usual time.",
        "Break": "45 min after 4 h 00 min of driving.",
    }


def test_a_van_too_full_of_cages_says_so_with_its_remedy() -> None:
    load = Load(weight_g=10**6, volume_cm3=10**7, parcels=9, more=(("cages", 2),))
    shift = make_shift(vehicle=make_vehicle(capacity=load))
    board = _board(shift, make_order(more_load=(("cages", 3),)))
    (violation,) = board.routes[0].timetable.violations
    assert violation.kind is ViolationKind.OVER_CAPACITY
    assert violation.text == "over capacity by 1 × cages"
    assert remedy(violation).endswith("a vehicle with more cages.")
    sheet = route_sheet(board.routes[0], "", WORDS)
    facts = {fact.label: fact.value for section in sheet.sections for fact in section.facts}
    assert facts["Cages"] == "3 of 2"
