"""Script + timeline -> a programme: all that its files are made from and have to measure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from ...audio.tags import Chapter as ChapterTag
from ...audio.tags import Picture, Tags, read_picture
from ...mistakes import Place
from ...scripts.platforms import PLATFORMS
from ...scripts.script import Script
from ..context import RenderContext
from ..dubbing import Kept
from ..fit import Fit
from ..mastering.finish import MasteringContext, Target
from ..provenance.labelling import Labelling
from ..sounds import SoundFile
from ..timeline import Mark, Timeline
from .formats import is_telephone

_TELEPHONE = -26.0  # LUFS: about -20 dBm0, what networks are planned for


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """What is to be delivered."""

    script: Script
    timeline: Timeline
    tags: Tags
    chapters: tuple[ChapterTag, ...]
    context: MasteringContext
    name: str
    """File name without a suffix."""
    fit: Fit | None = None
    """How it was brought to its length, where one was asked for."""
    kept: tuple[Kept, ...] = ()
    """How its lines kept the times of subtitles."""
    labelling: Labelling = field(default_factory=Labelling)

    @property
    def target(self) -> Target:
        asked = self.script.output.loudness
        if isinstance(asked, float):
            return Target(loudness=asked)
        if asked is None and all(map(is_telephone, self.script.output.formats)):
            return Target(loudness=_TELEPHONE)
        platform = asked or PLATFORMS["apple"]
        mono = self.timeline.channels == 1
        return Target(
            loudness=platform.mono if mono else platform.stereo, true_peak=platform.true_peak
        )


def programme(
    script: Script,
    timeline: Timeline,
    context: RenderContext,
    name: str,
    *,
    sounds: Iterable[SoundFile] = (),
    fit: Fit | None = None,
    kept: Sequence[Kept] = (),
) -> Programme:
    """Gather a programme whose output has been checked; `sounds` are all that are in it."""
    metadata = script.metadata
    place = Place(str(script.file))
    tags = Tags(
        title=script.title,
        author=metadata.author,
        album=metadata.album,
        date=metadata.date[:10],
        description=metadata.description,
        language=script.language,
        season=metadata.season,
        episode=metadata.episode,
        cover=read_picture(metadata.cover, place) if metadata.cover else None,
    )
    # Players show nothing for what lies before the first chapter.
    marks = sorted(timeline.marks, key=lambda mark: mark.start)
    first = [replace(mark, start=0) for mark in marks[:1]]
    chapters = tuple(_chapter(mark, place) for mark in (*first, *marks[1:]))
    return Programme(
        script=script,
        timeline=timeline,
        tags=tags,
        chapters=chapters,
        context=MasteringContext.of(context, sounds),
        name=name,
        fit=fit,
        kept=tuple(kept),
        labelling=context.labelling,
    )


def _chapter(mark: Mark, place: Place) -> ChapterTag:
    picture: Picture | None = read_picture(mark.image, place) if mark.image else None
    return ChapterTag(start=mark.start, title=mark.title, url=mark.url or "", picture=picture)
