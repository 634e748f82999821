"""Sentences a second: reading against wetext, pypinyin and g2pM; lexicons of growing size.

python bench/pronunciation.py [FILE OF SENTENCES]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from comfyui_glmtts.pronunciation import pages
from comfyui_glmtts.pronunciation.chinese.dictionary import installed
from comfyui_glmtts.pronunciation.chinese.readings import decide
from comfyui_glmtts.pronunciation.lexicon.lexicon import Lexicon, Rule
from comfyui_glmtts.pronunciation.reader import Reader

SAMPLE = [
    "银行行长说这件事非常重要，重庆的分行必须重新审核。",
    "2026年11月22日上午9:30，G1234次列车从3站台发车，票价553.5元。",
    "今天气温-5℃到3℃，湿度45%，风力3~4级，请拨打400-800-1234了解更多。",
    "欢迎收听本期节目，今天的嘉宾是清华大学的李明博士，主要研究方向是语音合成。",
    "长城长，长江长，长大的孩子长得高，还钱的时候他还在还价。",
]


def rate(read: Callable[[Sequence[str]], object], sentences: Sequence[str]) -> float:
    """Sentences a second, after one call that loads what is needed."""
    read(sentences[:5])
    start = time.perf_counter()
    read(sentences)
    return len(sentences) / (time.perf_counter() - start)


def others() -> dict[str, Callable[[Sequence[str]], object]]:
    """What is measured beside ours, where it is installed."""
    found: dict[str, Callable[[Sequence[str]], object]] = {}
    try:
        from wetext import Normalizer

        normalizer = Normalizer(lang="zh", operator="tn")
        found["wetext"] = lambda texts: [normalizer.normalize(text) for text in texts]
    except ImportError:
        pass
    try:
        import pypinyin

        found["pypinyin"] = lambda texts: [pypinyin.lazy_pinyin(text) for text in texts]
    except ImportError:
        pass
    try:
        from g2pM import G2pM

        model = G2pM()
        found["g2pM"] = lambda texts: [model(text) for text in texts]
    except ImportError:
        pass
    return found


def replaced_in_turn(text: str, keys: Sequence[str]) -> str:
    """What a loop over sorted keys costs: every key is looked for at every place."""
    at, out = 0, []
    while at < len(text):
        key = next((key for key in keys if text.startswith(key, at)), text[at])
        out.append(key)
        at += len(key)
    return "".join(out)


def lexicon(size: int) -> Lexicon:
    """Rules on `size` phrases."""
    phrases = installed().phrases
    words = [first + rest for first in phrases for rest, _ in pages.words(phrases, first)][:size]
    words += [f"{word}{n}" for n in range(2) for word in words][: max(0, size - len(words))]
    return Lexicon(tuple(Rule(word=word[0], context=word, reading=("a1",)) for word in words))


def main() -> None:
    """Print the table."""
    sentences = SAMPLE * 100
    if len(sys.argv) > 1:
        lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
        sentences = [line.replace("▁", "") for line in lines if line.strip()][:3000]
    print(f"{len(sentences)} sentences, {sum(map(len, sentences)) / len(sentences):.0f} characters")
    ours = {"read_all": Reader().read_all, "readings only": decide}
    for name, read in {**ours, **others()}.items():
        print(f"{name:16}{rate(read, sentences):8.0f} sentences/s")  # type: ignore[arg-type]
    for size in (1_000, 10_000, 50_000):
        rules = lexicon(size)
        rules.readings(sentences[0])
        start = time.perf_counter()
        for sentence in sentences:
            rules.readings(sentence)
        mine = (time.perf_counter() - start) / len(sentences)
        keys = sorted({rule.key for rule in rules.rules}, key=len, reverse=True)
        start = time.perf_counter()
        for sentence in sentences[:3]:
            replaced_in_turn(sentence, keys)
        loop = (time.perf_counter() - start) / 3
        print(f"{size:6} rules: {1e3 * mine:.3f} ms a sentence, a loop {1e3 * loop:.1f} ms")


if __name__ == "__main__":
    main()
