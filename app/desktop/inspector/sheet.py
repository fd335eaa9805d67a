"""What the inspector shows, as values: words that are ready, and what can be done."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.desktop.widgets.tones import Tone
from app.domain.ids import OrderId


class Deed(StrEnum):
    """What can be done with what is selected."""

    EDIT = "edit"
    FIX_ADDRESS = "fix_address"
    BEST_FIT = "best_fit"
    UNASSIGN = "unassign"
    LOCK = "lock"
    UNLOCK = "unlock"
    HOLD = "hold"
    TAKE_OFF_HOLD = "take_off_hold"
    NEXT_DAY = "next_day"
    DUPLICATE = "duplicate"
    CANCEL = "cancel"
    REOPEN = "reopen"
    LABEL = "label"
    SHOW_ON_MAP = "show_on_map"
    RELEASE_ROUTE = "release_route"
    TAKE_BACK = "take_back"
    LOCK_ROUTE = "lock_route"
    PRINT_ROUTE = "print_route"
    EMPTY_ROUTE = "empty_route"
    INSERT = "insert"
    SPREAD = "spread"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """By which clocks and in which units."""

    zone: ZoneInfo
    is_metric: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    label: str
    value: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    title: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A broken rule or another obstacle, and what would mend it."""

    text: str
    remedy: str = ""
    tone: Tone = Tone.BAD
    order: OrderId | None = None
    """Where a click leads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    title: str
    subtitle: str = ""
    badge: str = ""
    badge_tone: Tone = Tone.QUIET
    color: str = ""
    """The route's, shown as a band; empty for none."""
    troubles: tuple[Trouble, ...] = ()
    sections: tuple[Section, ...] = ()
    deeds: tuple[Deed, ...] = ()
    notes: str | None = None
    """None where there is nothing to note."""
