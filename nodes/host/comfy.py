"""ComfyUI itself: progress, Cancel, folders, devices and weights. Nothing else imports it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import comfy.model_management as memory
import comfy.model_patcher
import comfy.utils
import folder_paths
from comfy_execution.utils import get_executing_context
from server import PromptServer

from ...progress import Progress, Report
from .words import progress_in_words

if TYPE_CHECKING:
    import torch
    from aiohttp.web import RouteDef


MODELS = ("tts", "TTS")
"""Kinds of model folders that are searched, as extra_model_paths.yaml names them."""
WORDS_APART = 0.3
"""Seconds at least between two lines of words on a node"""
EVERYTHING = 1e30
"""Bytes no device has, as the host itself asks for all of them."""


def cancel() -> None:
    """Raise the host's own exception once somebody has pressed Cancel."""
    memory.throw_exception_if_processing_interrupted()


def report() -> Report:
    """What shows progress on the node that is running, as a bar and in words; each kind of work
    fills the bar once.
    """
    counting: dict[str, Progress] = {}
    bar, tell = comfy.utils.ProgressBar(1), teller()

    def show(what: str, done: int, total: int) -> None:
        if what not in counting:
            counting[what] = _counted(bar, tell, partial(progress_in_words, what))
        counting[what](done, total)

    return show


def counted(words: Callable[[int, int, str], str]) -> Progress:
    """One kind of work on the node that is running. words: of what is done, of how much, and the
    language.
    """
    return _counted(comfy.utils.ProgressBar(1), teller(), words)


def _counted(
    bar: Any, tell: Callable[[str], None], words: Callable[[int, int, str], str]
) -> Progress:
    told, chosen = [0.0], language()

    def show(done: int, total: int) -> None:
        if not total:
            return
        bar.update_absolute(done, total)
        now = time.monotonic()
        if done == total or now > told[0] + WORDS_APART:
            told[0] = now
            tell(words(done, total, chosen))

    return show


def teller() -> Callable[[str], None]:
    """What writes a line onto the node that is running now, from whatever thread."""
    running = get_executing_context()
    if running is None:
        return lambda _text: None
    node, instance = running.node_id, PromptServer.instance
    return lambda text: instance.send_progress_text(text, node)


def language() -> str:
    """The editor's, as its settings have it: "zh", "en", …; "en" where nobody chose one."""
    settings = Path(folder_paths.get_user_directory()) / "default" / "comfy.settings.json"
    try:
        chosen = json.loads(settings.read_text("utf-8")).get("Comfy.Locale")
    except (OSError, ValueError, AttributeError):
        return "en"
    return str(chosen or "en").partition("-")[0]


def register_folders() -> None:
    """Make `models/tts` known, after whatever folders the person has configured."""
    for kind in MODELS:
        folder_paths.add_model_folder_path(kind, str(Path(folder_paths.models_dir) / kind))


def model_folders() -> list[Path]:
    """Where checkpoints and voices may lie, the first found winning."""
    found = [Path(path) for kind in MODELS for path in folder_paths.get_folder_paths(kind)]
    return list(dict.fromkeys(found))


def input_folder() -> Path:
    return Path(folder_paths.get_input_directory())


def output_folder() -> Path:
    return Path(folder_paths.get_output_directory())


def user_folder() -> Path:
    """This pack's own folder for what people save, which pages cannot read."""
    return Path(folder_paths.get_system_user_directory("glmtts"))


def save_stem(prefix: str) -> Path:
    """An unused path in the output folder for a file name that begins so; lacks the suffix."""
    folder, name, counter, _, _ = folder_paths.get_save_image_path(
        prefix, folder_paths.get_output_directory()
    )
    return Path(folder) / f"{name}_{counter:05}_"


def result_device() -> torch.device:
    """Where what goes from node to node lies."""
    device: torch.device = memory.intermediate_device()
    return device


def computing_device() -> torch.device:
    device: torch.device = memory.get_torch_device()
    return device


def offload_device(device: torch.device) -> torch.device:
    """Where weights lie while they are not used on `device`."""
    return memory.unet_offload_device() if device == computing_device() else device


def likes_bfloat16(device: torch.device) -> bool:
    return bool(memory.should_use_bf16(device))


def add_routes(routes: Iterable[RouteDef]) -> None:
    """Answer more requests; only before the server has started."""
    PromptServer.instance.app.add_routes(routes)


def address() -> str:
    """Where this very server can be reached by its own programs."""
    instance = PromptServer.instance
    listening = instance.address
    if listening in ("0.0.0.0", "::", ""):  # noqa: S104 - everywhere, so here too
        listening = "127.0.0.1"
    name = f"[{listening}]" if ":" in listening else listening
    return f"http://{name}:{instance.port}"


class Weights:
    """One network the host may move: to the device for use, away when another needs the room."""

    def __init__(self, network: torch.nn.Module, device: torch.device) -> None:
        self.patcher = comfy.model_patcher.ModelPatcher(network, device, offload_device(device))


def load(weights: Sequence[Weights], room: int) -> None:
    """Have all of them on their device at once, with `room` bytes beside them to work in.

    Without a full load the host leaves layers that are not its own on the CPU when memory is short,
    and says nothing.
    """
    memory.load_models_gpu(
        [one.patcher for one in weights], memory_required=room, force_full_load=True
    )


def offload(weights: Iterable[Weights], device: torch.device) -> None:
    """Have none of them on the device, and leave there whatever else is."""
    patchers = [one.patcher for one in weights]
    others = [one for one in memory.current_loaded_models if one.model not in patchers]
    memory.free_memory(EVERYTHING, device, keep_loaded=others)
