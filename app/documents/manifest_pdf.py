"""A manifest's pages: what the driver reads, ticks off and has signed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import batched
from typing import Any

from app.documents.fonts import Weight
from app.documents.paper_words import (
    MM,
    barcode_ranges,
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
    town,
    window,
)
from app.documents.pdf_barcodes import draw_code128, is_scannable, readable
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
from app.documents.pdf_stack import LEADING, NOTE_INDENT, Mark, Stack
from app.documents.pdf_text import Align, draw, draw_fitting, width, wrapped
from app.documents.pdf_view import View
from app.documents.print_parts import DistanceUnit
from app.domain.addresses import Precision
from app.domain.fleet import PlaceKind
from app.domain.geo import Bounds, Location
from app.domain.ids import RouteId
from app.domain.manifests import Manifest, ManifestLine, ManifestRest, more_words, total_load
from app.domain.orders import Method
from app.domain.violations import duration_text

_WIDTHS = (10 * MM, 21 * MM, 66 * MM, 47 * MM, 46 * MM)
"""Number, time, recipient, parcels, signature: together as wide as the page between its margins."""
_COLUMNS = tuple(LEFT + sum(_WIDTHS[:number]) for number in range(len(_WIDTHS)))
_PAD = 1.6 * MM
_SIGNATURE_HEIGHT = 21 * MM
_MAP_HEIGHTS = (58 * MM, 92 * MM)
_HEAD_HEIGHT = 7 * MM
_RECIPIENT_ROOM = _WIDTHS[2] - 2 * _PAD
_NOTE_SIZE = 8.5
_NOTE_LINES = 12
"""Of a note in its row; a longer one takes the width of the page."""
_NOTES_ROOM = _RECIPIENT_ROOM - NOTE_INDENT
_MOST_NOTE_LINES = 150
"""Three pages: what is longer is no note."""
_LISTED_PARCELS = 8
"""Of more parcels only the ranges are printed; every one has its label."""


def draw_manifest(
    canvas: Any, manifest: Manifest, route_map: RouteMap | None, unit: DistanceUnit
) -> None:
    """All pages of one manifest."""
    head = [_header(manifest, unit)]
    drawn_map = _map_block(manifest, route_map, unit)
    if drawn_map is not None:
        head.append(drawn_map)
    first_room = TOP - BOTTOM - sum(block.height for block in head) - _HEAD_HEIGHT
    room = TOP - BOTTOM - _CONTINUATION_HEIGHT - _HEAD_HEIGHT
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
        paint(canvas, blocks, top - _HEAD_HEIGHT)
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
            draw(canvas, x, baseline, name, 7)
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
        ("Weight, most aboard", of_capacity(peak.weight_g, most.weight_g, kilograms)),
        ("Volume, most aboard", of_capacity(peak.volume_cm3, most.volume_cm3, cubic_metres)),
        ("Cash to collect", _cash_words(manifest)),
    ]
    if manifest.rests:
        words = (_rest_words(manifest, rest) for rest in manifest.rests)
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
    words = (counted(load.parcels, "parcel"), kilograms(load.weight_g), more_words(load.more))
    return joined(words)


def _cash_words(manifest: Manifest) -> str:
    sums = [money(amount, currency) for currency, amount in manifest.cash.items()]
    unknown = sum(line.is_cash_due and line.cash is None for line in manifest.lines)
    if unknown:
        sums.append(f"{unknown} × amount not known")
    return " + ".join(sums) or "none"


def _rest_words(manifest: Manifest, rest: ManifestRest) -> str:
    zone, day = manifest.zone, manifest.day
    return f"{clock(rest.begin, zone, day)}–{clock(rest.end, zone, day)}"


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


def draw_column_heads(canvas: Any, top: float) -> None:
    heads = ("No.", "Time", "To whom, where", "Parcels", "Received by")
    for x, head in zip(_COLUMNS, heads, strict=True):
        draw(canvas, x + _PAD, top - 4.2 * MM, head, 7.5)
    rule(canvas, LEFT, RIGHT, top - _HEAD_HEIGHT + 1.2 * MM, 1.0)


def _body(manifest: Manifest, unit: DistanceUnit) -> Iterator[Block]:
    if manifest.lines:
        yield from ending_with(_rows(manifest), _totals(manifest, unit))
    else:
        yield from _rows(manifest)
        yield Block(8 * MM, _draw_no_stops)


def _rows(manifest: Manifest) -> Iterator[Block]:
    for index, line in enumerate(manifest.lines):
        yield from (_rest_row(manifest, rest) for rest in manifest.rests if rest.index == index)
        yield from stop_rows(manifest, line)
    count = len(manifest.lines)
    yield from (_rest_row(manifest, rest) for rest in manifest.rests if rest.index >= count)


def _draw_no_stops(canvas: Any, top: float) -> None:
    draw(canvas, LEFT + _PAD, top - 5 * MM, "No stops on this route.", 10)


def stop_rows(manifest: Manifest, line: ManifestLine) -> Iterator[Block]:
    """What is to be known of a stop; notes that are too long for its row stand below it."""
    lines = wrapped(line.notes, _NOTE_SIZE, _NOTES_ROOM, max_lines=_NOTE_LINES + 1)
    if len(lines) <= _NOTE_LINES:
        yield _stop_row(manifest, line, line.notes)
        return
    row = _stop_row(manifest, line, "Notes: below this row.")
    yield replace(row, is_kept_with_next=True)
    lines = wrapped(line.notes, _NOTE_SIZE, RIGHT - _COLUMNS[1] - _PAD, max_lines=_MOST_NOTE_LINES)
    yield from (_notes_row(line, part) for part in batched(lines, _NOTE_LINES))


def _stop_row(manifest: Manifest, line: ManifestLine, notes: str) -> Block:
    columns = (
        _number_cell(line),
        _time_cell(manifest, line),
        _recipient_cell(manifest, line, notes),
        _parcels_cell(line),
    )
    height = max(_SIGNATURE_HEIGHT, *(column.height for column in columns)) + 2 * _PAD

    def draw_row(canvas: Any, top: float) -> None:
        for x, column in zip(_COLUMNS, columns, strict=False):
            column.paint(canvas, x + _PAD, top - _PAD)
        _draw_signature(canvas, _COLUMNS[-1] + _PAD, top, height)
        rule(canvas, LEFT, RIGHT, top - height, 0.5)

    return Block(height, draw_row)


def _notes_row(line: ManifestLine, lines: Sequence[str]) -> Block:
    leading = _NOTE_SIZE * LEADING
    height = len(lines) * leading + 2 * _PAD

    def draw_row(canvas: Any, top: float) -> None:
        draw(canvas, LEFT + _PAD, top - _PAD - _NOTE_SIZE, f"{line.number}", 9, Weight.BOLD)
        for number, text in enumerate(lines):
            y = top - _PAD - _NOTE_SIZE - number * leading
            draw(canvas, _COLUMNS[1] + _PAD, y, text, _NOTE_SIZE)
        rule(canvas, LEFT, RIGHT, top - height, 0.5)

    return Block(height, draw_row)


def _number_cell(line: ManifestLine) -> Stack:
    cell = Stack(_WIDTHS[0] - _PAD)
    cell.text(str(line.number), 15 if line.number < 100 else 12, Weight.BOLD)
    if line.is_same_door:
        cell.text("same", 7, Weight.BOLD)
        cell.text("door", 7, Weight.BOLD)
    return cell


def _time_cell(manifest: Manifest, line: ManifestLine) -> Stack:
    cell = Stack(_WIDTHS[1] - 1.5 * _PAD)
    cell.text(clock(line.eta, manifest.zone, manifest.day), 13, Weight.BOLD)
    cell.text(window(line.window, manifest.zone, manifest.day), 8, max_lines=2)
    for warning in line.warnings:
        cell.text(f"! {warning}", 7.5, Weight.BOLD, max_lines=4)
    return cell


def _recipient_cell(manifest: Manifest, line: ManifestLine, notes: str) -> Stack:
    cell = Stack(_RECIPIENT_ROOM)
    name = line.recipient or line.company or line.reference
    cell.text(name, 10.5, Weight.BOLD, max_lines=2)
    if line.company != name:
        cell.text(line.company, 9, max_lines=2)
    address = line.address
    cell.text(address.street or _coordinates(line), 10, Weight.BOLD, max_lines=2)
    cell.text(address.detail, 9, max_lines=6)
    cell.text(town(address, manifest.depot_address.country), 9.5)
    if line.precision is Precision.STREET:
        cell.text("Number not on the map: the pin is mid-street.", 7.5, max_lines=2)
    if line.phone:
        cell.text(f"Tel. {line.phone}", 9.5, max_lines=4)
    cell.boxed(notes, _NOTE_SIZE, max_lines=_NOTE_LINES)
    return cell


def _coordinates(line: ManifestLine) -> str:
    if line.location is None:
        return "Address not known"
    return f"{line.location.lat:.5f}, {line.location.lon:.5f}"


def _parcels_cell(line: ManifestLine) -> Stack:
    cell = Stack(_WIDTHS[3] - 2 * _PAD)
    cell.marks(_marks(line), 9)
    parcels = counted(len(line.parcels), "parcel") if line.parcels else "no parcels"
    weight = kilograms(line.weight_g) if line.weight_g else ""
    cell.text(joined((parcels, weight, more_words(line.more_load))), 9.5, Weight.BOLD)
    few = len(line.parcels) <= _LISTED_PARCELS
    listed = line.parcels if few else barcode_ranges(line.parcels)
    cell.ticks((readable(each) for each in listed[:_LISTED_PARCELS]), 7.5)
    if len(listed) > _LISTED_PARCELS:
        cell.text("the others as on their labels", 7.5)
    details = [] if line.method is not Method.HOME else ["to the door"]
    details += [f"needs {each}" for each in line.requirements]
    cell.text(joined(details), 8, max_lines=3)
    cell.gap(0.6 * MM)
    _add_bars(cell, line.reference)
    return cell


def _marks(line: ManifestLine) -> Iterator[Mark]:
    if line.is_pickup:
        yield Mark("PICK UP", is_filled=True)
    if line.is_cash_due:
        yield Mark(cash_words(line), is_filled=True)
    if line.method is not Method.HOME:
        yield Mark(line.method.value.upper())
    if line.priority:
        yield Mark(f"PRIORITY {line.priority}")


def cash_words(line: ManifestLine) -> str:
    """What to ask for at the door."""
    if line.cash is None:
        return "COLLECT CASH: AMOUNT?"
    return f"COLLECT {money(line.cash, line.currency)}"


def _add_bars(cell: Stack, reference: str) -> None:
    """The order's reference to scan when the paper comes back, and in letters."""
    height = 6 * MM

    def draw_bars(canvas: Any, x: float, top: float) -> None:
        room = cell.room + 2 * MM
        draw_code128(canvas, x, top - height, room, height, reference, centred=False)

    if is_scannable(reference, cell.room + 2 * MM):
        cell.add(height + 0.4 * MM, draw_bars)
    cell.text(reference, 7, max_lines=2)


