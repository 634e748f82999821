"""Kokoro's graph -> the same sums, arranged for the kernels that CPUs have.

The published int8 export convolves with ConvInteger, which arranges the sound for every kernel and
then multiplies plain bytes by plain bytes. Here channels come last: a convolution is a gathering of
whole rows and one multiplication by weights that were packed when the file was loaded, with scale
and bias in the same kernel. The integers that are summed are the same ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from .kernels import Kernel
from .onnx_graph import FLOAT, Graph, Node, integer, ints

ELEMENTWISE = frozenset(
    {"Add", "Sub", "Mul", "Div", "Pow", "Sin", "Sqrt", "LeakyRelu", "Tanh", "Exp", "Cos"}
)
MICROSOFT = "com.microsoft"
_BACK = (0, 2, 1)


@dataclass(frozen=True, slots=True)
class Convolution:
    """A ConvInteger with all that belongs to it."""

    quantized: Node
    """The DynamicQuantizeLinear of its input"""
    node: Node
    bias: str
    """A float tensor [C']; "" for none"""
    output: str
    """What the last of its nodes gives, a float tensor [1, C', T']"""


@dataclass(slots=True)
class Arranged:
    """A graph being written again, node by node."""

    graph: Graph
    signed: bool
    nodes: list[Node] = field(default_factory=list)
    rows: dict[str, str] = field(default_factory=dict)
    """Tensor [1, C, T] -> the same with channels last"""
    native: set[str] = field(default_factory=set)
    """Those of `rows` that are there as they were, too"""
    lengths: dict[str, str] = field(default_factory=dict)
    """Tensor with channels last -> the first one of that T"""
    indices: dict[tuple[str, int, int], str] = field(default_factory=dict)
    short: set[str] = field(default_factory=set)
    """Tensors with channels last whose T is 1"""
    means: dict[str, str] = field(default_factory=dict)
    """First tensor of a T -> the weights of a mean over it"""
    bytes_: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    """Tensor with channels last -> its bytes, scale and zero point"""

    def add(self, op: str, inputs: tuple[str, ...], output: str, *attributes: bytes) -> str:
        """Append a node of one output; gives its name."""
        domain = MICROSOFT if op == "MatMulIntegerToFloat" else ""
        self.nodes.append(Node(op, inputs, (output,), output, domain, attributes))
        return output

    def constant(self, name: str, values: np.ndarray) -> str:
        """A tensor of the file, once."""
        self.graph.tensors.setdefault(name, values)
        return name

    def row(self, name: str) -> str:
        """The tensor with channels last; a number that is the same for all stays as it is."""
        if name in self.rows:
            return self.rows[name]
        constant = self.graph.tensors.get(name)
        if constant is not None and constant.size == 1:
            return name
        turned = f"{name}/rows"
        if constant is not None:
            return self.constant(turned, np.ascontiguousarray(constant.transpose(_BACK)))
        self.rows[name] = self.add("Transpose", (name,), turned, ints("perm", _BACK))
        self.native.add(name)
        return turned

    def restore(self, names: Iterable[str]) -> None:
        """Have tensors as they were, channels before time."""
        for name in names:
            if name in self.rows and name not in self.native:
                self.add("Transpose", (self.rows[name],), name, ints("perm", _BACK))
                self.native.add(name)


def arranged(graph: Graph, kernel: Kernel) -> Graph:
    """The graph with its convolutions arranged for a kernel."""
    ends = {convolution.output: convolution for convolution in convolutions(graph)}
    if kernel == "float":
        return _floats(graph, ends)
    new = Arranged(graph, kernel == "signed")
    for node in graph.nodes:
        if node.outputs[0] in ends:
            _convolve(new, ends[node.outputs[0]])
        elif _keeps_rows(node, new):
            _elementwise(new, node)
        else:
            new.restore(node.inputs)
            new.nodes.append(node)
    new.restore(graph.outputs)
    graph.nodes = new.nodes
    graph.opsets = {"": graph.opsets[""], MICROSOFT: 1}
    pruned(graph)
    return graph


def _floats(graph: Graph, ends: dict[str, Convolution]) -> Graph:
    """The graph with ordinary convolutions, the weights as their bytes say."""
    nodes: list[Node] = []
    for node in graph.nodes:
        conv = ends.get(node.outputs[0])
        if conv is None:
            nodes.append(node)
            continue
        name = conv.node.inputs[1]
        zero = graph.tensors[conv.node.inputs[3]].astype(np.float32)
        scale = graph.tensors[name.removesuffix("_quantized") + "_scale"].astype(np.float32)
        shape = (-1, 1, 1)
        values = graph.tensors[name].astype(np.float32) - zero.reshape(shape)
        graph.tensors[f"{name}/floats"] = values * scale.reshape(shape)
        inputs = (conv.quantized.inputs[0], f"{name}/floats", *filter(None, (conv.bias,)))
        nodes.append(replace(conv.node, op="Conv", inputs=inputs, outputs=(conv.output,)))
    graph.nodes = nodes
    pruned(graph)
    return graph


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
) -> tuple[str, str] | None:
    """(bias, output) of the nodes that make floats of a convolution's sums."""
    bias, at = "", node
    while at.op != "Mul":
        following = readers[at.outputs[0]]
        if len(following) != 1:
            return None
        after = following[0]
        if after.op == "Add":
            other = next(name for name in after.inputs if name != at.outputs[0])
            bias = _bias(other, graph, makers)
            if not bias:
                return None
        elif after.op not in {"Cast", "Mul"}:
            return None
        at = after
    return bias, at.outputs[0]


