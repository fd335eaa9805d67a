"""Broken rules in few words, the amount first: a head or a ghost may have room for no more."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import QCoreApplication

from app.desktop.widgets.formats import minutes_text, volume_text, weight_text
from app.desktop.widgets.measures import distance_text
from app.domain.fleet import Dimension, own_amount
from app.domain.violations import Violation, ViolationKind


def brief(violation: Violation, *, is_metric: bool) -> str:
    """Of one that gets worse, by how much."""
    words = _brief(violation, is_metric=is_metric)
    if not words:
        return violation.text
    return _tr("another %1").replace("%1", words) if violation.was else words


def _brief(violation: Violation, *, is_metric: bool) -> str:
    match violation.kind:
        case ViolationKind.OVER_CAPACITY:
            if violation.dimension is None:
                over = own_amount(violation.increase, violation.detail)
            else:
                over = amount_words(violation.dimension, violation.increase)
            return _tr("%1 over").replace("%1", over)
        case ViolationKind.SHIFT_EXCEEDED:
            return _tr("%1 over shift").replace("%1", _time(violation))
        case ViolationKind.WORK_EXCEEDED:
            return _tr("%1 over working time").replace("%1", _time(violation))
        case ViolationKind.DRIVING_EXCEEDED:
            return _tr("%1 over driving time").replace("%1", _time(violation))
        case ViolationKind.DISTANCE_EXCEEDED:
            over = distance_text(violation.increase, is_metric=is_metric)
            return _tr("%1 over distance").replace("%1", over)
        case _:
            return ""


def _time(violation: Violation) -> str:
    return minutes_text(timedelta(seconds=violation.increase))


def amount_words(dimension: Dimension, amount: int) -> str:
    """With the unit."""
    match dimension:
        case Dimension.WEIGHT:
            return weight_text(amount)
        case Dimension.VOLUME:
            return volume_text(amount)
        case Dimension.PARCELS:
            words = _tr("1 parcel") if amount == 1 else _tr("%1 parcels")
            return words.replace("%1", str(amount))


def _tr(text: str) -> str:
    return QCoreApplication.translate("rule_words", text)
