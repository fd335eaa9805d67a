"""What broken rules are called."""

from __future__ import annotations

import pytest

from app.domain.fleet import Dimension
from app.domain.violations import Violation, ViolationKind

_OVER, _FAR = ViolationKind.OVER_CAPACITY, ViolationKind.DISTANCE_EXCEEDED


@pytest.mark.parametrize(
    ("violation", "text"),
    [
        (
            Violation(kind=_OVER, amount=1, dimension=Dimension.WEIGHT),
            "over capacity by 0.1 kg",
        ),
        (
            Violation(kind=_OVER, amount=8_000, dimension=Dimension.WEIGHT),
            "over capacity by 8.0 kg",
        ),
        (
            Violation(kind=_OVER, amount=4_000, dimension=Dimension.VOLUME),
            "over capacity by 0.01 m³",
        ),
        (Violation(kind=_FAR, amount=40), "distance exceeded by 0.1 km"),
        (Violation(kind=ViolationKind.LATE, amount=1), "late by 1 min"),
    ],
)
def test_no_excess_is_so_small_that_it_reads_as_none(violation: Violation, text: str) -> None:
    assert violation.text == text


@pytest.mark.parametrize("amount", [1, 3])
def test_a_dimension_of_the_depot_s_own_is_named_as_it_is(amount: int) -> None:
    violation = Violation(kind=_OVER, amount=amount, detail="cages")
    assert violation.text == f"over capacity by {amount} × cages"
