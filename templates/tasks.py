"""A task list, JSON Lines or a JSON array -> independent tasks, and the records that are none."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from ..mistakes import InputError, Mistake, Place
from . import fields
from .fields import LANGUAGES
from .file_name import file_name, same_file
from .files import Beside, Files, Finder
from .findings import MOST, Findings, quoted
from .record import Record
from .script import EmotionMix, Language, Reference
from .segments import seed, words
from .speakers import LONGEST_TRANSCRIPT, read_emotion
from .strict_yaml import Items, Node, Scalar, Table
from .text_file import INVISIBLE, decode, place_at, read_bytes

MOST_BYTES = 16 * 2**20
MOST_TASKS = 100_000
LONGEST_RECORD = 2**16  # characters

MOST_REJECTED = 1000
DEEPEST = 8

# Two spellings each: that of many guides, and that of the model's own example lists.
_SYNONYMS = (
    ("output_name", "uttid"),
    ("input_text", "syn_text"),
    ("prompt_audio", "prompt_speech"),
)
KEYS = (*chain(*_SYNONYMS), "prompt_text", "voice", "emotion", "seed", "language")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One text to speak into one file, whatever becomes of the others."""

    place: Place
    number: int
    """Of the record in its list, from 1."""
    name: str
    """File name without a suffix; differs from all others of the list, in any case."""
    text: str
    voice: Reference
    """Unassigned where the record names none."""
    emotion: EmotionMix | None = None
    seed: int | None = None
    """None: whatever the whole list is given."""
    language: Language | None = None
    """None: to be told from the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A record that is no task."""

    place: Place
    number: int
    mistakes: tuple[Mistake, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskList:
    """A list read to its end."""

    file: Path
    tasks: tuple[Task, ...]
    rejected: tuple[Rejected, ...]


def read_tasks(path: Path, *, roots: Sequence[Path] = (), beside: Beside | None = None) -> TaskList:
    """Read a list of tasks; a wrong record is `rejected` and spoils no other.

    Recordings are looked up beside the list, then in each of `roots` (its own folder unless given),
    and lie inside the roots; or `beside` finds them. Raises InputError if the file itself cannot be read.
    """
    file = str(path)
    text = decode(read_bytes(path, file, limit=MOST_BYTES), file)
    files = beside(path) if beside else _files(path, roots)
    tasks: list[Task] = []
    rejected: list[Rejected] = []
    taken: dict[str, int] = {}
    records = _array(text, file) if text.lstrip().startswith("[") else _lines(text, file)
    for number, (place, written) in enumerate(records, 1):
        if number > MOST_TASKS:
            raise InputError.at(place, f"More than {MOST_TASKS} tasks.", "Split the list.")
        try:
            task = _task(number, place, written, files)
            first = taken.setdefault(same_file(task.name), number)
            if first != number:
                what = f"Record {first} writes a file {quoted(task.name)} already."
                raise InputError.at(place, what, "Give each record a name of its own.")
            tasks.append(task)
        except InputError as error:
            rejected.append(Rejected(place=place, number=number, mistakes=error.mistakes))
            if len(rejected) > MOST_REJECTED:
                raise InputError([bad.mistakes[0] for bad in rejected[:MOST]]) from None
    if not tasks and not rejected:
        raise InputError.at(Place(file, 1, 1), "There are no tasks in this list.", "Add some.")
    return TaskList(file=path, tasks=tuple(tasks), rejected=tuple(rejected))


def _files(path: Path, roots: Sequence[Path]) -> Files:
    beside = Files.beside(path, roots)
    return Files((*beside.folders, *beside.roots), beside.roots)


def _lines(text: str, file: str) -> Iterator[tuple[Place, str]]:
    """Records of JSON Lines with their places."""
    if text.lstrip().split("\n", 1)[0].strip() == "{":
        place = Place(file, 1, 1)
        raise InputError.at(place, "A record takes more than one line.", "Write each in a line.")
    for number, line in enumerate(text.split("\n"), 1):
        if record := line.strip():
            yield Place(file, number, line.index(record) + 1), record


# A string, or as much of it as a record may have, or a sign that orders the list.
_TOKEN = re.compile(r'"(?:[^"\\]+|\\.){0,65536}"?|[\[\]{},]', re.DOTALL)


def _array(text: str, file: str) -> Iterator[tuple[Place, str]]:
    """Records of a JSON array with their places."""
    line, counted = 1, 0
    for begin, end in _cut(text, file):
        record = text[begin:end].strip()
        at = text.index(record, begin)
        line += text.count("\n", counted, at)
        counted = at
        if record or text[end] == ",":
            yield Place(file, line, at - text.rfind("\n", 0, at)), record


def _cut(text: str, file: str) -> Iterator[tuple[int, int]]:
    """Where each record of an array begins and ends, told by the brackets alone.

    So a broken record spoils no other, and none takes more memory than its length allows.
    """
    begin, depth = text.index("[") + 1, 0
    for token in _TOKEN.finditer(text, begin - 1):
        sign = token.group()
        depth += (sign in {"[", "{"}) - (sign in {"]", "}"})
        if depth == 0:
            yield begin, token.start()
            if text[token.end() :].strip():
                place = place_at(text, token.end(), file)
                raise InputError.at(
                    place,
                    "The list ends here, but the file does not.",
                    "Add a comma, or delete the rest.",
                )
            return
        if depth == 1 and sign == ",":
            yield begin, token.start()
            begin = token.end()
        elif token.end() - begin > LONGEST_RECORD:
            _refuse_length(place_at(text, begin, file))
    place = place_at(text, len(text), file)
    raise InputError.at(place, "The list is not closed.", 'Is the file complete? It ends in "]".')


def _refuse_length(place: Place) -> None:
    raise InputError.at(place, f"A record is longer than {LONGEST_RECORD} characters.", "Split it.")


def _task(number: int, place: Place, written: str, files: Finder) -> Task:
    """The task of one record; InputError with all its mistakes."""
    if len(written) > LONGEST_RECORD:
        _refuse_length(place)
    findings = Findings()
    record = Record.of(_table(written, place), KEYS, findings)
    name, text, audio = (_spelling(record, keys) for keys in _SYNONYMS)
    if record.table.get(text) is None:
        findings.add(place, "There is no text to speak.", f"Add `{text}`.")
    task = Task(
        place=place,
        number=number,
        name=record.read(name, file_name, f"{number:04d}"),
        text=record.read(text, words, ""),
        voice=_voice(record, audio, files.find),
        emotion=read_emotion(record.table.get("emotion"), findings),
        seed=record.read("seed", seed),
        language=record.read("language", fields.choice(LANGUAGES)),
    )
    findings.check()
    return task


def _spelling(record: Record, keys: tuple[str, str]) -> str:
    """Which of two keys of one meaning the record has; the first if neither."""
    given = [key for key in keys if record.table.get(key) is not None]
    if len(given) > 1:
        what = f'"{keys[0]}" and "{keys[1]}" mean the same.'
        record.findings.add(record.table.place, what, "Keep one of them.")
    return given[0] if given else keys[0]


def _voice(record: Record, audio: str, find: Callable[[str], Path]) -> Reference:
    """The library voice or the recording a record names; unassigned if it names neither."""
    place = record.table.place
    given = {key.text for key, _ in record.table.entries}
    if {"voice", audio} <= given:
        remedy = f"Keep `voice` or `{audio}`."
        record.findings.add(place, "Both a library voice and a recording are given.", remedy)
    elif audio in given and "prompt_text" not in given:
        record.findings.add(place, "A recording without its words.", "Add `prompt_text`.")
    elif "prompt_text" in given and audio not in given:
        record.findings.add(place, "A transcript without a recording.", f"Add `{audio}`.")
    return Reference(
        place=place,
        name=record.read("voice", fields.label),
        audio=record.read(audio, find),
        transcript=record.read("prompt_text", fields.words(LONGEST_TRANSCRIPT), ""),
    )


def _table(written: str, place: Place) -> Table:
    """One JSON object; InputError for anything else."""
    try:
        value = json.loads(
            written, object_pairs_hook=tuple, parse_int=str, parse_float=str, parse_constant=str
        )
    except json.JSONDecodeError as error:
        at = place_at(written, error.pos, place.file)
        first = at.line == 1
        line = place.line if first else (place.line or 0) + (at.line or 0) - 1
        column = (place.column or 0) + (at.column or 0) - 1 if first else at.column
        raise InputError.at(
            Place(place.file, line, column),
            f"This is not JSON: {error.msg}.",
            'Write {"key": "value", …}, each record on its own.',
        ) from None
    except RecursionError:
        raise InputError.at(place, "Too many levels inside each other.", "Flatten it.") from None
    node = _node(value, place, 0)
    if not isinstance(node, Table):
        raise InputError.at(place, "A record is a JSON object.", 'Write {"key": "value", …}.')
    return node


def _node(value: Any, place: Place, depth: int) -> Node:
    """A JSON value as the nodes that YAML gives; members that are null count as missing."""
    if depth > DEEPEST:
        raise InputError.at(place, f"More than {DEEPEST} levels inside each other.", "Flatten it.")
    if isinstance(value, list):
        return Items(place, tuple(_node(item, place, depth + 1) for item in value))
    if isinstance(value, tuple):
        members = [(_scalar(key, place), item) for key, item in value if item is not None]
        for key, count in Counter(key.text for key, _ in members).items():
            if count > 1:
                raise InputError.at(place, f"The key {quoted(key)} is there twice.", "Keep one.")
        return Table(place, tuple((key, _node(item, place, depth + 1)) for key, item in members))
    return _scalar(str(value).lower() if isinstance(value, bool) else value or "", place)


def _scalar(text: str, place: Place) -> Scalar:
    if found := INVISIBLE.search(text):
        raise InputError.at(place, f"The character {quoted(found[0])} is no text.", "Delete it.")
    return Scalar(place, text)
