"""What can be promised to a new order, on its day and the next ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from app.domain.errors import RuleError
from app.domain.orders import Order
from app.planning.jobs import job_of
from app.planning.promise import Offer, offers
from app.services.context import Cancelled, Clock, Report, never, unheard
from app.services.dispatch import DispatchService, places_of
from app.services.roads import RoadsService

DAYS = 3


class PromiseService:
    """Tries a new order against the plans of several days; changes nothing."""

    def __init__(self, dispatch: DispatchService, roads: RoadsService, clock: Clock) -> None:
        self._dispatch = dispatch
        self._roads = roads
        self._clock = clock

    def offers(
        self,
        order: Order,
        days: int = DAYS,
        report: Report = unheard,
        cancelled: Cancelled = never,
    ) -> tuple[Offer, ...]:
        """The slots from the order's day on; the road times to its place are computed if need be.

        Raises RuleError where the order has no place, and errors.Cancelled.
        """
        if order.location is None:
            raise RuleError("Where is it? Choose an address, or place its pin on the map.")
        found: list[Offer] = []
        now = self._clock()
        for number in range(days):
            day = order.day + timedelta(days=number)
            board = self._dispatch.board(day, order.depot)
            asked = replace(order, day=day)
            board = replace(board, orders={**board.orders, asked.id: asked})
            if not self._roads.is_complete(board):
                routes = [each.route for each in board.routes]
                places, profiles = places_of(routes, board.orders.values())
                self._roads.travel(places, profiles, report, cancelled, board.roads)
            found += offers(self._dispatch.with_roads(board), asked, now)
            if job_of(asked, board.orders).second is not None:
                # The other half of a pair stays on its day.
                break
        return tuple(found)
