"""Rows of the trade: fleet, orders, routes, and what is remembered about them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.addresses import Precision
from app.domain.conditions import ConditionKind
from app.domain.fleet import PlaceKind
from app.domain.orders import Method, OrderKind, OrderStatus, Payment
from app.domain.problem import Reason
from app.domain.routes import Lock, RouteStatus
from app.domain.travel import Profile
from app.storage.base import Base, Versioned, by_value, only_in


class DepotRecord(Versioned, Base):
    __tablename__ = "depots"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    street: Mapped[str]
    detail: Mapped[str]
    postcode: Mapped[str]
    city: Mapped[str]
    country: Mapped[str]
    lat: Mapped[float]
    lon: Mapped[float]
    time_zone: Mapped[str]
    currency: Mapped[str]
    delivery_slots: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    traffic: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    aims: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """None for those of a depot that says nothing else."""


class VehicleRecord(Versioned, Base):
    __tablename__ = "vehicles"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    plate: Mapped[str]
    profile: Mapped[Profile] = mapped_column(by_value(Profile))
    weight_g: Mapped[int] = mapped_column(BigInteger)
    volume_cm3: Mapped[int] = mapped_column(BigInteger)
    parcels: Mapped[int] = mapped_column(BigInteger)
    more_capacity: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))
    cost_fixed: Mapped[float]
    cost_per_km: Mapped[float]
    cost_per_hour: Mapped[float]
    features: Mapped[frozenset[str]]
    is_active: Mapped[bool]


class DriverRecord(Versioned, Base):
    __tablename__ = "drivers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    phone: Mapped[str]
    skills: Mapped[frozenset[str]]
    home_lat: Mapped[float | None]
    home_lon: Mapped[float | None]
    is_active: Mapped[bool]


class ShiftRecord(Versioned, Base):
    __tablename__ = "shifts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(index=True)
    depot_id: Mapped[UUID] = mapped_column(ForeignKey("depots.id"))
    driver_id: Mapped[UUID] = mapped_column(ForeignKey("drivers.id"))
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("vehicles.id"))
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    rest_start: Mapped[datetime | None]
    rest_end: Mapped[datetime | None]
    rest_length: Mapped[timedelta | None]
    start_kind: Mapped[PlaceKind] = mapped_column(by_value(PlaceKind))
    end_kind: Mapped[PlaceKind] = mapped_column(by_value(PlaceKind))
    rules: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Only what differs from no rules at all; None for those."""

    depot: Mapped[DepotRecord] = relationship(lazy="joined", innerjoin=True)
    driver: Mapped[DriverRecord] = relationship(lazy="joined", innerjoin=True)
    vehicle: Mapped[VehicleRecord] = relationship(lazy="joined", innerjoin=True)


class RouteRecord(Versioned, Base):
    """One for each shift, made with it and named by the same key."""

    __tablename__ = "routes"

    id: Mapped[UUID] = mapped_column(ForeignKey("shifts.id"), primary_key=True)
    lock: Mapped[Lock] = mapped_column(by_value(Lock))
    status: Mapped[RouteStatus] = mapped_column(by_value(RouteStatus))
    contents_version: Mapped[int]
    printed_version: Mapped[int | None]
    printed: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """The manifest as it was printed, to say later what has changed."""
    leaves_after: Mapped[datetime | None]
    """See `Shift.leaves_after`; it belongs to the day as it went, not to the shift as agreed."""
    underway: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The same for `Shift.underway`."""
    promised: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    """The same for `Shift.promised`."""

    shift: Mapped[ShiftRecord] = relationship(lazy="joined", innerjoin=True)
    stops: Mapped[list[StopRecord]] = relationship(
        lazy="selectin", order_by="StopRecord.position", viewonly=True
    )


class StopRecord(Base):
    """An order on a route; the key is the order, so that it can be on one only."""

    __tablename__ = "stops"

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    route_id: Mapped[UUID] = mapped_column(ForeignKey("routes.id"), index=True)
    position: Mapped[int]
    is_locked: Mapped[bool]


class OrderRecord(Versioned, Base):
    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("reference", "depot_id"),
        Index("ix_orders_day_status", "day", "status"),
        # The table's rows in their first sequence, at any depth, without reading the rows before,
        # and the words that are looked for in all of them: reading whole rows takes twice as long.
        only_in(
            "sqlite",
            Index(
                "ix_orders_day_words",
                *("day", "reference", "id", "status", "depot_id", "search_text"),
            ),
        ),
        # PostgreSQL takes no words into an index that are as long as these may be.
        only_in("postgresql", Index("ix_orders_day_reference", "day", "reference", "id", "status")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(200))
    depot_id: Mapped[UUID | None] = mapped_column(ForeignKey("depots.id"))
    day: Mapped[date]
    kind: Mapped[OrderKind] = mapped_column(by_value(OrderKind))
    status: Mapped[OrderStatus] = mapped_column(by_value(OrderStatus))
    hold_reason: Mapped[str] = mapped_column(Text)
    recipient: Mapped[str] = mapped_column(Text)
    company: Mapped[str] = mapped_column(Text)
    street: Mapped[str] = mapped_column(Text)
    detail: Mapped[str] = mapped_column(Text)
    postcode: Mapped[str] = mapped_column(String(40))
    city: Mapped[str] = mapped_column(Text)
    country: Mapped[str] = mapped_column(String(80))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    precision: Mapped[Precision] = mapped_column(by_value(Precision))
    place_score: Mapped[float | None]
    place_label: Mapped[str] = mapped_column(Text)
    window_start: Mapped[datetime | None]
    window_end: Mapped[datetime | None]
    time_zone: Mapped[str] = mapped_column(String(64))
    service_time: Mapped[timedelta]
    weight_g: Mapped[int] = mapped_column(BigInteger)
    volume_cm3: Mapped[int] = mapped_column(BigInteger)
    parcel_count: Mapped[int]
    more_load: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))
    method: Mapped[Method] = mapped_column(by_value(Method))
    payment: Mapped[Payment] = mapped_column(by_value(Payment))
    cod_amount: Mapped[Decimal | None]
    currency: Mapped[str] = mapped_column(String(8))
    priority: Mapped[int]
    requirements: Mapped[frozenset[str]]
    phone: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)
    notes: Mapped[str] = mapped_column(Text)
    rules: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Only what differs from no rules at all; None for those."""
    search_text: Mapped[str] = mapped_column(Text)
    """Reference, names, street, town, phone and barcodes, folded: what the search box looks in."""

    source_digest: Mapped[str] = mapped_column(String(64), server_default="")
    source_holds: Mapped[str] = mapped_column(Text, server_default="")
    """What the file said when it was imported, and the reasons to hold it, one a line."""

    parcels: Mapped[list[ParcelRecord]] = relationship(
        lazy="selectin", order_by="ParcelRecord.number", cascade="all, delete-orphan"
    )


