"""From the board to a problem, and from the optimizer's plan to one edit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.aims import aims_that_count, stop_price
from app.domain.board import Board, as_planned
from app.domain.edits import ArrangeRoutes
from app.domain.effect import Effect, effect_of
from app.domain.errors import RuleError
from app.domain.ids import OrderId, RouteId
from app.domain.orders import Order
from app.domain.problem import Kept, Plan, Problem, Reason, Unassigned
from app.domain.replan import Replan, ReplanMode, done_stops, replan
from app.domain.routes import Lock, Route, RouteStatus
from app.domain.rules import Aims
from app.domain.stability import BEST_COST, Stability
from app.planning.run import PlanningRun
from app.storage.database import Database
from app.storage.reasons import replace_reasons
from app.storage.records import DayRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSummary:
    """A board in a few figures, to say what an optimization changed."""

    cost: float
    distance_m: int
    unassigned: int
    routes: int
    """Routes with at least one stop."""
    violations: int
    missed_wishes: int
    """Orders with another driver, or in another area, than preferred, where that has a price."""


_NOTHING_FREE = (
    "No order is unassigned, and what is on a route is not to be touched. Choose a lower "
    "stability price to let orders move."
)


class PlanningService:
    def __init__(self, database: Database) -> None:
        self._database = database

    def problem(
        self, board: Board, seconds: float, seed: int = 1, stability: Stability = BEST_COST
    ) -> Problem:
        """Everything the optimizer may touch: draft routes and the orders that are free.

        Raises RuleError where there is nothing to plan with.
        """
        routes = tuple(
            replace(each.route, shift=replace(each.route.shift.from_first_leave, promised=()))
            for each in board.routes
            if each.route.status is RouteStatus.DRAFT
        )
        if not routes:
            raise RuleError(
                "There is no shift to plan on this day. Add shifts in Fleet, or copy a week."
            )
        unassigned = () if board.is_bin_locked else tuple(order.id for order in board.unassigned)
        free = [*unassigned]
        halves = board.waiting
        if not stability.touches_nothing:
            free += [order for route in routes for order in route.orders]
            routes = tuple(_without(route, halves) for route in routes)
        unassigned = tuple(order for order in unassigned if order not in halves)
        wanted = {order for route in routes for order in route.orders}.union(unassigned)
        waiting = _told_to_wait(halves, [order for order in free if order not in wanted])
        if not wanted and waiting:
            raise RuleError(f"There is no order to plan on this day: {waiting[0].detail}.")
        if not wanted:
            raise RuleError("There is no order to plan on this day. Import orders first.")
        if stability.touches_nothing and not unassigned:
            raise RuleError(_NOTHING_FREE)
        orders = {key: order for key, order in board.orders.items() if key in wanted}
        return Problem(
            routes=routes,
            orders=orders,
            unassigned=unassigned,
            travel=board.travel,
            seconds=seconds,
            seed=seed,
            aims=stability.aims(_wishes(routes, orders.values())),
            kept={} if stability.is_free else _told(board, wanted),
            moves_nothing=stability.touches_nothing,
            waiting=waiting,
        )

    def replan(
        self,
        board: Board,
        mode: ReplanMode,
        now: datetime,
        *,
        lost: Collection[RouteId] = (),
        only: Collection[OrderId] | None = None,
        seconds: float = 10.0,
        seed: int = 1,
        stability: Stability = BEST_COST,
    ) -> Replan:
        """What may still change at this moment, with vans on the road.

        `only` names the unassigned orders that are to be inserted, also where the bin is locked;
        None takes all. Raises RuleError where there is nothing to plan, or nothing to plan with.
        """
        for route in lost:
            each = board.route(route)
            if done_stops(each, now) >= len(each.timetable.stops):
                raise RuleError(f"{each.route.shift.name} has no stop left to give to others.")
        if only is not None:
            wanted = tuple(order for order in board.unassigned if order.id in only)
            board = replace(board, unassigned=wanted, is_bin_locked=False)
        left = () if board.is_bin_locked else board.unassigned
        halves = board.waiting
        waiting = _told_to_wait(halves, [order.id for order in left])
        free = tuple(order for order in board.unassigned if order.id not in halves)
        board = replace(board, unassigned=free)
        asked = replan(
            board,
            mode,
            now,
            lost=lost,
            seconds=seconds,
            seed=seed,
            moves_nothing=stability.touches_nothing,
        )
        wishes = _wishes(asked.problem.routes, asked.problem.orders.values())
        problem = replace(asked.problem, aims=stability.aims(wishes), waiting=waiting)
        asked = replace(asked, problem=problem)
        is_idle = asked.problem.moves_nothing and not asked.problem.unassigned
        if waiting and (is_idle or not asked.problem.orders):
            raise RuleError(f"There is no order to plan: {waiting[0].detail}.")
        if not asked.problem.orders:
            raise RuleError("There is no order to plan on this day. Import orders first.")
        if is_idle:
            if mode is ReplanMode.UNASSIGNED_ONLY:
                raise RuleError("No order is unassigned, so there is nothing to insert.")
            raise RuleError(_NOTHING_FREE)
        return asked

    def effect(self, board: Board, asked: Replan, plan: Plan) -> Effect:
        """What the plan changes, before anything is; its edit makes it so, as one."""
        return effect_of(board, asked, plan)

    def start(self, problem: Problem) -> PlanningRun:
        """Start the optimizer in a process of its own."""
        run = PlanningRun(problem)
        run.start()
        return run

    def edit(self, board: Board, plan: Plan) -> ArrangeRoutes:
        """The plan as one edit that one undo takes back; routes that stay as they are are left."""
        now = {each.id: each.route.orders for each in board.routes}
        changed = {
            route: orders for route, orders in plan.routes.items() if now.get(route) != orders
        }
        return as_planned(board, changed, plan.reasons)

    def remember_reasons(self, plan: Plan) -> None:
        """Keep why a plan that changes nothing leaves orders out; others' edits say it."""
        with self._database.transaction() as session:
            replace_reasons(session, plan.reasons)

    def keep_roads(self, board: Board) -> None:
        """Remember that the day's plan knows the road conditions as they are on this board."""
        digest = board.roads.digest if board.roads is not None else ""
        if digest == board.planned_under:
            return
        with self._database.transaction() as session:
            row = session.get(DayRecord, board.day)
            if row is None:
                session.add(DayRecord(day=board.day, is_bin_locked=False, planned_under=digest))
            else:
                row.planned_under = digest


