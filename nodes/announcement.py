"""A template and rows of data -> a finished announcement each."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import inputs
from .context import render_context
from .host import contents, folders
from .host.api import CATEGORY, io
from .host.audio import audio

if TYPE_CHECKING:
    from ..glmtts_runtime.engine import Engine
    from ..production.announcements.announce import Announced
    from ..production.announcements.announcement import Announcement
    from ..templates.announcement import Template

OWN = "file"
"""The choice of a template of one's own."""

ALL = "all"
ITS_OWN = "template"


class Announcements(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="GLMTTS_Announcement",
            display_name="Announcements",
            category=CATEGORY,
            description="Speak a template for every row of data, into a file of its own: trains, "
            "flights, queues, shops. Rows that are as they were are not made again.",
            search_aliases=["announcement", "template", "csv", "rows", "station", "queue"],
            is_output_node=True,
            inputs=_inputs(),
            outputs=[
                io.Audio.Output(
                    "audio",
                    display_name="audio",
                    is_output_list=True,
                    tooltip="Each announcement by itself, in the order of the rows.",
                ),
                io.String.Output(
                    "summary",
                    display_name="summary",
                    tooltip="Which files were made, how many stayed, and what failed, as JSON.",
                ),
            ],
        )

    @classmethod
    def fingerprint_inputs(
        cls, template: dict[str, Any], data: str | None = "", **_: Any
    ) -> str | float:
        if data is None:
            return contents.unknown()
        files = [folders.input_file(data, "data")] if data.strip() else []
        return contents.announcements(_template(template), files, folders.library())

    @classmethod
    def execute(
        cls,
        *,
        template: dict[str, Any],
        data: str = "",
        languages: str = ALL,
        profile: str = ITS_OWN,
        folder: str = "audio/announcements",
        engine: Engine | None = None,
        seed: int = 0,
        audioUI: None = None,  # noqa: N803 - the player's own name
        **sampling: float,
    ) -> io.NodeOutput:
        from ..audio.recording import decode
        from ..mistakes import InputError
        from ..production.announcements.announce import announce
        from ..production.announcements.voicing import Voicing

        target = folders.output_folder(folder, "folder")
        asked, wanted = _asked(template, data, languages, profile)
        context = render_context(engine, sampling)
        voicing = Voicing.of(asked, context, seed=seed)
        ended = announce(wanted, target, voicing, context, whole=languages == ALL)
        failed = {mistake.place for mistake in ended.failed}
        spoken = [one for one in wanted if one.row.place not in failed]
        if not spoken:
            raise InputError(ended.failed)
        # Of several formats the first is heard; all are shown.
        first = [target / one.file(asked.output.formats[0]) for one in spoken]
        every = [target / one.file(form) for one in spoken for form in asked.output.formats]
        return io.NodeOutput(
            [audio([decode(path)]) for path in first],
            _summary(ended),
            ui=folders.shown(first, [path for path in every if path not in first]),
        )


def _asked(
    chosen: dict[str, Any], data: str, languages: str, profile: str
) -> tuple[Template, list[Announcement]]:
    """The template and what is to be said of each row. Raises InputError."""
    from ..production.announcements.announcement import read_announcements
    from ..scripts.profiles import PROFILES

    rows = chosen.get("rows") or ""
    asked, wanted = read_announcements(
        str(_template(chosen)),
        folders.input_file(data, "data") if data.strip() else rows.encode(),
        file=_named(rows),
        languages=() if languages == ALL else (languages,),  # type: ignore[arg-type]
    )
    if profile != ITS_OWN:
        asked = replace(asked, output=PROFILES[profile])
    return asked, wanted


def _rows(example: str) -> io.Input:
    return io.String.Input(
        "rows",
        multiline=True,
        default=example,
        dynamic_prompts=False,
        optional=True,
        tooltip="One announcement a row, the first line naming the columns; or JSON.",
    )


@lru_cache(maxsize=1)
def _bundled() -> tuple[tuple[str, str], ...]:
    """The bundled templates and example rows of each."""
    from ..templates.bundled import bundled, find_template

    return tuple(
        (name, find_template(name).with_suffix(".csv").read_text("utf-8")) for name in bundled()
    )


def _template(chosen: dict[str, Any]) -> Path:
    """The template's file. Raises InputError."""
    from ..templates.bundled import find_template

    if chosen["template"] == OWN:
        return folders.input_file(chosen.get("file") or "", "file")
    return find_template(chosen["template"])


def _named(rows: str) -> str:
    """What rows written into the node are called, by which they are read."""
    suffix = {"{": "jsonl", "[": "json"}.get(rows.lstrip()[:1], "csv")
    return f"rows.{suffix}"


def _summary(ended: Announced) -> str:
    told = {
        "files": ended.files,
        "made": ended.rendered,
        "kept": ended.kept,
        "failed": [str(mistake) for mistake in ended.failed],
        "leftovers": ended.removed,
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def _inputs() -> list[io.Input]:
    return [
        io.DynamicCombo.Input(
            "template",
            options=[
                *(io.DynamicCombo.Option(name, [_rows(example)]) for name, example in _bundled()),
                io.DynamicCombo.Option(
                    OWN, [inputs.file("file", "A template of your own, YAML."), _rows("")]
                ),
            ],
            tooltip="What is said of a row: one of the bundled templates, or a file.",
        ),
        inputs.file(
            "data",
            "Rows in place of those written here: CSV, JSON, JSON Lines, YAML or SQLite.",
        ),
        io.Combo.Input(
            "languages",
            options=[ALL, *inputs.LANGUAGES],
            default=ALL,
            optional=True,
            tooltip="Speak all languages of the template, or only one.",
        ),
        io.Combo.Input(
            "profile",
            options=[ITS_OWN, "loudspeaker", "phone", "web"],
            default=ITS_OWN,
            optional=True,
            tooltip="Where it is heard, which decides the files' format and loudness; "
            "template: as the template says.",
        ),
        inputs.folder("audio/announcements"),
        inputs.engine(),
        inputs.seed(),
        *inputs.sampling(),
        inputs.player(),
    ]
