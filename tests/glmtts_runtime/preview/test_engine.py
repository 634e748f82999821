"""What the preview engine says is heard: tones, speakers, two languages in a line, pauses."""

from __future__ import annotations

import functools
import hashlib
import itertools
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from comfyui_glmtts.audio.level import levels
from comfyui_glmtts.audio.pitch import contour
from comfyui_glmtts.audio.wave import Wave
from comfyui_glmtts.glmtts_runtime.engine import Emotion, Engine, SpeechError, SpeechRequest
from comfyui_glmtts.glmtts_runtime.espeak.installation import Installation
from comfyui_glmtts.glmtts_runtime.preview.assembly import EDGE
from comfyui_glmtts.glmtts_runtime.preview.engine import PreviewEngine
from comfyui_glmtts.glmtts_runtime.preview.espeak import RATE, Job, Utterance, worker_command
from comfyui_glmtts.glmtts_runtime.preview.text import syllable
from comfyui_glmtts.glmtts_runtime.voices.library import VoiceLibrary
from comfyui_glmtts.glmtts_runtime.voices.prosody import prosody, spoken_seconds, syllables
from comfyui_glmtts.glmtts_runtime.voices.voice import Voice
from comfyui_glmtts.pronunciation.chinese.g2p import pinyin
from comfyui_glmtts.pronunciation.reader import Reader
from comfyui_glmtts.pronunciation.spoken import Break, SpokenText

CHINESE = "今天下午我们一起去公园散步，然后回家吃晚饭，你觉得这样好不好？"
ENGLISH = "This afternoon we are going to walk in the park, and then go home for dinner."
MIXED = "我用iPhone拍照，然后upload到Google Drive里面。"
READER = Reader()
LIBRARY = VoiceLibrary([])
VOICES = {name: LIBRARY.get(name) for name in ("aming", "leo", "xiaoyu")}


@pytest.fixture(scope="module")
def engine() -> Iterator[PreviewEngine]:
    with PreviewEngine() as engine:
        yield engine


def request(text: str, voice: str = "aming", **options: object) -> SpeechRequest:
    return replace(SpeechRequest(spoken=READER.read(text), voice=VOICES[voice]), **options)


def results(engine: Engine, *requests: SpeechRequest) -> list[Wave | SpeechError]:
    outcomes = list(
        engine.synthesize(requests, progress=lambda done, total: None, cancel=lambda: None)
    )
    assert [outcome.index for outcome in outcomes] == list(range(len(requests)))
    return [outcome.result for outcome in outcomes]


def say(engine: Engine, text: str, voice: str = "aming", **options: object) -> Wave:
    (wave,) = results(engine, request(text, voice, **options))
    assert isinstance(wave, Wave), wave
    return wave


def digest(wave: Wave | SpeechError) -> str:
    assert isinstance(wave, Wave), wave
    return hashlib.sha256(wave.samples.tobytes()).hexdigest()


def longest_silence(wave: Wave, below: float = -50.0) -> float:
    """Seconds, between the edges."""
    quiet = levels(wave)[5:-5] < below
    runs = "".join("x" if frame else " " for frame in quiet).split()
    return 0.01 * max((len(run) for run in runs), default=0)


def test_the_fingerprint_names_the_engine_and_its_version(engine: PreviewEngine) -> None:
    assert engine.fingerprint.startswith("preview 2, espeak-ng 1.")


@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("text", [CHINESE, ENGLISH, MIXED])
def test_a_take_is_clean(engine: PreviewEngine, text: str, voice: str) -> None:
    for rate in engine.sample_rates:
        wave = say(engine, text, voice, sample_rate=rate)
        assert (wave.rate, wave.samples.dtype) == (rate, np.float32)
        assert 0.1 < np.abs(wave.samples).max() < 0.9
        assert -28 < 20 * np.log10(wave.samples.std()) < -18
        for edge in (wave.samples, wave.samples[::-1]):
            silence = round(EDGE * rate)
            assert not edge[:silence].any()
            assert np.abs(edge[silence : silence + 24]).max() < 0.01
            assert np.abs(edge[: 4 * silence]).max() > 0.003, "no more silence than the edge"


