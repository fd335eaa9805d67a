from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader

from app.documents.paper_words import DistanceUnit
from app.domain.board import Board, arrange, move
from app.domain.edits import ChangeFleet, ChangeOrders
from app.domain.errors import Cancelled, DispatchError, NotFoundError, RuleError
from app.domain.fleet import Driver
from app.domain.ids import RouteId
from app.domain.manifest_changes import ChangeKind
from app.domain.orders import Payment, barcodes
from app.services.context import Step
from app.services.manifests import ManifestService, Part
from app.services.workspace import Workspace
from tests.factories import DAY, make_depot, make_driver, make_order, make_shift, make_vehicle
from tests.unit.services.conftest import Desk


@pytest.fixture
def route(desk: Desk, day: Board) -> RouteId:
    """Three of the day's four orders are on its first route."""
    first = day.routes[0].id
    desk.dispatch.apply(arrange(day, {first: [order.id for order in day.unassigned[:3]]}))
    return first


def _text(path: Path) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def _is_stale(desk: Desk, route: RouteId) -> bool:
    return desk.board.route(route).route.is_manifest_stale


def test_a_preview_is_not_about(
    desk: Desk, route: RouteId, paper: ManifestService, tmp_path: Path
) -> None:
    paper.write(tmp_path / "day.pdf", desk.board)
    assert desk.board.route(route).route.printed_version is None


def test_paper_is_stale_from_the_first_change_until_it_is_printed_again(
    desk: Desk, route: RouteId, paper: ManifestService, tmp_path: Path
) -> None:
    paper.printed(paper.write(tmp_path / "one.pdf", desk.board))
    assert not _is_stale(desk, route)
    board = desk.board
    desk.dispatch.apply(move(board, [board.unassigned[0].id], route, 0))
    assert _is_stale(desk, route)
    changes = paper.printed(paper.write(tmp_path / "two.pdf", desk.board))
    assert route in changes.routes
    assert not _is_stale(desk, route)


def test_a_route_that_changed_while_it_was_printed_is_stale_at_once(
    desk: Desk, route: RouteId, paper: ManifestService, tmp_path: Path
) -> None:
    board = desk.board
    printout = paper.write(tmp_path / "day.pdf", board)
    desk.dispatch.apply(move(board, [board.unassigned[0].id], route, 0))
    paper.printed(printout)
    assert _is_stale(desk, route)


def test_printing_does_not_stand_in_the_way_of_an_undo(
    desk: Desk, route: RouteId, paper: ManifestService, tmp_path: Path
) -> None:
    board = desk.board
    moved = desk.dispatch.apply(move(board, [board.unassigned[0].id], route, 0))
    paper.printed(paper.write(tmp_path / "day.pdf", desk.board))
    desk.dispatch.apply(moved.inverse)
    assert len(desk.board.unassigned) == 1


def test_the_history_says_who_printed_which_revision(
    desk: Desk, route: RouteId, paper: ManifestService, tmp_path: Path
) -> None:
    paper.printed(paper.write(tmp_path / "day.pdf", desk.board))
    newest = desk.orders.history(route)[0]
    revision = desk.board.route(route).route.contents_version
    assert (newest.action, newest.who, newest.after) == ("printed", "Ana", {"revision": revision})


@pytest.mark.parametrize(
    ("part", "facts", "is_stale"),
    [
        ("driver", {"phone": "+49 151 99"}, True),
        ("vehicle", {"plate": "NB-X 1"}, True),
        ("depot", {"name": "Depot Süd"}, True),
        ("driver", {"skills": frozenset({"cold"})}, False),
    ],
)
def test_paper_is_stale_when_what_it_names_has_changed(
    desk: Desk,
    route: RouteId,
    paper: ManifestService,
    tmp_path: Path,
    part: str,
    facts: dict[str, object],
    is_stale: bool,
) -> None:
    paper.printed(paper.write(tmp_path / "day.pdf", desk.board))
    thing = getattr(desk.board.route(route).route.shift, part)
    desk.dispatch.apply(ChangeFleet(put=(replace(thing, **facts),)))
    assert _is_stale(desk, route) is is_stale


@pytest.mark.parametrize("is_cash_due", [True, False])
def test_another_currency_makes_paper_stale_where_cash_is_due(
    desk: Desk, route: RouteId, paper: ManifestService, tmp_path: Path, is_cash_due: bool
) -> None:
    (order,) = desk.orders.get([desk.board.route(route).route.orders[0]])
    payment = Payment.CASH_ON_DELIVERY if is_cash_due else Payment.PAID
    cash = replace(order, payment=payment, cod_amount=Decimal(5), currency="")
    desk.dispatch.apply(ChangeOrders(put=(cash,)))
    paper.printed(paper.write(tmp_path / "day.pdf", desk.board))
    depot = desk.board.route(route).route.shift.depot
    desk.dispatch.apply(ChangeFleet(put=(replace(depot, currency="CHF"),)))
    assert _is_stale(desk, route) is is_cash_due


