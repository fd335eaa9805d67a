"""Road conditions as the window writes them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication, QLocale

from app.desktop.map.map_values import MapArea
from app.desktop.widgets.formats import NARROW_SPACE, clock_text, short_day_text
from app.domain.conditions import ConditionKind, RoadCondition
from app.domain.times import local
from app.domain.travel import Profile

_KINDS = {
    ConditionKind.CLOSURE: "Closure",
    ConditionKind.SLOW_ZONE: "Slow zone",
    ConditionKind.WEATHER: "Weather",
}
_ICONS = {
    ConditionKind.CLOSURE: "boom-gate",
    ConditionKind.SLOW_ZONE: "speedometer-slow",
    ConditionKind.WEATHER: "weather-pouring",
}
_PROFILES = {Profile.CAR: "Cars", Profile.VAN: "Vans", Profile.TRUCK: "Trucks"}


def kind_name(kind: ConditionKind) -> str:
    return _tr(_KINDS[kind])


def kind_icon(kind: ConditionKind) -> str:
    return _ICONS[kind]


def profile_name(profile: Profile) -> str:
    return _tr(_PROFILES[profile])


def hours_words(each: RoadCondition, zone: ZoneInfo) -> str:
    """From when to when, with the days where it is more than one."""
    start, end = local(each.window.start, zone), local(each.window.end, zone)
    first = f"{short_day_text(start.date())} {clock_text(each.window.start, zone)}"
    last = clock_text(each.window.end, zone)
    if end.date() != start.date():
        last = f"{short_day_text(end.date())} {last}"
    return f"{first} – {last}"


def effect_words(each: RoadCondition) -> str:
    """What it does to travel and stops."""
    if each.kind is ConditionKind.CLOSURE:
        return _tr("no way through")
    percent = QLocale().toString((each.travel_factor - 1) * 100, "f", 0)
    parts = [_tr("travel +{0}").format(f"{percent}{NARROW_SPACE}%")]
    if each.more_service:
        seconds = int(each.more_service.total_seconds())
        parts.append(_tr("each stop +{0}").format(f"{seconds}{NARROW_SPACE}s"))
    return ", ".join(parts)


def vehicles_words(each: RoadCondition) -> str:
    if each.profiles == frozenset(Profile):
        return _tr("all")
    return ", ".join(profile_name(profile) for profile in Profile if profile in each.profiles)


def is_now(each: RoadCondition, now: datetime) -> bool:
    return each.window.start <= now < each.window.end


def map_area(each: RoadCondition, zone: ZoneInfo, now: datetime) -> MapArea:
    lines = [kind_name(each.kind), hours_words(each, zone), effect_words(each)]
    if each.profiles != frozenset(Profile):
        lines.append(vehicles_words(each))
    return MapArea(
        id=str(each.id),
        corners=each.area,
        is_closed=each.kind is ConditionKind.CLOSURE,
        is_now=is_now(each, now),
        title=each.name,
        lines=tuple(lines),
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("condition_texts", text)
