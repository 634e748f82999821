"""Plain text, `Name: words` per line -> a Script."""

from __future__ import annotations

from pathlib import Path

from ..documents.findings import Findings, UnfitError, quoted
from ..messages import Message
from ..mistakes import Place
from .dialogue import dialogue, guess_language, narrator, split_name
from .script import Line, Script
from .segments import MOST_SEGMENTS, words

_WRITE_LINES = "Write lines like `Name: words`."


def read_plain_text(path: Path, text: str, findings: Findings) -> Script:
    """The script written in `text`, which was read from `path`; mistakes go to `findings`.

    Empty lines and lines that begin with `#` are skipped. A line without a name goes on with the
    speaker of the line before, and with the narrator as long as nobody was named. A name alone in
    its line names who speaks the next.
    """
    file = str(path)
    language = guess_language(text)
    lines: list[Line] = []
    speaker = narrator(language)
    waiting: Place | None = None  # where a name stands that has said nothing yet
    for number, raw in enumerate(text.split("\n"), 1):
        if not raw.strip() or raw.lstrip().startswith("#"):
            continue
        try:
            name, start = split_name(raw)
            spoken = words(raw[start:]) if raw[start:] else ""
        except UnfitError as unfit:
            findings.add(Place(file, number, 1), unfit.what, unfit.remedy)
            continue
        if name and waiting:
            findings.add(
                waiting,
                Message("{} says nothing.", quoted(speaker)),
                "Add words, or delete the name.",
            )
        speaker = name or speaker
        place = Place(file, number, start + 1)
        waiting = None if spoken else (waiting if not name else Place(file, number, 1))
        if spoken:
            lines.append(Line(place=place, speaker=speaker, text=spoken))
        if len(lines) > MOST_SEGMENTS:
            findings.stop(
                place, Message("The script has more than {} lines.", MOST_SEGMENTS), "Split it."
            )
    if waiting:
        findings.add(
            waiting, Message("{} says nothing.", quoted(speaker)), "Add words, or delete the name."
        )
    elif not lines and not findings:
        findings.add(Place(file, 1, 1), "Nobody says anything in this script.", _WRITE_LINES)
    return dialogue(path, language, lines)
