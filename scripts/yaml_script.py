"""A YAML script and the scripts it includes -> a Script, every mistake of all of them noted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from ..documents import fields, strict_yaml
from ..documents.files import Beside, Finder
from ..documents.findings import Findings, UnfitError, quoted
from ..documents.record import Record
from ..documents.strict_yaml import Scalar, Table
from ..documents.text_file import decode, read_bytes
from ..messages import Message
from ..mistakes import InputError, Place, nearest
from .defaults import Defaults
from .disclosure import Disclosure
from .music import Music, placed, read_music
from .output import read_metadata, read_output
from .script import (
    LANGUAGES,
    NUMBERS,
    PHONEMES,
    Language,
    Line,
    Metadata,
    NumbersIn,
    Output,
    Phoneme,
    Reference,
    Script,
    Segment,
    Speaker,
)
from .segments import KEYS as SEGMENT_KINDS
from .segments import Segments, seed
from .speakers import read_emotions, read_voices
from .yaml_disclosure import read_disclosure

T = TypeVar("T", Speaker, Reference)

VERSION = "1"
MOST_BYTES = 4 * 2**20
MOST_LEXICONS = 32
MOST_INCLUDES = 64
DEEPEST_INCLUDE = 8
ROOT_KEYS = (
    "glmtts", "title", "language", "numbers", "voices", "emotions", "lexicons", "phoneme",
    "seed", "room_tone", "music", "output", "metadata", "disclosure", "consent", "segments",
)  # fmt: skip

_USUAL = Defaults()
_ADD_VERSION = f"Write `glmtts: {VERSION}` in the first line."


def read_yaml_script(
    path: Path, text: str, beside: Beside, findings: Findings, defaults: Defaults = _USUAL
) -> Script:
    """The script written in `text`, which was read from `path`."""
    reading = _Reading(beside=beside, findings=findings, defaults=defaults)
    part = reading.part(path, text, str(path), ())
    if part.segments and not any(isinstance(segment, Line) for segment in part.segments):
        findings.add(part.place, "Nobody says anything in this script.", "Add `- name: text`.")
    _check_overlaps(part.segments, findings)
    reading.check_speakers()
    return Script(
        file=path,
        title=part.title or path.stem,
        language=part.language,
        numbers=part.numbers,
        speakers=reading.all_speakers,
        emotions={**defaults.emotions, **reading.emotions},
        lexicons=tuple(dict.fromkeys((*defaults.lexicons, *reading.lexicons))),
        phoneme=part.phoneme,
        seed=part.seed,
        room_tone=part.room_tone,
        output=part.output,
        metadata=part.metadata,
        disclosure=part.disclosure,
        segments=placed(part.music, part.segments),
    )


def _check_overlaps(segments: Sequence[Segment], findings: Findings) -> None:
    """Note lines that would start before something that is no line ends, once each."""
    lonely = {
        segment.place: None
        for before, segment in zip((None, *segments), segments, strict=False)
        if isinstance(segment, Line) and segment.overlap and not isinstance(before, Line)
    }
    for place in lonely:
        what = "No line comes directly before this one, so it overlaps nothing."
        findings.add(place, what, "Take `overlap` out, or put the two lines together.")


def lexicon(files: Finder) -> Callable[[str], Path | str]:
    """How an entry of `lexicons` is read: a file has a suffix, a bundled dictionary has none."""
    return lambda name: files.find(name) if "." in name else name


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What one file says about itself; voices, emotions and lexicons belong to all together."""

    place: Place
    title: str | None
    language: Language
    numbers: NumbersIn
    phoneme: Phoneme
    seed: int
    room_tone: float | None
    music: Music
    output: Output
    metadata: Metadata
    disclosure: Disclosure
    segments: tuple[Segment, ...]


