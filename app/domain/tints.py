"""The colours that tell the routes of a day apart, the same on screen and in exported files."""

from __future__ import annotations

_ROUTES = (
    ("#0072b2", "#3a9ee0"),
    ("#2e9c8a", "#44bfa9"),
    ("#a3a02c", "#c9c645"),
    ("#117733", "#2f9e56"),
    ("#cc79a7", "#eda6cc"),
    ("#332288", "#8f83f2"),
    ("#e69f00", "#e69f00"),
    ("#aa4499", "#c264b4"),
    ("#7a4a1e", "#a87447"),
    ("#56b4e9", "#8fd3ff"),
    ("#882255", "#d4588f"),
    ("#d55e00", "#e8702a"),
)
"""Each on a light and on a dark ground. The hues are from the sets of Okabe & Ito (2008) and Tol
(2021), in a sequence in which neighbours differ most for readers who don't see red or green; a
number always stands beside the colour."""


def tint_color(tint: int, *, is_dark: bool = False) -> str:
    """The colour of a route as #rrggbb, by its tint on its day's board; it comes round again."""
    return _ROUTES[tint % len(_ROUTES)][is_dark]
