"""A checkpoint folder -> a loaded engine, the parts checked against each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from ...messages import Message
from ...mistakes import InputError, Place
from .acoustic_model import AcousticModel
from .checkpoint import load
from .checkpoint.fingerprint import fingerprint
from .checkpoint.layout import Layout
from .checkpoint.stored import AGAIN
from .engine import GlmEngine
from .flow.solver import PUBLISHED, Solver
from .kernels.packed import supported
from .llm.llama import Llama, LlamaConfig
from .reference.cache import ReferenceCache
from .reference.encoder import ReferenceEncoder
from .reference.speaker import SpeakerEncoder
from .spec import MEL_24K, MEL_32K
from .text.tokenizer import TextTokenizer, VocabularyError
from .vocoder.vocos import Vocos
from .weight_placement import Resident, WeightGroup, WeightPlacement

ROWS, ROWS_ON_CUDA = 16, 64
"""Prompts decoded together unless told otherwise."""
ROWS_SEQUENTIAL = 4
"""The same where there is little room."""
VERSION = "4"
"""Changes when this program makes another sound of the same request and weights."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadPlan:
    """What to load, to where, and how it is to compute."""

    layout: Layout
    device: torch.device
    dtype: torch.dtype
    """Of the language model, torch.int8 for weights of eight bits. Unless it is float32, the flow's
    attention and feed-forward multiply in sixteen bits on a GPU and on a CPU that multiplies
    bfloat16 itself; the solver, what goes past its layers and the vocoders are always float32,
    because rounding there can be heard."""
    features: Path | None = None
    """Folder where voices' features are kept."""
    rows: int | None = None
    """Prompts decoded together at most."""
    history: bool = True
    """Whether a long line's later chunks hear its earlier ones."""
    solver: Solver = PUBLISHED
    placement: WeightPlacement | None = None
    """Where weights lie, if not always on `device`."""
    graphs: bool = True
    """Whether CUDA's steps of decoding are recorded."""


def open_engine(plan: LoadPlan) -> GlmEngine:
    """Load a checkpoint folder. Raises InputError for one that is not whole."""
    placement = plan.placement or Resident(plan.device)
    tokenizer = vocabulary(plan.layout)
    # The encoder is loaded when a voice is first heard; what is wrong with it is told now.
    if wrong := load.mistakes(load.tokenizer_part(plan.layout)):
        raise InputError(wrong)
    # The flow's file is mapped while it is copied: the largest network comes after it.
    acoustic = _acoustic_model(plan, placement.offload_device)
    llama = _llama(plan, tokenizer, placement.offload_device)
    engine = GlmEngine(
        llama=llama,
        acoustic=acoustic,
        tokenizer=tokenizer,
        references=_references(plan, placement),
        fingerprint=_fingerprint(plan),
        rows=plan.rows or _usual_rows(plan.device, sequential=placement.sequential),
        history=plan.history,
        load_weights=_weight_loader(placement, llama, acoustic),
        sequential=placement.sequential,
        graphs=plan.graphs,
        resident=plan.placement is None and plan.device.type == "cuda",
    )
    if engine.resident:
        engine.warm()
    return engine


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
        what = Message("counts {} tokens and the language model has {}.", tokenizer.size, rows)
        raise InputError.at(Place(str(layout.text_tokenizer)), what, AGAIN)
    if tokenizer.audio.count != codes:
        what = Message(
            "has {} audio tokens and the speech tokenizer {}.", tokenizer.audio.count, codes
        )
        raise InputError.at(Place(str(layout.text_tokenizer)), what, AGAIN)


def _llama(plan: LoadPlan, tokenizer: TextTokenizer, lies: torch.device) -> Llama:
    """The language model, its weights as they are multiplied."""
    read_to, read_as = lies, plan.dtype
    if plan.dtype == torch.int8:
        read_to, read_as = torch.device("cpu"), torch.bfloat16  # rounded before the device sees it
    llama: Llama = load.load(load.llama_part(plan.layout), read_to, read_as)
    check_vocabulary(plan.layout, tokenizer, llama.config)
    llama.prepare(tokenizer.audio.speech)
    if plan.dtype == torch.int8:
        llama.quantize(torch.float32 if plan.device.type == "cpu" else torch.bfloat16)
        llama.to(lies)
    elif plan.device.type == "cpu" and plan.dtype == torch.bfloat16 and supported():
        llama.pack()
    elif plan.device.type == "cpu" and plan.dtype == torch.float32:
        llama.unpad()
    return llama


def _acoustic_model(plan: LoadPlan, lies: torch.device) -> AcousticModel:
    """The flow and the vocoders; the flow multiplies in sixteen bits where the device does so."""
    hift = load.load(load.hift_part(plan.layout), lies, torch.float32)
    vocoders: dict[int, Any] = {MEL_24K.sample_rate: hift}
    if plan.layout.vocos.is_file():
        vocoders[MEL_32K.sample_rate] = Vocos(load.vocos(plan.layout, lies))
    flow = load.load(load.flow_part(plan.layout), lies, torch.float32)
    if plan.dtype != torch.float32:
        if plan.device.type != "cpu":
            flow.narrow(torch.float16 if plan.dtype == torch.float16 else torch.bfloat16)
        elif plan.dtype != torch.float16 and supported():
            flow.pack()
    return AcousticModel(flow, vocoders, plan.device, plan.solver)


def _weight_loader(
    placement: WeightPlacement, llama: Llama, acoustic: AcousticModel
) -> Callable[[WeightGroup], None]:
    """What has a group of weights on the device; the vocoders are one network to it."""
    vocoders = torch.nn.ModuleList(
        vocoder.program if isinstance(vocoder, Vocos) else vocoder
        for vocoder in acoustic.vocoders.values()
    )
    every = [placement.register(network) for network in (llama, acoustic.flow, vocoders)]
    groups: dict[WeightGroup, list[Any]] = {"all": every, "llm": every[:1], "acoustic": every[1:]}
    return lambda group: placement.load(*groups[group])


def _references(plan: LoadPlan, placement: WeightPlacement) -> ReferenceCache:
    """The features of voices; the networks that encode them are loaded with the first."""
    layout = plan.layout

    def encoder() -> ReferenceEncoder:
        part = load.tokenizer_part(layout)
        tokenizer = load.load(part, placement.offload_device, torch.float32)
        registered = placement.register(tokenizer)
        placement.load(registered)
        return ReferenceEncoder(tokenizer, SpeakerEncoder(layout.campplus), registered)

    files = (*_weights(layout.speech_tokenizer), layout.campplus)
    return ReferenceCache(encoder, fingerprint(f for f in files if f.is_file()), plan.features)


def _fingerprint(plan: LoadPlan) -> str:
    """Of all that shapes the sound of a request."""
    layout = plan.layout
    acoustic = (*_weights(layout.llm), layout.flow, layout.hift)
    encoders = (*_weights(layout.speech_tokenizer), layout.campplus)
    every = dict.fromkeys((*acoustic, *encoders, *layout.files))
    weights = fingerprint(file for file in every if file.is_file())
    history = f"history={plan.history}"
    return "-".join(("glm-tts", VERSION, weights, str(plan.dtype), history, str(plan.solver)))


def _usual_rows(device: torch.device, *, sequential: bool) -> int:
    if sequential:
        return ROWS_SEQUENTIAL
    return ROWS_ON_CUDA if device.type == "cuda" else ROWS


def _weights(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(folder.glob("*.safetensors")))
