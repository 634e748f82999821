"""glmtts listen: a finished file is heard and compared with its script."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...messages import Message
from ...mistakes import InputError, Place
from ..language import tell
from ..options import AsJson, Roots, open_script

if TYPE_CHECKING:
    from ...listening.score_card import ScoreCard
    from ...pronunciation.spoken import SpokenText

_LONGEST = 7200.0  # s
_ACCEPTED = 0.05
"""Share of syllables that may be heard otherwise for --strict"""


def listen(
    file: Annotated[Path, typer.Argument(help="Any file with sound.")],
    root: Roots,
    script: Annotated[
        Path | None, typer.Option(help="What should be said in it: YAML, plain text or SRT.")
    ] = None,
    ears: Annotated[
        str | None,
        typer.Option(
            "--ears",
            metavar="NAME|DIR",
            envvar="GLMTTS_WHISPER",
            help="Whisper: base, small, medium, large-v3, large-v3-turbo, or a folder.",
        ),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit code 1 where there is something to listen to.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Hear a finished FILE: what is said in it, how fast and how loud, and what differs from its
    script. A remark means: listen here.
    """
    from ...audio.recording import decode, mono
    from ...audio.wave import Wave
    from ...listening.ears import Ears
    from ...listening.score_card import score_card

    lines = _spoken(script, root) if script else []
    opened = Ears.open(ears)
    recording = decode(file, longest=_LONGEST)
    card = score_card(opened, Wave(mono(recording.samples), recording.rate), lines)
    if as_json:
        print(json.dumps(_object(card), ensure_ascii=False))
    else:
        _show(card)
    if strict and (card.remarks or (card.error or 0.0) > _ACCEPTED):
        raise typer.Exit(1)


def _spoken(script: Path, root: list[Path]) -> list[SpokenText]:
    from ...pronunciation.lexicon.named import joined
    from ...pronunciation.reader import Reader
    from ...pronunciation.style import Style

    parsed = open_script(script, root)
    if not parsed.lines:
        raise InputError.at(Place(str(script)), "Nobody says anything in this script.", "")
    style = Style(numbers_in=parsed.numbers)
    reader = Reader(joined(parsed.lexicons, Place(str(script))), style=style)
    return reader.read_all(
        [line.text for line in parsed.lines],
        language=parsed.language,
        speaker=[line.speaker for line in parsed.lines],
        places=[line.place for line in parsed.lines],
    )


def _object(card: ScoreCard) -> dict[str, Any]:
    return {
        "seconds": round(card.seconds, 3),
        "loudness": round(card.loudness, 2) if card.heard.parts else None,
        "true_peak": round(card.true_peak, 2) if card.heard.parts else None,
        "pace": round(card.pace, 2),
        "error": None if card.error is None else round(card.error, 4),
        "heard": [
            {"from": round(part.start, 2), "to": round(part.end, 2), "text": part.text}
            for part in card.heard.parts
        ],
        "remarks": [
            {
                "line": one.line,
                "seconds": one.seconds,
                "kind": one.kind,
                "told": one.told,
                "heard": one.heard,
            }
            for one in card.remarks
        ],
    }


def _show(card: ScoreCard) -> None:
    from ...pronunciation.folding import folded

    for part in card.heard.parts:  # Whisper writes either kind of characters, as it likes
        print(f"{part.start:7.1f}  {folded(part.text, 0).text}")
    tell(
        Message(
            "{:.1f} s, {:.1f} LUFS, {:.1f} dBTP, {:.1f} syllables a second",
            card.seconds, card.loudness, card.true_peak, card.pace,
        )
    )  # fmt: skip
    if card.error is not None:
        tell(Message("{:.1f} % heard otherwise than written", 100 * card.error))
    for one in card.remarks:
        where = "" if one.seconds is None else f"{one.seconds:.1f} s"
        line = Message("line {}", one.line) if one.line else ""
        about = f"“{one.told}”" if one.told else ""
        sounds = f" -> {one.heard}" if one.heard else ""
        print("  ".join(filter(None, (where, line, one.kind, about))) + sounds)
