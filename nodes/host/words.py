"""What other rooms say -> the words of the editor: no command line, in the editor's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ...messages import LANGUAGES, catalog
from ...mistakes import Mistake


@dataclass(frozen=True, slots=True)
class _Remedy:
    """A remedy of the command line, and what to do in the editor instead."""

    told: re.Pattern[str]
    words: Mapping[str, str]
    """By language; English is there always"""


def _remedy(told: str, en: str, zh: str) -> _Remedy:
    return _Remedy(re.compile(told), {"en": en, "zh": zh})


_REMEDIES = (
    _remedy(
        r"Add one with: glmtts voices add .*",
        "Keep one with Save Voice, or put a recording and its words into models/tts/voices.",
        "用“保存声音”存一个，或者把录音和文字放进 models/tts/voices。",
    ),
    _remedy(
        r"Get them with: glmtts model download kokoro",
        "In Load Speech Engine choose kokoro and switch its download on.",
        "在“加载语音引擎”里选 kokoro，打开“下载”。",
    ),
    _remedy(
        r"Get it with `glmtts checkpoint download`[^.]*\.?",
        "In Load Speech Engine choose GLM-TTS and switch its download on.",
        "在“加载语音引擎”里选 GLM-TTS，打开“下载”。",
    ),
    _remedy(
        r"Delete the file and download it again: `glmtts checkpoint download`\.",
        "Delete the file, then switch download on in Load Speech Engine.",
        "删掉这个文件，再在“加载语音引擎”里打开“下载”。",
    ),
    _remedy(
        r"Choose another name, or have it replaced \(--replace\)\.",
        "Choose another name, or switch replace on.",
        "换一个名字，或者打开“替换”。",
    ),
    _remedy(
        r"Give them with --text or --text-file, exactly as they are spoken\.",
        "Write them into transcript, exactly as they are spoken.",
        "把录音里说的话一字不差地写进“录音文字”。",
    ),
    _remedy(
        r"Allow it \(leave --offline out, unset (\w+)\), or copy the file here by hand\.",
        r"Start ComfyUI without \1, or copy the files here by hand.",
        r"启动 ComfyUI 时不要设 \1，或者手动把文件放到这里。",
    ),
)

_PROGRESS = {
    "en": {"speak": "line {done} of {total}", "MB": "{what}: {done} of {total} MB"},
    "zh": {"speak": "第 {done} 句，共 {total} 句", "MB": "{what}：{done} / {total} MB"},
}


def in_editors_words(mistake: Mistake, language: str) -> Mistake:
    """The mistake with what to do about it in this editor."""
    translate = catalog(language if language in LANGUAGES else LANGUAGES[0])
    remedy: str = mistake.remedy
    for known in _REMEDIES:
        remedy = known.told.sub(known.words.get(language, known.words["en"]), remedy)
    if remedy == mistake.remedy:
        remedy = translate(mistake.remedy)
    return replace(mistake, what=translate(mistake.what), remedy=remedy)


def progress_in_words(what: str, done: int, total: int, language: str) -> str:
    """How far a kind of work is: "line 12 of 120"."""
    told = _PROGRESS.get(language, _PROGRESS["en"])
    return told.get(what, "{what} {done}/{total}").format(what=what, done=done, total=total)


def megabytes(file: str, done: int, total: int, language: str) -> str:
    """How far a download is."""
    told = _PROGRESS.get(language, _PROGRESS["en"])["MB"]
    return told.format(what=file, done=round(done / 1e6), total=round(total / 1e6))
