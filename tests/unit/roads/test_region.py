"""What a region is named, how it is found, checked and removed."""

from __future__ import annotations

import json
import shutil
from datetime import UTC
from pathlib import Path

import pytest

from app.domain.errors import NotFoundError, RegionError
from app.roads.region import Region, check_name, list_regions, open_region, remove_region


@pytest.fixture
def root(region: Region, tmp_path: Path) -> Path:
    """A root with a copy of the sample region that a test may spoil."""
    shutil.copytree(region.folder.parent, tmp_path / "Sample")
    return tmp_path


@pytest.mark.parametrize(
    "name",
    ["", " ", ".", "..", "../other", "a/b", "a\\b", "/etc", "C:", "nul", "COM1", "x" * 61, "-x"],
)
def test_a_path_or_a_reserved_word_names_no_region(name: str) -> None:
    with pytest.raises(RegionError, match="can't name a region"):
        check_name(name)


@pytest.mark.parametrize("name", ["Porto", "Saint-Étienne", "Αθήνα 2", "Berlin (Nord)", "R'dam"])
def test_names_of_towns_name_regions(name: str) -> None:
    assert check_name(f"  {name} ") == name


def test_a_region_tells_its_size_date_source_and_attribution(root: Path) -> None:
    (region,) = list_regions(root)
    assert region == open_region(root, "Sample")
    assert region.source == "neubrandenburg.osm.pbf"
    assert region.built_at.tzinfo is UTC
    assert region.attribution == "© OpenStreetMap contributors"
    assert region.address_count > 10_000
    assert region.bounds.south == pytest.approx(53.4382)
    files = [file for file in region.folder.rglob("*") if file.suffix != ".sqlite-journal"]
    on_disk = sum(f.stat().st_size for f in files if f.is_file() and f.name != "matrix.sqlite")
    assert region.size == on_disk


def test_an_unknown_region_is_refused_naming_those_there_are(root: Path) -> None:
    with pytest.raises(NotFoundError, match="Regions here: Sample"):
        open_region(root, "Porto")


@pytest.mark.parametrize(
    ("lost", "pattern"),
    [("addresses", "addresses.sqlite"), ("basemap", "basemap-15-15.pmtiles"), ("roads", "*.gph")],
)
def test_a_region_that_lost_a_part_is_refused_naming_it(
    root: Path, lost: str, pattern: str
) -> None:
    next(open_region(root, "Sample").folder.rglob(pattern)).unlink()
    with pytest.raises(RegionError, match=rf"damaged \({lost}\).*neubrandenburg.osm.pbf"):
        open_region(root, "Sample")


def test_a_region_of_another_version_is_refused_and_not_listed(root: Path) -> None:
    about = root / "Sample" / "region.json"
    about.write_text(json.dumps(json.loads(about.read_text()) | {"schema": 99}))
    assert list_regions(root) == ()
    with pytest.raises(RegionError, match="another version"):
        open_region(root, "Sample")


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"schema": 1', "null"])
def test_a_damaged_description_is_refused(root: Path, text: str) -> None:
    (root / "Sample" / "region.json").write_text(text)
    with pytest.raises(RegionError, match="Build the region again"):
        open_region(root, "Sample")


def test_a_description_cannot_lead_out_of_its_region(root: Path) -> None:
    about = root / "Sample" / "region.json"
    about.write_text(json.dumps(json.loads(about.read_text()) | {"folder": "../../elsewhere"}))
    with pytest.raises(RegionError, match="damaged"):
        open_region(root, "Sample")


def test_a_removed_region_is_gone_with_its_files(root: Path) -> None:
    remove_region(root, "Sample")
    assert list_regions(root) == ()
    assert not (root / "Sample").exists()
    with pytest.raises(NotFoundError):
        remove_region(root, "Sample")


def test_no_regions_are_listed_where_there_is_no_folder(tmp_path: Path) -> None:
    assert list_regions(tmp_path / "none") == ()
