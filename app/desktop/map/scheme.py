"""Answers the map page's requests for itself, its scripts and its tiles; there is nothing else."""

from __future__ import annotations

import logging
import re

from PySide6.QtCore import QBuffer, QByteArray, QFile, QIODevice, QObject
from PySide6.QtWebEngineCore import (
    QWebEngineUrlRequestInfo,
    QWebEngineUrlRequestInterceptor,
    QWebEngineUrlRequestJob,
    QWebEngineUrlScheme,
    QWebEngineUrlSchemeHandler,
)

from app.documents.map_page import SCHEME
from app.paths import resource
from app.roads.tiles import TileSource

log = logging.getLogger(__name__)

PAGE_URL = f"{SCHEME}:/map.html"
_FILE_TYPES = {".css": "text/css", ".js": "text/javascript", ".png": "image/png"}
_LARGEST_FILE = 4_000_000
"""More than any script of ours; a larger file there is no script."""
_LARGEST_TILE = 8_000_000
_TILE = re.compile(r"/tiles/\d+/(\d{1,2})/(\d{1,8})/(\d{1,8})")


def register_scheme() -> None:
    """Make the scheme known to Qt, once; call it before the first page is made."""
    if QWebEngineUrlScheme.schemeByName(SCHEME.encode()).name():
        return
    scheme = QWebEngineUrlScheme(SCHEME.encode())
    flag = QWebEngineUrlScheme.Flag
    scheme.setFlags(flag.SecureScheme | flag.CorsEnabled | flag.FetchApiAllowed)
    QWebEngineUrlScheme.registerScheme(scheme)


class MapScheme(QWebEngineUrlSchemeHandler):
    """Serves `wayboard:/…` from memory, from `resources/web` and from the tile file."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._page = b""
        self._tiles: TileSource | None = None
        self._files: dict[str, tuple[bytes, str] | None] = {}

    def set_page(self, page: str) -> None:
        self._page = page.encode()

    def set_tiles(self, tiles: TileSource | None) -> None:
        self._tiles = tiles

    def _answer(self, path: str) -> tuple[bytes, str] | None:
        if path == "/map.html":
            return self._page, "text/html"
        if match := _TILE.fullmatch(path):
            z, x, y = map(int, match.groups())
            return self._tile(z, x, y), "application/octet-stream"
        if path not in self._files:
            self._files[path] = _file(path)
        return self._files[path]

    def _tile(self, z: int, x: int, y: int) -> bytes:
        """The tile, or nothing where there is none: an empty tile draws as empty ground."""
        tile = self._tiles.tile(z, x, y) if self._tiles else None
        return tile if tile and len(tile) <= _LARGEST_TILE else b""

    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:
        answer = None
        if job.requestMethod() == b"GET":
            answer = self._answer(job.requestUrl().path())
        if answer is None:
            job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)
            return
        content, content_type = answer
        buffer = QBuffer(job)
        buffer.setData(QByteArray(content))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        job.reply(content_type.encode(), buffer)


class OnlyOurs(QWebEngineUrlRequestInterceptor):
    """Blocks every request that is not for our own scheme, whoever makes it."""

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        scheme = info.requestUrl().scheme()
        if scheme not in (SCHEME, "data"):
            log.error("the map page asked for %s; blocked", info.requestUrl().toDisplayString())
            info.block(True)


def _file(path: str) -> tuple[bytes, str] | None:
    if path == "/qwebchannel.js":
        return _qt_file(":/qtwebchannel/qwebchannel.js"), "text/javascript"
    root = resource("web").resolve()
    file = (root / path.lstrip("/")).resolve()
    content_type = _FILE_TYPES.get(file.suffix)
    if content_type is None or not file.is_relative_to(root) or not file.is_file():
        return None
    if file.stat().st_size > _LARGEST_FILE:
        return None
    return file.read_bytes(), content_type


def _qt_file(name: str) -> bytes:
    file = QFile(name)
    file.open(QIODevice.OpenModeFlag.ReadOnly)
    try:
        return bytes(file.readAll().data())
    finally:
        file.close()
