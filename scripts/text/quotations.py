"""A paragraph of prose -> its quotations, and by whom they are said where the text tells.

The clause before a quotation tells (林远低声说：“…”, Anna said, “…”), or the one after it
(“…”林远笑道。, “…,” said Anna.). Pronouns tell nothing that could be relied on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_QUOTED = re.compile(r"“[^“”]+”|「[^「」]+」|『[^『』]+』|\"[^\"]+\"")
_SAID = (
    "说道|笑道|问道|答道|喊道|叫道|叹道|怒道|骂道|喝道|回答|开口|追问|反问|"
    "说|问|道|答|喊|叫|嚷|吼|叹|笑|骂"
)
_SURE = (
    "[低轻大小高沉厉柔颤尖齐][声]|[笑哭说喊叫]着|又|也|便|就|才|却|都|忙|连忙|急忙|赶紧|忽然|突然|立刻|马上|"
    "接着|终于|这才|冷冷地?|淡淡地?|缓缓地?|慢慢地?|轻轻地?|悄悄地?|微微一|冷|苦|大|微|再|还|先|"
    "[对向朝].{1,6}"
)
_MANNERS = (
    re.compile(_SURE),
    re.compile(rf"{_SURE}|[^，。！？；：“”\s]{{0,6}}[地着声]"),
)
"""How something is said, between the name and the verb, of which there may be several: what surely
is that, and what may be."""
_CLAUSE = r"(?P<clause>[\u3400-\u9fff·]{2,18}?)"
_BEFORE = re.compile(
    rf"(?:^|[，。！？；：”」\s]){_CLAUSE}(?:{_SAID})[了着过]?[^，。！？；：“”]{{0,4}}[：:，,]?\s*$"
)
_AFTER = re.compile(rf"\s*{_CLAUSE}(?:{_SAID})(?=[，。！？；：着了\s“]|$)")
_VERB = "said|asked|replied|answered|cried|shouted|whispered|added|continued|murmured|called"
_PERSON = r"[A-Z][\w'-]*(?:\.? [A-Z][\w'-]*){0,2}"
_EN_BEFORE = re.compile(rf"(?P<name>{_PERSON})(?: \w+ly)? (?:{_VERB})(?: \w+ly)?[,:]?\s*$")
_EN_AFTER = re.compile(
    rf"\s*(?:(?:{_VERB}) (?P<first>{_PERSON})|(?P<second>{_PERSON})(?: \w+ly)? (?:{_VERB}))\b"
)
_NOBODY = re.compile(
    r"[我你您他她它咱这那谁对向朝从在把被让给只]|有人|众人|大家|自己|对方|两人|一个|.*的|"
    r"(?:He|She|They|I|We|You|It|The|Then|And|But|Who)\b"
)
_NEAR = 120
"""Characters before and after a quotation that are looked at."""
_LONGEST_NAME = 4
_SPOKEN_END = tuple("。！？…，—!?.,～~")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a paragraph: narration, or what somebody says."""

    start: int
    text: str
    quoted: bool = False
    speaker: str | None = None
    """Who says it, if it is quoted and the text tells."""


def parts(paragraph: str) -> list[Part]:
    """The parts of a paragraph in order; put together they are the paragraph.

    A few words in quotation marks inside of a sentence are no speech but a manner of writing.
    """
    found: list[Part] = []
    at = 0
    speaker: str | None = None
    for quote in _QUOTED.finditer(paragraph):
        before, after = paragraph[at : quote.start()], paragraph[quote.end() : quote.end() + _NEAR]
        teller = _teller(before, after)
        if not (teller or _is_speech(quote[0], before)):
            continue
        speaker = teller or (speaker if found and before else None)
        if before:
            found.append(Part(at, before))
        found.append(Part(quote.start(), quote[0], quoted=True, speaker=speaker))
        at = quote.end()
    if at < len(paragraph):
        found.append(Part(at, paragraph[at:]))
    return found


def _is_speech(quote: str, before: str) -> bool:
    return quote[-2] in _SPOKEN_END or before.rstrip().endswith(("：", ":"))


def _teller(before: str, after: str) -> str | None:
    """Who says what stands between these two."""
    before, following = before[-_NEAR:], _QUOTED.split(after[:_NEAR], maxsplit=1)[0]
    clauses = [found["clause"] for found in _BEFORE.finditer(before)]
    clauses += [found["clause"] for found in [_AFTER.match(following)] if found]
    names = [name for name in map(_named, clauses) if name]
    if not names and (found := _EN_BEFORE.search(before) or _EN_AFTER.match(following)):
        names = [name for name in found.groups() if name]
    return None if not names or _NOBODY.match(names[0]) else names[0]


def _named(clause: str) -> str | None:
    """The name a clause begins with, whose rest is nothing but how something is said."""
    for manner in _MANNERS:
        for length in range(2, min(len(clause), _LONGEST_NAME) + 1):
            if _consists_of(manner, clause[length:]):
                return clause[:length]
    return None


def _consists_of(manner: re.Pattern[str], text: str) -> bool:
    """Whether it can be put together of these, tried from each place that is reached once."""
    reached = {0}
    for at in range(len(text)):
        if at in reached:
            ends = range(at + 1, len(text) + 1)
            reached |= {end for end in ends if manner.fullmatch(text, at, end)}
    return len(text) in reached
