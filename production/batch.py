"""Independent tasks -> one finished audio file each, and a summary of how each ended."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from ..atomic import replacing, write_text
from ..audio.wave import Wave
from ..glmtts_runtime.engine import Cancel, Engine, Sampling, SpeechRequest
from ..glmtts_runtime.voices.library import VoiceLibrary
from ..mistakes import InputError, Place
from ..scripts.script import Format, Line, Output, Platform, Script, Speaker
from ..scripts.tasks import Rejected, Task
from .cast import cast
from .deliver import audio, check_output, programme
from .mastering.master import Studio
from .render import Report
from .schedule import schedule
from .store import Store
from .takes import Take, TakesFailedError, make_takes
from .utterances import speech_rate, utterances

SUMMARY = "summary.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How one task ended."""

    number: int
    """Of the record in its list, from 1."""
    name: str
    state: Literal["done", "failed"]
    file: str = ""
    """Relative to the folder."""
    seconds: float = 0.0
    reasons: tuple[str, ...] = ()
    """Why it failed, for people: where, what, what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """What the files of a batch are."""

    format: Format = "wav"
    sample_rate: int = 24_000
    """Hz"""
    loudness: float | Platform | None = None
    """LUFS; None: -19, which is right for one channel"""
    seed: int = 0
    """Of tasks that have none."""
    sampling: Sampling = field(default_factory=Sampling)


def run_batch(
    tasks: Sequence[Task],
    rejected: Sequence[Rejected],
    target: Path,
    sound: Sound,
    *,
    engine: Engine,
    library: VoiceLibrary,
    store: Store,
    report: Report,
    cancel: Cancel,
) -> list[Ending]:
    """Speak every task into a file of its name in `target`, then write the summary there.

    A task that fails is reported in the summary and keeps no other from being done.
    """
    endings = [_refused(bad) for bad in rejected]
    prepared: list[tuple[Task, Script, SpeechRequest]] = []
    for task in tasks:
        try:
            prepared.append((task, *_prepared(task, sound, engine, library)))
        except InputError as error:
            endings.append(_failed(task, tuple(map(str, error.mistakes))))
    takes = _takes([request for _, _, request in prepared], engine, store, report, cancel)
    studio = Studio(store=store, sounds={}, cancel=cancel)
    for index, ((task, script, _), take) in enumerate(zip(prepared, takes, strict=True), 1):
        path = target / f"{task.name}.{sound.format}"
        if isinstance(take, Exception):
            endings.append(_failed(task, (f"{task.place}: {take}",)))
        elif path.is_dir():
            reason = f"{task.place}: {path} is a folder. Choose another name."
            endings.append(_failed(task, (reason,)))
        else:
            endings.append(_done(task, path, write_speech(script, take, path, studio)))
        report("write", index, len(prepared))
    store.trim()
    endings.sort(key=lambda ending: ending.number)
    write_text(target / SUMMARY, json.dumps(summary(endings), ensure_ascii=False, indent=2) + "\n")
    return endings


def say_task(
    task: Task,
    path: Path,
    sound: Sound,
    *,
    engine: Engine,
    library: VoiceLibrary,
    store: Store,
    report: Report,
    cancel: Cancel,
) -> float:
    """Speak one task into the file `path`; returns its length in seconds.

    Raises `InputError` for what a person can fix and `TakesFailedError` if it could not be spoken.
    """
    script, request = _prepared(task, sound, engine, library)
    (take,), _ = make_takes(
        [request],
        engine,
        store,
        progress=lambda done, total: report("speak", done, total),
        cancel=cancel,
    )
    return write_speech(script, take, path, Studio(store=store, sounds={}, cancel=cancel))


def stream_task(
    task: Task, sound: Sound, *, engine: Engine, library: VoiceLibrary, cancel: Cancel
) -> Iterator[Wave]:
    """Speak one task while it is still being made: waves to play one after the other, unmastered.

    Raises `InputError` for what a person can fix and `SpeechError` if it could not be spoken.
    """
    _, request = _prepared(task, sound, engine, library)
    stream: Callable[..., Iterator[Wave]] | None = getattr(engine, "stream", None)
    if stream is None:
        what = f"The engine {engine.name} speaks whole lines only."
        raise InputError.at(Place("--stream"), what, "Choose --engine glm-tts.")
    yield from stream(request, progress=lambda _done, _total: None, cancel=cancel)


def summary(endings: Sequence[Ending]) -> dict[str, Any]:
    """A JSON object: how many ended how, and each by itself."""
    done = sum(ending.state == "done" for ending in endings)
    return {
        "done": done,
        "failed": len(endings) - done,
        "tasks": [asdict(ending) for ending in endings],
    }


def task_script(task: Task, sound: Sound) -> Script:
    """The script of one line that a task is."""
    speaker = Speaker(place=task.place, name=task.name, voice=task.voice, emotion=task.emotion)
    line = Line(place=task.place, speaker=task.name, text=task.text)
    return Script(
        file=Path(task.place.file),
        title="",
        language=task.language or "zh",
        speakers={task.name: speaker},
        seed=sound.seed if task.seed is None else task.seed,
        output=Output(
            formats=(sound.format,),
            sample_rate=sound.sample_rate,
            channels=1,
            loudness=sound.loudness,
        ),
        segments=(line,),
    )


def write_speech(script: Script, take: Take, path: Path, studio: Studio) -> float:
    """Master the only line of a script into the file `path`; returns its length in seconds."""
    rate = script.output.sample_rate
    timeline = schedule(script, [take], {}, rate=rate, channels=1)
    whole = programme(script, timeline, studio, path.stem)
    with replacing(path) as temporary:
        _, length = audio(whole, script.output.formats[0], temporary, _unwatched)
    return length / rate


def _prepared(
    task: Task, sound: Sound, engine: Engine, library: VoiceLibrary
) -> tuple[Script, SpeechRequest]:
    script = task_script(task, sound)
    check_output(script)
    rate = speech_rate(engine, sound.sample_rate)
    (request,) = utterances(
        script, cast(script, library), sample_rate=rate, sampling=sound.sampling
    )
    return script, request


def _takes(
    requests: Sequence[SpeechRequest],
    engine: Engine,
    store: Store,
    report: Report,
    cancel: Cancel,
) -> Iterator[Take | Exception]:
    """The take of every request, or why there is none."""

    def progress(done: int, total: int) -> None:
        report("speak", done, total)

    failures: dict[int, Exception] = {}
    try:
        takes, _ = make_takes(requests, engine, store, progress=progress, cancel=cancel)
    except TakesFailedError as error:
        failures.update(error.failures)
        good = [request for index, request in enumerate(requests) if index not in failures]
        takes, _ = make_takes(good, engine, store, progress=progress, cancel=cancel)
    found = iter(takes)
    for index in range(len(requests)):
        yield failures[index] if index in failures else next(found)


def _refused(bad: Rejected) -> Ending:
    reasons = tuple(map(str, bad.mistakes))
    return Ending(number=bad.number, name="", state="failed", reasons=reasons)


def _done(task: Task, file: Path, seconds: float) -> Ending:
    seconds = round(seconds, 6)
    return Ending(number=task.number, name=task.name, state="done", file=file.name, seconds=seconds)


def _failed(task: Task, reasons: tuple[str, ...]) -> Ending:
    return Ending(number=task.number, name=task.name, state="failed", reasons=reasons)


def _unwatched(_what: str, _done: int, _total: int) -> None:
    """One short file needs no progress of its own."""
