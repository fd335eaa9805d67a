"""The base page of the map, built once; afterwards only GeoJSON flows into it."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from app import __version__
from app.documents.atomic_file import write_bytes
from app.domain.errors import DispatchError

SCHEME = "wayboard"
"""The page, its scripts and tiles have addresses of this scheme; only our window answers."""

_SCRIPTS = (
    "vendor/leaflet/leaflet.js",
    "vendor/protomaps-leaflet/protomaps-leaflet.js",
    "vendor/supercluster/supercluster.js",
    "qwebchannel.js",
)
_OWN_SCRIPTS = (
    "map_schemas.js",
    "map_style.js",
    "map_layers.js",
    "map_areas.js",
    "map_gestures.js",
    "map.js",
)
_STYLES = ("vendor/leaflet/leaflet.css", "map.css")
_MAP_ID = "wayboard"
"""folium names the global variable of the map after it: `map_wayboard`."""
_OPTIONS: Mapping[str, Any] = {
    "location": (51.0, 10.0),
    "zoom_start": 5,
    "prefer_canvas": True,
    "zoom_control": False,
    "attributionControl": False,
    "boxZoom": False,
    "minZoom": 2,
    "maxZoom": 19,
    "zoomSnap": 0.5,
    "worldCopyJump": True,
}
_END = "</html>"
_MAKERS = ("folium", "branca", "jinja2")
_log = logging.getLogger(__name__)


def kept_page(folder: Path) -> str:
    """The base page from `folder`, made and kept there where it is not, or not of this program.

    Making it loads pandas, which takes half a second and a tenth of the console's memory. Call it
    off the GUI thread.
    """
    file = folder / f"map-page-{_fingerprint()}.html"
    with suppress(OSError, UnicodeError):
        kept = file.read_text(encoding="utf-8")
        # A power cut may leave the file without its end.
        if kept.endswith(_END):
            return kept
    page = base_page()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        older = [path for path in folder.glob("map-page-*.html") if path != file]
        write_bytes(file, page.encode())
        for path in older:
            path.unlink(missing_ok=True)
    except (DispatchError, OSError) as error:
        # The window has its page; only the next start takes longer.
        _log.info("the map's page was not kept: %s", error)
    return page


def _fingerprint() -> str:
    """What the page is made of; another version of any of it makes another page."""
    made_of = (
        (__version__, *(_version(name) for name in _MAKERS)),
        (_OPTIONS, _MAP_ID, _SCRIPTS, _OWN_SCRIPTS, _STYLES, _content_policy("")),
    )
    return hashlib.sha256(repr(made_of).encode()).hexdigest()[:16]


def base_page() -> str:
    """The page with an empty map in it, which runs the scripts of `resources/web` and no others.

    `kept_page` is faster.
    """
    # Here and not above: folium loads pandas, and most starts have no need of either.
    import folium

    page = folium.Map(tiles=None, **_OPTIONS)
    page._id = _MAP_ID  # noqa: SLF001 (branca has no public way to a stable name)
    page.default_js = [(path, _address(path)) for path in _SCRIPTS]
    page.default_css = [(path, _address(path)) for path in _STYLES]
    html = str(page.get_root().render())
    own = "".join(f'<script src="{_address(path)}"></script>\n' for path in _OWN_SCRIPTS)
    html = html[: html.rindex(_END)] + own + _END
    return html.replace("<head>", f"<head>\n    {_content_policy(html)}", 1)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""  # a frozen build, where our own version stands for its parts


def _address(path: str) -> str:
    return f"{SCHEME}:/{path}"


def _content_policy(html: str) -> str:
    """Only our files and folium's own inline pieces, named by their hashes, may run."""
    scripts = " ".join(_hashes("script", html))
    styles = " ".join(_hashes("style", html))
    rules = (
        "default-src 'none'",
        f"script-src {SCHEME}: {scripts}",
        f"style-src {SCHEME}: {styles}",
        f"img-src {SCHEME}: data:",
        f"connect-src {SCHEME}:",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return f'<meta http-equiv="Content-Security-Policy" content="{"; ".join(rules)}">'


def _hashes(tag: str, html: str) -> list[str]:
    inline = re.findall(rf"<{tag}>(.*?)</{tag}>", html, flags=re.DOTALL)
    digests = (hashlib.sha256(text.encode()).digest() for text in inline)
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]
