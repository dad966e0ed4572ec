"""The smallest ONNX file there is: scores are rows times weights. Written by hand, so that no test needs `onnx`."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

__all__ = ["write_linear"]


def _number(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _field(tag: int, value: int | bytes | str) -> bytes:
    """A field of a protocol buffer."""
    if isinstance(value, int):
        return _number(tag << 3) + _number(value)
    data = value.encode() if isinstance(value, str) else value
    return _number(tag << 3 | 2) + _number(len(data)) + data


def _table(name: str, width: int) -> bytes:
    rows, columns = _field(1, _field(2, "n")), _field(1, _field(1, width))
    tensor = _field(1, 1) + _field(2, rows + columns)
    return _field(1, name) + _field(2, _field(1, tensor))


def write_linear(file: Path, weights: Sequence[float]) -> None:
    """Write a model that answers a column of sums."""
    raw = struct.pack(f"<{len(weights)}f", *weights)
    initial = _field(1, len(weights)) + _field(1, 1) + _field(2, 1) + _field(8, "w") + _field(9, raw)
    node = _field(1, "x") + _field(1, "w") + _field(2, "y") + _field(4, "MatMul")
    graph = _field(1, node) + _field(2, "linear") + _field(5, initial)
    graph += _field(11, _table("x", len(weights))) + _field(12, _table("y", 1))
    file.write_bytes(_field(1, 8) + _field(8, _field(1, "") + _field(2, 13)) + _field(7, graph))
