"""Every example workflow as shipped, on both servers: it runs, sounds right, and is cached."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from comfyui_glmtts.workflows.catalogue import read_catalogue
from comfyui_glmtts.workflows.document import read_workflow
from comfyui_glmtts.workflows.flatten import flatten
from comfyui_glmtts.workflows.ui_workflow import UIWorkflow
from PIL import Image

from .conftest import PACK, Server
from .prompt import heard

FOLDER = PACK / "example_workflows"


@dataclass(frozen=True)
class Example:
    """What an example gives on the preview engine."""

    name: str
    seconds: tuple[float, ...]
    """How long each of its sounds is."""
    others: tuple[str, ...] = ()
    """The suffixes of its other files."""

    @property
    def path(self) -> Path:
        return FOLDER / f"{self.name}.json"

    def __str__(self) -> str:
        return self.name


LOADS = "GLMTTS_LoadEngine"
"""Says which engine it is while it runs; what a node shows that ends no workflow is not kept."""

EXAMPLES = (
    Example("Announcements from rows", (6.1, 6.2, 6.6), (".opus", ".opus", ".opus")),
    Example("Clone a voice", (5.2,)),
    Example("Fix a pronunciation", (5.9,), (".png",)),
    Example("Borrow and mix an emotion", (3.0,)),
    Example("Two speaker podcast", (13.1,), (".png", ".srt", ".vtt")),
    Example("Batch of lines", (4.5, 1.9, 2.4), (".json",)),
    Example("Draft then final", (5.5,)),
)


@pytest.fixture(params=EXAMPLES, ids=str)
def example(request: pytest.FixtureRequest) -> Example:
    found: Example = request.param
    return found


def prompt_of(server: Server, example: Example) -> dict[str, Any]:
    """What the editor would queue for an example."""
    workflow = read_workflow(example.path)
    assert isinstance(workflow, UIWorkflow)
    return flatten(workflow, read_catalogue(server.get("/object_info"))).api()


def test_the_list_of_examples_is_whole() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == {each.name for each in EXAMPLES}


def test_an_example_runs_sounds_right_and_is_cached(server: Server, example: Example) -> None:
    prompt = prompt_of(server, example)
    first = server.run(prompt)
    assert first.error is None
    shown = [
        server.file(item)
        for outputs in first.outputs.values()
        for kind in outputs
        for item in outputs[kind]
        if isinstance(item, dict)
    ]
    sounds = [path for path in shown if path.suffix in (".mp3", ".m4a", ".flac")]
    lasting = [recording.samples.shape[-1] / recording.rate for recording in map(heard, sounds)]
    assert lasting == pytest.approx(example.seconds, abs=0.3)
    assert sorted(path.suffix for path in shown if path not in sounds) == list(example.others)

    again = server.run(prompt)
    assert sorted(again.cached) == sorted(prompt)
    tells_once = [name for name, node in prompt.items() if node["class_type"] == LOADS]
    assert again.outputs == {
        name: told for name, told in first.outputs.items() if name not in tells_once
    }


def test_an_example_can_be_offered_to_people(example: Example) -> None:
    assert example.name.replace(" ", "").isalnum()
    assert example.name.isascii()
    workflow = json.loads(example.path.read_text("utf-8"))
    ours = [node for node in workflow["nodes"] if node["type"].startswith("GLMTTS_")]
    # By these ComfyUI's manager offers the pack where it is missing.
    assert {node["properties"]["cnr_id"] for node in ours} == {"comfyui-glmtts"}
    assert {node["properties"]["ver"] for node in ours} == {"0.1.0"}
    assert [node["type"] for node in workflow["nodes"]].count("MarkdownNote") == 1


def test_an_example_has_a_thumbnail(example: Example) -> None:
    with Image.open(example.path.with_suffix(".jpg")) as picture:
        assert picture.width >= 400
    assert example.path.with_suffix(".jpg").stat().st_size < 150_000


def test_the_server_offers_every_example(server: Server) -> None:
    offered = server.get("/workflow_templates")["comfyui-glmtts"]
    assert sorted(offered) == sorted(example.name for example in EXAMPLES)
