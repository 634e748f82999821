"""A source -> the published folder on this disk, resumed where it broke off."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Literal, TypeAlias

from ....messages import Message
from ....mistakes import InputError, Place
from .layout import Layout

Source: TypeAlias = Literal["huggingface", "modelscope"]
REPOSITORY = "zai-org/GLM-TTS"
SPEAKER_REPOSITORY, SPEAKER_FILE = "FunAudioLLM/CosyVoice-300M", "campplus.onnx"
"""The speaker encoder is not in the checkpoint's repository."""
MODELSCOPE = "https://modelscope.cn/models/{repository}/resolve/master/{file}"
MODELSCOPE_REPOSITORY, MODELSCOPE_SPEAKER = "ZhipuAI/GLM-TTS", "iic/CosyVoice-300M"
SMALL = (
    "llm/config.json",
    "llm/model.safetensors.index.json",
    "flow/config.yaml",
    "speech_tokenizer/config.json",
    "speech_tokenizer/preprocessor_config.json",
    "vq32k-phoneme-tokenizer/tokenizer.model",
    "vq32k-phoneme-tokenizer/tokenizer_config.json",
)
LARGE = (
    "flow/flow.pt",
    "hift/hift.pt",
    "vocos2d/generator_jit.ckpt",
    "speech_tokenizer/model.safetensors",
)
SHARDS = "llm/*.safetensors"
"""Named by the index. Nothing else is fetched: no program comes with the weights."""
OFFLINE = "HF_HUB_OFFLINE"
CHUNK = 2**20

Told: TypeAlias = Callable[[str], None]


def download(
    folder: Path,
    *,
    source: Source = "huggingface",
    offline: bool = False,
    environment: Mapping[str, str] = os.environ,
    told: Told = lambda _: None,
    address: str = MODELSCOPE,
) -> Layout:
    """Fetch what is not there yet; `told` hears the name of each file as it begins.

    Raises InputError when told to stay offline, or when the source cannot be reached.
    """
    if offline or environment.get(OFFLINE, "").lower() in ("1", "on", "yes", "true"):
        what = "the checkpoint is not downloaded: this computer is told to stay offline."
        remedy = Message(
            "Leave --offline out and {} unset, or copy the folder here by hand.", OFFLINE
        )
        raise InputError.at(Place(str(folder)), what, remedy)
    if source == "huggingface":
        _from_huggingface(folder, told)
    else:
        _from_modelscope(folder, told, address)
    return Layout(folder)


def _from_huggingface(folder: Path, told: Told) -> None:
    from huggingface_hub import hf_hub_download, snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        told(REPOSITORY)
        wanted = [*SMALL, *LARGE, SHARDS]
        snapshot_download(REPOSITORY, local_dir=folder, allow_patterns=wanted)
        told(f"{SPEAKER_REPOSITORY}/{SPEAKER_FILE}")
        frontend = Layout(folder).folder / "frontend"
        hf_hub_download(SPEAKER_REPOSITORY, SPEAKER_FILE, local_dir=frontend)
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        raise _unreachable("huggingface.co", "--source modelscope", error) from error


def _from_modelscope(folder: Path, told: Told, address: str) -> None:
    def fetch(file: str, target: Path, repository: str = MODELSCOPE_REPOSITORY) -> None:
        told(f"{repository}/{file}")
        _fetched(address.format(repository=repository, file=file), target)

    try:
        for file in SMALL:
            fetch(file, folder / file)
        for file in (*_shards(folder), *LARGE):
            fetch(file, folder / file)
        fetch(SPEAKER_FILE, folder / "frontend" / SPEAKER_FILE, MODELSCOPE_SPEAKER)
    except OSError as error:
        raise _unreachable("modelscope.cn", "--source huggingface", error) from error


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


def _fetched(url: str, target: Path) -> None:
    """One file, under its name only when it is whole; a broken-off part is continued."""
    from urllib.request import Request, urlopen

    if target.is_file():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    have = part.stat().st_size if part.is_file() else 0
    headers = {"Range": f"bytes={have}-"} if have else {}
    request = Request(url, headers={"User-Agent": "comfyui-glmtts", **headers})  # noqa: S310
    with urlopen(request, timeout=60) as answer, part.open("ab") as file:  # noqa: S310
        if answer.status != 206:  # the whole file, not the rest of it
            file.truncate(0)
            have = 0
        expected = have + int(answer.headers.get("Content-Length", 0))
        while block := answer.read(CHUNK):
            file.write(block)
        written = file.tell()
    if expected and written != expected:
        raise OSError(f"the connection broke off at {written} of {expected} bytes")
    part.replace(target)


def _unreachable(host: str, other: str, error: Exception) -> InputError:
    first = str(error).partition("\n")[0].rstrip(".")
    what = Message("could not be read from: {}.", first)
    return InputError.at(
        Place(host), what, Message("Try again: it goes on where it was. Or try {}.", other)
    )
