"""Small extracts written for a test, and broken ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Relation, Way

type Tags = Mapping[str, str]


class SmallExtract:
    """Collects objects, then writes them as an OSM PBF with a box round 53.5, 13.2."""

    def __init__(self) -> None:
        self._nodes: list[Node] = []
        self._ways: list[Way] = []
        self._relations: list[Relation] = []

    def node(self, lat: float, lon: float, tags: Tags | None = None) -> int:
        number = len(self._nodes) + 1
        self._nodes.append(Node(id=number, location=(lon, lat), tags=dict(tags or {})))
        return number

    def way(self, nodes: Iterable[int], tags: Tags) -> int:
        number = len(self._ways) + 1
        self._ways.append(Way(id=number, nodes=list(nodes), tags=dict(tags)))
        return number

    def relation(self, ways: Iterable[int], tags: Tags, holes: Iterable[int] = ()) -> None:
        members = [("w", way, "outer") for way in ways] + [("w", way, "inner") for way in holes]
        number = len(self._relations) + 1
        self._relations.append(Relation(id=number, members=members, tags=dict(tags)))

    def road(self, name: str, lat: float, lon: float = 13.2, kind: str = "residential") -> int:
        """A road of about 200 m to the east."""
        points = [self.node(lat, lon + step * 0.001) for step in range(4)]
        return self.way(points, {"highway": kind, "name": name})

    def house(self, street: str, number: str, lat: float, lon: float, **tags: str) -> int:
        address = {"street": street, "housenumber": number, "city": "Adorf", "postcode": "17000"}
        address |= tags
        named = {f"addr:{key}": value for key, value in address.items() if value}
        return self.node(lat, lon, named)

    def write(self, file: Path) -> Path:
        header = osmium.io.Header()
        header.add_box(
            osmium.osm.Box(osmium.osm.Location(13.0, 53.0), osmium.osm.Location(14.0, 54.0))
        )
        with osmium.SimpleWriter(str(file), header=header) as writer:
            for node in self._nodes:
                writer.add_node(node)
            for way in self._ways:
                writer.add_way(way)
            for relation in self._relations:
                writer.add_relation(relation)
        return file
