"""The base page of the map, built once; afterwards only GeoJSON flows into it."""

from __future__ import annotations

import base64
import hashlib
import re

SCHEME = "wayboard"
"""The page, its scripts and tiles have addresses of this scheme; only our window answers."""

_SCRIPTS = (
    "vendor/leaflet/leaflet.js",
    "vendor/protomaps-leaflet/protomaps-leaflet.js",
    "vendor/supercluster/supercluster.js",
    "qwebchannel.js",
)
_OWN_SCRIPTS = ("map_schemas.js", "map_style.js", "map_layers.js", "map_gestures.js", "map.js")
_STYLES = ("vendor/leaflet/leaflet.css", "map.css")
_MAP_ID = "wayboard"
"""folium names the global variable of the map after it: `map_wayboard`."""


def base_page() -> str:
    """The page with an empty map in it, which runs the scripts of `resources/web` and no others.

    Takes half a second the first time, so call it off the GUI thread.
    """
    # Here and not above: folium loads pandas, and the window must not wait for that to open.
    import folium

    page = folium.Map(
        tiles=None,
        location=(51.0, 10.0),
        zoom_start=5,
        prefer_canvas=True,
        zoom_control=False,
        attributionControl=False,
        boxZoom=False,
        minZoom=2,
        maxZoom=19,
        zoomSnap=0.5,
        worldCopyJump=True,
    )
    page._id = _MAP_ID  # noqa: SLF001 (branca has no public way to a stable name)
    page.default_js = [(path, _address(path)) for path in _SCRIPTS]
    page.default_css = [(path, _address(path)) for path in _STYLES]
    html = str(page.get_root().render())
    own = "".join(f'<script src="{_address(path)}"></script>\n' for path in _OWN_SCRIPTS)
    html = html.replace("</html>", own + "</html>")
    return html.replace("<head>", f"<head>\n    {_content_policy(html)}", 1)


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
