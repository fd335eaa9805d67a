from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.addresses import Address, Precision
from app.domain.board import Board, BoardRoute, board_route
from app.domain.day_summary import day_summary
from app.domain.fleet import PlaceKind
from app.domain.ids import OrderId
from app.domain.manifest_changes import ChangeKind, manifest_changes
from app.domain.manifest_snapshot import manifest_from_snapshot, manifest_snapshot
from app.domain.manifests import Manifest, labels, load_list, manifest, total_load
from app.domain.orders import Order, OrderKind, OrderStatus, Payment, barcodes
from app.domain.problem import Reason, Unassigned
from app.domain.routes import Route
from app.domain.rules import OrderRules, Pause, ShiftRules
from tests.factories import (
    DAY,
    at,
    grid_travel,
    make_break,
    make_order,
    make_route,
    make_shift,
    new_id,
    place,
    window,
)

PRINTED_AT = datetime(2024, 3, 5, 5, 12, tzinfo=UTC)


def planned(route: Route, orders: list[Order]) -> BoardRoute:
    places = [order.location for order in orders if order.location is not None]
    travel = grid_travel([route.shift.depot.location, *places])
    return board_route(route, {order.id: order for order in orders}, travel)


def printed(*orders: Order, shift: object = None, **changes: object) -> Manifest:
    route = make_route(make_shift() if shift is None else shift, list(orders), **changes)  # type: ignore[arg-type]
    return manifest(planned(route, list(orders)), PRINTED_AT)


def again(before: Manifest, *orders: Order) -> Manifest:
    """The same route with other orders."""
    return replace(printed(*orders), route=before.route, leave_by=before.leave_by)


def test_a_line_says_what_the_driver_needs_at_the_door() -> None:
    order = make_order(
        reference="SO-9",
        recipient="Ana Müller",
        company="Müller & Söhne",
        window=window("09:00", "11:00"),
        parcels=barcodes("SO-9", 2),
        payment=Payment.CASH_ON_DELIVERY,
        cod_amount=Decimal("45.90"),
        currency="CHF",
        requirements=frozenset({"tail-lift", "cold"}),
        notes="Ring twice",
    )

    (line,) = printed(order).lines

    assert (line.number, line.reference, line.recipient) == (1, "SO-9", "Ana Müller")
    assert line.parcels == ("SO-9-1", "SO-9-2")
    assert line.eta >= at("09:00")
    assert (line.is_cash_due, line.cash, line.currency) == (True, Decimal("45.90"), "CHF")
    assert line.requirements == ("cold", "tail-lift")
    assert line.notes == "Ring twice"


def test_the_manifest_promises_the_times_of_the_timetable() -> None:
    orders = [
        make_order(window=window("09:00", "10:00")),
        make_order(window=window("15:00", "16:00")),
    ]
    each = planned(make_route(make_shift(rest=make_break()), orders, contents_version=7), orders)

    paper = manifest(each, PRINTED_AT)

    assert paper.revision == 7
    assert paper.leave_by == each.timetable.departure
    assert paper.back_at == each.timetable.end
    assert [line.eta for line in paper.lines] == [stop.begin for stop in each.timetable.stops]
    assert [rest.begin for rest in paper.rests] == [each.timetable.breaks[0].begin]


def test_the_manifest_has_every_break_and_how_far_it_is_from_the_next_stop() -> None:
    orders = [
        make_order(place=place(53.56, 13.29), window=window("08:00", "08:18")),
        make_order(place=place(53.65, 13.40), window=window("13:00", "14:00")),
    ]
    pause = Pause(length=timedelta(minutes=15), window=window("08:01", "08:20"))
    shift = make_shift(rest=make_break("12:00", "12:30"), rules=ShiftRules(pauses=(pause,)))
    paper = manifest(planned(make_route(shift, orders), orders), PRINTED_AT)
    assert [rest.end - rest.begin for rest in paper.rests] == [
        timedelta(minutes=15),
        timedelta(minutes=30),
    ]
    way = paper.rests[0].driven + paper.rests[0].left
    assert timedelta() < way < timedelta(minutes=30)
    again = manifest_from_snapshot(json.loads(json.dumps(manifest_snapshot(paper))))
    assert again.rests == paper.rests


def test_paper_from_before_several_breaks_keeps_its_one() -> None:
    paper = printed(make_order())
    kept = manifest_snapshot(paper)
    del kept["rests"]
    assert manifest_from_snapshot({**kept, "rest": None}).rests == ()
    begin, end = at("12:00"), at("12:30")
    alone = {"index": 1, "begin": begin.isoformat(), "end": end.isoformat()}
    (rest,) = manifest_from_snapshot({**kept, "rest": alone}).rests
    assert (rest.index, rest.begin, rest.end, rest.driven) == (1, begin, end, timedelta())


