"""Script -> a folder of finished files: the whole chain, each arrow a call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..atomic import write_text
from ..glmtts_runtime.engine import Emotion, SpeechRequest, says_pinyin
from ..glmtts_runtime.voices.voice import Voice
from ..messages import Message
from ..mistakes import InputError, Mistake, Place, collecting
from ..pronunciation.lexicon.lexicon import EMPTY, Lexicon
from ..scripts.script import Script, Sound
from .cast import cast
from .checked import make_takes
from .checked import told as told_of
from .context import RenderContext
from .delivery.deliver import Delivered, deliver
from .delivery.deliverable import Deliverable
from .delivery.output import check_output
from .delivery.programme import Programme, programme
from .delivery.publish import staging
from .dubbing import fitted_takes, kept, told
from .editing.alternatives import alternatives, speak_alternatives, write_samples
from .editing.picks import Picks, apply_picks, notes
from .editing.picks_file import picks_of
from .editing.review import PAGE, episode_page
from .fit import fitted
from .label_pace import at_label_pace
from .made import note_made
from .made_from import made_from
from .manifest import manifest
from .schedule import is_timed, schedule
from .sounds import SoundFile, read_sounds
from .takes import Take
from .timeline import Timeline
from .utterances import paced, spoken_lines, utterances


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
    """What a person should know: what was guessed or left out, which chosen takes do not fit any
    more, which times were not kept; a sentence each."""


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
    """What a person should know of how it was read, and of the takes chosen beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenScript:
    """A script spoken and laid out: all that its files are made from."""

    programme: Programme
    requests: tuple[SpeechRequest, ...]
    """Of its lines, at the rate they were spoken."""
    synthesised: int
    """Takes that were not in the store."""
    takes: tuple[Take, ...] = ()
    """Of its lines, in order."""
    notes: tuple[str, ...] = ()
    """How the times of subtitles were kept, and what was heard, a sentence each."""


def render(script: Script, target: Path, context: RenderContext) -> Rendered:
    """Render a script into the folder `target`, with the takes that were chosen beside it.

    Raises `InputError` for everything a person can fix, before anything is synthesised but for a
    length the script cannot have, and `TakesFailedError` for lines the engine could not speak;
    `target` then is as it was.
    """
    context = context.for_script(script)
    prepared = prepare(script, context)
    with staging(target) as stage:
        spoken = speak(prepared, context)
        delivered = deliver(spoken.programme, stage.folder, context.report)
        files, synthesised = delivered.files, spoken.synthesised
        if script.output.review:
            review, fresh = _review(spoken, delivered, prepared.picks, stage.folder, context)
            files, synthesised = (*files, *review), synthesised + fresh
        digest = made_from(prepared.script, prepared.requests, context)
        lines = list(zip(spoken.requests, spoken.takes, strict=True))
        published = stage.publish(manifest(spoken.programme, lines, context.engine, files, digest))
    note_made(
        "render",
        prepared.script,
        prepared.requests,
        folder=target,
        files=files,
        context=context,
    )
    context.store.trim()
    return Rendered(
        folder=target,
        manifest=published,
        files=files,
        seconds=spoken.programme.timeline.seconds,
        lines=len(prepared.requests),
        synthesised=synthesised,
        notes=(*prepared.notes, *spoken.notes),
    )


def prepare(
    script: Script,
    context: RenderContext,
    *,
    voices: Mapping[str, Voice] | None = None,
    lexicon: Lexicon = EMPTY,
    emotion: Emotion | None = None,
) -> Prepared:
    """Make a script ready to be spoken. Raises `InputError` for everything a person can fix.

    What is wrong with output, voices, texts and sounds is told together.
    voices: of speakers who need not be looked for; lexicon: rules beside the script's own; emotion:
    of lines that have none. Takes chosen beside the script's file are used.
    """
    picks = picks_of(script)
    remarks = tuple(notes(script, picks))
    script = apply_picks(script, picks)
    wrong: list[Mistake] = []
    with collecting(wrong):
        check_output(script)
    voiced = requests = sounds = None
    with collecting(wrong):
        voiced = cast(script, context.library, given=voices)
    with collecting(wrong):
        if voiced is None:
            spoken_lines(script, lexicon)
        else:
            requests = utterances(script, voiced, context, lexicon=lexicon, emotion=emotion)
    with collecting(wrong):
        cues = [segment for segment in script.segments if isinstance(segment, Sound)]
        sounds = read_sounds(cues, script.output.sample_rate, context.store)
    if wrong or requests is None or sounds is None:
        raise InputError(wrong)
    return Prepared(
        script=script,
        requests=tuple(requests),
        sounds=sounds,
        picks=picks,
        notes=(*script.notes, *remarks),
    )


