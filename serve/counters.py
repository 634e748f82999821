"""What a server has done since it began -> text that Prometheus reads."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping

FIRST_BYTE = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""s; the buckets of the histogram"""


class Counters:
    """Counts from several threads."""

    def __init__(self) -> None:
        self.began = time.time()
        self._lock = threading.Lock()
        self._answers: Counter[tuple[str, int]] = Counter()
        self._seconds = 0.0
        self._gone = 0
        self._first: Counter[float] = Counter()
        self._first_sum, self._first_count = 0.0, 0

    def answered(self, path: str, status: int) -> None:
        """One more answer of a route."""
        with self._lock:
            self._answers[path, status] += 1

    def spoke(self, seconds: float) -> None:
        """So much sound was sent."""
        with self._lock:
            self._seconds += seconds

    def left(self) -> None:
        """Somebody went away before the end."""
        with self._lock:
            self._gone += 1

    def first_byte(self, seconds: float) -> None:
        """So long somebody waited for the first sound."""
        with self._lock:
            self._first_sum, self._first_count = self._first_sum + seconds, self._first_count + 1
            for bound in FIRST_BYTE:
                self._first[bound] += seconds <= bound

    def text(self, *, waiting: int, speaking: int, jobs: Mapping[str, int], engine: str) -> str:
        """The text format 0.0.4 of Prometheus."""
        with self._lock:
            return "".join(self._lines(waiting, speaking, jobs, engine))

    def _lines(
        self, waiting: int, speaking: int, jobs: Mapping[str, int], engine: str
    ) -> Iterator[str]:
        yield from _metric("up", "gauge", "1 while it speaks", {f'{{engine="{engine}"}}': 1})
        yield from _metric("start_time_seconds", "gauge", "When it began", {"": self.began})
        yield from _metric("lines_waiting", "gauge", "Lines in the queue", {"": waiting})
        yield from _metric("lines_speaking", "gauge", "Lines being spoken", {"": speaking})
        counted = {f'{{state="{state}"}}': count for state, count in sorted(jobs.items())}
        yield from _metric("jobs", "gauge", "Script jobs by state", counted)
        answers = {
            f'{{route="{route}",status="{status}"}}': count
            for (route, status), count in sorted(self._answers.items())
        }
        yield from _metric("answers_total", "counter", "Answers by route and status", answers)
        yield from _metric("audio_seconds_total", "counter", "Sound sent", {"": self._seconds})
        yield from _metric("gone_total", "counter", "Clients that went away", {"": self._gone})
        bounds: dict[str, float] = {
            f'_bucket{{le="{bound}"}}': self._first[bound] for bound in FIRST_BYTE
        }
        bounds['_bucket{le="+Inf"}'] = bounds["_count"] = self._first_count
        bounds["_sum"] = self._first_sum
        yield from _metric("first_byte_seconds", "histogram", "Until the first sound", bounds)


def _metric(name: str, kind: str, help: str, values: Mapping[str, float]) -> Iterator[str]:
    yield f"# HELP glmtts_serve_{name} {help}\n# TYPE glmtts_serve_{name} {kind}\n"
    for labels, value in values.items():
        yield f"glmtts_serve_{name}{labels} {value}\n"
