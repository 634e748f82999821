"""`glmtts show`: a folder per show, its episodes rendered, its feed kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from ...messages import Message
from ...mistakes import InputError, Mistake, Place, nearest
from ..groups import with_groups
from ..language import tell
from ..made import made_of
from ..options import AsJson, Speaking

if TYPE_CHECKING:
    from ...production.context import RenderContext
    from ...production.render import Rendered
    from ...scripts.script import Script
    from ...scripts.show import Show

Result = TypeVar("Result")

app = typer.Typer(no_args_is_help=True, help="Podcasts: a folder per show, with its feed.")

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder with show.yaml in it.")]


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is not there yet.")],
    as_json: AsJson = False,
) -> None:
    """Make a show to begin with: show.yaml, a first episode, music and a cover."""
    from datetime import date

    from ...production.shows.starter import new_show

    files = new_show(folder, date.today())
    if as_json:
        print(json.dumps({"ok": True, "files": [str(file) for file in files]}, ensure_ascii=False))
        return
    for file in files:
        print(file)
    tell(Message("Edit {}, then: glmtts show render {}", folder / "show.yaml", folder))


@app.command()
@with_groups
def render(
    folder: Folder,
    speaking: Speaking,
    episode: Annotated[
        list[str] | None,
        typer.Argument(metavar="EPISODE", help="By name, such as 001-hello; all unless given."),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Also those that have not changed.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Render the episodes that have changed, each into a folder of its own in DIR/out.

    Mistakes of all episodes are told before any is rendered; an episode with lines that cannot be
    spoken stops no other.
    """
    from ...scripts.show import read_episode, read_show

    show = read_show(folder)
    paths = _chosen(show, episode or [])
    voices = show.folder / "voices"

    def read(path: Path) -> Script:
        with speaking.told_at_once(voices):
            return speaking.labelled(read_episode(show, path))

    scripts = _each(paths, read)
    told: list[dict[str, object]] = []
    with speaking.context(voices, quiet=True) as context:
        changed = _each(paths, lambda path: _changed(show, path, scripts[path], context))
        for path in paths:
            if changed[path] or again:
                told.append(_rendered(show, path, scripts[path], context, quiet=as_json))
            else:
                told.append({"episode": path.stem, "state": "unchanged"})
                if not as_json:
                    tell(Message("{}: as it was", path.stem))
    failed = any(one["state"] == "failed" for one in told)
    if as_json:
        print(json.dumps({"ok": not failed, "episodes": told}, ensure_ascii=False))
    if failed:
        raise typer.Exit(1)


@app.command()
def feed(folder: Folder, as_json: AsJson = False) -> None:
    """Bring DIR/out/feed.xml up to date with the rendered episodes.

    Episodes keep their guid and their date; those no longer here stay listed. What Apple would
    refuse is a mistake, what it advises against a warning.
    """
    from datetime import datetime, timezone

    from ...documents.counted import counted
    from ...production.shows.show import write_feed
    from ...scripts.show import read_show

    announced = write_feed(read_show(folder), datetime.now(timezone.utc))
    waiting = {episode.name: episode.date for episode in announced.waiting}
    if as_json:
        said = {
            "ok": True,
            "feed": str(announced.file),
            "episodes": announced.episodes,
            "waiting": waiting,
            "warnings": [str(warning) for warning in announced.warnings],
        }
        print(json.dumps(said, ensure_ascii=False))
        return
    for warning in announced.warnings:
        tell(Message("warning: {}", warning), err=True)
    for name, date in waiting.items():
        tell(Message("{}: waits until {}", name, date))
    print(f"{announced.file}: {counted(announced.episodes, 'episode')}")


def _chosen(show: Show, names: Sequence[str]) -> list[Path]:
    """The episodes of these names, or all; raises `InputError` for those there are not."""
    known = {path.stem: path for path in show.episodes()}
    if not known:
        what, remedy = "The show has no episode.", "Write one: episodes/001-title.yaml"
        raise InputError.at(Place(str(show.folder)), what, remedy)
    stems = [Path(name).stem if Path(name).suffix in {".yaml", ".yml"} else name for name in names]
    unknown = [stem for stem in stems if stem not in known]
    if unknown:
        raise InputError(
            [
                Mistake(
                    Place("EPISODE"),
                    Message('There is no episode "{}".', stem),
                    nearest(stem, known),
                )
                for stem in unknown
            ]
        )
    return [known[stem] for stem in dict.fromkeys(stems)] or list(known.values())


def _each(paths: Sequence[Path], work: Callable[[Path], Result]) -> dict[Path, Result]:
    """What `work` makes of every path; raises `InputError` with the mistakes of all of them."""
    made: dict[Path, Result] = {}
    mistakes: list[Mistake] = []
    for path in paths:
        try:
            made[path] = work(path)
        except InputError as error:
            mistakes += error.mistakes
    if mistakes:
        # A mistake in something that several episodes use is told once.
        raise InputError(list(dict.fromkeys(mistakes)))
    return made


def _changed(show: Show, path: Path, script: Script, context: RenderContext) -> bool:
    """Whether the files of an episode are not, or no longer, what would be rendered."""
    from ...production.made_from import made_from
    from ...production.render import prepare
    from ...production.shows.show import is_current, out_folder

    prepared = prepare(script, context)
    digest = made_from(prepared.script, prepared.requests, context.for_script(script))
    return not is_current(out_folder(show, path), digest)


def _rendered(
    show: Show, path: Path, script: Script, context: RenderContext, *, quiet: bool
) -> dict[str, object]:
    """Render an episode and say what was made of it."""
    from ...production.render import render as render_script
    from ...production.shows.show import out_folder
    from ...production.takes import TakesFailedError
    from ..failures import reasons
    from ..progress import progress

    try:
        with progress(quiet=quiet) as report:
            target = out_folder(show, path)
            rendered = render_script(script, target, replace(context, report=report))
    except TakesFailedError as error:
        why = reasons(error, script)
        if not quiet:
            kept = "Every other line is kept; the same command tries these again."
            tell("\n".join([*why, kept]), err=True)
        return {"episode": path.stem, "state": "failed", "reasons": why}
    if not quiet:
        _show(path, rendered)
    return {
        "episode": path.stem,
        "state": "rendered",
        "folder": str(rendered.folder),
        "files": [file.name for file in rendered.files],
        "seconds": round(rendered.seconds, 3),
        "lines": rendered.lines,
        "synthesised": rendered.synthesised,
    }


def _show(path: Path, rendered: Rendered) -> None:
    print(f"{path.stem}: {made_of(rendered)}")
    for note in rendered.notes:
        print(f"  {note}")
    for file in rendered.files:
        if file.loudness is not None and file.true_peak is not None:
            measured = f"{file.loudness:.1f} LUFS, {file.true_peak:.1f} dBTP"
            print(f"  {rendered.folder / file.name}  {measured}")
