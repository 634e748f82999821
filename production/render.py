"""Script -> a folder of finished files: the whole chain, each arrow a call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from ..atomic import write_text
from ..glmtts_runtime.engine import Cancel, Engine, Sampling, SpeechRequest
from ..glmtts_runtime.voices.library import VoiceLibrary
from ..glmtts_runtime.voices.voice import Voice
from ..mistakes import Place
from ..pronunciation.lexicon.lexicon import EMPTY, Lexicon
from ..scripts.script import Script, Sound
from .cast import cast
from .deliver import Deliverable, Delivered, Programme, check_output, deliver, programme
from .editing.alternatives import alternatives, write_samples
from .editing.alternatives import speak as speak_alternatives
from .editing.picks import Picks, chosen, notes
from .editing.picks_file import picks_of
from .editing.review import PAGE, episode_page, listed
from .fit import fitted
from .made_from import made_from
from .manifest import manifest
from .mastering.master import Studio
from .publish import staging
from .schedule import schedule
from .sounds import SoundFile, read_sounds
from .store import Store
from .takes import make_takes
from .timeline import Timeline
from .utterances import paced, speech_rate, utterances

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
    """With the take of every line decided."""
    requests: tuple[SpeechRequest, ...]
    """Of its lines, in order."""
    sounds: Mapping[str, SoundFile]
    """By path."""
    picks: Picks
    notes: tuple[str, ...] = ()
    """What a person should know of the takes chosen beside the script, a sentence each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A script spoken and laid out: all that its files are made from."""

    programme: Programme
    requests: tuple[SpeechRequest, ...]
    """Of its lines, at the rate they were spoken."""
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

    Raises `InputError` for everything a person can fix, before anything is synthesised but for a
    length the script cannot have, and `TakesFailedError` for lines the engine could not speak;
    `target` then is as it was.
    """
    ready = prepare(script, engine=engine, library=library, store=store, sampling=sampling)
    with staging(target) as stage:
        spoken = speak(ready, engine=engine, store=store, report=report, cancel=cancel)
        whole, synthesised = spoken.programme, spoken.synthesised
        delivered = deliver(whole, stage.folder, report)
        files = delivered.files
        if script.output.review:
            made, fresh = _review(
                spoken, delivered, ready.picks, folder=stage.folder, engine=engine, report=report
            )
            files, synthesised = (*files, *made), synthesised + fresh
        origin = made_from(ready.script, ready.requests, engine.fingerprint)
        published = stage.publish(manifest(whole, spoken.requests, engine, files, origin))
    store.trim()
    return Rendered(
        folder=target,
        manifest=published,
        files=files,
        seconds=whole.timeline.seconds,
        lines=len(ready.requests),
        synthesised=synthesised,
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
        picks=picks,
        notes=tuple(said),
    )


def speak(
    ready: Prepared, *, engine: Engine, store: Store, report: Report, cancel: Cancel
) -> Spoken:
    """Speak what is not in the store yet, and lay everything out at the length that is asked for.

    Raises `TakesFailedError`, and `InputError` for a length the script cannot have.
    """
    script, output, sounds = ready.script, ready.script.output, ready.sounds
    synthesised = 0

    def laid_out(pace: float) -> Timeline:
        nonlocal synthesised
        takes, fresh = make_takes(
            paced(ready.requests, pace),
            engine,
            store,
            progress=lambda done, total: report("speak", done, total),
            cancel=cancel,
        )
        synthesised += fresh
        return schedule(script, takes, sounds, rate=output.sample_rate, channels=output.channels)

    fit = None
    if output.duration is None:
        timeline = laid_out(1.0)
    else:
        place = output.place or Place(str(script.file))
        timeline, fit = fitted(laid_out, output.duration, output.stretch, place)
    studio = Studio(store=store, sounds={cue.digest: cue for cue in sounds.values()}, cancel=cancel)
    whole = programme(script, timeline, studio, output.name or script.file.stem, fit)
    requests = paced(ready.requests, fit.rate if fit else 1.0)
    return Spoken(programme=whole, requests=requests, synthesised=synthesised)


def _review(
    spoken: Spoken,
    delivered: Delivered,
    picks: Picks,
    *,
    folder: Path,
    engine: Engine,
    report: Report,
) -> tuple[list[Deliverable], int]:
    """The review page and the takes it plays, and how many of these had to be synthesised."""
    whole, requests = spoken.programme, spoken.requests
    script, studio = whole.script, whole.studio
    counts = {number: pick.takes for number, pick in picks.lines.items() if pick.takes > 1}
    wanted = alternatives(script, dict(enumerate(requests, 1)), counts)
    takes, synthesised = speak_alternatives(wanted, engine, studio.store, report, studio.cancel)
    samples = write_samples(script, wanted, takes, folder, studio)
    page = folder / PAGE
    write_text(page, episode_page(whole, delivered, requests, picks, samples))
    paths = [page, *(folder / sample.file for sample in samples)]
    return [listed(path, folder) for path in paths], synthesised
