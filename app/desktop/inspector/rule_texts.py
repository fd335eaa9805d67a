"""What an order or a shift asks beyond the everyday, in words."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from app.desktop.inspector.sheet import Fact, Words
from app.desktop.widgets.formats import (
    clock_text,
    count_text,
    minutes_text,
    volume_text,
    weight_text,
    window_text,
)
from app.desktop.widgets.measures import distance_text, money_text
from app.domain.board import Board
from app.domain.fleet import Shift, own_amount
from app.domain.ids import DriverId
from app.domain.orders import Order
from app.domain.rules import OrderRules, Overrun, Pause


def order_rule_facts(order: Order, board: Board | None, words: Words) -> tuple[Fact, ...]:
    rules = order.rules
    currency = _currency(order, board)
    ready = rules.released_at
    facts = [
        _fact(
            _tr("Ready"),
            _tr("Its goods leave the depot from {0} on."),
            None if ready is None else clock_text(ready, words.zone),
        ),
        _fact(
            _tr("Setup"),
            _tr("{0} before the service, once at each place."),
            minutes_text(rules.setup_time) if rules.setup_time else None,
        ),
        _fact(_tr("By type"), _tr("At the door: {0}."), _by_type(rules)),
        _fact(_tr("Late"), _tr("May be late {0}."), _overrun(rules.lateness, currency)),
        _fact(_tr("Drivers"), _tr("Only {0} may take it."), _names(rules.drivers, board)),
        _fact(_tr("Not by"), _tr("{0} may not take it."), _names(rules.barred_drivers, board)),
        _fact(_tr("Rather by"), _tr("{0}, if possible."), _names(rules.preferred_drivers, board)),
        _fact(_tr("Goods"), _tr("They are {0}."), _listed(rules.goods)),
        _fact(_tr("Apart"), _tr("Never in one van with {0}."), _listed(rules.apart_from)),
        _fact(
            _tr("Left out"),
            _tr("Leaving it out costs {0}."),
            None
            if rules.drop_price is None
            else money_text(rules.drop_price, currency, decimals=2),
        ),
        _fact(_tr("Takes back"), _tr("{0} go back to the depot."), _back(order)),
        _fact(_tr("Pair"), "{0}", _pair(order, board)),
    ]
    return tuple(fact for fact in facts if fact is not None)


def shift_rule_facts(shift: Shift, words: Words) -> tuple[Fact, ...]:
    rules, currency = shift.rules, shift.depot.currency
    distance = rules.max_distance_m
    many = rules.max_reloads > 1
    again = _tr("{0} times; each takes {1}") if many else _tr("once; that takes {1}")
    reloads = again.format(rules.max_reloads, minutes_text(rules.reload_time))
    facts = [
        _fact(
            _tr("Driving"),
            _tr("At most {0} of driving."),
            None if rules.max_driving is None else minutes_text(rules.max_driving),
        ),
        _fact(
            _tr("Work"),
            _tr("At most {0} from leaving to the end."),
            None if rules.max_work is None else minutes_text(rules.max_work),
        ),
        _fact(
            _tr("Distance"),
            _tr("At most {0}."),
            None if distance is None else distance_text(distance, is_metric=words.is_metric),
        ),
        _fact(
            _tr("Stops"),
            _tr("At most {0} orders."),
            None if rules.max_stops is None else count_text(rules.max_stops),
        ),
        _fact(
            _tr("Reloads"),
            _tr("May come back to load again {0}."),
            reloads if rules.max_reloads else None,
        ),
        _fact(_tr("Overtime"), _tr("May end late {0}."), _overrun(rules.overtime, currency)),
        _fact(
            _tr("At the door"),
            _tr("Needs {0} % of the usual time."),
            None if rules.service_pace == 1.0 else f"{100 * rules.service_pace:.0f}",
        ),
        _fact(_tr("Type"), _tr("Its vehicle is of the type {0}."), rules.vehicle_type or None),
        _fact(
            _tr("On the road"),
            _tr("Needs {0} % of the usual time."),
            None if rules.travel_pace == 1.0 else f"{100 * rules.travel_pace:.0f}",
        ),
        _fact(
            _tr("Area"),
            _tr("Rather for orders inside an area with {0} corners."),
            count_text(len(rules.area)) if rules.area else None,
        ),
        *(_fact(_tr("Break"), "{0}", _pause(pause, words)) for pause in rules.pauses),
    ]
    return tuple(fact for fact in facts if fact is not None)


def amount_facts(amounts: Iterable[tuple[str, int]]) -> tuple[Fact, ...]:
    """Loads in dimensions of the depot's own."""
    return tuple(
        Fact(label=name[:1].upper() + name[1:], value=count_text(amount))
        for name, amount in amounts
        if amount
    )


