"""Options -> the engine they ask for: which one `auto` means here, and that one opened."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from ..messages import Message
from ..mistakes import InputError, Place
from .installing import KOKORO, pip
from .options import SERVER, EngineOptions, check

if TYPE_CHECKING:
    from .engine import Engine

_GLM_TTS_NEEDS = ("torch", "torchaudio", "safetensors", "onnxruntime", "tiktoken")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Choice:
    """What `auto` stands for here, and why not what would go before it."""

    options: EngineOptions
    reasons: tuple[str, ...] = ()
    """A sentence for each engine that was passed over."""


def open_engine(
    options: EngineOptions, place: Callable[[str], Place], *, models: Sequence[Path] = ()
) -> Engine:
    """The engine, to be closed at the end.

    place: of a field, in the words of the shell that asks. models: folders in which a host keeps
    weights. Raises InputError for what may not be asked for, for what is not installed and for
    weights that are not there.
    """
    check(options, place)
    choice = choose(options, models=models)
    for reason in choice.reasons:
        _log.info("%s", reason)
    if choice.options.engine == "glm-tts":
        need_glm_tts()
        from .glm_tts.checkpoint.layout import find
        from .runtime import shared

        checkpoint = find(choice.options.checkpoint).folder
        return shared().engine(replace(choice.options, checkpoint=checkpoint), bulk=True)
    if SERVER.fullmatch(choice.options.engine):
        from .remote.engine import RemoteEngine

        return RemoteEngine.open(choice.options.engine)
    if choice.options.engine == "kokoro":
        if find_spec("onnxruntime") is None:
            raise _not_installed("kokoro", ("onnxruntime",), KOKORO)
        from .kokoro.engine import KokoroEngine

        return KokoroEngine.open(folders=models)
    from .preview.engine import PreviewEngine

    return PreviewEngine()


def choose(options: EngineOptions, *, models: Sequence[Path] = ()) -> Choice:
    """GLM-TTS where its weights and a device for them are, else what is `embedded`. Looks only
    where `auto` was asked for.
    """
    if options.engine != "auto":
        return Choice(options)
    if lack := _lacks_glm_tts(options):
        found = embedded(models)
        return replace(found, reasons=(Message("glm-tts is passed over: {}", lack), *found.reasons))
    return Choice(replace(options, engine="glm-tts"))


def embedded(models: Sequence[Path] = ()) -> Choice:
    """What speaks without weights of its own to fetch: Kokoro where it is installed, else the
    preview engine.
    """
    if lack := _lacks_kokoro(models):
        return Choice(
            EngineOptions(engine="preview"), (Message("kokoro is passed over: {}", lack),)
        )
    return Choice(EngineOptions(engine="kokoro"))


def need_glm_tts() -> None:
    """Raises InputError where the model's libraries are not installed."""
    missing = [name for name in _GLM_TTS_NEEDS if find_spec(name) is None]
    if missing:
        raise _not_installed("glm-tts", missing, missing)


def _not_installed(engine: str, modules: Sequence[str], packages: Sequence[str]) -> InputError:
    what = Message("needs what is not installed: {}.", ", ".join(modules))
    return InputError.at(Place(engine), what, Message("Install it: {}", pip(*packages)))


def _lacks_glm_tts(options: EngineOptions) -> str | None:
    """Why GLM-TTS cannot be what `auto` means; None if it can."""
    try:
        need_glm_tts()
        from .glm_tts.checkpoint.layout import find

        layout = find(options.checkpoint)
    except InputError as error:
        return error.mistakes[0].what
    if layout.missing:
        gone = ", ".join(layout.missing)
        return Message("{} is not complete: {} is missing.", layout.folder, gone)
    from .glm_tts.device import available

    # On a CPU it takes many times as long as what it says: only for those who ask for it.
    if options.checkpoint or options.device != "auto" or available()[0] != "cpu":
        return None
    return Message("there is no GPU (--engine glm-tts or --device cpu takes it all the same).")


def _lacks_kokoro(models: Sequence[Path]) -> str | None:
    from .kokoro.weights import find

    if find_spec("onnxruntime") is None:
        return Message("onnxruntime is not installed ({}).", pip(*KOKORO))
    try:
        find(folders=models)
    except InputError as error:
        mistake = error.mistakes[0]
        return Message("{} {}", mistake.what, mistake.remedy)
    return None
