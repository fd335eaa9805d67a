from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from app.planning.engines.partition import RowSet, cheapest

ROWS, OPTIONAL = 4, 1
MOST = (2, 1)


def is_lawful(chosen: list[RowSet]) -> bool:
    rows = [row for each in chosen for row in each.rows]
    kinds = [each.kind for each in chosen]
    return (
        len(rows) == len(set(rows))
        and set(range(ROWS)) <= set(rows)
        and all(kinds.count(kind) <= most for kind, most in enumerate(MOST))
    )


def cost(chosen: list[RowSet]) -> float:
    return sum(each.cost for each in chosen)


rows = st.frozensets(st.integers(0, ROWS + OPTIONAL - 1), min_size=1, max_size=3)
sets_of = st.lists(
    st.builds(
        RowSet,
        rows.map(lambda some: tuple(sorted(some))),
        st.integers(0, len(MOST) - 1),
        st.integers(1, 40).map(float),
    ),
    max_size=9,
)


@settings(deadline=None)
@given(sets_of)
def test_no_choice_is_cheaper(more: list[RowSet]) -> None:
    begin = [RowSet((0, 1), 0, 30.0), RowSet((2,), 0, 30.0), RowSet((3,), 1, 30.0)]
    sets = [*begin, *more]
    choices = [
        list(some)
        for count in range(1, sum(MOST) + 1)
        for some in combinations(sets, count)
        if is_lawful(list(some))
    ]
    best = min(map(cost, choices))
    found = cheapest(sets, ROWS, MOST, [0, 1, 2], seconds=5.0, is_counted=True)
    if found is None:
        assert best == cost(begin)
    else:
        chosen = [sets[number] for number in found]
        assert is_lawful(chosen)
        assert cost(chosen) == best < cost(begin)
