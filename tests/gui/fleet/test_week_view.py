"""What the week's grid says in narrow columns."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetrics

from app.desktop.fleet.week_view import shortened
from app.desktop.theme import SMALL, text_font


@pytest.mark.usefixtures("qapp")
def test_the_hours_of_a_shift_stay_where_the_vehicles_name_is_too_long() -> None:
    metrics = QFontMetrics(text_font(SMALL))
    line = "Sprinter with tail lift 08:00–17:00"
    hours = metrics.horizontalAdvance(" 08:00–17:00")
    for room in (hours, hours + 30, hours + 60):
        text = shortened(line, metrics, room)
        assert text.endswith("08:00–17:00")
        assert metrics.horizontalAdvance(text) <= room
    assert shortened(line, metrics, metrics.horizontalAdvance(line)) == line
