from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.ids import uuid7
from app.storage.keys import new_id


@given(st.integers(0, (1 << 48) - 1), st.binary(min_size=10, max_size=10))
def test_an_id_is_a_version_7_uuid_of_its_moment(unix_ms: int, entropy: bytes) -> None:
    made = uuid7(unix_ms, entropy)
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == unix_ms


@given(st.integers(0, (1 << 48) - 2), st.binary(min_size=10, max_size=10))
def test_a_later_id_sorts_later(unix_ms: int, entropy: bytes) -> None:
    assert uuid7(unix_ms, entropy) < uuid7(unix_ms + 1, bytes(10))


def test_a_moment_that_no_uuid_can_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="outside the years"):
        uuid7(1 << 48, bytes(10))


def test_ids_of_one_program_sort_as_they_were_made_and_never_repeat() -> None:
    made = []
    for _ in range(300):
        made.append(new_id())
        time.sleep(0.000_002)
    assert made == sorted(made)
    assert len(set(made)) == len(made)
