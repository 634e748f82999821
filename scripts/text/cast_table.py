"""Who says each quotation of a book, and in which voice: a table that people correct.

CSV with a row for the narrator and one for every quotation, in order. A quotation is found again
by its words and by how often they came before, so that a book may change around it.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ...documents import fields
from ...documents.findings import Findings, UnfitError, quoted
from ...documents.text_file import decode, read_bytes
from ...messages import Message
from ...mistakes import Place

HEAD = ("line", "words", "speaker", "voice", "how")
SUFFIX = ".cast.csv"
_MOST_BYTES = 16 << 20
TOLD, GUESSED, CORRECTED, GONE = "text", "?", "you", "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """A row: something somebody says."""

    line: int
    words: str
    speaker: str
    how: str
    """Who knows: the text, nobody (the narrator reads it), or the person who wrote the table."""


@dataclass(frozen=True, slots=True)
class CastTable:
    """What a table says, for the book it lies beside."""

    speakers: Mapping[tuple[str, int], str] = field(default_factory=dict)
    """By a quotation's words, and how many equal ones are before it."""
    voices: Mapping[str, str] = field(default_factory=dict)
    """Library voices by speaker."""


def beside(book: Path) -> Path:
    """Where a book's table lies."""
    return book.with_name(book.stem + SUFFIX)


def read_cast_table(path: Path) -> CastTable:
    """A table as `cast_table_text` wrote it and people and spreadsheets changed it.

    Raises InputError with every mistake.
    """
    file = str(path)
    findings = Findings()
    text = decode(read_bytes(path, file, limit=_MOST_BYTES), file)
    rows = list(csv.reader(io.StringIO(text)))
    head = [name.strip().lower() for name in rows[0]] if rows else []
    missing = [name for name in ("words", "speaker") if name not in head]
    if missing:
        what = Message("There is no column {}.", quoted(missing[0]))
        findings.stop(Place(file, 1), what, Message("The first line is {}.", ",".join(HEAD)))
    speakers: dict[tuple[str, int], str] = {}
    voices: dict[str, str] = {}
    seen: dict[str, int] = {}
    narrator = ""
    for number, row in enumerate(rows[1:], 2):
        cells = dict(zip(head, (cell.strip() for cell in row), strict=False))
        words, name = cells.get("words", ""), cells.get("speaker", "")
        narrator = narrator if words else name
        try:
            name = fields.label(name) if name else ""
            voice = cells.get("voice", "")
            if voice and voices.setdefault(name, fields.label(voice)) != voice:
                what = Message("{} has another voice further up.", quoted(name))
                raise UnfitError(what, "Give each speaker one voice.")
        except UnfitError as unfit:
            findings.add(Place(file, number), unfit.what, unfit.remedy)
        if words:
            turn = seen[words] = seen.get(words, -1) + 1
            if name and (name != narrator or cells.get("how") != GUESSED):
                speakers[words, turn] = name
    findings.check()
    return CastTable(speakers, voices)


def cast_table_text(quotations: Sequence[Quotation], narrator: str, table: CastTable) -> str:
    """The table as CSV; each speaker's voice stands in its first row.

    What `table` says of quotations there are no more stays at the end.
    """
    voices = table.voices
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEAD)
    writer.writerow(["", "", narrator, voices.get(narrator, ""), ""])
    told = {narrator}
    for one in quotations:
        voice = "" if one.speaker in told else voices.get(one.speaker, "")
        told.add(one.speaker)
        writer.writerow([one.line, one.words, one.speaker, voice, one.how])
    here = Counter(one.words for one in quotations)
    for (words, turn), speaker in table.speakers.items():
        if turn >= here[words]:
            writer.writerow(["", words, speaker, "", GONE])
    return text.getvalue()
