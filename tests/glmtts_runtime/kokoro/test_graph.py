"""ONNX files read, arranged and written: the same sums by every kernel."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from comfyui_glmtts.glmtts_runtime.kokoro import kernels
from comfyui_glmtts.glmtts_runtime.kokoro.channels_last import arranged, convolutions
from comfyui_glmtts.glmtts_runtime.kokoro.kernels import Kernel
from comfyui_glmtts.glmtts_runtime.kokoro.onnx_graph import (
    BrokenError,
    Graph,
    Node,
    integer,
    ints,
)
from hypothesis import given, settings
from hypothesis import strategies as st

CHANNELS, LENGTH = 8, 50


def convolution(
    generator: np.random.Generator, graph: Graph, source: str, label: str, size: int, gap: int
) -> str:
    """Append what onnxruntime's quantiser makes of a convolution, the bias as it rounds it."""
    tensors, nodes = graph.tensors, graph.nodes
    weights = generator.integers(0, 256, (CHANNELS, CHANNELS, size), dtype=np.uint8)
    tensors[f"{label}_quantized"] = weights
    tensors[f"{label}_scale"] = np.array(0.01, np.float32)
    tensors[f"{label}_zero"] = np.array(131, np.uint8)
    tensors[f"{label}_bias"] = generator.standard_normal(CHANNELS).astype(np.float32)
    tensors["column"] = np.array([1, -1, 1])
    reach = gap * (size - 1) // 2
    told = (ints("dilations", (gap,)), ints("pads", (reach, reach)), ints("kernel_shape", (size,)))
    q, s, z = (f"{source}/{part}" for part in ("q", "s", "z"))
    if not any(q in node.outputs for node in nodes):
        nodes.append(Node("DynamicQuantizeLinear", (source,), (q, s, z)))
    inputs = (q, f"{label}_quantized", z, f"{label}_zero")
    nodes += [
        Node("ConvInteger", inputs, (f"{label}/sums",), label, "", told),
        Node("Mul", (s, f"{label}_scale"), (f"{label}/step",)),
        Node("Div", (f"{label}_bias", f"{label}/step"), (f"{label}/steps",)),
        Node("Floor", (f"{label}/steps",), (f"{label}/whole",)),
        Node("Cast", (f"{label}/whole",), (f"{label}/int",), "", "", (integer("to", 6),)),
        Node("Reshape", (f"{label}/int", "column"), (f"{label}/shaped",)),
        Node("Add", (f"{label}/sums", f"{label}/shaped"), (f"{label}/biased",)),
        Node("Cast", (f"{label}/biased",), (f"{label}/floats",), "", "", (integer("to", 1),)),
        Node("Mul", (f"{label}/floats", f"{label}/step"), (label,)),
    ]
    return label


def network() -> Graph:
    """Two convolutions of one sound, normalised over time, bent, added, and one more."""
    generator = np.random.default_rng(5)
    graph = Graph([], {}, {}, {}, {"": 20, "com.microsoft": 1}, rest=b"\x08\x09")
    graph.add_input("x", (1, CHANNELS, LENGTH))
    graph.tensors["axis"] = np.array([2])
    graph.tensors["alpha"] = generator.random((1, CHANNELS, 1)).astype(np.float32)
    graph.tensors["two"] = np.array(2, np.float32)
    first = convolution(generator, graph, "x", "first", 3, 1)
    second = convolution(generator, graph, "x", "second", 7, 3)
    graph.nodes += [
        Node("ReduceMean", (first, "axis"), ("mean",), "", "", (integer("keepdims", 1),)),
        Node("Sub", (first, "mean"), ("centred",)),
        Node("Mul", ("alpha", "centred"), ("scaled",)),
        Node("Sin", ("scaled",), ("sine",)),
        Node("Pow", ("sine", "two"), ("square",)),
        Node("Add", ("square", second), ("both",)),
    ]
    last = convolution(generator, graph, "both", "last", 1, 1)
    graph.nodes.append(Node("Add", (last, "x"), ("y",)))
    graph.add_output("y")
    return graph


def run(data: bytes, given: dict[str, Any]) -> np.ndarray:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    return session.run(None, given)[0]


@pytest.fixture
def x() -> dict[str, np.ndarray]:
    generator = np.random.default_rng(6)
    return {"x": generator.standard_normal((1, CHANNELS, LENGTH)).astype(np.float32)}


def test_a_graph_is_the_same_when_it_was_read_and_written(x: dict[str, np.ndarray]) -> None:
    data = network().bytes()
    again = Graph.read(data).bytes()
    assert Graph.read(again).bytes() == again
    assert np.array_equal(run(data, x), run(again, x))


@pytest.mark.parametrize("kernel", kernels.KERNELS)
def test_arranged_convolutions_give_the_same_sound(
    kernel: Kernel, x: dict[str, np.ndarray]
) -> None:
    expected = run(network().bytes(), x)
    graph = network()
    assert len(convolutions(graph)) == 3
    found = run(arranged(graph, kernel).bytes(), x)
    assert not any(node.op == "ConvInteger" for node in graph.nodes)
    # The published graph rounds each bias down to a step; floats do not round the sound either.
    assert np.abs(found - expected).max() < 0.03 * np.abs(expected).max()
    assert np.corrcoef(found.ravel(), expected.ravel())[0, 1] > 0.999


def test_signed_and_unsigned_weights_give_the_same_bytes(x: dict[str, np.ndarray]) -> None:
    if "signed" in kernels.measured():  # where they overflow they are not chosen
        signed = run(arranged(network(), "signed").bytes(), x)
        assert np.array_equal(signed, run(arranged(network(), "unsigned").bytes(), x))


def test_a_kernel_that_is_exact_is_chosen_and_remembered(tmp_path: Path) -> None:
    found = kernels.measured()
    assert {"unsigned", "float"} <= found.keys()
    chosen = kernels.kernel(tmp_path)
    assert chosen in found
    [kept] = tmp_path.iterdir()
    kept.write_text("float\n", encoding="utf-8")
    assert kernels.kernel(tmp_path) == "float"
    kept.write_text("nonsense", encoding="utf-8")
    assert kernels.kernel(tmp_path) in found


@pytest.mark.parametrize(
    ("seconds", "chosen"),
    [
        ({"signed": 1.0, "unsigned": 2.0, "float": 3.0}, "signed"),
        ({"signed": 1.1, "unsigned": 1.0, "float": 3.0}, "signed"),
        ({"signed": 1.3, "unsigned": 1.0, "float": 3.0}, "unsigned"),
        ({"unsigned": 2.0, "float": 1.0}, "float"),
        ({"unsigned": 1.0, "float": 0.9}, "unsigned"),
    ],
)
def test_the_fastest_kernel_is_chosen_unless_it_is_hardly_faster(
    seconds: dict[Kernel, float], chosen: Kernel
) -> None:
    assert kernels.chosen_of(seconds) == chosen


@settings(max_examples=200, deadline=None)
@given(at=st.integers(0, 5000), byte=st.integers(0, 255), end=st.integers(0, 5000))
def test_a_damaged_file_is_broken_or_a_graph_and_nothing_else(at: int, byte: int, end: int) -> None:
    data = bytearray(network().bytes())
    data[at % len(data)] = byte
    with contextlib.suppress(BrokenError):
        Graph.read(bytes(data[: len(data) - end % len(data)]))
