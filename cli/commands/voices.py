"""`glmtts voices`: the voices of the library listed, added, judged and removed."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...documents.shell import shell_word
from ...messages import Message
from ...mistakes import InputError, Place
from ..language import tell
from ..options import AsJson, VoiceFolders, open_library
from ..references import (
    check_length,
    excerpt,
    given_words,
    heard_words,
    judged,
    read_consent,
    refuse_bad,
)

if TYPE_CHECKING:
    from ...glmtts_runtime.voices.library import Entry
    from ...glmtts_runtime.voices.quality import Quality

app = typer.Typer(no_args_is_help=True, help="The voices that scripts name.")

Text = Annotated[
    str | None, typer.Option("--text", metavar="TRANSCRIPT", help="The words of the recording.")
]
TextFile = Annotated[
    Path | None, typer.Option("--text-file", metavar="FILE", help="A UTF-8 file with the words.")
]
_COLOURS = {"ok": "green", "warn": "yellow", "bad": "red"}


@app.command("list")
def list_voices(folders: VoiceFolders, as_json: AsJson = False) -> None:
    """Show every voice, its words, who agreed to it, and where it lies."""
    from datetime import date

    from ...glmtts_runtime.voices.consent import described
    from ...glmtts_runtime.voices.library import read_transcript
    from ...glmtts_runtime.voices.sidecar import sidecar_of

    voices = [
        (entry, read_transcript(entry), sidecar_of(entry.audio).consent)
        for entry in open_library(folders).entries()
    ]
    today = date.today()
    if as_json:
        told = [
            {
                **_described(entry, words),
                "consent": consent and consent.entry(),
                "expired": consent is not None and consent.expired(today),
            }
            for entry, words, consent in voices
        ]
        _print_json({"voices": told})
        return
    rows = [
        (entry.name, words or "(none)", described(consent, today), str(entry.folder))
        for entry, words, consent in voices
    ]
    _table(("voice", "transcript", "consent", "folder"), rows)


@app.command()
def add(
    name: str,
    audio: Annotated[Path, typer.Argument(help="3 to 10 seconds of one person, in any format.")],
    text: Text = None,
    text_file: TextFile = None,
    replace: Annotated[bool, typer.Option("--replace", help="Also over one of that name.")] = False,
    anyway: Annotated[bool, typer.Option("--anyway", help="Keep a bad one, too.")] = False,
    consent: Annotated[
        str | None,
        typer.Option(
            "--consent",
            metavar="WHO",
            help='Whose voice it is, who agreed; "synthetic" for nobody\'s.',
        ),
    ] = None,
    agreed: Annotated[
        str | None, typer.Option("--agreed", metavar="DAY", help="When: 2026-11-01.")
    ] = None,
    purpose: Annotated[
        str | None, typer.Option("--for", metavar="WHAT", help="What they agreed to.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DAY", help="The last day it holds.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Keep a recording as a voice of your own, and say whether it is a good one.

    Words that are not given are heard by Whisper and shown to be corrected (the extra `listen`). A
    bad one is kept with --anyway only. What is too long is cut with: glmtts voices trim
    """
    import dataclasses

    from ...glmtts_runtime.voices.library import voice_from
    from ...glmtts_runtime.voices.transcript import checked_transcript

    given = given_words(text, text_file)
    check_length(audio)
    words = checked_transcript(heard_words(audio) if given is None else given)
    told = read_consent({"person": consent, "agreed": agreed, "for": purpose, "until": until})
    voice = dataclasses.replace(voice_from(audio, words, name), consent=told)
    quality = judged(audio, words)
    if not anyway:
        refuse_bad(quality, audio)
    entry = open_library([]).keep(voice, name, replace=replace)
    if as_json:
        _print_json({**_described(entry, words), **_measured(quality)})
        return
    tell(Message("{}: kept as {}", entry.name, entry.audio))
    if given is None:
        again = f"glmtts voices add {name} {shell_word(audio)} --replace --text"
        tell(Message("heard: “{}”. If a word is wrong: {} …", words, again))
    _show(quality)


