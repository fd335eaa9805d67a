"""Manifests: what a driver carries on paper, built from a route and its timetable."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.domain.addresses import Address, Precision
from app.domain.board import BoardRoute
from app.domain.fleet import Load, PlaceKind
from app.domain.geo import Location
from app.domain.ids import OrderId, RouteId
from app.domain.orders import Method, Order, OrderKind, Payment
from app.domain.times import TimeWindow
from app.domain.timetable import StopTime, Timetable


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestLine:
    """One stop as it is printed."""

    order: OrderId
    number: int
    """From 1, in the sequence of driving."""
    reference: str
    kind: OrderKind
    recipient: str
    company: str = ""
    address: Address
    phone: str = ""
    notes: str = ""
    eta: datetime
    """When service begins."""
    window: TimeWindow | None = None
    parcels: tuple[str, ...] = ()
    """Their barcodes."""
    weight_g: int = 0
    volume_cm3: int = 0
    more_load: tuple[tuple[str, int], ...] = ()
    """Amounts in dimensions of the depot's own, such as roll cages."""
    collected_by: OrderId | None = None
    """The pickup whose goods are brought here: they are not at the depot."""
    takes_back: tuple[int, ...] = ()
    """What comes back from this door, such as empties: see `OrderRules.takes_back`."""
    method: Method = Method.HOME
    is_cash_due: bool = False
    cash: Decimal | None = None
    """To collect at the door; None although due means that nobody said how much."""
    currency: str = ""
    priority: int = 0
    requirements: tuple[str, ...] = ()
    location: Location | None = None
    precision: Precision = Precision.UNKNOWN
    is_same_door: bool = False
    """The van still stands where the stop before was."""
    warnings: tuple[str, ...] = ()
    """The rules that this stop breaks, in words."""

    @property
    def is_pickup(self) -> bool:
        return self.kind is OrderKind.PICKUP


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestRest:
    """A break of the driver's, before the line at `index`."""

    index: int
    begin: datetime
    end: datetime
    driven: timedelta = timedelta()
    """Since the stop before; with all of it `left` it is taken there, with nothing at the door."""
    left: timedelta = timedelta()
    """To drive from it to the stop at `index`, or to the end place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A route on paper: plain content that can be kept, printed again and compared."""

    route: RouteId
    revision: int
    """The route's `contents_version` that this paper shows."""
    day: date
    time_zone: str
    printed_at: datetime
    depot: str
    depot_address: Address
    depot_location: Location
    driver: str
    driver_phone: str = ""
    vehicle: str
    plate: str = ""
    start: PlaceKind = PlaceKind.DEPOT
    end: PlaceKind = PlaceKind.DEPOT
    leave_by: datetime
    back_at: datetime
    lines: tuple[ManifestLine, ...] = ()
    rests: tuple[ManifestRest, ...] = ()
    """In the sequence of the day."""
    capacity: Load
    peak_load: Load = field(default_factory=Load)
    distance_m: int = 0
    driving: timedelta = timedelta()
    is_estimated: bool = False
    """Times and distances come from straight lines."""
    warnings: tuple[str, ...] = ()
    """The rules that the route as a whole breaks, in words."""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def name(self) -> str:
        """For people: driver and vehicle."""
        return f"{self.driver} · {self.vehicle}"

    @property
    def code(self) -> str:
        """What the barcode in the header says: the day, the end of the route's id, the revision."""
        return f"R{self.day:%y%m%d}-{self.route.hex[-8:].upper()}-{self.revision}"

    @property
    def deliveries(self) -> tuple[ManifestLine, ...]:
        return tuple(line for line in self.lines if not line.is_pickup)

    @property
    def pickups(self) -> tuple[ManifestLine, ...]:
        return tuple(line for line in self.lines if line.is_pickup)

    def supplier(self, line: ManifestLine) -> ManifestLine | None:
        """The stop where the goods of this one are collected."""
        return next((each for each in self.lines if each.order == line.collected_by), None)

    def takers(self, line: ManifestLine) -> tuple[ManifestLine, ...]:
        """The stops that get the goods of this pickup; the depot gets them where there is none."""
        return tuple(each for each in self.lines if each.collected_by == line.order)

    @property
    def doors(self) -> int:
        """How often the van halts."""
        return sum(not line.is_same_door for line in self.lines)

    @property
    def cash(self) -> Mapping[str, Decimal]:
        """To collect on the whole route, by currency."""
        sums: dict[str, Decimal] = {}
        for line in self.lines:
            if line.is_cash_due and line.cash is not None:
                sums[line.currency] = sums.get(line.currency, Decimal()) + line.cash
        return sums

    @property
    def working(self) -> timedelta:
        return self.back_at - self.leave_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One parcel's label."""

    line: ManifestLine
    barcode: str
    number: int
    count: int
    """This is parcel `number` of `count`."""


