"""A whole problem in PyVRP's words, with every rule that it knows, and the way back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from statistics import fmean

import numpy as np
import pyvrp

from app.domain.fleet import Shift
from app.domain.geo import Location
from app.domain.ids import OrderId
from app.domain.orders import Order, OrderKind
from app.domain.sketch import RouteSketch
from app.domain.terms import Terms, brought_back, setup_s
from app.planning.engines.barriers import shut
from app.planning.engines.layout import Lengths, coins
from app.planning.engines.on_road import Begun, amounts_of, at_depot
from app.planning.pauses import Pauses, pauses
from app.planning.task import NO_ROAD_M, NO_ROAD_S, Arrangement, Matrix, Roads, Task
from app.planning.wishes import NO_WISHES

_STEP = 6
_NEVER = 1 << 40
_MOST_ENTRIES = 15_000_000

Trips = tuple[tuple[Order, ...], ...]
"""What a van does after what is frozen, cut where it reloads."""


class Model:
    """A task in PyVRP's words, and the way back."""

    def __init__(
        self,
        task: Task,
        roads: Roads,
        start: Sequence[RouteSketch],
        trips: Sequence[Trips],
        *,
        must_place_all: bool = False,
    ) -> None:
        """`start` has what is frozen, `trips` what is planned after it.

        An order without a price may be left out while not all such orders are planned, unless
        `must_place_all`.
        """
        self._task = task
        self._trips = trips
        self._pauses: Pauses = pauses(task.shifts)
        self._origin_s = min(int(shift.window.start.timestamp()) for shift in task.shifts)
        self._begun = [Begun(sketch) for sketch in start]
        self._frozen = [begun.visits for begun in self._begun]
        gone = {visit.order.id for visits in self._frozen for visit in visits}
        by_id = {order.id: order for order in task.orders}
        self._orders = [
            order
            for order in task.orders
            if order.id not in gone
            and order.location is not None
            and self._has_its_half(order, by_id, gone)
        ]
        self.has_work = bool(self._orders)
        if not self.has_work:
            return
        self._node = {order.id: number for number, order in enumerate(self._orders)}
        placed = {order.id for route in trips for trip in route for order in trip}
        self.must_place_all = must_place_all or self._are_all_in(placed)
        self._terms = [sketch._known_terms() for sketch in start]  # noqa: SLF001 - same package
        self._names = sorted({name for terms in self._terms for name in terms.names})
        vans = {route.id: van for route, van in zip(task.routes, self._begun, strict=True)}
        self._at_depot = at_depot(self._orders, vans, task.pins)
        self._has_waiting = bool(self._at_depot)
        self._lay_out(roads)
        self.data = self._data()
        # The engine has its own copy; on a large day each is hundreds of megabytes.
        self._distances.clear()
        self._durations.clear()

    @staticmethod
    def _has_its_half(order: Order, by_id: dict[OrderId, Order], gone: set[OrderId]) -> bool:
        """A delivery whose goods are aboard already is a delivery like any other."""
        supplier = order.rules.collected_by
        if supplier is None or supplier in gone:
            return True
        return supplier in by_id and by_id[supplier].kind is OrderKind.PICKUP

    def places_all(self, solution: pyvrp.Solution) -> bool:
        """Whether it leaves nothing out but what has a price for that."""
        return self._are_all_in(
            {order.id for route in self.trips(solution) for trip in route for order in trip}
        )

    def _are_all_in(self, placed: Collection[OrderId]) -> bool:
        return all(o.id in placed or o.rules.drop_price is not None for o in self._orders)

    def cost(self, solution: pyvrp.Solution) -> int:
        return pyvrp.CostEvaluator([0] * self.data.num_load_dimensions, 0, 0).cost(solution)

    def sequences(self, solution: pyvrp.Solution) -> Arrangement:
        return tuple(
            (*(visit.order for visit in visits), *(order for trip in trips for order in trip))
            for visits, trips in zip(self._frozen, self.trips(solution), strict=True)
        )

    def trips(self, solution: pyvrp.Solution) -> list[Trips]:
        """Equal shifts are one type: its routes go to them one after the other."""
        free = {kind: list(members) for kind, members in enumerate(self._members)}
        found: list[Trips] = [() for _ in self._frozen]
        for route in solution.routes():
            trips: list[list[Order]] = [[]]
            for stop in list(route)[1:-1]:
                if stop.is_depot():
                    trips.append([])
                else:
                    trips[-1].append(self._order_of(stop))
            found[free[route.vehicle_type()].pop(0)] = tuple(map(tuple, trips))
        return found

    def _order_of(self, stop: pyvrp.ScheduledActivity) -> Order:
        if stop.is_client():
            return self._of_client[stop.idx]
        first, second = self._of_shipment[stop.idx]
        return first if stop.is_pickup() else second

    def given(self) -> pyvrp.Solution | None:
        """The plan as it is; None where nothing is planned."""
        routes = []
        for number, trips in enumerate(self._trips):
            kind = self._type_of[number]
            visits: list[pyvrp.Activity] = []
            for later, trip in enumerate(trips):
                known = [self._activity[o.id] for o in trip if o.id in self._activity]
                if known and (visits or (later and self._frozen[number])):
                    depots = self._types[kind].reload_depots
                    visits += [pyvrp.Activity(pyvrp.ActivityType.DEPOT, d) for d in depots[:1]]
                visits += known
            if visits:
                routes.append(pyvrp.Route(self.data, visits, kind))
        return pyvrp.Solution(self.data, routes) if routes else None

    def _lay_out(self, roads: Roads) -> None:
        """Orders first, a place each; then a start, an end and a depot for each way of these."""
        shifts = self._task.shifts
        self._begins = [self._begin(number) for number in range(len(shifts))]
        self._ends = [shift.end_location for shift in shifts]
        corners = [
            *(("from", begin) for begin in self._begins),
            *(("to", end) for end in self._ends),
            *(("load", shift.depot.location) for shift in shifts),
        ]
        self._corners = list(dict.fromkeys(corners))
        count = len(self._orders)
        self._corner_node = {corner: count + number for number, corner in enumerate(self._corners)}
        self._wished = self._wishes()
        kinds = [self._profile_kind(number) for number in range(len(shifts))]
        most = _MOST_ENTRIES // (count + len(self._corners)) ** 2
        if any(self._wished) and len(set(kinds)) > most:
            self._wished = [()] * len(shifts)
            kinds = [self._profile_kind(number) for number in range(len(shifts))]
        self._has_walls = len(set(kinds)) <= most
        if not self._has_walls:
            kinds = [(*kind[:-1], ()) for kind in kinds]
        self._profiles = list(dict.fromkeys(kinds))
        self._profile_of = [self._profiles.index(kind) for kind in kinds]
        first = {kind: kinds.index(kind) for kind in self._profiles}
        matrices = [self._matrices(roads, first[kind], kind[-1]) for kind in self._profiles]
        self._durations = [pair[0] for pair in matrices]
        lengths = [pair[1] for pair in matrices]
        self._coins = coins(shifts, lengths, self._durations, are_prices=self._has_prices)
        self._distances = [self._coins.counted(each) for each in lengths]

    def _wishes(self) -> list[tuple[float, ...]]:
        """What each order costs on each van beside the way."""
        # Legs that are prices can't be limited as kilometres.
        is_limited = any(shift.rules.max_distance_m is not None for shift in self._task.shifts)
        wishes = NO_WISHES if is_limited else self._task.wishes
        return [wishes.row(route, self._orders) for route in self._task.routes]

    def _begin(self, number: int) -> tuple[Location, Location, int]:
        """Where a van starts, the depot it loads at first, and the earliest."""
        shift, frozen = self._task.shifts[number], self._frozen[number]
        if not frozen:
            begin_s = int(shift.window.start.timestamp())
            return shift.start_location, shift.depot.location, begin_s
        here = frozen[-1].location or shift.depot.location
        return here, here, self._begun[number].ready_s

    def _profile_kind(self, number: int) -> tuple[object, ...]:
        shift, terms = self._task.shifts[number], self._terms[number]
        rules = shift.rules
        return (
            shift.vehicle.profile,
            rules.travel_pace,
            rules.service_pace,
            rules.vehicle_type,
            terms.frame.per_m if self._has_prices else 0.0,
            terms.per_driving_s,
            terms.per_service_s,
            self._wished[number],
            shut(self._task.routes[number], self._orders, self._task.pins),
        )

    @property
    def _has_prices(self) -> bool:
        """Whether legs have prices that metres alone don't tell."""
        return any(self._wished) or any(
            terms.per_driving_s or terms.per_service_s or terms.frame.matrix.costs is not None
            for terms in self._terms
        )

    def _matrices(self, roads: Roads, number: int, walled: object) -> tuple[Matrix, Lengths]:
        """Durations with services and setups inside; distances in metres, or prices."""
        shift, terms = self._task.shifts[number], self._terms[number]
        matrix = terms.frame.matrix
        places = [order.location for order in self._orders if order.location is not None]
        count = len(places)
        ends = [place[0] if isinstance(place, tuple) else place for _, place in self._corners]
        depots = [place[1] if isinstance(place, tuple) else place for _, place in self._corners]
        every = list(dict.fromkeys([*places, *(p for p in (*ends, *depots) if p is not None)]))
        row_of = {place: row for row, place in enumerate(every)}
        seconds, metres = roads.between(shift.vehicle.profile, every)
        rows = np.array(
            [row_of[place] for place in places]
            + [0 if place is None else row_of[place] for place in ends],
            dtype=np.intp,
        )
        s, m = seconds[np.ix_(rows, rows)].copy(), metres[np.ix_(rows, rows)].copy()
        for index, (kind, place) in enumerate(self._corners, start=count):
            if kind == "to" and place is None:
                s[:, index] = m[:, index] = 0
            elif kind == "from" and isinstance(place, tuple) and place[0] != place[1]:
                home, depot = row_of[place[0]], row_of[place[1]]
                s[index, :] = seconds[home, depot] + seconds[depot, rows]
                m[index, :] = metres[home, depot] + metres[depot, rows]
        pace = terms.rules.travel_pace
        if matrix.pace is not None:
            pace *= fmean(matrix.pace.travel)
        is_road = s < NO_ROAD_S
        if pace != 1.0:
            s = np.where(is_road, np.rint(s * pace), s).astype(np.int64)
        distances: Lengths = m
        services = np.array([terms.frame.visit(order).service_s for order in self._orders])
        if self._has_prices:
            distances = self._prices(terms, s, m, services, self._wished[number])
        setups = np.array([setup_s(order, terms) for order in self._orders])
        durations = s
        durations[:count, :] += services[:, None]
        is_elsewhere = rows[:, None] != rows[None, :count]
        durations[:, :count] += np.where(is_elsewhere, setups[None, :], 0)
        if isinstance(walled, tuple) and walled:
            durations[:, list(walled)] = NO_ROAD_S
        np.fill_diagonal(durations, 0)
        np.fill_diagonal(distances, 0)
        return durations, distances

    def _prices(
        self,
        terms: Terms,
        s: Matrix,
        m: Matrix,
        services: np.ndarray[tuple[int], np.dtype[np.int64]],
        wished: Sequence[float],
    ) -> Lengths:
        """What a leg costs beside the route's hours: with the service before it, the wish after."""
        frame = terms.frame
        prices = m * frame.per_m + s * terms.per_driving_s
        costs = frame.matrix.costs
        if costs is not None:
            table = np.array([np.asarray(row, dtype=np.float64) for row in costs]) / 100
            places: list[Location | None] = [order.location for order in self._orders]
            places += [p[0] if isinstance(p, tuple) else p for _, p in self._corners]
            known = frame.matrix.index
            numbers = np.array([known.get(p, -1) if p is not None else -1 for p in places])
            is_known = numbers >= 0
            both = is_known[:, None] & is_known[None, :]
            prices = np.where(both, table[np.ix_(numbers, numbers)], prices)
        prices[: len(services), :] += (services * terms.per_service_s)[:, None]
        if wished:
            prices[:, : len(services)] += np.array(wished)
        priced: Lengths = np.where(m >= NO_ROAD_M, NO_ROAD_M, prices)
        return priced

    def _data(self) -> pyvrp.ProblemData:
        self._types: list[pyvrp.VehicleType] = []
        self._lay_out_types()
        self._of_client: list[Order] = []
        self._of_shipment: list[tuple[Order, Order]] = []
        self._activity: dict[OrderId, pyvrp.Activity] = {}
        self._prize = self._unit_prize()
        clients, groups, shipments = self._demands()
        return pyvrp.ProblemData(
            [pyvrp.Location(0, 0)] * (len(self._orders) + len(self._corners)),
            clients,
            [self._depot(number) for number in range(len(self._corners))],
            self._types,
            self._distances,  # type: ignore[arg-type]  # its stub misnames numpy's arrays
            self._durations,  # type: ignore[arg-type]
            groups,
            shipments,
        )

    def _depot(self, number: int) -> pyvrp.Depot:
        kind, place = self._corners[number]
        node = len(self._orders) + number
        if kind != "load":
            return pyvrp.Depot(node)
        reload_s = max(
            (
                terms.reload_s
                for terms, shift in zip(self._terms, self._task.shifts, strict=True)
                if shift.depot.location == place
            ),
            default=0,
        )
        return pyvrp.Depot(node, service_duration=reload_s)

    def _demands(
        self,
    ) -> tuple[list[pyvrp.Client], list[pyvrp.ClientGroup], list[pyvrp.Shipment]]:
        clients: list[pyvrp.Client] = []
        groups: list[pyvrp.ClientGroup] = []
        shipments: list[pyvrp.Shipment] = []
        suppliers = {
            order.rules.collected_by: order
            for order in self._orders
            if order.rules.collected_by in self._node
        }
        for order in self._orders:
            if order.rules.collected_by in self._node:
                continue
            delivery = suppliers.get(order.id)
            if delivery is not None:
                number = len(shipments)
                shipments.append(self._shipment(order, delivery))
                self._of_shipment.append((order, delivery))
                kinds = pyvrp.ActivityType
                self._activity[order.id] = pyvrp.Activity(kinds.PICKUP, number)
                self._activity[delivery.id] = pyvrp.Activity(kinds.DELIVERY, number)
                continue
            windows = self._windows(order)
            self._activity[order.id] = pyvrp.Activity(pyvrp.ActivityType.CLIENT, len(clients))
            group = None
            if len(windows) > 1:
                group = len(groups)
                members = range(len(clients), len(clients) + len(windows))
                groups.append(pyvrp.ClientGroup(list(members), required=self._is_required(order)))
            for window in windows:
                clients.append(self._client(order, window, group))
                self._of_client.append(order)
        return clients, groups, shipments

    def _windows(self, order: Order) -> list[tuple[int, int]]:
        return [
            (self._time(window.start.timestamp()), self._time(window.end.timestamp()))
            for window in order.windows
        ] or [(0, _NEVER)]

    def _is_required(self, order: Order) -> bool:
        return self.must_place_all and order.rules.drop_price is None

    def _worth(self, order: Order) -> int:
        if order.rules.drop_price is not None:
            return self._coins.money(order.rules.drop_price)
        return self._prize * int(_STEP ** (4 if order.id in self._task.pins else order.priority))

    def _client(self, order: Order, window: tuple[int, int], group: int | None) -> pyvrp.Client:
        amounts = self._amounts(order)
        is_delivery = order.kind is OrderKind.DELIVERY
        released = order.rules.released_at
        nothing = [0] * len(amounts)
        waits = [int(order.id in self._at_depot)] * self._has_waiting
        back = list(brought_back(order, self._names)) if order.rules.takes_back else nothing
        return pyvrp.Client(
            self._node[order.id],
            delivery=[*(amounts if is_delivery else nothing), 1, *waits],
            pickup=[*(back if is_delivery else amounts), 0, *(0 for _ in waits)],
            tw_early=window[0],
            tw_late=window[1],
            release_time=min(self._time(released.timestamp()), window[1])
            if released is not None and is_delivery
            else 0,
            prize=self._worth(order),
            required=group is None and self._is_required(order),
            group=group,
        )

    def _shipment(self, pickup: Order, delivery: Order) -> pyvrp.Shipment:
        first = self._windows(pickup)
        second = self._windows(delivery)
        return pyvrp.Shipment(
            self._node[pickup.id],
            self._node[delivery.id],
            pickup_tw_early=first[0][0],
            pickup_tw_late=first[-1][1],
            delivery_tw_early=second[0][0],
            # PyVRP refuses a pair that is too late in any case; the checker leaves it out.
            delivery_tw_late=max(second[-1][1], first[0][0]),
            amount=[*self._amounts(delivery), 0, *[0] * self._has_waiting],
            prize=self._worth(pickup) + self._worth(delivery),
            required=self._is_required(pickup) and self._is_required(delivery),
        )

    def _amounts(self, order: Order) -> list[int]:
        return list(amounts_of(order, self._names))

    def _lay_out_types(self) -> None:
        members: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for number, shift in enumerate(self._task.shifts):
            key: tuple[object, ...] = (
                shift.window,
                self._begins[number],
                self._ends[number],
                shift.depot.location,
                shift.vehicle.capacity,
                shift.vehicle.costs,
                shift.rules,
                self._profile_of[number],
            )
            # A van on the road is like no other.
            members[(*key, number) if self._frozen[number] else key].append(number)
        self._members = list(members.values())
        self._type_of = {
            number: kind for kind, group in enumerate(self._members) for number in group
        }
        self._types = [self._vehicle_type(group) for group in self._members]

    def _vehicle_type(self, group: Sequence[int]) -> pyvrp.VehicleType:
        number = group[0]
        shift, terms = self._task.shifts[number], self._terms[number]
        rules, costs = shift.rules, shift.vehicle.costs
        frozen = self._frozen[number]
        begin = self._begins[number]
        count = len(self._orders)
        left = count if rules.max_stops is None else max(0, rules.max_stops - len(frozen))
        work_s = terms.max_work_s
        distance = rules.max_distance_m
        start = self._corner_node["from", begin] - count
        load = self._corner_node["load", shift.depot.location] - count
        has_hours = terms.frame.matrix.costs is None
        begun = self._begun[number]
        most_reloads = max(0, rules.max_reloads - len(begun.reloads))
        waiting = [len(self._at_depot)] * self._has_waiting
        # A van on the road is full of what it doesn't have until it comes back to load.
        is_full = any(begun.lacks(order) for order in self._at_depot)
        full = [count * is_full for count in waiting]
        return pyvrp.VehicleType(
            num_available=len(group),
            capacity=[*self._room(shift), left, *waiting],
            start_depot=start,
            end_depot=self._corner_node["to", self._ends[number]] - count,
            fixed_cost=0 if frozen else self._coins.money(costs.fixed),
            tw_early=self._time(begin[2]),
            tw_late=self._time(terms.last_end_s),
            shift_duration=min(work_s, _NEVER) if not frozen else _NEVER,
            max_distance=_NEVER
            if distance is None or self._has_prices
            else distance // self._coins.metres,
            unit_distance_cost=1 if self._has_prices else self._coins.per_distance(costs.per_km),
            unit_duration_cost=self._coins.money(costs.per_hour / 3600) if has_hours else 0,
            profile=self._profile_of[number],
            initial_load=[*begun.collected(self._orders, self._names), 0, *full],
            reload_depots=[load] if most_reloads else [],
            max_reloads=most_reloads,
        )

    def _room(self, shift: Shift) -> list[int]:
        room = dict(shift.vehicle.capacity.more)
        return [
            *shift.vehicle.capacity.amounts,
            *(room.get(name, _NEVER) for name in self._names),
        ]

    def _time(self, epoch_s: float) -> int:
        return max(0, self._pauses.squeezed(int(epoch_s)) - self._origin_s)

    def _unit_prize(self) -> int:
        """More than any order can cost: a van of its own, there and back."""
        metres = max(int(m[m < NO_ROAD_M].max(initial=0)) for m in self._distances)
        seconds = max(int(s[s < NO_ROAD_S].max(initial=0)) for s in self._durations)
        return 1 + max(
            kind.fixed_cost
            + 3 * metres * kind.unit_distance_cost
            + 4 * seconds * kind.unit_duration_cost
            for kind in self._types
        )
