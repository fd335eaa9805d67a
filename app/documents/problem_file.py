"""A problem from a file or a pipe: reads it within limits and knows its format."""

from __future__ import annotations

import sys
from pathlib import Path

from app.documents.benchmark_values import Benchmark
from app.documents.problem_solomon import is_li_lim, is_solomon, parse_li_lim, parse_solomon
from app.documents.problem_vroom import parse_vroom
from app.documents.problem_vrplib import is_vrplib, parse_vrplib
from app.documents.vroom_values import VroomProblem
from app.domain.errors import ImportErrors

MOST_BYTES = 512 * 1024 * 1024
"""Two matrices of 5,000 places as JSON need about half of it."""
STANDARD_INPUT = "-"


def read_problem(path: Path) -> VroomProblem | Benchmark:
    """The problem in a file of any known format; of standard input where `path` is `-`.

    Raises ImportErrors that says what is wrong, where, and what is expected there.
    """
    content = read_limited(path)
    name = "standard input" if str(path) == STANDARD_INPUT else str(path)
    start = content[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith((b"{", b"[")):
        return parse_vroom(content.removeprefix(b"\xef\xbb\xbf"), name)
    head = content[:65536].decode("utf-8", errors="replace").splitlines()
    if is_vrplib(head):
        return parse_vrplib(content, name)
    if is_solomon(head):
        return parse_solomon(content, name)
    if is_li_lim(head):
        return parse_li_lim(content, name)
    raise ImportErrors(
        f"{name} is no problem that can be read. Give VROOM's JSON, VRPLIB, or the text format "
        "of Solomon or of Li and Lim."
    )


def read_limited(path: Path) -> bytes:
    """Raises ImportErrors for what can't be read, or is too large to be what it should be."""
    try:
        if str(path) == STANDARD_INPUT:
            content = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with path.open("rb") as file:
                content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ImportErrors(f"{path} can't be read: {error.strerror or error}.") from error
    if len(content) > MOST_BYTES:
        raise ImportErrors(f"{path} is larger than {MOST_BYTES // 1024**2} MB.")
    if not content.strip():
        name = "Standard input" if str(path) == STANDARD_INPUT else path
        raise ImportErrors(f"{name} is empty.")
    return content
