"""Independent tasks -> one finished audio file each, and a summary of how each ended."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

from ..atomic import replacing, write_text
from ..audio.wave import Wave
from ..glmtts_runtime.engine import SpeechError, SpeechRequest
from ..messages import Message
from ..mistakes import InputError, Mistake, Place
from ..progress import unwatched
from ..scripts.audible_label import labelled
from ..scripts.disclosure import Disclosure
from ..scripts.long_text import in_parts
from ..scripts.script import (
    Format,
    Line,
    NumbersIn,
    Output,
    Phoneme,
    Platform,
    Script,
    Sound,
    Speaker,
)
from ..scripts.tasks import Task, TaskList
from .cast import cast
from .checked import make_takes, tell, told, try_takes
from .context import RenderContext
from .delivery.audio_file import write_audio
from .delivery.deliverable import Deliverable
from .delivery.output import check_output
from .delivery.programme import programme
from .label_pace import at_label_pace
from .made import note_made
from .schedule import schedule
from .sounds import read_sounds
from .takes import Take
from .utterances import utterances

SUMMARY = "summary.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How one task ended."""

    number: int
    """Of the record in its list, from 1."""
    name: str = ""
    file: str = ""
    """Relative to the folder; empty where there is none."""
    seconds: float = 0.0
    mistakes: tuple[Mistake, ...] = ()
    """Why it failed; none where it is done."""
    doubts: tuple[str, ...] = ()
    """What was heard of it that a person should know, where it was checked."""

    @property
    def is_done(self) -> bool:
        return not self.mistakes


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOutput:
    """What the files of tasks are."""

    format: Format = "wav"
    sample_rate: int = 24_000
    """Hz"""
    loudness: float | Platform | None = None
    """LUFS; None: -19, which is right for one channel"""
    seed: int = 0
    """Of tasks that have none."""
    rate: float | None = None
    """Speaking speed of tasks that have none."""
    phoneme: Phoneme = "asked"
    """Of tasks that do not say."""
    numbers: NumbersIn = ""
    disclosure: Disclosure = field(default_factory=Disclosure)


def run_batch(
    listed: TaskList, target: Path, output: TaskOutput, context: RenderContext
) -> list[Ending]:
    """Speak every task into a file of its name in `target`, then write the summary there.

    A task that fails is reported in the summary and keeps no other from being done.
    """
    endings = [
        Ending(number=bad.number, name=bad.name, mistakes=bad.mistakes) for bad in listed.rejected
    ]
    prepared: list[tuple[Task, Script, list[SpeechRequest]]] = []
    for task in listed.tasks:
        try:
            prepared.append((task, *_prepared(task, output, context)))
        except InputError as error:
            endings.append(Ending(number=task.number, name=task.name, mistakes=error.mistakes))
    asked = [one for _, _, requests in prepared for one in requests]
    spoken, _ = try_takes(asked, context)
    tell(asked, spoken)
    queue = iter(spoken)
    for index, (task, script, requests) in enumerate(prepared, 1):
        takes = list(islice(queue, len(requests)))
        endings.append(_ended(task, script, takes, target, context))
        if endings[-1].is_done:
            _note("batch", script, requests, target / endings[-1].file, context)
        context.report("write", index, len(prepared))
    context.store.trim()
    endings.sort(key=lambda ending: ending.number)
    write_text(target / SUMMARY, json.dumps(summary(endings), ensure_ascii=False, indent=2) + "\n")
    return endings


def say_task(task: Task, path: Path, output: TaskOutput, context: RenderContext) -> float:
    """Speak one task into the file `path`; returns its length in seconds.

    Raises `InputError` for what a person can fix and `TakesFailedError` if it could not be spoken.
    """
    script, requests = _prepared(task, output, context)
    takes, _ = make_takes(requests, context)
    tell(requests, takes)
    seconds = _write_speech(script, takes, path, context)
    _note("say", script, requests, path, context)
    return seconds


def stream_task(task: Task, output: TaskOutput, context: RenderContext) -> Iterator[Wave]:
    """Speak one task while it is still being made: waves to play one after the other, unmastered.

    Raises `InputError` for what a person can fix, before anything is spoken, and `SpeechError` if
    it could not be spoken.
    """
    stream: Callable[..., Iterator[Wave]] | None = getattr(context.engine, "stream", None)
    if stream is None:
        what = Message("The engine {} speaks whole lines only.", context.engine.name)
        raise InputError.at(Place("--stream"), what, "Choose --engine glm-tts.")
    _, requests = _prepared(task, output, context)
    return chain.from_iterable(
        stream(request, progress=unwatched, cancel=context.cancel) for request in requests
    )


