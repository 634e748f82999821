"""A feed -> what is wrong with it: the rules of RSS 2.0, Apple Podcasts and Podcasting 2.0.

What directories refuse is fatal; what they only advise against is not.
"""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from ...audio.tags import Picture
from ...messages import Message
from ...scripts.categories import CATEGORIES
from .feed_xml import text_of

PLAYED = {"audio/mpeg", "audio/x-m4a", "audio/mp4", "audio/aac"}
"""What Apple takes for an enclosure; video aside."""
DESCRIPTION = 4000
"""bytes of a show's description, by Apple"""
NOTES = 10_000
"""characters of an episode's"""
SMALLEST, LARGEST = 1400, 3000
"""pixels a side of a cover, by Apple"""

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z]{4})?(-[a-z]{2})?", re.IGNORECASE)
_DURATION = re.compile(r"\d+|(\d+:)?[0-5]?\d:[0-5]\d")
_RFC_2822 = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{1,2} "
    r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} "
    r"\d\d:\d\d(:\d\d)? ([+-]\d{4}|GMT|UT|[ECMP][SD]T)"
)
_TRANSCRIPTS = {
    *("text/plain", "text/html", "text/vtt", "application/json"),
    *("application/x-subrip", "application/srt"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing a directory would say."""

    where: str
    """`show`, or the title of an episode."""
    what: str
    remedy: str
    fatal: bool = True


Check = Callable[[ET.Element], Iterator[Problem]]


def problems(rss: ET.Element) -> list[Problem]:
    """What is wrong with a feed as `feed.feed` and `feed.from_bytes` give it."""
    channels = rss.findall("channel")
    if rss.tag != "rss" or rss.get("version") != "2.0" or len(channels) != 1:
        return [_show("This is no RSS 2.0 feed of one channel.", "Make it anew.")]
    (channel,) = channels
    found = [problem for check in _OF_SHOWS for problem in check(channel)]
    for item in channel.findall("item"):
        found += [problem for check in _OF_ITEMS for problem in check(item)]
    return found


def cover_problems(cover: Picture) -> Iterator[Problem]:
    """What directories say about a cover."""
    width, height = cover.width, cover.height
    if width != height:
        what = Message("The cover is {} x {} pixels, not square.", width, height)
        yield _show(what, f"Make it {LARGEST} x {LARGEST} pixels.", fatal=False)
    elif not SMALLEST <= width <= LARGEST:
        what = Message(
            "The cover is {} pixels wide; Apple takes {} to {}.", width, SMALLEST, LARGEST
        )
        yield _show(what, f"Make it {LARGEST} x {LARGEST} pixels.", fatal=False)


def _show(what: str, remedy: str, *, fatal: bool = True) -> Problem:
    return Problem(where="show", what=what, remedy=remedy, fatal=fatal)


def _required(channel: ET.Element) -> Iterator[Problem]:
    for tag, key in (
        ("title", "title"),
        ("link", "link"),
        ("description", "description"),
        ("language", "language"),
        ("itunes:author", "author"),
    ):
        if not (text_of(channel, tag) or "").strip():
            yield _show(f"The show has no {key}.", f"Add `{key}: `.")
    if _child(channel, "itunes:image") is None:
        remedy = "Add `cover: ` and a square JPEG or PNG picture."
        yield _show("The show has no cover.", remedy)
    if _child(channel, "itunes:category") is None:
        yield _show("The show is in no category.", "Add `categories: [Arts > Books]` or the like.")
    if text_of(channel, "itunes:explicit") not in {"true", "false"}:
        yield _show("The show does not say whether it is explicit.", "Add `explicit: no`.")
    if not channel.findall("item"):
        yield _show("The show has no episode.", "Render one: `glmtts show render`.")


def _sensible(channel: ET.Element) -> Iterator[Problem]:
    language = text_of(channel, "language") or ""
    if language and not _LANGUAGE.fullmatch(language):
        yield _show(f'"{language}" is no language code.', "Write zh-CN or en-US.")
    if text_of(channel, "itunes:type") not in {None, "episodic", "serial"}:
        yield _show("The type is neither episodic nor serial.", "Write one of the two.")
    if len((text_of(channel, "description") or "").encode()) > DESCRIPTION:
        what: str = Message(
            "The description has more than {} bytes (a Chinese character has 3).", DESCRIPTION
        )
        yield _show(what, "Shorten it.", fatal=False)
    owner = _child(channel, "itunes:owner")
    if owner is None or not text_of(owner, "itunes:email"):
        what = "Without an e-mail address nobody can prove that the show is theirs."
        yield _show(what, "Add `owner: {name: …, email: …}`.", fatal=False)
    for category in _children(channel, "itunes:category"):
        yield from _category(category)
    guid = text_of(channel, "podcast:guid")
    if guid is not None and not _is_uuid(guid):
        yield _show("The show's guid is no UUID.", "Take `guid` out, or write a UUID.")


def _category(category: ET.Element) -> Iterator[Problem]:
    name = category.get("text", "")
    if name not in CATEGORIES:
        yield _show(f'"{name}" is none of Apple\'s categories.', "Choose one of them.")
        return
    for part in _children(category, "itunes:category"):
        if part.get("text") not in CATEGORIES[name]:
            what = Message('"{}" is no subcategory of {}.', part.get("text"), name)
            yield _show(what, "Choose one of them.")


def _addresses(channel: ET.Element) -> Iterator[Problem]:
    own = [link.get("href", "") for link in _children(channel, "atom:link")]
    if not any(link.get("rel") == "self" for link in _children(channel, "atom:link")):
        yield _show("The feed does not say where it is.", "Add `url: `.", fatal=False)
    images = [image.get("href", "") for image in _children(channel, "itunes:image")]
    for address in (*own, *images, text_of(channel, "link") or ""):
        if address and not _is_address(address):
            yield _show(f'"{address}" is no web address.', "Begin it with https://.")
        elif address.startswith("http:"):
            what = Message('"{}" is not encrypted; players on phones may refuse it.', address)
            yield _show(what, "Serve the files with https://.", fatal=False)


def _unlike(channel: ET.Element) -> Iterator[Problem]:
    """Episodes that cannot be told apart."""
    items = channel.findall("item")
    guids = Counter(text_of(item, "guid") for item in items)
    for guid, count in guids.items():
        if guid and count > 1:
            yield _show(f'{count} episodes have the guid "{guid}".', "Give each its own.")
    numbers = Counter(
        (text_of(item, "itunes:season") or "-", number)
        for item in items
        if (number := text_of(item, "itunes:episode"))
        and text_of(item, "itunes:episodeType") in {None, "full"}
    )
    for (season, number), count in numbers.items():
        if count > 1:
            of = "" if season == "-" else f" of season {season}"
            what = Message("{} episodes are number {}{}.", count, number, of)
            yield _show(what, "Give each its own `metadata.episode`.", fatal=False)


def _problem(item: ET.Element, what: str, remedy: str, *, fatal: bool = True) -> Problem:
    where = text_of(item, "title") or text_of(item, "guid") or "an episode"
    return Problem(where=where, what=what, remedy=remedy, fatal=fatal)


def _enclosed(item: ET.Element) -> Iterator[Problem]:
    enclosures = item.findall("enclosure")
    if len(enclosures) != 1:
        remedy = "Have `mp3` or `m4a` among its formats, and render it."
        yield _problem(item, f"It has {len(enclosures)} sound files instead of one.", remedy)
        return
    (enclosure,) = enclosures
    if enclosure.get("type") not in PLAYED:
        what = Message("Apple does not play {}.", enclosure.get("type"))
        yield _problem(item, what, "Have `mp3` or `m4a` among its formats, and render it.")
    if not _is_address(enclosure.get("url", "")):
        yield _problem(item, "Its file has no web address.", "Add `url: ` to the show.")
    if not re.fullmatch(r"[1-9]\d*", enclosure.get("length", "")):
        yield _problem(item, "The size of its file is not known.", "Render it again.")


def _named(item: ET.Element) -> Iterator[Problem]:
    if not (text_of(item, "title") or "").strip():
        yield _problem(item, "It has no title.", "Add `title: `.")
    if not (text_of(item, "guid") or "").strip():
        yield _problem(item, "It has no guid.", "Add `metadata.guid`.")
    description = text_of(item, "content:encoded") or text_of(item, "description") or ""
    if not description.strip():
        yield _problem(item, "It has no description.", "Add `metadata.description`.", fatal=False)
    if len(description) > NOTES:
        what = Message("Its notes have more than {} characters.", NOTES)
        yield _problem(item, what, "Shorten its description.", fatal=False)


def _dated(item: ET.Element) -> Iterator[Problem]:
    date = text_of(item, "pubDate") or ""
    try:
        fits = bool(_RFC_2822.fullmatch(date)) and bool(parsedate_to_datetime(date))
    except ValueError:
        fits = False
    if not fits:
        what = Message('Its date, "{}", is not written as RFC 2822 has it.', date)
        yield _problem(item, what, "Write `metadata.date: 2026-11-22`.")


def _numbered(item: ET.Element) -> Iterator[Problem]:
    duration = text_of(item, "itunes:duration")
    if duration is not None and not _DURATION.fullmatch(duration):
        yield _problem(item, f'"{duration}" is no duration.', "Render it again.")
    if text_of(item, "itunes:explicit") not in {None, "true", "false"}:
        yield _problem(item, "It is neither explicit nor not.", "Write `metadata.explicit: no`.")
    if text_of(item, "itunes:episodeType") not in {None, "full", "trailer", "bonus"}:
        yield _problem(item, "Its type is not known.", "Write full, trailer or bonus.")
    for tag in ("itunes:season", "itunes:episode"):
        number = text_of(item, tag)
        if number is not None and not re.fullmatch(r"[1-9]\d*", number):
            yield _problem(item, f'{tag} "{number}" is no number.', "Count from 1.")


def _addressed(item: ET.Element) -> Iterator[Problem]:
    for tag, attribute, name in (
        ("itunes:image", "href", "cover"),
        ("podcast:transcript", "url", "transcript"),
        ("podcast:chapters", "url", "list of chapters"),
    ):
        for element in _children(item, tag):
            if not _is_address(element.get(attribute, "")):
                yield _problem(item, f"Its {name} has no web address.", "Add `url: ` to the show.")


def _accompanied(item: ET.Element) -> Iterator[Problem]:
    for transcript in _children(item, "podcast:transcript"):
        if transcript.get("type") not in _TRANSCRIPTS:
            yield _problem(item, "Its transcript has no known type.", "Render it again.")
    for chapters in _children(item, "podcast:chapters"):
        if chapters.get("type") != "application/json+chapters":
            yield _problem(item, "Its list of chapters has no known type.", "Render it again.")
    for person in _children(item, "podcast:person"):
        if not 0 < len(person.text or "") <= 128:
            yield _problem(item, "A person's name is missing or too long.", "Write a shorter one.")


_OF_SHOWS: tuple[Check, ...] = (_required, _sensible, _addresses, _unlike)
_OF_ITEMS: tuple[Check, ...] = (_named, _enclosed, _dated, _numbered, _addressed, _accompanied)


def _children(element: ET.Element, tag: str) -> list[ET.Element]:
    return [child for child in element if child.tag == tag]


def _child(element: ET.Element, tag: str) -> ET.Element | None:
    return next(iter(_children(element, tag)), None)


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    plain = text.isascii() and not re.search(r"\s", text)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and plain


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
