"""Where addresses are: the region's index, and the pins that people placed."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.addresses import Address, Place, Precision
from app.domain.edits import ChangeOrders
from app.domain.geo import Location
from app.domain.orders import Order, with_place
from app.roads.addresses import Candidate
from app.services.context import Cancelled, Report, Step, never, unheard
from app.services.roads import RoadsService
from app.storage.convert import address_key
from app.storage.database import Database
from app.storage.queries import confirmed_pins, depots

_BATCH = 200


class AddressService:
    def __init__(self, database: Database, roads: RoadsService) -> None:
        self._database = database
        self._roads = roads

    def candidates(self, address: Address, limit: int = 5) -> tuple[Candidate, ...]:
        """Best first; empty without a region."""
        index = self._roads.addresses()
        return () if index is None else index.lookup(address, limit, self._homes())

    def search(self, text: str, limit: int = 8) -> tuple[Candidate, ...]:
        """Addresses like a line of free text."""
        index = self._roads.addresses()
        return () if index is None else index.search(text, limit, self._homes())

    def reverse(self, location: Location) -> Candidate | None:
        """The nearest address."""
        index = self._roads.addresses()
        return None if index is None else index.reverse(location)

    def seems_exchanged(self, location: Location) -> bool:
        """Whether the region has this place only with latitude and longitude exchanged."""
        bounds, lat, lon = self._roads.bounds, location.lat, location.lon
        if bounds is None or bounds.contains(location) or abs(lon) > 90:
            return False
        return bounds.contains(Location(lat=lon, lon=lat))

    def places(
        self,
        addresses: Sequence[Address],
        report: Report = unheard,
        cancelled: Cancelled = never,
    ) -> list[Place | None]:
        """The place of each address: a confirmed pin, else the best candidate, else None.

        Raises errors.Cancelled.
        """
        with self._database.reading() as session:
            pins = confirmed_pins(session, addresses)
        homes = self._homes()
        index = self._roads.addresses()
        found: list[Place | None] = []
        for start in range(0, len(addresses), _BATCH):
            part = addresses[start : start + _BATCH]
            looked_up = (
                [()] * len(part)
                if index is None
                else index.lookup_many(part, cancelled, limit=1, homes=homes)
            )
            for address, candidates in zip(part, looked_up, strict=True):
                pin = pins.get(address_key(address))
                if pin is not None:
                    found.append(
                        Place(location=pin, precision=Precision.CONFIRMED, label=address.line)
                    )
                else:
                    found.append(candidates[0].place if candidates else None)
            done = min(start + _BATCH, len(addresses))
            report(
                Step(fraction=done / len(addresses), text=f"{done} of {len(addresses)} addresses")
            )
        return found

    def _homes(self) -> list[tuple[str, Location]]:
        """Where the depots' own towns are: a region may not know it."""
        with self._database.reading() as session:
            return [(depot.address.city, depot.location) for depot in depots(session)]


def pin(order: Order, location: Location) -> ChangeOrders:
    """A person says where the order is; remembered for every order to that address."""
    place = Place(location=location, precision=Precision.CONFIRMED, label=order.address.line)
    return ChangeOrders(put=(with_place(order, place),))
