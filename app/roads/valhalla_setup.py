"""Valhalla as it is installed here: its settings and its programs, or that it is missing."""

from __future__ import annotations

import os
from copy import deepcopy
from pathlib import Path
from typing import Any

try:
    import valhalla
    from valhalla import Actor as Actor
except ImportError:  # no wheel for Intel Macs; a region is then built without roads
    valhalla = None

_UNUSED_FILES = (
    "admin",
    "landmarks",
    "timezone",
    "traffic_extract",
    "transit_dir",
    "transit_feeds_dir",
)
"""Optional companions of a graph: a region has none of them."""
_COSTINGS = ("auto", "truck")
_NO_LIMIT = 1_000_000_000


def has_valhalla() -> bool:
    """Whether road graphs can be built and used on this machine."""
    return valhalla is not None


def settings(tiles: Path) -> dict[str, Any]:
    """Settings for the graph in `tiles`, with the limits of a public server taken off."""
    # get_config() hands out shared nested dicts
    config: dict[str, Any] = deepcopy(valhalla.get_config(tile_extract="", tile_dir=tiles))
    for key in _UNUSED_FILES:
        config["mjolnir"].pop(key, None)
    for costing in _COSTINGS:
        config["service_limits"][costing] |= {
            "max_locations": 100_000,
            "max_matrix_location_pairs": _NO_LIMIT,
            # no more: it reserves room for this distance in every search
            "max_matrix_distance": 2_000_000.0,
            "max_distance": float(_NO_LIMIT),
        }
    config["service_limits"]["max_radius"] = 1_000
    # the default algorithm is slow and leaves pairs out that a route finds
    config["thor"]["source_to_target_algorithm"] = "timedistancematrix"
    return config


def program(name: str) -> Path:
    """One of the programs in Valhalla's wheel."""
    folder = Path(valhalla.__file__).parent / "bin"
    return folder / (f"{name}.exe" if os.name == "nt" else name)


def environment() -> dict[str, str]:
    """What the programs need around them: on Windows the wheel's libraries on the path."""
    libraries = Path(valhalla.__file__).parent.parent / "pyvalhalla.libs"
    if os.name != "nt":
        return dict(os.environ)
    return dict(os.environ, PATH=f"{libraries}{os.pathsep}{os.environ.get('PATH', '')}")