@dataclass(slots=True, kw_only=True)
class _Reading:
    """A script and its includes while they are read."""

    beside: Beside
    findings: Findings
    defaults: Defaults
    speakers: dict[str, Speaker] = field(default_factory=dict)
    emotions: dict[str, Reference] = field(default_factory=dict)
    lexicons: dict[Path | str, None] = field(default_factory=dict)  # a set that keeps its order
    characters: int = 0
    mentions: dict[str, list[Place]] = field(default_factory=dict)
    included: dict[Path, tuple[Segment, ...]] = field(default_factory=dict)

    def part(self, path: Path, text: str, file: str, above: tuple[Path, ...]) -> _Part:
        """One file; `file` is what messages call it, `above` the files that include it."""
        findings, usual = self.findings, self.defaults
        findings.begin(file)
        self.characters += len(text)
        if self.characters > MOST_BYTES:
            findings.stop(Place(file), "The script and its includes are too large.", "Split it.")
        root = strict_yaml.parse(text, file, findings)
        if not isinstance(root, Table):
            findings.stop(root.place, "This is not a script.", _ADD_VERSION)
        self._check_version(root)
        record = Record.of(root, ROOT_KEYS, findings)
        files = self.beside(path)
        self._declare(record, files)
        segments = Segments(
            find=files.find,
            include=lambda name: self._include(name, path, file, above),
            findings=findings,
            mentions=self.mentions,
        )
        body = root.get("segments")
        if body is None:
            findings.add(root.place, "The script has no segments.", "Add `segments:` and a list.")
        return _Part(
            place=root.place,
            title=record.read("title", fields.title),
            language=record.read("language", fields.choice(LANGUAGES), usual.language),
            numbers=record.read("numbers", fields.choice(NUMBERS), usual.numbers),
            phoneme=record.read("phoneme", fields.choice(PHONEMES), usual.phoneme),
            seed=record.read("seed", seed, usual.seed),
            room_tone=record.read("room_tone", fields.room_tone, usual.room_tone),
            music=read_music(root.get("music"), files.find, findings, usual.music),
            output=read_output(root.get("output"), findings, usual.output),
            metadata=read_metadata(root.get("metadata"), files.find, findings, usual.metadata),
            disclosure=read_disclosure(record, usual.disclosure),
            segments=segments.read(body) if body else (),
        )

    @property
    def all_speakers(self) -> Mapping[str, Speaker]:
        """The default ones too, but for those whose names the script gives a meaning itself."""
        return {**self.defaults.speakers, **self.speakers}

    def check_speakers(self) -> None:
        """Note every name lines use that no voice has, once each."""
        for name, places in self.mentions.items():
            if name not in self.all_speakers:
                more = Message(" (in {} lines)", len(places)) if len(places) > 1 else ""
                what = Message("Unknown speaker {}{}.", quoted(name), more)
                self.findings.add(places[0], what, self._remedy(name[:80]))

    def _remedy(self, speaker: str) -> str:
        if not self.all_speakers:
            return "Add `voices:` with this name in it."
        keywords = get_close_matches(speaker, SEGMENT_KINDS)
        return nearest(speaker, [*self.all_speakers, *keywords])

    def _check_version(self, root: Table) -> None:
        version = root.get("glmtts")
        if version is None:
            self.findings.add(root.place, "The version of the format is missing.", _ADD_VERSION)
        elif not isinstance(version, Scalar) or version.text != VERSION:
            self.findings.add(
                version.place, Message("Only version {} is known here.", VERSION), _ADD_VERSION
            )

    def _declare(self, record: Record, files: Finder) -> None:
        table, findings = record.table, self.findings
        speakers = read_voices(table.get("voices"), files.find, findings)
        emotions = read_emotions(table.get("emotions"), files.find, findings)
        self._merge(self.speakers, speakers, "speaker")
        self._merge(self.emotions, emotions, "emotion")
        self.lexicons.update(dict.fromkeys(record.read_list("lexicons", lexicon(files))))
        if len(self.lexicons) > MOST_LEXICONS:
            place = record.place("lexicons")
            findings.add(
                place, Message("More than {} lexicons.", MOST_LEXICONS), "Join some of them."
            )

    def _merge(self, known: dict[str, T], added: Mapping[str, T], what: str) -> None:
        for name, value in added.items():
            first = known.setdefault(name, value)
            if _meaning(first) != _meaning(value):
                self.findings.add(
                    value.place,
                    Message(
                        "The {} {} means something else at {}.", what, quoted(name), first.place
                    ),
                    "Rename one of the two.",
                )

    def _include(
        self, name: Scalar, path: Path, file: str, above: tuple[Path, ...]
    ) -> tuple[Segment, ...]:
        above = (*above, path.resolve())
        try:
            found = self._included_file(name.text, path, above)
        except UnfitError as unfit:
            self.findings.add(name.place, unfit.what, unfit.remedy)
            return ()
        if found not in self.included:
            self.included[found] = self._segments_of(
                found, str(Path(file).parent / name.text), above
            )
        return self.included[found]

    def _segments_of(self, path: Path, file: str, above: tuple[Path, ...]) -> tuple[Segment, ...]:
        """What an included file says; nothing if it cannot be read, and the rest goes on."""
        self.included[path] = ()
        try:
            text = decode(read_bytes(path, file, limit=MOST_BYTES), file)
        except InputError as error:
            self.findings.extend(error.mistakes)
            return ()
        try:
            return self.part(path, text, file, above).segments
        except InputError:  # it is in the findings already
            return ()

    def _included_file(self, name: str, path: Path, above: tuple[Path, ...]) -> Path:
        found = self.beside(path).find(name)
        if found.suffix.lower() not in {".yaml", ".yml"}:
            raise UnfitError(
                Message("{} is not a YAML script.", quoted(name)), "Include a .yaml file."
            )
        if found in above:
            raise UnfitError(Message("{} includes itself.", quoted(name)), "Take this include out.")
        if len(above) > DEEPEST_INCLUDE:
            raise UnfitError(
                Message("Includes go deeper than {}.", DEEPEST_INCLUDE), "Include it further up."
            )
        if found not in self.included and len(self.included) >= MOST_INCLUDES:
            raise UnfitError(
                Message("More than {} files are included.", MOST_INCLUDES), "Join some of them."
            )
        return found


def _meaning(value: Speaker | Reference) -> Any:
    """What a declaration says, wherever it says it."""

    def without_places(items: list[tuple[str, Any]]) -> dict[str, Any]:
        return {name: item for name, item in items if name != "place"}

    return asdict(value, dict_factory=without_places)
