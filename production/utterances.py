"""Script + cast -> speech requests: what each line says, in whose voice, how, with which seed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from ..glmtts_runtime.engine import CastingEngine, Emotion, Engine, SpeechRequest
from ..glmtts_runtime.voices.voice import Voice
from ..mistakes import InputError, Mistake, Place, collecting
from ..pronunciation.lexicon.lexicon import EMPTY, Lexicon
from ..pronunciation.lexicon.named import joined
from ..pronunciation.reader import Reader
from ..pronunciation.spoken import SpokenText
from ..pronunciation.style import Style
from ..scripts.script import Language, Line, NumbersIn, Script
from .cast import Cast
from .context import RenderContext
from .provenance.consent import check_consent


def utterances(
    script: Script,
    cast: Cast,
    context: RenderContext,
    *,
    lexicon: Lexicon = EMPTY,
    emotion: Emotion | None = None,
) -> list[SpeechRequest]:
    """One request per line, in order, at the script's rate where the engine has it.

    lexicon: rules that hold beside the script's own and win over them. emotion: of lines for which
    the script has none.

    Raises `InputError` for voices nobody agreed to where that is required, or else for lexicons
    that cannot be read, markup that is wrong and lines with nothing to say.
    """
    check_consent(script, cast.voices, date.today())
    lines, texts = script.lines, spoken_lines(script, lexicon)
    sample_rate = _speech_rate(context.engine, script.output.sample_rate)
    voices = _spoken_by(context.engine, cast.voices)
    return [
        SpeechRequest(
            spoken=spoken,
            voice=voices[line.speaker],
            emotion=cast.emotion(line, script) or emotion,
            seed=take_seed(script.seed if line.seed is None else line.seed, line.take or 1),
            rate=script.speakers[line.speaker].rate * line.rate,
            sample_rate=sample_rate,
            sampling=context.sampling,
            phoneme=script.phoneme,
        )
        for line, spoken in zip(lines, texts, strict=True)
    ]


def spoken_lines(script: Script, lexicon: Lexicon = EMPTY) -> list[SpokenText]:
    """What each line of a script says; raises `InputError` as `utterances` does of texts."""
    wrong: list[Mistake] = []
    texts: list[SpokenText] = []
    with collecting(wrong):
        lexicon = joined(script.lexicons, Place(str(script.file))).merged(lexicon)
    reader, lines = Reader(lexicon, style=Style(numbers_in=script.numbers)), script.lines
    with collecting(wrong):
        texts = _read(reader, lines, script.language)
    if wrong:
        broken = {(mistake.place.file, mistake.place.line) for mistake in wrong}
        rest = [one for one in lines if (one.place.file, one.place.line) not in broken]
        if len(rest) < len(lines):
            with collecting(wrong):
                _read(reader, rest, script.language)
        raise InputError(list(dict.fromkeys(wrong)))
    return texts


def _read(reader: Reader, lines: Sequence[Line], language: Language) -> list[SpokenText]:
    texts = reader.read_all(
        [line.text for line in lines],
        language=language,
        speaker=[line.speaker for line in lines],
        places=[line.place for line in lines],
    )
    _check_speakable([line.place for line in lines], texts)
    return texts


def _spoken_by(engine: Engine, voices: Mapping[str, Voice]) -> Mapping[str, Voice]:
    """The voices as the engine speaks for them: each speaker's own, if it cannot clone."""
    if not isinstance(engine, CastingEngine):
        return voices
    return dict(zip(voices, engine.cast(list(voices.values())), strict=True))


def spoken_text(
    text: str,
    *,
    place: Place,
    language: Language,
    lexicon: Lexicon,
    numbers: NumbersIn = "",
) -> SpokenText:
    """How one text is spoken.

    Raises `InputError` at `place` for markup that is wrong and for nothing to say.
    """
    spoken = Reader(lexicon, style=Style(numbers_in=numbers)).read(
        text, language=language, place=place
    )
    _check_speakable([place], [spoken])
    return spoken


def with_other_seeds(request: SpeechRequest, count: int) -> list[SpeechRequest]:
    """`count` requests that differ in their seeds alone, the first having the request's own."""
    return [replace(request, seed=take_seed(request.seed, take)) for take in range(1, count + 1)]


def _check_speakable(places: Sequence[Place], texts: Sequence[SpokenText]) -> None:
    """Raise `InputError` for every line nothing can be heard of: "……", a pause alone, an emoji."""
    mistakes = [
        Mistake(place, "There is nothing to say in this line.", "Write words, or leave it out.")
        for place, spoken in zip(places, texts, strict=True)
        if not any(character.char.isalnum() for character in spoken.characters)
    ]
    if mistakes:
        raise InputError(mistakes)


def paced(requests: Sequence[SpeechRequest], pace: float) -> tuple[SpeechRequest, ...]:
    """The requests at a rate that is `pace` times their own."""
    if pace == 1.0:
        return tuple(requests)
    return tuple(replace(request, rate=request.rate * pace) for request in requests)


def _speech_rate(engine: Engine, wanted: int) -> int:
    """The rate in Hz to ask the engine for: the one wanted where it has it, or its preferred."""
    return wanted if wanted in engine.sample_rates else engine.sample_rates[0]


def take_seed(seed: int, take: int) -> int:
    """The seed of an alternative: the line's own for the first, one derived from it for others."""
    if take == 1:
        return seed
    digest = hashlib.sha256(f"{seed} take {take}".encode()).digest()
    return int.from_bytes(digest[:4], "little")