def _draw_signature(canvas: Any, x: float, top: float, height: float) -> None:
    bottom = top - height
    canvas.setLineWidth(0.3)
    canvas.line(x - _PAD, top - _PAD, x - _PAD, bottom + _PAD)
    middle = x + 29 * MM
    rule(canvas, x + 8 * MM, middle - 1 * MM, top - 7.4 * MM, 0.4)
    rule(canvas, middle + 7 * MM, RIGHT, top - 7.4 * MM, 0.4)
    rule(canvas, x, RIGHT, bottom + 4.4 * MM, 0.4)
    draw(canvas, x, top - 7 * MM, "Name", 7)
    draw(canvas, middle, top - 7 * MM, "Time", 7)
    draw(canvas, x, bottom + 1.6 * MM, "Signature", 7)


def _rest_row(manifest: Manifest, rest: ManifestRest) -> Block:
    height = 8 * MM
    text = f"BREAK  {_rest_words(manifest, rest)}  ({span(rest.end - rest.begin)})"
    place = _rest_place(manifest, rest)
    x = _COLUMNS[1] + _PAD
    behind = x + width(text, 10, Weight.BOLD) + 4 * MM

    def draw_row(canvas: Any, top: float) -> None:
        canvas.setFillGray(0.88)
        canvas.rect(LEFT, top - height, RIGHT - LEFT, height, fill=1, stroke=0)
        canvas.setFillGray(0)
        draw(canvas, x, top - 5.2 * MM, text, 10, Weight.BOLD)
        draw_fitting(canvas, behind, top - 5.2 * MM, place, 9, RIGHT - behind - _PAD)
        rule(canvas, LEFT, RIGHT, top - height, 0.5)

    return Block(height, draw_row)


def _rest_place(manifest: Manifest, rest: ManifestRest) -> str:
    """Where it is taken, unless that is at the stop before."""
    if not rest.driven:
        return ""
    is_last = rest.index >= len(manifest.lines)
    ahead = "the end" if is_last else f"stop {rest.index + 1}"
    if not rest.left:
        return f"at {ahead}, on arrival"
    behind = f"after stop {rest.index}" if rest.index else "after the start"
    driven, left = (duration_text(int(each.total_seconds())) for each in (rest.driven, rest.left))
    return f"on the road: {driven} {behind}, {left} before {ahead}"


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
