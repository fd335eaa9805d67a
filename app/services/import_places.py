"""What an import tells of addresses: which were not found, are not certain, or lack their house."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.documents.order_drafts import RowProblem, RowResult, Severity
from app.documents.row_cells import PICKUP
from app.domain.addresses import Address, Place, Precision
from app.domain.orders import OrderKind, address_reason

_OF_ADDRESS = ("address", "one_line", "magento_address")


def address_columns(columns: Mapping[str, str]) -> Mapping[OrderKind, str]:
    """The headers of the columns with the addresses; empty where there is none."""
    column = next((columns[name] for name in _OF_ADDRESS if name in columns), "")
    fetched = (columns[PICKUP + name] for name in _OF_ADDRESS if PICKUP + name in columns)
    return {OrderKind.DELIVERY: column, OrderKind.PICKUP: next(fetched, column)}


def address_problem(
    line: int, column: str, typed: Address, place: Place | None
) -> RowProblem | None:
    """What somebody should know of the place that was found; None where it is as good as typed."""

    def told(code: str, text: str) -> RowProblem:
        return RowProblem(line=line, column=column, code=code, text=text, severity=Severity.WARN)

    if reason := address_reason(place):
        return RowProblem(
            line=line,
            column=column,
            code="address_uncertain" if place is not None else "address_unknown",
            text=reason[0].lower() + reason[1:].removesuffix("."),
            severity=Severity.REVIEW,
        )
    if place is None:
        return None
    if place.lacks_town(typed):
        return told(
            "town_unchecked",
            f"the region does not know in which town {place.label} is; see whether the pin is in "
            f"{typed.city}",
        )
    if place.precision is Precision.STREET and typed.has_number:
        return told(
            "house_number_unknown",
            f"its house number is not known; the pin is in the middle of {place.label}",
        )
    if place.precision is Precision.STREET:
        return told(
            "house_number_missing",
            f"it has no house number; the pin is in the middle of {place.label}",
        )
    if place.is_read_as:
        return told("address_read_as", f"it was read as {place.label}")
    return None


def with_places(
    results: Sequence[RowResult],
    places: Mapping[str, Place | None],
    columns: Mapping[OrderKind, str],
) -> tuple[RowResult, ...]:
    """The results of rows with what there is to tell of their places, by their references."""
    told = []
    for result in results:
        draft = result.draft
        if draft is None:
            told.append(result)
            continue
        column, place = columns[draft.kind], places[draft.reference]
        problem = address_problem(result.line, column, draft.address, place)
        if problem is None:
            told.append(result)
            continue
        if problem.severity is Severity.REVIEW:
            reasons = filter(None, (draft.hold_reason, problem.text))
            draft = replace(draft, hold_reason="\n".join(reasons))
        told.append(replace(result, draft=draft, problems=(*result.problems, problem)))
    return tuple(told)
