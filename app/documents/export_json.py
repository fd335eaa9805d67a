"""The whole day as JSON: orders, routes with their stops in time, and what is left over and why."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from app.documents.export_day import DayExport
from app.documents.export_rules import order_rules, shift_rules
from app.domain.addresses import Address
from app.domain.board import BoardRoute
from app.domain.fleet import UNLIMITED, Break, Load, Shift
from app.domain.geo import Location
from app.domain.orders import Order
from app.domain.times import TimeWindow
from app.domain.timetable import StopTime
from app.domain.violations import Violation

FORMAT = "wayboard-day"
FORMAT_VERSION = 1


def day_json(day: DayExport) -> str:
    """Times are ISO 8601 by the depot's clock; weights grams, volumes cm³, lengths metres."""
    board = day.board
    route_of = board.route_of
    known = {order.id: order for order in (*board.orders.values(), *board.on_hold)}
    depots = {each.route.shift.depot.id: each.route.shift.depot for each in board.routes}
    content = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "day": board.day.isoformat(),
        "time_zone": day.time_zone,
        "made_at": day.local(day.made_at),
        "attribution": day.attribution,
        "is_estimated": any(each.timetable.is_estimated for each in board.routes),
        "cost": round(board.cost, 2),
        "depots": [
            {
                "id": str(depot.id),
                "name": depot.name,
                "address": _address(depot.address),
                "location": _location(depot.location),
                "time_zone": depot.time_zone,
                "currency": depot.currency,
            }
            for depot in depots.values()
        ],
        "orders": [
            {**_order(day, order), "route": _text_or_none(route_of.get(order.id))}
            for order in sorted(known.values(), key=lambda order: order.reference)
        ],
        "routes": [_route(day, each) for each in board.routes],
        "unassigned": [
            {
                "order": str(order.id),
                "reference": order.reference,
                "reason": reason or None,
                "detail": detail,
            }
            for order, reason, detail in day.unassigned()
        ],
        "on_hold": [
            {"order": str(order.id), "reference": order.reference, "reason": order.hold_reason}
            for order in board.on_hold
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _order(day: DayExport, order: Order) -> dict[str, Any]:
    place = order.place
    return {
        "id": str(order.id),
        "reference": order.reference,
        "day": order.day.isoformat(),
        "kind": order.kind.value,
        "status": order.status.value,
        "hold_reason": order.hold_reason,
        "recipient": order.recipient,
        "company": order.company,
        "address": _address(order.address),
        "place": None
        if place is None
        else {
            **_location(place.location),
            "precision": place.precision.value,
            "score": round(place.score, 3),
            "label": place.label,
        },
        "window": _window(day, order.window),
        "service_s": _seconds(order.service_time),
        "weight_g": order.weight_g,
        "volume_cm3": order.volume_cm3,
        "parcels": [parcel.barcode for parcel in order.parcels],
        "method": order.method.value,
        "payment": order.payment.value,
        "cod_amount": None if order.cod_amount is None else str(order.cod_amount),
        "currency": order.currency,
        "priority": order.priority,
        "requirements": sorted(order.requirements),
        "phone": order.phone,
        "email": order.email,
        "notes": order.notes,
        **({"more_load": dict(order.more_load)} if order.more_load else {}),
        **order_rules(day, order.rules),
    }


def _route(day: DayExport, each: BoardRoute) -> dict[str, Any]:
    times = each.timetable
    return {
        "id": str(each.id),
        "name": each.route.shift.name,
        "status": each.route.status.value,
        "lock": each.route.lock.value,
        "revision": each.route.contents_version,
        "shift": _shift(day, each.route.shift),
        "departure": day.local(times.departure),
        "end": day.local(times.end),
        "distance_m": times.distance_m,
        "driving_s": _seconds(times.driving),
        "waiting_s": _seconds(times.waiting),
        "working_s": _seconds(times.working),
        "cost": round(times.cost, 2),
        "is_estimated": times.is_estimated,
        "breaks": [
            {
                "before_stop": rest.index + 1,
                "begin": day.local(rest.begin),
                "end": day.local(rest.end),
                "driving_before_s": rest.driven_s,
                "driving_after_s": rest.left_s,
            }
            for rest in times.breaks
        ],
        "load_at_start": _load(times.start_load),
        "peak_load": _load(times.peak_load),
        "stops": [_stop(day, number, stop) for number, stop in enumerate(times.stops, start=1)],
        "violations": _violations(times.violations),
        "line": [[point.lon, point.lat] for point in day.line(each)]
        if each.id in day.lines
        else None,
    }


def _stop(day: DayExport, number: int, stop: StopTime) -> dict[str, Any]:
    return {
        "number": number,
        "order": str(stop.order.id),
        "reference": stop.order.reference,
        "arrival": day.local(stop.arrival),
        "wait_s": _seconds(stop.waiting),
        "begin": day.local(stop.begin),
        "departure": day.local(stop.departure),
        "late_s": _seconds(stop.lateness),
        "leg_s": stop.leg_s,
        "leg_m": stop.leg_m,
        "load_after": _load(stop.load),
        "violations": _violations(stop.violations),
    }


def _shift(day: DayExport, shift: Shift) -> dict[str, Any]:
    vehicle, driver = shift.vehicle, shift.driver
    capacity = zip(("weight_g", "volume_cm3", "parcels"), vehicle.capacity.amounts, strict=True)
    return {
        "id": str(shift.id),
        "depot": str(shift.depot.id),
        "driver": {
            "id": str(driver.id),
            "name": driver.name,
            "phone": driver.phone,
            "skills": sorted(driver.skills),
        },
        "vehicle": {
            "id": str(vehicle.id),
            "name": vehicle.name,
            "plate": vehicle.plate,
            "profile": vehicle.profile,
            "features": sorted(vehicle.features),
            "capacity": {
                **{name: None if amount >= UNLIMITED else amount for name, amount in capacity},
                **_more(vehicle.capacity),
            },
        },
        "window": _window(day, shift.window),
        "break": _break(day, shift.rest),
        "start": shift.start.value,
        "end": shift.end.value,
        **shift_rules(day, shift.rules),
    }


def _break(day: DayExport, rest: Break | None) -> dict[str, Any] | None:
    if rest is None:
        return None
    return {"window": _window(day, rest.window), "length_s": _seconds(rest.length)}


def _violations(violations: Sequence[Violation]) -> list[Mapping[str, Any]]:
    return [
        {
            "kind": violation.kind.value,
            "amount": violation.amount,
            "order": _text_or_none(violation.order),
            "dimension": violation.dimension.value if violation.dimension else None,
            "text": violation.text,
        }
        for violation in violations
    ]


def _address(address: Address) -> dict[str, str]:
    return {
        "street": address.street,
        "detail": address.detail,
        "postcode": address.postcode,
        "city": address.city,
        "country": address.country,
    }


def _location(location: Location) -> dict[str, float]:
    return {"lat": location.lat, "lon": location.lon}


def _window(day: DayExport, window: TimeWindow | None) -> dict[str, str] | None:
    if window is None:
        return None
    return {"start": day.local(window.start), "end": day.local(window.end)}


def _load(load: Load) -> dict[str, Any]:
    return {
        "weight_g": load.weight_g,
        "volume_cm3": load.volume_cm3,
        "parcels": load.parcels,
        **_more(load),
    }


def _more(load: Load) -> dict[str, Any]:
    """Amounts in dimensions of the depot's own, where there are any."""
    return {"more": dict(load.more)} if load.more else {}


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())


def _text_or_none(value: object) -> str | None:
    return None if value is None else str(value)
