"""A checkpoint folder -> a loaded engine, the parts checked against each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from ..mistakes import InputError, Place
from .checkpoint import load
from .checkpoint.fingerprint import fingerprint
from .checkpoint.layout import Layout
from .checkpoint.stored import AGAIN
from .glm import ROWS, GlmEngine
from .llm.llama import LlamaConfig
from .packed import supported
from .reference.hearing import Ears, Hearing
from .reference.speaker import SpeakerEncoder
from .residence import Residence, Settled
from .sound import Sound
from .spec import MEL_24K, MEL_32K
from .text.tokenizer import TextTokenizer, VocabularyError
from .vocoder.vocos import Vocos

VERSION = "3"
"""Changes when this program makes another sound of the same request and weights."""


def open_engine(
    layout: Layout,
    *,
    device: torch.device,
    dtype: torch.dtype,
    features: Path | None = None,
    rows: int = ROWS,
    history: bool = True,
    residence: Residence | None = None,
) -> GlmEngine:
    """Load a checkpoint folder.

    dtype: of the language model; the flow and the vocoders stay float32, because rounding in the
    solver can be heard. A CPU that multiplies bfloat16 itself does so inside the flow's layers too;
    their sums and the solver stay float32. features: folder where voices' features are kept. rows:
    prompts decoded together at most. history: whether a long line's later pieces hear its earlier
    ones. residence: where weights lie, if not always on `device`. Raises InputError for a folder
    that is not whole.
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
    sound = _sound(layout, place.waiting)
    llama = load.load(load.llama_part(layout), place.waiting, dtype)
    check_vocabulary(layout, tokenizer, llama.config)
    llama.prepare(tokenizer.audio.speech)
    if device.type == "cpu" and dtype == torch.bfloat16 and supported():
        llama.pack()
        sound.flow.pack()
    groups = (llama, sound.flow, _vocoders(sound))
    taken = [place.take_in(group) for group in groups]
    whole = fingerprint(file for file in every if file.is_file())
    return GlmEngine(
        llama=llama,
        sound=sound,
        tokenizer=tokenizer,
        hearing=Hearing(
            lambda: _ears(layout, place), fingerprint(f for f in ears if f.is_file()), features
        ),
        fingerprint="-".join(("glm-tts", VERSION, whole, str(dtype), f"history={history}")),
        rows=rows,
        history=history,
        bring=lambda: place.bring(*taken),
        settled=residence is None and device.type == "cuda",
    )


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


def _sound(layout: Layout, device: torch.device) -> Sound:
    hift = load.load(load.hift_part(layout), device, torch.float32)
    vocoders: dict[int, Any] = {MEL_24K.sample_rate: hift}
    if layout.vocos.is_file():
        vocoders[MEL_32K.sample_rate] = Vocos(load.vocos(layout, device))
    flow = load.load(load.flow_part(layout), device, torch.float32)
    return Sound(flow, vocoders)


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
