"""Colour tokens, light and dark, and how two colours go together."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtGui import QColor, QGuiApplication, QPalette

from app.domain.tints import tint_color


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """Every colour of the window by what it is for; the style sheet fills in `@name`."""

    is_dark: bool
    window: str
    surface: str
    """Where content lies: tables, fields, the board."""
    raised: str
    """What lies on a surface: cards, headers."""
    sunken: str
    border: str
    strong_border: str
    text: str
    muted: str
    faint: str
    """Too weak for words that must be read: grid lines' labels, placeholders, disabled text."""
    accent: str
    """Selection and focus, nothing else."""
    accent_soft: str
    on_accent: str
    good: str
    good_soft: str
    risk: str
    risk_soft: str
    bad: str
    bad_soft: str
    done: str
    done_soft: str


LIGHT = Tokens(
    is_dark=False,
    window="#eef0f3",
    surface="#ffffff",
    raised="#f7f8fa",
    sunken="#e4e7ec",
    border="#d7dbe2",
    strong_border="#aab2bf",
    text="#1a1e25",
    muted="#545d6b",
    faint="#858e9b",
    accent="#1d63d8",
    accent_soft="#dbe8fd",
    on_accent="#ffffff",
    good="#12683f",
    good_soft="#d3efdf",
    risk="#8f5b00",
    risk_soft="#ffe9b0",
    bad="#c01f2d",
    bad_soft="#fcdcdc",
    done="#586270",
    done_soft="#e3e6eb",
)

DARK = Tokens(
    is_dark=True,
    window="#15181d",
    surface="#1c2026",
    raised="#242931",
    sunken="#101317",
    border="#323943",
    strong_border="#56606e",
    text="#e4e8ee",
    muted="#a6b0bd",
    faint="#717c8b",
    accent="#5c9bff",
    accent_soft="#1d3557",
    on_accent="#0b1220",
    good="#55c98f",
    good_soft="#1b3d2c",
    risk="#f2b736",
    risk_soft="#453512",
    bad="#ff7a78",
    bad_soft="#54211f",
    done="#98a2af",
    done_soft="#2e343d",
)


class State(StrEnum):
    """What a colour may mean. It never says so alone: an icon or a word stands beside it."""

    GOOD = "good"
    """On time, sound."""
    RISK = "risk"
    """Still kept, but little is left."""
    BAD = "bad"
    """A rule is broken."""
    DONE = "done"
    """Over, or no longer ours to change."""


def tokens(palette: QPalette | None = None) -> Tokens:
    """The tokens in force: a palette says by its window colour which theme it belongs to."""
    shown = palette if palette is not None else QGuiApplication.palette()
    return DARK if shown.color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


def state_color(state: State, colors: Tokens) -> QColor:
    """The strong colour: text, icons, outlines."""
    return QColor(getattr(colors, state.value))


def state_fill(state: State, colors: Tokens) -> QColor:
    """The soft colour behind text in the strong one."""
    return QColor(getattr(colors, f"{state.value}_soft"))


def route_color(tint: int, *, is_dark: bool = False) -> QColor:
    """The colour of a route by its tint on its day's board."""
    return QColor(tint_color(tint, is_dark=is_dark))


def text_on(ground: QColor) -> QColor:
    """Black or white, whichever is easier to read on `ground`."""
    return QColor("#000000") if luminance(ground) > 0.18 else QColor("#ffffff")


def contrast(a: QColor, b: QColor) -> float:
    """The contrast ratio of WCAG 2, from 1 to 21."""
    lighter, darker = sorted((luminance(a), luminance(b)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: QColor) -> float:
    """Relative luminance as WCAG 2 defines it, from 0 to 1."""
    parts = (color.redF(), color.greenF(), color.blueF())
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def mixed(a: QColor, b: QColor, part: float) -> QColor:
    """`part` of `b` in `a`, from 0 to 1."""
    return QColor.fromRgbF(
        a.redF() + (b.redF() - a.redF()) * part,
        a.greenF() + (b.greenF() - a.greenF()) * part,
        a.blueF() + (b.blueF() - a.blueF()) * part,
    )
