"""Orders -> files, made by a running ComfyUI: the editor and the folder share one loaded model."""

from __future__ import annotations

import asyncio
import json
import tempfile
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from .. import __version__
from ..atomic import write_text
from ..glmtts_runtime.library import VoiceLibrary, read_transcript
from ..mistakes import InputError, Mistake, Place
from ..production.publish import MANIFEST
from ..production.store import file_digest, key_of
from ..templates.defaults import Defaults
from ..templates.findings import UnfitError
from ..templates.parse import read_script
from ..templates.script import Script
from ..templates.tasks import TaskList, read_tasks
from ..workflows.client import Server, connected
from ..workflows.document import read_workflow
from ..workflows.drawing import Drawing
from ..workflows.flatten import flatten
from ..workflows.prompt import Prompt
from ..workflows.results import remote_files
from ..workflows.settings import check, fill
from ..workflows.tracker import NODES
from .remote_prompt import EXPORTED, SentLexicon, SentVoice, script_prompt, tasks_prompt
from .renderer import Cancel, Made, Order, Plan, Progress
from .settings import Settings

FOLDER = "glmtts-watch"
"""In the server's input and output folders; one below it for each job."""

_POLL = 0.2  # s between two looks at whether a job is still wanted
_FRESH = 5.0  # s for which it is known whether the server answers


