"""What would mend an order that is on no route, or a stop that breaks a rule: proofs and edits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.domain.edits import Edit
from app.domain.ids import OrderId, RouteId
from app.domain.violations import Violation


class Mend(StrEnum):
    """What a remedy changes."""

    PLACE = "place"
    """Nothing but the plan: there is room."""
    MAKE_ROOM = "make_room"
    """Another order goes to another route first."""
    UNLOCK = "unlock"
    SHIFT_EARLIER = "shift_earlier"
    SHIFT_LATER = "shift_later"
    BREAK = "break"
    WINDOW_EARLIER = "window_earlier"
    WINDOW_LATER = "window_later"
    LIGHTER = "lighter"
    LIMIT = "limit"
    """A shift may drive or work longer, or farther, or have more stops."""
    PUSH_OUT = "push_out"
    """Other orders leave the plan for it."""
    SKILL = "skill"
    SWAP = "swap"
    """Two stops of a route change places."""
    MOVE = "move"
    """A stop goes to another place of its route."""
    GIVE = "give"
    """A stop goes to another route."""
    UNASSIGN = "unassign"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """A change that mends, tried out to its end; applying `edit` does all of it at once."""

    kind: Mend
    text: str
    """For people, without what it costs."""
    edit: Edit
    effort: float
    """How far away it is, for ranking: about the minutes that somebody has to give."""
    extra_cost: float = 0.0
    """Of the plan, in the depot's currency; below 0 where it saves."""
    route: RouteId | None = None
    """Where the order is afterwards."""
    amount: int = 0
    """The smallest change that is enough: seconds, grams, cubic centimetres, parcels or
    what the depot counts beside them."""
    orders: tuple[OrderId, ...] = ()
    """The others that move, leave or are asked to give way."""


class Verdict(StrEnum):
    """What a shift says to an order, from what no plan can change to what is free."""

    IMPOSSIBLE = "impossible"
    """Not even alone."""
    RELEASED = "released"
    """The van has left, or is about to."""
    LOCKED = "locked"
    FULL = "full"
    """Possible alone, but not with what is planned."""
    UNASKED = "unasked"
    """It may fit: enough others do, or there are too many places to look at each."""
    FITS = "fits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One shift's answer to an order, computed with its route as it stands."""

    route: RouteId
    name: str
    """The shift's, for people."""
    verdict: Verdict
    broken: tuple[Violation, ...] = ()
    """What the order would break at its least bad place: of an empty van where it is impossible,
    of the route as planned elsewhere."""
    remedies: tuple[Remedy, ...] = ()
    """The nearest first."""
    note: str = ""
    """More about the verdict, for people."""
    names: tuple[tuple[OrderId, str], ...] = ()
    """The references of other orders that would break a rule for it."""

    @property
    def text(self) -> str:
        """The verdict with rule and amount, in words."""
        names = dict(self.names)
        broken = ", ".join(
            f"{each.text} ({names[each.order]})" if each.order in names else each.text
            for each in self.broken[:2]
        )
        match self.verdict:
            case Verdict.IMPOSSIBLE:
                return f"impossible even alone: {broken}" if broken else f"impossible: {self.note}"
            case Verdict.RELEASED:
                return (
                    f"released to the driver; {self.note}"
                    if self.note
                    else ("released to the driver")
                )
            case Verdict.LOCKED:
                why = broken or self.note
                return f"locked; {why}" if why else "locked, but would fit"
            case Verdict.FULL:
                return f"fits alone, but as planned: {broken or self.note}"
            case Verdict.UNASKED:
                return self.note
            case Verdict.FITS:
                return "fits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """Why an order is on no route, shift by shift, and what would put it on one."""

    order: OrderId
    rungs: tuple[Rung, ...]
    """The nearest first."""
    remedies: tuple[Remedy, ...]
    """The nearest of all shifts first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One thing before a late stop, and how much earlier it would be without."""

    text: str
    seconds: int
    order: OrderId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """Why a stop, or a whole route, breaks its rules, and the cheapest moves that mend it."""

    route: RouteId
    order: OrderId | None
    """None for what the route breaks as a whole."""
    broken: tuple[Violation, ...]
    causes: tuple[Cause, ...] = ()
    """The gravest first."""
    remedies: tuple[Remedy, ...] = ()

    @property
    def text(self) -> str:
        """What is broken and why, as one sentence."""
        rules = ", ".join(violation.text for violation in self.broken)
        because = " and ".join(cause.text for cause in self.causes[:2])
        return f"{rules}, because of {because}" if because else rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A place for orders on a route: what it costs and what it breaks."""

    route: RouteId
    name: str
    index: int
    """Before this position of the route as it is shown."""
    extra_cost: float
    extra_s: int
    extra_m: int
    late_s: int
    """Seconds that anybody is served, or the driver comes back, too late because of it."""
    load_share: float
    """The fullest dimension of the van, 1 where it is just full."""
    broken: tuple[Violation, ...]
    edit: Edit
    brings: str = ""
    """The reference of the other half of a pair, which comes along."""
    wish_cost: float = 0.0
    """What it is worth to the depot that these orders are with another driver or area."""

    @property
    def price(self) -> float:
        """By which places are compared."""
        return self.extra_cost + self.wish_cost

    @property
    def is_feasible(self) -> bool:
        return not self.broken
