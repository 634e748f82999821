"""A checkpoint folder -> a loaded engine, the parts checked against each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from ...mistakes import InputError, Place
from .acoustic_model import Sound
from .checkpoint import load
from .checkpoint.fingerprint import fingerprint
from .checkpoint.layout import Layout
from .checkpoint.stored import AGAIN
from .engine import GlmEngine
from .flow.solver import PUBLISHED, Solver
from .kernels.packed import supported
from .llm.llama import Llama, LlamaConfig
from .reference.hearing import Ears, Hearing
from .reference.speaker import SpeakerEncoder
from .spec import MEL_24K, MEL_32K
from .text.tokenizer import TextTokenizer, VocabularyError
from .vocoder.vocos import Vocos
from .weight_placement import Residence, Settled

ROWS, ROWS_ON_CUDA = 16, 64
"""Prompts decoded together unless told otherwise."""
ROWS_IN_TURNS = 4
"""The same where there is little room."""
VERSION = "3"
"""Changes when this program makes another sound of the same request and weights."""


def open_engine(
    layout: Layout,
    *,
    device: torch.device,
    dtype: torch.dtype,
    features: Path | None = None,
    rows: int | None = None,
    history: bool = True,
    solver: Solver = PUBLISHED,
    residence: Residence | None = None,
    graphs: bool = True,
) -> GlmEngine:
    """Load a checkpoint folder.

    dtype: of the language model, torch.int8 for weights of eight bits. Unless it is float32, the
    flow's attention and feed-forward multiply in sixteen bits on a GPU and on a CPU that multiplies
    bfloat16 itself; the solver, what goes past its layers and the vocoders are always float32,
    because rounding there can be heard. features: folder where voices' features are kept. rows:
    prompts decoded together at most. history: whether a long line's later pieces hear its earlier
    ones. residence: where weights lie, if not always on `device`. graphs: whether CUDA's steps of
    decoding are recorded. Raises InputError for a folder that is not whole.
    """
    place = residence or Settled(device)
    tokenizer = vocabulary(layout)
    ears = (*_weights(layout.speech_tokenizer), layout.campplus)
    heavy = (*_weights(layout.llm), layout.flow, layout.hift)
    every = dict.fromkeys((*heavy, *ears, *layout.files))
    # The ears are loaded when a voice is first heard; what is wrong with them is told now.
    if wrong := load.mistakes(load.tokenizer_part(layout)):
        raise InputError(wrong)
    # The flow's file is mapped while it is copied: the largest network comes after it.
    sound = _sound(layout, device, place.waiting, solver)
    if dtype != torch.float32:
        _narrow(sound, device, dtype)
    llama = _llama(layout, tokenizer, device, place.waiting, dtype)
    taken = [place.take_in(group) for group in (llama, sound.flow, _vocoders(sound))]
    parts = {"all": taken, "draw": taken[:1], "sound": taken[1:]}
    whole = fingerprint(file for file in every if file.is_file())
    usual = ROWS_ON_CUDA if device.type == "cuda" else ROWS
    if place.in_turns:
        usual = ROWS_IN_TURNS
    engine = GlmEngine(
        llama=llama,
        sound=sound,
        tokenizer=tokenizer,
        hearing=Hearing(
            lambda: _ears(layout, place), fingerprint(f for f in ears if f.is_file()), features
        ),
        fingerprint="-".join(
            ("glm-tts", VERSION, whole, str(dtype), f"history={history}", f"{solver}")
        ),
        rows=rows or usual,
        history=history,
        bring=lambda phase: place.bring(*parts[phase]),
        in_turns=place.in_turns,
        graphs=graphs,
        settled=residence is None and device.type == "cuda",
    )
    if engine.settled:
        engine.warm()
    return engine


def _llama(
    layout: Layout,
    tokenizer: TextTokenizer,
    device: torch.device,
    waiting: torch.device,
    dtype: torch.dtype,
) -> Llama:
    """The language model, its weights as they are multiplied."""
    here, wide = waiting, dtype
    if dtype == torch.int8:
        here, wide = torch.device("cpu"), torch.bfloat16  # rounded before the device sees them
    llama: Llama = load.load(load.llama_part(layout), here, wide)
    check_vocabulary(layout, tokenizer, llama.config)
    llama.prepare(tokenizer.audio.speech)
    if dtype == torch.int8:
        llama.quantize(torch.float32 if device.type == "cpu" else torch.bfloat16)
        llama.to(waiting)
    elif device.type == "cpu" and dtype == torch.bfloat16 and supported():
        llama.pack()
    return llama


def _narrow(sound: Sound, device: torch.device, dtype: torch.dtype) -> None:
    """Let the flow multiply in sixteen bits where the device does so itself."""
    if device.type != "cpu":
        sound.flow.narrow(torch.float16 if dtype == torch.float16 else torch.bfloat16)
    elif dtype != torch.float16 and supported():
        sound.flow.pack()


def vocabulary(layout: Layout) -> TextTokenizer:
    """The text tokenizer; raises InputError."""
    place = Place(str(layout.text_tokenizer))
    try:
        return TextTokenizer.load(layout.text_tokenizer)
    except (VocabularyError, OSError) as error:
        raise InputError.at(place, f"{error}.", AGAIN) from error


def check_vocabulary(layout: Layout, tokenizer: TextTokenizer, config: LlamaConfig) -> None:
    """Raises InputError unless the tokenizers and the language model are of one checkpoint."""
    rows, codes = config.vocab_size, load.tokenizer_config(layout).quantize_vocab_size
    if tokenizer.size > rows:
        what = f"counts {tokenizer.size} tokens and the language model has {rows}."
        raise InputError.at(Place(str(layout.text_tokenizer)), what, AGAIN)
    if tokenizer.audio.count != codes:
        what = f"has {tokenizer.audio.count} audio tokens and the speech tokenizer {codes}."
        raise InputError.at(Place(str(layout.text_tokenizer)), what, AGAIN)


def _sound(layout: Layout, device: torch.device, waiting: torch.device, solver: Solver) -> Sound:
    hift = load.load(load.hift_part(layout), waiting, torch.float32)
    vocoders: dict[int, Any] = {MEL_24K.sample_rate: hift}
    if layout.vocos.is_file():
        vocoders[MEL_32K.sample_rate] = Vocos(load.vocos(layout, waiting))
    flow = load.load(load.flow_part(layout), waiting, torch.float32)
    return Sound(flow, vocoders, device, solver)


def _vocoders(sound: Sound) -> torch.nn.Module:
    """All of them as one group of weights."""
    networks = sound.vocoders.values()
    return torch.nn.ModuleList(n.program if isinstance(n, Vocos) else n for n in networks)


def _ears(layout: Layout, place: Residence) -> Ears:
    tokenizer = load.load(load.tokenizer_part(layout), place.waiting, torch.float32)
    taken = place.take_in(tokenizer)
    place.bring(taken)
    return Ears(tokenizer, SpeakerEncoder(layout.campplus), taken)


def _weights(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(folder.glob("*.safetensors")))
