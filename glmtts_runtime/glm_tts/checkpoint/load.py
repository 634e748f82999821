"""A layout -> networks on a device, each tensor read once and copied straight to where it stays."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from ....messages import Message
from ....mistakes import InputError, Mistake, Place, nearest
from ..flow.solver import Flow
from ..llm.llama import Llama, LlamaConfig
from ..reference.whisper_vq import WhisperVQ, WhisperVQConfig
from ..vocoder.hift import HiFT, HiFTConfig
from .flow_config import flow_config
from .layout import Layout
from .stored import AGAIN, DAMAGED, FLOATS, State, Stored, config, pickled, safetensors
from .torchscript import checked
from .weight_norm import SPELLINGS, folded

Network = TypeVar("Network", bound=nn.Module)
Config = TypeVar("Config")
MOST_NAMED = 12
"""Mistakes told of one file; a wrong file would have hundreds."""


@dataclass(frozen=True, slots=True)
class Part:
    """A network still on the meta device, and the tensors that fill it."""

    network: nn.Module
    state: State
    label: str
    """The file or folder, for messages."""


def llama_part(layout: Layout) -> Part:
    """The language model. Raises InputError, as all parts do."""
    settings = llama_config(layout)
    network = _built(lambda: Llama(settings), layout.llm / "config.json")
    return Part(network, safetensors(layout.llm), str(layout.llm))


def llama_config(layout: Layout) -> LlamaConfig:
    """What the language model is built like."""
    return _settings(LlamaConfig.of, layout.llm / "config.json")


def tokenizer_config(layout: Layout) -> WhisperVQConfig:
    """What the speech tokenizer is built like."""
    return _settings(WhisperVQConfig.of, layout.speech_tokenizer / "config.json")


def flow_part(layout: Layout) -> Part:
    """The flow."""
    state = pickled(layout.flow)
    settings = flow_config(layout.flow_config, state)
    return Part(_built(lambda: Flow(settings), layout.flow_config), state, str(layout.flow))


def hift_part(layout: Layout) -> Part:
    """The 24 kHz vocoder, its weight normalisation multiplied out."""
    state = _folded(pickled(layout.hift), layout.hift)
    bias = state.get("conv_pre.bias")
    channels = bias.shape[0] if bias and bias.shape else HiFTConfig().channels
    network = _built(lambda: HiFT(HiFTConfig(channels)), layout.hift)
    return Part(network, state, str(layout.hift))


def tokenizer_part(layout: Layout) -> Part:
    """The speech tokenizer: of a Whisper model, the encoder up to the codebook."""
    settings = tokenizer_config(layout)
    prefix = "model.encoder."
    state = {
        name.removeprefix(prefix): stored
        for name, stored in safetensors(layout.speech_tokenizer).items()
        if name.startswith(prefix) and _used(name.removeprefix(prefix), settings)
    }
    network = _built(lambda: WhisperVQ(settings), layout.speech_tokenizer / "config.json")
    return Part(network, state, str(layout.speech_tokenizer))


def mistakes(part: Part) -> list[Mistake]:
    """What is missing, unknown or of another shape; empty if the part can be loaded."""
    wanted = {name: tuple(value.shape) for name, value in part.network.state_dict().items()}
    place = Place(part.label)
    found: list[Mistake] = []
    for name in sorted(wanted.keys() - part.state.keys()):
        found.append(Mistake(place, Message("the tensor {} is missing.", name), AGAIN))
    for name in sorted(part.state.keys() - wanted.keys()):
        found.append(
            Mistake(place, Message("the tensor {} is not known.", name), nearest(name, wanted))
        )
    for name in sorted(wanted.keys() & part.state.keys()):
        stored = part.state[name]
        if stored.shape != wanted[name]:
            shapes = f"{_shape(stored.shape)}, not {_shape(wanted[name])}"
            what = Message("the tensor {} has the shape {}.", name, shapes)
            found.append(Mistake(Place(str(stored.file)), what, AGAIN))
        elif stored.dtype not in FLOATS:
            what = Message(
                "the tensor {} holds {}, not floating-point numbers.", name, stored.dtype
            )
            found.append(Mistake(Place(str(stored.file)), what, AGAIN))
    if len(found) > MOST_NAMED:
        rest = Mistake(
            place, Message("and {} more.", len(found) - MOST_NAMED), "This may be another model."
        )
        found = [*found[:MOST_NAMED], rest]
    return found


def load(part: Part, device: torch.device, dtype: torch.dtype) -> Any:
    """Fill the network; peak memory is its own size and one tensor. Raises InputError."""
    if found := mistakes(part):
        raise InputError(found)
    filled = {name: _copied(part.state[name], device, dtype) for name in part.network.state_dict()}
    part.network.load_state_dict(filled, strict=True, assign=True)
    return part.network.eval().requires_grad_(False)


def vocos(layout: Layout, device: torch.device) -> Any:
    """The 32 kHz vocoder, a TorchScript program; see `torchscript` for what is let through."""
    checked(layout.vocos)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # TorchScript as a whole
            return torch.jit.load(layout.vocos, map_location=device).eval()
    except DAMAGED as error:
        first = str(error).partition("\n")[0].rstrip(".")
        raise InputError.at(
            Place(str(layout.vocos)), Message("cannot be read: {}.", first), AGAIN
        ) from error


def _built(build: Callable[[], Network], path: Path) -> Network:
    """A network without memory behind it."""
    try:
        with torch.device("meta"):
            return build()
    except (ValueError, TypeError, RuntimeError) as error:
        raise InputError.at(Place(str(path)), f"{error}.", "Is this another model?") from error


def _settings(read: Callable[[dict[str, Any]], Config], path: Path) -> Config:
    """A configuration file as a value."""
    try:
        return read(config(path))
    except KeyError as error:
        raise InputError.at(Place(str(path)), Message("{} is missing.", error), AGAIN) from error
    except InputError:
        raise
    except (ValueError, TypeError) as error:
        raise InputError.at(Place(str(path)), f"{error}.", "Is this another model?") from error


def _used(name: str, settings: WhisperVQConfig) -> bool:
    """Not the layers above the codebook, nor what only training needs (utils/yaml_util.py:31)."""
    if name.startswith(("layer_norm", "ema_")):
        return False
    parts = name.split(".")
    return (
        parts[0] != "layers" or not parts[1].isdigit() or int(parts[1]) < settings.quantize_position
    )


def _folded(state: State, path: Path) -> State:
    """The state with weight-normalised pairs as one plain weight each, multiplied when read."""
    plain = dict(state)
    for magnitude, direction in SPELLINGS:
        for name in [name for name in plain if name.endswith(magnitude)]:
            stem = name.removesuffix(magnitude)
            g, v = plain.pop(name), plain.pop(stem + direction, None)
            if v is None:
                raise InputError.at(
                    Place(str(path)), Message("{}{} is missing.", stem, direction), AGAIN
                )
            if g.shape != (v.shape[0], *[1] * (len(v.shape) - 1)):
                what = Message("the tensor {} has the shape {}.", name, _shape(g.shape))
                raise InputError.at(Place(str(path)), what, AGAIN)
            plain[stem + ".weight"] = Stored(path, v.shape, v.dtype, _product(g, v))
    return plain


def _product(g: Stored, v: Stored) -> Callable[[], Tensor]:
    magnitude, direction = ".weight_g", ".weight_v"
    return lambda: folded({magnitude: g.read(), direction: v.read()})[".weight"]


def _copied(stored: Stored, device: torch.device, dtype: torch.dtype) -> Tensor:
    return torch.empty(stored.shape, device=device, dtype=dtype).copy_(stored.read())


def _shape(shape: tuple[int, ...]) -> str:
    return "[" + ", ".join(map(str, shape)) + "]"
