"""Services that share an inbox -> which of them have died for good; their files go back to it.

Every service touches `work/SERVICE/.alive` now and then. The others compare what they see there
with what they saw before, by their own clocks, so that no two machines have to agree on the time.
"""

from __future__ import annotations

import logging
import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ..files.exchange import move
from ..files.fence import fenced
from ..jobs.claim import claims_in
from ..settings.layout import Layout

RENEWED = 10.0
"""s between two signs of life"""
EXPIRED = 120.0
"""s without one after which a service is taken for dead"""
_SIGN = ".alive"

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Lease:
    """Our own sign of life, and those of others. `now` is of a clock that never goes back."""

    layout: Layout
    _renewed: float | None = None
    _seen: dict[Path, tuple[int, float]] = field(default_factory=dict)

    def renew(self, now: float) -> None:
        """Show that we live, and give back to the inbox what the dead had taken. Raises OSError."""
        if self._renewed is not None and now - self._renewed < RENEWED:
            return
        (self.layout.work / _SIGN).touch()
        self._renewed = now
        for service in self._dead(now):
            with fenced(f"what the dead service {service.name} had taken stays"):
                self._give_back(service)

    def _dead(self, now: float) -> list[Path]:
        others = [one for one in self.layout.work.parent.iterdir() if one != self.layout.work]
        signs = {one: _changed(one / _SIGN) for one in others if one.is_dir()}
        for service, sign in signs.items():
            before = self._seen.get(service)
            if before is None or before[0] != sign:
                self._seen[service] = (sign, now)
        self._seen = {service: self._seen[service] for service in signs}
        return [one for one, (_, since) in self._seen.items() if now - since > EXPIRED]

    def _give_back(self, service: Path) -> None:
        for claim in claims_in(service):
            folder = self.layout.urgent if claim.urgent else self.layout.inbox
            name = claim.file.name
            if move(claim.file, folder, (name, f"{claim.id}-{name}")):
                _log.warning("%s goes back to the inbox: the service that took it died", name)
        with suppress(OSError):
            if not any(claims_in(service)):
                shutil.rmtree(service)


def _changed(sign: Path) -> int:
    """ns since 1970; 0 where there is no sign"""
    try:
        return sign.stat().st_mtime_ns
    except OSError:
        return 0
