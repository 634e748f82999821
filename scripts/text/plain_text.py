"""Plain text and Markdown, prose or `Name: words` -> a Script that says all of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ...documents.findings import Findings, UnfitError, quoted
from ...messages import Message
from ...mistakes import Place
from ..defaults import Defaults
from ..script import Chapter, Line, Output, Pause, Script, Segment, Speaker
from ..segments import MOST_SEGMENTS, words
from .cast_table import CORRECTED, GUESSED, TOLD, CastTable, Quotation
from .dialogue import dialogue, guess_language, narrator
from .headings import Heading, heading
from .marks import without_comments, without_marks
from .names import Names, names
from .paragraphs import pieces
from .quotations import parts

_WRITE_LINES = "Write lines like `Name: words`."
_SCENE = 1.0
"""s of silence for a row of asterisks, dashes or dots between paragraphs"""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or a heading of a text."""

    place: Place
    text: str
    heading: Heading | None = None


def read_plain_text(path: Path, text: str, findings: Findings, defaults: Defaults) -> Script:
    """The script written in `text`, which was read from `path`; mistakes go to `findings`.

    A line without a name goes on with the speaker of the line before, and with the narrator as long
    as nobody was named. A name alone in its line names who speaks the next. Headings begin chapters
    and are read.
    """
    file = str(path)
    blocks = [
        _block(Place(file, number, 1), row)
        for number, row in enumerate(without_comments(text).split("\n"), 1)
        if row.strip()
    ]
    return read_blocks(path, blocks, findings, defaults)


def _block(place: Place, row: str) -> Block:
    titled = heading(row)
    if titled:
        title = without_marks(titled.title)
        return Block(place, title, replace(titled, title=title))
    column = len(row) - len(row.lstrip()) + 1
    return Block(replace(place, column=column), without_marks(row).strip())


def read_blocks(path: Path, blocks: list[Block], findings: Findings, defaults: Defaults) -> Script:
    """The script of the paragraphs and headings of a text; mistakes go to `findings`.

    Where nobody is named it is a text that is read to somebody, and has one channel.
    """
    written = [block.text for block in blocks if not block.heading]
    language = guess_language("\n".join(block.text for block in blocks))
    found = names(written, defaults.names)
    reading = _Reading(found, narrator(language), findings, defaults.cast)
    for block in blocks:
        reading.block(block)
    reading.end(Place(str(path), 1, 1))
    script = dialogue(path, reading.segments, language, found)
    output = defaults.output
    if not found.speak and output == Output():
        output = replace(output, channels=1)
    voices = defaults.cast.voices if defaults.cast else {}
    script = replace(
        script,
        quotations=tuple(reading.quotations),
        speakers={name: _voiced(one, voices) for name, one in script.speakers.items()},
    )
    return replace(
        script,
        title=_title(blocks) or path.stem,
        output=output,
        lexicons=defaults.lexicons,
        numbers=defaults.numbers,
    )


def _voiced(speaker: Speaker, voices: Mapping[str, str]) -> Speaker:
    """The speaker with the library voice a table gives."""
    name = voices.get(speaker.name)
    return replace(speaker, voice=replace(speaker.voice, name=name)) if name else speaker


def _title(blocks: list[Block]) -> str:
    """What a text is called whose first words are its only heading of the highest level."""
    highest = [block.text for block in blocks if block.heading and block.heading.level == 1]
    first = blocks[0].heading if blocks else None
    return first.title[:300] if first and first.level == 1 and len(highest) == 1 else ""


@dataclass(slots=True)
class _Reading:
    """A text while it is read."""

    names: Names
    narrator: str
    findings: Findings
    cast: CastTable | None
    quotations: list[Quotation] = field(default_factory=list)
    said: Counter[str] = field(default_factory=Counter)
    """How often each quotation was met."""
    segments: list[Segment] = field(default_factory=list)
    speaker: str = ""
    """Empty: the narrator."""
    waiting: Place | None = None
    """Where a name stands that has said nothing yet."""

    def block(self, block: Block) -> None:
        if block.heading:
            self._silent()
            self.speaker = ""
            self.segments.append(Chapter(place=block.place, title=block.heading.title[:300]))
            self._say(block.place, block.heading.title)
        elif not any(map(str.isalnum, block.text)):
            if block.text:
                self.segments.append(Pause(place=block.place, seconds=_SCENE))
        else:
            self._line(block)
        if len(self.segments) > MOST_SEGMENTS:
            what = Message("The script has more than {} lines.", MOST_SEGMENTS)
            self.findings.stop(block.place, what, "Split it.")

    def _line(self, block: Block) -> None:
        try:
            name, start = self.names.split(block.text)
        except UnfitError as unfit:
            self.findings.add(replace(block.place, column=1), unfit.what, unfit.remedy)
            return
        if name:
            self._silent()
            self.speaker, self.waiting = name, replace(block.place, column=1)
        if said := block.text[start:].strip():
            self.waiting = None
            place = replace(block.place, column=(block.place.column or 1) + start)
            if self.cast is None or self.speaker:
                self._say(place, said)
            else:
                self._cast(place, said, self.cast)

    def _cast(self, place: Place, said: str, table: CastTable) -> None:
        """Narration, and quotations by those who say them."""
        for part in parts(said):
            there = replace(place, column=(place.column or 1) + part.start)
            speaker = None
            if part.quoted:
                turn = self.said[part.text]
                self.said[part.text] += 1
                corrected = table.speakers.get((part.text, turn))
                speaker = corrected or part.speaker
                how = TOLD if part.speaker else GUESSED
                if corrected and corrected != (part.speaker or self.narrator):
                    how = CORRECTED
                who = speaker or self.narrator
                line = place.line or 0
                self.quotations.append(Quotation(line=line, words=part.text, speaker=who, how=how))
            self._say(there, part.text, speaker)

    def _say(self, place: Place, said: str, speaker: str | None = None) -> None:
        who = speaker or self.speaker or self.narrator
        for at, piece in pieces(said):
            if any(map(str.isalnum, piece)):
                there = replace(place, column=(place.column or 1) + at)
                self.segments.append(Line(place=there, speaker=who, text=words(piece)))

    def _silent(self) -> None:
        """Note a name that said nothing."""
        if self.waiting:
            what = Message("{} says nothing.", quoted(self.speaker))
            self.findings.add(self.waiting, what, "Add words, or delete the name.")
        self.waiting = None

    def end(self, beginning: Place) -> None:
        """Note what is missing at the end of the text."""
        self._silent()
        if not any(isinstance(one, Line) for one in self.segments) and not self.findings:
            self.findings.add(beginning, "Nobody says anything in this script.", _WRITE_LINES)
