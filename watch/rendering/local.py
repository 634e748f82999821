"""Orders -> files, with an engine of this process: scripts, task lists, and rows of data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from ...documents.findings import UnfitError
from ...glmtts_runtime.engine import Engine, Sampling
from ...glmtts_runtime.voices.library import VoiceLibrary
from ...mistakes import InputError, Mistake, Place
from ...production.announcements.voicing import Voicing
from ...production.batch import SUMMARY, Ending, Sound, run_batch
from ...production.cast import cast
from ...production.deliver import check_output
from ...production.editing.picks_file import picks_file
from ...production.render import render
from ...production.store import Store, file_digest, key_of
from ...production.takes import TakesFailedError, take_key
from ...production.utterances import speech_rate, utterances
from ...scripts.defaults import Defaults
from ...scripts.output import USUAL
from ...scripts.parse import read_script
from ...scripts.script import Output, Script
from ...scripts.tasks import TaskList, read_tasks
from ...version import __version__
from ..jobs.renderer import Cancel, Made, Order, Plan, Progress, UnspokenError
from .announcing import RowsMaking, read_rows, voices_key
from .listing import write_list


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalRenderer:
    """Renders by itself. The engine is used by several threads at once."""

    engine: Engine
    library: VoiceLibrary
    store: Store
    usual: Output = USUAL
    """What files are where a script says nothing of it."""
    lexicons: tuple[Path | str, ...] = ()
    """In front of every script's own."""
    sampling: Sampling = field(default_factory=Sampling)

    def prepare(self, order: Order) -> Plan:
        """Read an order; raises `InputError`."""
        if order.kind == "script":
            return self._script(order)
        if order.kind == "tasks":
            return self._tasks(order)
        if order.kind == "rows":
            return self._rows(order)
        what = "This is a workflow of ComfyUI, and no ComfyUI is connected."
        raise InputError.at(
            Place(str(order.source)), what, "Start the watch with --server URL, or drop a script."
        )

    def trouble(self) -> str | None:
        """None: an engine of this process is there or was not opened."""
        return None

    def close(self) -> None:
        self.engine.close()

    @property
    def _defaults(self) -> Defaults:
        return Defaults(output=self.usual, lexicons=self.lexicons)

    def _script(self, order: Order) -> Plan:
        _copy_picks(order)
        script = read_script(order.source, beside=order.snapshot.beside, defaults=self._defaults)
        check_output(script)
        requests = utterances(
            script,
            cast(script, self.library),
            sample_rate=speech_rate(self.engine, script.output.sample_rate),
            sampling=self.sampling,
        )
        return Plan(
            key=self._key(order, *(take_key(one, self.engine.fingerprint) for one in requests)),
            title=script.title,
            lines=len(requests),
            make=_ScriptMaking(self, script),
        )

    def _tasks(self, order: Order) -> Plan:
        listed = read_tasks(order.source, beside=order.snapshot.beside)
        if not listed.tasks:
            raise InputError([one for bad in listed.rejected for one in bad.mistakes])
        return Plan(
            key=self._key(order, self.engine.fingerprint),
            title=order.source.stem,
            lines=len(listed.tasks),
            make=_TasksMaking(self, listed),
        )

    def _rows(self, order: Order) -> Plan:
        template, rows = read_rows(order)
        voicing = Voicing(
            template=template,
            engine=self.engine,
            library=self.library,
            store=self.store,
            sampling=self.sampling,
        )
        return Plan(
            key=self._key(order, template.digest, voices_key(voicing), self.engine.fingerprint),
            title=order.source.stem,
            lines=len(rows),
            make=RowsMaking(voicing, rows, order.previous),
        )

    def _key(self, order: Order, *spoken: str) -> str:
        usual = json.dumps(asdict(replace(self.usual, place=None)), sort_keys=True)
        files = (file_digest(order.source), order.snapshot.digest(order.source))
        return key_of("job", __version__, *files, usual, *map(str, self.lexicons), *spoken)


def _copy_picks(order: Order) -> None:
    """Bring the choice of takes along that lies beside a script."""
    name = picks_file(order.source).name
    try:
        order.snapshot.find(name)
    except FileNotFoundError:
        pass
    except UnfitError as unfit:
        raise InputError.at(Place(name), unfit.what, unfit.remedy) from None


@dataclass(frozen=True, slots=True)
class _ScriptMaking:
    renderer: LocalRenderer
    script: Script

    def __call__(self, target: Path, *, progress: Progress, cancel: Cancel) -> Made:
        renderer = self.renderer
        try:
            made = render(
                self.script,
                target,
                engine=renderer.engine,
                library=renderer.library,
                store=renderer.store,
                sampling=renderer.sampling,
                report=progress,
                cancel=cancel,
            )
        except TakesFailedError as error:
            places = [line.place for line in self.script.lines]
            raise UnspokenError(
                [
                    Mistake(places[i], f"{failure}.", "")
                    for i, failure in sorted(error.failures.items())
                ]
            ) from None
        return Made(lines=made.lines, synthesised=made.synthesised, seconds=made.seconds)


@dataclass(frozen=True, slots=True)
class _TasksMaking:
    renderer: LocalRenderer
    listed: TaskList

    def __call__(self, target: Path, *, progress: Progress, cancel: Cancel) -> Made:
        renderer, listed = self.renderer, self.listed
        spoken: list[int] = []  # lines that were not in the store, by the first word of progress

        def report(phase: str, done: int, total: int) -> None:
            if phase == "speak" and not spoken:
                spoken.append(total - done)
            progress(phase, done, total)

        endings = run_batch(
            listed.tasks,
            listed.rejected,
            target,
            _sound(renderer.usual),
            engine=renderer.engine,
            library=renderer.library,
            store=renderer.store,
            report=report,
            cancel=cancel,
        )
        good = [ending for ending in endings if ending.state == "done"]
        problems = [one for ending in endings for one in _problems(ending, listed)]
        if not good:
            raise InputError(problems)
        write_list(target, [*(ending.file for ending in good), SUMMARY], renderer.engine)
        return Made(
            lines=len(good),
            synthesised=sum(spoken),
            seconds=sum(ending.seconds for ending in good),
            problems=tuple(problems),
        )


def _sound(usual: Output) -> Sound:
    """What the files of a list are: as `glmtts batch` makes them, unless settings say otherwise."""
    if usual == USUAL:
        return Sound()
    return Sound(format=usual.formats[0], sample_rate=usual.sample_rate, loudness=usual.loudness)


def _problems(ending: Ending, listed: TaskList) -> Iterator[Mistake]:
    """Why a task failed; the reasons name their places, which are taken off again."""
    places = {record.number: record.place for record in listed.tasks}
    places.update({record.number: record.place for record in listed.rejected})
    place = places[ending.number]
    for reason in ending.reasons:
        yield Mistake(place, reason.removeprefix(f"{place}: "), "")
