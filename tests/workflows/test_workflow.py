"""Workflow files: what the editor draws, what it queues for it, and filling it in.

`drawn.json` and `queued.json` are one workflow as ComfyUI's editor (1.47.12) saves and queues it,
`object_info.json` what its server (0.30.0) says of the nodes in it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from comfyui_glmtts.mistakes import InputError
from comfyui_glmtts.workflows.catalogue import Catalogue, read_catalogue
from comfyui_glmtts.workflows.document import read_workflow
from comfyui_glmtts.workflows.flatten import flatten
from comfyui_glmtts.workflows.prompt import Prompt
from comfyui_glmtts.workflows.results import RemoteFile, remote_files, texts
from comfyui_glmtts.workflows.settings import apply, check, fill, uploads
from comfyui_glmtts.workflows.tracker import Tracker
from comfyui_glmtts.workflows.ui_workflow import UIWorkflow

DATA = Path(__file__).parent / "data"
SYNTHESIZE = {
    "1": {"class_type": "EmptyAudio", "inputs": {}, "_meta": {"title": "Ruhe 1.5"}},
    "2": {"class_type": "SaveAudioAdvanced", "inputs": {"audio": ["1", 0], "format": "mp3"}},
    "3": {"class_type": "LoadAudio", "inputs": {"audio": "take.wav"}},
    "4": {"class_type": "LoadAudio", "inputs": {"audio": "other.wav"}},
}


@pytest.fixture
def catalogue() -> Catalogue:
    return read_catalogue(json.loads((DATA / "object_info.json").read_text("utf-8")))


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[Any], Path]:
    def save(workflow: Any) -> Path:
        path = tmp_path / "workflow.json"
        path.write_text(workflow if isinstance(workflow, str) else json.dumps(workflow), "utf-8")
        return path

    return save


@pytest.fixture
def prompt(saved: Callable[[Any], Path]) -> Prompt:
    found = read_workflow(saved(SYNTHESIZE))
    assert isinstance(found, Prompt)
    return found


def drawn(path: Path) -> UIWorkflow:
    found = read_workflow(path)
    assert isinstance(found, UIWorkflow)
    return found


def test_a_drawing_becomes_what_the_editor_itself_queues_for_it(catalogue: Catalogue) -> None:
    flat = flatten(drawn(DATA / "drawn.json"), catalogue)
    assert flat.api() == json.loads((DATA / "queued.json").read_text("utf-8"))


def test_links_may_be_objects_as_in_version_1(catalogue: Catalogue, saved: Any) -> None:
    whole = json.loads((DATA / "drawn.json").read_text("utf-8"))
    whole["links"] = [
        {"id": link[0], "origin_id": link[1], "origin_slot": link[2]} for link in whole["links"]
    ]
    flat = flatten(drawn(saved(whole)), catalogue)
    assert flat.api() == json.loads((DATA / "queued.json").read_text("utf-8"))


def test_what_comes_from_a_muted_node_is_not_linked(catalogue: Catalogue, saved: Any) -> None:
    whole = json.loads((DATA / "drawn.json").read_text("utf-8"))
    next(node for node in whole["nodes"] if node["type"] == "LoadAudio")["mode"] = 2
    flat = flatten(drawn(saved(whole)), catalogue)
    assert "1" not in flat.nodes
    assert "audio" not in flat.nodes["2"].inputs


def test_a_subgraph_and_an_unknown_node_are_refused_in_words(
    catalogue: Catalogue, saved: Any
) -> None:
    whole = {
        "nodes": [
            {"id": 1, "type": "5ba2"},
            {"id": 2, "type": "LoadAudoi"},
            {"id": 3, "type": "X"},
        ],
        "definitions": {"subgraphs": [{"id": "5ba2", "name": "Loudness"}]},
    }
    with pytest.raises(InputError) as caught:
        flatten(drawn(saved(whole)), catalogue)
    subgraph, misspelt, unknown = caught.value.mistakes
    assert subgraph.what == 'Node 1 is the subgraph "Loudness".'
    assert "Export (API)" in subgraph.remedy
    assert misspelt.remedy == 'Did you mean "LoadAudio"?'
    assert unknown.what == 'The server has no node "X", which node 3 is.'
    assert unknown.remedy == "Install the node pack it is from."


def test_links_in_a_circle_are_refused(catalogue: Catalogue, saved: Any) -> None:
    whole = {
        "nodes": [
            {"id": 1, "type": "PreviewAudio", "inputs": [{"name": "audio", "link": 1}]},
            {"id": 2, "type": "Reroute", "inputs": [{"name": "", "link": 2}]},
            {"id": 3, "type": "Reroute", "inputs": [{"name": "", "link": 1}]},
        ],
        "links": [[1, 2, 0, 1, 0, "*"], [2, 3, 0, 2, 0, "*"]],
    }
    with pytest.raises(InputError, match="circle"):
        flatten(drawn(saved(whole)), catalogue)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[" * 100_000, "nested too deeply"),
        ('{"1": ', r"workflow\.json:1:7: This is not JSON"),
        ("[]", "not a ComfyUI workflow"),
        ("{}", "not a ComfyUI workflow"),
        ('{"nodes": [{"id": 1}]}', "damaged"),
        ('{"nodes": [7]}', "damaged"),
        ('{"nodes": [], "links": [[1]]}', "damaged"),
        ('{"nodes": [{"id": 1, "type": "A", "widgets_values": "x"}]}', "damaged"),
        ('{"1": {"class_type": "A"}, "2": {}}', 'Node "2" has no class_type'),
        ('{"1": {"class_type": "A", "inputs": {"a": ["9", 0]}}}', 'comes from "9"'),
    ],
)
def test_what_is_no_workflow_is_refused_in_words(text: str, said: str, saved: Any) -> None:
    with pytest.raises(InputError, match=said):
        read_workflow(saved(text))


def test_the_body_of_a_request_is_a_workflow_too(saved: Any, prompt: Prompt) -> None:
    assert read_workflow(saved({"prompt": SYNTHESIZE, "client_id": "x"})) == prompt


def test_missing_inputs_get_their_defaults_and_those_of_what_is_chosen(
    prompt: Prompt, catalogue: Catalogue
) -> None:
    filled = fill(prompt, catalogue)
    assert filled.nodes["1"].inputs == {"duration": 60.0, "sample_rate": 44100, "channels": 2}
    assert filled.nodes["2"].inputs["format.quality"] == "V0"
    assert filled.nodes["2"].inputs["filename_prefix"] == "audio/ComfyUI"


@pytest.mark.parametrize(
    ("setting", "node", "name", "value"),
    [
        ("1.duration=2", "1", "duration", 2.0),
        ("EmptyAudio.channels=1", "1", "channels", 1),
        ("Ruhe 1.5.duration=0.25", "1", "duration", 0.25),
        ("2.format.quality=320k", "2", "format.quality", "320k"),
        ("2.filename_prefix=a=b.c", "2", "filename_prefix", "a=b.c"),
    ],
)
def test_a_setting_finds_its_node_by_number_title_or_type(
    setting: str, node: str, name: str, value: Any, prompt: Prompt, catalogue: Catalogue
) -> None:
    found = apply(prompt, [setting], catalogue).nodes[node].inputs[name]
    assert (found, type(found)) == (value, type(value))


def test_every_setting_that_does_not_fit_is_told_at_once(
    prompt: Prompt, catalogue: Catalogue
) -> None:
    wrong = [
        "duration",
        "EmptyAudo.duration=1",
        "1.duratoin=1",
        "1.duration=long",
        "1.channels=1.5",
        "2.format=mp4",
        "2.audio=x",
        "LoadAudio.audio=x",
    ]
    with pytest.raises(InputError) as caught:
        apply(prompt, wrong, catalogue)
    assert [f"{mistake.what} {mistake.remedy}" for mistake in caught.value.mistakes] == [
        '"duration" is not of the form node.input=value. '
        'For instance: --set "Synthesize.text=你好"',
        'The workflow has no node "EmptyAudo". Did you mean "EmptyAudio"?',
        'Node 1 (Ruhe 1.5) has no input "duratoin". Did you mean "duration"?',
        '"long" is not a number. Write one.',
        '"1.5" is not a whole number. Write one.',
        '"mp4" cannot be chosen. Did you mean "mp3"?',
        'Input "audio" of node 2 (SaveAudioAdvanced) comes from another node. '
        "Set an input of that node.",
        '"LoadAudio" could be any of several nodes: 3 (LoadAudio), 4 (LoadAudio). '
        "Name it by its number.",
    ]


def test_a_node_the_server_lacks_is_told_before_anything_is_queued(
    saved: Any, catalogue: Catalogue
) -> None:
    found = read_workflow(saved({"1": {"class_type": "GLMTTS_Nothing", "inputs": {}}}))
    assert isinstance(found, Prompt)
    with pytest.raises(InputError, match='has no node "GLMTTS_Nothing"'):
        check(found, catalogue, "workflow.json")


def test_files_to_upload_are_named_by_a_setting_or_lie_beside_the_workflow(
    tmp_path: Path, prompt: Prompt, catalogue: Catalogue
) -> None:
    beside, mine = tmp_path / "flows", tmp_path / "mine.wav"
    beside.mkdir()
    (beside / "take.wav").write_bytes(b"")
    mine.write_bytes(b"")
    there = apply(prompt, [f"4.audio={mine}"], catalogue)
    found = uploads(there, catalogue, beside)
    assert [(each.node, each.input, each.path) for each in found] == [
        ("3", "audio", beside / "take.wav"),
        ("4", "audio", mine),
    ]


def test_a_workflow_cannot_have_files_uploaded_from_elsewhere(
    tmp_path: Path, saved: Any, catalogue: Catalogue
) -> None:
    (tmp_path / "secret.txt").write_bytes(b"")
    beside = tmp_path / "flows"
    beside.mkdir()
    (beside / "link.wav").symlink_to(tmp_path / "secret.txt")
    for name in ("../secret.txt", str(tmp_path / "secret.txt"), "link.wav"):
        found = read_workflow(saved({"1": {"class_type": "LoadAudio", "inputs": {"audio": name}}}))
        assert isinstance(found, Prompt)
        assert uploads(found, catalogue, beside) == []


def test_progress_is_of_this_prompt_only_and_ends_with_it(prompt: Prompt) -> None:
    seen: list[tuple[str, int, int]] = []
    tracker = Tracker(prompt, "mine", lambda *told: seen.append(told))

    def told(kind: str, **data: Any) -> bool:
        return tracker.take({"type": kind, "data": {"prompt_id": "mine", **data}})

    assert not told("execution_cached", nodes=["3"])
    assert not told("executing", node="1")
    assert not tracker.take({"type": "progress", "data": {"prompt_id": "other", "node": "1"}})
    assert not told("progress", node="1", value=1, max=4)
    assert not told("executing", node="2")
    assert not tracker.take({"type": "execution_error", "data": {"prompt_id": "other"}})
    assert not tracker.take("anything")
    assert told("execution_success")
    assert seen == [("nodes", 1, 4), ("Ruhe 1.5", 1, 4), ("nodes", 2, 4), ("nodes", 4, 4)]


def test_results_are_every_file_once_and_every_text() -> None:
    audio = {"filename": "a.flac", "subfolder": "audio", "type": "output"}
    outputs = {
        "1": {"audio": [audio], "text": ["ni hao"]},
        "2": {"audio": [audio], "images": [{"filename": "b.png", "type": "temp"}]},
        "3": {"images": [{"filename": "c.png", "type": "input"}], "animated": [False], "x": "y"},
    }
    assert remote_files(outputs) == [
        RemoteFile("a.flac", "audio", "output"),
        RemoteFile("b.png", "", "temp"),
    ]
    assert texts(outputs) == {"1": ["ni hao"]}


@pytest.mark.parametrize(
    ("filename", "subfolder"),
    [
        ("../a.wav", ""),
        ("a.wav", "../x"),
        ("a.wav", "x\\..\\y"),
        ("..", ""),
        ("", ""),
        ("a/b.wav", ""),
        ("C:a.wav", ""),
        ("a\n.wav", ""),
    ],
)
def test_a_server_cannot_write_outside_the_folder(filename: str, subfolder: str) -> None:
    with pytest.raises(ValueError, match="not kept"):
        RemoteFile(filename, subfolder, "output").local()


def test_results_keep_the_folders_the_server_put_them_in() -> None:
    assert str(RemoteFile("你好.wav", "/glmtts/x/", "output").local()) == "glmtts/x/你好.wav"
