"""What all productions work with, whatever they make."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..glmtts_runtime.engine import Engine
from ..glmtts_runtime.options import Sampling
from ..glmtts_runtime.voices.library import VoiceLibrary
from ..progress import Cancel, Progress, Report, unwatched
from .checking import Checking
from .labelling import Labelling
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

    def progress(self, phase: str) -> Progress:
        """Reports how far one phase is."""
        return lambda done, total: self.report(phase, done, total)
