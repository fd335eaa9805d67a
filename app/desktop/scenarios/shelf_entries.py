"""What the shelf shows of a scenario, and of one that is being made."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.desktop.scenarios.scenario_making import Making
from app.desktop.scenarios.scenario_texts import Words, progress_text, recipe_text
from app.desktop.scenarios.shelf_view import ShelfEntry
from app.domain.board import Board
from app.domain.scenario_words import fit_lines
from app.services.scenarios import Compared

_MAKING = "making-"


def scenario_entry(each: Compared, board: Board, words: Words) -> ShelfEntry:
    scenario = each.scenario
    tip = [scenario.name, recipe_text(scenario, words.zone)]
    tip += [_tr("With {0}").format(text) for text in scenario.taken]
    detail = words.summary(each.figures)
    if scenario.recipe.iterations is None:
        # Such a plan says little of what its recipe is good for.
        detail = _tr("{0} · cut short").format(detail)
    return ShelfEntry(
        key=str(scenario.id),
        name=scenario.name,
        detail=detail,
        tip="\n".join([*tip, *fit_lines(board, each.fit)]),
        is_stale=each.fit.is_stale,
        is_on_board=each.is_on_board,
    )


def making_entry(making: Making) -> ShelfEntry:
    fraction: float | None = 0.0
    detail = _tr("Waits for a free core")
    if making.problem:
        fraction, detail = None, making.problem
    elif making.is_stopping:
        detail = _tr("Stopping; the best plan so far is kept …")
    elif making.progress is not None:
        detail = progress_text(making.progress, making.seconds)
        fraction = making.progress.seconds / making.seconds
    elif making.has_begun:
        detail = _tr("The optimizer starts …")
    return ShelfEntry(
        key=f"{_MAKING}{making.number}",
        name=making.name,
        detail=detail,
        tip=making.problem,
        fraction=fraction,
        is_stoppable=not making.is_stopping,
        is_bad=bool(making.problem),
    )


def is_making(key: str) -> bool:
    return key.startswith(_MAKING)


def making_number(key: str) -> int:
    return int(key.removeprefix(_MAKING))


def _tr(text: str) -> str:
    return QCoreApplication.translate("shelf_entries", text)
