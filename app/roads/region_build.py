"""Build a region from an extract: all of it or nothing."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from app.domain.errors import RegionError
from app.domain.geo import Location
from app.roads import address_store
from app.roads.address_build import AddressTables, index_addresses
from app.roads.address_scan import Findings, scan
from app.roads.address_store import HouseKind
from app.roads.basemap import build_basemap
from app.roads.progress import BuildProgress, IsCancelled, Report, never, stop_if
from app.roads.region import BUILD_PREFIX, Region, alone, check_name, publish, sizes, sweep
from app.roads.road_build import build_roads
from app.roads.valhalla_setup import has_valhalla

_SHARES = {"addresses": (0.0, 0.25), "roads": (0.25, 0.45), "basemap": (0.45, 1.0)}
"""From where to where each part moves the bar, as measured on three extracts."""
_ROOM_PER_BYTE = 15
"""A region and what is needed while building it, in sizes of the extract; measured: 5 to 8."""
_ROOM_AT_LEAST = 50_000_000
_FEW_ADDRESSES = 100
_FULL_DISK = (errno.ENOSPC, errno.EDQUOT)
_NO_ROOM_LEFT = 2_000_000


def build_region(
    extract: Path,
    name: str,
    root: Path,
    report: Report,
    cancelled: IsCancelled = never,
) -> Region:
    """Build the region `name` under `root`; a region of this name is replaced at the very end.

    RegionError says what is wrong with the extract, the name or the disk; Cancelled, that somebody
    stopped it. In both cases what was there before is as it was.
    """
    name = check_name(name)
    if not extract.is_file():
        raise RegionError(f"There is no file {extract}. Choose an extract that ends with .osm.pbf.")
    home = root / name
    with _clear_errors(extract, root):
        home.mkdir(parents=True, exist_ok=True)
        with alone(root):
            sweep(home)
            home.mkdir(exist_ok=True)
            try:
                # once more, as the disk must be looked at before the sweep makes room again
                with _clear_errors(extract, root):
                    _check_room(extract, home)
                    folder = home / f"{BUILD_PREFIX}{uuid4().hex[:12]}"
                    folder.mkdir()
                    region = _build(extract, name, folder, report, cancelled)
                    stop_if(cancelled, f"Building the region “{name}”")
                    publish(home, region)
            except BaseException:
                sweep(home)
                raise
    return region


def _build(
    extract: Path, name: str, folder: Path, report: Report, cancelled: IsCancelled
) -> Region:
    def tell(part: str, text: str) -> Callable[[float], None]:
        start, end = _SHARES[part]

        def told(fraction: float) -> None:
            done = start + (end - start) * min(1.0, fraction)
            report(BuildProgress(part=part, fraction=done, text=text))

        told(0.0)
        return told

    told = tell("addresses", "Reading the extract")
    found = scan(extract, cancelled)
    if not found.road_count:
        raise RegionError(
            f"{extract.name} has no roads for vehicles. Choose an extract that has roads."
        )
    told(0.5)
    tables = index_addresses(found, cancelled)
    address_store.write(folder, tables.streets, tables.houses, tables.places)

    tell("roads", "Building the road graph")
    if has_valhalla():
        build_roads(extract, folder, cancelled)

    told = tell("basemap", "Drawing the map")
    build_basemap(extract, folder, found.bounds, _house_numbers(tables), told, cancelled)
    return Region(
        name=name,
        folder=folder,
        built_at=datetime.now(UTC).replace(microsecond=0),
        source=extract.name,
        bounds=found.bounds,
        sizes=sizes(folder),
        address_count=len(found.houses),
        road_count=found.road_count,
        has_roads=has_valhalla(),
        has_addresses=bool(found.houses),
        warnings=tuple(_warnings(extract, found)),
    )


def _house_numbers(tables: AddressTables) -> Iterator[tuple[str, Location]]:
    for house in tables.houses:
        if house.kind == HouseKind.ROOFTOP:
            yield house.number, Location(lat=house.lat, lon=house.lon)


def _warnings(extract: Path, found: Findings) -> Iterator[str]:
    if not found.houses:
        yield (
            f"{extract.name} has no addresses: only streets and towns can be looked up. "
            "Give coordinates with the orders, or place their pins by hand."
        )
    elif len(found.houses) < _FEW_ADDRESSES:
        yield (
            f"{extract.name} has only {len(found.houses)} addresses: most orders will need "
            "coordinates or a pin placed by hand."
        )
    if not has_valhalla():
        yield (
            "There is no road engine for this computer: travel times are estimated from "
            "straight lines."
        )


def _check_room(extract: Path, home: Path) -> None:
    needed = _ROOM_AT_LEAST + _ROOM_PER_BYTE * extract.stat().st_size
    free = shutil.disk_usage(home).free
    if free < needed:
        raise RegionError(
            f"Building from {extract.name} needs about {needed / 1e6:.0f} MB on the disk of "
            f"{home}; {free / 1e6:.0f} MB are free. Make room or choose another folder."
        )


@contextmanager
def _clear_errors(extract: Path, root: Path) -> Iterator[None]:
    """Tell a full disk and a forbidden folder from other failures, whichever library met them."""
    try:
        yield
    except RegionError as error:
        if _is_full(root):
            raise RegionError(_full(extract, root)) from error
        raise
    except (OSError, sqlite3.Error) as error:
        code = error.errno if isinstance(error, OSError) else None
        if code in _FULL_DISK or _is_full(root):
            raise RegionError(_full(extract, root)) from error
        raise RegionError(f"The region can't be written to {root}: {error}.") from error


def _is_full(root: Path) -> bool:
    return root.exists() and shutil.disk_usage(root).free < _NO_ROOM_LEFT


def _full(extract: Path, root: Path) -> str:
    return (
        f"The disk of {root} is full; the region of {extract.name} was not built. "
        "Make room or choose another folder."
    )
