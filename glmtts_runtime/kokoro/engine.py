"""Speech requests -> takes by Kokoro-82M: natural Mandarin and English on any CPU, no torch."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType

from ...audio.wave import Wave
from ...machine import cores
from ...messages import Message
from ...mistakes import InputError
from ...progress import Cancel, Progress
from ..engine import Outcome, SpeechError, SpeechRequest
from ..espeak.installation import Installation
from ..espeak.ipa import Ipa
from ..voices.prosody import Prosody, prosody
from ..voices.voice import Voice
from .casting import cast, known_only, nearest
from .kernels import kernel
from .lines import Pass, passes
from .manner import Manner
from .network import Network, Stop
from .prepared import VERSION as PREPARED
from .prepared import prepared
from .sound import Part, joined, part
from .spaces import spaces
from .speakers import Blend
from .symbols import numbers
from .weights import Weights, find, home

VERSION = 1
"""Goes up whenever a line could sound different."""

POLL = 0.05
"""Seconds between two looks at whether a waiting caller wants to stop"""
AHEAD = 2
"""Passes that wait for each core, so that none is idle"""


@dataclass(slots=True)
class _Line:
    """A request being spoken."""

    index: int
    request: SpeechRequest
    lead: float
    manner: Manner
    notes: tuple[str, ...]
    waiting: deque[tuple[int, Pass]]
    parts: dict[int, Part] = field(default_factory=dict)
    count: int = 0

    @property
    def finished(self) -> bool:
        return len(self.parts) == self.count


class KokoroEngine:
    """The `kokoro` engine. Passes of several lines are spoken at once, as many as there are cores;
    a line's bytes are the same whatever is spoken beside it.
    """

    name = "kokoro"
    sample_rates = (24_000, 32_000)

    def __init__(
        self, network: Network, *, fingerprint: str, lines: int, guess: Ipa | None = None
    ) -> None:
        """lines: spoken at once. guess: of words no dictionary has; without, they are spelled."""
        self.fingerprint = fingerprint
        self._network, self._lines, self._guess = network, lines, guess
        self._pool = ThreadPoolExecutor(lines, thread_name_prefix="kokoro")
        self._prosodies: dict[str, Prosody] = {}
        self._nearest: dict[str, Blend] = {}
        self._chosen: set[str] = set()
        self._told: set[str] = set()

    @classmethod
    def open(
        cls,
        weights: Path | None = None,
        *,
        folders: Sequence[Path] = (),
        cache: Path | None = None,
        threads: int | None = None,
        environment: Mapping[str, str] = os.environ,
    ) -> KokoroEngine:
        """The engine of the weights that are found. threads: cores to use, all unless given.

        Raises InputError for weights that are missing or damaged, and without onnxruntime.
        """
        folder, count = cache or home(), threads or cores()
        found = find(weights, folders=folders, cache=folder, environment=environment)
        chosen = kernel(folder)
        network = Network(prepared(found, chosen, folder), threads=count)
        return cls(network, fingerprint=_fingerprint(found, chosen), lines=count, guess=_espeak())

    def __enter__(self) -> KokoroEngine:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of threads, of espeak-ng's process and of the weights."""
        self._pool.shutdown(cancel_futures=True)
        if self._guess is not None:
            self._guess.close()

    def cast(self, voices: Sequence[Voice]) -> list[Voice]:
        """As `CastingEngine.cast`."""
        checked = known_only(voices)
        found = cast(checked, self._prosody)
        self._chosen.update(voice.digest for voice in checked if not voice.speakers)
        return [replace(voice, speakers=found[voice.digest]) for voice in checked]

    def synthesize(
        self, requests: Sequence[SpeechRequest], *, progress: Progress, cancel: Cancel
    ) -> Iterator[Outcome]:
        """Yield one `Outcome` per request as each is finished; progress counts characters."""
        total = sum(len(request.spoken.characters) for request in requests)
        done = 0
        for line, outcome in self._spoken(requests, cancel):
            done += len(requests[line].spoken.characters)
            progress(done, total)
            yield outcome

    def stream(
        self, request: SpeechRequest, *, progress: Progress, cancel: Cancel
    ) -> Iterator[Wave]:
        """Yield the waves of one request, to be played one after the other without a gap.

        Raises SpeechError when there is nothing to say.
        """
        line = self._begin(0, request)
        if isinstance(line, SpeechError):
            raise line
        count, sent = line.count, 0
        for _ in self._passes(iter([line]), cancel):
            while sent in line.parts:
                wave, _ = joined(
                    line.lead if sent == 0 else 0.0,
                    [line.parts[sent]],
                    characters=len(request.spoken.characters),
                    rate=request.sample_rate,
                    pace=request.rate,
                )
                sent += 1
                progress(sent, count)
                yield wave

    def _spoken(
        self, requests: Sequence[SpeechRequest], cancel: Cancel
    ) -> Iterator[tuple[int, Outcome]]:
        failed: deque[_Failed] = deque()

        def lines() -> Iterator[_Line]:
            for index, request in enumerate(requests):
                line = self._begin(index, request)
                if isinstance(line, SpeechError):
                    failed.append((index, Outcome(index, line)))
                else:
                    yield line

        for line in self._passes(lines(), cancel):
            while failed:
                yield failed.popleft()
            if line.finished:
                yield line.index, self._finished(line)
        yield from failed

    def _passes(self, lines: Iterator[_Line], cancel: Cancel) -> Iterator[_Line]:
        """The line of each pass as it is spoken; passes begin in their order."""
        running: dict[Future[Part], tuple[_Line, int]] = {}
        begun: deque[_Line] = deque()
        stop = Stop()
        try:
            cancel()
            while True:
                while len(running) < self._lines * AHEAD and (line := _next(begun, lines)):
                    number, said = line.waiting.popleft()
                    running[self._pool.submit(self._say, line.manner, said, stop)] = line, number
                if not running:
                    return
                finished, _ = wait(running, POLL, FIRST_COMPLETED)
                cancel()
                for future in sorted(finished, key=lambda f: (running[f][0].index, running[f][1])):
                    line, number = running.pop(future)
                    line.parts[number] = future.result()
                    yield line
        finally:
            stop.set()
            for future in running:
                future.cancel()
            wait(running)

    def _say(self, manner: Manner, said: Pass, stop: Stop) -> Part:
        symbols = numbers(said.symbols)
        style = manner.style(len(symbols))
        return part(said, self._network(symbols, style, manner.speed, stop), manner.tempo)

    def _begin(self, index: int, request: SpeechRequest) -> _Line | SpeechError:
        assert request.sample_rate in self.sample_rates, "the rate is one the engine delivers"
        unknown: list[str] = []
        try:
            lead, found = passes(request.spoken, spaces, self._asking(unknown))
        except SpeechError as error:
            return error
        who = self._who(request.voice)
        manner, notes = Manner.of(request, who, self._prosody)
        return _Line(
            index=index,
            request=request,
            lead=lead,
            manner=manner,
            notes=(*self._about(request.voice, who), *notes, *_spelled(unknown)),
            waiting=deque(enumerate(found)),
            count=len(found),
        )

    def _finished(self, line: _Line) -> Outcome:
        wave, times = joined(
            line.lead,
            [line.parts[number] for number in range(line.count)],
            characters=len(line.request.spoken.characters),
            rate=line.request.sample_rate,
            pace=line.request.rate,
        )
        return Outcome(line.index, wave, line.notes, times)

    def _who(self, voice: Voice) -> Blend:
        if voice.speakers:
            return voice.speakers
        if voice.digest not in self._nearest:
            self._nearest[voice.digest] = nearest(voice, self._prosody(voice))
        return self._nearest[voice.digest]

    def _about(self, voice: Voice, who: Blend) -> tuple[str, ...]:
        """Said once of a voice that nobody named a speaker for."""
        named = voice.speakers and voice.digest not in self._chosen
        if named or voice.digest in self._told:
            return ()
        self._told.add(voice.digest)
        speaks = " and ".join(name for name, _ in who)
        return (Message("kokoro does not clone: {} speaks for “{}”.", speaks, voice.name),)

    def _asking(self, unknown: list[str]) -> Callable[[str], str]:
        def guess(word: str) -> str:
            found = self._guess(word) if self._guess is not None else ""
            if not found:
                unknown.append(word)
            return found

        return guess

    def _prosody(self, voice: Voice) -> Prosody:
        if voice.digest not in self._prosodies:
            self._prosodies[voice.digest] = prosody(voice)
        return self._prosodies[voice.digest]


_Failed = tuple[int, Outcome]


def _next(begun: deque[_Line], lines: Iterator[_Line]) -> _Line | None:
    """The line whose pass is next."""
    while begun and not begun[0].waiting:
        begun.popleft()
    if not begun and (line := next(lines, None)):
        begun.append(line)
    return begun[0] if begun else None


def _spelled(words: list[str]) -> tuple[str, ...]:
    if not words:
        return ()
    what = "spelled, since no dictionary has it and espeak-ng is not installed: {}."
    return (Message(what, ", ".join(dict.fromkeys(words))),)


def _fingerprint(weights: Weights, kernel: str) -> str:
    return f"kokoro {VERSION}.{PREPARED}, {weights.sha256}, {kernel}"


def _espeak() -> Ipa | None:
    """Who reads words that no dictionary has; None where espeak-ng is not installed."""
    try:
        return Ipa(Installation.find())
    except InputError:
        return None
