"""Problems in VRPLIB's text format, with the sections of PyVRP's instance families."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.documents.benchmark_values import Benchmark, BenchmarkFormat, BenchmarkVehicle, Node
from app.documents.problem_solomon import paired
from app.documents.problem_text import MOST_NODES, MOST_VEHICLES, NumberRow, ProblemText
from app.domain.errors import ImportErrors

_MOST_LOAD = 10**9
_COORDINATES = ("EUC_2D", "FLOOR_2D", "CEIL_2D", "EXACT_2D", "MAN_2D", "MAX_2D", "ATT", "GEO")
_NODE_SECTIONS = (
    "NODE_COORD_SECTION",
    "DEMAND_SECTION",
    "LINEHAUL_SECTION",
    "BACKHAUL_SECTION",
    "TIME_WINDOW_SECTION",
    "SERVICE_TIME_SECTION",
    "RELEASE_TIME_SECTION",
    "PRIZE_SECTION",
    "PICKUP_AND_DELIVERY_SECTION",
)
_VEHICLE_SECTIONS = (
    "CAPACITY_SECTION",
    "VEHICLES_DEPOT_SECTION",
    "VEHICLES_FIXED_COST_SECTION",
    "VEHICLES_UNIT_DISTANCE_COST_SECTION",
    "VEHICLES_MAX_DISTANCE_SECTION",
    "VEHICLES_MAX_DURATION_SECTION",
    "VEHICLES_RELOAD_DEPOT_SECTION",
    "VEHICLES_MAX_RELOADS_SECTION",
    "VEHICLES_ALLOWED_CLIENTS_SECTION",
)
_OTHER_SECTIONS = ("DEPOT_SECTION", "EDGE_WEIGHT_SECTION", "DISPLAY_DATA_SECTION")
_HUNDREDTHS = ("HFVRP",)
"""Families whose prices are in hundredths of the costs that are published for them."""


@dataclass(slots=True)
class _Parts:
    """A file cut into its headers and sections."""

    headers: dict[str, tuple[int, str]] = field(default_factory=dict)
    sections: dict[str, list[NumberRow]] = field(default_factory=dict)


def is_vrplib(lines: Sequence[str]) -> bool:
    """Whether a line near the start is one of its headers."""
    keys = {line.partition(":")[0].strip().upper() for line in lines[:30] if ":" in line}
    return bool(keys & {"DIMENSION", "EDGE_WEIGHT_TYPE"})


def parse_vrplib(content: bytes, name: str) -> Benchmark:
    """Raises ImportErrors that names line and remedy."""
    return _Reader(ProblemText(content, name)).read()


class _Reader:
    def __init__(self, text: ProblemText) -> None:
        self._text = text
        self._parts = _cut(text)
        self._size = int(self._header("DIMENSION", 2, MOST_NODES) or 0)
        if not self._size:
            raise text.missing("DIMENSION")

    def read(self) -> Benchmark:
        kind = self._word("TYPE").upper()
        nodes = tuple(self._nodes())
        if rows := self._node_rows("PICKUP_AND_DELIVERY_SECTION", 7):
            nodes = self._with_pairs(nodes, rows)
        depots = self._depots()
        nodes = tuple(_without_load(n) if n.number in depots else n for n in nodes)
        vehicles, has_own_fleet = self._vehicles(depots)
        weights = self._word("EDGE_WEIGHT_TYPE").upper() or "EUC_2D"
        return Benchmark(
            name=self._word("NAME"),
            kind=kind,
            format=BenchmarkFormat.VRPLIB,
            nodes=nodes,
            depots=depots,
            vehicles=vehicles,
            has_own_fleet=has_own_fleet,
            matrix=self._matrix(weights),
            rounding=weights,
            linehaul_first=kind == "VRPB",
            cost_scale=100 if kind in _HUNDREDTHS else 1,
        )

    def _word(self, key: str) -> str:
        return self._parts.headers.get(key, (0, ""))[1].strip('" \t')

    def _header(self, key: str, least: int, most: int) -> float | None:
        if key not in self._parts.headers:
            return None
        line, value = self._parts.headers[key]
        words = value.split()
        if len(words) != 1:
            raise self._text.flaw(line, f"expected one number for {key}, got {value[:40]!r}")
        number = self._text.row(line, words).numbers[0]
        if not least <= number <= most:
            raise self._text.flaw(line, f"expected {key} from {least} to {most}, got {number:g}")
        return number

    def _node_rows(self, section: str, columns: int) -> list[NumberRow]:
        """A row for each node, in their sequence; nothing where the section is missing."""
        rows = self._numbered(section, self._size, "node")
        for row in rows:
            if len(row.numbers) != columns:
                raise self._text.flaw(
                    row.line, f"expected {columns} numbers in {section}, got {len(row.numbers)}"
                )
        return rows

    def _numbered(self, section: str, count: int, what: str) -> list[NumberRow]:
        rows = self._parts.sections.get(section)
        if rows is None:
            return []
        if len(rows) != count:
            line = rows[-1].line if rows else 1
            raise self._text.flaw(
                line, f"expected {count} rows in {section}, one for each {what}, got {len(rows)}"
            )
        found: dict[float, NumberRow] = {}
        for place, row in enumerate(rows, start=1):
            # Some files of the PDPTW family count their depot as 0 and its neighbour as 2.
            number = 1.0 if place == 1 and row.numbers[0] == 0 else row.numbers[0]
            if number in found or not 1 <= number <= count or not number.is_integer():
                raise self._text.flaw(
                    row.line, f"expected a {what} from 1 to {count}, each once, got {number:g}"
                )
            found[number] = row
        return [found[number] for number in sorted(found)]

    def _nodes(self) -> list[Node]:
        text = self._text
        nodes = [Node(number=number) for number in range(self._size)]
        for n, row in enumerate(self._node_rows("NODE_COORD_SECTION", 3)):
            nodes[n] = replace(nodes[n], at=(row.numbers[1], row.numbers[2]))
        for section in ("DEMAND_SECTION", "LINEHAUL_SECTION"):
            for n, row in enumerate(self._node_rows(section, 2)):
                load = text.whole(row.line, row.numbers[1], -_MOST_LOAD, _MOST_LOAD, "a demand")
                nodes[n] = replace(nodes[n], delivery=max(load, 0), pickup=max(-load, 0))
        for n, row in enumerate(self._node_rows("BACKHAUL_SECTION", 2)):
            load = text.whole(row.line, row.numbers[1], 0, _MOST_LOAD, "an amount")
            nodes[n] = replace(nodes[n], pickup=load)
        for n, row in enumerate(self._node_rows("TIME_WINDOW_SECTION", 3)):
            nodes[n] = replace(nodes[n], window=text.window(row.line, *row.numbers[1:]))
        if (service := self._header("SERVICE_TIME", 0, _MOST_LOAD)) is not None:
            nodes = [replace(node, service=service) for node in nodes]
        for n, row in enumerate(self._node_rows("SERVICE_TIME_SECTION", 2)):
            nodes[n] = replace(
                nodes[n], service=text.least_zero(row.line, row.numbers[1], "a service time")
            )
        for n, row in enumerate(self._node_rows("RELEASE_TIME_SECTION", 2)):
            nodes[n] = replace(
                nodes[n], released=text.least_zero(row.line, row.numbers[1], "a release time")
            )
        for n, row in enumerate(self._node_rows("PRIZE_SECTION", 2)):
            prize = text.least_zero(row.line, row.numbers[1], "a prize")
            # The family's readers take a customer without a prize as one that must be visited.
            nodes[n] = replace(nodes[n], prize=prize or None)
        return nodes

    def _with_pairs(self, nodes: tuple[Node, ...], rows: list[NumberRow]) -> tuple[Node, ...]:
        """Demand, window, service, and the partner in the row of each node."""
        text = self._text
        pairs = []
        loaded = []
        for node, row in zip(nodes, rows, strict=True):
            _number, demand, start, end, service, collected, delivered = row.numbers
            loaded.append(
                replace(
                    node,
                    delivery=text.whole(row.line, demand, -_MOST_LOAD, _MOST_LOAD, "a demand"),
                    window=text.window(row.line, start, end),
                    service=text.least_zero(row.line, service, "a service time"),
                )
            )
            partners = [
                # Counted from 1 as all nodes are, 0 for none: nobody's partner is the depot.
                max(0, text.whole(row.line, each, 0, self._size, "a node") - 1)
                for each in (collected, delivered)
            ]
            pairs.append((row.line, partners[0], partners[1]))
        return paired(text, tuple(loaded), pairs)

    def _depots(self) -> tuple[int, ...]:
        rows = self._parts.sections.get("DEPOT_SECTION", [])
        depots = [
            self._text.whole(row.line, number, 1, self._size, "a depot") - 1
            for row in rows
            for number in row.numbers
            if number != -1
        ]
        return tuple(dict.fromkeys(depots)) or (0,)

    def _vehicles(self, depots: tuple[int, ...]) -> tuple[tuple[BenchmarkVehicle, ...], bool]:
        text = self._text
        count = self._header("VEHICLES", 1, MOST_VEHICLES)
        capacity = self._header("CAPACITY", 0, _MOST_LOAD)
        limit = self._header("VEHICLES_MAX_DURATION", 0, _MOST_LOAD)
        limit = self._header("DISTANCE", 0, _MOST_LOAD) if limit is None else limit
        one = BenchmarkVehicle(
            capacity=None if capacity is None else int(capacity),
            depot=depots[0],
            max_distance=self._header("VEHICLES_MAX_DISTANCE", 0, _MOST_LOAD),
            max_duration=limit,
        )
        if count is None:
            for section in _VEHICLE_SECTIONS:
                if rows := self._parts.sections.get(section):
                    count = float(len(rows))
        if count is None:
            return (one,), False
        vehicles = [one] * int(count)

        def rows_of(section: str) -> list[NumberRow]:
            return self._numbered(section, len(vehicles), "vehicle")

        def numbers_of(section: str) -> list[tuple[int, float]]:
            found = []
            for n, row in enumerate(rows_of(section)):
                if len(row.numbers) != 2:
                    raise text.flaw(row.line, f"expected 2 numbers in {section}")
                found.append((n, text.least_zero(row.line, row.numbers[1], "a number")))
            return found

        for n, number in numbers_of("CAPACITY_SECTION"):
            vehicles[n] = replace(vehicles[n], capacity=int(number))
        for n, number in numbers_of("VEHICLES_FIXED_COST_SECTION"):
            vehicles[n] = replace(vehicles[n], fixed=number)
        for n, number in numbers_of("VEHICLES_UNIT_DISTANCE_COST_SECTION"):
            vehicles[n] = replace(vehicles[n], per_distance=number)
        for n, number in numbers_of("VEHICLES_MAX_DISTANCE_SECTION"):
            vehicles[n] = replace(vehicles[n], max_distance=number)
        for n, number in numbers_of("VEHICLES_MAX_DURATION_SECTION"):
            vehicles[n] = replace(vehicles[n], max_duration=number)
        for n, number in numbers_of("VEHICLES_MAX_RELOADS_SECTION"):
            vehicles[n] = replace(vehicles[n], max_reloads=int(number))
        for n, row in enumerate(rows_of("VEHICLES_DEPOT_SECTION")):
            depot = self._listed(row, depots)
            if len(depot) != 1:
                raise text.flaw(row.line, "expected a vehicle and its depot")
            vehicles[n] = replace(vehicles[n], depot=depot[0])
        for n, row in enumerate(rows_of("VEHICLES_RELOAD_DEPOT_SECTION")):
            at = self._listed(row, depots)
            if at and at != [vehicles[n].depot]:
                raise text.flaw(
                    row.line, "expected a vehicle to load again at the depot where it starts"
                )
            vehicles[n] = replace(vehicles[n], reloads=bool(at))
        for n, row in enumerate(rows_of("VEHICLES_ALLOWED_CLIENTS_SECTION")):
            allowed = frozenset(self._listed(row, range(self._size)))
            vehicles[n] = replace(vehicles[n], allowed=allowed)
        return tuple(vehicles), True

    def _listed(self, row: NumberRow, known: Sequence[int]) -> list[int]:
        """The nodes after the first number of a row."""
        found = []
        for number in row.numbers[1:]:
            node = self._text.whole(row.line, number, 1, self._size, "a node") - 1
            if node not in known:
                raise self._text.flaw(row.line, f"expected one of the depots, got {number:g}")
            found.append(node)
        return found

    def _matrix(self, weights: str) -> list[list[float]] | None:
        if weights in _COORDINATES:
            if "NODE_COORD_SECTION" not in self._parts.sections:
                raise self._text.missing("NODE_COORD_SECTION")
            return None
        if weights != "EXPLICIT":
            line = self._parts.headers["EDGE_WEIGHT_TYPE"][0]
            known = ", ".join((*_COORDINATES, "EXPLICIT"))
            raise self._text.flaw(line, f"expected an EDGE_WEIGHT_TYPE of {known}, got {weights}")
        if "EDGE_WEIGHT_SECTION" not in self._parts.sections:
            raise self._text.missing("EDGE_WEIGHT_SECTION")
        rows = self._parts.sections["EDGE_WEIGHT_SECTION"]
        for row in rows:
            for number in row.numbers:
                self._text.least_zero(row.line, number, "distances")
        form = self._word("EDGE_WEIGHT_FORMAT").upper() or "FULL_MATRIX"
        numbers = [number for row in rows for number in row.numbers]
        return _square(self._text, form, numbers, self._size)


def _cut(text: ProblemText) -> _Parts:
    parts = _Parts()
    section: list[NumberRow] | None = None
    known = {*_NODE_SECTIONS, *_VEHICLE_SECTIONS, *_OTHER_SECTIONS}
    for number, line in enumerate(text.lines, start=1):
        words = line.split()
        if not words:
            continue
        name = line.strip().rstrip(":").strip().upper()
        if name == "EOF":
            break
        if name.endswith("_SECTION"):
            if name not in known:
                # To pass over it would solve another problem than the file's.
                raise text.flaw(number, f"{name} is not known. Remove it where it says nothing")
            section = parts.sections.setdefault(name, [])
        elif ":" in line:
            key, _colon, value = line.partition(":")
            parts.headers[key.strip().upper()] = (number, value.strip())
            section = None
        elif section is None:
            raise text.flaw(number, f"expected a header or a section, got {line.strip()[:40]!r}")
        else:
            section.append(text.row(number, words))
    return parts


def _without_load(node: Node) -> Node:
    return replace(node, delivery=0, pickup=0, service=0.0, prize=None, released=0.0)


_FIRST_COLUMN: Mapping[str, tuple[bool, bool]] = {
    # Whether rows are the upper half, and whether the diagonal is in.
    "UPPER_ROW": (True, False),
    "LOWER_COL": (True, False),
    "UPPER_DIAG_ROW": (True, True),
    "LOWER_DIAG_COL": (True, True),
    "LOWER_ROW": (False, False),
    "UPPER_COL": (False, False),
    "LOWER_DIAG_ROW": (False, True),
    "UPPER_DIAG_COL": (False, True),
}


def _square(text: ProblemText, form: str, numbers: list[float], size: int) -> list[list[float]]:
    """The whole matrix of a file that gives all of it or one half."""
    if form == "FULL_MATRIX":
        _check_count(text, form, numbers, size * size)
        return [numbers[row * size : (row + 1) * size] for row in range(size)]
    if form not in _FIRST_COLUMN:
        known = ", ".join(("FULL_MATRIX", *_FIRST_COLUMN))
        raise ImportErrors(f"{text.name}: expected an EDGE_WEIGHT_FORMAT of {known}, got {form}.")
    is_upper, has_diagonal = _FIRST_COLUMN[form]
    _check_count(text, form, numbers, size * (size + (1 if has_diagonal else -1)) // 2)
    matrix = [[0.0] * size for _ in range(size)]
    given = iter(numbers)
    shift = 0 if has_diagonal else 1
    for row in range(size):
        columns = range(row + shift, size) if is_upper else range(row + 1 - shift)
        for column in columns:
            matrix[row][column] = matrix[column][row] = next(given)
    return matrix


def _check_count(text: ProblemText, form: str, numbers: list[float], count: int) -> None:
    if len(numbers) != count:
        raise ImportErrors(
            f"{text.name}: expected {count:,} numbers in EDGE_WEIGHT_SECTION ({form}), "
            f"got {len(numbers):,}."
        )
