"""A region built in a process of its own, and the ways it can end."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.roads.build_process import RegionBuild, RegionBuilt, RegionFailed
from app.roads.progress import BuildProgress
from app.roads.region import Region, open_region
from tests.unit.roads.extracts import SmallExtract


@pytest.fixture
def old(region: Region, tmp_path: Path) -> Region:
    shutil.copytree(region.folder.parent, tmp_path / "Sample")
    return open_region(tmp_path, "Sample")


def builds(root: Path) -> list[str]:
    return [folder.name for folder in (root / "Sample").glob("build-*")]


def test_progress_comes_and_then_the_region(tmp_path: Path) -> None:
    made = SmallExtract()
    made.road("Dorfstraße", 53.5)
    build = RegionBuild(made.write(tmp_path / "x.osm.pbf"), "X", tmp_path)
    build.start()
    *steps, last = build.messages()
    assert all(isinstance(step, BuildProgress) for step in steps)
    assert isinstance(last, RegionBuilt)
    assert last.region == open_region(tmp_path, "X")


def test_what_is_wrong_with_the_extract_comes_as_failure(tmp_path: Path) -> None:
    build = RegionBuild(tmp_path / "none.osm.pbf", "X", tmp_path)
    build.start()
    (last,) = build.messages()
    assert isinstance(last, RegionFailed)
    assert "There is no file" in last.message
    assert not last.is_cancelled


def test_a_cancelled_build_ends_without_a_trace(extract: Path, tmp_path: Path, old: Region) -> None:
    build = RegionBuild(extract, "Sample", tmp_path)
    build.start()
    messages = build.messages()
    assert isinstance(next(messages), BuildProgress)
    build.cancel()
    *_, last = messages
    assert isinstance(last, RegionFailed)
    assert last.is_cancelled
    assert builds(tmp_path) == [old.folder.name]
    assert open_region(tmp_path, "Sample") == old


def test_a_killed_build_is_a_failure_and_leaves_the_old_region(
    extract: Path, tmp_path: Path, old: Region
) -> None:
    build = RegionBuild(extract, "Sample", tmp_path)
    build.start()
    messages = build.messages()
    while next(messages).part != "roads":
        continue
    assert len(builds(tmp_path)) == 2
    build.kill()
    *_, last = messages
    assert isinstance(last, RegionFailed)
    assert not last.is_cancelled
    assert "exit code" in last.report
    assert open_region(tmp_path, "Sample") == old
    assert builds(tmp_path) == [old.folder.name]
