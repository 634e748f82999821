"""The engine on its real weights: what is asked for is heard, and always the same."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from comfyui_glmtts.audio.wave import Wave
from comfyui_glmtts.glmtts_runtime.engine import Emotion, Outcome, SpeechError, SpeechRequest
from comfyui_glmtts.glmtts_runtime.kokoro.engine import KokoroEngine
from comfyui_glmtts.glmtts_runtime.kokoro.kernels import kernel
from comfyui_glmtts.glmtts_runtime.kokoro.network import Network
from comfyui_glmtts.glmtts_runtime.kokoro.prepared import prepared
from comfyui_glmtts.glmtts_runtime.kokoro.weights import find
from comfyui_glmtts.glmtts_runtime.voices.library import VoiceLibrary
from comfyui_glmtts.glmtts_runtime.voices.voice import Voice

Ask = Callable[..., SpeechRequest]
Say = Callable[..., Outcome]

QUIET = 0.003


def silent(_done: int, _total: int) -> None: ...


def spoken(engine: KokoroEngine, requests: Sequence[SpeechRequest]) -> list[Outcome]:
    found = list(engine.synthesize(requests, progress=silent, cancel=lambda: None))
    return sorted(found, key=lambda outcome: outcome.index)


def digest(outcome: Outcome) -> str:
    assert isinstance(outcome.result, Wave), outcome.result
    return hashlib.sha256(outcome.result.samples.tobytes()).hexdigest()


def wave(outcome: Outcome) -> Wave:
    assert isinstance(outcome.result, Wave), outcome.result
    return outcome.result


def silences(sound: Wave) -> list[float]:
    """Seconds of each stretch of digital silence longer than 100 ms inside the sound."""
    loud = np.flatnonzero(sound.samples != 0)
    gaps = np.diff(loud)
    return [round(float(gap) / sound.rate, 2) for gap in gaps[gaps > 0.1 * sound.rate]]


PROGRAM = """
import hashlib, sys
from pathlib import Path
from comfyui_glmtts.glmtts_runtime.engine import SpeechRequest
from comfyui_glmtts.glmtts_runtime.kokoro.engine import KokoroEngine
from comfyui_glmtts.glmtts_runtime.voices.library import VoiceLibrary
from comfyui_glmtts.pronunciation.reader import Reader
request = SpeechRequest(
    spoken=Reader().read("今天我们去看海。"), voice=VoiceLibrary([]).get("xiaoyu"), seed=3
)
engine = KokoroEngine.open(cache=Path(sys.argv[1]), threads=int(sys.argv[2]), environment={})
[outcome] = engine.synthesize([request], progress=lambda a, b: None, cancel=lambda: None)
print(hashlib.sha256(outcome.result.samples.tobytes()).hexdigest())
engine.close()
"""


def test_the_same_request_gives_the_same_bytes_in_every_process_and_beside_anything(
    engine: KokoroEngine, ask: Ask, cache: Path
) -> None:
    request = ask("今天我们去看海。", seed=3)
    beside = [ask("一二三四五六七。"), request, ask("Good morning, everyone!"), request]
    found = spoken(engine, beside)
    assert digest(found[1]) == digest(found[3])
    for threads in ("1", "3"):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(cache), threads],
            check=True,
            capture_output=True,
            text=True,
        )
        assert done.stdout.split() == [digest(found[1])]


def test_each_line_is_an_outcome_of_its_own_and_an_error_takes_no_other_with_it(
    engine: KokoroEngine, ask: Ask
) -> None:
    seen: list[tuple[int, int]] = []
    requests = [ask("……"), ask("你好。"), ask("[pause:1s]"), ask("再见。")]
    outcomes = list(
        engine.synthesize(
            requests, progress=lambda done, total: seen.append((done, total)), cancel=lambda: None
        )
    )
    kinds = {outcome.index: type(outcome.result) for outcome in outcomes}
    assert kinds == {0: SpeechError, 1: Wave, 2: SpeechError, 3: Wave}
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert len({total for _, total in seen}) == 1
    assert seen[-1][0] == seen[-1][1]


def test_cancelling_ends_what_is_being_spoken_at_once(engine: KokoroEngine, ask: Ask) -> None:
    begun = time.monotonic()

    def cancel() -> None:
        if time.monotonic() - begun > 0.3:
            raise InterruptedError

    text = "他们从小在海边长大，每天放学以后都要去沙滩上跑一跑，一直跑到天黑。" * 8
    with pytest.raises(InterruptedError):
        list(engine.synthesize([ask(text)] * 4, progress=silent, cancel=cancel))
    ended = time.monotonic()
    assert wave(spoken(engine, [ask("好。")])[0]).seconds > 0.2
    assert ended - begun < 10


def test_a_line_begins_and_ends_in_silence_without_a_click(say: Say) -> None:
    for text in ("好。", "Yes.", "今天我们去看海，明天呢？我们去爬山！"):
        sound = wave(say(text)).samples
        edge = round(0.02 * 24_000)
        assert not sound[:edge].any()
        assert not sound[-edge:].any()
        loud = np.flatnonzero(np.abs(sound) > QUIET)
        assert loud[0] < 0.08 * 24_000
        assert len(sound) - loud[-1] < 0.12 * 24_000
        first, last = np.flatnonzero(sound)[[0, -1]]
        assert np.abs(sound[[first, last]]).max() < 0.001


def test_pauses_are_as_long_as_they_were_asked_for(say: Say) -> None:
    outcome = say("[pause:250ms]你好。[pause:1.5s]再见。[pause:500ms]", rate=1.2)
    sound = wave(outcome)
    assert silences(sound) == [pytest.approx(1.5, abs=0.06)]
    loud = np.flatnonzero(sound.samples)
    assert loud[0] / sound.rate == pytest.approx(0.27, abs=0.02)
    assert (len(sound.samples) - loud[-1]) / sound.rate == pytest.approx(0.52, abs=0.02)


def test_a_long_text_is_joined_of_its_pieces(say: Say, engine: KokoroEngine, ask: Ask) -> None:
    text = "他们从小在海边长大，每天放学以后都要去沙滩上跑一跑。" * 5
    outcome = say(text)
    sound = wave(outcome)
    assert len(silences(sound)) >= 1
    assert all(0.3 < gap < 0.6 for gap in silences(sound))
    streamed = list(engine.stream(ask(text), progress=silent, cancel=lambda: None))
    assert len(streamed) == len(silences(sound)) + 1
    assert sum(part.seconds for part in streamed) == pytest.approx(sound.seconds, abs=0.2)


@pytest.mark.parametrize("rate", [0.5, 0.7, 0.9, 1.1, 1.3, 2.0])
def test_the_rate_is_the_one_that_was_asked_for(say: Say, rate: float) -> None:
    text = "图书馆星期一不开门，我们改天再去吧。"
    plain, paced = (wave(say(text, rate=r)).seconds for r in (1.0, rate))
    assert plain / paced == pytest.approx(rate, rel=0.05)


def test_seeds_are_heard_but_remain_the_same_voice(say: Say) -> None:
    text = "春节快到了，街上到处挂着红灯笼。"
    plain = wave(say(text))
    takes = [wave(say(text, seed=seed)) for seed in (1, 2, 3, 4)]
    digests = {hashlib.sha256(take.samples.tobytes()).hexdigest() for take in (plain, *takes)}
    assert len(digests) == 5
    for take in takes:
        assert take.seconds == pytest.approx(plain.seconds, rel=0.2)
        assert abs(take.seconds - plain.seconds) > 0.03


def test_a_reading_that_was_asked_for_is_another_sound_of_the_same_place(say: Say) -> None:
    """The three rules of the readings are audible: another syllable, and nothing else moves."""
    hang, xing = wave(say("他在{行|háng}里。")), wave(say("他在{行|xíng}里。"))
    assert hashlib.sha256(hang.samples).digest() != hashlib.sha256(xing.samples).digest()
    assert hang.seconds == pytest.approx(xing.seconds, rel=0.15)


def test_every_character_has_its_time(say: Say, ask: Ask) -> None:
    text = "你好，world！[pause:1s]再见。"
    outcome = say(text)
    characters = ask(text).spoken.spoken
    assert len(outcome.times) == len(characters)
    times = dict(zip(characters, outcome.times, strict=True))
    assert times["w"] == times["d"]  # a word's letters share its time
    starts = [start for start, _ in outcome.times]
    assert starts == sorted(starts)
    assert all(0 <= start <= end <= wave(outcome).seconds for start, end in outcome.times)
    gap = times["再"][0] - times["w"][1]
    assert gap > 1.0
    heard = wave(outcome)
    for character in "你好再见":
        start, end = times[character]
        middle = heard.samples[round(start * heard.rate) : round(end * heard.rate)]
        assert np.abs(middle).max() > 0.05


def test_both_sample_rates_hold_the_same_sound(say: Say) -> None:
    low, high = wave(say("你好。")), wave(say("你好。", sample_rate=32_000))
    assert (low.rate, high.rate) == (24_000, 32_000)
    assert high.seconds == pytest.approx(low.seconds, abs=0.001)


def test_who_speaks_is_said_once_and_nothing_of_those_who_were_named(
    engine: KokoroEngine, ask: Ask
) -> None:
    other = VoiceLibrary([]).get("leo")
    voice = Voice.of("anna", other.reference, "something else that was said")
    notes = [o.notes for o in spoken(engine, [ask("你好。", voice=voice)] * 2)]
    assert sorted(map(len, notes)) == [0, 1]
    assert "does not clone" in next(filter(None, notes))[0]
    named = replace(voice, digest="named", speakers=(("af_heart", 1.0),))
    [outcome] = spoken(engine, [ask("Good morning.", voice=named)])
    assert outcome.notes == ()


def test_an_emotion_lends_its_pace_and_the_rest_is_told(say: Say, voice: Voice) -> None:
    faster = Voice.of("fast", voice.reference, voice.transcript * 2)
    emotion = Emotion(parts=((faster, 1.0),))
    plain, moved = say("我们今天去看海。"), say("我们今天去看海。", emotion=emotion)
    assert wave(moved).seconds < 0.95 * wave(plain).seconds
    assert "kokoro borrows only the pace of an emotion." in moved.notes


def test_several_threads_may_speak_at_once(engine: KokoroEngine, ask: Ask) -> None:
    texts = ["你好。", "再见。", "谢谢。"]
    alone = [digest(spoken(engine, [ask(text)])[0]) for text in texts]
    found: dict[str, str] = {}

    def speak(text: str) -> None:
        found[text] = digest(spoken(engine, [ask(text)])[0])

    threads = [threading.Thread(target=speak, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[text] for text in texts] == alone


def test_what_is_said_lasts_as_long_as_the_model_predicted(cache: Path) -> None:
    weights = find(cache=cache, environment={})
    network = Network(prepared(weights, kernel(cache), cache), threads=1)
    heard = network([56, 51, 169, 16, 66, 43, 63, 169, 4], np.zeros(256, np.float32), 1.0)
    assert len(heard.frames) == 11
    assert heard.frames.sum() * 600 == len(heard.samples)
    assert heard.frames.min() >= 1