def _by_type(rules: OrderRules) -> str | None:
    """How long it takes with vehicles of a type: "bike 2 min, truck 7 min"."""
    service, setup = dict(rules.service_by_type), dict(rules.setup_by_type)
    parts = []
    for name in sorted({*service, *setup}):
        times = [minutes_text(service[name])] if name in service else []
        times += [_tr("setup {0}").format(minutes_text(setup[name]))] if name in setup else []
        parts.append(f"{name} {_tr(' with ').join(times)}")
    return ", ".join(parts) or None


def _fact(label: str, sentence: str, what: str | None) -> Fact | None:
    return Fact(label=label, value=sentence.format(what)) if what else None


def _overrun(overrun: Overrun | None, currency: str) -> str | None:
    if overrun is None:
        return None
    most = minutes_text(overrun.most)
    if not overrun.per_hour:
        return _tr("by up to {0}, at no price").format(most)
    price = money_text(overrun.per_hour, currency, decimals=2)
    return _tr("by up to {0}, at {1} an hour").format(most, price)


def _names(drivers: frozenset[DriverId], board: Board | None) -> str:
    routes = board.routes if board is not None else ()
    known = {each.route.shift.driver.id: each.route.shift.driver.name for each in routes}
    names = sorted({known[key] for key in drivers if key in known})
    if others := sum(key not in known for key in drivers):
        off = _tr("{0} driver off duty") if others == 1 else _tr("{0} drivers off duty")
        names.append(off.format(others))
    return _and(names)


def _listed(words: frozenset[str]) -> str:
    return _and(sorted(words))


def _and(parts: list[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return _tr("{0} and {1}").format(", ".join(parts[:-1]), parts[-1])


def _back(order: Order) -> str:
    if not order.rules.takes_back:
        return ""
    weight, volume, parcels, *more = order.rules.takes_back
    named = zip((name for name, _ in order.more_load), more, strict=False)
    texts = [
        weight_text(weight) if weight else "",
        volume_text(volume) if volume else "",
        _parcels(parcels) if parcels else "",
        *(own_amount(amount, name) for name, amount in named if amount),
    ]
    return _and([text for text in texts if text])


def _parcels(count: int) -> str:
    return _tr("1 parcel") if count == 1 else _tr("{0} parcels").format(count_text(count))


def _pair(order: Order, board: Board | None) -> str | None:
    """Of either of the two, what the other one is."""
    if board is not None and (why := board.waiting.get(order.id)):
        return _tr("Not planned: {0}.").format(why)
    if order.rules.collected_by is not None:
        pickup = board.orders.get(order.rules.collected_by) if board is not None else None
        if pickup is None:
            return _tr("Its goods come from a pickup that is not planned on this day.")
        return _tr("Its goods come from {0}, earlier on the same route.").format(pickup.reference)
    known = board.orders.values() if board is not None else ()
    takers = sorted(each.reference for each in known if each.rules.collected_by == order.id)
    if not takers:
        return None
    return _tr("Its goods go to {0}, later on the same route.").format(_and(takers))


def _pause(pause: Pause, words: Words) -> str:
    limits = []
    if pause.window is not None:
        every = (pause.window, *pause.more_windows)
        between = ", ".join(window_text(window, words.zone) for window in every)
        limits.append(_tr("beginning {0}").format(between))
    if pause.after_driving is not None:
        limits.append(_tr("after {0} of driving").format(minutes_text(pause.after_driving)))
    if pause.after_work is not None:
        limits.append(_tr("after {0} of work").format(minutes_text(pause.after_work)))
    return f"{minutes_text(pause.length)} {_tr(' or ').join(limits)}."


def _currency(order: Order, board: Board | None) -> str:
    if board is not None and board.routes:
        return board.routes[0].route.shift.depot.currency
    return order.currency


def _tr(text: str) -> str:
    return QCoreApplication.translate("inspector", text)
