"""Identifiers, made by the program so that two depots' databases can be merged."""

from __future__ import annotations

from typing import NewType
from uuid import UUID

OrderId = NewType("OrderId", UUID)
DepotId = NewType("DepotId", UUID)
VehicleId = NewType("VehicleId", UUID)
DriverId = NewType("DriverId", UUID)
ShiftId = NewType("ShiftId", UUID)
RouteId = NewType("RouteId", UUID)
ScenarioId = NewType("ScenarioId", UUID)
ConditionId = NewType("ConditionId", UUID)


def uuid7(unix_ms: int, entropy: bytes) -> UUID:
    """A version 7 UUID (RFC 9562, section 5.7) of a moment and ten random bytes.

    Ids made later sort later, which keeps the database's indexes compact.
    """
    if not 0 <= unix_ms < 1 << 48:
        raise ValueError(f"{unix_ms} ms is outside the years that a UUID can hold")
    if len(entropy) != 10:
        raise ValueError(f"ten random bytes are needed, not {len(entropy)}")
    random_a = int.from_bytes(entropy[:2]) & 0xFFF
    random_b = int.from_bytes(entropy[2:]) & ((1 << 62) - 1)
    return UUID(int=unix_ms << 80 | 0x7 << 76 | random_a << 64 | 0b10 << 62 | random_b)
