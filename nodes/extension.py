"""What ComfyUI loads: the list of nodes."""

from __future__ import annotations

from .announcement import Announcements
from .batch import Batch
from .emotion import EmotionReference, MixEmotions
from .engine import LoadEngine
from .export import Export
from .host import comfy
from .host.api import ComfyExtension, io
from .host.failures import telling
from .lexicon import PronunciationDictionary
from .master import Master
from .readings import Readings
from .script import Script
from .speech import PickTake, Synthesize
from .subtitles import Subtitles
from .timeline import TimelinePicture
from .voice import SaveVoice, VoiceFromAudio, VoiceFromLibrary
from .watch import WatchFolder
from .watching import add_page

NODES: list[type[io.ComfyNode]] = [
    LoadEngine,
    VoiceFromAudio,
    VoiceFromLibrary,
    SaveVoice,
    PronunciationDictionary,
    Readings,
    EmotionReference,
    MixEmotions,
    Synthesize,
    PickTake,
    Script,
    Batch,
    Announcements,
    Master,
    Export,
    TimelinePicture,
    Subtitles,
    WatchFolder,
]


class GLMTTSExtension(ComfyExtension):
    """The pack."""

    async def on_load(self) -> None:
        comfy.register_folders()
        add_page()

    async def get_node_list(self) -> list[type[io.ComfyNode]]:
        for node in NODES:
            telling(node)
        return NODES