class AwayError(OSError):
    """The server does not answer; it may soon."""


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
        prepare = {"script": self._script, "tasks": self._tasks, "workflow": self._workflow}
        return prepare[order.kind](order)

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
            self._trouble = f"The ComfyUI at {self.url} cannot be used: {error}"

    # --- the three kinds

    def _script(self, order: Order) -> Plan:
        settings = self.settings
        defaults = Defaults(output=settings.output, lexicons=settings.lexicons)
        script = read_script(order.source, beside=order.snapshot.beside, defaults=defaults)
        _check_formats(script)
        voices = list(self._voices(script))
        files = {**_sent(order), **{f"voices/{path.name}": path for _, path, _ in voices}}
        lexicons = [one for one in settings.lexicons if isinstance(one, Path)]
        files.update({f"lexicons/{path.name}": path for path in lexicons})
        key = self._key(order, files, *script.output.formats, *map(str, settings.lexicons))
        where = _where(key)

        def prompt() -> Prompt:
            return script_prompt(
                f"{where}/{order.source.name}",
                engine=settings.engine,
                lexicons=[_lexicon(one, where) for one in settings.lexicons],
                voices=[
                    SentVoice(speaker, f"{where}/voices/{path.name}", words)
                    for speaker, path, words in voices
                ],
                formats=script.output.formats,
                prefix=f"{where}/made",
            )

        name = script.output.name or order.source.stem
        lines = len(script.lines)

        def finish(files: Sequence[Path], target: Path) -> Made:
            for file in files:
                file.replace(target / f"{name}{file.suffix}")
            self._write_manifest(target, script.title)
            seconds = _seconds(target / f"{name}.{script.output.formats[0]}")
            return Made(lines=lines, synthesised=lines, seconds=seconds)

        make = _Making(self, files, where, prompt, finish, script.output.formats)
        return Plan(key=key, title=script.title, lines=lines, make=make)

    def _tasks(self, order: Order) -> Plan:
        listed = read_tasks(order.source, beside=order.snapshot.beside)
        if not listed.tasks:
            raise InputError([one for bad in listed.rejected for one in bad.mistakes])
        output = self.settings.output
        format = output.formats[0] if output.place else "wav"
        files = _sent(order)
        key = self._key(order, files, format)
        where = _where(key)

        def prompt() -> Prompt:
            return tasks_prompt(
                f"{where}/{order.source.name}",
                engine=self.settings.engine,
                format=format,
                folder=where,
            )

        def finish(files: Sequence[Path], target: Path) -> Made:
            for file in files:
                file.replace(target / file.name)
            self._write_manifest(target, order.source.stem)
            made = {file.name for file in files}
            return Made(
                lines=len(made),
                synthesised=len(made),
                seconds=sum(_seconds(target / name) for name in made),
                problems=tuple(_missing(listed, made, format)),
            )

        make = _Making(self, files, where, prompt, finish, (format,))
        return Plan(key=key, title=order.source.stem, lines=len(listed.tasks), make=make)

    def _workflow(self, order: Order) -> Plan:
        """What anybody's workflow makes, under the names the server gives it."""
        prompt, files = self._connected(self._read_workflow(order))
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
            for file in files:
                file.replace(target / file.name)
            self._write_manifest(target, order.source.stem)
            return Made(lines=len(files), synthesised=len(files), seconds=0.0)

        make = _Making(self, files, where, sent, finish, ())
        return Plan(key=key, title=order.source.stem, lines=0, make=make)

    async def _read_workflow(self, order: Order) -> tuple[Prompt, dict[str, Path]]:
        """The prompt that a workflow means, and the files of the inbox that it names."""
        found = read_workflow(order.source)
        async with connected(self.url) as server:
            catalogue = await server.catalogue()
        prompt = flatten(found, catalogue) if isinstance(found, Drawing) else found
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

    def _key(self, order: Order, files: dict[str, Path], *more: str) -> str:
        engine = self.settings.engine
        named = [text for name in sorted(files) for text in (name, file_digest(files[name]))]
        source = file_digest(order.source)
        return key_of("remote", __version__, self.url, repr(engine), source, *named, *more)

    def _voices(self, script: Script) -> Iterator[tuple[str, Path, str]]:
        """Speakers whose voices are in the settings' folders: the server may not know those."""
        for speaker in script.speakers.values():
            name = speaker.voice.name
            known = {entry.name: entry for entry in self._library.entries()}
            entry = known.get(name) if name else None
            if entry and entry.folder in self.settings.voices:
                yield speaker.name, entry.audio, read_transcript(entry)

    def _connected(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run what talks to the server. Raises `AwayError` where nothing does there."""
        try:
            return asyncio.run(work)
        except InputError as error:
            if any(mistake.place.file == "--server" for mistake in error.mistakes):
                raise AwayError(str(error)) from None
            raise
        except asyncio.TimeoutError:
            raise AwayError(f"The ComfyUI at {self.url} does not answer.") from None

    def run(self, making: _Making, target: Path, *, progress: Progress, cancel: Cancel) -> Made:
        """Have a plan rendered; the run on the server ends when `cancel` raises."""

        def report(phase: str, done: int, total: int) -> None:
            if phase != NODES:
                progress(phase, done, total)

        async def render(folder: Path) -> list[Path]:
            async with connected(self.url) as server:
                catalogue = await server.catalogue()
                prompt = making.prompt()
                check(prompt, catalogue, "--server's nodes")
                await _upload(server, making.files, making.where)
                outputs = await server.run(fill(prompt, catalogue), making.where, report)
                found = remote_files(outputs)
                kept = [file for file in found if file.type == "output"] or found
                return [await server.fetch(file, folder) for file in kept]

        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            files = self._connected(_while_wanted(render(Path(folder)), cancel))
            missing = [
                format
                for format in making.formats
                if not any(file.suffix == f".{format}" for file in files)
            ]
            if missing or not files:
                what = f"The server made no {', '.join(missing) or 'files'}."
                raise InputError.at(Place(making.where), what, "See its log.")
            return making.finish(files, target)

    def _write_manifest(self, target: Path, title: str) -> None:
        files = sorted(path for path in target.rglob("*") if path.is_file())
        manifest = {
            "version": 1,
            "generator": f"comfyui-glmtts {__version__}",
            "engine": {"name": self.settings.engine.name, "server": self.url},
            "title": title,
            "files": [
                {
                    "name": file.relative_to(target).as_posix(),
                    "sha256": file_digest(file),
                    "bytes": file.stat().st_size,
                }
                for file in files
            ],
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
        write_text(target / MANIFEST, text)


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

    def __call__(self, target: Path, *, progress: Progress, cancel: Cancel) -> Made:
        return self.renderer.run(self, target, progress=progress, cancel=cancel)


async def _while_wanted(work: Coroutine[Any, Any, Any], cancel: Cancel) -> Any:
    """What `work` gives; when `cancel` raises, it is cancelled first."""
    task = asyncio.ensure_future(work)
    while True:
        done, _ = await asyncio.wait({task}, timeout=_POLL)
        if done:
            return task.result()
        try:
            cancel()
        except BaseException:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            raise


async def _upload(server: Server, files: dict[str, Path], where: str) -> None:
    for name, path in files.items():
        folder = (PurePosixPath(where) / name).parent.as_posix()
        sent = await server.upload(path, folder=folder)
        if sent != f"{where}/{name}":
            raise RuntimeError(f"The server keeps {where}/{name} as {sent}.")


def _sent(order: Order) -> dict[str, Path]:
    """The dropped file and everything it was found to refer to, by the names it uses."""
    snapshot = order.snapshot
    files = {
        path.relative_to(snapshot.folder).as_posix(): path
        for path in sorted(snapshot.folder.rglob("*"))
        if path.is_file()
    }
    for path in sorted(snapshot.trusted):
        root = next(root for root in snapshot.roots if path.is_relative_to(root.resolve()))
        files.setdefault(path.relative_to(root.resolve()).as_posix(), path)
    return files


def _where(key: str) -> str:
    return f"{FOLDER}/{key[:16]}"


def _lexicon(lexicon: Path | str, where: str) -> SentLexicon:
    if isinstance(lexicon, str):
        return SentLexicon(lexicon, bundled=True)
    return SentLexicon(f"{where}/lexicons/{lexicon.name}", bundled=False)


def _check_formats(script: Script) -> None:
    output = script.output
    if unknown := [format for format in output.formats if format not in EXPORTED]:
        what = f"A ComfyUI does not write {', '.join(unknown)}."
        remedy = f"Choose among {', '.join(EXPORTED)}."
        raise InputError.at(output.place or Place(str(script.file)), what, remedy)


def _missing(listed: TaskList, made: set[str], format: str) -> Iterator[Mistake]:
    for bad in listed.rejected:
        yield from bad.mistakes
    for task in listed.tasks:
        if f"{task.name}.{format}" not in made:
            yield Mistake(task.place, "It was not spoken.", "The server's log says why.")


def _seconds(file: Path) -> float:
    """How long a sound is, by its own word; raises RuntimeError for what is none."""
    import av

    try:
        with av.open(str(file)) as container:
            return (container.duration or 0) / av.time_base
    except (av.FFmpegError, OSError) as error:
        raise RuntimeError(f"The server sent a damaged {file.name}: {error}.") from error