@app.command()
def check(
    voice: Annotated[str, typer.Argument(metavar="NAME|FILE", help="A voice, or a recording.")],
    folders: VoiceFolders,
    text: Text = None,
    text_file: TextFile = None,
    as_json: AsJson = False,
) -> None:
    """Judge a recording as a reference. The exit code is 1 for a bad one."""
    from ...glmtts_runtime.voices.library import entry_of, read_transcript
    from ...glmtts_runtime.voices.quality import Verdict

    path = Path(voice)
    entry = entry_of(path) if path.is_file() else open_library(folders).find(voice)
    words = given_words(text, text_file) or read_transcript(entry)
    quality = judged(entry.audio, words)
    if as_json:
        _print_json({**_described(entry, words), **_measured(quality)})
    else:
        _show(quality)
    if quality.verdict is Verdict.BAD:
        raise typer.Exit(1)


@app.command()
def trim(
    audio: Annotated[Path, typer.Argument(help="A recording of up to ten minutes.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE.wav", help="NAME-trimmed.wav by default."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Cut the best 4 to 8 s out of a recording, from pause to pause, as a WAV file.

    What is said in it has to be written down; then: glmtts voices add NAME FILE --text WORDS
    """
    import soundfile

    from ...atomic import replacing

    target = output or audio.with_name(f"{audio.stem}-trimmed.wav")
    if target.exists():
        raise InputError.at(Place(str(target)), "This file exists.", "Name another: --output")
    if target.suffix.lower() != ".wav":
        raise InputError.at(Place(str(target)), "What is cut out is a WAV file.", "Name it .wav.")
    wave, (begin, end) = excerpt(audio)
    part = wave.samples[round(begin * wave.rate) : round(end * wave.rate)]
    with replacing(target) as temporary:
        soundfile.write(temporary, part, wave.rate, format="WAV", subtype="PCM_24")
    if as_json:
        _print_json({"file": str(target), "from": round(begin, 3), "to": round(end, 3)})
    else:
        tell(Message("{}: {:.1f} s to {:.1f} s of {}", target, begin, end, audio.name))


@app.command()
def remove(name: str, as_json: AsJson = False) -> None:
    """Delete a voice of your own."""
    entry = open_library([]).remove(name)
    if as_json:
        _print_json({"name": entry.name, "removed": str(entry.audio)})
    else:
        tell(Message("{}: removed {}", entry.name, entry.audio))


def _described(entry: Entry, words: str) -> dict[str, object]:
    return {
        "name": entry.name,
        "audio": str(entry.audio),
        "transcript": words,
        "folder": str(entry.folder),
    }


def _measured(quality: Quality) -> dict[str, object]:
    measures = [
        {
            "name": measure.name,
            "value": round(measure.value, 4),
            "unit": measure.unit,
            "verdict": measure.verdict.value,
            "advice": measure.advice,
        }
        for measure in quality.measures
    ]
    return {"verdict": quality.verdict.value, "measures": measures}


def _show(quality: Quality) -> None:
    rows = [
        (
            f"[{_COLOURS[measure.verdict.value]}]{measure.verdict.value}[/]",
            measure.name,
            f"{round(measure.value, 2):g} {measure.unit}".rstrip(),
            measure.advice,
        )
        for measure in quality.measures
    ]
    _table(("", "measured", "value", "advice"), rows, markup=True)
    tell(Message("verdict: {}", quality.verdict.value))


def _table(
    titles: tuple[str, ...], rows: Sequence[tuple[str, ...]], *, markup: bool = False
) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(*titles, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(cell if markup else escape(cell) for cell in row))
    Console(file=sys.stdout).print(table)


def _print_json(answer: dict[str, object]) -> None:
    print(json.dumps({"ok": True, **answer}, ensure_ascii=False))