def manifest(board_route: BoardRoute, printed_at: datetime) -> Manifest:
    """The manifest of a route as it stands, printed at this instant."""
    route, times = board_route.route, board_route.timetable
    shift = route.shift
    return Manifest(
        route=route.id,
        revision=route.contents_version,
        day=shift.day,
        time_zone=shift.depot.time_zone,
        printed_at=printed_at,
        depot=shift.depot.name,
        depot_address=shift.depot.address,
        depot_location=shift.depot.location,
        driver=shift.driver.name,
        driver_phone=shift.driver.phone,
        vehicle=shift.vehicle.name,
        plate=shift.vehicle.plate,
        start=shift.start,
        end=shift.end,
        leave_by=times.departure,
        back_at=times.end,
        lines=tuple(_lines(times)),
        rests=tuple(
            ManifestRest(
                index=rest.index,
                begin=rest.begin,
                end=rest.end,
                driven=timedelta(seconds=rest.driven_s),
                left=timedelta(seconds=rest.left_s),
            )
            for rest in times.breaks
        ),
        capacity=shift.vehicle.capacity,
        peak_load=times.peak_load,
        distance_m=times.distance_m,
        driving=times.driving,
        is_estimated=times.is_estimated,
        warnings=tuple(each.text for each in times.violations if each.order is None),
    )


def load_list(printed: Manifest) -> tuple[ManifestLine, ...]:
    """What goes into the van, first loaded first: the last delivery lies deepest."""
    return tuple(line for line in reversed(printed.deliveries) if line.collected_by is None)


def labels(printed: Manifest, chosen: Collection[OrderId] = ()) -> tuple[Label, ...]:
    """A label for every parcel, in the sequence of the stops; those of `chosen`, or all for none.

    Goods that go on to another door wear the label of that door, unless theirs was chosen.
    """
    return tuple(
        Label(line=line, barcode=barcode, number=number, count=len(line.parcels))
        for line in printed.lines
        if (line.order in chosen if chosen else not printed.takers(line))
        for number, barcode in enumerate(line.parcels, start=1)
    )


def more_words(amounts: Iterable[tuple[str, int]]) -> str:
    """Loads in dimensions of the depot's own, whose names know no plural: 3 × cages."""
    return ", ".join(f"{amount} × {name}" for name, amount in amounts if amount)


def back_words(line: ManifestLine) -> str:
    """What the driver takes along from the door: 2 parcels · 1.5 kg; empty where it is nothing."""
    grams, _, parcels = (*line.takes_back, 0, 0, 0)[:3]
    words = [f"{parcels} parcel" + "s" * (parcels != 1)] if parcels else []
    words += [f"{grams / 1000:.1f} kg"] if grams else []
    return " · ".join(words) or ("goods" if any(line.takes_back) else "")


def total_load(lines: Iterable[ManifestLine]) -> Load:
    """Everything of these stops together."""
    return sum(
        (
            Load(
                weight_g=line.weight_g,
                volume_cm3=line.volume_cm3,
                parcels=len(line.parcels),
                more=line.more_load,
            )
            for line in lines
        ),
        Load(),
    )


def _lines(times: Timetable) -> Iterable[ManifestLine]:
    before: Order | None = None
    for number, stop in enumerate(times.stops, start=1):
        yield _line(number, stop, before, times.shift.depot.currency)
        before = stop.order


def _line(number: int, stop: StopTime, before: Order | None, currency: str) -> ManifestLine:
    order = stop.order
    is_cash_due = order.payment is Payment.CASH_ON_DELIVERY
    return ManifestLine(
        order=order.id,
        number=number,
        reference=order.reference,
        kind=order.kind,
        recipient=order.recipient,
        company=order.company,
        address=order.address,
        phone=order.phone,
        notes=order.notes,
        eta=stop.begin,
        window=stop.window,
        parcels=tuple(parcel.barcode for parcel in order.parcels),
        weight_g=order.weight_g,
        volume_cm3=order.volume_cm3,
        more_load=order.more_load,
        collected_by=None if order.kind is OrderKind.PICKUP else order.rules.collected_by,
        takes_back=order.rules.takes_back,
        method=order.method,
        is_cash_due=is_cash_due,
        cash=order.cod_amount if is_cash_due else None,
        currency=(order.currency or currency) if is_cash_due else "",
        priority=order.priority,
        requirements=tuple(sorted(order.requirements)),
        location=order.location,
        precision=order.place.precision if order.place is not None else Precision.UNKNOWN,
        is_same_door=before is not None and _is_one_door(before, order),
        warnings=tuple(each.text for each in stop.violations),
    )


def _is_one_door(a: Order, b: Order) -> bool:
    """Equal pins are one door, unless they only stand for the middle of a street."""
    if a.location is None or a.location != b.location:
        return False
    if a.place is not None and a.place.precision is not Precision.STREET:
        return True
    return a.address.street.casefold() == b.address.street.casefold()
