"""Orders -> files, made by a running ComfyUI: the editor and the folder share one loaded model."""

from __future__ import annotations

import asyncio
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ...digests import file_digest
from ...documents.findings import UnfitError
from ...glmtts_runtime.voices.library import VoiceLibrary
from ...messages import Message
from ...mistakes import InputError, Place
from ...production.batch import SUMMARY
from ...production.store import key_of
from ...progress import Cancel, Report
from ...scripts.defaults import Defaults
from ...scripts.parse import read_script
from ...scripts.script import Script
from ...scripts.tasks import read_tasks
from ...version import __version__
from ...workflows.answers import public
from ...workflows.client import connected
from ...workflows.document import read_workflow
from ...workflows.flatten import flatten
from ...workflows.prompt import Prompt
from ...workflows.settings import check
from ...workflows.ui_workflow import UIWorkflow
from ..jobs.renderer import Made, Order, Plan
from ..settings.settings import Settings
from .remote_prompt import EXPORTED, script_prompt, tasks_prompt
from .remote_results import problems, seconds, write_manifest
from .remote_run import errand, talk
from .remote_uploads import sent_files, sent_lexicons, sent_voices

FOLDER = "glmtts-watch"
"""In the server's input and output folders; one below it for each job."""

_FRESH = 5.0  # s for which it is known whether the server answers


class RemoteRenderer:
    """Renders in the ComfyUI at `url`. Several threads use it, each with a connection of its own.

    Scripts are read here first, so that mistakes are told as everywhere; then they and what they
    refer to are uploaded under the job's key, a prompt with our nodes is queued, and its results
    are fetched.
    """

    def __init__(self, url: str, settings: Settings) -> None:
        self.url = url
        self.settings = settings
        self._library = VoiceLibrary(settings.voices)
        self._looked = -_FRESH
        self._trouble: str | None = None

    def prepare(self, order: Order) -> Plan:
        """Read an order; raises `InputError`, for workflows also `AwayError`."""
        if order.kind == "script":
            return self._script(order)
        if order.kind == "tasks":
            return self._tasks(order)
        if order.kind == "workflow":
            return self._workflow(order)
        what = "Tables for a template are not rendered in a ComfyUI."
        raise InputError.at(Place(str(order.source)), what, "Watch a folder without --server.")

    def trouble(self) -> str | None:
        """Why nothing can be rendered now, as a sentence; None when all is well."""
        if time.monotonic() - self._looked > _FRESH:
            self._looked = time.monotonic()
            threading.Thread(target=self._look, name="watchserver", daemon=True).start()
        return self._trouble

    def close(self) -> None:
        """Nothing is held between jobs."""

    def _look(self) -> None:
        async def ask() -> None:
            async with connected(self.url) as server:
                await server.waiting()

        try:
            asyncio.run(ask())
            self._trouble = None
        except (InputError, RuntimeError, OSError, asyncio.TimeoutError) as error:
            self._trouble = f"The ComfyUI at {public(self.url)} cannot be used: {error}"

    # --- the three kinds

    def _script(self, order: Order) -> Plan:
        settings = self.settings
        told = replace(settings.disclosure, audible=None)  # the server places its own
        defaults = Defaults(output=settings.output, lexicons=settings.lexicons, disclosure=told)
        script = read_script(order.source, beside=order.snapshot.beside, defaults=defaults)
        _check_formats(script)
        voices, lexicons = (
            list(sent_voices(script, self._library, settings.voices)),
            list(sent_lexicons(settings.lexicons)),
        )
        files = sent_files(order)
        files.update((voice.audio, path) for voice, path in voices)
        files.update((lexicon.name, path) for lexicon, path in lexicons if path)
        shape = (*script.output.formats, *map(str, settings.lexicons), script.disclosure.key)
        key = self._key(order, files, *shape)
        where = _where(key)

        def prompt() -> Prompt:
            return script_prompt(
                order.source.name,
                where=where,
                engine=settings.engine,
                lexicons=[lexicon for lexicon, _ in lexicons],
                voices=[voice for voice, _ in voices],
                formats=script.output.formats,
                disclosure=script.disclosure.written,
            )

        name = script.output.name or order.source.stem
        lines = len(script.lines)

        def finish(files: Sequence[Path], target: Path) -> Made:
            for file in files:
                file.replace(target / f"{name}{file.suffix}")
            self._write_manifest(target, script.title)
            length = seconds(target / f"{name}.{script.output.formats[0]}")
            return Made(lines=lines, synthesised=lines, seconds=length)

        make = _Making(self, files, where, prompt, finish, script.output.formats)
        return Plan(key=key, title=script.title, lines=lines, make=make)

    def _tasks(self, order: Order) -> Plan:
        listed = read_tasks(order.source, beside=order.snapshot.beside)
        if not listed.tasks:
            raise InputError([one for bad in listed.rejected for one in bad.mistakes])
        output = self.settings.output
        format = output.formats[0] if output.place else "wav"
        files = sent_files(order)
        key = self._key(order, files, format)
        where = _where(key)

        def prompt() -> Prompt:
            engine = self.settings.engine
            return tasks_prompt(order.source.name, where=where, engine=engine, format=format)

        def finish(files: Sequence[Path], target: Path) -> Made:
            for file in files:
                file.replace(target / file.name)
            self._write_manifest(target, order.source.stem)
            made = [file.name for file in files if file.suffix == f".{format}"]
            return Made(
                lines=len(made),
                synthesised=len(made),
                seconds=sum(seconds(target / name) for name in made),
                problems=tuple(problems(listed, target / SUMMARY)),
            )

        make = _Making(self, files, where, prompt, finish, (format,))
        return Plan(key=key, title=order.source.stem, lines=len(listed.tasks), make=make)

    def _workflow(self, order: Order) -> Plan:
        """What anybody's workflow makes, under the names the server gives it."""
        prompt, files = talk(self.url, self._read_workflow(order))
        key = self._key(order, files)
        where = _where(key)

        def sent() -> Prompt:
            nodes = {
                node.id: node.having(
                    **{
                        name: f"{where}/{value}"
                        for name, value in node.inputs.items()
                        if isinstance(value, str) and value in files
                    }
                )
                for node in prompt
            }
            return Prompt(nodes)

        def finish(files: Sequence[Path], target: Path) -> Made:
            for file in files:  # of different folders, two may have one name
                taken = (target / file.name).exists()
                file.replace(target / (f"{file.parent.name}-{file.name}" if taken else file.name))
            self._write_manifest(target, order.source.stem)
            return Made(lines=len(files), synthesised=len(files), seconds=0.0)

        make = _Making(self, files, where, sent, finish, ())
        return Plan(key=key, title=order.source.stem, lines=0, make=make)

    async def _read_workflow(self, order: Order) -> tuple[Prompt, dict[str, Path]]:
        """The prompt that a workflow means, and the files of the inbox that it names."""
        found = read_workflow(order.source)
        async with connected(self.url) as server:
            catalogue = await server.catalogue()
        prompt = flatten(found, catalogue) if isinstance(found, UIWorkflow) else found
        check(prompt, catalogue, str(order.source))
        files = {}
        for node in prompt:
            for each in catalogue[node.type].given(node.inputs):
                value = node.inputs.get(each.name)
                if each.upload and isinstance(value, str) and value not in (each.choices or ()):
                    try:
                        files[value] = order.snapshot.find(value)
                    except (UnfitError, FileNotFoundError):
                        continue  # the server says what is wrong with it
        return prompt, files

    # --- what they share

    def _write_manifest(self, target: Path, title: str) -> None:
        write_manifest(target, title, engine=self.settings.engine.engine, url=public(self.url))

    def _key(self, order: Order, files: dict[str, Path], *more: str) -> str:
        engine = self.settings.engine
        named = [text for name in sorted(files) for text in (name, file_digest(files[name]))]
        source = file_digest(order.source)
        return key_of("remote", __version__, self.url, repr(engine), source, *named, *more)