def melody(engine: PreviewEngine, syllable: str, voice: str) -> np.ndarray:
    """Hz along the rhyme of a slow syllable; a sonorant before it only leads up to its tone."""
    character = replace(READER.read("妈").characters[0], pinyin=syllable)
    spoken = SpokenText(syllable, (character,))
    (wave,) = results(engine, SpeechRequest(spoken=spoken, voice=VOICES[voice], rate=0.6))
    found = contour(wave)
    voiced = found[found > 0]
    return voiced[len(voiced) // 3 :]


@pytest.mark.parametrize("name", ["lan", "niu", "shi"])
@pytest.mark.parametrize("voice", ["leo", "xiaoyu"])
def test_tones_are_heard(engine: PreviewEngine, voice: str, name: str) -> None:
    first, second, third, fourth, neutral = (
        melody(engine, f"{name}{tone}", voice) for tone in range(1, 6)
    )
    assert third.argmin() < 0.8 * len(third)
    assert first.max() < 1.09 * first.min(), "high and level"
    assert first.min() > 1.2 * third.min()
    assert second[-1] > 1.08 * second[0], "rising"
    assert second[-1] > 0.9 * first[-1]
    assert third[-1] > 1.08 * third.min(), "low, then rising"
    assert fourth[-1] < 0.85 * fourth.max(), "falling"
    assert fourth.max() > 1.1 * third.min()
    assert neutral.max() < 0.8 * first.min(), "low and weak"


def test_every_syllable_of_mandarin_is_a_sound_of_its_length() -> None:
    names = [f"{name}{tone}" for name in sorted(pinyin.syllables()) for tone in (1, 4)]
    utterances = [
        Utterance(
            voice="cmn-latn-pinyin+f2", text=syllable(name), rate=175, pitch=50, range=60, volume=60
        )
        for name in names
    ]
    _, sounds = Job(Installation.find(), utterances).result()
    for name, sound in zip(names, sounds, strict=True):
        assert 0.1 < len(sound) / RATE < 0.52, f"{name} lasts {len(sound) / RATE:.2f} s"
        assert np.abs(sound).max() > 0.03, name


def test_no_syllable_of_mandarin_is_spelled_out_in_english() -> None:
    """espeak-ng marks the phonemes of the language it falls back to."""
    names = [syllable(f"{name}{tone}") for name in pinyin.syllables() for tone in range(1, 6)]
    installation = Installation.find()
    script = """
import ctypes, sys
library = ctypes.CDLL(sys.argv[1])
library.espeak_TextToPhonemes.restype = ctypes.c_char_p
library.espeak_Initialize(2, 0, b".", 0x8000)
library.espeak_SetVoiceByName(b"cmn-latn-pinyin")
for word in sys.stdin.read().splitlines():
    text = ctypes.c_char_p(word.encode())
    print(word, library.espeak_TextToPhonemes(ctypes.byref(text), 1, 0).decode())
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(installation.library)],
        input="\n".join([*(name for name in names if "[" not in name), "xiong1"]),
        capture_output=True,
        check=True,
        text=True,
        cwd=installation.folder,
    )
    fallen = [line for line in done.stdout.splitlines() if "(en)" in line]
    assert fallen == [line for line in fallen if line.startswith("xiong1")] != []


def test_languages_change_inside_a_line_without_a_hole(engine: PreviewEngine) -> None:
    for voice in VOICES:
        for text in ("我用iPhone拍照", "用Python写code很快", "打开WiFi吧"):
            assert longest_silence(say(engine, text, voice)) < 0.12, (voice, text)


def test_both_languages_are_equally_loud(engine: PreviewEngine) -> None:
    for voice in VOICES:
        loudness = [
            20 * np.log10(say(engine, text, voice).samples.std()) for text in (CHINESE, ENGLISH)
        ]
        assert abs(loudness[0] - loudness[1]) < 3, voice


@pytest.mark.parametrize("rate", [24_000, 32_000])
def test_a_break_is_exact_to_the_sample(engine: PreviewEngine, rate: int) -> None:
    spoken = READER.read("你好我们走")
    half = replace(spoken, breaks=(Break(2, 0.5),))
    whole = replace(spoken, breaks=(Break(2, 1.0),))
    both_ends = replace(spoken, breaks=(Break(0, 0.3), Break(2, 0.5), Break(5, 0.2)))
    waves = results(
        engine,
        *(
            SpeechRequest(spoken=s, voice=VOICES["leo"], sample_rate=rate, rate=1.2)
            for s in (half, whole, both_ends)
        ),
    )
    samples = [wave.samples for wave in waves]
    assert len(samples[1]) - len(samples[0]) == rate // 2
    np.testing.assert_array_equal(samples[2][round(0.3 * rate) : -round(0.2 * rate)], samples[0])
    assert longest_silence(waves[0], -100) == pytest.approx(0.5, abs=0.03)


def test_punctuation_pauses_shrink_with_a_faster_rate(engine: PreviewEngine) -> None:
    slow, fast = (say(engine, "你好。我们走。", rate=rate) for rate in (1.0, 2.0))
    assert longest_silence(slow) == pytest.approx(0.35, abs=0.06)
    assert longest_silence(fast) == pytest.approx(0.175, abs=0.06)


@pytest.mark.parametrize("rate", [0.6, 0.8, 1.25, 1.6])
def test_the_rate_is_kept(engine: PreviewEngine, rate: float) -> None:
    for text in (CHINESE, ENGLISH):
        ratio = say(engine, text).seconds / say(engine, text, rate=rate).seconds
        assert ratio == pytest.approx(rate, rel=0.12)


def test_speakers_sound_like_their_references(engine: PreviewEngine) -> None:
    for voice in VOICES.values():
        own = prosody(voice)
        wave = say(engine, CHINESE, voice.name)
        found = contour(wave)
        assert np.median(found[found > 0]) == pytest.approx(own.hertz, rel=0.12)
        assert syllables(CHINESE) / spoken_seconds(wave) == pytest.approx(own.tempo, rel=0.12)


def test_speakers_are_told_apart(engine: PreviewEngine) -> None:
    heights = []
    for voice in ("aming", "leo", "xiaoyu"):
        found = contour(say(engine, CHINESE, voice))
        heights.append(float(np.median(found[found > 0])))
    assert all(high > 1.15 * low for low, high in itertools.pairwise(heights))


def test_an_emotion_lends_its_tempo_by_weight_and_strength(engine: PreviewEngine) -> None:
    slow = Voice.of("slow", VOICES["leo"].reference, "慢慢说很慢很慢的话说话")
    fast = Voice.of("fast", VOICES["leo"].reference, CHINESE + "这样真的非常好")

    def seconds(strength: float, *parts: tuple[Voice, float]) -> float:
        emotion = Emotion(parts=parts, strength=strength)
        return say(engine, CHINESE, emotion=emotion).seconds

    plain = say(engine, CHINESE).seconds
    assert seconds(0.0, (fast, 1.0)) == plain
    assert seconds(1.0, (fast, 1.0)) < seconds(0.5, (fast, 1.0)) < plain
    assert plain < seconds(0.5, (slow, 1.0)) < seconds(1.0, (slow, 1.0))
    between = seconds(1.0, (fast, 0.5), (slow, 0.5))
    assert seconds(1.0, (fast, 1.0)) < between < seconds(1.0, (slow, 1.0))


def test_the_same_request_sounds_the_same_first_last_and_after_others(
    engine: PreviewEngine,
) -> None:
    line = request(MIXED, "leo", seed=7)
    others = [request(ENGLISH, "xiaoyu"), request(CHINESE, "aming"), request(MIXED, "leo", seed=8)]
    waves = results(engine, line, *others, line, line, *others[::-1], line)
    assert len({digest(waves[i]) for i in (0, 4, 5, 9)}) == 1
    assert digest(results(PreviewEngine(), line)[0]) == digest(waves[0])


def test_another_process_makes_the_same_samples(engine: PreviewEngine) -> None:
    script = f"""
import hashlib
from comfyui_glmtts.glmtts_runtime.engine import SpeechRequest
from comfyui_glmtts.glmtts_runtime.voices.library import VoiceLibrary
from comfyui_glmtts.glmtts_runtime.preview.engine import PreviewEngine
from comfyui_glmtts.pronunciation.reader import Reader
request = SpeechRequest(spoken=Reader().read({MIXED!r}), voice=VoiceLibrary([]).get("xiaoyu"))
outcome, = PreviewEngine().synthesize([request], progress=lambda *_: None, cancel=lambda: None)
print(hashlib.sha256(outcome.result.samples.tobytes()).hexdigest())
"""
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert found.stdout.decode().strip() == digest(say(engine, MIXED, "xiaoyu"))


def test_every_seed_is_another_take_of_much_the_same(engine: PreviewEngine) -> None:
    waves = results(engine, *(request(CHINESE, seed=seed) for seed in range(8)))
    assert len({digest(wave) for wave in waves}) == 8
    lengths = [wave.seconds for wave in waves]
    heights = [float(np.median(found[found > 0])) for found in map(contour, waves)]
    assert 0.01 < np.ptp(lengths) / np.mean(lengths) < 0.08
    assert 0.01 < np.ptp(heights) / np.mean(heights) < 0.10


def test_one_line_without_words_does_not_touch_the_others(engine: PreviewEngine) -> None:
    first, nothing, last = results(engine, request("你好"), request("……"), request("再见"))
    assert isinstance(first, Wave)
    assert isinstance(last, Wave)
    assert isinstance(nothing, SpeechError)
    assert "……" in str(nothing)


FAULT = f"""
import shutil, subprocess, sys
frame = sys.stdin.buffer.read(4)
frame += sys.stdin.buffer.read(int.from_bytes(frame, "big"))
if b"crash" in frame:
    import os
    os.abort()
if b"hang" in frame:
    import time
    time.sleep(60)
worker = subprocess.Popen(
    {worker_command(Installation.find())!r},
    stdin=subprocess.PIPE, stdout=subprocess.PIPE,
)
worker.stdin.write(frame)
worker.stdin.flush()
shutil.copyfileobj(worker.stdout, sys.stdout.buffer)
"""


def test_a_crash_and_a_hang_cost_their_own_lines_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    worker = tmp_path / "worker.py"
    worker.write_text(FAULT)
    monkeypatch.setattr(
        "comfyui_glmtts.glmtts_runtime.preview.engine.Job",
        functools.partial(Job, worker=[sys.executable, str(worker)], patience=3.0),
    )
    texts = ["你好", "crash", "再见", "hang", "你好"]
    found = results(PreviewEngine(), *map(request, texts))
    assert [type(result) for result in found] == [Wave, SpeechError, Wave, SpeechError, Wave]
    assert digest(found[0]) == digest(found[4])
    assert ("stopped" in str(found[1]), "did not finish" in str(found[3])) == (True, True)


def test_progress_counts_lines_and_cancelling_stops_between_them(engine: PreviewEngine) -> None:
    seen: list[tuple[int, int]] = []

    class StoppedError(Exception):
        pass

    def cancel() -> None:
        if len(seen) == 2:
            raise StoppedError

    heard = []
    with pytest.raises(StoppedError):
        for outcome in engine.synthesize(
            [request("你好")] * 5,
            progress=lambda done, total: seen.append((done, total)),
            cancel=cancel,
        ):
            heard.append(outcome.index)
    assert (heard, seen) == ([0, 1], [(1, 5), (2, 5)])
    assert not engine._jobs, "no worker is left"


def test_a_batch_given_up_leaves_no_worker() -> None:
    engine = PreviewEngine()
    outcomes = engine.synthesize(
        [request("你好")] * 5, progress=lambda done, total: None, cancel=lambda: None
    )
    next(outcomes)
    jobs = list(engine._jobs)
    assert jobs
    engine.close()
    assert not engine._jobs
    assert all(job._process.returncode is not None for job in jobs)


def test_a_very_long_line_is_spoken_whole(engine: PreviewEngine) -> None:
    wave = say(engine, "今天天气很好" * 300)
    assert wave.seconds == pytest.approx(300 * say(engine, "今天天气很好" * 3).seconds / 3, rel=0.1)