class ParcelRecord(Base):
    __tablename__ = "parcels"

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    barcode: Mapped[str] = mapped_column(String(200), index=True)


class UnassignedRecord(Base):
    """Why the last optimization left an order out."""

    __tablename__ = "unassigned"

    order_id: Mapped[UUID] = mapped_column(
        ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True
    )
    reason: Mapped[Reason] = mapped_column(by_value(Reason))
    detail: Mapped[str] = mapped_column(Text)


class DayRecord(Base):
    __tablename__ = "days"

    day: Mapped[date] = mapped_column(primary_key=True)
    is_bin_locked: Mapped[bool]
    planned_under: Mapped[str] = mapped_column(Text, server_default="")
    """Which road conditions the plan of the day knew of: `RoadDay.digest`."""


class ScenarioRecord(Versioned, Base):
    """A plan for a day that lies on the shelf beside the one on the board."""

    __tablename__ = "scenarios"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(index=True)
    depot_id: Mapped[UUID | None] = mapped_column(ForeignKey("depots.id"))
    name: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime]
    recipe: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Aims, seed and effort: with them the same orders give the same plan."""
    plan: Mapped[dict[str, Any]] = mapped_column(JSON)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)


class RoadConditionRecord(Versioned, Base):
    __tablename__ = "road_conditions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[ConditionKind] = mapped_column(by_value(ConditionKind))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    area: Mapped[list[list[float]]] = mapped_column(JSON)
    """Latitude and longitude of each corner."""
    travel_factor: Mapped[float]
    more_service: Mapped[timedelta]
    profiles: Mapped[frozenset[str]]


class ConfirmedPinRecord(Base):
    """Where a person said an address is."""

    __tablename__ = "confirmed_pins"

    key: Mapped[str] = mapped_column(String(500), primary_key=True)
    """The address, folded."""
    lat: Mapped[float]
    lon: Mapped[float]
    label: Mapped[str] = mapped_column(Text)
    confirmed_at: Mapped[datetime]
    confirmed_by: Mapped[str]


class WeekTemplateRecord(Base):
    """The shifts of a week, to be copied to other weeks."""

    __tablename__ = "week_templates"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    shifts: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class ColumnMappingRecord(Base):
    """Which columns of a file with these headers mean what."""

    __tablename__ = "column_mappings"

    signature: Mapped[str] = mapped_column(String(64), primary_key=True)
    columns: Mapped[dict[str, str]] = mapped_column(JSON)


class ConsoleRecord(Base):
    """A console that has the database open."""

    __tablename__ = "consoles"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    workstation: Mapped[str]
    who: Mapped[str]
    seen_at: Mapped[datetime]


class EventRecord(Base):
    """What happened; rows are only ever added."""

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_subject_id", "subject", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    who: Mapped[str]
    workstation: Mapped[str]
    kind: Mapped[str] = mapped_column(String(16))
    """order, route, shift, vehicle, driver, depot"""
    subject: Mapped[UUID]
    action: Mapped[str] = mapped_column(String(32))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)
