"""Lines that may begin with a name -> who speaks, and a Script of such lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from ..documents.findings import UnfitError, quoted
from ..messages import Message
from .script import Language, Line, Reference, Script, Segment, Speaker

_CJK = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_REMARK = re.compile(r"(.*\S)\s*[(（\[【][^()（）\[\]【】]*[)）\]】]")
_ABBREVIATION = re.compile(r"\b[A-Z][a-z]{0,3}\. ?")
_NO_NAME = re.compile(r"""[，。！？；、,.;!?"“”‘’「」《》<>()（）\[\]【】{}|/\\#*=+~@%^&…—]""")
_NARRATORS: dict[Language, str] = {"zh": "旁白", "en": "Narrator"}


def split_name(line: str) -> tuple[str | None, int]:
    """The name before the first colon, if one is there, and the index where the words begin.

    A name has at most 12 Chinese characters or 3 words and no punctuation. `http://` and `8:30`
    name nobody, and a colon in front says that nobody is named. Raises UnfitError for a name
    with a remark, `Anna (laughs):`.
    """
    colon = re.search("[:：]", line)
    if not colon:
        return None, _skip_spaces(line, 0)
    before, rest = line[: colon.start()].strip(), line[colon.end() :]
    words = _skip_spaces(line, colon.end())
    if not before:
        return None, words
    if len(before) > 80:
        return None, _skip_spaces(line, 0)
    clock = before[-1:].isdigit() and rest[:1].isdigit()
    if clock or rest.startswith("//"):
        return None, _skip_spaces(line, 0)
    if _is_name(before):
        return before, words
    remark = _REMARK.fullmatch(before)
    if remark and _is_name(remark[1]):
        raise UnfitError(
            Message("The remark in {} would not be heard.", quoted(before)),
            Message(
                "Write {}; manners of speaking need a YAML script.",
                quoted(remark[1] + colon.group()),
            ),
        )
    return None, _skip_spaces(line, 0)


def narrator(language: Language) -> str:
    """The name of whoever speaks before anybody is named."""
    return _NARRATORS[language]


def guess_language(text: str) -> Language:
    """Chinese if there is any Chinese character."""
    return "zh" if _CJK.search(text) else "en"


def join(first: str, second: str) -> str:
    """Two parts of one sentence, with a space between unless Chinese stands on either side."""
    between = "" if _CJK.match(first[-1:]) or _CJK.match(second[:1]) else " "
    return f"{first}{between}{second}" if first and second else first or second


def dialogue(path: Path, language: Language, segments: Sequence[Segment]) -> Script:
    """The script of these segments; speakers in order of appearance, their voices unassigned."""
    speakers: dict[str, Speaker] = {}
    for segment in segments:
        if isinstance(segment, Line) and segment.speaker not in speakers:
            speakers[segment.speaker] = Speaker(
                place=segment.place,
                name=segment.speaker,
                voice=Reference(place=segment.place),
            )
    return Script(
        file=path,
        title=path.stem,
        language=language,
        speakers=speakers,
        segments=tuple(segments),
    )


def _is_name(text: str) -> bool:
    if _NO_NAME.search(_ABBREVIATION.sub("", text)):
        return False
    return len(text) <= 12 if _CJK.search(text) else len(text) <= 40 and len(text.split()) <= 3


def _skip_spaces(line: str, index: int) -> int:
    return len(line) - len(line[index:].lstrip())
