"""Starting a server costs little: of this pack only what nodes are declared with is imported."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from .conftest import PACK
from .hosts import FOLDER, HOSTS, Host

LOADS = """
import json, sys
sys.path[:0] = [{tree!r}, {dev!r}]
from comfy.cli_args import args
args.cpu = True
import asyncio, utils.install_util
import comfy_api.latest, comfy.model_patcher, folder_paths, server
server.PromptServer(asyncio.new_event_loop())
before = set(sys.modules)
from comfyui_glmtts import comfy_entrypoint
async def load():
    extension = await comfy_entrypoint()
    await extension.on_load()
    for node in await extension.get_node_list():
        node.GET_SCHEMA()
asyncio.run(load())
print(json.dumps(sorted(set(sys.modules) - before)))
"""
HEAVY = (
    "torch",
    "torchaudio",
    "av",
    "onnxruntime",
    "soundfile",
    "transformers",
    "wetext",
    "jinja2",
)
OURS = ("llm", "flow", "vocoder", "reference", "glm", "opening", "preview", "espeak")


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.version)
def test_declaring_the_nodes_imports_no_model_and_no_codec(host: Host) -> None:
    hosts = Path(os.environ.get("GLMTTS_HOSTS", FOLDER)).resolve()
    source = LOADS.format(tree=str(host.tree(hosts)), dev=str(PACK / ".dev"))
    ran = subprocess.run(
        [host.python(hosts), "-c", source],
        check=True,
        stdout=subprocess.PIPE,
        cwd=host.tree(hosts),
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
    )
    loaded = json.loads(ran.stdout.decode().splitlines()[-1])
    roots = {name.partition(".")[0] for name in loaded}
    assert not roots.intersection(HEAVY)
    ours = [name for name in loaded if name.startswith("comfyui_glmtts.")]
    assert ours
    room = "comfyui_glmtts.production."
    production = {name.removeprefix(room) for name in ours if name.startswith(room)}
    assert production <= {"delivery", "delivery.deliverable", "delivery.publish", "store"}
    runtime = "comfyui_glmtts.glmtts_runtime."
    assert not [name for name in ours if name.startswith(tuple(runtime + part for part in OURS))]
