"""Valhalla as it is installed here: its settings, its programs, its Actor, or that it is missing.

Loaded when it is first needed: a fifth of a second of the console's start.
"""

from __future__ import annotations

import os
from copy import deepcopy
from importlib.util import find_spec
from pathlib import Path
from typing import Any

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
    """Whether road graphs can be built and used here; there is no wheel for Intel Macs."""
    return find_spec("valhalla") is not None


def settings(tiles: Path) -> dict[str, Any]:
    """Settings for the graph in `tiles`, with the limits of a public server taken off."""
    from valhalla import get_config

    # it hands out shared nested dicts
    config: dict[str, Any] = deepcopy(get_config(tile_extract="", tile_dir=tiles))
    for key in _UNUSED_FILES:
        config["mjolnir"].pop(key, None)
    for costing in _COSTINGS:
        config["service_limits"][costing] |= {
            "max_locations": 100_000,
            "max_matrix_location_pairs": _NO_LIMIT,
            # no more: each search of a matrix reserves room for this distance
            "max_matrix_distance": 2_000_000.0,
            "max_distance": float(_NO_LIMIT),
        }
    config["service_limits"]["max_radius"] = 1_000
    # a closed town centre is longer round than the ten kilometres that are the default
    config["service_limits"]["max_exclude_polygons_length"] = 200_000
    # the default algorithm is slow and leaves pairs out that a route finds
    config["thor"]["source_to_target_algorithm"] = "timedistancematrix"
    return config


def actor(settings_file: Path) -> Any:
    """An Actor; it must be used by the thread alone that made it."""
    from valhalla import Actor

    return Actor(settings_file)


def program(name: str) -> Path:
    """One of the programs in Valhalla's wheel."""
    return _wheel() / "bin" / (f"{name}.exe" if os.name == "nt" else name)


def environment() -> dict[str, str]:
    """What the programs need around them: on Windows the wheel's libraries on the path."""
    if os.name != "nt":
        return dict(os.environ)
    libraries = _wheel().parent / "pyvalhalla.libs"
    return dict(os.environ, PATH=f"{libraries}{os.pathsep}{os.environ.get('PATH', '')}")


def _wheel() -> Path:
    spec = find_spec("valhalla")
    return Path(spec.origin).parent if spec and spec.origin else Path()
