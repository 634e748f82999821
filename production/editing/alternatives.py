"""Lines -> their alternatives: the same request with other seeds, as takes and as files to play."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ...glmtts_runtime.engine import SpeechRequest
from ...progress import unwatched
from ...scripts.script import Line, Output, Script
from ..context import RenderContext
from ..delivery.audio_file import write_audio
from ..delivery.programme import programme
from ..schedule import schedule
from ..takes import Take, TakesFailedError, make_takes
from ..utterances import with_other_seeds

_RATE = 24_000  # Hz; files to compare takes by, not to publish


@dataclass(frozen=True, slots=True)
class Alternative:
    """One take of a line, to be heard beside its others."""

    line: int
    """The line's number, from 1."""
    take: int
    request: SpeechRequest


@dataclass(frozen=True, slots=True)
class Sample:
    """An alternative as a file."""

    line: int
    take: int
    file: str
    """Relative to the folder, with forward slashes."""
    seconds: float


def alternatives(
    script: Script, requests: Mapping[int, SpeechRequest], counts: Mapping[int, int]
) -> list[Alternative]:
    """Takes 1 to `counts[number]` of each line in it; `requests` by the line's number."""
    found = []
    for number, count in counts.items():
        line = script.lines[number - 1]
        seed = script.seed if line.seed is None else line.seed
        seeded = with_other_seeds(replace(requests[number], seed=seed), count)
        found += [Alternative(number, take, request) for take, request in enumerate(seeded, 1)]
    return found


def speak_alternatives(
    wanted: Sequence[Alternative], context: RenderContext
) -> tuple[list[Take], int]:
    """The takes of alternatives, and how many had to be synthesised.

    Raises `TakesFailedError` with the indices of lines.
    """
    try:
        return make_takes([one.request for one in wanted], context, phase="takes")
    except TakesFailedError as error:
        failures = {wanted[i].line - 1: failure for i, failure in error.failures.items()}
        raise TakesFailedError(failures) from None


def write_samples(
    script: Script,
    wanted: Iterable[Alternative],
    takes: Iterable[Take],
    folder: Path,
    context: RenderContext,
) -> list[Sample]:
    """A small MP3 of every take in `folder`, all equally loud so that nothing but the speech
    differs."""
    samples = []
    for one, take in zip(wanted, takes, strict=True):
        line = script.lines[one.line - 1]
        alone = Script(
            file=script.file,
            title=f"{one.line}-{one.take}",
            speakers={line.speaker: script.speakers[line.speaker]},
            output=Output(formats=("mp3",), sample_rate=_RATE, channels=1),
            disclosure=script.disclosure,
            segments=(Line(place=line.place, speaker=line.speaker, text=line.text),),
        )
        name = f"takes/{one.line:04d}-{one.take}.mp3"
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        whole = programme(alone, schedule(alone, [take], {}), context, path.stem)
        write_audio(whole, "mp3", path, unwatched)
        samples.append(Sample(one.line, one.take, name, take.length / take.rate))
    return samples