@dataclass(frozen=True, slots=True)
class _Making:
    renderer: RemoteRenderer
    files: dict[str, Path]
    """What is uploaded, by its name there below `where`"""
    where: str
    prompt: Callable[[], Prompt]
    finish: Callable[[Sequence[Path], Path], Made]
    """Given what was fetched and the target, names the files and writes the manifest"""
    formats: tuple[str, ...]
    """Of which there must be a file"""

    def __call__(self, target: Path, *, report: Report, cancel: Cancel) -> Made:
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            work = errand(
                self.renderer.url,
                self.prompt(),
                self.files,
                where=self.where,
                folder=Path(folder),
                report=report,
            )
            files = talk(self.renderer.url, work, cancel)
            missing = [
                format
                for format in self.formats
                if not any(file.suffix == f".{format}" for file in files)
            ]
            if missing or not files:
                what = Message("The server made no {}.", ", ".join(missing) or "files")
                raise InputError.at(Place(self.where), what, "See its log.")
            return self.finish(files, target)


def _where(key: str) -> str:
    return f"{FOLDER}/{key[:16]}"


def _check_formats(script: Script) -> None:
    output = script.output
    if unknown := [format for format in output.formats if format not in EXPORTED]:
        what = Message("A ComfyUI does not write {}.", ", ".join(unknown))
        remedy = Message("Choose among {}.", ", ".join(EXPORTED))
        raise InputError.at(output.place or Place(str(script.file)), what, remedy)
