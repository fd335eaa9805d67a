"""What of OpenStreetMap a map shows: as which kind and class, and from which zoom on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """Objects with one of these values of a key (any but "no" if none is named) are shown so."""

    key: str
    values: tuple[str, ...]
    kind: str
    class_: str
    """Empty: the value of the key itself."""
    from_zoom: int


HOUSE_NUMBERS = Rule("addr:housenumber", (), "housenumber", "", 15)
"""House numbers come from the address index, where each is told only once."""

_AREAS = (
    Rule("natural", ("water",), "water", "water", 4),
    Rule("landuse", ("reservoir", "basin"), "water", "water", 8),
    Rule("waterway", ("riverbank", "dock"), "water", "river", 4),
    Rule("building", (), "building", "building", 14),
    Rule("landuse", ("forest",), "green", "wood", 5),
    Rule("natural", ("wood",), "green", "wood", 5),
    Rule("natural", ("wetland",), "green", "wetland", 9),
    Rule("natural", ("scrub", "heath", "grassland", "fell"), "green", "grass", 10),
    Rule("leisure", ("nature_reserve",), "green", "reserve", 9),
    Rule("leisure", ("park", "garden", "golf_course", "playground"), "green", "park", 10),
    Rule("leisure", ("pitch", "sports_centre", "stadium", "track"), "green", "sport", 13),
    Rule(
        "landuse",
        ("grass", "meadow", "village_green", "recreation_ground", "orchard", "vineyard"),
        "green",
        "grass",
        10,
    ),
    Rule("landuse", ("cemetery", "allotments"), "green", "garden", 11),
    Rule("landuse", ("residential",), "land", "residential", 8),
    Rule("landuse", ("industrial", "commercial", "retail", "railway"), "land", "industrial", 9),
    Rule("landuse", ("farmland", "farmyard"), "land", "farm", 10),
    Rule("natural", ("beach", "sand", "bare_rock", "glacier"), "land", "bare", 9),
    Rule("aeroway", ("aerodrome", "runway", "taxiway", "apron"), "land", "airport", 9),
    Rule("highway", ("pedestrian", "footway", "service"), "land", "square", 14),
    Rule("amenity", ("parking",), "land", "parking", 14),
    Rule("amenity", ("school", "university", "hospital"), "land", "public", 12),
)
_LINES = (
    Rule("highway", ("motorway", "motorway_link"), "road", "motorway", 4),
    Rule("highway", ("trunk", "trunk_link"), "road", "trunk", 5),
    Rule("highway", ("primary", "primary_link"), "road", "primary", 7),
    Rule("highway", ("secondary", "secondary_link"), "road", "secondary", 9),
    Rule("highway", ("tertiary", "tertiary_link"), "road", "tertiary", 10),
    Rule("highway", ("residential", "unclassified", "living_street", "road"), "road", "minor", 12),
    Rule("highway", ("pedestrian",), "road", "pedestrian", 13),
    Rule("highway", ("service",), "road", "service", 14),
    Rule("highway", ("track",), "road", "track", 13),
    Rule("highway", ("path", "footway", "cycleway", "bridleway", "steps"), "road", "path", 14),
    Rule("railway", ("rail",), "rail", "rail", 7),
    Rule("railway", ("light_rail", "subway", "tram", "narrow_gauge"), "rail", "tram", 12),
    Rule("waterway", ("river", "canal"), "waterway", "river", 7),
    Rule("waterway", ("stream", "ditch", "drain"), "waterway", "stream", 13),
    Rule("aeroway", ("runway", "taxiway"), "land", "airport", 12),
    Rule("admin_level", ("2",), "boundary", "country", 4),
    Rule("admin_level", ("3", "4", "5"), "boundary", "state", 4),
    Rule("admin_level", ("6", "7"), "boundary", "county", 7),
    Rule("admin_level", ("8",), "boundary", "town", 10),
)
_POINTS = (
    Rule("place", ("city",), "place", "city", 4),
    Rule("place", ("town",), "place", "town", 4),
    Rule("place", ("village",), "place", "village", 9),
    Rule("place", ("suburb", "quarter", "borough"), "place", "suburb", 11),
    Rule("place", ("hamlet", "neighbourhood"), "place", "hamlet", 12),
    Rule("place", ("isolated_dwelling", "farm", "locality"), "place", "locality", 14),
    Rule("railway", ("station", "halt"), "place", "station", 13),
)
OSM_LAYERS: dict[str, tuple[Rule, ...]] = {
    "multipolygons": _AREAS,
    "lines": _LINES,
    "points": _POINTS,
}
"""By the layers of GDAL's OSM reader. The first rule that fits an object counts."""


def osm_reader_settings() -> str:
    """GDAL's settings for reading just the keys that the rules look at."""
    areas = sorted({rule.key for rule in _AREAS})
    parts = [f"closed_ways_are_polygons={','.join(areas)}", "report_all_ways=no"]
    for layer, rules in OSM_LAYERS.items():
        keys = ["name", *dict.fromkeys(rule.key for rule in rules)]
        parts += [f"[{layer}]", "osm_id=no", f"attributes={','.join(keys)}", "other_tags=no"]
    return "\n".join(parts) + "\n"
