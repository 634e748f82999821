"""A folder and what to do about it -> scripts dropped there become files, and how that goes."""

from __future__ import annotations

import os
from pathlib import Path

from ..glmtts_runtime.options import ENGINES, EngineName
from ..messages import Message
from .host import comfy, contents
from .host.api import CATEGORY, io, ui
from .host.failures import refuse


class WatchFolder(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="GLMTTS_WatchFolder",
            display_name="Watch Folder",
            category=CATEGORY,
            description="Have every script that is dropped into a folder spoken by this server, "
            "through its own queue. It goes on until it is stopped or the server ends; its "
            "status page is at /glmtts/watch/ of this server.",
            search_aliases=["watch", "inbox", "hot folder", "automation", "drop folder"],
            is_output_node=True,
            not_idempotent=True,
            inputs=[
                io.Combo.Input(
                    "action",
                    options=["start", "status", "stop"],
                    default="start",
                    tooltip="Begin to watch, look how it goes, or end it.",
                ),
                io.String.Input(
                    "folder",
                    default="watch",
                    tooltip="A folder of ComfyUI's input folder, made if it is not there; it may "
                    "be a link to one elsewhere. Files appear in its subfolder out.",
                ),
                io.Combo.Input(
                    "engine",
                    options=list(ENGINES),
                    default="auto",
                    optional=True,
                    tooltip="What speaks; auto: the first of the others that is here.",
                ),
            ],
            outputs=[
                io.String.Output(
                    "status", display_name="status", tooltip="How things are, in a few lines."
                )
            ],
        )

    @classmethod
    def fingerprint_inputs(cls, **_: object) -> float:
        return contents.unknown()  # how things are is another every time

    @classmethod
    def execute(cls, *, action: str, folder: str, engine: EngineName = "auto") -> io.NodeOutput:
        from .watching import WATCHING

        if action == "start":
            # By its words alone: a link that somebody put there may lead anywhere.
            inbox = Path(os.path.normpath(comfy.input_folder() / folder))
            if comfy.input_folder() not in inbox.parents:
                what = Message('"{}" is no folder inside the input folder.', folder)
                refuse("folder", what, "Name one there, or put a link to another there.")
            WATCHING.start(inbox, engine)
        elif action == "stop":
            WATCHING.stop()
        status = WATCHING.status()
        return io.NodeOutput(status, ui=ui.PreviewText(status))
