"""The convolutions that onnxruntime's quantiser made, each with all that belongs to it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from .onnx_graph import Graph, Node


@dataclass(frozen=True, slots=True)
class Convolution:
    """A ConvInteger with all that belongs to it."""

    quantized: Node
    """The DynamicQuantizeLinear of its input"""
    node: Node
    bias: str
    """A float tensor [C']; "" for none"""
    scale: str
    """Of the weights, a tensor of the file: one number, or one for each of C'"""
    output: str
    """What the last of its nodes gives, a float tensor [1, C', T']"""


def convolutions(graph: Graph) -> list[Convolution]:
    """Those that are rewritten: of one group, one step at a time, with weights in the file."""
    makers = {output: node for node in graph.nodes for output in node.outputs}
    readers: defaultdict[str, list[Node]] = defaultdict(list)
    for node in graph.nodes:
        for name in node.inputs:
            readers[name].append(node)
    found = []
    for node in graph.nodes:
        if node.op != "ConvInteger" or node.inputs[1] not in graph.tensors:
            continue
        quantized = makers.get(node.inputs[0])
        plain = node.number("group", 1) == 1 and node.number("strides", 1) == 1
        if quantized is None or quantized.op != "DynamicQuantizeLinear" or not plain:
            continue
        if tail := _tail(node, graph, makers, readers):
            found.append(Convolution(quantized, node, *tail))
    return found


def _tail(
    node: Node,
    graph: Graph,
    makers: dict[str, Node],
    readers: dict[str, list[Node]],
) -> tuple[str, str, str] | None:
    """(bias, scale, output) of the nodes that make floats of a convolution's sums."""
    bias, at = "", node
    while at.op != "Mul":
        following = readers[at.outputs[0]]
        if len(following) != 1 or following[0].op not in {"Add", "Cast", "Mul"}:
            return None
        before, at = at.outputs[0], following[0]
        other = next((name for name in at.inputs if name != before), "")
        if at.op == "Add" and not (bias := _bias(other, graph, makers)):
            return None
    step = makers.get(other)
    scale = next((name for name in step.inputs if name in graph.tensors), "") if step else ""
    return (bias, scale, at.outputs[0]) if scale else None


def _bias(name: str, graph: Graph, makers: dict[str, Node]) -> str:
    """The float tensor that a bias, rounded at every call, is made of."""
    while name not in graph.tensors:
        node = makers.get(name)
        if node is None:
            return ""
        name = node.inputs[0]
    return name if graph.tensors[name].dtype == np.dtype("<f4") else ""
