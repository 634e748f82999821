"""A workflow file, in either of ComfyUI's two formats -> `Prompt` or `UIWorkflow`."""

from __future__ import annotations

import json
from pathlib import Path

from ..documents.text_file import read_bytes
from ..messages import Message
from ..mistakes import InputError, Place
from .prompt import Prompt, read_prompt
from .ui_workflow import UIWorkflow, read_ui_workflow

LARGEST = 32 * 2**20
"""Bytes; editors keep whole pictures in a workflow at times."""


def read_workflow(path: Path) -> Prompt | UIWorkflow:
    """What the file holds; raises `InputError` for one that is no workflow."""
    file = str(path)
    data = read_bytes(path, file, limit=LARGEST)
    try:
        found = json.loads(data)
    except RecursionError:
        raise InputError.at(Place(file), "Its brackets are nested too deeply.") from None
    except UnicodeDecodeError:
        raise InputError.at(Place(file), "This is not JSON text.") from None
    except json.JSONDecodeError as error:
        place = Place(file, error.lineno, error.colno)
        raise InputError.at(place, Message("This is not JSON: {}.", error.msg)) from None
    if isinstance(found, dict) and isinstance(found.get("nodes"), list):
        return read_ui_workflow(found, file)
    if isinstance(found, dict) and isinstance(found.get("prompt"), dict):
        found = found["prompt"]  # the body of a request to /prompt
    if isinstance(found, dict) and any(
        isinstance(node, dict) and "class_type" in node for node in found.values()
    ):
        return read_prompt(found, file)
    raise InputError.at(
        Place(file),
        "This is not a ComfyUI workflow.",
        "Save one in the editor: Workflow > Save, or Workflow > Export (API).",
    )
