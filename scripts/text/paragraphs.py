"""A paragraph -> pieces that are spoken one by one, cut where sentences end."""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST = 400
"""Characters of a piece that is cut where a sentence ends; longer sentences are cut at commas."""

_MARK = 100
"""Characters of the longest mark that is kept whole."""
_SENTENCE = re.compile(r".*?(?:[。！？…!?]+[”’」』）)\"']*|\.(?=\s)[\"')]*|$)\s*", re.DOTALL)
_CLAUSE = re.compile(r".*?(?:[，,；;：、]|\s|$)\s*", re.DOTALL)


def pieces(paragraph: str) -> Iterator[tuple[int, str]]:
    """Where each piece begins, and the piece; put together they are the paragraph.

    Marks in braces and brackets are never cut.
    """
    begin, end = 0, 0
    for length in _parts(paragraph):
        if (
            end > begin
            and end + length - begin > LONGEST
            and (end - begin > 2 * LONGEST or not _open(paragraph[begin:end]))
        ):
            yield begin, paragraph[begin:end]
            begin = end
        end += length
    if end > begin:
        yield begin, paragraph[begin:end]


def _parts(paragraph: str) -> Iterator[int]:
    """Lengths of sentences; of the clauses of long ones, and of parts of what is longer still."""
    for sentence in _SENTENCE.findall(paragraph):
        if len(sentence) <= LONGEST:
            yield len(sentence)
            continue
        for clause in _CLAUSE.findall(sentence):
            whole, rest = divmod(len(clause), LONGEST)
            yield from [LONGEST] * whole
            if rest:
                yield rest


def _open(text: str) -> bool:
    """Whether a mark, `{…|…}` or `[…]`, goes on where this text ends: they are short."""
    near = text[-_MARK:]
    return near.rfind("{") > near.rfind("}") or near.rfind("[") > near.rfind("]")
