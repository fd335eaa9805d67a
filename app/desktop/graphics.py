"""How the map gets onto the screen of a computer that has no graphics card."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_DEVICES = Path("/dev")
_CARDS = ("dri/*", "nvidia[0-9]*", "dxg", "mali[0-9]*")
"""What Linux names them: most, NVIDIA's own driver, a guest of Windows, and small boards."""


def spare_absent_card(devices: Path = _DEVICES) -> None:
    """Let Qt paint the map itself where there is no card; call it before the QApplication is made.

    Else Qt imitates a card on the processor for all of the window that the map is in: whatever
    changes in it, a progress bar say, costs a picture of the whole window, a tenth of a second.
    """
    if sys.platform == "linux" and not any(any(devices.glob(card)) for card in _CARDS):
        os.environ.setdefault("QT_QUICK_BACKEND", "software")
