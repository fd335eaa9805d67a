from __future__ import annotations

from app.domain.names import name_order


def test_numbers_in_names_count_and_accents_and_case_do_not() -> None:
    names = ["Van 10", "van 2", "Van", "Zoe", "Änne", "Anton", "Özlem", "3 t", "12 t", ""]
    assert sorted(names, key=name_order) == [
        "", "3 t", "12 t", "Änne", "Anton", "Özlem", "Van", "van 2", "Van 10", "Zoe",
    ]  # fmt: skip
