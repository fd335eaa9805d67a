"""The look of the whole program: Fusion, one palette and style sheet from tokens, and icons."""

from __future__ import annotations

import logging
import re
from dataclasses import fields
from enum import StrEnum

from PySide6.QtCore import QObject, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QIcon,
    QIconEngine,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtWidgets import QApplication, QStyleFactory

from app.desktop.colors import DARK, LIGHT, Tokens, tokens
from app.desktop.icon_font import glyphs, icon_font
from app.paths import resource

_log = logging.getLogger(__name__)

SPACING = 4
"""Every distance is a multiple of it."""
SMALL, NORMAL, LARGE = 11, 13, 16
"""The three sizes of text, in device-independent pixels."""


class ThemeMode(StrEnum):
    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Theme(QObject):
    """Keeps the program in its theme when the system turns dark or light."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._mode = ThemeMode.SYSTEM
        self._shown: Tokens | None = None
        app.setStyle(QStyleFactory.create("Fusion"))
        app.styleHints().colorSchemeChanged.connect(self._on_scheme_changed)

    @property
    def mode(self) -> ThemeMode:
        return self._mode

    @property
    def tokens(self) -> Tokens:
        match self._mode:
            case ThemeMode.LIGHT:
                return LIGHT
            case ThemeMode.DARK:
                return DARK
            case ThemeMode.SYSTEM:
                is_dark = self._app.styleHints().colorScheme() is Qt.ColorScheme.Dark
                return DARK if is_dark else LIGHT

    def set_mode(self, mode: ThemeMode) -> None:
        self._mode = mode
        # Title bars, native dialogs and web pages take theirs from here.
        self._app.styleHints().setColorScheme(
            {
                ThemeMode.LIGHT: Qt.ColorScheme.Light,
                ThemeMode.DARK: Qt.ColorScheme.Dark,
                ThemeMode.SYSTEM: Qt.ColorScheme.Unknown,
            }[mode]
        )
        self._show()

    def _on_scheme_changed(self) -> None:
        if self._mode is ThemeMode.SYSTEM:
            self._show()

    def _show(self) -> None:
        colors = self.tokens
        if colors is self._shown:
            return
        self._shown = colors
        self._app.setFont(text_font(NORMAL))
        self._app.setPalette(palette_of(colors))
        self._app.setStyleSheet(style_sheet(colors))
        _log.debug("theme: %s", "dark" if colors.is_dark else "light")
        self.changed.emit()


def apply_theme(app: QApplication, mode: ThemeMode = ThemeMode.SYSTEM) -> Theme:
    """Put the program into a theme; asked again, it changes the one there is."""
    theme = app.findChild(Theme) or Theme(app)
    theme.set_mode(mode)
    return theme


def text_font(size: int, *, bold: bool = False, tabular: bool = False) -> QFont:
    """The system's font in one of the three sizes; `tabular` gives digits of one width."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    font.setPixelSize(size)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    if tabular:
        font.setFeature(QFont.Tag("tnum"), 1)
    return font


def palette_of(colors: Tokens) -> QPalette:
    """The palette that Fusion draws with."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    palette = QPalette()
    for name, value in {
        role.Window: colors.window,
        role.WindowText: colors.text,
        role.Base: colors.surface,
        role.AlternateBase: colors.raised,
        role.Text: colors.text,
        role.PlaceholderText: colors.faint,
        role.Button: colors.raised,
        role.ButtonText: colors.text,
        role.BrightText: colors.bad,
        role.ToolTipBase: colors.raised,
        role.ToolTipText: colors.text,
        role.Highlight: colors.accent,
        role.HighlightedText: colors.on_accent,
        role.Accent: colors.accent,
        role.Link: colors.accent,
        role.LinkVisited: colors.accent,
        role.Light: colors.surface,
        role.Midlight: colors.raised,
        role.Mid: colors.border,
        role.Dark: colors.strong_border,
        role.Shadow: colors.sunken,
    }.items():
        palette.setColor(name, QColor(value))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(group.Disabled, name, QColor(colors.faint))
    palette.setColor(group.Disabled, role.Highlight, QColor(colors.sunken))
    palette.setColor(group.Disabled, role.HighlightedText, QColor(colors.faint))
    return palette


def style_sheet(colors: Tokens) -> str:
    """The style sheet with each `@token` filled in; an unknown one is a bug in the file."""
    values = {each.name: str(getattr(colors, each.name)) for each in fields(colors)}
    values |= {
        "small": f"{SMALL}px",
        "normal": f"{NORMAL}px",
        "large": f"{LARGE}px",
        "check": resource("qss", f"check-{'dark' if colors.is_dark else 'light'}.svg").as_posix(),
    }
    text = resource("qss", "wayboard.qss").read_text("utf-8")
    return re.sub(r"@(\w+)", lambda found: values[found.group(1)], text)


class _GlyphEngine(QIconEngine):
    """Draws one glyph of the icon font in the colour of the theme in force when it is drawn."""

    def __init__(self, glyph: str, token: str) -> None:
        super().__init__()
        self._glyph = glyph
        self._token = token
        self._drawn: dict[object, QPixmap] = {}

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        colors = tokens()
        name = self._token
        if mode is QIcon.Mode.Disabled:
            name = "faint"
        elif state is QIcon.State.On and name == "text":
            name = "accent"
        painter.save()
        draw_glyph(painter, QRectF(rect), self._glyph, QColor(getattr(colors, name)))
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        # All icons of a window are asked for whenever it comes to the front or goes back.
        key = (size.width(), size.height(), mode, state, tokens().is_dark)
        pixmap = self._drawn.get(key)
        if pixmap is None:
            pixmap = self._drawn[key] = QPixmap(size)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
            painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _GlyphEngine(self._glyph, self._token)


def icon(name: str, token: str = "text") -> QIcon:
    """An icon of Material Design Icons by its name, such as `lock` or `truck-outline`.

    It follows the theme, and `token` names its colour. Raises KeyError for a name that is not in
    the font.
    """
    return QIcon(_GlyphEngine(glyph(name), token))


def glyph(name: str) -> str:
    """The character that stands for an icon, for painting with `draw_glyph`."""
    return glyphs()[name]


def draw_glyph(painter: QPainter, rect: QRectF, character: str, color: QColor) -> None:
    """Paint an icon into `rect`; leaves the painter with its font and pen."""
    font = icon_font()
    font.setPixelSize(max(1, round(min(rect.width(), rect.height()))))
    painter.setFont(font)
    painter.setPen(color)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, character)
