"""A speaker encoder's matrix -> the bytes of an ONNX model, so that no ONNX writer is needed.

The fields are those of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FLOAT, INTS = 1, 7
"""TensorProto.FLOAT; AttributeProto.INTS"""


def speaker_encoder(matrix: npt.NDArray[np.float32]) -> bytes:
    """A model from a filterbank [1, T, 80] to the root mean square of each band times `matrix`.

    matrix: [80, 192]; input "input" and output "output", as the published encoder names them.
    """
    axes = _text(1, "axes") + _varint(8, 1) + _varint(20, INTS)
    graph = b"".join(
        (
            _node("Mul", ["input", "input"], "squares"),
            _node("ReduceMean", ["squares"], "mean", axes),
            _node("Sqrt", ["mean"], "level"),
            _node("MatMul", ["level", "matrix"], "output"),
            _text(2, "speaker"),
            _bytes(5, _initializer("matrix", matrix)),
            _bytes(11, _value("input", [1, "time", matrix.shape[0]])),
            _bytes(12, _value("output", [1, matrix.shape[1]])),
        )
    )
    # The opset has no keepdims-free default; the mean keeps its axis and MatMul carries it along.
    operators = _text(1, "") + _varint(2, 13)
    return _varint(1, 8) + _bytes(8, operators) + _bytes(7, graph)


def _node(kind: str, inputs: list[str], output: str, attribute: bytes = b"") -> bytes:
    body = b"".join(_text(1, name) for name in inputs) + _text(2, output) + _text(4, kind)
    return _bytes(1, body + (_bytes(5, attribute) if attribute else b""))


def _initializer(name: str, values: npt.NDArray[np.float32]) -> bytes:
    dims = b"".join(_varint(1, size) for size in values.shape)
    return dims + _varint(2, FLOAT) + _text(8, name) + _bytes(9, values.astype("<f4").tobytes())


def _value(name: str, shape: list[int | str]) -> bytes:
    dims = b"".join(
        _bytes(1, _varint(1, size) if isinstance(size, int) else _text(2, size)) for size in shape
    )
    tensor = _varint(1, FLOAT) + _bytes(2, dims)
    return _text(1, name) + _bytes(2, _bytes(1, tensor))


def _varint(field: int, value: int) -> bytes:
    return _number(field << 3) + _number(value)


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())


def _bytes(field: int, value: bytes) -> bytes:
    return _number(field << 3 | 2) + _number(len(value)) + value


def _number(value: int) -> bytes:
    """Protocol buffers' variable-length integer."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
