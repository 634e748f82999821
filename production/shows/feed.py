"""A show, its published episodes and the feed as it was -> the feed: RSS 2.0 for podcast players.

With the iTunes namespace (help.apple.com/itc/podcasts_connect) and Podcasting 2.0's
(podcastindex.org/namespace/1.0). A feed is a public promise: an episode keeps its guid and its date
for good, and one that is no longer here stays listed. Equal input makes equal bytes.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import format_datetime, parsedate_to_datetime
from unicodedata import normalize
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree as ET

from ...messages import Message
from ...mistakes import InputError, Mistake, Place
from ...scripts.disclosure import SENTENCES
from ...scripts.script import LANGUAGES, EpisodeType
from ...scripts.show import Show
from ..text_tracks.characters import plain
from ..text_tracks.notes import NotedChapter, Notes, fragment
from .feed_xml import add, from_bytes, text_of

FEED = "feed.xml"
MEDIA_TYPES = {
    "mp3": "audio/mpeg", "m4a": "audio/x-m4a", "opus": "audio/ogg", "flac": "audio/flac",
    "wav": "audio/wav",
}  # fmt: skip
"""By suffix; the first two are what Apple plays."""

_TRANSCRIPTS = {
    ".vtt": "text/vtt",
    ".srt": "application/x-subrip",
    ".transcript.json": "application/json",
}
_PODCASTS = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
"""The namespace of podcasts' guids, by the specification of `podcast:guid`."""
_NOON = 12  # h UTC: the same day nearly everywhere


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedEpisode:
    """A rendered episode, as its manifest tells."""

    name: str
    """Of its folder."""
    title: str
    seconds: float
    files: Mapping[str, int]
    """Bytes by name."""
    description: str = ""
    author: str = ""
    date: str = ""
    season: int | None = None
    episode: int | None = None
    type: EpisodeType = "full"
    explicit: bool = False
    link: str | None = None
    guid: str | None = None
    chapters: Sequence[NotedChapter] = ()
    speakers: Sequence[str] = ()
    generated: bool = False
    """Whether its files say that they are synthetic."""


def feed(
    show: Show,
    episodes: Sequence[PublishedEpisode],
    *,
    cover: str | None,
    before: bytes | None,
    now: datetime,
) -> ET.Element:
    """The feed's tree. `cover` is the picture's file name; `before` what the feed's file held.

    An episode without a date gets the one it had in `before`, or else `now`. Raises `InputError`
    for a feed that cannot be read, and a show that has no address.
    """
    if show.url is None:
        raise InputError.at(
            Place(str(show.file)),
            "The show has no address, so nobody could load its files.",
            "Add `url: ` and where the folder `out` will be found on the web.",
        )
    old = _channel(before, show) if before is not None else None
    guid = show.guid or text_of(old, "podcast:guid") or _show_guid(show.url)
    # Those without a guid cannot be told from each other, so none of them is ever replaced.
    items = {text_of(item, "guid") or f"#{at}": item for at, item in enumerate(_items(old))}
    for known, episode in _by_guid(show, episodes, uuid.UUID(guid)).items():
        items[known] = _item(show, episode, known, _date(episode, items.get(known), now))
    root = ET.Element("rss", {"version": "2.0"})
    channel = ET.SubElement(root, "channel")
    _describe(channel, show, guid, cover)
    channel.extend(sorted(items.values(), key=_order, reverse=True))
    return root


def _by_guid(
    show: Show, episodes: Sequence[PublishedEpisode], own: uuid.UUID
) -> dict[str, PublishedEpisode]:
    """Episodes by their guids; raises `InputError` for two that have one, of which one was lost."""
    found: dict[str, PublishedEpisode] = {}
    mistakes = []
    for episode in episodes:
        known = episode.guid or str(uuid.uuid5(own, normalize("NFC", episode.name)))
        if known in found:
            what = Message('"{}" has the guid of "{}".', episode.name, found[known].name)
            remedy = "Take `guid` out of the metadata of whichever was copied, and render it again."
            mistakes.append(Mistake(Place(str(show.folder)), what, remedy))
        found[known] = episode
    if mistakes:
        raise InputError(mistakes)
    return found


def address(show: Show, *parts: str) -> str:
    """Where a file of the show is on the web."""
    return (show.url or "") + "/".join(quote(part) for part in parts)


def _describe(channel: ET.Element, show: Show, guid: str, cover: str | None) -> None:
    add(channel, "title", show.title)
    add(channel, "link", show.link or show.url or "")
    add(channel, "description", show.description)
    add(channel, "language", show.language.lower())
    add(channel, "copyright", show.copyright)
    add(
        channel,
        "atom:link",
        href=address(show, FEED),
        rel="self",
        type="application/rss+xml",
    )
    add(channel, "itunes:author", show.author)
    add(channel, "itunes:type", show.type)
    add(channel, "itunes:explicit", _yes(show.explicit))
    if show.owner_name or show.owner_email:
        owner = ET.SubElement(channel, "itunes:owner")
        add(owner, "itunes:name", show.owner_name)
        add(owner, "itunes:email", show.owner_email)
    if cover:
        add(channel, "itunes:image", href=address(show, cover))
        image = ET.SubElement(channel, "image")
        add(image, "url", address(show, cover))
        add(image, "title", show.title)
        add(image, "link", show.link or show.url or "")
    for category in show.categories:
        outer = ET.SubElement(channel, "itunes:category", {"text": category.name})
        if category.part:
            ET.SubElement(outer, "itunes:category", {"text": category.part})
    add(channel, "podcast:guid", guid)
    add(channel, "podcast:medium", "podcast")


