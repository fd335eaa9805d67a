"""Colours can be read and told apart, also by readers who don't see red or green."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtGui import QColor

from app.desktop.colors import (
    DARK,
    LIGHT,
    State,
    Tokens,
    contrast,
    route_color,
    state_color,
    state_fill,
    text_on,
)

THEMES = pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
ROUTES = 12
READABLE = 4.5
"""WCAG 2, level AA."""


@THEMES
@pytest.mark.parametrize("state", State)
def test_a_state_can_be_read_on_its_own_ground_and_on_the_surface(
    colors: Tokens, state: State
) -> None:
    ink = state_color(state, colors)
    assert contrast(ink, state_fill(state, colors)) >= READABLE
    assert contrast(ink, QColor(colors.surface)) >= READABLE


@THEMES
def test_words_can_be_read_on_every_ground(colors: Tokens) -> None:
    for ground in (colors.window, colors.surface, colors.raised, colors.accent_soft):
        assert contrast(QColor(colors.text), QColor(ground)) >= 7
        assert contrast(QColor(colors.muted), QColor(ground)) >= READABLE
    assert contrast(QColor(colors.on_accent), QColor(colors.accent)) >= READABLE


@THEMES
def test_a_route_stands_out_from_the_surface_and_its_number_from_the_route(colors: Tokens) -> None:
    for index in range(ROUTES):
        color = route_color(index, is_dark=colors.is_dark)
        assert contrast(color, QColor(colors.surface)) >= 2
        assert contrast(color, text_on(color)) >= READABLE


def test_route_colours_come_round_again() -> None:
    assert route_color(ROUTES) == route_color(0)
    assert len({route_color(index).name() for index in range(ROUTES)}) == ROUTES


# Machado, Oliveira & Fernandes (2009), severity 1, on linear RGB.
_BLIND = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
               (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
               (-0.011820, 0.042940, 0.968881)),
}  # fmt: skip


@THEMES
@pytest.mark.parametrize("kind", _BLIND)
def test_neighbouring_routes_differ_for_colour_blind_readers(colors: Tokens, kind: str) -> None:
    shown = [_lab(route_color(i, is_dark=colors.is_dark), kind) for i in range(ROUTES + 1)]
    for a, b in itertools.pairwise(shown):
        assert sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5 > 20


def _lab(color: QColor, kind: str) -> tuple[float, float, float]:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (color.redF(), color.greenF(), color.blueF())
    ]
    r, g, b = (
        min(1.0, max(0.0, sum(m * v for m, v in zip(row, linear, strict=True))))
        for row in _BLIND[kind]
    )
    x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)
