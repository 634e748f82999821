"""A dropped table -> announcements: its name says by which template.

`gate-change.csv` and `gate-change.evening.csv` are rows for the template `gate-change`: a bundled
one, or `templates/gate-change.yaml` in the watched folder. Jinja2 is rendered in a process of its
own, with limits, as everywhere (`templates/sandbox.py`).
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ...documents.files import Files
from ...documents.findings import UnfitError
from ...messages import Message
from ...mistakes import InputError, Place, nearest
from ...production.announcements.announce import announce
from ...production.announcements.announcement import Announcement, read_announcements
from ...production.announcements.audit import LOG, MANIFEST, finished
from ...production.announcements.voicing import Voicing
from ...production.context import RenderContext
from ...production.delivery.publish import engine_entry, write_file_list
from ...progress import Cancel, Report
from ...templates.announcement import Template
from ...templates.bundled import bundled
from ..files.jail import names_inside
from ..jobs.renderer import Made, Order

TEMPLATES = "templates"
"""The folder of a watched folder where its own templates lie"""


def read_rows(order: Order) -> tuple[Template, list[Announcement]]:
    """The template of a dropped table, and an announcement for each row; raises `InputError`."""
    template = _template(order)
    # What a bundled template refers to lies beside it, and not in the watched folder.
    beside = Files.beside if isinstance(template, str) else order.snapshot.beside
    return read_announcements(str(template), order.source, beside=beside)


def _template(order: Order) -> Path | str:
    name = order.source.name.split(".", 1)[0]
    if name in bundled():
        return name
    place = Place(str(order.source))
    try:
        return order.snapshot.find(f"{TEMPLATES}/{name}.yaml")
    except FileNotFoundError:
        own = names_inside(order.snapshot.inbox, TEMPLATES)
        known = [*bundled(), *(one.removesuffix(".yaml") for one in own if one.endswith(".yaml"))]
        what = Message('There is no template "{}", which this table is called after.', name)
        raise InputError.at(place, what, nearest(name, known)) from None
    except UnfitError as unfit:
        raise InputError.at(place, unfit.what, unfit.remedy) from None


@dataclass(frozen=True, slots=True)
class RowsMaking:
    """Makes the announcements of a table. What the edition before has as it should be is kept,
    and so is its log of what was said when."""

    voicing: Voicing
    context: RenderContext
    rows: Sequence[Announcement]
    previous: Path

    def __call__(self, target: Path, *, report: Report, cancel: Cancel) -> Made:
        if (self.previous / MANIFEST).is_file():
            for file in self.previous.iterdir():
                if file.is_file() and not file.name.startswith("."):
                    shutil.copy2(file, target / file.name)
        context = replace(self.context, report=report, cancel=cancel)
        made = announce(self.rows, target, self.voicing, context, prune=True)
        there = [name for name in made.files if (target / name).is_file()]
        if not there:
            raise InputError(made.failed)
        write_file_list(target, [*there, MANIFEST, LOG], engine_entry(context.engine))
        return Made(
            lines=len(self.rows),
            synthesised=len(made.rendered),
            seconds=sum(entry.seconds for entry in finished(target).values()),
            problems=made.failed,
        )
