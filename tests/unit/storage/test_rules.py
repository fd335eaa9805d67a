from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.fleet import Load, Slot
from app.domain.geo import Location
from app.domain.ids import DriverId, OrderId
from app.domain.rules import (
    DEPOT_AIMS,
    NO_ORDER_RULES,
    NO_SHIFT_RULES,
    Aims,
    Balance,
    OrderRules,
    Overrun,
    Pause,
    ShiftRules,
)
from app.domain.times import TimeWindow
from app.storage.base import touch
from app.storage.convert import (
    depot_of,
    fill_depot,
    fill_shift,
    fill_vehicle,
    shift_of,
    vehicle_of,
)
from app.storage.database import Database
from app.storage.order_rows import add_orders
from app.storage.queries import orders
from app.storage.records import DepotRecord, DriverRecord, ShiftRecord, VehicleRecord
from app.storage.rules import order_rules, rules_column, shift_rules
from tests.databases import NOW
from tests.factories import make_depot, make_order, make_shift, make_vehicle, new_id

_lengths = st.integers(0, 10**6).map(lambda s: timedelta(seconds=s))
_moments = st.integers(0, 2 * 10**9).map(lambda s: datetime.fromtimestamp(s, UTC))
_windows = st.builds(
    lambda start, length: TimeWindow(start=start, end=start + length), _moments, _lengths
)
_drivers = st.frozensets(st.uuids().map(DriverId), max_size=3)
_names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
_by_type = st.lists(st.tuples(_names, _lengths), max_size=2).map(tuple)
_overruns = st.none() | st.builds(Overrun, most=_lengths, per_hour=st.floats(0, 1e6))
_order_rules = st.builds(
    OrderRules,
    more_windows=st.lists(_windows, max_size=2).map(tuple),
    released_at=st.none() | _moments,
    setup_time=_lengths,
    service_by_type=_by_type,
    setup_by_type=_by_type,
    collected_by=st.none() | st.uuids().map(OrderId),
    drivers=_drivers,
    barred_drivers=_drivers,
    preferred_drivers=_drivers,
    goods=st.frozensets(_names, max_size=2),
    apart_from=st.frozensets(_names, max_size=2),
    drop_price=st.none() | st.floats(0, 1e9),
    lateness=_overruns,
)
_pauses = st.builds(
    Pause,
    length=_lengths,
    window=st.none() | _windows,
    after_driving=st.none() | _lengths,
    after_work=st.none() | _lengths,
    most_aboard=st.none() | st.lists(st.integers(0, 10**9), max_size=4).map(tuple),
)
_shift_rules = st.builds(
    ShiftRules,
    pauses=st.lists(_pauses, max_size=2).map(tuple),
    max_driving=st.none() | _lengths,
    max_distance_m=st.none() | st.integers(0, 10**7),
    max_reloads=st.integers(0, 9),
    overtime=_overruns,
    travel_pace=st.floats(0.1, 5),
    area=st.lists(
        st.builds(Location, lat=st.floats(-89, 89), lon=st.floats(-179, 179)), max_size=4
    ).map(tuple),
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(_order_rules)
def test_rules_of_an_order_come_back_from_json_as_they_were(rules: OrderRules) -> None:
    assert order_rules(json.loads(json.dumps(rules_column(rules)))) == rules


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(_shift_rules)
def test_rules_of_a_shift_come_back_from_json_as_they_were(rules: ShiftRules) -> None:
    assert shift_rules(json.loads(json.dumps(rules_column(rules)))) == rules


def test_no_rules_take_no_room() -> None:
    assert rules_column(NO_ORDER_RULES) is None
    assert rules_column(NO_SHIFT_RULES) is None
    assert rules_column(OrderRules(goods=frozenset({"food"}))) == {"goods": ["food"]}


def test_an_order_keeps_its_rules_and_further_loads_in_the_database(database: Database) -> None:
    order = make_order(
        rules=OrderRules(goods=frozenset({"food"}), setup_time=timedelta(minutes=2)),
        more_load=(("cages", 2), ("pallets", 1)),
    )
    with database.transaction() as session:
        add_orders(session, [order], NOW, "dora")
    with database.reading() as session:
        (kept,) = orders(session, [order.id])
    assert kept.rules == order.rules
    assert kept.load.more == (("cages", 2), ("pallets", 1))


@pytest.mark.parametrize("traffic", [(), ((1.25,) * 24,) * 7])
def test_a_shift_and_its_fleet_keep_their_rules(
    database: Database, traffic: tuple[tuple[float, ...], ...]
) -> None:
    depot = make_depot(
        delivery_slots=(Slot(start=time(9), end=time(12)), Slot(start=time(18, 30), end=time(21))),
        traffic=traffic,
        aims=Aims(balance=Balance.HOURS, per_imbalance=12.5) if traffic else DEPOT_AIMS,
    )
    vehicle = make_vehicle(
        capacity=Load(weight_g=1, volume_cm3=2, parcels=3, more=(("cages", 12),))
    )
    shift = make_shift(
        depot=depot,
        vehicle=vehicle,
        rules=ShiftRules(max_stops=40, pauses=(Pause(length=timedelta(minutes=15)),)),
    )
    with database.transaction() as session:
        rows = (
            DepotRecord(id=depot.id),
            VehicleRecord(id=vehicle.id),
            DriverRecord(id=shift.driver.id, name="", phone="", skills=frozenset()),
            ShiftRecord(id=shift.id),
        )
        fill_depot(rows[0], depot)
        fill_vehicle(rows[1], vehicle)
        rows[2].is_active = True
        fill_shift(rows[3], shift)
        for row in rows:
            touch(row, NOW, "dora")
            session.add(row)
            session.flush()
    with database.reading() as session:
        row = session.get_one(ShiftRecord, shift.id)
        assert shift_of(row).rules == shift.rules
        assert vehicle_of(row.vehicle).capacity == vehicle.capacity
        assert depot_of(row.depot).delivery_slots == depot.delivery_slots
        assert depot_of(row.depot).traffic == traffic
        assert depot_of(row.depot).aims == depot.aims


def test_order_ids_in_rules_stay_ids() -> None:
    pickup, driver = OrderId(new_id()), DriverId(uuid4())
    rules = OrderRules(collected_by=pickup, drivers=frozenset({driver}))
    assert order_rules(rules_column(rules)) == rules
