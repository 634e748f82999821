"""A script with mistakes -> those and what later checks find in the rest of it, told at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from ..documents.findings import Findings
from ..glmtts_runtime.voices.library import VoiceLibrary
from ..mistakes import Mistake, collecting
from ..scripts.mistaken import MistakenScriptError
from ..scripts.script import Line, Script, Sound
from .cast import cast
from .delivery.output import check_output
from .provenance.consent import check_consent
from .sounds import read_sounds
from .store import Store
from .utterances import spoken_lines


@contextmanager
def told_at_once(library: VoiceLibrary, store: Store) -> Iterator[None]:
    """Have a script that is read within this checked to its end, whatever is wrong with it.

    Raises `InputError` with the mistakes of reading and those of voices, texts, sounds and output.
    """
    try:
        yield
    except MistakenScriptError as error:
        findings = Findings()
        findings.extend(error.mistakes)
        known = {mistake.place for mistake in error.mistakes}
        later = _later(error.right, library, store)
        findings.extend(one for one in later if one.place not in known)
        findings.check()


def _later(script: Script, library: VoiceLibrary, store: Store) -> list[Mistake]:
    """What is wrong with the part of a script that could be read."""
    wrong: list[Mistake] = []
    with collecting(wrong):
        check_output(script)
    with collecting(wrong):
        voices = cast(script, library).voices
        said = (one for one in script.segments if isinstance(one, Line) and one.speaker in voices)
        check_consent(replace(script, segments=tuple(said)), voices, date.today())
    with collecting(wrong):
        spoken_lines(script)
    with collecting(wrong):
        cues = [segment for segment in script.segments if isinstance(segment, Sound)]
        read_sounds(cues, script.output.sample_rate, store)
    return wrong
