"""Which remedies and shifts come first, and how many of them are worth reading."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.remedies import Mend, Remedy, Rung, Verdict

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
