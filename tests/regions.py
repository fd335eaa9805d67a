"""The sample's region, built once for a whole run: every worker of it shares the files."""

from __future__ import annotations

import os
from pathlib import Path

import fasteners
import pytest

from app.roads.region import Region, list_regions, open_region
from app.roads.region_build import build_region

SAMPLE_REGION = "Sample"


@pytest.fixture(scope="session")
def regions_root(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the region `Sample`; tests only read it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    root = shared / "regions"
    with fasteners.InterProcessLock(shared / "regions.lock"):
        if not list_regions(root):
            build_region(sample / "neubrandenburg.osm.pbf", SAMPLE_REGION, root, lambda _: None)
    return root


@pytest.fixture(scope="session")
def region(regions_root: Path) -> Region:
    return open_region(regions_root, SAMPLE_REGION)
