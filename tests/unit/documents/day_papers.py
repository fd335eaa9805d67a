"""Days to print for a test, and what their pages say."""

from __future__ import annotations

from datetime import UTC, datetime

from pypdf import PdfReader

from app.domain.board import Board, BoardRoute, board_route
from app.domain.day_summary import DaySummary, day_summary
from app.domain.manifests import Manifest, manifest
from app.domain.orders import Order
from app.domain.problem import Reason, Unassigned
from tests.factories import (
    DAY,
    grid_travel,
    make_route,
    make_shift,
)

PRINTED_AT = datetime(2024, 3, 5, 5, 12, tzinfo=UTC)
LONG = "Gesellschaft für außerordentlich lange Namen und deren Niederlassungen " * 4


def planned(orders: list[Order], **shift) -> BoardRoute:
    places = [order.location for order in orders if order.location is not None]
    route = make_route(make_shift(**shift), orders, contents_version=3)
    travel = grid_travel([route.shift.depot.location, *places])
    return board_route(route, {order.id: order for order in orders}, travel)


def paper(*orders: Order, **shift) -> Manifest:
    return manifest(planned(list(orders), **shift), PRINTED_AT)


def texts(reader: PdfReader) -> list[str]:
    return [page.extract_text() for page in reader.pages]


def whole(reader: PdfReader) -> str:
    return "\n".join(texts(reader))


def summary_of(*routes: BoardRoute, unassigned: list[Order], on_hold: list[Order]) -> DaySummary:
    board = Board(
        day=DAY,
        routes=routes,
        unassigned=tuple(unassigned),
        on_hold=tuple(on_hold),
        orders={},
        travel={},
        reasons={
            order.id: Unassigned(order=order.id, reason=Reason.EXCEEDS_CAPACITY, detail="too heavy")
            for order in unassigned
        },
    )
    return day_summary(board, "Europe/Berlin", PRINTED_AT)
