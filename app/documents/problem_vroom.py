"""A problem in VROOM's JSON: jobs, shipments, vehicles and matrices, checked and typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from app.documents.json_input import Flaw, Json, decoded
from app.documents.vroom_values import (
    Amounts,
    Prices,
    Shipment,
    Spot,
    Step,
    StepKind,
    Task,
    TaskKind,
    VehicleBreak,
    VroomMatrix,
    VroomProblem,
    VroomVehicle,
    Window,
)
from app.domain.errors import ImportErrors

_MOST_ID = 2**64 - 1
MOST_PRIORITY = 100
_SLOWEST, _FASTEST = 0.0001, 5.0


def parse_vroom(content: bytes, name: str) -> VroomProblem:
    """Raises ImportErrors that lists each flaw with its JSON path and what is expected there."""
    return _Reader(decoded(content, name), name).read()


class _Reader:
    """Reads on after a flaw, one for each job, shipment and vehicle, so that all are listed."""

    def __init__(self, root: Json, name: str) -> None:
        self._root = root
        self._name = name
        self._flaws: list[str] = []
        self._sizes: list[tuple[int, str]] = []
        """How long each array of amounts is, and where it is."""
        self._matrices: Mapping[str, VroomMatrix] = {}
        self._size = 0
        """How many rows every matrix in use has."""

    def read(self) -> VroomProblem:
        root = self._root
        if not isinstance(root.value, dict):
            raise self._refusal([str(root.flaw("an object with jobs or shipments, and vehicles"))])
        matrices = self._attempt(_matrices, root)
        if matrices is None:
            # Without them nobody knows what a place is.
            raise self._refusal(self._flaws)
        self._matrices = matrices
        used = self._used_profiles() & matrices.keys() or matrices.keys()
        self._size = min((len(matrices[name].seconds) for name in used), default=0)
        jobs = self._each("jobs", self._job)
        shipments = self._each("shipments", self._shipment)
        vehicles = self._each("vehicles", self._vehicle)
        if not self._flaws and not jobs and not shipments:
            self._flaws.append("$.jobs: expected at least one job or shipment, got nothing")
        if not self._flaws and not vehicles:
            self._flaws.append("$.vehicles: expected at least one vehicle, got nothing")
        self._check_sizes()
        if self._flaws:
            raise self._refusal(self._flaws)
        problem = VroomProblem(
            jobs=tuple(jobs),
            shipments=tuple(shipments),
            vehicles=tuple(vehicles),
            matrices=self._matrices,
            dimensions=self._sizes[0][0] if self._sizes else 0,
            asks_lines=self._asks_lines(),
        )
        flaws = [*_twice(problem), *_unknown_steps(problem), *_unknown_ways(problem)]
        if flaws:
            raise self._refusal(flaws)
        return problem

    def _asks_lines(self) -> bool:
        options = self._root.value.get("options")
        return isinstance(options, dict) and options.get("g") is True

    def _refusal(self, flaws: list[str]) -> ImportErrors:
        return ImportErrors(f"{self._name} can't be taken as a problem for VROOM.", flaws)

    def _attempt[T](self, read: Callable[[Json], T], value: Json) -> T | None:
        try:
            return read(value)
        except Flaw as flaw:
            self._flaws.append(str(flaw))
            return None

    def _each[T](self, key: str, read: Callable[[Json], T]) -> list[T]:
        found = self._attempt(lambda root: root.get(key), self._root)
        if found is None:
            return []
        items = self._attempt(lambda value: value.items(f"an array of {key}"), found) or []
        read_items = [self._attempt(read, item) for item in items]
        return [item for item in read_items if item is not None]

    def _used_profiles(self) -> set[str]:
        """As far as the vehicles can be read at all."""
        vehicles = self._root.value.get("vehicles")
        each = vehicles if isinstance(vehicles, list) else []
        names = [one.get("profile") or "car" for one in each if isinstance(one, dict)]
        return {name for name in names if isinstance(name, str)}

    def _job(self, job: Json) -> Task:
        task = self._task(job, TaskKind.JOB)
        delivery, pickup = job.get("delivery"), job.get("pickup")
        if delivery is None and pickup is None:
            # VROOM's older name for what is delivered.
            delivery = job.get("amount")
        return replace(
            task,
            delivery=self._amounts(delivery),
            pickup=self._amounts(pickup),
            skills=_skills(job),
            priority=_priority(job),
        )

    def _shipment(self, shipment: Json) -> Shipment:
        amount = self._amounts(shipment.get("amount"))
        skills, priority = _skills(shipment), _priority(shipment)
        pickup = self._task(shipment.need("pickup", "an object"), TaskKind.PICKUP)
        delivery = self._task(shipment.need("delivery", "an object"), TaskKind.DELIVERY)
        return Shipment(
            pickup=replace(pickup, pickup=amount, skills=skills, priority=priority),
            delivery=replace(delivery, delivery=amount, skills=skills, priority=priority),
        )

    def _task(self, task: Json, kind: TaskKind) -> Task:
        return Task(
            kind=kind,
            id=_id(task),
            spot=self._spot(task, task.get("location"), task.get("location_index"), "location"),
            description=_description(task),
            setup=_seconds(task, "setup"),
            service=_seconds(task, "service"),
            setup_per_type=_per_type(task, "setup_per_type"),
            service_per_type=_per_type(task, "service_per_type"),
            windows=_windows(task),
        )

    def _spot(self, owner: Json, location: Json | None, index: Json | None, what: str) -> Spot:
        if not self._matrices:
            if location is None:
                raise Flaw(
                    f"{owner.path}.{what}: expected [longitude, latitude], as there are no "
                    "matrices, got nothing"
                )
            return Spot(location=location.location())
        size = self._size
        if index is None:
            raise Flaw(
                f"{owner.path}.{what}_index: expected a row of the matrices "
                f"(0 to {size - 1}), got nothing"
            )
        row = index.whole(most=size - 1, what="a row of the matrices")
        return Spot(location=None if location is None else location.point(), index=row)

    def _amounts(self, amounts: Json | None) -> Amounts:
        if amounts is None:
            return ()
        found = amounts.wholes("an array of amounts")
        if not found:
            # What counts nothing says nothing of how many things are counted.
            return ()
        self._sizes.append((len(found), amounts.path))
        return found

    def _check_sizes(self) -> None:
        """All loads and capacities count the same things."""
        if not self._sizes:
            return
        size, first = self._sizes[0]
        self._flaws.extend(
            f"{path}: expected {size} amounts, as {first} has, got {other}"
            for other, path in self._sizes
            if other != size
        )
        if not self._flaws and not any(path.endswith(".capacity") for _size, path in self._sizes):
            self._flaws.append(
                f"$.vehicles[0].capacity: expected {size} amounts, as {first} has, got nothing"
            )

    def _vehicle(self, vehicle: Json) -> VroomVehicle:
        steps = vehicle.get("steps")
        window = vehicle.get("time_window")
        profile = vehicle.get("profile")
        name = ("" if profile is None else profile.text("the name of a profile")) or "car"
        type_ = vehicle.get("type")
        speed = vehicle.get("speed_factor")
        found = VroomVehicle(
            id=_id(vehicle),
            path=vehicle.path,
            profile=name,
            description=_description(vehicle),
            start=self._corner(vehicle, "start"),
            end=self._corner(vehicle, "end"),
            capacity=self._amounts(vehicle.get("capacity")),
            prices=_prices(vehicle),
            skills=_skills(vehicle),
            type="" if type_ is None else type_.text("the name of a vehicle type"),
            window=None if window is None else window.window(),
            breaks=self._breaks(vehicle),
            speed_factor=1.0 if speed is None else _speed(speed),
            max_tasks=_limit(vehicle, "max_tasks"),
            max_travel_time=_limit(vehicle, "max_travel_time"),
            max_distance=_limit(vehicle, "max_distance"),
            steps=() if steps is None else tuple(map(_step, steps.items("an array of steps"))),
            has_steps=steps is not None,
        )
        _check_prices(vehicle, found, self._matrices.get(name))
        return found

    def _corner(self, vehicle: Json, what: str) -> Spot | None:
        location, index = vehicle.get(what), vehicle.get(f"{what}_index")
        if location is None and index is None:
            return None
        return self._spot(vehicle, location, index, what)

    def _breaks(self, vehicle: Json) -> tuple[VehicleBreak, ...]:
        breaks = vehicle.get("breaks")
        if breaks is None:
            return ()
        found = []
        for item in breaks.items("an array of breaks"):
            most = item.get("max_load")
            found.append(
                VehicleBreak(
                    id=_id(item),
                    service=_seconds(item, "service"),
                    windows=_windows(item),
                    max_load=None if most is None else self._amounts(most) or None,
                    description=_description(item),
                )
            )
        return tuple(found)


def _matrices(root: Json) -> dict[str, VroomMatrix]:
    matrices = root.get("matrices")
    if matrices is None:
        old = root.get("matrix")
        return {} if old is None else {"car": VroomMatrix(seconds=old.table("seconds"))}
    found = {}
    for profile, matrix in matrices.members("an object with a matrix for each profile"):
        if matrix.value is None:
            continue
        seconds = matrix.need("durations", "a square matrix of seconds").table("seconds")
        metres, costs = matrix.get("distances"), matrix.get("costs")
        found[profile] = VroomMatrix(
            seconds=seconds,
            metres=None if metres is None else metres.table("metres"),
            costs=None if costs is None else costs.table("costs"),
        )
        for other, key in ((metres, "distances"), (costs, "costs")):
            if other is not None and len(other.value) != len(seconds):
                raise Flaw(
                    f"{matrix.path}.{key}: expected {len(seconds)} rows, as durations has, "
                    f"got {len(other.value)}"
                )
    return found


def _id(owner: Json) -> int:
    return owner.need("id", "a whole number").whole(most=_MOST_ID)


def _description(owner: Json) -> str | None:
    found = owner.get("description")
    return None if found is None else found.text()


def _seconds(owner: Json, key: str) -> int:
    found = owner.get(key)
    return 0 if found is None else found.whole(what="seconds")


def _limit(owner: Json, key: str) -> int | None:
    found = owner.get(key)
    return None if found is None else found.whole()


def _per_type(owner: Json, key: str) -> dict[str, int]:
    found = owner.get(key)
    if found is None:
        return {}
    pairs = found.members("an object with seconds for each vehicle type")
    return {name: value.whole(what="seconds") for name, value in pairs}


def _windows(owner: Json) -> tuple[Window, ...]:
    found = owner.get("time_windows")
    if found is None:
        return ()
    windows = [item.window() for item in found.items("an array of [start, end] pairs")]
    if not windows:
        raise found.flaw("at least one [start, end] pair")
    return tuple(sorted(windows))


def _skills(owner: Json) -> frozenset[int]:
    found = owner.get("skills")
    return frozenset() if found is None else frozenset(found.wholes("an array of skill numbers"))


def _priority(owner: Json) -> int:
    found = owner.get("priority")
    return 0 if found is None else found.whole(most=MOST_PRIORITY, what="a priority")


def _speed(speed: Json) -> float:
    return speed.number(_SLOWEST, _FASTEST, f"a factor from {_SLOWEST:g} to {_FASTEST:g}")


def _prices(vehicle: Json) -> Prices:
    costs = vehicle.get("costs")
    if costs is None:
        return Prices()
    given = {
        key: found.whole(what="a price")
        for key in ("fixed", "per_hour", "per_task_hour", "per_km")
        if (found := costs.get(key)) is not None
    }
    return replace(Prices(), **given)


def _check_prices(place: Json, vehicle: VroomVehicle, matrix: VroomMatrix | None) -> None:
    """A matrix of costs is all that travel costs."""
    if matrix is None:
        return
    prices = vehicle.prices
    if matrix.costs is not None and (prices.per_km or prices.per_hour != Prices().per_hour):
        raise Flaw(
            f"{place.path}.costs: expected neither per_hour nor per_km, as the matrix of costs "
            f"of profile {vehicle.profile} says what travel costs, got them"
        )


def _step(step: Json) -> Step:
    kinds = ", ".join(StepKind)
    name = step.need("type", f"one of {kinds}")
    try:
        kind = StepKind(name.text(f"one of {kinds}"))
    except ValueError as error:
        raise name.flaw(f"one of {kinds}") from error
    return Step(
        kind=kind,
        path=step.path,
        id=None if kind in (StepKind.START, StepKind.END) else _id(step),
        at=_limit(step, "service_at"),
        after=_limit(step, "service_after"),
        before=_limit(step, "service_before"),
    )


def _twice(problem: VroomProblem) -> list[str]:
    """Ids that name two things of a kind."""
    return [
        *_repeated("$.jobs", "job", (job.id for job in problem.jobs)),
        *_repeated("$.shipments", "pickup", (each.pickup.id for each in problem.shipments)),
        *_repeated("$.shipments", "delivery", (each.delivery.id for each in problem.shipments)),
        *_repeated("$.vehicles", "vehicle", (vehicle.id for vehicle in problem.vehicles)),
        *(
            flaw
            for vehicle in problem.vehicles
            for flaw in _repeated(
                f"{vehicle.path}.breaks", "break", (pause.id for pause in vehicle.breaks)
            )
        ),
    ]


def _repeated(path: str, what: str, ids: Iterable[int]) -> list[str]:
    seen: set[int] = set()
    flaws = []
    for number, each in enumerate(ids):
        if each in seen:
            flaws.append(f"{path}[{number}]: expected an id of its own for this {what}, got {each}")
        seen.add(each)
    return flaws


def _unknown_ways(problem: VroomProblem) -> list[str]:
    """What matrices lack, where the roads can't be asked because some place is on no map.

    A limit of metres alone is taken, as VROOM does; it does not count then.
    """
    if not problem.matrices or problem.is_on_map:
        return []
    known = ", ".join(sorted(problem.matrices))
    flaws: dict[str, None] = {}
    for vehicle in filter(problem.lacks_ways, problem.vehicles):
        if vehicle.profile not in problem.matrices:
            flaw = (
                f"{vehicle.path}.profile: expected a profile of $.matrices ({known}), or the "
                f"longitude and latitude of every place, got {vehicle.profile}"
            )
            flaws[flaw] = None
        elif vehicle.prices.per_km:
            flaw = (
                f"$.matrices.{vehicle.profile}.distances: expected a matrix of metres, as "
                f"{vehicle.path} has a price for them, or the longitude and latitude of every "
                "place, got nothing"
            )
            flaws[flaw] = None
    return list(flaws)


def _unknown_steps(problem: VroomProblem) -> list[str]:
    """Steps that name nothing, tasks that several steps name, and ends in the middle."""
    tasks = {(task.kind.value, task.id) for task in problem.tasks}
    named: set[tuple[str, int]] = set()
    flaws = []
    for vehicle in problem.vehicles:
        breaks = {pause.id for pause in vehicle.breaks}
        taken: set[int] = set()
        for step in vehicle.steps:
            if step.kind is StepKind.START and step is not vehicle.steps[0]:
                flaws.append(f"{step.path}.type: expected a start before all other steps")
            elif step.kind is StepKind.END and step is not vehicle.steps[-1]:
                flaws.append(f"{step.path}.type: expected an end after all other steps")
            if step.id is None:
                continue
            if step.kind is StepKind.BREAK:
                if step.id not in breaks or step.id in taken:
                    flaws.append(f"{step.path}.id: expected a break of its vehicle, got {step.id}")
                taken.add(step.id)
                continue
            key = (step.kind.value, step.id)
            if key not in tasks:
                flaws.append(f"{step.path}.id: expected the id of a {step.kind}, got {step.id}")
            elif key in named:
                flaws.append(
                    f"{step.path}.id: expected a {step.kind} of its own, got {step.id} twice"
                )
            named.add(key)
    return flaws
