"""Feeds: what they tell, what they keep, and what is found wrong with them.

`valid` below judges a feed's bytes by the published rules with nothing of ours: RSS 2.0
(rssboard.org), Apple's required tags and podcast-namespace's element rules.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from pathlib import Path
from uuid import UUID, uuid5
from xml.etree import ElementTree as ET

import pytest
from comfyui_glmtts.audio.tags import Picture
from comfyui_glmtts.mistakes import InputError
from comfyui_glmtts.production.shows.feed import PublishedEpisode, feed, is_due
from comfyui_glmtts.production.shows.feed_check import cover_problems, problems
from comfyui_glmtts.production.shows.feed_xml import from_bytes, text_of, to_bytes
from comfyui_glmtts.production.text_tracks.notes import NotedChapter
from comfyui_glmtts.scripts.defaults import Defaults
from comfyui_glmtts.scripts.disclosure import SENTENCES
from comfyui_glmtts.scripts.show import Category, Show

NOW = datetime(2026, 11, 22, 9, 30, 15, 99, tzinfo=timezone.utc)
SHOW = Show(
    file=Path("show/show.yaml"),
    title="听见 & <co>",
    author="小雨",
    description="一档用耳朵看世界的节目。",
    language="zh-CN",
    categories=(Category("Society & Culture", "Documentary"), Category("Arts")),
    owner_name="小雨",
    owner_email="a@example.com",
    link="https://example.com/",
    url="https://files.example.com/show/",
    cover=Path("cover.png"),
    defaults=Defaults(),
)
FIRST = PublishedEpisode(
    name="001-你好",
    title="第一集 ]]> & <b>",
    seconds=361.4,
    files={
        "001-你好.mp3": 1000,
        "001-你好.opus": 500,
        "001-你好.srt": 10,
        "001-你好.vtt": 11,
        "001-你好.transcript.json": 12,
        "001-你好.chapters.json": 13,
        "001-你好.cover.jpg": 15,
        "001-你好.png": 16,
        "lines/0001-A.wav": 14,
    },
    description="你好。",
    author="小雨",
    date="2026-11-20",
    season=1,
    episode=1,
    chapters=[NotedChapter(seconds=0, title="开场")],
    speakers=["小雨", "Leo"],
)
SECOND = replace(FIRST, name="002", title="第二集", files={"002.mp3": 2000}, date="", episode=2)
ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
PODCAST = "{https://podcastindex.org/namespace/1.0}"
ATOM = "{http://www.w3.org/2005/Atom}"


def made(*episodes: PublishedEpisode, before: bytes | None = None, now: datetime = NOW) -> bytes:
    return to_bytes(feed(SHOW, episodes, cover="cover.png", before=before, now=now))


def items(data: bytes) -> dict[str, ET.Element]:
    """Items by title."""
    return {item.findtext("title", ""): item for item in ET.fromstring(data).iter("item")}


def valid(data: bytes) -> None:
    """Assert that a feed keeps to the rules."""
    root = ET.fromstring(data)
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    (channel,) = root
    for tag in ("title", "link", "description", "language", f"{ITUNES}explicit"):
        assert channel.findtext(tag), tag
        assert len(channel.findall(tag)) == 1, tag
    assert re.fullmatch(r"[a-z]{2}(-[a-z]{2,4})*", channel.findtext("language", ""))
    assert channel.find(f"{ITUNES}category") is not None
    image = channel.find(f"{ITUNES}image")
    assert image is not None
    assert re.search(r"\.(png|jpe?g)$", image.get("href", ""))
    (own,) = [link for link in channel.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert own.get("type") == "application/rss+xml"
    assert UUID(channel.findtext(f"{PODCAST}guid")).version == 5
    guids = [item.findtext("guid") for item in channel.findall("item")]
    assert len(set(guids)) == len(guids)
    dates = []
    for item in channel.findall("item"):
        assert item.findtext("title")
        assert (guid := item.find("guid")) is not None
        assert guid.get("isPermaLink") == "false"
        (enclosure,) = item.findall("enclosure")
        assert enclosure.get("type") in {"audio/mpeg", "audio/x-m4a"}
        assert int(enclosure.get("length", "")) > 0
        dates.append(parsedate_to_datetime(item.findtext("pubDate", "")))
        assert re.fullmatch(r"\d+", item.findtext(f"{ITUNES}duration", ""))
        for element in item.iter():
            for name in ("url", "href", "uri"):
                address = element.get(name, "https://x")
                assert re.fullmatch(r"https://[!-~]+", address), address
        for transcript in item.findall(f"{PODCAST}transcript"):
            assert {"url", "type", "language"} <= set(transcript.attrib)
    assert dates == sorted(dates, reverse=True)


def test_a_feed_keeps_to_the_rules_whatever_names_hold() -> None:
    data = made(FIRST, SECOND)
    valid(data)
    assert problems(from_bytes(data)) == []
    item = items(data)["第一集 ]]> & <b>"]
    enclosure = item.find("enclosure")
    assert enclosure is not None
    assert enclosure.attrib == {
        "url": "https://files.example.com/show/001-%E4%BD%A0%E5%A5%BD/001-%E4%BD%A0%E5%A5%BD.mp3",
        "length": "1000",
        "type": "audio/mpeg",
    }
    assert item.findtext(f"{ITUNES}duration") == "361"
    assert item.findtext("pubDate") == "Fri, 20 Nov 2026 12:00:00 +0000"
    other = item.find(f"{PODCAST}alternateEnclosure")
    assert other is not None
    assert other.attrib == {"type": "audio/ogg", "length": "500"}
    kinds = [transcript.get("type") for transcript in item.findall(f"{PODCAST}transcript")]
    assert kinds == ["application/x-subrip", "text/vtt", "application/json"]
    (cover,) = item.findall(f"{ITUNES}image")
    assert cover.get("href", "").endswith("%E5%A5%BD.cover.jpg")
    chapters = item.find(f"{PODCAST}chapters")
    assert chapters is not None
    assert chapters.get("type") == "application/json+chapters"
    people = {person.text: person.get("role") for person in item.findall(f"{PODCAST}person")}
    assert people == {"小雨": "guest", "Leo": "guest"}


def test_an_episode_whose_files_are_labelled_says_so_in_the_feed() -> None:
    data = made(replace(FIRST, generated=True), SECOND)
    valid(data)
    assert problems(from_bytes(data)) == []
    told = {title: item.find(f"{PODCAST}txt") for title, item in items(data).items()}
    labelled = told.pop(FIRST.title)
    assert labelled is not None
    assert (labelled.get("purpose"), labelled.text) == ("ai-content", "true")
    assert told == {SECOND.title: None}
    assert data.decode().count(SENTENCES["zh"]) == 1


def test_equal_input_makes_equal_bytes_and_a_feed_made_again_is_the_same() -> None:
    once = made(FIRST, SECOND)
    assert made(FIRST, SECOND) == once
    assert made(FIRST, SECOND, before=once, now=NOW + timedelta(days=9)) == once


def test_the_shows_guid_is_the_specifications() -> None:
    # podcast-namespace, docs/tags/guid.md: the example of podnews.net/rss.
    show = replace(SHOW, url="https://podnews.net/")
    tree = feed(show, [FIRST], cover="c.png", before=None, now=NOW)
    guid = ET.fromstring(to_bytes(tree)).findtext(f"channel/{PODCAST}guid")
    namespace = UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
    assert guid == str(uuid5(namespace, "podnews.net/feed.xml"))
    assert str(uuid5(namespace, "podnews.net/rss")) == "9b024349-ccf0-5f69-a609-6b82873eab3c"


def test_an_episode_keeps_its_guid_and_its_date_when_it_is_rendered_again_or_moved() -> None:
    before = made(SECOND)
    later = NOW + timedelta(days=30)
    again = made(replace(SECOND, title="改名", seconds=9.0), before=before, now=later)
    (old,), (new,) = items(before).values(), items(again).values()
    assert new.findtext("title") == "改名"
    for tag in ("guid", "pubDate"):
        assert new.findtext(tag) == old.findtext(tag)
    assert old.findtext("pubDate") == "Sun, 22 Nov 2026 09:30:15 +0000"


def test_a_guid_that_was_copied_with_its_script_hides_no_episode() -> None:
    copied = [replace(one, guid="host-1") for one in (FIRST, SECOND)]
    with pytest.raises(InputError, match='"002" has the guid of "001-你好"'):
        made(*copied)


def test_a_name_has_one_guid_however_a_disk_spells_it() -> None:
    composed, apart = replace(FIRST, name="caf\u00e9"), replace(FIRST, name="cafe\u0301")
    guids = {ET.fromstring(made(one)).findtext("channel/item/guid") for one in (composed, apart)}
    assert len(guids) == 1


def test_guids_outlive_a_new_address() -> None:
    before = made(FIRST)
    moved = replace(SHOW, url="https://elsewhere.example.org/")
    after = to_bytes(feed(moved, [FIRST], cover="c.png", before=before, now=NOW))
    for tag in (f"channel/{PODCAST}guid", "channel/item/guid"):
        assert ET.fromstring(after).findtext(tag) == ET.fromstring(before).findtext(tag)
    assert b"elsewhere.example.org/001" in after


def test_an_episode_that_is_not_here_any_more_stays_listed_as_it_was() -> None:
    before = made(FIRST, SECOND)
    after = made(SECOND, before=before)
    title = FIRST.title
    assert ET.tostring(items(after)[title]) == ET.tostring(items(before)[title])
    valid(after)


FOREIGN = b"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:i="http://www.itunes.com/dtds/podcast-1.0.dtd"
 xmlns:z="https://example.com/other"><channel><title>old</title>
<item><title>Zero</title><guid isPermaLink="false">host-0</guid>
<pubDate>Mon, 02 Nov 2026 06:00:00 GMT</pubDate><i:duration>61</i:duration>
<enclosure url="https://old.example.com/0.mp3" length="5" type="audio/mpeg"/>
<z:mood colour="blue">calm</z:mood></item></channel></rss>"""


