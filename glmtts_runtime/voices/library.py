"""Folders of recordings and transcripts -> voices by name; and a voice added to or taken away."""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from ... import atomic, machine
from ...audio.recording import Recording, decode, mono, resample
from ...audio.wave import Wave
from ...documents.file_name import file_name, same_file
from ...documents.findings import UnfitError
from ...messages import Message
from ...mistakes import InputError, Place, nearest
from .consent import Consent
from .sidecar import sidecar_of
from .transcript import checked_transcript, read_text
from .voice import Voice

AUDIO = (".wav", ".flac", ".mp3", ".m4a", ".ogg", ".opus")
"""Recordings of a library, the first winning where one name has several"""

TRANSCRIPTS = (".reference.txt", ".txt")
"""Endings of the file with the words, the first winning"""

LONGEST = 60.0
"""Seconds of a reference"""

LOWEST_RATE = 16_000
"""Hz; slower recordings are brought up to it, so that no engine meets less"""

BUNDLED = Path(__file__).with_name("bundled")

DEFAULT = "xiaoyu"
"""The bundled voice of whoever asks for none"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A voice as it lies in a library."""

    name: str
    audio: Path
    transcript: Path | None
    """None when nobody wrote down the words."""
    folder: Path
    """The library's folder it was found in."""


class VoiceLibrary:
    """The given folders, then the user's own, then the voices that come along, in this order.

    A voice is `NAME.wav` (or another of AUDIO) beside `NAME.reference.txt` or `NAME.txt`, or a
    folder `NAME` with `reference.wav` and `reference.txt`. The first folder with a name has it.
    What else is known of a voice stands in `NAME.yaml` (or `reference.yaml`); see `sidecar`.
    """

    def __init__(
        self,
        folders: Sequence[Path],
        *,
        user: Path | None = None,
        more: Sequence[Path] = (),
        bundled: Path = BUNDLED,
    ) -> None:
        """`user` is where `add` and `remove` work: by default the system's place for such data.

        more: folders after it, whose voices are nobody's to change here.
        """
        self.user = user or user_voices()
        self.folders = (*folders, self.user, *more, bundled)

    def entries(self) -> list[Entry]:
        """Every voice once: folder by folder, sorted within each."""
        found: dict[str, Entry] = {}
        for folder in self.folders:
            for entry in sorted(_entries(folder), key=lambda entry: entry.name):
                found.setdefault(entry.name, entry)
        return list(found.values())

    def names(self) -> list[str]:
        """In the order of `entries`."""
        return [entry.name for entry in self.entries()]

    def turns(self) -> list[str]:
        """Names in the order in which those who ask for no voice get one: DEFAULT before others."""
        return sorted(self.names(), key=lambda name: name != DEFAULT)

    def default(self) -> Voice:
        """The voice of whoever asks for none. Raises InputError for a library without any."""
        return self.get(next(iter(self.turns()), DEFAULT))

    def find(self, name: str, *, place: Place | None = None) -> Entry:
        """Where a voice lies; raises InputError at `place` with the nearest name."""
        entries = {entry.name: entry for entry in self.entries()}
        try:
            return entries[_normal(name)]
        except KeyError:
            raise InputError.at(
                place or Place("voices"),
                Message('There is no voice "{}" in the library.', name),
                Message(
                    "{} Add one with: glmtts voices add NAME AUDIO --text TRANSCRIPT",
                    nearest(name, entries),
                ),
            ) from None

    def get(self, name: str, *, place: Place | None = None) -> Voice:
        """A voice, decoded; raises InputError for an unknown or unusable one."""
        entry = self.find(name, place=place)
        transcript = read_transcript(entry)
        if not transcript:
            raise InputError.at(
                place or Place(str(entry.audio)),
                Message('The voice "{}" has no transcript.', entry.name),
                Message("Write the words it says into {}.", entry.audio.with_suffix(".txt")),
            )
        return told_beside(
            voice_from(entry.audio, transcript, entry.name, place=place), entry.audio
        )

    def add(
        self,
        name: str,
        audio: Path,
        transcript: str,
        *,
        replace: bool = False,
        consent: Consent | None = None,
    ) -> Entry:
        """Keep a recording and its words in the user's folder, as FLAC, one channel.

        Raises InputError for a name that cannot be one, sound that cannot be read, words that are
        missing, and a voice that is there already unless it may be replaced.
        """
        voice = voice_from(audio, checked_transcript(transcript), _valid(name))
        return self.keep(dataclasses.replace(voice, consent=consent), name, replace=replace)

    def keep(self, voice: Voice, name: str, *, replace: bool = False) -> Entry:
        """As `add`, of a voice that is decoded already."""
        import soundfile

        name = _valid(name)
        present = next(
            (e for e in _entries(self.user) if same_file(e.name) == same_file(name)), None
        )
        if present and not replace:
            raise InputError.at(
                Place("NAME"),
                Message('There is a voice "{}" already ({}).', present.name, present.audio),
                "Choose another name, or have it replaced (--replace).",
            )
        target = self.user / f"{name}.flac"
        beside = self.user / f"{name}.yaml"
        if voice.consent:
            told = {"consent": voice.consent.entry()}
            text = yaml.safe_dump(told, allow_unicode=True, sort_keys=False)
            atomic.write_text(beside, text)
        elif present:
            beside.unlink(missing_ok=True)
        # The words first: it is the recording that makes the voice visible.
        atomic.write_text(self.user / f"{name}.txt", voice.transcript + "\n")
        with atomic.replacing(target) as temporary:
            samples, rate = voice.reference.samples, voice.reference.rate
            soundfile.write(temporary, samples, rate, format="FLAC", subtype="PCM_24")
        if present:
            _delete(present, keep={target, self.user / f"{name}.txt", beside})
        return self.find(name)

    def remove(self, name: str) -> Entry:
        """Delete a voice of the user's folder; raises InputError for one that is not there."""
        own = {entry.name: entry for entry in _entries(self.user)}
        entry = own.get(_normal(name))
        if entry is None:
            elsewhere = self.find(name, place=Place("NAME"))
            raise InputError.at(
                Place("NAME"),
                Message('The voice "{}" is not your own: it lies in {}.', name, elsewhere.folder),
                "Only voices added with `glmtts voices add` are removed.",
            )
        _delete(entry, keep=set())
        return entry


