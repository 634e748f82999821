"""A line of Markdown -> its words: marks for the eye go, words stay."""

from __future__ import annotations

import re

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_BREAKS = dict.fromkeys((0xAD, 0x200B, 0x2060))  # soft hyphen, zero-width space, word joiner
_BLOCK = re.compile(r"\s*(?:>\s?)*(?:[-*+•]\s+(?!\d))?")
_FENCE = re.compile(r"\s*(?:```|~~~).*")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+\"[^\"]*\")?\)")
_STRONG = re.compile(r"(\*\*\*|\*\*|___|__|~~|==)(?=\S)(.+?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![A-Za-z0-9*])\*(?=[^\s*])([^*]+?)(?<=\S)\*(?![A-Za-z0-9*])|"
                       r"(?<![\w_])_(?=[^\s_])([^_]+?)(?<=\S)_(?![\w_])")  # fmt: skip
_CODE = re.compile(r"`+([^`]+)`+")


def without_comments(text: str) -> str:
    """The text without `<!-- … -->`; lines keep their numbers."""
    return _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text)


def unhyphenated(text: str) -> str:
    """The text without the invisible characters that say where a row may be broken."""
    return text.translate(_BREAKS)


def without_marks(line: str) -> str:
    """The words of a line: what is not read of it are quote and list marks, emphasis, the address
    of a link and the rows that fence code."""
    if _FENCE.fullmatch(line):
        return ""
    line = unhyphenated(line)
    line = line[_BLOCK.match(line).end() :] if _BLOCK.match(line) else line  # type: ignore[union-attr]
    line = _LINK.sub(r"\1", line)
    line = _CODE.sub(r"\1", line)
    line = _STRONG.sub(r"\2", _STRONG.sub(r"\2", line))
    return _EMPHASIS.sub(lambda found: found[1] or found[2], line)