def test_another_hosts_feed_is_gone_on_with() -> None:
    data = made(replace(FIRST, guid="host-0", title="Zero, mastered anew", date=""), before=FOREIGN)
    (item,) = items(data).values()
    assert item.findtext("guid") == "host-0"
    assert item.findtext("pubDate") == "Mon, 02 Nov 2026 06:00:00 +0000"
    kept = items(made(SECOND, before=FOREIGN))["Zero"]
    assert kept.findtext(f"{ITUNES}duration") == "61"
    assert kept.find("{https://example.com/other}mood").attrib == {"colour": "blue"}  # type: ignore[union-attr]
    valid(made(SECOND, before=FOREIGN))


@pytest.mark.parametrize(
    "before",
    [
        b"",
        b"<rss>",
        b"<html><body>404</body></html>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><rss version="2.0"><channel>&a;</channel></rss>',
        "<?xml version='1.0' encoding='UTF-16'?><rss><channel/></rss>".encode("utf-16"),
        b"\xff\xfe\x00",
        b"<rss><channel>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</channel></rss>",
    ],
    ids=["empty", "cut", "a web page", "entities", "UTF-16", "bytes", "depth"],
)
def test_a_feed_that_cannot_be_read_is_left_alone(before: bytes) -> None:
    with pytest.raises(InputError, match="cannot be read, so its episodes would be lost"):
        made(FIRST, before=before)