def _bias(name: str, graph: Graph, makers: dict[str, Node]) -> str:
    """The float tensor that a bias, rounded at every call, is made of."""
    while name not in graph.tensors:
        node = makers.get(name)
        if node is None:
            return ""
        name = node.inputs[0]
    return name if graph.tensors[name].dtype == np.dtype("<f4") else ""


def _keeps_rows(node: Node, new: Arranged) -> bool:
    if not any(name in new.rows for name in node.inputs):
        return False
    if node.op == "ReduceMean":
        axes = new.graph.tensors.get(node.inputs[1]) if len(node.inputs) > 1 else None
        return axes is not None and axes.tolist() in ([2], [-1]) and node.number("keepdims", 1) == 1
    return node.op in ELEMENTWISE


def _elementwise(new: Arranged, node: Node) -> None:
    """An operator that does not care where channels are."""
    output = f"{node.outputs[0]}/rows_"
    new.rows[node.outputs[0]] = output
    if node.op == "ReduceMean":
        # Sums over rows are slow; a product with equal weights is as fast as memory.
        source = new.row(node.inputs[0])
        new.add("MatMul", (_equal_weights(new, source), source), output)
        new.short.add(output)
        return
    inputs = tuple(new.row(name) for name in node.inputs)
    new.nodes.append(replace(node, inputs=inputs, outputs=(output,)))
    if all(name in new.graph.tensors or name in new.short for name in inputs):
        new.short.add(output)
    else:
        long = next((name for name in inputs if name in new.lengths), output)
        new.lengths[output] = new.lengths.get(long, output)


def _equal_weights(new: Arranged, source: str) -> str:
    """[1, 1, T] of 1/T"""
    length = new.lengths.get(source, source)
    if length not in new.means:
        label = f"{length}/mean"
        count = new.add(
            "Shape", (length,), f"{label}/count", integer("start", 1), integer("end", 2)
        )
        number = new.add("Cast", (count,), f"{label}/number", integer("to", FLOAT))
        share = new.add(
            "Div", (new.constant("rows/one", np.array([1], np.float32)), number), f"{label}/share"
        )
        head = new.constant("rows/head", np.array([1, 1]))
        shape = new.add("Concat", (head, count), f"{label}/shape", integer("axis", 0))
        new.means[length] = new.add("Expand", (share, shape), label)
    return new.means[length]


