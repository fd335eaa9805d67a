"""A plan, or the check of one, as VROOM writes it: summary, unassigned, routes with their steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from app.documents.atomic_file import write_bytes
from app.documents.vroom_values import Amounts, Spot, TaskKind

INPUT_ERROR = 2
"""VROOM's own code for a problem that can't be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A broken rule by VROOM's name for it; times are seconds, loads are amounts."""

    cause: str
    amount: int | Amounts
    is_time: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReport:
    kind: str
    arrival: int
    duration: int
    """Travel since the start."""
    load: Amounts
    id: int | None = None
    description: str | None = None
    spot: Spot | None = None
    setup: int = 0
    service: int = 0
    waiting: int = 0
    distance: int | None = None
    faults: tuple[Fault, ...] = ()
    exceeded: tuple[Fault, ...] = ()
    """Limits of the whole route that are behind it here; the route's own faults count them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteReport:
    vehicle: int
    cost: float
    steps: tuple[StepReport, ...]
    delivery: Amounts
    pickup: Amounts
    setup: int
    service: int
    duration: int
    waiting: int
    priority: int
    description: str | None = None
    distance: int | None = None
    line: str | None = None
    """Along the streets, encoded."""
    faults: tuple[Fault, ...] = ()
    """The route's own; each step has those of its own."""

    @property
    def all_faults(self) -> tuple[Fault, ...]:
        return (*(fault for step in self.steps for fault in step.faults), *self.faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unserved:
    kind: str
    id: int
    reason: str
    detail: str
    description: str | None = None
    spot: Spot | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SolutionReport:
    routes: tuple[RouteReport, ...]
    unassigned: tuple[Unserved, ...]
    cost: float
    loading_ms: int
    solving_ms: int
    engine: str = ""
    trajectory: tuple[tuple[float, float], ...] = ()
    """Seconds since the start, and the cost of the best plan from then on."""
    scale: int = 1
    """How many units of time and distance make one that is written."""
    cost_scale: int = 1
    dimensions: int = 0
    """How many amounts every load has."""

    @property
    def faults(self) -> tuple[Fault, ...]:
        return tuple(fault for route in self.routes for fault in route.all_faults)

    @property
    def published_cost(self) -> int | float:
        """The cost in the units that are written."""
        return round(self.cost) if self.cost_scale == 1 else round(self.cost / self.cost_scale, 6)


def solution_bytes(report: SolutionReport) -> bytes:
    """The report as VROOM's output JSON."""
    return msgspec.json.format(msgspec.json.encode(_Writer(report).solution())) + b"\n"


def write_solution(path: Path, report: SolutionReport) -> None:
    """Raises DispatchError where `path` can't be written."""
    write_bytes(path, solution_bytes(report))


def error_bytes(message: str) -> bytes:
    """What VROOM writes for a problem that it can't read."""
    return msgspec.json.encode({"code": INPUT_ERROR, "error": message}) + b"\n"


class _Writer:
    def __init__(self, report: SolutionReport) -> None:
        self._report = report
        self._scale = report.scale

    def solution(self) -> dict[str, Any]:
        report = self._report
        routes = report.routes
        summary: dict[str, Any] = {
            "cost": report.published_cost,
            "routes": len(routes),
            "unassigned": len(report.unassigned),
            **_moved(
                self._sum(route.delivery for route in routes),
                self._sum(route.pickup for route in routes),
            ),
            "setup": self._unit(sum(route.setup for route in routes)),
            "service": self._unit(sum(route.service for route in routes)),
            "duration": self._unit(sum(route.duration for route in routes)),
            "waiting_time": self._unit(sum(route.waiting for route in routes)),
            "priority": sum(route.priority for route in routes),
        }
        known = [route.distance for route in routes if route.distance is not None]
        if routes and len(known) == len(routes):
            summary["distance"] = self._unit(sum(known))
        summary["violations"] = self._faults(_by_cause(report.faults))
        summary["computing_times"] = {
            "loading": report.loading_ms,
            "solving": report.solving_ms,
            "routing": 0,
        }
        if report.engine:
            summary["engine"] = report.engine
            summary["trajectory"] = [
                [round(1000 * seconds), self._cost(cost)] for seconds, cost in report.trajectory
            ]
        return {
            "code": 0,
            "summary": summary,
            "unassigned": [_unserved(each) for each in report.unassigned],
            "routes": [self._route(route) for route in routes],
        }

    def _route(self, route: RouteReport) -> dict[str, Any]:
        return {
            "vehicle": route.vehicle,
            **_described(route.description),
            "cost": self._cost(route.cost),
            **_moved(route.delivery, route.pickup),
            "setup": self._unit(route.setup),
            "service": self._unit(route.service),
            "duration": self._unit(route.duration),
            "waiting_time": self._unit(route.waiting),
            "priority": route.priority,
            **self._distance(route.distance),
            "steps": [self._step(step) for step in route.steps],
            "violations": self._faults(_by_cause(route.all_faults)),
            **({} if route.line is None else {"geometry": route.line}),
        }

    def _step(self, step: StepReport) -> dict[str, Any]:
        return {
            "type": step.kind,
            **({} if step.id is None else {"id": step.id}),
            # VROOM's older name for it, which programs still read.
            **({"job": step.id} if step.kind == TaskKind.JOB else {}),
            **_described(step.description),
            **_located(step.spot),
            "setup": self._unit(step.setup),
            "service": self._unit(step.service),
            "waiting_time": self._unit(step.waiting),
            **({"load": step.load} if step.load else {}),
            "arrival": self._unit(step.arrival),
            "duration": self._unit(step.duration),
            **self._distance(step.distance),
            "violations": self._faults((*step.faults, *step.exceeded)),
        }

    def _sum(self, amounts: Iterable[Amounts]) -> Amounts:
        nothing = (0,) * self._report.dimensions
        return tuple(map(sum, zip(nothing, *amounts, strict=True)))

    def _faults(self, faults: Sequence[Fault]) -> list[dict[str, Any]]:
        written: list[dict[str, Any]] = []
        for fault in faults:
            amount = fault.amount
            if fault.is_time and isinstance(amount, int):
                # VROOM gives lateness as `duration`; the amounts of the others are our addition.
                written.append({"cause": fault.cause, "duration": self._unit(amount)})
            else:
                written.append({"cause": fault.cause, "amount": amount})
        return written

    def _distance(self, distance: int | None) -> Mapping[str, Any]:
        return {} if distance is None else {"distance": self._unit(distance)}

    def _unit(self, amount: int) -> int | float:
        return amount if self._scale == 1 else amount / self._scale

    def _cost(self, cost: float) -> int | float:
        scale = self._report.cost_scale
        return round(cost) if scale == 1 else round(cost / scale, 6)


def _by_cause(faults: Sequence[Fault]) -> list[Fault]:
    """One for each cause, as VROOM sums up a route and a solution; of loads the most of each."""
    found: dict[str, Fault] = {}
    for fault in faults:
        before = found.get(fault.cause)
        found[fault.cause] = fault if before is None else _joined(before, fault)
    return list(found.values())


def _joined(a: Fault, b: Fault) -> Fault:
    if isinstance(a.amount, int) and isinstance(b.amount, int):
        return replace(a, amount=a.amount + b.amount)
    if isinstance(a.amount, int) or isinstance(b.amount, int):
        return a
    return replace(a, amount=tuple(map(max, a.amount, b.amount)))


def _moved(delivery: Amounts, pickup: Amounts) -> dict[str, Amounts]:
    """Nothing where the file counts no loads; `amount` is VROOM's older name."""
    if not delivery:
        return {}
    return {"delivery": delivery, "amount": delivery, "pickup": pickup}


def _unserved(each: Unserved) -> dict[str, Any]:
    return {
        "id": each.id,
        "type": each.kind,
        **_described(each.description),
        **_located(each.spot),
        "reason": each.reason,
        "detail": each.detail,
    }


def _described(description: str | None) -> dict[str, Any]:
    return {} if description is None else {"description": description}


def _located(spot: Spot | None) -> dict[str, Any]:
    if spot is None:
        return {}
    index = {} if spot.index is None else {"location_index": spot.index}
    location = {} if spot.location is None else {"location": spot.location}
    return {**location, **index}
