"""What a script means where it says nothing: the usual, or what its show says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .disclosure import Disclosure
from .music import Music
from .script import Language, Metadata, NumbersIn, Output, Phoneme, Reference, Speaker
from .text.cast_table import CastTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """One value for every key of a script that may be left out; what the script says wins."""

    language: Language = "zh"
    numbers: NumbersIn = ""
    speakers: Mapping[str, Speaker] = field(default_factory=dict)
    """Known besides the script's own; one of the same name is the script's."""
    emotions: Mapping[str, Reference] = field(default_factory=dict)
    lexicons: tuple[Path | str, ...] = ()
    """Before the script's own, which win where both know a word."""
    phoneme: Phoneme = "asked"
    seed: int = 0
    room_tone: float | None = None
    music: Music = field(default_factory=Music)
    output: Output = field(default_factory=Output)
    metadata: Metadata = field(default_factory=Metadata)
    names: tuple[str, ...] | None = None
    """Who speaks in plain text and subtitles; None: whom the text makes likely."""
    disclosure: Disclosure = field(default_factory=Disclosure)
    cast: CastTable | None = None
    """Who says quotations of prose, where the text does not tell it or is mistaken; None: the
    narrator reads them all."""
