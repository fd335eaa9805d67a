"""What the inspector says of an order, a route and the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.desktop.inspector.remedies import reason_remedy, remedy
from app.desktop.inspector.sheet import Deed, Sheet, Words
from app.desktop.inspector.sheets import day_sheet, order_sheet, route_sheet
from app.domain.board import Board, board_route
from app.domain.fleet import Load
from app.domain.orders import Order, OrderStatus, held
from app.domain.problem import Reason, Unassigned
from app.domain.routes import RouteStatus
from app.domain.violations import Violation, ViolationKind
from app.services.history_texts import event_text
from app.services.orders import Event
from tests.factories import (
    BERLIN,
    DAY,
    grid_travel,
    make_break,
    make_order,
    make_route,
    make_shift,
    make_vehicle,
    new_id,
    window,
)
from tests.unit.domain.ruled_days import A, B, roads
from tests.unit.domain.ruled_days import order as ruled_order
from tests.unit.domain.ruled_days import shift as ruled_shift

WORDS = Words(zone=BERLIN)


def _board(*orders: Order, free: tuple[Order, ...] = (), **route: object) -> Board:
    shift = make_shift(
        vehicle=make_vehicle(capacity=Load(weight_g=8_000, volume_cm3=10**7, parcels=9))
    )
    known = {order.id: order for order in (*orders, *free)}
    places = [order.location for order in known.values() if order.location is not None]
    travel = grid_travel([*places, shift.depot.location])
    return Board(
        day=DAY,
        routes=(board_route(make_route(shift, orders, **route), known, travel),),
        unassigned=free,
        on_hold=(),
        orders=known,
        travel=travel,
        reasons={o.id: Unassigned(order=o.id, reason=Reason.LOCKED, detail="") for o in free},
    )


def _facts(sheet: Sheet) -> dict[str, str]:
    return {fact.label: fact.value for section in sheet.sections for fact in section.facts}


def test_a_stop_has_its_times_and_its_place_on_the_route() -> None:
    order = make_order(window=window("08:00", "12:00"))
    board = _board(order)
    sheet = order_sheet(order, board, WORDS)
    stop = board.routes[0].timetable.stops[0]
    facts = _facts(sheet)
    assert facts["ETA"] == f"{stop.begin.astimezone(BERLIN):%H:%M}"
    assert facts["Route"].endswith("stop 1 of 1")
    assert facts["Window"] == "08:00–12:00"
    assert not sheet.troubles
    assert {Deed.UNASSIGN, Deed.LOCK, Deed.EDIT} <= set(sheet.deeds)


def test_a_late_stop_says_how_late_and_what_to_do() -> None:
    order = make_order(window=window("06:00", "06:30"))
    (trouble,) = order_sheet(order, _board(order), WORDS).troubles
    assert trouble.text.startswith("Late by 1 h")
    assert "another route" in trouble.remedy


def test_an_order_that_was_left_out_says_why_and_offers_the_best_fit() -> None:
    order = make_order()
    sheet = order_sheet(order, _board(make_order(), free=(order,)), WORDS)
    assert "Left out by the optimizer: locked" in sheet.troubles[0].text
    assert sheet.deeds[0] is Deed.BEST_FIT
    assert Deed.UNASSIGN not in sheet.deeds


def test_an_order_on_hold_says_why_and_can_be_taken_off() -> None:
    order = held(make_order(), "Waits for the customer")
    sheet = order_sheet(order, None, WORDS)
    assert sheet.troubles[0].text == "Waits for the customer"
    assert Deed.TAKE_OFF_HOLD in sheet.deeds
    assert Deed.BEST_FIT not in sheet.deeds


def test_a_misspelt_address_says_what_it_was_read_as() -> None:
    order = make_order()
    assert order.place is not None
    meant = replace(order.place, score=0.9, label="Turmstraße 22, 17033 Neubrandenburg")
    facts = _facts(order_sheet(replace(order, place=meant), None, WORDS))
    assert facts["Read as"] == meant.label
    assert "Read as" not in _facts(order_sheet(order, None, WORDS))


def test_of_a_doubtful_address_the_pin_is_not_said_to_be_at_the_house() -> None:
    order = make_order()
    assert order.place is not None
    assert _facts(order_sheet(order, None, WORDS))["Place"] == "The pin is at the house."
    other = replace(order.place, score=0.5, label="Turmstraße 22, 17034 Neubrandenburg")
    facts = _facts(order_sheet(replace(order, place=other), None, WORDS))
    assert facts["Place"] == f"Perhaps {other.label}: not confirmed yet."


def test_what_is_out_can_only_be_looked_at() -> None:
    order = make_order(status=OrderStatus.OUT)
    assert order_sheet(order, None, WORDS).deeds == (Deed.SHOW_ON_MAP,)


@pytest.mark.parametrize(
    ("begin", "end", "text"),
    [
        ("08:04", "08:30", "08:04–08:34, on the way to stop 1"),
        ("08:20", "08:24", "08:20–08:50, on the way to stop 2"),
        ("08:40", "08:44", "08:40–09:10, on the way to the end"),
        ("08:15", "08:18", "08:15–08:45"),
    ],
)
def test_a_break_on_the_road_names_where_the_van_drives(begin: str, end: str, text: str) -> None:
    """At the doors from 08:10 to 08:15 and from 08:30 to 08:35, back at 08:55."""
    stops = (ruled_order(A), ruled_order(B))
    route = make_route(ruled_shift(rest=make_break(begin, end, minutes=30)), stops)
    planned = board_route(route, {stop.id: stop for stop in stops}, roads())
    assert _facts(route_sheet(planned, "#000000", WORDS))["Break"] == text


def test_a_route_over_its_capacity_names_the_dimension() -> None:
    board = _board(make_order(weight_g=6_000), make_order(weight_g=6_000))
    sheet = route_sheet(board.routes[0], "#000000", WORDS)
    assert any(t.text == "Over capacity by 4.0 kg" for t in sheet.troubles)
    assert "(150 %)" in _facts(sheet)["Weight"]


@pytest.mark.parametrize(
    ("status", "deed"),
    [(RouteStatus.DRAFT, Deed.RELEASE_ROUTE), (RouteStatus.RELEASED, Deed.TAKE_BACK)],
)
def test_a_route_can_be_released_or_taken_back(status: RouteStatus, deed: Deed) -> None:
    board = _board(make_order(), status=status)
    deeds = route_sheet(board.routes[0], "#000000", WORDS).deeds
    assert {Deed.RELEASE_ROUTE, Deed.TAKE_BACK}.intersection(deeds) == {deed}


def test_paper_that_is_out_of_date_is_a_trouble_of_the_route() -> None:
    board = _board(make_order(), printed_version=1, contents_version=2)
    sheet = route_sheet(board.routes[0], "#000000", WORDS)
    assert any("printed manifest" in trouble.text for trouble in sheet.troubles)


def test_the_day_counts_each_kind_of_broken_rule_once_and_leads_to_the_worst() -> None:
    early = [make_order(window=window("06:00", end)) for end in ("06:30", "07:00", "07:30")]
    sheet = day_sheet(_board(*(replace(o, weight_g=10) for o in early)), WORDS)
    (trouble,) = sheet.troubles
    assert trouble.text.startswith("3 times, worst")
    assert trouble.order == early[0].id
    assert _facts(sheet)["Planned"] == "3 of 3 orders"


def test_every_broken_rule_and_every_reason_has_a_remedy() -> None:
    assert all(remedy(Violation(kind=kind, amount=1)) for kind in ViolationKind)
    assert all(reason_remedy(reason) for reason in Reason)


@pytest.mark.parametrize(
    ("action", "before", "after", "text"),
    [
        ("created", None, {"reference": "SO-1"}, "Created"),
        ("assigned", {"route": None}, {"route": "Ana · Van 3"}, "Assigned to Ana · Van 3"),
        ("moved", {"route": "Ana"}, {"route": "Bo"}, "Moved from Ana to Bo"),
        ("unassigned", {"route": "Ana"}, {"route": None}, "Unassigned from Ana"),
        ("arranged", {"stops": ["a"]}, {"stops": ["a", "b"]}, "Stops changed: 1 to 2"),
        ("arranged", {"stops": ["a", "b"]}, {"stops": ["b", "a"]}, "Sequence of 2 stops changed"),
        ("arranged", {"locked_stops": []}, {"locked_stops": ["a"]}, "Stops locked: 1"),
        ("arranged", {"locked_stops": ["a", "b"]}, {"locked_stops": []}, "Stops unlocked: 2"),
        ("locked", {"lock": "none"}, {"lock": "contents"}, "Lock changed: open → its orders stay"),
        ("restored", {}, {"lock": "none", "revision": 3}, "Came back with its shift"),
        ("printed", None, {"revision": 3}, "Manifest printed, revision 3"),
        ("imported", None, {"reference": "SO-1"}, "Imported"),
        ("changed", {"weight_g": 500}, {"weight_g": 7000}, "Changed: weight 0.5 kg → 7 kg"),
        (
            "changed",
            {"service_time": 180},
            {"service_time": 330},
            "Changed: service time 3 min → 5.5 min",
        ),
        (
            "changed",
            {"window": {"start": "2024-03-05T08:00:00+00:00", "end": "2024-03-05T10:30:00+00:00"}},
            {"window": {"start": "2024-07-05T06:00:00+00:00", "end": "2024-07-05T10:30:00+00:00"}},
            "Changed: window 09:00–11:30 → 08:00–12:30",
        ),
        (
            "changed",
            {"window": {"start": "2024-03-05T08:00:00+00:00", "end": "2024-03-05T10:30:00+00:00"}},
            {"window": {"start": "2024-03-06T08:00:00+00:00", "end": "2024-03-06T10:30:00+00:00"}},
            "Changed: window 2024-03-05 09:00–11:30 → 2024-03-06 09:00–11:30",
        ),
        (
            "changed",
            {"rules": {"released_at": None, "setup_time": 0, "goods": []}},
            {
                "rules": {
                    "released_at": "2024-03-05T07:30:00+00:00",
                    "setup_time": 120,
                    "goods": [],
                }
            },
            "Changed: goods at the depot from – → 08:30; setup time 0 min → 2 min",
        ),
        (
            "changed",
            {"rest": None},
            {
                "rest": {
                    "window": {
                        "start": "2024-03-05T10:30:00+00:00",
                        "end": "2024-03-05T12:30:00+00:00",
                    },
                    "length": 1800,
                }
            },
            "Changed: break – → 30 min within 11:30–13:30",
        ),
        (
            "changed",
            {"address": {"street": "Turmstraße 22", "postcode": "17033"}},
            {"address": {"street": "Turmstraße 22", "postcode": "17036"}},
            "Changed: address 17033 → 17036",
        ),
        (
            "changed",
            {"depot": None},
            {"depot": "0190163d-8694-739b-aea5-966c26f8ad91"},
            "Changed: depot – → chosen",
        ),
        (
            "changed",
            {"more_load": []},
            {"more_load": [["cages", 2]]},
            "Changed: further load – → cages 2",
        ),
        (
            "arranged",
            {"leaves_after": None},
            {"leaves_after": "2024-03-05T08:30:00+00:00"},
            "Leaves at 09:30 or later",
        ),
        (
            "arranged",
            {"stops": ["a"], "underway": None},
            {"stops": ["a", "b"], "underway": {"left_at": "2024-03-05T07:10:00+00:00"}},
            "Stops changed: 1 to 2; On the road since 08:10",
        ),
        ("arranged", {"promised": [["a", "x"]]}, {"promised": []}, "Promised times no longer kept"),
        ("changed", {"notes": ""}, {"notes": "Ring_1"}, "Changed: notes – → Ring_1"),
        ("changed", {"status": "on_hold"}, {"status": "open"}, "Changed: status on hold → open"),
    ],
)
def test_events_are_told_without_the_names_of_our_fields(
    action: str, before: dict[str, object] | None, after: dict[str, object], text: str
) -> None:
    assert event_text(_event(action, before, after), BERLIN) == text


def test_a_moved_pin_of_the_same_address_says_from_where_to_where() -> None:
    before, after = (
        {
            "place": {
                "location": {"lat": lat, "lon": 13.2},
                "precision": precision,
                "label": "Turmstraße 22",
            }
        }
        for lat, precision in ((53.5, "rooftop"), (53.6, "confirmed"))
    )
    text = "Changed: place rooftop 53.50000, 13.20000 → confirmed 53.60000, 13.20000"
    assert event_text(_event("changed", before, after), BERLIN) == text


def _event(action: str, before: dict[str, object] | None, after: dict[str, object]) -> Event:
    return Event(
        at=datetime(2024, 3, 5, tzinfo=UTC),
        who="Ana",
        workstation="desk",
        kind="order",
        subject=new_id(),
        action=action,
        before=before,
        after=after,
    )
