"""`glmtts voices`: the voices of the library listed, added, judged and removed."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...mistakes import InputError, Place
from ..options import AsJson, VoiceFolders, open_library

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
    """Show every voice, its words and where it lies."""
    from ...glmtts_runtime.voices.library import read_transcript

    voices = [(entry, read_transcript(entry)) for entry in open_library(folders).entries()]
    if as_json:
        _print_json({"voices": [_described(entry, words) for entry, words in voices]})
        return
    rows = [(entry.name, words or "(none)", str(entry.folder)) for entry, words in voices]
    _table(("voice", "transcript", "folder"), rows)


@app.command()
def add(
    name: str,
    audio: Annotated[Path, typer.Argument(help="3 to 10 seconds of one person, in any format.")],
    text: Text = None,
    text_file: TextFile = None,
    replace: Annotated[bool, typer.Option("--replace", help="Also over one of that name.")] = False,
    as_json: AsJson = False,
) -> None:
    """Keep a recording as a voice of your own, and say whether it is a good one."""
    words = _words(text, text_file) or ""
    entry = open_library([]).add(name, audio, words, replace=replace)
    quality = _judged(audio, words)
    if as_json:
        _print_json({**_described(entry, words), **_measured(quality)})
        return
    print(f"{entry.name}: kept as {entry.audio}")
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
    words = _words(text, text_file) or read_transcript(entry)
    quality = _judged(entry.audio, words)
    if as_json:
        _print_json({**_described(entry, words), **_measured(quality)})
    else:
        _show(quality)
    if quality.verdict is Verdict.BAD:
        raise typer.Exit(1)


@app.command()
def remove(name: str, as_json: AsJson = False) -> None:
    """Delete a voice of your own."""
    entry = open_library([]).remove(name)
    if as_json:
        _print_json({"name": entry.name, "removed": str(entry.audio)})
    else:
        print(f"{entry.name}: removed {entry.audio}")


def _words(text: str | None, text_file: Path | None) -> str | None:
    """The transcript given by one of the options; None for neither."""
    from ...glmtts_runtime.voices.library import read_text

    if text is not None and text_file is not None:
        raise InputError.at(
            Place("--text-file"), "--text and --text-file are both given.", "Give one of them."
        )
    return read_text(text_file, Place("--text-file")) if text_file else text


def _judged(audio: Path, words: str) -> Quality:
    from ...audio.recording import decode
    from ...glmtts_runtime.voices.library import LONGEST
    from ...glmtts_runtime.voices.quality import check

    return check(decode(audio, longest=LONGEST), words)


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
    print(f"verdict: {quality.verdict.value}")


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
