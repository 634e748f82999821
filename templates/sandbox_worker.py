"""Jinja2 and rows on stdin -> texts on stdout: the process templates are rendered in.

A template may be anybody's: what of Jinja2 it gets is `sandbox_environment.py`'s to say. Here it
gets a process with little memory, no files to open and a limited time (`sandbox.py` watches it).

Frames (`worker_pipe.py`) hold JSON. Requests:

    {"load": {name: [language, Jinja2 source]}, "known": [field]}  -> {"faults": {name: […]}}
    {"render": name, "rows": [{field: value}]}          -> {"text": …} or {"fault": …} a row
"""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, BinaryIO

import jinja2

from ..confinement import confine, grant
from ..worker_pipe import private_stdout, read_frames, write_frame
from .sandbox_environment import Environment, Fault, load, render

MEMORY = 256 << 20
"""Bytes of address space on top of what the process has when it is ready."""

CPU_SECONDS = 20
"""Of one request's rows together with what they have left; see `grant`."""


class Worker:
    """Answers requests one after the other."""

    def __init__(self, requests: BinaryIO, answers: BinaryIO) -> None:
        self.requests = requests
        self.answers = answers
        self.templates: dict[str, jinja2.Template] = {}

    def serve(self) -> None:
        """Until stdin ends."""
        self.give({"ready": True})
        for frame in read_frames(self.requests):
            grant(CPU_SECONDS)
            for answer in self.answer(json.loads(frame)):
                self.give(answer)

    def give(self, answer: dict[str, Any]) -> None:
        write_frame(self.answers, json.dumps(answer).encode())

    def answer(self, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if "load" in request:
            yield self.load(request)
            return
        template = self.templates[request["render"]]
        for row in request["rows"]:
            try:
                yield {"text": render(template, row)}
            except Fault as fault:
                yield {"fault": fault.object()}

    def load(self, request: dict[str, Any]) -> dict[str, Any]:
        faults: dict[str, list[dict[str, Any]]] = {}
        for name, (language, source) in request["load"].items():
            template, found = load(Environment(language), source, set(request["known"]))
            faults[name] = [fault.object() for fault in found]
            if template is not None:
                self.templates[name] = template
        return {"faults": faults}


def _warm_up() -> None:
    """Have Python and Jinja2 load what they load late: no file can be opened afterwards."""
    template, _ = load(Environment("zh"), "{{ 'x' | trim }}{{ 1 / (row - 1) }}", {"row"})
    assert template, "a correct template"
    with suppress(Fault):
        render(template, {"row": 1})


def main() -> None:
    """Serve until stdin ends, or memory does: then with the exit status ENOMEM."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    answers = private_stdout()
    _warm_up()
    confine(memory=MEMORY, descriptors=answers.fileno() + 1)
    try:
        Worker(sys.stdin.buffer, answers).serve()
    except MemoryError:
        os._exit(errno.ENOMEM)
