"""A lexicon -> findings: rules that mislead, contradict, or never apply."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from ...messages import Message
from ..chinese.g2p import readings
from ..chinese.hanzi import has_han, is_han
from ..chinese.twins import TWINS
from ..finding import CODES, Finding
from ..folding import folded
from ..normalise import normalised
from ..phonemes import INVENTORY, spelling
from .lexicon import Lexicon, Match, Rule


def lint_lexicon(
    lexicon: Lexicon, texts: Sequence[str] = (), *, transcripts: Sequence[str] = ()
) -> list[Finding]:
    """Findings on each rule, in the rules' order.

    texts: what the rules are for; with them also what never applies, and which rules meet there.
    transcripts: of reference recordings, whose readings are what the recordings say.
    """
    found: list[Finding] = []
    for rule in lexicon.rules:
        found += _alone(rule)
    found += _written_again(lexicon)
    found += _shadowed(lexicon)
    found += _said_anyway(lexicon)
    found += _aliases(lexicon)
    found += _twins(lexicon)
    found += _overlapping(lexicon, texts)
    if texts:
        used = {id(rule) for text in texts for rule in _applying(lexicon, text)}
        found += [_finding("P112", rule) for rule in lexicon.rules if id(rule) not in used]
    for text in transcripts:
        found += [_finding("P115", r, f" (“{text[:20]}”)") for r in _applying(lexicon, text)]
    order = {id(rule.place): i for i, rule in enumerate(lexicon.rules)}
    return sorted(found, key=lambda finding: order.get(id(finding.place), 0))


def _finding(code: str, rule: Rule, more: str = "") -> Finding:
    return Finding(code, rule.place, Message("{}: {}{}.", rule.name, Message(CODES[code][1]), more))


_STOPS = frozenset("，。！？；：、…—,!?;:")


def _alone(rule: Rule) -> Iterator[Finding]:
    """What is wrong with a rule whatever else there is."""
    yield from _syllables(rule)
    if has_han(rule.key) and any(char.isspace() or char in _STOPS for char in rule.key):
        yield _finding("P104", rule)
        return
    draft = folded(rule.key, 0)
    looked_up = draft.text if rule.alias else normalised(draft, rule.language or "zh").text
    if looked_up != rule.key:
        yield _finding("P109", rule, Message(" (to “{}”)", looked_up))


def _written_again(lexicon: Lexicon) -> Iterator[Finding]:
    """Rules with the same key and conditions as an earlier one."""
    keys: dict[tuple[object, ...], Rule] = {}
    for rule in lexicon.rules:
        scope = (rule.key, rule.word, rule.target, rule.language, rule.speaker, rule.left,
                 rule.right, rule.unless)  # fmt: skip
        other = keys.setdefault(scope, rule)
        if other is rule:
            continue
        if (other.reading, other.alias) != (rule.reading, rule.alias):
            code = "P102"
        else:
            code = "P105" if other.written == rule.written else "P114"
        yield _finding(code, rule, Message(" (see {})", other.place))


def _syllables(rule: Rule) -> Iterator[Finding]:
    """What is odd about a rule's reading."""
    han = [char for char in rule.word if is_han(char)]
    for char, reading in zip(han, rule.reading, strict=False):
        known = readings.known_readings().get(char, ())
        if reading not in known and not reading.endswith("5"):
            yield _finding("P101", rule, f" ({char}: {', '.join(known) or 'none'})")
        if spelling(reading, INVENTORY) is None:
            yield _finding("P108", rule, f" ({reading})")


def _shadowed(lexicon: Lexicon) -> Iterator[Finding]:
    """Rules whose key lies in a longer key that tells the same word otherwise."""
    by_word: dict[str, list[Rule]] = {}
    for rule in lexicon.rules:
        by_word.setdefault(rule.word, []).append(rule)
    for rules in by_word.values():
        for rule in rules[:200]:
            longer = next(
                (o for o in rules[:200] if len(o.key) > len(rule.key) and rule.key in o.key
                 and o.reading != rule.reading),
                None,
            )  # fmt: skip
            if longer and rule.context:
                yield Finding(
                    "P103", rule.place, Message("{}: {} wins over it.", rule.name, longer.name)
                )


def _said_anyway(lexicon: Lexicon) -> Iterator[Finding]:
    rules = [r for r in lexicon.rules if r.reading and len(r.key) > 1 and not r.left + r.right]
    for rule, decided in zip(rules, readings.decide([r.key for r in rules]), strict=True):
        start, end = next(rule.spans())
        said = tuple(d.pinyin for d in decided[start:end] if d)
        if said == rule.reading:
            yield _finding("P110", rule)


