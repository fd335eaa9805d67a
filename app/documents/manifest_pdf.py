"""A manifest's pages: what the driver reads, ticks off and has signed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from app.documents.fonts import Weight
from app.documents.manifest_rows import (
    HEAD_HEIGHT,
    draw_column_heads,
    rest_row,
    rest_words,
    stop_rows,
)
from app.documents.paper_words import (
    MM,
    clock,
    counted,
    cubic_metres,
    day_words,
    distance,
    joined,
    kilograms,
    moment_words,
    money,
    of_capacity,
    span,
)
from app.documents.pdf_barcodes import draw_code128
from app.documents.pdf_map import RouteMap, draw_map, map_view
from app.documents.pdf_page import (
    BOTTOM,
    LEFT,
    RIGHT,
    TOP,
    Block,
    draw_blank,
    ending_with,
    footer,
    paginated,
    paint,
    rule,
)
from app.documents.pdf_stack import Stack
from app.documents.pdf_text import Align, draw, draw_fitting, width
from app.documents.pdf_view import View
from app.documents.print_parts import DistanceUnit
from app.domain.fleet import PlaceKind
from app.domain.geo import Bounds, Location
from app.domain.ids import RouteId
from app.domain.manifests import Manifest, ManifestLine, total_load

_PAD = 1.6 * MM
_MAP_HEIGHTS = (58 * MM, 92 * MM)


def draw_manifest(
    canvas: Any, manifest: Manifest, route_map: RouteMap | None, unit: DistanceUnit
) -> None:
    """All pages of one manifest."""
    head = [_header(manifest, unit)]
    drawn_map = _map_block(manifest, route_map, unit)
    if drawn_map is not None:
        head.append(drawn_map)
    first_room = TOP - BOTTOM - sum(block.height for block in head) - HEAD_HEIGHT
    room = TOP - BOTTOM - _CONTINUATION_HEIGHT - HEAD_HEIGHT
    pages = paginated(_body(manifest, unit), first_room, room)
    for number, blocks in enumerate(pages, start=1):
        top = TOP
        if number == 1:
            top = paint(canvas, head, top)
        else:
            draw_continuation(canvas, manifest, top)
            top -= _CONTINUATION_HEIGHT
        if blocks:
            draw_column_heads(canvas, top)
        paint(canvas, blocks, top - HEAD_HEIGHT)
        footer(canvas, footer_text(manifest), number, len(pages))
        canvas.showPage()


def footer_text(manifest: Manifest) -> str:
    return joined(
        (
            manifest.driver,
            manifest.vehicle,
            manifest.day.isoformat(),
            f"revision {manifest.revision}",
            f"printed {moment_words(manifest.printed_at, manifest.zone)}",
            manifest.depot,
        )
    )


def draw_route_head(canvas: Any, manifest: Manifest, title: str, top: float) -> float:
    """Who drives what, when, and the route's barcode: the head of every sheet of a route.

    Gives back the y below it.
    """
    zone, day = manifest.zone, manifest.day
    bars_room = 64 * MM
    y = top - 12 * MM
    draw_code128(canvas, RIGHT - bars_room, y, bars_room, 11 * MM, manifest.code, centred=True)
    caption = f"{manifest.code}   revision {manifest.revision}"
    draw(canvas, RIGHT - bars_room / 2, y - 3.2 * MM, caption, 7.5, align=Align.CENTRE)
    box = 31 * MM
    box_left = RIGHT - bars_room - box - 1 * MM
    canvas.setLineWidth(1.2)
    canvas.rect(box_left, top - 15.2 * MM, box, 15.2 * MM)
    place = "Leave home by" if manifest.start is PlaceKind.HOME else "Leave by"
    draw(canvas, box_left + box / 2, top - 4.6 * MM, place, 8.5, align=Align.CENTRE)
    draw(
        canvas, box_left + box / 2, top - 12.6 * MM, clock(manifest.leave_by, zone, day), 22,
        Weight.BOLD, Align.CENTRE,
    )  # fmt: skip
    room = box_left - LEFT - 3 * MM
    draw_fitting(canvas, LEFT, top - 3 * MM, joined((title, day_words(day))), 9, room)
    draw_fitting(canvas, LEFT, top - 9.8 * MM, manifest.driver, 18, room, Weight.BOLD)
    vehicle = joined((manifest.vehicle, manifest.plate, manifest.driver_phone))
    draw_fitting(canvas, LEFT, top - 15 * MM, vehicle, 11, room, Weight.BOLD)
    return top - 18 * MM


def _header(manifest: Manifest, unit: DistanceUnit) -> Block:
    facts = _facts(manifest, unit)
    notes = Stack(RIGHT - LEFT)
    for warning in manifest.warnings:
        notes.text(f"! {warning}", 9, Weight.BOLD, max_lines=2)
    if manifest.is_estimated:
        notes.text("Times and distances are estimates: some roads are not known.", 8)
    rows = -(-len(facts) // _FACTS_IN_ROW)
    height = 18 * MM + rows * _FACT_HEIGHT + notes.height + 2 * MM

    def draw_header(canvas: Any, top: float) -> None:
        y = draw_route_head(canvas, manifest, "Manifest", top)
        cell = (RIGHT - LEFT) / _FACTS_IN_ROW
        rule(canvas, LEFT, RIGHT, y + 1 * MM, 0.8)
        for number, (name, fact) in enumerate(facts):
            row, column = divmod(number, _FACTS_IN_ROW)
            x, baseline = LEFT + column * cell, y - row * _FACT_HEIGHT - 2.4 * MM
            draw_fitting(canvas, x, baseline, name, 7, cell - 2 * MM)
            draw_fitting(canvas, x, baseline - 4 * MM, fact, 9.5, cell - 2 * MM, Weight.BOLD)
        notes.paint(canvas, LEFT, y - rows * _FACT_HEIGHT)

    return Block(height, draw_header)


_FACTS_IN_ROW = 4
_FACT_HEIGHT = 8.4 * MM


def _facts(manifest: Manifest, unit: DistanceUnit) -> list[tuple[str, str]]:
    zone, day = manifest.zone, manifest.day
    peak, most = manifest.peak_load, manifest.capacity
    ends = {
        PlaceKind.DEPOT: "Back at the depot",
        PlaceKind.HOME: "Home",
        PlaceKind.OPEN: "Last stop done",
    }
    facts = [
        ("Depot", manifest.depot),
        (ends[manifest.end], clock(manifest.back_at, zone, day)),
        ("Stops", _stops_words(manifest)),
        (
            "Distance, driving",
            joined((distance(manifest.distance_m, unit), span(manifest.driving))),
        ),
        ("To deliver", _goods_words(manifest.deliveries)),
        ("To pick up", _goods_words(manifest.pickups)),
        *_own_loads("to deliver", manifest.deliveries),
        *_own_loads("to pick up", manifest.pickups),
    ]
    if weight := of_capacity(peak.weight_g, most.weight_g, kilograms):
        facts.append(("Weight, most aboard", weight))
    if volume := of_capacity(peak.volume_cm3, most.volume_cm3, cubic_metres):
        facts.append(("Volume, most aboard", volume))
    facts.append(("Cash to collect", _cash_words(manifest)))
    if manifest.rests:
        words = (rest_words(manifest, rest) for rest in manifest.rests)
        facts.append(("Break" if len(manifest.rests) == 1 else "Breaks", ", ".join(words)))
    return facts


def _stops_words(manifest: Manifest) -> str:
    stops = len(manifest.lines)
    doors = "" if manifest.doors == stops else f"at {counted(manifest.doors, 'door')}"
    return f"{counted(stops, 'stop')} {doors}".strip()


def _goods_words(lines: Sequence[ManifestLine]) -> str:
    if not lines:
        return "none"
    load = total_load(lines)
    weight = kilograms(load.weight_g) if load.weight_g else ""
    return joined((counted(load.parcels, "parcel"), weight))


def _own_loads(what: str, lines: Sequence[ManifestLine]) -> list[tuple[str, str]]:
    """A fact for each dimension of the depot's own: in one line with the rest they would be cut."""
    return [(f"{name}, {what}", str(amount)) for name, amount in total_load(lines).more if amount]


