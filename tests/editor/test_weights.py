"""The GLM-TTS engine inside real servers: the host moves, evicts and frees its weights."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from comfyui_glmtts.audio.recording import decode

from .conftest import Ran, Server, serving
from .hosts import NEWEST, OLDEST, Host
from .prompt import Node, core, glmtts, played, shown

PROBE = Path(__file__).parent / "probe"
NETWORKS = ["Flow", "Llama", "ModuleList"]
"""As the host names the groups of weights; the last is the vocoders."""
NETWORKS_OF_SYNTHESIS = ["Flow", "ModuleList"]

_numbers = count()


@dataclass(frozen=True)
class Memory:
    """What the probe tells."""

    held: list[str]
    bytes: int


@pytest.fixture(scope="module", params=[NEWEST, OLDEST], ids=lambda host: host.version)
def server(
    request: pytest.FixtureRequest, tiny: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server whose checkpoints lie elsewhere, as extra_model_paths.yaml says."""
    host: Host = request.param
    base = tmp_path_factory.mktemp("weights")
    shutil.copytree(PROBE, base / "custom_nodes" / "probe")
    shutil.copytree(tiny, base / "elsewhere" / "speech" / "tiny")
    paths = base / "paths.yaml"
    paths.write_text(f"mine:\n  base_path: {base / 'elsewhere'}\n  tts: speech\n", "utf-8")
    arguments = ("--extra-model-paths-config", str(paths))
    with serving(host, base, arguments=arguments, lent="onnxruntime") as started:
        yield started


def speaking(text: str, *, low_vram: bool = False, **inputs: object) -> dict[str, Node]:
    chosen = {"engine__checkpoint": "tiny", "engine__low_vram": low_vram}
    return {
        "1": glmtts("LoadEngine", engine="GLM-TTS", **chosen),
        "2": glmtts("Synthesize", text=text, engine=["1", 0], **inputs),
        "3": played("2"),
    }


def said(
    server: Server, text: str, *, taken: bool = False, low_vram: bool = False
) -> tuple[np.ndarray, Memory]:
    """What a text sounds like, and what is in memory afterwards: of a host whose cache holds one
    workflow, another workflow would have taken the engine away.
    """
    spoken = speaking(text, low_vram=low_vram)
    ran = server.run({**spoken, **probing(taken=taken, after=["2", 0])}, 120)
    assert ran.error is None, ran.error
    samples = decode(server.file(ran.outputs["3"]["audio"][0])).samples
    assert samples.any(), "random weights make noise of any loudness, but not silence"
    return samples, memory(ran)


def probing(*, taken: bool = False, **inputs: object) -> dict[str, Node]:
    probe = core("Probe_Weights", number=next(_numbers), take_all_memory=taken, **inputs)
    return {"8": probe, "9": shown("8")}


def memory(ran: Ran) -> Memory:
    return Memory(**json.loads(ran.outputs["9"]["text"][0]))


def loads(server: Server) -> int:
    """How often the language model was brought to its device."""
    return server.log().count("Requested to load Llama")


def free(server: Server, *, nodes: bool) -> None:
    """Do what the editor's buttons for it do."""
    server.post("/free", {"unload_models": True, "free_memory": nodes})
    time.sleep(1.5)  # the server looks at the wish once a second


def forget(server: Server) -> None:
    """Have lines spoken anew instead of found."""
    for folder in (server.base / "cache" / "glmtts").glob("??"):
        shutil.rmtree(folder)


def test_checkpoints_of_extra_model_paths_are_offered(server: Server) -> None:
    info = server.get("/object_info/GLMTTS_LoadEngine")["GLMTTS_LoadEngine"]
    options = info["input"]["required"]["engine"][1]["options"][1]["inputs"]["optional"]
    assert options["checkpoint"][1]["options"] == ["auto", "tiny"]


def test_weights_are_the_hosts_to_move_evict_and_free(server: Server) -> None:
    assert memory(server.run(probing())) == Memory([], 0)
    first, loaded = said(server, "你好。")
    assert loaded.held == NETWORKS
    assert loaded.bytes > 500_000

    _, later = said(server, "再见。")
    assert later == loaded
    assert loads(server) == 1, "what is there is not loaded again"

    free(server, nodes=False)
    forget(server)
    again, reloaded = said(server, "你好。")
    assert np.array_equal(again, first)
    assert (reloaded, loads(server)) == (loaded, 2)

    _, evicted = said(server, "你好。", taken=True)
    assert evicted.held == [], "another model took the memory"
    _, back = said(server, "又见面了。")
    assert (back, loads(server)) == (loaded, 3)

    free(server, nodes=True)
    assert memory(server.run(probing())) == Memory([], 0), "no byte is left"


def test_with_low_vram_only_what_computes_is_on_the_device_and_speech_is_the_same(
    server: Server,
) -> None:
    plain, _ = said(server, "省着用。")
    free(server, nodes=True)
    forget(server)
    sequential, held = said(server, "省着用。", low_vram=True)
    assert np.array_equal(sequential, plain)
    assert held.held == NETWORKS_OF_SYNTHESIS, "the language model gave way"


def test_a_checkpoint_that_changes_is_loaded_again(server: Server) -> None:
    said(server, "一。")
    assert "1" in server.run(speaking("二。")).cached
    config = server.base / "elsewhere" / "speech" / "tiny" / "flow" / "config.yaml"
    config.write_text(config.read_text("utf-8") + "\n# another\n", "utf-8")
    assert "1" not in server.run(speaking("三。"), 120).cached


def test_cancel_stops_within_a_decode_step(server: Server) -> None:
    said(server, "先准备好。")
    took = []
    for number in range(3):  # a busy machine may need more than one try
        queued = server.queue(speaking("这句话很长很长，说也说不完。" * 40, seed=number))
        time.sleep(1.5)
        pressed = time.monotonic()
        server.post("/interrupt", {})
        assert server.wait(queued, 30).interrupted
        took.append(time.monotonic() - pressed)
    assert min(took) < 1.0
