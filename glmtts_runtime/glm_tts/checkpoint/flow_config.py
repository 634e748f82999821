"""`flow/config.yaml` and the weights' shapes -> what the flow is built like."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from ....messages import Message
from ....mistakes import InputError, Place, nearest
from ..flow.dit import DiTConfig
from ..flow.solver import FlowConfig
from ..spec import MEL_BINS, SPEAKER_DIM
from .stored import AGAIN, State

TAG = "!new:flow.flow.Flow"
DEFAULTS: dict[str, Any] = {
    "speech_token_dim": 512,
    "vocab_size": 100_000,
    "input_frame_rate": 12.5,
    "spk_embed_dim": 80,
    "mel_dim": 80,
    "big_model": False,
    "spkr_emb_adaLN": False,
    "calc_prompt_mel_loss": True,
    "speech_token_cfg": True,
    "use_wavlm_emb": False,
    "remove_spkr_concat_condition": False,
    "t_scheduler": "cosine",
    "loss_type": "l2",
    "use_mdt": False,
    "mel_framerate": 86,
}
"""What the published class fills in (flow/flow.py:15)."""
NEEDED = {"mel_dim": MEL_BINS, "spkr_emb_adaLN": True, "use_wavlm_emb": False}
NEEDED_TOO = {"t_scheduler": "cosine"}
HEAD = 64


class _Loader(yaml.SafeLoader):
    """Plain YAML; the one `!new:` tag known is the mapping under it, and nothing is built."""


_Loader.add_constructor(TAG, lambda loader, node: loader.construct_mapping(node))  # type: ignore[arg-type]


def flow_config(path: Path, state: State) -> FlowConfig:
    """How the flow is built; sizes come from the weights, of which `load` checks every one.

    Raises InputError for a file that is not this kind of flow.
    """
    place = Place(str(path))
    values = DEFAULTS | _written(path)
    for name, value in (NEEDED | NEEDED_TOO).items():
        if values[name] != value:
            what = Message(
                "{} = {} is a flow this program does not build.", name, repr(values[name])
            )
            raise InputError.at(place, what, Message("The published one has {}.", repr(value)))
    return FlowConfig(
        dit=_sizes(state, place, concat=not values["remove_spkr_concat_condition"]),
        token_rate=float(values["input_frame_rate"]),
        mel_rate=float(values["mel_framerate"]),
        concat_speaker=not values["remove_spkr_concat_condition"],
        drop_tokens=bool(values["speech_token_cfg"]),
    )


def _written(path: Path) -> dict[str, Any]:
    place = Place(str(path))
    try:
        # _Loader is a SafeLoader.
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise InputError.at(place, Message("cannot be read: {}.", error), AGAIN) from error
    values = document.get("flow") if isinstance(document, dict) else None
    if not isinstance(values, dict):
        raise InputError.at(place, Message("has no `flow: {}`.", TAG), AGAIN)
    for name in values:
        if name not in DEFAULTS:
            raise InputError.at(
                place, Message("{} is no setting of a flow.", name), nearest(str(name), DEFAULTS)
            )
    return values


def _sizes(state: State, place: Place, *, concat: bool) -> DiTConfig:
    def shape(name: str, rank: int) -> tuple[int, ...]:
        stored = state.get(f"estimator.{name}")
        if stored is None or len(stored.shape) != rank:
            raise InputError.at(place, Message("its weights lack estimator.{}.", name), AGAIN)
        return stored.shape

    dim = shape("time_embed.time_mlp.2.weight", 2)[0]
    vocabulary, token_dim = shape("text_emb_layer.text_embed.weight", 2)
    heads = shape("transformer_blocks.0.attn.to_q.weight", 2)[0] // HEAD
    inner = shape("transformer_blocks.0.ff.ff.0.0.weight", 2)[0]
    return DiTConfig(
        dim=dim,
        depth=_count(state, "estimator.transformer_blocks."),
        heads=heads,
        dim_head=HEAD,
        ff_mult=inner // dim,
        mel_dim=MEL_BINS,
        condition_dim=2 * MEL_BINS if concat else MEL_BINS,
        token_vocab=vocabulary - 1,
        token_dim=token_dim,
        conv_layers=_count(state, "estimator.text_emb_layer.text_blocks."),
        speaker_dim=SPEAKER_DIM,
    )


def _count(state: State, prefix: str) -> int:
    numbers = {name[len(prefix) :].split(".")[0] for name in state if name.startswith(prefix)}
    return len(numbers)
