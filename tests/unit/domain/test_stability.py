from __future__ import annotations

import pytest

from app.domain.errors import RuleError
from app.domain.rules import NO_AIMS
from app.domain.stability import BEST_COST, Stability, Steadiness, named, stability


def test_a_price_has_a_name_or_an_amount() -> None:
    assert stability(" Best-Cost ") == BEST_COST
    assert stability("7.50") == Stability(price=7.5)
    assert str(stability("7.50")) == "7.5"
    assert [str(named(each)) for each in Steadiness] == list(Steadiness)
    assert all(stability(str(named(each))) == named(each) for each in Steadiness)


@pytest.mark.parametrize("text", ["", "some", "-1", "inf", "nan", "1,5"])
def test_what_is_no_price_is_refused_with_those_there_are(text: str) -> None:
    with pytest.raises(RuleError, match="best-cost, low, medium, high, touch-nothing"):
        stability(text)


def test_each_name_is_dearer_than_the_one_before() -> None:
    prices = [named(each).price for each in Steadiness]
    assert prices == sorted(set(prices))
    assert named(Steadiness.BEST_COST).is_free
    assert named(Steadiness.TOUCH_NOTHING).touches_nothing


def test_only_what_lies_between_is_a_price_to_search_with() -> None:
    assert BEST_COST.aims(NO_AIMS) is NO_AIMS
    assert named(Steadiness.TOUCH_NOTHING).aims(NO_AIMS) is NO_AIMS
    aims = Stability(price=8.0).aims(NO_AIMS)
    assert (aims.other_driver, aims.other_time_per_hour) == (8.0, 4.0)
