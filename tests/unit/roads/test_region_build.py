"""A region is built whole or not at all, and says why not."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.addresses import Address, Precision
from app.domain.errors import Cancelled, RegionError
from app.roads.addresses import AddressIndex
from app.roads.progress import BuildProgress
from app.roads.region import Region, alone, list_regions, open_region
from app.roads.region_build import build_region
from tests.unit.roads.extracts import SmallExtract


def unheard(_progress: BuildProgress) -> None:
    return


@pytest.fixture
def old(region: Region, tmp_path: Path) -> Region:
    """A region that is there before a build of the same name."""
    shutil.copytree(region.folder.parent, tmp_path / "Sample")
    return open_region(tmp_path, "Sample")


@pytest.fixture
def village(tmp_path: Path) -> Path:
    made = SmallExtract()
    made.road("Dorfstraße", 53.5)
    made.house("Dorfstraße", "1", 53.5001, 13.2)
    return made.write(tmp_path / "village.osm.pbf")


def only_the_old_is_there(root: Path, old: Region) -> bool:
    folders = [folder.name for folder in (root / "Sample").glob("build-*")]
    return folders == [old.folder.name] and open_region(root, "Sample") == old


def test_progress_goes_through_all_parts_and_never_back(village: Path, tmp_path: Path) -> None:
    told: list[BuildProgress] = []
    build_region(village, "Village", tmp_path, told.append)
    assert list(dict.fromkeys(step.part for step in told)) == ["addresses", "roads", "basemap"]
    fractions = [step.fraction for step in told]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0


def test_a_new_build_replaces_the_old_one(village: Path, tmp_path: Path, old: Region) -> None:
    new = build_region(village, "Sample", tmp_path, unheard)
    assert open_region(tmp_path, "Sample") == new
    assert new.folder != old.folder
    assert new.address_count == 1


def test_what_a_replaced_build_left_goes_with_the_next_build(
    village: Path, tmp_path: Path, old: Region
) -> None:
    build_region(village, "Sample", tmp_path, unheard)
    assert old.folder.is_dir(), "another window may still use it"
    build_region(village, "Sample", tmp_path, unheard)
    assert not old.folder.exists()


def test_what_a_killed_build_left_goes_with_the_next_build(village: Path, tmp_path: Path) -> None:
    left = tmp_path / "Village" / "build-killed"
    left.mkdir(parents=True)
    build_region(village, "Village", tmp_path, unheard)
    assert not left.exists()


@pytest.mark.parametrize("part", ["addresses", "roads", "basemap"])
def test_a_cancelled_build_leaves_the_old_region(
    extract: Path, tmp_path: Path, old: Region, part: str
) -> None:
    reached: list[str] = []
    with pytest.raises(Cancelled):
        build_region(
            extract,
            "Sample",
            tmp_path,
            lambda progress: reached.append(progress.part),
            lambda: part in reached,
        )
    assert reached[-1] == part
    assert only_the_old_is_there(tmp_path, old)


def test_a_cancelled_first_build_leaves_nothing(extract: Path, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        build_region(extract, "New", tmp_path, unheard, lambda: True)
    assert not (tmp_path / "New").exists()
    assert list_regions(tmp_path) == ()


def test_a_truncated_extract_is_refused_with_its_name(
    extract: Path, tmp_path: Path, old: Region
) -> None:
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(extract.read_bytes()[:900_000])
    with pytest.raises(RegionError, match=r"cut\.osm\.pbf is cut off"):
        build_region(cut, "Sample", tmp_path, unheard)
    assert only_the_old_is_there(tmp_path, old)


def test_an_extract_cut_off_between_two_blocks_is_refused_as_such(
    extract: Path, tmp_path: Path, old: Region
) -> None:
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(extract.read_bytes()[:100])  # its header, whole
    with pytest.raises(RegionError, match=r"cut\.osm\.pbf holds no streets.*it is cut off"):
        build_region(cut, "Sample", tmp_path, unheard)
    assert only_the_old_is_there(tmp_path, old)


def test_a_damaged_extract_is_refused_with_its_name(
    extract: Path, tmp_path: Path, old: Region
) -> None:
    damaged = tmp_path / "damaged.osm.pbf"
    content = extract.read_bytes()
    damaged.write_bytes(content[:700_000] + bytes(400) + content[700_400:])
    with pytest.raises(RegionError, match=r"damaged\.osm\.pbf is damaged.*download it again"):
        build_region(damaged, "Sample", tmp_path, unheard)
    assert only_the_old_is_there(tmp_path, old)


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04 a spreadsheet", b"<osm></osm>", bytes(5_000), b""]
)
def test_a_foreign_file_is_refused_with_its_name(tmp_path: Path, content: bytes) -> None:
    foreign = tmp_path / "orders.xlsx"
    foreign.write_bytes(content)
    with pytest.raises(RegionError, match=r"orders\.xlsx"):
        build_region(foreign, "Region", tmp_path, unheard)
    assert list_regions(tmp_path) == ()


def test_a_missing_file_is_refused_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(RegionError, match=r"There is no file .*none\.osm\.pbf"):
        build_region(tmp_path / "none.osm.pbf", "Region", tmp_path, unheard)


def test_a_folder_that_cannot_be_written_is_named(village: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    with pytest.raises(RegionError, match=f"can't be written to {blocked}"):
        build_region(village, "Region", blocked, unheard)


def test_an_extract_without_roads_is_refused(tmp_path: Path) -> None:
    made = SmallExtract()
    made.house("Dorfstraße", "1", 53.5, 13.2)
    made.road("Fußweg", 53.5, kind="footway")
    file = made.write(tmp_path / "park.osm.pbf")
    with pytest.raises(RegionError, match=r"park\.osm\.pbf has no roads for vehicles"):
        build_region(file, "Park", tmp_path, unheard)


def test_an_extract_without_addresses_warns_and_still_finds_streets(tmp_path: Path) -> None:
    made = SmallExtract()
    made.road("Dorfstraße", 53.5)
    made.node(53.5, 13.2, {"place": "village", "name": "Adorf"})
    region = build_region(made.write(tmp_path / "x.osm.pbf"), "X", tmp_path, unheard)
    assert not region.has_addresses
    assert "no addresses" in region.warnings[0]
    with AddressIndex(region.folder) as index:
        (best, *_) = index.lookup(Address(street="Dorfstr. 5", city="Adorf"))
    assert best.place.precision is Precision.STREET


def test_few_addresses_are_warned_of(village: Path, tmp_path: Path) -> None:
    region = build_region(village, "Village", tmp_path, unheard)
    assert region.has_addresses
    assert "only 1 addresses" in region.warnings[0]


def test_two_builds_at_once_are_refused(village: Path, tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(RegionError, match="being built already"):
        build_region(village, "Village", tmp_path, unheard)
    build_region(village, "Village", tmp_path, unheard)


def test_a_name_that_is_a_path_builds_nothing(village: Path, tmp_path: Path) -> None:
    with pytest.raises(RegionError, match="can't name a region"):
        build_region(village, "../elsewhere", tmp_path / "root", unheard)
    assert not (tmp_path / "elsewhere").exists()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 20 MB; only an administrator of Linux can make one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    command = [str(mount), "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(disk)]
    if mount is None or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_too_little_room_is_told_before_the_work(extract: Path, small_disk: Path) -> None:
    with pytest.raises(RegionError, match=r"needs about \d+ MB .*; 2\d MB are free"):
        build_region(extract, "Sample", small_disk, unheard)
    assert list_regions(small_disk) == ()


def test_a_disk_that_fills_up_is_told_as_full(
    extract: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.roads.region_build._ROOM_AT_LEAST", 0)
    monkeypatch.setattr("app.roads.region_build._ROOM_PER_BYTE", 0)
    for size in (19, 14):
        with (small_disk / "ballast").open("wb") as ballast:
            ballast.write(bytes(size * 1_000_000))
        with pytest.raises(RegionError, match=r"The disk of .* is full"):
            build_region(extract, "Sample", small_disk, unheard)
        assert [file.name for file in small_disk.iterdir() if file.is_dir()] == []