def _without(route: Route, waiting: Collection[OrderId]) -> Route:
    """The route without what waits, but for what the dispatcher locked."""
    if route.lock is not Lock.NONE:
        return route
    kept = (stop for stop in route.stops if stop.is_locked or stop.order not in waiting)
    return replace(route, stops=tuple(kept))


def _told_to_wait(
    waiting: Mapping[OrderId, str], free: Collection[OrderId]
) -> tuple[Unassigned, ...]:
    """Why those of the free orders that wait for another one are in no plan."""
    return tuple(
        Unassigned(order=order, reason=Reason.PAIR_INCOMPLETE, detail=why)
        for order, why in waiting.items()
        if order in free
    )


def _told(board: Board, orders: Collection[OrderId]) -> dict[OrderId, Kept]:
    """Where each order on a route is, and when."""
    return {
        stop.order.id: Kept(route=each.id, begin=stop.begin)
        for each in board.routes
        for stop in each.timetable.stops
        if stop.order.id in orders
    }


def _wishes(routes: Sequence[Route], orders: Iterable[Order]) -> Aims:
    """What the depot of the first route wishes, as far as the day asks for it."""
    shifts = [route.shift for route in routes]
    return aims_that_count(shifts[0].depot.aims, shifts, orders)


def summary(board: Board) -> PlanSummary:
    used = [each for each in board.routes if each.timetable.stops]
    return PlanSummary(
        cost=board.cost,
        distance_m=sum(each.timetable.distance_m for each in used),
        unassigned=len(board.unassigned),
        routes=len(used),
        violations=sum(len(each.timetable.violations) for each in used),
        missed_wishes=sum(
            stop_price(each.id, each.route.shift, stop.order, each.route.shift.depot.aims, {}) > 0
            for each in used
            for stop in each.timetable.stops
        ),
    )
