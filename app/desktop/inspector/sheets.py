"""Sheets of an order, a route, several orders and the day: pure functions of the board."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from PySide6.QtCore import QCoreApplication

from app.desktop.inspector.remedies import reason_remedy, remedy
from app.desktop.inspector.rule_texts import amount_facts, order_rule_facts, shift_rule_facts
from app.desktop.inspector.sheet import Deed, Fact, Section, Sheet, Trouble, Words
from app.desktop.orders.order_deeds import locked_orders, possible, possible_for_any
from app.desktop.orders.order_texts import (
    STATE_TONES,
    chip_text,
    hold_text,
    kind_text,
    method_text,
    payment_cell_text,
    priority_text,
    read_as,
    state_of,
)
from app.desktop.widgets.formats import (
    clock_text,
    count_text,
    minutes_text,
    volume_text,
    weight_text,
    window_text,
    windows_text,
)
from app.desktop.widgets.measures import distance_text, money_text
from app.desktop.widgets.precision import place_sentence, place_tone
from app.desktop.widgets.states import slack
from app.desktop.widgets.tones import Tone
from app.domain.board import Board, BoardRoute
from app.domain.fleet import UNLIMITED, Dimension, Load
from app.domain.orders import Order, OrderKind, address_reason
from app.domain.routes import Lock, RouteStatus
from app.domain.timetable import Rest, StopTime
from app.domain.violations import Violation, ViolationKind

_BUTTONS = (
    Deed.FIX_ADDRESS,
    Deed.BEST_FIT,
    Deed.REOPEN,
    Deed.UNASSIGN,
    Deed.LOCK,
    Deed.UNLOCK,
    Deed.EDIT,
    Deed.HOLD,
    Deed.TAKE_OFF_HOLD,
    Deed.NEXT_DAY,
    Deed.SHOW_ON_MAP,
)
"""What is done often; the rest is in the menus."""
_FEW = 8
"""So many parcels or troubles are listed; more are counted."""


def order_sheet(order: Order, board: Board | None, words: Words) -> Sheet:
    route, stop, number = _stop_of(order, board)
    state = state_of(order, route is not None)
    is_locked = order.id in locked_orders(board)
    sections = [
        Section(title="", facts=_who(order)),
        *(
            [_stop_section(route, stop, number, words, is_locked=is_locked)]
            if route and stop
            else []
        ),
        Section(title=_tr("Goods"), facts=_goods(order)),
        Section(title=_tr("Terms"), facts=_terms(order, words)),
        *_rules(order_rule_facts(order, board, words)),
    ]
    return Sheet(
        title=order.reference,
        subtitle=order.company or order.recipient,
        badge=chip_text(state),
        badge_tone=STATE_TONES[state],
        troubles=_order_troubles(order, stop, board),
        sections=tuple(sections),
        deeds=_order_deeds(order, route, is_locked=is_locked),
        notes=order.notes,
    )


def orders_sheet(orders: Sequence[Order], board: Board | None) -> Sheet:
    """Several orders: their sums."""
    routes = board.route_of if board is not None else {}
    load = sum((order.load for order in orders), Load())
    service = sum((order.service_time for order in orders), timedelta())
    states = Counter(chip_text(state_of(order, order.id in routes)) for order in orders)
    towns = Counter(order.address.city for order in orders if order.address.city)
    on_routes = len({routes[order.id] for order in orders if order.id in routes})
    cash: dict[str, Decimal] = {}
    for order in orders:
        if order.cod_amount is not None:
            cash[order.currency] = cash.get(order.currency, Decimal()) + order.cod_amount
    facts = [
        Fact(
            label=_tr("State"), value=", ".join(f"{text} {n}" for text, n in states.most_common())
        ),
        Fact(label=_tr("Weight"), value=weight_text(load.weight_g)),
        Fact(label=_tr("Volume"), value=volume_text(load.volume_cm3)),
        Fact(label=_tr("Parcels"), value=count_text(load.parcels)),
        Fact(label=_tr("Time at the doors"), value=minutes_text(service)),
        Fact(label=_tr("On routes"), value=count_text(on_routes)),
        Fact(
            label=_tr("Towns"), value=", ".join(f"{name} {n}" for name, n in towns.most_common(4))
        ),
        *(
            Fact(label=_tr("Cash"), value=money_text(float(amount), currency, decimals=2))
            for currency, amount in cash.items()
        ),
    ]
    locked = locked_orders(board)
    allowed = possible_for_any(
        possible(order, is_on_route=order.id in routes, is_locked=order.id in locked)
        for order in orders
    )
    return Sheet(
        title=_tr("{0} orders").format(len(orders)),
        sections=(Section(title="", facts=tuple(facts)),),
        deeds=tuple(deed for deed in _BUTTONS if deed in allowed),
    )


def route_sheet(each: BoardRoute, color: str, words: Words) -> Sheet:
    route, table, shift = each.route, each.timetable, each.route.shift
    is_draft = route.status is RouteStatus.DRAFT
    badge, tone = {
        RouteStatus.DRAFT: (_tr("Draft"), Tone.QUIET),
        RouteStatus.RELEASED: (_tr("Released"), Tone.GOOD),
        RouteStatus.FINISHED: (_tr("Finished"), Tone.DONE),
    }[route.status]
    troubles = [
        Trouble(text=_sentence(v.text), remedy=remedy(v))
        for v in table.violations
        if v.order is None
    ]
    for number, stop in enumerate(table.stops, start=1):
        troubles += [
            Trouble(
                text=_tr("Stop {0}, {1}: {2}").format(number, stop.order.reference, v.text),
                remedy=remedy(v),
                order=stop.order.id,
            )
            for v in stop.violations
        ]
    if route.is_manifest_stale:
        troubles.append(
            Trouble(
                text=_tr("The printed manifest no longer says what the route is."),
                remedy=_tr("Print the changes, or the whole manifest again."),
                tone=Tone.RISK,
            )
        )
    if table.is_estimated:
        troubles.append(
            Trouble(
                text=_tr("Some legs are straight lines."),
                remedy=_tr("Compute the road times, or build a region that has these roads."),
                tone=Tone.RISK,
            )
        )
    deeds = [Deed.SHOW_ON_MAP, Deed.PRINT_ROUTE] if table.stops else []
    if is_draft:
        deeds = [*([Deed.RELEASE_ROUTE] if table.stops else []), *deeds, Deed.LOCK_ROUTE]
        deeds += [Deed.EMPTY_ROUTE] if table.stops else []
    elif route.status is RouteStatus.RELEASED:
        deeds = [Deed.TAKE_BACK, *deeds]
    return Sheet(
        title=shift.driver.name,
        subtitle=" · ".join(filter(None, (shift.vehicle.name, shift.vehicle.plate))),
        badge=badge,
        badge_tone=tone,
        color=color,
        troubles=_few(troubles),
        sections=(
            Section(title="", facts=_route_facts(each, words)),
            Section(title=_tr("Load"), facts=_load_facts(each)),
            Section(title=_tr("Shift"), facts=_shift_facts(each, words)),
            *_rules(shift_rule_facts(shift, words)),
        ),
        deeds=tuple(deeds),
    )


def day_sheet(board: Board, words: Words) -> Sheet:
    """What stands when nothing is selected: the day in figures, and what is wrong with it."""
    used = [each for each in board.routes if each.timetable.stops]
    planned = sum(len(each.timetable.stops) for each in used)
    currency = _currency(board)
    facts = [
        Fact(
            label=_tr("Planned"),
            value=_tr("{0} of {1} orders").format(count_text(planned), count_text(_open(board))),
        ),
        Fact(
            label=_tr("Unassigned"),
            value=count_text(len(board.unassigned)),
            tone=Tone.RISK if board.unassigned else Tone.PLAIN,
        ),
        Fact(
            label=_tr("On hold"),
            value=count_text(len(board.on_hold)),
            tone=Tone.RISK if board.on_hold else Tone.PLAIN,
        ),
        Fact(
            label=_tr("Routes"), value=_tr("{0} of {1} shifts").format(len(used), len(board.routes))
        ),
        Fact(
            label=_tr("Distance"), value=_distance(sum(e.timetable.distance_m for e in used), words)
        ),
        Fact(
            label=_tr("Driving"),
            value=minutes_text(sum((e.timetable.driving for e in used), timedelta())),
        ),
        Fact(
            label=_tr("Waiting"),
            value=minutes_text(sum((e.timetable.waiting for e in used), timedelta())),
        ),
        Fact(label=_tr("Cost"), value=money_text(board.cost, currency)),
    ]
    return Sheet(
        title=_tr("This day"),
        troubles=_day_troubles(used, board),
        sections=(Section(title="", facts=tuple(facts)),),
    )


def _day_troubles(used: Sequence[BoardRoute], board: Board) -> tuple[Trouble, ...]:
    """One card for each kind of broken rule, the worst case named; a click leads to it."""
    found: dict[ViolationKind, list[tuple[BoardRoute, Violation]]] = {}
    for each in used:
        for violation in each.timetable.violations:
            found.setdefault(violation.kind, []).append((each, violation))
    troubles = []
    for cases in sorted(found.values(), key=len, reverse=True):
        each, worst = max(cases, key=lambda case: case[1].amount)
        order = board.orders.get(worst.order) if worst.order is not None else None
        where = each.route.shift.driver.name + (f", {order.reference}" if order else "")
        count = _tr("{0} times, worst ").format(len(cases)) if len(cases) > 1 else ""
        troubles.append(
            Trouble(
                text=_sentence(f"{count}{where}: {worst.text}"),
                remedy=remedy(worst),
                order=worst.order,
            )
        )
    return tuple(troubles)


def _open(board: Board) -> int:
    return len(board.orders) + sum(1 for o in board.on_hold if o.id not in board.orders)


def _stop_of(order: Order, board: Board | None) -> tuple[BoardRoute | None, StopTime | None, int]:
    for each in board.routes if board is not None else ():
        for number, stop in enumerate(each.timetable.stops, start=1):
            if stop.order.id == order.id:
                return each, stop, number
    return None, None, 0


def _who(order: Order) -> tuple[Fact, ...]:
    facts = [
        Fact(label=_tr("Recipient"), value=order.recipient),
        Fact(label=_tr("Address"), value=order.address.line),
        Fact(label=_tr("Read as"), value=read_as(order), tone=Tone.RISK),
        Fact(
            label=_tr("Place"),
            value=place_sentence(order.place, order.address),
            tone=place_tone(order.place),
        ),
        Fact(label=_tr("Telephone"), value=order.phone),
        Fact(label=_tr("E-mail"), value=order.email),
    ]
    return tuple(fact for fact in facts if fact.value)


def _stop_section(
    route: BoardRoute, stop: StopTime, number: int, words: Words, *, is_locked: bool
) -> Section:
    shift = route.route.shift
    left = slack(stop)
    facts = [
        Fact(
            label=_tr("Route"),
            value=_tr("{0}, stop {1} of {2}").format(
                shift.name, number, len(route.timetable.stops)
            ),
        ),
        Fact(
            label=_tr("ETA"),
            value=clock_text(stop.begin, words.zone),
            tone=Tone.BAD if stop.lateness else Tone.PLAIN,
        ),
        Fact(
            label=_tr("Arrives"), value=clock_text(stop.arrival, words.zone) if stop.waiting else ""
        ),
        Fact(label=_tr("Waits"), value=minutes_text(stop.waiting) if stop.waiting else ""),
        Fact(label=_tr("Leaves"), value=clock_text(stop.departure, words.zone)),
        Fact(label=_tr("Slack"), value=minutes_text(left) if left and left > timedelta() else ""),
        Fact(
            label=_tr("From before"),
            value=f"{_distance(stop.leg_m, words)}, {minutes_text(timedelta(seconds=stop.leg_s))}",
        ),
        Fact(label=_tr("Load after"), value=weight_text(stop.load.weight_g)),
        Fact(label=_tr("Lock"), value=_tr("stays on this route") if is_locked else ""),
    ]
    return Section(title=_tr("Stop"), facts=tuple(fact for fact in facts if fact.value))


def _goods(order: Order) -> tuple[Fact, ...]:
    codes = [parcel.barcode for parcel in order.parcels]
    listed = ", ".join(codes[:_FEW]) + (f" +{len(codes) - _FEW}" if len(codes) > _FEW else "")
    facts = [
        Fact(label=_tr("Kind"), value=kind_text(order.kind)),
        Fact(label=_tr("Weight"), value=weight_text(order.weight_g)),
        Fact(label=_tr("Volume"), value=volume_text(order.volume_cm3)),
        Fact(label=_tr("Parcels"), value=f"{len(codes)}: {listed}" if codes else ""),
    ]
    return (*(fact for fact in facts if fact.value), *amount_facts(order.more_load))


def _terms(order: Order, words: Words) -> tuple[Fact, ...]:
    facts = [
        Fact(label=_tr("Window"), value=windows_text(order.windows, words.zone)),
        Fact(label=_tr("At the door"), value=minutes_text(order.service_time)),
        Fact(label=_tr("Method"), value=method_text(order.method)),
        Fact(label=_tr("Payment"), value=payment_cell_text(order)),
        Fact(label=_tr("Priority"), value=priority_text(order.priority) if order.priority else ""),
        Fact(label=_tr("Needs"), value=", ".join(sorted(order.requirements))),
    ]
    return tuple(fact for fact in facts if fact.value)


def _order_troubles(
    order: Order, stop: StopTime | None, board: Board | None
) -> tuple[Trouble, ...]:
    troubles = []
    if stop is not None:
        troubles = [Trouble(text=_sentence(v.text), remedy=remedy(v)) for v in stop.violations]
    if held := hold_text(order):
        troubles.append(
            Trouble(
                text=_sentence(held),
                remedy=_tr("Fix the address: then it goes off hold by itself.")
                if address_reason(order.place)
                else _tr("Mend what it waits for, then take it off hold."),
                tone=Tone.RISK,
            )
        )
    reason = board.reasons.get(order.id) if board is not None and stop is None else None
    if reason is not None:
        text = reason.detail or reason.reason.value.replace("_", " ")
        troubles.append(
            Trouble(
                text=_tr("Left out by the optimizer: {0}").format(text),
                remedy=reason_remedy(reason.reason),
                tone=Tone.RISK,
            )
        )
    return tuple(troubles)


def _order_deeds(order: Order, route: BoardRoute | None, *, is_locked: bool) -> tuple[Deed, ...]:
    allowed = possible(order, is_on_route=route is not None, is_locked=is_locked)
    return tuple(deed for deed in _BUTTONS if deed in allowed)


def _route_facts(each: BoardRoute, words: Words) -> tuple[Fact, ...]:
    table, currency = each.timetable, each.route.shift.depot.currency
    if not table.stops:
        return (Fact(label=_tr("Stops"), value=_tr("none yet")),)
    pickups = sum(stop.order.kind is OrderKind.PICKUP for stop in table.stops)
    stops = count_text(len(table.stops))
    facts = [
        Fact(
            label=_tr("Stops"),
            value=_tr("{0} ({1} pickups)").format(stops, pickups) if pickups else stops,
        ),
        Fact(label=_tr("Leaves"), value=clock_text(table.departure, words.zone)),
        Fact(label=_tr("Ends"), value=clock_text(table.end, words.zone)),
        Fact(label=_tr("Working"), value=minutes_text(table.working)),
        Fact(label=_tr("Driving"), value=minutes_text(table.driving)),
        Fact(label=_tr("Waiting"), value=minutes_text(table.waiting) if table.waiting else ""),
        *(
            Fact(label=_tr("Break"), value=_rest_text(rest, len(table.stops), words))
            for rest in table.breaks
        ),
        Fact(label=_tr("Distance"), value=_distance(table.distance_m, words)),
        Fact(label=_tr("Cost"), value=money_text(table.cost, currency, decimals=2)),
    ]
    return tuple(fact for fact in facts if fact.value)


def _rest_text(rest: Rest, stops: int, words: Words) -> str:
    clocks = f"{clock_text(rest.begin, words.zone)}–{clock_text(rest.end, words.zone)}"
    if not rest.is_on_road:
        return clocks
    if rest.index >= stops:
        return _tr("{0}, on the way to the end").format(clocks)
    return _tr("{0}, on the way to stop {1}").format(clocks, rest.index + 1)


def _load_facts(each: BoardRoute) -> tuple[Fact, ...]:
    texts = {
        Dimension.WEIGHT: weight_text,
        Dimension.VOLUME: volume_text,
        Dimension.PARCELS: count_text,
    }
    capacity = each.route.shift.vehicle.capacity
    facts = []
    for dimension, most, room in zip(
        Dimension, each.timetable.peak_load.amounts, capacity.amounts, strict=True
    ):
        text = texts[dimension]
        if room >= UNLIMITED:
            value = text(most)
        else:
            share = f" ({100 * most // room} %)" if room else ""
            value = _tr("{0} of {1}").format(text(most) if most else 0, text(room)) + share
        tone = Tone.BAD if most > room else Tone.PLAIN
        facts.append(Fact(label=_tr(dimension.value.capitalize()), value=value, tone=tone))
    fits = dict(capacity.more)
    for name, most in each.timetable.peak_load.more:
        room = fits.get(name, UNLIMITED)
        value = count_text(most)
        if room < UNLIMITED:
            value = _tr("{0} of {1}").format(value, count_text(room))
        tone = Tone.BAD if most > room else Tone.PLAIN
        facts.append(Fact(label=name[:1].upper() + name[1:], value=value, tone=tone))
    return tuple(facts)


def _shift_facts(each: BoardRoute, words: Words) -> tuple[Fact, ...]:
    shift, lock = each.route.shift, each.route.lock
    facts = [
        Fact(label=_tr("Time"), value=window_text(shift.window, words.zone)),
        Fact(label=_tr("Depot"), value=shift.depot.name),
        Fact(label=_tr("Telephone"), value=shift.driver.phone),
        Fact(label=_tr("Can do"), value=", ".join(sorted(shift.abilities))),
        Fact(
            label=_tr("Lock"),
            value={
                Lock.NONE: "",
                Lock.CONTENTS: _tr("its orders stay"),
                Lock.SEQUENCE: _tr("its orders and their sequence stay"),
            }[lock],
        ),
    ]
    return tuple(fact for fact in facts if fact.value)


def _few(troubles: Sequence[Trouble]) -> tuple[Trouble, ...]:
    if len(troubles) <= _FEW:
        return tuple(troubles)
    more = Trouble(text=_tr("{0} more on the board").format(len(troubles) - _FEW))
    return (*troubles[:_FEW], more)


def _rules(facts: tuple[Fact, ...]) -> tuple[Section, ...]:
    """No section where nothing is asked."""
    return (Section(title=_tr("Rules"), facts=facts),) if facts else ()


def _currency(board: Board) -> str:
    return board.routes[0].route.shift.depot.currency if board.routes else ""


def _distance(metres: int, words: Words) -> str:
    return distance_text(metres, is_metric=words.is_metric)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _tr(text: str) -> str:
    return QCoreApplication.translate("inspector", text)
