"""How the last process ended -> how much speaks against what it was working on.

A fault in native code leaves its trace in a file (faulthandler writes it), and the kernel counts
whom it killed for want of memory: such a death is strong evidence. `kill -9` and power cuts leave
nothing, and are no fault of a job; they count for little, lest something unheard of goes on and on.
"""

from __future__ import annotations

import faulthandler
import json
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from ...atomic import write_text

STRONG, WEAK = 5, 1
ENOUGH = 10
"""Evidence after which a job is put aside: two strong pieces of it in a row."""

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_COUNTERS = Path("/proc/vmstat")


class CrashEvidence:
    """Watches the end of this process, and knows of the last one's. `folder` is its own."""

    def __init__(self, folder: Path) -> None:
        self._alive, self._trace = folder / "alive.json", folder / "crash.txt"
        self._stream: TextIO | None = None

    def strength(self) -> int:
        """0 after an orderly end, else `WEAK` or `STRONG`."""
        with suppress(OSError):
            if self._trace.stat().st_size:
                return STRONG
        try:
            before = json.loads(self._alive.read_text("utf-8"))
        except (OSError, ValueError):
            return 0
        now = _circumstances()
        killed = before.get("boot") == now["boot"] and before.get("killed") != now["killed"]
        return STRONG if killed else WEAK

    def watch(self) -> None:
        """Begin to watch; call `strength` before. Raises OSError."""
        write_text(self._alive, json.dumps(_circumstances()))
        if not faulthandler.is_enabled():  # a host may have it for itself
            self._stream = self._trace.open("w", encoding="utf-8")
            faulthandler.enable(self._stream)

    def close(self) -> None:
        """This process ends in order: whatever happens now is nobody's fault."""
        with suppress(OSError):
            self._alive.unlink(missing_ok=True)
        if self._stream is not None:
            faulthandler.disable()
            self._stream.close()
            self._stream = None


def _circumstances() -> dict[str, str]:
    """This start of the machine, and how many processes it has killed for want of memory."""
    found = {"boot": "", "killed": ""}
    with suppress(OSError):
        found["boot"] = _BOOT.read_text("utf-8").strip()
        counters = dict(line.split() for line in _COUNTERS.read_text("utf-8").splitlines())
        found["killed"] = counters.get("oom_kill", "")
    return found
