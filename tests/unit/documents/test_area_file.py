from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.area_file import MAX_BYTES, area_from_text, read_area
from app.domain.errors import RuleError
from app.domain.geo import Location

RING = [[13.2, 53.5], [13.3, 53.5], [13.2, 53.6], [13.2, 53.5]]
CORNERS = (
    Location(lat=53.5, lon=13.2),
    Location(lat=53.5, lon=13.3),
    Location(lat=53.6, lon=13.2),
)
POLYGON = {"type": "Polygon", "coordinates": [RING]}


def test_typed_corners_are_an_area_closed_or_not() -> None:
    assert area_from_text("53.5,13.2 53.5,13.3; 53.6,13.2") == CORNERS
    assert area_from_text("53.5,13.2 53.5,13.3 53.6,13.2 53.5,13.2") == CORNERS


@pytest.mark.parametrize("part", ["53.5", "north,13", "95,13", "1,2,3"])
def test_a_corner_that_is_no_place_is_named(part: str) -> None:
    with pytest.raises(RuleError, match=part):
        area_from_text(f"53.5,13.2 {part} 53.6,13.2")


@pytest.mark.parametrize(
    "found",
    [
        POLYGON,
        {"type": "Feature", "geometry": POLYGON, "properties": {}},
        {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": POLYGON}]},
        {"type": "MultiPolygon", "coordinates": [[RING]]},
    ],
)
def test_a_polygon_is_read_from_any_geojson(tmp_path: Path, found: object) -> None:
    file = tmp_path / "area.geojson"
    file.write_text(json.dumps(found))
    assert read_area(file) == CORNERS


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "no GeoJSON"),
        ('{"type": "Point", "coordinates": [1, 2]}', "no polygon"),
        ('{"type": "Polygon", "coordinates": [[["x", 2], [1, 2], [3, 4]]]}', "corner"),
        ('{"type": "Polygon", "coordinates": [[[200, 2], [1, 2], [3, 4]]]}', "corner"),
        ("[" * 100_000, "no GeoJSON"),
        (" " * (MAX_BYTES + 1), "larger than 1 MB"),
    ],
)
def test_another_file_is_refused_by_name(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "area.geojson"
    file.write_text(text)
    with pytest.raises(RuleError, match=f"area.geojson.*{words}"):
        read_area(file)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="can't be read"):
        read_area(tmp_path / "nothing")


_json = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "geometry", "features", "coordinates"]), inner)
    ),
)


@given(found=_json)
def test_any_json_is_an_area_or_refused(
    tmp_path_factory: pytest.TempPathFactory, found: object
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.geojson"
    file.write_text(json.dumps(found))
    with pytest.raises(RuleError):
        read_area(file)
