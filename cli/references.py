"""What a person gives of a voice: its words, its consent, a recording that is judged."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..documents.shell import shell_word
from ..messages import Message
from ..mistakes import InputError, Mistake, Place

if TYPE_CHECKING:
    from ..audio.wave import Wave
    from ..glmtts_runtime.voices.consent import Consent
    from ..glmtts_runtime.voices.excerpt import Span
    from ..glmtts_runtime.voices.quality import Quality

_LONGEST = 600.0  # s of a recording that is looked through for a good part
_TOO_LONG = 30.0  # s


def read_consent(given: dict[str, str | None]) -> Consent | None:
    """What the options tell of a consent; raises `InputError` with their names."""
    from ..documents.findings import Findings
    from ..glmtts_runtime.voices.consent import consent_of

    values = {key: value for key, value in given.items() if value is not None}
    if not values:
        return None
    findings = Findings()
    names = {"person": "--consent"}
    known = consent_of(values, findings, lambda key: Place(names.get(key, f"--{key}")))
    findings.check()
    return known


def given_words(text: str | None, text_file: Path | None) -> str | None:
    """The transcript given by one of the options; None for neither."""
    from ..glmtts_runtime.voices.transcript import read_text

    if text is not None and text_file is not None:
        raise InputError.at(
            Place("--text-file"), "--text and --text-file are both given.", "Give one of them."
        )
    return read_text(text_file, Place("--text-file")) if text_file else text


def heard_words(audio: Path) -> str:
    """The words of a recording as Whisper hears them. Raises InputError where nobody can listen."""
    from importlib.util import find_spec

    from ..listening.model import INSTALL

    if find_spec("faster_whisper") is None:
        what = "The words of the recording are missing."
        remedy = Message("Give them with --text or --text-file. To have them heard: {}", INSTALL)
        raise InputError.at(Place("TRANSCRIPT"), what, remedy)
    from ..audio.recording import decode, mono
    from ..audio.wave import Wave
    from ..listening.ears import Ears
    from ..pronunciation.folding import folded

    recording = decode(audio, longest=_TOO_LONG)
    wave = Wave(mono(recording.samples), recording.rate)
    return folded(Ears.open().hear(wave, None, carefully=True).text, 0).text


def excerpt(audio: Path) -> tuple[Wave, Span]:
    """A recording in one channel, and the best of it in s; raises InputError where there is none"""
    from ..audio.recording import decode, mono
    from ..audio.wave import Wave
    from ..glmtts_runtime.voices.excerpt import best_excerpt

    recording = decode(audio, longest=_LONGEST)
    wave = Wave(mono(recording.samples), recording.rate)
    found = best_excerpt(wave)
    if found is None:
        what = "Nobody speaks for 4 to 8 s from one pause to another."
        raise InputError.at(Place(str(audio)), what, "Record one or two whole sentences.")
    return wave, found


def check_length(audio: Path) -> None:
    """Raises InputError for what is far too long, with the part of it that would be best."""
    from ..audio.recording import seconds

    length = seconds(audio) if audio.is_file() else 0.0
    if length <= _TOO_LONG:
        return
    what = Message("This has {:.0f} s; a voice is 3 to 10 s.", length)
    remedy = "Cut it to one or two sentences."
    if length <= _LONGEST:
        _, (begin, end) = excerpt(audio)
        best = f"its best {end - begin:.0f} s ({begin:.1f} to {end:.1f})"
        remedy = Message("`glmtts voices trim {}` cuts out {}.", shell_word(audio), best)
    raise InputError.at(Place(str(audio)), what, remedy)


def refuse_bad(quality: Quality, audio: Path) -> None:
    """Raises InputError with all that is bad about a recording."""
    from ..glmtts_runtime.voices.quality import Verdict

    bad = [
        Mistake(
            Place(str(audio)),
            f"The {measure.name} is bad: {round(measure.value, 2):g} {measure.unit}".rstrip() + ".",
            measure.advice + " Or keep it all the same: --anyway",
        )
        for measure in quality.measures
        if measure.verdict is Verdict.BAD
    ]
    if bad:
        raise InputError(bad)


def judged(audio: Path, words: str) -> Quality:
    from ..audio.recording import decode
    from ..glmtts_runtime.voices.library import LONGEST
    from ..glmtts_runtime.voices.quality import check

    return check(decode(audio, longest=LONGEST), words)
