"""Uploaded files -> finished ones: a script, or an announcement's template and its rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ..mistakes import InputError, Mistake
from ..production.announcements.announce import announce
from ..production.announcements.announcement import read_announcements
from ..production.announcements.voicing import Voicing
from ..production.context import RenderContext
from ..production.mistaken import told_at_once
from ..production.render import render
from ..production.takes import TakesFailedError
from ..progress import Cancel, Report
from ..scripts.defaults import Defaults
from ..scripts.parse import read_script


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What is to be rendered; everything lies in one folder, which it may not leave."""

    folder: Path
    script: Path | None = None
    template: str = ""
    """A bundled template's name, or a path inside the folder"""
    rows: Path | None = None

    def make(
        self, target: Path, context: RenderContext, report: Report, cancel: Cancel
    ) -> list[Mistake]:
        """Make the files; returns why some parts were not made where others were.

        Raises `InputError`, lines that could not be spoken among them.
        """
        context = replace(context, report=report, cancel=cancel)
        if self.script is None:
            return self._announce(target, context)
        told = context.labelling.disclosure
        usual = Defaults(disclosure=told)
        with told_at_once(context.library, context.store):
            script = read_script(self.script, roots=[self.folder], defaults=usual)
        try:
            render(script, target, context)
        except TakesFailedError as error:
            places = [line.place for line in script.lines]
            failed = sorted(error.failures.items())
            raise InputError([Mistake(places[i], f"{why}.", "") for i, why in failed]) from None
        return []

    def _announce(self, target: Path, context: RenderContext) -> list[Mistake]:
        assert self.rows is not None, "an upload is a script, or a template and rows"
        template, rows = read_announcements(self.template, self.rows)
        if template.disclosure.place is None:
            template = replace(template, disclosure=context.labelling.disclosure)
        made = announce(rows, target, Voicing.of(template, context), context)
        if made.failed and not made.rendered:
            raise InputError(made.failed)
        return list(made.failed)
