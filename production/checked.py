"""Speech requests -> takes that were listened to: one that is not good is drawn again, and of all
that were drawn the best is kept.

Takes are heard while others are still spoken. What was heard of a take is kept beside it under the
ears' fingerprint, so a line that was checked once is never heard again.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, replace

from ..glmtts_runtime.engine import SpeechError, SpeechRequest
from ..listening import check as listening
from ..listening.check import Finding, Verdict, badness
from ..listening.ears import Ears
from ..listening.written import written_words
from ..messages import Message
from ..progress import Progress, unwatched
from ..pronunciation.spoken import SpokenText
from . import takes
from .context import RenderContext
from .store import Store, key_of
from .takes import Take
from .utterances import take_seed

_log = logging.getLogger(__name__)


def make_takes(
    requests: Sequence[SpeechRequest],
    context: RenderContext,
    *,
    phase: str = "speak",
    steps: Progress = unwatched,
) -> tuple[list[Take], int]:
    """As `takes.make_takes`, heard where the context says so."""
    found, fresh = try_takes(requests, context, phase=phase, steps=steps)
    return takes.all_of(found), fresh


def try_takes(
    requests: Sequence[SpeechRequest],
    context: RenderContext,
    *,
    phase: str = "speak",
    steps: Progress = unwatched,
) -> tuple[list[Take | SpeechError], int]:
    """As `takes.try_takes`, heard where the context says so.

    The takes then have a verdict, the number of the draw they are, and times by the ears where
    the engine knows none. Raises InputError where nobody can listen.
    """
    if context.checking is None:
        return takes.try_takes(requests, context, phase=phase, steps=steps)
    listener = _Listener(context.checking.ears(), context.store)
    with listener.pool:
        drawing = _Drawing(requests, context, listener, phase, steps)
        drawing.draw(dict.fromkeys(range(len(requests)), context.checking.candidates))
        for _ in range(context.checking.redraws):
            bad = [n for n, take in enumerate(drawing.best()) if _is_bad(take)]
            if not bad:
                break
            drawing.draw(dict.fromkeys(bad, 1))
        return drawing.best(), drawing.fresh


def told(take: Take) -> list[str]:
    """What a person should know of a take, a sentence each; nothing of a good first one."""
    if take.verdict is None:
        return []
    said = list[str]()
    if take.draws > 1:
        said.append(Message("{} takes were heard; number {} is kept.", take.draws, take.draw))
    if not take.verdict.is_good:
        reasons = "; ".join(map(str, take.verdict.findings))
        said.append(Message("Doubtful: {}.", reasons))
    return said


def tell(requests: Sequence[SpeechRequest], found: Sequence[Take | SpeechError]) -> None:
    """Log what a person should know of takes whose production has no other place for it."""
    for request, take in zip(requests, found, strict=True):
        for note in () if isinstance(take, SpeechError) else told(take):
            _log.warning("“%.40s”: %s", request.spoken.text, note)


def entry(take: Take) -> dict[str, object]:
    """What manifests say of a take that was heard."""
    assert take.verdict is not None, "it was heard"
    found = [
        {"kind": one.kind, "told": one.told, "heard": one.heard, "seconds": one.seconds}
        for one in take.verdict.findings
    ]
    return {
        "heard": take.verdict.heard,
        "draw": take.draw,
        "draws": take.draws,
        "doubtful": bool(found),
        "findings": found,
    }


def _is_bad(take: Take | SpeechError) -> bool:
    return isinstance(take, Take) and take.verdict is not None and not take.verdict.is_good


class _Drawing:
    """Takes of every request so far."""

    def __init__(
        self,
        requests: Sequence[SpeechRequest],
        context: RenderContext,
        listener: _Listener,
        phase: str,
        steps: Progress,
    ) -> None:
        self._requests, self._context, self._listener = requests, context, listener
        self._phase, self._steps = phase, steps
        self._drawn: list[list[Take | SpeechError]] = [[] for _ in requests]
        self.fresh = 0

    def draw(self, counts: dict[int, int]) -> None:
        """So many more takes of requests, by their numbers, each heard as it is finished."""
        asked = [
            (number, replace(self._requests[number], seed=self._seed(number, turn)))
            for number, count in counts.items()
            for turn in range(count)
        ]
        found, fresh = takes.try_takes(
            [request for _, request in asked],
            self._context,
            phase=self._phase,
            steps=self._steps,
            finished=self._listener.listen,
        )
        self.fresh += fresh
        progress = self._context.progress("listen")
        for done, ((number, request), take) in enumerate(zip(asked, found, strict=True), 1):
            self._context.cancel()
            draw = len(self._drawn[number]) + 1
            self._drawn[number].append(self._listener.heard(request, take, draw))
            progress(done, len(asked))

    def best(self) -> list[Take | SpeechError]:
        """The best take of each request, the first drawn of several that are equally good."""
        return [_best(drawn) for drawn in self._drawn]

    def _seed(self, number: int, turn: int) -> int:
        draw = len(self._drawn[number]) + turn + 1
        return take_seed(self._requests[number].seed, draw)


def _best(drawn: Sequence[Take | SpeechError]) -> Take | SpeechError:
    good = [take for take in drawn if isinstance(take, Take)]
    if not good:
        return drawn[0]
    best = min(good, key=lambda take: badness(take.verdict) if take.verdict else (True, 0, 0.0))
    return replace(best, draws=len(drawn))


class _Listener:
    """Hears takes in threads of its own, each once."""

    def __init__(self, ears: Ears, store: Store) -> None:
        self.pool = ThreadPoolExecutor(ears.listeners, thread_name_prefix="listen")
        self._ears, self._store = ears, store
        self._under_way: dict[str, Future[Verdict]] = {}

    def listen(self, request: SpeechRequest, take: Take) -> None:
        """Begin to hear a take."""
        if take.key not in self._under_way:
            self._under_way[take.key] = self.pool.submit(self._verdict, request.spoken, take)

    def heard(
        self, request: SpeechRequest, take: Take | SpeechError, draw: int
    ) -> Take | SpeechError:
        """The take with what was heard of it."""
        if isinstance(take, SpeechError):
            return take
        self.listen(request, take)
        verdict = self._under_way[take.key].result()
        times = take.times or verdict.times
        words = take.words or written_words(request.spoken, times)
        return replace(
            take, verdict=verdict, draw=draw, seed=request.seed, times=times, words=words
        )

    def _verdict(self, spoken: SpokenText, take: Take) -> Verdict:
        key = key_of("verdict", self._ears.fingerprint, str(listening.VERSION), take.key)
        blob = self._store.read(key)
        if blob is not None:
            return _unpacked(json.loads(blob))
        verdict = listening.check(self._ears, takes.load_take(self._store, take.key), spoken)
        self._store.write(key, json.dumps(asdict(verdict), ensure_ascii=False).encode())
        return verdict


def _unpacked(data: dict[str, object]) -> Verdict:
    """What `asdict` made of a verdict, by way of JSON."""
    given: dict[str, object] = dict(data)
    found, times = given.pop("findings"), given.pop("times")
    assert isinstance(found, list), "we wrote it"
    assert isinstance(times, list), "we wrote it"
    return Verdict(
        findings=tuple(Finding(**one) for one in found),
        times=tuple((float(begin), float(end)) for begin, end in times),
        **given,  # type: ignore[arg-type]
    )
