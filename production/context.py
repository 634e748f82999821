"""What all productions work with, whatever they make."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ..glmtts_runtime.engine import Engine
from ..glmtts_runtime.options import Sampling
from ..glmtts_runtime.voices.library import VoiceLibrary
from ..progress import Cancel, Progress, Report, unwatched
from ..scripts.script import Script
from .checking import Checking
from .provenance.labelling import Labelling
from .store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderContext:
    """Who speaks and in which voices, where results are kept, whom to tell and whom to ask."""

    engine: Engine
    library: VoiceLibrary
    store: Store
    sampling: Sampling = field(default_factory=Sampling)
    report: Report = unwatched
    cancel: Cancel = unwatched
    labelling: Labelling = field(default_factory=Labelling)
    checking: Checking | None = None
    """How takes are listened to; None: not at all"""

    @property
    def fingerprint(self) -> str:
        """Of all that decides how a line sounds: the engine's, and that of who listens to it."""
        heard_by = f", {self.checking.fingerprint}" if self.checking else ""
        return self.engine.fingerprint + heard_by

    def for_script(self, script: Script) -> RenderContext:
        """With somebody who listens to takes where the script wants that. Raises `InputError`."""
        if not script.output.check or self.checking is not None:
            return self
        return replace(self, checking=Checking())

    def progress(self, phase: str) -> Progress:
        """Reports how far one phase is."""
        return lambda done, total: self.report(phase, done, total)