def _item(show: Show, episode: PublishedEpisode, guid: str, date: datetime) -> ET.Element:
    item = ET.Element("item")
    add(item, "title", episode.title)
    add(item, "link", episode.link or "")
    add(item, "description", episode.description.strip() or episode.title)
    add(item, "content:encoded", fragment(notes_of(show, episode)).strip())
    add(item, "guid", guid, isPermaLink="false")
    add(item, "pubDate", format_datetime(date))
    _enclosures(item, show, episode)
    if episode.author != show.author:
        add(item, "itunes:author", episode.author)
    add(item, "itunes:title", episode.title)
    add(item, "itunes:duration", str(round(episode.seconds)))
    add(item, "itunes:explicit", _yes(episode.explicit))
    add(item, "itunes:episodeType", episode.type)
    for name, number in (("season", episode.season), ("episode", episode.episode)):
        if number is not None:
            add(item, f"itunes:{name}", str(number))
            add(item, f"podcast:{name}", str(number))
    for name in episode.files:
        _accompany(item, show, episode, name)
    for speaker in episode.speakers:
        role = "host" if speaker in show.defaults.speakers else "guest"
        add(item, "podcast:person", plain(speaker)[:128], group="cast", role=role)
    if episode.generated:
        add(item, "podcast:txt", "true", purpose="ai-content")
    return item


def notes_of(show: Show, episode: PublishedEpisode) -> Notes:
    """An episode's show notes."""
    return Notes(
        title=episode.title,
        description=episode.description,
        language=show.language,
        chapters=episode.chapters,
        speakers=episode.speakers,
        link=episode.link,
        disclosure=SENTENCES[LANGUAGES[show.language[:2]]] if episode.generated else "",
    )


def _enclosures(item: ET.Element, show: Show, episode: PublishedEpisode) -> None:
    """The file that every player takes, and the others as Podcasting 2.0's alternatives."""
    audio = {
        suffix: name
        for suffix in MEDIA_TYPES
        for name in episode.files
        if name.endswith(f".{suffix}") and "/" not in name
    }
    for index, (suffix, name) in enumerate(audio.items()):
        where, size = address(show, episode.name, name), str(episode.files[name])
        kind = MEDIA_TYPES[suffix]
        if index == 0:
            add(item, "enclosure", url=where, length=size, type=kind)
        else:
            other = ET.SubElement(
                item, "podcast:alternateEnclosure", {"type": kind, "length": size}
            )
            add(other, "podcast:source", uri=where)


def _accompany(item: ET.Element, show: Show, episode: PublishedEpisode, name: str) -> None:
    """Cover, transcripts and chapters."""
    where = address(show, episode.name, name)
    for suffix, kind in _TRANSCRIPTS.items():
        if name.endswith(suffix):
            captions = {"rel": "captions"} if suffix == ".vtt" else {}
            language = show.language.lower()
            add(item, "podcast:transcript", url=where, type=kind, language=language, **captions)
    if name.endswith((".cover.jpg", ".cover.png")):
        add(item, "itunes:image", href=where)
    if name.endswith(".chapters.json") and episode.chapters:
        add(item, "podcast:chapters", url=where, type="application/json+chapters")


def _yes(flag: bool) -> str:
    return "true" if flag else "false"


def _show_guid(url: str) -> str:
    """UUIDv5 of the feed's address without its scheme and the slashes at its end."""
    parts = urlsplit(url + FEED)
    return str(uuid.uuid5(_PODCASTS, (parts.netloc + parts.path).rstrip("/")))


def _date(episode: PublishedEpisode, old: ET.Element | None, now: datetime) -> datetime:
    """When an episode came out: what its script says, or what was announced, or now.

    A day without a time is noon of it, but no later than now: no feed has a date to come.
    """
    announced = _published(old) if old is not None else None
    now = now.replace(microsecond=0)
    if len(episode.date) > len("2026-11-22"):
        return datetime.fromisoformat(episode.date)
    if len(episode.date) == len("2026-11-22"):
        if announced and announced.date().isoformat() == episode.date:
            return announced
        day = datetime.fromisoformat(episode.date)
        return min(now, day.replace(hour=_NOON, tzinfo=timezone.utc))
    return announced or now


def is_due(episode: PublishedEpisode, now: datetime) -> bool:
    """Whether an episode may be listed: its day has begun, or its time has come."""
    if len(episode.date) > len("2026-11-22"):
        return datetime.fromisoformat(episode.date) <= now
    return episode.date <= now.date().isoformat()


def _published(item: ET.Element) -> datetime | None:
    try:
        date = parsedate_to_datetime(text_of(item, "pubDate") or "")
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=timezone.utc)


def _order(item: ET.Element) -> tuple[datetime, int, int, str]:
    """Newest first once reversed; episodes of one day by their numbers."""
    date = _published(item) or datetime.min.replace(tzinfo=timezone.utc)
    season, episode = (text_of(item, f"itunes:{name}") or "0" for name in ("season", "episode"))
    numbers = (int(number) if number.isdecimal() else 0 for number in (season, episode))
    return (date, *numbers, text_of(item, "guid") or "")  # type: ignore[return-value]


def _channel(before: bytes, show: Show) -> ET.Element:
    try:
        channel = from_bytes(before).find("channel")
    except ValueError:
        channel = None
    if channel is None:
        raise InputError.at(
            Place(FEED),
            "The feed that is there cannot be read, so its episodes would be lost.",
            Message("Bring back the last good {}, or move it away to begin a new feed.", FEED),
        )
    return channel


def _items(channel: ET.Element | None) -> Iterator[ET.Element]:
    return iter(() if channel is None else channel.findall("item"))
