"""Broken rules in few words."""

from __future__ import annotations

import pytest

from app.desktop.board.rule_words import brief
from app.domain.fleet import Dimension
from app.domain.violations import Violation, ViolationKind

KINDS = ViolationKind


@pytest.mark.parametrize(
    ("violation", "words"),
    [
        (Violation(kind=KINDS.WORK_EXCEEDED, amount=1_100), "19 min over working time"),
        (Violation(kind=KINDS.DRIVING_EXCEEDED, amount=3_600), "1 h 00 min over driving time"),
        (Violation(kind=KINDS.SHIFT_EXCEEDED, amount=60), "1 min over shift"),
        (Violation(kind=KINDS.DISTANCE_EXCEEDED, amount=3_200), "3.2 km over distance"),
        (
            Violation(kind=KINDS.OVER_CAPACITY, amount=210_000, dimension=Dimension.WEIGHT),
            "210 kg over",
        ),
        (Violation(kind=KINDS.OVER_CAPACITY, amount=3, detail="cages"), "3 × cages over"),
    ],
)
def test_the_amount_stands_first_where_the_end_may_be_cut_off(
    violation: Violation, words: str
) -> None:
    assert brief(violation, is_metric=True).replace("\u202f", " ") == words


def test_of_a_rule_that_gets_worse_only_the_rest_is_told() -> None:
    worse = Violation(kind=KINDS.WORK_EXCEEDED, amount=1_800, was=1_200)
    assert brief(worse, is_metric=True).replace("\u202f", " ") == (
        "another 10 min over working time"
    )


def test_miles_are_written_where_they_are_wished() -> None:
    far = Violation(kind=KINDS.DISTANCE_EXCEEDED, amount=16_093)
    assert "10.0" in brief(far, is_metric=False)


def test_what_is_short_already_is_told_as_everywhere() -> None:
    late = Violation(kind=KINDS.LATE, amount=300)
    assert brief(late, is_metric=True) == late.text
