"""The script: what is said, by whom and in which order. Frozen values, already checked.

Includes and repeats are expanded and every path is absolute and inside the allowed folders by the
time a `Script` exists; speakers, emotions and numbers have been checked against each other. Whether
a voice's *library* name exists is for the runtime to say, hence the `Place` each value carries.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from ..mistakes import Place
from .disclosure import Disclosure
from .text.cast_table import Quotation

Language: TypeAlias = Literal["zh", "en"]
NumbersIn: TypeAlias = Literal["", "zh", "en"]
"""The language of all numbers and signs; "": that of the clause they stand in."""
Phoneme: TypeAlias = Literal["none", "asked", "doubtful", "all"]
Format: TypeAlias = Literal[
    "mp3", "m4a", "m4b", "opus", "wav", "flac", "ulaw", "alaw", "ulaw.wav", "alaw.wav"
]
"""What a finished file ends in; the last four are G.711, for telephones: bare, and as WAV."""
Timing: TypeAlias = Literal["start", "fit", "free"]
"""What holds of the times of subtitles: when each begins; also, by its pace, when it ends; none."""
EpisodeType: TypeAlias = Literal["full", "trailer", "bonus"]

LANGUAGES: Mapping[str, Language] = {"zh": "zh", "en": "en"}
NUMBERS: Mapping[str, NumbersIn] = {"auto": "", "zh": "zh", "en": "en"}
PHONEMES: Mapping[str, Phoneme] = {name: name for name in get_args(Phoneme)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A recording to speak like: a name in the voice library, or a file with its transcript.

    With neither it is *unassigned*, as all voices of plain text and SRT are: the library voice of
    the speaker's own name, or else one the other speakers leave.
    """

    place: Place
    name: str | None = None
    audio: Path | None = None
    transcript: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmotionMix:
    """How a line is spoken: emotions by name with their weights, which sum to 1."""

    place: Place
    weights: tuple[tuple[str, float], ...]
    strength: float = 1.0
    """0 keeps the voice's own manner, 1 borrows the emotion's wholly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A name that lines use, the voice behind it, and its manner unless a line says otherwise."""

    place: Place
    name: str
    voice: Reference
    emotion: EmotionMix | None = None
    rate: float = 1.0
    """Speaking speed; 1.1 is 10 % faster."""
    gain: float = 0.0
    """dB, on top of the levels matched between speakers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One utterance. Its text may hold inline readings `{行|háng}` and pauses `[pause:500ms]`."""

    place: Place
    speaker: str
    text: str
    emotion: EmotionMix | None = None
    """None: the speaker's own."""
    seed: int | None = None
    """None: the script's seed."""
    rate: float = 1.0
    """Multiplies the speaker's."""
    gain: float = 0.0
    """dB, adds to the speaker's."""
    take: int | None = None
    """Which alternative, from 1; each has a seed of its own derived from the line's. None: the one
    chosen beside the script, or the first."""
    overlap: float = 0.0
    """s by which it starts before what was said last ends"""
    window: tuple[float, float] | None = None
    """s; when subtitles show it"""
    is_label: bool = False
    """Whether it was put there to say that the voices are synthetic: `audible_label.py`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Silence of exactly this length in place of the usual gap."""

    place: Place
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A chapter starts here."""

    place: Place
    title: str
    url: str | None = None
    image: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """A cue: music or an effect, on its own or under the lines that follow."""

    place: Place
    file: Path
    """Of a chime: `chime:` and its name, see `chimes.py`."""
    gain: float = 0.0
    """dB"""
    fade_in: float = 0.0
    """s"""
    fade_out: float = 0.0
    """s"""
    start: float = 0.0
    """s into the file where playing begins"""
    length: float | None = None
    """s at most; None: to the end of the file, or of what it lies under"""
    loop: bool = False
    under: int | Literal["chapter", "end"] | None = None
    """None: on its own. A number: under that many following lines; "chapter": until the next
    chapter mark; "end": until the script ends."""
    lead: float = 0.0
    """s heard alone before the first line it lies under"""
    duck: float = -14.0
    """dB while a line speaks over it"""
    is_label: bool = False
    """As of a line."""


Segment: TypeAlias = Line | Pause | Chapter | Sound


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """How loud files are for those who will play them: what a platform asks for, by its name."""

    name: str
    stereo: float
    """LUFS"""
    mono: float
    """LUFS"""
    true_peak: float
    """dBTP at most"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """The files asked for."""

    formats: tuple[Format, ...] = ("mp3",)
    sample_rate: int = 48_000
    """Hz"""
    channels: Literal[1, 2] = 2
    loudness: float | Platform | None = None
    """LUFS, or a platform's; None: -16 for stereo, -19 for mono"""
    duration: float | None = None
    """s the whole is fitted to by one speaking rate; None: as long as it takes"""
    stretch: float = 0.1
    """How far that rate may be from 1: 0.1 is from 0.9 to 1.1."""
    timing: Timing = "start"
    """Of lines that have a window. Unless free, `duration` is the length of the track, and no rate
    is changed for it."""
    name: str | None = None
    """File name without a suffix; None: the script's own."""
    stems: bool = False
    """Also one file per speaker."""
    lines: bool = False
    """Also one file per line."""
    chapter_files: bool = False
    """Also one file per chapter."""
    review: bool = False
    """Also a page to hear and judge every line on."""
    check: bool = False
    """Whether every take is listened to, and one that is not good is drawn again."""
    place: Place | None = field(default=None, compare=False)
    """Of the sample rate; None where nothing is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """Tags of the finished files."""

    author: str = ""
    album: str = ""
    cover: Path | None = None
    """JPEG or PNG"""
    date: str = ""
    """ISO 8601: 2026, 2026-11 or 2026-11-22, or that with a time and its zone"""
    description: str = ""
    season: int | None = None
    episode: int | None = None
    """Its number."""
    type: EpisodeType = "full"
    explicit: bool = False
    link: str | None = None
    """Of the episode's own page."""
    address: str | None = None
    """Where the folder of its finished files will be on the web, ending in a slash; known of the
    episodes of a show with a `url`."""
    guid: str | None = None
    """What a feed knows the episode by; None: derived from the show's and the script's name."""
    place: Place | None = field(default=None, compare=False)
    """Of the cover; None where nothing is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A whole script, expanded and checked."""

    file: Path
    """Where it came from; relative names in messages start here."""
    title: str
    language: Language = "zh"
    numbers: NumbersIn = ""
    speakers: Mapping[str, Speaker] = field(default_factory=dict)
    emotions: Mapping[str, Reference] = field(default_factory=dict)
    """Emotions by the names lines use; one not listed here is looked up in the library."""
    lexicons: tuple[Path | str, ...] = ()
    """Files, and bundled dictionaries by name; later ones win."""
    phoneme: Phoneme = "asked"
    """Which characters GLM-TTS is given as phonemes: none, those rules and inline readings decide,
    those too that it would probably misread, or all."""
    seed: int = 0
    room_tone: float | None = None
    """dB below or above speech of a quiet noise behind everything; None: digital silence."""
    output: Output = Output()
    metadata: Metadata = Metadata()
    disclosure: Disclosure = field(default_factory=Disclosure)
    segments: tuple[Segment, ...] = ()
    notes: tuple[str, ...] = ()
    """What was guessed of a text or left out of it, a sentence each."""
    quotations: tuple[Quotation, ...] = ()
    """Of prose that is cast: who says what, as was found or is written in its table."""
    unsure: tuple[str, ...] = ()
    """What begins a single line as a name would, in a text that does not say who speaks."""

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line in order; its number, counted from 1, is how people name it."""
        return tuple(segment for segment in self.segments if isinstance(segment, Line))