def test_a_show_without_an_address_has_no_feed() -> None:
    with pytest.raises(InputError, match="has no address"):
        feed(replace(SHOW, url=None), [FIRST], cover=None, before=None, now=NOW)


def set_(path: str, **attributes: str) -> Callable[[ET.Element], None]:
    """Set attributes, or with `text` the words, of the first element of that path."""

    def change(root: ET.Element) -> None:
        element = found(root, path)
        element.text = attributes.get("text", element.text)
        element.attrib |= {name: value for name, value in attributes.items() if name != "text"}

    return change


def drop(path: str) -> Callable[[ET.Element], None]:
    def change(root: ET.Element) -> None:
        parent, _, tag = path.rpartition("/")
        owner = found(root, parent)
        for child in [child for child in owner if child.tag == tag]:
            owner.remove(child)

    return change


def found(root: ET.Element, path: str) -> ET.Element:
    element = root
    for tag in path.split("/"):
        element = next(child for child in element if child.tag == tag)
    return element


@pytest.mark.parametrize(
    ("change", "message", "fatal"),
    [
        (lambda root: root.set("version", "0.9"), "RSS 2.0", True),
        (drop("channel/title"), "no title", True),
        (drop("channel/description"), "no description", True),
        (drop("channel/language"), "no language", True),
        (drop("channel/itunes:author"), "no author", True),
        (drop("channel/itunes:image"), "no cover", True),
        (drop("channel/itunes:category"), "in no category", True),
        (drop("channel/itunes:explicit"), "whether it is explicit", True),
        (drop("channel/item"), "no episode", True),
        (set_("channel/language", text="Chinese!"), "no language code", True),
        (set_("channel/itunes:type", text="weekly"), "neither episodic nor serial", True),
        (set_("channel/description", text="长" * 1400), "more than 4000 bytes", False),
        (drop("channel/itunes:owner"), "e-mail address", False),
        (
            lambda root: found(root, "channel/itunes:category").set("text", "Cooking"),
            "none of Apple's",
            True,
        ),
        (
            lambda root: found(root, "channel/itunes:category/itunes:category").set("text", "x"),
            "no subcategory of Society & Culture",
            True,
        ),
        (set_("channel/podcast:guid", text="podcast"), "no UUID", True),
        (drop("channel/atom:link"), "where it is", False),
        (set_("channel/itunes:image", href="cover.png"), "no web address", True),
        (set_("channel/itunes:image", href="http://example.com/c.png"), "not encrypted", False),
        (drop("channel/item/title"), "no title", True),
        (drop("channel/item/guid"), "no guid", True),
        (drop("channel/item/enclosure"), "0 sound files", True),
        (set_("channel/item/enclosure", type="audio/ogg"), "Apple does not play audio/ogg", True),
        (set_("channel/item/enclosure", length="0"), "size of its file", True),
        (set_("channel/item/enclosure", url="a b.mp3"), "no web address", True),
        (set_("channel/item/pubDate", text="2026-11-22"), "RFC 2822", True),
        (set_("channel/item/pubDate", text="Sun, 32 Nov 2026 12:00:00 +0000"), "RFC 2822", True),
        (set_("channel/item/itunes:duration", text="6m"), "no duration", True),
        (set_("channel/item/itunes:explicit", text="clean"), "neither explicit nor not", True),
        (set_("channel/item/itunes:episodeType", text="pilot"), "type is not known", True),
        (set_("channel/item/itunes:episode", text="0"), "is no number", True),
        (set_("channel/item/podcast:transcript", type="text/x"), "transcript has no known", True),
        (set_("channel/item/podcast:transcript", url="x.srt"), "transcript has no web", True),
        (set_("channel/item/podcast:chapters", type="text/json"), "chapters has no known", True),
        (set_("channel/item/itunes:image", href="c.jpg"), "cover has no web", True),
        (set_("channel/item/podcast:person", text="x" * 129), "person's name", True),
        (set_("channel/item/content:encoded", text="x" * 10_001), "more than 10000", False),
    ],
)
def test_each_rule_is_told_when_it_is_broken(
    change: Callable[[ET.Element], None], message: str, fatal: bool
) -> None:
    # The newest is the first item, and it is the one with everything.
    root = from_bytes(made(replace(FIRST, date="2026-11-22"), replace(SECOND, date="2026-11-01")))
    assert problems(root) == []
    change(root)
    told = problems(root)
    assert [(message in problem.what, problem.fatal) for problem in told] == [(True, fatal)]


