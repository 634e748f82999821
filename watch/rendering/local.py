"""Orders -> files, with an engine of this process: scripts, task lists, and rows of data."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from ...digests import file_digest
from ...documents.findings import UnfitError
from ...messages import Message
from ...mistakes import InputError, Mistake, Place
from ...production.announcements.voicing import Voicing
from ...production.batch import SUMMARY, TaskOutput, run_batch
from ...production.cast import cast
from ...production.checking import Checking
from ...production.context import RenderContext
from ...production.delivery.output import check_output
from ...production.delivery.publish import engine_entry, write_file_list
from ...production.editing.picks_file import picks_file
from ...production.mistaken import told_at_once
from ...production.render import render
from ...production.store import key_of
from ...production.takes import TakesFailedError, take_key
from ...production.utterances import utterances
from ...progress import Cancel, Report
from ...scripts.defaults import Defaults
from ...scripts.disclosure import Disclosure
from ...scripts.output import USUAL
from ...scripts.parse import read_script
from ...scripts.script import Output, Script
from ...scripts.tasks import TaskList, read_tasks
from ...version import __version__
from ..jobs.renderer import Made, Order, Plan, UnspokenError
from .announcing import RowsMaking, read_rows


@dataclass(frozen=True, slots=True)
class LocalRenderer:
    """Renders by itself. The engine is used by several threads at once."""

    context: RenderContext
    """A job adds whom to tell and whom to ask."""
    usual: Output = USUAL
    """What files are where a script says nothing of it."""
    lexicons: tuple[Path | str, ...] = ()
    """In front of every script's own."""
    disclosure: Disclosure = field(default_factory=Disclosure)
    """Where a script or a template says nothing of it."""

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
        """Whether takes can be kept: the cache may be a read-only home's, or another user's."""
        store = self.context.store.folder
        try:
            store.mkdir(parents=True, exist_ok=True)
            shelves = [store, *(entry for entry in store.iterdir() if entry.is_dir())]
        except OSError as error:
            return Message("The cache cannot be used: {}.", error)
        shut = next((one for one in shelves if not os.access(one, os.W_OK | os.X_OK)), None)
        return (
            None
            if shut is None
            else Message("The cache {} cannot be written to by this user.", shut)
        )

    def close(self) -> None:
        self.context.engine.close()

    @property
    def _defaults(self) -> Defaults:
        return Defaults(output=self.usual, lexicons=self.lexicons, disclosure=self.disclosure)

    def _script(self, order: Order) -> Plan:
        _copy_picks(order)
        beside = order.snapshot.beside
        with told_at_once(self.context.library, self.context.store):
            script = read_script(order.source, beside=beside, defaults=self._defaults)
        check_output(script)
        requests = utterances(script, cast(script, self.context.library), self.context)
        return Plan(
            key=self._key(
                order, *(take_key(one, self.context.engine.fingerprint) for one in requests)
            ),
            title=script.title,
            lines=len(requests),
            make=_ScriptMaking(self, script),
        )

    def _tasks(self, order: Order) -> Plan:
        listed = read_tasks(order.source, beside=order.snapshot.beside)
        if not listed.tasks:
            raise InputError([one for bad in listed.rejected for one in bad.mistakes])
        return Plan(
            key=self._key(order, self.context.engine.fingerprint),
            title=order.source.stem,
            lines=len(listed.tasks),
            make=_TasksMaking(self, listed),
        )

    def _rows(self, order: Order) -> Plan:
        template, rows = read_rows(order)
        if template.disclosure.place is None:
            template = replace(template, disclosure=self.disclosure)
        context = replace(self.context, checking=Checking()) if self.usual.check else self.context
        voicing = Voicing.of(template, context)
        return Plan(
            key=self._key(order, template.digest, voicing.key, self.context.engine.fingerprint),
            title=order.source.stem,
            lines=len(rows),
            make=RowsMaking(voicing, context, rows, order.previous),
        )

    def _key(self, order: Order, *spoken: str) -> str:
        usual = json.dumps(asdict(replace(self.usual, place=None)), sort_keys=True)
        files = (file_digest(order.source), order.snapshot.digest(order.source))
        told = (self.disclosure.key, self.context.labelling.key)
        lexicons = map(str, self.lexicons)
        return key_of("job", __version__, *files, usual, *told, *lexicons, *spoken)


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

    def __call__(self, target: Path, *, report: Report, cancel: Cancel) -> Made:
        context = replace(self.renderer.context, report=report, cancel=cancel)
        try:
            made = render(self.script, target, context)
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

    def __call__(self, target: Path, *, report: Report, cancel: Cancel) -> Made:
        renderer, listed = self.renderer, self.listed
        missing: list[int] = []  # lines that were not in the store, by the first report of them

        def report_phase(phase: str, done: int, total: int) -> None:
            if phase == "speak" and not missing:
                missing.append(total - done)
            report(phase, done, total)

        checking = Checking() if renderer.usual.check else renderer.context.checking
        context = replace(renderer.context, report=report_phase, cancel=cancel, checking=checking)
        endings = run_batch(listed, target, _task_output(renderer), context)
        good = [ending for ending in endings if ending.is_done]
        problems = [mistake for ending in endings for mistake in ending.mistakes]
        if not good:
            raise InputError(problems)
        names = [*(ending.file for ending in good), SUMMARY]
        write_file_list(target, names, engine_entry(context.engine))
        return Made(
            lines=len(good),
            synthesised=sum(missing),
            seconds=sum(ending.seconds for ending in good),
            problems=tuple(problems),
        )


def _task_output(renderer: LocalRenderer) -> TaskOutput:
    """What the files of a list are: as `glmtts batch` makes them, unless settings say otherwise."""
    usual = renderer.usual
    if usual == USUAL:
        return TaskOutput(disclosure=renderer.disclosure)
    return TaskOutput(
        format=usual.formats[0],
        sample_rate=usual.sample_rate,
        loudness=usual.loudness,
        disclosure=renderer.disclosure,
    )
