"""Display text -> spoken text: marks, normalisation, lexicon and readings, in one call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from ..mistakes import InputError, Mistake, Place
from . import markup
from .chinese.g2p import readings
from .chinese.g2p.surnames import surname
from .chinese.hanzi import has_han, is_han
from .draft import MARK, Draft
from .folding import folded
from .lexicon.lexicon import EMPTY, Lexicon
from .normalise import normalised
from .rules import Guess
from .say_as import said_as
from .spoken import Break, Character, SpokenText
from .style import DEFAULT, Style

Language: TypeAlias = Literal["zh", "en"]

VERSION = "3"
"""Changes when the same text may be read differently; part of cache keys."""


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A text whose words are settled and whose readings are not: characters and what is fixed."""

    text: str
    chars: str
    at: Sequence[int]
    fixed: dict[int, tuple[str, str]]
    """Index in `chars` -> (pinyin, source)"""
    breaks: tuple[Break, ...]
    guesses: tuple[Guess, ...] = ()
    phones: Mapping[int, str] = field(default_factory=dict)
    """Index in `chars` -> ARPAbet of the word that is respelled there"""


@dataclass(frozen=True, slots=True)
class _Respelled:
    """A word whose sounds a rule tells: as with a mark, no other rule may touch it."""

    written: Draft
    respelled: str
    phones: str


_Mark: TypeAlias = "markup.Mark | _Respelled"


class Reader:
    """Reads texts with a lexicon's rules, in a style. Holds nothing that reading changes."""

    def __init__(self, lexicon: Lexicon = EMPTY, *, style: Style = DEFAULT) -> None:
        self.lexicon = lexicon
        self.style = style

    def read(
        self,
        text: str,
        *,
        language: Language = "zh",
        speaker: str | None = None,
        place: Place | None = None,
    ) -> SpokenText:
        """One text, as `read_all` reads it. place: where it begins in a file, for messages."""
        places = None if place is None else [place]
        return self.read_all([text], language=language, speaker=speaker, places=places)[0]

    def read_all(
        self,
        texts: Iterable[str],
        *,
        language: Language = "zh",
        speaker: str | Sequence[str | None] | None = None,
        places: Sequence[Place] | None = None,
    ) -> list[SpokenText]:
        """The spoken text of each display text. Many at once are read much faster than singly.

        language: of numbers and symbols in a sentence that does not itself tell.
        speaker: whose rules apply beside everyone's; one for all texts, or one for each.
        Raises InputError with every broken mark of all texts.
        """
        texts = list(texts)
        speakers: list[str | None]
        if speaker is None or isinstance(speaker, str):
            speakers = [speaker] * len(texts)
        else:
            speakers = list(speaker)
        drafts: list[_Spoken] = []
        mistakes: list[Mistake] = []
        for number, text in enumerate(texts):
            try:
                pieces = markup.parse(text, places[number] if places else None)
            except InputError as error:
                mistakes += error.mistakes
                continue
            drafts.append(self._words(text, pieces, language, speakers[number]))
        if mistakes:
            raise InputError(mistakes)
        decided = readings.decide([draft.chars for draft in drafts])
        return [
            _assembled(draft, row, self._rules(draft.chars, language, who))
            for draft, row, who in zip(drafts, decided, speakers, strict=True)
        ]

    def _words(
        self, text: str, pieces: Sequence[markup.Piece], language: Language, speaker: str | None
    ) -> _Spoken:
        """Everything but the readings."""
        chars: list[str] = []
        at: list[int] = []
        marks: list[_Mark] = []
        for piece in pieces:
            if isinstance(piece, markup.Plain):
                draft = folded(piece.text, piece.at)
                chars.append(draft.text)
                at.extend(draft.at)
            else:
                chars.append(MARK)
                at.append(piece.at)
                marks.append(piece)
        draft = Draft("".join(chars), at)
        if self.lexicon.rules:
            draft = draft.edited(self._aliases(draft, language, speaker, marks))
        guesses: list[Guess] = []
        draft = normalised(draft, language, self.style, guesses)
        spoken = _unmarked(text, draft, marks, language, self.style)
        return replace(spoken, guesses=tuple(sorted(guesses, key=lambda guess: guess.at)))

    def _aliases(
        self, draft: Draft, language: Language, speaker: str | None, marks: list[_Mark]
    ) -> list[tuple[int, int, str]]:
        """What rules put in place of words; where they tell sounds, a mark among `marks`."""
        edits: list[tuple[int, int, str]] = []
        added = 0
        for match in self.lexicon.aliases(draft.text, language=language, speaker=speaker):
            said = match.rule.alias
            if match.rule.phones:
                inside = slice(match.start, match.end)
                word = Draft(draft.text[inside], draft.at[inside])
                place = draft.text.count(MARK, 0, match.start) + added
                marks.insert(place, _Respelled(word, said, match.rule.phones))
                added, said = added + 1, MARK
            edits.append((match.start, match.end, said))
        return edits

    def _rules(
        self, chars: str, language: Language, speaker: str | None
    ) -> dict[int, tuple[str, str]]:
        """Index -> (pinyin, source) for the characters a rule tells the reading of."""
        found: dict[int, tuple[str, str]] = {}
        for match in self.lexicon.readings(chars, language=language, speaker=speaker):
            han = [i for i in range(match.start, match.end) if is_han(chars[i])]
            source = f"rule {match.rule.name}"
            found.update(
                (i, (pinyin, source)) for i, pinyin in zip(han, match.rule.reading, strict=False)
            )
        return found


