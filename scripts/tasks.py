"""A task list, JSON Lines or a JSON array -> independent tasks, and the records that are none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from ..documents import fields
from ..documents.file_name import file_name, same_file
from ..documents.files import Beside, Files, Finder
from ..documents.findings import MOST, Findings, quoted
from ..documents.json_records import records, table
from ..documents.record import Record
from ..documents.text_file import decode, read_bytes
from ..messages import Message
from ..mistakes import InputError, Mistake, Place
from .script import LANGUAGES, PHONEMES, EmotionMix, Language, Phoneme, Reference
from .segments import seed, words
from .speakers import LONGEST_TRANSCRIPT, rate, read_emotion

MOST_BYTES = 16 * 2**20
MOST_TASKS = 100_000
MOST_REJECTED = 1000

# Two spellings each: that of many guides, and that of the model's own example lists.
_SYNONYMS = (
    ("output_name", "uttid"),
    ("input_text", "syn_text"),
    ("prompt_audio", "prompt_speech"),
)
KEYS = (*chain(*_SYNONYMS), "prompt_text", "voice", "emotion", "seed", "language", "rate",
        "phoneme")  # fmt: skip


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
    rate: float | None = None
    """None: whatever the whole list is spoken at."""
    phoneme: Phoneme | None = None
    """None: as the whole list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A record that is no task."""

    place: Place
    number: int
    mistakes: tuple[Mistake, ...]
    name: str = ""
    """As far as it is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskList:
    """A list read to its end."""

    file: Path
    tasks: tuple[Task, ...]
    rejected: tuple[Rejected, ...]


def read_tasks(path: Path, *, roots: Sequence[Path] = (), beside: Beside | None = None) -> TaskList:
    """Read a list of tasks; a wrong record is `rejected` and spoils no other.

    Recordings are looked up beside the list, then in each of `roots` (its own folder unless given),
    and lie inside the roots; or `beside` finds them. Raises InputError if the file itself cannot be
    read.
    """
    file = str(path)
    text = decode(read_bytes(path, file, limit=MOST_BYTES), file)
    return parse_tasks(path, text, roots=roots, beside=beside)


def parse_tasks(
    path: Path, text: str, *, roots: Sequence[Path] = (), beside: Beside | None = None
) -> TaskList:
    """The list in `text`, as `read_tasks` would read it from a file at `path`."""
    file = str(path)
    files = beside(path) if beside else _files(path, roots)
    tasks: list[Task] = []
    rejected: list[Rejected] = []
    taken: dict[str, int] = {}
    for number, (place, written) in enumerate(records(text, file), 1):
        if number > MOST_TASKS:
            raise InputError.at(
                place, Message("More than {} tasks.", MOST_TASKS), "Split the list."
            )
        try:
            task = _task(number, place, written, files)
            first = taken.setdefault(same_file(task.name), number)
            if first != number:
                what = Message("Record {} writes a file {} already.", first, quoted(task.name))
                raise InputError.at(place, what, "Give each record a name of its own.")
            tasks.append(task)
        except InputError as error:
            name = _name(number, place, written)
            rejected.append(
                Rejected(place=place, number=number, mistakes=error.mistakes, name=name)
            )
            if len(rejected) > MOST_REJECTED:
                raise InputError([bad.mistakes[0] for bad in rejected[:MOST]]) from None
    if not tasks and not rejected:
        raise InputError.at(Place(file, 1, 1), "There are no tasks in this list.", "Add some.")
    return TaskList(file=path, tasks=tuple(tasks), rejected=tuple(rejected))


def _files(path: Path, roots: Sequence[Path]) -> Files:
    beside = Files.beside(path, roots)
    return Files((*beside.folders, *beside.roots), beside.roots)


def _task(number: int, place: Place, written: str, files: Finder) -> Task:
    """The task of one record; InputError with all its mistakes."""
    findings = Findings()
    record = Record.of(table(written, place), KEYS, findings)
    name, text, audio = (_spelling(record, keys) for keys in _SYNONYMS)
    if record.table.get(text) is None:
        findings.add(place, "There is no text to speak.", Message("Add `{}`.", text))
    task = Task(
        place=place,
        number=number,
        name=record.read(name, file_name, f"{number:04d}"),
        text=record.read(text, words, ""),
        voice=_voice(record, audio, files.find),
        emotion=read_emotion(record.table.get("emotion"), findings),
        seed=record.read("seed", seed),
        language=record.read("language", fields.choice(LANGUAGES)),
        rate=record.read("rate", rate),
        phoneme=record.read("phoneme", fields.choice(PHONEMES)),
    )
    findings.check()
    return task


def _name(number: int, place: Place, written: str) -> str:
    """What a record that is no task would be called; empty where it is no record either."""
    findings = Findings()
    try:
        record = Record.of(table(written, place), KEYS, findings)
    except InputError:
        return ""
    return record.read(_spelling(record, _SYNONYMS[0]), file_name, "") or f"{number:04d}"


def _spelling(record: Record, keys: tuple[str, str]) -> str:
    """Which of two keys of one meaning the record has; the first if neither."""
    given = [key for key in keys if record.table.get(key) is not None]
    if len(given) > 1:
        what = Message('"{}" and "{}" mean the same.', keys[0], keys[1])
        record.findings.add(record.table.place, what, "Keep one of them.")
    return given[0] if given else keys[0]


def _voice(record: Record, audio: str, find: Callable[[str], Path]) -> Reference:
    """The library voice or the recording a record names; unassigned if it names neither."""
    place = record.table.place
    given = {key.text for key, _ in record.table.entries}
    if {"voice", audio} <= given:
        remedy = Message("Keep `voice` or `{}`.", audio)
        record.findings.add(place, "Both a library voice and a recording are given.", remedy)
    elif audio in given and "prompt_text" not in given:
        record.findings.add(place, "A recording without its words.", "Add `prompt_text`.")
    elif "prompt_text" in given and audio not in given:
        record.findings.add(place, "A transcript without a recording.", Message("Add `{}`.", audio))
    return Reference(
        place=place,
        name=record.read("voice", fields.label),
        audio=record.read(audio, find),
        transcript=record.read("prompt_text", fields.words(LONGEST_TRANSCRIPT), ""),
    )