def test_paper_of_a_day_that_is_over_stays_as_it_was(
    desk: Desk, route: RouteId, paper: ManifestService, tmp_path: Path
) -> None:
    paper.printed(paper.write(tmp_path / "day.pdf", desk.board))
    shift = desk.board.route(route).route.shift
    desk.now = shift.window.end
    driver: Driver = shift.driver
    desk.dispatch.apply(ChangeFleet(put=(replace(driver, phone="+49 151 99"),)))
    assert not _is_stale(desk, route)


def test_the_changes_sheet_tells_what_became_of_each_stop(
    desk: Desk, route: RouteId, paper: ManifestService, tmp_path: Path
) -> None:
    board = desk.board
    a, b, c = board.route(route).route.orders
    (d,) = (order.id for order in board.unassigned)
    paper.printed(paper.write(tmp_path / "day.pdf", board))
    desk.dispatch.apply(arrange(board, {route: [a, c, d]}))
    desk.dispatch.apply(ChangeOrders(put=(replace(desk.orders.get([c])[0], notes="Ring twice"),)))
    board = desk.board
    printout = paper.write(tmp_path / "changes.pdf", board, [Part.CHANGES], [route])
    (sheet,) = paper.changes(printout.manifests)
    kinds = {(line.before or line.now).order: line.kind for line in sheet.lines}  # type: ignore[union-attr]
    assert kinds == {b: ChangeKind.REMOVED, c: ChangeKind.CHANGED, d: ChangeKind.ADDED}
    text = _text(tmp_path / "changes.pdf")
    assert "Ring twice" in text
    assert board.orders[d].recipient in text


def test_there_is_no_changes_sheet_where_nothing_changed(
    desk: Desk, route: RouteId, paper: ManifestService, tmp_path: Path
) -> None:
    printout = paper.write(tmp_path / "day.pdf", desk.board, routes=[route])
    assert paper.changes(printout.manifests) == ()
    paper.printed(printout)
    assert paper.changes(printout.manifests) == ()
    with pytest.raises(RuleError, match="nothing to print"):
        paper.write(tmp_path / "changes.pdf", desk.board, [Part.CHANGES])
    assert not (tmp_path / "changes.pdf").exists()


def test_a_sheet_of_changes_makes_paper_right_and_makes_no_other(
    desk: Desk, route: RouteId, paper: ManifestService, tmp_path: Path
) -> None:
    paper.printed(paper.write(tmp_path / "day.pdf", desk.board))
    board = desk.board
    other = board.routes[1].id
    desk.dispatch.apply(arrange(board, {route: [], other: board.route(route).route.orders}))
    assert _is_stale(desk, route)

    paper.printed(paper.write(tmp_path / "changes.pdf", desk.board, [Part.CHANGES]))

    # Also of a route that has no stops any more; nobody has a manifest of the other one.
    assert not _is_stale(desk, route)
    assert desk.board.route(other).route.printed_version is None


@pytest.mark.parametrize("part", [Part.SUMMARY, Part.LOAD_LIST, Part.LABELS])
def test_paper_without_a_manifest_leaves_none_with_the_driver(
    desk: Desk, route: RouteId, paper: ManifestService, tmp_path: Path, part: Part
) -> None:
    changes = paper.printed(paper.write(tmp_path / "day.pdf", desk.board, [part]))
    assert changes.is_empty
    assert desk.board.route(route).route.printed_version is None


def test_labels_of_one_order_are_its_alone(
    desk: Desk, route: RouteId, paper: ManifestService, tmp_path: Path
) -> None:
    order = desk.orders.get([desk.board.route(route).route.orders[1]])[0]
    twin = replace(order, parcels=barcodes(order.reference, 2))
    desk.dispatch.apply(ChangeOrders(put=(twin,)))
    file = tmp_path / "label.pdf"
    paper.write(file, desk.board, [Part.LABELS], [route], orders=[order.id])
    text = _text(file)
    assert len(PdfReader(file).pages) == 2
    assert text.count(order.recipient) == 2
    assert "2 of 2" in text


def test_idle_shifts_are_not_counted_as_printed(
    desk: Desk, route: RouteId, paper: ManifestService, tmp_path: Path
) -> None:
    printout = paper.write(tmp_path / "day.pdf", desk.board)
    assert [each.route for each in printout.manifests] == [route]


def test_routes_without_a_sheet_of_changes_are_not_counted_as_printed(
    desk: Desk, route: RouteId, paper: ManifestService, tmp_path: Path
) -> None:
    paper.printed(paper.write(tmp_path / "day.pdf", desk.board))
    board = desk.board
    (other,) = (each.id for each in board.routes if each.id != route)
    first = board.route(route).route.orders[0]
    desk.dispatch.apply(move(board, [first], other, 0))
    printout = paper.write(tmp_path / "changes.pdf", desk.board, [Part.CHANGES])
    assert [each.route for each in printout.manifests] == [route]


