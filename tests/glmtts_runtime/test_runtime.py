"""The shared runtime: one worker, fair batches, memory given back, nobody left waiting."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from comfyui_glmtts.audio.wave import Wave
from comfyui_glmtts.glmtts_runtime.engine import (
    Cancel,
    Outcome,
    OutOfMemoryError,
    Progress,
    SpeechError,
    SpeechRequest,
)
from comfyui_glmtts.glmtts_runtime.options import EngineOptions
from comfyui_glmtts.glmtts_runtime.runtime import Runtime
from comfyui_glmtts.glmtts_runtime.voices.voice import Voice
from comfyui_glmtts.mistakes import InputError, Place
from comfyui_glmtts.pronunciation.spoken import Character, SpokenText

VOICE = Voice.of("a", Wave(np.zeros(100, np.float32), 16_000), "a")
KEY = EngineOptions(engine="glm-tts", checkpoint=Path("folder"))


def request(text: str, seed: int = 0) -> SpeechRequest:
    characters = tuple(Character(char, at) for at, char in enumerate(text))
    return SpeechRequest(spoken=SpokenText(text, characters), voice=VOICE, seed=seed)


class Tone:
    """An engine whose wave is as long as its request's seed, and which remembers what it was given
    and how many at once.
    """

    name, fingerprint, sample_rates, nbytes = "tone", "1", (24_000,), 1000

    def __init__(
        self, *, width: int = 100, fits: int = 100, gate: threading.Event | None = None
    ) -> None:
        self.width, self.fits, self.gate = width, fits, gate
        self.said: list[str] = []
        self.most = 0
        self.threads: set[int] = set()
        self.closed = False
        self.begun = threading.Event()

    def synthesize(
        self, requests: Iterable[SpeechRequest | None], *, progress: Progress, cancel: Cancel
    ) -> Iterator[Outcome]:
        self.threads.add(threading.get_ident())
        under_way: deque[tuple[int, SpeechRequest]] = deque()
        coming, count, more = iter(requests), 0, True
        while more or under_way:
            cancel()
            while more and len(under_way) < self.width:
                try:
                    one = next(coming)
                except StopIteration:
                    more = False
                    break
                if one is None:
                    break
                under_way.append((count, one))
                count += 1
            self.begun.set()
            if self.gate is not None and not self.gate.wait(0.01):
                continue
            if len(under_way) > self.fits:
                index, _ = under_way.popleft()
                yield Outcome(index, Wave(np.zeros(1, np.float32), 24_000))
                raise OutOfMemoryError("too many")
            self.most = max(self.most, len(under_way))
            if under_way:
                index, one = under_way.popleft()
                self.said.append(one.spoken.text)
                yield Outcome(index, Wave(np.zeros(one.seed, np.float32), 24_000), ("note",))

    def stream(self, one: SpeechRequest, *, progress: Progress, cancel: Cancel) -> Iterator[Wave]:
        self.said.append(one.spoken.text)
        for number in range(one.seed):
            cancel()
            yield Wave(np.full(1, number, np.float32), 24_000)

    def close(self) -> None:
        self.closed = True


def nothing(*_: object) -> None:
    pass


@pytest.fixture
def make() -> Iterator[Callable[..., Runtime]]:
    made: list[Runtime] = []

    def build(engine: Tone, **settings: object) -> Runtime:
        made.append(Runtime(lambda _: engine, **settings))  # type: ignore[arg-type]
        return made[-1]

    yield build
    for runtime in made:
        runtime.close()


def spoken(runtime: Runtime, requests: list[SpeechRequest], *, bulk: bool = False) -> list[int]:
    engine = runtime.engine(KEY, bulk=bulk)
    outcomes = list(engine.synthesize(requests, progress=nothing, cancel=nothing))
    lengths = {}
    for outcome in outcomes:
        assert isinstance(outcome.result, Wave)
        lengths[outcome.index] = len(outcome.result.samples)
    return [lengths[index] for index in range(len(requests))]


def test_everyone_gets_their_own_waves_from_one_thread(make: Callable[..., Runtime]) -> None:
    engine = Tone()
    runtime = make(engine)

    def caller(who: int) -> list[int]:
        return spoken(runtime, [request(f"{who}", 100 * who + n) for n in range(20)])

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(caller, range(8)))
    assert answers == [[100 * who + n for n in range(20)] for who in range(8)]
    assert len(engine.threads) == 1
    assert threading.get_ident() not in engine.threads


def test_who_waits_comes_before_bulk_and_equals_take_turns(make: Callable[..., Runtime]) -> None:
    gate = threading.Event()
    engine = Tone(width=2, gate=gate)
    runtime = make(engine)
    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(spoken, runtime, [request("first")] * 2, bulk=True)]
        engine.begun.wait(5)
        for name, bulk in (("bulk", True), ("left", False), ("right", False)):
            jobs.append(pool.submit(spoken, runtime, [request(name)] * 2, bulk=bulk))
            while len(runtime._calls) < len(jobs) - 1:
                pass
        gate.set()
        for job in jobs:
            job.result(10)
    people = ["left", "right", "left", "right"]
    assert engine.said == ["first", "first", *people, "bulk", "bulk"]


def test_a_late_call_joins_the_one_under_way(make: Callable[..., Runtime]) -> None:
    gate = threading.Event()
    engine = Tone(gate=gate)
    runtime = make(engine)
    with ThreadPoolExecutor(2) as pool:
        early = pool.submit(spoken, runtime, [request("early", 1)], bulk=True)
        engine.begun.wait(5)
        late = pool.submit(spoken, runtime, [request("late", 2)])
        while runtime._calls.first() is not None or not late.running():
            pass  # it waits until the engine has taken it
        gate.set()
        assert (early.result(10), late.result(10)) == ([1], [2])
    assert engine.most == 2


def test_a_stream_waits_for_those_under_way_and_lets_nobody_past(
    make: Callable[..., Runtime],
) -> None:
    gate = threading.Event()
    engine = Tone(width=1, gate=gate)
    runtime = make(engine)
    with ThreadPoolExecutor(2) as pool:
        bulk = pool.submit(spoken, runtime, [request("bulk")] * 3, bulk=True)
        engine.begun.wait(5)
        waves = pool.submit(
            lambda: list(
                runtime.engine(KEY).stream(request("heard", 2), progress=nothing, cancel=nothing)
            )
        )
        while len(runtime._calls) < 2:
            pass
        gate.set()
        assert len(waves.result(10)) == 2
        assert bulk.result(10) == [0, 0, 0]
    assert engine.said == ["bulk", "heard", "bulk", "bulk"]


def test_memory_that_runs_out_is_answered_by_smaller_batches(make: Callable[..., Runtime]) -> None:
    engine = Tone(fits=2)
    runtime = make(engine)
    requests = [request(str(n), seed=1) for n in range(9)]
    assert spoken(runtime, requests) == [1] * 9
    assert engine.most == 2


def test_a_line_too_large_alone_fails_alone_and_says_what_to_do(
    make: Callable[..., Runtime],
) -> None:
    class Full(Tone):
        def synthesize(
            self, requests: Iterable[SpeechRequest | None], *, progress: Progress, cancel: Cancel
        ) -> Iterator[Outcome]:
            def seen() -> Iterator[SpeechRequest | None]:
                for one in requests:
                    yield one
                    if one is not None and one.spoken.text == "large":
                        raise OutOfMemoryError("3 GiB")

            yield from super().synthesize(seen(), progress=progress, cancel=cancel)

    engine = make(Full()).engine(KEY)
    requests = [request(name, seed=1) for name in ("a", "large", "b")]
    outcomes = list(engine.synthesize(requests, progress=nothing, cancel=nothing))
    results = {outcome.index: outcome.result for outcome in outcomes}
    assert isinstance(results[1], SpeechError)
    assert "another device" in str(results[1])
    assert isinstance(results[0], Wave)
    assert isinstance(results[2], Wave)


def test_the_last_line_of_several_is_tried_alone_before_it_is_given_up(
    make: Callable[..., Runtime],
) -> None:
    engine = Tone(fits=1)  # two are too many: one is spoken, and the other is left when it tells
    assert spoken(make(engine), [request("a", 1), request("b", 1)]) == [1, 1]
    assert engine.said == ["b"]


def test_an_idle_engine_is_let_go_and_comes_back(make: Callable[..., Runtime]) -> None:
    now = [0.0]
    engine = Tone()
    runtime = make(engine, idle=60.0, clock=lambda: now[0])
    assert spoken(runtime, [request("a", 3)]) == [3]
    now[0] = 59.0
    runtime.unload(idle=60.0)
    assert not engine.closed
    now[0] = 61.0
    runtime.unload(idle=60.0)
    assert engine.closed
    assert runtime._loaded == {}
    assert spoken(runtime, [request("a", 4)]) == [4]


def test_a_caller_that_stops_frees_the_engine_for_others(make: Callable[..., Runtime]) -> None:
    gate = threading.Event()
    engine = Tone(gate=gate)
    runtime = make(engine)

    class StoppedError(Exception):
        pass

    def stop() -> None:
        if engine.begun.is_set():
            raise StoppedError

    outcomes = runtime.engine(KEY).synthesize([request("a")], progress=nothing, cancel=stop)
    with pytest.raises(StoppedError):
        list(outcomes)
    engine.gate = None
    assert spoken(runtime, [request("b", 5)]) == [5]


def test_an_error_while_loading_reaches_every_caller_and_is_tried_again() -> None:
    loads = iter([InputError.at(Place("folder"), "is not there."), Tone()])

    def load(_: EngineOptions) -> Tone:
        found = next(loads)
        if isinstance(found, InputError):
            raise found
        return found

    runtime = Runtime(load)
    with pytest.raises(InputError, match="is not there"):
        spoken(runtime, [request("a")])
    assert spoken(runtime, [request("a", 2)]) == [2]
    runtime.close()


def test_a_stream_is_heard_in_order_and_counts_as_one_turn(make: Callable[..., Runtime]) -> None:
    runtime = make(Tone())
    waves = runtime.engine(KEY).stream(request("a", seed=5), progress=nothing, cancel=nothing)
    assert [float(wave.samples[0]) for wave in waves] == [0, 1, 2, 3, 4]


def test_a_closed_runtime_refuses_and_leaves_nobody_waiting(make: Callable[..., Runtime]) -> None:
    engine = Tone()
    runtime = make(engine)
    spoken(runtime, [request("a")])
    runtime.close()
    assert engine.closed
    with pytest.raises(SpeechError, match="closed"):
        spoken(runtime, [request("a")])
