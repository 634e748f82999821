"""Script -> a folder of finished files: the whole chain, each arrow a call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from ..atomic import write_text
from ..glmtts_runtime.engine import Cancel, Engine, Sampling, SpeechRequest
from ..glmtts_runtime.library import VoiceLibrary
from ..templates.script import Script, Sound
from .alternatives import alternatives, speak, write_samples
from .cast import cast
from .deliver import Deliverable, Delivered, Programme, check_output, deliver, programme
from .manifest import manifest
from .master import Studio
from .picks import Picks, chosen, notes
from .picks_file import picks_of
from .publish import staging
from .review import PAGE, episode_page, listed
from .schedule import schedule
from .sounds import read_sounds
from .store import Store
from .takes import make_takes
from .utterances import speech_rate, utterances

Report: TypeAlias = Callable[[str, int, int], None]
"""Called with what is being done ("speak", "mp3", …), how much of it is done, and of how much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """What a render made."""

    folder: Path
    manifest: Path
    files: tuple[Deliverable, ...]
    seconds: float
    lines: int
    synthesised: int
    """Takes that were not in the store."""
    notes: tuple[str, ...] = ()
    """What a person should know of the takes chosen beside the script, a sentence each."""


def render(
    script: Script,
    target: Path,
    *,
    engine: Engine,
    library: VoiceLibrary,
    store: Store,
    sampling: Sampling,
    report: Report,
    cancel: Cancel,
) -> Rendered:
    """Render a script into the folder `target`, with the takes that were chosen beside it.

    Raises `InputError` for everything a person can fix, before anything is synthesised, and
    `TakesFailedError` for lines the engine could not speak; `target` then is as it was.
    """
    picks = picks_of(script)
    said = notes(script, picks)
    script = chosen(script, picks)
    rate, channels = script.output.sample_rate, script.output.channels
    check_output(script)
    requests = utterances(
        script, cast(script, library), sample_rate=speech_rate(engine, rate), sampling=sampling
    )
    cues = [segment for segment in script.segments if isinstance(segment, Sound)]
    sounds = read_sounds(cues, rate, store)
    with staging(target) as stage:
        takes, synthesised = make_takes(
            requests,
            engine,
            store,
            progress=lambda done, total: report("speak", done, total),
            cancel=cancel,
        )
        timeline = schedule(script, takes, sounds, rate=rate, channels=channels)
        studio = Studio(
            store=store, sounds={cue.digest: cue for cue in sounds.values()}, cancel=cancel
        )
        whole = programme(script, timeline, studio, script.output.name or script.file.stem)
        delivered = deliver(whole, stage.folder, report)
        files = delivered.files
        if script.output.review:
            made, fresh = _review(
                whole, delivered, requests, picks, folder=stage.folder, engine=engine, report=report
            )
            files, synthesised = (*files, *made), synthesised + fresh
        published = stage.publish(manifest(whole, requests, engine, files))
    store.trim()
    return Rendered(
        folder=target,
        manifest=published,
        files=files,
        seconds=timeline.seconds,
        lines=len(requests),
        synthesised=synthesised,
        notes=tuple(said),
    )


def _review(
    whole: Programme,
    delivered: Delivered,
    requests: Sequence[SpeechRequest],
    picks: Picks,
    *,
    folder: Path,
    engine: Engine,
    report: Report,
) -> tuple[list[Deliverable], int]:
    """The review page and the takes it plays, and how many of these had to be synthesised."""
    script, studio = whole.script, whole.studio
    counts = {number: pick.takes for number, pick in picks.lines.items() if pick.takes > 1}
    wanted = alternatives(script, dict(enumerate(requests, 1)), counts)
    takes, synthesised = speak(wanted, engine, studio.store, report, studio.cancel)
    samples = write_samples(script, wanted, takes, folder, studio)
    page = folder / PAGE
    write_text(page, episode_page(whole, delivered, requests, picks, samples))
    paths = [page, *(folder / sample.file for sample in samples)]
    return [listed(path, folder) for path in paths], synthesised
