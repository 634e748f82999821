"""Options that several commands share, and what they open."""

from __future__ import annotations

from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from ..mistakes import InputError, Place, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..glmtts_runtime.engine import Engine, Sampling
    from ..glmtts_runtime.voices.library import VoiceLibrary
    from ..production.context import RenderContext
    from ..production.store import Store
    from ..scripts.script import Format, Script

ENGINES = ("preview", "glm-tts")
_VOICE, _GLM = "Who speaks", "GLM-TTS"  # panels of the help

EngineName = Annotated[
    str,
    typer.Option(
        "--engine",
        envvar="GLMTTS_ENGINE",
        help=f"What speaks: {', '.join(ENGINES)}.",
        rich_help_panel=_VOICE,
    ),
]
VoiceFolders = Annotated[
    list[Path],
    typer.Option(
        "--voices",
        metavar="DIR",
        default_factory=list,
        show_default=False,
        help="A folder of voices, searched before your own library. Repeatable.",
        rich_help_panel=_VOICE,
    ),
]
CacheFolder = Annotated[
    Path | None,
    typer.Option("--cache", metavar="DIR", envvar="GLMTTS_CACHE", help="Where takes are kept."),
]
Checkpoint = Annotated[
    Path | None,
    typer.Option(
        "--checkpoint",
        metavar="DIR",
        envvar="GLMTTS_CHECKPOINT",
        help="The weights of glm-tts; by default where `glmtts checkpoint download` puts them.",
        rich_help_panel=_GLM,
    ),
]
Device = Annotated[
    str,
    typer.Option(
        "--device",
        envvar="GLMTTS_DEVICE",
        help="Where glm-tts computes: auto, cuda, cuda:1, mps or cpu.",
        rich_help_panel=_GLM,
    ),
]
Precision = Annotated[
    str,
    typer.Option(
        help="Of its language model: auto, bfloat16, float16, float32 or int8.",
        rich_help_panel=_GLM,
    ),
]
History = Annotated[
    bool,
    typer.Option(
        help="Whether a long line's later pieces hear its earlier ones.", rich_help_panel=_GLM
    ),
]
FlowSteps = Annotated[
    int,
    typer.Option(
        min=1,
        max=100,
        help="Steps from noise to sound; fewer are faster and rougher, 10 as published.",
        rich_help_panel=_GLM,
    ),
]
FlowSchedule = Annotated[
    str,
    typer.Option(
        help="How the steps are laid: cosine, slowly at first as published, or uniform.",
        rich_help_panel=_GLM,
    ),
]
LowVram = Annotated[
    bool,
    typer.Option(
        "--low-vram",
        help="Have only what computes on the GPU, for cards of 4 GB; slower.",
        rich_help_panel=_GLM,
    ),
]
Graphs = Annotated[
    bool,
    typer.Option(
        "--graphs/--no-graphs",
        help="Record the steps of decoding on CUDA; without, slower.",
        rich_help_panel=_GLM,
    ),
]
Temperature = Annotated[
    float,
    typer.Option(
        min=0.1,
        max=2.0,
        help="How freely glm-tts draws speech; 1 as trained.",
        rich_help_panel=_GLM,
    ),
]
TopP = Annotated[
    float,
    typer.Option(
        "--top-p",
        min=0.01,
        max=1.0,
        help="Share of likelihood it draws from.",
        rich_help_panel=_GLM,
    ),
]
TopK = Annotated[
    int, typer.Option("--top-k", min=1, help="Tokens it draws from, at most.", rich_help_panel=_GLM)
]
Roots = Annotated[
    list[Path],
    typer.Option(
        "--root",
        metavar="DIR",
        default_factory=list,
        show_default=False,
        help="A folder the script may take files from, besides its own. Repeatable.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object for programs.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaking:
    """The options of every command that speaks: in which voices, with what, and how freely."""

    voices: VoiceFolders
    engine: EngineName = "preview"
    checkpoint: Checkpoint = None
    device: Device = "auto"
    precision: Precision = "auto"
    history: History = True
    flow_steps: FlowSteps = 10
    flow_schedule: FlowSchedule = "cosine"
    low_vram: LowVram = False
    graphs: Graphs = True
    temperature: Temperature = 1.0
    top_p: TopP = 0.8
    top_k: TopK = 25
    cache: CacheFolder = None

    def open(self) -> AbstractContextManager[Engine]:
        """The engine, closed at the end; raises `InputError` where there is none of that name."""
        return closing(
            open_engine(
                self.engine,
                checkpoint=self.checkpoint,
                device=self.device,
                precision=self.precision,
                history=self.history,
                flow_steps=self.flow_steps,
                flow_schedule=self.flow_schedule,
                low_vram=self.low_vram,
                graphs=self.graphs,
            )
        )

    @contextmanager
    def context(self, *voices: Path, quiet: bool) -> Iterator[RenderContext]:
        """All that a production works with; progress is shown unless `quiet`.

        voices: folders to look in after those that were given.
        """
        from ..production.context import RenderContext
        from .progress import progress

        library = self.library(*voices)
        with self.open() as engine, progress(quiet=quiet) as report:
            yield RenderContext(
                engine=engine,
                library=library,
                store=self.store(),
                sampling=self.sampling,
                report=report,
            )

    def library(self, *more: Path) -> VoiceLibrary:
        """The voices; `more` are folders to look in after those that were given."""
        return open_library(self.voices, *more)

    def store(self) -> Store:
        """Where takes are kept."""
        return open_store(self.cache)

    @property
    def sampling(self) -> Sampling:
        """How speech is drawn."""
        from ..glmtts_runtime.engine import Sampling

        return Sampling(temperature=self.temperature, top_p=self.top_p, top_k=self.top_k)


def open_script(path: Path, roots: list[Path]) -> Script:
    """A script, with what its show says where it belongs to one; raises `InputError`."""
    from ..scripts.show import read_with_show

    for folder in roots:
        if not folder.is_dir():
            raise InputError.at(Place("--root"), f"{folder} is not a folder.", "Check the path.")
    return read_with_show(path, roots=roots)


def own_voices(script: Path) -> list[Path]:
    """The folders of voices that may come with a script: beside it, and its show's."""
    from ..scripts.show import SHOW_FILE

    above = script.parent.parent
    return [
        script.parent / "voices",
        *([above / "voices"] if (above / SHOW_FILE).is_file() else []),
    ]


def open_engine(
    name: str,
    *,
    checkpoint: Path | None = None,
    device: str = "auto",
    precision: str = "auto",
    history: bool = True,
    flow_steps: int = 10,
    flow_schedule: str = "cosine",
    low_vram: bool = False,
    graphs: bool = True,
) -> Engine:
    """The engine of that name; raises `InputError` for one that is unknown or not installed.

    Everything but the name is for `glm-tts` alone.
    """
    if name not in ENGINES:
        place = Place("--engine")
        raise InputError.at(place, f'There is no engine "{name}".', nearest(name, ENGINES))
    if name == "glm-tts":
        need_glm()
        from ..glmtts_runtime.glm_tts.checkpoint.layout import find
        from ..glmtts_runtime.request_queue import Key
        from ..glmtts_runtime.runtime import shared

        folder = str(find(checkpoint).folder)
        key = Key(
            folder,
            device=device,
            precision=precision,
            history=history,
            flow_steps=flow_steps,
            flow_schedule=flow_schedule,
            low_vram=low_vram,
            graphs=graphs,
        )
        return shared().engine(key, bulk=True)
    from ..glmtts_runtime.preview.engine import PreviewEngine

    return PreviewEngine()


def need_glm() -> None:
    """Raises `InputError` where the model's libraries are not installed."""
    from importlib.util import find_spec

    needed = ("torch", "torchaudio", "safetensors", "onnxruntime", "tiktoken", "huggingface_hub")
    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        what = f"needs what is not installed: {', '.join(missing)}."
        remedy = 'Install it: pip install "comfyui-glmtts[glm]"'
        raise InputError.at(Place("glm-tts"), what, remedy)


def audio_format(name: str, option: str) -> Format:
    """The audio format of that name or suffix; raises `InputError` for an unknown one."""
    from ..scripts.script import Format

    formats = get_args(Format)
    if name.lower() not in formats:
        what = f'No audio format "{name}".' if name else "The file name has no suffix."
        raise InputError.at(Place(option), what, nearest(name.lower(), formats))
    return cast("Format", name.lower())


def file_format(file: Path, option: str) -> Format:
    """The audio format a file's name ends in, the longest: `a.ulaw.wav` is no usual WAV."""
    from ..scripts.script import Format

    longest = "".join(file.suffixes[-2:]).removeprefix(".")
    known = longest.lower() in get_args(Format)
    return audio_format(longest if known else file.suffix.removeprefix("."), option)


def open_library(folders: list[Path], *more: Path) -> VoiceLibrary:
    """The given folders, then `more` where they exist, then the user's library and the bundled."""
    from ..glmtts_runtime.voices.library import VoiceLibrary

    missing = [folder for folder in folders if not folder.is_dir()]
    if missing:
        raise InputError.at(Place("--voices"), f"{missing[0]} is not a folder.", "Check the path.")
    return VoiceLibrary([*folders, *(folder for folder in more if folder.is_dir())])


def open_store(folder: Path | None) -> Store:
    """The store of takes, in the user's cache folder unless another is given."""
    from ..production.store import Store

    return Store(folder or cache_folder())


def cache_folder() -> Path:
    """Where takes are kept by default."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("glmtts", appauthor=False))
