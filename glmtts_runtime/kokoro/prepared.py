"""Weights -> the graph that is run, made once for a file and a CPU and kept in the user's cache."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from ... import atomic
from ...messages import Message
from ...mistakes import InputError, Place
from .channels_last import arranged
from .kernels import Kernel
from .onnx_graph import BrokenError, Graph, Node, integer
from .weights import INSTALL, Weights

VERSION = 2
"""Goes up whenever the same weights are prepared otherwise."""

TOKENS = ("tokens", "input_ids")
"""What exports call the numbers of the symbols"""


def prepared(weights: Weights, kernel: Kernel, cache: Path) -> Path:
    """The graph of these weights for that kernel, as a file.

    Its inputs are one of TOKENS, `style` and `speed`; its outputs the audio and, last, the frames
    each symbol takes. cache: the folder it is kept in. Raises InputError for a file that is no
    export of Kokoro v1.0.
    """
    stem = f"prepared-{VERSION}-{weights.sha256[:16]}-{kernel}"
    for file in cache.glob(f"{stem}-*.onnx"):
        if file.stem == f"{stem}-{_digest(file.read_bytes())}":
            return file
        file.unlink(missing_ok=True)
    graph = _read(weights)
    if not graph.inputs.keys() & set(TOKENS) or not {"style", "speed"} <= graph.inputs.keys():
        raise _strange(weights, f"its inputs are {', '.join(graph.inputs) or 'none'}")
    durations = _durations(graph)
    if not durations:
        raise _strange(weights, "it predicts no durations")
    _keep_pace(graph, durations[0])
    graph.outputs.pop(durations[1], None)
    graph.add_output(durations[1])
    data = arranged(graph, kernel).bytes()
    target = cache / f"{stem}-{_digest(data)}.onnx"
    atomic.write_bytes(target, data)
    return target


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def _read(weights: Weights) -> Graph:
    try:
        return Graph.read(weights.file.read_bytes())
    except BrokenError as error:
        raise _strange(weights, str(error)) from error


def _durations(graph: Graph) -> tuple[Node, str] | None:
    """What rounds the frames of each symbol, and the frames: rounded, and at least one."""
    readers: dict[str, list[Node]] = {}
    for node in graph.nodes:
        for name in node.inputs:
            readers.setdefault(name, []).append(node)
    for divided in readers.get("speed", []):
        for rounded in readers.get(divided.outputs[0], []):
            for clipped in readers.get(rounded.outputs[0], []):
                if (divided.op, rounded.op, clipped.op) == ("Div", "Round", "Clip"):
                    return rounded, clipped.outputs[0]
    return None


def _keep_pace(graph: Graph, rounding: Node) -> None:
    """Round where symbols end instead of how long each is.

    Symbols take two or three frames, so that rounding each would swallow most changes of the speed.
    """
    at, frames = graph.nodes.index(rounding), rounding.inputs[0]
    graph.tensors["pace/axis"] = np.array(-1)
    ends, begins = f"{frames}/ends", f"{frames}/begins"
    graph.nodes[at : at + 1] = [
        Node("CumSum", (frames, "pace/axis"), (ends,), ends),
        Node("CumSum", (frames, "pace/axis"), (begins,), begins, "", (integer("exclusive", 1),)),
        Node("Round", (ends,), (f"{ends}/whole",), f"{ends}/whole"),
        Node("Round", (begins,), (f"{begins}/whole",), f"{begins}/whole"),
        Node("Sub", (f"{ends}/whole", f"{begins}/whole"), rounding.outputs, rounding.name),
    ]


def _strange(weights: Weights, how: str) -> InputError:
    what = Message("is not an ONNX export of Kokoro v1.0 that can be used: {}.", how)
    return InputError.at(Place(str(weights.file)), what, INSTALL)
