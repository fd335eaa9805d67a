"""Which remedies and shifts come first, and how many of them are worth reading."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.remedies import Mend, Remedy, Rung, Verdict
from app.domain.violations import Violation, ViolationKind

_OF_A_KIND = 2
_FAR = {
    Verdict.FITS: 0,
    Verdict.UNASKED: 1,
    Verdict.LOCKED: 2,
    Verdict.FULL: 2,
    Verdict.IMPOSSIBLE: 3,
    Verdict.RELEASED: 4,
}
_NEVER = 10_000.0


def nearness(rung: Rung) -> tuple[object, ...]:
    """For sorting: what would take least comes first, and what lacks least of the same rules."""
    effort = min((remedy.effort for remedy in rung.remedies), default=_NEVER)
    rules = sorted((each.kind, each.dimension or "", each.increase) for each in rung.broken)
    return (_FAR[rung.verdict], effort, len(rules), rules, rung.name)


def nearest(remedies: Iterable[Remedy], most: int) -> tuple[Remedy, ...]:
    """The nearest, no more than two of one kind: the third is hardly another idea."""
    counts: dict[Mend, int] = {}
    chosen = []
    for remedy in sorted(remedies, key=lambda remedy: (remedy.effort, remedy.extra_cost)):
        counts[remedy.kind] = counts.get(remedy.kind, 0) + 1
        if counts[remedy.kind] <= _OF_A_KIND:
            chosen.append(remedy)
    return tuple(chosen[:most])


ANOTHER = 10.0
"""So much farther away is what is asked of somebody who has a place already."""


def effort_of_limits(broken: Iterable[Violation]) -> float:
    """The same of raised limits, where the shift may have to end later, too."""
    later = [each.increase for each in broken if each.kind is ViolationKind.SHIFT_EXCEEDED]
    return effort_of(Mend.LIMIT) + sum(effort_of(Mend.SHIFT_LATER, s) for s in later)


def effort_of(kind: Mend, seconds: int = 0, *, share: float = 0.0) -> float:
    """About the minutes it takes to make a rule give way, by so many seconds or that share."""
    match kind:
        case Mend.SHIFT_EARLIER | Mend.SHIFT_LATER:
            return 10 + seconds / 60
        case Mend.BREAK:
            return 12 + seconds / 60
        case Mend.WINDOW_EARLIER | Mend.WINDOW_LATER:
            return 15 + 1.5 * seconds / 60
        case Mend.LIGHTER:
            return 30 + 100 * share
        case Mend.LIMIT:
            return 40
        case Mend.SKILL:
            return 90
        case _:
            raise ValueError(f"no rule gives way by {kind}")
