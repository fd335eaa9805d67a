"""`wayboard fleet aims`: what the plans of a depot should be like."""

from __future__ import annotations

from dataclasses import replace

from app.domain.edits import ChangeFleet
from app.domain.errors import NotFoundError, RuleError
from app.domain.fleet import Depot
from app.domain.rules import Aims, Balance, Objective
from app.services.workspace import Workspace


def changed_aims(workspace: Workspace, name: str | None, **changes: object) -> Depot:
    """The depot with these aims, None being what stays. Raises DispatchError."""
    depot = _depot(workspace, name)
    said = {key: value for key, value in changes.items() if value is not None}
    for key, kinds in (("objective", Objective), ("balance", Balance)):
        if key in said and said[key] not in set(kinds):
            raise RuleError(f"“{said[key]}” is no {key}. Use {', '.join(kinds)}.")
    if not said:
        return depot
    aims = replace(depot.aims, **said)  # type: ignore[arg-type]  # by the names of its options
    aims = replace(aims, objective=Objective(aims.objective), balance=Balance(aims.balance))
    if aims.balance is not Balance.NONE and not aims.per_imbalance:
        raise RuleError("What is an hour, or a stop, off the mean worth? Give --imbalance too.")
    depot = replace(depot, aims=aims)
    workspace.dispatch.apply(ChangeFleet(put=(depot,)))
    return depot


def aims_text(depot: Depot) -> str:
    """A line for each aim."""
    aims, currency = depot.aims, depot.currency
    idle = f"every driver, an idle one costs {aims.idle_shift:.2f} {currency}"
    lines = [
        f"{depot.name}: {_objective(aims)}",
        f"  spread evenly: {_balance(aims, currency)}",
        f"  drivers: {idle if aims.use_every_shift else 'as many as the plan needs'}",
        f"  not a preferred driver: {aims.other_than_preferred:.2f} {currency}",
        f"  outside the area of the shift: {aims.outside_area:.2f} {currency}",
    ]
    return "\n".join(lines)


def _objective(aims: Aims) -> str:
    match aims.objective:
        case Objective.CHEAPEST:
            return "the least cost"
        case Objective.FASTEST:
            return "the fewest hours"
        case Objective.FEWEST_VEHICLES:
            return "as few drivers as possible"


def _balance(aims: Aims, currency: str) -> str:
    if aims.balance is Balance.NONE:
        return "no"
    unit = "hour" if aims.balance is Balance.HOURS else "stop"
    return f"{aims.balance}, {aims.per_imbalance:.2f} {currency} for each {unit} off the mean"


def _depot(workspace: Workspace, name: str | None) -> Depot:
    depots = workspace.fleet.depots()
    known = ", ".join(depot.name for depot in depots)
    if not depots:
        raise NotFoundError("There is no depot yet. Import a fleet first: wayboard fleet import.")
    if name is None and len(depots) > 1:
        raise RuleError(f"There are several depots: name one with --depot. There are: {known}.")
    for depot in depots:
        if name is None or depot.name.casefold() == name.casefold():
            return depot
    raise NotFoundError(f"There is no depot “{name}”. There are: {known}.")