def _aliases(lexicon: Lexicon) -> Iterator[Finding]:
    """Aliases that lead back to themselves, or hold what another rule is about."""
    leads = {
        id(rule): [m.rule for m in lexicon.aliases(folded(rule.alias, 0).text, **_scope(rule))]
        for rule in lexicon.rules
        if rule.alias
    }
    for rule in lexicon.rules:
        if not rule.alias:
            continue
        if _returns(rule, leads):
            yield _finding("P106", rule)
            continue
        held = leads[id(rule)] + [m.rule for m in lexicon.readings(rule.alias, **_scope(rule))]
        if held:
            yield _finding("P107", rule, f" ({held[0].name})")


def _returns(rule: Rule, leads: dict[int, list[Rule]]) -> bool:
    """Whether the words of a rule's alias, followed from alias to alias, are its own again."""
    seen: set[int] = set()
    waiting = list(leads[id(rule)])
    while waiting:
        other = waiting.pop()
        if other is rule:
            return True
        if id(other) not in seen:
            seen.add(id(other))
            waiting += leads[id(other)]
    return False


def _twins(lexicon: Lexicon) -> Iterator[Finding]:
    """Rules that texts in traditional characters pass by."""
    keys = {rule.key for rule in lexicon.rules}
    for rule in lexicon.rules:
        for word, traditional in TWINS.items():
            if word not in rule.key:
                continue
            twin = folded(rule.key.replace(word, traditional), 0).text
            if twin not in keys:
                yield _finding("P113", rule, Message(" ({}, which becomes {})", traditional, twin))


def _overlapping(lexicon: Lexicon, texts: Sequence[str]) -> Iterator[Finding]:
    """Rules that meet in a text, or in another rule's key, and tell a character differently."""
    told: set[tuple[int, int]] = set()
    stages = {rule.key: None for rule in lexicon.rules}
    scopes = _scopes(lexicon)
    for text in texts:
        for scope in scopes:
            stages.update(dict.fromkeys(_stages(lexicon, text, scope)))
    for text in stages:
        for scope in scopes:
            for lost, won in lexicon.contested(text, language=scope[0], speaker=scope[1]):
                pair = (id(lost.rule), id(won.rule))
                if pair not in told and _disagree(lost, won):
                    told.add(pair)
                    around = text[max(0, lost.start - 6) : lost.end + 6]
                    yield _finding(
                        "P111", lost.rule, Message(" ({} in “{}”)", won.rule.name, around)
                    )


def _disagree(lost: Match, won: Match) -> bool:
    """Whether nobody decided between two rules: neither key holds the other, none has priority."""
    one, other = lost.rule, won.rule
    if one.key in other.key or other.key in one.key or one.priority != other.priority:
        return False
    if one.alias or other.alias:
        return one.alias != other.alias
    said, instead = _told(lost), _told(won)
    return any(said[i] != instead[i] for i in said.keys() & instead.keys())


def _told(match: Match) -> dict[int, str]:
    """Index in the text -> pinyin."""
    han = (i for i, char in enumerate(match.rule.word, match.start) if is_han(char))
    return dict(zip(han, match.rule.reading, strict=False))


Scope: TypeAlias = "tuple[str, str | None]"


def _scope(rule: Rule) -> dict[str, Any]:
    return {"language": rule.language or "zh", "speaker": rule.speaker or None}


def _scopes(lexicon: Lexicon) -> list[Scope]:
    """(language, speaker) for which some rule is."""
    return list(dict.fromkeys((r.language or "zh", r.speaker or None) for r in lexicon.rules))


def _stages(lexicon: Lexicon, text: str, scope: Scope) -> tuple[str, str]:
    """What aliases are looked up in, and what readings are."""
    language, speaker = scope
    draft = folded(text, 0)
    matches = lexicon.aliases(draft.text, language=language, speaker=speaker)
    said = draft.edited((match.start, match.end, match.rule.alias) for match in matches)
    return draft.text, normalised(said, language).text


def _applying(lexicon: Lexicon, text: str) -> list[Rule]:
    """The rules whose conditions `text` meets, each once, for whatever language and speaker."""
    found: dict[int, Rule] = {}
    for scope in _scopes(lexicon):
        language, speaker = scope
        display, spoken = _stages(lexicon, text, scope)
        matches = lexicon.aliases(display, language=language, speaker=speaker)
        matches += lexicon.readings(spoken, language=language, speaker=speaker)
        for stage in (display, spoken):
            lost = lexicon.contested(stage, language=language, speaker=speaker)
            matches += [match for match, _ in lost]
        found.update((id(match.rule), match.rule) for match in matches)
    return list(found.values())