def summary(endings: Sequence[Ending]) -> dict[str, Any]:
    """A JSON object: how many ended how, and each by itself."""
    done = sum(ending.is_done for ending in endings)
    return {
        "done": done,
        "failed": len(endings) - done,
        "tasks": [
            {
                "number": ending.number,
                "name": ending.name,
                "state": "done" if ending.is_done else "failed",
                "file": ending.file,
                "seconds": ending.seconds,
                "reasons": [str(mistake) for mistake in ending.mistakes],
                **({"doubts": list(ending.doubts)} if ending.doubts else {}),
            }
            for ending in endings
        ],
    }


def task_request(task: Task, output: TaskOutput, context: RenderContext) -> SpeechRequest:
    """What is asked of an engine for a task. Raises `InputError`."""
    script = _task_script(task, output)
    line = Line(place=task.place, speaker=task.name, text=task.text)
    script = labelled(replace(script, segments=(line,)))
    check_output(script)
    (request,) = _requests(script, context)
    return request


def _prepared(
    task: Task, output: TaskOutput, context: RenderContext
) -> tuple[Script, list[SpeechRequest]]:
    script = labelled(_task_script(task, output))
    check_output(script)
    return script, _requests(script, context)


def _requests(script: Script, context: RenderContext) -> list[SpeechRequest]:
    requests = utterances(script, cast(script, context.library), context)
    return at_label_pace(script.disclosure, script.lines, requests, context)


def _task_script(task: Task, output: TaskOutput) -> Script:
    """The script that a task is: a line, or several of a long text; without a spoken label."""
    rate = output.rate if task.rate is None else task.rate
    speaker = Speaker(
        place=task.place,
        name=task.name,
        voice=task.voice,
        emotion=task.emotion,
        rate=1.0 if rate is None else rate,
    )
    parts = in_parts(task.text, task.place)
    return Script(
        file=Path(task.place.file),
        title="",
        language=task.language or "zh",
        numbers=output.numbers,
        speakers={task.name: speaker},
        seed=output.seed if task.seed is None else task.seed,
        phoneme=task.phoneme or output.phoneme,
        output=Output(
            formats=(output.format,),
            sample_rate=output.sample_rate,
            channels=1,
            loudness=output.loudness,
        ),
        disclosure=output.disclosure,
        segments=tuple(
            Line(place=place, speaker=task.name, text=text.strip()) for place, text in parts
        ),
    )


def _ended(
    task: Task,
    script: Script,
    takes: Sequence[Take | SpeechError],
    target: Path,
    context: RenderContext,
) -> Ending:
    """Write the file of a task that was spoken; how the task ended."""
    path = target / f"{task.name}.{script.output.formats[0]}"
    failed = next((take for take in takes if isinstance(take, SpeechError)), None)
    if failed:
        mistake = Mistake(task.place, str(failed), "")
    elif path.is_dir():
        mistake = Mistake(task.place, Message("{} is a folder.", path), "Choose another name.")
    else:
        good = [take for take in takes if isinstance(take, Take)]
        seconds = round(_write_speech(script, good, path, context), 6)
        return Ending(
            number=task.number,
            name=task.name,
            file=path.name,
            seconds=seconds,
            doubts=tuple(note for take in good for note in told(take)),
        )
    return Ending(number=task.number, name=task.name, mistakes=(mistake,))


def _note(
    way: str,
    script: Script,
    requests: Sequence[SpeechRequest],
    path: Path,
    context: RenderContext,
) -> None:
    if context.labelling.log:
        made = [Deliverable.of(path, path.parent, seconds=0.0)]
        note_made(way, script, requests, folder=path.parent, files=made, context=context)


def _write_speech(
    script: Script, takes: Sequence[Take], path: Path, context: RenderContext
) -> float:
    """Master the lines of a script into the file `path`; returns its length in seconds."""
    cues = [segment for segment in script.segments if isinstance(segment, Sound)]
    sounds = read_sounds(cues, script.output.sample_rate, context.store)
    timeline = schedule(script, takes, sounds)
    whole = programme(script, timeline, context, path.stem, sounds=sounds.values())
    with replacing(path) as temporary:
        _, length = write_audio(whole, script.output.formats[0], temporary, unwatched)
    return length / script.output.sample_rate
