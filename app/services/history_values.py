"""Values of the event log in a dispatcher's words and by the depot's clocks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

_LONGEST = 60
_NOTHING = "–"
_UNITS = {
    "weight_g": (1000, "kg"),
    "volume_cm3": (1_000_000, "m³"),
    "service_time": (60, "min"),
    "setup_time": (60, "min"),
    "reload_time": (60, "min"),
    "max_driving": (60, "min"),
    "max_work": (60, "min"),
    "max_distance_m": (1000, "km"),
}
"""What the log counts in small units: how many make one of those that people use."""
_NAMES = {
    "cod_amount": "cash to collect",
    "collected_by": "pickup of its goods",
    "drop_price": "price of leaving it out",
    "max_distance_m": "longest way",
    "max_driving": "longest driving",
    "max_reloads": "reloads",
    "max_stops": "most stops",
    "max_work": "longest work",
    "more_load": "further load",
    "more_windows": "other windows",
    "pauses": "further breaks",
    "released_at": "goods at the depot from",
    "rest": "break",
    "service_by_type": "service time by vehicle",
    "setup_by_type": "setup time by vehicle",
}
_CHOICES = frozenset({"status", "kind", "method", "payment", "start", "end"})
"""Whose values are our own words, not a person's."""
_KEYS = frozenset({"depot", "collected_by", "drivers", "barred_drivers", "preferred_drivers"})
"""Whose values are keys of other things."""
_GOODS = ((1000, "kg"), (1_000_000, "m³"), (1, "parcels"))


def changes(before: Mapping[str, Any], after: Mapping[str, Any], zone: tzinfo) -> list[str]:
    """What became of each value that differs, such as `weight 2 kg → 3 kg`."""
    told: list[str] = []
    for key, new in after.items():
        old = before.get(key)
        if key == "version":
            continue
        if key == "rules" and isinstance(new, Mapping):
            rules = old if isinstance(old, Mapping) else {}
            told += changes(rules, {k: v for k, v in new.items() if rules.get(k) != v}, zone)
        else:
            told.append(f"{_name(key)} " + " → ".join(_change(key, old, new, zone)))
    return told


def clock(instant: object, zone: tzinfo, *, is_dated: bool = False) -> str:
    """An instant of the log as the clocks of a zone show it."""
    if not isinstance(instant, str):
        return _NOTHING
    local = datetime.fromisoformat(instant).astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M}" if is_dated else f"{local:%H:%M}"


def _name(key: str) -> str:
    return _NAMES.get(key) or key.removesuffix("_g").removesuffix("_cm3").replace("_", " ")


def _change(key: str, before: object, after: object, zone: tzinfo) -> tuple[str, str]:
    if key in _UNITS:
        return _measured(before, *_UNITS[key]), _measured(after, *_UNITS[key])
    if key in _KEYS and not _is_named(before, after):
        old, new = _chosen(before), _chosen(after)
        return (old, new) if old != new else (old, "others")
    old, new = (_told(key, value, zone, is_dated=False) for value in (before, after))
    if old == new:
        # The same hours of another day.
        old, new = (_told(key, value, zone, is_dated=True) for value in (before, after))
    if old == new and isinstance(before, Mapping) and isinstance(after, Mapping):
        old, new = _apart(before, after)
    return old, new


def _told(key: str, value: object, zone: tzinfo, *, is_dated: bool) -> str:
    if value in (None, "", [], {}):
        return _NOTHING
    match key, value:
        case "window", Mapping():
            return _hours(value, zone, is_dated=is_dated)
        case "more_windows", list():
            return _cut(", ".join(_hours(each, zone, is_dated=is_dated) for each in value))
        case (("released_at" | "leaves_after"), str()):
            return clock(value, zone, is_dated=is_dated)
        case "rest", Mapping():
            return _rest(value, zone, is_dated=is_dated)
        case "pauses", list():
            return _cut("; ".join(_rest(each, zone, is_dated=is_dated) for each in value))
        case (("lateness" | "overtime"), Mapping()):
            return f"up to {_measured(value['most'], 60, 'min')}, {value['per_hour']:g} an hour"
        case (("service_by_type" | "setup_by_type"), list()):
            return _cut(", ".join(f"{kind} {_measured(time, 60, 'min')}" for kind, time in value))
        case "takes_back", list():
            goods = zip(value, (*_GOODS, *((1, "others"),) * len(value)), strict=False)
            return ", ".join(_measured(amount, *unit) for amount, unit in goods if amount)
        case "area", list():
            return f"{len(value)} corners"
        case "more_load", list():
            return _cut(", ".join(f"{name} {amount}" for name, amount in value))
        case _, str() if key in _CHOICES:
            return value.replace("_", " ")
    return _shown(value)


def _hours(window: Mapping[str, Any], zone: tzinfo, *, is_dated: bool) -> str:
    start = clock(window["start"], zone, is_dated=is_dated)
    return f"{start}–{clock(window['end'], zone)}"


def _rest(rest: Mapping[str, Any], zone: tzinfo, *, is_dated: bool) -> str:
    length = _measured(rest.get("length"), 60, "min")
    window = rest.get("window")
    if isinstance(window, Mapping):
        return f"{length} within {_hours(window, zone, is_dated=is_dated)}"
    limits = (
        f"after {_measured(rest[key], 60, 'min')} of {word}"
        for key, word in (("after_driving", "driving"), ("after_work", "work"))
        if rest.get(key)
    )
    return " ".join((length, *limits))


def _is_named(*values: object) -> bool:
    """A shift's depot is kept by its name, an order's by its key."""
    return any(isinstance(value, str) and not _is_key(value) for value in values)


def _is_key(text: str) -> bool:
    return len(text) == 36 and text.count("-") == 4


def _chosen(value: object) -> str:
    if not value:
        return _NOTHING
    return f"{len(value)} chosen" if isinstance(value, list) else "chosen"


def _measured(value: object, size: int, unit: str) -> str:
    """An amount in the unit that people use: kg, m³, minutes."""
    if not isinstance(value, int | float):
        return _shown(value)
    return f"{value / size:.3f}".rstrip("0").rstrip(".") + f" {unit}"


def _apart(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, str]:
    """What differs between two places or addresses that go by the same words."""
    old, new = _spot(before), _spot(after)
    if old and new and old != new:
        return old, new
    keys = [key for key in after if before.get(key) != after[key]]
    return (
        _shown({key: before.get(key) for key in keys}),
        _shown({key: after[key] for key in keys}),
    )


def _spot(place: Mapping[str, Any]) -> str:
    at = place.get("location")
    if not isinstance(at, Mapping):
        return ""
    return f"{place.get('precision', '')} {at['lat']:.5f}, {at['lon']:.5f}".strip()


def _shown(value: object) -> str:
    """A value of the log, short; a place or an address by its own words."""
    if value is None or value in ("", [], {}):
        return _NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        words = value.get("label") or value.get("street") or value.get("precision")
        if words:
            return _shown(words)
        return _shown(", ".join(str(each) for each in value.values() if each))
    if isinstance(value, list | tuple):
        return _cut(", ".join(_shown(each) for each in value))
    return _cut(" ".join(str(value).split()))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
