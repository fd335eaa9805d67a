"""A manifest as JSON values, so that what was printed can be kept and compared later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from app.domain.addresses import Address, Precision
from app.domain.fleet import Load, PlaceKind
from app.domain.geo import Location
from app.domain.ids import OrderId, RouteId
from app.domain.manifests import Manifest, ManifestLine, ManifestRest
from app.domain.orders import Method, OrderKind
from app.domain.times import TimeWindow


def manifest_snapshot(manifest: Manifest) -> dict[str, Any]:
    """The manifest in dictionaries, lists, texts and numbers."""
    plain: dict[str, Any] = _plain(manifest)
    return plain


def manifest_from_snapshot(snapshot: Mapping[str, Any]) -> Manifest:
    """The manifest that was kept.

    Raises ValueError for what `manifest_snapshot` didn't write.
    """
    try:
        return _manifest(snapshot)
    except (KeyError, TypeError) as error:
        raise ValueError(f"this is no manifest: {error!r}") from error


def _manifest(snapshot: Mapping[str, Any]) -> Manifest:
    values = dict(snapshot)
    if "rests" not in values:
        # Paper of before several breaks were printed has one, or none.
        alone = values.pop("rest")
        values["rests"] = [] if alone is None else [alone]
    values.update(
        route=RouteId(UUID(values["route"])),
        day=date.fromisoformat(values["day"]),
        printed_at=datetime.fromisoformat(values["printed_at"]),
        depot_address=Address(**values["depot_address"]),
        depot_location=Location(**values["depot_location"]),
        start=PlaceKind(values["start"]),
        end=PlaceKind(values["end"]),
        leave_by=datetime.fromisoformat(values["leave_by"]),
        back_at=datetime.fromisoformat(values["back_at"]),
        lines=tuple(_line(line) for line in values["lines"]),
        rests=tuple(
            ManifestRest(
                index=rest["index"],
                begin=datetime.fromisoformat(rest["begin"]),
                end=datetime.fromisoformat(rest["end"]),
                driven=timedelta(seconds=rest.get("driven", 0)),
                left=timedelta(seconds=rest.get("left", 0)),
            )
            for rest in values["rests"]
        ),
        capacity=_load(values["capacity"]),
        peak_load=_load(values["peak_load"]),
        driving=timedelta(seconds=values["driving"]),
        warnings=tuple(values["warnings"]),
    )
    return Manifest(**values)


def _line(snapshot: Mapping[str, Any]) -> ManifestLine:
    values = dict(snapshot)
    window, cash, location = values["window"], values["cash"], values["location"]
    values.update(
        order=OrderId(UUID(values["order"])),
        kind=OrderKind(values["kind"]),
        address=Address(**values["address"]),
        eta=datetime.fromisoformat(values["eta"]),
        window=None
        if window is None
        else TimeWindow(
            start=datetime.fromisoformat(window["start"]),
            end=datetime.fromisoformat(window["end"]),
        ),
        parcels=tuple(values["parcels"]),
        # Paper of before these were known has none.
        more_load=_more(values.get("more_load", ())),
        collected_by=_order_id(values.get("collected_by")),
        takes_back=tuple(values.get("takes_back", ())),
        method=Method(values["method"]),
        cash=None if cash is None else Decimal(cash),
        requirements=tuple(values["requirements"]),
        location=None if location is None else Location(**location),
        precision=Precision(values["precision"]),
        warnings=tuple(values["warnings"]),
    )
    return ManifestLine(**values)


def _order_id(text: str | None) -> OrderId | None:
    return None if text is None else OrderId(UUID(text))


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    match value:
        case tuple():
            return [_plain(each) for each in value]
        case Enum():
            return value.value
        case date():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case UUID() | Decimal():
            return str(value)
        case _:
            return value


def _load(values: Mapping[str, Any]) -> Load:
    return Load(**{**values, "more": _more(values.get("more", ()))})


def _more(amounts: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    return tuple((name, amount) for name, amount in amounts)
