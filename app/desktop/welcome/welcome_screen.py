"""Joins the welcome page to the services: loads the sample, tries a shared database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.config import Settings, load_settings, save_settings
from app.desktop.tasks import Tasks, Work
from app.desktop.welcome.welcome_page import WelcomePage
from app.domain.edits import Changes
from app.domain.errors import Cancelled, DispatchError
from app.secrets import hide_password
from app.services.context import Cancelled as IsCancelled
from app.services.context import Report, Step
from app.services.sample import EXTRACT, SAMPLE_REGION, Sample, load_sample
from app.services.workspace import Workspace, open_workspace


class WelcomeScreen(QObject):
    """Leads out of an empty database; what other screens do goes out as signals."""

    finished = Signal(object)
    """The day to open."""
    ready = Signal()
    """There is something to show, or nobody wants to be welcomed any more."""
    region_wanted = Signal()
    fleet_wanted = Signal()
    fleet_file_wanted = Signal()
    orders_wanted = Signal()
    restart_wanted = Signal(object)

    def __init__(self, workspace: Workspace, tasks: Tasks, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._tasks = tasks
        self._work: Work | None = None
        self.is_left = False
        """Somebody went on to the console although the database is empty."""
        self.page = WelcomePage(parent)
        page = self.page
        page.sample_chosen.connect(lambda: tasks.start(self._load_sample(), self))
        page.cancel_chosen.connect(self._on_cancel)
        page.database_chosen.connect(lambda text: tasks.start(self._connect(text), self))
        page.region_chosen.connect(self.region_wanted)
        page.fleet_chosen.connect(self.fleet_wanted)
        page.fleet_file_chosen.connect(self.fleet_file_wanted)
        page.orders_chosen.connect(self.orders_wanted)
        page.skip_chosen.connect(self._on_skip)

    @property
    def is_busy(self) -> bool:
        return self._work is not None

    async def _load_sample(self) -> None:
        work = self._work = Work(self.tr("Sample day"), self)
        work.stepped.connect(self.page.show_progress)
        self.page.show_progress(0.0, self.tr("Building the sample region …"))
        try:
            sample = await self._tasks.run_work(
                work, self._make_sample, work.report, work.cancelled
            )
        except Cancelled:
            self.page.show_idle()
            return
        except DispatchError as error:
            self.page.show_idle(str(error))
            return
        finally:
            self._work = None
        self.page.show_idle()
        self._tasks.publish(Changes(is_fleet_changed=True, days=frozenset({sample.day})), self)
        self._leave(sample.day)

    def _make_sample(self, report: Report, cancelled: IsCancelled) -> Sample:
        """The region in a process of its own, which keeps the window live; then the rest."""
        roads = self._workspace.roads
        if SAMPLE_REGION not in {region.name for region in roads.regions()}:
            roads.build(
                EXTRACT,
                SAMPLE_REGION,
                lambda step: report(Step(fraction=0.8 * step.fraction, text=step.text)),
                cancelled,
            )
        return load_sample(
            self._workspace,
            lambda step: report(Step(fraction=0.8 + 0.2 * step.fraction, text=step.text)),
            cancelled,
        )

    async def _connect(self, address: str) -> None:
        """Try the database before anything is changed, then start again on it."""
        self.page.show_progress(0.0, self.tr("Connecting …"))
        try:
            await self._tasks.run_long(
                _try, replace(self._workspace.settings, database_url=address)
            )
        except DispatchError as error:
            self.page.show_idle(str(error))
            return
        bare = await self._tasks.run_long(hide_password, address)
        settings = replace(load_settings(self._workspace.settings.data), database_url=bare)
        save_settings(settings)
        self.page.show_idle()
        self.restart_wanted.emit(replace(self._workspace.settings, database_url=address))

    def _on_cancel(self) -> None:
        if self._work is not None:
            self._work.cancel()

    def _on_skip(self) -> None:
        self.is_left = True
        self.ready.emit()

    def _leave(self, day: date) -> None:
        self.is_left = True
        self.ready.emit()
        self.finished.emit(day)


def _try(settings: Settings) -> None:
    open_workspace(settings).close()
