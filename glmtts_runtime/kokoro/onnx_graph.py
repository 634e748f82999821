"""An ONNX file as nodes and tensors that can be changed, and back, without the package `onnx`.

The fields are those of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). What is
not understood is kept as it was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]
Raw: TypeAlias = "int | memoryview"

DTYPES = {1: "<f4", 2: "u1", 3: "i1", 6: "<i4", 7: "<i8", 9: "?", 10: "<f2", 11: "<f8"}
"""TensorProto.DataType of what is read and written"""
FLOAT, INT64 = 1, 7

_GRAPH, _OPSETS = 7, 8
_NODE, _INITIALIZER, _INPUT, _OUTPUT, _VALUE_INFO = 1, 5, 11, 12, 13
_EXTERNAL, _PLACE = 13, 14
_INTS, _INT = 7, 2
"""AttributeProto.AttributeType"""


class BrokenError(ValueError):
    """Not an ONNX file, or one that ends in the middle."""


@dataclass(frozen=True, slots=True)
class Node:
    """One operator."""

    op: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    name: str = ""
    domain: str = ""
    attributes: tuple[bytes, ...] = ()
    """AttributeProto each"""

    def number(self, name: str, default: int) -> int:
        """An attribute that is a whole number."""
        return self.numbers(name, (default,))[0]

    def numbers(self, name: str, default: tuple[int, ...] = ()) -> tuple[int, ...]:
        """An attribute that is whole numbers."""
        for attribute in self.attributes:
            fields = list(_fields(memoryview(attribute)))
            if any(number == 1 and _text(value) == name for number, value in fields):
                return tuple(
                    _signed(n) for number, v in fields if number in {3, 8} for n in _ints(v)
                )
        return default


@dataclass(slots=True)
class Graph:
    """A model. Changing its nodes and tensors changes what `bytes` gives."""

    nodes: list[Node]
    tensors: dict[str, Array]
    inputs: dict[str, bytes]
    """Name -> ValueInfoProto"""
    outputs: dict[str, bytes]
    opsets: dict[str, int]
    rest: bytes = b""
    """Of the model, before the graph"""
    graph_rest: bytes = b""

    @classmethod
    def read(cls, data: bytes) -> Graph:
        """Raises BrokenError."""
        found = cls([], {}, {}, {}, {})
        graph: memoryview | None = None
        kept = bytearray()
        for number, value in _fields(memoryview(data)):
            if number == _GRAPH and isinstance(value, memoryview):
                graph = value
            elif number == _OPSETS and isinstance(value, memoryview):
                fields = dict(_fields(value))
                found.opsets[_text(fields.get(1, memoryview(b"")))] = int(fields.get(2, 0))
            else:
                kept += _field(number, value)
        if graph is None:
            raise BrokenError("there is no graph in it")
        found.rest = bytes(kept)
        found._read_graph(graph)
        return found

    def _read_graph(self, graph: memoryview) -> None:
        kept = bytearray()
        for number, value in _fields(graph):
            if not isinstance(value, memoryview):
                kept += _field(number, value)
            elif number == _NODE:
                self.nodes.append(_node(value))
            elif number == _INITIALIZER:
                name, array = _tensor(value)
                self.tensors[name] = array
            elif number in {_INPUT, _OUTPUT}:
                name = next((_text(v) for n, v in _fields(value) if n == 1), "")
                (self.inputs if number == _INPUT else self.outputs)[name] = bytes(value)
            elif number != _VALUE_INFO:  # shapes that change with the nodes
                kept += _field(number, value)
        self.graph_rest = bytes(kept)

    def bytes(self) -> bytes:
        """The file."""
        graph = bytearray(self.graph_rest)
        for node in self.nodes:
            graph += _field(_NODE, _node_bytes(node))
        for name, array in self.tensors.items():
            graph += _field(_INITIALIZER, _tensor_bytes(name, array))
        for value in self.inputs.values():
            graph += _field(_INPUT, value)
        for value in self.outputs.values():
            graph += _field(_OUTPUT, value)
        model = bytearray(self.rest)
        for domain, version in self.opsets.items():
            model += _field(_OPSETS, _field(1, domain.encode()) + _field(2, version))
        return bytes(model + _field(_GRAPH, bytes(graph)))

    def add_output(self, name: str, kind: int = FLOAT) -> None:
        """Let a tensor be asked for. kind: its DataType"""
        tensor = _field(1, kind)
        self.outputs[name] = _field(1, name.encode()) + _field(2, _field(1, tensor))

    def add_input(self, name: str, shape: Iterable[int], kind: int = FLOAT) -> None:
        """Let a tensor be given."""
        dims = b"".join(_field(1, _field(1, size)) for size in shape)
        tensor = _field(1, kind) + _field(2, dims)
        self.inputs[name] = _field(1, name.encode()) + _field(2, _field(1, tensor))


def ints(name: str, values: Iterable[int]) -> bytes:
    """An attribute of several whole numbers."""
    body = b"".join(_field(8, value) for value in values)
    return _field(1, name.encode()) + body + _field(20, _INTS)


def integer(name: str, value: int) -> bytes:
    """An attribute of one whole number."""
    return _field(1, name.encode()) + _field(3, value) + _field(20, _INT)


def _node(data: memoryview) -> Node:
    texts: dict[int, list[str]] = {1: [], 2: [], 3: [], 4: [], 7: []}
    attributes: list[bytes] = []
    for number, value in _fields(data):
        if number in texts:
            texts[number].append(_text(value))
        elif number == 5 and isinstance(value, memoryview):
            attributes.append(bytes(value))
    return Node(
        op="".join(texts[4]),
        inputs=tuple(texts[1]),
        outputs=tuple(texts[2]),
        name="".join(texts[3]),
        domain="".join(texts[7]),
        attributes=tuple(attributes),
    )


def _node_bytes(node: Node) -> bytes:
    parts = [_field(1, name.encode()) for name in node.inputs]
    parts += [_field(2, name.encode()) for name in node.outputs]
    parts += [_field(3, node.name.encode()), _field(4, node.op.encode())]
    parts += [_field(5, attribute) for attribute in node.attributes]
    if node.domain:
        parts.append(_field(7, node.domain.encode()))
    return b"".join(parts)


def _tensor(data: memoryview) -> tuple[str, Array]:
    fields: dict[int, list[Raw]] = {}
    for number, value in _fields(data):
        fields.setdefault(number, []).append(value)
    if fields.keys() & {_EXTERNAL, _PLACE}:
        raise BrokenError("its weights lie in another file")
    name = "".join(map(_text, fields.get(8, [])))
    dims = [_signed(size) for value in fields.get(1, []) for size in _ints(value)]
    kind = next((value for value in fields.get(2, []) if isinstance(value, int)), 0)
    if kind not in DTYPES:
        raise BrokenError(f"{name} is of a kind that is not known ({kind})")
    raw = b"".join(bytes(value) for number in (4, 9) for value in _views(fields.get(number, [])))
    listed = [_signed(n) for number in (5, 7) for v in fields.get(number, []) for n in _ints(v)]
    try:
        if listed:
            return name, np.array(listed, dtype=DTYPES[kind]).reshape(dims)
        return name, np.frombuffer(raw, DTYPES[kind]).reshape(dims)
    except (ValueError, OverflowError) as error:
        raise BrokenError(f"{name} is not as large as it says") from error


def _views(values: list[Raw]) -> list[memoryview]:
    return [value for value in values if isinstance(value, memoryview)]


def _tensor_bytes(name: str, array: Array) -> bytes:
    kind = next(kind for kind, dtype in DTYPES.items() if np.dtype(dtype) == array.dtype)
    dims = b"".join(_field(1, size) for size in array.shape)
    return dims + _field(2, kind) + _field(8, name.encode()) + _field(9, array.tobytes())


def _fields(data: memoryview) -> Iterator[tuple[int, Raw]]:
    """(number, value) of a message; floats come as their four bytes. Raises BrokenError."""
    at, end = 0, len(data)
    while at < end:
        key, at = _varint(data, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = _varint(data, at)
            yield number, value
            continue
        if wire == 2:
            size, at = _varint(data, at)
        elif wire in {1, 5}:
            size = 8 if wire == 1 else 4
        else:
            raise BrokenError("it is no ONNX file")
        if at + size > end:
            raise BrokenError("it ends in the middle")
        yield number if wire == 2 else -number, data[at : at + size]
        at += size


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise BrokenError("it ends in the middle")
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not byte & 0x80:
            return value, at


def _ints(value: Raw) -> list[int]:
    """One number, or several packed."""
    if isinstance(value, int):
        return [value]
    found, at = [], 0
    while at < len(value):
        number, at = _varint(value, at)
        found.append(number)
    return found


def _signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


def _text(value: Raw) -> str:
    return bytes(value).decode("utf-8", "replace") if isinstance(value, memoryview) else ""


def _field(number: int, value: Raw | bytes) -> bytes:
    """A field; a negative number marks bytes of fixed size."""
    if isinstance(value, int):
        return _number(number << 3) + _number(value & (1 << 64) - 1)
    if number < 0:
        return _number(-number << 3 | (1 if len(value) == 8 else 5)) + bytes(value)
    return _number(number << 3 | 2) + _number(len(value)) + bytes(value)


def _number(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
