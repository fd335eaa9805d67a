"""Road conditions made, changed and ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.conditions import ConditionKind, RoadCondition
from app.domain.edits import Applied, ChangeConditions, Changes
from app.domain.errors import ConflictError, NotFoundError, RuleError
from app.domain.geo import is_simple
from app.domain.ids import ConditionId
from app.services.touched import TouchedRows
from app.storage.condition_rows import condition_of, fill_condition
from app.storage.convert import as_json
from app.storage.events import Journal
from app.storage.records import RoadConditionRecord

_MOST_CORNERS = 200
_SLOWEST = 20.0


class ConditionEdits:
    def __init__(
        self,
        session: Session,
        journal: Journal,
        touched: TouchedRows,
        now: datetime,
        who: str,
    ) -> None:
        self._session = session
        self._journal = journal
        self._touched = touched
        self._stamp = {"edited_at": now, "edited_by": who}

    def change(self, edit: ChangeConditions) -> Applied:
        """Raises RuleError for a condition that can't be, ConflictError for one that somebody
        else changed, NotFoundError for one that is gone."""
        back_put: list[RoadCondition] = []
        back_delete: dict[ConditionId, int] = {}
        for condition in edit.put:
            check_condition(condition)
            before = self._put(condition)
            if before is None:
                back_delete[condition.id] = 1
            else:
                back_put.append(before)
        for key, version in edit.delete.items():
            row = self._seen(key, version)
            before = condition_of(row)
            back_put.append(replace(before, version=0))
            self._journal.note("road", key, "deleted", as_json(before), None)
            self._touched.drop(row)
            self._session.delete(row)
        return Applied(
            inverse=ChangeConditions(put=tuple(back_put), delete=back_delete),
            changes=Changes(are_roads_changed=True),
        )

    def _put(self, condition: RoadCondition) -> RoadCondition | None:
        if condition.version == 0:
            row = RoadConditionRecord(id=condition.id, **self._stamp)
            fill_condition(row, condition)
            self._session.add(row)
            self._touched.make(row)
            self._journal.note("road", condition.id, "created", None, as_json(condition))
            return None
        row = self._seen(condition.id, condition.version)
        before = condition_of(row)
        self._touched.change(row)
        fill_condition(row, condition)
        self._journal.note("road", condition.id, "changed", as_json(before), as_json(condition))
        return before

    def _seen(self, key: ConditionId, version: int) -> RoadConditionRecord:
        row = self._session.get(RoadConditionRecord, key)
        if row is None:
            raise NotFoundError("This road condition was removed by somebody else.")
        if not self._touched.is_seen(row, version):
            raise ConflictError(
                f"{row.name} was changed at another workstation. Look at it again, then repeat."
            )
        return row


def check_condition(condition: RoadCondition) -> None:
    """Raises RuleError, with words for people, for what no road can be like."""
    if not condition.name.strip():
        raise RuleError("A road condition needs a name, such as the street or the weather.")
    if condition.window.end <= condition.window.start:
        raise RuleError("A road condition must end after it starts.")
    is_area = condition.kind is not ConditionKind.WEATHER
    if is_area and not 3 <= len(condition.area) <= _MOST_CORNERS:
        raise RuleError(f"An area needs 3 to {_MOST_CORNERS} corners. Draw it again.")
    if is_area and not is_simple(condition.area):
        raise RuleError("The lines of the area cross each other. Draw it again.")
    if condition.kind is not ConditionKind.CLOSURE and not (
        1.0 <= condition.travel_factor <= _SLOWEST
    ):
        raise RuleError(f"Travel can take 1 to {_SLOWEST:g} times as long.")
    if not condition.profiles:
        raise RuleError("Say which vehicles the condition concerns.")