def speak(prepared: Prepared, context: RenderContext) -> SpokenScript:
    """Speak what is not in the store yet, and lay everything out at the length that is asked for.

    Raises `TakesFailedError`, and `InputError` for a length the script cannot have.
    """
    if is_timed(prepared.script):
        return _dubbed(prepared, context)
    script, output, sounds = prepared.script, prepared.script.output, prepared.sounds
    requests: dict[float, tuple[SpeechRequest, ...]] = {}  # by pace
    heard: dict[float, list[Take]] = {}
    synthesised = 0

    def laid_out(pace: float) -> Timeline:
        nonlocal synthesised
        spoken = paced(prepared.requests, pace)
        requests[pace] = tuple(at_label_pace(script.disclosure, script.lines, spoken, context))
        heard[pace], fresh = make_takes(requests[pace], context)
        synthesised += fresh
        return schedule(script, heard[pace], sounds)

    fit = None
    if output.duration is None:
        timeline = laid_out(1.0)
    else:
        place = output.place or Place(str(script.file))
        timeline, fit = fitted(laid_out, output.duration, output.stretch, place)
    name = output.name or script.file.stem
    whole = programme(script, timeline, context, name, sounds=sounds.values(), fit=fit)
    pace = fit.rate if fit else 1.0
    return SpokenScript(
        programme=whole,
        requests=requests[pace],
        synthesised=synthesised,
        takes=tuple(heard[pace]),
        notes=_heard(heard[pace]),
    )


def _heard(takes: Sequence[Take]) -> tuple[str, ...]:
    """What a person should know of takes that were listened to."""
    return tuple(
        Message("Line {}: {}", number, note)
        for number, take in enumerate(takes, 1)
        for note in told_of(take)
    )


def _dubbed(prepared: Prepared, context: RenderContext) -> SpokenScript:
    """Speak lines at their times, as `output.timing` wants them kept."""
    script, output = prepared.script, prepared.script.output
    asked = at_label_pace(script.disclosure, script.lines, prepared.requests, context)
    if output.timing == "fit":
        requests, takes, synthesised = fitted_takes(script.lines, asked, context)
    else:
        requests = asked
        takes, synthesised = make_takes(requests, context)
    timeline = schedule(script, takes, prepared.sounds)
    rows = kept(script, timeline, asked, requests)
    name = output.name or script.file.stem
    whole = programme(script, timeline, context, name, sounds=prepared.sounds.values(), kept=rows)
    notes = told(rows, timeline.seconds, output.duration)
    return SpokenScript(
        programme=whole,
        requests=tuple(requests),
        synthesised=synthesised,
        takes=tuple(takes),
        notes=(*notes, *_heard(takes)),
    )


def _review(
    spoken: SpokenScript, delivered: Delivered, picks: Picks, folder: Path, context: RenderContext
) -> tuple[list[Deliverable], int]:
    """The review page and the takes it plays, and how many of these had to be synthesised."""
    whole, requests = spoken.programme, spoken.requests
    counts = {number: pick.takes for number, pick in picks.lines.items() if pick.takes > 1}
    wanted = alternatives(whole.script, dict(enumerate(requests, 1)), counts)
    takes, synthesised = speak_alternatives(wanted, context)
    samples = write_samples(whole.script, wanted, takes, folder, context)
    page = folder / PAGE
    heard = {number: take.verdict for number, take in enumerate(spoken.takes, 1) if take.verdict}
    as_spoken = says_pinyin(context.engine)
    text = episode_page(
        whole, delivered, requests, picks, samples, as_spoken=as_spoken, heard=heard
    )
    write_text(page, text)
    paths = [page, *(folder / sample.file for sample in samples)]
    return [Deliverable.of(path, folder) for path in paths], synthesised