def test_a_route_is_found_by_driver_vehicle_or_both_in_any_case(
    desk: Desk, route: RouteId, paper: ManifestService
) -> None:
    board = desk.board
    shift = board.route(route).route.shift
    for name in (shift.driver.name.upper(), shift.vehicle.name.lower(), shift.name):
        assert paper.named(board, [name]) == (route,)
    assert paper.named(board, []) == ()
    with pytest.raises(NotFoundError, match=f"called Nobody.*{shift.name}"):
        paper.named(board, ["Nobody"])


@pytest.mark.usefixtures("route")
def test_printing_that_was_stopped_leaves_no_file_and_no_change(
    desk: Desk, paper: ManifestService, tmp_path: Path
) -> None:
    target = tmp_path / "day.pdf"
    target.write_bytes(b"yesterday's")
    with pytest.raises(Cancelled):
        paper.write(target, desk.board, cancelled=lambda: True)
    assert target.read_bytes() == b"yesterday's"
    assert [file.name for file in tmp_path.glob("*.p*")] == ["day.pdf"]


@pytest.mark.usefixtures("route")
def test_a_file_that_cannot_be_written_is_named(
    desk: Desk, paper: ManifestService, tmp_path: Path
) -> None:
    with pytest.raises(DispatchError, match=r"day\.pdf"):
        paper.write(tmp_path / "no such folder" / "day.pdf", desk.board)


def test_the_map_of_a_route_names_its_streets_and_its_source(
    work: Workspace, tmp_path: Path
) -> None:
    depot, driver, vehicle = make_depot(), make_driver(), make_vehicle()
    shift = make_shift(depot=depot, driver=driver, vehicle=vehicle)
    orders = (make_order(), make_order())
    work.dispatch.apply(ChangeFleet(put=(depot, driver, vehicle, shift)))
    work.dispatch.apply(ChangeOrders(put=orders))
    board = work.complete_board(DAY)
    work.dispatch.apply(move(board, [order.id for order in orders], board.routes[0].id, 0))
    steps: list[Step] = []
    work.manifests.write(
        tmp_path / "day.pdf", work.complete_board(DAY), [Part.MANIFEST], report=steps.append
    )
    text = _text(tmp_path / "day.pdf")
    assert "OpenStreetMap" in text
    fractions = [step.fraction for step in steps]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0


def test_paper_can_speak_in_miles(
    desk: Desk, route: RouteId, paper: ManifestService, tmp_path: Path
) -> None:
    miles = ManifestService(desk.database, desk.roads, desk.clock, desk.actor, DistanceUnit.MILES)
    for service, unit in ((miles, " mi"), (paper, " km")):
        service.write(tmp_path / "day.pdf", desk.board, [Part.MANIFEST], [route])
        assert unit in _text(tmp_path / "day.pdf")


def test_paper_is_right_again_once_the_route_is_as_it_was_printed(
    desk: Desk, route: RouteId, paper: ManifestService, tmp_path: Path
) -> None:
    paper.printed(paper.write(tmp_path / "day.pdf", desk.board))
    board = desk.board
    moved = desk.dispatch.apply(move(board, [board.unassigned[0].id], route, 0))
    assert _is_stale(desk, route)
    undone = desk.dispatch.apply(moved.inverse)
    assert not _is_stale(desk, route)
    assert not desk.dispatch.refresh(board, undone.changes).route(route).route.is_manifest_stale
    assert not desk.dispatch.with_roads(desk.board).route(route).route.is_manifest_stale
    desk.dispatch.apply(undone.inverse)
    assert _is_stale(desk, route)


def test_paper_is_right_again_once_an_order_reads_as_printed(
    desk: Desk, route: RouteId, paper: ManifestService, tmp_path: Path
) -> None:
    paper.printed(paper.write(tmp_path / "day.pdf", desk.board))
    (order,) = desk.orders.get([desk.board.route(route).route.orders[0]])
    changed = desk.dispatch.apply(ChangeOrders(put=(replace(order, notes="Ring twice"),)))
    assert _is_stale(desk, route)
    desk.dispatch.apply(changed.inverse)
    assert not _is_stale(desk, route)


def test_a_driver_who_comes_back_makes_the_paper_right_again(
    desk: Desk, route: RouteId, paper: ManifestService, tmp_path: Path
) -> None:
    paper.printed(paper.write(tmp_path / "day.pdf", desk.board))
    driver = desk.board.route(route).route.shift.driver
    changed = desk.dispatch.apply(ChangeFleet(put=(replace(driver, phone="+49 151 99"),)))
    assert _is_stale(desk, route)
    desk.dispatch.apply(changed.inverse)
    assert not _is_stale(desk, route)


def test_a_day_without_shifts_is_written_by_the_clocks_of_its_orders(desk: Desk) -> None:
    assert desk.board.time_zone == "UTC"
    desk.add_orders(make_order(time_zone="Europe/Lisbon"))
    assert desk.board.time_zone == "Europe/Lisbon"
    desk.add_shifts(1)
    assert desk.board.time_zone == desk.board.routes[0].route.shift.depot.time_zone
