"""How a piece of the earth lies on a piece of paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.domain.geo import Bounds


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A box of the earth laid on a box of paper; the bend of the earth doesn't show in it."""

    bounds: Bounds
    width: float
    height: float
    """In points."""
    metres_per_point: float

    def on_paper(self, lon: Any, lat: Any) -> tuple[Any, Any]:
        """Points from the lower left corner; takes numbers or arrays."""
        box = self.bounds
        return (
            (lon - box.west) * (self.width / (box.east - box.west)),
            (lat - box.south) * (self.height / (box.north - box.south)),
        )