def test_episodes_that_cannot_be_told_apart_are_told() -> None:
    root = from_bytes(made(FIRST, replace(SECOND, episode=1)))
    (problem,) = problems(root)
    assert problem.what == "2 episodes are number 1 of season 1."
    assert not problem.fatal
    for item in root.iter("item"):
        next(child for child in item if child.tag == "guid").text = "same"
    assert any("2 episodes have the guid" in problem.what for problem in problems(root))


@pytest.mark.parametrize(
    ("size", "message"),
    [
        ((1400, 1400), None),
        ((3000, 3000), None),
        ((1399, 1399), "1399 pixels wide"),
        ((3001, 3001), "3001 pixels wide"),
        ((1400, 1500), "not square"),
    ],
)
def test_apple_wants_a_square_cover_of_a_certain_size(
    size: tuple[int, int], message: str | None
) -> None:
    cover = Picture(data=b"", type="image/png", width=size[0], height=size[1])
    told = list(cover_problems(cover))
    assert [problem.fatal for problem in told] == ([] if message is None else [False])
    assert message is None or message in told[0].what


@pytest.mark.parametrize(
    ("date", "now", "announced"),
    [
        ("2026-11-22", "2026-11-22T08:00:00+00:00", "2026-11-22T08:00:00+00:00"),
        ("2026-11-22", "2026-11-22T20:00:00+00:00", "2026-11-22T12:00:00+00:00"),
        ("2026-11-22", "2026-12-01T08:00:00+00:00", "2026-11-22T12:00:00+00:00"),
        ("2026-11-22T07:30:00+08:00", "2026-11-22T08:00:00+00:00", "2026-11-22T07:30:00+08:00"),
        ("", "2026-11-22T08:00:00+00:00", "2026-11-22T08:00:00+00:00"),
    ],
)
def test_an_episode_came_out_when_it_says_and_never_in_the_future(
    date: str, now: str, announced: str
) -> None:
    episode = PublishedEpisode(name="a", title="a", seconds=1.0, files={"a.mp3": 1}, date=date)
    clock = datetime.fromisoformat(now)
    made = feed(SHOW, [episode], cover=None, before=None, now=clock)
    (item,) = made.findall("channel/item")
    found = parsedate_to_datetime(text_of(item, "pubDate") or "")
    assert found == datetime.fromisoformat(announced)
    assert found <= clock
    later = feed(SHOW, [episode], cover=None, before=to_bytes(made), now=clock + timedelta(days=9))
    assert text_of(later.findall("channel/item")[0], "pubDate") == text_of(item, "pubDate")


@pytest.mark.parametrize(
    ("date", "due"),
    [("2026-11-22", True), ("2026-11-23", False), ("2026-11-22T16:01:00+08:00", False),
     ("2026-11-22T15:59:00+08:00", True), ("", True)],
)  # fmt: skip
def test_an_episode_with_a_time_waits_for_it(date: str, due: bool) -> None:
    episode = PublishedEpisode(name="a", title="a", seconds=1.0, files={}, date=date)
    assert is_due(episode, datetime.fromisoformat("2026-11-22T08:00:00+00:00")) is due