def test_cash_of_a_paid_order_is_not_collected() -> None:
    order = make_order(payment=Payment.PAID, cod_amount=Decimal(10))
    assert not printed(order).lines[0].is_cash_due
    assert printed(order).cash == {}


def test_cash_without_a_currency_is_counted_in_the_depots() -> None:
    order = make_order(payment=Payment.CASH_ON_DELIVERY, cod_amount=Decimal(10))
    assert printed(order).cash == {"EUR": Decimal(10)}


def test_cash_of_an_unknown_amount_is_due_all_the_same() -> None:
    (line,) = printed(make_order(payment=Payment.CASH_ON_DELIVERY)).lines
    assert line.is_cash_due
    assert line.cash is None


def test_cash_is_added_up_by_currency() -> None:
    def cash(amount: str, currency: str) -> Order:
        return make_order(
            payment=Payment.CASH_ON_DELIVERY, cod_amount=Decimal(amount), currency=currency
        )

    paper = printed(cash("10.10", "EUR"), cash("5", "CHF"), cash("0.90", "EUR"))

    assert paper.cash == {"EUR": Decimal("11.00"), "CHF": Decimal(5)}


def test_neighbours_at_one_place_are_one_door() -> None:
    here, there = place(53.55, 13.26), place(53.56, 13.27)
    orders = [make_order(place=where) for where in (here, here, there, here)]

    paper = printed(*orders)

    assert [line.is_same_door for line in paper.lines] == [False, True, False, False]
    assert paper.doors == 3


def test_two_numbers_of_a_street_whose_middle_is_all_we_know_are_two_doors() -> None:
    middle = place(53.55, 13.26, Precision.STREET)
    orders = [
        make_order(place=middle, address=Address(street=street))
        for street in ("Turmstraße 1", "Turmstraße 2", "turmstrasse 2", "TURMSTRASSE 2")
    ]
    lines = printed(*orders).lines
    assert [line.is_same_door for line in lines] == [False, False, True, True]


def test_stops_with_unknown_places_are_never_one_door() -> None:
    assert printed(make_order(place=None), make_order(place=None)).doors == 2


def test_broken_rules_stand_with_their_stop_or_in_the_head() -> None:
    late = make_order(window=window("08:00", "08:00"), requirements=frozenset({"cold"}))
    heavy = make_order(weight_g=700_000)

    paper = printed(late, heavy)

    assert any("needs cold" in warning for warning in paper.lines[0].warnings)
    assert any("over capacity" in warning for warning in paper.warnings)
    assert not paper.lines[1].warnings


def test_an_empty_route_has_a_manifest_too() -> None:
    paper = printed()
    assert paper.lines == ()
    assert paper.doors == 0
    assert total_load(paper.lines).parcels == 0


def test_the_load_list_is_the_deliveries_backwards() -> None:
    a, pickup, c = make_order(), make_order(kind=OrderKind.PICKUP), make_order()
    paper = printed(a, pickup, c)
    assert [line.number for line in load_list(paper)] == [3, 1]


def test_every_parcel_has_its_label() -> None:
    paper = printed(
        make_order(reference="A", parcels=barcodes("A", 3)),
        make_order(reference="B", parcels=()),
        make_order(reference="C", parcels=barcodes("C", 1)),
    )
    assert [(each.barcode, each.number, each.count) for each in labels(paper)] == [
        ("A-1", 1, 3),
        ("A-2", 2, 3),
        ("A-3", 3, 3),
        ("C-1", 1, 1),
    ]


def test_the_route_code_names_day_route_and_revision() -> None:
    paper = printed(make_order(), contents_version=12)
    assert paper.code == f"R240305-{paper.route.hex[-8:].upper()}-12"


def test_a_kept_manifest_reads_back_as_it_was() -> None:
    paper = printed(
        make_order(
            recipient="محمد \u0000 \U0001f600",
            window=window("09:00", "11:00"),
            payment=Payment.CASH_ON_DELIVERY,
            cod_amount=Decimal("0.10"),
            requirements=frozenset({"cold"}),
            more_load=(("cages", 2),),
            rules=OrderRules(collected_by=OrderId(new_id()), takes_back=(1_500, 0, 2)),
        ),
        make_order(place=None, kind=OrderKind.PICKUP, parcels=()),
        shift=make_shift(rest=make_break(), end=PlaceKind.OPEN),
    )
    assert manifest_from_snapshot(json.loads(json.dumps(manifest_snapshot(paper)))) == paper


def test_paper_of_before_some_facts_were_printed_is_read_without_them() -> None:
    paper = printed(make_order())
    kept = manifest_snapshot(paper)
    for line in kept["lines"]:
        del line["more_load"], line["collected_by"], line["takes_back"]
    assert manifest_from_snapshot(kept) == paper


@pytest.mark.parametrize("snapshot", [{}, {"route": 1}, {"lines": []}])
def test_what_is_no_kept_manifest_is_refused(snapshot: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="no manifest"):
        manifest_from_snapshot(snapshot)


