"""A line of Markdown -> its words: marks for the eye go, words stay."""

from __future__ import annotations

import re

_BREAKS = dict.fromkeys((0xAD, 0x200B, 0x2060))  # soft hyphen, zero-width space, word joiner
_BLOCK = re.compile(r"^\s*(?:>\s?)*(?:[-*+•]\s+(?!\d))?")
_FENCE = re.compile(r"\s*(?:```|~~~).*")
_LINK = re.compile(r"!?\[([^\[\]]{0,500})\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+\"[^\"]*\")?\)")
_STRONG = re.compile(r"(\*\*\*|\*\*|___|__|~~|==)(?=\S)(.{1,500}?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![A-Za-z0-9*])\*(?=[^\s*])([^*]{1,500}?)(?<=\S)\*(?![A-Za-z0-9*])|"
                       r"(?<![\w_])_(?=[^\s_])([^_]{1,500}?)(?<=\S)_(?![\w_])")  # fmt: skip
_CODE = re.compile(r"`+([^`]+)`+")


def without_comments(text: str) -> str:
    """The text without `<!-- … -->`; lines keep their numbers."""
    kept: list[str] = []
    at = 0
    while (begin := text.find("<!--", at)) >= 0 and (end := text.find("-->", begin + 4)) >= 0:
        kept += [text[at:begin], "\n" * text.count("\n", begin, end)]
        at = end + 3
    return "".join([*kept, text[at:]])


def unhyphenated(text: str) -> str:
    """The text without the invisible characters that say where a row may be broken."""
    return text.translate(_BREAKS)


def without_marks(line: str) -> str:
    """The words of a line: what is not read of it are quote and list marks, emphasis, the address
    of a link and the rows that fence code."""
    if _FENCE.fullmatch(line):
        return ""
    line = _BLOCK.sub("", unhyphenated(line), count=1)
    line = _LINK.sub(r"\1", line)
    line = _CODE.sub(r"\1", line)
    line = _STRONG.sub(r"\2", _STRONG.sub(r"\2", line))
    return _EMPHASIS.sub(lambda found: found[1] or found[2], line)
