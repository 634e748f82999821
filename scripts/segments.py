"""The `segments` of a YAML script -> lines, pauses, chapters, sounds; repeats are expanded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ..documents import fields
from ..documents.findings import Findings, quoted
from ..documents.record import Record, read
from ..documents.strict_yaml import Items, Node, Scalar, Table
from ..messages import Message
from ..mistakes import Place
from .chimes import PREFIX, chime_path
from .script import Chapter, Line, Pause, Segment, Sound
from .speakers import SEGMENT_KEYS, gain, rate, read_emotion

MOST_SEGMENTS = 20_000
LONGEST_TEXT = 5000
LONGEST_PAUSE = 600.0  # s
LONGEST_OVERLAP = 10.0  # s

OPTION_KEYS = ("emotion", "seed", "rate", "gain", "take", "overlap")
KEYS = {
    "line": ("line", "speaker", *OPTION_KEYS),
    "pause": ("pause",),
    "chapter": ("chapter", "url", "image"),
    "sound": (
        "sound", "gain", "fade_in", "fade_out", "start", "length", "loop", "under", "lead", "duck",
    ),
    "repeat": ("repeat", "segments"),
    "include": ("include",),
}  # fmt: skip
"""Kinds of segments, by the key that tells them, and the keys of each."""

seed = fields.integer(0, 2**64 - 1)
words = fields.words(LONGEST_TEXT)
_DAY = 86_400.0
_FADE = fields.seconds(0, 60)
_UNDER: dict[str, Literal["chapter", "end"]] = {"chapter": "chapter", "end": "end"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """Reads the segments of one file."""

    find: Callable[[str], Path]
    """A file name as written -> its path; UnfitError if there is none."""
    include: Callable[[Scalar], tuple[Segment, ...]]
    """The segments of the script a name stands for; its mistakes are noted."""
    findings: Findings
    mentions: dict[str, list[Place]] = field(default_factory=dict)
    """Where lines name speakers: filled while reading, since any include may declare them."""

    def read(self, node: Node) -> tuple[Segment, ...]:
        """All segments of a list, in order."""
        if not isinstance(node, Items):
            self.findings.add(node.place, "Segments must be a list.", 'Begin each with "- ".')
            return ()
        found: list[Segment] = []
        for item in node.items:
            found.extend(self._segment(item))
            if len(found) > MOST_SEGMENTS:
                self.findings.stop(
                    item.place,
                    Message(
                        "The script has more than {} segments, repeats counted.", MOST_SEGMENTS
                    ),
                    "Split it.",
                )
        return tuple(found)

    def _segment(self, node: Node) -> tuple[Segment, ...]:
        if isinstance(node, Scalar):
            remedy = 'Write `name: text`, with a ":" and a space.'
            self.findings.add(
                node.place, Message("{} names no speaker.", quoted(node.text)), remedy
            )
            return ()
        if isinstance(node, Items):
            self.findings.add(node.place, "A list where a segment should be.", "Take one - away.")
            return ()
        kinds = [key.text for key, _ in node.entries if key.text in KEYS]
        if len(kinds) > 1:
            self.findings.add(
                node.place,
                Message('"{}" and "{}" in one segment.', kinds[0], kinds[1]),
                'Begin each segment with "- ".',
            )
            return ()
        return tuple(self._read(kinds[0], node)) if kinds else self._short_line(node)

    def _read(self, kind: str, table: Table) -> Iterator[Segment]:
        record = Record.of(table, KEYS[kind], self.findings)
        if kind == "repeat":
            yield from self._repeat(record)
        elif kind == "include":
            value = table.get("include")
            if isinstance(value, Scalar):
                yield from self.include(value)
            else:
                record.read("include", str)
        elif kind == "line":
            yield from self._long_line(record)
        elif kind == "pause":
            length = record.read("pause", fields.seconds(0, LONGEST_PAUSE), 0.0)
            yield Pause(place=table.place, seconds=length)
        elif kind == "chapter":
            yield self._chapter(record)
        else:
            yield read_sound(record, self.find)

    def _repeat(self, record: Record) -> tuple[Segment, ...]:
        times = record.read("repeat", fields.integer(1, 100), 1)
        inner = record.table.get("segments")
        if inner is None:
            self.findings.add(
                record.table.place, "A repeat of nothing.", "Add `segments:` and a list."
            )
            return ()
        once = self.read(inner)
        # One time too many is enough for `read` to refuse it.
        return once * min(times, MOST_SEGMENTS // len(once) + 1) if once else ()

    def _short_line(self, table: Table) -> tuple[Segment, ...]:
        """`name: text`, and options after it."""
        others = [entry for entry in table.entries if entry[0].text not in OPTION_KEYS]
        if not others:
            self.findings.add(
                table.place, "This segment says nothing.", "Write `name: text` first."
            )
            return ()
        (key, value), *rest = others
        for extra, _ in rest:
            self.findings.add(
                extra.place,
                Message("Unknown key {} in a line of {}.", quoted(extra.text), quoted(key.text)),
                Message('A new line begins with "- "; the options are {}.', ", ".join(OPTION_KEYS)),
            )
        self._mention(key.text, key.place)
        text = read(value, words, "", self.findings)
        record = Record(table, self.findings)
        return (self._line(record, key.text, text, value.place),)

    def _long_line(self, record: Record) -> Iterator[Segment]:
        name = record.read("speaker", fields.label)
        if record.table.get("speaker") is None:
            self.findings.add(
                record.table.place, "A line without a speaker.", "Add `speaker: ` and a name."
            )
        elif name:
            self._mention(name, record.place("speaker"))
        text = record.read("line", words, "")
        yield self._line(record, name or "", text, record.place("line"))

    def _line(self, record: Record, speaker: str, text: str, place: Place) -> Line:
        return Line(
            place=place,
            speaker=speaker,
            text=text,
            emotion=read_emotion(record.table.get("emotion"), self.findings),
            seed=record.read("seed", seed),
            rate=record.read("rate", rate, 1.0),
            gain=record.read("gain", gain, 0.0),
            take=record.read("take", fields.integer(1, 999)),
            overlap=record.read("overlap", fields.seconds(0, LONGEST_OVERLAP), 0.0),
        )

    def _chapter(self, record: Record) -> Chapter:
        return Chapter(
            place=record.table.place,
            title=record.read("chapter", fields.title, ""),
            url=record.read("url", fields.url),
            image=record.read("image", self.find),
        )

    def _mention(self, name: str, place: Place) -> None:
        self.mentions.setdefault(name, []).append(place)


def read_sound(record: Record, find: Callable[[str], Path]) -> Sound:
    """A sound from the mapping that says which file, where and how."""
    _check_sound(record)
    file = record.read("sound", lambda name: _found(name, find))
    sound = Sound(
        place=record.table.place,
        file=file or Path(),
        gain=record.read("gain", gain, 0.0),
        fade_in=record.read("fade_in", _FADE, 0.0),
        fade_out=record.read("fade_out", _FADE, 0.0),
        start=record.read("start", fields.seconds(0, _DAY), 0.0),
        length=record.read("length", fields.seconds(0.001, _DAY)),
        loop=record.read("loop", fields.flag, False),
        under=record.read("under", _under),
        lead=record.read("lead", fields.seconds(0, 60), 0.0),
        duck=record.read("duck", fields.decibels(-60, 0), -14.0),
    )
    if sound.loop and record.table.get("under") is None and record.table.get("length") is None:
        record.findings.add(
            record.place("loop"), "A loop without an end.", "Add `under` or `length`."
        )
    return sound


def _found(name: str, find: Callable[[str], Path]) -> Path:
    """The path of a file, or of a chime by its name."""
    return chime_path(name.removeprefix(PREFIX)) if name.startswith(PREFIX) else find(name)


def _check_sound(record: Record) -> None:
    if record.table.get("under") is None:
        for key in ("lead", "duck"):
            if record.table.get(key) is not None:
                record.findings.add(
                    record.place(key),
                    Message('"{}" is for a sound that lies under lines.', key),
                    "Add `under: 3`, `under: chapter` or `under: end`.",
                )


def _under(text: str) -> int | Literal["chapter", "end"]:
    if text.isascii() and text.isdigit():
        return fields.integer(1, MOST_SEGMENTS)(text)
    return fields.choice(_UNDER)(text)


assert {key for keys in KEYS.values() for key in keys} == set(SEGMENT_KEYS)