def _unmarked(
    text: str, draft: Draft, marks: Sequence[_Mark], language: Language, style: Style
) -> _Spoken:
    """The draft with what the marks say put in for their placeholders."""
    if not marks:
        return _Spoken(text, draft.text, draft.at, {}, ())
    waiting = iter(marks)
    chars: list[str] = []
    at: list[int] = []
    fixed: dict[int, tuple[str, str]] = {}
    breaks: list[Break] = []
    phones: dict[int, str] = {}
    for char, place in zip(draft.text, draft.at, strict=True):
        if char != MARK:
            chars.append(char)
            at.append(place)
            continue
        mark = next(waiting)
        if isinstance(mark, markup.Pause):
            breaks.append(Break(len(chars), mark.seconds))
            continue
        said = _said(mark, draft.text, language, style)
        if isinstance(mark, (_Respelled, markup.Reading)) and mark.phones:
            phones.update((len(chars) + i, mark.phones) for i in range(len(said.text)))
        han = [len(chars) + i for i, c in enumerate(said.text) if is_han(c)]
        told = _syllables(mark)
        fixed.update((i, (pinyin, "inline")) for i, pinyin in zip(han, told, strict=False))
        chars.extend(said.text)
        at.extend(said.at)
    return _Spoken(text, "".join(chars), at, fixed, tuple(breaks), phones=phones)


def _language(text: str, language: Language, style: Style) -> Language:
    """What marked words are said in."""
    if style.numbers_in:
        return style.numbers_in
    return "zh" if has_han(text) else language


def _said(
    mark: markup.Reading | markup.SayAs | _Respelled, text: str, language: Language, style: Style
) -> Draft:
    """What a mark other than a pause is in the spoken text. text: around it"""
    if isinstance(mark, _Respelled):
        return mark.written.edited([(0, len(mark.written.text), mark.respelled)])
    written = Draft(mark.word, range(mark.at, mark.at + len(mark.word)))
    if isinstance(mark, markup.SayAs):
        spoken_language = _language(text + mark.word, language, style)
        said = said_as(mark.word, mark.kind, mark.detail, spoken_language, style)
        return written.edited([(0, len(mark.word), said)])
    if mark.respelled:
        return written.edited([(0, len(mark.word), mark.respelled)])
    return written


def _syllables(mark: markup.Reading | markup.SayAs | _Respelled) -> tuple[str, ...]:
    """The pinyin a mark tells of its first Chinese characters."""
    if isinstance(mark, markup.Reading):
        return mark.syllables
    if isinstance(mark, markup.SayAs) and mark.kind == "name":
        return surname(mark.word)
    return ()


def _assembled(
    draft: _Spoken,
    decided: Sequence[readings.Decision | None],
    rules: dict[int, tuple[str, str]],
) -> SpokenText:
    characters = []
    for i, (char, at, decision) in enumerate(zip(draft.chars, draft.at, decided, strict=True)):
        told = draft.fixed.get(i) or rules.get(i)
        if told is not None:
            characters.append(Character(char, at, told[0], told[1], 1.0))
        elif decision is None:
            characters.append(Character(char, at, phones=draft.phones.get(i, "")))
        else:
            characters.append(
                Character(char, at, decision.pinyin, decision.source, decision.confidence)
            )
    return SpokenText(draft.text, tuple(characters), draft.breaks, draft.guesses)
