"""An order file's report in words: what is alike stands there once."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.desktop.orders.import_texts import group_text, lines_text, problem_columns
from app.desktop.widgets.records import RecordsTable
from app.documents.order_drafts import RowProblem, Severity
from app.documents.problem_groups import ProblemGroup, grouped


def _problem(line: int, text: str, severity: Severity = Severity.WARN) -> RowProblem:
    return RowProblem(line=line, column="postcode", code="short", text=text, severity=severity)


def test_one_kind_of_notice_stands_once_however_many_values_it_has() -> None:
    problems = [
        _problem(2, "9490 is short"),
        _problem(3, "9497 is short"),
        _problem(4, "9490 is short"),
        _problem(5, "9485 is short"),
    ]
    (group,) = grouped(problems)
    assert lines_text(group.lines) == "2–5"
    assert group_text(group) == "9490 is short (and 2 other values)"


def test_notices_that_say_the_same_name_no_other_values() -> None:
    (group,) = grouped([_problem(2, "9490 is short"), _problem(9, "9490 is short")])
    assert group_text(group) == "9490 is short"
    assert lines_text(group.lines) == "2, 9"


def test_what_was_refused_is_told_with_each_value_and_before_what_was_taken() -> None:
    problems = [
        _problem(2, "9490 is short"),
        _problem(3, "“x” is no postcode", Severity.REJECT),
        _problem(4, "“y” is no postcode", Severity.REJECT),
    ]
    assert [group_text(group) for group in grouped(problems)] == [
        "“x” is no postcode",
        "“y” is no postcode",
        "9490 is short",
    ]


def test_what_became_of_a_row_is_readable_beside_a_long_reason(qtbot: QtBot) -> None:
    table = RecordsTable[ProblemGroup](problem_columns())
    qtbot.addWidget(table)
    table.resize(500, 200)
    table.show()
    groups = grouped([_problem(2, "long " * 60, Severity.NEUTRALISE)])
    table.set_records(groups, group_text)
    needed = table.fontMetrics().horizontalAdvance("made harmless")
    assert table.columnWidth(3) > needed
