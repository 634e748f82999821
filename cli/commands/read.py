"""`glmtts read`: text in, what will be said of it out, character by character."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from ...messages import Message
from ...mistakes import InputError, Mistake, Place, nearest
from ...pronunciation.style import DEFAULT, Style
from ..options import Roots
from ..passages import passages
from ..sound import Numbers

if TYPE_CHECKING:
    from ...pronunciation.spoken import SpokenText


def read(
    root: Roots,
    texts: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TEXT]...", help="Text to read; without any, standard input."),
    ] = None,
    files: Annotated[
        list[Path] | None,
        typer.Option(
            "--file",
            "-f",
            exists=True,
            dir_okay=False,
            help="Read what is said in a script, a text or subtitles, as render would. Repeatable.",
        ),
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
    pinyin: Annotated[
        str, typer.Option(help="How readings are spelled: marks, numbers or bopomofo.")
    ] = "marks",
    phonemes: Annotated[
        bool, typer.Option("--phonemes", help="Show the text GLM-TTS's tokenizer gets.")
    ] = False,
    telephone_one: Annotated[
        str | None, typer.Option(help="The 1 of telephone numbers: yao (幺) or yi (一).")
    ] = None,
    code_one: Annotated[
        str | None, typer.Option(help="The 1 of rooms, postcodes, trains and flights: yao or yi.")
    ] = None,
    train: Annotated[
        str | None,
        typer.Option(help="Train numbers as digits or as a number; long ones are digits as usual."),
    ] = None,
    train_letter: Annotated[
        str | None, typer.Option(help="The G of a train: word (高) or letter.")
    ] = None,
    numbers: Numbers = None,
    lint: Annotated[bool, typer.Option("--lint", help="Show what is worth an ear.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for each line.")] = False,
) -> None:
    """Show how text is read: what is said, with which pinyin, and who decided it.

    A script's own language, numbers, speakers and lexicons hold for its lines.
    """
    from ...pronunciation.chinese.g2p.pinyin import SPELLINGS
    from ...pronunciation.chinese.g2p.sandhi import sandhi as spoken_tones
    from ...pronunciation.lexicon.named import named_lexicons
    from ...pronunciation.reader import Language, Reader

    if language not in ("zh", "en"):
        what = Message('No language "{}".', language)
        raise InputError.at(Place("--language"), what, nearest(language, ("zh", "en")))
    if pinyin not in SPELLINGS:
        what = Message('No spelling "{}".', pinyin)
        raise InputError.at(Place("--pinyin"), what, nearest(pinyin, SPELLINGS))
    style = _style(
        telephone_one=("--telephone-one", telephone_one),
        code_one=("--code-one", code_one),
        train_digits_from=("--train", train),
        train_letters=("--train-letter", train_letter),
        numbers_in=("--numbers", numbers),
    )
    spoken: list[SpokenText] = []
    places: list[Place] = []
    for passage in passages(texts or [], files or [], root):
        own = style if numbers else replace(style, numbers_in=passage.numbers)
        reader = Reader(named_lexicons([*passage.lexicons, *(lexicons or [])]), style=own)
        spoken += reader.read_all(
            passage.texts,
            language=passage.language or cast("Language", language),
            speaker=speaker or passage.speakers,
            places=passage.places,
        )
        places += passage.places
    if sandhi:
        spoken = [spoken_tones(text) for text in spoken]
    if lint:
        _show_findings(spoken, places, as_json)
    elif as_json:
        for text in spoken:
            print(json.dumps(_object(text, pinyin), ensure_ascii=False))
    else:
        for text in spoken:
            _show(text, phonemes, pinyin)


_CHOICES: dict[str, dict[str, object]] = {
    "telephone_one": {"yao": "幺", "yi": "一"},
    "code_one": {"yao": "幺", "yi": "一"},
    "train_digits_from": {"digits": 1, "number": 99},
    "train_letters": {"word": True, "letter": False},
    "numbers_in": {"auto": "", "zh": "zh", "en": "en"},
}


def _style(**options: tuple[str, str | None]) -> Style:
    """The usual style but for what was asked for: field -> (option, name or None).

    Raises InputError for every name that is no choice of its option.
    """
    chosen: dict[str, object] = {}
    mistakes: list[Mistake] = []
    for field, (option, name) in options.items():
        choices = _CHOICES[field]
        if name in choices:
            chosen[field] = choices[name]
        elif name is not None:
            what = Message('There is no "{}" here.', name)
            mistakes.append(Mistake(Place(option), what, nearest(name, choices)))
    if mistakes:
        raise InputError(mistakes)
    return replace(DEFAULT, **chosen)  # type: ignore[arg-type]


def _object(spoken: SpokenText, spelling: str) -> dict[str, object]:
    from ...pronunciation.chinese.g2p.pinyin import spelled

    asked = spelling != "marks"
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
            | ({"spelled": spelled(character.pinyin or "", spelling)} if asked else {})
            for character in spoken.characters
        ],
        "breaks": [{"at": pause.at, "seconds": pause.seconds} for pause in spoken.breaks],
    }


_STYLES = {"inline": "cyan", "rule": "green", "model": "yellow", "default": "dim"}


def _show(spoken: SpokenText, phonemes: bool, spelling: str) -> None:
    """Characters with their pinyin above; colours tell who decided."""
    from rich.cells import cell_len
    from rich.console import Console
    from rich.text import Text

    from ...pronunciation.chinese.g2p.pinyin import spelled
    from ...pronunciation.phonemes import phonetic

    console = Console(highlight=False, soft_wrap=True)
    if phonemes:
        console.print(Text(phonetic(spoken)))
        return
    above, below = Text(), Text()
    width = 0
    for character in spoken.characters:
        pinyin = spelled(character.pinyin, spelling) if character.pinyin else ""
        size = 2 if character.char >= "\u2e80" else 1
        cell = max(cell_len(pinyin) + 1 if pinyin else 0, size)
        if width + cell > console.width:
            console.print(above, below, sep="\n")
            above, below, width = Text(), Text(), 0
        style = _STYLES.get(character.source.split(" ")[0], "")
        above.append(pinyin + " " * (cell - cell_len(pinyin)), style)
        below.append(character.char + " " * (cell - size))
        width += cell
    console.print(above, below, sep="\n")


def _show_findings(spoken: list[SpokenText], places: list[Place], as_json: bool) -> None:
    from ...pronunciation.lint import lint_spoken
    from .lexicon import show_findings

    findings = [
        f for text, place in zip(spoken, places, strict=True) for f in lint_spoken(text, place)
    ]
    level: Literal["note", "warning"] = "note"
    show_findings(sorted(findings, key=lambda f: f.code), as_json, level)
