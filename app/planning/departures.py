"""A route that breaks rules gives up an order, or both halves of a pair, and who takes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from app.domain.board import BoardRoute
from app.domain.ids import OrderId, RouteId
from app.domain.orders import Order
from app.domain.remedies import Mend, Remedy
from app.domain.sketch import RouteSketch
from app.domain.trials import PairTrial, Trial
from app.planning.afar import is_everyday, sift
from app.planning.arranging import arranged, is_open
from app.planning.case import Case, Less, most_places
from app.planning.jobs import Job
from app.planning.ladder import Ladders
from app.planning.push_out import places_text

_GIVEN = 5
"""For so many stops that are in the way another route is looked for."""
_GIVEN_IN_GENERAL = 2
_LOOKED = 6
"""So many routes that ask for the whole clock are looked at for a pair, the emptiest first."""


@dataclass(frozen=True, slots=True)
class _Taking:
    each: BoardRoute
    sketch: RouteSketch
    """Without what leaves it, or comes to another place of it."""
    trial: Trial | PairTrial

    @property
    def extra_cost(self) -> float:
        return self.trial.cost - self.sketch.cost


def departures(case: Case, ladders: Ladders, helpful: Sequence[Less]) -> Iterator[Remedy]:
    """Who takes it instead, or that nobody does."""
    free = [less for less in helpful if less.may_leave]
    for less in free[: _GIVEN if case.sketch.is_plain else _GIVEN_IN_GENERAL]:
        given = _given(case, ladders, less)
        if given is not None:
            yield given
        left = _left(case, less)
        is_about = any(order.id == case.order for order in less.job.orders)
        yield Remedy(
            kind=Mend.UNASSIGN,
            text=f"Take {less.job.name} off the route",
            edit=arranged(*((each, _ids(sketch.orders)) for each, sketch in left.values())),
            effort=sum(60.0 * (1 + order.priority) for order in less.job.orders) + (not is_about),
            extra_cost=_saved(ladders, left.values())
            + sum(o.rules.drop_price or 0.0 for o in less.job.orders),
            route=case.each.id,
            orders=_ids(less.job.orders),
        )


def _left(case: Case, less: Less) -> dict[RouteId, tuple[BoardRoute, RouteSketch]]:
    """The routes that something leaves, without it: two where a pair is on two of them."""
    left = {case.each.id: (case.each, less.sketch)}
    if less.other is not None:
        left[less.other[0].id] = less.other
    return left


def _given(case: Case, ladders: Ladders, less: Less) -> Remedy | None:
    left = _left(case, less)
    taking = min(_takers(ladders, less, left), key=lambda taking: taking.extra_cost, default=None)
    if taking is None:
        return None
    after = {key: (each, _ids(sketch.orders)) for key, (each, sketch) in left.items()}
    taken = less.job.inserted(taking.sketch.orders, taking.trial)
    after[taking.each.id] = (taking.each, _ids(taken))
    where = f"{taking.each.route.shift.name}, {places_text(taking.trial)}"
    return Remedy(
        kind=Mend.GIVE,
        text=f"Give {less.job.name} to {where}",
        edit=arranged(*after.values()),
        effort=3,
        extra_cost=taking.extra_cost + _saved(ladders, left.values()),
        route=taking.each.id,
        orders=_ids(less.job.orders),
    )


def _takers(
    ladders: Ladders,
    less: Less,
    left: dict[RouteId, tuple[BoardRoute, RouteSketch]],
) -> Iterator[_Taking]:
    """Routes that would break no further rule; of a pair on two routes each may take the other."""
    routes = [each for each in ladders.board.routes if is_open(each) and each.id not in left]
    if less.job.second is not None:
        routes = _near(routes, less.job, ladders)
    asked = [(each, ladders.sketch(each)) for each in routes]
    if less.other is not None:
        asked += left.values()
    for each, sketch in asked:
        trial = less.job.fitting(sketch, most=most_places(sketch))
        if trial is not None:
            yield _Taking(each, sketch, trial)


def _near(routes: Sequence[BoardRoute], job: Job, ladders: Ladders) -> list[BoardRoute]:
    """All whose places for a pair are soon told, and few of the others."""
    quick = [each for each in routes if is_everyday(each, job, ladders.travel)]
    known = {each.id for each in quick}
    ruled = [each for each in routes if each.id not in known]
    ruled.sort(key=lambda each: len(each.timetable.stops))
    may_take = (each for each in ruled if sift((each,), job, ladders.travel).open)
    return [*quick, *islice(may_take, _LOOKED)]


def _saved(ladders: Ladders, left: Iterable[tuple[BoardRoute, RouteSketch]]) -> float:
    return sum(sketch.cost - ladders.sketch(each).cost for each, sketch in left)


def _ids(orders: Sequence[Order]) -> tuple[OrderId, ...]:
    return tuple(order.id for order in orders)
