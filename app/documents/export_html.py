"""The day as one map page that opens with no network: scripts, routes and ground are in it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

from app.documents.export_day import DayExport
from app.documents.export_tiles import packed
from app.domain.board import BoardRoute
from app.domain.errors import DispatchError
from app.domain.orders import Order, OrderKind
from app.domain.timetable import StopTime
from app.domain.tints import tint_color
from app.domain.violations import ViolationKind, duration_text
from app.paths import resource

_SCRIPTS = (
    "vendor/leaflet/leaflet.js",
    "vendor/protomaps-leaflet/protomaps-leaflet.js",
    "map_schemas.js",
    "map_style.js",
    "map_layers.js",
)
_PAGE_SCRIPT = "day_map.js"
_STYLES = ("vendor/leaflet/leaflet.css", "map.css", "day_map.css")
_MAP_ID = "wayboard"
"""folium names the global variable of the map after it: `map_wayboard`."""

_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_URL = re.compile(r"url\((?!data:)[^)]*\)")


def day_html(day: DayExport) -> str:
    """A page for any browser of today; nothing in it can reach out, and no text in it can run.

    Takes half a second the first time. Raises DispatchError where the map's scripts are missing.
    """
    # Here and not above: folium loads pandas, and no other export should wait for that.
    import folium

    page = folium.Map(
        tiles=None,
        location=(51.0, 10.0),
        zoom_start=5,
        prefer_canvas=True,
        attributionControl=False,
        minZoom=3,
        maxZoom=19,
    )
    page._id = _MAP_ID  # noqa: SLF001 (branca has no public way to a stable name)
    page.default_js = []
    page.default_css = []
    html = str(page.get_root().render())
    head = "".join(f"<style>{_style(path)}</style>\n" for path in _STYLES)
    head += "".join(f"<script>{_script(path)}</script>\n" for path in _SCRIPTS)
    tail = _embedded("day", _content(day)) + _embedded("tiles", _tiles(day))
    tail += f"<script>{_script(_PAGE_SCRIPT)}</script>\n"
    html = html.replace("</head>", f"{head}</head>", 1).replace("</html>", f"{tail}</html>")
    title = f"<title>{day.title}</title>"
    return html.replace("<head>", f"<head>\n    {_content_policy(html)}\n    {title}", 1)


def _file(path: str) -> str:
    file = Path(resource("web", *path.split("/")))
    try:
        return file.read_text(encoding="utf-8").replace("\r\n", "\n")
    except FileNotFoundError as error:
        raise DispatchError(
            f"The map's scripts are not installed: {file} is missing. Install Wayboard again."
        ) from error


def _script(path: str) -> str:
    # Inside a page only the end of the script has to be kept from being read too early.
    return _file(path).replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _style(path: str) -> str:
    # Pictures of controls that this page does not have.
    return _URL.sub("none", _file(path)).replace("</style", "")


def _embedded(name: str, content: object) -> str:
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # No text of an order can end the element it stands in.
    safe = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f'<script type="application/json" id="{name}">{safe}</script>\n'


def _content_policy(html: str) -> str:
    """Only the scripts that are in the page may run, and nothing may be fetched."""
    digests = (hashlib.sha256(text.encode()).digest() for text in _INLINE_SCRIPT.findall(html))
    scripts = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    rules = (
        "default-src 'none'",
        f"script-src {scripts}",
        "style-src 'unsafe-inline'",
        "img-src data: blob:",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return f'<meta http-equiv="Content-Security-Policy" content="{"; ".join(rules)}">'


def _tiles(day: DayExport) -> dict[str, str]:
    return {
        f"{zoom}/{column}/{row}": base64.b64encode(packed(tile)).decode()
        for (zoom, column, row), tile in day.tiles.items()
    }


def _content(day: DayExport) -> dict[str, Any]:
    driven = [each for each in day.board.routes if each.timetable.stops]
    depots = dict.fromkeys(
        (each.route.shift.depot.name, each.route.shift.depot.location) for each in day.board.routes
    )
    loose = [
        *((order, detail or "not planned yet") for order, _, detail in day.unassigned()),
        *((order, order.hold_reason or "on hold") for order in day.board.on_hold),
    ]
    tints = day.board.tint_of
    zooms = [zoom for zoom, _, _ in day.tiles]
    return {
        "title": day.title,
        "attribution": day.attribution,
        "zooms": [min(zooms), max(zooms)] if zooms else None,
        "depots": [
            {"title": name, "at": [location.lat, location.lon]} for name, location in depots
        ],
        "routes": [_route(day, tints[each.id], each) for each in driven],
        "loose": [_loose(day, order, reason) for order, reason in loose],
    }


def _route(day: DayExport, tint: int, each: BoardRoute) -> dict[str, Any]:
    times = each.timetable
    color = tint_color(tint)
    return {
        "id": str(each.id),
        "name": each.route.shift.name,
        "color": color,
        "estimated": times.is_estimated,
        "line": [
            [[round(point.lon, 5), round(point.lat, 5)] for point in leg] for leg in day.legs(each)
        ],
        "facts": [
            f"{day.clock(times.departure)} to {day.clock(times.end)}",
            f"{len(times.stops)} stops",
            f"{times.distance_m / 1_000:.1f} km",
            *(violation.text for violation in times.violations if violation.order is None),
        ],
        "stops": [
            _stop(day, each, color, position, stop)
            for position, stop in enumerate(times.stops, start=1)
        ],
    }


def _stop(
    day: DayExport, each: BoardRoute, color: str, position: int, stop: StopTime
) -> dict[str, Any]:
    is_late = any(violation.kind is ViolationKind.LATE for violation in stop.violations)
    times = f"{day.clock(stop.begin)} to {day.clock(stop.departure)}"
    wait = int(stop.waiting.total_seconds())
    facts = [times + (f", after waiting {duration_text(wait)}" if wait >= 60 else "")]
    return {
        **_order(day, stop.order, facts),
        "route": str(each.id),
        "number": str(position),
        "time": day.clock(stop.begin),
        "color": color,
        "state": "bad" if is_late or stop.violations else "",
        "problems": [violation.text for violation in stop.violations],
    }


def _loose(day: DayExport, order: Order, reason: str) -> dict[str, Any]:
    return {
        **_order(day, order, []),
        "route": "",
        "number": "",
        "time": "",
        "color": "",
        "state": "",
        "problems": reason.splitlines(),
    }


def _order(day: DayExport, order: Order, facts: list[str]) -> dict[str, Any]:
    window = order.window
    amounts = [f"{order.weight_g / 1_000:g} kg", f"parcels: {len(order.parcels)}"]
    lines = [order.address.line, *facts]
    if window is not None:
        lines.append(f"window {day.clock(window.start)} to {day.clock(window.end)}")
    lines.append(", ".join(amounts))
    if order.cod_amount is not None:
        lines.append(f"to collect: {order.cod_amount} {order.currency}".rstrip())
    lines.extend(text for text in (order.phone, order.notes) if text)
    return {
        "id": str(order.id),
        "title": order.recipient or order.company or order.reference,
        "reference": order.reference,
        "at": [order.location.lat, order.location.lon] if order.location else None,
        "pickup": order.kind is OrderKind.PICKUP,
        "lines": lines,
    }
