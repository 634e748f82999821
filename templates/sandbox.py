"""Template + rows -> texts, rendered by Jinja2 in a worker process that is watched.

What the worker may do is `sandbox_worker.py`'s to say. Here is its clock: an answer that does not
come in time ends the process, as does a template that wants too much memory, and a new one goes on
with the next row.
"""

from __future__ import annotations

import errno
import json
import queue
import subprocess
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from ..documents.files import Beside, Files
from ..documents.findings import Findings
from ..messages import Message
from ..mistakes import InputError, Mistake, Place
from ..scripts.script import Language
from ..worker_pipe import command, read_frames, start, write_frame
from .announcement import RESERVED, Template, TemplateSource, Value
from .announcement_file import read_template

PATIENCE = 10.0
"""Seconds for the text of one row, which takes some ten thousandths of one."""

STARTING = 60.0
"""Seconds for a worker to begin, on a machine that has a lot to do."""

NAME = "name"
"""The part of a template that names files; the others are its languages."""

_MOST_ENDED = 3
_BATCH = 200
_MOST_BYTES = 2**20


class Sandbox:
    """A template whose texts can be made. The worker starts with the first need of it."""

    def __init__(self, template: Template) -> None:
        self.template = template
        self._worker: _Worker | None = None
        self._ended = 0

    @classmethod
    def of(cls, path: Path, beside: Beside = Files.beside) -> Sandbox:
        """The template in a file, whose own files `beside` finds.

        Raises InputError with every mistake of its YAML and Jinja2.
        """
        findings = Findings()
        sandbox = cls(read_template(path, findings, beside))
        try:
            findings.extend(sandbox.check())
            findings.check()
        except BaseException:
            sandbox.close()
            raise
        return sandbox

    def check(self) -> list[Mistake]:
        """What is wrong with the Jinja2 of every part, before any row is seen."""
        try:
            faults = self._ready().faults
        except _EndedError as ended:
            return [Mistake(Place(str(self.template.file)), ended.what, ended.remedy)]
        return [
            Mistake(self._source(part).line(fault["line"]), fault["what"], fault["remedy"])
            for part, found in faults.items()
            for fault in found
        ]

    def render(
        self, part: Language | str, rows: Iterable[Mapping[str, Value]]
    ) -> Iterator[str | Mistake]:
        """The text of each row, or what is wrong with it, at its place in the template.

        `part` is a language or NAME; rows hold every field. Raises InputError when the template
        has ended several workers: it would go on doing so.
        """
        waiting = iter(rows)
        while batch := list(islice(waiting, _BATCH)):
            while batch:
                done = 0
                try:
                    for answer in self._ready().render(part, batch):
                        done += 1
                        yield answer["text"] if "text" in answer else self._mistake(part, answer)
                except _EndedError as ended:
                    self.close()
                    yield self._given_up(part, ended)
                    done += 1
                del batch[:done]

    def close(self) -> None:
        """End the worker, whatever it is doing."""
        if self._worker:
            self._worker.close()
            self._worker = None

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _given_up(self, part: str, ended: _EndedError) -> Mistake:
        """What a row is told whose text ended the worker; InputError after the last of a few."""
        self._ended += 1
        mistake = Mistake(self._source(part).place, ended.what, ended.remedy)
        if self._ended >= _MOST_ENDED:
            raise InputError([mistake]) from None
        return mistake

    def _mistake(self, part: str, answer: dict[str, Any]) -> Mistake:
        fault = answer["fault"]
        return Mistake(self._source(part).line(fault["line"]), fault["what"], fault["remedy"])

    def _source(self, part: str) -> TemplateSource:
        template = self.template
        return next(
            (source for code, source in template.texts.items() if code == part), template.pattern
        )

    def _ready(self) -> _Worker:
        if self._worker is None:
            template = self.template
            parts: dict[str, list[str]] = {NAME: [template.languages[0], template.pattern.text]}
            for code, source in template.texts.items():
                parts[code] = [code, source.text]
            self._worker = _Worker(parts, [*template.fields, *RESERVED])
        return self._worker


@dataclass
class _EndedError(Exception):
    """The worker is gone, and why: words for a person."""

    what: str
    remedy: str = "Simplify the template."


class _Worker:
    """One process, with the parts of one template in it."""

    def __init__(self, parts: Mapping[str, list[str]], known: Sequence[str]) -> None:
        import jinja2
        import markupsafe

        folders = {str(Path(module.__path__[0]).parent) for module in (jinja2, markupsafe)}
        self._process = start(command("templates.sandbox_worker", folders=sorted(folders)))
        assert self._process.stdin is not None, "a pipe was asked for"
        assert self._process.stdout is not None, "a pipe was asked for"
        self._stdin = self._process.stdin
        self._answers: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        reading = (self._process.stdout, self._answers)
        threading.Thread(target=_read_frames, args=reading, daemon=True).start()
        try:
            self._answer(STARTING)
            self._send({"load": parts, "known": known})
            self.faults: dict[str, list[dict[str, Any]]] = self._answer(PATIENCE)["faults"]
        except BaseException:
            self.close()
            raise

    def render(self, part: str, rows: Sequence[Mapping[str, Value]]) -> Iterator[dict[str, Any]]:
        """An answer a row; raises _EndedError."""
        self._send({"render": part, "rows": rows})
        for _ in rows:
            yield self._answer(PATIENCE)

    def close(self) -> None:
        self._process.kill()
        with suppress(OSError):  # what a dead process did not read is of no interest
            self._stdin.close()
        self._process.wait()

    def _send(self, request: dict[str, Any]) -> None:
        with suppress(OSError):  # it may have died already; the answer says so
            write_frame(self._stdin, json.dumps(request).encode())

    def _answer(self, seconds: float) -> dict[str, Any]:
        try:
            answer = self._answers.get(timeout=seconds)
        except queue.Empty:
            raise _EndedError(f"The text takes longer than {seconds:g} s.") from None
        if answer is None:
            raise _EndedError(self._last_words())
        return answer

    def _last_words(self) -> str:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(1)
        self._process.kill()
        status = self._process.wait()
        if status == errno.ENOMEM:
            return "The text needs too much memory."
        return Message("Making the text was ended by the system (status {}).", status)


def _read_frames(stream: BinaryIO, answers: queue.SimpleQueue[dict[str, Any] | None]) -> None:
    """Put every complete answer into the queue, and None at the end."""
    with stream:
        for body in read_frames(stream, _MOST_BYTES):
            answers.put(json.loads(body))
    answers.put(None)
