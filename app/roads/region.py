"""The regions of a depot: what is built, whether it is whole, and taking one away."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.domain.errors import NotFoundError, RegionError
from app.domain.geo import Bounds
from app.roads.address_store import ADDRESS_FILE
from app.roads.road_build import ROADS_FOLDER
from app.roads.tiles import BANDS, OSM_ATTRIBUTION, tiles_file

SCHEMA = 2
"""Of region.json and the files beside it; a region of another schema is built again."""
PARTS = ("addresses", "roads", "basemap")

BUILD_PREFIX = "build-"
"""Of the folders of builds inside a region's; region.json names the one that counts."""

_ABOUT = "region.json"
_LOCK = ".build.lock"
_NAME = re.compile(r"[^\W_][\w .'()+-]{0,59}")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A region that is built; its folder holds the files of its parts."""

    name: str
    folder: Path
    built_at: datetime
    source: str
    """Name of the extract it was made from."""
    bounds: Bounds
    sizes: Mapping[str, int]
    """Bytes by part."""
    address_count: int
    road_count: int
    has_roads: bool
    has_addresses: bool
    warnings: tuple[str, ...] = ()
    """What the extract lacks, for people."""
    attribution: str = OSM_ATTRIBUTION

    @property
    def size(self) -> int:
        """Bytes of all parts."""
        return sum(self.sizes.values())


def check_name(name: str) -> str:
    """The name as a region may have it; RegionError for one that is none, above all a path."""
    name = " ".join(name.split())
    if not _NAME.fullmatch(name) or _RESERVED.fullmatch(name) or name.endswith((".", " ")):
        raise RegionError(
            f"“{name}” can't name a region. Use letters, figures, blanks and - _ . ' ( ) +, "
            "at most 60, and begin with a letter or a figure."
        )
    return name


def list_regions(root: Path) -> tuple[Region, ...]:
    """All regions under `root` that can be read, by name."""
    if not root.is_dir():
        return ()
    regions = []
    for folder in sorted(root.iterdir(), key=lambda folder: folder.name.casefold()):
        if (folder / _ABOUT).is_file():
            try:
                regions.append(_read(folder))
            except RegionError:
                continue  # open_region tells what is wrong with it
    return tuple(regions)


def open_region(root: Path, name: str) -> Region:
    """The region, checked for being whole; NotFoundError or RegionError if it can't be used."""
    home = root / check_name(name)
    if not (home / _ABOUT).is_file():
        known = ", ".join(region.name for region in list_regions(root)) or "none"
        raise NotFoundError(f"There is no region “{name}”. Regions here: {known}.")
    region = _read(home)
    lost = [part for part, size in sizes(region.folder).items() if size != region.sizes[part]]
    if lost:
        raise RegionError(
            f"The region “{name}” is damaged ({', '.join(lost)}). "
            f"Build it again from {region.source}."
        )
    return region


def remove_region(root: Path, name: str) -> None:
    """Delete a region with all its files; NotFoundError if there is none of this name."""
    home = root / check_name(name)
    if not (home / _ABOUT).is_file():
        raise NotFoundError(f"There is no region “{name}”.")
    try:
        # from here on it doesn't exist, whatever becomes of its files
        (home / _ABOUT).unlink()
        shutil.rmtree(home)
    except OSError as error:
        raise RegionError(
            f"Some files of the region “{name}” could not be deleted: {error.strerror}. "
            "Close other programs that use it."
        ) from error


def publish(home: Path, region: Region) -> None:
    """Make this the build that the region consists of, in one step."""
    for path in region.folder.rglob("*"):
        if path.is_file():
            with path.open("r+b") as written:
                os.fsync(written.fileno())
    about = {
        "schema": SCHEMA,
        "name": region.name,
        "folder": region.folder.name,
        "built_at": region.built_at.isoformat(),
        "source": region.source,
        "bounds": {
            "south": region.bounds.south,
            "west": region.bounds.west,
            "north": region.bounds.north,
            "east": region.bounds.east,
        },
        "sizes": dict(region.sizes),
        "address_count": region.address_count,
        "road_count": region.road_count,
        "has_roads": region.has_roads,
        "has_addresses": region.has_addresses,
        "warnings": list(region.warnings),
        "attribution": region.attribution,
    }
    new = home / f"{_ABOUT}.new"
    with new.open("w", encoding="utf-8") as file:
        json.dump(about, file, ensure_ascii=False, indent=2)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, home / _ABOUT)


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Keep other builds away; the lock goes with the process that holds it."""
    with closing(sqlite3.connect(root / _LOCK, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            raise RegionError(
                "Another region is being built already. Wait until that is done."
            ) from error
        yield


def sweep(home: Path) -> None:
    """Delete what failed, killed and replaced builds left behind; only while `alone`."""
    try:
        current = _read(home).folder.name
    except RegionError:
        current = ""
    for folder in home.glob(f"{BUILD_PREFIX}*"):
        if folder.name != current:
            shutil.rmtree(folder, ignore_errors=True)
    if not current:
        with suppress(OSError):
            home.rmdir()


def clear_away(root: Path, name: str) -> None:
    """Delete what a build that was killed left behind, unless somebody is building again."""
    home = root / name
    if home.is_dir():
        with suppress(RegionError), alone(root):
            sweep(home)


def sizes(folder: Path) -> dict[str, int]:
    """Bytes of each part in the folder of a build."""
    return {
        "addresses": _size(folder / ADDRESS_FILE),
        "roads": _size(folder / ROADS_FOLDER),
        "basemap": sum(_size(tiles_file(folder, band)) for band in BANDS),
    }


def _size(path: Path) -> int:
    if path.is_dir():
        return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    return path.stat().st_size if path.is_file() else 0


def _read(home: Path) -> Region:
    try:
        about: dict[str, Any] = json.loads((home / _ABOUT).read_text(encoding="utf-8"))
        if about["schema"] != SCHEMA:
            raise RegionError(
                f"The region “{home.name}” was built by another version of Wayboard. Build it "
                f"again from {about['source']}; until then travel times are estimates."
            )
        return Region(
            name=home.name,
            folder=home / Path(about["folder"]).name,
            built_at=datetime.fromisoformat(about["built_at"]),
            source=about["source"],
            bounds=Bounds(**about["bounds"]),
            sizes={part: int(about["sizes"][part]) for part in PARTS},
            address_count=about["address_count"],
            road_count=about["road_count"],
            has_roads=about["has_roads"],
            has_addresses=about["has_addresses"],
            warnings=tuple(about["warnings"]),
            attribution=about["attribution"],
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RegionError(
            f"The description of the region “{home.name}” is damaged. Build the region again."
        ) from error
