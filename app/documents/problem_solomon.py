"""Problems in the text formats of Solomon (time windows) and of Li and Lim (pickup and delivery).

Both list a customer a line: number, x, y, demand, ready time, due date, service time. Li and Lim
add where the goods are collected, and where they are delivered.
"""

from __future__ import annotations

from dataclasses import replace

from app.documents.benchmark_values import Benchmark, BenchmarkFormat, BenchmarkVehicle, Node
from app.documents.problem_text import MOST_NODES, MOST_VEHICLES, NumberRow, ProblemText
from app.domain.errors import ImportErrors

_SOLOMON_COLUMNS = 7
_LI_LIM_COLUMNS = 9
_MOST_LOAD = 10**9


def is_solomon(lines: list[str]) -> bool:
    """A name, then VEHICLE, NUMBER and CAPACITY, and CUSTOMER before the table."""
    words = [line.strip().upper() for line in lines[:12] if line.strip()]
    return "VEHICLE" in words[1:3] and any(word.startswith("CUSTOMER") for word in words)


def is_li_lim(lines: list[str]) -> bool:
    """Three numbers, then rows of nine."""
    filled = [line.split() for line in lines[:5] if line.strip()]
    return len(filled) >= 2 and len(filled[0]) == 3 and len(filled[1]) == _LI_LIM_COLUMNS


def parse_solomon(content: bytes, name: str) -> Benchmark:
    """Raises ImportErrors that names line and remedy."""
    text = ProblemText(content, name)
    title = next((line.strip() for line in text.lines if line.strip()), "")
    rows = [
        text.row(number, words)
        for number, line in enumerate(text.lines, start=1)
        if (words := line.split()) and _starts_a_number(words[0])
    ]
    if not rows or len(rows[0].numbers) != 2:
        raise text.missing("line with the number and the capacity of the vehicles")
    return _benchmark(text, title, BenchmarkFormat.SOLOMON, rows, _SOLOMON_COLUMNS)


def parse_li_lim(content: bytes, name: str) -> Benchmark:
    """Raises ImportErrors that names line and remedy."""
    text = ProblemText(content, name)
    rows = [
        text.row(number, words)
        for number, line in enumerate(text.lines, start=1)
        if (words := line.split())
    ]
    if not rows:
        raise text.missing("line with vehicles, capacity and speed")
    if rows[0].numbers[2:] != (1.0,):
        raise text.flaw(
            rows[0].line, "expected vehicles, capacity and a speed of 1 in the first line"
        )
    title = name.rpartition("/")[2].partition(".")[0]
    found = _benchmark(text, title, BenchmarkFormat.LI_LIM, rows, _LI_LIM_COLUMNS)
    return _paired(text, found, rows[1:])


def _starts_a_number(word: str) -> bool:
    return word.lstrip("+-.")[:1].isdigit()


def _benchmark(
    text: ProblemText,
    title: str,
    form: BenchmarkFormat,
    rows: list[NumberRow],
    columns: int,
) -> Benchmark:
    first = rows[0]
    count = text.whole(first.line, first.numbers[0], 1, MOST_VEHICLES, "a number of vehicles")
    capacity = text.whole(first.line, first.numbers[1], 0, _MOST_LOAD, "a capacity")
    if len(rows) < 3:
        raise text.missing("customers after the depot")
    if len(rows) - 1 > MOST_NODES:
        raise ImportErrors(f"{text.name} has more than {MOST_NODES:,} customers.")
    nodes = [_node(text, row, number, columns) for number, row in enumerate(rows[1:])]
    return Benchmark(
        name=title,
        kind="",
        format=form,
        nodes=tuple(nodes),
        depots=(0,),
        vehicles=(BenchmarkVehicle(capacity=capacity),) * count,
    )


def _node(text: ProblemText, row: NumberRow, number: int, columns: int) -> Node:
    if len(row.numbers) != columns:
        raise text.flaw(row.line, f"expected {columns} numbers, got {len(row.numbers)}")
    if row.numbers[0] != number:
        raise text.flaw(row.line, f"expected customer {number}, got {row.numbers[0]:g}")
    _number, x, y, demand, ready, due, service = row.numbers[:_SOLOMON_COLUMNS]
    load = text.whole(row.line, demand, -_MOST_LOAD, _MOST_LOAD, "a demand")
    if load < 0 and columns == _SOLOMON_COLUMNS:
        raise text.flaw(row.line, f"expected a demand of at least 0, got {load}")
    return Node(
        number=number,
        at=(x, y),
        delivery=load,
        window=text.window(row.line, ready, due),
        service=text.least_zero(row.line, service, "a service time"),
    )


def _paired(text: ProblemText, found: Benchmark, rows: list[NumberRow]) -> Benchmark:
    pairs = [
        (
            row.line,
            text.whole(row.line, row.numbers[7], 0, len(rows) - 1, "a customer"),
            text.whole(row.line, row.numbers[8], 0, len(rows) - 1, "a customer"),
        )
        for row in rows
    ]
    return replace(found, nodes=paired(text, found.nodes, pairs))


def paired(
    text: ProblemText, nodes: tuple[Node, ...], pairs: list[tuple[int, int, int]]
) -> tuple[Node, ...]:
    """The nodes with what is collected at one and delivered to another.

    `pairs` has, for each node, its line, where its goods are collected and where they go; 0 for
    neither. A positive demand is collected, a negative one delivered.
    """
    joined = []
    for node, (line, collected, delivered) in zip(nodes, pairs, strict=True):
        if not collected and not delivered:
            joined.append(node)
            continue
        partner = collected or delivered
        if (collected and delivered) or pairs[partner][1:] != (
            (0, node.number) if collected else (node.number, 0)
        ):
            raise text.flaw(line, f"customer {partner} does not name {node.number} as its partner")
        if nodes[partner].delivery != -node.delivery or (node.delivery > 0) == bool(collected):
            raise text.flaw(
                line,
                f"expected a demand above 0 where goods are collected and the same below 0 where "
                f"they go, got {node.delivery} and {nodes[partner].delivery}",
            )
        if collected:
            joined.append(replace(node, delivery=-node.delivery, collected_at=collected))
        else:
            joined.append(replace(node, delivery=0, pickup=node.delivery))
    return tuple(joined)
