"""glmtts say: one text becomes one audio file."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...messages import Message
from ...mistakes import InputError, Mistake, Place
from ..errors import show_failure
from ..groups import with_groups
from ..options import AsJson, Speaking, file_format
from ..pcm import check_target, write_pcm
from ..sound import Numbers, Phonemes, Rate, SampleRate, Seed, file_rate, numbers_in, phoneme

if TYPE_CHECKING:
    from ...scripts.script import EmotionMix, Reference

_MOST_TEXT = 100_000  # characters


@with_groups
def say(
    speaking: Speaking,
    text: Annotated[str | None, typer.Argument(help="What to say; - reads standard input.")] = None,
    input_text: Annotated[str | None, typer.Option(help="What to say, as an option.")] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="WAV, FLAC, MP3, M4A or Opus, by its suffix.")
    ] = Path("speech.wav"),
    voice: Annotated[str | None, typer.Option(help="A voice of the library.")] = None,
    prompt_audio: Annotated[
        Path | None, typer.Option(help="Or a recording of 3-10 s to speak like.")
    ] = None,
    prompt_text: Annotated[
        str | None, typer.Option(help="The words of that recording, exactly.")
    ] = None,
    language: Annotated[str, typer.Option(help="zh or en: how numbers are read.")] = "zh",
    emotion: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|MIX",
            help="How it is spoken: a voice whose manner is borrowed, or several, "
            "{calm: 70%, glad: 30%}.",
        ),
    ] = None,
    rate: Rate = 1.0,
    sample_rate: SampleRate = None,
    seed: Seed = 0,
    phonemes: Phonemes = "asked",
    numbers: Numbers = None,
    stream: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|-",
            help="Write 16-bit PCM while it is spoken: into a .wav or .pcm file, or (-) to "
            "standard output.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    r"""Say TEXT into one file.

    Inline readings {行|háng} and pauses \[pause:500ms] may stand in the text.
    """
    from ...glmtts_runtime.engine import SpeechError
    from ...production.batch import TaskOutput, say_task, stream_task
    from ...production.takes import TakesFailedError
    from ...scripts.disclosure import Disclosure
    from ...scripts.tasks import Task

    place = Place("text")
    if stream is not None:
        check_target(stream)
    words = _words(text, input_text)
    if language not in ("zh", "en"):
        raise InputError.at(
            Place("--language"), Message('No language "{}".', language), "Give zh or en."
        )
    task = Task(
        place=place,
        number=1,
        name=output.stem or "speech",
        text=words,
        voice=_reference(voice, prompt_audio, prompt_text),
        language=language,  # type: ignore[arg-type]
        emotion=_emotion(emotion),
        rate=rate,
    )
    format = file_format(output, "--output")
    wanted = TaskOutput(
        format=format,
        sample_rate=file_rate(format, sample_rate),
        seed=seed,
        phoneme=phoneme(phonemes),
        numbers=numbers_in(numbers or "auto"),
        disclosure=speaking.labels.on(Disclosure()),
    )
    try:
        with speaking.context(quiet=as_json or stream is not None) as context:
            if stream is not None:
                write_pcm(stream_task(task, wanted, context), stream)
                return
            seconds = say_task(task, output, wanted, context)
    except TakesFailedError as error:
        show_failure(str(error.failures[0]))
        raise typer.Exit(1) from None
    except SpeechError as error:
        show_failure(str(error))
        raise typer.Exit(1) from None
    if as_json:
        print(json.dumps({"ok": True, "file": str(output), "seconds": round(seconds, 6)}))
    else:
        print(f"{seconds:.1f} s: {output}")


def _words(text: str | None, input_text: str | None) -> str:
    """The one text given; raises `InputError` for none, two, or far too much."""
    if (text is None) == (input_text is None):
        what = "There is nothing to say." if text is None else "There are two texts to say."
        raise InputError.at(
            Place("TEXT"), what, Message("Give the text once, as in: {}", "glmtts say 你好")
        )
    words = (text if input_text is None else input_text) or ""
    if words == "-":
        words = sys.stdin.read(_MOST_TEXT + 1)
    if not words.strip():
        raise InputError.at(Place("TEXT"), "The text is empty.", "Write what to say.")
    if len(words) > _MOST_TEXT:
        remedy = "Make a script of it: glmtts render"
        raise InputError.at(Place("TEXT"), Message("More than {} characters.", _MOST_TEXT), remedy)
    return words.strip()


def _emotion(text: str | None) -> EmotionMix | None:
    """The manner that was asked for, as a script writes it; raises `InputError`."""
    from ...documents import strict_yaml
    from ...documents.findings import Findings
    from ...scripts.speakers import read_emotion

    if text is None:
        return None
    findings = Findings()
    mix = read_emotion(strict_yaml.parse(text, "--emotion", findings), findings)
    findings.check()
    return mix


def _reference(voice: str | None, prompt_audio: Path | None, prompt_text: str | None) -> Reference:
    """The voice named, the recording given, or neither: then the library's default."""
    from ...scripts.script import Reference

    mistakes = []
    if voice is not None and prompt_audio is not None:
        remedy = "Give --voice or --prompt-audio, not both."
        mistakes.append(Mistake(Place("--voice"), "Two voices for one text.", remedy))
    if prompt_audio is not None and not prompt_text:
        remedy = "Give the words of the recording with --prompt-text."
        mistakes.append(Mistake(Place("--prompt-text"), "The transcript is missing.", remedy))
    if prompt_text and prompt_audio is None:
        remedy = "Give the recording with --prompt-audio."
        mistakes.append(Mistake(Place("--prompt-audio"), "The recording is missing.", remedy))
    if mistakes:
        raise InputError(mistakes)
    return Reference(
        place=Place("--voice" if prompt_audio is None else "--prompt-audio"),
        name=voice,
        audio=prompt_audio,
        transcript=prompt_text or "",
    )