def voice_from(audio: Path, transcript: str, name: str, *, place: Place | None = None) -> Voice:
    """The voice of a recording: one channel, its own rate, 16 kHz at least.

    Raises InputError at `place` (the file itself when None).
    """
    return voice_of(decode(audio, place=place, longest=LONGEST), transcript, name)


def voice_of(recording: Recording, transcript: str, name: str) -> Voice:
    """The voice of a recording that is decoded already."""
    samples, rate = mono(recording.samples), recording.rate
    if rate < LOWEST_RATE:
        samples, rate = resample(samples, rate, LOWEST_RATE), LOWEST_RATE
    return Voice.of(name, Wave(samples, rate), transcript)


def told_beside(voice: Voice, audio: Path) -> Voice:
    """The voice with what its recording's sidecar tells; raises InputError."""
    sidecar = sidecar_of(audio)
    return dataclasses.replace(voice, speakers=sidecar.speakers, consent=sidecar.consent)


def entry_of(audio: Path) -> Entry:
    """The voice a recording outside every library would be, with the transcript beside it."""
    return Entry(_normal(audio.stem), audio, _transcript(audio), audio.parent)


def read_transcript(entry: Entry) -> str:
    """The words on one line, "" for none; raises InputError for a file that is not UTF-8 text."""
    if entry.transcript is None:
        return ""
    return read_text(entry.transcript, Place(str(entry.transcript)))


def user_voices() -> Path:
    """The system's place for a person's own voices."""
    return machine.data_folder() / "voices"


def _entries(folder: Path) -> Iterator[Entry]:
    """The voices of one folder; none where it does not exist."""
    if not folder.is_dir():
        return
    # Sorted by suffix, so that the first of AUDIO is seen first.
    files = [path for path in folder.iterdir() if not path.name.startswith(".")]
    seen: set[str] = set()
    for suffix in AUDIO:
        for path in files:
            audio = path / f"reference{suffix}" if path.is_dir() else path
            name = _normal(path.name if path.is_dir() else path.stem)
            if audio.suffix.lower() == suffix and name not in seen and audio.is_file():
                seen.add(name)
                yield Entry(name, audio, _transcript(audio), folder)


def _transcript(audio: Path) -> Path | None:
    candidates = (audio.with_name(audio.stem + ending) for ending in TRANSCRIPTS)
    return next((path for path in candidates if path.is_file()), None)


def _delete(entry: Entry, *, keep: set[Path]) -> None:
    """The recording first, since it is what makes the voice visible."""
    files = [entry.audio.with_name(entry.audio.stem + ending) for ending in TRANSCRIPTS]
    for path in (entry.audio, *files, entry.audio.with_name(f"{entry.audio.stem}.yaml")):
        if path not in keep:
            path.unlink(missing_ok=True)
    if entry.audio.parent != entry.folder and not any(entry.audio.parent.iterdir()):
        entry.audio.parent.rmdir()


def _normal(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _valid(name: str) -> str:
    try:
        return file_name(name)
    except UnfitError as error:
        raise InputError.at(Place("NAME"), error.what, error.remedy) from error
