"""The bundled sample day: a small town's region, a fleet and 120 orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.paths import resource
from app.services.context import Cancelled, Report, Step, never, unheard
from app.services.imports import ImportOptions, ImportReport
from app.services.workspace import Workspace

SAMPLE_DAY = date(2024, 3, 5)
SAMPLE_REGION = "Neubrandenburg"
EXTRACT = resource("sample", "neubrandenburg.osm.pbf")
ORDERS = resource("sample", "orders.csv")
FLEET = resource("sample", "fleet.csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What was loaded."""

    day: date
    is_region_new: bool
    orders: ImportReport


def load_sample(
    workspace: Workspace, report: Report = unheard, cancelled: Cancelled = never
) -> Sample:
    """Build the sample region if it is not there, and take the sample's fleet and orders.

    Doing it again changes nothing. Raises DispatchError, Cancelled among them.
    """
    is_new = SAMPLE_REGION not in {region.name for region in workspace.roads.regions()}
    if is_new:
        workspace.roads.build(EXTRACT, SAMPLE_REGION, report, cancelled)
    if workspace.roads.region is None or workspace.roads.region.name != SAMPLE_REGION:
        workspace.roads.use(SAMPLE_REGION)
    report(Step(fraction=0.9, text="Taking the sample's fleet"))
    workspace.fleet.import_file(FLEET, SAMPLE_DAY)
    orders = workspace.imports.run(
        ORDERS, ImportOptions(preset="wayboard"), report=report, cancelled=cancelled
    )
    return Sample(day=SAMPLE_DAY, is_region_new=is_new, orders=orders)
