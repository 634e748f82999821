from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from comfyui_glmtts.audio.wave import Wave
from comfyui_glmtts.glmtts_runtime.engine import (
    Emotion,
    Outcome,
    Sampling,
    SpeechError,
    SpeechRequest,
)
from comfyui_glmtts.glmtts_runtime.voices.library import VoiceLibrary
from comfyui_glmtts.glmtts_runtime.voices.voice import Voice
from comfyui_glmtts.production.context import RenderContext
from comfyui_glmtts.production.store import Store
from comfyui_glmtts.production.takes import TakesFailedError, load_take, make_takes, take_key
from comfyui_glmtts.progress import Cancel, Progress
from comfyui_glmtts.pronunciation.spoken import Break, Character, SpokenText

VOICE = Voice.of("a", Wave(np.zeros(24_000, np.float32), 24_000), "你好")
OTHER = Voice.of("b", Wave(np.ones(24_000, np.float32), 24_000), "你好")


def request(text: str = "好", pinyin: str | None = "hao3") -> SpeechRequest:
    spoken = SpokenText(text, tuple(Character(char, i, pinyin) for i, char in enumerate(text)))
    return SpeechRequest(spoken=spoken, voice=VOICE)


@dataclass
class CountingEngine:
    """Speaks a tone as long as the text, refuses "坏", and remembers what it was asked."""

    asked: list[str] = field(default_factory=list)
    name: str = "counting"
    fingerprint: str = "counting 1"
    sample_rates: tuple[int, ...] = (24_000,)

    def synthesize(
        self, requests: Sequence[SpeechRequest], *, progress: Progress, cancel: Cancel
    ) -> Iterator[Outcome]:
        for index, wanted in reversed(list(enumerate(requests))):
            cancel()
            text = wanted.spoken.spoken
            self.asked.append(text)
            tone = np.sin(np.arange(len(text) * 12_000) / 10).astype(np.float32)
            yield Outcome(index, SpeechError("no") if text == "坏" else Wave(tone, 24_000))

    def close(self) -> None:
        """Holds nothing."""


def made(
    texts: Sequence[str], engine: CountingEngine, store: Store
) -> tuple[list[float], int, list[tuple[int, int]]]:
    seen: list[tuple[int, int]] = []
    context = RenderContext(
        engine=engine,
        library=VoiceLibrary([]),
        store=store,
        report=lambda _phase, done, total: seen.append((done, total)),
    )
    takes, fresh = make_takes([request(text) for text in texts], context)
    return [take.length / take.rate for take in takes], fresh, seen


def test_takes_come_back_in_the_order_asked_and_only_new_lines_are_spoken(tmp_path: Path) -> None:
    engine, store = CountingEngine(), Store(tmp_path)
    assert made(["一二", "一"], engine, store) == ([1.0, 0.5], 2, [(0, 2), (1, 2), (2, 2)])
    assert made(["一", "一二三", "一二"], engine, store)[:2] == ([0.5, 1.5, 1.0], 1)
    assert sorted(engine.asked) == ["一", "一二", "一二三"]


def test_a_line_said_twice_is_spoken_once(tmp_path: Path) -> None:
    engine = CountingEngine()
    assert made(["一", "一", "一"], engine, Store(tmp_path))[1] == 1
    assert engine.asked == ["一"]


def test_a_line_that_fails_loses_no_other(tmp_path: Path) -> None:
    engine, store = CountingEngine(), Store(tmp_path)
    with pytest.raises(TakesFailedError) as failed:
        made(["一", "坏", "二", "坏"], engine, store)
    assert sorted(failed.value.failures) == [1, 3]
    engine.asked.clear()
    made(["一", "二"], engine, store)
    assert engine.asked == []


def test_what_was_finished_before_a_cancel_is_kept(tmp_path: Path) -> None:
    engine, store = CountingEngine(), Store(tmp_path)
    texts = ["一", "一二", "一二三"]

    def stop_at_the_third() -> None:
        if len(engine.asked) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_takes(
            [request(text) for text in texts],
            RenderContext(
                engine=engine, library=VoiceLibrary([]), store=store, cancel=stop_at_the_third
            ),
        )
    engine.asked.clear()
    made(texts, engine, store)
    assert engine.asked == ["一"]


def test_a_take_is_loaded_sample_for_sample(tmp_path: Path) -> None:
    store = Store(tmp_path)
    engine = CountingEngine()
    made(["一二"], engine, store)
    wave = load_take(store, take_key(request("一二"), engine.fingerprint))
    assert wave.rate == 24_000
    assert np.array_equal(wave.samples, np.sin(np.arange(24_000) / 10).astype(np.float32))


BASE = request()
ASKED_FOR = replace(BASE.spoken, characters=(replace(BASE.spoken.characters[0], source="inline"),))
EMOTION = Emotion(parts=((OTHER, 1.0),))


@pytest.mark.parametrize(
    "changed",
    [
        request(pinyin="hao4"),
        request(text="号"),
        replace(BASE, spoken=ASKED_FOR),
        replace(BASE, voice=OTHER),
        replace(BASE, voice=replace(VOICE, speakers=(("af_bella", 1.0),))),
        replace(BASE, seed=1),
        replace(BASE, phoneme="all"),
        replace(BASE, rate=1.1),
        replace(BASE, sample_rate=32_000),
        replace(BASE, sampling=Sampling(temperature=0.9)),
        replace(BASE, sampling=Sampling(repetition_aware=False)),
        replace(BASE, emotion=EMOTION),
        replace(BASE, emotion=replace(EMOTION, strength=0.5)),
        replace(BASE, spoken=replace(BASE.spoken, breaks=(Break(1, 0.5),))),
    ],
)
def test_everything_that_shapes_the_sound_changes_the_key(changed: SpeechRequest) -> None:
    assert take_key(changed, "e") != take_key(BASE, "e")
    assert take_key(BASE, "e") != take_key(BASE, "another engine")


def test_what_does_not_shape_the_sound_leaves_the_key() -> None:
    character = replace(BASE.spoken.characters[0], at=1)
    spoken = replace(BASE.spoken, text="**好**", characters=(character,))
    renamed = replace(VOICE, name="somebody")
    assert take_key(replace(BASE, spoken=spoken, voice=renamed), "e") == take_key(BASE, "e")


def test_a_comma_is_told_from_the_mark_it_was_put_in_place_of() -> None:
    said = tuple(Character(char, at) for at, char in enumerate("等，好"))
    keys = {
        take_key(replace(BASE, spoken=SpokenText(text, said)), "e")
        for text in ("等，好", "等…好", "等（好", "等、好")
    }
    assert len(keys) == 3, "、 is read as the comma it is said as"
