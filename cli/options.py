"""Options that several commands share, and what they open."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast, get_args

import typer

from ..glmtts_runtime.options import EngineOptions, Sampling, options_of
from ..machine import cache_folder
from ..messages import Message
from ..mistakes import InputError, Place, nearest
from .groups import WHO_SPEAKS
from .labels import LabelOptions
from .language import tell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..glmtts_runtime.engine import Engine
    from ..glmtts_runtime.voices.library import VoiceLibrary
    from ..production.checking import Checking
    from ..production.context import RenderContext
    from ..production.store import Store
    from ..scripts.defaults import Defaults
    from ..scripts.script import Format, Script


VoiceFolders = Annotated[
    list[Path],
    typer.Option(
        "--voices",
        metavar="DIR",
        default_factory=list,
        show_default=False,
        help="A folder of voices, searched before your own library. Repeatable.",
        rich_help_panel=WHO_SPEAKS,
    ),
]
CacheFolder = Annotated[
    Path | None,
    typer.Option("--cache", metavar="DIR", envvar="GLMTTS_CACHE", help="Where takes are kept."),
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
Check = Annotated[
    bool,
    typer.Option(
        "--check",
        help="Listen to every take, and draw one again that is not what it should say.",
        rich_help_panel=WHO_SPEAKS,
    ),
]
Candidates = Annotated[
    int | None,
    typer.Option(
        min=1,
        max=20,
        help="Draw so many takes of every line, listen to them and keep the best.",
        rich_help_panel=WHO_SPEAKS,
    ),
]
RayAddress = Annotated[
    str | None,
    typer.Option(
        "--ray",
        metavar="ADDRESS",
        help="Spread lines over a Ray cluster: local starts one on this machine, auto is one that "
        "runs here, or host:6379.",
        rich_help_panel=WHO_SPEAKS,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object for programs.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaking:
    """The options of every command that speaks: in which voices, with what, and how freely."""

    voices: VoiceFolders
    engine: EngineOptions = field(default_factory=EngineOptions)
    sampling: Sampling = field(default_factory=Sampling)
    ray: RayAddress = None
    cache: CacheFolder = None
    labels: LabelOptions = field(default_factory=LabelOptions)
    check: Check = False
    candidates: Candidates = None

    def labelled(self, script: Script) -> Script:
        """A script that discloses what was said here; raises `InputError`."""
        from ..scripts.audible_label import labelled

        return labelled(replace(script, disclosure=self.labels.on(script.disclosure)))

    @contextmanager
    def told_at_once(self, *voices: Path) -> Iterator[None]:
        """Check a script that is read within this to its end, whatever is wrong with it."""
        from ..production.mistaken import told_at_once

        with told_at_once(open_library(self.voices, *voices), self.store()):
            yield

    @contextmanager
    def context(self, *voices: Path, quiet: bool) -> Iterator[RenderContext]:
        """All that a production works with, its engine closed at the end.

        voices: folders to look in after those that were given. Progress is shown unless `quiet`.
        Raises `InputError` for an engine or a folder of voices there is not.
        """
        from ..production.context import RenderContext
        from .progress import progress

        library = open_library(self.voices, *voices)
        with closing(open_engine(self.engine, self.ray)) as engine, progress(quiet=quiet) as report:
            yield RenderContext(
                engine=engine,
                library=library,
                store=self.store(),
                sampling=self.sampling,
                report=report,
                labelling=self.labels.labelling(),
                checking=self.checking(),
            )

    def checking(self) -> Checking | None:
        """How takes are listened to; raises `InputError` where nobody can."""
        if not self.check and self.candidates is None:
            return None
        from ..production.checking import Checking

        checking = Checking(candidates=self.candidates or 1)
        checking.ears()
        return checking

    def store(self) -> Store:
        """Where takes are kept."""
        return open_store(self.cache)


def open_script(path: Path, roots: list[Path], defaults: Defaults | None = None) -> Script:
    """A script, with what its show says where it belongs to one; raises `InputError`.

    defaults: what a text or subtitles mean where they say nothing.
    """
    from ..scripts.show import read_with_show

    check_roots(roots)
    return read_with_show(path, roots=roots, defaults=defaults)


def check_roots(roots: list[Path]) -> None:
    """Raises `InputError` for what is no folder."""
    for folder in roots:
        if not folder.is_dir():
            raise InputError.at(
                Place("--root"), Message("{} is not a folder.", folder), "Check the path."
            )


def own_voices(script: Path) -> list[Path]:
    """The folders of voices that may come with a script: beside it, and its show's."""
    from ..scripts.show import SHOW_FILE

    above = script.parent.parent
    return [
        script.parent / "voices",
        *([above / "voices"] if (above / SHOW_FILE).is_file() else []),
    ]


def open_engine(options: EngineOptions, ray: str | None = None) -> Engine:
    """The engine asked for; raises `InputError` for one that is unknown or not installed.

    ray: the address of a cluster whose machines speak. What `auto` chose is said on standard error.
    """
    from ..glmtts_runtime import engines

    if ray is not None:
        from ..glmtts_runtime.cluster.engine import ClusterEngine

        return ClusterEngine.open(options, ray)
    engine = engines.open_engine(options, lambda name: Place("--" + name.replace("_", "-")))
    if options.engine == "auto":
        tell(Message(_CHOSEN.get(engine.name, "{} speaks."), engine.name), err=True)
    return engine


_CHOSEN = {
    "preview": "{} speaks: drafts that are hard to understand. `glmtts doctor` says what a better "
    "voice needs."
}


def given_options(options: EngineOptions, context: typer.Context) -> dict[str, Any]:
    """Those that were said, on the command line or by the environment, by name."""
    return {
        name: getattr(options, name)
        for name in options_of(EngineOptions)
        if (source := context.get_parameter_source(name)) and source.name != "DEFAULT"
    }


def audio_format(name: str, option: str) -> Format:
    """The audio format of that name or suffix; raises `InputError` for an unknown one."""
    from ..scripts.script import Format

    formats = get_args(Format)
    if name.lower() not in formats:
        what = Message('No audio format "{}".', name) if name else "The file name has no suffix."
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
        raise InputError.at(
            Place("--voices"), Message("{} is not a folder.", missing[0]), "Check the path."
        )
    return VoiceLibrary([*folders, *(folder for folder in more if folder.is_dir())])


def open_store(folder: Path | None) -> Store:
    """The store of takes, in the user's cache folder unless another is given."""
    from ..production.store import Store

    return Store(folder or cache_folder())
