"""What the program is, on whose work it stands, and under which licences."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, metadata

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from app import __version__

_PARTS = (
    "PySide6",
    "qasync",
    "QtAwesome",
    "SQLAlchemy",
    "alembic",
    "psycopg",
    "pyvalhalla",
    "pyogrio",
    "osmium",
    "pmtiles",
    "rapidfuzz",
    "numpy",
    "pyarrow",
    "ortools",
    "pyvrp",
    "reportlab",
    "segno",
    "folium",
    "openpyxl",
    "typer",
    "Unidecode",
)
_DATA = """Map data © OpenStreetMap contributors, available under the Open Database License (ODbL).
Everything derived from it, the region packs included, falls under the same licence.
https://www.openstreetmap.org/copyright
"""
_WEB = """In the map page:
Leaflet (BSD-2-Clause), protomaps-leaflet (BSD-3-Clause), Supercluster (ISC).
Icons: Material Design Icons (Apache-2.0)."""


class AboutPage(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("about_page")
        title = QLabel(f"Wayboard {__version__}", self)
        title.setProperty("kind", "title")
        words = QLabel(
            self.tr("A dispatch console for delivery depots that needs no network. MIT licence."),
            self,
        )
        words.setWordWrap(True)
        text = QPlainTextEdit(about_text(), self)
        text.setReadOnly(True)
        text.setAccessibleName(self.tr("Parts and licences"))
        layout = QVBoxLayout(self)
        layout.addWidget(title)
        layout.addWidget(words)
        layout.addWidget(text, 1)


def about_text() -> str:
    """Data, parts with their versions and licences, and what it runs on."""
    lines = [_DATA, "Made with:", ""]
    for name in _PARTS:
        try:
            found = metadata(name)
        except PackageNotFoundError:
            continue
        licence = found.get("License-Expression") or found.get("License") or ""
        # Some packages put the whole text there; its first line names it.
        first = licence.strip().splitlines()[0][:60] if licence.strip() else ""
        lines.append(f"{found['Name']} {found['Version']}" + (f"  {first}" if first else ""))
    lines += ["", _WEB, "", f"Python {platform.python_version()}, Qt {qVersion()}"]
    return "\n".join(lines)
