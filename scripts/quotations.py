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
_MANNER = (
    r"(?:[^，。！？；：“”\s]{0,6}[地着声]|又|也|便|就|才|却|都|忙|连忙|急忙|赶紧|忽然|突然|立刻|马上|接着|"
    r"终于|这才|冷冷|淡淡|缓缓|慢慢|轻轻|悄悄|微微一|冷|苦|大|微|再|还|先|[对向朝].{1,6}?)*"
)
_NAME = r"(?P<name>[\u3400-\u9fff·]{2,4}?)"
_BEFORE = re.compile(
    rf"(?:^|[，。！？；：”」\s]){_NAME}{_MANNER}(?:{_SAID})[了着过]?.{{0,4}}?[：:，,]?\s*$"
)
_AFTER = re.compile(rf"\s*{_NAME}{_MANNER}(?:{_SAID})(?=[，。！？；：着了\s“]|$)")
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
        before, after = paragraph[at : quote.start()], paragraph[quote.end() :]
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
    following = _QUOTED.split(after, maxsplit=1)[0]
    for pattern, text in (
        (_BEFORE, before), (_EN_BEFORE, before), (_AFTER, following), (_EN_AFTER, following),
    ):  # fmt: skip
        found = pattern.search(text) if text is before else pattern.match(text)
        if found:
            name = next(value for value in found.groupdict().values() if value)
            return None if _NOBODY.match(name) else name
    return None
