"""Which words before a colon or in brackets name who speaks, and which belong to what is said.

`小明：你好` names somebody; `他说：“你好”` tells of somebody, `时间：八点` labels what follows. One
line does not tell them apart, a whole text does: who speaks mostly does so again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...documents.findings import UnfitError, quoted
from ...messages import Message
from .heard import is_sound
from .label_words import is_label, tells_of_speech

_CJK = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_REMARK = re.compile(r"(.*\S)\s*[(（\[【][^()（）\[\]【】]*[)）\]】]")
_ABBREVIATION = re.compile(r"\b[A-Z][a-z]{0,3}\. ?")
_NO_NAME = re.compile(r"""[，。！？；、,.;!?"“”‘’「」『』《》<>()（）\[\]【】{}|/\\#*=+~@%^&…—]""")
_MARKED = re.compile(
    r"\s*(?:<v(?:\.\S*)? ([^<>]+)>|<([^<>/]+)>|\[([^\[\]:：|]+)\](?!\()|【([^【】:：]+)】)"
    r"\s*[:：]?\s*"
)
_HTML = """
a b i u s p br hr em strong span div font c lang ruby rt rp li ul ol table tr td img sub sup small
big code pre h1 h2 h3 h4 h5 h6
"""
_TAGS = frozenset(_HTML.split())

_TALK = 3
"""One line in so many begins with a name where all names of a text are believed,"""
_SOME_TALK = 10
"""and where those are that come twice."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What may be a name at the beginning of a line."""

    name: str
    words: int
    """index where the words begin"""
    colon: str = ":"
    remark: str = ""
    """The name with what stands beside it in brackets; empty where nothing does."""
    certain: bool = False
    """In brackets of its own."""
    is_text: bool = False
    """A label, or a clause that tells who says what follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Who speaks in a text."""

    speak: frozenset[str]
    counts: tuple[tuple[str, int], ...] = ()
    """How many lines each of them begins, in order of appearance."""
    unsure: tuple[str, ...] = ()
    """What begins a single line as a name would: whether it is one is a guess, either way."""

    def split(self, line: str) -> tuple[str | None, int]:
        """Who says a line, if it tells, and the index where the words begin.

        A colon in front says that nobody is named. Raises UnfitError for a name with a remark,
        `Anna (laughs):`.
        """
        start = _after_spaces(line, 0)
        if line[start : start + 1] in (":", "："):
            return None, _after_spaces(line, start + 1)
        found = _found(line)
        if found is None or found.name not in self.speak:
            return None, start
        if found.remark:
            raise UnfitError(
                Message("The remark in {} would not be heard.", quoted(found.remark)),
                Message(
                    "Write {}; manners of speaking need a YAML script.",
                    quoted(found.name + found.colon),
                ),
            )
        return found.name, found.words


def names(lines: Iterable[str], asked: Sequence[str] | None = None) -> Names:
    """Who speaks in these lines: those asked for, or else whom the lines together make likely.

    Every name in brackets of its own does; one before a colon in a conversation, or if it comes
    twice where some lines have names.
    """
    rows = [line for line in lines if line.strip()]
    found = [one for one in map(_found, rows) if one and (asked is not None or not one.is_text)]
    counts = Counter(one.name for one in found)
    unsure: list[str] = []
    if asked is not None:
        speak = frozenset(asked)
    else:
        speak = _likely(found, counts, len(rows))
        unsure = [one.name for one in found if not one.certain and counts[one.name] == 1]
    spoken = tuple((name, count) for name, count in counts.items() if name in speak)
    return Names(speak=speak, counts=spoken, unsure=tuple(unsure))


def _likely(found: Sequence[_Found], counts: Counter[str], lines: int) -> frozenset[str]:
    certain = {one.name for one in found if one.certain}
    if len(found) * _TALK >= lines:
        return frozenset(counts)
    if len(found) * _SOME_TALK >= lines:
        certain |= {name for name, count in counts.items() if count > 1}
    return frozenset(certain)


def is_name(text: str) -> bool:
    """At most 12 Chinese characters or 3 words, without punctuation."""
    if not text or _NO_NAME.search(_ABBREVIATION.sub("", text)):
        return False
    return len(text) <= 12 if _CJK.search(text) else len(text) <= 40 and len(text.split()) <= 3


def _found(line: str) -> _Found | None:
    """What may be a name; `http://` and `8:30` are none."""
    if marked := _MARKED.match(line):
        name = next(group for group in marked.groups() if group).strip()
        if is_name(name) and not (name.isdecimal() or name.lower() in _TAGS or is_sound(name)):
            certain = not is_label(name)
            return _Found(name, marked.end(), certain=certain, is_text=not certain)
    colon = re.search("[:：]", line[:90])
    if not colon:
        return None
    name, rest = line[: colon.start()].strip(), line[colon.end() :]
    if rest.startswith("//") or (name[-1:].isdigit() and rest[:1].isdigit()):
        return None
    remark = _REMARK.fullmatch(name)
    name, beside = (remark[1], name) if remark else (name, "")
    if not is_name(name):
        return None
    is_text = is_label(name) or tells_of_speech(name, rest)
    words = _after_spaces(line, colon.end())
    return _Found(name, words, colon.group(), beside, is_text=is_text)


def _after_spaces(line: str, index: int) -> int:
    return len(line) - len(line[index:].lstrip())
