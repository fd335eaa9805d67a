"""One theme for the whole program, light and dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QApplication, QCheckBox, QWidget
from pytestqt.qtbot import QtBot

from app.desktop.colors import DARK, LIGHT, Tokens, tokens
from app.desktop.theme import Theme, ThemeMode, apply_theme, icon, style_sheet


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    yield apply_theme(qapp, ThemeMode.LIGHT)
    apply_theme(qapp, ThemeMode.LIGHT)


def test_the_palette_says_which_theme_is_shown(theme: Theme) -> None:
    assert tokens() is LIGHT
    theme.set_mode(ThemeMode.DARK)
    assert tokens() is DARK


def test_a_change_is_told_once(qtbot: QtBot, theme: Theme) -> None:
    with qtbot.waitSignal(theme.changed):
        theme.set_mode(ThemeMode.DARK)
    with qtbot.assertNotEmitted(theme.changed):
        theme.set_mode(ThemeMode.DARK)


def test_asking_again_changes_the_theme_there_is(qapp: QApplication, theme: Theme) -> None:
    assert apply_theme(qapp, ThemeMode.DARK) is theme
    assert theme.mode is ThemeMode.DARK


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_every_token_in_the_style_sheet_is_filled_in(colors: Tokens) -> None:
    assert "@" not in style_sheet(colors).replace("at-sign", "")


@pytest.mark.parametrize("mode", [ThemeMode.LIGHT, ThemeMode.DARK])
def test_an_empty_box_can_be_told_from_the_ground_and_from_a_ticked_one(
    qtbot: QtBot, theme: Theme, mode: ThemeMode
) -> None:
    theme.set_mode(mode)
    box = QCheckBox()
    qtbot.addWidget(box)
    box.resize(box.sizeHint())
    empty = _colors(box)
    assert QColor(tokens().faint).rgb() in empty
    box.setChecked(True)
    ticked = _colors(box) - empty
    assert QColor(tokens().accent).rgb() in ticked
    ink = QColor(tokens().on_accent).lightness()
    assert min(abs(QColor(color).lightness() - ink) for color in ticked) < 40


def test_an_icon_takes_the_colour_of_the_theme_in_which_it_is_drawn(theme: Theme) -> None:
    lock = icon("lock")
    light = _ink(lock)
    theme.set_mode(ThemeMode.DARK)
    assert light == QColor(LIGHT.text)
    assert _ink(lock) == QColor(DARK.text)


@pytest.mark.usefixtures("theme")
def test_an_icon_is_seen_in_a_chosen_row_whose_background_is_pale() -> None:
    assert _ink(icon("home-outline", "muted"), QIcon.Mode.Selected) == QColor(LIGHT.muted)


@pytest.mark.usefixtures("qapp")
def test_an_unknown_icon_is_refused() -> None:
    with pytest.raises(KeyError):
        icon("no-such-icon")


def _ink(shown: QIcon, mode: QIcon.Mode = QIcon.Mode.Normal) -> QColor:
    image = shown.pixmap(QSize(64, 64), 1.0, mode).toImage()
    solid = [
        image.pixelColor(x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    ]
    assert solid
    return solid[len(solid) // 2]


def _colors(widget: QWidget) -> set[int]:
    picture = widget.grab().toImage()
    return {picture.pixel(x, y) for x in range(picture.width()) for y in range(picture.height())}
