"""The takes people chose for a script -> that script with every line's take decided.

A choice belongs to what a line says: its speaker, words, emotion and seed, and which of several
equal lines it is. So it survives every edit elsewhere, follows a line that moves, and goes stale
when the line itself is edited. A stale choice is kept, since the words may come back.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ...documents.shell import shell_word
from ...messages import Message
from ...mistakes import InputError, Mistake, Place
from ...scripts.script import EmotionMix, Line, Script, Segment


@dataclass(frozen=True, slots=True, kw_only=True)
class LineKey:
    """What a line is known by. Where it stands, its speed and its level are not part of it."""

    speaker: str
    line: str
    """Its text as written, markup included."""
    emotion: str = ""
    """As `emotion_words` writes it; empty where the line has none of its own."""
    seed: int | None = None
    occurrence: int = 1
    """Which of the lines that are equal in all of this, from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """One line's takes."""

    key: LineKey
    takes: int = 1
    """How many were asked for: takes 1 to this are worth hearing."""
    chosen: int | None = None
    """None: nobody chose, so the first is used."""


@dataclass(frozen=True, slots=True)
class Picks:
    """The picks of a script, found again in it."""

    lines: Mapping[int, Pick]
    """By the line's number, from 1; their keys are those of the lines."""
    stale: tuple[Pick, ...]
    """Those whose line is not there, or no longer says that."""


def apply_picks(script: Script, picks: Picks) -> Script:
    """The script with picks applied. A `take` that is written in the script wins over them."""
    number = 0
    segments: list[Segment] = []
    for segment in script.segments:
        if isinstance(segment, Line):
            number += 1
            pick = picks.lines.get(number)
            if pick and pick.chosen and segment.take is None:
                segment = replace(segment, take=pick.chosen)  # noqa: PLW2901 - a value, renewed
        segments.append(segment)
    return replace(script, segments=tuple(segments))


def keys(script: Script) -> list[LineKey]:
    """What each line of a script is known by, in order."""
    seen: Counter[LineKey] = Counter()
    found = []
    for line in script.lines:
        key = LineKey(
            speaker=line.speaker,
            line=line.text,
            emotion=emotion_words(line.emotion),
            seed=line.seed,
        )
        seen[key] += 1
        found.append(replace(key, occurrence=seen[key]))
    return found


def emotion_words(mix: EmotionMix | None) -> str:
    """An emotion as people write it: `calm`, or `calm 70%, excited 30%, strength 80%`."""
    if mix is None:
        return ""
    if len(mix.weights) == 1 and mix.strength == 1:
        return mix.weights[0][0]
    strength = [] if mix.strength == 1 else [("strength", mix.strength)]
    return ", ".join(f"{name} {100 * share:.4g}%" for name, share in (*mix.weights, *strength))


def match(script: Script, picks: Iterable[Pick]) -> Picks:
    """Find the lines that picks belong to.

    Speakers who got another name are recognised: the old name is gone from the script, and what it
    said is now said by exactly one name that has no picks of its own.
    """
    numbers = {key: number for number, key in enumerate(keys(script), 1)}
    picks = list(picks)
    names = _renamed(script, picks, numbers)
    found: dict[int, Pick] = {}
    stale = []
    for pick in picks:
        key = replace(pick.key, speaker=names.get(pick.key.speaker, pick.key.speaker))
        if key in numbers:
            found[numbers[key]] = replace(pick, key=key)
        else:
            stale.append(pick)
    return Picks(dict(sorted(found.items())), tuple(stale))


def _renamed(
    script: Script, picks: Sequence[Pick], numbers: Mapping[LineKey, int]
) -> Mapping[str, str]:
    """Old name -> new name."""
    known = {pick.key.speaker for pick in picks}
    new = [name for name in script.speakers if name not in known]
    candidates: dict[str, set[str]] = defaultdict(set)
    for pick in picks:
        if pick.key.speaker not in script.speakers:
            said_by = (name for name in new if replace(pick.key, speaker=name) in numbers)
            candidates[pick.key.speaker].update(said_by)
    claims = Counter(name for names in candidates.values() for name in names)
    return {
        old: name
        for old, names in candidates.items()
        for name in names
        if len(names) == 1 and claims[name] == 1
    }


def notes(script: Script, picks: Picks) -> list[str]:
    """What a person should know of the picks when their script is rendered, a sentence each."""
    lines = script.lines
    remarks = []
    for number, pick in picks.lines.items():
        line = lines[number - 1]
        if pick.chosen and line.take not in (None, pick.chosen):
            remarks.append(
                f"{line.place}: The script says `take: {line.take}`, which wins over the chosen "
                f"take {pick.chosen}."
            )
    count = sum(pick.chosen is not None for pick in picks.stale)
    if count:
        some = "A chosen take is of a line that was"
        if count > 1:
            some = f"{count} chosen takes are of lines that were"
        remarks.append(f"{some} edited or taken out. See: glmtts takes {shell_word(script.file)}")
    return remarks


def pick_takes(script: Script, picks: Picks, choices: Mapping[int, int]) -> Picks:
    """The picks with a take chosen for each of some lines, by their numbers.

    Raises `InputError` for every take there is not, and every line that says its take itself.
    """
    lines, known = script.lines, keys(script)
    found = dict(picks.lines)
    mistakes = []
    for number, take in choices.items():
        line, pick = lines[number - 1], picks.lines.get(number) or Pick(key=known[number - 1])
        if line.take is not None:
            what = Message(
                "Line {} says `take: {}` itself, which wins over what is chosen.", number, line.take
            )
            remedy = "Change it there, or take it out to choose here."
            mistakes.append(Mistake(line.place, what, remedy))
        elif take > pick.takes:
            has = "only its first take" if pick.takes == 1 else f"{pick.takes} takes"
            command = f"glmtts render {shell_word(script.file)} --lines {number} --takes {take}"
            what = Message("It has {}, no take {}.", has, take)
            mistakes.append(
                Mistake(Place(f"line {number}"), what, Message("Make more: {}", command))
            )
        found[number] = replace(pick, chosen=take)
    if mistakes:
        raise InputError(mistakes)
    return Picks(dict(sorted(found.items())), picks.stale)


def more_takes(script: Script, picks: Picks, numbers: Iterable[int], takes: int) -> Picks:
    """The picks with at least so many takes of each of these lines."""
    known = keys(script)
    found = dict(picks.lines)
    for number in numbers:
        pick = found.get(number) or Pick(key=known[number - 1])
        found[number] = replace(pick, takes=max(pick.takes, takes))
    return Picks(dict(sorted(found.items())), picks.stale)
