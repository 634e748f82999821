"""Lines spread over a Ray cluster while actors are killed, machines come and go, and a line is
poison: run as `python cluster_storm.py LINES KILL_EVERY [nodes]`; prints what became of it as JSON.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import sys
import threading
import time
from collections.abc import Mapping
from typing import Any

import ray
from comfyui_glmtts.glmtts_runtime.cluster import pool
from comfyui_glmtts.glmtts_runtime.cluster.actor import Actor
from comfyui_glmtts.glmtts_runtime.cluster.engine import ClusterEngine
from comfyui_glmtts.glmtts_runtime.engine import Outcome, SpeechError, SpeechRequest
from comfyui_glmtts.glmtts_runtime.options import EngineOptions
from comfyui_glmtts.glmtts_runtime.preview.engine import PreviewEngine
from comfyui_glmtts.glmtts_runtime.voices.library import VoiceLibrary
from comfyui_glmtts.progress import unwatched
from comfyui_glmtts.pronunciation.reader import Reader

POISON = "这一句有毒。"


class Poisoned(Actor):
    """An engine that one line ends with its whole process."""

    def speak(self, value: Mapping[str, Any], sent: Mapping[str, Any]) -> bytes:
        if value["text"] == POISON:
            os._exit(1)
        return super().speak(value, sent)


def digest(outcome: Outcome) -> str:
    if isinstance(outcome.result, SpeechError):
        return "failed"
    return hashlib.sha256(outcome.result.samples.tobytes()).hexdigest()


def main(count: int, every: float, nodes: bool) -> None:
    texts = [f"这是第{number}句话。" for number in range(count)] + [POISON]
    voice = VoiceLibrary([]).get("xiaoyu")
    sent = [SpeechRequest(spoken=one, voice=voice) for one in Reader().read_all(texts)]
    alone = PreviewEngine()
    began = time.monotonic()
    wanted = {
        one.index: digest(one)
        for one in alone.synthesize(sent[:-1], progress=unwatched, cancel=unwatched)
    }
    single = time.monotonic() - began
    pool.Actor = Poisoned  # type: ignore[misc]
    cluster = None
    if nodes:
        from ray.cluster_utils import Cluster

        cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
        ray.init(address=cluster.address, log_to_driver=False)
    engine = ClusterEngine.open(EngineOptions(engine="preview"), "local")
    ended, kills = threading.Event(), 0

    def kill() -> None:
        nonlocal kills
        added = cluster.add_node(num_cpus=1) if cluster else None
        while not ended.wait(every):
            if added is not None and kills == 2:
                cluster.remove_node(added)  # type: ignore[union-attr]
            elif workers := [one for one in engine._pool._workers if one.ready is None]:
                ray.kill(random.choice(workers).handle)
            kills += 1

    killing = threading.Thread(target=kill)
    began = time.monotonic()
    killing.start()
    outcomes = list(engine.synthesize(sent, progress=unwatched, cancel=unwatched))
    spread = time.monotonic() - began
    ended.set()
    killing.join()
    engine.close()
    found = {one.index: digest(one) for one in outcomes}
    told = {
        "lines": len(outcomes),
        "doubled": len(outcomes) - len(found),
        "poison": found.pop(count),
        "same": found == wanted,
        "kills": kills,
        "single_s": round(single, 1),
        "spread_s": round(spread, 1),
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), "nodes" in sys.argv)