def _cash_words(manifest: Manifest) -> str:
    sums = [money(amount, currency) for currency, amount in manifest.cash.items()]
    unknown = sum(line.is_cash_due and line.cash is None for line in manifest.lines)
    if unknown:
        sums.append(f"{unknown} × amount not known")
    return " + ".join(sums) or "none"


def ground_bounds(
    manifests: Iterable[Manifest], lines: Mapping[RouteId, Sequence[Location]]
) -> Bounds | None:
    """The box of the earth that the maps of these manifests show: what a BaseMap must cover."""
    views = (_map_view(each, lines.get(each.route, ())) for each in manifests)
    boxes = [view.bounds for view in views if view is not None]
    if not boxes:
        return None
    return Bounds(
        south=min(box.south for box in boxes),
        west=min(box.west for box in boxes),
        north=max(box.north for box in boxes),
        east=max(box.east for box in boxes),
    )


def _map_view(manifest: Manifest, line: Sequence[Location]) -> View | None:
    return map_view(manifest, line, RIGHT - LEFT, *_MAP_HEIGHTS)


def _map_block(manifest: Manifest, route_map: RouteMap | None, unit: DistanceUnit) -> Block | None:
    view = _map_view(manifest, route_map.line) if route_map is not None else None
    if route_map is None or view is None:
        return None

    def draw_block(canvas: Any, top: float) -> None:
        draw_map(canvas, LEFT, top - view.height, view, route_map, manifest, unit)

    return Block(view.height + 1 * MM, draw_block)


