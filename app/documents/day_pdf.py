"""The printed documents of a service day in one file, with bookmarks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas

from app.documents.atomic_file import replacing
from app.documents.changes_pdf import draw_changes
from app.documents.label_pdf import draw_labels
from app.documents.load_list_pdf import draw_load_list
from app.documents.manifest_pdf import draw_manifest
from app.documents.paper_words import day_words
from app.documents.pdf_map import RouteMap
from app.documents.pdf_page import PAGE_HEIGHT, PAGE_WIDTH
from app.documents.pdf_text import clean
from app.documents.print_parts import DistanceUnit, LabelSheet, Part
from app.documents.progress import IsCancelled, Report
from app.documents.return_slip_pdf import draw_return_slips
from app.documents.summary_pdf import draw_summary
from app.domain.day_summary import DaySummary
from app.domain.errors import Cancelled, RuleError
from app.domain.ids import OrderId, RouteId
from app.domain.manifest_changes import ManifestChanges
from app.domain.manifests import Manifest, labels

# Streams as text would be a quarter larger and take a fifth of the time.
rl_config.useA85 = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DayDocuments:
    """Everything that the pages of a day, or of one route, are made of."""

    manifests: tuple[Manifest, ...] = ()
    maps: Mapping[RouteId, RouteMap] = field(default_factory=dict)
    """A route without one gets no map."""
    changes: tuple[ManifestChanges, ...] = ()
    summary: DaySummary | None = None
    unit: DistanceUnit = DistanceUnit.KM
    label_sheet: LabelSheet = LabelSheet.A6
    labelled: Collection[OrderId] = ()
    """Only these orders get labels; all for none."""


@dataclass(frozen=True, slots=True)
class _Chapter:
    title: str
    section: str
    """Its place among the bookmarks of a route; empty stands alone."""
    draw: Callable[[Any], None]


def write_day_pdf(
    path: Path,
    day: DayDocuments,
    parts: Collection[Part],
    report: Report,
    cancelled: IsCancelled,
) -> None:
    """Write the asked parts into one PDF, which is there whole or not at all.

    Raises RuleError where there is nothing to print, Cancelled, and DispatchError where the file
    can't be written.
    """
    chapters = list(_chapters(day, frozenset(parts)))
    if not chapters:
        raise RuleError("There is nothing to print: no route of this choice has such a page.")
    with replacing(path) as part:
        canvas = Canvas(str(part), pagesize=(PAGE_WIDTH, PAGE_HEIGHT), pageCompression=1)
        canvas.setTitle(_title(day))
        canvas.setCreator("Wayboard")
        # A viewer that shrinks the page makes bars too thin and labels too small.
        canvas.setViewerPreference("PrintScaling", "None")
        canvas.showOutline()
        title = ""
        for number, chapter in enumerate(chapters):
            if cancelled():
                raise Cancelled("Printing was stopped; no file was written.")
            report(number / len(chapters), chapter.title)
            if chapter.title != title:
                title = chapter.title
                _add_bookmark(canvas, clean(title), f"title-{number}", 0)
            if chapter.section:
                _add_bookmark(canvas, clean(chapter.section), f"section-{number}", 1)
            chapter.draw(canvas)
        canvas.save()
    report(1.0, f"{path.name} is written")


def _add_bookmark(canvas: Any, text: str, key: str, level: int) -> None:
    canvas.bookmarkPage(key)
    canvas.addOutlineEntry(text, key, level, closed=level == 0)


def _chapters(day: DayDocuments, parts: frozenset[Part]) -> Iterator[_Chapter]:
    if Part.SUMMARY in parts and day.summary is not None:
        yield _Chapter("Day summary", "", partial(draw_summary, summary=day.summary, unit=day.unit))
    # An idle shift has no paper, unless it is the one that was asked for.
    manifests = [each for each in day.manifests if each.lines or len(day.manifests) == 1]
    changes = {each.now.route: each for each in day.changes if Part.CHANGES in parts}
    for manifest in manifests:
        changed = changes.pop(manifest.route, None)
        if changed is not None:
            yield _Chapter(manifest.name, "Changes", partial(draw_changes, changes=changed))
        yield from _route_chapters(manifest, day, parts)
    for changed in changes.values():
        yield _Chapter(changed.now.name, "Changes", partial(draw_changes, changes=changed))
    if Part.LABELS in parts:
        for manifest in manifests:
            if found := labels(manifest, day.labelled):
                draw = partial(
                    draw_labels, manifest=manifest, all_labels=found, sheet=day.label_sheet
                )
                yield _Chapter("Parcel labels", manifest.name, draw)


def _route_chapters(
    manifest: Manifest, day: DayDocuments, parts: frozenset[Part]
) -> Iterator[_Chapter]:
    if Part.MANIFEST in parts:
        route_map = day.maps.get(manifest.route)
        draw = partial(draw_manifest, manifest=manifest, route_map=route_map, unit=day.unit)
        yield _Chapter(manifest.name, "Manifest", draw)
    if Part.LOAD_LIST in parts and manifest.deliveries:
        yield _Chapter(manifest.name, "Load list", partial(draw_load_list, manifest=manifest))
    if Part.RETURN_SLIPS in parts and manifest.pickups:
        draw_slips = partial(draw_return_slips, manifest=manifest)
        yield _Chapter(manifest.name, "Return slips", draw_slips)


def _title(day: DayDocuments) -> str:
    if len(day.manifests) == 1:
        (manifest,) = day.manifests
        return clean(f"{manifest.name} – {day_words(manifest.day)}")
    for dated in (day.summary, *day.manifests, *(each.now for each in day.changes)):
        if dated is not None:
            return f"Wayboard – {day_words(dated.day)}"
    return "Wayboard"
