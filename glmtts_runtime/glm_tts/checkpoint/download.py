"""A source -> the published folder on this disk, resumed where it broke off."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Literal, TypeAlias

from ....messages import Message
from ....mistakes import InputError, Place
from ....progress import Cancel, Report, unwatched
from ...fetch import fetched, huggingface, online, unread
from .layout import Layout

Source: TypeAlias = Literal["huggingface", "modelscope"]
REPOSITORY = "zai-org/GLM-TTS"
SPEAKER_REPOSITORY, SPEAKER_FILE = "FunAudioLLM/CosyVoice-300M", "campplus.onnx"
"""The speaker encoder is not in the checkpoint's repository."""
UPSTREAM = "https://raw.githubusercontent.com/zai-org/GLM-TTS/c5dc7ae/frontend/campplus.onnx"
"""Where it is too, should that one be gone."""
MODELSCOPE = "https://modelscope.cn/models/{repository}/resolve/master/{file}"
_HUGGINGFACE = (REPOSITORY, SPEAKER_REPOSITORY)
_MODELSCOPE = ("ZhipuAI/GLM-TTS", "iic/CosyVoice-300M")
SMALL = (
    "llm/config.json",
    "llm/model.safetensors.index.json",
    "flow/config.yaml",
    "speech_tokenizer/config.json",
    "speech_tokenizer/preprocessor_config.json",
    "vq32k-phoneme-tokenizer/tokenizer.model",
    "vq32k-phoneme-tokenizer/tokenizer_config.json",
)
"""The language model's index among them names its files."""
LARGE = (
    "flow/flow.pt",
    "hift/hift.pt",
    "vocos2d/generator_jit.ckpt",
    "speech_tokenizer/model.safetensors",
)
"""Nothing else is fetched: no program comes with the weights."""

Address: TypeAlias = Callable[[str, str], str]
"""Of a file of a repository"""


def download(
    folder: Path,
    *,
    source: Source = "huggingface",
    offline: bool = False,
    environment: Mapping[str, str] = os.environ,
    report: Report = unwatched,
    cancel: Cancel = unwatched,
    address: str = MODELSCOPE,
    upstream: str = UPSTREAM,
) -> Layout:
    """Fetch what is not there yet. report: each file's name, bytes that came, and of how many.

    Raises InputError when told to stay offline, or when the source cannot be reached.
    """
    online(Place(str(folder)), offline=offline, environment=environment)
    if source == "modelscope":
        repositories, host, other = _MODELSCOPE, "modelscope.cn", "huggingface"

        def where(repository: str, file: str) -> str:
            return address.format(repository=repository, file=file)
    else:
        repositories, host, other = _HUGGINGFACE, "huggingface.co", "modelscope"

        def where(repository: str, file: str) -> str:
            return huggingface(repository, file, environment)

    try:
        _all_files(folder, repositories, where, report, cancel, upstream)
    except OSError as error:
        raise unread(Place(host), error, other=other, target=folder) from error
    return Layout(folder)


def _all_files(
    folder: Path,
    repositories: tuple[str, str],
    where: Address,
    report: Report,
    cancel: Cancel,
    upstream: str,
) -> None:
    def fetch(repository: str, file: str, target: Path, address: str = "") -> None:
        report(file, 0, 0)
        fetched(
            address or where(repository, file),
            target,
            progress=lambda done, total: report(file, done, total),
            cancel=cancel,
        )

    weights, speaker = repositories
    for file in SMALL:
        fetch(weights, file, folder / file)
    for file in (*_shards(folder), *LARGE):
        fetch(weights, file, folder / file)
    encoder = folder / "frontend" / SPEAKER_FILE
    try:
        fetch(speaker, SPEAKER_FILE, encoder)
    except OSError:
        fetch(speaker, SPEAKER_FILE, encoder, upstream)


def _shards(folder: Path) -> Iterator[str]:
    """The language model's files, as its index names them; jailed to its folder."""
    index = folder / "llm" / "model.safetensors.index.json"
    try:
        names = set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise InputError.at(
            Place(str(index)), "is not an index.", "Delete it, try again."
        ) from error
    for name in sorted(map(str, names)):
        if Path(name).name != name:
            raise InputError.at(
                Place(str(index)), Message("names a file outside its folder: {}.", name)
            )
        yield f"llm/{name}"
