"""`glmtts read`: text in, what will be said of it out, character by character."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from ..mistakes import InputError, Place, nearest

if TYPE_CHECKING:
    from ..pronunciation.spoken import SpokenText


def read(
    texts: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TEXT]...", help="Text to read; without any, standard input."),
    ] = None,
    files: Annotated[
        list[Path] | None,
        typer.Option("--file", "-f", help="Read a file's lines. Repeatable."),
    ] = None,
    lexicons: Annotated[
        list[str] | None,
        typer.Option(
            "--lexicon",
            "-l",
            help="A lexicon file or a bundled dictionary's name. Repeatable; later ones win.",
        ),
    ] = None,
    language: Annotated[str, typer.Option(help="Of what does not itself tell: zh or en.")] = "zh",
    speaker: Annotated[str | None, typer.Option(help="Whose rules apply.")] = None,
    sandhi: Annotated[
        bool, typer.Option("--sandhi", help="Show tones as they are spoken.")
    ] = False,
    phonemes: Annotated[
        bool, typer.Option("--phonemes", help="Show the text GLM-TTS's tokenizer gets.")
    ] = False,
    lint: Annotated[bool, typer.Option("--lint", help="Show what is worth an ear.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for each line.")] = False,
) -> None:
    """Show how text is read: what is said, with which pinyin, and who decided it."""
    from ..pronunciation.lexicon import named_lexicons
    from ..pronunciation.reader import Language, Reader
    from ..pronunciation.sandhi import sandhi as spoken_tones

    if language not in ("zh", "en"):
        what = f'No language "{language}".'
        raise InputError.at(Place("--language"), what, nearest(language, ("zh", "en")))
    reader = Reader(named_lexicons(lexicons or []))
    lines = list(_lines(texts or [], files or []))
    spoken = reader.read_all(
        [text for _, text in lines],
        language=cast("Language", language),
        speaker=speaker,
        places=[place for place, _ in lines],
    )
    if sandhi:
        spoken = [spoken_tones(text) for text in spoken]
    if lint:
        _show_findings(spoken, [place for place, _ in lines], as_json)
    elif as_json:
        for text in spoken:
            print(json.dumps(_object(text), ensure_ascii=False))
    else:
        for text in spoken:
            _show(text, phonemes)


def _lines(texts: list[str], files: list[Path]) -> Iterator[tuple[Place, str]]:
    """Each text, each file's lines, or standard input's, with where they are."""
    for number, text in enumerate(texts, 1):
        yield Place(f"text {number}"), text
    for file in files:
        yield from _numbered(file.read_bytes(), str(file))
    if not texts and not files:
        yield from _numbered(sys.stdin.buffer.read(), "standard input")


def _numbered(data: bytes, name: str) -> Iterator[tuple[Place, str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = Place(name, data.count(b"\n", 0, error.start) + 1)
        raise InputError.at(place, "The text is not UTF-8.", "Save it as UTF-8.") from None
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield Place(name, number, 1), line


def _object(spoken: SpokenText) -> dict[str, object]:
    return {
        "text": spoken.text,
        "spoken": spoken.spoken,
        "characters": [
            {
                "char": character.char,
                "at": character.at,
                "pinyin": character.pinyin,
                "source": character.source,
                "confidence": round(character.confidence, 4),
            }
            for character in spoken.characters
        ],
        "breaks": [{"at": pause.at, "seconds": pause.seconds} for pause in spoken.breaks],
    }


_STYLES = {"inline": "cyan", "rule": "green", "model": "yellow", "default": "dim", "phrase": ""}


def _show(spoken: SpokenText, phonemes: bool) -> None:
    """Characters with their pinyin above; colours tell who decided."""
    from rich.console import Console
    from rich.text import Text

    from ..pronunciation.phonemes import phonetic
    from ..pronunciation.pinyin import marked

    console = Console(highlight=False, soft_wrap=True)
    if phonemes:
        console.print(Text(phonetic(spoken)))
        return
    above, below = Text(), Text()
    width = 0
    for character in spoken.characters:
        pinyin = marked(character.pinyin) if character.pinyin else ""
        size = 2 if character.char >= "\u2e80" else 1
        cell = max(len(pinyin) + 1 if pinyin else 0, size)
        if width + cell > console.width:
            console.print(above, below, sep="\n")
            above, below, width = Text(), Text(), 0
        style = _STYLES.get(character.source.split(" ")[0], "")
        above.append(pinyin.ljust(cell), style)
        below.append(character.char + " " * (cell - size))
        width += cell
    console.print(above, below, sep="\n")


def _show_findings(spoken: list[SpokenText], places: list[Place], as_json: bool) -> None:
    from ..pronunciation.lint import lint_spoken
    from .lexicon import show_findings

    findings = [
        f for text, place in zip(spoken, places, strict=True) for f in lint_spoken(text, place)
    ]
    level: Literal["note", "warning"] = "note"
    show_findings(sorted(findings, key=lambda f: f.code), as_json, level)
