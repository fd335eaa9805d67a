"""An order file's preview and report, in words and columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import islice
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication

from app.desktop.widgets.formats import NOTHING, count_text, dated_text, window_text
from app.desktop.widgets.records import RecordColumn
from app.desktop.widgets.tones import Tone
from app.documents.order_drafts import RowProblem, RowResult, Severity
from app.documents.problem_groups import GRAVITY, ProblemGroup

_TONES = {
    Severity.REJECT: Tone.BAD,
    Severity.SKIP: Tone.DONE,
    Severity.REVIEW: Tone.RISK,
    Severity.WARN: Tone.RISK,
    Severity.SUGGEST: Tone.QUIET,
    Severity.NORMALISE: Tone.QUIET,
    Severity.NEUTRALISE: Tone.QUIET,
}
_DAYS = 4


def severity_text(severity: Severity) -> str:
    tr = QCoreApplication.translate
    return {
        Severity.REJECT: tr("import", "refused"),
        Severity.SKIP: tr("import", "left out"),
        Severity.REVIEW: tr("import", "on hold"),
        Severity.WARN: tr("import", "look at it"),
        Severity.SUGGEST: tr("import", "suggestion"),
        Severity.NORMALISE: tr("import", "written our way"),
        Severity.NEUTRALISE: tr("import", "made harmless"),
    }[severity]


def verdict(result: RowResult) -> Severity | None:
    """The gravest thing that became of a row; None where it is taken as it is."""
    found = {problem.severity for problem in result.problems}
    if result.is_held:
        found.add(Severity.REVIEW)
    return min(found, key=GRAVITY.index, default=None)


def by_gravity(problems: Iterable[RowProblem]) -> list[RowProblem]:
    """The gravest first, as only the beginning may fit."""
    return sorted(problems, key=lambda problem: GRAVITY.index(problem.severity))


def verdict_text(result: RowResult) -> str:
    worst = verdict(result)
    if result.is_refused or result.is_left_out or result.is_held:
        return severity_text(worst or Severity.REJECT)
    if worst in (None, Severity.NORMALISE, Severity.NEUTRALISE):
        return QCoreApplication.translate("import", "taken")
    return QCoreApplication.translate("import", "taken, look at it")


def verdict_tone(result: RowResult) -> Tone:
    worst = verdict(result)
    return Tone.PLAIN if worst is None else _TONES[worst]


def preview_columns(zone: ZoneInfo) -> Sequence[RecordColumn[RowResult]]:
    tr = QCoreApplication.translate

    def address(result: RowResult) -> str:
        if result.draft is not None:
            return result.draft.address.line
        return ", ".join(cell for cell in result.rows[0].cells if cell.strip())

    return (
        RecordColumn(
            title=tr("import", "Line"),
            text=lambda result: count_text(result.line),
            order=lambda result: result.line,
            is_number=True,
            width=6,
        ),
        RecordColumn(
            title=tr("import", "Becomes"),
            text=verdict_text,
            tone=verdict_tone,
            width=18,
            is_vital=True,
        ),
        RecordColumn(
            title=tr("import", "Why"),
            text=lambda result: "; ".join(p.text for p in by_gravity(result.problems)) or NOTHING,
            tone=verdict_tone,
            width=34,
            is_vital=True,
        ),
        RecordColumn(
            title=tr("import", "Reference"), text=lambda result: result.reference, width=13
        ),
        RecordColumn(
            title=tr("import", "Recipient"),
            text=lambda result: result.draft.recipient if result.draft else NOTHING,
            width=18,
        ),
        RecordColumn(title=tr("import", "Address"), text=address, width=36),
        RecordColumn(
            title=tr("import", "Window"),
            text=lambda result: window_text(result.draft.window if result.draft else None, zone),
            width=13,
            is_vital=True,
        ),
    )


def group_text(group: ProblemGroup) -> str:
    """The reason, and how many more values have it."""
    if not group.others:
        return group.problem.text
    return QCoreApplication.translate("import", "{0} (and {1} other values)").format(
        group.problem.text, count_text(group.others)
    )


def lines_text(lines: Sequence[int]) -> str:
    """As in “3, 5–9, 12”."""
    parts: list[tuple[int, int]] = []
    for line in sorted(lines):
        if parts and line == parts[-1][1] + 1:
            parts[-1] = (parts[-1][0], line)
        else:
            parts.append((line, line))
    return ", ".join(
        count_text(first) if first == last else f"{count_text(first)}–{count_text(last)}"
        for first, last in parts
    )


def problem_columns() -> Sequence[RecordColumn[ProblemGroup]]:
    tr = QCoreApplication.translate

    def tone(group: ProblemGroup) -> Tone:
        return _TONES[group.problem.severity]

    return (
        RecordColumn(
            title=tr("import", "Rows"),
            text=lambda group: count_text(len(group.lines)),
            order=lambda group: len(group.lines),
            is_number=True,
            width=6,
        ),
        RecordColumn(
            title=tr("import", "Lines"),
            text=lambda group: lines_text(group.lines),
            order=lambda group: group.lines[0],
            width=16,
        ),
        RecordColumn(
            title=tr("import", "Column"),
            text=lambda group: group.problem.column or NOTHING,
            width=16,
        ),
        RecordColumn(
            title=tr("import", "Became"),
            text=lambda group: severity_text(group.problem.severity),
            order=lambda group: GRAVITY.index(group.problem.severity),
            tone=tone,
            width=14,
            is_vital=True,
        ),
        RecordColumn(
            title=tr("import", "Reason"),
            text=group_text,
            tone=tone,
            width=60,
        ),
    )


def delimiter_text(delimiter: str) -> str:
    tr = QCoreApplication.translate
    names = {
        ",": tr("import", "parted by commas"),
        ";": tr("import", "parted by semicolons"),
        "\t": tr("import", "parted by tabs"),
        "|": tr("import", "parted by bars"),
        "": tr("import", "a spreadsheet"),
    }
    return names.get(delimiter, tr("import", "parted by {0}").format(delimiter))


def counts_text(results: Sequence[RowResult]) -> str:
    """What would become of the rows that were looked at."""
    tr = QCoreApplication.translate
    refused = sum(result.is_refused for result in results)
    left_out = sum(result.is_left_out for result in results)
    held = sum(result.is_held for result in results)
    taken = len(results) - refused - left_out - held
    parts = [tr("import", "{0} taken").format(taken)]
    if held:
        parts.append(tr("import", "{0} on hold").format(held))
    if refused:
        parts.append(tr("import", "{0} refused").format(refused))
    if left_out:
        parts.append(tr("import", "{0} left out").format(left_out))
    return tr("import", "First {0} orders: {1}").format(len(results), ", ".join(parts))


def days_text(days: Mapping[date, int]) -> str:
    """As in “Orders: 174 for Tue 5 Mar 2024, 2 for Sat 28 Nov 2026”."""
    tr = QCoreApplication.translate
    parts = [
        tr("import", "{0} for {1}").format(count_text(count), dated_text(day))
        for day, count in islice(days.items(), _DAYS)
    ]
    if (more := len(days) - _DAYS) > 0:
        parts.append(tr("import", "others for {0} more days").format(count_text(more)))
    return tr("import", "Orders: {0}").format(", ".join(parts)) if parts else ""
