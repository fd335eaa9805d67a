"""`wayboard promise`: which delivery slots a new order could still be promised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import typer

from app.cli.output import progress
from app.config import Settings
from app.domain.addresses import Address, Place, Precision
from app.domain.errors import DispatchError, NotFoundError
from app.domain.geo import Location
from app.domain.orders import Order, OrderKind, barcodes
from app.domain.times import local
from app.planning.promise import Offer, best
from app.roads.address_text import street_key
from app.roads.addresses import Candidate
from app.services.orders import new_order_id
from app.services.workspace import Workspace, open_workspace

_LIKE_IT, _TOLD = 20, 3
_HOUSE = (Precision.ROOFTOP, Precision.INTERPOLATED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A new order as the command line describes it."""

    day: date
    address: str = ""
    location: Location | None = None
    weight_kg: float = 0.0
    volume_m3: float = 0.0
    parcels: int = 1
    minutes: float = 3.0
    needs: frozenset[str] = frozenset()
    days: int = 1
    is_pickup: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Promises:
    """The slots with their prices, as text and as JSON."""

    place: Place
    offers: tuple[Offer, ...]

    @property
    def text(self) -> str:
        where = self.place.label or f"{self.place.location.lat}, {self.place.location.lon}"
        if not self.place.is_sure:
            where += "  (no town was given; this is the only house with that number)"
        lines = [where]
        chosen = best(self.offers)
        for offer in self.offers:
            price = (
                f"{offer.extra_cost:+.2f} {offer.currency}  {offer.name}"
                if offer.extra_cost is not None
                else f"no: {': '.join(filter(None, (offer.name, offer.reason)))}"
            )
            mark = "*" if offer is chosen else " "
            lines.append(f"{mark} {offer.day} {_hours(offer)}  {price}")
        return "\n".join(lines)

    @property
    def as_json(self) -> dict[str, Any]:
        chosen = best(self.offers)
        return {
            "place": {
                "label": self.place.label,
                "is_sure": self.place.is_sure,
                "lat": self.place.location.lat,
                "lon": self.place.location.lon,
            },
            "slots": [
                {
                    "day": offer.day.isoformat(),
                    "start": offer.window.start.isoformat(),
                    "end": offer.window.end.isoformat(),
                    "is_feasible": offer.is_feasible,
                    "is_best": offer is chosen,
                    "currency": offer.currency,
                    "extra_cost": None if offer.extra_cost is None else round(offer.extra_cost, 2),
                    "shift": offer.name,
                    "reason": offer.reason,
                }
                for offer in self.offers
            ],
        }


def promises(settings: Settings, asked: Asked) -> Promises:
    """Raises DispatchError where the place is unknown, or no depot offers slots on these days."""
    with open_workspace(settings) as workspace, progress() as told:
        place = _place(workspace, asked)
        order = Order(
            id=new_order_id(),
            reference="(new)",
            day=asked.day,
            recipient="",
            address=Address(),
            place=place,
            weight_g=round(asked.weight_kg * 1000),
            volume_cm3=round(asked.volume_m3 * 1_000_000),
            parcels=barcodes("new", asked.parcels),
            service_time=timedelta(minutes=asked.minutes),
            requirements=asked.needs,
            kind=OrderKind.PICKUP if asked.is_pickup else OrderKind.DELIVERY,
        )
        found = workspace.promise.offers(order, asked.days, told)
    if not found:
        raise NotFoundError(
            f"No slot is offered from {asked.day} on. Give the depot delivery slots, and the day "
            "shifts, in Fleet."
        )
    return Promises(place=place, offers=found)


def parsed_location(lat: float | None, lon: float | None) -> Location | None:
    """Both or none. Raises typer.BadParameter for one alone, and for places off the earth."""
    if lat is None and lon is None:
        return None
    if lat is None or lon is None:
        raise typer.BadParameter("--lat and --lon go together.")
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise typer.BadParameter(f"{lat}, {lon} is no place on earth.")
    return Location(lat=lat, lon=lon)


def _place(workspace: Workspace, asked: Asked) -> Place:
    if asked.location is not None:
        return Place(location=asked.location, precision=Precision.CONFIRMED)
    found = workspace.addresses.candidates(Address(street=asked.address), _LIKE_IT)
    if not found:
        raise DispatchError(
            f"{asked.address!r} was not found in the region. Give --lat and --lon instead."
        )
    place = meant(asked.address, found)
    if place is None:
        labels = "; ".join(each.place.label for each in found[:_TOLD])
        raise DispatchError(
            f"{asked.address!r} can be: {labels}. Write it in full, or give --lat and --lon."
        )
    return place


def meant(typed: str, found: Sequence[Candidate]) -> Place | None:
    """The place that is sure, or the only house with the number; None where a person must say.

    It is only a price: nothing is driven there before the order is entered, with its town.
    """
    first = found[0].place
    if first.is_sure:
        return first if first.precision.is_plannable else None
    houses = [each for each in found if each.place.precision in _HOUSE]
    if len(houses) == 1 and street_key(houses[0].address.street) == street_key(typed):
        return houses[0].place
    return None


def _hours(offer: Offer) -> str:
    zone = offer.zone
    return f"{local(offer.window.start, zone):%H:%M}–{local(offer.window.end, zone):%H:%M}"