_CONTINUATION_HEIGHT = 9 * MM


def draw_continuation(canvas: Any, manifest: Manifest, top: float) -> None:
    """The head of every further page."""
    day = day_words(manifest.day)
    room = RIGHT - LEFT - width(day, 9) - 5 * MM
    name = joined((manifest.driver, manifest.vehicle, manifest.plate))
    draw_fitting(canvas, LEFT, top - 4.5 * MM, name, 12, room, Weight.BOLD)
    draw(canvas, RIGHT, top - 4.5 * MM, day, 9, align=Align.RIGHT)


def _body(manifest: Manifest, unit: DistanceUnit) -> Iterator[Block]:
    if manifest.lines:
        yield from ending_with(_rows(manifest), _totals(manifest, unit))
    else:
        yield from _rows(manifest)
        yield Block(8 * MM, _draw_no_stops)


def _rows(manifest: Manifest) -> Iterator[Block]:
    for index, line in enumerate(manifest.lines):
        yield from (rest_row(manifest, rest) for rest in manifest.rests if rest.index == index)
        yield from stop_rows(manifest, line)
    count = len(manifest.lines)
    yield from (rest_row(manifest, rest) for rest in manifest.rests if rest.index >= count)


def _draw_no_stops(canvas: Any, top: float) -> None:
    draw(canvas, LEFT + _PAD, top - 5 * MM, "No stops on this route.", 10)


def _totals(manifest: Manifest, unit: DistanceUnit) -> Block:
    height = 34 * MM
    lines = [
        (
            f"Delivered: {counted(len(manifest.deliveries), 'stop')}",
            _goods_words(manifest.deliveries),
        ),
        (f"Picked up: {counted(len(manifest.pickups), 'stop')}", _goods_words(manifest.pickups)),
        ("Cash to hand in", _cash_words(manifest)),
        ("Planned", joined((distance(manifest.distance_m, unit), span(manifest.working)))),
    ]

    def draw_totals(canvas: Any, top: float) -> None:
        y = top - 7 * MM
        draw(canvas, LEFT, y, "Totals", 11, Weight.BOLD)
        for name, value in lines:
            y -= 5 * MM
            draw(canvas, LEFT, y, name, 9)
            draw_fitting(canvas, LEFT + 40 * MM, y, value, 9, 52 * MM, Weight.BOLD)
        x, y = LEFT + 100 * MM, top - 7 * MM
        for left, right in (("Odometer at start", "at end"), ("Left at", "Back at"), ("Cash", "")):
            draw_blank(canvas, x, y, left, 43 * MM)
            if right:
                draw_blank(canvas, x + 46 * MM, y, right, 44 * MM)
            y -= 7.5 * MM
        draw_blank(canvas, x, y, "Driver's signature", 90 * MM)

    return Block(height, draw_totals)
