"""The orders of a whole file between reading and saving: all of them, in little memory."""

from __future__ import annotations

import pickle
from collections.abc import Iterator

from app.documents.order_drafts import OrderDraft
from app.domain.addresses import Address
from app.domain.orders import OrderKind
from app.services.import_asks import pickup_of

AT_ONCE = 500


class DraftPile:
    """Drafts in their sequence, packed: as objects they would take several times as much.

    What must be known of all of them at once is noted as they come.
    """

    def __init__(self) -> None:
        self._packed: list[bytes] = []
        self._loose: list[OrderDraft] = []
        self._left_out: set[int] = set()
        self._count = 0
        self.addresses: dict[Address, None] = {}
        """Those to be looked up, each once."""
        self.has_windows = False
        self.pickups: set[str] = set()
        """The references of the pickups among them."""
        self.named: set[str] = set()
        """The references of the pickups that they name, here or in the database."""

    def __len__(self) -> int:
        return self._count - len(self._left_out)

    def add(self, draft: OrderDraft) -> None:
        if draft.location is None:
            self.addresses[draft.address] = None
        if draft.kind is OrderKind.PICKUP:
            self.pickups.add(draft.reference)
        if name := pickup_of(draft):
            self.named.add(name)
        self.has_windows |= draft.window is not None
        self._count += 1
        self._loose.append(draft)
        if len(self._loose) == AT_ONCE:
            self._packed.append(pickle.dumps(self._loose, pickle.HIGHEST_PROTOCOL))
            self._loose = []

    def leave_out(self, line: int) -> None:
        """Refuse a draft after all, by the line that it stands in."""
        self._left_out.add(line)

    def parts(self) -> Iterator[list[OrderDraft]]:
        """As many as are saved at once."""
        for packed in self._packed:
            yield self._kept(pickle.loads(packed))
        yield self._kept(self._loose)

    def _kept(self, drafts: list[OrderDraft]) -> list[OrderDraft]:
        return [draft for draft in drafts if draft.line not in self._left_out]
