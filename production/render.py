"""Script -> a folder of finished files: the whole chain, each arrow a call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from ..glmtts_runtime.engine import Cancel, Engine, Sampling, SpeechRequest
from ..glmtts_runtime.library import VoiceLibrary
from ..glmtts_runtime.voice import Voice
from ..pronunciation.lexicon import EMPTY, Lexicon
from ..templates.script import Script, Sound
from .cast import cast
from .deliver import Deliverable, Programme, check_output, deliver, programme
from .manifest import manifest
from .master import Studio
from .picks import chosen, notes
from .picks_file import picks_of
from .publish import staging
from .schedule import schedule
from .sounds import SoundFile, read_sounds
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A script that can be spoken: everything a person could get wrong has been checked."""

    script: Script
    requests: tuple[SpeechRequest, ...]
    """Of its lines, in order."""
    sounds: Mapping[str, SoundFile]
    """By path."""
    notes: tuple[str, ...] = ()
    """What a person should know of the takes chosen beside the script, a sentence each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A script spoken and laid out: all that its files are made from."""

    programme: Programme
    synthesised: int
    """Takes that were not in the store."""


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
    ready = prepare(script, engine=engine, library=library, store=store, sampling=sampling)
    with staging(target) as stage:
        spoken = speak(ready, engine=engine, store=store, report=report, cancel=cancel)
        files = deliver(spoken.programme, stage.folder, report).files
        published = stage.publish(manifest(spoken.programme, ready.requests, engine, files))
    store.trim()
    return Rendered(
        folder=target,
        manifest=published,
        files=files,
        seconds=spoken.programme.timeline.seconds,
        lines=len(ready.requests),
        synthesised=spoken.synthesised,
        notes=ready.notes,
    )


def prepare(
    script: Script,
    *,
    engine: Engine,
    library: VoiceLibrary,
    store: Store,
    sampling: Sampling,
    voices: Mapping[str, Voice] | None = None,
    lexicon: Lexicon = EMPTY,
) -> Prepared:
    """Make a script ready to be spoken. Raises `InputError` for everything a person can fix.

    voices: of speakers who need not be looked for; lexicon: rules beside the script's own. Takes
    chosen beside the script's file are used.
    """
    picks = picks_of(script)
    said = notes(script, picks)
    script = chosen(script, picks)
    rate = script.output.sample_rate
    check_output(script)
    requests = utterances(
        script,
        cast(script, library, given=voices),
        sample_rate=speech_rate(engine, rate),
        sampling=sampling,
        lexicon=lexicon,
    )
    cues = [segment for segment in script.segments if isinstance(segment, Sound)]
    return Prepared(
        script=script,
        requests=tuple(requests),
        sounds=read_sounds(cues, rate, store),
        notes=tuple(said),
    )


def speak(
    ready: Prepared, *, engine: Engine, store: Store, report: Report, cancel: Cancel
) -> Spoken:
    """Speak what is not in the store yet, and lay everything out. Raises `TakesFailedError`."""
    script, sounds = ready.script, ready.sounds
    takes, synthesised = make_takes(
        ready.requests,
        engine,
        store,
        progress=lambda done, total: report("speak", done, total),
        cancel=cancel,
    )
    output = script.output
    timeline = schedule(script, takes, sounds, rate=output.sample_rate, channels=output.channels)
    studio = Studio(store=store, sounds={cue.digest: cue for cue in sounds.values()}, cancel=cancel)
    whole = programme(script, timeline, studio, output.name or script.file.stem)
    return Spoken(programme=whole, synthesised=synthesised)
