"""Where everything lies in the published folder, and where the folder is looked for."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .... import machine
from ....messages import Message
from ....mistakes import InputError, Place

VARIABLE = "GLMTTS_CHECKPOINT"
"""Environment variable that names the folder."""
GET_IT = "Get it with `glmtts checkpoint download`, or name another folder."


@dataclass(frozen=True, slots=True)
class Layout:
    """The published folder (`zai-org/GLM-TTS`, as downloaded)."""

    folder: Path

    @property
    def llm(self) -> Path:
        return self.folder / "llm"

    @property
    def flow(self) -> Path:
        return self.folder / "flow" / "flow.pt"

    @property
    def flow_config(self) -> Path:
        return self.folder / "flow" / "config.yaml"

    @property
    def hift(self) -> Path:
        return self.folder / "hift" / "hift.pt"

    @property
    def vocos(self) -> Path:
        return self.folder / "vocos2d" / "generator_jit.ckpt"

    @property
    def speech_tokenizer(self) -> Path:
        return self.folder / "speech_tokenizer"

    @property
    def text_tokenizer(self) -> Path:
        return self.folder / "vq32k-phoneme-tokenizer"

    @property
    def campplus(self) -> Path:
        """The speaker encoder. It is published elsewhere, so it may lie beside the folder too."""
        beside = self.folder.parent / "frontend" / "campplus.onnx"
        inside = self.folder / "frontend" / "campplus.onnx"
        return beside if beside.is_file() and not inside.is_file() else inside

    @property
    def files(self) -> tuple[Path, ...]:
        """All that must be there but the weights' shards, which an index names."""
        return (
            self.llm / "config.json",
            self.flow,
            self.flow_config,
            self.hift,
            self.vocos,
            self.speech_tokenizer / "config.json",
            self.text_tokenizer / "tokenizer.model",
            self.text_tokenizer / "tokenizer_config.json",
            self.campplus,
        )

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of files that must be there and are not, the shards the index names included."""
        gone = [file.name for file in self.files if not file.is_file()]
        return (*gone, *(name for name in self._shards() if not (self.llm / name).is_file()))

    def _shards(self) -> list[str]:
        """The language model's files, as its index names them; one file where there is none."""
        index = self.llm / "model.safetensors.index.json"
        if not index.is_file():
            return ["model.safetensors"]
        try:
            named = json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()
        except (ValueError, KeyError, AttributeError, TypeError):
            return []  # loading it tells what is wrong with it
        return sorted(set(map(str, named)))

    @property
    def every(self) -> tuple[Path, ...]:
        """All files there are, the weights' shards included."""
        shards = (
            shard
            for part in (self.llm, self.speech_tokenizer)
            for shard in part.glob("*.safetensors")
        )
        return (*sorted(shards), *(file for file in self.files if file.is_file()))


def find(folder: Path | None = None, *, environment: Mapping[str, str] = os.environ) -> Layout:
    """The checkpoint: the folder named, or the variable's, or the place downloads go to.

    Raises InputError where no checkpoint is.
    """
    named = folder or (Path(environment[VARIABLE]) if environment.get(VARIABLE) else None)
    candidate = named or home()
    for base in (candidate, candidate / "ckpt"):
        if (base / "llm" / "config.json").is_file():
            return Layout(base)
    what = Message("there is no GLM-TTS checkpoint here (no {}).", "llm/config.json")
    raise InputError.at(Place(str(candidate)), what, GET_IT)


def home() -> Path:
    """Where downloads go unless told otherwise."""
    return machine.data_folder() / "GLM-TTS"
