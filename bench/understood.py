"""What a listener understands of the bundled voices and of Kokoro: the tables of docs/kokoro.md.

`python -m comfyui_glmtts.bench.understood [NAME …] [--every 1]` has Whisper base write down
sentences that it was not told, and counts what is wrong: Chinese in syllables without tones, since
words that sound alike cannot be told apart, English in words. A name is a bundled voice's, a
speaker's, or a mixture's: af_heart=0.6,zf_xiaoxiao=0.4. Without names: all bundled voices.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from comfyui_glmtts.audio.wave import Wave
from comfyui_glmtts.glmtts_runtime.engine import Engine, SpeechRequest
from comfyui_glmtts.glmtts_runtime.kokoro.engine import KokoroEngine
from comfyui_glmtts.glmtts_runtime.kokoro.speakers import SPEAKERS, blend
from comfyui_glmtts.glmtts_runtime.voices.library import BUNDLED, VoiceLibrary
from comfyui_glmtts.glmtts_runtime.voices.voice import Voice
from comfyui_glmtts.listening.ears import Ears
from comfyui_glmtts.progress import unwatched
from comfyui_glmtts.pronunciation.chinese.hanzi import has_han
from comfyui_glmtts.pronunciation.reader import Reader

SENTENCES = Path(__file__).parents[1] / "tests/glmtts_runtime/kokoro/sentences.txt"


@dataclass(frozen=True, slots=True)
class Score:
    """What was wrong, and of how much."""

    syllables: int = 0
    of_syllables: int = 0
    words: int = 0
    of_words: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(
            self.syllables + other.syllables,
            self.of_syllables + other.of_syllables,
            self.words + other.words,
            self.of_words + other.of_words,
        )


def tokens(text: str) -> list[str]:
    """Syllables without tones and words in small letters; numbers as they are said."""
    found, word = list[str](), ""
    for character in (*Reader().read(text).characters, None):
        char = character.char if character else ""
        if character and not character.pinyin and (char.isalpha() or char in "'’"):
            word += char.lower().replace("’", "'")
            continue
        if word:
            found.append(word)
            word = ""
        if character and character.pinyin:
            found.append(f"{character.pinyin[:-1]}*")
    return found


def mistakes(told: Sequence[str], heard: Sequence[str]) -> list[tuple[str, str]]:
    """(told, heard) of each token that was misheard, missed ("") or made up."""
    cost = np.zeros((len(told) + 1, len(heard) + 1), int)
    cost[:, 0], cost[0] = np.arange(len(told) + 1), np.arange(len(heard) + 1)
    for i, one in enumerate(told, start=1):
        for j, other in enumerate(heard, start=1):
            swap = cost[i - 1, j - 1] + (one != other)
            cost[i, j] = min(swap, cost[i - 1, j] + 1, cost[i, j - 1] + 1)
    found = []
    i, j = len(told), len(heard)
    while i or j:
        if i and j and cost[i, j] == cost[i - 1, j - 1] + (told[i - 1] != heard[j - 1]):
            i, j = i - 1, j - 1
            if told[i] != heard[j]:
                found.append((told[i], heard[j]))
        elif i and cost[i, j] == cost[i - 1, j] + 1:
            i -= 1
            found.append((told[i], ""))
        else:
            j -= 1
            found.append(("", heard[j]))
    return found[::-1]


def score(pairs: Iterable[tuple[str, Wave]], ears: Ears) -> tuple[Score, list[tuple[str, str]]]:
    """Sentences and how they sound -> what was misheard of them."""
    total, wrong = Score(), list[tuple[str, str]]()
    for text, sound in pairs:
        told = tokens(text)
        found = mistakes(told, tokens(ears.hear(sound, "zh" if has_han(text) else "en").text))
        syllables = sum((one or other).endswith("*") for one, other in found)
        chinese = sum(token.endswith("*") for token in told)
        total += Score(syllables, chinese, len(found) - syllables, len(told) - chinese)
        wrong += found
    return total, wrong


def spoken(engine: Engine, lines: Sequence[tuple[str, str]]) -> list[tuple[str, Wave]]:
    """(voice, sentence) -> sentences and how they sound. A voice by name, as said above."""
    requests = [
        SpeechRequest(spoken=Reader().read(text), voice=voice(name)) for name, text in lines
    ]
    found: dict[int, Wave] = {}
    for outcome in engine.synthesize(requests, progress=unwatched, cancel=unwatched):
        assert isinstance(outcome.result, Wave), outcome.result
        found[outcome.index] = outcome.result
    return [(text, found[index]) for index, (_, text) in enumerate(lines)]


def bundled() -> list[str]:
    """Names of the voices that come along."""
    return sorted(path.stem for path in BUNDLED.glob("*.flac"))


def voice(name: str) -> Voice:
    silence = Wave(np.zeros(1, np.float32), 24_000)
    if name in SPEAKERS:
        return Voice(name, silence, "", name, ((name, 1.0),))
    if "=" in name:
        weights = dict(part.split("=") for part in name.split(","))
        who = blend({speaker: float(weight) for speaker, weight in weights.items()})
        return Voice(name, silence, "", name, who)
    return VoiceLibrary([], user=BUNDLED / "none").get(name)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", default=bundled())
    parser.add_argument("--every", type=int, default=1, help="only each n-th sentence")
    parser.add_argument("--wrong", action="store_true", help="show what was misheard")
    chosen = parser.parse_args()
    texts = SENTENCES.read_text(encoding="utf-8").splitlines()[:: chosen.every]
    ears = Ears.open()
    with KokoroEngine.open() as engine:
        print("| voice | syllables wrong | words wrong | s of speech | s |")
        print("|---|---|---|---|---|")
        for name in chosen.names:
            began = time.perf_counter()
            pairs = spoken(engine, [(name, text) for text in texts])
            found, wrong = score(pairs, ears)
            seconds = sum(sound.seconds for _, sound in pairs)
            print(
                f"| {name} | {found.syllables} of {found.of_syllables} "
                f"({found.syllables / found.of_syllables:.1%}) | {found.words} of "
                f"{found.of_words} ({found.words / found.of_words:.1%}) | {seconds:.0f} "
                f"| {time.perf_counter() - began:.0f} |",
                flush=True,
            )
            if chosen.wrong:
                print("   ", wrong, flush=True)


if __name__ == "__main__":
    main()