def test_nothing_changed_is_no_change() -> None:
    a, b = make_order(), make_order()
    before = printed(a, b)
    assert manifest_changes(before, replace(before, revision=9)).is_empty


def test_added_and_removed_stops_are_named() -> None:
    a, b, c = make_order(), make_order(), make_order()
    before = printed(a, b)

    changes = manifest_changes(before, again(before, c, a))

    assert [(each.kind, (each.now or each.before).order) for each in changes.lines] == [  # type: ignore[union-attr]
        (ChangeKind.REMOVED, b.id),
        (ChangeKind.ADDED, c.id),
    ]


def test_only_the_stop_that_was_moved_counts_as_moved() -> None:
    orders = [make_order() for _ in range(6)]
    before = printed(*orders)

    changes = manifest_changes(before, again(before, *orders[1:], orders[0]))

    (moved,) = changes.lines
    assert moved.kind is ChangeKind.MOVED
    assert moved.before is not None
    assert moved.now is not None
    assert (moved.before.number, moved.now.number) == (1, 6)


def test_a_changed_stop_says_what_reads_differently() -> None:
    order = make_order(phone="1", notes="", window=window("09:00", "11:00"))
    before = printed(order)
    now = replace(order, phone="2", notes="Gate 4", window=window("09:00", "12:00"))

    (changed,) = manifest_changes(before, again(before, now)).lines

    assert changed.kind is ChangeKind.CHANGED
    assert [(each.name, each.before, each.now) for each in changed.fields] == [
        ("Phone", "1", "2"),
        ("Window", "09:00–11:00", "09:00–12:00"),
        ("Instructions", "", "Gate 4"),
    ]


def test_another_driver_or_vehicle_changes_the_head() -> None:
    before = printed(make_order())
    now = replace(
        before, driver="Bram", plate="NB-X 1", leave_by=before.leave_by + timedelta(hours=1)
    )
    assert [each.name for each in manifest_changes(before, now).header] == [
        "Driver",
        "Plate",
        "Leave by",
    ]


_POOL = [make_order() for _ in range(9)]


@given(
    before=st.lists(st.sampled_from(_POOL), unique_by=id),
    now=st.permutations(_POOL),
    cut=st.integers(0, 9),
)
def test_the_changes_turn_the_printed_sequence_into_the_present_one(
    before: list[Order], now: list[Order], cut: int
) -> None:
    old = printed(*before)
    new = again(old, *now[:cut])

    changes = manifest_changes(old, new)

    touched = {each.now.order: each.now.number for each in changes.lines if each.now is not None}
    gone = {each.before.order for each in changes.lines if each.now is None and each.before}
    left = [
        line.order for line in old.lines if line.order not in gone and line.order not in touched
    ]
    for order, number in sorted(touched.items(), key=lambda item: item[1]):
        left.insert(number - 1, order)
    assert left == [line.order for line in new.lines]


def board(routes: list[BoardRoute], unassigned: list[Order], on_hold: list[Order]) -> Board:
    return Board(
        day=DAY,
        routes=tuple(routes),
        unassigned=tuple(unassigned),
        on_hold=tuple(on_hold),
        orders={},
        travel={},
        reasons={
            order.id: Unassigned(
                order=order.id, reason=Reason.WOULD_DISPLACE, detail="would push out SO-1"
            )
            for order in unassigned[:1]
        },
    )


def test_the_summary_has_a_row_for_every_route() -> None:
    orders = [
        make_order(payment=Payment.CASH_ON_DELIVERY, cod_amount=Decimal(7)),
        make_order(kind=OrderKind.PICKUP, requirements=frozenset({"cold"})),
    ]
    busy = planned(make_route(make_shift(), orders, contents_version=4, printed_version=3), orders)
    idle = planned(make_route(make_shift(), []), [])

    summary = day_summary(board([busy, idle], [], []), "Europe/Berlin", PRINTED_AT)

    assert len(summary.rows) == 2
    (row,) = summary.in_use
    assert (row.stops, row.pickups, row.parcels, row.cash) == (2, 1, 2, {"EUR": Decimal(7)})
    assert row.cost == busy.timetable.cost
    assert row.is_manifest_stale
    assert row.violations == ("stop 2 needs cold, which neither driver nor vehicle has",)


def test_the_summary_says_why_an_order_stays_behind() -> None:
    known, new = make_order(), make_order()
    held = make_order(status=OrderStatus.ON_HOLD, hold_reason="address not found")

    summary = day_summary(board([], [known, new], [held]), "Europe/Berlin", PRINTED_AT)

    assert [each.reason for each in summary.unassigned] == [
        "would push out SO-1",
        "not planned yet",
    ]
    assert [each.reason for each in summary.on_hold] == ["address not found"]
