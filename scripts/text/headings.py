"""A line of a text -> the heading it is: Markdown's `#`, and chapters as books number them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MARKDOWN = re.compile(r"\s*(#{1,6})(?!#)(?:\s+|(?=[^\s\d#][^#]*$))(.*?)\s*#*\s*")
_NUMBER = "[〇零一二三四五六七八九十百千两\\d]{1,7}"
_CHAPTER = re.compile(
    rf"\s*(?:第{_NUMBER}[章回节卷部篇集幕折话](?:[ 　:：、.·—-].*)?"
    rf"|(?:序章|序言|序|前言|自序|楔子|引子|引言|尾声|终章|后记|跋|番外|附录)(?:{_NUMBER}|[ 　].*)?"
    r"|(?:chapter|part|book|act)\s+(?:\d+|[ivxlc]+|one|two|three|four|five|six|seven|eight|nine|ten"
    r"|eleven|twelve)\b(?:[.:—-].*|\s+(?-i:[A-Z]).*)?"
    r"|(?:prologue|epilogue|preface|foreword|introduction|afterword)(?:[.:].*)?)\s*",
    re.IGNORECASE,
)
_LONGEST = 40
"""characters of a chapter's head without a mark; a longer line that begins like one goes on"""
_LONGEST_LINE = 300
_SENTENCE = tuple('。！？；，,;!?…”"')


@dataclass(frozen=True, slots=True)
class Heading:
    """A title in a text."""

    level: int
    """1 is the highest; chapters without a mark are below it."""
    title: str


def heading(line: str) -> Heading | None:
    """The heading that a line is; None for all others."""
    if len(line) > _LONGEST_LINE:
        return None
    if found := _MARKDOWN.fullmatch(line):
        return Heading(len(found[1]), found[2]) if found[2].strip() else None
    if _CHAPTER.fullmatch(line):
        title = line.strip()
        if len(title) <= _LONGEST and not title.endswith(_SENTENCE):
            return Heading(2, title)
    return None
