"""Weight files -> named tensors that are read one at a time. Nothing in a file is ever executed."""

from __future__ import annotations

import json
import pickle
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import torch
from torch import Tensor

from ....messages import Message
from ....mistakes import InputError, Place

MOST_CONFIG = 64 * 2**20
"""Bytes of a JSON or YAML file beyond which it is not read."""
FLOATS = ("F32", "F16", "BF16")
"""What weights may be stored as."""
DAMAGED = (
    *(ArithmeticError, AssertionError, AttributeError, EOFError, ImportError, LookupError),
    *(OSError, RuntimeError, TypeError, ValueError),
    *(struct.error, zipfile.BadZipFile, zlib.error),
)
"""What torch's and Python's own readers, which check little, may raise at damaged bytes."""
WRAPPINGS = ("state_dict", "model", "generator")
"""Names trainers put a state dict under, the outer ones first."""
AGAIN = "Delete the file and download it again: `glmtts checkpoint download`."


@dataclass(frozen=True, slots=True)
class Stored:
    """One tensor in a file."""

    file: Path
    shape: tuple[int, ...]
    dtype: str
    """`F32`, as safetensors spells them"""
    read: Callable[[], Tensor]
    """A tensor that may be a view of the mapped file: copy it and let go."""


State: TypeAlias = Mapping[str, Stored]


def config(path: Path) -> dict[str, Any]:
    """A JSON object; raises InputError."""
    try:
        if path.stat().st_size > MOST_CONFIG:
            raise InputError.at(Place(str(path)), "this file is too large to be a configuration.")
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError.at(
            Place(str(path)), Message("cannot be read: {}.", error), AGAIN
        ) from error
    if not isinstance(values, dict):
        raise InputError.at(Place(str(path)), "is not a JSON object.", AGAIN)
    return values


def safetensors(folder: Path) -> State:
    """Every tensor of a folder's `model*.safetensors`, as its index or its one file has them."""
    from safetensors import SafetensorError, safe_open

    index = folder / "model.safetensors.index.json"
    if index.is_file():
        wanted = config(index).get("weight_map")
        if not isinstance(wanted, dict) or not wanted:
            raise InputError.at(Place(str(index)), "has no weight_map.", AGAIN)
        names = sorted({_plain(index, name) for name in wanted.values()})
    else:
        wanted, names = None, ["model.safetensors"]
    state: dict[str, Stored] = {}
    for name in names:
        file = folder / name
        try:
            with safe_open(file, framework="pt") as opened:
                for key in list(opened.keys()):
                    view = opened.get_slice(key)
                    shape, dtype = tuple(view.get_shape()), view.get_dtype()
                    state[key] = Stored(file, shape, dtype, partial(_read, file, key))
        except (SafetensorError, OSError) as error:
            raise InputError.at(
                Place(str(file)), Message("cannot be read: {}.", error), AGAIN
            ) from error
    if wanted is not None and set(wanted) != set(state):
        strange = sorted(set(wanted) ^ set(state))[0]
        what = Message("and its shards do not hold the same tensors ({}).", strange)
        raise InputError.at(Place(str(index)), what, AGAIN)
    return state


def _plain(index: Path, name: Any) -> str:
    """A shard's name, jailed to the index's folder."""
    if not isinstance(name, str) or Path(name).name != name:
        raise InputError.at(
            Place(str(index)), Message("names a shard outside its folder: {}.", name), AGAIN
        )
    return name


def _read(file: Path, key: str) -> Tensor:
    # Opened for each tensor, so that the pages of what has been read can go at once.
    from safetensors import safe_open

    with safe_open(file, framework="pt") as opened:
        tensor: Tensor = opened.get_tensor(key)
    return tensor


def pickled(path: Path) -> State:
    """Every tensor of a `torch.save`d state dict, bare or under one of `WRAPPINGS`.

    Only tensors and plain containers are let through (`weights_only`): a file that would call
    anything is refused before it can.
    """
    if tuple(int(part) for part in torch.__version__.split(".")[:2]) < (2, 6):
        what: str = Message("is a pickle, which torch {} cannot read safely.", torch.__version__)
        raise InputError.at(Place(str(path)), what, "Update torch to 2.6 or newer.")
    try:
        # Mapping needs the zip format; a file older than that is small enough to read.
        mapped = zipfile.is_zipfile(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of pickles torch did not write
            values = torch.load(path, map_location="cpu", weights_only=True, mmap=mapped)
    except pickle.UnpicklingError as error:
        what = "holds something other than tensors, or is damaged; nothing of it was run."
        raise InputError.at(Place(str(path)), what, AGAIN) from error
    except DAMAGED as error:
        first = str(error).partition("\n")[0].rstrip(".")
        raise InputError.at(
            Place(str(path)), Message("cannot be read: {}.", first), AGAIN
        ) from error
    for wrapping in WRAPPINGS:
        if isinstance(values, dict) and isinstance(values.get(wrapping), dict):
            values = values[wrapping]
    tensors = isinstance(values, dict) and all(isinstance(v, Tensor) for v in values.values())
    if not tensors or not values:
        raise InputError.at(Place(str(path)), "is not a state dict of tensors.", AGAIN)
    return {
        name: Stored(path, tuple(value.shape), _spelt(value.dtype), value.detach)
        for name, value in values.items()
    }


def _spelt(dtype: torch.dtype) -> str:
    known = {torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16"}
    return known.get(dtype, str(dtype).removeprefix("torch."))
