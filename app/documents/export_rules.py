"""The rules of orders and shifts as JSON; only what is asked is there at all."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from app.documents.export_day import DayExport
from app.domain.rules import OrderRules, Overrun, Pause, ShiftRules
from app.domain.times import TimeWindow


def order_rules(day: DayExport, rules: OrderRules) -> dict[str, Any]:
    """Under `rules`; empty where nothing is asked."""
    return _under_rules(
        {
            "more_windows": [_window(day, window) for window in rules.more_windows],
            "ready_at": rules.released_at and day.local(rules.released_at),
            "setup_s": _seconds(rules.setup_time) or None,
            "service_s_by_type": {t: _seconds(s) for t, s in rules.service_by_type},
            "setup_s_by_type": {t: _seconds(s) for t, s in rules.setup_by_type},
            "collected_by": rules.collected_by and str(rules.collected_by),
            "takes_back": list(rules.takes_back),
            "drivers": _ids(rules.drivers),
            "not_drivers": _ids(rules.barred_drivers),
            "preferred_drivers": _ids(rules.preferred_drivers),
            "goods": sorted(rules.goods),
            "not_with": sorted(rules.apart_from),
            "drop_price": rules.drop_price,
            "lateness": _overrun(rules.lateness),
        }
    )


def shift_rules(day: DayExport, rules: ShiftRules) -> dict[str, Any]:
    """Under `rules`; empty where nothing is asked."""
    return _under_rules(
        {
            "breaks": [_pause(day, pause) for pause in rules.pauses],
            "max_driving_s": _seconds(rules.max_driving),
            "max_work_s": _seconds(rules.max_work),
            "max_distance_m": rules.max_distance_m,
            "max_stops": rules.max_stops,
            "max_reloads": rules.max_reloads or None,
            "reload_s": _seconds(rules.reload_time) or None,
            "overtime": _overrun(rules.overtime),
            "service_pace": None if rules.service_pace == 1.0 else rules.service_pace,
            "travel_pace": None if rules.travel_pace == 1.0 else rules.travel_pace,
            "vehicle_type": rules.vehicle_type or None,
            "cost_per_service_hour": rules.per_service_hour or None,
            "cost_per_driving_hour": rules.per_driving_hour or None,
            "area": [{"lat": corner.lat, "lon": corner.lon} for corner in rules.area],
        }
    )


def _under_rules(asked: dict[str, Any]) -> dict[str, Any]:
    # A price of 0 is something that is asked, an empty list is not.
    said = {name: value for name, value in asked.items() if value not in (None, [], {})}
    return {"rules": said} if said else {}


def _pause(day: DayExport, pause: Pause) -> dict[str, Any]:
    windows = [pause.window, *pause.more_windows] if pause.window is not None else []
    asked = {
        "length_s": _seconds(pause.length),
        "windows": [_window(day, window) for window in windows],
        "after_driving_s": _seconds(pause.after_driving),
        "after_work_s": _seconds(pause.after_work),
        "most_aboard": list(pause.most_aboard or ()),
    }
    return {name: value for name, value in asked.items() if value not in (None, [])}


def _overrun(overrun: Overrun | None) -> dict[str, Any] | None:
    if overrun is None:
        return None
    return {"most_s": _seconds(overrun.most), "per_hour": overrun.per_hour}


def _window(day: DayExport, window: TimeWindow) -> dict[str, str]:
    return {"start": day.local(window.start), "end": day.local(window.end)}


def _ids(keys: Collection[object]) -> list[str]:
    return sorted(map(str, keys))


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else int(length.total_seconds())
