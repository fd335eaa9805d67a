"""`wayboard promise`: which delivery slots a new order could still be promised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import typer

from app.cli.output import progress
from app.config import Settings
from app.domain.addresses import Address, Place, Precision
from app.domain.errors import DispatchError, NotFoundError
from app.domain.geo import Location
from app.domain.orders import Order, barcodes
from app.domain.times import local
from app.planning.promise import Offer, best
from app.services.orders import new_order_id
from app.services.workspace import Workspace, open_workspace


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Promises:
    """The slots with their prices, as text and as JSON."""

    place: Place
    offers: tuple[Offer, ...]
    currency: str

    @property
    def text(self) -> str:
        where = self.place.label or f"{self.place.location.lat}, {self.place.location.lon}"
        lines = [where]
        chosen = best(self.offers)
        for offer in self.offers:
            price = (
                f"{offer.extra_cost:+.2f} {self.currency}  {offer.name}"
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
                "lat": self.place.location.lat,
                "lon": self.place.location.lon,
            },
            "currency": self.currency,
            "slots": [
                {
                    "day": offer.day.isoformat(),
                    "start": offer.window.start.isoformat(),
                    "end": offer.window.end.isoformat(),
                    "is_feasible": offer.is_feasible,
                    "is_best": offer is chosen,
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
        )
        found = workspace.promise.offers(order, asked.days, told)
        currency = next((depot.currency for depot in workspace.fleet.depots()), "")
    if not found:
        raise NotFoundError(
            f"No slot is offered from {asked.day} on. Give the depot delivery slots, and the day "
            "shifts, in Fleet."
        )
    return Promises(place=place, offers=found, currency=currency)


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
    found = workspace.addresses.search(asked.address, 1)
    if not found:
        raise DispatchError(
            f"{asked.address!r} was not found in the region. Give --lat and --lon instead."
        )
    place = found[0].place
    if not (place.precision.is_plannable and place.is_sure):
        raise DispatchError(
            f"{asked.address!r} is not certain; the best match is {place.label}. Write it in full, "
            "or give --lat and --lon."
        )
    return place


def _hours(offer: Offer) -> str:
    zone = offer.zone
    return f"{local(offer.window.start, zone):%H:%M}–{local(offer.window.end, zone):%H:%M}"
