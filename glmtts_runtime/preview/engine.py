"""Speech requests -> takes by espeak-ng: a draft that needs no weights, no GPU and no torch."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType

from ...audio.wave import Wave
from ...messages import Message
from ...progress import Cancel, Progress
from ..engine import Outcome, SpeechError, SpeechRequest
from ..espeak.installation import Installation
from ..voices.prosody import Prosody, prosody
from ..voices.voice import Voice
from .assembly import assembled
from .espeak import Job, version
from .parameters import Parameters
from .text import Part, Speech, plan

VERSION = 2
"""Goes up whenever a line could sound different."""

AHEAD = 3
"""Lines pending before their turn, since most of a line's time is the start of its process."""


@dataclass(frozen=True, slots=True)
class _Pending:
    """A request being spoken."""

    index: int
    request: SpeechRequest
    parts: tuple[Part, ...]
    job: Job


class PreviewEngine:
    """The `preview` engine. Lines are finished in their order."""

    name = "preview"
    sample_rates = (24_000, 32_000)

    def __init__(self) -> None:
        """Find espeak-ng and try it; raises InputError when it is missing or cannot start."""
        self._installation = Installation.find()
        self._version = version(self._installation)
        self._prosodies: dict[str, Prosody] = {}
        self._jobs: set[Job] = set()

    def __enter__(self) -> PreviewEngine:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def fingerprint(self) -> str:
        return f"preview {VERSION}, espeak-ng {self._version}"

    def synthesize(
        self, requests: Sequence[SpeechRequest], *, progress: Progress, cancel: Cancel
    ) -> Iterator[Outcome]:
        """Yield one `Outcome` per request, in order; progress counts lines."""
        waiting = deque(enumerate(requests))
        pending: deque[_Pending] = deque()
        try:
            while waiting or pending:
                cancel()
                while waiting and len(pending) < AHEAD:
                    pending.append(self._begin(*waiting.popleft()))
                line = pending.popleft()
                outcome = Outcome(line.index, self._finish(line))
                progress(line.index + 1, len(requests))
                yield outcome
        finally:
            for line in pending:
                self._end(line.job)

    def close(self) -> None:
        """End what is still being spoken."""
        for job in tuple(self._jobs):
            self._end(job)

    def _begin(self, index: int, request: SpeechRequest) -> _Pending:
        assert request.sample_rate in self.sample_rates, "the rate is one the engine delivers"
        parts = plan(request.spoken)
        parameters = Parameters.of(request, self._prosody)
        utterances = [parameters.utterance(part) for part in parts if isinstance(part, Speech)]
        job = Job(self._installation, utterances)
        self._jobs.add(job)
        return _Pending(index, request, parts, job)

    def _finish(self, line: _Pending) -> Wave | SpeechError:
        try:
            if not line.parts:
                return SpeechError(
                    Message('There is nothing to say in "{}".', line.request.spoken.text)
                )
            waves = line.job.result()[1]
        except SpeechError as error:
            return error
        finally:
            self._end(line.job)
        return assembled(line.parts, waves, line.request.sample_rate, line.request.rate)

    def _end(self, job: Job) -> None:
        job.close()
        self._jobs.discard(job)

    def _prosody(self, voice: Voice) -> Prosody:
        if voice.digest not in self._prosodies:
            self._prosodies[voice.digest] = prosody(voice)
        return self._prosodies[voice.digest]
