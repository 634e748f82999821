"""Some lines of a script -> their takes beside each other, on a page of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from ...atomic import write_text
from ...glmtts_runtime.engine import Cancel, Engine, Sampling
from ...glmtts_runtime.voices.library import VoiceLibrary
from ...scripts.script import Script
from ...version import __version__
from ..cast import cast
from ..deliver import Report
from ..mastering.master import Studio
from ..publish import staging
from ..store import Store
from ..utterances import speech_rate, utterances
from .alternatives import alternatives, speak, write_samples
from .picks import more_takes
from .picks_file import picks_of, write_picks
from .review import listed, takes_page

PAGE = "takes.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Auditioned:
    """Takes that can be heard."""

    page: Path
    lines: tuple[int, ...]
    takes: int
    """Of all these lines together."""
    synthesised: int
    """Takes that were not in the store."""


def audition(
    script: Script,
    numbers: Sequence[int],
    target: Path,
    *,
    takes: int = 1,
    engine: Engine,
    library: VoiceLibrary,
    store: Store,
    sampling: Sampling,
    report: Report,
    cancel: Cancel,
) -> Auditioned:
    """Speak `takes` takes of each of some lines (or as many as were asked for before, if more), put
    them on a page in the folder `target`, and note beside the script how many there are.

    Raises `InputError` for what a person can fix, and `TakesFailedError` for lines the engine could
    not speak.
    """
    picks = more_takes(script, picks_of(script), numbers, takes)
    lines = tuple(script.lines[number - 1] for number in numbers)
    alone = replace(script, segments=lines)
    said = utterances(
        alone,
        cast(alone, library),
        sample_rate=speech_rate(engine, script.output.sample_rate),
        sampling=sampling,
    )
    requests = dict(zip(numbers, said, strict=True))
    counts = {number: picks.lines[number].takes for number in numbers}
    wanted = alternatives(script, requests, counts)
    with staging(target) as stage:
        found, synthesised = speak(wanted, engine, store, report, cancel)
        studio = Studio(store=store, sounds={}, cancel=cancel)
        samples = write_samples(script, wanted, found, stage.folder, studio)
        page = stage.folder / PAGE
        write_text(page, takes_page(script, requests, picks, samples))
        files = [page, *(stage.folder / sample.file for sample in samples)]
        stage.publish(
            {
                "version": 1,
                "generator": f"comfyui-glmtts {__version__}",
                "engine": {"name": engine.name, "fingerprint": engine.fingerprint},
                "files": [_entry(path, stage.folder) for path in files],
            }
        )
    store.trim()
    if takes > 1:
        write_picks(script, picks)
    return Auditioned(
        page=target / PAGE, lines=tuple(numbers), takes=len(wanted), synthesised=synthesised
    )


def _entry(path: Path, folder: Path) -> dict[str, object]:
    return {key: value for key, value in asdict(listed(path, folder)).items() if value is not None}