def _convolve(new: Arranged, conv: Convolution) -> None:
    """Rows gathered, then multiplied by all weights at once."""
    node, graph = conv.node, new.graph
    source = new.row(conv.quantized.inputs[0])
    values, scale, zero = _quantized(new, source)
    weights, outside = graph.tensors[node.inputs[1]], graph.tensors[node.inputs[3]]
    size = weights.shape[2]
    gap = node.number("dilations", 1)
    before, after = node.numbers("pads", (0, 0))
    length = new.lengths.get(source, source)
    if size > 1:
        values = _gathered(new, values, zero, length, (size, gap, before, after))
    matrix = weights.transpose(2, 1, 0).reshape(-1, weights.shape[0])
    if new.signed:
        matrix = (matrix.astype(np.int16) - 128).astype(np.int8)
        outside = (outside.astype(np.int16) - 128).astype(np.int8)
    label = f"{node.name}/rows"
    inputs: tuple[str, ...] = (
        values,
        new.constant(f"{label}/weights", np.ascontiguousarray(matrix)),
        scale,
        _weight_scale(new, conv),
        zero,
        new.constant(f"{label}/zero", outside.reshape(())),
    )
    if conv.bias:
        inputs += (conv.bias,)
    output = new.add("MatMulIntegerToFloat", inputs, f"{conv.output}/rows_")
    new.rows[conv.output] = output
    same = before + after == gap * (size - 1)
    new.lengths[output] = length if same else output


def _weight_scale(new: Arranged, conv: Convolution) -> str:
    name = conv.node.inputs[1].removesuffix("_quantized") + "_scale"
    scale = new.graph.tensors[name]
    return new.constant(f"{name}/flat", scale.reshape(()) if scale.size == 1 else scale.ravel())


def _quantized(new: Arranged, source: str) -> tuple[str, str, str]:
    """A tensor's bytes, their scale and zero point, once."""
    if source not in new.bytes_:
        outputs = (f"{source}/bytes", f"{source}/scale", f"{source}/zero")
        new.nodes.append(Node("DynamicQuantizeLinear", (source,), outputs, f"{source}/bytes"))
        new.bytes_[source] = outputs
    return new.bytes_[source]


def _gathered(
    new: Arranged, values: str, zero: str, length: str, shape: tuple[int, int, int, int]
) -> str:
    """[1, T, C] -> [1, T', K * C]: beside each row those a kernel of K looks at."""
    size, gap, before, after = shape
    pads = new.constant(f"rows/pads{before}_{after}", np.array([0, before, 0, 0, after, 0]))
    padded = f"{values}/padded{before}_{after}"
    if not any(node.outputs[0] == padded for node in new.nodes[-64:]):
        new.add("Pad", (values, pads, zero), padded)
    key = (f"{length}/{before + after}", size, gap)
    if key not in new.indices:
        new.indices[key] = _index(new, padded, size, gap)
    picked = new.add(
        "Gather",
        (padded, new.indices[key]),
        f"{padded}/picked{size}_{gap}/{len(new.nodes)}",
        integer("axis", 1),
    )
    flat = new.constant("rows/flat", np.array([1, 0, -1]))
    return new.add("Reshape", (picked, flat), f"{picked}/flat")


def _index(new: Arranged, padded: str, size: int, gap: int) -> str:
    """[T', K]: the rows a kernel looks at, at each place."""
    label = f"{padded}/index{size}_{gap}"
    shape = new.add("Shape", (padded,), f"{label}/shape", integer("start", 1), integer("end", 2))
    reach = new.constant(f"rows/reach{size}_{gap}", np.array([gap * (size - 1)]))
    count = new.add("Sub", (shape, reach), f"{label}/count")
    scalar = new.add("Squeeze", (count,), f"{label}/scalar")
    zero, one = new.constant("rows/0", np.array(0)), new.constant("rows/1", np.array(1))
    places = new.add("Range", (zero, scalar, one), f"{label}/places")
    column = new.add(
        "Unsqueeze", (places, new.constant("rows/second", np.array([1]))), f"{label}/column"
    )
    offsets = new.constant(f"rows/offsets{size}_{gap}", gap * np.arange(size)[None])
    return new.add("Add", (column, offsets), label)


def pruned(graph: Graph) -> None:
    """Drop nodes and tensors that no output needs."""
    wanted = set(graph.outputs)
    kept: list[Node] = []
    for node in reversed(graph.nodes):
        if any(output in wanted for output in node.outputs):
            kept.append(node)
            wanted.update(node.inputs)
    graph.nodes = kept[::-1]
    graph.tensors = {name: value for name, value in graph.tensors.items() if name in wanted}
